# Where the carets stand: printed by traceback.print_exc for many kinds of failing expressions.
import sys
import traceback


class Obj:
    attr = None
    def method(self, *a, **k): raise ValueError('in method')


obj, d, l, n = Obj(), {'k': {'a': None}}, [1], None


def run(f):
    try:
        f()
    except Exception as e:
        traceback.print_tb(e.__traceback__.tb_next, file=sys.stdout)
        print(type(e).__name__, e)


def c1(): return 1 + n
def c2(): return obj.attr.deeper.more
def c3(): return d['k']['a']['x'][0]
def c4(): return obj.method(1, 2, key=3).foo
def c5(): x = l[0] + l[5]
def c6(): l[5] = 1
def c7(): obj.attr.x = 1
def c8(): a, b = l
def c9(): return n(1)(2)
def c10(): return (1 +
                   2 / 0
                   + 3)
def c11(): del d['zz']
def c12(): return -n
def c13(): return l < n
def c14(): return [x / 0 for x in l]
def c15(): raise ValueError('raised')
def c16(): return obj.method(
    1,
    2,
)
def c17(): assert l == [], 'message'
def c18(): import nothing_here
def c19(): from sys import nothing_here
def c20(): return f'{1 / 0}'
def c21(): n += 1
def c22(): return 'é' + 'ü' + 1
def c23():
    with n: pass
def c24():
    for x in n: pass
def c25(): return {**n}
def c26(): return l[n]
def c27(): return obj.method if not obj.attr.x else 0
def c28(): return (lambda: 1 / 0)()
def c29():
    match obj:
        case Obj(1): pass
def c30(): return max(l, key=lambda q: q.zzz)
def c31(): return 5 in n
def c32(): return      l   [  7  ]
def c33(): return (   n   +   1   )
def c34(): yield_ = list(g())
def g(): yield 1; yield n.x
def c35():
    class Inner:
        x = 1 / 0
def c36(): l[0] += n
def c37(): obj.attr += 1
def c38(): return not_defined + 1
def c39(): return [1, 2, 3][10] + [4][0]
def c40(): return obj.method(*l, **{'a': 1})


for i in range(1, 41): run(globals()[f'c{i}'])
