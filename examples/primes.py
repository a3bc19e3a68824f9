"""A segmented prime sieve, the segments spread over threads.

Usage: primes.py [limit] [threads]

Each thread takes the next segment from a shared counter, sieves it in a
bytearray of its own with the small primes, which all share, and keeps its
findings to itself until the end.  Nothing but the counter is contended.
"""

import sys
from math import isqrt
from threading import Lock, Thread

SEGMENT = 1 << 16


def small_primes(limit):
    sieve = bytearray([1]) * (limit + 1)
    sieve[0:2] = b"\0\0"
    for n in range(2, isqrt(limit) + 1):
        if sieve[n]:
            sieve[n * n :: n] = bytes(len(range(n * n, limit + 1, n)))
    return [n for n, is_prime in enumerate(sieve) if is_prime]


class Segments:
    """Hands out [low, high) ranges, each to exactly one thread."""

    def __init__(self, limit):
        self.limit = limit
        self.next_low = 0
        self.lock = Lock()

    def take(self):
        with self.lock:
            low = self.next_low
            if low > self.limit:
                return None
            self.next_low = low + SEGMENT
            return low, min(low + SEGMENT, self.limit + 1)


def sieve_segment(low, high, primes):
    sieve = bytearray([1]) * (high - low)
    for n in (0, 1):
        if low <= n < high:
            sieve[n - low] = 0
    for p in primes:
        if p * p >= high:
            break
        first = max(p * p, (low + p - 1) // p * p) - low
        if first < high - low:
            sieve[first::p] = bytes(len(range(first, high - low, p)))
    return sieve


def work(segments, primes, found):
    """Counts primes, twin pairs inside a segment, and keeps each segment's largest."""
    count = twins = largest = 0
    while (segment := segments.take()) is not None:
        low, high = segment
        sieve = sieve_segment(low, high, primes)
        previous = -10
        for n, is_prime in enumerate(sieve, low):
            if is_prime:
                count += 1
                twins += n - previous == 2
                previous = largest_here = n
        largest = max(largest, largest_here)
    found.append((count, twins, largest))


def main(limit=50_000_000, threads=4):
    primes = small_primes(isqrt(limit))
    segments = Segments(limit)
    found = []
    workers = [Thread(target=work, args=(segments, primes, found)) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(f"primes up to {limit}: {sum(count for count, _, _ in found)}")
    print(f"twin pairs: {sum(twins for _, twins, _ in found)}")
    print(f"largest: {max(largest for _, _, largest in found)}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
