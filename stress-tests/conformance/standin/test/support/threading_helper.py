"""`test.support.threading_helper`, light."""

import contextlib
import _thread


def requires_working_threading(*, module=False):
    return None if module else lambda item: item


def reap_threads(function):
    return function


def threading_setup():
    return ()


def threading_cleanup(*before):
    pass


can_start_thread = True


@contextlib.contextmanager
def wait_threads_exit(timeout=None):
    import time

    before = _thread._count()
    yield
    end = time.monotonic() + (timeout or 30)
    while _thread._count() > before and time.monotonic() < end:
        time.sleep(0.01)


@contextlib.contextmanager
def start_threads(threads, unlock=None):
    threads = list(threads)
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        if unlock:
            unlock()
        for thread in threads:
            thread.join(30)


def join_thread(thread, timeout=None):
    thread.join(timeout or 30)


@contextlib.contextmanager
def catch_threading_exception():
    import threading

    class Caught:
        exc_type = exc_value = exc_traceback = thread = None

    caught, old = Caught(), threading.excepthook

    def keep(args):
        caught.exc_type, caught.exc_value, caught.exc_traceback, caught.thread = args

    threading.excepthook = keep
    try:
        yield caught
    finally:
        threading.excepthook = old


def run_concurrently(worker_func, nthreads=None, args=(), kwargs={}):
    import threading

    functions = worker_func if nthreads is None else [worker_func] * nthreads
    failures = []

    def run(function):
        try:
            function(*args, **kwargs)
        except BaseException as error:
            failures.append(error)

    with start_threads(threading.Thread(target=run, args=(function,)) for function in functions):
        pass
    if failures:
        raise failures[0]
