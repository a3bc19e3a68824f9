"""Deques, queues and counters under all threads; nothing is lost or doubled."""

import collections
import itertools
import queue
import threading

from _hammer import finish, hammer

ring = collections.deque(maxlen=50)
jobs = queue.SimpleQueue()
numbers = itertools.count()
seen = set()
lock = threading.Lock()
chain = [itertools.cycle("abc"), itertools.chain(range(1000), range(1000)), itertools.tee(range(1000))[0]]


def put(random):
    jobs.put(next(numbers))
    ring.append(random(10))
    ring.appendleft(random(10))
    ring.rotate(random(5))


def get(random):
    number = jobs.get(timeout=0.01)
    with lock:
        assert number not in seen
        seen.add(number)


def iterate(random):
    next(chain[random(3)], None)
    list(ring), len(ring), ring.count(5), 3 in ring
    ring.pop()
    if random(100) == 0:
        ring.clear()


hammer(put, get, iterate, put, get, expected=(queue.Empty, IndexError, RuntimeError))

finish()
