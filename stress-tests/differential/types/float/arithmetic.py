# float: operators, specials, rounding, comparison with big ints, hashing.
inf, nan = float('inf'), float('nan')
VALUES = [0.0, -0.0, 1.0, -1.5, 2.5, 1e300, -1e-300, 5e-324, 1.7976931348623157e308, inf, -inf, nan, 0.1, 1e16, 2.0**-255, 2.0**257, 2.0**256, 2.0**-256, 1/3, 123456789.123]
for a in VALUES:
    for b in (1.0, -2.5, 0.5, 1e308, inf, 3):
        print(a + b, a - b, a * b, a / b, end=' ')
        print(a // b, a % b, divmod(a, b), a < b, a == b)
for a in VALUES: print(repr(a), str(a), -a, abs(a), bool(a), a == a, hash(a) == hash(a) if a == a else 'nan', a.is_integer(), a.hex(), f'{a:g} {a:.3f} {a:e} {a:.2%}' if abs(a) < 1e50 else f'{a:g}')
for a in (0.5, 1.5, 2.5, -0.5, -1.5, 2.675, 1e15 + 0.5, 12345.6789): print(a, round(a), round(a, 1), round(a, 2), round(a, -2), int(a), a.__floor__(), a.__ceil__(), a.__trunc__())
for code in ("1.0 / 0", "1.0 // 0", "1.0 % 0", "divmod(1.0, 0.0)", "0.0 ** -1", "(-8.0) ** (1/3)", "10.0 ** 400", "round(inf)", "round(nan)", "int(inf)", "int(nan)", "inf.as_integer_ratio()", "nan.as_integer_ratio()", "1.5 << 1", "1.5 & 1",
             "1e308 * 10", "inf - inf", "inf * 0", "0.0 ** 0", "nan ** 0", "1.0 ** nan", "(-0.0) ** -2 if False else 0", "2.0 ** -1074", "2.0 ** -1075", "inf ** -1", "(-inf) ** 3", "(-2.0) ** 3", "(-2.0) ** 0.5", "inf // 1", "1 // inf", "-1 // inf", "-1 % inf", "1 % -inf", "inf % 2", "5.5 % -2", "-5.5 % 2", "-0.0 % 5", "float(10**308)", "1e16 + 1", "2**53 + 1.0", "round(1.5, 10**10)", "round(1e308, -308)", "round(5e-324, 400)", "round(1.5, None)", "round(2.5, 'a')"):
    try: print(code, '=', eval(code))
    except Exception as e: print(code, '->', type(e).__name__, e)
print(10**400 > 1e308, 10**400 > inf, 2**53 + 1 == 2.0**53, 2**1023 == 2.0**1023, 1 == 1.0, 0.1 + 0.2 == 0.3, -0.0 == 0.0, sum([0.1] * 10), sum([1e16, 1, -1e16]), max(nan, 1.0), min(1.0, nan), sorted([3.5, -1, 2, 0.5]))
print([hash(x) for x in (1.5, 0.1, inf, -inf, -1.0, 2.0**70, 1e300)], hash(2.0**70) == hash(2**70))
print((0.75).as_integer_ratio(), (-2.5).as_integer_ratio(), (1.5).conjugate(), (1.5).real, (1.5).imag, (0.1).as_integer_ratio(), 5e-324.as_integer_ratio()[0] if False else 1)
x = 1.0
for i in range(1, 30): x = x * 1.1 - 1 / i
print(x, x is x, [i / 7 for i in range(5)])
