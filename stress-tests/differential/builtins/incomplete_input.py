# What codeop takes for the beginning of a program, what for a mistake.
import codeop
SOURCES = [
    'for i in x:\n  a(i)\nwhile True:', 'while True:', 'not("before"', 'if x:\n  y\nelse:', 'def f():', 'class A:\n def f(self):',
    'x = [1,', 'while True: pass', 'try:\n  x', 'import', 'from x import (', 'x = f"""\n{as\nb}', 'x = f"""\n{a\nb}',
    'x = f"""\n{a + \n', 'x = f"""\nabc', 'x = """\nabc', 'f"{a', 'f"""{', 'f"""{a:', 'f"""{a!', 'x = f"""\n{a}\nb',
    'x = f"""{a b}', 'x = """a" b', 'x = (1 2', 'x = [as', 'f"""{(', 'f"""{as', "f'{as", 'as', "f'''{a}{as", 'class C:\n  def f(self):\n    if x:',
    'if a:\n  b\n c', '@dec', 'x = 1 +', 'x = 1 + \\', 'with a as b,', 'lambda:', 'match x:\n  case 1:', 'async def f():\n  await',
]
for source in SOURCES:
    for flags in (0, codeop.PyCF_ONLY_AST):
        try: r = codeop.compile_command(source, symbol='exec', flags=flags); print(repr(source), r if r is None else 'code')
        except SyntaxError as e: print(repr(source), type(e).__name__, e.msg, e.lineno, e.offset)
