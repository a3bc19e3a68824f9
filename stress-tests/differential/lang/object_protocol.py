# The special methods behind calls, repr, format, hashing, containers, numbers' conversions, and their bad results.
class V:
    def __init__(self, **k): self.__dict__.update(k)


def make(**methods): return type('X', (), {f'__{k}__': (lambda v: lambda self, *a: v)(v) for k, v in methods.items()})()


CASES = [
    (repr, dict(repr=5)), (repr, dict(repr='ok')), (str, dict(str=b'x')), (str, dict(repr='from repr')),
    (len, dict(len=-1)), (len, dict(len='a')), (len, dict(len=2**64)), (len, dict(len=True)), (len, {}),
    (hash, dict(hash='x')), (hash, dict(hash=2**64)), (hash, dict(hash=-1)), (hash, dict(hash=True)),
    (bool, dict(bool=1)), (bool, dict(len=0)), (int, dict(int='x')), (int, dict(int=5)), (int, dict(index=6)), (int, {}),
    (float, dict(float=1)), (float, dict(float=1.5)), (float, dict(index=3)), (float, {}),
    (complex, dict(complex=1)), (complex, dict(complex=1j)), (complex, dict(float=2.0)), (complex, dict(index=2)),
    (iter, dict(iter=5)), (iter, {}), (next, {}), (abs, {}), (reversed, {}), (bytes, dict(bytes='x')), (bytes, dict(bytes=b'ok')),
    (round, {}), (round, dict(round='r')), (format, dict(format=5)), (format, dict(format='fmt')), (dir, dict(dir=['b', 'a'])), (dir, dict(dir=5)),
    (hex, dict(index=255)), (hex, dict(index='x')), (range, dict(index=2)), (range, {}), (list, dict(len='x', iter=iter('ab'))),
    (lambda x: [10, 20, 30][x], dict(index=1)), (lambda x: [1][x], {}), (lambda x: 'ab' * x, dict(index=2)), (lambda x: x(), {}),
    (lambda x: x(1), dict(call='called')), (lambda x: x[0], {}), (lambda x: x[0:1], dict(getitem='item')), (lambda x: 1 in x, dict(contains=[])),
    (lambda x: 1 in x, {}), (lambda x: x.y, dict(getattr='attr')), (divmod, {}), (lambda x: divmod(x, 1), dict(divmod='dm')),
    (lambda x: divmod(1, x), dict(rdivmod='rdm')), (lambda x: pow(x, 2, 3), dict(pow='pw')), (lambda x: pow(2, x, 3), {}),
    (lambda x: f'{x!r:>5}', dict(repr='r')), (lambda x: f'{x:a}', {}), (lambda x: '%d' % x, dict(int=1)), (lambda x: '%d' % x, dict(index=9)),
    (lambda x: open(x), {}), (lambda x: x.__reduce_ex__(2)[0].__name__, {}), (lambda x: [*x], dict(iter=iter([1]))), (lambda x: {**x}, {}),
    (lambda x: x + 1, dict(radd=1)), (lambda x: 1 + x, dict(radd='radd')), (lambda x: x[1:2, ...], dict(getitem='multi')), (lambda x: -x, {}),
    (__import__('math').floor, dict(floor='fl')), (__import__('math').ceil, dict(float=1.5)), (__import__('math').trunc, {}),
    (__import__('operator').index, dict(index=True)), (__import__('operator').length_hint, dict(length_hint=5)), (__import__('operator').length_hint, dict(length_hint=-5)),
]
for n, (f, methods) in enumerate(CASES):
    try:
        r = f(make(**methods))
        print(n, repr(r) if not isinstance(r, (type(iter('')), type(iter([])))) else type(r).__name__)
    except Exception as e:
        print(n, type(e).__name__, str(e))


class Instance:
    def __init__(self): self.__len__ = lambda: 5


try:
    len(Instance())
except TypeError as e:
    print(e)


class Unhashable: __hash__ = None
class EqOnly:
    def __eq__(self, o): return True
class NoIter:
    __iter__ = None
    def __getitem__(self, i): return 1
class NoContains:
    __contains__ = None
    def __iter__(self): return iter([1])
class NoAdd:
    __add__ = None
class NoRadd:
    __radd__ = None


for f in (lambda: hash(Unhashable()), lambda: {EqOnly()}, lambda: iter(NoIter()), lambda: 1 in NoContains(), lambda: NoAdd() + 1,
          lambda: 1 + NoRadd(), lambda: hash([]), lambda: {[]: 1}, lambda: {{}}, lambda: hash((1, [])), lambda: {}[[]], lambda: hash(slice(1))  == hash(slice(1))):
    try:
        print(f())
    except TypeError as e:
        print(e)
print(hash(1) == hash(1.0) == hash(True), hash(-1), hash(-2), hash(2**61 - 1), hash(2**61), hash(0.5), hash(float('inf')), hash(1j), hash(None) == hash(None))
