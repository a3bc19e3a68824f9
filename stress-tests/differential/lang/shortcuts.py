# What the interpreter does by itself or remembers at a site must follow every change of what it stands for.


# Getters: a site sees a property, then what replaces it.
class A:
    @property
    def x(self): return 'property'
    def m(self): return 'method'


def get_x(o): return o.x
def get_m(o): return o.m
def get_class(o): return o.__class__
def get_name(c): return c.__name__


a = A()
for _ in range(3): print(get_x(a), get_class(a).__name__, get_name(A), get_m(a)())
a.__dict__['x'] = 'own'
a.__dict__['m'] = lambda: 'own method'
for _ in range(2): print(get_x(a), get_m(a)())
A.x = property(lambda self: 'other property')
for _ in range(2): print(get_x(a))
A.x = 'plain'
for _ in range(2): print(get_x(a), get_x(A()))
del a.x
for _ in range(2): print(get_x(a))
A.x = lambda self: 'function'
for _ in range(2): print(get_x(a)(), get_x(A)(1))
A.m = property(lambda self: lambda: 'from a property')
for _ in range(2): print(get_m(a)(), get_m(A())())
A.__name__ = 'B'
for _ in range(2): print(get_name(A), get_name(int), get_name(type))


class P:
    @property
    def bad(self): raise AttributeError('inside')
    @property
    def deep(self): return self.bad
    @property
    def none(self): return 1 / 0
    write_only = property(None, lambda self, v: None)


for _ in range(3):
    for name in ('bad', 'deep', 'none', 'write_only'):
        try: print({'bad': lambda: P().bad, 'deep': lambda: P().deep, 'none': lambda: P().none,
                    'write_only': lambda: P().write_only}[name]())
        except Exception as e: print(name, type(e).__name__, e)


class Falls:
    @property
    def y(self): raise AttributeError('no y')
    def __getattr__(self, name): return 'fallback ' + name


for _ in range(3): print(Falls().y)


class Shadow:
    def f(self): return 'class'


s, r = Shadow(), Shadow()
r.f = 'instance'
for o in (s, r, s, r): print(o.f if o is r else o.f())
Meta = type('Meta', (type,), {'kind': property(lambda c: 'kind of ' + c.__name__)})
M = Meta('M', (), {'kind': 'hidden'})
for _ in range(3): print(M.kind, M().kind)
for t in (int, dict, list, str, int, dict, A): print(t.__repr__ is t.__dict__.get('__repr__'), t.__eq__ is object.__eq__)
for f in ([].append, {}.get, ''.join, (1).__add__): print(f.__name__, f.__self__)


# Short natives.
class L(list):
    def __len__(self): return 42
    def append(self, x): super().append(x * 2)


l = L()
l.append(3)
list.append(l, 4)
print(len(l), list(l), [len(x) for x in ('abc', (1, 2), [1], {1: 2}, {1, 2}, frozenset([1]), b'ab', range(4))])


class Pretends:
    @property
    def __class__(self): return int


class Never(type):
    def __instancecheck__(cls, v): return v == 5
    def __subclasscheck__(cls, c): return c is int


N = Never('N', (), {})
print(isinstance(Pretends(), int), isinstance(Pretends(), (str, int)), isinstance(5, N), isinstance(6, (str, N)),
      issubclass(int, N), issubclass(str, (bytes, N)), isinstance(True, int), isinstance(1, (str, (bytes, int))))
for f in (lambda: isinstance(1, 2), lambda: isinstance(1, (str, 2)), lambda: issubclass(1, int), lambda: len(5),
          lambda: [].append(), lambda: [].append(1, 2), lambda: len(), lambda: issubclass(int, (str, 3)),
          lambda: min(), lambda: type(1, 2)):
    try: print(f())
    except TypeError as e: print(e)
print(type(5), type(type), type(a) is A, id(a) == id(a), min(3, 1, 2), max(3, 1, key=lambda x: -x), min([], default=9),
      'a-b-c'.split('-', maxsplit=1), sorted([3, 1, 2], reverse=True), sorted('bca', key=ord))


# Parameters of every kind.
def f(a, b=2, *c, d=4, e=5, **g): return a, b, c, d, e, g
def h(*, k=1): return k
def v(*a): return a
def k(**a): return a


print(f(1), f(1, 3), f(1, 3, 5, 6), f(1, d=7), h(), v(), v(1, 2), k(), f(*range(12)))
f.__kwdefaults__ = {'d': 40}
try: print(f(1))
except TypeError as e: print(e)
f.__kwdefaults__ = {'d': 40, 'e': 50}
f.__defaults__ = (10, 20)
print(f(), f(1), f(1, 2, 3))
for g in (lambda: h(1), lambda: f.__call__(), lambda: k(1), lambda: v(x=1)):
    try: print(g())
    except TypeError as e: print(e)

# Tuples.
from collections import namedtuple
NT = namedtuple('NT', 'a b')


class Odd(tuple):
    def __eq__(self, other): return 'odd'
    def __lt__(self, other): return True
    __hash__ = tuple.__hash__


class E:
    def __init__(self, n): self.n = n
    def __eq__(self, o): print('eq', self.n); return self.n == getattr(o, 'n', None)
    def __hash__(self): return 7


nan = float('nan')
print((1, 2) == NT(1, 2), NT(1, 2) == (1, 3), (1, (2, 'x')) == (1, (2, 'x')), (nan,) == (nan,), (nan,) == (float('nan'),),
      (1,) == (1.0,), (True,) == (1,), (None,) == (False,), () == (), (1,) == (1, 2), (1, 2) < (1, 2, 3), (2,) < (1, 5))
print(Odd((1,)) == (1,), (1,) == Odd((1,)), (1, Odd((2,))) == (1, (2,)), (E(1), 2) == (E(1), 2), (E(1), 2) == (E(1), 2, 3))
d = {(1, (2, 3)): 'nested', NT(4, 5): 'named', (E(8), 1): 'asked'}
print(d[1, (2, 3)], d[4, 5], d[NT(1, (2, 3))], d.get((4, 5, 6)), d[E(8), 1], {(1, 2.0), (1.0, 2), (True, 2)})
print(sorted([(2, 'b'), (1, 'z'), (2, 'a'), (1, 'z', 0)]), sorted([(True, 1), (False, 2), (False, 1)]),
      sorted([NT(2, 1), (1, 9), NT(1, 8)]), sorted([(1, 2.5), (1, 2), (1, 2.25)]))
for bad in ([(1, 'a'), (1, 2)], [(None, 1), (None, 0), (1, 2)], [(1, None), (1, None)]):
    try: print(sorted(bad))
    except TypeError as e: print(e)
print(E(1) != E(2), object() == object(), a == a, a != a, A() == 1)


# Formats.
class S(str):
    def __str__(self): return 'own str'


print('%s|%d|%s%%' % ('x', -12, 0), '%s' % 5, '%s' % 'y', '%s %s' % (True, None), '%s' % S('z'), S('%s') % 'w', '%d' % 2.9,
      '%s' % (('t',),), '%s' % -(1 << 61), '%d' % (1 << 70), '%5s|%-4d|%x' % ('r', 7, 255), '%s' % ('ä' * 200,), '%s' * 3 % ('é', 1, 'ü'))
for g in (lambda: '%s' % (), lambda: '%s' % (1, 2), lambda: '%d' % 'x', lambda: '%', lambda: '%' % (), lambda: 'a' % 1, lambda: 'a' % 'b'):
    try: print(g())
    except Exception as e: print(type(e).__name__, e)


# zip, enumerate, tuple of what changes.
l = [1, 2, 3]
print(list(zip(l, 'ab')), list(enumerate('ab', 5)), tuple(l), tuple(iter(l)), list(zip('ab', l, strict=False)))
try: list(zip(l, 'ab', strict=True))
except ValueError as e: print(e)
