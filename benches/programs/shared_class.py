"""Two threads on one object: construction of one class, an Enum member, a dataclass."""

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    WARP = 1
    WEFT = 2


@dataclass
class Thread:
    kind: Kind
    length: int


def work(shared, thread):
    total = 0
    for n in range(40_000):
        item = Thread(Kind.WEFT, n)
        total += item.length if item.kind is Kind.WEFT else 0
    return total
