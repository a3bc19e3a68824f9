# threading.Thread: life, names, daemon, join, subclassing, errors, repr.
import threading, time
out = []
t = threading.Thread(target=lambda *a, **k: out.append((a, k)), args=(1, 2), kwargs={'z': 3}, name='named')
print(t.name, t.ident, t.native_id, t.is_alive(), t.daemon, repr(t))
t.start(); t.join(); print(out, t.is_alive(), t.ident is not None, repr(t).split(' ')[1].rstrip(','))
for f in (lambda: t.start(), lambda: threading.Thread().join(), lambda: threading.current_thread().join(), lambda: setattr(t, 'daemon', True) if t.is_alive() else t.join(), lambda: threading.Thread(5), lambda: threading.Thread(group=5), lambda: threading.Thread(target=1, args=5).run(), lambda: threading.Thread(foo=1), lambda: setattr(threading.current_thread(), 'daemon', True)):
    try: print(f())
    except (RuntimeError, TypeError, AssertionError) as e: print(type(e).__name__, e)
class T(threading.Thread):
    def __init__(self, n): super().__init__(name=f'T{n}'); self.n = n; self.result = None
    def run(self): self.result = (self.n ** 2, threading.current_thread() is self, threading.get_ident() == self.ident)
ts = [T(i) for i in range(6)]
for t in ts: t.start()
for t in ts: t.join()
print([t.result for t in ts], [t.name for t in ts])
class NoInit(threading.Thread):
    def __init__(self): pass
try: NoInit().start()
except RuntimeError as e: print(e)
print(threading.current_thread() is threading.main_thread(), threading.main_thread().name, threading.active_count(), [t.name for t in threading.enumerate()], threading.current_thread().is_alive())
gate = threading.Event()
t = threading.Thread(target=gate.wait, daemon=True); t.start()
print(t.is_alive(), t.daemon, t.join(0.01), t.is_alive(), threading.active_count(), t in threading.enumerate())
try: t.daemon = False
except RuntimeError as e: print(e)
gate.set(); t.join(); print(t.is_alive())
def inherit(): out.append(threading.current_thread().daemon); c = threading.Thread(target=lambda: out.append(threading.current_thread().daemon)); c.start(); c.join()
t = threading.Thread(target=inherit, daemon=True); t.start(); t.join(); print(out[-2:])
t = threading.Thread(target=print, args=('printed in a thread',)); t.start(); t.join()
t.name = 5; print(t.name); t = threading.Thread(target=inherit); print(t.name.endswith('(inherit)'), t.name.startswith('Thread-'))
import _thread
seen = []
def dummy(): c = threading.current_thread(); seen.append((type(c).__name__, c.daemon, c.name.startswith('Dummy'))); lock.release()
lock = _thread.allocate_lock(); lock.acquire(); _thread.start_new_thread(dummy, ()); lock.acquire(); print(seen)
result = []
timer = threading.Timer(0.02, result.append, ['timer']); timer.start(); timer.join(); c = threading.Timer(10, result.append, ['never']); c.start(); c.cancel(); c.join(); print(result)
threads = [threading.Thread(target=lambda i=i: result.append(i)) for i in range(50)]
for t in threads: t.start()
for t in threads: t.join()
print(sorted(result[1:]) == list(range(50)), threading.active_count())
