# Special methods of one native type put into a class that does not derive from it.
import operator
def attempt(name, f):
    try: r = f(); print(name, 'ok', type(r).__name__)
    except Exception as e: print(name, type(e).__name__, e)
for owner in (list, dict, int, str, float, type, property, tuple, set, bytes, super, type(len), type((lambda: 0)), type(iter([])), type(x for x in ()), BaseException, complex, slice, range, memoryview, classmethod, type(object().__str__), type(dict().keys()), enumerate, bytearray, frozenset):
    names = [n for n, v in vars(owner).items() if type(v).__name__ == 'wrapper_descriptor']
    for n in sorted(names):
        if n in ('__init__', '__call__', '__buffer__', '__del__'): continue
        C = type('C', (), {n: vars(owner)[n]})
        c = None
        try: c = C()
        except TypeError as e: print(owner.__name__, n, 'new', e); continue
        ops = {'__len__': lambda: len(c), '__getitem__': lambda: c[0], '__iter__': lambda: iter(c), '__next__': lambda: next(c), '__call__': lambda: c(1), '__hash__': lambda: hash(c), '__eq__': lambda: c == 5, '__lt__': lambda: c < 5, '__repr__': lambda: repr(c), '__str__': lambda: str(c), '__add__': lambda: c + 1, '__radd__': lambda: 1 + c, '__mul__': lambda: c * 2, '__contains__': lambda: 1 in c, '__bool__': lambda: bool(c), '__int__': lambda: int(c), '__float__': lambda: float(c), '__index__': lambda: operator.index(c), '__neg__': lambda: -c, '__abs__': lambda: abs(c), '__getattribute__': lambda: c.foo, '__setattr__': lambda: setattr(c, 'a', 1), '__delattr__': lambda: delattr(c, 'a'), '__setitem__': lambda: operator.setitem(c, 0, 1), '__delitem__': lambda: operator.delitem(c, 0), '__get__': lambda: type('D', (), {'x': c})().x, '__set__': lambda: setattr(type('D', (), {'x': c})(), 'x', 1), '__delete__': lambda: delattr(type('D', (), {'x': c})(), 'x'), '__or__': lambda: c | 1, '__and__': lambda: c & 1, '__pow__': lambda: c ** 2, '__mod__': lambda: c % 2, '__divmod__': lambda: divmod(c, 2), '__buffer__': lambda: memoryview(c), '__iadd__': lambda: operator.iadd(c, [1]), '__imul__': lambda: operator.imul(c, 2), '__ior__': lambda: operator.ior(c, {}), '__sub__': lambda: c - 1, '__truediv__': lambda: c / 1, '__floordiv__': lambda: c // 1, '__lshift__': lambda: c << 1, '__xor__': lambda: c ^ 1, '__invert__': lambda: ~c, '__del__': lambda: None, '__await__': lambda: None}
        if n in ops:
            try: ops[n]()
            except Exception as e: print(owner.__name__, n, type(e).__name__, str(e)[:80].split(' at 0x')[0])
            else: print(owner.__name__, n, 'ok')
