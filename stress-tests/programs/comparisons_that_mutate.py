"""Keys whose __eq__ and __hash__ change the containers they are looked up in."""

from _hammer import finish, hammer

table, members, items = {}, set(), []


class Key:
    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return self.n % 5

    def __eq__(self, other):
        if self.n % 3 == 0:
            table.pop(other, None) if self.n % 2 else members.clear()
        if self.n % 7 == 0:
            items.clear()
        return isinstance(other, Key) and self.n == other.n

    def __lt__(self, other):
        items.append(self)
        return self.n < other.n


def look(random):
    key = Key(random(60))
    key in table, key in members, key in items
    table[key] = key.n
    members.add(key)
    items.append(key)


def change(random):
    table.setdefault(Key(random(60)), 1)
    members.discard(Key(random(60)))
    if random(4) == 0:
        sorted(items[:10])
        items.sort()
    members & {Key(1), Key(3)}
    items.index(Key(random(60)))
    if len(items) > 100:
        items.clear()
        table.clear()


hammer(look, change, expected=(ValueError, KeyError, RuntimeError, RecursionError))

finish()
