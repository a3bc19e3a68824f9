# set and frozenset: all methods and operators, with sets and with iterables.
def p(s): return type(s).__name__ + str(sorted(s, key=repr))


a, b, f = {1, 2, 3}, {3, 4}, frozenset([2, 3, 9])
for code in ("a | b", "a & b", "a - b", "a ^ b", "a | f", "f | a", "f & a", "a.union(b, [7], 'x')", "a.intersection(b, (3,))", "a.difference(b, [1])", "a.symmetric_difference([1, 99])", "a.union()", "a.intersection()", "f.union([1])", "a.copy()", "set()", "set('hello')", "frozenset('aab')", "set({1: 2})", "frozenset()", "{*a, *b}", "a | set()", "frozenset(f) - {2}", "set(range(5)) - {1}", "{x for x in 'aab'}"):
    print(code, p(eval(code)))
for code in ("a <= a", "a < a", "{1} < a", "a >= {1, 2}", "a > b", "a == {3, 2, 1}", "a == frozenset(a)", "a != b", "a.issubset([1, 2, 3, 4])", "a.issuperset('')", "a.isdisjoint([9])", "a.isdisjoint(b)", "2 in a", "[] in a", "{2} in {frozenset([2])}", "frozenset([2]) in {frozenset([2])}", "hash(frozenset([1, 2])) == hash(frozenset([2, 1]))", "hash({1})", "{[]}", "{{1}}", "a | [1]", "a & 'x'", "a - {}", "a ^ 5", "a < 5", "a == 5", "a < [1]", "set(5)", "set(1, 2)", "set(x=1)", "a[0]", "a + b", "a * 2", "len(a)", "bool(set())", "frozenset(f) is f", "frozenset() is frozenset()", "f.add(1)", "a.remove(99)", "a.remove([])", "a.discard([])", "set().pop()", "a.add([])", "a.add()", "a.update(5)", "a.union(5)", "min(a)", "sum(a)", "repr(set())", "repr(frozenset())", "repr({1})", "repr(frozenset({1}))", "set[int]", "f.copy() is f", "{1, 1.0, True}", "len({float('nan'), float('nan')})", "a.__and__([1])", "a.__contains__({1})", "{frozenset([1]): 'k'}[frozenset([1])]"):
    try: print(code, '=', eval(code))
    except Exception as e: print(code, '->', type(e).__name__, e)
s = {1, 2, 3}
s.add(4); s.add(4); s.discard(9); s.remove(1); s.update([5, 6], (7,)); print(p(s), s.pop() in (2, 3, 4, 5, 6, 7), len(s))
s = {1, 2, 3, 4}; s |= {9}; s &= {1, 2, 9}; s -= {2}; s ^= {1, 5}; print(p(s))
s = {1, 2, 3, 4}; s.intersection_update([1, 2, 3], [2, 3]); print(p(s)); s.difference_update([2], [7]); print(p(s)); s.symmetric_difference_update([3, 8]); print(p(s)); s.clear(); print(s)
for code in ("s |= [1]", "s &= 5", "s -= 'x'", "s ^= {}"):
    try: exec(code, {'s': {1}})
    except TypeError as e: print(e)
s = {1, 2}; s -= s; print(s); s = {1, 2}; s ^= s; print(s); s = {1}; s |= s; print(s)
big = set(range(1000)); big -= set(range(0, 1000, 3)); print(len(big), sum(big), 3 in big, 4 in big)
for i in range(2000): big.add(i); big.discard(i - 5)
print(len(big), sorted(big)[:6])
it = iter({1, 2}); next(it); print(it.__length_hint__())
class S(set):
    def __init__(self, *a): super().__init__(*a); self.extra = 1
x = S([1]); print(x, type(x | {2}).__name__, type({2} | x).__name__, type(x.copy()).__name__, x.extra, x == {1}, S.__hash__)
class F(frozenset): pass
print(F([1]), type(F([1]) | F([2])).__name__, F([1]) == {1}, F(F([1])) == F([1])); r = {1}; r2 = frozenset([frozenset([1])]); print(r2)
