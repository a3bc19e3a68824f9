"""Two threads add up the two halves of a range.

The smallest threaded program: `_thread` and builtins, nothing imported from
the library.  A lock that is held until a thread is done serves as its "finished".
"""

import _thread

N = 30_000_000
sums = [0, 0]
done = [_thread.allocate_lock(), _thread.allocate_lock()]


def add_up(which, start, stop):
    total = 0
    for number in range(start, stop):
        total += number & 0xFF
    sums[which] = total
    done[which].release()


for lock in done:
    lock.acquire()
_thread.start_new_thread(add_up, (0, 0, N // 2))
_thread.start_new_thread(add_up, (1, N // 2, N))
for lock in done:
    lock.acquire()

print("halves:", sums[0], sums[1])
print("sum:", sum(sums))
