# threading.local: separate values, __init__ per thread, subclass, slots, dict, death of values.
import threading, gc
def run(f): t = threading.Thread(target=f); t.start(); t.join()
l = threading.local(); l.a = 1; out = []
def other():
    out.append(getattr(l, 'a', 'unset')); l.a = 2; l.b = 3; out.append((l.a, sorted(l.__dict__)))
run(other); print(out, l.a, hasattr(l, 'b'), l.__dict__)
class L(threading.local):
    shared = 'class attr'
    made = 0
    def __init__(self, *args, **kw): L.made += 1; self.args, self.kw = args, kw; self.n = L.made
    def bump(self): self.n += 10; return self.n
x = L(1, 2, k=3); print(x.n, x.args, x.kw, x.bump(), x.shared)
run(lambda: out.append((x.n, x.args, x.kw, x.bump()))); run(lambda: out.append(x.n)); print(out[2:], x.n, L.made)
class S(threading.local): __slots__ = ('slot',)
s = S(); s.slot = 'shared by all'; run(lambda: out.append(s.slot)); print(out[-1])
for code in ("threading.local(1)", "threading.local(a=1)", "l.nope", "l.__dict__ = {}", "del l.nope", "del l.__dict__"):
    try: exec(code); print(code, 'ok')
    except Exception as e: print(code, '->', type(e).__name__, e)
class Dies:
    def __del__(self): out.append('died')
out.clear()
def holds(): l.held = Dies(); out.append('held')
run(holds); gc.collect(); print(out)
out.clear(); tmp = threading.local(); tmp.v = Dies(); del tmp; gc.collect(); print(out)
class Prop(threading.local):
    @property
    def p(self): return getattr(self, '_p', 'default')
    @p.setter
    def p(self, v): self._p = v
p = Prop(); p.p = 5; run(lambda: out.append(p.p)); print(p.p, out[-1])
results = {}
def many(i):
    l.i = i
    for _ in range(200):
        if l.i != i: results[i] = 'wrong'
        l.i = i
    results.setdefault(i, l.i)
ts = [threading.Thread(target=many, args=(i,)) for i in range(8)]; [t.start() for t in ts]; [t.join() for t in ts]
print([results[i] for i in range(8)], hasattr(l, 'i'))
import contextvars
v = contextvars.ContextVar('v', default='dflt'); v.set('main')
ctx = contextvars.copy_context(); t = threading.Thread(target=lambda: out.append(ctx.run(v.get))); t.start(); t.join(); print(out[-1], v.get(), v.name)
