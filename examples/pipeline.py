"""Producers, workers and a collector joined by bounded queues.

Usage: pipeline.py [items] [workers]

Producers put numbered jobs; workers follow each number's Collatz path; the
collector gathers the results.  Bounded queues hold the fast stages back.
Ends are announced by a sentinel: each producer's end is counted, then every
worker gets one, and the collector gets one from every worker.
"""

import sys
from queue import Queue
from threading import Thread

END = object()
PRODUCERS = 2


def produce(jobs, numbers):
    for number in numbers:
        jobs.put(number)


def collatz_length(number):
    length = 1
    while number != 1:
        number = number // 2 if number % 2 == 0 else 3 * number + 1
        length += 1
    return length


def work(jobs, results):
    while (number := jobs.get()) is not END:
        results.put((number, collatz_length(number)))
    results.put(END)


def collect(results, workers, summary):
    longest = (0, 0)
    total = count = 0
    while workers:
        result = results.get()
        if result is END:
            workers -= 1
            continue
        number, length = result
        total += length
        count += 1
        longest = max(longest, (length, -number))
    summary.update(count=count, total=total, longest=longest[0], of=-longest[1])


def main(items=150_000, workers=4):
    jobs, results, summary = Queue(maxsize=64), Queue(maxsize=64), {}
    producers = [
        Thread(target=produce, args=(jobs, range(1 + n, items + 1, PRODUCERS)))
        for n in range(PRODUCERS)
    ]
    others = [Thread(target=work, args=(jobs, results)) for _ in range(workers)]
    others.append(Thread(target=collect, args=(results, workers, summary)))
    for thread in producers + others:
        thread.start()
    for producer in producers:
        producer.join()
    for _ in range(workers):
        jobs.put(END)
    for thread in others:
        thread.join()
    print(f"jobs done: {summary['count']}")
    print(f"steps in all: {summary['total']}")
    print(f"longest path: {summary['longest']} from {summary['of']}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
