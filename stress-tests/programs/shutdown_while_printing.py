"""The interpreter ends while a daemon thread holds the lock of a standard stream. (CPython gives up with a fatal error.)"""

from _hammer import finish, run_children

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
run_children(CHILD, 2, timeout=20)
finish()
