# str.format, format_map and the format mini-language of str and int.
class A:
    x = [1, {'k': 'deep'}]
    def __format__(self, spec): return f'A<{spec}>'


for template, args, kw in [('{} {}', (1, 2), {}), ('{1} {0} {1}', ('a', 'b'), {}), ('{a} {b!r:>5}', (), {'a': 1, 'b': 'x'}), ('{0.x[0]} {0.x[1][k]} {0!s:.3}', (A(),), {}), ('{0[k]} {0[k][0]}', ({'k': 'val'},), {}), ('{:{}} {:{w}.{p}}|', ('a', 5, 3.14159), {'w': 8, 'p': 2}), ('{{}} {{{}}}', (1,), {}), ('{:A spec}', (A(),), {}), ('{!a}', ('é',), {}),
                           ('{', (), {}), ('}', (), {}), ('{}', (), {}), ('{0} {}', (1,), {}), ('{} {0}', (1,), {}), ('{x}', (), {}), ('{!x}', (1,), {}), ('{!}', (1,), {}), ('{0.nope}', (1,), {}), ('{0[5]}', ([1],), {}), ('{0[a]}', ([1],), {}), ('{:d}', ('a',), {}), ('{0[}', (1,), {}), ('{:{:{}}}', (1, 2, 3), {}), ('{0.}', (1,), {}), ('{0[]}', (1,), {}), ('{-1}', (1,), {}), ('{0!r', (1,), {}), ('{a.b.c}', (), {'a': A()}), ('{99}', (1,), {}), ('{ 0}', (1,), {}), ('{:}}', (1,), {}), ('{0!rs}', (1,), {})]:
    try: print(repr(template), template.format(*args, **kw))
    except Exception as e: print(repr(template), type(e).__name__, e)


class M(dict):
    def __missing__(self, k): return f'<{k}>'


print('{a} {b}'.format_map(M(a=1)))
for spec in ('', '5', '<5', '>5', '^5', '=5', '*^7', '05', '.2', '5.1', '+', ' ', '-', '#', ',', '_', 's', 'd', 'b', 'o', 'x', 'X', '#x', '#b', '#010x', 'c', 'n', 'f', '.1f', 'e', '%', '+d', ' d', '08.2f', ',d', '_x', '_b', ',x', '+,', '=+7d', '0=7', '<07', '10c', '+c', '.3d', '#s', 'é>5', '}<5', '5d5', 'dd', '99999999999999999999', '.99999999999999999999', ' <5', 'z', 'zd', '0<5', '-#x', '1_000'):
    row = []
    for value in (42, -12345, 'abc', True):
        try: row.append(format(value, spec))
        except Exception as e: row.append(f'{type(e).__name__}: {e}')
    print(repr(spec), row)
print(format(None), format([1, 2], ''), format(A(), 'q'))
for v in (None, [], {}, (), object, A):
    try: print(format(v, '>5'))
    except TypeError as e: print(e)
try: format(1, 5)
except TypeError as e: print(e)
print('{:,} {:,} {:_} {:,.2f} {:_.1f}'.format(1234567, -1234, 10**12, 9876543.21, 1234.5), '{:>+10,}|{:^+12,.1f}|{:010,}'.format(1234, 1234.5, 1234))
print(format(10**40, ','), format(-10**20, '_x'), format(2**100, '#_b')[:30], format(0, '#x'), format(-255, '#010x'), format(65, 'c'), format(0x1F600, 'c'))
