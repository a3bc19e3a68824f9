# tuple: construction, operators, methods, comparison, hashing, named tuples.
t = (1, 'a', (2,), None)
for code in ("t[0]", "t[-1]", "t[1:3]", "t[::-1]", "t[9]", "t['a']", "t + (5,)", "t + [5]", "t * 2", "0 * t", "t * 'a'", "'a' in t", "(2,) in t", "t.index('a')", "t.index(9)", "t.index(1, 1)", "t.index('a', 0, 2)", "t.count(None)", "len(t)", "tuple()", "tuple('ab')", "tuple([1])", "tuple({1: 2})", "tuple(5)", "tuple(1, 2)", "tuple(x=1)", "tuple(t) is t", "t[:] is t", "() is ()", "t[0:0] is ()", "hash((1, 2)) == hash((1, 2.0))", "hash(([],))", "(1, 2) < (1, 3)", "(1,) < (1, 0)", "(1, 'a') < (1, 2)", "(1, 'a') < (2, 2)", "() < (0,)", "(1, 2) == [1, 2]", "(1, 2) != (2, 1)", "((1,),) == ((1,),)", "t.__getnewargs__()", "t.append(1)", "tuple.__new__(tuple, [1])", "tuple.__new__(int)", "repr((1,))", "repr(())", "(1,) * -1", "max((1, 5, 3))", "sum((1, 2), 10)", "sorted((3, 1))", "list(reversed((1, 2)))", "tuple[int, str]", "t.__class_getitem__(5)", "(*t, *t)[4]", "t.__contains__(1)", "t.__iter__().__length_hint__()", "tuple(x for x in 'ab')", "(lambda *a: a)(*t) == t", "(1, 2).__rmul__(2)", "(nan,) == (nan,)", "(nan,) == (float('nan'),)", "t[True]", "().index(1)"):
    try: print(code, '=', eval(code, {'t': t, 'nan': float('nan')}))
    except Exception as e: print(code, '->', type(e).__name__, e)
for code in ("t[0] = 1", "del t[0]", "t.x = 1", "t += (1,)"):
    try: exec(code, {'t': t}); print(code, 'ok')
    except Exception as e: print(code, '->', type(e).__name__, e)
l = []; rec = (l,); l.append(rec); print(rec)
class T(tuple):
    def __new__(cls, *a): return super().__new__(cls, a)
    def __getitem__(self, i): return 'got'
    attr = 1
x = T(1, 2); x.new = 5
print(x, x[0], list(x), x.new, type(x + (3,)).__name__, x == (1, 2), hash(x) == hash((1, 2)), type(x * 1).__name__, T.__mro__[1])
from collections import namedtuple
P = namedtuple('P', 'x y z', defaults=[0])
p = P(1, y=2)
print(p, p.x, p[1], p._asdict(), p._replace(x=9), P._fields, P._field_defaults, P._make([1, 2, 3]), *p, p == (1, 2, 0), isinstance(p, tuple), P.__doc__, p._replace(z=1).z)
for f in (lambda: P(1), lambda: P(1, 2, 3, 4), lambda: p._replace(w=1), lambda: namedtuple('Q', 'a a'), lambda: namedtuple('Q', 'class'), lambda: namedtuple('Q', '_x'), lambda: P._make([1]), lambda: setattr(p, 'x', 1), lambda: namedtuple('Q', 'a class _b', rename=True)._fields):
    try: print(f())
    except Exception as e: print(type(e).__name__, e)
a, b, *c = p; print(a, b, c)
match p:
    case P(x, y): print('matched', x, y)
from typing import NamedTuple
class N(NamedTuple):
    """doc"""
    a: int
    b: str = 'd'
    def both(self): return self.a, self.b
print(N(1), N(1).both(), N.__annotations__, N(b='x', a=5), N.__doc__)
it = iter((1, 2, 3)); next(it); print(list(it), list(it)); print(hash(()) == hash(()), hash((1, (2, 3))) == hash((1, (2, 3))), {(1, 2): 'k'}[1, 2])
