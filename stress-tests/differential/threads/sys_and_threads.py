# sys and gc seen from threads: current_frames, setswitchinterval, settrace, interrupt_main, is_gil_enabled.
import gc, signal, sys, threading, _thread, time
print(type(sys._is_gil_enabled()).__name__, sys.getswitchinterval()); sys.setswitchinterval(0.001); print(round(sys.getswitchinterval(), 6))
for bad in (0, -1, 'a'):
    try: sys.setswitchinterval(bad)
    except (ValueError, TypeError) as e: print(type(e).__name__, e)
ready, go = threading.Event(), threading.Event()
def parked(): ready.set(); go.wait()
t = threading.Thread(target=parked); t.start(); ready.wait(); time.sleep(0.01)
frames = sys._current_frames(); names = []
f = frames[t.ident]
while f: names.append(f.f_code.co_name); f = f.f_back
print('parked' in names, 'run' in names, threading.get_ident() in frames, len(frames)); go.set(); t.join()
calls = []
def tracer(frame, event, arg): calls.append((frame.f_code.co_name, event)); return None
def traced(): pass
threading.settrace(tracer); t = threading.Thread(target=traced); t.start(); t.join(); threading.settrace(None); print(('traced', 'call') in calls, sys.gettrace())
try:
    # In a variable of its own: where an old thread died just then, its weakref's callback would get the KeyboardInterrupt.
    u = threading.Thread(target=_thread.interrupt_main); u.start(); u.join(); time.sleep(0.5); print('never')
except KeyboardInterrupt: print('interrupted')
got = []; signal.signal(signal.SIGUSR1, lambda s, f: got.append((s == signal.SIGUSR1, threading.current_thread() is threading.main_thread())))
t = threading.Thread(target=lambda: signal.raise_signal(signal.SIGUSR1)); t.start(); t.join(); time.sleep(0.01); print(got)
def set_signal():
    try: signal.signal(signal.SIGUSR1, signal.SIG_DFL)
    except ValueError as e: got.append(str(e))
t = threading.Thread(target=set_signal); t.start(); t.join(); print(got[-1])
class Node: pass
def cycles():
    for _ in range(500): a, b = Node(), Node(); a.b, b.a = b, a
gc.collect(); ts = [threading.Thread(target=cycles) for _ in range(4)]; [t.start() for t in ts]; [t.join() for t in ts]; gc.collect(); print(sum(isinstance(o, Node) for o in gc.get_objects()), gc.isenabled())
depth = {}
def deep(n):
    try: deep(n + 1)
    except RecursionError: depth.setdefault('d', n)
t = threading.Thread(target=deep, args=(0,)); t.start(); t.join(); print(depth['d'] > 900)
print(sys.getrefcount(object()) >= 1, sys.intern('a b') is sys.intern('a' + ' b'), len(sys.thread_info) , sys.thread_info.name)
