from . import circular_c
import _pkg.circular_c as again
same = circular_c is again
