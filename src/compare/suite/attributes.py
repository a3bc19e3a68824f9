"""All threads call methods of one object and read its attributes, which nobody writes."""

from _suite import parts, run

N = 600_000


class Tariff:
    def __init__(self):
        self.base = 3
        self.step = 5
        self.limit = 100

    def price(self, n):
        return self.base + self.step * min(n, self.limit)


TARIFF = Tariff()


def work(numbers):
    price = TARIFF.price
    total = 0
    for n in numbers:
        total += price(n % 150) + TARIFF.price(n & 63)
    return total


print(sum(run(work, parts(N))))
