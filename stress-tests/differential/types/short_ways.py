"""What runs without Python where it can, next to what cannot: lookups, pairs of iterators that are used again, calls with
defaults, slices, attributes in dicts, keys, errors."""

import copy
import functools
import json
import weakref


class Same:
    """Equal by value; its hash collides with everything of the same class."""

    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return 7

    def __eq__(self, other):
        return isinstance(other, Same) and self.n == other.n

    def __repr__(self):
        return f"Same({self.n})"


# ---- pairs handed out by iterators are used again only if nobody kept them
kept = []
for pair in enumerate("abc"):
    kept.append(pair)
print(kept)
print([pair for pair in zip("abc", range(3))], [pair for pair in {"a": 1, "b": 2}.items()])
pairs = iter({"a": 1, "b": 2, "c": 3}.items())
first = next(pairs)
print(hash(first) == hash(("a", 1)), next(pairs), first, {next(pairs)})
print({hash(p): p for p in enumerate("xy", 5)} == {hash((5, "x")): (5, "x"), hash((6, "y")): (6, "y")})
print(list(enumerate("ab", 2**61 - 1)), list(enumerate("ab", 2**70)))


class Nested:
    """An iterator that steps itself while it is being stepped."""

    def __iter__(self):
        return self

    def __init__(self):
        self.depth = 0

    def __next__(self):
        self.depth += 1
        if self.depth > 6:
            raise StopIteration
        if self.depth == 2:
            return next(self.outer)
        return self.depth


nested = Nested()
nested.outer = enumerate(nested)
print(list(nested.outer))

# ---- sets and dicts of all kinds of keys
keys = [1, True, 1.0, "1", b"1", (1, "a"), (1, b"a"), (1, (2, b"c")), None, int, Same(1), Same(2), Same(1), frozenset({1})]
d = {}
for i, key in enumerate(keys):
    d[key] = i
print(d, len(d), [key in d for key in keys], [key in set(keys) for key in keys])
print((1, b"b") in d, (1, (2, b"c")) in d, b"2" in d, Same(3) in d, str in d, object() in d)
for missing in (5, "x", (1, 2), b"q", Same(9), 2.5):
    try:
        d[missing]
    except KeyError as e:
        print(repr(e), e.args)
for wrong in ([], {}, ([],), {1}):
    for ask in (lambda: wrong in d, lambda: d[wrong], lambda: d.get(wrong), lambda: {wrong}, lambda: {wrong: 1}):
        try:
            print(ask())
        except TypeError as e:
            print(e)
print({1} in {frozenset({1})})
a, b = {Same(i) for i in range(4)}, {Same(i) for i in range(2, 6)}
print(*[sorted(s, key=lambda x: x.n) for s in (a ^ b, a | b, a & b, a - b)], a.isdisjoint(b), a <= b)
a ^= {Same(1), Same(10)}
print(sorted(a, key=lambda x: x.n), {1, 2, 3} ^ {3, "4"} == {1, 2, "4"}, {1}.isdisjoint({2}), {1}.isdisjoint({1.0}))
copied = dict.fromkeys("abcdef", 0)
for key in "ace":
    del copied[key]
again = copied.copy()
again["z"] = dict(again)
print(copied, again, {**copied, "b": 1, **again}, copied | {"b": 5})


# ---- calls
def f(a, b=1, c=[]):
    return a, b, c


def g(*args, **kwargs):
    return args, kwargs


class M:
    def m(self, a, b=2):
        return a, b

    def v(self, *args, **kwargs):
        return self.m(*args, **kwargs)


m = M()
bound = m.m
print(f(1), f(1, 2), f(1, 2, 3), f(*(1,)), f(*[1, 2]), bound(*(1,)), m.v(1), m.v(1, b=3), g(*(1, 2), **{}), g(*[], **{"x": 1}))
for call in (lambda: f(), lambda: f(1, 2, 3, 4), lambda: bound(*()), lambda: bound(*(1, 2, 3)), lambda: m.v(), lambda: g(**{1: 2})):
    try:
        call()
    except TypeError as e:
        print(e)
f.__defaults__ = (5,)
try:
    print(f(1, 2), f(1))
except TypeError as e:
    print(e)


# ---- attributes
class P:
    x = 1

    def __init__(self):
        self.a, self.b = 1, [2]

    @property
    def p(self):
        return "property"

    def m(self):
        return "method"


p = P()
p.__dict__.update(p="hidden", m=lambda: "instance", x=2)
print(p.p, p.m(), p.x, list(p.__dict__), copy.deepcopy(p).b, vars(copy.copy(p))["a"])
p.new = 3
del p.x
print(p.x, p.__dict__["new"])
P.new = property(lambda self: "now a property")
print(p.new)


class Falls:
    def __getattr__(self, name):
        if name == "none":
            raise AttributeError("none of it")
        return name

    @property
    def broken(self):
        raise AttributeError("inside")


falls = Falls()
print(falls.any, falls.broken, getattr(falls, "none", "default"))


# ---- errors
class Changed(Exception):
    def __init__(self, *args):
        super().__init__("changed", *args)


class Silent(Exception):
    def __init__(self, *args):
        pass


print(Exception("a", 1).args, Changed(1).args, Silent(1, 2).args)

# ---- slices
for s in ("héllo", "hello", b"hello", (1, 2, 3, 4, 5), [1, 2, 3, 4, 5]):
    print(s[1:3], s[:], s[3:1], s[-2:], s[:-10], s[4:100], s[0:1])

# ---- import of what is there
import os.path


def importing():
    from os import path, sep
    import os as renamed
    import os.path
    import collections.abc as deep

    return path is os.path, renamed.sep == sep, deep.__name__


print(importing())
try:
    from os import no_such_name
except ImportError as e:
    print(e.name, e.msg.split(" (")[0])

# ---- texts
print("%(a)s-%(b)d%%" % {"a": "x", "b": 5}, "%(a)5s" % {"a": "y"}, "%(a(b))s" % {"a(b)": 1}, "%s" % {"a": 1})
for bad in ("%(c)s", "%(a", "%(a)", "%s %s"):
    try:
        print(bad % {"a": 1})
    except (KeyError, TypeError, ValueError) as e:
        print(repr(e))
print(" a\x1cb\tc\u00a0d  ".split(), "a\x1cb c\x85".split(), " a b ".split(maxsplit=1), ", ".join(["a", "é"]), "".join([]))
print(json.loads('{"k": "a\\n", "k2": ["é", "", {"k": null}]}'))
try:
    ",".join(["a", 1])
except TypeError as e:
    print(e)

# ---- weak references are found again
o = Same(1)
r = weakref.ref(o)
print(weakref.ref(o) is r, weakref.ref(o, print) is r, weakref.getweakrefcount(o) in (1, 2))
del r
print(weakref.ref(o)() is o)


@functools.lru_cache(maxsize=2)
def cached(*args):
    return args


for n in (1, 2, 1, 3, 2, 1):
    cached(n)
print(cached.cache_info())
