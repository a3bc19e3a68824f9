"""Runs one of our own benchmark programs in some threads and prints a line like the `pyperf` beside it.

Usage: run.py PROGRAM THREADS

A program defines `work(shared, thread)`, the unit that each thread does, and perhaps `prepare()`, whose result all
threads share.  What `work` returns must be the same in every thread and every time.  All threads begin together; a
time is from there until the last one is done.  Needs `_thread` and `time` only.
"""

import _thread
import os
import sys
from time import perf_counter

SECONDS = float(os.environ.get("BENCH_SECONDS", "1"))


def main(program, threads):
    scope = {"__name__": "benchmark"}
    with open(program, encoding="utf-8") as file:
        exec(compile(file.read(), program, "exec"), scope)
    work, shared = scope["work"], scope.get("prepare", lambda: None)()
    results = [None] * threads

    def run(thread, begin, done):
        begin.acquire()
        begin.release()
        try:
            for _ in range(repeat):
                results[thread] = work(shared, thread)
        finally:
            done.release()

    def together():
        begin = _thread.allocate_lock()
        begin.acquire()
        ends = []
        for thread in range(threads):
            done = _thread.allocate_lock()
            done.acquire()
            ends.append(done)
            _thread.start_new_thread(run, (thread, begin, done))
        start = perf_counter()
        begin.release()
        for done in ends:
            done.acquire()
        return perf_counter() - start

    start = perf_counter()
    expected = work(shared, 0)
    # Long enough that starting the threads does not matter.
    repeat = max(1, int(0.03 / (perf_counter() - start)))
    times = []
    end = perf_counter() + SECONDS
    while len(times) < 3 or perf_counter() < end:
        times.append(together() / repeat)
        if results != [expected] * threads:
            sys.exit(f"{program}: threads got {results}, not {expected}")
    listed = ", ".join([repr(seconds) for seconds in times])
    name = program.replace("\\", "/").rsplit("/", 1)[-1].removesuffix(".py")
    print('{"name": "' + name + '", "seconds": [' + listed + "]}", flush=True)


main(sys.argv[1], int(sys.argv[2]))
