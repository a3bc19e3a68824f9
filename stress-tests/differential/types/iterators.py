# The iterators of builtin types: exhaustion, reentry, length hints, pickling, sharing; zip, map, filter, enumerate.
import itertools, pickle
makers = dict(list=lambda: iter([1, 2, 3]), tuple=lambda: iter((1, 2, 3)), str=lambda: iter('a日c'), bytes=lambda: iter(b'abc'), range=lambda: iter(range(3)), dict=lambda: iter({1: 2, 3: 4, 5: 6}), values=lambda: iter({1: 2, 3: 4, 5: 6}.values()), items=lambda: iter({1: 2, 3: 4, 5: 6}.items()), reversed=lambda: reversed([1, 2, 3]), enumerate=lambda: enumerate('abc', 5), zip=lambda: zip('abc', [1, 2, 3]), map=lambda: map(str, [1, 2, 3]), filter=lambda: filter(None, [1, 2, 3]), callable=lambda: iter(iter([1, 2, 3, 0]).__next__, 0), seq=lambda: iter(type('S', (), {'__getitem__': lambda s, i: [1, 2, 3][i]})()), revdict=lambda: reversed({1: 2, 3: 4, 5: 6}), memory=lambda: iter(memoryview(b'abc')))
for name, make in makers.items():
    it = make()
    print(name, type(it).__name__, iter(it) is it, next(it), getattr(it, '__length_hint__', lambda: None)(), list(it), list(it), next(it, 'end'))
    try: next(it)
    except StopIteration as e: print('  ', repr(e))
    try: print('  ', list(pickle.loads(pickle.dumps(make()))) == list(make()))
    except Exception as e: print('  ', type(e).__name__)
for code in ("next(5)", "next(iter([]))", "next(iter([]), 'd')", "iter(5)", "iter(5, 0)", "iter()", "next()", "enumerate()", "enumerate(5)", "enumerate([], 'a')", "list(enumerate('ab', 10**20))", "list(enumerate(iterable='ab', start=-1))", "zip(5)", "list(zip())", "list(zip('ab', [1]))", "list(zip('ab', [1], strict=True))", "list(zip('a', [1, 2], strict=True))", "list(zip('a', [1], 'cd', strict=True))", "list(zip('ab', strict=True))", "map()", "map(str)", "list(map(None, [1]))", "list(map(lambda a, b: a + b, [1, 2, 3], [10, 20]))", "list(map(int, ['1', 'x']))", "list(map(str, [1], strict=True))", "list(map(max, [1], [2, 3], strict=True))", "filter(None)", "list(filter(lambda x: x > 1, [1, 2, 3]))", "list(filter(5, [1]))", "reversed(5)", "reversed({1})", "list(reversed(range(3)))", "list(iter(lambda: 1, 1))", "sum(map(abs, [-1, -2]))", "list(zip(*[(1, 2), (3, 4)]))", "[*map(print, [])]", "any(map(bool, [0, 1]))", "filter(func=None, iterable=[])"):
    try: print(code, '=', eval(code))
    except Exception as e: print(code, '->', type(e).__name__, e)
def boom(x):
    if x == 2: raise StopIteration('from function')
    return x
print(list(map(boom, [1, 2, 3])))
m = map(lambda x: 1 / x, [1, 0, 2]); print(next(m))
try: next(m)
except ZeroDivisionError as e: print(e)
print(next(m))
class It:
    def __init__(self): self.n = 0
    def __iter__(self): return self
    def __next__(self):
        self.n += 1
        if self.n % 3 == 0: raise StopIteration
        return self.n
i = It(); print(list(i), list(i), list(zip(i, 'xyz')))
a = iter([1, 2, 3, 4]); print(list(zip(a, a)), dict(zip('ab', itertools.count())), list(itertools.islice(itertools.cycle('ab'), 5)), list(itertools.chain('a', [1])), list(itertools.accumulate([1, 2, 3])), list(itertools.combinations('abc', 2)), list(itertools.product('ab', repeat=2))[:3], [(k, list(g)) for k, g in itertools.groupby('aabc')], list(itertools.zip_longest('a', 'bc', fillvalue='-')), list(itertools.batched('abcde', 2)), list(itertools.pairwise('abc')), list(itertools.permutations([1, 2, 3], 2))[:3], list(itertools.starmap(pow, [(2, 3)])), list(itertools.takewhile(str.isalpha, 'a1b')), list(itertools.dropwhile(str.isalpha, 'a1b')), list(itertools.compress('abc', [1, 0, 1])), list(itertools.filterfalse(None, [0, 1])), list(itertools.repeat(1, 2)), [list(t) for t in itertools.tee('ab')])
