# exit: 5
import atexit, sys
atexit.register(print, "first registered")
atexit.register(lambda: 1 / 0)
atexit.register(print, "last registered")
sys.exit(5)
