# __import__, __build_class__, exec in modules, globals(), locals(), breakpoint hook, help text of builtins.
import builtins, sys
print(__import__('os.path').__name__, __import__('os.path', fromlist=['join']).__name__ in ('posixpath',), __import__('sys') is sys)
for code in ("__import__()", "__import__(5)", "__import__('')", "__import__('nope_x')", "__import__('os', level=-1)", "__import__('x', {}, {}, [], 1)", "__build_class__()", "__build_class__(5, 'x')", "__build_class__(lambda: None)", "__build_class__(lambda: None, 5)", "__build_class__(lambda: None, 'X').__name__", "__build_class__(lambda: None, 'X', int)(5) + 1", "aiter(5)", "anext(5)", "aiter()", "memoryview()", "object(1)", "super().x", "staticmethod(5).__func__", "type(globals())", "globals() is globals()"):
    try: print(code, '=', eval(code))
    except Exception as e: print(code, '->', type(e).__name__, e)
calls = []
real = builtins.__import__
def hooked(name, *a): calls.append((name, a[2], a[3])); return real(name, *a)
builtins.__import__ = hooked
import math, string as st
from collections import deque as dq, OrderedDict
builtins.__import__ = real
print(calls[:2], ('collections', ('deque', 'OrderedDict'), 0) in calls)
real_build = builtins.__build_class__
builtins.__build_class__ = lambda f, name, *b, **k: (calls.append(name), real_build(f, name, *b, **k))[1]
class Made(int, metaclass=type): pass
builtins.__build_class__ = real_build
print(calls[-1], Made(5))
sys.breakpointhook = lambda *a, **k: print('breakpoint', a, k)
breakpoint(1, x=2)
sys.displayhook(5); sys.displayhook(None); print(builtins._)
def f(a, b=1): c = 3; return locals()
print(f(0), sorted(globals())[0][:2], len.__doc__.split('.')[0], int.__doc__.split('\n')[0], abs.__text_signature__, dict.get.__doc__.split('.')[0])
print(type(copyright).__name__, type(exit).__name__, repr(exit)[:10], __debug__, __name__)
try: exit(3)
except SystemExit as e: print(e.code)
g = {}; exec('import math\nx = math.pi', g); print(sorted(k for k in g if k != '__builtins__'), round(g['x'], 2))
exec(compile('y = 5', 'f', 'exec'), globals()); print(y)
class Custom(dict):
    def __getitem__(self, k): return f'<{k}>'
print(eval('a + b', {}, Custom()))
exec('z = w', {}, loc := Custom(w=1)); print(dict.items(loc))
try: exec('q', Custom())
except NameError as e: print(e)
