"""Two threads on one object: values of one dict, read."""


def prepare():
    return {n: str(n) for n in range(100)}


def work(shared, thread):
    total = 0
    for n in range(150_000):
        total += len(shared[n % 100]) + len(shared.get(5))
    return total
