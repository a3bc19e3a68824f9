"""All threads write into one dict: keys of their own and keys that all of them use."""

from _suite import parts, run

N = 1_200_000
STOCK = {}
SEEN = {}


def work(numbers):
    for n in numbers:
        STOCK[n % 3_000] = n % 3_000
        SEEN[n % 17] = True
        STOCK.get(n % 100)


run(work, parts(N))
print(len(STOCK), sum(STOCK.values()), sorted(SEEN))
