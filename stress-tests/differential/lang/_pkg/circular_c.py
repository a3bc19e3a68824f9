from . import circular_d
c_value = 1
