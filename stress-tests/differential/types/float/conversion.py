# float(): from text, to text, hex, fromhex, formatting.
for s in ('1', ' -1.5\n', '1e5', '1E-5', '.5', '5.', '1_0.0_1', 'inf', '-Infinity', 'NaN', '+nan', '1e400', '-1e400', '1e-400', '0x10', '', '.', 'e5', '1e', '1__0', '_1', '1_', 'infin', '٣.٥', '1 2', '1,5', 'nan1', '--1', b'2.5', bytearray(b'3'), '1\0', '179769313486231580793728971405301e277', '2.2250738585072011e-308', '0.1' + '0' * 100 + '1', '9007199254740993', '4.35', '1e23', '8.5e22'):
    try: print(repr(s), repr(float(s)))
    except Exception as e: print(repr(s), type(e).__name__, e)
for x in (0.1, 1/3, 1e21, 1e22, 1e16, 9999999999999998.0, 1e15, 123456.789, 1e-4, 1e-5, 0.00012345, 5e-324, 1.7976931348623157e308, 100.0, 1e100, 2.5, 4.35, 0.3, 1.1, 123e45): print(repr(x), x.hex(), float.fromhex(x.hex()) == x)
for s in ('0x1p0', '0x1.8p1', '-0x.8p-2', 'inf', '0x1p1024', '0x1p-1080', '1.8', 'nan', '0x', '1p', 'zz', ' 0x1 ', '0x1.00000000000008p0'):
    try: print(s, float.fromhex(s))
    except Exception as e: print(s, type(e).__name__, e)
for spec in ('', 'f', '.0f', '.10f', 'e', '.0e', '.3E', 'g', '.3g', '.10g', 'G', 'n', '%', '.1%', '10.2f', '<10.2f|', '^10.2f', '+.2f', ' .2f', '010.2f', '*^12.1f', ',.2f', '_.2f', '=+10.1f', '#.0f', '#g', '.3', '.20', '20', 'z.0f', '.2d', 'x', 's', 'c', ',', '.', '.f', '10.', ',_', 'zf', '.3_f', '.6,f'):
    row = []
    for x in (1234.5678, -0.04, 1e10, 0.0):
        try: row.append(format(x, spec))
        except ValueError as e: row.append(str(e))
    print(repr(spec), row)
for x in (float('inf'), -float('inf'), float('nan')): print(f'{x:f} {x:F} {x:e} {x:10} {x:<6}| {x:+} {x:06} {x:%} {x:g}')
print('%f %.2f %e %g %5.1f|%-8.2f|%+d %r %s %%' % (1.5, 2.345, 1e10, 1e-10, 3.14, 2.5, 7.9, 0.1, 1e16))
class F(float):
    def __repr__(self): return 'F!'
print(F(1.5), F('2.5') + 1, type(F(1) + F(2)).__name__, f'{F(2.5)}', F.fromhex('0x1p1'), float(F(3)), type(float(F(3))).__name__, F.from_number(4))
for f in (lambda: float(None), lambda: float([]), lambda: float(1j), lambda: float('1', 2), lambda: float.from_number('1'), lambda: float.fromhex(5)):
    try: print(f())
    except TypeError as e: print(e)
