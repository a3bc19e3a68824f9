# SyntaxWarnings as Python gives them, caught by the warnings module.
import warnings
SOURCES = ['"\\d"', 'b"\\d"', '"\\400"', 'x is 5', 'x is not "a"', '1 is 1', 'assert (x, "m")', '5()', '"a"[1.5]', '[1, 2][3, 4]', '[1](2)', '{1: 2}()', 'f"\\d{x}"', '1or 2', '0x1for x in y',
           'def f():\n try: pass\n finally: return 1', 'def f():\n for x in y:\n  try: pass\n  finally: break', 'while 1:\n try: pass\n finally: continue', 'None.x', 'None[0]', '...[0]', '"a" "b"(1)', '(1, 2)["a"]', 'x = "a" if 1is 1 else 2', 'lambda: 1 is x']
for source in SOURCES:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter('always')
        try:
            compile(source, '<w>', 'exec')
        except SyntaxError as e:
            print(repr(source), 'SyntaxError', e)
        for w in caught: print(repr(source), w.category.__name__, w.message, w.lineno)
        if not caught: print(repr(source), 'no warning')
with warnings.catch_warnings():
    warnings.simplefilter('error')
    try:
        compile('x = "\\d"', '<w>', 'exec')
    except SyntaxError as e:
        print(e, e.lineno, e.offset)
