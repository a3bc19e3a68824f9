"""Long chains of objects that another thread has seen: one collection finds all of them dead."""

import gc
import threading

ended = 0


class Leaf:
    def __del__(self):
        global ended
        ended += 1


def chain(n):
    link = None
    for _ in range(n):
        link = [link, Leaf()]
    return link


shared = {}
stop = threading.Event()
waiting = threading.Thread(target=stop.wait)
waiting.start()
for n in 3, 100, 1000, 50_000:
    shared["chains"] = [chain(n) for _ in range(2)]
    looker = threading.Thread(target=lambda: shared["chains"])
    looker.start()
    looker.join()
    shared.clear()
    gc.collect()
    print(n, ended)
    ended = 0
stop.set()
waiting.join()
