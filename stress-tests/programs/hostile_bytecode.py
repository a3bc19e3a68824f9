"""Bytecode with damaged bytes: it is refused, or it runs and may raise; it never takes the runtime down."""

import builtins
import contextlib
import marshal
import os
import signal
import sys

from _hammer import SEED, finish, random_numbers, time_is_over

SOURCE = '''
def f(a, b=2, *c, d=4, **e):
    x = [i*a for i in range(5) if i % 2]
    y = {k: v for k, v in zip("abc", x)}
    s = {1, 2, a}
    z = (*x, *c)
    try:
        q = z[7] + b
    except (IndexError, TypeError) as err:
        q = str(err)
    finally:
        s.add(3)
    def g(u):
        nonlocal q
        q = u
        return lambda: (q, a, u)
    w = g(5)()
    while a < 10:
        a += 1
        if a == 7: continue
        if a == 9: break
    else:
        a = -1
    return f"{q!r:>10}{a}", y, s, w, dict(**y, k=1), max(*x, 3)
def gen(n):
    t = 0
    try:
        for i in range(n):
            t = (yield i) or t
            if t is None: return 3
    except ValueError as e:
        yield e
    r = yield from (j for j in range(3))
    return r, t
class C:
    k = 1
    def __init__(self, v): self.v = v; self.w = [v]
    def m(self, o):
        match o:
            case [1, *rest]: return rest
            case {"a": p, **r}: return p, r
            case C(v=1) | int(): return self.v
            case _: return super().__repr__()
    @property
    def p(self): del self.w; return self.k
with __import__("contextlib").suppress(KeyError):
    out = [f(1), f(3, 4, 5, 6, d=1, z=2), list(gen(4)), C(1).m([1,2,3]), C(2).m({"a":1,"b":2}), C(3).m(7), C(4).p, C(5).m("x")]
    g = gen(3); next(g); g.send(5)
    try: g.throw(ValueError(1))
    except StopIteration: pass
    g.close()
    h = sorted([3,1,2], key=lambda q: -q)
    raise KeyError(1)
async def co(x):
    async def inner(): return x
    return [await inner() for _ in range(2)]
c = co(1)
try: c.send(None)
except StopIteration as e: out.append(e.value)
try:
    raise ExceptionGroup("g", [ValueError(1), TypeError(2)])
except* ValueError as eg: out.append(len(eg.exceptions))
except* TypeError: pass
a1, (b1, *c1), d1 = 1, (2, 3, 4), 5
out[1:2] = [a1, b1, c1, d1]; del out[0]
'''


class Late(Exception):
    pass


alarms = 0


def late(*_):
    global alarms
    alarms += 1
    if alarms > 20:
        # Code that catches whatever ends it, and goes on: as good a program as any, but nothing comes after it.
        sys.stderr = stderr
        finish()
        sys.stdout.flush()
        os._exit(0)
    raise Late


class Nowhere:
    def write(self, text):
        return len(text)

    def flush(self):
        pass


def damaged(good, random):
    """A copy with a few bytes changed, mostly where the instructions are."""
    data = bytearray(good)
    for _ in range((1, 1, 1, 2, 3, 8)[random(6)]):
        at = 5 + random(len(data) - 5) if random(8) == 0 else len(data) * 4 // 10 + random(len(data) * 6 // 10)
        how = random(6)
        if how < 3:
            data[at] = random(256)
        elif how == 3:
            data[at] ^= 1 << random(8)
        elif how == 4:
            data[at] = data[random(len(data))]
        else:
            at, other = at & ~7, random(len(data)) & ~7
            data[at : at + 8] = data[other : other + 8]
    return bytes(data)


# Nothing that reaches files, other programs or this program's end.
ALLOWED = {k: v for k, v in vars(builtins).items() if k not in ("open", "input", "exit", "quit", "breakpoint", "exec", "eval", "compile")}
ALLOWED["__import__"] = lambda *_: contextlib
ALLOWED["print"] = lambda *_, **__: None

signal.signal(signal.SIGALRM, late)
good = marshal.dumps(compile(SOURCE, "damaged", "exec"))
random = random_numbers(SEED)
refused = ran = 0
stderr, sys.stderr = sys.stderr, Nowhere()
sys.unraisablehook = sys.displayhook = lambda _: None
while not (time_is_over() and refused and ran):
    try:
        code = marshal.loads(damaged(good, random))
    except (ValueError, EOFError, TypeError):
        refused += 1
        continue
    ran += 1
    try:
        # Loops without end are part of the game.
        alarms = 0
        signal.setitimer(signal.ITIMER_REAL, 0.2, 0.05)
        try:
            exec(code, {"__builtins__": ALLOWED, "__name__": "damaged"})
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    except BaseException:
        pass
sys.stderr = stderr
assert refused and ran
finish()
