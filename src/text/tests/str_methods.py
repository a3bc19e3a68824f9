"""Writes str_methods.txt: what CPython's str methods make of strings that are hard on them.

    python3.14 str_methods.py > str_methods.txt

A line is method, text and result, separated by tabs; texts are UTF-8 in hexadecimal, surrogates included, lists of them
separated by commas.
"""

import random

random.seed(27)
ALPHABET = list("aAbB zZ1 .'ßẞΣσςǅǆİıŉﬁéÉʰͅ·²½٣一\u00ad\u0301\u0345\u2028\u0085\u3000\x1c\x1f\r\n\t\v_ªⅣⓐ😀𐐀𝒜\ud800\udc00Ა") + ["\r\n", "ΑΣ"]
MAPPINGS = ["lower", "upper", "title", "capitalize", "swapcase", "casefold", "strip", "lstrip", "rstrip", "repr", "ascii"]
LISTS = ["split", "rsplit1", "splitlines", "keepends"]
TESTS = [
    "isalpha", "isalnum", "isdecimal", "isdigit", "isnumeric", "isspace", "islower", "isupper", "istitle",
    "isidentifier", "isprintable",
]
SPECIAL = {
    "repr": repr, "ascii": ascii, "rsplit1": lambda s: s.rsplit(None, 1), "keepends": lambda s: s.splitlines(True),
}


def shown(text):
    return text.encode("utf-8", "surrogatepass").hex()


def call(method, text):
    return SPECIAL[method](text) if method in SPECIAL else getattr(text, method)()


for _ in range(60):
    text = "".join(random.choice(ALPHABET) for _ in range(random.randrange(9)))
    for method in MAPPINGS:
        print(method, shown(text), shown(call(method, text)), sep="\t")
    for method in LISTS:
        print(method, shown(text), "".join(shown(piece) + "," for piece in call(method, text)), sep="\t")
for _ in range(150):
    text = "".join(random.choice(ALPHABET) for _ in range(random.randrange(3)))
    for method in TESTS:
        print(method, shown(text), call(method, text), sep="\t")
