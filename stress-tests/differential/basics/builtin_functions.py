# The builtin functions that every program uses.
print(abs(-3), min(3, 1, 2), max([1, 5]), sum([1, 2, 3]), round(2.567, 2), divmod(7, 3), pow(2, 5), len('abc'))
print(list(range(2, 10, 3)), list(enumerate('ab')), list(zip([1, 2], 'ab')), list(map(str, [1, 2])), list(filter(None, [0, 1])), list(reversed([1, 2])), sorted([3, 1, 2], reverse=True, key=lambda x: x))
print(any([0, 1]), all([0, 1]), isinstance(1, int), callable(print), type(1), bool(''), int('5'), float('2.5'), str(None), list('ab'), tuple([1]), dict(a=1), set([1]))
print(hex(255), bin(5), oct(8), hash(5), getattr('a', 'upper')(), hasattr(1, 'x'), iter([1]).__next__(), next(iter([]), 'end'), format(3.14159, '.2f'), ascii('é'))
