def check(name, ok):
    if not ok: failures.append(name)
def raises(name, exc, f, text=None):
    try:
        f()
    except exc as e:
        if text is not None and e.args[0] != text:
            failures.append((name, e.args[0]))
        return
    except BaseException as e:
        failures.append((name, "wrong", type(e).__name__, e.args)); return
    failures.append((name, "no exception"))
class C:
    def __init__(self, v): self.v = v
    def __eq__(self, o): return isinstance(o, C) and self.v == o.v
    def __hash__(self): return 1
s = {3, 1, 2}
check("set", len(s) == 3 and 1 in s and not (9 in s) and list(s) == [1, 2, 3])
s.add(1); s.add(7); check("add", len(s) == 4)
s.discard(7); s.discard(99); s.remove(1); check("rem", s == {2, 3})
raises("rem", KeyError, lambda: s.remove(77), 77)
check("ops", {1, 2} | {3} == {1, 2, 3} and {1, 2} & {2, 3} == {2} and {1, 2} - {2} == {1} and {1, 2} ^ {2, 3} == {1, 3})
x = {1, 2, 3}; x &= {2, 3, 4}; check("iand", x == {2, 3}); x |= {9}; check("ior", x == {2, 3, 9}); x -= {9}; check("isub", x == {2, 3}); x ^= {3, 4}; check("ixor", x == {2, 4})
check("cmp", {1} < {1, 2} and {1} <= {1} and {1, 2} > {1} and not ({1} < {1}) and {1} != {2})
check("methods", {1}.union([2], (3,)) == {1, 2, 3} and {1, 2}.intersection([2], [2, 3]) == {2} and {1, 2}.difference([1]) == {2} and {1}.symmetric_difference([1, 2]) == {2})
check("subset", {1}.issubset([1, 2]) and {1, 2}.issuperset([1]) and {1}.isdisjoint([2]))
raises("unh", TypeError, lambda: {[]}, "cannot use 'list' as a set element (unhashable type: 'list')")
raises("or", TypeError, lambda: {1} | [1], "unsupported operand type(s) for |: 'set' and 'list'")
f = frozenset([3, 1, 2])
check("frozen", f == {1, 2, 3} and f.__hash__() == -272375401224217160 and frozenset(f) is f and f.copy() is f)
check("nested", frozenset([1]) in {frozenset([1])} and {1} in {frozenset([1])})
raises("chg", RuntimeError, lambda: [s.add(i + 100) for i in s], "Set changed size during iteration")
t = set()
for i in range(1000): t.add(C(i % 37))
check("eqset", len(t) == 37)
for i in range(2000): t.add(i)
for i in range(0, 2000, 3): t.discard(i)
n = 0
while t: t.pop(); n += 1
check("pop", n == 37 + 2000 - 667)
raises("pop", KeyError, set().pop, "pop from an empty set")
class S(set): pass
y = S([1]); y.z = 4; check("sub", y == {1} and y.z == 4 and (y | {2}) == {1, 2} and not isinstance(y | {2}, S))
# range
check("range", list(range(5)) == [0, 1, 2, 3, 4] and list(range(10, 0, -3)) == [10, 7, 4, 1] and len(range(0, 10, 3)) == 4)
check("rin", 3 in range(5) and not (5 in range(5)) and 5.0 in range(6) and not ("a" in range(3)))
check("ridx", range(5)[-1] == 4 and range(10)[2:5] == range(2, 5) and range(1, 10, 3)[::-1] == range(7, -2, -3))
raises("ridx", IndexError, lambda: range(3)[5], "range object index out of range")
raises("rstep", ValueError, lambda: range(1, 2, 0), "range() arg 3 must not be zero")
check("rhash", range(5).__hash__() == 5795932985296280846 and range(0) == range(2, 2))
B = 1 << 70
check("rbig", list(range(B, B + 3)) == [B, B + 1, B + 2] and B in range(B + 5) and range(B)[B - 1] == B - 1 and range(B).index(B - 1) == B - 1)
check("rrev", list(range(5).__reversed__()) == [4, 3, 2, 1, 0] and list(range(B, B + 2).__reversed__()) == [B + 1, B] and list(range(0).__reversed__()) == [])
it = iter(range(10, 20, 3)); it.__next__()
check("rred", it.__reduce__()[1] == (range(13, 22, 3),))
it.__setstate__(1); check("rset", list(it) == [16, 19])
check("rcount", range(10).count(3) == 1 and range(10).index(4) == 4)
# slice
check("slice", slice(1, 2) == slice(1, 2) and slice(1) < slice(2) and slice(1,2).indices(B) == (1, 2, 1))
check("slice2", slice(None, None, -1).indices(5) == (4, -1, -1) and slice(-3, None).indices(5) == (2, 5, 1))
check("hslice", slice(1, 2).__hash__() == -2178470213028018262)
raises("slice", ValueError, lambda: [1][::0], "slice step cannot be zero")
raises("slice2", TypeError, lambda: [1]["a":], "slice indices must be integers or None or have an __index__ method")
# adaptors
check("enum", list(enumerate(["a", "b"], 5)) == [(5, "a"), (6, "b")] and list(enumerate(iterable=[1], start=2)) == [(2, 1)])
check("zip", list(zip([1, 2], [3, 4, 5])) == [(1, 3), (2, 4)] and list(zip()) == [])
raises("zips", ValueError, lambda: list(zip([1], [1], [1, 2], strict=True)), "zip() argument 3 is longer than arguments 1-2")
raises("zips2", ValueError, lambda: list(zip([1, 2], [1], strict=True)), "zip() argument 2 is shorter than argument 1")
check("map", list(map(lambda a: a + 1, [1, 2])) == [2, 3] and list(map(lambda a, b: a * b, [1, 2], [3, 4])) == [3, 8])
check("filter", list(filter(None, [0, 1, 2])) == [1, 2] and list(filter(lambda a: a > 1, [0, 1, 2])) == [2])
raises("map", TypeError, lambda: map(1), "map() must have at least two arguments.")
class Q:
    def __getitem__(self, i):
        if i > 2: raise IndexError
        return i
    def __len__(self): return 3
check("seqiter", list(Q()) == [0, 1, 2] and 2 in Q())
a, b = [1, 2]; check("unpack", a == 1 and b == 2)
l = []; l.append(l)
check("repr", l.__repr__() == "[[...]]")
d = {}; d["k"] = d
check("repr2", repr(d) == "{'k': {...}}" and repr((1,)) == "(1,)" and repr({1: [2, "x"]}) == "{1: [2, 'x']}")
check("repr3", repr({5}) == "{5}" and repr(set()) == "set()" and repr(frozenset([1])) == "frozenset({1})" and repr(range(1, 5, 2)) == "range(1, 5, 2)" and repr({1: 2}.keys()) == "dict_keys([1])" and repr(slice(1)) == "slice(None, 1, None)")
check("hint", iter({1: 2}).__length_hint__() == 1 and iter({1}).__length_hint__() == 1)
m = iter({1: 2, 3: 4}); m.__next__()
check("dictred", m.__reduce__()[1] == ([3],) and m.__next__() == 3)
it = iter([1, 2, 3]); it.__setstate__(50); check("setst", list(it) == [])
P = {}.keys().mapping.__class__
p = P({1: 2})
check("proxy", p[1] == 2 and p.get(5) is None and p == {1: 2} and len(p) == 1 and list(p.items()) == [(1, 2)] and (p | {3: 4}) == {1: 2, 3: 4})
raises("proxy", TypeError, lambda: P([]), "mappingproxy() argument must be a mapping, not list")
check("consts", 2 in {1, 2, 3} and "x" in {"x", None, (1, 2)} and (1, 2) in {"x", None, (1, 2)} and None in {None, 1.5} and 1.5 in {None, 1.5})
