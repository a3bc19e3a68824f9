"""Random operations of decimal in random contexts: results and flags, as a checksum of every 25 lines.

`VERBOSE=1` in the environment shows the lines.
"""

from decimal import *
import decimal
import os
import zlib

state = 7


def below(n):
    global state
    out = 0
    for _ in range(n.bit_length() // 31 + 1):
        state = (state * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
        out = out << 31 | state >> 33
    return out % n


def choice(items):
    return items[below(len(items))]


def number():
    sign, k = choice(["", "-"]), below(100)
    if k < 3:
        return sign + "Infinity"
    if k < 6:
        return sign + choice(["NaN", "sNaN"]) + choice(["", "12", "123456789012"])
    if k < 10:
        return sign + "0E%d" % (below(41) - 20)
    d = choice([1, 2, 3, 5, 9, 10, 19, 20, 28, 38, 39, 45, 60])
    digits = choice([str(below(10**d)), str(below(10**d)), "9" * d, "1" + "0" * (d - 1), "15" + "0" * d])
    return sign + digits + "E%d" % choice([0, 0, 0, below(11) - 5, below(61) - 30, below(801) - 400])


ONE = """plus minus abs to_integral_exact to_integral_value normalize sqrt next_plus next_minus logb exp ln log10
    create_decimal to_sci_string to_eng_string number_class""".split()
TWO = """add subtract multiply divide divide_int remainder remainder_near quantize next_toward max min max_mag min_mag
    compare_total compare_total_mag compare compare_signal scaleb shift rotate divmod copy_sign same_quantum""".split()
ROUNDINGS = [getattr(decimal, n) for n in dir(decimal) if n.startswith("ROUND_")]
LIMITS = [(-999999, 999999), (-10, 10), (-95, 96), (-383, 384), (MIN_EMIN, MAX_EMAX), (0, 0)]

lines = []
for i in range(6000):
    emin, emax = choice(LIMITS)
    c = Context(prec=choice([1, 2, 3, 5, 9, 9, 16, 28, 28, 34, 50]), Emin=emin, Emax=emax, rounding=choice(ROUNDINGS),
                clamp=0 if emin == 0 else choice([0, 0, 1]), traps=[])
    a, b = number(), number()
    kind = below(10)
    if kind < 4:
        name = choice(ONE)
        r = getattr(c, name)(a if name == "create_decimal" else Decimal(a))
    elif kind < 8:
        name = choice(TWO)
        if name in ("scaleb", "shift", "rotate"):
            b = str(below(25) - 12)
        r = getattr(c, name)(Decimal(a), Decimal(b))
    elif kind == 8:
        name, r = "fma", c.fma(Decimal(a), Decimal(b), Decimal(number()))
    else:
        # Powers are only nearly correctly rounded in CPython; whole ones of short numbers are exact.
        a, b = str(below(2000) - 1000), str(below(9))
        name, r = "power", c.power(Decimal(a), Decimal(b)) if int(a) or int(b) else 0
        if c.flags[Inexact]:
            continue
    flags = ",".join(f.__name__ for f, on in c.flags.items() if on)
    lines.append(f"{i} {name} {c.prec} {c.rounding} {a} {b} -> {r} {flags}")
    if "VERBOSE" in os.environ:
        print(lines[-1])
    if len(lines) == 25:
        print("up to", i, zlib.crc32("".join(lines).encode()))
        lines.clear()

for x in map(Decimal, "0 -0.00 1.5 -1234567.891 1E+3 1E-7 123456789012345678901234567890.5 0.000001 9.995".split()):
    for spec in "f .2f .0f e .3e g .4g % .1% ,.2f _ 015,.2f <12 ^+12.1f *>20 z.0f -.2f 010.3e G".split():
        print(x, spec, repr(format(x, spec)))
    print(hash(x), float(x), int(x), round(x), round(x, -1) if abs(x) < 10**20 else 0, x.as_tuple(), x.as_integer_ratio())
