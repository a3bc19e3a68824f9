class C:
    def __del__(self):
        raise ValueError("in del")


C.__del__.__qualname__ = "C.__del__"
print("made")
import sys

sys.unraisablehook = lambda u: print(type(u.exc_value).__name__, u.exc_value, u.object.__qualname__)
C()
print("after")
