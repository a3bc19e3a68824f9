# Asynchronous generators driven by hand.
import sys
def drive(aw):
    out = []
    it = aw.__await__()
    try:
        while True: out.append(it.send(None))
    except StopIteration as e: return out, e.value
    except BaseException as e: return out, type(e).__name__, str(e)
class Y:
    def __init__(self, v): self.v = v
    def __await__(self):
        r = yield self.v
        return r
async def ag():
    try:
        x = yield 1
        print("sent", x)
        await Y("waiting")
        try: yield 2
        except ValueError as e:
            print("caught", e)
            yield 3
    finally:
        print("cleanup")
        await Y("cleaning")
g = ag()
print(drive(g.__anext__()), drive(g.asend("v")), drive(g.athrow(ValueError("t"))), drive(g.aclose()), drive(g.__anext__()), drive(g.aclose()))
g = ag(); print(drive(g.aclose()), drive(g.asend(None)))
g = ag()
try: g.asend(5).send(None)
except TypeError as e: print(e)
g = ag(); a = g.asend(None)
print(drive(a), drive(a))
a.close()
g = ag(); drive(g.__anext__()); a = g.asend(None); print(a.send(None), g.ag_running); kept = g
try: g.asend(None).send(None)
except RuntimeError as e: print(e)
try: g.aclose().send(None)
except RuntimeError as e: print(e)
try: a.throw(KeyError("k"))
except KeyError as e: print("KeyError", e)
except StopIteration as e: print("stop", e.value)
async def ignores():
    try: yield 1
    except GeneratorExit: yield 2
g = ignores(); drive(g.__anext__()); print(drive(g.aclose()))
async def stops():
    yield 1
    raise StopAsyncIteration("x")
g = stops(); drive(g.__anext__()); print(drive(g.__anext__()))
async def loop():
    out = [x async for x in stops2()]
    out2 = {x: y async for x, y in pairs() if x}
    async for x in stops2():
        if x == 1: break
    else: print("no")
    async for x in stops2(): pass
    else: print("else", x)
    return out, out2
async def stops2():
    for i in range(3): yield i
async def pairs():
    yield 0, 1
    yield 2, 3
print(drive(loop()))
seen = []
old = sys.get_asyncgen_hooks()
sys.set_asyncgen_hooks(firstiter=lambda g: seen.append("first"), finalizer=lambda g: seen.append("final"))
g = stops2(); drive(g.__anext__()); del g
print(seen)
sys.set_asyncgen_hooks(*old)
async def any_(): return await anext(stops2()), await anext(empty(), "default")
async def empty():
    return
    yield
print(drive(any_()))
async def nxt(): await anext(empty())
print(drive(nxt()))
print(type(stops2()).__name__, hasattr(stops2(), "ag_frame"), stops2().ag_code.co_name, stops2().ag_await)
async def co(): return 5
c = co(); print(drive(c), drive(c))
c = co(); c.close(); print(drive(c))
async def bad(): await 5
print(drive(bad()))
async def bad2():
    async for x in 5: pass
print(drive(bad2()))
async def bad3():
    async with 5: pass
print(drive(bad3()))
class AI:
    def __aiter__(self): return self
    def __anext__(self): return 5
async def bad4():
    async for x in AI(): pass
print(drive(bad4()))
async def re():
    async def inner(): await me
    me = inner()
    await me
print(drive(re())[1:])
class CM:
    async def __aenter__(self): await Y("enter"); return 1
    async def __aexit__(self, *a): await Y("exit"); print(a[0]); return True
async def w():
    async with CM() as x, CM():
        print(x)
        raise ValueError
    return "after"
print(drive(w()))
