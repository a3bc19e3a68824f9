"""The few helpers of `test.support` that the basic test files use, with next to no imports.

Any other name is a decorator that skips: what asks for it does not run in the light mode.  Submodules that have
no stand-in are CPython's.
"""

import contextlib
import io
import sys
import unittest

__path__.append(sys.path[1] + "/test/support")
verbose = False
is_wasi = is_emscripten = is_android = is_apple = is_apple_mobile = is_jython = False
MS_WINDOWS = Py_DEBUG = False
has_fork_support = has_subprocess_support = True
Py_GIL_DISABLED = not getattr(sys, "_is_gil_enabled", lambda: True)()
SHORT_TIMEOUT, LONG_TIMEOUT, LOOPBACK_TIMEOUT = 30.0, 300.0, 10.0
C_RECURSION_LIMIT = 5000
_1M, _1G, _2G, _4G = 1 << 20, 1 << 30, 1 << 31, 1 << 32


class _Compared:
    def __init__(self, equal):
        self.equal = equal

    def __eq__(self, other):
        return self.equal

    def __ne__(self, other):
        return not self.equal

    def __hash__(self):
        return 1


ALWAYS_EQ, NEVER_EQ = _Compared(True), _Compared(False)


class BrokenIter:
    def __init__(self, init_raises=False, next_raises=False, iter_raises=False):
        if init_raises:
            1 / 0
        self.next_raises, self.iter_raises = next_raises, iter_raises

    def __next__(self):
        if self.next_raises:
            1 / 0

    def __iter__(self):
        if self.iter_raises:
            1 / 0
        return self


def gc_collect():
    import gc

    for _ in range(3):
        gc.collect()


def check_syntax_error(case, statement, errtext="", *, lineno=None, offset=None):
    with case.assertRaisesRegex(SyntaxError, errtext) as caught:
        compile(statement, "<test string>", "exec")
    case.assertIsNotNone(caught.exception.lineno)
    if lineno is not None:
        case.assertEqual(caught.exception.lineno, lineno)
    if offset is not None:
        case.assertEqual(caught.exception.offset, offset)


@contextlib.contextmanager
def _captured(name):
    old = getattr(sys, name)
    setattr(sys, name, io.StringIO())
    try:
        yield getattr(sys, name)
    finally:
        setattr(sys, name, old)


def captured_stdout():
    return _captured("stdout")


def captured_stderr():
    return _captured("stderr")


@contextlib.contextmanager
def swap_attr(target, name, value):
    missing = object()
    old = getattr(target, name, missing)
    setattr(target, name, value)
    try:
        yield
    finally:
        delattr(target, name) if old is missing else setattr(target, name, old)


@contextlib.contextmanager
def catch_unraisable_exception():
    class Caught:
        unraisable = None

    caught, old = Caught(), sys.unraisablehook
    sys.unraisablehook = lambda unraisable: setattr(caught, "unraisable", unraisable)
    try:
        yield caught
    finally:
        sys.unraisablehook = old


@contextlib.contextmanager
def infinite_recursion(max_depth=None):
    old = sys.getrecursionlimit()
    sys.setrecursionlimit(max_depth or 1000)
    try:
        yield
    finally:
        sys.setrecursionlimit(old)


@contextlib.contextmanager
def adjust_int_max_str_digits(digits):
    old = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(digits)
    try:
        yield
    finally:
        sys.set_int_max_str_digits(old)


def sleeping_retry(timeout, err_msg=None, /, *, init_delay=0.01, max_delay=1.0, error=True):
    """A loop that ends when its body breaks, or fails when the time is over."""
    import time

    end = time.monotonic() + timeout
    while True:
        yield
        if time.monotonic() >= end:
            break
        time.sleep(init_delay)
    if error:
        raise AssertionError(err_msg or f"timeout ({timeout} seconds)")


busy_retry = sleeping_retry


@contextlib.contextmanager
def captured_output(name):
    with _captured(name) as stream:
        yield stream


def check_impl_detail(**guards):
    return False


def exceeds_recursion_limit():
    return sys.getrecursionlimit() * 3


def check_sanitizer(**kinds):
    return False


def _skip(*args, **kw):
    """Serves as decorator, as maker of decorators and as function called in a test."""
    if len(args) == 1 and callable(args[0]) and not kw:
        return unittest.skip("needs the whole of test.support")(args[0])
    return _skip


def _keep(*args, **kw):
    return args[0] if len(args) == 1 and callable(args[0]) else _keep


skip_wasi_stack_overflow = skip_emscripten_stack_overflow = skip_if_pgo_task = requires_gil_enabled = _keep
skip_if_sanitizer = requires_working_socket = force_not_colorized = force_not_colorized_test_class = _keep
run_with_limited_c_stack = requires_subprocess = skip_if_unlimited_stack_size = _keep
cpython_only = impl_detail = bigmemtest = bigaddrspacetest = requires_resource = _skip


def __getattr__(name):
    if name.startswith("__") or name.endswith("_helper") or name in ("numbers", "testcase"):
        raise AttributeError(name)  # a submodule is imported then
    return _skip
