"""What the stress programs share: threads that repeat functions until the time is over.

`hammer(f, g, …)` starts each function in threads and calls it again and again with a random-number function of the
thread's own.  An exception of one of the expected types is part of the game; any other is printed and fails the
program.  Needs `_thread`, `sys`, `os` and `time` only; `run_children`, `subprocess`.
"""

import _thread
import os
import sys
from time import monotonic, sleep

SECONDS = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
SEED = int(os.environ.get("STRESS_SEED", "1"))
END = monotonic() + SECONDS
failures = []


def random_numbers(seed):
    """A function that gives a random number below n."""
    state = seed * 2654435761 + 1

    def below(n):
        nonlocal state
        state = (state * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
        return (state >> 33) % n

    return below


def time_is_over():
    return monotonic() >= END


def run_children(source, kinds, timeout=60):
    """Runs a program in processes of its own, in the mode of this one, each given a random number below `kinds`, until
    the time is over or one ends badly."""
    import subprocess

    mode = sys._xoptions.get("gil")
    options = [] if mode is None else ["-X", f"gil={mode}"]
    random = random_numbers(SEED)
    while True:
        kind = str(random(kinds))
        command = [sys.executable, *options, "-c", source, kind]
        child = subprocess.run(command, capture_output=True, timeout=timeout)
        if child.returncode != 0:
            failures.append(f"{kind}: status {child.returncode} {child.stderr[-800:].decode(errors='replace')}")
        if failures or time_is_over():
            break


def hammer(*functions, threads=4, expected=()):
    """Runs the functions in turn over the threads until the time is over; returns how many calls were made."""
    calls, ends = [], []

    def run(function, number, end):
        try:
            random, count = random_numbers(SEED * 1000 + number), 0
            while not time_is_over() and not failures:
                try:
                    function(random)
                except expected:
                    pass
                count += 1
            calls.append(count)
        except BaseException as error:
            failures.append(f"{function.__name__}: {type(error).__name__}: {error}")
        finally:
            end.release()

    for number in range(max(threads, len(functions))):
        end = _thread.allocate_lock()
        end.acquire()
        ends.append(end)
        _thread.start_new_thread(run, (functions[number % len(functions)], number, end))
    for end in ends:
        end.acquire()
    return sum(calls)


def finish():
    """The program's last words."""
    if failures:
        print("\n".join(failures))
        sys.exit(1)
    print("OK")
