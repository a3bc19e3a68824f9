"""Writes format_spec.txt: what CPython makes of specifications, random ones from the grammar and some broken.

    python3.14 format_spec.py > format_spec.txt

A line is type, value, specification and result, separated by tabs; floats are the bits in hexadecimal.
"""

import random
import struct

random.seed(314)
STRINGS = ["", "a", "héllo", "→→→→→→→"]
INTS = [0, 1, -1, 65, 255, -1234567, 12345678, 10**20, -(10**30), 0x10FFFF, 0x110000]
FLOATS = [
    0.0, -0.0, 1.0, -1.5, 0.1, 2.5, 1234567.891, 1e16, 1e15, 1e22, -1e-5, 0.0001, 123456.0, 1e100, 5e-324, 0.05, 9.5, 99.95,
    float("inf"), float("-inf"), float("nan"), -0.001, 999999.5, 1e6, 1e5,
]


def pick(*options, empty=2):
    return random.choice(options + ("",) * empty)


def spec():
    fill = pick("", "*", "0", "é", empty=0)
    align = pick("<", ">", "^", "=")
    return (
        (fill + align if align else "") + pick("+", "-", " ", empty=6) + pick("z", empty=8) + pick("#", empty=4)
        + pick("0", empty=4) + pick("1", "8", "12", "20") + pick(",", "_", empty=5)
        + pick(".0", ".1", ".2", ".3", ".6", ".7,", ".9_", ".12", "._", ".17", empty=6)
        + pick(*"bcdeEfFgGnosxX%", empty=6)
    )


def bits(value):
    return struct.pack(">d", value).hex()


def line(kind, shown, value, spec):
    try:
        result = format(value, spec)
    except (ValueError, OverflowError) as error:
        result = f"!{type(error).__name__}: {error}"
    print(kind, shown, spec, result, sep="\t")


for _ in range(400):
    value = random.choice(INTS)
    line("int", value, value, spec() or "d")
for _ in range(900):
    value = random.choice(FLOATS)
    line("float", bits(value), value, spec() or "f")
for _ in range(150):
    value = complex(random.choice(FLOATS), random.choice(FLOATS))
    line("complex", bits(value.real) + " " + bits(value.imag), value, spec() or "f")
for _ in range(150):
    value = random.choice(STRINGS)
    line("str", value, value, spec() or "s")
BROKEN = [
    "5x5", ".", ".,_f", ".2_,f", ".2,,f", ",,", "__", ",_", "_,", "dd", "é", ",é", "z+", "z ", "99999999999999999999",
    ".99999999999999999999f", ".2147483648f", ",.", "<<5", ">>>5", "٣", "_n", ",n", "._n", ".2x", ",c", ",s", "zd", "#c", "+c",
]
for broken in BROKEN:
    line("int", 7, 7, broken)
    line("float", bits(1.5), 1.5, broken)
    line("complex", bits(1.5) + " " + bits(-2.0), 1.5 - 2j, broken)
    line("str", "ab", "ab", broken)
