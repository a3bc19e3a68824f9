# send, throw, close, return values, states, re-entry, yield as expression, finalisation.
def g1():
    x = yield 1
    print('  got', x)
    y = yield x
    print('  got', y)
    return 'result'


it = g1()
print(it.gi_running, it.gi_suspended, it.gi_yieldfrom, next(it), it.send('a'))
try:
    it.send('b')
except StopIteration as e:
    print(repr(e), e.value)
try:
    next(it)
except StopIteration as e:
    print(repr(e))
print(it.gi_frame, it.gi_suspended)
fresh = g1()
try:
    fresh.send(1)
except TypeError as e:
    print(e)
fresh.send(None)
try:
    fresh.throw(KeyError, 'old style')
except KeyError as e:
    print(repr(e))
except TypeError as e:
    print(e)
print(list(fresh))


def catching():
    while True:
        try:
            v = yield
            print('  v', v)
        except ValueError as e:
            print('  caught', e)
        except GeneratorExit:
            print('  closing')
            return 'closed value'


c = catching()
next(c)
c.send(1)
c.throw(ValueError('x'))
print(c.close(), c.close())


def stubborn():
    try:
        yield 1
    except GeneratorExit:
        yield 2


s = stubborn()
next(s)
try:
    s.close()
except RuntimeError as e:
    print(e)


def reenter():
    yield next(me)


me = reenter()
try:
    next(me)
except ValueError as e:
    print(e)


def stop():
    yield 1
    raise StopIteration('inner')


try:
    list(stop())
except RuntimeError as e:
    print(e, repr(e.__cause__))


def expressions():
    print('  ', (yield), [(yield 'a'), (yield 'b')], (yield 'c') + (yield 'd'))
    (yield)
    x = yield
    y = yield x, 1
    z = lambda: (yield 5)
    print('  lambda', list(z()))


e = expressions()
next(e)
print([e.send(i) for i in range(1, 8)])
unstarted = g1()
try:
    unstarted.throw(ValueError('before start'))
except ValueError as err:
    print(err, list(unstarted))
unstarted = g1()
unstarted.close()
print(list(unstarted))


def fib():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b


from itertools import islice
print(list(islice(fib(), 15)))


def finaliser():
    try:
        yield 1
    finally:
        print('  finalised')


f = finaliser()
next(f)
del f


def tree(n): yield from (tree(n - 1) if n else ()); yield n


print(list(tree(5)))
print(type(it).__name__, it.__name__, it.__qualname__, g1.__code__.co_flags & 0x20)
it.__name__ = 'renamed'
print(it.__name__, repr(it)[:25])
try:
    it.__name__ = 5
except TypeError as err:
    print(err)
try:
    (yield_ := 1) and iter(it) is it and it.send()
except TypeError as err:
    print(err)


def exception_state():
    import sys
    try:
        raise ValueError('mine')
    except ValueError:
        yield repr(sys.exception())
        yield repr(sys.exception())


x = exception_state()
try:
    raise KeyError('outer')
except KeyError:
    print(next(x), repr(__import__('sys').exception()))
print(next(x), __import__('sys').exception())
