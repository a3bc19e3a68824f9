"""Two threads on one object: a closure and its cell."""


def prepare():
    offset = [3]

    def add(x):
        return x + offset[0]

    return add


def work(shared, thread):
    x = 0
    for _ in range(100_000):
        x = shared(x)
    return x
