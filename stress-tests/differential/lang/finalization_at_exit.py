"""What the program leaves is finalized while its globals and imports are still there."""

import atexit
import sys


class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        log.append(self.name)
        sys.stdout.write(f"{self.name} {len(log)} {Noisy.__name__}\n")


log = []
cycle = Noisy("cycle")
cycle.me = cycle
atexit.register(lambda: print("atexit", log))
print("end", log)
