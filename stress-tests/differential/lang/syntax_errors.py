# The texts and positions of syntax errors, many of them, through compile().
SOURCES = r'''
x = = 1
1 = x
x + 1 = 2
f() = 1
None = 1
True = 1
a, 1 = 2
(a, b): int = 1
[a]: int
x := 1
(x.y := 1)
x += y += 1
f() += 1
(a, b) += 1
del f()
del 1
del a + b
for 1 in x: pass
for f() in x: pass
with a as 1: pass
import a.b as c.d
from x import
from . import *, a
from x import (a, b
import
def f(a, a): pass
def f(a=1, b): pass
def f(*): pass
def f(*, **k): pass
def f(**k, a): pass
def f(/, a): pass
def f(a, /, b, /): pass
def f(*a, *b): pass
def f(None): pass
def f(a:=1): pass
lambda a, a: 0
lambda a=1, b: 0
f(a=1, 2)
f(**k, *a)
f(a=1, a=2)
f(1=2)
f(a+1=2)
f(True=1)
f(x for x in y, 1)
f(a b)
return
yield 1
await x
async for x in y: pass
async with x: pass
break
continue
def f(): break
nonlocal x
def f(): nonlocal zzz
def f(x): global x
def f(): x = 1; global x
def f(): print(x); global x
def f(): nonlocal x, x
class C: return 1
class C: yield
if x = 1: pass
if x
while x
for x in y
else: pass
elif x: pass
try: pass
try: x except: y
except: pass
match x: case
if 1: pass else: pass
print 1
print "a"
exec "x"
raise x, y
'abc
"abc
'abc"
"""abc
(
)
[1, 2
[1, 2)
(1]
{1: 2
{1: }
{1: 2, 3}
{1, 2: 3}
{**a, b}
[*a for a in b]
{**a for a in b}
(*a)
*a
*a, = *b
x = *a
print(*)
a b
a $ b
a ? b
a ! b
1a
0777
0b12
0o8
0xg
1__0
1_
1.e
1e+
0_7
1.2.3
5.real
x..y
x = 'a' b
"\N{nope}"
"\x1"
"\u12"
"\U99999999"
b"é"
f"{a b}"
@
@x
class
class C(: pass
def
def f: pass
def f(
lambda
not
x not y
x is not
x in
x if y
x if y else
[x for]
[x for x]
[for x in y]
x and
a = yield = b
(yield) = 1
[x := 1 for x in y]
[y := 1 for x in (z := y)]
class C: [a := 1 for x in y]
def f(): [x for x in y if (x := 1)]
async def f(): yield from x
def f(): async with x: pass
[await x for x in y]
def f(): await x
def f(): return (yield from await x)
from __future__ import nope
x = 1; from __future__ import annotations
from __future__ import braces
import *
def f(): from x import *
class C: from x import *
global x; x = 1
assert x = 1
assert (x, 'msg') = 1
with: pass
with a b: pass
try: pass; finally
case 1: pass
match x: pass
type X
a = 1 if 2 else 3 = 4
a.b:int=1,
x: int: str
-x = 1
not x = 1
x < y = 1
"a" = 1
f"a{x}" = 1
... = 1
[a, b()] = 1
{a} = 1
lambda: x = 1
(x for x in y) = 1
__debug__ = 1
def f(__debug__): pass
del __debug__
x.__debug__ = 1
a, b += 1
for x, in y: z = = 1
if (a := 1, b := 2: pass
“quoted”
x = 1 –2
'''.strip('\n').split('\n')
MULTI = ['if x:\npass', 'def f():\nx', '  x', 'x\n  y', 'if x:\n    a\n  b', 'class C:\n\ndef f(): pass', 'x = (1,\ny = 2', 'for x in y:\n', 'try:\n  x\ny', 'try:\n  x\nexcept A:\n  y\nexcept* B:\n  z',
         'try:\n  x\nexcept:\n  y\nexcept A:\n  z', 'match x:\n  case a:\n    1\n  case b:\n    2', 'match x:\n  case a | b: pass', 'match x:\n  case {**r, "a": 1}: pass', 'match x:\n  case C(a=1, a=2): pass',
         'match x:\n  case [a, a]: pass', 'match x:\n  case [*a, *b]: pass', 'match x:\n  case {1: a, 1: b}: pass', 'match x:\n  case C(a=1, b): pass', 'match x:\n  case -a: pass', 'match x:\n  case 1 + 2: pass',
         'match x:\n  case _ as y.z: pass', 'match x:\n  case a as _: pass', 'match x:\n  case (a as b) | c: pass', 'match x:\n  case {**_}: pass', 'match x:\n  case f"x": pass', 'try:\n  x\nexcept* A:\n  return' , 'def f():\n  try:\n    x\n  except* A:\n    return',
         'for x in y:\n  try:\n    x\n  except* A:\n    break', 'x = """\nabc', 'x = f"""\n{a', 'if 1:\n\tx\n        y', 'try:\n  pass\nexcept* :\n  pass', 'try:\n  a\nexcept A, B:\n  b', 'try:\n  a\nexcept A, B as c:\n  b', 'def f():\n  x = 1\n  def g():\n    nonlocal x\n    global x',
         'def f():\n  global a\n  nonlocal a', 'while 1:\n  def f():\n    break', 'x = 1\\', 'x = 1\\ \ny', 'a = {\n  1: 2\n  3: 4\n}', 'a = [\n  1\n  2\n]', 'f(\n  a\n  b\n)', 'with (a as b, c as d,: pass', 'x = 5\n\n\ny = = 3', 'elif x:\n  pass', 'def f():\n  """doc\n  x', '@x\nx = 1', 'async x', 'class C:\n  x\n   y']
for source in SOURCES + MULTI:
    try:
        compile(source, '<s>', 'exec')
        print(repr(source), 'ok')
    except SyntaxError as e:
        print(repr(source), '->', type(e).__name__, e.msg, (e.lineno, e.offset, e.end_lineno, e.end_offset), repr(e.text))
    except Exception as e:
        print(repr(source), '->', type(e).__name__, e)
