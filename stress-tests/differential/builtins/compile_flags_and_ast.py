# ast through the builtins: parse, dump, unparse, literal_eval, transformers, positions, compile of trees.
import ast
SOURCES = ['x = 1', 'def f(a, /, b: int = 2, *c, d=3, **e) -> str: return a', 'class C(B, metaclass=M): x: int = 5', 'for i in x:\n    break\nelse:\n    pass', 'with a as b, c: pass', 'try:\n    x\nexcept A as e:\n    y\nelse:\n    z\nfinally:\n    w', 'try:\n    x\nexcept* A:\n    y', 'match x:\n    case [1, *r] | {"k": v, **o} if g:\n        pass\n    case C(a, b=2) as q:\n        pass\n    case _:\n        pass', 'lambda x, *y, z=1: x', '[a for b in c if d for e in f]', '{**a, "b": c}', 'f(*a, b=1, **c)', 'f"a{x!r:>{w}}b"', 't"a{x}"', 'x[1:2, ::3, ...]', 'a if b else c', 'not a and b or c', 'a < b <= c is not d', '-x ** 2', 'async def f():\n    async for x in y:\n        await z', 'yield_ = (yield x)', 'global_ = [*a, b]', 'del a, b[0]', 'import a.b as c, d', 'from ..a import b as c', 'assert a, b', 'raise A from b', 'x: int', '(y := 5)', 'type X[T: int = str, *U, **P] = T', 'def f[T](x: T): pass', 'b"x" b"y"', '1_000 + 0x1F + 1e3 + 2j', '"a" "b"', '...', 'x @= y', 'nonlocal_ = lambda: (yield)', '@d\ndef f(): pass', 'while 1: continue']
for s in SOURCES:
    t = ast.parse(s)
    print(ast.dump(t)); u = ast.unparse(t); print('   ', repr(u), ast.dump(ast.parse(u)) == ast.dump(t))
t = ast.parse('x = (1 +\n  yy)'); n = t.body[0].value; print(n.lineno, n.col_offset, n.end_lineno, n.end_col_offset, ast.get_source_segment('x = (1 +\n  yy)', n.right), [type(c).__name__ for c in ast.walk(t)])
for s in ('1', '-1', '1+2j', '"a"', 'b"x"', '[1, (2,), {3: {4}}]', 'None', '...', 'set()', 'x', '1+1', 'f()', '[', '"a" "b"', '{**a}', '-"a"', ' 1'):
    try: print(s, ast.literal_eval(s))
    except Exception as e: print(s, type(e).__name__, str(e).split(':')[0].split('<')[0])
class Swap(ast.NodeTransformer):
    def visit_Constant(self, n): return ast.copy_location(ast.Constant(n.value * 2), n) if isinstance(n.value, int) else n
    def visit_Name(self, n): return n
t = ast.fix_missing_locations(Swap().visit(ast.parse('[1, 2, "a", x]', mode='eval'))); print(eval(compile(t, 'f', 'eval'), {'x': 9}))
for bad in (lambda: compile(ast.Module([], []), 'f', 'eval'), lambda: compile(ast.Expression(ast.Name('x')), 'f', 'eval'), lambda: compile(ast.Expression(ast.Constant([1], lineno=1, col_offset=0)), 'f', 'eval'), lambda: compile(ast.Module([ast.Expr(5)], []), 'f', 'exec'), lambda: ast.parse('x', mode='zz')):
    try: print(bad())
    except Exception as e: print(type(e).__name__, e)
print(ast.parse('x', mode='eval').body.id, ast.Name('a', ast.Load()).id, ast.Name._fields, isinstance(ast.Constant(1), ast.expr), ast.dump(ast.parse('x'), indent=1, include_attributes=True), ast.parse('def f():\n "doc"').body[0].body[0].value.value, ast.get_docstring(ast.parse('"mod doc"')), compile('x', 'f', 'eval', ast.PyCF_ONLY_AST).body.id)
