"""Event loops in several threads: tasks, callbacks from other threads, futures and tasks that many threads touch."""

import asyncio
import gc
import logging
import warnings

from _hammer import finish, hammer

running = set()  # loops that take calls from outside
shared = []  # futures and tasks of loops that may be gone
WRONG = (asyncio.InvalidStateError, RuntimeError, ValueError, TypeError, IndexError, KeyError)
WRONG += (AttributeError, StopIteration, asyncio.CancelledError, ExceptionGroup)


async def leaf(n):
    if n % 3 == 0:
        await asyncio.sleep(0)
    return n


async def tree(random, depth):
    if depth == 0:
        return await leaf(random(10))
    return sum(await asyncio.gather(*(tree(random, depth - 1) for _ in range(3)))) + 1


async def group(random):
    try:
        async with asyncio.timeout(50), asyncio.TaskGroup() as tg:
            for n in range(random(6)):
                tg.create_task(tree(random, 1), name=f"t{n}")
            if random(3) == 0:
                tg.create_task(asyncio.sleep(9)).cancel("enough")
            if random(5) == 0:
                raise KeyError(random)
    except* KeyError:
        pass


async def program(random):
    loop = asyncio.get_running_loop()
    running.add(loop)
    try:
        if random(3) == 0:
            loop.set_task_factory(asyncio.eager_task_factory)
        await tree(random, 3)
        await group(random)
        f = loop.create_future()
        t = loop.create_task(asyncio.sleep(0.001, f))
        shared.extend((f, t))
        assert await t is f
        me = asyncio.current_task()
        assert me in asyncio.all_tasks() and me.get_loop() is loop
        queue = asyncio.Queue(2)
        for n in range(3):
            loop.call_soon_threadsafe(queue.put_nowait, n) if n < 2 else None
        assert [await queue.get(), await queue.get()] == [0, 1]
    finally:
        running.discard(loop)


def loops(random):
    asyncio.run(program(random))


def from_outside(random):
    for loop in list(running):
        try:
            if random(2):
                done = asyncio.run_coroutine_threadsafe(tree(random, 1), loop)
                done.add_done_callback(lambda done: None)
            else:
                loop.call_soon_threadsafe(len, ())
            asyncio.all_tasks(loop), asyncio.current_task(loop)
            for task in asyncio.all_tasks(loop):
                repr(task), task.get_name(), task.done(), task.get_stack(), task._callbacks
                if random(50) == 0:
                    loop.call_soon_threadsafe(task.cancelling)
        except RuntimeError:
            pass  # closed meanwhile


def meddle(random):
    """What nobody should do, without a crash."""
    if len(shared) > 100:
        del shared[:50]
    f = shared[random(len(shared) or 1)]
    kind = random(10)
    if kind == 0:
        f.set_result(random)
    elif kind == 1:
        f.set_exception(KeyError("meddled"))
        f.exception()
    elif kind == 2:
        f.cancel()
    elif kind == 3:
        f.add_done_callback(len)
        f.remove_done_callback(len)
    elif kind == 4:
        next(iter(f))
    elif kind == 5:
        repr(f), f._callbacks, f._result, f._asyncio_awaited_by
    elif kind == 6:
        f._asyncio_future_blocking = True
        f._log_traceback = False
    elif kind == 7 and isinstance(f, asyncio.Task) and f.done() and f.get_loop().is_closed():
        f.__init__(leaf(1), loop=f.get_loop())  # a pending one would be waited for in vain
    elif kind == 8:
        asyncio.futures.future_add_to_awaited_by(f, shared[random(len(shared) or 1)])
        asyncio.futures.future_discard_from_awaited_by(f, shared[random(len(shared) or 1)])
    else:
        f.result()
    if random(200) == 0:
        gc.collect()


logging.disable()
warnings.simplefilter("ignore")

hammer(loops, loops, from_outside, meddle, threads=4, expected=WRONG)

finish()
