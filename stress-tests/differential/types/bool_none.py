# bool, None, Ellipsis, NotImplemented: what they are and refuse.
print(True, repr(False), bool(), bool([]), bool('0'), True + 1, True == 1, isinstance(True, int), bool.__mro__, True & False, True | 0, True ^ True, not True)
print(f'{True} {True:d} {True:>6} {True:5} {False!r:<7}|', '%d %s' % (True, True), int(True), float(True), str(False), True.real, [10, 20][True], 'ab' * True, hash(True), {True: 'a', 1: 'b', 1.0: 'c'})
for code in ("bool(1, 2)", "class B(bool): pass", "None()", "None.x", "None + 1", "None < None", "None[0]", "iter(None)", "len(None)", "type(None)(1)", "None.x = 1", "Ellipsis.x = 1", "type(...)(1)", "NotImplemented()", "bool(NotImplemented)", "True.x", "True = 1", "None = 1", "del None", "int(None)", "bool(x=1)", "type(NotImplemented)(5)"):
    try: exec('print(' + code + ')' if '=' not in code and ':' not in code and 'del' not in code else code)
    except Exception as e: print(code, '->', type(e).__name__, e)
print(None, type(None), type(None)() is None, ..., type(...), type(...)() is ..., NotImplemented, type(NotImplemented), None == 0, None is None, hash(None) == hash(None), bool(...), bool(None), str(None), [None] * 2, f'{None} {...}', None == None, ... == ...)
print(~5, bool.from_bytes(b'\0'), bool.from_bytes(b'\1'), True.bit_length(), True.to_bytes(), sum([True, True, False]), max(True, 2), sorted([True, False, True]), True.__and__(1), True.__xor__(True), all([]), any([]))
import copy, pickle
print(copy.copy(None), copy.deepcopy(...) is ..., pickle.loads(pickle.dumps(NotImplemented)) is NotImplemented, pickle.loads(pickle.dumps((None, True, ...))))
