# queue.Queue, LifoQueue, PriorityQueue, SimpleQueue: order, blocking, errors, join, shutdown.
import queue, threading, time
for cls in (queue.Queue, queue.LifoQueue, queue.PriorityQueue):
    q = cls()
    for x in (3, 1, 2): q.put(x)
    print(cls.__name__, q.qsize(), q.empty(), q.full(), [q.get() for _ in range(3)], q.empty())
q = queue.Queue(maxsize=2); q.put(1); q.put_nowait(2); print(q.full(), q.maxsize)
for f in (lambda: q.put_nowait(3), lambda: q.put(3, timeout=0.01), lambda: q.put(3, False), lambda: q.put(1, timeout=-1)):
    try: f()
    except Exception as e: print(type(e).__name__, e)
q.get(); q.get()
for f in (lambda: q.get_nowait(), lambda: q.get(timeout=0.01), lambda: q.get(block=False), lambda: q.get(timeout=-1), lambda: queue.SimpleQueue().get_nowait(), lambda: queue.SimpleQueue().get(timeout=0.01), lambda: queue.SimpleQueue().get(timeout=-1)):
    try: f()
    except Exception as e: print(type(e).__name__, e)
q.task_done(); q.task_done()
try: q.task_done()
except ValueError as e: print(e)
q = queue.Queue(); out = []
def worker():
    while (x := q.get()) is not None: out.append(x * x); q.task_done()
    q.task_done()
ts = [threading.Thread(target=worker) for _ in range(3)]; [t.start() for t in ts]
for i in range(50): q.put(i)
q.join(); print(sorted(out) == [i * i for i in range(50)], q.unfinished_tasks)
for _ in ts: q.put(None)
[t.join() for t in ts]
s = queue.SimpleQueue(); s.put(1); s.put(2, block=True, timeout=5); s.put_nowait(3); print(s.qsize(), s.get(), s.get(), s.get(), s.empty())
q = queue.Queue(1); got = []
def slow(): time.sleep(0.02); got.append(q.get())
t = threading.Thread(target=slow); t.start(); q.put('a'); q.put('b'); t.join(); print(got, q.get())
q = queue.Queue(); q.put('left'); q.shutdown(); print(q.get())
for f in (lambda: q.get(), lambda: q.put(1)):
    try: f()
    except queue.ShutDown as e: print('ShutDown', e)
q = queue.Queue(); q.put(1); q.shutdown(immediate=True)
try: q.get()
except queue.ShutDown: print('immediate', q.qsize())
q = queue.Queue(); out.clear()
def blocked():
    try: q.get()
    except queue.ShutDown: out.append('woken')
t = threading.Thread(target=blocked); t.start(); time.sleep(0.01); q.shutdown(); t.join(); print(out)
p = queue.PriorityQueue(); [p.put(x) for x in ((2, 'b'), (1, 'z'), (1, 'a'))]; print(p.get(), p.get(), p.get())
p.put((1, {})); 
try: p.put((1, {}))
except TypeError as e: print(e)
