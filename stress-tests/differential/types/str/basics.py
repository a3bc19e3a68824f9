# str: construction, concatenation, repetition, indexing, comparison, hashing, repr, encoding.
print(str(), str(5), str(b'a'), str(b'caf\xc3\xa9', 'utf-8'), str(b'\xff', 'latin-1'), str(b'\xff', errors='replace'), str(object=3), str('x'), str(None), str(str))
for code in ("str(b'\\xff', 'utf-8')", "str('a', 'utf-8')", "str(5, 'utf-8')", "str(b'', 'nope')", "'a' * -1", "'ab' * 3", "3 * 'é'", "'a' * 1.5", "'a' * 'b'", "'a' + 5", "'a' + None", "'a' + b'b'", "'abc'[1]", "'abc'[-1]", "'abc'[5]", "'日本'[1]", "'a😀b'[1]", "'a😀b'[2]", "'abc'['a']", "'a' * 2**70", "ord('ab')", "ord('😀')", "ord('')", "ord(5)", "ord(b'a')", "chr(128512)", "chr(-1)", "chr(1114112)", "chr('a')", "chr(0xd800)", "'%s' % 5", "'%s %s' % (1,)", "'%s' % (1, 2)", "'%(a)s' % {'a': 1}", "'%(a)s' % {}", "'%(a)s' % 5", "'%q' % 5", "'%' % ()", "'%d' % 1.9", "'%d' % 'a'", "'%i %u' % (True, -3)", "'%x %X %o' % (255, 255, 8)", "'%#x %#o' % (255, 8)", "'%c%c' % ('é', 97)", "'%c' % 'ab'", "'%c' % -1", "'%5s|%-5s|%05d|%+d|% d' % ('a', 'b', 42, 1, 2)", "'%*d|%-*d|' % (5, 1, 5, 2)", "'%.2f %.0f %5.1f' % (1.005, 2.5, 3.14159)", "'%r %a' % ('é', 'é')", "'%.3s' % 'abcdef'", "'%%' % ()", "'a' % 5", "'%s' % [1]", "'a' % []", "'a' % {}", "'%(x)s %(y)d' % {'x': 1, 'y': 2}", "'%(x)s %s' % {'x': 1}", "'%e %E %g %G' % (1.5, 1.5, 1e-10, 1e20)", "'%x' % 1.5", "'%s' % 'é日'", "'%.f' % 1.5", "'%ld %hd' % (1, 2)", "'%5%|' % ()", "'%s %s' % ('a', ('b',))", "'% x' % 5", "'%+s' % 5", "'%.2' % 1", "'%(a' % {'a': 1}", "'%*s' % ('a', 'b')"):
    try: print(code, '=', ascii(eval(code)))
    except Exception as e: print(code, '->', type(e).__name__, e)
print(repr('it\'s'), repr("say \"it's\""), repr('"'), repr('\\\n\t\r\x00\x1f\x7f\x80\xa0\xad\u200b\u2028\ud800\U0001F600é\U000e0001'), ascii('é日😀\x80'))
print('a' < 'b', 'a' < 'B', '' < 'a', 'é' > 'z', '日' < '😀', '\uffff' < '😀', 'abc' < 'abd', 'ab' < 'abc', 'a' == 'a', 'a' != b'a', 'x' == 5)
s = 'x' * 3
t = 'xx'
t += 'x'
print(s == t, hash(s) == hash(t), {s: 1}[t], s in {t})
for enc in ('utf-8', 'utf-16', 'utf-16-le', 'utf-32-be', 'latin-1', 'ascii', 'utf-7', 'cp1252', 'utf-8-sig', 'idna', 'punycode', 'unicode_escape', 'raw_unicode_escape', 'rot13', 'hex', 'nope'):
    for text in ('abc', 'é', '日本😀'):
        try:
            b = text.encode(enc)
            print(enc, ascii(text), b, b.decode(enc) == text)
        except Exception as e: print(enc, ascii(text), type(e).__name__, e)
for err in ('strict', 'ignore', 'replace', 'backslashreplace', 'xmlcharrefreplace', 'namereplace', 'surrogateescape', 'surrogatepass', 'nope'):
    for text, enc in (('aé\ud800b', 'ascii'), ('\udc80x', 'utf-8')):
        try: print(err, text.encode(enc, err))
        except Exception as e: print(err, type(e).__name__, e)
    for data in (b'a\xffb', b'\xe6\x97', b'\xed\xa0\x80', b'\xf0\x9f\x98', b'\xc0\x80'):
        try: print(err, ascii(data.decode('utf-8', err)))
        except Exception as e: print(err, type(e).__name__, e)


class S(str):
    def __str__(self): return 'S.str'
    def __len__(self): return 99


x = S('abc')
print(x, len(x), x + 'd', type(x + 'd').__name__, type(x[:]).__name__, x.upper(), [x], f'{x}', '%s' % x, ''.join([x]), {x: 1}, x == 'abc', type(str(x)).__name__, S(5) == '5', type(x.strip()).__name__, x * 2)
print(*'a日😀', list('é\u0301'), [*reversed('a日😀')], 'a日😀'[::-1], tuple('ab'), sorted('bca'), max('abc'), 'é'.__sizeof__() > 0, 'abc'.__getnewargs__(), 'abc'.__format__('>5'))
