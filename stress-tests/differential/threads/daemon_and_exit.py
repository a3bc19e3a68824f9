# Non-daemon threads are waited for; daemon threads are not; atexit runs after the joins.
import atexit, threading, time
atexit.register(print, 'atexit')
started = threading.Event()
def slow(): started.wait(); print('non-daemon done', flush=True)
def forever():
    while True: time.sleep(0.01)
def busy():
    n = 0
    while True: n += 1
threading.Thread(target=slow).start()
threading.Thread(target=forever, daemon=True).start()
threading.Thread(target=busy, daemon=True).start()
lock = threading.Lock(); lock.acquire()
threading.Thread(target=lock.acquire, daemon=True).start()
def late():
    time.sleep(0.5)
    t = threading.Thread(target=lambda: (print('started late', flush=True), started.set())); t.start()
threading.Thread(target=late).start()
print('main done', flush=True)
