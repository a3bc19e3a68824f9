"""This very process ends while daemon threads run; the runner sees how."""

import _thread
import sys
import threading
from time import sleep

from _hammer import SECONDS, failures

shared = {"items": []}


def forever(n):
    while True:
        shared["items"].append(n)
        shared[n] = [object() for _ in range(10)]
        if len(shared["items"]) > 1000:
            shared["items"] = []


class Late:
    def __del__(self):
        shared.clear()


late = Late()
for n in range(3):
    threading.Thread(target=forever, args=(n,), daemon=True).start()
for n in range(3, 6):
    _thread.start_new_thread(forever, (n,))
sleep(min(SECONDS, 1))
print("\n".join(failures) or "OK")
sys.stdout.flush()
