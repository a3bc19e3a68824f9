# __context__, __cause__, from None, notes, cycles, attributes; what `raise` and `with` do to them.
def chain(e):
    parts = []
    while e is not None and len(parts) < 8:
        parts.append(repr(e))
        if e.__cause__ is not None: parts.append('<-cause-'); e = e.__cause__
        elif e.__context__ is not None and not e.__suppress_context__: parts.append('<-context-'); e = e.__context__
        else: e = None
    return ' '.join(parts)


def attempt(f):
    try:
        f()
    except BaseException as e:
        print(f.__name__, chain(e), e.__suppress_context__)


def implicit():
    try: 1 / 0
    except ZeroDivisionError: [][1]


def explicit():
    try: 1 / 0
    except ZeroDivisionError as e: raise KeyError('k') from e


def suppressed():
    try: 1 / 0
    except ZeroDivisionError: raise KeyError('k') from None


def by_class():
    raise ValueError from KeyError


def three():
    try:
        try: 1 / 0
        finally: [].pop()
    except IndexError:
        {}['x']


def same_again():
    try: raise ValueError(1)
    except ValueError as e: raise e


def cycle():
    a, b = ValueError('a'), ValueError('b')
    try:
        try: raise a
        except ValueError: raise b
    except ValueError:
        raise a


def in_call():
    def inner(): raise TypeError('inner')
    try: raise ValueError('outer')
    except ValueError: inner()


def after_handled():
    try: raise ValueError('done')
    except ValueError: pass
    raise KeyError('fresh')


def in_with():
    class Manager:
        def __enter__(self): return self
        def __exit__(self, *a): raise RuntimeError('exit')
    with Manager(): raise ValueError('body')


def generator_throw():
    def g():
        try: yield
        except ValueError: raise KeyError('in g')
    it = g()
    next(it)
    it.throw(ValueError('thrown'))


def generator_context():
    def g():
        try: raise ValueError('g handles')
        except ValueError: yield
        raise KeyError('later')
    it = g()
    try: raise TypeError('outside')
    except TypeError:
        next(it)
        next(it)


for f in (implicit, explicit, suppressed, by_class, three, same_again, cycle, in_call, after_handled, in_with,
          generator_throw, generator_context):
    attempt(f)
e = ValueError('x', 1)
e.add_note('note one')
e.add_note('note two')
print(e.__notes__, e.args, str(e), repr(e))
for bad in (lambda: e.add_note(5), lambda: setattr(e, '__cause__', 5), lambda: setattr(e, '__traceback__', 5),
            lambda: setattr(e, 'args', 5), lambda: delattr(e, '__context__'), lambda: delattr(e, 'args')):
    try:
        bad()
    except TypeError as err:
        print(err)
e.__cause__ = KeyError()
print(e.__suppress_context__)
e.__suppress_context__ = False
print(repr(e.__cause__))
print(repr(e.with_traceback(None)), e.__traceback__)


class Mine(Exception):
    def __init__(self, a, b=2): super().__init__(a); self.b = b
    def __str__(self): return f'Mine {self.args} {self.b}'


try:
    raise Mine(1, b=3)
except Mine as m:
    print(m, repr(m), m.__traceback__.tb_lineno, m.__traceback__.tb_frame.f_code.co_name)
print(repr(ValueError()), repr(ValueError('a')), repr(ValueError('a', 'b')), str(ValueError()), str(KeyError('k')),
      str(ValueError('a', 'b')), ValueError('a') == ValueError('a'))
