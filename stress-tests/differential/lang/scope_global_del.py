# global, del of every kind of target, names at module level, locals() and globals().
g1 = 1


def f():
    global g1, g2
    g1, g2 = 10, 20


f()
print(g1, g2)


def reads_late():
    return defined_later


try:
    reads_late()
except NameError as e:
    print(e, e.name)
defined_later = 1
print(reads_late())
del defined_later
try:
    defined_later
except NameError as e:
    print(e)
try:
    del defined_later
except NameError as e:
    print(e)


def unbound(flag):
    if flag: v = 1
    return v


print(unbound(1))
try:
    unbound(0)
except UnboundLocalError as e:
    print(e, e.name)


def deleting():
    a = 1
    del a
    try:
        a
    except UnboundLocalError as e: print(e)
    try:
        del a
    except UnboundLocalError as e: print(e)
    a = 2
    return a


print(deleting())
l = list(range(10))
del l[0], l[-1], l[::3]
print(l)
x = y = z = w = 1
del x, (y, [z]), w
print([n for n in 'xyzw' if n in globals()])


def locals_view(a, b=2):
    c = 3
    before = locals()
    c = 4
    return before, locals()


print(locals_view(1))


def deleted_parameter(a):
    del a
    return locals()


print(deleted_parameter(1))


class Scope:
    v = 1
    print(sorted(k for k in locals() if not k.startswith('__')), locals() is vars())
    locals()['injected'] = 5
    print(injected)
    del v
    try:
        v
    except NameError as e: print(e)


print(hasattr(Scope, 'v'), Scope.injected)
globals()['dynamic'] = 'made'
print(dynamic)
print = globals()["__builtins__"].print
len = lambda x: 'shadowed'
print(len([]))
del len
print(len([]))
try:
    del len
except NameError as e:
    print(e)


def shadow():
    try:
        print(max)
    except UnboundLocalError as e:
        import builtins
        builtins.print(e)
    max = 1


shadow()


def suggestions():
    counter = 1
    try:
        return countr
    except NameError as e:
        return e


print(suggestions())
try:
    exec('nope', {'__builtins__': {}})
except NameError as e:
    print(e)
try:
    exec('print(1)', {'__builtins__': {}})
except NameError as e:
    print(e)
