# Names in the annotations of a class that hides a type parameter or a variable around it.
class C[T]:
    T = "class"
    def meth[U](x: (T for _ in (1,)), y: T, z: lambda: T, w: [T for _ in (1,)]): pass
    attr: (T for _ in (1,))
    other: T
a = C.meth.__annotations__
print(list(a['x']) == [C.__type_params__[0]], a['y'], a['z']() is C.__type_params__[0], a['w'])
print(C.__annotations__['other'], next(C.__annotations__['attr']))
def outer():
    v = 'outer'
    class D:
        v = 'class'
        def f(x: (v for _ in (1,)), y: v): pass
        def g[U: (v, lambda: v)](x: lambda: v) -> v: return v
        type A[W] = (v, lambda: v, [v for _ in (1,)])
        class E[X: (v, lambda: v)](dict if v else 5): pass
    return D
D = outer()
print(next(D.f.__annotations__['x']), D.f.__annotations__['y'])
g = D.g.__annotations__
print(g['x'](), g['return'], D.g.__type_params__[0].__constraints__[0], D.g.__type_params__[0].__constraints__[1](), D.g(5))
v = D.A.__value__
print(v[0], v[1](), v[2], D.E.__type_params__[0].__constraints__[0], D.E.__type_params__[0].__constraints__[1]())
