"""The interpreter ends while a daemon thread holds the lock of a standard stream. (CPython gives up with a fatal error.)"""

import subprocess
import sys

from _hammer import SEED, finish, failures, random_numbers, time_is_over

CHILD = """
import io, sys, threading
inside = threading.Event()
class Raw(io.RawIOBase):
    def writable(self): return True
    def write(self, b):
        if threading.current_thread() is not threading.main_thread():
            inside.set()
            while True: pass
        return len(b)
stream = io.TextIOWrapper(io.BufferedWriter(Raw()))
if int(sys.argv[1]) % 2: sys.stderr = stream
else: sys.stdout = stream
threading.Thread(target=print, args=("x",), kwargs={"file": stream, "flush": True}, daemon=True).start()
inside.wait()
"""
mode = [option for name in ("gil",) if (option := sys._xoptions.get(name)) is not None]
options = ["-X", f"gil={mode[0]}"] if mode else []
random = random_numbers(SEED)
while True:
    seed = str(random(2))
    child = subprocess.run([sys.executable, *options, "-c", CHILD, seed], capture_output=True, timeout=20)
    if child.returncode != 0:
        failures.append(f"seed {seed}: status {child.returncode} {child.stderr[-500:].decode(errors='replace')}")
    if failures or time_is_over():
        break

finish()
