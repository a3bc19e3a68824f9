# StopIteration ends an iteration, whoever raised it; a generator's return value is for `yield from` and `next` only.
def g():
    yield 1
    return 'result'
print(list(g()), tuple(g()), [*g()], {*g()}, dict(zip(g(), g())), sum(g()), max(g()), sorted(g()), list(map(str, g())))
a, = g(); print(a, 1 in g(), 2 in g(), list(enumerate(g())), ''.join(map(str, g())))
it = g(); next(it)
try: next(it)
except StopIteration as e: print(e.value, e.args)
print(next(it, 'default'))
def f(x):
    if x == 2: raise StopIteration('early')
    return x
print(list(map(f, range(5))), list(filter(f, range(1, 5))))
class I:
    def __iter__(self): return self
    def __next__(self): raise StopIteration(5)
def delegating(): print((yield from I()))
print(list(delegating()), list(I()))
try: next(I())
except StopIteration as e: print(e.value)
# A hash is any 64-bit number, not one reduced as an int's is.
class Key:
    def __init__(self, s): self.s = s
    def __hash__(self): return hash(self.s)
    def __eq__(self, other): return (other.s if isinstance(other, Key) else other) == self.s
print(all({str(i): i}[Key(str(i))] == i for i in range(200)), all(hash(Key(str(i))) == hash(str(i)) for i in range(200)), hash(Key(True)))
# A generator that throws on is on the stack of what it throws into.
import sys
def names():
    f, out = sys._getframe(1), []
    while f: out.append(f.f_code.co_name); f = f.f_back
    return out[:out.index('<module>')]
def inner():
    try: yield
    except KeyError: yield names()
def outer(): yield from inner()
o = outer(); next(o); print(o.throw(KeyError))
def handling():
    try: raise KeyError('a')
    except KeyError: yield
h = handling(); next(h)
try: h.throw(ValueError)
except ValueError as e: print(repr(e.__context__))
