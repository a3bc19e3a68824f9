"""How long a thread may have to wait for the runtime: `weft -X gil=1 benches/latency.py`, and with gil=0.

Answer: a process asks a thread of ours for a byte, again and again, while another thread computes.  With the GIL the
answering thread has to get it each time; two switch intervals are allowed at the median.

Pauses: on a heap of a million objects, one or two threads make cycles, let shared objects die (one at a time, or a
list of ten thousand), and replace what has been there for long, while a thread looks at the clock: another one, or the
second of the two.  Printed are the collections, young and full, as `gc.callbacks` see them, and the gaps that the
looking thread saw; those may be the operating system's as well.  Then the heap grows.  5 ms are allowed at the 99th
percentile.
"""

import gc
import os
import subprocess
import sys
import threading
from time import perf_counter, sleep

ASKS = """
import os, sys, time
ask, answer = map(int, sys.argv[1:])
times = []
for _ in range(300):
    time.sleep(0.002)
    start = time.perf_counter()
    os.write(ask, b"?")
    os.read(answer, 1)
    times.append(time.perf_counter() - start)
print(*times)
"""


def percentile(values, part):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * part))] if values else 0.0


def line(name, values, unit=1e3, word="ms"):
    half, most, top = (percentile(values, part) * unit for part in (0.5, 0.99, 1.0))
    print(f"{name:28} {len(values):7}  median {half:8.3f}  99th percentile {most:8.3f}  longest {top:8.3f} {word}")


def answers():
    to_us, ask = os.pipe()
    answer, from_us = os.pipe()
    ends = threading.Event()

    def compute():
        n = 0
        while not ends.is_set():
            for i in range(1000):
                n += i * i % 7

    def reply():
        while os.read(to_us, 1):
            os.write(from_us, b"!")

    threads = [threading.Thread(target=compute), threading.Thread(target=reply)]
    for t in threads:
        t.start()
    command = [sys.executable, "-c", ASKS, str(ask), str(answer)]
    out = subprocess.run(command, pass_fds=[ask, answer], stdout=subprocess.PIPE, text=True).stdout
    ends.set()
    os.close(ask)
    for t in threads:
        t.join()
    times = [float(word) for word in out.split()]
    line("answer beside computing", times)
    interval = sys.getswitchinterval()
    print(f"{'':28} median is {percentile(times, 0.5) / interval:.2f} switch intervals of {interval * 1e3:g} ms")


class Node:
    def __init__(self, number):
        self.number = number
        self.other = None


def cycles(shared, n):
    a, b = Node(n), Node(n)
    a.other, b.other = b, a


def deaths(shared, n):
    shared[n % 1_000] = [n]


def many_deaths(shared, n):
    if n % 10_000 == 0:
        shared[n % 7] = [[i] for i in range(10_000)]


def survivors(shared, n):
    shared[n % 100_000] = Node(n)


def all_of_it(shared, n):
    cycles(shared, n)
    deaths(shared, n)
    survivors(shared, n + 1_000)


def growth(shared, n):
    a = Node(n)
    a.other = a
    shared.setdefault("grown", []).append(a)


def pauses(work, churners=1, seconds=3.0):
    shared = {n: [n] for n in range(100_000)}
    ends = threading.Event()
    gaps, collections = [], ([], [], [])
    began = 0.0

    def note(phase, info):
        nonlocal began
        if phase == "start":
            began = perf_counter()
        else:
            collections[info["generation"]].append(perf_counter() - began)

    def churn():
        n = 0
        while not ends.is_set():
            for _ in range(100):
                work(shared, n)
                n += 1

    def look():
        n = 50_000
        last = perf_counter()
        while not ends.is_set():
            for _ in range(100):
                if churners == 2:
                    work(shared, n)
                    n += 1
                now = perf_counter()
                if now - last > 20e-6:
                    gaps.append(now - last)
                    now = perf_counter()
                last = now

    gc.collect()
    gc.callbacks.append(note)
    threads = [threading.Thread(target=churn), threading.Thread(target=look)]
    for t in threads:
        t.start()
    sleep(seconds)
    ends.set()
    for t in threads:
        t.join()
    gc.callbacks.remove(note)
    print(f"{work.__name__}, threads: {churners}")
    line("  young collections", collections[0])
    line("  full collections", collections[1] + collections[2])
    line("  gaps above 20 µs", gaps)


only = sys.argv[1:]
if not only:
    answers()
heap = [[n] for n in range(500_000)] + [Node(n) for n in range(500_000)]
for work in [cycles, deaths, many_deaths, survivors, all_of_it, growth]:
    if not only or work.__name__ in only:
        for churners in [1, 2]:
            pauses(work, churners)
