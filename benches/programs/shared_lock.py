"""Two threads on one object: a lock around a counter, the serial case."""

import _thread


def prepare():
    return _thread.allocate_lock(), {}


def work(shared, thread):
    lock, counts = shared
    for _ in range(40_000):
        with lock:
            counts[thread] = counts.get(thread, 0) + 1
    return 0
