"""Objects die in one thread while others look at them through weak references."""

import weakref

from _hammer import finish, hammer

class Thing:
    def __init__(self, name):
        self.name = name


died = []
things = {n: Thing(n) for n in range(50)}
refs = [weakref.ref(things[n], died.append) for n in range(50)]
by_name = weakref.WeakValueDictionary(things)
known = weakref.WeakSet(things.values())


def kill(random):
    n = random(50)
    things.pop(n, None)
    if len(died) > 1000:
        died.clear()


def renew(random):
    n = random(50)
    thing = things[n] = Thing(n)
    refs[n] = weakref.ref(thing, died.append)
    by_name[n] = thing
    known.add(thing)


def look(random):
    n = random(50)
    thing = refs[n]()
    assert thing is None or thing.name == n
    thing = by_name.get(n)
    assert thing is None or thing.name == n
    weakref.getweakrefcount(thing or look), len(by_name), len(known)
    if thing is not None:
        proxy = weakref.proxy(thing)
        assert proxy.name == n
    if random(50) == 0:
        [x.name for x in list(known)]


hammer(kill, renew, look, look, expected=(RuntimeError, KeyError, ReferenceError))

finish()
