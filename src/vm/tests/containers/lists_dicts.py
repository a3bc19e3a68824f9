class Bad:
    pass
n = 0
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
# list
l = [3, 1, 2]
check("sort", (l.sort(), l)[1] == [1, 2, 3])
l.sort(reverse=True); check("rsort", l == [3, 2, 1])
l.append(4); l.extend([5, 6]); l.insert(0, 9); check("ops", l == [9, 3, 2, 1, 4, 5, 6])
check("pop", l.pop() == 6 and l.pop(0) == 9 and l == [3, 2, 1, 4, 5])
l.remove(1); check("remove", l == [3, 2, 4, 5])
check("index", l.index(4) == 2 and l.count(3) == 1 and 5 in l and not (7 in l))
raises("idx", IndexError, lambda: l[9], "list index out of range")
raises("idx2", TypeError, lambda: l['a'], "list indices must be integers or slices, not str")
check("slice", l[1:3] == [2, 4] and l[::-1] == [5, 4, 2, 3] and l[-2:] == [4, 5] and l[::2] == [3, 4])
l[1:3] = [7, 8, 9]; check("setslice", l == [3, 7, 8, 9, 5])
l[1:4] = []; check("setslice2", l == [3, 5])
l[1:1] = [1, 2, 3, 4, 5, 6, 7]; check("setslice3", l == [3, 1, 2, 3, 4, 5, 6, 7, 5])
l[::2] = [0, 0, 0, 0, 0]; check("setstep", l == [0, 1, 0, 3, 0, 5, 0, 7, 0])
del l[::2]; check("delstep", l == [1, 3, 5, 7])
del l[::-2]; check("delstep2", l == [1, 5])
del l[0]; check("del", l == [5])
l *= 3; check("imul", l == [5, 5, 5])
l += (1, 2); check("iadd", l == [5, 5, 5, 1, 2])
check("mul", [1, 2] * 2 == [1, 2, 1, 2] and 2 * [1] == [1, 1] and [1] * -1 == [])
check("add", [1] + [2] == [2 - 1, 2])
raises("add", TypeError, lambda: [] + 1, 'can only concatenate list (not "int") to list')
raises("stepsize", ValueError, lambda: [1,2,3,4].__setitem__(slice(None,None,2), [1]), "attempt to assign sequence of size 1 to extended slice of size 2")
raises("pop", IndexError, lambda: [].pop(), "pop from empty list")
raises("pop2", IndexError, lambda: [1].pop(3), "pop index out of range")
raises("rem", ValueError, lambda: [1].remove(3), "list.remove(x): x not in list")
raises("mem", MemoryError, lambda: [1] * (1 << 60))
l = ["b", "a", "c"]; l.sort(); check("sortstr", l == ["a", "b", "c"])
l = [2.5, 1.5, -1.0]; l.sort(); check("sortf", l == [-1.0, 1.5, 2.5])
l = [2, 1.5, True]; l.sort(); check("sortmix", l == [True, 1.5, 2])
l = [(2, "b"), (1, "c"), (1, "a")]; l.sort(); check("sorttup", l == [(1, "a"), (1, "c"), (2, "b")])
l = ["bb", "a", "cc", "ddd"]; l.sort(key=len); check("sortkey", l == ["a", "bb", "cc", "ddd"])
l.sort(key=len, reverse=True); check("sortkeyrev", l == ["ddd", "bb", "cc", "a"])
class C:
    def __init__(self, v): self.v = v
    def __lt__(self, o): return self.v < o.v
    def __eq__(self, o): return isinstance(o, C) and self.v == o.v
    def __hash__(self): return 1
l = []
x = 7
for i in range(300):
    x = (x * 1103515245 + 12345) % 2147483648
    l.append(C(x % 50))
l.sort()
ok = True
for i in range(299):
    if l[i + 1] < l[i]: ok = False
check("sortobj", ok and len(l) == 300)
class E:
    def __lt__(self, o): raise ValueError("x")
l = [E(), E(), E()]
raises("sorterr", ValueError, l.sort, "x")
check("kept", len(l) == 3)
l = [3, 2, 1]
def touch(x):
    l.append(1)
    return x
raises("modified", ValueError, lambda: l.sort(key=touch), "list modified during sort")
check("modified2", l == [1, 2, 3])
raises("cmp", TypeError, [1, "a"].sort, "'<' not supported between instances of 'str' and 'int'")
check("cmp", [1, 2] < [1, 3] and [1] < [1, 0] and not ([2] < [1]) and [1, 2] != [1] and [] == [])
check("rev", list([1, 2, 3].__reversed__()) == [3, 2, 1])
l = [1, 2, 3]; l.reverse(); check("reverse", l == [3, 2, 1])
c = l.copy(); c.clear(); check("copy", l == [3, 2, 1] and c == [])
it = iter(l); check("it", it.__next__() == 3 and it.__length_hint__() == 2 and it.__reduce__()[2] == 1)
class L(list):
    pass
s = L([1, 2]); s.x = 5
check("sub", s == [1, 2] and s.x == 5 and len(s) == 2 and list(s) == [1, 2])
s.append(3); check("sub2", s[2] == 3 and s[1:] == [2, 3])
a = [1]; a.extend(a); check("selfext", a == [1, 1])
a[1:] = a; check("selfslice", a == [1, 1, 1])
# tuple
t = (1, 2, 3)
check("t", t[1] == 2 and t[-1] == 3 and t[1:] == (2, 3) and t + (4,) == (1, 2, 3, 4) and t * 2 == (1, 2, 3, 1, 2, 3))
check("thash", (1, 2).__hash__() == -3550055125485641917)
check("tidx", t.index(3) == 2 and t.count(1) == 1 and 2 in t and tuple([1, 2, 3]) == t and tuple(t) is t)
raises("tidx", ValueError, lambda: t.index(9), "tuple.index(x): x not in tuple")
raises("tset", TypeError, lambda: t.__class__(1, 2), "tuple expected at most 1 argument, got 2")
check("tcmp", (1, 2) < (1, 3) and (1,) < (1, 2) and () == ())
class T(tuple): pass
check("tsub", T([1, 2]) == (1, 2) and len(T()) == 0)
# dict
d = {"a": 1, 2: "b"}
check("d", d["a"] == 1 and d[2] == "b" and len(d) == 2 and "a" in d and not (5 in d))
raises("d", KeyError, lambda: d["zz"], "zz")
raises("dh", TypeError, lambda: d[[]], "cannot use 'list' as a dict key (unhashable type: 'list')")
d[C(1)] = 5; check("deq", d[C(1)] == 5 and d.get(C(2)) is None and d.get(C(2), 7) == 7)
check("dpop", d.pop(C(1)) == 5 and len(d) == 2 and d.pop(9, 3) == 3)
check("dsetdef", d.setdefault("q", 8) == 8 and d.setdefault("q", 9) == 8)
check("dkeys", list(d) == ["a", 2, "q"] and list(d.keys()) == ["a", 2, "q"] and list(d.values()) == [1, "b", 8] and list(d.items()) == [("a", 1), (2, "b"), ("q", 8)])
check("dpopitem", d.popitem() == ("q", 8) and d.popitem() == (2, "b"))
raises("dpopitem", KeyError, {}.popitem, "popitem(): dictionary is empty")
d.update({1: 2}); d.update([(3, 4)]); d.update(z=5); check("dupd", d == {"a": 1, 1: 2, 3: 4, "z": 5})
check("dor", {1: 2} | {1: 3, 4: 5} == {1: 3, 4: 5})
d |= [(9, 9)]; check("dior", d[9] == 9)
check("drev", list(d.__reversed__()) == [9, "z", 3, 1, "a"])
check("dfk", dict.fromkeys([1, 2]) == {1: None, 2: None} and dict.fromkeys("ab", 0) == {"a": 0, "b": 0} if 0 else dict.fromkeys((1, 2), 0) == {1: 0, 2: 0})
check("dctor", dict([(1, 2)], a=3) == {1: 2, "a": 3} and dict({1: 2}) == {1: 2} and dict(a=1) == {"a": 1})
raises("dctor", ValueError, lambda: dict([(1, 2, 3)]), "dictionary update sequence element #0 has length 3; 2 is required")
raises("dctor2", TypeError, lambda: dict([1]), "object is not iterable")
def chg():
    d = {1: 2}
    for k in d: d[k + 1] = 3
raises("dchg", RuntimeError, chg, "dictionary changed size during iteration")
def chg2():
    d = {0: 0}
    for k in d:
        del d[0]
        d[0] = 0
raises("dchg2", RuntimeError, chg2, "dictionary keys changed during iteration")
class D(dict):
    def __missing__(self, k): return k * 2
check("missing", D()[4] == 8)
big = {}
for i in range(5000): big[i] = i * i
for i in range(0, 5000, 2): del big[i]
ok = len(big) == 2500
for i in range(1, 5000, 2):
    if big[i] != i * i: ok = False
check("big", ok and list(big)[0] == 1)
n = 0
while big:
    big.popitem(); n += 1
check("bigpop", n == 2500)
k = {1: 2, 3: 4}.keys()
check("views", k & [1, 9] == {1} and k | [9] == {1, 3, 9} and k - [1] == {3} and k ^ [1, 5] == {3, 5} and k == {1, 3} and {1, 3} == k and k < {1, 3, 5})
check("items", ({1: 2}.items() & [(1, 2)]) == {(1, 2)} and (1, 2) in {1: 2}.items() and not ((1, 3) in {1: 2}.items()))
check("disj", k.isdisjoint([5]) and not k.isdisjoint([1]))
raises("unh", TypeError, lambda: {[]: 1})
# self-modifying eq
class M:
    def __init__(self, d): self.d = d
    def __hash__(self): return 5
    def __eq__(self, o):
        self.d.clear()
        return False
dd = {}
dd[M(dd)] = 1
dd[M(dd)] = 2
check("mod eq", len(dd) <= 2)
