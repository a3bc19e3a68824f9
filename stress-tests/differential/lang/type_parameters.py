# PEP 695/696: generic functions, classes, type aliases; scopes, bounds, defaults, variance, lazy evaluation.
from typing import TypeVar, ParamSpec, TypeVarTuple, Generic, TypeAliasType


def first[T](xs: list[T]) -> T: return xs[0]


print(first([1]), first.__type_params__, first.__annotations__)


def many[T: int, U: (str, bytes), *Ts, **P, D = float](a: T) -> U: return T, U, Ts, P, D


T, U, Ts, P, D = many.__type_params__
print([type(x).__name__ for x in many.__type_params__], T.__bound__, U.__constraints__, D.__default__, T.__infer_variance__)
print(many(1) == many.__type_params__, T, Ts, P, P.args, P.kwargs, repr(D), T.has_default(), D.has_default())


class Box[T, *Rest]:
    item: T
    def get(self) -> T: return T
    def generic[U](self, u: U) -> tuple[T, U]: return T, U


print(Box.__type_params__, Box.__bases__, Box.__orig_bases__, Box.__mro__[1].__name__, Box.__parameters__)
print(Box[int, str], Box().get() is Box.__type_params__[0], Box.__annotations__, Box().generic(1))
type Alias = int | list[Alias]
print(Alias, type(Alias).__name__, Alias.__value__, Alias.__name__, Alias.__type_params__, Alias.__module__)
type Pair[A, B = str] = tuple[A, B]
print(Pair[int, bytes], Pair.__type_params__, Pair.__value__, Pair[int].__args__)
type Lazy = Undefined
try:
    Lazy.__value__
except NameError as e:
    print(e)
Undefined = 'now'
print(Lazy.__value__)


def lazy_bound[T: 1 / 0](): return T


try:
    lazy_bound().__bound__
except ZeroDivisionError as e:
    print(e)


def scopes(x):
    y = 5
    class C[T]:
        z = x
        t = T
        type A = tuple[x, T]
        def m[S](self): return x, y, S.__name__, __class__.__name__
    return C.z, C.A.__value__, C().m()


print(scopes('X'))
T = 'outer'
def shadow[T](a=T): return a, T.__name__
print(shadow(), T)
for code in ("def f[T, T](): pass", "def f[](): pass", "class C[T: (yield)]: pass", "type X[T: (a := 1)] = T", "def f[T = int, U](): pass", "type X = (yield)",
             "def f[*Ts: int](): pass", "class C[T](T := int): pass", "def f[T](): nonlocal T", "type 5 = int", "def f[__a, __b](): pass"):
    try:
        compile(code, '<t>', 'exec')
        print(code, 'ok')
    except SyntaxError as e:
        print(code, '->', e.msg)
class Inherit[T](Box[T, int]): pass
print(Inherit.__orig_bases__, Inherit[str], [c.__name__ for c in Inherit.__mro__])
try:
    Box[()]
except TypeError as e: print(e)
try:
    Pair[1, 2, 3].__value__
    print('alias is not checked')
except TypeError as e: print(e)
type = 5
type: int = 6
print(type)
async def agen[T](x: T) -> T: yield x
print(agen.__type_params__, agen.__name__, agen.__qualname__)
print(Box.get.__qualname__, Box.generic.__type_params__)
try:
    isinstance(1, Alias)
except TypeError as e: print(e)
