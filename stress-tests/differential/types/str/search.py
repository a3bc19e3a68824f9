# str: find, index, count, in, startswith, endswith, replace, partition, split, over ASCII and wide text.
TEXTS = ['', 'a', 'abcabc', 'aaaa', 'héllo wörld', '日本語日本', 'a\0b\0', '😀x😀', 'mississippi', ' \t x \n', 'a,b,,c', 'x\u2028y\x1cz\r\nw\rv']
NEEDLES = ['', 'a', 'abc', 'aa', 'l', 'ö', '日本', '\0', '😀', 'issi', 'ss', ',', 'zz', ' ']
for t in TEXTS:
    print(repr(t), len(t))
    for n in NEEDLES:
        print('  ', repr(n), t.find(n), t.rfind(n), t.count(n), n in t, t.startswith(n), t.endswith(n), t.find(n, 1), t.rfind(n, 0, -1), t.count(n, 2), t.find(n, -3, 100), t.partition(n) if n else '', t.rpartition(n) if n else '', t.split(n) if n else '', t.rsplit(n, 1) if n else '', t.replace(n, '<>'), t.replace(n, '-', 1))
    print('  ', t.split(), t.rsplit(None, 1), t.split(None, 1), t.splitlines(), t.splitlines(True), t.strip(), t.lstrip(' a'), t.rstrip('\0b'), t.strip('a日😀'), t.removeprefix('a'), t.removesuffix('c'))
for code in ("'a'.index('b')", "'abc'.rindex('z')", "'abc'.index('c', 0, 2)", "'a'.split('')", "'a'.partition('')", "'a'.find(5)", "'a' in 5", "5 in 'a'", "'a'.startswith(5)", "'a'.startswith(('b', 5))", "'a'.startswith(('b', 'a'))", "'a'.endswith(())", "'a'.replace('a')", "'a'.replace('a', 5)",
             "'abc'.startswith('bc', 1)", "'abc'.startswith('', 4)", "'abc'.startswith('', 3)", "'abc'.endswith('b', 0, 2)", "'abc'.find('', 4)", "'abc'.count('', 1)", "'aXbX'.split('X', maxsplit=1)", "'a b c'.split(maxsplit=0)", "'a'.split(5)", "'a'.strip(5)", "'abc'.find('c', None, None)", "'abc'.find('a', 'x')", "'aaa'.replace('a', 'b', count=2)", "'aaa'.replace('', 'b', 2)", "'abc'.count('b', -10, 10)", "'a'.removeprefix(5)", "'abc'.find()", "'x'.splitlines(keepends=5)"):
    try: print(code, '=', eval(code))
    except Exception as e: print(code, '->', type(e).__name__, e)
big = 'ab' * 5000 + 'c' + 'é' * 10
print(big.find('c'), big.find('bc'), big.count('ab'), big.rfind('ab'), big.index('é'), big.find('ééc'), len(big.replace('ab', 'x')), big[-3:], big[9999:10002])
