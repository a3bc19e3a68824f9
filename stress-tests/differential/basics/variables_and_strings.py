# Names, assignment, string operations.
a = 'warp'
b = "weft"
print(a, b, a + b, a * 2, a[0], b[-1], a[1:3], len(a), a == 'warp', a < b, 'ar' in a)
x = y = 5
x, y = y + 1, x + 2
print(x, y, str(x) + 'z', int('42') + 1, repr(a))
print(f'{a} and {b!r} {x + y:>5}|')
