import sys
sys.modules[__name__] = 'swapped itself'
