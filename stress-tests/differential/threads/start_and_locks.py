# _thread alone: starting, arguments, locks, identifiers, exit, exceptions, stack size.
import _thread, sys, time
done = _thread.allocate_lock(); done.acquire()
out = []
def run(a, b=2, *c, d=4):
    out.append((a, b, c, d)); done.release()
for args, kw in (((1,), {}), ((1, 3, 5), {'d': 9}), ([7], {}) if False else ((7,), {})):
    ident = _thread.start_new_thread(run, args, kw); done.acquire(); print(out[-1], type(ident).__name__, ident != _thread.get_ident())
for code in ("_thread.start_new_thread()", "_thread.start_new_thread(5, ())", "_thread.start_new_thread(run, 5)", "_thread.start_new_thread(run, (), 5)", "_thread.allocate_lock().release()", "_thread.allocate_lock().acquire(timeout=-5)", "_thread.allocate_lock().acquire(False, 1)", "_thread.allocate_lock().acquire(timeout=1e30)", "_thread.stack_size(5)", "_thread.stack_size(-1)", "_thread.allocate_lock(5)", "_thread.LockType is type(_thread.allocate_lock())", "_thread.allocate_lock().acquire('x')", "_thread.error is RuntimeError", "_thread.TIMEOUT_MAX > 1000", "_thread.RLock().release()", "type('L', (_thread.LockType,), {})", "_thread.exit(5)"):
    try: print(code, '=', eval(code))
    except BaseException as e: print(code, '->', type(e).__name__, e)
l = _thread.allocate_lock()
print(l.locked(), l.acquire(), l.locked(), l.acquire(False), l.acquire(blocking=False), l.acquire(timeout=0.01), l.acquire(True, 0.01), l.release(), l.locked())
with l: print(l.locked())
print(l.locked(), repr(l).split(' at ')[0])
start = time.monotonic(); l.acquire(); l.acquire(timeout=0.05); print(time.monotonic() - start >= 0.05); l.release()
def releases_foreign(): l.release(); done.release()
l.acquire(); _thread.start_new_thread(releases_foreign, ()); done.acquire(); print('foreign release', l.locked())
r = _thread.RLock()
print(r.acquire(), r.acquire(), r._is_owned(), r._recursion_count(), r.release(), r.release(), r._is_owned(), r.locked())
def try_it(): out.append(r.acquire(False)); done.release()
r.acquire(); _thread.start_new_thread(try_it, ()); done.acquire(); print(out[-1]); r.release()
def exits():
    try: _thread.exit()
    except SystemExit: out.append('SystemExit'); done.release(); raise
_thread.start_new_thread(exits, ()); done.acquire(); print(out[-1])
n, count, guard = 8, [0], _thread.allocate_lock()
ends = [_thread.allocate_lock() for _ in range(n)]
def add(end):
    for _ in range(2000):
        with guard: count[0] += 1
    end.release()
for e in ends: e.acquire(); _thread.start_new_thread(add, (e,))
for e in ends: e.acquire()
print(count)
def fails(): 
    try: raise ValueError('in thread')
    finally: done.release()
sys.unraisablehook = lambda u: (print('unraisable', type(u.exc_value).__name__, u.exc_value), hooked.release())
hooked = _thread.allocate_lock(); hooked.acquire()
_thread.start_new_thread(fails, ()); done.acquire(); hooked.acquire()
print(_thread._count() >= 0, isinstance(_thread.get_native_id(), int), _thread.stack_size())
loc = _thread._local()
loc.x = 'main'
def local(): out.append(hasattr(loc, 'x')); loc.x = 'thread'; out.append(loc.x); done.release()
_thread.start_new_thread(local, ()); done.acquire(); print(out[-2:], loc.x, loc.__dict__)
h = _thread.start_joinable_thread(lambda: out.append('joinable')); h.join(); print(out[-1], h.is_done(), type(h).__name__)
