"""Modules imported, removed and changed by all threads."""

import importlib
import sys

from _hammer import finish, hammer

NAMES = ["json.decoder", "colorsys", "bisect", "heapq", "textwrap", "string", "statistics", "fnmatch"]


def load(random):
    name = NAMES[random(len(NAMES))]
    module = importlib.import_module(name)
    assert module.__name__ == name
    module.__dict__.get("x"), dir(module)[:3]


def remove(random):
    sys.modules.pop(NAMES[random(len(NAMES))], None)


def change(random):
    module = importlib.import_module(NAMES[random(len(NAMES))])
    setattr(module, f"extra{random(10)}", random(100))
    globals()[f"made{random(50)}"] = random(10)
    globals().pop(f"made{random(50)}", None)
    exec("value = 1\ndef f(): return value", scope := {})
    assert scope["f"]() == 1


hammer(load, remove, change, expected=(KeyError, ImportError, AttributeError))

finish()
