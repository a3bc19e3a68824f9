# Bodies, namespaces, bases from __mro_entries__, keywords, __prepare__, name mangling, __qualname__, __doc__.
class Empty: pass


print(Empty.__name__, Empty.__qualname__, Empty.__module__, Empty.__bases__, Empty.__doc__, Empty.__dict__.keys() >= {'__dict__'})


class Doc:
    """The doc."""
    a = 1
    b = a + 1
    def m(self): """m doc"""; return self.a
    class Inner:
        def deep(self): pass
    for i in range(3): exec(f'v{i} = {i}')
    if a: conditional = True
    (lambda: None)


print(Doc.__doc__, Doc.b, Doc().m(), Doc.m.__doc__, Doc.Inner.deep.__qualname__, Doc.v2, Doc.i, Doc.conditional)
print(Doc.__firstlineno__, Doc.__static_attributes__)


class Mangled:
    __private = 1
    __dunder__ = 2
    _single = 3
    def __method(self): return self.__private
    def call(self, __arg=5):
        __local = __arg
        self.__attr = 6
        return self.__method(), __local, sorted(locals()), sorted(self.__dict__)
    def kw(self, **k): return dict(__a=1, **k)
    import os as __os
    def late(self): return __global


m = Mangled()
print(m.call(), m.kw(), sorted(n for n in vars(Mangled) if 'angled' in n and not n.startswith('__')))
try:
    m.late()
except NameError as e:
    print(e)


class _Under:
    __x = 1
class ___:
    __x = 1


print('_Under__x' in vars(_Under), '__x' in vars(___))


class Meta(type):
    @classmethod
    def __prepare__(mcs, name, bases, **kw):
        print('prepare', name, bases, kw)
        class NS(dict):
            def __setitem__(self, k, v):
                if not k.startswith('__'): print('  set', k)
                super().__setitem__(k, v)
        return NS()
    def __new__(mcs, name, bases, ns, **kw):
        print('new', name, kw)
        return super().__new__(mcs, name, bases, dict(ns))
    def __init__(cls, name, bases, ns, **kw):
        print('init', name, kw)
        super().__init__(name, bases, ns)
    def __call__(cls, *a):
        print('call', cls.__name__, a)
        return super().__call__(*a)


class M(metaclass=Meta, option=1):
    x = 1
    def f(self): pass


class N(M, **{'option': 2}): y = 2


print(type(N).__name__, type(M()).__name__)


class Entries:
    def __mro_entries__(self, bases): print('entries', len(bases)); return (Empty,)


class FromEntries(Entries()): pass


print(FromEntries.__bases__, FromEntries.__orig_bases__[0].__class__.__name__)
for source in ("class A(5): pass", "class A(int, str): pass", "class A(Empty, Empty): pass", "class A(bool): pass",
               "class A(metaclass=5): pass", "class A(object, Empty): pass", "class A(type(None)): pass",
               "class A(a=1): pass", "class A(*5): pass", "class A(M, metaclass=type('Z', (type,), {})): pass"):
    try:
        exec(source)
    except TypeError as e:
        print(source, '->', e)


class NotAType(metaclass=lambda name, bases, ns: (name, bases, sorted(ns))): attr = 1


print(NotAType)
x = 'global'


class Lookup:
    print(x)
    x = x + '!'
    print(x)
    del x
    print(x)


def local():
    x = 'local'
    class Body:
        x = x
    return Body


try:
    print(local().x)
except NameError as e:
    print(e)
print(repr(Empty), repr(local)[:20], type(Empty()).__name__)
