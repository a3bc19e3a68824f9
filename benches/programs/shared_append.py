"""Two threads on one object: appended to one list."""


def prepare():
    return []


def work(shared, thread):
    for n in range(100_000):
        shared.append(n)
        if n % 20_000 == 19_999:
            shared.clear()
    return n
