# Lists, tuples, dicts and sets.
l = [3, 1, 2]
l.append(5)
l[0] = 9
print(l, len(l), l[-1], l[1:3], 1 in l, sorted(l), l + [7], l * 2)
t = (1, 'a', None)
print(t, t[1], t + (2,), (1,), ())
d = {'a': 1, 'b': 2}
d['c'] = 3
del d['a']
print(d, d['b'], d.get('z'), 'c' in d, list(d), list(d.items()), len(d))
s = {1, 2, 3}
s.add(4)
print(s == {4, 3, 2, 1}, 2 in s, len(s), sorted(s | {9}))
a, *b = l
print(a, b)
