"""`test.support.import_helper`, light."""

import sys
import unittest


def import_module(name, deprecated=False, *, required_on=()):
    try:
        __import__(name)
    except ImportError as error:
        raise unittest.SkipTest(str(error))
    return sys.modules[name]


def import_fresh_module(name, fresh=(), blocked=(), **options):
    """Imports anew, with some modules imported anew too and some not to be had."""
    names = {name, *fresh, *blocked}
    kept = {known: module for known, module in sys.modules.items() if known in names}
    try:
        for other in names:
            sys.modules.pop(other, None)
        for other in blocked:
            sys.modules[other] = None
        return import_module(name)
    except unittest.SkipTest:
        return None
    finally:
        for other in names:
            sys.modules.pop(other, None)
        sys.modules.update(kept)


def ensure_lazy_imports(*names):
    raise unittest.SkipTest("needs a subprocess")
