# Stars in displays and calls, dict merging order, evaluation order of keys and values, big displays.
order = []
def o(v): order.append(v); return v


def take():
    got, order[:] = order[:], []
    return got


print([*range(3), *'ab', *{}, 5], (*[1], *(2,)), {*[1, 2], *(2, 3)} == {1, 2, 3}, {**{'a': 1}, 'b': 2, **{'a': 3}})
{o('k1'): o('v1'), **o({'m': 1}), o('k2'): o('v2')}
print(take())
[o(1), *o([2]), o(3)]
print(take())
{o(1): o(2) for o.x in [0]}
print(take())


def f(*a, **k): return a, k


print(f(*o([1]), o(2), k=o(3), *o([4]), **o({'z': 5})), take())
print(f(*(), **{}), f(*'ab', *{1: 2}, **{}, x=1), f(1, *[2], 3, *[4], a=5, **{'b': 6}, c=7))
o(1)(o(2)) if False else None
t = 1, *[2, 3]
print(t, *t, sep='-')


def g():
    yield *[1], 2
    return 1, *[2]


print(next(g()))
for x in *[1], *[2, 3]: print(x, end=' ')
print()
for code in ("[*5]", "{*5}", "{**5}", "{**[1]}", "(*None,)", "f(*5)", "f(**5)", "f(**{1: 2})", "f(a=1, **{'a': 2})", "{[]: 1}", "{[]}", "{**{[]: 1}}", "[*1, *2]", "f(*[1], **None)"):
    try:
        print(eval(code))
    except Exception as e:
        print(code, '->', type(e).__name__, e)
big = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40]
print(sum(big), len({**{str(i): i for i in big}, 'x': 1}))
src = 'def many(' + ', '.join(f'a{i}' for i in range(400)) + '): return ' + ' + '.join(f'a{i}' for i in range(400))
exec(src)
print(many(*range(400)), eval('many(' + ', '.join(str(i) for i in range(400)) + ')'))
print(eval('[' + ', '.join(str(i) for i in range(2000)) + ']')[-1], len(eval('{' + ', '.join(f'{i}: {i}' for i in range(1000)) + '}')), len(eval('(' + 'f, ' * 500 + ')')))
exec('\n'.join(f'v{i} = {i}' for i in range(700)))
print(v699, eval('+'.join(f'v{i}' for i in range(300))))
exec('def locs():\n' + '\n'.join(f'  v{i} = {i}' for i in range(600)) + '\n  return v599 + len(locals())')
print(locs())


class M:
    def keys(self): return ['a', 'b']
    def __getitem__(self, k): return k * 2


print({**M()}, f(**M()), dict(M()))
class BadKeys:
    def keys(self): return 5
for bad in (lambda: {**BadKeys()}, lambda: f(**BadKeys())):
    try: bad()
    except TypeError as e: print(e)
a, *b = *'xyz', 1
print(a, b, [*a, *b], {**dict(zip(b, b))})
print((lambda *, k: k)(**{'k': 1}), (lambda a, *b: b)(*range(3)))
