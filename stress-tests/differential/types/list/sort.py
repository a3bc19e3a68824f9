# list.sort and sorted: stability, keys, reverse, exceptions, mutation while sorting, special orders.
import functools
data = [5, 2, 9, 1, 5, 6]
print(sorted(data), sorted(data, reverse=True), sorted(data, key=lambda x: -x), data)
words = 'the Quick brown fox Jumps over the lazy Dog'.split()
print(sorted(words), sorted(words, key=str.lower), sorted(words, key=len), sorted(words, key=len, reverse=True))
pairs = [(i % 3, i) for i in range(12)]
print(sorted(pairs, key=lambda p: p[0]), sorted(pairs, key=lambda p: p[0], reverse=True))
state, big = 1, []
for i in range(3000): state = state * 1103515245 + 12345 & 0x7fffffff; big.append(state % 1000)
s = sorted(big); print(s[:5], s[-5:], all(a <= b for a, b in zip(s, s[1:])), sorted(s) == s, sorted(s[::-1]) == s, sorted(big, reverse=True) == s[::-1])
runs = list(range(500)) + list(range(300, 0, -1)) + [7] * 100 + list(range(0, 1000, 3)); print(sum(i * x for i, x in enumerate(sorted(runs))))
print(sorted([1, 2.5, True, 10**20, -1e300, 0]), sorted(['b', 'a', 'é', '😀', 'Z']), sorted([(1, 'b'), (1, 'a'), (0, 'z')]), sorted([[2], [1, 5], []]), sorted([b'b', b'a']), sorted('hello'), sorted({3: 1, 1: 2}), sorted([float('inf'), -float('inf'), 0.0, -0.0]))
for code in ("sorted([1, 'a'])", "sorted([1, None])", "sorted(5)", "sorted([1], 5)", "sorted([1], key=5)", "sorted([1, 2], key=lambda: 0)", "sorted([2, 1], reverse='yes')", "sorted([2, 1], reverse=0)", "sorted([1], cmp=1)", "sorted([1j, 2j])", "sorted([{}, {}])", "sorted()", "sorted([3, 1], key=None)", "[].sort(key=len)", "sorted([(1, {}), (1, {})])", "sorted([1, 2], reverse=None)"):
    try: print(code, '=', eval(code))
    except Exception as e: print(code, '->', type(e).__name__, e)
l = [3, 1, 2]
def spy(x): return (seen.append(list(l)), x)[1]
seen = []; l.sort(key=spy); print(l, seen)
def mutate(x): l.append(x); return x
l = [3, 1]
try: l.sort(key=mutate)
except ValueError as e: print(e, l)
def fail(x):
    if x == 2: raise KeyError('key')
    return x
l = [3, 2, 1]
try: l.sort(key=fail)
except KeyError as e: print(e, l)


class C:
    count = 0
    def __init__(self, v): self.v = v
    def __lt__(self, o):
        C.count += 1
        if C.count == 4: raise ValueError('compare')
        return self.v < o.v
    def __repr__(self): return f'C{self.v}'


l = [C(i) for i in (5, 3, 4, 1, 2)]
try: l.sort()
except ValueError as e: print(e, sorted(c.v for c in l))
print(sorted(l, key=functools.cmp_to_key(lambda a, b: b.v - a.v)))
class OnlyGt:
    def __init__(self, v): self.v = v
    def __gt__(self, o): return self.v > o.v
print([o.v for o in sorted([OnlyGt(2), OnlyGt(1), OnlyGt(3)])])
class WeirdLt(int):
    def __lt__(self, o): return 'truthy' if int(self) < int(o) else ''
print(sorted([WeirdLt(3), WeirdLt(1), WeirdLt(2)]))
l = [1] * 5 + [2]; l.sort(); print(l); l.sort(reverse=True); print(l); print([].sort(), sorted([]), sorted([1]), sorted(iter([2, 1])))
print(min([3, 1, 2], key=lambda x: -x), max('ab', 'b', key=len), max([1, 5, 5.0]), min((2, 'a'), (1, 'b')))
nan = float('nan'); print(len(sorted([nan, 1, nan, 0])), sorted([2, 1, 3], key=lambda x: (x % 2, x)))
