"""Writes percent.txt: what CPython makes of printf-style formats, some broken, and of str.format templates' structure.

    python3.14 -W ignore percent.py > percent.txt

A line is kind, format, value and result, separated by tabs; for `template` the result lists the pieces.
"""

import _string
import random

random.seed(5)
INTS = [0, 1, -1, 255, -255, 65, 10**20, -(10**25)]
TEXTS = ["", "a", "héllo", "→→"]


def directive(letters):
    return (
        "%" + "".join(random.choice("-+ #0") for _ in range(random.choice([0, 0, 1, 2]))) + random.choice(["", "", "5", "12"])
        + random.choice(["", "", ".0", ".", ".3", ".10"]) + random.choice(["", "", "", "l", "h", "L", "ll"]) + random.choice(letters)
    )


def show(compute):
    try:
        return compute()
    except (ValueError, TypeError, OverflowError) as error:
        return f"!{error}"


for _ in range(300):
    form, value = directive("diuoxX"), random.choice(INTS)
    print("int", form, value, show(lambda: form % value), sep="\t")
    print("bytes", form, value, show(lambda: (form.encode() % value).decode()), sep="\t")
for _ in range(200):
    form, value = directive("sc"), random.choice(TEXTS)
    form = form.replace("c", "s") if len(value) != 1 else form
    print("str", form, value, show(lambda: form % value), sep="\t")
for _ in range(100):
    form = "x" + directive(["y", "é", "", "%s", "k"])
    print("int", form, 7, show(lambda: form % 7), sep="\t")


def pieces(template):
    fields = ["0", "a", "{", "}", "{{", "}}", "!", "r", ":", ">5", "[", "]", ".", "é"]
    template = template or "".join(random.choice(fields) for _ in range(random.randrange(9)))
    return template, show(lambda: " ".join(
        f"{literal}|{name}|{conversion}|{spec}" for literal, name, spec, conversion in _string.formatter_parser(template)
    ))


def name(text):
    def compute():
        first, rest = _string.formatter_field_name_split(text)
        return " ".join([repr(first)] + [("." if attribute else "[") + repr(key) for attribute, key in rest])
    return show(compute)


for _ in range(500):
    template, result = pieces("")
    print("template", template, "", result, sep="\t")
for _ in range(200):
    text = "".join(random.choice(["0", "12", "a", "b", ".", "[", "]", "[0]", ".c", "99999999999"]) for _ in range(random.randrange(6)))
    print("name", text, "", name(text), sep="\t")
