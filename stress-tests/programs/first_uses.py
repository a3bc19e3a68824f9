"""Several threads are the first to use the library's types and modules, all at the same moment, in process after process."""

from _hammer import finish, run_children

CHILD = """
import sys, threading
def uses():
    async def stream(): yield 1
    async def wait(): pass
    def step():
        try: stream().__anext__().send(None)
        except StopIteration as e: assert e.value == 1
    def closes():
        try: stream().aclose().send(None)
        except StopIteration: pass
    def awaits():
        c = wait().__await__()
        assert list(c) == []
    def modules():
        import itertools, collections, operator, _struct, array, _random, datetime
        assert list(itertools.islice(itertools.count(3), 2)) == [3, 4]
        assert collections.deque([1]).pop() == 1
        assert operator.itemgetter(1)("ab") == "b"
        assert array.array("i", [1])[0] == 1
    def builtins_():
        assert list(zip(map(str, [1]), filter(None, [2]), enumerate("c"), reversed([4]))) == [("1", 2, (0, "c"), 4)]
        assert memoryview(b"ab")[1] == 98
        assert (int | str).__args__ == (int, str)
        assert list[int].__origin__ is list
        assert {1: 2}.items() & {(1, 2)} == {(1, 2)}
        assert sorted({}.keys() | {3}) == [3]
        assert isinstance(uses.__code__.co_positions(), object)
        assert list(uses.__code__.co_lines())
    def names():
        class C:
            x = property(lambda self: 1)
            s = staticmethod(len)
            c = classmethod(lambda cls: cls)
        assert (C().x, C.s("ab"), C.c()) == (1, 2, C)
        assert super(C, C()).__init__() is None
        assert str.__len__("a") == 1 and "".join.__self__ == ""
    return [step, closes, awaits, modules, builtins_, names]
kinds = uses()
first = int(sys.argv[1])
arrived = []
wrong = []
def run():
    arrived.append(1)
    while len(arrived) < 2: pass
    try:
        for k in range(len(kinds)): kinds[(first + k) % len(kinds)]()
    except BaseException as e:
        wrong.append(repr(e))
threads = [threading.Thread(target=run) for _ in range(2)]
for t in threads: t.start()
for t in threads: t.join()
if wrong: sys.exit(wrong[0])
"""
run_children(CHILD, 6)
finish()
