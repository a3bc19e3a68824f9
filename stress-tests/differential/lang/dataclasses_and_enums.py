# dataclasses, enum and typing.Protocol as users write them; what the decorators generate.
from dataclasses import dataclass, field, fields, asdict, astuple, replace, KW_ONLY, FrozenInstanceError, make_dataclass
import enum


@dataclass
class A:
    x: int
    y: list = field(default_factory=list)
    z: int = field(default=5, repr=False, compare=False)
    def total(self): return self.x + self.z


@dataclass(frozen=True, order=True, slots=True)
class B:
    a: int
    b: str = 'b'


@dataclass
class C(A):
    _: KW_ONLY
    extra: str = 'e'
    def __post_init__(self): self.sum = self.x + len(self.y)


print(A(1), A(1, [2]) == A(1, [2], 9), A(1).total(), A(x=3, z=1), B(1), B(1) < B(2), hash(B(1)) == hash(B(1)), C(1, [2], extra='q'), C(1).sum)
for f in (lambda: A(), lambda: A(1, 2, 3, 4), lambda: setattr(B(1), 'a', 2), lambda: B(1) < 5, lambda: C(1, [], 5, 'pos'), lambda: hash(A(1)), lambda: setattr(B(1), 'new', 1), lambda: replace(A(1), q=1)):
    try: print(f())
    except Exception as e: print(type(e).__name__, e)
for source in ("@dataclass\nclass X:\n a: int = 1\n b: int", "@dataclass\nclass X:\n a: list = []", "@dataclass(order=True, eq=False)\nclass X: pass"):
    try: exec(source)
    except Exception as e: print(type(e).__name__, e)
print([f.name for f in fields(C)], asdict(C(1, [2])), astuple(B(1)), replace(B(1), b='z'), B.__slots__, B.__match_args__, A.__eq__ is not object.__eq__, make_dataclass('M', ['p', ('q', int, 3)])(1))
match B(1, 'x'):
    case B(a, b): print(a, b)


class Planet(enum.Enum):
    EARTH = (1, 2)
    MARS = (3, 4)
    ALIAS = (1, 2)
    def __init__(self, m, r): self.m, self.r = m, r
    @property
    def g(self): return self.m / self.r


print(Planet.EARTH.g, Planet.ALIAS is Planet.EARTH, list(Planet), Planet((3, 4)), Planet.__members__.keys(), len(Planet), Planet.MARS in Planet, repr(Planet.MARS))


class Auto(enum.StrEnum):
    ONE = enum.auto()
    TWO = enum.auto()


class Perm(enum.IntFlag):
    R = 4; W = 2; X = 1


@enum.unique
class U(enum.Enum): A = 1


print(Auto.ONE, Auto.TWO == 'two', Perm.R | Perm.W, Perm(7), Perm.R & 6, ~Perm.R, Perm(0), [p for p in Perm.R | Perm.X], Perm['W'] + 1)
try:
    @enum.unique
    class V(enum.Enum): A = 1; B = 1
except ValueError as e: print(e)
class Missing(enum.Enum):
    X = 1
    @classmethod
    def _missing_(cls, v): return cls.X if v == 'x' else None
print(Missing('x'))
try: Missing('y')
except ValueError as e: print(e)
from typing import Protocol, runtime_checkable, NewType, TypedDict, overload, get_type_hints
@runtime_checkable
class Quacks(Protocol):
    def quack(self): ...
class Duck:
    def quack(self): pass
print(isinstance(Duck(), Quacks), isinstance(5, Quacks), NewType('N', int)(5), TypedDict('T', {'a': int})(a=1), get_type_hints(B))
try: Quacks()
except TypeError as e: print(e)
