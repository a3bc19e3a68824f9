"""Coroutines and async generators driven from several threads."""

import warnings

from _hammer import finish, hammer

warnings.simplefilter("ignore")


class Pause:
    def __await__(self):
        yield 1


async def work(n):
    total = 0
    for i in range(n):
        await Pause()
        total += i
    return total


async def numbers(n):
    for i in range(n):
        await Pause()
        yield i


shared = [work(100), work(10)]
streams = [numbers(50)]


def drive(random):
    which = random(2)
    try:
        shared[which].send(None)
    except (StopIteration, RuntimeError, ValueError):
        shared[which].close()
        shared[which] = work(random(100))


def stream(random):
    step = streams[0].__anext__()
    try:
        while True:
            step.send(None)
    except StopIteration:
        pass
    except (StopAsyncIteration, RuntimeError, ValueError):
        streams[0] = numbers(random(50))


hammer(drive, drive, stream, stream, expected=(RuntimeError, ValueError, StopAsyncIteration))

finish()
