# What is a member descriptor, and who asks: dataclasses with __slots__ of their own, inspect.
import dataclasses, inspect, types
class S: __slots__ = ('a',)
print(type(S.a) is types.MemberDescriptorType, inspect.ismemberdescriptor(S.a), inspect.isgetsetdescriptor(S.a))
def f(): pass
print([type(d).__name__ for d in (types.FunctionType.__globals__, types.FunctionType.__closure__, types.FunctionType.__code__, types.MethodType.__func__, property.fget, super.__self__, staticmethod.__func__)])
print(property.fget.__name__, property.fget.__objclass__, repr(types.FunctionType.__globals__), types.MethodType.__func__.__doc__)
for what in ('f.__globals__ = 1', 'del f.__globals__', 'property().fget = 1', 'property.fget.__get__(5)', 'property.fget.__get__(None, property) is property.fget'):
    try: exec(what) if '=' in what and 'is' not in what or 'del' in what else print(eval(what))
    except (AttributeError, TypeError) as e: print(what, type(e).__name__, e)
@dataclasses.dataclass
class A:
    __slots__ = ('x', 'y')
    x: int
    y: int
try: A()
except TypeError as e: print(e)
print(A(1, 2))
@dataclasses.dataclass
class B(A):
    x: int
    y: int
    z: int = 3
print(B(1, 2), [f.name for f in dataclasses.fields(B)])
@dataclasses.dataclass(slots=True, frozen=True)
class C:
    p: int
    q: list = dataclasses.field(default_factory=list)
print(C(1), C.__slots__, type(C.p).__name__)
