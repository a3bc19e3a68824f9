"""Writes numbers.txt: what CPython makes of numbers that are hard on rounding, parsing and signs.

    python3.14 numbers.py > numbers.txt

A line is operation, arguments and result, separated by tabs; floats are bits in hexadecimal, texts UTF-8 in hexadecimal.
"""

import random
import struct

random.seed(61)
HARD = [0.0, -0.0, 1.0, -1.5, 0.5, 2.5, 1e16, 1e22, 1e23, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 0.1, 3.0, -7.25]
ODD = HARD + [float("inf"), float("-inf"), float("nan")]


def bits(value):
    return "nan" if value != value else struct.pack(">d", value).hex()


def hard():
    choice = random.randrange(4)
    if choice == 0:
        return random.choice(HARD)
    if choice == 1:
        value = struct.unpack(">d", random.randbytes(8))[0]
        return value if abs(value) < 1e309 else 0.5
    if choice == 2:
        return random.randrange(-10**6, 10**6) / random.choice([1, 2, 4, 8, 10, 100, 1000])
    return random.uniform(-1, 1) * 10.0 ** random.randrange(-20, 20)


def big():
    return random.choice([-1, 1]) * random.getrandbits(random.choice([1, 8, 53, 54, 64, 65, 128, 1000, 1100])) or 1


def line(operation, arguments, compute, show):
    try:
        result = show(compute())
    except (ValueError, OverflowError, ZeroDivisionError) as error:
        result = type(error).__name__
    print(operation, *arguments, result, sep="\t")


def parts(value):
    return bits(value.real) + " " + bits(value.imag)


def numeral(characters, longest):
    return "".join(random.choice(characters) for _ in range(random.randrange(longest)))


def floats(count):
    for _ in range(count):
        a, b, digits = hard(), hard(), random.randrange(-25, 25)
        line("repr", [bits(a)], lambda: a, repr)
        line("hex", [bits(a)], lambda: a.hex(), str)
        line("hash", [bits(a)], lambda: hash(a), str)
        line("round", [bits(a), digits], lambda: round(a, digits), bits)
        line("ratio", [bits(a)], lambda: a.as_integer_ratio(), lambda r: f"{r[0]}/{r[1]}")
        if b:
            line("floordiv", [bits(a), bits(b)], lambda: a // b, bits)
            line("mod", [bits(a), bits(b)], lambda: a % b, bits)
        form = "%" + random.choice(["", "+", "-", "#", "0", " "]) + random.choice(["", "12", "30"])
        form += random.choice(["", ".0", ".1", ".3", ".15", ".17", ".25"]) + random.choice("eEfFgG")
        line("percent", [form, bits(a)], lambda: form % a, str)


def integers(count):
    for _ in range(count):
        a, b, shift = big(), big(), random.randrange(200)
        line("truediv", [a, b], lambda: a / b, bits)
        line("floordivint", [a, b], lambda: a // b, str)
        line("modint", [a, b], lambda: a % b, str)
        line("float", [a], lambda: float(a), bits)
        line("hashint", [a], lambda: hash(a), str)
        line("shift", [a, shift], lambda: a >> shift, str)
        line("roundint", [a, shift // 5], lambda: round(a, -(shift // 5)), str)
        modulus, exponent = random.randrange(-50, 50), random.randrange(-20, 100)
        line("powmod", [a, exponent, modulus], lambda: pow(a, exponent, modulus), str)
        size, signed = random.randrange(20), random.random() < 0.5
        line("tobytes", [a, size, signed], lambda: a.to_bytes(size, "big", signed=signed), bytes.hex)


def complexes(count):
    for _ in range(count):
        z = complex(random.choice(ODD), random.choice(ODD))
        w = complex(random.choice(ODD), random.choice(ODD))
        real = random.choice(ODD)
        line("crepr", [parts(z)], lambda: z, repr)
        line("cmul", [parts(z), parts(w)], lambda: z * w, parts)
        line("cdiv", [parts(z), parts(w)], lambda: z / w, parts)
        line("cdivreal", [parts(z), bits(real)], lambda: z / real, parts)
        line("realdivc", [bits(real), parts(z)], lambda: real / z, parts)
        power = random.randrange(-6, 7)
        line("cpow", [parts(z), parts(complex(power))], lambda: z ** complex(power), parts)


def texts(count):
    for _ in range(count):
        text, base = numeral("0011279afx_ob+- \u0663\u2003\t", 6), random.choice([0, 2, 8, 10, 16, 36])
        line("int", [text.encode().hex(), base], lambda: int(text, base), str)
        text = random.choice(["", "inf", "nan", "1e5"]) + numeral("0127.e_+- \u0663", 6)
        line("tofloat", [text.encode().hex()], lambda: float(text), bits)
        line("fromhex", [text.encode().hex()], lambda: float.fromhex(text), bits)
        text = numeral("1.5e_+- ()jJ", 8) + random.choice(["", "j", "+1j"])
        line("tocomplex", [text.encode().hex()], lambda: complex(text), parts)


floats(120)
integers(40)
complexes(200)
texts(300)
