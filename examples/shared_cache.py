"""One cache, many threads: each value is computed once, however many ask.

Usage: shared_cache.py [requests per thread] [threads]

The cache is a dict of entries.  `dict.setdefault` is atomic, so all threads
that ask for a key meet at the same entry, whose own lock lets one of them
compute while the others wait.  A hit takes no lock at all.
"""

import sys
from threading import Lock, Thread


class Entry:
    __slots__ = ("lock", "value", "ready")

    def __init__(self):
        self.lock = Lock()
        self.value = None
        self.ready = False


class Cache:
    def __init__(self, compute):
        self.compute = compute
        self.entries = {}

    def get(self, key):
        entry = self.entries.get(key)
        if entry is None:
            entry = self.entries.setdefault(key, Entry())
        if not entry.ready:
            with entry.lock:
                if not entry.ready:
                    entry.value = self.compute(key)
                    entry.ready = True
        return entry.value


class Counting:
    """A function of the key that knows how often it was called, and for what."""

    def __init__(self):
        self.calls = []

    def __call__(self, key):
        self.calls.append(key)
        value = key
        for _ in range(200):
            value = (value * 6364136223846793005 + 1442695040888963407) % 2**64
        return value >> 40


def ask(cache, seed, requests, sums):
    state, total = seed, 0
    for _ in range(requests):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        total += cache.get((state >> 12) % 997)
    sums[seed] = total


def main(requests=800_000, threads=8):
    compute = Counting()
    cache = Cache(compute)
    sums = {}
    workers = [Thread(target=ask, args=(cache, n, requests, sums)) for n in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(f"requests: {threads * requests}")
    print(f"computed: {len(compute.calls)}, different: {len(set(compute.calls))}")
    print(f"sum: {sum(sums.values())}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
