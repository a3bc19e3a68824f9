# What a metaclass can do: __call__, __prepare__, attributes, operators, conflicts, type() with three arguments.
class Singleton(type):
    instances = {}
    def __call__(cls, *a, **k):
        if cls not in Singleton.instances: Singleton.instances[cls] = super().__call__(*a, **k)
        return Singleton.instances[cls]
    def __len__(cls): return 7
    def __getitem__(cls, k): return f'{cls.__name__}[{k}]'
    def __iter__(cls): return iter('abc')
    def __contains__(cls, x): return x == 'in'
    def __getattr__(cls, name): return 'meta ' + name
    def __add__(cls, o): return 'added'
    def __repr__(cls): return f'<S {cls.__name__}>'
    def __eq__(cls, o): return o == 'equal' or cls is o
    def __hash__(cls): return 1
    def __bool__(cls): return False
    @property
    def prop(cls): return 'prop of ' + cls.__name__


class S(metaclass=Singleton):
    def __init__(self, v=0): self.v = v


print(S(1) is S(2), S().v, len(S), S[5], list(S), 'in' in S, S.whatever, S + 1, S, S == 'equal', bool(S), S.prop)
try:
    S().prop
except AttributeError as e:
    print(e)


class M1(type): pass
class M2(type): pass
class M3(M1, M2): pass
class A(metaclass=M1): pass
class B(metaclass=M2): pass


try:
    class AB(A, B): pass
except TypeError as e:
    print(e)
class AB(A, B, metaclass=M3): pass
print(type(AB).__name__)
T = type('T', (A,), {'x': 1, 'f': lambda self: self.x})
print(type(T).__name__, T().f(), T.__module__, T.__qualname__)
for args in ((), ('X',), ('X', ()), (1, (), {}), ('X', 5, {}), ('X', (), 5), ('X', [], {}), ('X\0', (), {}), (1, 2, 3, 4)):
    try:
        print(args, type(*args) if len(args) != 1 else type(*args).__name__)
    except (TypeError, ValueError) as e:
        print(args, type(e).__name__, e)


class Plain(type):
    def __init_subclass__(mcs, **kw): print('meta subclass', mcs.__name__)
    def __instancecheck__(cls, o): return True
    def __dir__(cls): return ['z', 'a']


class Sub(Plain): pass
class P(metaclass=Sub): pass


print(isinstance(5, P), dir(P))
ns = {'a': 1}
Q = type('Q', (), ns)
ns['a'] = 2
print(Q.a, type(Q.__dict__).__name__)
try:
    Q.__dict__['b'] = 1
except TypeError as e:
    print(e)
Q.__name__, Q.__qualname__, Q.__doc__ = 'Renamed', 'Very.Renamed', 'new doc'
print(Q, Q.__doc__)
for name, value in (('__name__', 5), ('__qualname__', 5), ('__name__', 'a\0b'), ('__module__', 5), ('__mro__', ())):
    try:
        setattr(Q, name, value)
    except (TypeError, ValueError, AttributeError) as e:
        print(type(e).__name__, e)
try:
    del Q.__name__
except TypeError as e:
    print(e)


class NewReturns:
    def __new__(cls, kind): return object.__new__(cls) if kind == 'own' else kind
    def __init__(self, kind): print('init', kind)


print(type(NewReturns('own')).__name__, NewReturns('other'))


class InitReturns:
    def __init__(self): return 5


try:
    InitReturns()
except TypeError as e:
    print(e)
for f in (lambda: object(1), lambda: object.__new__(), lambda: object.__new__(5), lambda: object.__new__(int),
          lambda: int.__new__(str), lambda: int.__new__(bool, 1), lambda: type.__call__()):
    try:
        f()
    except TypeError as e:
        print(e)
print(type.__call__(int, '12'), type(type), type.mro(bool)[1:])
