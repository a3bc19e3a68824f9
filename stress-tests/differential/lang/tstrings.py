# Template strings (PEP 750): parts, interpolations, conversions, concatenation, pattern matching.
from string.templatelib import Template, Interpolation, convert

name, n = 'weft', 42
t = t'hello {name} and {n!r:>{5}} {n + 1 = }!'
print(type(t).__name__, t.strings, t.values)
for i in t.interpolations: print(repr(i.value), repr(i.expression), i.conversion, repr(i.format_spec))
print(list(t'a{1}b')[0], [type(x).__name__ for x in t'{1}{2}x'])
print(t'', t'plain'.strings, t'{n}{n}'.strings, t'{{}}'.strings, rt'\n{n}'.strings, tr'\t'.strings)
print((t'a{n}' t'b{name}').strings, (t'a{n}' + t'b').strings)
for f in (lambda: t'a' + 'b', lambda: 'a' + t'b', lambda: t'a' + 5, lambda: Template(5), lambda: Interpolation(), lambda: Interpolation(1, conversion='x')):
    try:
        print(f())
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
print(Template('a', 'b', Interpolation(1, 'x'), Interpolation(2), 'c').strings)
i = Interpolation(5, 'five', 'r', '>3')
print(repr(i), i.value, i.expression, i.conversion, i.format_spec, Interpolation.__match_args__)
match t'{n}':
    case Template(strings=(a, b), interpolations=(Interpolation(v, e),)): print(repr(a), repr(b), v, e)


def render(template):
    out = []
    for part in template:
        if isinstance(part, str): out.append(part)
        else: out.append(format(convert(part.value, part.conversion), part.format_spec).upper())
    return ''.join(out)


print(render(t'x {name!r:>8} {n:05} {t'inner'.strings[0]}'))
nested = t'{t'{n}'} {f'{n}'}'
print(type(nested.values[0]).__name__, nested.values[1])
order = []
def o(v): order.append(v); return v
t'{o(1)}{o(2):{o(3)}}{o(4)}'
print(order)
try:
    t'{undefined}'
except NameError as e: print(e)
for code in ("t'a' 'b'", "'a' t'b'", "t'a' f'b'", "f'a' t'b'", "t'{'", "t'{}'", "tb'x'", "t'a' b'b'", "ft'x'", "ut'x'"):
    try:
        print(compile(code, '<t>', 'eval') and 'ok')
    except SyntaxError as e: print(code, '->', e.msg)
print(t == t, t'a' == t'a', hash(t) == hash(t), repr(t'a{1}'))
try:
    class Sub(Template): pass
except TypeError as e: print(e)
print(t'''{
 n   }'''.interpolations[0].expression, t'{ n }'.interpolations[0].expression)
import copy
print([t'{x}' .values for x in range(2)])
try: t.strings = ()
except AttributeError as e: print(e)
