# complex: arithmetic, construction, repr, formatting, errors.
for args in ((), (1,), (1, 2), (1.5, -2.5), ('1+2j',), (' 3 ',), ('-j',), ('1e5-2.5e-3J',), ('(1+2j)',), ('nan+infj',), (1j, 2j), (True,), ('1_0+2_0j',)): print(args, complex(*args))
for args in (('1 + 2j',), ('',), ('1+2',), ('j1',), ('1', 2), (1, '2'), (None,), ([],), ('1+2j+3j',), (1, 2, 3), ('()',)):
    try: print(args, complex(*args))
    except Exception as e: print(args, type(e).__name__, e)
zs = [0j, 1 + 2j, -3.5j, 2 + 0j, complex('nan'), complex(float('inf'), -1), complex(-0.0, 0.0), 1e300 + 1e300j]
for a in zs:
    print(repr(a), str(a), -a, +a, abs(a) if abs(a.real) < 1e100 or a.real != a.real else 'big', a.conjugate(), a.real, a.imag, bool(a), a == a)
    for b in (1 + 1j, 2, 0.5):
        print('  ', a + b, a - b, a * b, a / b, a == b)
for code in ("1j // 1", "1j % 1", "divmod(1j, 1)", "1j < 2j", "1j / 0", "0j ** -1", "0j ** 1j", "(1+2j) ** 2", "(1+2j) ** -1", "(1+2j) ** 0.5", "(1+2j) ** (1+1j)", "2 ** 1j", "pow(1j, 2, 3)", "int(1j)", "float(1j)", "abs(3+4j)", "1j + 'a'", "round(1j)", "complex.from_number(3)", "(1j).__complex__()", "hash(1j) == hash(1j)", "hash(2+0j) == hash(2)", "1j is 1j or True", "abs(1e308+1e308j)", "(1e200+1j) ** 2"):
    try: print(code, '=', eval(code))
    except Exception as e: print(code, '->', type(e).__name__, e)
for spec in ('', '.2f', 'e', 'g', '20', '<20', '^20.1f', '+.1f', ',', '=20', '010', 'd', '%', '>30.3e'):
    try: print(repr(spec), format(1234.5 - 2.25j, spec) + '|')
    except ValueError as e: print(repr(spec), e)
class C(complex): pass
print(C(1, 2), repr(C(1, 2) + 1), type(C(1) + 1).__name__)
