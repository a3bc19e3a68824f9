# Deep recursion through every route gives RecursionError, never a crash.
import sys
def route(name, f):
    try:
        f()
        print(name, "returned")
    except RecursionError:
        print(name, "RecursionError")
    except Exception as e:
        print(name, type(e).__name__, str(e)[:60])

def plain(): plain()
route("plain", plain)
class A:
    def __getattr__(self, n): return getattr(self, n + "x")
route("getattr", lambda: A().y)
class G:
    def __getattribute__(self, n): return self.z
route("getattribute", lambda: G().y)
class B:
    def __eq__(self, o): return self == o
    def __hash__(self): return hash(self)
    def __len__(self): return len(self)
    def __bool__(self): return bool(self)
    def __repr__(self): return repr(self)
    def __str__(self): return str(self)
    def __add__(self, o): return self + o
    def __radd__(self, o): return o + self
    def __iadd__(self, o):
        self += o
        return self
    def __neg__(self): return -self
    def __call__(self): return self()
    def __getitem__(self, i): return self[i]
    def __setitem__(self, i, v): self[i] = v
    def __contains__(self, x): return x in self
    def __iter__(self): return iter(self)
    def __lt__(self, o): return self < o
    def __index__(self): return [1][self]
    def __int__(self): return int(self)
    def __float__(self): return float(self)
    def __format__(self, s): return format(self, s)
    def __enter__(self):
        with self: pass
    def __exit__(self, *a): pass
    def __setattr__(self, n, v): self.x = v
    def __delattr__(self, n): del self.x
    def __dir__(self): return dir(self)
    def __instancecheck__(self, x): return isinstance(x, self)
    def __bytes__(self): return bytes(self)
    def __complex__(self): return complex(self)
    def __round__(self): return round(self)
    def __reversed__(self): return reversed(self)
    def __length_hint__(self): return len(self)
b = B()
def iadd():
    x = B()
    x += 1
def with_():
    with b: pass
def seti(): b[0] = 1
def seta(): b.x = 1
def dela(): del b.x
for n, f in dict(eq=lambda: b == b, hash=lambda: hash(b), len=lambda: len(b), bool=lambda: not b, repr=lambda: repr(b),
    str=lambda: str(b), add=lambda: b + b, radd=lambda: 1 + b, iadd=iadd, neg=lambda: -b, call=lambda: b(), getitem=lambda: b[0],
    setitem=seti, contains=lambda: 1 in b, iter=lambda: iter(b), lt=lambda: b < b, index=lambda: [1][b], int=lambda: int(b),
    float=lambda: float(b), format=lambda: f"{b}", with_=with_, setattr=seta, delattr=dela, dir=lambda: dir(b),
    isinst=lambda: isinstance(1, b), bytes=lambda: bytes(b), complex=lambda: complex(b), round=lambda: round(b),
    reversed=lambda: reversed(b), listb=lambda: list(b), unpack=lambda: [*b], star=lambda: print(*b)).items():
    route(n, f)
def gen(): yield from gen()
route("yield from", lambda: list(gen()))
def gen2():
    for x in gen2(): yield x
route("for gen", lambda: list(gen2()))
async def co(): await co()
def run():
    c = co()
    try: c.send(None)
    finally: c.close()
route("await", run)
class M(type):
    def __call__(cls): return cls()
class C(metaclass=M): pass
route("metacall", lambda: C())
class I:
    def __init__(self): I()
route("init", lambda: I())
class N:
    def __new__(cls): return N()
route("new", lambda: N())
class P:
    @property
    def p(self): return self.p
route("property", lambda: P().p)
class D:
    def __get__(self, o, t): return o.d
class E: d = D()
route("descriptor", lambda: E().d)
route("sorted", (lambda f: lambda: f(f))(lambda f: sorted([1, 2], key=lambda x: f(f))))
route("map", (lambda f: lambda: f(f))(lambda f: list(map(lambda x: f(f), [1]))))
route("exec", lambda: exec("def f():\n exec('f()', globals())\nf()", {}))
route("eval", lambda: eval("(lambda f: f(f))(lambda f: eval('f(f)', {'f': f}))"))
def star(*a, **k): star(*a, **k)
route("star", lambda: star(1, x=2))
def kw(*, a): kw(a=a)
route("kw", lambda: kw(a=1))
class CM:
    @classmethod
    def m(cls): cls.m()
    @staticmethod
    def s(): CM.s()
route("classmethod", CM.m)
route("staticmethod", CM.s)
def exc():
    try: exc()
    finally: exc()
sys.setrecursionlimit(60)
try:
    def small():
        try: small()
        finally: 1
    route("finally", small)
finally:
    sys.setrecursionlimit(1000)
l = []
for _ in range(100000): l = [l]
def rep(x):
    try: return len(repr(x)) > 0
    except RecursionError: return "RecursionError"
print(rep(l))
t = ()
for _ in range(100000): t = (t,)
del l, t
d = {}
for _ in range(100000): d = {1: d}
del d
class Node: pass
n = None
for _ in range(200000):
    m = Node(); m.n = n; n = m
del n, m
g = None
def mk(x):
    yield x
for _ in range(100000):
    h = mk(g); next(h); g = h
del g, h
f = None
for _ in range(100000):
    f = (lambda f: lambda: f)(f)
del f
it = iter([1])
for _ in range(100000): it = map(str, it)
del it
e = None
for _ in range(50000):
    try:
        raise ValueError from e
    except ValueError as x:
        e = x
del e
print("done")
