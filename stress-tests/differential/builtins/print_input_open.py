# print, input and open: separators, flushing, files in text and binary mode, errors.
import io, os, sys, tempfile
print(1, 'a', None, sep='-', end='!\n'); print(sep='x'); print(*[1, 2], sep='\n'); print('a', end=''); print(); print(1, 2, sep=None, end=None, file=None, flush=True)
s = io.StringIO(); print('to', 'file', file=s, sep=', '); print(repr(s.getvalue()))
for code in ("print(1, sep=5)", "print(1, end=5)", "print(1, file=5)", "print(1, foo=1)", "open('/no/such/file')", "open('/')", "open('x', 'zz')", "open('x', 'rw')", "open('x', 'rbt')", "open('x', '')", "open('x', 'b')", "open('x', 'rb', encoding='utf-8')", "open('x', 'r', 0)", "open(5.5)", "open(-1)", "open('a\\0b')", "open('x', newline='z')", "open(None)", "open('x', opener=lambda *a: -1)", "open(99999)", "open('/dev/null', closefd=False)", "open('/dev/null', errors='nope').read()", "open('/dev/null', encoding='nope')"):
    try: print(code, type(eval(code)).__name__)
    except Exception as e: print(code, '->', type(e).__name__, e)
with tempfile.TemporaryDirectory() as d:
    p = os.path.join(d, 'f.txt')
    with open(p, 'w', encoding='utf-8', newline='') as f: print(f.write('line 1\nzwei é\r\nthree\rfour 日本\n'), f.tell(), f.writable(), f.readable(), f.seekable(), f.mode, f.encoding, f.closed, f.fileno() > 2, f.isatty())
    print(f.closed, os.path.getsize(p))
    with open(p, encoding='utf-8') as f: print(f.readline(), f.read(3), list(f), f.read(), repr(f.newlines)); f.seek(0); print(f.readlines(5)); f.seek(0); print([line for line in f][-1], next(f, 'end'))
    with open(p, encoding='utf-8', newline='') as f: print(f.readlines())
    with open(p, 'rb') as f: print(f.read(8), f.readline(), f.seek(-5, 2), f.read(), f.readinto(bytearray(3)), f.peek(1), type(f).__name__)
    with open(p, 'ab') as f: print(f.write(b'more'), f.tell())
    with open(p, 'r+b', buffering=0) as f: f.seek(2); f.write(b'XX'); f.seek(0); print(f.read(6), type(f).__name__, f.truncate(4)); f.seek(0); print(f.readall())
    with open(p, 'x' if not os.path.exists(p) else 'w+') as f: f.write('abc'); f.seek(1); print(f.read())
    try: open(p, 'x')
    except FileExistsError as e: print(e.errno, e.strerror)
    with open(p, 'w', encoding='ascii', errors='replace') as f: f.write('é!')
    print(open(p).read())
    for action in (lambda f: f.read(), lambda f: f.seek(1, 1), lambda f: f.seek(0, 9), lambda f: f.write(5), lambda f: f.write(b'x'), lambda f: f.writelines(['a', 'b']), lambda f: f.writelines([1]), lambda f: f.truncate(-1), lambda f: f.seek(-1)):
        with open(p, 'w') as f:
            try: print(action(f))
            except Exception as e: print(type(e).__name__, e)
    for action in ('f.read()', 'f.write("x")', 'next(f)', 'f.fileno()', 'f.seek(0)', 'f.__enter__()', 'f.readable()'):
        try: eval(action)
        except ValueError as e: print(action, e)
    with open(p, 'wb') as f: f.write(b'\xff\xfe')
    try: open(p, encoding='utf-8').read()
    except UnicodeDecodeError as e: print(e)
sys.stdin = io.StringIO('one\ntwo\nlast'); print(input(), input('prompt: '), input())
try: input()
except EOFError as e: print(e)
b = io.BytesIO(b'abc\ndef'); print(b.read(2), b.readline(), b.getvalue(), b.seek(0), b.readlines(), b.tell(), b.write(b'!'), bytes(b.getbuffer())); s = io.StringIO('a\r\nb', newline=None); print(s.readlines()); print('é日', flush=True); sys.stdout.write('w\n'); print(sys.stdout.encoding, sys.stdout.errors, sys.stdout.name)
