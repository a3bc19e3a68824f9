"""CPython's `test` package, found behind this one, with our light `test.support`."""

import sys

__path__.append(sys.path[1] + "/test")
