# PEP 649: evaluated late, once, by __annotate__; on functions, classes, modules; formats; what is not kept.
from annotationlib import Format, get_annotations
log = []


def note(x): log.append(x); return x


def f(a: note('a'), *args: note('args'), b: note('b') = 1, **kw: note('kw')) -> note('ret'): pass


print(log)
print(f.__annotations__, log)
f.__annotations__
print(len(log), f.__annotations__ is f.__annotations__)


class C:
    x: int
    y: Later = 5
    z: 'quoted'
    (p): int = 3
    a.b: ignored if False else int = 1 if False else 1 if False else 0 if False else 1 if (a := type('A', (), {})) else 0
    if True: cond: note('cond')


try:
    C.__annotations__
except NameError as e:
    print(e)


class Later: pass


print(C.__annotations__, hasattr(C, 'x'), C.y)


def g(x: Missing, y: list[Undefined], z: int): pass


print(get_annotations(g, format=Format.FORWARDREF)['z'], get_annotations(g, format=Format.STRING))
print(type(get_annotations(g, format=Format.FORWARDREF)['x']).__name__)
try:
    g.__annotations__
except NameError as e:
    print(e)
Missing, Undefined = 1, 2
try:
    print(g.__annotations__['x'], g.__annotations__['y'])
except NameError as e:
    print(e)
print(C.__annotate__(1)['x'], f.__annotate__.__name__, f.__annotate__.__qualname__)
for fmt in (2, 3, 4, 'x'):
    try:
        f.__annotate__(fmt)
    except Exception as e:
        print(type(e).__name__, e)


def local_not_evaluated():
    v: undefined_name = 1
    w: another
    obj = type('O', (), {})()
    obj.attr: evaluated_or_not('x') if False else int = 5
    try:
        w
    except UnboundLocalError as e: print(e)
    return v, obj.attr


print(local_not_evaluated())
m: int = 1
n: str
print(__annotations__ if '__annotations__' in globals() else __annotate__(1))
f.__annotations__ = {'new': 1}
print(f.__annotations__, f.__annotate__)
f.__annotate__ = lambda fmt: {'made': fmt}
print(f.__annotations__)
for bad in (lambda: setattr(f, '__annotations__', 5), lambda: setattr(f, '__annotate__', 5)):
    try:
        bad()
    except TypeError as e: print(e)
del f.__annotations__
print(f.__annotations__)


def outer(T):
    class Inner:
        x: T
        def m(self, y: T) -> list[T]: pass
    def h(a: T = T): pass
    return Inner.__annotations__, Inner.m.__annotations__, h.__annotations__


print(outer(int))


class Own:
    Alias = int
    v: Alias
    def m(self, x: Alias) -> 'Own': pass


print(Own.__annotations__, Own.m.__annotations__)
class Child(Own): pass
print(Child.__annotations__, (lambda: 0).__annotations__)
