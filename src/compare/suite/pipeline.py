"""One thread produces, the others (at least one) consume, through a bounded queue.Queue."""

import queue

from _suite import THREADS, run

JOBS, STEPS = 6_000, 1_500
JOBS_QUEUE = queue.Queue(maxsize=32)
CONSUMERS = max(1, THREADS - 1)


def produce():
    for n in range(JOBS):
        JOBS_QUEUE.put(n)
    for _ in range(CONSUMERS):
        JOBS_QUEUE.put(None)


def consume():
    total = 0
    while (n := JOBS_QUEUE.get()) is not None:
        for k in range(STEPS):
            total += (n * k) % 7
    return total


results = run(lambda f: f(), [produce] + [consume] * CONSUMERS)
print(sum(results[1:]))
