"""One list iterator and one reversed iterator, advanced by all threads while the list changes."""

from _hammer import finish, hammer

items = list(range(100))
shared = [iter(items), reversed(items), iter(enumerate(items)), iter(zip(items, items)), map(str, items)]


def advance(random):
    which = random(len(shared))
    for _ in range(20):
        next(shared[which], None)
    if random(10) == 0:
        makers = (iter, reversed, enumerate, lambda x: zip(x, x), lambda x: map(str, x))
        shared[which] = makers[which](items)


def change(random):
    action = random(6)
    if action == 0:
        items.append(random(1000))
    elif action == 1 and len(items) > 10:
        items.pop()
    elif action == 2:
        items[random(5) : random(10)] = [random(1000)] * random(5)
    elif action == 3:
        items.clear()
        items.extend(range(random(200)))
    elif action == 4:
        items.sort()
    else:
        items.reverse()


hammer(advance, change, expected=(IndexError, ValueError, TypeError))

finish()
