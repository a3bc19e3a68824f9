"""Two threads on one object: a bound method, called."""


class Adder:
    def __init__(self):
        self.step = 2

    def add(self, x):
        return x + self.step


def prepare():
    return Adder().add


def work(shared, thread):
    x = 0
    for _ in range(100_000):
        x = shared(x)
    return x
