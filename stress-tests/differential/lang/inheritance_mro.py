# C3 linearisation, super() in all forms, cooperative calls, diamonds, isinstance and issubclass hooks.
class O: pass
class A(O): pass
class B(O): pass
class C(O): pass
class D(A, B): pass
class E(B, C): pass
class F(D, E): pass


names = lambda c: ''.join(k.__name__[0] for k in c.__mro__)
print(names(F), names(D), F.mro() == list(F.__mro__))
for bases in ((A, O), (O, A), (A, B, O), (D, E, A), (E, D), (F, A), (A, F)):
    try:
        print(names(type('X', bases, {})))
    except TypeError as e:
        print(str(e).replace('\n', ' '))


class Base:
    def hello(self): return ['Base']
    @classmethod
    def make(cls): return [cls.__name__]
    @staticmethod
    def st(): return 'st'
    @property
    def prop(self): return 'base prop'
    attr = 'base attr'


class L(Base):
    def hello(self): return ['L'] + super().hello()
    @classmethod
    def make(cls): return ['L'] + super().make()
    @property
    def prop(self): return 'L ' + super().prop


class R(Base):
    def hello(self): return ['R'] + super(R, self).hello()
    @classmethod
    def make(cls): return ['R'] + super().make()


class LR(L, R):
    def hello(self):
        def inner(): return super(LR, self).hello()
        return ['LR'] + inner() + [super().attr, super().st()]
    def in_comprehension(self): return [super(LR, self).attr for _ in range(1)], [super().attr for _ in range(1)]


x = LR()
print(x.hello(), LR.make(), x.prop, x.in_comprehension())
s = super(L, x)
print(s.hello(), s.__thisclass__.__name__, s.__self_class__.__name__, s.__self__ is x)
print(repr(super(L)), super(L).__self__, super(L).__get__(x).hello())


class Bad:
    def no_args(): super()
    def deleted(self):
        del self
        super()
    def unrelated(self): super(int, self)
    def missing(self): super().nothing
    def set(self): super().x = 1


for name, args in (('no_args', ()), ('deleted', (1,)), ('unrelated', (1,)), ('missing', (Bad(),)), ('set', (Bad(),))):
    try:
        getattr(Bad, name)(*args)
    except Exception as e:
        print(name, type(e).__name__, e)
try:
    super()
except RuntimeError as e:
    print(e)
try:
    Bad.unrelated('s')
except TypeError as e:
    print(e)


class Rebound:
    def f(self): return __class__.__name__


print(Rebound().f())


class MroMeta(type):
    def mro(cls): return [cls, Base, object]
    def __instancecheck__(cls, obj): return obj == 42
    def __subclasscheck__(cls, sub): return sub is int


class Custom(metaclass=MroMeta): pass


print([c.__name__ for c in Custom.__mro__], Custom().hello(), isinstance(42, Custom), isinstance(1, Custom),
      issubclass(int, Custom), isinstance(Custom(), Custom))
A.__bases__ = (B,)
print(names(A), names(type('Y', (A,), {})))
for bad in ((), (int,), (A,), 5, (D,)):
    try:
        A.__bases__ = bad
    except TypeError as e:
        print(e)
print([c.__name__ for c in B.__subclasses__()], A.__base__.__name__, D.__base__.__name__)
o = A()
o.__class__ = C
print(type(o).__name__)
for bad in (int, 5):
    try:
        o.__class__ = bad
    except TypeError as e:
        print(e)
print(isinstance(1, (str, (int, list))), isinstance(True, int | str), issubclass(bool, (float, int)))
for f in (lambda: isinstance(1, 5), lambda: issubclass(1, int), lambda: isinstance(1, (str, 5)), lambda: isinstance(1, list[int])):
    try:
        f()
    except TypeError as e:
        print(e)
