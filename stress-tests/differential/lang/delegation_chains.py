# Chains of `yield from` and `await`: who sees what of the generators between, and what runs in place.
import gc
import inspect
import sys
import traceback
import types


def names_above(limit=12):
    out, f = [], sys._getframe(1)
    while f is not None and len(out) < limit:
        out.append(f"{f.f_code.co_name}:{f.f_lineno - f.f_code.co_firstlineno}")
        if f.f_code.co_name == "<module>" or f.f_code.co_name.startswith("case"):
            break
        f = f.f_back
    return out


def inner(n):
    for i in range(n):
        got = yield i
        if got == "names":
            print(names_above())
        elif got == "raise":
            raise KeyError(i)
        elif got is not None:
            print("inner got", got)
    return "inner done"


def middle(n):
    local = "m"
    r = yield from inner(n)
    print("middle has", r, local)
    yield "between"
    r = yield from inner(1)
    return r + "!"


def outer(n):
    try:
        r = yield from middle(n)
        print("outer has", r)
    except KeyError as e:
        print("outer caught", e)
        yield "after"
    yield "last"


def case_walk():
    print(list(outer(3)))
    g = outer(4)
    print(next(g), next(g), g.send("x"), g.send("names"))
    print(g.gi_yieldfrom.__name__, g.gi_yieldfrom.gi_yieldfrom.__name__)
    print(g.gi_running, g.gi_suspended, g.gi_yieldfrom.gi_suspended)
    print(list(g))


def case_raise():
    g = outer(3)
    next(g), next(g)
    print(g.send("raise"), list(g))
    g = middle(3)
    next(g), next(g)
    try:
        g.send("raise")
    except KeyError as e:
        print([(f.name, f.line) for f in traceback.extract_tb(e.__traceback__)])
        tb = e.__traceback__
        while tb:
            print(tb.tb_frame.f_code.co_name, sorted(tb.tb_frame.f_locals), tb.tb_frame.f_back is not None)
            tb = tb.tb_next
    print(g.gi_frame, list(g))


def case_throw():
    g = outer(3)
    next(g), next(g)
    print(g.throw(KeyError("thrown")), list(g))
    g = middle(3)
    next(g), next(g)
    g.close()
    print(g.gi_frame, list(g))


def selfish(box):
    yield 1
    try:
        next(box[0])
    except ValueError as e:
        print("inner:", e)
    try:
        next(box[1])
    except ValueError as e:
        print("middle:", e)
    print([x.gi_running for x in box], [x.gi_suspended for x in box], [x.gi_yieldfrom for x in box])
    try:
        box[1].close()
    except ValueError as e:
        print("close:", e)
    try:
        box[0].throw(KeyError)
    except ValueError as e:
        print("throw:", e)
    try:
        box[1].gi_frame.clear()
    except RuntimeError as e:
        print("clear:", e)
    print(box[1].gi_frame.f_back is box[0].gi_frame, box[0].gi_frame.f_back.f_code.co_name)
    print(box[2].gi_frame.f_back is box[1].gi_frame, sys._getframe() is box[2].gi_frame)
    print(box[1].gi_frame.f_locals["here"], names_above())
    gc.collect()
    yield 2
    return 3


def passing(box, k):
    here = k
    r = yield from box[k + 1]
    return r


def case_itself():
    box = []
    box += [passing(box, 0), passing(box, 1), selfish(box)]
    print(next(box[0]))
    print(next(box[0]))
    try:
        next(box[0])
    except StopIteration as e:
        print("value", e.value, [x.gi_frame for x in box])


def case_levels():
    def down(n):
        if n:
            return (yield from down(n - 1))
        yield "a"
        print(len(names_above(60)))
        yield "b"
        try:
            yield "c"
        except ZeroDivisionError:
            print("caught at the bottom")
        return "end"

    g = down(40)
    print(next(g), next(g), next(g))
    try:
        g.throw(ZeroDivisionError)
    except StopIteration as e:
        print(e.value)
    g = down(40)
    print([x for x in g])
    for x in down(5):
        print(x, end=" ")
    print()
    print(sum(1 for _ in down(30)), max(down(7)), "b" in down(9))


def swap(g):
    # The delegate is advanced by somebody else between two steps.
    yield from g


def case_shared_delegate():
    shared = inner(6)
    a, b = swap(shared), swap(shared)
    print(next(a), next(b), next(shared), next(a), next(b))
    shared.close()
    print(list(a), list(b))


def handler():
    try:
        1 / 0
    except ZeroDivisionError:
        yield from inner(2)
        print(sys.exception())
        yield from inner(1)
    print(sys.exception())


def over_handler():
    yield from handler()


def case_handled():
    for x in over_handler():
        print(x, sys.exception())
    try:
        raise KeyError("outside")
    except KeyError:
        print(list(over_handler()), repr(sys.exception()))


class It:
    def __init__(self):
        self.n = 0

    def __iter__(self):
        return self

    def __next__(self):
        self.n += 1
        if self.n > 3:
            raise StopIteration("it is over")
        return self.n


def over_it():
    r = yield from It()
    print(r)
    yield from "ab"


def over_over_it():
    yield from over_it()


def case_other_iterators():
    print(list(over_over_it()))
    g = over_over_it()
    next(g)
    print(type(g.gi_yieldfrom.gi_yieldfrom).__name__)


def countdown(depth, n):
    if depth:
        yield from countdown(depth - 1, n)
    else:
        for i in range(n):
            yield i
            yield from [i] if i % 2 else ()


def case_interleaved():
    print(list(zip(countdown(3, 3), countdown(5, 4), countdown(0, 9))))
    n = 0
    for a in countdown(3, 20):
        for b in countdown(4, 5):
            if b > 2:
                break
            n += a * b
    print(n)


def case_limit():
    def deep(n):
        if n == 0:
            yield 1
            yield 2
        else:
            yield from deep(n - 1)

    def call(g, n):
        return call(g, n - 1) if n else next(g)

    old = sys.getrecursionlimit()
    sys.setrecursionlimit(300)
    try:
        g = deep(100)
        print(next(g))
        print(next(g))
        # Resuming it takes no stack.
        g = deep(150)
        next(g)
        print(call(g, 200))
        g = None
    finally:
        sys.setrecursionlimit(old)


# ---- coroutines


@types.coroutine
def pause(x):
    return (yield x)


def run(c):
    sent, log = None, []
    while True:
        try:
            log.append(c.send(sent))
        except StopIteration as e:
            return e.value, log
        sent = f"r{len(log)}"


async def quick(x):
    return x * 2


async def slow(x):
    a = await pause(x)
    b = await quick(a)
    return a, b


async def both(x):
    return await quick(x), await slow(x), await quick(await quick(x))


class Obj:
    async def method(self, x, *, k=1):
        return await quick(x) + k

    @classmethod
    async def of_class(cls, x):
        return cls.__name__, await pause(x)

    @staticmethod
    async def of_nothing(*args, **kw):
        return args, kw, await pause("s")

    def plain(self):
        return quick(5)

    async def __aenter__(self):
        print("enter", await quick(1))
        return self

    async def __aexit__(self, *e):
        print("exit", e[0], await pause("leaving"))
        return True

    def __await__(self):
        return (yield from slow(7).__await__())


async def calls():
    o = Obj()
    m = o.method
    part = quick
    out = [await o.method(1), await o.method(2, k=5), await m(3), await Obj.method(o, 4, k=0)]
    out += [await o.of_class(1), await Obj.of_nothing(1, 2, z=3), await part(*(3,)), await quick(**{"x": 4})]
    out += [await o.plain(), await o, await (lambda: quick(9))()]
    return out


def case_calls():
    print(run(both(3)))
    print(run(calls()))


async def failing(x):
    await quick(1)
    if x:
        await pause("before")
    raise LookupError(x)


async def catching(x):
    try:
        await failing(x)
    except LookupError as e:
        print([f.name for f in traceback.extract_tb(e.__traceback__)], e.__traceback__.tb_next.tb_frame.f_back)
        return "caught"
    finally:
        print("finally")


async def with_it():
    async with Obj() as o:
        raise LookupError
    async with Obj():
        pass
    return "out"


async def stops():
    async def stop():
        raise StopIteration(3)

    try:
        await stop()
    except RuntimeError as e:
        return str(e), type(e.__cause__)


def case_failing():
    print(run(catching(0)), run(catching(1)))
    print(run(with_it()))
    print(run(stops()))


async def names(depth):
    if depth:
        return await names(depth - 1)
    return names_above(), sys._getframe().f_back.f_code.co_name


async def generator_of_frame():
    async def me():
        f = sys._getframe()
        g = f.f_generator
        print(type(g).__name__, g.__qualname__, g.cr_running, g.cr_frame is f, inspect.getcoroutinestate(g))
        await pause(1)
        return g

    g = await me()
    print(inspect.getcoroutinestate(g), g.cr_frame)
    try:
        await g
    except RuntimeError as e:
        print(e)


async def waiting():
    async def below():
        await pause("deep")
        return "b"

    return await below()


def case_frames():
    print(run(names(0)))
    print(run(names(3)))
    print(run(generator_of_frame()))
    c = waiting()
    c.send(None)
    print(c.cr_await.__qualname__, c.cr_await.cr_await.__qualname__, c.cr_await.cr_suspended)
    print(c.cr_await.cr_code.co_name, inspect.getcoroutinestate(c.cr_await))
    try:
        c.throw(KeyError("in"))
    except KeyError as e:
        print([f.name for f in traceback.extract_tb(e.__traceback__)])
    c = waiting()
    c.send(None)
    c.close()
    print(c.cr_await, c.cr_frame)


class Loud:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name)


async def holding(x):
    here = Loud("local")
    if x:
        await pause(1)
    return "held"


async def order():
    print(await holding(0))
    print(await holding(1))
    del_me = Loud("argument")
    print(await quick(2), del_me.name)


def case_order():
    print(run(order()))


async def many(n):
    total = 0
    for i in range(n):
        total += await quick(i)
        if i % 100 == 0:
            total += len(await pause(i))
    return total


def case_many():
    print(run(many(1000)))


# ---- async generators


async def ticks(n, wait=()):
    try:
        for i in range(n):
            if i in wait:
                print("woken by", await pause(("wait", i)))
            got = yield i
            if got:
                print("got", got)
    finally:
        print("ticks end")


async def doubled(n, wait=()):
    async for x in ticks(n, wait):
        yield x * 2


async def use_agen():
    print([x async for x in doubled(3)])
    print([x async for x in doubled(4, (1, 3))])
    print({x: y async for x in ticks(2) async for y in doubled(2, (0,))})
    g = doubled(5)
    async for x in g:
        print(x, g.ag_running, g.ag_suspended)
        if x == 4:
            break
    print(await anext(g), await g.asend(None), await anext(g, "none left"), await anext(g, "none left"))
    async for x in g:
        print("never")
    g = ticks(3)
    print(await g.__anext__(), await g.asend("hello"))
    await g.aclose()
    print([x async for x in g])
    async for x in ticks(2):
        try:
            raise KeyError(x)
        except KeyError as e:
            async for y in ticks(1):
                print(repr(sys.exception()))
    return "used"


async def bad():
    yield 1
    raise LookupError("in the generator")


async def bad_stop(which):
    yield 1
    raise which(5)


async def reenter(box):
    yield 1
    try:
        async for x in box[0]:
            print("never")
    except RuntimeError as e:
        print("reenter:", e)
    print(box[0].ag_running, names_above(3))
    yield 2


async def use_bad():
    try:
        async for x in bad():
            print(x)
    except LookupError as e:
        print([f.name for f in traceback.extract_tb(e.__traceback__)])
    for which in StopIteration, StopAsyncIteration:
        try:
            async for x in bad_stop(which):
                pass
        except RuntimeError as e:
            print(e, type(e.__cause__).__name__)
    box = []
    box.append(reenter(box))
    async for x in box[0]:
        print(x)
    try:
        async for x in 5:
            pass
    except TypeError as e:
        print(e)
    return "ok"


async def thrown_into():
    try:
        async for x in doubled(3, (1,)):
            print("have", x)
    except ValueError as e:
        print("thrown", e, [f.name for f in traceback.extract_tb(e.__traceback__)])
    return "end"


def case_agen():
    print(run(use_agen()))
    print(run(use_bad()))
    c = thrown_into()
    print(c.send(None))
    print(type(c.cr_await).__name__)
    try:
        c.throw(ValueError("from outside"))
    except StopIteration as e:
        print(e.value)
    c = thrown_into()
    c.send(None)
    c.close()
    print("closed")


def case_hooks():
    def first(g):
        print("first", g.__name__)

    old = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(first, lambda g: print("final", g.__name__))
    try:
        print(run(use_one()))
    finally:
        sys.set_asyncgen_hooks(*old)


async def use_one():
    async for x in ticks(3):
        if x == 1:
            break
    return [x async for x in doubled(2)]


def case_traced():
    seen = []

    def trace(frame, event, arg):
        if frame.f_code.co_name in ("quick", "slow", "both", "inner", "middle"):
            seen.append((frame.f_code.co_name, event))
        return trace

    sys.settrace(trace)
    try:
        run(both(1))
        g = middle(1)
        list(g)
    finally:
        sys.settrace(None)
    print([e for e in seen if e[0] == "inner"], len(seen) > 40)


for name, case in list(globals().items()):
    if name.startswith("case_"):
        print("----", name)
        case()
