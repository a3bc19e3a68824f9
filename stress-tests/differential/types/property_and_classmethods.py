# property, classmethod, staticmethod and other descriptors: attributes, docs, errors, inheritance.
class C:
    def __init__(self): self._x = 1
    @property
    def x(self):
        """the x"""
        return self._x
    @x.setter
    def x(self, v): self._x = v
    @x.deleter
    def x(self): del self._x
    ro = property(lambda s: 'ro', doc='given doc')
    none = property()
    @classmethod
    def cm(cls, a=1): """cm doc"""; return cls.__name__, a
    @staticmethod
    def sm(a): return a


c = C(); c.x = 5; print(c.x, C.x.__doc__, C.ro.__doc__, C.x.fget.__name__, C.x.__name__, C.x.fset is not None, C.none.fget, C.x.__isabstractmethod__)
del c.x
for code in ("c.x", "c.ro = 1", "del c.ro", "c.none", "c.none = 1", "del c.none", "C.x.__get__(c)", "C.x.__set__(c, 3)", "property(1).__get__(5)", "C.x.__set_name__(C, 'n')", "C.x.__set_name__(C)", "C.x.fget = 1", "property(x=1)", "classmethod()", "staticmethod()", "classmethod(5).__get__(c, C)", "staticmethod(5).__get__(c)", "classmethod(1, 2)", "C.cm.__func__(C)", "C.__dict__['cm']()", "C.__dict__['sm'](7)"):
    try: print(code, '=', eval(code) if ' = ' not in code and 'del' not in code else exec(code))
    except Exception as e: print(code, '->', type(e).__name__, e)
class D(C):
    @C.x.getter
    def x(self): return 'D getter'
    def cm(self): return 'plain in D'
d = D(); print(d.x, d.cm(), D.__mro__[1].cm()); d.x = 3; print(d._x)
print(C.cm.__doc__, C.__dict__['cm'].__func__.__doc__, C.__dict__['sm'].__wrapped__, isinstance(C.__dict__['sm'], staticmethod)) if False else print(C.cm.__doc__, C.__dict__['cm'].__func__.__doc__, isinstance(C.__dict__['sm'], staticmethod))
class P(property):
    """sub doc"""
    extra = 1
class E:
    @P
    def p(self): """p doc"""; return 'p'
    @p.setter
    def p(self, v): self.v = v
print(type(E.__dict__['p']).__name__, E().p, E.__dict__['p'].__doc__)
class Cached:
    from functools import cached_property
    @cached_property
    def v(self): print('computed'); return 42
k = Cached(); print(k.v, k.v, k.__dict__); del k.v; print(k.v)
class Meta(type):
    @property
    def mp(cls): return 'meta ' + cls.__name__
class M(metaclass=Meta): pass
print(M.mp, hasattr(M(), 'mp'))
from functools import singledispatch, singledispatchmethod, total_ordering
@singledispatch
def fun(x): return 'object'
@fun.register
def _(x: int): return 'int'
@fun.register(str)
def _(x): return 'str'
print(fun(1), fun('a'), fun(1.5), fun(True), fun.dispatch(bool).__name__)
@total_ordering
class T:
    def __init__(self, v): self.v = v
    def __eq__(self, o): return self.v == o.v
    def __lt__(self, o): return self.v < o.v
print(T(1) <= T(2), T(1) > T(2), T(2) >= T(2), T(1) != T(2))
