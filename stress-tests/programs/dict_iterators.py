"""Iterators and views of one dict, shared, while keys come and go."""

from _hammer import finish, hammer

table = {n: str(n) for n in range(100)}
shared = [iter(table), iter(table.values()), iter(table.items()), reversed(table)]


def advance(random):
    which = random(4)
    try:
        for _ in range(10):
            next(shared[which])
    except (RuntimeError, StopIteration):
        makers = (iter, lambda d: iter(d.values()), lambda d: iter(d.items()), reversed)
        shared[which] = makers[which](table)


def change(random):
    key = random(300)
    action = random(7)
    if action < 3:
        table[key] = str(key)
    elif action < 5:
        table.pop(key, None)
    elif action == 5 and table:
        table.popitem()
    else:
        table.update({key + n: str(key + n) for n in range(10)})
        if random(50) == 0:
            table.clear()


def read(random):
    key = random(300)
    value = table.get(key)
    assert value is None or value == str(key), (key, value)
    assert all(str(k) == v for k, v in list(table.items()))
    len(table), key in table, dict(table), table.keys() & {1, 2}


hammer(advance, change, read, change, expected=(RuntimeError, KeyError))

finish()
