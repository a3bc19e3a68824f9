import time
class A:
    def f(self, x): return ('A.f', type(self).__name__, x)
    @classmethod
    def c(cls, x): return ('A.c', cls.__name__, x)
    @staticmethod
    def s(x): return ('A.s', x)
    def __new__(cls, *a): return super().__new__(cls)
    @property
    def p(self): return 'A.p'
class B(A):
    def f(self, x): return ('B.f',) + super().f(x)
    @classmethod
    def c(cls, x): return ('B.c',) + super().c(x)
    @staticmethod
    def s(x): return ('B.s', x)
    @property
    def p(self): return 'B.p ' + super().p
class C(B):
    def f(self, x): return ('C.f',) + super(C, self).f(x)
    def g(self):
        m = super().f
        return m(7)
for r in range(3):
    for o in A(), B(), C():
        print(o.f(r), o.c(r), o.s(r), o.p)
    for k in A, B, C:
        print(k.c(r), k.s(r), [q(1) for q in (k.c, k.s)])
    print(C().g())
def loop(n):
    for i in range(n):
        x = A.c(1), A.s(2), C.c(1), C().f(3)
    return x
print(loop(5))
A.f = lambda self, x: ('new f', x)
print(loop(5))
cm, sm = A.__dict__['c'], A.__dict__['s']
cm.__init__(lambda cls, x: ('other c', cls.__name__, x)); sm.__init__(lambda x: ('other s', x))
print(loop(5))
A.c = lambda x: 'plain'
A.s = 5
try: print(loop(5))
except TypeError as e: print(e)
A.s = staticmethod(len)
try: print(loop(5))
except TypeError as e: print(e)
class M(type):
    def mm(cls, x): return ('M.mm', cls.__name__, x)
    @property
    def c(cls): return lambda x: ('meta wins', x)
class N(M):
    def mm(cls, x): return ('N.mm',) + super().mm(x)
class X(metaclass=N):
    @classmethod
    def c(cls, x): return ('never', x)
class Y(X): pass
for k in (X, Y)*3: print(k.mm(1), k.c(2))
class D:
    def f(self, x): return ('D.f', x)
def swap():
    out = []
    class Z(B): 
        def f(self, x): return ('Z.f',) + super().f(x)
    z = Z()
    for i in range(6):
        if i == 3: Z.__bases__ = (D,)
        out.append(z.f(i))
    return out
A.c = cm
print(swap())
def many():
    out = []
    for base in A, B, D, B, A:
        class Q(base):
            def f(self, x): return super().f(x)
        out.append(Q().f(1))
    return out
print(many(), many())
class W(B):
    def f(self, x):
        return super().f((self := 5) + x)
print([W().f(1) for _ in range(4)])
class Proxy:
    def __init__(self, o): object.__setattr__(self, 'o', o)
    @property
    def __class__(self): return B
p = Proxy(B())
for i in range(4):
    for o in (B(), p):
        try: print(B.f(o, 1))
        except Exception as e: print(type(e).__name__, e)
