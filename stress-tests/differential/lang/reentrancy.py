# What is being used changes under the hands of what uses it.
class Evil:
    def __init__(self, f): self.f = f
    def __eq__(self, o): self.f(); return False
    def __hash__(self): return 1
    def __lt__(self, o): self.f(); return True
    def __repr__(self): self.f(); return "evil"
    def __bool__(self): self.f(); return True
    def __index__(self): self.f(); return 0
def attempt(f):
    try: return f()
    except Exception as e: return type(e).__name__
l = []
l[:] = [Evil(lambda: l.clear()) for _ in range(5)]
print(attempt(lambda: 3 in l), len(l))
l[:] = [Evil(lambda: l.clear()) for _ in range(5)]
print(attempt(lambda: l.index(3)), len(l))
l[:] = [Evil(lambda: l.clear()) for _ in range(5)]
print(attempt(lambda: l.remove(3)), len(l))
l[:] = [Evil(lambda: l.append(1)) for _ in range(5)]
print(attempt(lambda: l.sort()), len(l) >= 5)
l[:] = [Evil(lambda: l.clear()) for _ in range(3)]
print(attempt(lambda: repr(l)), len(l))
l[:] = [Evil(lambda: l.clear()) for _ in range(3)]
print(attempt(lambda: l == [1, 2, 3]), len(l))
d = {}
d.update({Evil(lambda: d.clear()): i for i in range(1)})
print(attempt(lambda: d.get(Evil(lambda: d.clear()))), len(d))
d[Evil(lambda: d.clear())] = 1
print(attempt(lambda: d.__setitem__(Evil(lambda: None), 2)), len(d))
d = {1: 2, 3: 4}
def mutate():
    for k in d: d[k + 10] = 1
print(attempt(mutate))
def delete():
    for k in list(d): del d[k]
    for k in d: pass
print(attempt(delete), d)
s = {1, 2, 3}
def grow():
    for x in s: s.add(x + 100)
print(attempt(grow))
l = [1, 2, 3]
out = []
for x in l:
    out.append(x)
    if x == 1: l.remove(2)
print(out)
l = [1]
for x in l:
    if len(l) < 10: l.append(x + 1)
print(l)
class K:
    def __getattr__(self, n):
        K.__getattr__ = lambda s, n: "second " + n
        return "first " + n
k = K()
print(k.a, k.b, k.c)
class X: v = 1
x = X()
def read(): return x.v
print([read(), read(), read()])
X.v = 2
print(read())
X.v = property(lambda self: 42)
print(read())
x.__dict__["v"] = 7
print(read())
del X.v
print(read())
X.__getattribute__ = lambda self, n: "ga"
print(read())
del X.__getattribute__
print(read())
class Y: pass
y = Y()
y.q = 1
def sety(v): y.q = v
def gety(): return y.q
for i in range(5): sety(i); gety()
Y.q = property(lambda self: "prop", lambda self, v: print("set", v))
sety(9)
print(gety())
Y.__setattr__ = lambda self, n, v: print("setattr", n, v)
sety(10)
del Y.__setattr__
del Y.q
sety(11)
print(gety())
Y.__class__
class Z:
    def m(self): return "Z.m"
z = Z()
def callm(): return z.m()
callm(); callm()
z.m = lambda: "inst"
print(callm())
del z.m
print(callm())
Z.m = lambda self: "new"
print(callm())
class W(Z):
    def m(self): return "W.m"
z.__class__ = W
print(callm())
Z.extra = 5
print(z.extra)
W.__bases__ = (X,)
print(attempt(lambda: z.extra), attempt(lambda: z.v))
class Del:
    def __init__(self, f): self.f = f
    def __del__(self): self.f()
box = [Del(lambda: box.append("died"))]
box[0] = None
print(box)
a = [Del(lambda: a.clear()), 1, 2]
a[0] = 5
print(a)
a = [Del(lambda: a.extend([1] * 100)) for _ in range(3)]
del a[:]
print(len(a))
dd = {}
dd[1] = Del(lambda: dd.update({i: i for i in range(50)}))
dd[1] = None
print(len(dd))
dd.clear()
class Pop:
    def __del__(self): lst.clear()
lst = [Pop(), Pop()]
lst.pop()
print(lst)
def f(a, b=Del(lambda: None)): return a
def g(x): 
    x = None
    return x
g(Del(lambda: print("arg died")))
def h(x):
    del x
    print("after del")
h(Del(lambda: print("h died")))
def loc():
    x = Del(lambda: print("local died"))
    print("end of loc")
loc()
def ret():
    x = Del(lambda: print("x dead"))
    y = [x]
    return y
r = ret()
print("have r")
r = None
for i in range(2):
    t = Del(lambda i=i: print("loop", i))
print("after loop")
del t
(lambda q: print("in lambda"))(Del(lambda: print("lambda arg died")))
print("temp", Del(lambda: print("temp died")).f is None)
try:
    zz = Del(lambda: print("zz died"))
    raise ValueError(zz)
except ValueError as e:
    del zz
    print("handling")
print("handled")
