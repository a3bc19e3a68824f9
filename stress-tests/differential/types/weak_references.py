# Weak references: death, callbacks, proxies, containers, resurrection, equality, hashing, finalize.
import gc, weakref
class C:
    def __init__(self, n=0): self.n = n
    def __eq__(self, o): return isinstance(o, C) and self.n == o.n
    def __hash__(self): return hash(self.n)
    def m(self): return self.n
    def __len__(self): return 5
    def __repr__(self): return f'C{self.n}'


def died(r): print('callback', r() is None, type(r).__name__)


c = C(1)
r, r2, rc = weakref.ref(c), weakref.ref(c), weakref.ref(c, died)
print(r() is c, r is r2, rc is r, r == rc, hash(r) == hash(c), weakref.getweakrefcount(c), len(weakref.getweakrefs(c)), rc.__callback__ is died, r.__callback__)
d = C(1); print(weakref.ref(d) == r, weakref.ref(d) != weakref.ref(C(2)))
del c
print(r(), r == r2, r == rc, rc.__callback__, hash(r))
fresh = weakref.ref(C(3))
try: hash(fresh)
except TypeError as e: print(e)
p = weakref.proxy(d)
print(p.n, p.m(), len(p), p == d, type(p).__name__, repr(p) != '', str(p), bool(p), isinstance(p, C)); p.n = 9; print(d.n)
try: hash(p)
except TypeError as e: print(e)
del d
for f in (lambda: p.n, lambda: p.m(), lambda: len(p), lambda: str(p), lambda: setattr(p, 'x', 1)):
    try: f()
    except ReferenceError as e: print(e)
for bad in (5, 'a', None, (), [], {}, object(), 1.5):
    try: weakref.ref(bad); print(type(bad).__name__, 'ok')
    except TypeError as e: print(e)
for good in (C, print, lambda: 0, {1}, frozenset(), C().m, (x for x in ()), type('T', (list,), {})(), __import__('re').compile('a')):
    weakref.ref(good)
wv = weakref.WeakValueDictionary(); keep = C(5); wv['a'] = keep; wv['b'] = C(6); print(dict(wv), 'b' in wv, len(wv), wv.get('b', 'gone'))
wk = weakref.WeakKeyDictionary({keep: 'v'}); print(wk[keep], len(wk)); ws = weakref.WeakSet([keep, C(8)]); print(len(ws), keep in ws)
del keep; print(len(wv), len(wk), len(ws))
class Sub(weakref.ref):
    def __new__(cls, o, cb=None, tag=''): s = super().__new__(cls, o, cb); return s
    def __init__(self, o, cb=None, tag=''): super().__init__(o, cb); self.tag = tag
o = C(); s = Sub(o, died, tag='t'); print(s.tag, s() is o, s is weakref.ref(o)); del o
m = C(4); wm = weakref.WeakMethod(m.m); print(wm()()); del m; print(wm())
o = C(7); fin = weakref.finalize(o, print, 'finalized', 7); print(fin.alive, fin.peek()[2]); del o; print(fin.alive, fin())
o = C(8); fin = weakref.finalize(o, lambda: 'called early'); print(fin(), fin()); del o
a, b = C(1), C(2); a.other, b.other = b, a; ra = weakref.ref(a, died); del a, b; print(ra() is None or gc.isenabled()); gc.collect(); print(ra())
def bad_callback(r): raise ValueError('in callback')
import sys; sys.unraisablehook = lambda u: print('unraisable', u.exc_value)
o = C(); x = weakref.ref(o, bad_callback); del o; order = []
o = C(); rs = [weakref.ref(o, lambda r, i=i: order.append(i)) for i in range(4)]; del o; print(order)
class Slots: __slots__ = ('__weakref__',)
so = Slots(); print(weakref.ref(so)() is so)
for f in (lambda: weakref.ref(), lambda: weakref.ref(so, 1, 2), lambda: weakref.proxy(5), lambda: weakref.ref(so)(1)):
    try: f()
    except TypeError as e: print(e)
print(weakref.ref(C).__class__, callable(weakref.proxy(print)) , type(weakref.proxy(lambda: 1) if False else weakref.proxy(print)).__name__)
