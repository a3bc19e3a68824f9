"""The interpreter ends, again and again, while daemon threads are in every kind of work."""

from _hammer import finish, run_children

CHILD = """
import sys, threading, time, queue, gc
seed = int(sys.argv[1])
lock, jobs, shared = threading.Lock(), queue.Queue(), {}
def spin():
    n = 0
    while True: n += 1; shared[n % 100] = [n]
def locks():
    while True:
        with lock: time.sleep(0)
def waits(): jobs.get()
def prints():
    while True: sys.stderr.write(""); sys.stderr.flush()
def starts():
    while True:
        try: threading.Thread(target=str, daemon=True).start()
        except RuntimeError: return
def collects():
    while True: gc.collect()
def generator():
    def numbers():
        try:
            while True: yield 1
        finally: shared.clear()
    for _ in numbers(): pass
work = [spin, locks, waits, prints, starts, collects, generator]
for n in range(4):
    threading.Thread(target=work[(seed + n * 3) % len(work)], daemon=True).start()
time.sleep((seed % 7) / 200)
if seed % 3 == 0: sys.exit(0)
if seed % 3 == 1: lock.acquire(timeout=0.01)
"""
run_children(CHILD, 1000)
finish()
