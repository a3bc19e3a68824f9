# repr, ascii, format, str of every builtin kind of object, and recursion guards.
import collections, types, functools, re, datetime, fractions, decimal, pathlib, enum, dataclasses, array, uuid
class Color(enum.Enum): RED = 1; GREEN = 'g'
class Flag(enum.Flag): A = 1; B = 2
class IE(enum.IntEnum): ONE = 1
@dataclasses.dataclass(order=True)
class P: x: int; y: list = dataclasses.field(default_factory=list); z: int = dataclasses.field(default=0, repr=False)
things = [0, -1, 1.0, 1e100, 1j, 'it\'s', b'a\x00', bytearray(b'q'), None, True, ..., NotImplemented, [1, [2]], (1,), (), {1: {2: 3}}, {1}, set(), frozenset([1]), range(3), slice(1, None), int, type, object, len, ValueError('x', 1), Color.RED, Color, Flag.A | Flag.B, IE.ONE, P(1, [2]), collections.deque([1], maxlen=3), collections.OrderedDict(a=1), collections.defaultdict(int, a=1), collections.Counter('aab'), collections.ChainMap({}, {1: 2}), types.SimpleNamespace(a=1), types.MappingProxyType({1: 2}), fractions.Fraction(1, 3), decimal.Decimal('1.50'), datetime.date(2024, 2, 29), datetime.timedelta(1, 2, 3), pathlib.PurePosixPath('/a/b'), re.compile('a+', re.I), array.array('i', [1, 2]), functools.partial(int, base=2), 'é\n\t\\"', "'\"", '\u200b', uuid.UUID(int=5), zip.__name__, StopIteration(1), KeyError('k'), OSError(2, 'm'), int | str, list[int], memoryview, types.ModuleType('m'), re.match('a', 'ab'), {}.keys(), {1: 2}.items(), {1: 2}.values(), datetime.datetime(2024, 1, 2, 3, 4, 5), datetime.timezone.utc, collections.namedtuple('NT', 'a b')(1, 2)]
for t in things: print(repr(t), '|', str(t), '|', ascii(t) if not isinstance(t, type) else '', '|', f'{t}' if True else '')
l = [1]; l.append(l); d = {}; d[1] = d; t = ([],); t[0].append(t); s = P(1); s.y = s; dq = collections.deque(); dq.append(dq); od = collections.OrderedDict(); od[1] = od; ns = types.SimpleNamespace(); ns.x = ns
print(l, d, t, s, dq, od, ns, sep='\n')
print(Color['RED'], Color('g'), Color.RED == Color(1), list(Color), Color.RED.name, Color.RED.value, Flag(3), Flag.A in Flag(3), IE.ONE + 1, f'{IE.ONE}', isinstance(IE.ONE, int), hash(Color.RED) == hash(Color.RED))
for f in (lambda: Color(5), lambda: Color['X'], lambda: setattr(Color, 'RED', 2), lambda: Color.NOPE, lambda: type('E2', (Color,), {})):
    try: f()
    except Exception as e: print(type(e).__name__, e)
print(P(1) == P(1), P(1) < P(2), dataclasses.asdict(P(1, [2])), dataclasses.replace(P(1), x=5), [f.name for f in dataclasses.fields(P)])
try: P()
except TypeError as e: print(e)
