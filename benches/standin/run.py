"""Runs one of our own benchmark programs in some threads and prints lines like those of the `pyperf` beside it.

Usage: run.py PROGRAM[:CASE] THREADS[,THREADS]

A program defines `work(shared, thread)`, the unit that each thread does, and perhaps `prepare()`, whose result all
threads share; or it holds several cases, `work_CASE` and `prepare_CASE`.  What `work` returns must be the same in every
thread and every time.  All threads begin together; a time is from there until the last one is done.  Given several
numbers of threads, it takes turns.  Needs `_thread` and `time` only.
"""

import _thread
import os
import sys
from time import perf_counter

SECONDS = float(os.environ.get("BENCH_SECONDS", "1"))


def main(program, counts):
    program, _, case = program.partition(":")
    case = case and "_" + case
    scope = {"__name__": "benchmark"}
    sys.modules["benchmark"] = type(sys)("benchmark")
    with open(program, encoding="utf-8") as file:
        exec(compile(file.read(), program, "exec"), scope)
    work, prepare = scope["work" + case], scope.get("prepare" + case, lambda: None)

    def run(thread, begin, done):
        begin.acquire()
        begin.release()
        try:
            for _ in range(repeat):
                results[thread] = work(shared, thread)
        finally:
            done.release()

    def together(threads):
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

    scope["threads"] = 1
    shared = prepare()
    start = perf_counter()
    expected = work(shared, 0)
    # Long enough that starting the threads does not matter.
    repeat = max(1, int(0.03 / (perf_counter() - start)))
    times = {threads: [] for threads in counts}
    shares = {}
    for threads in counts:
        scope["threads"] = threads
        shares[threads] = prepare()
    end = perf_counter() + SECONDS * len(counts)
    while len(times[counts[0]]) < 3 or perf_counter() < end:
        for threads in counts:
            scope["threads"] = threads
            results, shared = [None] * threads, shares[threads]
            times[threads].append(together(threads) / repeat)
            if results != [expected] * threads:
                sys.exit(f"{program}: threads got {results}, not {expected}")
    name = program.replace("\\", "/").rsplit("/", 1)[-1].removesuffix(".py") + case.replace("_", ".", 1)
    for threads in counts:
        listed = ", ".join([repr(seconds) for seconds in times[threads]])
        print('{"name": "' + name + '", "threads": ' + str(threads) + ', "seconds": [' + listed + "]}", flush=True)


main(sys.argv[1], [int(count) for count in sys.argv[2].split(",")])
