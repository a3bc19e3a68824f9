# Their scopes, nesting, conditions, walrus, evaluation order, class bodies, async-free; PEP 709.
x = 'outer'
print([x for x in range(3)], x)
print({x: y for x, y in [(1, 2), (1, 3)]}, {x % 3 for x in range(10)} == {0, 1, 2}, list(x for x in 'ab'))
print([(i, j) for i in range(3) for j in range(i) if (i + j) % 2])
print([[j for j in range(i)] for i in range(4)])
print([a + b for a, (b, *_) in [(1, (2, 3)), (4, (5,))]])
print([y := f, y ** 2] if (f := 3) else 0, [z := i for i in range(3)], z)


def show(tag, v):
    print('  ', tag, v)
    return v


print({show('k', k): show('v', k * 10) for k in show('it', [1, 2]) if show('if', True)})


class C:
    n = 3
    items = [n, n]
    try:
        squares = [i * n for i in range(2)]
    except NameError as e:
        print(e)
    first_iterable = [i for i in range(n)]
    lambdas = [lambda: i for i in range(2)]


print(C.first_iterable, [f() for f in C.lambdas], hasattr(C, 'i'))


def shadowing():
    i = 'kept'
    a = [i for i in range(2)]
    b = [lambda: i for i in range(2)]
    c = [i for i in [i for i in range(3)]]
    return i, a, [f() for f in b], c, sorted(locals())


print(shadowing())


def cell_inside():
    x = 1
    fs = [lambda: (x, y) for y in range(2)]
    gs = [(lambda: x) for x in range(2)]
    return [f() for f in fs], [g() for g in gs], x


print(cell_inside())


def unbound_after():
    [v for v in range(3)]
    try:
        return v
    except NameError as e:
        return e


print(unbound_after())
try:
    [1 / i for i in (1, 0)]
except ZeroDivisionError:
    print(x)
print([i for i in range(5) if i % 2 if i > 1], [i if i else 'zero' for i in range(2)])
print([*[1], *(i for i in 'ab')], {**{k: 1 for k in 'a'}}, sum(i * i for i in range(4)))
g = (show('lazy', i) for i in show('eager', [1, 2]))
print('made')
print(next(g))
try:
    (i for i in 5)
except TypeError as e:
    print(e)
g = (1 // i for i in (1, 0))
print(next(g))
try:
    next(g)
except ZeroDivisionError as e:
    print(e)
print(next(g, 'exhausted'))
print([locals().get('q') for q in range(2)], [i for i in range(3) if (last := i) < 2], last)
print(type(i for i in ()).__name__, (i for i in ()).__name__, (i for i in ()).__qualname__)
print([(lambda a: [a + b for b in range(2)])(c) for c in range(2)])
print([[(i, j, k) for k in [i]] for i in range(2) for j in [i]])
