"""All threads count in one place under one lock: nothing runs in parallel, whatever the mode."""

import threading

from _suite import parts, run

N = 300_000
LOCK = threading.Lock()
total = 0


def work(numbers):
    global total
    for n in numbers:
        with LOCK:
            total += n & 3


run(work, parts(N))
print(total)
