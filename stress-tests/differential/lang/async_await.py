# Coroutines driven by hand: await, async for, async with, async comprehensions and generators, without asyncio.
import sys


class Suspend:
    def __init__(self, v): self.v = v
    def __await__(self):
        r = yield self.v
        return r


def drive(coro, *answers):
    out, answers = [], list(answers)
    try:
        sent = None
        while True:
            out.append(coro.send(sent))
            sent = answers.pop(0) if answers else None
    except StopIteration as e:
        return out, e.value


async def add(a, b): return a + b
async def two():
    x = await Suspend('first')
    y = await Suspend('second')
    return await add(x, y)


print(drive(two(), 10, 20))


class Counter:
    def __init__(self, n): self.n = n
    def __aiter__(self): self.i = 0; return self
    async def __anext__(self):
        if self.i == self.n: raise StopAsyncIteration
        self.i += 1
        await Suspend(('tick', self.i))
        return self.i


async def loops():
    got = []
    async for i in Counter(4):
        if i == 2: continue
        got.append(i)
    else: got.append('else')
    async for i in Counter(3):
        if i == 2: break
    return got, i


print(drive(loops()))


async def comps():
    a = [i * 2 async for i in Counter(3) if i != 2]
    b = {i: await add(i, i) async for i in Counter(2)}
    c = {await add(x, 1) for x in (1, 2)}
    g = (i async for i in Counter(2))
    return a, b, c, [x async for x in g], [[j async for j in Counter(i)] for i in range(3)]


print(drive(comps())[1])


async def agen(n):
    try:
        for i in range(n):
            got = yield i
            if got: await Suspend(('got', got))
    except ValueError as e:
        yield f'caught {e}'
    finally:
        await Suspend('cleanup')


async def use():
    out = [x async for x in agen(3)]
    g = agen(5)
    out.append(await g.__anext__())
    out.append(await g.asend('sent'))
    out.append(await g.athrow(ValueError('boo')))
    try: await g.__anext__()
    except StopAsyncIteration: out.append('stop')
    g2 = agen(2)
    await anext(g2)
    await g2.aclose()
    out.append(await anext(g2, 'default'))
    return out


print(drive(use()))


async def errors():
    async def bad():
        raise ValueError('in coro')
    try: await bad()
    except ValueError as e: print('caught', e)
    for thing in (5, None, Counter(1)):
        try: await thing
        except TypeError as e: print(e)
        try:
            async for x in thing: pass
        except TypeError as e: print(e)
        try:
            async with thing: pass
        except TypeError as e: print(e)
    class BadAwait:
        def __await__(self): return 5
    try: await BadAwait()
    except TypeError as e: print(e)
    class BadIter:
        def __aiter__(self): return 5
    try:
        async for x in BadIter(): pass
    except TypeError as e: print(e)
    class BadNext:
        def __aiter__(self): return self
        def __anext__(self): return 5
    try:
        async for x in BadNext(): pass
    except TypeError as e: print(e)
    c = add(1, 2)
    await c
    try: await c
    except RuntimeError as e: print(e)


drive(errors())
c = two()
print(c.cr_running, c.cr_suspended, c.cr_await, type(c).__name__, c.__name__)
c.send(None)
print(type(c.cr_await).__name__, c.cr_suspended)
try: c.throw(KeyError('thrown'))
except KeyError as e: print(repr(e))
c.close()
try: iter(two())
except TypeError as e: print(e)
try: two().send(5)
except TypeError as e: print(e)
async def stop(): raise StopIteration('x')
try: stop().send(None)
except RuntimeError as e: print(e)
async def astop():
    yield 1
    raise StopAsyncIteration('x')
async def run_astop():
    async for x in astop(): pass
try: drive(run_astop())
except RuntimeError as e: print(e)
class Manager:
    async def __aenter__(self): return await Suspend('enter')
    async def __aexit__(self, *a): await Suspend(('exit', a[0] and a[0].__name__)); return True
async def withs():
    async with Manager() as m, Manager():
        raise ValueError
    async with Manager(): return m
print(drive(withs(), 'M'))
import types
@types.coroutine
def old():
    r = yield 'from old'
    return r
async def uses_old(): return await old()
print(drive(uses_old(), 7))
sys.stderr = sys.stdout
coro = add(1, 2)
coro.close()
