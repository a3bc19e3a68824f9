# Free variables, cells, nonlocal, late binding, class scopes, and what the code object says about them.
def counter():
    n = 0
    def up(by=1):
        nonlocal n
        n += by
        return n
    def get(): return n
    return up, get


up, get = counter()
up(); up(5)
print(get(), up.__closure__[0].cell_contents, up.__code__.co_freevars, counter.__code__.co_cellvars)
print([f() for f in [lambda: i for i in range(3)]], [f() for f in [lambda i=i: i for i in range(3)]])


def deep():
    x = 1
    def a():
        def b():
            def c():
                nonlocal x
                x += 1
                return x
            return c
        return b
    return a()()(), x


print(deep())


def unbound():
    def f(): return later
    try:
        f()
    except NameError as e:
        print(type(e).__name__, e)
    later = 5
    print(f())
    del later
    try:
        f()
    except NameError as e:
        print(type(e).__name__, e)
    try:
        later
    except UnboundLocalError as e:
        print(type(e).__name__, e)


unbound()
x = 'global'


def outer(x):
    class C:
        y = x
        x = 'class'
        z = x
        def m(self): return x
        l = [x for _ in range(1)]
        f = lambda self: x
    return C.y, C.x, C.z, C().m(), C.l, C().f()


try:
    print(outer('param'))
except NameError as e:
    print(type(e).__name__, e)


def outer2(v):
    class C:
        print(v)
        w = v
        def m(self): return v
        if True:
            class D:
                u = v
    v = 'changed'
    return C.w, C().m(), C.D.u


print(outer2('param'))


def param_cells(a, *args, b=2, **kw):
    def f(): return a, args, b, kw
    a, b = b, a
    return f


print(param_cells(1, 9, b=3, z=4)())


def self_recursive():
    def fact(n): return 1 if n < 2 else n * fact(n - 1)
    return fact


print(self_recursive()(10))


def exec_scope():
    v = 1
    exec('v = 2')
    return v, eval('v'), [eval('v') for _ in 'a']


print(exec_scope())


def with_global():
    global g
    g = 1
    def inner():
        global g
        g += 1
        def most():
            return g
        return most
    return inner()()


print(with_global())
cell = up.__closure__[0]
cell.cell_contents = 100
print(get())
del cell.cell_contents
try:
    get()
except NameError as e:
    print(type(e).__name__, e)
try:
    cell.cell_contents
except ValueError as e:
    print(e)
import types
c1, c2 = types.CellType(1), types.CellType(2)
print(c1 < c2, c1 == types.CellType(1), types.CellType() < c1)
f = types.FunctionType(get.__code__, globals(), 'renamed', None, (c2,))
print(f(), f.__name__)
