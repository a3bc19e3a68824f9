# Every binary and unary operator, its reflection and its in-place form, with the order in which they are tried.
import operator

OPS = ['+', '-', '*', '/', '//', '%', '@', '**', '<<', '>>', '&', '|', '^']
NAMES = ['add', 'sub', 'mul', 'truediv', 'floordiv', 'mod', 'matmul', 'pow', 'lshift', 'rshift', 'and', 'or', 'xor']


def recorder(kind, result):
    def method(self, other, *rest):
        print('  ', type(self).__name__, kind, type(other).__name__)
        return result
    return method


class Both: pass
class Derived(Both): pass
class Other: pass
class Shy: pass


for name in NAMES:
    setattr(Both, f'__{name}__', recorder(name, 'both'))
    setattr(Derived, f'__r{name}__', recorder('r' + name, 'derived'))
    setattr(Other, f'__r{name}__', recorder('r' + name, 'other'))
    setattr(Shy, f'__{name}__', recorder(name, NotImplemented))
    setattr(Shy, f'__i{name}__', recorder('i' + name, NotImplemented))

for op, name in zip(OPS, NAMES):
    print(op)
    print(eval(f'Both() {op} Other()'), eval(f'Shy() {op} Other()'), eval(f'Both() {op} Derived()'))
    try:
        eval(f'Shy() {op} Shy()')
    except TypeError as e:
        print(e)
    scope = {'x': Shy(), 'Other': Other, 'Shy': Shy}
    exec(f'x {op}= Other()', scope)
    print(scope['x'])
    scope['x'] = Shy()
    try:
        exec(f'x {op}= Shy()', scope)
    except TypeError as e:
        print(e)

for bad in ["1 + 'a'", "'a' + 1", "[] + ()", "{} | []", "-'a'", "~1.5", "+[]", "1 @ 2", "'a' - 'b'", "None + None",
            "1 << 1.0", "3 < 'a'", "[] < ()", "1 in 2", "{} < {}", "(1j) < 2", "2 ** 'x'", "'%d' % 'x'", "not_here",
            "1 << -1", "1 // 0", "1 % 0", "1.0 / 0", "0 ** -1", "0.0 ** -1", "1.5 // 0.0", "2j / 0", "pow(2, -1, 4)"]:
    try:
        print(bad, eval(bad))
    except Exception as e:
        print(bad, '->', type(e).__name__, e)


class Unary:
    def __neg__(self): return 'neg'
    def __pos__(self): return 'pos'
    def __invert__(self): return 'invert'
    def __abs__(self): return 'abs'


u = Unary()
print(-u, +u, ~u, abs(u), not u)
print(-True, +True, ~0, - - 1, -~5, ~-5, not not [])
print(operator.add(1, 2), operator.matmul.__name__)
