# Every kind of pattern, guards, binding, and the failures of class patterns.
import collections


class Point:
    __match_args__ = ('x', 'y')
    def __init__(self, x, y): self.x, self.y = x, y


class Color:
    RED = 1
    class Deep: GREEN = 2


def kind(v):
    match v:
        case None: return 'None'
        case True: return 'True'
        case 0: return 'zero'
        case -1: return 'minus one'
        case 3.5 | -2.5: return 'float'
        case 1 + 2j | -3 - 4j: return 'complex'
        case 'text' 'joined': return 'str'
        case b'bytes': return 'bytes'
        case Color.Deep.GREEN: return 'green'
        case []: return 'empty'
        case [x]: return f'one {x}'
        case [1, *rest]: return f'1 then {rest}'
        case (x, y) if x == y: return f'pair of {x}'
        case (first, *_, last): return f'{first}..{last}'
        case {}if not v: return 'empty mapping'
        case {'k': value, **others} if others: return f'k={value} and {others}'
        case {'k': [a, b] | (a, b, _)}: return f'k seq {a} {b}'
        case {'n': {'deep': Point(x=0)}}: return 'deep zero'
        case {Color.RED: r}: return f'red {r}'
        case Point(0, 0): return 'origin'
        case Point(x, y=0): return f'on x at {x}'
        case Point(x=xx, y=yy) as p if xx > yy: return f'below {xx} {yy} {p is v}'
        case Point(): return 'point'
        case int(n): return f'int {n}'
        case str() as s: return f'str {s!r}'
        case float() | complex(): return 'other number'
        case {'a': 1, 'b': (2 | 3) as b}: return f'ab {b}'
        case set() | frozenset(): return 'set'
        case bytes(bs): return f'bytes {bs}'
        case _: return f'other {type(v).__name__}'


for v in (None, True, 0, 0.0, False, -1, 3.5, -2.5, 1 + 2j, -3 - 4j, 'textjoined', b'bytes', 2, [], (), [9], (8,), [1, 2, 3], (5, 5),
          (4, 5, 6), 'ab', b'ab', bytearray(b'ab'), {}, {'k': 1, 'z': 2}, {'k': [1, 2]}, {'k': (1, 2, 3)}, {'k': 1}, {'n': {'deep': Point(0, 5)}},
          {1: 'r'}, Point(0, 0), Point(3, 0), Point(5, 4), Point(1, 2), 42, 'other', 2.25, 7j, {'a': 1, 'b': 3}, {1, 2}, range(3),
          collections.deque([1, 7]), collections.OrderedDict(k=5), collections.UserDict(k=[1, 2]), iter([]), object()):
    r = kind(v)
    print(repr(v) if not 'object at' in repr(v) else type(v).__name__, '=>', r)


class Loud:
    def __eq__(self, o): print('  eq', o); return False


match Loud():
    case 1: pass
    case 'a' | 'b': pass
    case None: pass
    case Color.RED: pass
    case x: print('capture', type(x).__name__)


def bad(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


class NoArgs: pass
class WrongArgs: __match_args__ = ['a']
class WrongItem: __match_args__ = (5,)
class Dup: __match_args__ = ('a', 'a'); a = 1


def m1():
    match NoArgs():
        case NoArgs(1): return 1
def m2():
    match Point(1, 2):
        case Point(1, 2, 3): return 1
def m3():
    match WrongArgs():
        case WrongArgs(1): return 1
def m4():
    match WrongItem():
        case WrongItem(1): return 1
def m5():
    match Point(1, 2):
        case Point(1, x=1): return 1
def m6():
    match Dup():
        case Dup(1, 1): return 1
def m7():
    match 5:
        case kind(): return 1
def m8():
    match 5:
        case int(5, real=5, imag=0): return 'matched'
def m9():
    match 5:
        case int(5, 6): return 1
def m10():
    match {'a': 1}:
        case {Color.RED: 1, Color.RED: 2}: return 1
    return 'no'
def m11():
    match {'a': 1, 1: 2}:
        case {Color.RED: 2, Color.Deep.GREEN: 2}: return 1
        case {Color.RED: 2, **r}: return r


for f in (m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11): bad(f)
match = case = type = 5
match, case
print(match + case, match[0] if False else match)
match (case):
    case 5: print('soft keywords')
match 1, 2:
    case 1, x: print(x)
match *[1, 2], 3:
    case [a, *b]: print(a, b)
match x := 5:
    case 5 as y: print(x, y)
for n in range(4):
    match n:
        case 0: continue
        case 2: break
    print(n)


def fallthrough(x):
    match x:
        case [y, 1]: pass
        case [z, 2]: pass
    return sorted(locals())


print(fallthrough([5, 2]), fallthrough(5))
