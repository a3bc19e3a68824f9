# __init_subclass__, __class_getitem__, __set_name__ order, abstract classes, __del__, __init__/__new__ signatures.
from abc import ABC, ABCMeta, abstractmethod


class Registry:
    known = {}
    def __init_subclass__(cls, /, key=None, **kw):
        super().__init_subclass__(**kw)
        Registry.known[key or cls.__name__] = cls.__name__


class One(Registry): pass
class Two(Registry, key='zwei'): pass
class Three(Two, key='drei'): pass


print(Registry.known)
try:
    class Four(Registry, other=1): pass
except TypeError as e:
    print(e)


class G:
    def __class_getitem__(cls, item): return f'{cls.__name__}[{item}]'


class GS(G): pass


print(G[int], GS[1, 2], G['x':2])
try:
    Registry[int]
except TypeError as e:
    print(e)
try:
    G()[1]
except TypeError as e:
    print(e)


class Named:
    def __set_name__(self, owner, name): print('set_name', name, owner.__name__)
    def __init__(self): print('made')


class Owner(Registry):
    a = Named()
    b = Named()
    c = a


class Shape(ABC):
    @abstractmethod
    def area(self): ...
    @property
    @abstractmethod
    def name(self): ...
    def describe(self): return f'{self.name} {self.area()}'


class Half(Shape):
    def area(self): return 1


class Full(Half):
    name = 'full'


for c in (Shape, Half, Full):
    try:
        print(c().describe())
    except TypeError as e:
        print(e)
print(sorted(Shape.__abstractmethods__), Half.__abstractmethods__, Full.__abstractmethods__)
Shape.register(int)
print(isinstance(5, Shape), issubclass(bool, Shape), isinstance('s', Shape))


class Hook(metaclass=ABCMeta):
    @classmethod
    def __subclasshook__(cls, c): return hasattr(c, 'quack') or NotImplemented


class Duck:
    quack = 1


print(issubclass(Duck, Hook), issubclass(int, Hook))


class Dies:
    def __init__(self, n): self.n = n
    def __del__(self): print('del', self.n)


d = Dies(1)
d = Dies(2)
e = d
del d
print('still alive')
e = None


def scope():
    Dies('local')
    keep = Dies('kept')
    print('end of scope')


scope()


class Resurrects:
    saved = []
    def __del__(self): print('resurrected'); Resurrects.saved.append(self)


Resurrects()
print(len(Resurrects.saved))
Resurrects.saved.pop()
print('no second time')


class Fails:
    def __del__(self): raise ValueError('in del')


import sys
sys.unraisablehook = lambda u: print('unraisable', repr(u.exc_value), u.err_msg.split(' <')[0])
Fails()
