"""One exception object raised, chained and shown by all threads at once."""

import traceback

from _hammer import finish, hammer

shared = [ValueError("shared"), KeyError("k"), ExceptionGroup("g", [ValueError(1), TypeError(2)])]


def deep(n, error):
    if n:
        deep(n - 1, error)
    raise error


def throw(random):
    try:
        deep(random(20), shared[random(3)])
    except Exception as caught:
        if random(5) == 0:
            try:
                raise TypeError("other") from caught
            except TypeError as other:
                shared[random(2)] = other
        if random(10) == 0:
            shared[random(2)] = ValueError("fresh")


def show(random):
    error = shared[random(3)]
    "".join(traceback.format_exception(error, limit=3))
    repr(error), str(error), error.args, error.__context__, error.__cause__
    tb = error.__traceback__
    while tb is not None:
        tb.tb_lineno, tb.tb_frame.f_locals, tb.tb_frame.f_code.co_name
        tb = tb.tb_next


def change(random):
    error = shared[random(3)]
    error.__traceback__ = None
    error.__context__ = shared[random(3)]
    error.add_note("note")
    if len(error.__notes__) > 5:
        del error.__notes__


hammer(throw, show, change, throw, expected=(AttributeError, RecursionError))

finish()
