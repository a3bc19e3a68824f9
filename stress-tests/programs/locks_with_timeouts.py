"""Locks taken with timeouts, released by others, under conditions."""

import threading

from _hammer import finish, hammer

locks = [threading.Lock() for _ in range(3)]
reentrant = threading.RLock()
condition = threading.Condition()
semaphore = threading.Semaphore(2)
held = [0, 0, 0]


def take(random):
    n = random(3)
    if locks[n].acquire(timeout=random(4) / 1000):
        held[n] += 1
        assert held[n] == 1, held
        held[n] -= 1
        locks[n].release()


def take_again(random):
    depth = random(5)
    for _ in range(depth):
        assert reentrant.acquire(timeout=5)
    for _ in range(depth):
        reentrant.release()


def wait(random):
    with condition:
        condition.wait(random(3) / 1000)


def notify(random):
    with condition:
        condition.notify(random(4))
    if semaphore.acquire(timeout=0.001):
        semaphore.release()


hammer(take, take_again, wait, notify, take, take)
assert all(not lock.locked() for lock in locks)

finish()
