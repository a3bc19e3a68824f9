# except*: splitting, nesting, raising inside, naked exceptions; ExceptionGroup's own methods.
def show(eg, depth=0):
    if isinstance(eg, BaseExceptionGroup):
        return f'{type(eg).__name__}({eg.message!r}: ' + ', '.join(show(e) for e in eg.exceptions) + ')'
    return repr(eg)


def run(exc):
    try:
        try:
            raise exc
        except* ValueError as e:
            print('  ValueError', show(e))
        except* (TypeError, KeyError) as e:
            print('  Type/Key', show(e))
        else:
            print('  else')
        finally:
            print('  finally')
    except BaseException as e:
        print('  left', show(e))


G = ExceptionGroup
run(G('g', [ValueError(1)]))
run(G('g', [ValueError(1), TypeError(2), OSError(3)]))
run(G('g', [G('in', [ValueError(1), KeyError('k')]), ValueError(2), G('deep', [G('er', [OSError(4)])])]))
run(ValueError('naked'))
run(OSError('naked'))
run(BaseExceptionGroup('b', [KeyboardInterrupt(), ValueError(1)]))
try:
    try:
        raise G('g', [ValueError(1), TypeError(2), OSError(3)])
    except* ValueError:
        raise RuntimeError('new')
    except* TypeError as e:
        raise
except ExceptionGroup as e:
    print(show(e), repr(e.exceptions[0].__context__))
try:
    try:
        raise G('g', [ValueError(1), TypeError(2)])
    except* ValueError as e:
        raise e
except ExceptionGroup as e:
    print(show(e))
try:
    try: raise ValueError
    except* ExceptionGroup: pass
except TypeError as e:
    print(e)
for args in (('m', []), ('m', [1]), ('m', 5), (5, [ValueError()]), ('m',), (), ('m', [KeyboardInterrupt()])):
    try:
        print(repr(ExceptionGroup(*args)))
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
print(type(BaseExceptionGroup('m', [ValueError()])).__name__, type(BaseExceptionGroup('m', [SystemExit()])).__name__)
g = G('top', [ValueError(1), G('sub', [TypeError(2), ValueError(3)])])
match, rest = g.split(ValueError)
print(show(match), '|', show(rest))
print(show(g.subgroup(lambda e: isinstance(e, TypeError))), g.subgroup(OSError), show(g.subgroup((ValueError, TypeError))))
print([None if part is None else show(part) for part in g.split(OSError)])
print(str(g), repr(g), g.args, g.message, len(g.exceptions))
g.add_note('n')
print(g.subgroup(ValueError).__notes__)


class Own(ExceptionGroup):
    def derive(self, excs): return Own(self.message + '!', excs)


print(show(Own('own', [ValueError(), TypeError()]).subgroup(ValueError)))


def flow():
    for i in range(3):
        try:
            raise G('g', [ValueError(i)])
        except* ValueError as e:
            x = i
    return x


print(flow())
try:
    try: raise G('g', [ValueError()])
    except* 5: pass
except TypeError as e:
    print(e)
