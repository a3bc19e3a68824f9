"""Random graphs of objects that hold each other in all kinds of ways, with numbers as their model and weak references
as witnesses: collections, young and full, free nothing that the model reaches, and all of what it does not."""

import gc
import sys
from weakref import ref

from _hammer import SEED, failures, finish, hammer, random_numbers

finalized = []


class Plain:
    def __init__(self, number):
        self.number = number
        self.links = {}

    def held(self):
        return self.links


class Slots:
    __slots__ = ("number", "links", "__weakref__")
    __init__ = Plain.__init__
    held = Plain.held


class Closure:
    def __init__(self, number):
        self.number = number
        links = {}
        self.held = lambda: links


class Suspended:
    def __init__(self, number):
        self.number = number
        self.held = self.wait({}).__next__
        self.held()

    @staticmethod
    def wait(links):
        while True:
            yield links


class Finalized(Plain):
    def __del__(self):
        # What it leads to is still whole.
        for number, other in self.links.items():
            assert other.number == number
        finalized.append(self.number)


class Revived(Plain):
    def __del__(self):
        finalized.append(self.number)
        came_back.append(self)


class Told(Plain):
    def __init__(self, number):
        super().__init__(number)
        self.me = ref(self, lambda r: None)


came_back = []
KINDS = [Plain, Slots, Closure, Suspended, Finalized, Revived, Told]
number_of_all = 0


class Graph:
    """Nodes by number: the model in `links` and `roots`, the objects below `held`, weak references in `seen`."""

    def __init__(self, random, start):
        self.random = random
        self.next = self.start = start
        self.links, self.roots, self.held, self.seen, self.old = {}, [], {}, {}, set()

    def reached(self, start=None):
        todo = list(self.roots if start is None else start)
        found = set(todo)
        while todo:
            for n in self.links[todo.pop()]:
                if n not in found:
                    found.add(n)
                    todo.append(n)
        return found

    def node(self, number):
        """Walks from the roots to a node that the model reaches."""
        path, todo = {n: None for n in self.roots}, list(self.roots)
        while todo:
            n = todo.pop(0)
            if n == number:
                break
            for m in self.links[n]:
                if m not in path:
                    path[m] = n
                    todo.append(m)
        way = [number]
        while path[way[-1]] is not None:
            way.append(path[way[-1]])
        o = self.held[way.pop()]
        while way:
            o = o.held()[way.pop()]
        assert o.number == number
        return o

    def step(self):
        random = self.random
        what = random(10)
        if what < 4 or not self.roots:
            n, self.next = self.next, self.next + 1
            o = KINDS[random(len(KINDS))](n)
            self.links[n] = set()
            self.seen[n] = ref(o)
            self.held[n] = o
            self.roots.append(n)
            if random(3) == 0:
                o.held()[n] = o
                self.links[n].add(n)
        elif what < 7:
            alive = sorted(self.reached())
            a, b = alive[random(len(alive))], alive[random(len(alive))]
            self.node(a).held()[b] = self.node(b)
            self.links[a].add(b)
        elif what == 7:
            alive = sorted(self.reached())
            a = alive[random(len(alive))]
            if self.links[a]:
                b = sorted(self.links[a])[random(len(self.links[a]))]
                del self.node(a).held()[b]
                self.links[a].discard(b)
        elif len(self.roots) > 1 + random(8):
            n = self.roots.pop(random(len(self.roots)))
            del self.held[n]

    def check_alive(self):
        for n in self.reached():
            o = self.seen[n]()
            assert o is not None, f"{n} was freed"
            assert o.number == n and set(o.held()) == self.links[n], f"{n} has changed"

    def dead(self):
        return set(self.seen) - self.reached()

    def forget(self):
        for n in self.dead():
            if self.seen[n]() is None:
                del self.seen[n], self.links[n]


def alone():
    """With one thread, and collections only where they stand here, it is known exactly what is freed."""
    exact = sys.implementation.name == "weft"
    gc.disable()
    for turn in range(25):
        gc.collect()
        while came_back:
            came_back.clear()
            gc.collect()
        g = Graph(random_numbers(SEED * 100 + turn), 0)
        for _ in range(8):
            for _ in range(g.random(60)):
                g.step()
            full = g.random(3) == 0
            gc.collect(2 if full else 0)
            g.check_alive()
            came_back_now = [o.number for o in came_back]
            expected = g.dead()
            if not full:
                # What old garbage leads to stays.
                expected -= g.reached(expected & g.old)
            # What came back, and what that led to, is left for the next time.
            expected -= g.reached(came_back_now)
            left = sorted(n for n in expected if g.seen[n]() is not None)
            assert not left or not exact and not full, f"turn {turn}: not freed: {left}"
            del came_back[:]
            g.old = set(g.links)
            if full:
                g.old = {n for n in g.old if g.seen[n]() is not None}
        del g
    gc.enable()


def long_ways():
    """Every object is reached by one way only, however long."""
    for length in [*range(1, 100), 1000, 20_000]:
        for kind in KINDS[:4]:
            first = last = o = kind(0)
            for n in range(1, length if kind is Plain else min(length, 300)):
                o = kind(n)
                last.held()[0] = o
                last = o
            last.held()[1] = first
            del last, o
            gc.collect()
            o, n = first, 0
            while 0 in o.held():
                assert o.number == n
                o, n = o.held()[0], n + 1
            assert o.held()[1] is first
            del o
            witness = ref(first)
            del first
            if length > 1:
                gc.collect()
                assert witness() is None


def together(random):
    global number_of_all
    g = Graph(random, 0)
    for _ in range(random(150)):
        g.step()
        if random(40) == 0:
            gc.collect(random(3))
            g.check_alive()
        if random(20) == 0:
            shared[random(20)] = g.node(g.roots[0])
    g.check_alive()
    if random(4) == 0:
        kept.append(g)
    if random(10) == 0:
        finalized.clear()
        came_back.clear()
        kept.clear()


shared, kept = {}, []
alone()
long_ways()
gc.set_threshold(200)
hammer(together)
shared.clear()
witnesses = [g.seen for g in kept]
kept.clear()
for _ in range(3):
    came_back.clear()
    gc.collect()
for seen in witnesses:
    left = [n for n, r in seen.items() if r() is not None]
    if left:
        failures.append(f"not freed at the end: {left}")
finish()
