# int: operators over the boundary of machine words, floor division and remainder by sign, pow, shifts.
EDGES = [0, 1, -1, 2, -2, 7, -7, 10**9, 2**30 - 1, 2**30, 2**31, -2**31, 2**60, 2**61 - 1, 2**61, 2**61 + 1, -2**61, -2**61 - 1, 2**62, 2**63 - 1, 2**63, -2**63, -2**63 - 1, 2**64, 10**30, -10**30, 3**100]
check = 0
for a in EDGES:
    row = []
    for b in EDGES:
        row += [a + b, a - b, a * b, a & b, a | b, a ^ b, a < b, a == b, a >= b]
        if b: row += [a // b, a % b, *divmod(a, b)]
        assert b == 0 or (a // b) * b + a % b == a
    check = hash((check, tuple(row)))
    print(a, sum(row), -a, ~a, abs(a), a.bit_length(), a.bit_count(), a * a, a >> 3, a << 5, a >> 70, bool(a))
for a in (7, -7):
    for b in (3, -3, 2**70, -2**70): print(a, b, a // b, a % b, divmod(a, b))
for a, b in ((1, 2), (7, 2), (10**30, 10**29), (2**63, 3), (10**400, 10**399), (-5, 2), (0, 5), (2**70 + 1, 2**70)): print(a / b)
for code in ("1 // 0", "1 % 0", "1 / 0", "divmod(1, 0)", "10**400 / 1", "1 << -1", "1 >> -1", "0 ** -1", "pow(2, 3, 0)", "pow(2, -1, 4)", "pow(2, 1.0, 3)", "1 << 10**30", "1 >> 10**30", "0 << 10**30", "-1 >> 10**30",
             "float(10**400)", "1 + None", "2 ** -2", "(-8) ** (1/3) == 8 ** (1/3)", "pow(3, -1, 7)", "pow(-3, 5, 7)", "pow(3, 5, -7)", "pow(2, 0, 1)", "pow(10**30, 10**5, 97)", "pow(38, -1, 97)", "(-2) ** 3", "2 ** 100", "0 ** 0", "(-1) ** -1", "2 ** 0.5"):
    try:
        print(code, '=', eval(code))
    except Exception as e:
        print(code, '->', type(e).__name__, e)
a, b, out = 0, 1, []
for i in range(300): a, b = b, a + b
print(a, a % 10**9, a // 10**50)
f = 1
for i in range(1, 60): f *= i
print(f, f >> 100, f & (2**64 - 1))
x = 1
for i in range(200): x = x * 3 - i
print(x, -x // 7**20, x % 7**20)
x = 2**62
for step in (1, -1):
    for i in range(5): x += step; print(x, end=' ')
x = -2**61
for i in range(5): x -= 1; print(x, end=' ')
print()
print(2**61 is 2**61 or True, type(2**61 - 2**61), 2**64 - 2**64 + 5 == 5, True + True, True * 5, -True, ~True if False else -2, True & 3, True ^ True, type(True & True), type(True + 0))
