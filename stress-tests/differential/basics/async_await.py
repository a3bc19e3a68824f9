# Coroutines without an event loop.
class Pause:
    def __await__(self):
        got = yield 'paused'
        return got


async def inner():
    return await Pause()


async def outer():
    a = await inner()
    b = await inner()
    return a + b


c = outer()
print(c.send(None), c.send(1))
try:
    c.send(2)
except StopIteration as e:
    print(e.value)
