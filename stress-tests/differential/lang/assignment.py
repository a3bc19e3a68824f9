# All targets, unpacking, order of evaluation, chained and annotated assignment, walrus.
def t(x):
    print('  t', x)
    return x


a = b = c = []
print(a is b is c)
x, y = 1, 2
x, y = y, x
print(x, y)
(p, q), [r, s] = (1, 2), 'ab'
print(p, q, r, s)
first, *middle, last = range(5)
print(first, middle, last)
*init, end = 'abc'
print(init, end)
head, *tail = (1,)
print(head, tail)
(k, *l), *m = [(1, 2, 3), 4, 5]
print(k, l, m)
*z, = {1: 2}
print(z)
[] = ()
() = []
lst = [10, 20, 30]
i, lst[i] = 1, 'x'
print(i, lst)
lst[0], lst[1], lst[2] = lst[2], lst[0], lst[1]
print(lst)
t(lst)[t(0)] = t('value')
d = {}
d['a'], d['b'] = d['c'] = 1, 2
print(d)
d[t('key')] = d[t('key2')] = t('val')
for source in ((1,), (1, 2, 3), 'abcd', [], 5, None, {1: 1, 2: 2, 3: 3}):
    try:
        u, v = source
        print(u, v)
    except Exception as e:
        print(type(e).__name__, e)
    try:
        u, *v, w = source
        print(u, v, w)
    except Exception as e:
        print(type(e).__name__, e)


def gen():
    for n in range(10):
        print('  yield', n)
        yield n


try:
    e1, e2 = gen()
except ValueError as e:
    print(e)
if (n := len('abc')) > 2: print('n', n)
print([last := n for n in range(3)], last)
print((w := 1, w + 1), (v := (1, 2)), {'k': (kk := 5)}, kk)
while (chunk := d.pop('a', None)) is not None: print('chunk', chunk)
print(f'{(fw := 7)} {fw}', [y := 1, y ** 2], any((hit := n) > 1 for n in range(4)), hit)
x: int = 5
undef: str
try:
    undef
except NameError as e:
    print(e)


class Box:
    def __setattr__(self, k, v): print('  setattr', k, v); object.__setattr__(self, k, v)
    def __getattr__(self, k): print('  getattr', k); return 0
    def __setitem__(self, k, v): print('  setitem', k, v)
    def __getitem__(self, k): print('  getitem', k); return 100
    def __delitem__(self, k): print('  delitem', k)


box = Box()
box.a = box.b = 1
box.c += 5
box[1] = 2
box[1, 2] += 1
box[1:2] = 3
box[..., ::2] *= 2
del box[0], box[1:], box.a
box.m: int = 3
(box.n): int = 4
x = 5
x = x + (x := 7) * x
print(x)
x = 1
print([x, (x := 2), x], x + (x := 5), (x := 3) + x)
