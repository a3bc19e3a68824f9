"""Properties, cached values, bound methods and partials used from all threads."""

import functools

from _hammer import finish, hammer

class Shared:
    def __init__(self):
        self.number = 0

    @property
    def double(self):
        return self.number * 2

    @functools.cached_property
    def made(self):
        return [self.number]

    def method(self, x, *rest, **named):
        return x

    @classmethod
    def create(cls):
        return cls()


@functools.lru_cache(maxsize=20)
def cached(n):
    return n * n


shared = [Shared() for _ in range(3)]
bound = [thing.method for thing in shared]
partial = functools.partial(bound[0], 5)


def use(random):
    thing = shared[random(3)]
    thing.number += 1
    assert thing.double % 2 == 0
    assert isinstance(thing.made[0], int)
    assert bound[random(3)](7) == 7 and partial() == 5
    n = random(40)
    assert cached(n) == n * n
    if random(50) == 0:
        shared[random(3)] = Shared.create()
        cached.cache_clear()
    if random(50) == 0:
        thing.__dict__.pop("made", None)


def rebind(random):
    bound[random(3)] = shared[random(3)].method
    cached.cache_info(), repr(bound[0]), bound[0] == bound[1]


hammer(use, use, rebind)

finish()
