"""Each thread sends bytes to an echo at the other end of a socket pair, which takes its time: waiting for I/O."""

import socket
import threading
import time

from _suite import parts, run

REQUESTS, LATENCY = 150, 0.001


def echo(end):
    while data := end.recv(64):
        time.sleep(LATENCY)
        end.sendall(data[::-1])


def work(numbers):
    here, there = socket.socketpair()
    server = threading.Thread(target=echo, args=(there,))
    server.start()
    total = 0
    for n in numbers:
        here.sendall(b"%06d" % n)
        total += int(here.recv(64)[::-1])
    here.close()
    server.join()
    there.close()
    return total


print(sum(run(work, parts(REQUESTS))))
