"""Two threads on one object: items of one list, read."""


def prepare():
    return [str(n) for n in range(100)]


def work(shared, thread):
    total = 0
    for n in range(200_000):
        total += len(shared[n % 100])
    return total
