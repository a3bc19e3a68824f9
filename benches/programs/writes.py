"""Two threads that change one object all the time: together they must do no less than one alone.

`threads`, set by the runner, says how many take part.
"""

import queue
import threading
from collections import Counter, defaultdict, deque

threads = 1


class Tally:
    def __init__(self):
        self.n = 0
        self.lock = threading.Lock()
        self.rlock = threading.RLock()


def prepare_lock_counter():
    return Tally()


def work_lock_counter(shared, thread):
    for _ in range(50_000):
        with shared.lock:
            shared.n += 1
    return 0


prepare_rlock_counter = prepare_lock_counter


def work_rlock_counter(shared, thread):
    for _ in range(50_000):
        with shared.rlock:
            shared.n += 1
    return 0


def prepare_lock_dict():
    return threading.Lock(), {}


def work_lock_dict(shared, thread):
    lock, counts = shared
    for _ in range(40_000):
        with lock:
            counts[thread] = counts.get(thread, 0) + 1
    return 0


prepare_lock_longer = prepare_lock_counter


def work_lock_longer(shared, thread):
    for _ in range(3_000):
        with shared.lock:
            for _ in range(20):
                shared.n += 1
    return 0


prepare_attribute = prepare_lock_counter


def work_attribute(shared, thread):
    for n in range(100_000):
        shared.n = n
    return 0


def prepare_append():
    return []


def work_append(shared, thread):
    for n in range(100_000):
        shared.append(n)
        if n % 20_000 == 19_999:
            shared.clear()
    return n


def prepare_list_store():
    return [0] * 100


def work_list_store(shared, thread):
    for n in range(100_000):
        shared[n % 100] = n
    return 0


def prepare_dict_store():
    return {}


def work_dict_store(shared, thread):
    for n in range(80_000):
        shared[n % 1000] = n
    return 0


def prepare_dict_own_keys():
    return {}


def work_dict_own_keys(shared, thread):
    for n in range(60_000):
        shared[thread, n % 100] = n
    return 0


def prepare_dict_grow():
    return {}


def work_dict_grow(shared, thread):
    for n in range(60_000):
        shared[n] = n
        if n % 20_000 == 19_999:
            shared.clear()
    return 0


def prepare_set_add():
    return set()


def work_set_add(shared, thread):
    for n in range(80_000):
        shared.add(n % 1000)
    return 0


def prepare_defaultdict():
    return defaultdict(int)


def work_defaultdict(shared, thread):
    for n in range(50_000):
        shared[n % 100] += 1
    return 0


def prepare_counter():
    return Counter()


def work_counter(shared, thread):
    for n in range(40_000):
        shared[n % 100] += 1
    return 0


def prepare_deque():
    return deque()


def work_deque(shared, thread):
    for n in range(60_000):
        shared.append(n)
        shared.popleft()
    return 0


def prepare_simple_queue():
    return queue.SimpleQueue()


def work_simple_queue(shared, thread):
    for n in range(40_000):
        shared.put(n)
        shared.get()
    return 0


def prepare_queue():
    return queue.Queue()


def work_queue(shared, thread):
    for n in range(4_000):
        shared.put(n)
        shared.get()
    return 0


def piped(pipe, thread, n):
    """One thread puts and takes `n` items; of two, one puts all and the other takes them."""
    if threads == 1:
        for i in range(n):
            pipe.put(i)
        for i in range(n):
            pipe.get()
    elif thread % 2 == 0:
        for i in range(n * 2):
            pipe.put(i)
    else:
        for i in range(n * 2):
            pipe.get()
    return 0


prepare_simple_queue_pipe = prepare_simple_queue


def work_simple_queue_pipe(shared, thread):
    return piped(shared, thread, 30_000)


prepare_queue_pipe = prepare_queue


def work_queue_pipe(shared, thread):
    return piped(shared, thread, 4_000)


def prepare_queue_bounded_pipe():
    return queue.Queue(100) if threads > 1 else queue.Queue()


def work_queue_bounded_pipe(shared, thread):
    return piped(shared, thread, 4_000)


def prepare_semaphore():
    return threading.Semaphore(2)


def work_semaphore(shared, thread):
    for n in range(8_000):
        with shared:
            pass
    return 0


def prepare_iterator():
    return iter(range(10**15))


def work_iterator(shared, thread):
    for _ in range(100_000):
        next(shared)
    return 0
