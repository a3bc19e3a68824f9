# Two threads, by _thread alone.
import _thread
done = [_thread.allocate_lock(), _thread.allocate_lock()]
results = [None, None]


def work(which):
    results[which] = sum(range(1000 * (which + 1)))
    done[which].release()


for lock in done:
    lock.acquire()
for n in (0, 1):
    _thread.start_new_thread(work, (n,))
for lock in done:
    lock.acquire()
print(results)
