# exit: 1
import sys


def hook(kind, value, tb):
    raise RuntimeError("in hook")


sys.excepthook = hook
raise ValueError("original")
