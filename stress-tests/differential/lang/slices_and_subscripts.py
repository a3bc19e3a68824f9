# Subscripts: slices passed to __getitem__, tuples, starred subscripts, order, deletion, slice objects' arithmetic.
class S:
    def __getitem__(self, k): return k
    def __setitem__(self, k, v): print('set', k, v)
    def __delitem__(self, k): print('del', k)


s = S()
print(s[1], s[1:2], s[:], s[::], s[1:], s[:2], s[::3], s[1:2:3], s[()], s[1,], s[1, 2], s[1:2, ::3], s[...], s[None:'x'])
print(s[*[1, 2]], s[*(1,), 2], s[*'ab', 1:2], s[(yield_ := 5)], s[lambda: 0].__name__, s[-1], s[not 1])
s[1:2] = 'v'
s[1, *[2]] = 'w'
del s[::2], s[1]
order = []
def o(v): order.append(v); return v
s[o(1):o(2):o(3), o(4)] = o(5)
print(order)
l = list(range(10))
print(l[2:5], l[::-1], l[-3:], l[:-3], l[8:2:-2], l[5:5], l[100:], l[-100:3], l[::100], l[True:3], l[None:None:None])
l[2:5] = 'xyz!'
print(l)
l[::3] = [0] * len(l[::3])
print(l)
l[1:1] = [9, 9]
l[len(l):] = ['end']
del l[:2], l[-1], l[::2]
print(l)
l[:] = iter('abc')
l[1:2] = []
l[5:3] = ['mid']
print(l)
for code in ("l[::2] = [1]", "l[::0]", "l['a']", "l[1.0]", "l[1:'a']", "l[99]", "l[-99]", "l[99] = 1", "del l[99]", "l[0:1] = 5", "'abc'[1.5]", "(1,)['a']",
             "'abc'[0] = 'x'", "del 'abc'[0]", "{}[0]", "{}[[]]", "5[0]", "None[0]", "int[0]", "{1}[0]", "(x for x in ())[0]", "b'ab'[0:'x']", "range(3)[5]", "l[::2] = 5",
             "bytearray(3)[0] = 256", "bytearray(3)[0] = 'a'", "del range(3)[0]", "object()[0] = 1", "del None[0]", "list[0]", "type[0]", "dict[0, 1]"):
    try:
        print(code, eval(code) if not ('= ' in code or code.startswith('del')) else exec(code))
    except Exception as e:
        print(code, '->', type(e).__name__, e)
for args in ((5,), (1, 5), (None, None, -1), (-2, None), (100, -100, -3), (0, 10, 3)):
    sl = slice(*args)
    print(sl, sl.indices(7), 'abcdefg'[sl], sl.start, sl.stop, sl.step)
for bad in (lambda: slice(), lambda: slice(1, 2, 3, 4), lambda: slice(1, 2, 0).indices(5), lambda: slice('a').indices(5), lambda: slice(1).indices(-1), lambda: setattr(slice(1), 'stop', 5)):
    try:
        print(bad())
    except Exception as e:
        print(type(e).__name__, e)
print(slice(1, 2) == slice(1, 2), slice(1) < slice(2), hash(slice(1, 2)) == hash(slice(1, 2)), {slice(1): 'in dict'}[slice(1)])


class Idx:
    def __index__(self): return 2


print('abcdef'[Idx():], [1, 2, 3][Idx()], (1, 2, 3)[:Idx()], b'abc'[Idx()], range(9)[Idx()::Idx()])
