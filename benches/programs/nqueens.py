"""Tuples, sets and generators: the queens problem by permutations."""


def permutations(items):
    if not items:
        yield ()
        return
    for i, item in enumerate(items):
        for rest in permutations(items[:i] + items[i + 1 :]):
            yield (item,) + rest


def work(shared, thread):
    n = 7
    count = 0
    for queens in permutations(tuple(range(n))):
        if n == len({queens[i] + i for i in range(n)}) == len({queens[i] - i for i in range(n)}):
            count += 1
    return count
