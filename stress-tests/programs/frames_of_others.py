"""The frames of running threads are walked and read by another."""

import sys

from _hammer import finish, hammer

def busy(random):
    total = 0
    numbers = [random(100) for _ in range(20)]

    def inner(depth):
        nonlocal total
        text = str(depth)
        total += len(text)
        if depth:
            inner(depth - 1)

    inner(random(30))
    [n * 2 for n in numbers]


def walk(random):
    for frame in sys._current_frames().values():
        depth = 0
        while frame is not None and depth < 50:
            frame.f_lineno, frame.f_code.co_name, frame.f_lasti, frame.f_globals
            dict(frame.f_locals)
            frame, depth = frame.f_back, depth + 1


def disturb(random):
    for frame in sys._current_frames().values():
        try:
            frame.f_locals["total"] = 0
            frame.f_locals["extra"] = []
            frame.clear()
        except (RuntimeError, KeyError):
            pass


hammer(busy, walk, busy, disturb, expected=(RuntimeError, TypeError, AttributeError, KeyError, ValueError))

finish()
