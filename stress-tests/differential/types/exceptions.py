# The exception classes: hierarchy, arguments, attributes, repr and str.
import builtins
def tree(cls, depth=0):
    print('  ' * depth + cls.__name__)
    for sub in sorted(cls.__subclasses__(), key=lambda c: c.__name__):
        if sub.__module__ == 'builtins': tree(sub, depth + 1)


tree(BaseException)
for e in (OSError(), OSError(1), OSError(2, 'msg'), OSError(2, 'msg', 'file'), OSError(2, 'msg', 'a', None, 'b'), OSError(2, 'm', 'f', 0), OSError(13, 'm'), OSError(17, 'm'), OSError('only'), OSError(1, 2, 3, 4, 5, 6), FileNotFoundError('x'), BlockingIOError(11, 'm', 5), ConnectionError(104, 'reset'), TimeoutError(), OSError(110, 't'), OSError(9999, 'x'), IOError(2, b'bytes'), OSError(2, 'msg', b'bfile')):
    print(type(e).__name__, repr(e), str(e), e.args, e.errno, e.strerror, e.filename, e.filename2, getattr(e, 'characters_written', None) if 'B' in type(e).__name__[:1] and e.args[2:] else '')
for e in (StopIteration(), StopIteration(1), StopIteration(1, 2), SystemExit(), SystemExit(5), SystemExit('a', 'b'), KeyError(), KeyError('k'), KeyError('a', 'b'), ImportError('m', name='n', path='p'), ModuleNotFoundError('m'), NameError('m', name='n'), AttributeError('m', name='n', obj=5), UnicodeDecodeError('utf-8', b'ab\xff', 2, 3, 'why'), UnicodeEncodeError('ascii', 'aé日', 1, 3, 'why'), UnicodeTranslateError('aé', 1, 2, 'why'), SyntaxError('m'), SyntaxError('m', ('f', 3, 4, 'text')), SyntaxError('m', ('f', 3, 4, 'text', 3, 9)), IndentationError('m', ('f', 1, 2, 't')), AssertionError(), Exception(Exception('in')), Exception(1, 'a', None), ValueError(''), MemoryError(), RecursionError('r'), BaseException(5), GeneratorExit(), StopAsyncIteration(7), EOFError('eof')):
    print(type(e).__name__, repr(e), '|', str(e), '|', e.args, {n: getattr(e, n) for n in ('value', 'code', 'name', 'path', 'obj', 'start', 'end', 'reason', 'encoding', 'object', 'msg', 'lineno', 'offset', 'text', 'filename', 'end_lineno', 'end_offset', 'print_file_and_line') if hasattr(e, n)})
for code in ("KeyError(a=1)", "ImportError(foo=1)", "OSError(errno=1)", "UnicodeDecodeError()", "UnicodeDecodeError('a', 'b', 0, 1, 'c')", "UnicodeEncodeError(1, 'b', 0, 1, 'c')", "SyntaxError('m', 5)", "SyntaxError('m', (1,))", "BaseException.__new__()", "Exception().with_traceback(5)", "Exception().add_note()", "StopIteration(x=1)", "AttributeError('a', foo=1)", "Exception().__setstate__(5)", "raise Exception", "Exception.x", "Exception() < Exception()", "NameError('x', 'y').name"):
    try: exec(code) if code.startswith('raise') else print(code, eval(code))
    except Exception as e: print(code, '->', type(e).__name__, e)
e = Exception(1); e.attr = 5; e.__setstate__({'more': 6}); print(e.__dict__, e.__reduce__(), Exception.__doc__, e.args); e.args = 'ab'; print(e.args, e); e.__init__(7, 8); print(e.args)
class Own(ValueError):
    def __init__(self, code): self.code = code
o = Own(5); print(o.args, repr(o), str(o), o.code)
class Own2(Exception):
    def __new__(cls, *a): o = super().__new__(cls, *a); o.made = True; return o
    def __init__(self): pass
    def __repr__(self): return 'own repr'
print(Own2().made, repr(Own2()), str(Own2()), [Own2()])
class Multi(KeyError, AttributeError): pass
print(Multi('m'), Multi.__mro__[1:4])
try:
    class Conflict(OSError, SyntaxError): pass
except TypeError as x: print(x)
import pickle, copy
for e in (ValueError(1, 2), OSError(2, 'm', 'f'), KeyError('k'), ImportError('m', name='n'), UnicodeDecodeError('u', b'\xff', 0, 1, 'r'), StopIteration(3), ExceptionGroup('g', [ValueError(1)])):
    c = pickle.loads(pickle.dumps(e)); print(repr(c), c.args == e.args or type(e) is ExceptionGroup, repr(copy.copy(e)))
print(issubclass(IOError, OSError), IOError is OSError, EnvironmentError is OSError, sorted(n for n in dir(builtins) if n.endswith('Warning')))
