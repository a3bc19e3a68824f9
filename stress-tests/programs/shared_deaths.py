"""Shared structures with very many objects die in all threads, while others still take from them: each finalizer and
each callback of a weak reference runs once, and in the end nothing is left."""

import gc
from itertools import count
from weakref import ref

from _hammer import failures, finish, hammer

made, ended, told = count(), count(), count()


class Leaf:
    def __init__(self):
        next(made)

    def __del__(self):
        next(ended)


class Whole(list):
    pass


def noticed(r):
    next(told)


shared = {}
refs = [[] for _ in range(100)]


def replace(random):
    whole = Whole([[Leaf(), i] for i in range(random(300))])
    if random(10) == 0:
        whole.extend([[i] for i in range(20_000)])
    chain = None
    for i in range(random(3000)):
        chain = [chain, i]
    whole.append([chain, Leaf()])
    refs[random(100)].append(ref(whole, noticed))
    shared[random(8)] = whole


def take(random):
    whole = shared.get(random(8))
    if whole:
        part = whole[random(len(whole))]
        whole[random(len(whole))] = part
        if random(20) == 0:
            shared[random(4)] = Whole(whole)
            r = ref(shared[0], noticed) if 0 in shared else ref(whole, noticed)
            refs[random(100)].append(r)


hammer(replace, take, take, replace)
shared.clear()
for _ in range(4):
    gc.collect()
alive = sum(r() is not None for some in refs for r in some)
if alive:
    failures.append(f"{alive} structures are left")
a, b = next(made), next(ended)
if a != b:
    failures.append(f"{a} leaves were made, {b} finalized")
a, b = sum(map(len, refs)), next(told)
if a != b:
    failures.append(f"{a} weak references, {b} told")
finish()
