# Function and method objects: attributes, defaults, closures, signature, binding, copying, builtins.
import inspect, types
def f(a, b: int = 2, *c, d=4, **e) -> str:
    """doc of f"""
    local = 1
    return a


print(f.__name__, f.__qualname__, f.__doc__, f.__module__, f.__defaults__, f.__kwdefaults__, f.__annotations__, f.__closure__, f.__globals__ is globals(), f.__dict__, f.__type_params__, f.__builtins__ is __builtins__.__dict__, inspect.signature(f))
f.attr = 5; f.__doc__ = 'new'; f.__name__ = 'renamed'; f.__qualname__ = 'q.renamed'
print(f.attr, f.__doc__, f.__name__, f.__dict__, repr(f)[:20])
for code in ("f.__name__ = 5", "f.__defaults__ = 5", "f.__kwdefaults__ = 5", "f.__closure__ = ()", "f.__globals__ = {}", "f.__code__ = 5", "del f.__name__", "f.__dict__ = 5", "del f.attr; f.attr", "f.__qualname__ = 1", "f.__defaults__ = None; f(); ", "f.__doc__ = 5", "len.x = 1", "len.__name__ = 'x'", "f.__type_params__ = 5", "f.__module__ = 5", "type(f)()", "type(f)(5, {})", "type(f)(f.__code__, 5)", "type(f)(f.__code__, {}, 5)", "types.MethodType(5, 1)", "types.MethodType(f, None)", "class X(type(f)): pass", "f < f", "f + 1", "f[0]", "types.CodeType()"):
    try: exec(code); print(code, 'ok')
    except Exception as e: print(code, '->', type(e).__name__, e)
class C:
    def m(self, x=1): return self, x
    @classmethod
    def c(cls): return cls
    @staticmethod
    def s(): return 's'
c = C()
print(C.m.__qualname__, c.m.__name__, c.m.__self__ is c, c.m.__func__ is C.m, c.m == c.m, c.m is c.m, c.c.__self__ is C, C.c.__func__.__name__, c.s is C.s, c.m.__doc__, hash(c.m) == hash(c.m), c.m != C().m, repr(c.m)[:21], c.m.__call__(5)[1], c.m.__defaults__)
print(C.__dict__['c'].__wrapped__.__name__, C.__dict__['s'].__func__.__name__, type(C.__dict__['c']).__name__, C.__dict__['s'](), callable(C.__dict__['c']), C.__dict__['m'].__get__(c, C).__self__ is c)
print(len.__name__, len.__qualname__, len.__module__, len.__self__.__name__, len.__text_signature__, [].append.__self__, [].append.__qualname__, str.join.__name__, str.join.__objclass__, str.join('-', 'ab'), str.__dict__['join'].__get__('-')('xy'), type(str.join).__name__, type([].append).__name__, type(object().__str__).__name__, type(int.__add__).__name__, int.__add__(1, 2), dict.fromkeys.__qualname__, repr(len), repr(str.join), repr(int.__add__), [].append == [].append, (l := []).append == l.append)
for code in ("str.join(5, 'a')", "str.join()", "int.__add__('a', 1)", "int.__add__(1)", "[].append(x=1)", "len(1, 2)", "len(obj=[])", "''.join(iterable=[])", "list.append([])", "int.__add__(1, 'a')", "object.__init__(5, 1)", "dict.get({}, 1, 2, 3)", "str.upper('a', 1)", "''.split(sep=',', foo=1)", "''.encode(encoding=5)", "sorted(iterable=[])", "print(foo=1)", "int(real=5)", "isinstance(1)", "divmod(1)", "pow(1)", "getattr(1)", "abs()", "round()", "chr()", "ord('a', 'b')", "''.center()", "''.replace('a', 'b', 'c')", "b''.hex(1, 2, 3)", "type.mro()", "[].sort(1)", "{}.update(1, 2)", "set.add({1})", "(1).to_bytes('a')", "str.maketrans()", "bytes.fromhex()", "float.fromhex()", "min()", "max(1)", "sum()", "zip(strict=1, foo=2)", "enumerate(x=1)", "super(1, 2, 3)", "property(1, 2, 3, 4, 5)", "slice()", "range(x=1)", "map(f=1)", "open()", "input(1, 2)", "vars(1, 2)", "dir(1, 2)", "hash()", "id()", "iter()", "next()", "repr()", "callable()", "exec()", "eval()", "compile()", "format()", "delattr(1)", "setattr(1, 2)", "hasattr(1)", "issubclass(1)", "bool(1, 2)", "complex(1, 2, 3)"):
    try: eval(code); print(code, 'ok')
    except Exception as e: print(code, '->', type(e).__name__, e)
g = types.FunctionType(f.__code__, {}, 'g', (1, 2), None); print(g(d=1), g.__name__, g.__defaults__)
lam = lambda x, y=2, *, z: 0
print(lam.__name__, inspect.signature(lam), inspect.signature(C.m), inspect.signature(c.m), inspect.signature(C), inspect.signature(len), inspect.signature(str.split), inspect.getsource(lam).strip()[:10], inspect.isfunction(lam), inspect.ismethod(c.m), inspect.isbuiltin(len))
import functools
p = functools.partial(f, 1, d=5); print(p.func is f, p.args, p.keywords, p(2), functools.reduce(lambda a, b: a * b, [1, 2, 3, 4], 10), functools.wraps(f)(lambda: 0).__name__)
@functools.lru_cache(maxsize=2)
def cached(x): return x * 2
print([cached(i) for i in (1, 2, 1, 3, 1)], cached.cache_info(), cached.__wrapped__(5))
