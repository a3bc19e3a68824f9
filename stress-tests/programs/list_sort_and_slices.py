"""Lists that are sorted, sliced, multiplied and compared by all threads."""

from _hammer import finish, hammer

items = list(range(200))


def sort(random):
    items.sort(key=lambda n: n % 7)
    items.sort(reverse=True)


def slices(random):
    a, b = random(200), random(200)
    action = random(5)
    if action == 0:
        items[a:b] = [random(500) for _ in range(random(20))]
    elif action == 1:
        del items[a:b:3]
    elif action == 2:
        assert all(isinstance(n, int) for n in items[a:b])
    elif action == 3:
        items.insert(a, b)
    else:
        items.extend(range(random(100)))
    if len(items) > 1000:
        del items[200:]


def read(random):
    for n in items:
        assert isinstance(n, int)
    items.copy(), items + [1], items == [1], items.count(5), 7 in items, sum(items), sorted(items)[:3]
    items.index(random(500))


hammer(sort, slices, read, slices, expected=(ValueError, IndexError))

finish()
