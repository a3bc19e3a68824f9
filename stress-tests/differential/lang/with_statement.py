# Context managers: order, suppression, lookup on the type, several items, targets, errors.
class CM:
    def __init__(self, name, suppress=False, fail=None): self.name, self.suppress, self.fail = name, suppress, fail
    def __enter__(self):
        print('  enter', self.name)
        if self.fail == 'enter': raise RuntimeError('in enter')
        return self.name.upper()
    def __exit__(self, kind, value, tb):
        print('  exit', self.name, kind and kind.__name__, value, tb is not None)
        if self.fail == 'exit': raise RuntimeError('in exit')
        return self.suppress


with CM('a') as a, CM('b') as b: print(a, b)
with (CM('p') as p, CM('q'), CM('r') as (r)): print(p, r)
with (CM('single')): pass
with CM('t') as [x]: print(x)
with CM('xy') as (y, *z): print(y, z)
target = {}
with CM('sub') as target['k']: print(target)
with CM('s', suppress=True): raise ValueError('swallowed')
print('after')
try:
    with CM('outer'), CM('inner'): raise ValueError('through')
except ValueError as e: print(e)
with CM('outer', True), CM('inner'): raise ValueError('outer swallows')
try:
    with CM('o'), CM('i', fail='enter'): print('never')
except RuntimeError as e: print(e)
try:
    with CM('o'), CM('i', fail='exit'): raise KeyError('body')
except RuntimeError as e: print(e, repr(e.__context__))


def ret():
    with CM('ret'):
        return 'value'


def loops():
    for i in range(3):
        with CM(str(i)):
            if i == 0: continue
            if i == 1: break
    return i


print(ret(), loops())


def gen():
    with CM('gen'):
        yield 1
        yield 2


g = gen()
print(next(g))
g.close()


class NoExit:
    def __enter__(self): pass


class NoEnter:
    def __exit__(self, *a): pass


class OnInstance:
    def __init__(self):
        self.__enter__ = lambda: 1
        self.__exit__ = lambda *a: 0


class AsyncOnly:
    async def __aenter__(self): pass
    async def __aexit__(self, *a): pass


for bad in (NoExit(), NoEnter(), OnInstance(), 5, AsyncOnly()):
    try:
        with bad: print('never')
    except (TypeError, AttributeError) as e: print(type(e).__name__, e)


class TruthFails(CM):
    def __exit__(self, *a):
        class T:
            def __bool__(self): raise OSError('bool')
        return T()


try:
    with TruthFails('tf'): raise ValueError
except OSError as e: print(e, repr(e.__context__))
with TruthFails('quiet'): pass


async def asynchronous():
    class A:
        async def __aenter__(self): print('  aenter'); return 5
        async def __aexit__(self, kind, value, tb): print('  aexit', value); return True
    async with A() as v, A() as w:
        print(v, w)
        raise ValueError('inside')
    return 'done'


try:
    asynchronous().send(None)
except StopIteration as e: print(e.value)
