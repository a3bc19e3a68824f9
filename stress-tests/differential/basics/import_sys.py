# import of a builtin module, of a library module, of names.
import sys
import math
from math import sqrt, pi as PI
print(sys.version_info[:2], sys.maxsize, len(sys.argv), type(sys.modules).__name__)
print(math.floor(2.5), sqrt(16), round(PI, 4), __name__)
