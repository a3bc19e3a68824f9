# enumerate, zip, map, filter, reversed, sorted, iter with sentinel in combination with user-defined iterables.
class Countdown:
    def __init__(self, n): self.n = n
    def __iter__(self): print('  iter'); return CountIter(self.n)
    def __len__(self): return self.n
    def __reversed__(self): return iter('reversed!')
    def __length_hint__(self): print('  hint'); return self.n
class CountIter:
    def __init__(self, n): self.n = n
    def __iter__(self): return self
    def __next__(self):
        if not self.n: raise StopIteration
        self.n -= 1; return self.n
    def __length_hint__(self): print('  iter hint'); return self.n
c = Countdown(3)
for f in (list, tuple, set, sorted, sum, max, min, enumerate, reversed, lambda x: list(map(str, x)), lambda x: list(zip(x, x)), lambda x: dict.fromkeys(x), lambda x: [*x], lambda x: (*x,), lambda x: ''.join(map(str, x)), any, all, lambda x: 1 in x, lambda x: [].extend(x), lambda x: bytes(x), lambda x: list(filter(None, x)), iter, lambda x: print(*x), lambda x: (lambda *a: a)(*x), lambda x: dict(enumerate(x)), frozenset, lambda x: bytearray(x), lambda x: __import__('collections').deque(x, maxlen=2), lambda x: list(iter(iter(x).__next__, 1))):
    r = f(c)
    print(r if not hasattr(r, '__next__') else type(r).__name__ + str(list(r)))
class BadHint:
    def __iter__(self): return iter([1])
    def __length_hint__(self): return bad
for bad in (-1, 'a', 1.5, NotImplemented, 2**100, None):
    try: print(list(BadHint()))
    except Exception as e: print(type(e).__name__, e)
class BadLen:
    def __iter__(self): return iter([1])
    def __len__(self): raise exc
for exc in (TypeError('t'), ValueError('v'), AttributeError('a')):
    try: print(list(BadLen()))
    except Exception as e: print(type(e).__name__, e)
class Raises:
    def __iter__(self): raise ZeroDivisionError('in iter')
class RaisesNext:
    def __iter__(self): return self
    def __next__(self): raise KeyError('in next')
for x in (Raises(), RaisesNext()):
    for f in (list, tuple, set, dict, sorted, sum, max, lambda v: [*v], lambda v: print(*v), lambda v: 1 in v, lambda v: list(zip([1], v)), lambda v: next(iter(v)), lambda v: ''.join(v), lambda v: bytes(v), lambda v: [].extend(v), lambda v: {}.update(v), any, lambda v: list(map(str, v)), enumerate, lambda v: dict.fromkeys(v)):
        try: f(x); print('no error', end=' ')
        except Exception as e: print(type(e).__name__, end=' ')
    print()
e = enumerate(['a', 'b'], start=10); print(next(e), list(e)); z = zip('ab', 'cd', 'ef'); print(next(z), list(z)); r = reversed('abc'); print(next(r), list(r))
class Seq:
    def __len__(self): return 3
    def __getitem__(self, i): return f'item {i}'
print(list(reversed(Seq())), next(iter(Seq())), [x for x, _ in zip(Seq(), range(5))])
class NoRev: __reversed__ = None
try: reversed(NoRev())
except TypeError as e: print(e)
