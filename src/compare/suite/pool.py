"""A ThreadPoolExecutor with many small tasks."""

from concurrent.futures import ThreadPoolExecutor

from _suite import THREADS

TASKS, STEPS = 5_000, 1_000


def task(n):
    total = 0
    for k in range(STEPS):
        total += (n ^ k) % 11
    return total


with ThreadPoolExecutor(THREADS) as pool:
    print(sum(pool.map(task, range(TASKS))))
