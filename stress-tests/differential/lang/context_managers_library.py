# contextlib on generators: contextmanager, suppress, closing, ExitStack, redirect, nullcontext.
import contextlib, io
@contextlib.contextmanager
def manager(name, swallow=False):
    print('enter', name)
    try: yield name.upper()
    except ValueError as e:
        print('caught', e)
        if not swallow: raise
    finally: print('exit', name)


with manager('a') as x, manager('b', True): print(x); raise ValueError('v')
try:
    with manager('c'): raise KeyError('k')
except KeyError as e: print(repr(e))
with contextlib.suppress(KeyError, IndexError): {}['x']
with contextlib.ExitStack() as stack:
    print([stack.enter_context(manager(n)) for n in 'de']); stack.callback(print, 'callback', 1); stack.push(lambda *e: print('pushed', e[0]))
try:
    with contextlib.ExitStack() as stack: stack.enter_context(manager('f', True)); stack.callback(lambda: 1 / 0); raise ValueError('in stack')
except ZeroDivisionError as e: print(e, repr(e.__context__))
with contextlib.redirect_stdout(io.StringIO()) as out: print('hidden')
print(repr(out.getvalue()))
class Res:
    def close(self): print('closed')
with contextlib.closing(Res()), contextlib.nullcontext(5) as five: print(five)
@manager('deco')
def decorated(): print('in decorated')
decorated(); decorated()
@contextlib.contextmanager
def twice(): yield 1; yield 2
@contextlib.contextmanager
def never():
    if False: yield
for m in (twice, never):
    try:
        with m(): pass
    except RuntimeError as e: print(e)
@contextlib.contextmanager
def replaces():
    try: yield
    except ValueError: raise TypeError('replaced')
try:
    with replaces(): raise ValueError('orig')
except TypeError as e: print(e, repr(e.__context__))
try:
    with contextlib.contextmanager(lambda: (yield))() as v: raise StopIteration('stop')
except StopIteration as e: print(repr(e))
