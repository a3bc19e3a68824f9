# memoryview: indexing, slicing, casting, formats, release, comparison.
import array
data = bytearray(b'abcdefgh')
m = memoryview(data)
print(m[0], m[-1], bytes(m[2:5]), m[::2].tolist(), m[::-1].tobytes(), len(m), m.nbytes, m.itemsize, m.format, m.shape, m.strides, m.ndim, m.readonly, m.contiguous, m.c_contiguous, m.suboffsets, m.obj is data)
m[0] = 65; m[1:3] = b'XY'; m[3:5] = memoryview(b'12')
print(data)
i = m.cast('I')
print(i.shape, i.itemsize, len(i), i.tolist() == [int.from_bytes(data[:4], 'little'), int.from_bytes(data[4:], 'little')])
i[0] = 0x01020304
print(bytes(data[:4]))
two = m.cast('B', (2, 4))
print(two.tolist(), two[1, 2], two.shape, two.strides, two.ndim)
for code in ("m[100]", "m['a']", "m[0] = 256", "m[0] = 'a'", "m[0:2] = b'abc'", "m[::2] = b'1234'", "del m[0]", "memoryview(5)", "memoryview('a')", "memoryview(b'a').__setitem__(0, 1)", "m.cast('Q', (2, 2))", "m.cast('x')", "m[::2].cast('H')", "two[0]", "two[5, 0]", "two[0, 0, 0]", "hash(m)", "hash(memoryview(b'ab')) == hash(b'ab')", "m == data", "m == bytes(data)", "memoryview(b'ab') == memoryview(b'ab')", "memoryview(b'a') < memoryview(b'b')", "memoryview(b'ab') != b'abc'", "m.hex()", "m.toreadonly()[0] == m[0]", "m.toreadonly().__setitem__(0, 1)", "list(m)[:2]", "65 in m", "m.tobytes('C')[:2]", "m.count(49)", "m.index(50)", "m.index(200)", "bytes(reversed(m))[:2]", "m.cast('b').tolist()[:2]", "m.cast('c')[0]", "m.cast('?').tolist()[0]", "m.cast('d').format", "memoryview(array.array('i', [1, 2, 3])).tolist()", "memoryview(array.array('d', [1.5]))[0]", "m + m", "memoryview(b'')[0]", "b'x' + memoryview(b'y')", "b''.join([m[:2]])", "int.from_bytes(m[:2])", "str(m[:1], 'ascii')", "isinstance(m, memoryview)", "memoryview()", "m[1:][1:][1:3].tolist()", "m[...].tolist()[:1]"):
    try: print(code, '=', eval(code) if ' = ' not in code and 'del ' not in code else exec(code))
    except Exception as e: print(code, '->', type(e).__name__, e)
with memoryview(b'ctx') as c: print(c[0])
for f in (lambda: c[0], lambda: len(c), lambda: c.tobytes(), lambda: c == b'ctx'):
    try: print(f())
    except ValueError as e: print(e)
s = m[2:4]
m.release()
print(bytes(s), repr(s)[:8])
try: data.append(1)
except BufferError as e: print(e)
try: memoryview(two).release(); two.obj
except Exception as e: print(e)
class Buf:
    def __buffer__(self, flags): return memoryview(b'from buffer')
    def __release_buffer__(self, view): print('released')
v = memoryview(Buf())
print(bytes(v)); v.release()
import inspect
print(bytes(Buf()), inspect.BufferFlags.SIMPLE)
