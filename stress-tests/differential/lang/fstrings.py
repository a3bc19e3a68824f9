# Fields, conversions, format specs, nesting, =, quotes and comments inside (PEP 701), evaluation order.
name, n, pi = 'weft', 42, 3.14159
print(f'{name} {n} {pi:.2f} {name!r} {name!s} {name!a:>8} {{}} {{{n}}}')
print(f'{n=} {n = } {n=!r} {n=:>6} {name=!s:*^10} {n + 1=} { n  =  }')
print(f"{'nested ' + f'{n} {f"{name}"}'} {"same quotes"} {'\n'!r}")
print(f'''{
    n    # a comment
    +
    1
} {[
  1, 2
]}''')
width, prec = 10, 3
print(f'{pi:{width}.{prec}}|{pi:<{width}}|{name:{">"}{width}}|{n:{'0'}{width}b}|{name:{"*"}^{width}}')
print(f'{n:x} {n:#X} {n:o} {n:e} {n:,} {1234567:_} {-n:+} {n: } {n:05} {n:<5}| {0.5:%} {True:d} {True} {n:c}')
print(f'{lambda_ if (lambda_ := 5) else 0} {(lambda x: x * 2)(3)} {(y := 3)} {y} { {"a": 1}["a"] } {[i for i in range(3)]}')
print(f'{n!r:^{width}}' f'{name}' 'plain' rf'\n{n}' fr"\{n}" f'\x41\N{BULLET}{n}\t|', F'{n}', f'', f'{""}')
print(f'{1,} {1, 2} {*[1, 2], 3} {n if n else 0} {not n} {n == 42} {n != 1} {n >= 1} {"a" "b"}')


class F:
    def __format__(self, spec): return f'<{spec}>'
    def __repr__(self): return 'F()'
    def __str__(self): return 'str'


print(f'{F()} {F():spec} {F()!r} {F()!s:>5} {F():{n}:{{}}} {F()=} {F()=:x}' if False else f'{F()} {F():spec} {F()!r} {F()!s:>5} {F():{n}x} {F()=} {F()=:x}')
order = []


def o(v): order.append(v); return v


f'{o(1)}{o(2):{o(3)}}{o(4)}'
print(order)
for code in ("f'{undefined}'", "f'{n:z}'", "f'{name:d}'", "f'{[]:5}'", "f'{n!r:d}'", "f'{None:>5}'", "f'{n:.3d}'", "f'{pi:d}'", "f'{name:,}'", "f'{n:10000000000000000000000}'"):
    try:
        print(eval(code))
    except Exception as e:
        print(code, type(e).__name__, e)
for code in ("f'{'", "f'}'", "f'{}'", "f'{ }'", "f'{n!}'", "f'{n!x}'", "f'{n!r x}'", "f'{n:{}}'", "f'{a b}'", "f'{a $ b}'", "f'{lambda x: 1}'", "f'{n:{n:{n:{n}}}}'",
             "f'{=}'", "f'{!r}'", "f'{n'", "f'{(n}'", "f'{n)}'", "f'{*}'", "f'{**a}'", "f'{yield}'", "f'\\N{nope}'", "f'{n;1}'", "f'{import x}'", "b f''", "f'a' b'b'"):
    try:
        print(code, compile(code, '<f>', 'eval') and 'ok')
    except SyntaxError as e:
        print(code, '->', e.msg)
x = 5
def nested():
    y = 6
    return f'{x} {y} {[f"{y}{z}" for z in range(2)]}', (lambda: f'{y}')()
print(nested())
print(f'{"{}"} {"}"} {{{"{"}}}')
print(f"{'a' if 1 else 'b':>{5 if n else 3}}", f'{3.0:.{2}f}', f"{'é':>3}|{'日本':^6}|")
print(f'{n:{"d" if n else "x"}}', f'{datetime:%Y-%m}' if (datetime := __import__('datetime').date(2025, 3, 4)) else '')
