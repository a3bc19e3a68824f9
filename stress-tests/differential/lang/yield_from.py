# Delegation: values, send and throw passed on, return value, iterators without send, closing.
import sys


def inner():
    try:
        received = yield 1
        print('  inner got', received)
        yield 2
    except ValueError as e:
        print('  inner caught', e)
        yield 'handled'
    finally:
        print('  inner finally')
    return 'inner result'


def outer():
    result = yield from inner()
    print('  result', result)
    return (yield from [10, 20])


o = outer()
print(next(o), o.gi_yieldfrom.__name__, o.send('hello'), next(o), next(o))
try:
    next(o)
except StopIteration as e:
    print(e.value)
o = outer()
next(o)
print(o.throw(ValueError('v')), next(o))
o = outer()
next(o)
o.close()
o = outer()
next(o)
try:
    o.throw(KeyError('k'))
except KeyError as e:
    print(repr(e))


def over(iterable): return (yield from iterable)


print(list(over('ab')), list(over({1: 2})), list(over(x for x in range(2))))
for bad in (5, None, object()):
    try:
        list(over(bad))
    except TypeError as e:
        print(e)
o = over(iter([1, 2]))
next(o)
try:
    o.send('x')
except AttributeError as e:
    print(e)


class Sender:
    def __iter__(self): return self
    def __next__(self): return 'next'
    def send(self, v): return ('send', v)
    def throw(self, e): return ('throw', repr(e))
    def close(self): print('  Sender.close')


o = over(Sender())
print(next(o), o.send(5), o.send(None), o.throw(ValueError(1)))
o.close()


class Stops:
    def __iter__(self): return self
    def __next__(self): raise StopIteration('from next')


def value_of(it):
    try:
        while True: next(it)
    except StopIteration as e: return e.value


print(value_of(over(Stops())))


def recursive(n):
    if n: yield from recursive(n - 1)
    yield n


print(sum(recursive(200)))


def raises():
    yield 1
    raise ValueError('deep')


def via(): yield from raises()


v = over(via())
next(v)
try:
    next(v)
except ValueError as e:
    tb, names = e.__traceback__, []
    while tb: names.append(tb.tb_frame.f_code.co_name); tb = tb.tb_next
    print(names)


def mutual():
    global m
    yield from m


m = mutual()
try:
    next(m)
except ValueError as e:
    print(e)


class CloseFails:
    def __iter__(self): return iter(self.gen())
    def gen(self):
        try: yield 1
        except GeneratorExit: raise OSError('on close')


o = over(CloseFails())
next(o)
try:
    o.close()
except OSError as e:
    print(e)
def swallow():
    try:
        yield from inner()
    except KeyError: yield 'swallowed'
s = swallow()
next(s)
print(s.throw(KeyError()), list(s))
