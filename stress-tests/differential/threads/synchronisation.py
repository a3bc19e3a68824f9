# Event, Condition, Semaphore, BoundedSemaphore, Barrier, RLock: behaviour and errors.
import threading, time
def together(n, f):
    ts = [threading.Thread(target=f, args=(i,)) for i in range(n)]
    for t in ts: t.start()
    return ts
def join(ts):
    for t in ts: t.join()


ev = threading.Event(); out = []
ts = together(3, lambda i: out.append(ev.wait(10))); print(ev.is_set(), ev.wait(0.01)); ev.set(); join(ts); print(out, ev.is_set(), ev.wait()); ev.clear(); print(ev.is_set())
c = threading.Condition(); items = []
def consumer(i):
    with c:
        while not items: c.wait()
        out.append(items.pop())
out.clear(); ts = together(3, consumer)
for x in 'abc':
    with c: items.append(x); c.notify()
join(ts); print(sorted(out))
with c: print(c.wait(0.01), c.wait_for(lambda: True), c.wait_for(lambda: False, 0.01), c.wait_for(lambda: 'value'))
for f in (c.wait, c.notify, c.notify_all):
    try: f()
    except RuntimeError as e: print(e)
out.clear(); ready = []
def waiter(i):
    with c: ready.append(i); c.wait(); out.append(i)
ts = together(4, waiter)
while len(ready) < 4: time.sleep(0.001)
with c: c.notify(2)
while len(out) < 2: time.sleep(0.001)
time.sleep(0.02); print(len(out))
with c: c.notify_all()
join(ts); print(sorted(out))
s = threading.Semaphore(2); active, most, guard = [0], [0], threading.Lock()
def limited(i):
    with s:
        with guard: active[0] += 1; most[0] = max(most[0], active[0])
        time.sleep(0.002)
        with guard: active[0] -= 1
join(together(8, limited)); print(most[0] <= 2, s.acquire(), s.acquire(blocking=False), s.acquire(timeout=0.01), s.acquire(blocking=False)); s.release(2); print(s.acquire(False))
b = threading.BoundedSemaphore(1)
for f in (b.release, lambda: threading.Semaphore(-1), lambda: s.release(0), lambda: s.acquire(False, 1)):
    try: f()
    except ValueError as e: print(e)
bar = threading.Barrier(3, action=lambda: out.append('action')); out.clear(); got = []
join(together(3, lambda i: got.append(bar.wait()))); print(sorted(got), out, bar.parties, bar.n_waiting, bar.broken)
join(together(3, lambda i: got.append(bar.wait()))); print(len(got), out)
def times_out(i):
    try: bar.wait(0.02)
    except threading.BrokenBarrierError: out.append('broken')
out.clear(); join(together(2, times_out)); print(out, bar.broken); bar.reset(); print(bar.broken)
bar2 = threading.Barrier(2, action=lambda: 1 / 0); out.clear()
def act(i):
    try: bar2.wait()
    except Exception as e: out.append(type(e).__name__)
join(together(2, act)); print(sorted(out))
bar.abort(); print(bar.broken)
try: threading.Barrier(0)
except ValueError as e: print(e)
r = threading.RLock()
with r:
    with r: print('reentered')
def other(i):
    out.append(r.acquire(timeout=0.01))
out.clear()
with r: join(together(1, other))
print(out)
try: r.release()
except RuntimeError as e: print(e)
def foreign(i):
    try: r.release()
    except RuntimeError as e: out.append(str(e))
with r: join(together(1, foreign))
print(out[-1]); cr = threading.Condition(threading.RLock())
with cr:
    with cr: print(cr.wait(0.01))
print([type(x).__name__ for x in (threading.Lock(), threading.RLock(), threading.Event(), threading.Condition())], repr(threading.Event()).split(': ')[1], repr(threading.Semaphore(3)).split(': ')[1])
