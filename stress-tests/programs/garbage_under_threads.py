"""Cycles made in all threads while one collects and others look through the collector."""

import gc

from _hammer import finish, hammer

class Node:
    def __init__(self):
        self.links = []

    def __del__(self):
        if len(finalized) < 10:
            finalized.append(self)


finalized = []
roots = [Node() for _ in range(10)]


def make(random):
    a, b, c = Node(), Node(), Node()
    a.links += [b, c, a.links]
    b.links += [c, roots[random(10)]]
    c.links.append(a)
    if random(3) == 0:
        roots[random(10)].links.append(a)
    if random(50) == 0:
        roots[random(10)] = Node()


def collect(random):
    gc.collect(random(3))
    finalized.clear()


def inspect(random):
    gc.get_count(), gc.get_stats(), gc.is_tracked(roots)
    gc.get_referents(roots[random(10)])
    if random(20) == 0:
        assert isinstance(gc.get_objects(), list)
        gc.get_referrers(roots[0])
    if random(20) == 0:
        gc.set_threshold(random(2000) + 10, 10, 10)
    if random(100) == 0:
        gc.freeze()
        gc.unfreeze()


hammer(make, collect, inspect, make)

finish()
