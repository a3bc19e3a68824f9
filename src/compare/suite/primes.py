"""Each thread counts the primes of its part of the numbers. Parts are dealt out in strips, for later ones cost more."""

from _suite import THREADS, run

N = 500_000


def count(first):
    found = 0
    for n in range(first * 2 + 3, N, THREADS * 2):
        d = 3
        while d * d <= n:
            if n % d == 0:
                break
            d += 2
        else:
            found += 1
    return found


print(1 + sum(run(count, range(THREADS))))
