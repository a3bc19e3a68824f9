# The __main__ module's own attributes, module objects, modules' __getattr__ and __dir__.
import sys
import types
print(__name__, __doc__, __file__.endswith('dunder_main_and_module.py'), __package__, __spec__, type(__loader__).__name__, type(__builtins__).__name__)
print(sys.modules['__main__'].__dict__ is globals(), sys.argv[0].endswith('.py'), len(sys.argv))
m = types.ModuleType('made', 'its doc')
print(m.__name__, m.__doc__, m.__package__, m.__loader__, m.__spec__, repr(m), sorted(vars(m)))
for bad in (lambda: m.nothing, lambda: types.ModuleType(), lambda: types.ModuleType(5), lambda: setattr(m, '__dict__', {})):
    try: bad()
    except (AttributeError, TypeError) as e: print(e)
m.__getattr__ = lambda name: 'got ' + name
m.__dir__ = lambda: ['b', 'a']
print(m.anything, dir(m))
del m.__getattr__
try: m.anything
except AttributeError as e: print(e)
del m.__name__
try: m.anything
except AttributeError as e: print(e)
print(repr(m))


class Sub(types.ModuleType):
    @property
    def prop(self): return 'property of a module'
    def __setattr__(self, k, v): print('set', k); super().__setattr__(k, v)


s = Sub('sub')
print(s.prop)
s.x = 1
m2 = types.ModuleType('m2')
m2.__class__ = Sub
print(m2.prop)
try: m2.__class__ = int
except TypeError as e: print(e)
ns = types.SimpleNamespace(a=1, b=[2])
print(ns, ns == types.SimpleNamespace(a=1, b=[2]), vars(ns))
exec('def f(): return x\nx = "in module"', m.__dict__)
print(m.f())
x = 'main'
print(m.f(), m.f.__globals__ is m.__dict__, m.f.__module__)
def uses_builtin(): return abs(-1)
globals()['abs'] = lambda v: 'module abs'
print(uses_builtin())
del globals()['abs']
print(uses_builtin())
import builtins
builtins.brand_new = 'in builtins'
print(brand_new)
del builtins.brand_new
try: brand_new
except NameError as e: print(e)
print(repr(sys), repr(builtins), sys.__name__, 'math' in sys.builtin_module_names or True)
