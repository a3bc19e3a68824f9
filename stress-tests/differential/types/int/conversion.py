# int(): from text in all bases, floats, other objects; to text; digits limit; bytes.
import sys
for args in (('12',), (' \t-12\n',), ('+5',), ('1_000',), ('0x1f', 16), ('1f', 16), ('0b101', 0), ('0o17', 0), ('0XFF', 0), ('z', 36), ('-0', 10), ('٣٤',), (b'12',), (bytearray(b'7'), 8), (3.99,), (-3.99,), (1e20,), (True,), (), ('00',), ('0_0', 0), ('0', 0)):
    print(args, int(*args))
for args in (('',), (' ',), ('1__0',), ('_1',), ('1_',), ('0x1f',), ('1f',), ('12', 2), ('012', 0), ('9', 8), ('z', 35), ('1', 1), ('1', 37), ('1', -2), (12, 10), ('+ 5',), ('--5',), ('1.5',), ('1e5',), (None,), ([],), ('1', '2'), (1.5, 10), (float('nan'),), (float('inf'),), (1j,), ('é',), (b'\xff',), ('1\0',), ('a' * 250,), ('5', 2**70), (1, 2, 3)):
    try:
        print(args, int(*args))
    except Exception as e:
        print(args, type(e).__name__, str(e))
for x in (0, 5, -5, 255, -256, 2**64, -2**70): print(bin(x), oct(x), hex(x), str(x), repr(x), f'{x:b} {x:o} {x:x} {x:X} {x:#x} {x:,} {x:_} {x:_b} {x:+} {x:=+8} {x:^12}|')
print(int.from_bytes(b'\x01\x02', 'big'), int.from_bytes(b'\x01\x02', 'little'), int.from_bytes(b'\xff\xfe', signed=True), int.from_bytes([1, 2, 3]), int.from_bytes(b''))
print((258).to_bytes(2), (258).to_bytes(4, 'little'), (-2).to_bytes(3, signed=True), (0).to_bytes(0), (5).to_bytes(), (2**70).to_bytes(9, 'big'))
for f in (lambda: (256).to_bytes(1), lambda: (-1).to_bytes(1), lambda: (1).to_bytes(1, 'middle'), lambda: (128).to_bytes(1, signed=True), lambda: (1).to_bytes(-1), lambda: int.from_bytes('a'), lambda: int.from_bytes([256]), lambda: int.from_bytes(5)):
    try: print(f())
    except Exception as e: print(type(e).__name__, e)
try: str(10**5000)
except ValueError as e: print(e)
try: int('1' * 5000)
except ValueError as e: print(e)
print(len(hex(10**5000)), int('f' * 5000, 16).bit_length())
sys.set_int_max_str_digits(0)
print(len(str(7**9000)), int('1' * 6000) % 9973, str(3**5000)[:30], str(3**5000)[-30:], int(str(13**4000)) == 13**4000)
print((5).as_integer_ratio(), (5).numerator, (5).denominator, (5).real, (5).imag, (5).conjugate(), (5).is_integer(), int.__doc__[:20])
print(round(15, -1), round(25, -1), round(-15, -1), round(12345, -2), round(5, 3), round(10**30 + 5 * 10**9, -10), (7).__round__(), (5).__trunc__(), (5).__floor__(), (5).__ceil__(), (5).__index__(), (5).__float__())


class I(int):
    def __repr__(self): return 'I!'
    def __add__(self, o): return I(int(self) + o)


print(I(5), I(5) + 1, type(I(5) * 2), [I(1)], I('7') == 7, hash(I(3)), {3: 'x'}[I(3)], f'{I(5)}', f'{I(5):d}', I.from_bytes(b'\x05'), type(I.from_bytes(b'\x05')).__name__, int(I(4)), type(int(I(4))).__name__)
class Tr:
    def __trunc__(self): return 5
try: int(Tr())
except TypeError as e: print(e)
