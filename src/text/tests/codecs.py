"""Writes codecs.txt: what CPython's codecs make of broken bytes and of texts with surrogates.

    python3.14 -W ignore codecs.py > codecs.txt

A line is codec, direction, input, result and faults, separated by tabs. Input and result are in hexadecimal; each fault is
start:end:reason, replaced by a question mark. Direction `partly` decodes without the end in sight; its faults are `failed`
or the number of bytes consumed.
"""

import codecs
import random
import sys

random.seed(8)
POOLS = {
    "utf-8": [b"a", b"\xc3", b"\xa9", b"\xe2\x82\xac", b"\xe2", b"\xf0\x9f", b"\x98", b"\x80", b"\xed\xa0\x80", b"\xf4\x90", b"\xff"],
    "utf-16-le": [b"a\0", b"\0", b"\x3d\xd8", b"\x00\xde", b"\xac\x20", b"\0\xd8", b"\xff\xdf"],
    "utf-16-be": [b"\0a", b"\0", b"\xd8\x3d", b"\xde\x00", b"\x20\xac", b"\xdf\xff"],
    "utf-32-le": [b"a\0\0\0", b"\0", b"\0\xd8\0\0", b"\0\xf6\x01\0", b"\0\0\x11\0", b"\0\0\0\x01"],
    "utf-32-be": [b"\0\0\0a", b"\0", b"\0\0\xd8\0", b"\0\x01\xf6\0", b"\0\x11\0\0"],
    "utf-7": [b"a", b"+", b"-", b"AGE", b"2D3eAA", b"2D0", b"A", b"/", b"!", b"\xff", b"AGF", b" "],
    "ascii": [b"a", b"\xff", b"\x80b"],
    "latin-1": [b"a", b"\xff", b"\x80"],
    "raw_unicode_escape": [b"\\", b"u", b"U", b"004", b"1", b"0001f600", b"0011", b"\xff", b"z"],
    "unicode_escape": [b"\\", b"u", b"U", b"x", b"N{", b"SPACE}", b"}", b"004", b"1", b"0001f600", b"777", b"n", b"\n", b"\xff", b"q"],
}
TEXT = ["a", "+", "-", "~", "\\", "é", "ÿ", "→", "😀", "\ud800", "\udc80", "\n", "!", "\x7f", "0"]


def run(codec, direction, data):
    faults = []

    def handler(error):
        faults.append(f"{error.start}:{error.end}:{error.reason}")
        return "?", error.end

    codecs.register_error("record", handler)
    if direction == "decode":
        return data.decode(codec, "record").encode("utf-8", "surrogatepass"), faults
    return data.encode(codec, "record"), faults


def partly(codec, data):
    names = {"raw_unicode_escape": "raw_unicode_escape", "unicode_escape": "unicode_escape"}
    decode = getattr(codecs, names.get(codec, codec.replace("-", "_")) + "_decode")
    try:
        text, consumed = decode(data, "strict", False)
    except UnicodeError:
        return b"", ["failed"]
    return text.encode("utf-8", "surrogatepass"), [str(consumed)]


def line(codec, direction, data, result, faults):
    print(codec, direction, data.hex(), result.hex(), ",".join(faults), sep="\t")


for codec, pool in POOLS.items():
    for _ in range(40):
        data = b"".join(random.choice(pool) for _ in range(random.randrange(7)))
        line(codec, "decode", data, *run(codec, "decode", data))
        if codec not in ("ascii", "latin-1"):
            line(codec, "partly", data, *partly(codec, data))
    for _ in range(15):
        text = "".join(random.choice(TEXT) for _ in range(random.randrange(8)))
        line(codec, "encode", text.encode("utf-8", "surrogatepass"), *run(codec, "encode", text))
