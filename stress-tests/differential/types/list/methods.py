# list: every method, edge indices, errors, mutation while used.
l = [3, 1, 2]
l.append(9); l.extend((5, 6)); l.extend('ab'); l.insert(0, 'i'); l.insert(-1, 'j'); l.insert(100, 'end'); l.insert(-100, 'start')
print(l, l.pop(), l.pop(0), l.pop(-2), l.index(9), l.index(5, 2), l.index(5, -100, 100), l.count(1))
l.remove('i'); l.reverse(); print(l, l.copy() == l, l.copy() is l)
l.clear(); print(l, list(), list('ab'), list(range(3)), list({1: 2}), list(x for x in (1,)), [0] * 3, [[]] * 2, [1] * -1, 2 * [1, 2], [1] + [2])
for code in ("[].pop()", "[1].pop(5)", "[1].pop('a')", "[1].remove(2)", "[1].index(2)", "[1, 2].index(1, 1)", "[].insert('a', 1)", "[].extend(5)", "[1] + (2,)", "[1] * 1.5", "[1] * [2]", "list(5)", "list(1, 2)", "list(x=1)", "[1].append()", "[1].append(1, 2)", "hash([])", "[1] < [2]", "[1] < (1,)", "[1, 2] > [1]", "[1] == [1.0]", "[[1], 2] == [[1], 2]", "[].index(1, 'a')", "[1, 2, 3].index(3, 0, 2)", "[1].count()", "[1].sort(5)", "['a', 1].sort()", "[1].copy(1)", "list.append(5, 1)", "list.append()", "[1].__getitem__('a')", "[1].__setitem__(5, 1)", "[1].__delitem__(5)", "[1].__contains__(1)", "[1].__mul__('a')", "[1, 2].__eq__(5)", "[1].__class_getitem__(int)", "list.__new__(list)", "[1].__init__([5])", "[3, 1].__reversed__().__next__()", "[1].__sizeof__() > 0", "[] * 2**62"):
    try: print(code, '=', eval(code))
    except Exception as e: print(code, '->', type(e).__name__, e)
l = [1, 2]; l.append(l); print(l, l[2] is l, l == l)
l = [1, 2, 3]; l += l; l.extend(l); l[1:1] = l; print(len(l), l[:8])
it = iter([1, 2, 3]); print(next(it), it.__length_hint__(), list(it), list(it), it.__reduce__())
l = [1, 2]; it = iter(l); next(it); l.append(3); print(list(it)); l.append(4); print(list(it))
r = reversed([1, 2, 3]); print(next(r), list(r), r.__length_hint__())


class Evil:
    def __eq__(self, other): big.clear(); return False


big = [Evil(), 2, 3]
print(5 in big, big)
big = [1, Evil(), 3]
try: print(big.index(7))
except ValueError as e: print(e)
big = [Evil()] * 3
try: big.remove(0)
except ValueError as e: print(e)
print(big == [1, 2], big)
class L(list):
    def __getitem__(self, i): return 'overridden'
    def append(self, x): super().append(x * 2)
x = L([1]); x.append(5); print(x, x[0], list(x), type(x + []).__name__, type(x[:]).__name__, x.copy(), [*x], x == [1, 10])
print([1, 2, 3].__repr__(), repr([[]] * 3), str(['a', b'b', None, 1.0]))
