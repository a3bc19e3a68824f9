"""One set, changed and combined by all threads."""

from _hammer import finish, hammer

numbers = set(range(50))
others = [frozenset(range(n, n + 20)) for n in range(0, 60, 10)]
iterators = [iter(numbers)]


def change(random):
    n = random(100)
    (numbers.add, numbers.discard)[random(2)](n)
    if random(20) == 0:
        numbers.update(others[random(6)])
    if random(20) == 0:
        numbers.difference_update(others[random(6)])
    if random(50) == 0:
        numbers.clear()


def combine(random):
    other = others[random(6)]
    for result in (numbers | other, numbers & other, numbers - other, numbers ^ other, numbers.copy()):
        assert all(0 <= n < 100 for n in result)
    list(numbers), len(numbers), 5 in numbers, numbers <= other


def iterate(random):
    try:
        next(iterators[0])
    except (RuntimeError, StopIteration):
        iterators[0] = iter(numbers)
    numbers.pop()


hammer(change, combine, iterate, expected=(RuntimeError, KeyError))

finish()
