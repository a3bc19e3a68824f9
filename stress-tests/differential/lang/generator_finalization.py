# Generators: closing, dying, delegation, exceptions; frames and their variables.
import sys
def g():
    try:
        yield 1
        yield 2
    finally:
        print("finally")
x = g(); next(x); del x
print("deleted")
x = g(); del x
print("never started")
def g2():
    try: yield 1
    except GeneratorExit:
        print("exit"); raise
x = g2(); next(x); x.close(); x.close()
def g3():
    try: yield 1
    except GeneratorExit: yield 2
x = g3(); next(x)
try: x.close()
except RuntimeError as e: print(e)
def g4():
    while True:
        try:
            v = yield
            print("got", v)
        except ValueError as e:
            print("ve", e)
        finally:
            print("f")
x = g4(); next(x); x.send(1); x.throw(ValueError("a")); x.send(2)
try: x.throw(KeyError("k"))
except KeyError as e: print("KeyError", e)
try: next(x)
except StopIteration: print("stop")
def deleg():
    r = yield from g5()
    print("r", r)
    return r + 1
def g5():
    try:
        a = yield "a"
        print("a", a)
    except ValueError as e:
        print("caught", e)
        yield "recovered"
    return 10
x = deleg(); print(next(x))
try: x.send(3)
except StopIteration as e: print("value", e.value)
x = deleg(); next(x); print(x.throw(ValueError("t")))
try: next(x)
except StopIteration as e: print("value", e.value)
def selfrun():
    try: next(me)
    except ValueError as e: print(e)
    yield 1
me = selfrun(); next(me)
def ctx():
    try: raise KeyError("outer")
    except KeyError:
        print(sys.exception())
        yield 1
        print(sys.exception())
        yield 2
    print(sys.exception())
    yield 3
c = ctx(); next(c)
print(sys.exception())
try: raise IndexError("mine")
except IndexError:
    next(c); print(repr(sys.exception()))
    next(c); print(repr(sys.exception()))
def g6():
    x = yield
    raise StopIteration(x)
x = g6(); next(x)
try: x.send(5)
except RuntimeError as e: print(e, repr(e.__cause__), repr(e.__context__))
def g7():
    return 5
    yield
try: next(g7())
except StopIteration as e: print(e.value, e.args)
try: g7().send(1)
except TypeError as e: print(e)
try: g7().throw(ValueError("unstarted"))
except ValueError as e: print(e, e.__traceback__.tb_next.tb_frame.f_code.co_name)
x = g7()
try: x.throw(StopIteration("s"))
except BaseException as e: print(type(e).__name__, e)
def ww():
    class CM:
        def __enter__(s): print("enter"); return s
        def __exit__(s, *a): print("exit", a[0] and a[0].__name__)
    with CM():
        yield 1
        yield 2
x = ww(); next(x); del x
for v in ww(): break
print("after break")
def tb_keeps():
    big = ["local"]
    raise ValueError
try: tb_keeps()
except ValueError as e: tb = e.__traceback__
print(tb.tb_next.tb_frame.f_locals, tb.tb_next.tb_lineno, tb.tb_frame.f_code.co_name)
def lv():
    a = 1
    f = sys._getframe()
    f.f_locals["a"] = 2
    f.f_locals["new"] = 3
    print(a, sorted(f.f_locals), f.f_locals["new"], "new" in locals())
    return f
fr = lv()
print(fr.f_back is sys._getframe(), fr.f_lineno, sorted(fr.f_locals))
def cells():
    a = 1
    def inner():
        nonlocal a
        a += 1
        return sys._getframe(1).f_locals["a"], a
    print(inner())
    sys._getframe().f_locals["a"] = 10
    print(a, inner())
    del a
    try: inner()
    except NameError as e: print(e)
    try: a
    except NameError as e: print(e)
cells()
def comp():
    x = 5
    l = [x for x in range(3)]
    m = [(lambda: x) for x in range(3)]
    return x, l, [f() for f in m], [y for y in [x]]
print(comp())
class CC:
    z = 3
    l = [z for _ in range(1)] if False else [q for q in range(z)]
    k = [[i for i in range(j)] for j in range(z)]
print(CC.l, CC.k)
def unp():
    a = b = c = 0
    try: a, b, c = 1, 2
    except ValueError as e: print(e, a, b, c)
    try: a, b, c = iter([1, 2, 3, 4])
    except ValueError as e: print(e, a, b, c)
    try: a, *b, c = [1]
    except ValueError as e: print(e, a, b, c)
    def bad():
        yield 1
        raise KeyError
    try: a, b, c = bad()
    except KeyError: print(a, b, c)
    a, b = b, a
    (a, b), c = (1, 2), 3
    [a, *b] = "xyz"
    print(a, b, c)
unp()
def fin():
    for i in range(3):
        try:
            if i == 1: continue
            if i == 2: return "ret"
            print("body", i)
        finally:
            print("fin", i)
print(fin())
def fin2():
    try: return 1
    finally: print("in finally")
print(fin2())
def fin3():
    try:
        try: raise ValueError("a")
        finally: raise KeyError("b")
    except KeyError as e: return repr(e.__context__)
print(fin3())
def fin4():
    while True:
        try: 1 / 0
        except ZeroDivisionError: break
        finally: print("f4")
    return sys.exception()
print(fin4())
def nested():
    try:
        try: raise ValueError(1)
        except ValueError:
            try: raise KeyError(2)
            except KeyError: print(repr(sys.exception()))
            print(repr(sys.exception()))
            raise
    except ValueError as e: print("re", e, e.__context__)
nested()
try: raise
except RuntimeError as e: print(e)
def many(*a, **k): return len(a), len(k)
print(many(*range(5000), **{f"k{i}": i for i in range(3000)}))
print(eval("many(" + ",".join(map(str, range(400))) + ")"))
src = "def big(" + ",".join(f"a{i}=0" for i in range(500)) + "): return a0 + a499"
exec(src); print(big(1), big(*range(500)), big(a499=3))
