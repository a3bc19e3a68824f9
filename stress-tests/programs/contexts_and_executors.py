"""Thread pools and context variables, made and shut down all the time."""

import contextvars
from concurrent.futures import ThreadPoolExecutor

from _hammer import finish, hammer

variable = contextvars.ContextVar("variable", default=0)


def pools(random):
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(lambda n: n + 1, range(20))) == list(range(1, 21))
        future = pool.submit(lambda: 1 // 0)
        assert isinstance(future.exception(), ZeroDivisionError)
        pool.submit(pow, 2, 3).add_done_callback(lambda done: done.result())


def contexts(random):
    n = random(1000)
    token = variable.set(n)
    context = contextvars.copy_context()
    assert context.run(variable.get) == n == context[variable]
    context.run(variable.set, n + 1)
    assert variable.get() == n
    variable.reset(token)
    len(context), list(context), variable in context


hammer(pools, contexts, pools, threads=3)

finish()
