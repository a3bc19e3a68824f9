# import forms, packages, relative imports, circular imports, __all__, errors and their texts, sys.modules.
import sys
sys.dont_write_bytecode = True
import _pkg
print(_pkg.__name__, _pkg.__package__, _pkg.value, hasattr(_pkg, 'sub'))
import _pkg.sub.leaf
print(_pkg.sub.leaf.where, _pkg.sub.leaf.__package__, _pkg.sub.leaf.__name__)
import _pkg.sub.leaf as leaf
from _pkg.sub import leaf as leaf2, other
print(leaf is leaf2, other.value_from_parent, other.sibling.where)
from _pkg import *
print(public, 'hidden' in globals(), '_private' in globals())
from _pkg import (value as renamed, sub,)
print(renamed, sub.__name__)
for code in ("import nope_nope", "import _pkg.nope", "from _pkg import nope", "from _pkg.sub.leaf import nope", "import _pkg.value.deeper", "from . import x", "from .x import y",
             "from _pkg import valeu", "import _pkg.fails", "import _pkg.fails", "import _pkg.syntax_error", "from _pkg.circular_a import b_value", "from _pkg.circular_c import *",
             "from _pkg.bad_all import *", "import sys.nope", "from sys import nope", "import _pkg.sub.leaf.x", "from math import nope as n", "__import__('')", "__import__(5)",
             "__import__('x', level=-1)", "from ... import x", "import mathh", "import _pkg.none"):
    try:
        exec(code, {'__name__': '__main__'})
        print(code, 'ok')
    except Exception as e:
        print(code, '->', type(e).__name__, str(e).replace(_pkg.__path__[0], 'PKG'), getattr(e, 'name', None))
print('_pkg.fails' in sys.modules, '_pkg.circular_a' in sys.modules)
sys.modules['blocked'] = None
try:
    import blocked
except ImportError as e:
    print(type(e).__name__, e)
sys.modules['faked'] = 'anything'
import faked
print(faked)


def local():
    import math as m
    from math import pi, e as euler
    return m.floor(pi), round(euler, 3), sorted(locals())


print(local())
from _pkg import lazy_attribute
print(lazy_attribute)
try:
    _pkg.unknown
except AttributeError as e:
    print(e)
print(sorted(n for n in vars(_pkg) if not n.startswith('__')))
import importlib
print(importlib.import_module('.leaf', '_pkg.sub') is leaf, importlib.reload(leaf) is leaf)
print(type(_pkg).__name__, _pkg.__spec__.name, _pkg.__spec__.submodule_search_locations is not None, leaf.__spec__.parent, __spec__)
del sys.modules['_pkg.sub.leaf']
import _pkg.sub.leaf
print(_pkg.sub.leaf is leaf)
class C:
    import math
    from math import sqrt
print(C.math.__name__, C.sqrt(9))
import _pkg.swap
print(_pkg.swap)
