# The text of an uncaught exception of a thread on standard error; the program goes on and ends with 0.
import threading


def deep(n):
    if n: deep(n - 1)
    raise RuntimeError('deep in a thread')


t = threading.Thread(target=deep, args=(2,), name='worker')
t.start()
t.join()
print('main is fine')
