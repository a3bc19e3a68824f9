"""Deep recursion in several threads at once, through Python and through native code."""

from _hammer import finish, hammer

class Loop:
    def __repr__(self):
        return repr(self)

    def __eq__(self, other):
        return other == self

    def __getattr__(self, name):
        return getattr(self, name + "_")


def plain(random):
    def down(n):
        return down(n + 1)

    down(0)


def native(random):
    (lambda: repr(Loop()), lambda: Loop() == Loop(), lambda: Loop().x, lambda: sorted([1, 2], key=lambda _: native(random)))[random(4)]()


def nested(random):
    items = []
    for _ in range(20000):
        items = [items]
    repr(items)


def generators(random):
    def down(n):
        yield from down(n + 1)

    next(down(0))


hammer(plain, native, nested, generators, expected=RecursionError)

finish()
