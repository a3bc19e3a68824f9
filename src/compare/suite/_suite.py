"""What the workloads have in common: a fixed amount of work, divided over WEFT_THREADS threads."""

import os
import threading

THREADS = int(os.environ["WEFT_THREADS"])


def parts(n, pieces=THREADS):
    """Divides range(n) into as many ranges as there are threads."""
    bounds = [n * i // pieces for i in range(pieces + 1)]
    return [range(low, high) for low, high in zip(bounds, bounds[1:])]


def run(work, arguments):
    """Calls work(argument) for each argument, in a thread each; gives the results in order."""
    results = [None] * len(arguments)

    def call(i):
        results[i] = work(arguments[i])

    threads = [threading.Thread(target=call, args=(i,)) for i in range(len(arguments))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
