# Frames as seen from Python: f_locals (PEP 667), f_back, f_lineno, tb_*; sys._getframe; code object attributes.
import sys


def where():
    f = sys._getframe()
    return f.f_code.co_name, f.f_lineno - f.f_code.co_firstlineno, f.f_back.f_code.co_name, f.f_globals is globals()


print(where())


def callers():
    names, f = [], sys._getframe()
    while f: names.append(f.f_code.co_qualname); f = f.f_back
    return names


class C:
    def m(self): return [callers() for _ in 'a'][0]
    names = callers()


print(C().m(), C.names, (lambda: callers())(), list(map(lambda _: callers(), [1]))[0], next(callers() for _ in 'a'))


def proxies(a, b=2):
    x = 1
    f = sys._getframe()
    proxy = f.f_locals
    proxy['x'] = 100
    proxy['new'] = 'extra'
    y = 5
    cell = 'c'
    def inner(): return cell
    proxy['cell'] = 'changed'
    return x, sorted(proxy), proxy['y'], 'new' in proxy, f.f_locals['new'], len(proxy), type(proxy).__name__, inner(), dict(proxy)['a'], proxy.get('zz', 'no'), locals() is locals()


print(proxies(0))


def deleting():
    v = 1
    try:
        del sys._getframe().f_locals['v']
    except ValueError as e: print(e)
    try:
        sys._getframe().f_locals['nope']
    except KeyError as e: print(repr(e))
    return v


print(deleting())


def set_caller():
    sys._getframe(1).f_locals['target'] = 'set from below'


def caller():
    target = 'own'
    set_caller()
    return target


print(caller())


def raises():
    local = 'visible'
    1 / 0


try:
    raises()
except ZeroDivisionError as e:
    tb = e.__traceback__
    while tb:
        print(tb.tb_frame.f_code.co_name, tb.tb_lineno - tb.tb_frame.f_code.co_firstlineno, tb.tb_frame.f_locals.get('local') if tb.tb_next is None else '-', type(tb).__name__)
        last, tb = tb, tb.tb_next
    last.tb_frame.clear()
    print(last.tb_frame.f_locals)


def g(): yield sys._getframe()


it = g()
fr = next(it)
print(fr is it.gi_frame, fr.f_back, fr.f_lineno - fr.f_code.co_firstlineno)
try:
    sys._getframe().clear()
except RuntimeError as e: print(e)
for bad in (lambda: sys._getframe(5000), lambda: sys._getframe('a')):
    try: bad()
    except (ValueError, TypeError) as e: print(type(e).__name__, e)


def code(a, /, b, *args, c, **kw):
    """doc"""
    x = [1, 2.5, 'const', (1, 2), None]
    def nested(): return x, a
    return nested


co = code.__code__
print(co.co_varnames, co.co_cellvars, co.co_freevars, co.co_nlocals, co.co_argcount, co.co_names, 2.5 in co.co_consts or (1, 2.5, 'const') or True, co.co_filename.endswith('frames_and_code.py'))
print([line - co.co_firstlineno for _, _, line in co.co_lines() if line is not None][:1], len(list(co.co_positions())) > 5, co.co_flags & 0x0C)
n = [c for c in co.co_consts if hasattr(c, 'co_name')][0]
print(n.co_name, n.co_qualname, n.co_freevars)
def retarget(): return 'old'
def new(): return 'new'
retarget.__code__ = new.__code__
print(retarget(), retarget.__name__)
try:
    retarget.__code__ = n
except ValueError as e: print(e)
print(type(sys._getframe()).__name__, sys._getframe().f_code.co_name, sys._getframe().f_builtins is __builtins__.__dict__, sys._getframe().f_trace)
