# and/or/not return operands and stop early; truth of objects; conditional expressions; assert.
def t(x):
    print('  t', x)
    return x


print(t(0) or t('') or t([]) or t(5) or t(6))
print(t(1) and t('x') and t(None) and t(9))
print((t(0) and t(1)) or t(2), t(0) and (t(1) or t(2)))
print(not t(0), not (t(1) and t(2)))
print('yes' if t(1) else 'no', 'a' if 0 else 'b' if t(0) else 'c')
print([x if x % 2 else -x for x in range(4) if x if x != 2])


class Truth:
    def __init__(self, value): self.value = value
    def __bool__(self): return self.value


class Sized:
    def __init__(self, n): self.n = n
    def __len__(self): return self.n


for obj in (Truth(True), Truth(False), Sized(0), Sized(3), 0.0, -0.0, 0j, '', ' ', b'', (), ((),), range(0), range(1),
            None, ..., NotImplemented if False else 1, float('nan'), object):
    print(bool(obj), end=' ')
print()
for obj in (Truth(1), Truth('x'), Truth(None), Sized(-1), Sized('a'), Sized(2**70)):
    try:
        print(bool(obj))
    except Exception as e:
        print(type(e).__name__, e)
    try:
        if obj: print('in if')
        while obj: print('in while'); break
    except Exception as e:
        print(type(e).__name__, e)
try:
    bool(NotImplemented)
except TypeError as e:
    print(e)
assert 1, t('not evaluated')
try:
    assert t(0), t('message')
except AssertionError as e:
    print(repr(e))
try:
    assert [], ()
except AssertionError as e:
    print(repr(e))
try:
    assert False
except AssertionError as e:
    print(repr(e), e.args)


def many(x):
    if x < 0: return 'negative'
    elif x == 0: return 'zero'
    elif x < 10:
        if x % 2: return 'odd digit'
        else: return 'even digit'
    else: return 'large'


print([many(x) for x in (-1, 0, 3, 4, 10)])
