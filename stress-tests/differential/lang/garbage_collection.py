# Cycles, finalizers, weakref callbacks, gc's functions; what dies at once and what at a collection.
import gc, weakref
class N:
    def __init__(self, name): self.name = name
    def __del__(self): print('del', self.name)


gc.disable()
a = N('alone'); del a
ended = []
class Pair(N):
    def __del__(self): ended.append(self.name)  # whose turn is first depends on where they lie
a, b = Pair('a'), Pair('b'); a.o, b.o = b, a; ra = weakref.ref(a, lambda r: print('callback'))
del a, b; print('not yet', ra() is not None); print(gc.collect() >= 2, ra(), sorted(ended))
l = []; l.append(l); r = N('in list'); l.append(r); del l, r; gc.collect()
d = {}; d['self'] = d; d['n'] = N('in dict'); del d; gc.collect()
def closure():
    n = N('in closure')
    def f(): return f, n
    return None
closure(); gc.collect()
def gen():
    n = N('in generator')
    try: yield g
    finally: print('generator closed')
g = gen(); next(g); del g; gc.collect()
class Res:
    def __init__(self): self.me = self
    def __del__(self): print('resurrect'); saved.append(self)
saved = []; Res(); gc.collect(); print(len(saved)); saved[0].me = None; saved.clear(); gc.collect(); print('gone')
try: raise ValueError(N('in exception'))
except ValueError as e: kept = e
kept.me = kept; del kept; gc.collect()
print(gc.isenabled(), gc.get_threshold()[0] > 0, len(gc.get_count()), gc.is_tracked([]), gc.is_tracked(1), gc.is_finalized(1), gc.get_freeze_count(), gc.garbage, gc.get_debug())
gc.enable(); print(gc.isenabled()); gc.set_threshold(500, 5, 5); print(gc.get_threshold()[0])
x = [1]; holder = {'x': x}; print(any(o is holder for o in gc.get_referrers(x)), any(o is x for o in gc.get_referents(holder)))
events = []; gc.callbacks.append(lambda phase, info: events.append((phase, sorted(info)))); gc.collect(); gc.callbacks.clear(); print([e[0] for e in events], events[0][1])
class C: pass
for _ in range(3000): c = C(); c.me = c
print(sum(isinstance(o, C) for o in gc.get_objects()) < 3000)
gc.freeze(); print(gc.get_freeze_count() > 0); gc.unfreeze(); print(gc.get_freeze_count())
for bad in (lambda: gc.collect(5), lambda: gc.collect('a'), lambda: gc.set_threshold(), lambda: gc.set_debug('x')):
    try: bad()
    except (ValueError, TypeError) as e: print(type(e).__name__, e)
t = type('Temp', (), {}); rt = weakref.ref(t); del t; gc.collect(); print(rt())
m = type(gc)('mod'); m.self = m; m.n = N('in module'); del m; gc.collect()
print('end')
