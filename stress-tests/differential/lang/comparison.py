# Chains, rich comparison and its reflections, identity, membership, hashing by equality.
def show(value):
    print('  eval', value)
    return value


print(show(1) < show(2) < show(3))
print(show(1) < show(0) < show(3))
print(1 < 2 > 1 != 3 == 3 is not None in [None, True])
print(1 == 1.0 == True, 0 == False, '' == 0, None == False)
print(not 1 in [2], 1 not in [2], (1 in [1]) == True, 1 in [1] == True)


class C:
    def __init__(self, name): self.name = name
    def __eq__(self, other): print('  eq', self.name, getattr(other, 'name', other)); return NotImplemented
    def __lt__(self, other): print('  lt', self.name, getattr(other, 'name', other)); return NotImplemented
    def __ge__(self, other): print('  ge', self.name, getattr(other, 'name', other)); return 'ge!'


class D(C):
    def __gt__(self, other): print('  gt', self.name, getattr(other, 'name', other)); return 'gt!'


a, b, d = C('a'), C('b'), D('d')
print(a == b, a != b, a == a, a == 1)
print(a < d, a <= b)
for f in (lambda: a < b, lambda: a > b, lambda: a < 1):
    try:
        print(f())
    except TypeError as e:
        print(e)
print(C.__hash__, D.__hash__)
try:
    {a}
except TypeError as e:
    print(e)
nan = float('nan')
print(nan == nan, nan in [nan], [nan] == [nan], nan != nan, (nan,) < (nan,), {nan: 1} == {nan: 1})
print((1, 2) < (1, 2, 0), [1, 'a'] < [2, 3], (1, 'b') == (1, 'b'), [1] == (1,))
try:
    [1, 'a'] < [1, 2]
except TypeError as e:
    print(e)
print({1, 2} < {1, 2, 3}, {1} <= {1}, {1, 2} > {3}, {1} != frozenset({1}))
print(10**30 == 1e30, 2**53 + 1 == float(2**53), 2**53 + 1 > float(2**53), 1 < 1.5, float('inf') > 10**400)
print(b'a' < b'b', bytearray(b'a') == b'a', 'a' < 'b', 'Z' < 'a', 'é' > 'z', range(3) == range(0, 3, 1))


class Contains:
    def __contains__(self, x): return x - 1


class Iterates:
    def __iter__(self): return iter([1, 2])


class Indexed:
    def __getitem__(self, i):
        if i > 3: raise IndexError
        return i * 10


print(1 in Contains(), 5 in Contains(), 2 in Iterates(), 3 in Iterates(), 30 in Indexed(), 5 in Indexed())
print('' in 'abc', 'bc' in 'abc', b'b' in b'abc', 98 in b'abc')
for f in (lambda: 1 in 'a', lambda: 'a' in b'a', lambda: 300 in b'a', lambda: 1 in object()):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
