# An mro() of a metaclass: any order, but no class whose layout instances do not have.
class Reverse(type):
    def mro(cls): return type.mro(cls)[::-1]
class A: f = 'A'
class B(A): f = 'B'
class C(B, metaclass=Reverse): pass
print([c.__name__ for c in C.__mro__], C.f)
for extra in (dict, list, int, str, BaseException, type, OSError, property):
    class Extra(type):
        def mro(cls): return [cls, extra, object]
    try:
        class X(metaclass=Extra): pass
    except TypeError as e: print(extra.__name__, e)
    else: print(extra.__name__, 'ok')
class S: __slots__ = 'a'
class T: __slots__ = 'b'
class Mixed(type):
    def mro(cls): return [cls, T, object]
try:
    class Y(S, metaclass=Mixed): pass
except TypeError as e: print(e)
for bases in ((OSError, SyntaxError), (ImportError, AttributeError), (KeyError, AttributeError), (StopIteration, OSError), (UnicodeDecodeError, UnicodeEncodeError), (KeyError, IndexError), (OSError, TimeoutError), (TimeoutError, ValueError), (int, str), (S, T), (S, dict), (dict, Exception)):
    try: print(type('Z', bases, {}).__base__.__name__)
    except TypeError as e: print([b.__name__ for b in bases], e)
class Late(type):
    wanted = None
    def mro(cls): return cls.wanted or type.mro(cls)
class E(metaclass=Late): pass
class F(E): pass
Late.wanted = [F, dict, object]
try: F.__bases__ = (A,)
except TypeError as e: print(e)
# A native __new__ that is not that of the class's own native part.
for name, bases, new in (('N', (object,), list.__new__), ('N', (list,), object.__new__), ('N', (dict,), list.__new__), ('N', (int,), float.__new__), ('N', (Exception,), object.__new__), ('N', (OSError,), ValueError.__new__), ('N', (bool.__base__,), bool.__new__), ('N', (str,), str.__new__), ('N', (type,), object.__new__), ('N', (tuple,), list.__new__)):
    C = type(name, bases, {'__new__': new})
    try: print(type(C('a', (), {}) if issubclass(C, type) else C()).__name__, bases[0].__name__)
    except TypeError as e: print(bases[0].__name__, e)
    try: C = type(name, bases, {}); C.__new__ = new; print(type(C('a', (), {}) if issubclass(C, type) else C()).__name__)
    except TypeError as e: print(bases[0].__name__, e)
# An mro() that changes bases: no cycle comes of it.
class Changing(type):
    def mro(cls):
        if cls.__name__ == 'R' and todo: R.__bases__ = (todo.pop(),)
        return type.mro(cls)
todo = []
class O(metaclass=Changing): pass
class P(O): pass
class Q(O): pass
class R(O): pass
todo.append(Q)
R.__bases__ = (P,)
P.__bases__ = (R,)
print(R.__bases__, Q.__subclasses__(), P.__subclasses__(), P.__bases__, R.__subclasses__())
O.z = 1
print(P.z)
