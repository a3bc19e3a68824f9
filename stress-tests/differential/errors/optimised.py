# run: -OO optimised.py
"""module doc"""


def f():
    """doc"""
    assert False


print(__doc__, f.__doc__, f(), __debug__)
if __debug__:
    print("never")
