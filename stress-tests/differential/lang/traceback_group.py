# exit: 1
# A traceback of nested exception groups.
def fail(e):
    raise e


def collect(*excs):
    got = []
    for e in excs:
        try:
            fail(e)
        except Exception as caught:
            got.append(caught)
    return got


inner = ExceptionGroup('inner', collect(TypeError('t'), KeyError('k')))
inner.add_note('note on the inner')
raise ExceptionGroup('outer', [*collect(ValueError('v')), inner])
