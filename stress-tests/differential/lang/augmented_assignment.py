# The target is evaluated once; in-place methods; fallbacks; tuples holding lists.
log = []


def index(value):
    log.append(value)
    return value


lst = [1, 2, 3]
lst[index(0)] += index(10)
lst[index(-1)] **= 2
print(lst, log)


class Acc:
    def __init__(self, v): self.v = v
    def __iadd__(self, o): self.v += o; return self
    def __isub__(self, o): return 'replaced'
    def __mul__(self, o): return Acc(self.v * o)
    def __rpow__(self, o): return f'{o} to acc'
    def __repr__(self): return f'Acc({self.v})'


a = b = Acc(1)
a += 5
print(a, a is b)
a *= 3
print(a, b, a is b)
a -= 1
print(a)
n = 2
n **= Acc(1)
print(n)
for op in '+ - * / // % ** << >> & | ^'.split():
    scope = {'x': 77}
    exec(f'x {op}= 3', scope)
    print(op, scope['x'], end='; ')
print()
l = m = [1]
l += [2]
l += (3,)
l += 'ab'
l *= 2
print(m, l is m)
s = t = 'a'
s += 'b'
s *= 2
print(s, t)
tup = ([], 1)
try:
    tup[0] += [1]
except TypeError as e:
    print(e, tup)
st = ss = {1, 2, 3}
st |= {4}
st &= {2, 3, 4}
st -= {3}
st ^= {9, 2}
print(sorted(ss), st is ss)
d = dd = {1: 1}
d |= {2: 2}
d |= [(3, 3)]
print(dd)
fs = f0 = frozenset({1})
fs |= {2}
print(sorted(fs), sorted(f0))
ba = bb = bytearray(b'x')
ba += b'yz'
ba *= 2
print(bb)
for code in ("x += 1", "[1] + 1", "l += 5", "l += None", "s += 1", "d |= 5", "st |= [1]", "del l[99]", "1 .x"):
    try:
        exec(code, {'l': [], 's': '', 'd': {}, 'st': set()})
    except Exception as e:
        print(code, '->', type(e).__name__, e)


def local():
    try:
        v += 1
    except UnboundLocalError as e:
        print(e)
    v = 1
    v += v + (v := 10)
    return v


print(local())


class Attr:
    x = 1


o = Attr()
o.x += 1
print(o.x, Attr.x, o.__dict__)
