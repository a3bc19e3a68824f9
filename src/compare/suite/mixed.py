"""Requests as a server has them: wait a little, compute, note the result under a lock."""

import threading
import time

from _suite import parts, run

REQUESTS, STEPS, LATENCY = 150, 80_000, 0.0005
LOCK = threading.Lock()
LOG = {}


def work(numbers):
    for n in numbers:
        time.sleep(LATENCY)
        total = 0
        for k in range(STEPS):
            total += (n * k) & 15
        with LOCK:
            LOG[n] = total


run(work, parts(REQUESTS))
print(len(LOG), sum(LOG.values()))
