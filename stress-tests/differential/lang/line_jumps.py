# frame.f_lineno set in a trace function: where control may go, and where it may not.
import sys, warnings


def run(f, first, second, event='line'):
    """Calls f; before its line `first` (counted from the def) jumps to line `second`."""
    out, done = [], []

    def trace(frame, what, arg):
        if frame.f_code is not f.__code__ and frame.f_code.co_name != 'inner':
            return None
        line = frame.f_lineno - f.__code__.co_firstlineno
        if what == event and line == first and not done:
            done.append(1)
            try:
                frame.f_lineno = f.__code__.co_firstlineno + second
            except ValueError as e:
                out.append(f'{type(e).__name__}: {e}')
        return trace

    sys.settrace(trace)
    try:
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter('always')
            r = f(out)
    except Exception as e:
        r = f'{type(e).__name__}: {e}'
    sys.settrace(None)
    print(f.__name__, first, second, event, out, r, [str(w.message) for w in seen], sys.exception())


def straight(out):
    out.append(1)
    out.append(2)
    out.append(3)
    return 'end'


def unbound(out):
    out.append('start')
    x = 1
    y = 2
    out.append((x, y))


def loop(out):
    out.append('before')
    for i in [1, 2, 3]:
        out.append(i)
    out.append('after')
    while len(out) < 20:
        out.append('w')
        break
    return out[-1]


def handler(out):
    try:
        out.append('try')
        1 / 0
        out.append('not here')
    except ZeroDivisionError as e:
        out.append(type(sys.exception()).__name__)
        out.append(e is not None)
    else:
        out.append('else')
    finally:
        out.append('finally')
    out.append(sys.exception())
    return 'end'


class Context:
    def __enter__(self): return 'in'
    def __exit__(self, *a): return False


def with_block(out):
    out.append('a')
    with Context() as c:
        out.append(c)
        out.append('b')
    out.append('c')
    return 'end'


def nested(out):
    for a in (1, 2):
        for b in (3, 4):
            out.append((a, b))
        out.append('inner done')
    return [x for x in out if x == 'inner done']


def comprehension(out):
    out.append('a')
    v = [k
         for k in (1, 2)
         if k]
    out.append(v)
    return 'end'


def twice(out):
    try:
        try:
            1 / 0
        except ZeroDivisionError:
            try:
                {}['k']
            except KeyError:
                out.append(type(sys.exception()).__name__)
                out.append('in both')
            out.append(type(sys.exception()).__name__)
        out.append(sys.exception())
    finally:
        out.append('outer finally')
    return sys.exception()


def closure(out):
    x = 5
    def inner(): return x
    out.append(x)
    x = 6
    out.append(inner())


def returns(out):
    out.append(1)
    return 2


for a, b in [(1, 3), (3, 1), (2, 4), (1, 1), (1, 0), (1, -1), (1, 99), (4, 2)]:
    run(straight, a, b)
for a, b in [(1, 4), (2, 4), (1, 3), (3, 4)]:
    run(unbound, a, b)
for a, b in [(1, 3), (1, 4), (3, 4), (3, 2), (3, 1), (4, 3), (1, 5), (1, 6), (6, 2), (6, 8)]:
    run(loop, a, b)
for a, b in [(2, 4), (2, 6), (2, 9), (2, 11), (6, 11), (6, 2), (6, 13), (12, 6), (1, 8), (7, 13), (13, 2), (11, 2)]:
    run(handler, a, b)
for a, b in [(1, 3), (1, 5), (3, 5), (3, 1), (4, 2), (5, 3), (3, 6)]:
    run(with_block, a, b)
for a, b in [(3, 2), (3, 4), (3, 5), (4, 2), (4, 3), (1, 3), (5, 1)]:
    run(nested, a, b)
for a, b in [(1, 2), (1, 5), (5, 1), (1, 6)]:
    run(comprehension, a, b)
for a, b in [(8, 10), (8, 11), (8, 13), (8, 14), (9, 3), (3, 8), (11, 8), (13, 1)]:
    run(twice, a, b)
for a, b in [(1, 3), (3, 1), (4, 5), (2, 5)]:
    run(closure, a, b)
for a, b, e in [(1, 2, 'call'), (2, 1, 'return'), (0, 2, 'call'), (1, 2, 'line')]:
    run(returns, a, b, e)


def generator():
    yield 1
    yield 2
    yield 3


def step(gen, line, event):
    got = []

    def trace(frame, what, arg):
        if frame.f_code is generator.__code__ and what == event:
            try: frame.f_lineno = generator.__code__.co_firstlineno + line
            except ValueError as e: got.append(str(e))
            sys.settrace(None)
            return None
        return trace
    sys.settrace(trace)
    try: got.append(next(gen))
    except StopIteration: got.append('stop')
    sys.settrace(None)
    got.extend(gen)
    print('generator', line, event, got)


for e in ('call', 'line', 'return'):
    step(generator(), 3, e)
for bad in ('x', 1.5, None, 2**80):
    try: sys._getframe().f_lineno = bad
    except (ValueError, OverflowError) as e: print(type(e).__name__, e)
try: del sys._getframe().f_lineno
except (ValueError, AttributeError) as e: print(type(e).__name__, e)
try: sys._getframe().f_lineno = 5
except ValueError as e: print(e)
