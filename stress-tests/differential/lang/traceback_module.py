# The traceback module on our exceptions: format_exception, walk, extract, TracebackException, limits.
import traceback


def a(): b()
def b(): c()
def c(): raise ValueError('deep')


try:
    a()
except ValueError as e:
    print(''.join(traceback.format_exception(e)))
    print(''.join(traceback.format_exception(e, limit=1)), ''.join(traceback.format_exception(e, limit=-1)))
    print(traceback.format_exception_only(e), [f.name for f in traceback.extract_tb(e.__traceback__)])
    te = traceback.TracebackException.from_exception(e, capture_locals=True)
    print(te.exc_type_str, str(te), [f.lineno for f in te.stack])
    for frame in traceback.extract_tb(e.__traceback__): print(frame.line, frame.lineno, frame.colno, frame.end_colno)
try:
    compile('x = = 1', 'src.py', 'exec')
except SyntaxError as e:
    print(''.join(traceback.format_exception_only(e)))
print([s.name for s in traceback.extract_stack()])


class Noisy(Exception):
    def __str__(self): raise RuntimeError


print(traceback.format_exception_only(Noisy()))
for e in (KeyError('k'), OSError(2, 'No such', 'file'), Exception(), Exception(''), Exception('a', 1), UnicodeDecodeError('utf-8', b'\xff', 0, 1, 'bad'), StopIteration(5), SystemExit(3), KeyboardInterrupt()):
    print(''.join(traceback.format_exception_only(e)), end='')
