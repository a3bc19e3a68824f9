"""json: reading and writing, with hooks, errors and notes."""

import json
from collections import OrderedDict

DOCUMENT = '{"a": [1, -2.5, 1e3, true, false, null, "x\\u00e9\\ud83d\\ude00\\n"], "b": {"c": {}, "d": []}, "é": 12345678901234567890123, "a2": "\\u0041"}'
value = json.loads(DOCUMENT)
print(value)
for options in (
    {},
    {"indent": 2},
    {"indent": "\t", "sort_keys": True},
    {"ensure_ascii": False},
    {"separators": (",", ":")},
    {"indent": 0},
):
    print(json.dumps(value, **options))
print(json.loads("[1, 2.0, NaN, -Infinity]", parse_int=str, parse_float=repr, parse_constant=lambda c: c))
print(json.loads('{"a": {"b": 1}}', object_hook=lambda d: sorted(d)), json.loads('{"a": {"b": 1}, "a": 2}', object_pairs_hook=lambda p: p))
print(json.loads(' [ ] '), json.loads('"\t"', strict=False), json.loads("-0"), json.loads("-0.0"), json.loads("1E+2"))
for bad in (
    "", "[", "{", '{"a"', '{"a":', '{"a":1', '{"a":1,', '{"a":1,}', "[1,]", "[1 2]", "nul", "01", "-", "1.", "1.e5", '"abc', '"\\x"',
    '"\\u12"', '"\x01"', "[1] 2", "{1: 2}", "{'a': 1}", "é", '["é", }', '{"é": [1,, 2]}', "[" * 3 + "]" * 2, "Infinit", "--1", "+1", ".5",
):
    try:
        print(repr(bad), json.loads(bad))
    except json.JSONDecodeError as e:
        print(repr(bad), "->", e, e.pos, e.lineno, e.colno)


class I(int):
    def __repr__(self):
        return "I!"


class F(float):
    def __repr__(self):
        return "F!"


class S(str):
    pass


class D(dict):
    def items(self):
        return [("k", 1), ("l", [2])]


print(json.dumps([I(5), F(2.5), S("s"), D(x=1), OrderedDict(b=1, a=2), (1, 2), 10**25, 0.1, float("nan"), -float("inf")]))
print(json.dumps({1: 1, 2.5: 2, True: 3, None: 4, "s": 5, I(7): 6}), json.dumps({(1, 2): 3, "a": 1, (3,): 4}, skipkeys=True))
print(json.dumps({"z": 1, "b": [3, {"y": 1, "a": 2}]}, sort_keys=True), json.dumps({"a", }, default=list), json.dumps([], indent=1), json.dumps({}, indent=1))


def attempt(what, **options):
    try:
        print(json.dumps(what, **options))
    except Exception as e:
        print(type(e).__name__, e, getattr(e, "__notes__", None))


circle = [1]
circle.append({"again": circle})
attempt(circle)
attempt({"a": [1, {2, 3}]})
attempt({(1,): 2})
attempt([float("nan")], allow_nan=False)
attempt({"a": object}, default=lambda o: o)
attempt({1: 1, "a": 2}, sort_keys=True)
attempt([[1, 2], {"k": b"bytes"}], indent=1)
attempt("\ud800 \U0001f600 \x7f \x1f")
attempt("\ud800 \U0001f600", ensure_ascii=False)
keys = json.loads('[{"key": 1}, {"key": 2}]')
print(next(iter(keys[0])) is next(iter(keys[1])))
try:
    json.loads("[" * 100000)
except RecursionError as e:
    print("RecursionError")
