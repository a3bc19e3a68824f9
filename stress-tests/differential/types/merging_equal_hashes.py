"""Merging where ints of other sizes have the same hash: no key is there twice."""

BIG = [2**61, -(2**62), -(2**61 - 1), 2**62, -1755075554714126023]
first = ["b", 1, 0, "aa", -1, "", BIG[0], 4, -2, None, BIG[4], 3, 2, BIG[1], -3, BIG[2]]
s = set(first)
s |= {"ab", -1, -3}
print(len(s), sorted(map(str, s)))
d = dict.fromkeys(first, 1)
d |= {"ab": 2, -1: 2, -3: 2}
d.update({-1: 3, BIG[1]: 3})
print(len(d), d[-1], d[-3], d[BIG[1]], d[-2])
for n in range(1, 40):
    a = set(range(-n, n)) | set(BIG)
    a |= {-1, -2, BIG[1], 2**62 + n, -(2**62) - n}
    a.update([-1, BIG[1]], {BIG[2], 0})
    b = dict.fromkeys(a)
    b.update(dict.fromkeys([*BIG, -1, 0, n + 50]))
    print(n, len(a), len(b), end=";")
print()
