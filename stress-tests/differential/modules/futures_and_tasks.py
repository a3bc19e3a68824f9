# Futures and tasks of asyncio: states, callbacks, cancelling, eager tasks, what is told of those nobody asked for.

import asyncio
import gc
import re
import sys


def show(*words):
    print(*(re.sub(r"0x[0-9a-f]+", "0x", re.sub(r"at \S*[/\\](\w+\.py):\d+", r"at \1", str(w))) for w in words))


def attempt(f, *args, **kwargs):
    try:
        return f(*args, **kwargs)
    except BaseException as e:
        return f"{type(e).__name__}: {e}"


async def value(x):
    return x


async def sleeper(log, name):
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError as e:
        log.append((name, e.args))
        raise


async def futures():
    loop = asyncio.get_running_loop()
    f = loop.create_future()
    show(f, f._state, f.done(), f.cancelled(), f._callbacks, f._result, f._exception, f.get_loop() is loop)
    show(attempt(f.result), attempt(f.exception))
    seen = []
    for n in range(4):
        f.add_done_callback(lambda fut, n=n: seen.append((n, fut.result())))
    f.add_done_callback(print)
    f.add_done_callback(print)
    show(len(f._callbacks), f.remove_done_callback(print), f.remove_done_callback(print), len(f._callbacks))
    f.set_result("it")
    show(seen, await f, f.result(), f.exception(), attempt(f.set_result, 1), attempt(f.set_exception, OSError))
    await asyncio.sleep(0)
    show(seen, f)
    f.add_done_callback(lambda fut: seen.append("late"))
    show(seen[-1])
    await asyncio.sleep(0)
    show(seen[-1])

    f = loop.create_future()
    error = ValueError("wrong")
    f.set_exception(error)
    show(f, f._log_traceback, f.exception() is error, f._log_traceback, attempt(f.result))
    show(attempt(setattr, f, "_log_traceback", True), attempt(setattr, f, "_asyncio_future_blocking", 3))
    f = loop.create_future()
    f.set_exception(StopIteration)
    show(repr(f.exception()), repr(f.exception().__cause__))
    show(attempt(loop.create_future().set_exception, 3), attempt(loop.create_future().set_exception, int))

    f = loop.create_future()
    show(f.cancel("reason"), f.cancel(), f, f._cancel_message, attempt(f.result), attempt(f.exception))
    show(repr(f._make_cancelled_error()))

    f = loop.create_future()
    it = iter(f)
    show(type(it).__name__, next(it) is f, f._asyncio_future_blocking, attempt(next, it))
    f.set_result(7)
    try:
        it.send(None)
    except StopIteration as e:
        show("stop", e.value)
    show(next(it, "end"))
    show(attempt(iter(f).throw, KeyError("thrown")), attempt(iter(f).throw, 5))
    show(asyncio.Future[int], asyncio.Task[str], asyncio.isfuture(f), asyncio.isfuture(asyncio.Future))
    show(attempt(asyncio.Future, 1), attempt(asyncio.Task, 1))
    blank = asyncio.Future.__new__(asyncio.Future)
    show(attempt(repr, blank), attempt(blank.result), blank.done(), attempt(blank.add_done_callback, print))


async def tasks():
    loop = asyncio.get_running_loop()
    me = asyncio.current_task()
    show(me.get_name(), me in asyncio.all_tasks(), asyncio.current_task(loop) is me)
    t = loop.create_task(value(3), name="three")
    show(t, t.get_name(), t.done(), t.get_coro().__name__, len(asyncio.all_tasks()))
    show(await t, t, t.get_stack(), attempt(t.set_result, 1), attempt(t.set_exception, 1))
    t.set_name(5)
    show(repr(t.get_name()), len(asyncio.all_tasks()))

    log = []
    t = loop.create_task(sleeper(log, "a"))
    await asyncio.sleep(0)
    show(t._fut_waiter, t._must_cancel, [f.f_code.co_name for f in t.get_stack()])
    show(t.cancel("enough"), t.cancelling(), t.uncancel(), t.cancelling(), t.uncancel(), t.done())
    show(repr(await asyncio.gather(t, return_exceptions=True)), log, t.cancelled(), t.cancel())
    t = loop.create_task(sleeper(log, "b"))
    show(t.cancel("before it began"), t._must_cancel, t._cancel_message)
    show(repr(await asyncio.gather(t, return_exceptions=True)), log[1:])

    async def stubborn():
        for _ in range(3):
            try:
                await asyncio.sleep(10)
            except asyncio.CancelledError:
                asyncio.current_task().uncancel()
        return "unmoved"

    t = loop.create_task(stubborn())
    while not t.done():
        await asyncio.sleep(0)
        t.cancel()
    show(await t, t.cancelling())

    async def bad(what):
        await what

    class Bare:
        def __init__(self, what):
            self.what = what

        def __await__(self):
            yield self.what

    async def with_itself():
        await asyncio.current_task()

    other = asyncio.new_event_loop()
    foreign = other.create_future()
    for t in [
        loop.create_task(bad(Bare(3)), name="n"),
        loop.create_task(bad(Bare(x for x in ())), name="n"),
        loop.create_task(bad(Bare(loop.create_future())), name="n"),
        loop.create_task(bad(foreign), name="n"),
        loop.create_task(with_itself(), name="n"),
        loop.create_task(bad(5), name="n"),
    ]:
        (r,) = await asyncio.gather(t, return_exceptions=True)
        show(type(r).__name__, r)
    other.close()

    async def awaited():
        f = asyncio.current_task()._asyncio_awaited_by
        return sorted(t.get_name() for t in f or ())

    show(await loop.create_task(awaited()))
    t = loop.create_task(asyncio.sleep(0.01, "slept"))
    waiters = [loop.create_task(bad(t), name=f"w{n}") for n in range(3)]
    await asyncio.sleep(0)
    show(sorted(w.get_name() for w in t._asyncio_awaited_by), await t, t._asyncio_awaited_by)
    await asyncio.wait(waiters)


async def kinds():
    loop = asyncio.get_running_loop()

    class Mine(asyncio.Task):
        def __init__(self, *args, mark=None, **kwargs):
            self.mark = mark
            super().__init__(*args, **kwargs)

        def cancel(self, msg=None):
            self.mark = "cancelled"
            return super().cancel(msg)

    class Fut(asyncio.Future):
        def result(self):
            return ("mine", super().result())

    loop.set_task_factory(lambda loop, coro, **kw: Mine(coro, loop=loop, mark="new", **kw))
    t = loop.create_task(asyncio.sleep(10))
    outer = loop.create_task(asyncio.wait_for(t, 10))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    outer.cancel()
    show(repr(await asyncio.gather(outer, return_exceptions=True)), t.mark, outer.mark, type(t).__name__)
    f = Fut(loop=loop)
    loop.call_soon(f.set_result, 1)

    async def await_it():
        return await f

    show(await await_it(), f.result())

    class Duck:
        _asyncio_future_blocking = False

        def __init__(self):
            self.inner = loop.create_future()
            loop.call_soon(self.inner.set_result, "quack")

        def get_loop(self):
            return loop

        def add_done_callback(self, f, *, context):
            self.inner.add_done_callback(lambda _: f(self), context=context)

        def result(self):
            return self.inner.result()

        def __await__(self):
            self._asyncio_future_blocking = True
            yield self
            return self.result()

    async def await_duck():
        return await Duck()

    loop.set_task_factory(None)
    show(await loop.create_task(await_duck()))

    order = []

    async def eager(name, wait):
        order.append((name, asyncio.current_task().get_name()))
        if wait:
            await asyncio.sleep(0)
        order.append((name, "end"))
        return name

    loop.set_task_factory(asyncio.eager_task_factory)
    a = loop.create_task(eager("a", False), name="A")
    b = loop.create_task(eager("b", True), name="B")
    order.append(("main", asyncio.current_task().get_name() != "B"))
    show(a.done(), b.done(), a.get_coro(), order, [t.get_name() for t in asyncio.all_tasks() if t is b])
    show(await asyncio.gather(a, b), order[4:])

    async def fails():
        raise KeyError("eager")

    show(repr(loop.create_task(fails()).exception()))
    loop.set_task_factory(None)
    async with asyncio.TaskGroup() as group:
        ts = [group.create_task(value(n)) for n in range(5)]
    show([t.result() for t in ts])
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fails())
            group.create_task(sleeper(order, "grouped"))
    except* KeyError as e:
        show(repr(e), order[-1])
    try:
        async with asyncio.timeout(0.001):
            await asyncio.sleep(10)
    except TimeoutError as e:
        show("timeout", repr(e.__cause__))


async def told():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, c: show(sorted(c), c["message"], repr(c.get("exception"))))

    async def fails():
        raise KeyError("nobody asks")

    t = loop.create_task(fails())
    await asyncio.sleep(0)
    del t
    gc.collect()
    f = loop.create_future()
    f.set_exception(OSError("nor here"))
    del f
    gc.collect()

    async def waits():
        await loop.create_future()

    t = loop.create_task(waits())
    await asyncio.sleep(0)
    t._log_destroy_pending = True
    del t
    gc.collect()
    t = loop.create_task(waits())
    await asyncio.sleep(0)
    t._log_destroy_pending = False
    del t
    gc.collect()


def loops():
    import _asyncio

    show(attempt(asyncio.get_running_loop), attempt(asyncio.current_task), attempt(asyncio.all_tasks))
    loop = asyncio.new_event_loop()
    f = loop.create_future()
    show(attempt(_asyncio._enter_task, "loop", "task"), attempt(_asyncio._leave_task, "loop", "task"))
    _asyncio._set_running_loop(loop)
    _asyncio._enter_task(loop, "first")
    show(attempt(_asyncio._enter_task, loop, "second"), attempt(_asyncio._leave_task, loop, "second"))
    show(_asyncio._swap_current_task(loop, "third"), asyncio.current_task(), _asyncio._leave_task(loop, "third"))
    show(asyncio.current_task(), attempt(_asyncio._leave_task, loop, "third"))
    _asyncio._set_running_loop(None)

    class Other:
        def __init__(self, done):
            self.done = lambda: done

        def get_loop(self):
            return loop

    one, two = Other(False), Other(True)
    _asyncio._register_task(one)
    _asyncio._register_task(two)
    show(asyncio.all_tasks(loop) == {one})
    _asyncio._unregister_task(one)
    show(asyncio.all_tasks(loop))
    _asyncio._register_eager_task(one)
    show(asyncio.all_tasks(loop) == {one})
    _asyncio._unregister_eager_task(one)
    show(asyncio.all_tasks(loop))
    async def stops():
        raise SystemExit(3)

    t = loop.create_task(stops())
    show(attempt(loop.run_until_complete, t), repr(t.exception()))
    loop.close()
    show(f)


for part in (futures, tasks, kinds, told):
    show("----", part.__name__)
    asyncio.run(part())
show("---- loops")
loops()
