"""Generators that several threads advance, throw into and close at once."""

from _hammer import finish, hammer

def count(stop):
    try:
        for n in range(stop):
            try:
                yield n
            except LookupError:
                yield -1
    finally:
        finished.append(1)


finished = []
shared = [count(1000), (n * n for n in range(1000)), count(5)]


def delegate(inner):
    return (yield from inner)


def advance(random):
    which = random(len(shared))
    try:
        value = next(shared[which])
        assert isinstance(value, int)
    except (StopIteration, ValueError, RuntimeError):
        shared[which] = (count(random(500)), (n for n in range(100)), delegate(count(50)))[random(3)]
    if len(finished) > 10000:
        finished.clear()


def disturb(random):
    generator = shared[random(len(shared))]
    action = random(5)
    if action == 0:
        generator.throw(LookupError("disturbed"))
    elif action == 1:
        generator.close()
    elif action == 2:
        generator.send(None)
    else:
        generator.gi_frame, generator.gi_running, generator.gi_yieldfrom, repr(generator)


hammer(advance, advance, disturb, expected=(ValueError, LookupError, StopIteration, RuntimeError, TypeError))

finish()
