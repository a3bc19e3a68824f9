# Deep recursion ends in RecursionError, never in a crash; the limit can be read and set; all kinds of recursion.
import sys

print(sys.getrecursionlimit())


def depth(n=0):
    try:
        return depth(n + 1)
    except RecursionError:
        return n


print(900 < depth() <= 1000)


class R:
    def __repr__(self): return repr(self)
    def __eq__(self, o): return self == o
    def __getattr__(self, n): return getattr(self, n + 'x')
    def __add__(self, o): return self + o
    def __len__(self): return len(self)
    def __iter__(self): return iter(self)
    def __call__(self): return self()
    def __hash__(self): return hash(self)
    def __bool__(self): return bool(self)
    def __str__(self): return str(self)
    def __format__(self, s): return format(self, s)
    def __contains__(self, x): return x in self
    def __getitem__(self, i): return self[i]
    def __enter__(self):
        with self: pass
    def __exit__(self, *a): pass


r = R()
for name, f in dict(repr=lambda: repr(r), eq=lambda: r == 1, attr=lambda: r.a, add=lambda: r + 1, len=lambda: len(r), iter=lambda: iter(r), call=lambda: r(),
                    hash=lambda: hash(r), bool=lambda: bool(r), str=lambda: str(r), format=lambda: f'{r}', contains=lambda: 1 in r, item=lambda: r[0],
                    with_=lambda: r.__enter__(), sort=lambda: sorted([r, r], key=lambda x: x.q), map_=lambda: list(map(lambda f: r(), [1]))).items():
    try:
        f()
        print(name, 'no error')
    except RecursionError as e:
        print(name, str(e).split(' while')[0].split(' in ')[0])
    except Exception as e:
        print(name, type(e).__name__)
l = []
for _ in range(100000): l = [l]
try:
    repr(l)
except RecursionError as e:
    print('list repr', type(e).__name__)
try:
    l == eval('[' * 50 + ']' * 50)
    print('compared')
except RecursionError:
    print('list eq')
del l
t = ()
for _ in range(100000): t = (t,)
try:
    hash(t)
except RecursionError:
    print('hash')
del t


def gen(n): yield from gen(n + 1)


try:
    next(gen(0))
except RecursionError:
    print('yield from')
d = d2 = {}
for _ in range(100000): d2['k'] = {}; d2 = d2['k']
del d, d2
print('freed')
for source in ('(' * 5000 + ')' * 5000, '-' * 100000 + '1', 'x' + '.a' * 100000, '1' + '+1' * 50000, '[' * 300, 'f(' * 300 + ')' * 300, 'lambda: ' * 5000 + '1', 'not ' * 50000 + '1'):
    try:
        compile(source, '<deep>', 'eval')
        print('compiled' if len(source) < 200 else 'done')
    except (RecursionError, MemoryError, SyntaxError) as e:
        print('done')
sys.setrecursionlimit(3000)
print(2800 < depth() <= 3000)
for bad in (0, -1, 'a', 2**40):
    try:
        sys.setrecursionlimit(bad)
    except (ValueError, TypeError, OverflowError) as e:
        print(type(e).__name__, e)
def to(n): return 0 if n == 0 else 1 + to(n - 1)
print(to(2500))
sys.setrecursionlimit(50000)
print(to(40000))
