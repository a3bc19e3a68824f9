"""Many short threads: started, joined, listed, with locals and names."""

import threading

from _hammer import finish, hammer

local = threading.local()
started = []


def body(n):
    local.value = [n] * 10
    threading.current_thread().name = f"worker {n}"
    started.append(n)
    assert local.value == [n] * 10


def start(random):
    threads = [threading.Thread(target=body, args=(random(1000),), daemon=bool(random(2))) for _ in range(random(8))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
        assert not thread.is_alive()
    if len(started) > 10000:
        started.clear()


def look(random):
    for thread in threading.enumerate():
        thread.name, thread.ident, thread.is_alive(), repr(thread)
    threading.active_count()


hammer(start, look, start)

finish()
