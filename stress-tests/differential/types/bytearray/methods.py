# bytearray: everything that changes it, and exports that forbid resizing.
a = bytearray(b'hello')
a[0] = 72; a[-1:] = b'O!'; a[1:3] = []; a += b'x'; a *= 2; a.append(65); a.extend(b'yz'); a.extend([1, 2]); a.insert(0, 0); a.insert(100, 255)
print(a, len(a), a.pop(), a.pop(0), a)
a.remove(65); a.reverse(); print(a)
del a[0], a[::2]; print(a)
a[::2] = b'Q' * len(a[::2]); print(a, a.copy() is a, a.copy() == a)
a.clear(); print(a, bool(a))
for code in ("bytearray(b'a')[5]", "bytearray().pop()", "bytearray(b'a').remove(5)", "bytearray(b'a').append(256)", "bytearray(b'a').append('a')", "bytearray(b'a').extend('a')", "bytearray(b'a').extend([256])", "bytearray(b'a').extend(5)", "bytearray(b'abc').__setitem__(slice(0, 2), 5)", "bytearray(b'abc').__setitem__(slice(0, 3, 2), b'xyz')", "bytearray(b'abc').__setitem__(0, 'a')", "bytearray('a')", "bytearray(-1)", "hash(bytearray())", "bytearray(b'a') + 'x'", "bytearray(b'a') + b'b'", "b'a' + bytearray(b'b')", "bytearray(3)", "bytearray('é', 'utf-8')", "bytearray(b'ab') == b'ab'", "bytearray(b'ab') < b'b'", "bytearray(b'ab').find(b'b')", "bytearray(b'a,b').split(b',')", "bytearray(b'ab').upper()", "bytearray(b'ab').decode()", "bytearray(b'ab').hex()", "bytearray.fromhex('6162')", "bytearray(b'%d') % 5", "bytearray(b',').join([b'a', b'b'])", "bytearray(b'abc').translate(None, b'b')", "97 in bytearray(b'a')", "bytearray(b'x').insert('a', 1)", "bytearray(b'ab').pop(5)", "bytearray(b'abc').index(98)", "bytearray(b'a\\n').splitlines()", "repr(bytearray(b\"'\"))", "bytearray(b'x').take_bytes()" if False else "1", "bytearray(b'abc').resize(5)", "bytearray(b'abc').resize(-1)"):
    try: print(code, '=', eval(code))
    except Exception as e: print(code, '->', type(e).__name__, e)
a = bytearray(b'export')
m = memoryview(a)
for f in (lambda: a.append(1), lambda: a.clear(), lambda: a.__delitem__(0), lambda: a.extend(b'x'), lambda: a.__setitem__(slice(0, 1), b'xy'), lambda: a.pop(), lambda: a.__imul__(2)):
    try: f(); print('ok')
    except BufferError as e: print(e)
a[0] = 88; a[1:3] = b'YY'
print(bytes(m))
m.release()
a.append(33); print(a)
it = iter(a); next(it); a.clear(); print(list(it), it.__length_hint__())
a = bytearray(b'abc')
a[1:1] = a; a.extend(a); print(a)
try: a += a
except BufferError as e: print(e)
class BA(bytearray): pass
print(BA(b'x'), type(BA(b'a') + b'b').__name__, type(BA(b'ab')[:]).__name__, BA(b'a') == bytearray(b'a'))
