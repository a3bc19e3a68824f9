# exit: 2
import sys
sys.exit(258)
