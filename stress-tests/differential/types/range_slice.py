# range: indexing, slicing, containment, equality, huge ranges, errors.
for args in ((5,), (2, 5), (0, 10, 3), (10, 0, -3), (5, 2), (0,), (-3,), (10**20, 10**20 + 3), (0, 10**30, 10**29), (True, 5)):
    r = range(*args)
    print(r, list(r), r.start, r.stop, r.step, bool(r), list(reversed(r)), r[1:3] if True else '', r[::-1], hash(r) == hash(range(*args)))
    try: print(len(r), r[0], r[-1], 3 in r, r.index(r[-1]), r.count(r[0]))
    except Exception as e: print(type(e).__name__, e)
for code in ("range()", "range(1.0)", "range('a')", "range(1, 2, 0)", "range(1, 2, 3, 4)", "range(5)[5]", "range(5)['a']", "range(5).index(9)", "range(5) + range(3)", "range(5) * 2", "range(5) < range(6)", "range(0) == range(2, 1)", "range(0, 3, 2) == range(0, 4, 2)", "range(5) == [0, 1, 2, 3, 4]", "len(range(10**30))", "range(10**30)[10**29]", "10**25 in range(10**30)", "2.0 in range(5)", "2.5 in range(5)", "'a' in range(5)", "range(5).start", "range(10)[2:8:2]", "range(10)[-100:100]", "range(10, 0, -1)[::2]", "range(10).count(5.0)", "range(10**30)[-1]", "max(range(5))", "sum(range(10**6))", "range(5).__reduce__()", "iter(range(5)).__length_hint__()", "range(stop=5)", "tuple(range(3))", "range(3).x", "hash(range(0)) == hash(range(1, 1))", "range(10)[10**30:]", "range(1, 10, 10**30)", "list(range(-2**63, -2**63 + 2))", "list(range(2**62 - 1, 2**62 + 2))", "bool(range(10**30))"):
    try: print(code, '=', eval(code))
    except Exception as e: print(code, '->', type(e).__name__, e)
it = iter(range(3)); next(it); print(list(it), next(it, 'end'), type(it).__name__, type(iter(range(10**30))).__name__)
it = iter(range(5)); it.__setstate__(3); print(list(it), it.__reduce__()[0].__name__)
try: range(5).start = 1
except AttributeError as e: print(e)
try:
    class R(range): pass
except TypeError as e: print(e)
try:
    class Sl(slice): pass
except TypeError as e: print(e)
total = 0
for i in range(100000): total += i
for i in range(100, -100, -7): total -= i
print(total, i, [i for i in range(0)], [*range(3), *range(2)])
