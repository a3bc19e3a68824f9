# try in all its flows: except order, else, finally overriding return/break/continue, nested, re-raise.
import sys


def trace(*a): print('  ', *a)


def flow(kind):
    try:
        trace('try')
        if kind == 'return': return 'from try'
        if kind == 'value': raise ValueError('v')
        if kind == 'key': raise KeyError('k')
        if kind == 'other': raise OSError('o')
    except ValueError as e:
        trace('except ValueError', e)
        return 'from except'
    except (KeyError, IndexError) as e:
        trace('except tuple', repr(e))
    else:
        trace('else')
        return 'from else'
    finally:
        trace('finally', sys.exception())
    return 'after'


for kind in ('none', 'return', 'value', 'key', 'other'):
    try:
        print(kind, flow(kind))
    except OSError as e:
        print(kind, 'raised', e)


def finally_values():
    x = 1
    try:
        return x
    finally:
        x = 2


print(finally_values())


def nested():
    for i in range(5):
        try:
            try:
                if i == 1: continue
                if i == 3: break
                trace('body', i)
            finally:
                trace('inner', i)
        finally:
            trace('outer', i)
    else:
        return 'no break'
    return 'broke'


print(nested())


def raise_in_finally():
    try:
        raise ValueError(1)
    finally:
        raise TypeError(2)


try:
    raise_in_finally()
except TypeError as e:
    print(repr(e), repr(e.__context__), e.__cause__, e.__suppress_context__)


def except_variable():
    e = 'before'
    try:
        raise ValueError
    except ValueError as e:
        pass
    try:
        return e
    except UnboundLocalError as err:
        return str(err)


print(except_variable())
try:
    raise ValueError('x')
except ValueError as e:
    del e
try:
    e
except NameError as n:
    print(n)
try:
    try:
        raise ValueError('first')
    except ValueError:
        try:
            raise KeyError('second')
        except KeyError:
            pass
        trace('exception is', repr(sys.exception()))
        raise
except ValueError as e:
    print('again', e, e.__context__)
trace(sys.exception())
try:
    raise
except RuntimeError as e:
    print(e)
for bad in (5, 'str', None, object, [ValueError], (ValueError, 5)):
    try:
        try:
            raise ValueError
        except bad:
            pass
    except TypeError as e:
        print(e, repr(e.__context__))
    except ValueError:
        print('?')
for bad in (5, 'str', None, object, object()):
    try:
        raise bad
    except TypeError as e:
        print(e)
try:
    raise ValueError from 5
except TypeError as e:
    print(e)


class Bad(Exception):
    def __new__(cls, *a): return 5


try:
    raise Bad
except TypeError as e:
    print(e)


def evaluated(v):
    trace('evaluated', v.__name__)
    return v


try:
    raise LookupError
except evaluated(KeyError): pass
except evaluated(LookupError): print('matched')
except evaluated(Exception): pass


def generator():
    try:
        yield 1
        yield 2
    except ValueError:
        yield 'caught'
    finally:
        trace('generator finally')


g = generator()
print(next(g), g.throw(ValueError), list(g))
g = generator()
next(g)
g.close()
while True:
    try:
        break
    finally:
        trace('finally on break')
def no_except():
    try: pass
    finally: trace('plain finally')
    try: trace('t')
    except: trace('never')
    else: trace('e')
no_except()
try: 1 / 0
except: print('bare', repr(sys.exc_info()[1]), sys.exc_info()[0] is ZeroDivisionError)
