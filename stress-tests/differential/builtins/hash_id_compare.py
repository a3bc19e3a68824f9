# hash, id and identity: what is equal hashes alike; interned and cached objects; sorting keys.
vals = [0, 1, -1, 2**31, 2**61 - 1, 2**61, -2**61, 10**25, 0.5, 1e20, -1.5, float('inf'), 1j, 2 + 0j, True, None, ..., '', 'a', b'', b'a', (), (1, 2), frozenset(), frozenset([1, 2]), range(3), int, len, slice(1)]
print(all(hash(v) == hash(v) for v in vals), [hash(v) for v in vals[:14]], hash(0) == hash(0.0) == hash(False) == hash(0j))
print(hash('a') == hash('a' + ''), hash(b'ab') == hash(bytes([97, 98])) == hash(memoryview(b'ab')), hash((1, (2, 'x'))) == hash((1.0, (2 + 0j, 'x'))), hash(frozenset([1, 2.0])) == hash(frozenset([2, 1])), hash(range(0)) == hash(range(5, 5)))
a, b = 5, 5
print(a is b, None is None, () is (), 'abc' is 'abc' if True else 0, int is int, [] is [], True is (1 == 1), ... is Ellipsis)
x = [1]; y = x; print(x is y, x is not [1], id(x) == id(y), id(x) != id([1]))
import operator, functools
print(operator.index(5), operator.itemgetter(1, 0)('ab'), operator.attrgetter('real', 'imag')(5), operator.methodcaller('upper')('a'), operator.concat([1], [2]), operator.countOf([1, 1], 1), operator.indexOf('abc', 'c'), operator.truth([]), operator.is_(None, None), operator.contains([1], 1), operator.setitem(d := {}, 1, 2), d, operator.iadd([1], [2]), operator.matmul, operator.not_(0), operator.is_not_none(None) if hasattr(operator, 'is_not_none') else '')
for f in (lambda: operator.index(1.5), lambda: operator.itemgetter(), lambda: operator.attrgetter('x')(5), lambda: operator.itemgetter(5)([1]), lambda: operator.length_hint(5, 'a'), lambda: operator.concat(1, 2), lambda: hash({}), lambda: hash(bytearray()), lambda: hash((1, [])), lambda: hash(slice([]))):
    try: print(f())
    except Exception as e: print(type(e).__name__, e)
class H:
    def __init__(self, h): self.h = h
    def __hash__(self): return self.h
    def __eq__(self, o): return isinstance(o, H)
print(hash(H(5)), hash(H(-1)), hash(H(2**61 - 1)), hash(H(2**64)), hash(H(-2**70)), len({H(1), H(1)}), len({H(1), H(2)}), H(3) in {H(3): 1}, H(4) in [H(9)])
class NoHash:
    def __eq__(self, o): return True
class Sub(NoHash): pass
class Back(NoHash): __hash__ = object.__hash__
for c in (NoHash, Sub, Back):
    try: print(hash(c()) is not None)
    except TypeError as e: print(e)
