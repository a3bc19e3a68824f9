# exec, eval and compile: modes, flags, namespaces, code objects from strings, errors.
ns = {}
print(exec('x = 1\ny = x + 1', ns), ns['y'], '__builtins__' in ns, eval('x + y', ns), eval(' 1 + 1 '), eval('\t[\n1]'))
loc = {}
exec('a = 1\ndef f(): return a if "a" in globals() else "not global"\nr = f()', {}, loc)
print(loc['r'], sorted(loc))


class Map(dict):
    def __missing__(self, k): return f'missing {k}'


print(eval('undefined_thing', {}, Map()), eval('a', {'a': 1}, {'a': 2}))
c = compile('1 + 2', 'file.py', 'eval')
print(eval(c), c.co_filename, c.co_name, c.co_firstlineno)
for line in ('1 + 2', '"shown"', 'None', 'x = 5', 'x; [x]', 'if x:\n    x + 1\n'): exec(compile(line, 's', 'single'))
for args in (('x =', 'f', 'exec'), ('x = 1', 'f', 'eval'), ('1', 'f', 'nope'), ('a\0b', 'f', 'exec'), (5, 'f', 'exec'), ('1\n2', 'f', 'single'), ('', 'f', 'eval'),
             ('  x', 'f', 'exec'), ('return 1', 'f', 'exec'), ('yield', 'f', 'exec'), ('await x', 'f', 'exec'), (b'\xff', 'f', 'exec'), (b'x = "\xc3\xa9"', 'f', 'exec'),
             ('', 'f', 'exec'), ('# only', 'f', 'exec'), ('', 'f', 'single'), ('if 1:\n  x\n y', 'f', 'exec'), ('if 1:\nx', 'f', 'exec'), ('if 1:\n\tx\n        y', 'f', 'exec')):
    try:
        print(args[0], type(compile(*args)).__name__)
    except Exception as e:
        print(repr(args[0]), type(e).__name__, e)
for bad in (lambda: eval(5), lambda: exec(5), lambda: eval('1', 5), lambda: eval('1', {}, 5), lambda: exec('1', {}, 5), lambda: eval('x', {'__builtins__': {}}), lambda: eval(), lambda: eval('1', globals={}, locals={'x': 1})):
    try:
        print(bad())
    except Exception as e:
        print(type(e).__name__, e)


def in_function():
    v = 1
    exec('v = 2; w = 3')
    try:
        w
    except NameError as e: print(e)
    return v, eval('v'), eval('locals()'), sorted(eval('[k for k in locals()]'))


print(in_function())


class Body:
    exec('made = 1')
    x = eval('made + 1')


print(Body.made, Body.x)
code = compile('def f(a, b=2, *c, d, **e):\n    "doc"\n    x = 1\n    return lambda: x', 'name.py', 'exec')
f = [c for c in code.co_consts if hasattr(c, 'co_name')][0]
print(f.co_name, f.co_argcount, f.co_kwonlyargcount, f.co_varnames, f.co_cellvars, f.co_firstlineno, f.co_flags & 0xF, 'doc' in f.co_consts, f.co_qualname)
print(code == compile('def f(a, b=2, *c, d, **e):\n    "doc"\n    x = 1\n    return lambda: x', 'name.py', 'exec'), hash(code) == hash(code), type(code.replace(co_name='n')).__name__, code.replace(co_name='n').co_name)
def fv():
    z = 1
    def inner(): return z
    return inner
try:
    exec(fv().__code__)
except TypeError as e: print(e)
exec(fv().__code__, closure=fv().__closure__)
import ast
tree = ast.parse('1 + x')
print(type(tree.body[0].value.op).__name__, eval(compile(ast.Expression(tree.body[0].value), 'a', 'eval'), {'x': 41}))
print(eval(compile('a', 'f', 'eval', dont_inherit=True), {'a': 'A'}), eval("__import__('math').floor(2.5)"), eval(b'3 + 4'), eval(bytearray(b'5')) if True else 0)
exec('''
from __future__ import annotations
def g(x: undefined): pass
print(g.__annotations__)
''')
print([eval(s) for s in ('1if 1else 2', '0x1for x in ()' if False else '0x1', '1_0', '"a"  "b"', '(1)', '...', 'f"{1}"')])
