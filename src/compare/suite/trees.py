"""Each thread builds binary trees of its own and counts their nodes: many small objects, none of them shared."""

from _suite import parts, run

TREES, DEPTH = 1_000, 9


class Node:
    __slots__ = ("left", "right")

    def __init__(self, left, right):
        self.left = left
        self.right = right


def build(depth):
    return Node(build(depth - 1), build(depth - 1)) if depth else Node(None, None)


def size(node):
    return 1 if node.left is None else 1 + size(node.left) + size(node.right)


def work(numbers):
    return sum(size(build(DEPTH)) for _ in numbers)


print(sum(run(work, parts(TREES))))
