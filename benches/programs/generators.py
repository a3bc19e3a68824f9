"""Generators in a chain."""


def numbers(n):
    for i in range(n):
        yield i


def squares(source):
    for i in source:
        yield i * i


def work(shared, thread):
    return sum(x for x in squares(numbers(100_000)) if x % 3 == 0)
