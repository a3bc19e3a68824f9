# __slots__: layout, defaults, conflicts, inheritance, __dict__ and __weakref__ in slots, deletion.
import weakref


class P:
    __slots__ = ('x', 'y')


p = P()
try:
    p.x
except AttributeError as e:
    print(e)
p.x, p.y = 1, 2
print(p.x, p.y, hasattr(p, '__dict__'), type(P.x).__name__, P.x.__name__, P.__slots__)
for act in ('p.z = 1', 'del p.x', 'del p.x', 'p.x', 'weakref.ref(p)', 'p.__dict__', 'P.x.__get__(5)', 'P.x.__set__(5, 1)'):
    try:
        exec(act)
        print(act, 'ok')
    except Exception as e:
        print(act, '->', type(e).__name__, e)


class WithDict(P):
    pass


w = WithDict()
w.z = 5
w.x = 6
print(w.__dict__, w.x, weakref.ref(w)() is w)


class Full:
    __slots__ = ['a', '__dict__', '__weakref__']


f = Full()
f.a, f.b = 1, 2
print(f.__dict__, weakref.ref(f)() is f)


class Single:
    __slots__ = 'only'


class Documented:
    __slots__ = {'a': 'doc of a', 'b': None}


print(Documented.a.__doc__, Documented.b.__doc__, Single.only)


class Private:
    __slots__ = ('__secret',)
    def __init__(self): self.__secret = 5


print(Private()._Private__secret)


class Base1: __slots__ = ('a',)
class Base2: __slots__ = ('b',)
class EmptySlots: __slots__ = ()


for source in ("class X(Base1, Base2): pass", "class X(Base1, EmptySlots): pass", "class X:\n __slots__ = ('a',)\n a = 1",
               "class X:\n __slots__ = (1,)", "class X:\n __slots__ = ('not valid',)", "class X(int): __slots__ = ('a',)",
               "class X(tuple): __slots__ = ()", "class X(str): __slots__ = ('a',)", "class X:\n __slots__ = ('__dict__', '__dict__')",
               "class X(WithDict): __slots__ = ('__dict__',)", "class X: __slots__ = 5", "class X(Base1): __slots__ = ('a', 'c')"):
    try:
        exec(source)
        print(source.replace('\n', ';'), 'ok')
    except Exception as e:
        print(source.replace('\n', ';'), '->', type(e).__name__, e)


class Child(Base1):
    __slots__ = ('c',)
    def __init__(self): self.a, self.c = 1, 2


c = Child()
print(c.a, c.c, [s for k in Child.__mro__ for s in getattr(k, '__slots__', ())])


class Lay1: __slots__ = ('a', 'b')
class Lay2: __slots__ = ('a', 'b')
class Lay3: __slots__ = ('a', 'c')


o = Lay1()
o.a = 'kept'
o.__class__ = Lay2
print(type(o).__name__, o.a)
try:
    o.__class__ = Lay3
except TypeError as e:
    print(e)


class Del:
    __slots__ = ('v',)
    def __del__(self): print('del', hasattr(self, 'v'))


d = Del()
d.v = 1
del d
import copy
q = copy.copy(c)
print(q.a, q.c)
gen_slots = type('G', (), {'__slots__': (n for n in 'ab')})
print(sorted(n for n in vars(gen_slots) if len(n) == 1))
