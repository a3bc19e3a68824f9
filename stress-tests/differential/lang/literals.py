# Numbers, strings, bytes and containers as they are written.
print(0, 00, 1_000_000, 0xFF, 0Xdead_beef, 0o17, 0O7_7, 0b1010, 0B1_1)
print(1.5, 1., .5, 1e3, 1E-3, 1_0.2_5e1_0, 1e400, -1e400, 5e-324, 0.1 + 0.2)
print(1j, 1.5J, 0j, 1e2j, 3 + 4j, -0j, 0xFFFF_FFFF_FFFF_FFFF_FFFF)
print('a' "b" '''c''' """d""")
print('tab\there', 'nl\\n', '\x41\u00e9\U0001F600\N{BULLET}\101\0'.encode('unicode_escape'))
print('a\
b')
print(r'\n\x' R"\'" r'''
raw''')
print(b'abc' B'\x00\xff\n\101', rb'\n', Rb'\'', bR"x")
print(len('é'), len('e\u0301'), '\'' "'" '"')
print([], [1], [1, 2,], (), (1,), (1, 2), {}, {1: 2,}, {1, 1.0, True}, {**{}})
print(None, True, False, Ellipsis, ..., NotImplemented)
print(0.1, 1e16, 1e15, 123456789012345678.0, 1e-4, 1e-5, 1.0e22, 1e23)
print(-1 ** 2, (-1) ** 2, 2 ** -1, 2 ** 3 ** 2, -2 ** 2, not 1 == 2)
print(1 .__class__.__name__, 1..__class__.__name__, 1.0.is_integer())
print('''multi
line ''' 'x' f'{1}' r'\y')
print("\N{LATIN SMALL LETTER A WITH DIAERESIS}", "\u4e2d\u6587", "\x7f\x80\xa0\xad".__repr__())
print('\ud800'.__repr__(), '\udfff\ud800'.encode('utf-8', 'surrogatepass'))
