# "Did you mean": names, attributes, imports, keyword arguments, self.
import traceback


def last(f):
    try:
        f()
    except Exception as e:
        print(traceback.format_exception_only(e)[-1], end='')


class Cls:
    foo_bar = 1
    def __init__(self): self.instance_attr = 2
    def use(self): return instance_attr
    def use2(self): return foo_bar


def f(parameter, other=1): pass
some_global = 5
def n1(): return some_globl
def n2(): return pritn
def n3(): local_value = 1; return local_valeu
def n4(): return Cls().foo_baz
def n5(): return Cls().instance_atr
def n6(): return 'x'.uper()
def n7(): return [].add(1)
def n8(): f(parametr=1)
def n9(): f(1, othr=2)
def n10(): return Cls().use()
def n11(): return Cls().use2()
def n12(): from math import sqroot
def n13(): import colections
def n14(): return completely_unknown_zzz
def n15(): return time.time()
def n16(): return (5).reall
def n17(): return int(x='5')
def n18(): print(1, spe='')
def n19(): return None.foo
def n20(): return {}.item()
def n21(): return math
def n22(): return [].push(1), True
def n23(): return Cls.foo_brr
def n24(): return true
def n25(): return collections.abc
for i in range(1, 26): last(globals()[f'n{i}'])
