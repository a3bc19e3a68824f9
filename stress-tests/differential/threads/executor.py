# concurrent.futures.ThreadPoolExecutor: map, submit, results, exceptions, cancelling, callbacks, shutdown.
from concurrent.futures import ThreadPoolExecutor, Future, as_completed, wait, FIRST_COMPLETED, FIRST_EXCEPTION, TimeoutError, CancelledError
import threading, time
with ThreadPoolExecutor(4, thread_name_prefix='pool') as pool:
    print(list(pool.map(lambda x: x * x, range(10))), list(pool.map(pow, [2, 3], [3, 2])), pool.submit(lambda *a, **k: (a, k), 1, z=2).result())
    f = pool.submit(lambda: 1 / 0); print(repr(f.exception()), f.done(), f.cancelled())
    try: f.result()
    except ZeroDivisionError as e: print(e)
    try: list(pool.map(lambda x: 1 // x, [1, 0, 2]))
    except ZeroDivisionError as e: print('map', e)
    gate = threading.Event(); f = pool.submit(gate.wait)
    try: f.result(timeout=0.01)
    except TimeoutError: print('timeout', f.running())
    blockers = [pool.submit(gate.wait) for _ in range(3)]; queued = pool.submit(print, 'never'); print(queued.cancel(), queued.cancelled(), f.cancel())
    try: queued.result()
    except CancelledError: print('cancelled')
    gate.set(); print(sorted(x.result() for x in as_completed([pool.submit(lambda i=i: i) for i in range(5)])))
    done, rest = wait([pool.submit(lambda: 1)]); print(len(done), len(rest)); out = []
    f = pool.submit(lambda: 5); f.result(); f.add_done_callback(lambda f: out.append(f.result())); print(out, pool.submit(lambda: threading.current_thread().name.startswith('pool')).result())
try: pool.submit(print)
except RuntimeError as e: print(e)
f = Future(); f.set_result(1); print(f.result(), f.done(), repr(f).split(' ')[-3:])
try: f.set_result(2)
except Exception as e: print(type(e).__name__)
with ThreadPoolExecutor(2, initializer=lambda: setattr(loc, 'x', 5)) as p2:
    loc = threading.local(); print(p2.submit(lambda: loc.x).result())
for bad in (0, -1):
    try: ThreadPoolExecutor(bad)
    except ValueError as e: print(e)
with ThreadPoolExecutor(8) as pool: print(sum(pool.map(lambda n: sum(range(n)), range(200))))
def nested(): return pool2.submit(lambda: 'inner').result()
with ThreadPoolExecutor(2) as pool2: print(pool2.submit(nested).result())
