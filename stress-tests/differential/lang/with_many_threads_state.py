# Interpreter state that belongs to a thread: the handled exception, recursion, context, trace functions.
import sys, threading, contextvars
def in_thread(f, *a):
    out = []
    t = threading.Thread(target=lambda: out.append(f(*a))); t.start(); t.join()
    return out[0]


try: raise ValueError('main')
except ValueError: print(in_thread(sys.exception), repr(sys.exception()))
def deep(n): return 0 if n == 0 else 1 + deep(n - 1)
print(in_thread(deep, 800), deep(800))
events = []
def trace(frame, event, arg): events.append((frame.f_code.co_name, event)); return trace
def traced(x):
    y = x + 1
    return y
sys.settrace(trace); traced(1); sys.settrace(None)
print(events); events.clear(); sys.settrace(trace); in_thread(traced, 1); sys.settrace(None); print(any(n == 'traced' for n, _ in events))
prof = []
sys.setprofile(lambda frame, event, arg: prof.append((frame.f_code.co_name, event))); traced(2); len([]); sys.setprofile(None); print([p for p in prof if p[0] == 'traced'], ('<module>', 'c_call') in prof)
var = contextvars.ContextVar('var', default='default')
token = var.set('main'); print(var.get(), token.old_value is contextvars.Token.MISSING, token.var is var); var.reset(token); print(var.get())
try: var.reset(token)
except RuntimeError as e: print(str(e).split(' at ')[0].split('<')[0])
ctx = contextvars.copy_context(); ctx.run(var.set, 'in ctx'); print(var.get(), ctx[var], var in ctx, len(ctx) >= 1)
def reenter():
    try: ctx.run(lambda: None)
    except RuntimeError as e: return str(e).split(':')[0]
print(ctx.run(reenter))
with var.set('with') if hasattr(token, '__enter__') else __import__('contextlib').nullcontext(): print(var.get())
print(var.get())
def line_trace(frame, event, arg):
    if event == 'line' and frame.f_code.co_name == 'jumps': lines.append(frame.f_lineno - frame.f_code.co_firstlineno)
    return line_trace
def jumps(n):
    for i in range(n):
        if i % 2:
            continue
        try:
            1 / (i - 2)
        except ZeroDivisionError:
            pass
    return n
lines = []; sys.settrace(line_trace); jumps(3); sys.settrace(None); print(lines)
exc = []
def exc_trace(frame, event, arg):
    if event == 'exception': exc.append((frame.f_code.co_name, arg[0].__name__))
    return exc_trace
def fails():
    raise KeyError
def calls():
    try: fails()
    except KeyError: pass
sys.settrace(exc_trace); calls(); sys.settrace(None); print(exc)
mon = sys.monitoring; mon.use_tool_id(3, 'test'); got = []
mon.register_callback(3, mon.events.PY_START, lambda code, off: got.append(code.co_name)); mon.set_events(3, mon.events.PY_START); traced(1); mon.set_events(3, 0); traced(1); mon.free_tool_id(3); print(got)
