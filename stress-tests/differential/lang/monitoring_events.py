# sys.monitoring (PEP 669): tools, callbacks, what is told and when, DISABLE, local events.
import sys

mon = sys.monitoring
E = mon.events
T = 3
mon.use_tool_id(T, 'tool')
log = []


def base(code):
    return code.co_firstlineno


def note(name, shape):
    def callback(code, *args):
        if code.co_filename == __file__:
            log.append((name, code.co_name, *shape(code, args)))
    return callback


LINES = lambda code, args: (args[0] - base(code),)
NOTHING = lambda code, args: ()
VALUE = lambda code, args: (args[1],)
ERROR = lambda code, args: (type(args[1]).__name__,)
CALLEE = lambda code, args: (getattr(args[1], '__name__', args[1]), 'MISSING' if args[2] is mon.MISSING else args[2])
SHAPES = {'PY_START': NOTHING, 'PY_RESUME': NOTHING, 'PY_RETURN': VALUE, 'PY_YIELD': VALUE, 'LINE': LINES, 'RAISE': ERROR,
          'RERAISE': ERROR, 'PY_UNWIND': ERROR, 'PY_THROW': ERROR, 'EXCEPTION_HANDLED': ERROR, 'CALL': CALLEE,
          'C_RETURN': CALLEE, 'C_RAISE': CALLEE}
for name, shape in SHAPES.items():
    mon.register_callback(T, getattr(E, name), note(name, shape))


def told(events, f, *args):
    log.clear()
    mon.set_events(T, events)
    try:
        f(*args)
    except Exception as e:
        mon.set_events(T, 0)
        log.append(('left', type(e).__name__))
    mon.set_events(T, 0)
    print(f.__name__)
    for i, entry in enumerate(log):
        # How often an exception is raised again on its way out depends on how the code is laid out.
        if entry[1] != 'told' and (entry[0] != 'RERAISE' or entry != log[i - 1]):
            print('  ', *entry)


def plain(x):
    y = x + 1
    if y > 2:
        return 'big'
    return y


def gen():
    yield 1
    yield 2


def uses():
    for v in gen():
        pass
    return v


def fails():
    raise KeyError('k')


def catches():
    try:
        fails()
    except KeyError:
        return 'caught'


def lets_through():
    try:
        fails()
    finally:
        x = 1


def thrown():
    g = gen()
    next(g)
    try:
        g.throw(ValueError('v'))
    except ValueError:
        pass


def natives():
    len('abc')
    [].append(1)
    try:
        int('x')
    except ValueError:
        pass
    plain(1)


def loops():
    n = 0
    for i in range(3):
        n += i
    while n > 1: n -= 1
    return n


FLOW = E.PY_START | E.PY_RESUME | E.PY_RETURN | E.PY_YIELD | E.PY_UNWIND | E.PY_THROW
told(FLOW, plain, 1)
told(FLOW | E.LINE, plain, 5)
told(FLOW, uses)
told(FLOW | E.RAISE | E.EXCEPTION_HANDLED, catches)
told(FLOW | E.RAISE | E.RERAISE, lets_through)
told(FLOW | E.RAISE, thrown)
told(E.CALL | E.C_RETURN | E.C_RAISE, natives)
told(E.LINE, loops)
told(E.PY_START, catches)

# DISABLE: a location says no more until restart_events.
seen = []
mon.register_callback(T, E.LINE, lambda code, line: (seen.append(line - base(code)), mon.DISABLE)[1] if code is loops.__code__ else mon.DISABLE)
mon.set_events(T, E.LINE)
loops(); loops()
mon.restart_events()
loops()
mon.set_events(T, 0)
print(seen)

# Local events: of one code object.
seen.clear()
mon.register_callback(T, E.LINE, lambda code, line: seen.append((code.co_name, line - base(code))))
mon.set_local_events(T, plain.__code__, E.LINE)
print(mon.get_local_events(T, plain.__code__) == E.LINE, mon.get_events(T))
plain(1); loops(); plain(5)
mon.set_local_events(T, plain.__code__, 0)
plain(1)
print(seen)

# A callback that raises; one that disables what cannot be.
def raises(code, *a):
    if code is plain.__code__:
        raise RuntimeError('from callback')
mon.register_callback(T, E.PY_START, raises)
mon.set_events(T, E.PY_START)
try: plain(1)
except RuntimeError as e: print(e)
mon.set_events(T, 0)
mon.register_callback(T, E.RAISE, lambda *a: mon.DISABLE)
mon.set_events(T, E.RAISE)
try: catches()
except ValueError as e: print(e)
mon.set_events(T, 0)
print(mon.register_callback(T, E.RAISE, None))

# Jumps and branches.
kinds = []
def branch(name):
    return lambda code, a, b: kinds.append(name) if code is loops.__code__ else None
for name in ('BRANCH_LEFT', 'BRANCH_RIGHT'):
    mon.register_callback(T, getattr(E, name), branch(name))
mon.set_events(T, E.BRANCH_LEFT | E.BRANCH_RIGHT)
loops()
mon.set_events(T, 0)
print(len(kinds) > 4, set(kinds) == {'BRANCH_LEFT', 'BRANCH_RIGHT'})

# Two tools.
mon.use_tool_id(4, 'other')
both = []
for tool in (3, 4):
    mon.register_callback(tool, E.PY_START, lambda code, at, tool=tool: both.append((tool, code.co_name)) if code is plain.__code__ else None)
    mon.set_events(tool, E.PY_START)
plain(1)
mon.set_events(3, 0)
plain(1)
mon.free_tool_id(4)
plain(1)
print(both)
mon.free_tool_id(T)
print(mon.get_tool(T), mon._all_events())
