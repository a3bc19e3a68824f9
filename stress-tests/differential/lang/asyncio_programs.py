# asyncio on top of the language: tasks, gather, timeouts, queues, locks, cancellation, TaskGroup, to_thread.
import asyncio
async def say(name, n, log):
    for i in range(n):
        await asyncio.sleep(0)
        log.append(f'{name}{i}')
    return name


async def main():
    log = []
    print(await asyncio.gather(say('a', 2, log), say('b', 3, log)), log)
    t = asyncio.create_task(say('c', 1, log), name='task c'); print(t.get_name(), t.done()); await t; print(t.result(), t.done(), t.cancelled())
    try: await asyncio.wait_for(asyncio.sleep(10), 0.01)
    except TimeoutError as e: print('timeout', repr(e))
    t = asyncio.create_task(asyncio.sleep(10)); await asyncio.sleep(0); t.cancel('why')
    try: await t
    except asyncio.CancelledError as e: print('cancelled', e.args, t.cancelled())
    q = asyncio.Queue(2); out = []
    async def produce():
        for i in range(5): await q.put(i)
        await q.put(None)
    async def consume():
        while (x := await q.get()) is not None: out.append(x)
    await asyncio.gather(produce(), consume()); print(out)
    lock, order = asyncio.Lock(), []
    async def locked(n):
        async with lock: order.append(n); await asyncio.sleep(0); order.append(n)
    await asyncio.gather(*(locked(n) for n in range(3))); print(order)
    try:
        async with asyncio.TaskGroup() as g:
            g.create_task(say('g', 1, log)); g.create_task(fails())
    except* ValueError as e: print('group', e.exceptions)
    print(await asyncio.gather(fails(), say('h', 1, []), return_exceptions=True))
    print(await asyncio.to_thread(lambda: 'from a thread'), await asyncio.get_running_loop().run_in_executor(None, sum, [1, 2]))
    ev = asyncio.Event(); waiter = asyncio.create_task(ev.wait()); await asyncio.sleep(0); ev.set(); print(await waiter)
    async def ticks():
        for i in range(3): yield i; await asyncio.sleep(0)
    print([x async for x in ticks()], [await asyncio.sleep(0, i) for i in range(2)])
    async with asyncio.timeout(5): print('in time')
    done, pending = await asyncio.wait([asyncio.create_task(say('w', 1, []))]); print(len(done), len(pending))
    fut = asyncio.get_running_loop().create_future(); asyncio.get_running_loop().call_soon(fut.set_result, 'future'); print(await fut)
    asyncio.get_running_loop().call_later(0.001, log.append, 'later'); await asyncio.sleep(0.01); print(log[-1])
    return 'end'
async def fails(): raise ValueError('in task')
print(asyncio.run(main()))
try: asyncio.get_running_loop()
except RuntimeError as e: print(e)
