"""Two threads on one object that neither changes: the reads must not write to memory that both use."""

import re
from collections import namedtuple
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache, partial
from types import SimpleNamespace

LIMIT = 7
NAMES = {"width": 7, "height": 5}


class Settings:
    depth = 3

    def __init__(self):
        self.width = 7
        self.height = 5
        self.label = "settings of " + str(self.width)
        self.inner = SimpleNamespace(value=[1, 2, 3])

    def area(self):
        return self.width * self.height

    @property
    def half(self):
        return self.width

    def add(self, x):
        return x + self.width


class Kind(Enum):
    WARP = 1
    WEFT = 2


class Slotted:
    __slots__ = ("a", "b")

    def __init__(self):
        self.a = "a" + str(id(self))
        self.b = 2


@dataclass
class Thread:
    kind: Kind
    length: int


@dataclass(frozen=True)
class Fixed:
    name: str
    length: int


Pair = namedtuple("Pair", "left right")


def prepare_attribute():
    return Settings()


def work_attribute(shared, thread):
    total = 0
    for _ in range(120_000):
        total += shared.width * shared.height
    return total


prepare_object_attribute = prepare_attribute


def work_object_attribute(shared, thread):
    total = 0
    for _ in range(80_000):
        total += len(shared.label) + shared.inner.value[1]
    return total


def prepare_slots():
    return Slotted()


def work_slots(shared, thread):
    total = 0
    for _ in range(100_000):
        total += len(shared.a) + shared.b
    return total


prepare_property = prepare_attribute


def work_property(shared, thread):
    total = 0
    for _ in range(80_000):
        total += shared.half + shared.depth
    return total


prepare_method = prepare_attribute


def work_method(shared, thread):
    total = 0
    for _ in range(80_000):
        total += shared.area()
    return total


def prepare_bound_method():
    return Settings().add


def work_bound_method(shared, thread):
    x = 0
    for _ in range(100_000):
        x = shared(x)
    return x


prepare_getattr = prepare_attribute


def work_getattr(shared, thread):
    total = 0
    for _ in range(60_000):
        total += len(getattr(shared, "label"))
        if hasattr(shared, "missing"):
            total += 1
    return total


def prepare_dict_text_key():
    return {"key %d" % n: "value %d" % n for n in range(100)}


def work_dict_text_key(shared, thread):
    total = 0
    for n in range(100_000):
        total += len(shared["key 7"])
    return total


def prepare_dict_int_key():
    return {n: "value %d" % n for n in range(100)}


def work_dict_int_key(shared, thread):
    total = 0
    for n in range(100_000):
        total += len(shared[n % 100])
    return total


prepare_dict_get = prepare_dict_int_key


def work_dict_get(shared, thread):
    total = 0
    for n in range(80_000):
        total += len(shared.get(5)) + len(shared.get(n, ""))
    return total


def prepare_dict_object_key():
    return {Kind.WARP: "warp", ("a", 1): "tuple", Fixed("x", 1): "frozen"}, ("a", 1)


def work_dict_object_key(shared, thread):
    table, key = shared
    total = 0
    for n in range(40_000):
        total += len(table[Kind.WARP]) + len(table[key])
    return total


prepare_dict_iteration = prepare_dict_text_key


def work_dict_iteration(shared, thread):
    total = 0
    for _ in range(700):
        for key, value in shared.items():
            total += len(key) + len(value)
    return total


prepare_dict_contains = prepare_dict_text_key


def work_dict_contains(shared, thread):
    total = 0
    for n in range(100_000):
        if "key 7" in shared:
            total += 1
    return total


def prepare_list():
    return ["item %d" % n for n in range(100)]


def work_list(shared, thread):
    total = 0
    for n in range(120_000):
        total += len(shared[n % 100])
    return total


prepare_list_iteration = prepare_list


def work_list_iteration(shared, thread):
    total = 0
    for _ in range(1_200):
        for item in shared:
            total += len(item)
    return total


prepare_list_comprehension = prepare_list


def work_list_comprehension(shared, thread):
    total = 0
    for _ in range(800):
        total += len([len(item) for item in shared])
    return total


prepare_list_copy = prepare_list


def work_list_copy(shared, thread):
    total = 0
    for _ in range(5_000):
        total += len(shared[10:20]) + len(list(shared))
    return total


prepare_list_contains = prepare_list


def work_list_contains(shared, thread):
    total = 0
    for _ in range(15_000):
        if "item 20" in shared:
            total += 1
    return total


def prepare_tuple():
    return tuple(prepare_list())


def work_tuple(shared, thread):
    total = 0
    for n in range(100_000):
        total += len(shared[n % 100])
    return total


def prepare_unpacking():
    return [("left %d" % n, [n]) for n in range(100)]


def work_unpacking(shared, thread):
    total = 0
    for _ in range(800):
        for left, right in shared:
            total += len(left) + len(right)
    return total


def prepare_set():
    return {"item %d" % n for n in range(100)}


def work_set(shared, thread):
    total = 0
    for _ in range(100_000):
        if "item 20" in shared:
            total += 1
    return total


def prepare_closure():
    offset = [3]

    def add(x):
        return x + offset[0]

    return add


def work_closure(shared, thread):
    x = 0
    for _ in range(100_000):
        x = shared(x)
    return x


def prepare_partial():
    return partial(max, 3)


def work_partial(shared, thread):
    total = 0
    for n in range(50_000):
        total += shared(n & 7)
    return total


def prepare_lru_cache():
    @lru_cache(maxsize=None)
    def text(n):
        return "text %d" % n

    for n in range(100):
        text(n)
    return text


def work_lru_cache(shared, thread):
    total = 0
    for n in range(60_000):
        total += len(shared(n % 100))
    return total


def prepare_lru_cache_bounded():
    @lru_cache(maxsize=200)
    def text(n):
        return "text %d" % n

    for n in range(100):
        text(n)
    return text


work_lru_cache_bounded = work_lru_cache


def work_enum(shared, thread):
    total = 0
    for _ in range(60_000):
        if Kind.WEFT.value == 2 and Kind["WARP"] is Kind.WARP:
            total += 1
    return total


def work_enum_call(shared, thread):
    total = 0
    for _ in range(30_000):
        if Kind(2) is Kind.WEFT:
            total += 1
    return total


def work_enum_iteration(shared, thread):
    total = 0
    for _ in range(6_000):
        for kind in Kind:
            total += kind.value
    return total


def work_globals(shared, thread):
    total = 0
    for _ in range(120_000):
        total += LIMIT + len(NAMES)
    return total


def work_namedtuple(shared, thread):
    total = 0
    for n in range(40_000):
        pair = Pair(n, Kind.WARP)
        total += pair.left
    return total


def work_dataclass(shared, thread):
    total = 0
    for n in range(40_000):
        item = Thread(Kind.WEFT, n)
        total += item.length if item.kind is Kind.WEFT else 0
    return total


def work_frozen_dataclass(shared, thread):
    total = 0
    for n in range(12_000):
        total += Fixed("name", n).length
    return total


def prepare_new_list_of_shared():
    return Settings()


def work_new_list_of_shared(shared, thread):
    total = 0
    for n in range(60_000):
        total += len([shared, NAMES, Kind.WARP])
    return total


def work_isinstance(shared, thread):
    total = 0
    for n in range(80_000):
        if isinstance(n, (str, int)) and not isinstance(n, Settings):
            total += 1
    return total


def prepare_regex():
    return re.compile(r"(\w+)\s+(\d+)")


def work_regex(shared, thread):
    total = 0
    for n in range(8_000):
        total += len(shared.match("threads 42").group(1))
    return total


def work_regex_by_text(shared, thread):
    total = 0
    for n in range(8_000):
        total += re.search(r"(\d+)", "threads 42").end()
    return total


def prepare_string():
    return "some text, with commas, to split, " * 3


def work_string(shared, thread):
    total = 0
    for n in range(15_000):
        total += len(shared.split(",")) + shared.find("split") + len(shared[3:9])
    return total


def prepare_context():
    import contextvars

    var = contextvars.ContextVar("var", default=3)
    var.set(4)
    return var


def work_context(shared, thread):
    total = 0
    for n in range(60_000):
        total += 1 if shared.get() else 0
    return total
