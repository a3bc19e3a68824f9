# getattr, setattr, delattr, hasattr, vars, dir, type, isinstance, issubclass, id, callable, super.
class C:
    a = 1
    def __init__(self): self.x = 2
    def m(self): pass
    def __getattr__(self, n):
        if n == 'dyn': return 'dynamic'
        if n == 'err': raise ValueError('not AttributeError')
        raise AttributeError(n)


c = C()
for code in ("getattr(c, 'x')", "getattr(c, 'nope')", "getattr(c, 'nope', 'dflt')", "getattr(c, 'dyn')", "getattr(c, 'err', 1)", "getattr(c, 5)", "getattr(c)", "getattr(c, 'a' 'b', 0)", "hasattr(c, 'x')", "hasattr(c, 'nope')", "hasattr(c, 'err')", "hasattr(c, 5)", "hasattr(int, 'real')", "setattr(c, 'y', 3)", "c.y", "setattr(c, 5, 1)", "setattr(c, 'not valid', 1)", "getattr(c, 'not valid')", "setattr(5, 'x', 1)", "setattr(c, 'x')", "delattr(c, 'y')", "delattr(c, 'y')", "delattr(c, 5)", "delattr(C, 'nope')", "vars(c)", "vars(5)", "sorted(k for k in vars(C) if k[0] != '_')", "vars(C)['a']", "vars() is locals()", "dir(c)[-3:]", "[n for n in dir(C) if n[0] != '_']", "dir(5)[:2]", "dir(object())[:3]", "type(c).__name__", "type(5)", "type(None)", "type(type)", "type('X', (), {})", "isinstance(c, C)", "isinstance(c, (int, C))", "isinstance(c, 5)", "isinstance(c, ())", "isinstance(c, (int, (str, (C,))))", "isinstance(1, int | str)", "issubclass(C, object)", "issubclass(5, C)", "issubclass(C, 5)", "issubclass(bool, (str, int))", "callable(c)", "callable(C)", "callable(c.m)", "id(c) == id(c)", "c.__class__.__name__", "c.__dict__", "C.__dict__['a']", "C.__name__", "c.__module__", "C.__mro__", "C.__bases__", "C.__base__", "C.__doc__", "C.__flags__ > 0", "C.__basicsize__ > 0", "C.__subclasses__()", "c.__dir__()[:1]", "C.mro()", "c.__sizeof__() > 0", "c.__reduce_ex__(2)[1][0].__name__", "object.__repr__(5)[:11]", "object.__eq__(1, 1)", "object.__eq__(c, c)", "object.__ne__(c, c)", "object.__hash__(c) == hash(c)", "object.__str__('a')", "object.__format__(5, '')", "object.__format__(5, 'x')", "object.__getattribute__(c, 'x')", "object.__setattr__(5, 'a', 1)", "object().__init_subclass__()", "type.__getattribute__(C, 'a')", "type.__setattr__(int, 'x', 1)", "object.__new__(C).__dict__", "object.__lt__(1, 2)", "object.__dir__(c)[-1] != ''", "int.__subclasshook__(5)", "len(vars(object)) > 20"):
    try: print(code, '=', eval(code))
    except Exception as e: print(code, '->', type(e).__name__, e)
class D:
    def __dir__(self): return ['z', 'a', 5] if bad else ('b', 'a')
bad = False; print(dir(D()))
bad = True
try: dir(D())
except TypeError as e: print(e)
class E: __dict__ = {'fake': 1}
print(vars(E()), E().__dict__)
class F:
    __slots__ = ('s',)
try: vars(F())
except TypeError as e: print(e)
c.__dict__ = {'new': 'dict'}; print(c.new, hasattr(c, 'x'), vars(c))
try: c.__dict__ = 5
except TypeError as e: print(e)
try: del c.__dict__; print(c.__dict__)
except Exception as e: print(type(e).__name__, e)
c.__class__ = type('Other', (), {'who': 'other'}); print(c.who)
print(sorted(set(dir(__builtins__)) & {'print', 'anext', 'aiter', 'breakpoint', 'copyright', 'PythonFinalizationError', 'EncodingWarning', '__build_class__', '__debug__', '__import__', 'ellipsis', 'exit'}))
