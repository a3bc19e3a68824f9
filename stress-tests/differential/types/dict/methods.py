# dict: construction, methods, order, views, merging, errors.
print(dict(), dict(a=1), dict([('a', 1), ('b', 2)]), dict({'a': 1}, b=2), dict(['ab', 'cd']), dict(zip('ab', [1, 2])), dict([], **{'x y': 1}), dict(((1, 2),), one=1), dict.fromkeys('ab'), dict.fromkeys([1, 2], []), {1: 'a', 1.0: 'b', True: 'c'})
d = {'a': 1, 'b': 2, 'c': 3}
print(d.get('a'), d.get('z'), d.get('z', 9), d.setdefault('a', 5), d.setdefault('d', 4), d.setdefault('e'), d.pop('a'), d.pop('zz', None), d.popitem(), d, len(d))
d.update(x=1); d.update({'b': 20}); d.update([('y', 2)]); d.update(); d['b'] = 21; del d['c']; d['c'] = 'again'
print(d, list(d), list(d.keys()), list(d.values()), list(d.items()), list(reversed(d)), list(reversed(d.items())), 'b' in d, 21 in d.values(), ('b', 21) in d.items(), 'b' not in d)
k, v, i = d.keys(), d.values(), d.items()
d['late'] = 0; print(k, v, i, len(k), type(k).__name__)
print(sorted(k & {'b', 'zz'}), sorted(k | {'zz'}), sorted(k - {'b'}), sorted(k ^ {'b', 'q'}), k == {'b', 'd', 'x', 'y', 'c', 'late'}, k >= {'b'}, k < {'b'}, k.isdisjoint({'q'}), sorted({('x', 1), 5} & i, key=str), i == set(d.items()), v == v, k.mapping['b'])
print(d | {'new': 1}, {'new': 1} | d == d | {'new': 1}, d.copy() == d, d.copy() is d, {'a': 1, 'b': 2} == {'b': 2, 'a': 1}, {'a': 1} == {'a': 1.0}, {1: 2} != {1: 3})
for code in ("d['nope']", "d.pop('nope')", "{}.popitem()", "del d['nope']", "d[[]]", "d.get([])", "{[]: 1}", "dict(5)", "dict([1])", "dict(['abc'])", "dict([(1, 2, 3)])", "dict({}, {})", "dict([[]])", "d.update(5)", "d.update([1])", "d.update(1, 2)", "dict.fromkeys(5)", "dict.fromkeys()", "d | 5", "d | [(1, 2)]", "{} < {}", "hash({})", "d + d", "d.get()", "d.setdefault()", "d.pop()", "d.keys() + d.keys()", "d.values() | d.values()", "d.keys() | 5", "d.keys()[0]", "dict(a=1, **{'b': 2})", "dict(**{1: 2})", "dict.fromkeys('ab', 0) | dict(c=1)", "{}.__missing__", "d.items() <= d.items()", "d.__contains__([])", "dict.__getitem__({}, 'k')", "dict.update({}, a=1)", "dict[str, int]", "{1: 2}.__reversed__().__next__()", "d.keys() & 'bx' == {'b', 'x'}", "iter({1: 2}).__length_hint__()", "dict([('a', 1)], a=2)", "{'a': 1} | {'a': 2}", "{None: 1, (): 2}[()]", "{float('nan'): 1}.get(float('nan'))", "max({'a': 5, 'b': 1}, key={'a': 5, 'b': 1}.get)"):
    try: print(code, '=', eval(code))
    except Exception as e: print(code, '->', type(e).__name__, e)
r = {}; r['self'] = r; print(r, [r]); r2 = {1: r.values()}; print(repr(r.items())[:40])
n = {i: i * i for i in range(1000)}
for j in range(0, 1000, 2): del n[j]
for j in range(500): n[f's{j}'] = j
print(len(n), list(n)[:3], list(n)[-2:], sum(v for v in n.values()), n.popitem(), 999 in n, 998 in n)
n.clear(); print(n, len(n)); n[1] = 1; print(n)
while len(d) > 1: d.popitem()
print(d)
class D(dict):
    def __missing__(self, key): return f'missing {key}'
    def __setitem__(self, k, v): super().__setitem__(k, v * 2)
x = D(a=1); x['b'] = 2; x.update(c=3); x.setdefault('d', 4); print(x, x['zz'], x.get('zz'), 'zz' in x, type(x.copy()).__name__, type(x | {}).__name__, {**x}, type(D.fromkeys('a', 5)).__name__, D.fromkeys('a', 1))
