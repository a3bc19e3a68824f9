# The str methods that every program uses.
s = '  The Quick, brown fox  '
print(s.strip(), s.upper(), s.lower(), s.split(), s.replace('o', '0'), s.find('Q'), s.count('o'), s.strip().startswith('The'))
print(','.join(['a', 'b']), 'a,b,c'.split(','), 'abc'[::-1], 'x'.center(5, '-'), '7'.zfill(3), 'a-b'.partition('-'))
print('%d %s %.2f' % (1, 'two', 3), '{} {1}'.format(1) if False else '{0} {1:>4}'.format('a', 2), 'äöü'.upper(), len('日本'))
print(str([1, 'a']), repr('it\'s'), ord('a'), chr(98), 'a' < 'b', sorted('hello'), b'bytes'[0], b'ab'.decode(), 'é'.encode())
