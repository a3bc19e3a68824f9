"""Two threads, each with objects of its own: only code, classes and modules are shared.

The cases are those by which CPython's scaling benchmark tells free-threaded builds apart.
"""

import copy
import io
import math
import threading
from collections import namedtuple
from dataclasses import dataclass
from enum import Enum
from operator import methodcaller


class Counter:
    def __init__(self):
        self.n = 0

    def bump(self, by):
        self.n += by
        return self.n

    @classmethod
    def one(cls, x):
        return x

    @staticmethod
    def two(x):
        return x


class Base:
    def step(self, x):
        return x + 1


class Derived(Base):
    def step(self, x):
        return super().step(x)


class Empty:
    pass


@dataclass
class Point:
    x: int
    y: int
    z: int


Pair = namedtuple("Pair", "left right")


class Side(Enum):
    LEFT = 1
    RIGHT = 2


def add_one(x):
    return x + 1


def many(a, b=2, *, c=3):
    return a + b + c


def work_object_cfunction(shared, thread):
    items = []
    for n in range(60_000):
        items.append(n)
        items.pop()
    return len(items)


def work_module_cfunction(shared, thread):
    x = 0.0
    for n in range(80_000):
        x = math.floor(3.7)
    return x


def work_mult_constant(shared, thread):
    x = 1.0
    for _ in range(300_000):
        x *= 1.01
    return x > 1


def work_pyfunction(shared, thread):
    def local(x):
        return x + 1

    x = 0
    for _ in range(120_000):
        x = local(x)
    return x


def work_module_function(shared, thread):
    x = 0
    for _ in range(120_000):
        x = add_one(x)
    return x


def work_keyword_function(shared, thread):
    x = 0
    for n in range(80_000):
        x = many(n, c=4)
    return x


def work_pymethod(shared, thread):
    counter = Counter()
    for _ in range(100_000):
        counter.bump(1)
    return counter.n


def work_class_and_static_method(shared, thread):
    x = 0
    for n in range(60_000):
        x = Counter.one(n) + Counter.two(n)
    return x


def work_super_call(shared, thread):
    derived = Derived()
    x = 0
    for _ in range(60_000):
        x = derived.step(x)
    return x


def work_method_caller(shared, thread):
    call = methodcaller("bump", 1)
    counter = Counter()
    for _ in range(50_000):
        call(counter)
    return counter.n


def work_string_constant(shared, thread):
    text = ""
    for _ in range(300_000):
        text = "a constant of this function"
    return text


def work_tuple_constant(shared, thread):
    pair = ()
    for _ in range(300_000):
        pair = (1, "two", 3)
    return pair


def work_create_object(shared, thread):
    for _ in range(80_000):
        Empty()
    return 0


def work_create_instance(shared, thread):
    for _ in range(50_000):
        Counter()
    return 0


def work_create_dataclass(shared, thread):
    for n in range(40_000):
        Point(x=1, y=2, z=n)
    return 0


def work_create_namedtuple(shared, thread):
    for n in range(40_000):
        Pair(n, n)
    return 0


def work_create_closure(shared, thread):
    total = 0
    for n in range(60_000):
        total += (lambda x: x + n)(1)
    return total


def work_create_dict(shared, thread):
    for n in range(60_000):
        d = {"key": "value", "other": n}
    return len(d)


def work_dict_of_ints(shared, thread):
    d = {}
    for n in range(60_000):
        d[n & 1023] = n
    return len(d)


def work_generator(shared, thread):
    def numbers(n):
        for i in range(n):
            yield i

    total = 0
    for _ in range(60):
        for x in numbers(2_000):
            total += x
    return total


def prepare_thread_local():
    here = threading.local()
    here.x = 1
    return here


def work_thread_local(shared, thread):
    shared.x = 1
    total = 0
    for _ in range(80_000):
        total += shared.x
    return total


def work_enum_attribute(shared, thread):
    n = 0
    for _ in range(60_000):
        if Side.LEFT.value == 1 and Side.RIGHT.name == "RIGHT":
            n += 1
    return n


def work_setattr_made_name(shared, thread):
    thing = Empty()
    names = ["field_%d" % n for n in range(8)]
    for n in range(50_000):
        setattr(thing, names[n & 7], n)
    return getattr(thing, names[0])


def work_text_io(shared, thread):
    source = "a line of text\n" * 500
    n = 0
    for _ in range(20):
        for line in io.StringIO(source):
            n += len(line)
    return n


def work_deepcopy(shared, thread):
    tree = {"list": [1, 2], "tuple": (1, None)}
    for _ in range(1_200):
        copy.deepcopy(tree)
    return len(tree)


def work_exceptions(shared, thread):
    n = 0
    for i in range(30_000):
        try:
            raise ValueError(i)
        except ValueError:
            n += 1
    return n


def work_string_format(shared, thread):
    n = 0
    for i in range(40_000):
        n += len(f"{i}: {i + 1}")
    return n


def work_sort(shared, thread):
    n = 0
    for i in range(60):
        n += sorted(range(1_000), key=lambda x: -x)[0]
    return n
