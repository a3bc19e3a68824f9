# sys.settrace and sys.setprofile: what is told, and when.
import sys
ev = []
def tr(frame, event, arg):
    if frame.f_code.co_filename != __file__: return None
    ev.append((frame.f_code.co_name, event, frame.f_lineno - frame.f_code.co_firstlineno, arg if event == "return" else None))
    return tr
def run(f, *a):
    ev.clear()
    sys.settrace(tr)
    try: f(*a)
    except Exception as e: err = type(e).__name__
    else: err = None
    finally: sys.settrace(None)
    for e in ev:
        if e[0] != "run": print(e)
    print(err)
def simple(x):
    y = x + 1
    if y > 5:
        return "big"
    return y
run(simple, 1); run(simple, 9)
def gen():
    yield 1
    x = yield 2
    return 3
def usegen():
    for v in gen():
        pass
    return "used"
run(usegen)
def raises():
    try:
        simple("a")
    except TypeError:
        pass
    finally:
        z = 1
    raise KeyError
run(raises)
def loop():
    while True:
        try:
            break
        finally:
            a = 1
    for i in range(2): pass
    return [j for j in range(2)]
run(loop)
def withtrace():
    class CM:
        def __enter__(self): return 1
        def __exit__(self, *a): return True
    with CM() as c:
        1 / 0
    return c
run(withtrace)
def nolines(frame, event, arg):
    frame.f_trace_lines = False
    ev.append((frame.f_code.co_name, event))
    return nolines
ev.clear(); sys.settrace(nolines); simple(1); sys.settrace(None); print(ev)
def bad(frame, event, arg): raise ValueError("in trace")
sys.settrace(bad)
try: simple(1)
except ValueError as e: print(e, sys.gettrace())
pr = []
def prof(frame, event, arg): pr.append((frame.f_code.co_name, event, getattr(arg, "__name__", None)))
def p():
    len([]); [].append(1)
    try: int("x")
    except ValueError: pass
    return simple(2)
sys.setprofile(prof); p(); sys.setprofile(None)
for e in pr: print(e)
def inner_trace():
    sys.settrace(tr)
    a = 1
    simple(1)
    sys.settrace(None)
ev.clear(); inner_trace(); print(ev)
f = sys._getframe(); f.f_trace = tr; ev.clear(); sys.settrace(lambda *a: None)
q = 1
q = 2
sys.settrace(None); f.f_trace = None; print([e[1] for e in ev])
