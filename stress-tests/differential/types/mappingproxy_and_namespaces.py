# mappingproxy, SimpleNamespace, module and class dicts, ChainMap, defaultdict, Counter, OrderedDict, deque.
import types, collections
p = types.MappingProxyType(src := {'a': 1, 'b': 2})
print(p, p['a'], len(p), 'a' in p, list(p), p.get('z'), p | {'c': 3}, p == src, p.copy(), list(reversed(p)), p.keys(), hash(p) == 0 if False else 1)
src['new'] = 1; print(p)
for code in ("p['x'] = 1", "del p['a']", "p.x = 1", "p['zz']", "hash(p)", "types.MappingProxyType(5)", "types.MappingProxyType([])", "p |= {}", "p.pop('a')"):
    try: exec(code); print(code, 'ok')
    except Exception as e: print(code, '->', type(e).__name__, e)
d = collections.defaultdict(list, x=[1]); d['k'].append(2); print(d, d.default_factory, d.get('no'), 'no' in d, d.copy(), d | {'z': 1})
try: collections.defaultdict(None)['k']
except KeyError as e: print(repr(e))
try: collections.defaultdict(5)
except TypeError as e: print(e)
c = collections.Counter('abracadabra'); print(c, c.most_common(2), c['zz'], c.total(), c + collections.Counter(a=1), c - collections.Counter(a=9), c & collections.Counter(a=2, b=9), sorted(c.elements())[:3], +collections.Counter(a=-1, b=1)); c.update('aa'); c.subtract('b'); print(c['a'], c['b'])
o = collections.OrderedDict(a=1, b=2, c=3); o.move_to_end('a'); print(o, o.popitem(), o.popitem(last=False), o, o == {'c': 3}); o.move_to_end('c', last=False)
print(collections.OrderedDict([(1, 2), (3, 4)]) == collections.OrderedDict([(3, 4), (1, 2)]), list(reversed(collections.OrderedDict(a=1, b=2))))
try: o.move_to_end('zz')
except KeyError as e: print(repr(e))
m = collections.ChainMap({'a': 1}, {'a': 2, 'b': 3}); m['n'] = 5; print(m['a'], m['b'], m.maps[0], sorted(m), m.new_child({'a': 0})['a'], m.parents['a'], len(m))
q = collections.deque([1, 2, 3], maxlen=4); q.append(4); q.append(5); q.appendleft(0); print(q, q[0], q[-1], len(q), q.maxlen, 2 in q, q.index(3), q.count(2)); q.rotate(1); print(q); q.rotate(-2); print(q); q.extend('ab'); q.extendleft('cd'); print(q, q.pop(), q.popleft()); q.remove('c'); q.insert(1, 'i'); q.reverse(); print(q, q.copy() == q, q + collections.deque([1]), q * 2, list(reversed(q))); del q[0]; q[0] = 'set'; print(q); q.clear(); print(q)
for code in ("collections.deque().pop()", "collections.deque().popleft()", "collections.deque([1])[5]", "collections.deque([1]).remove(2)", "collections.deque([1]).index(2)", "collections.deque(maxlen=-1)", "collections.deque([1], maxlen=1).insert(0, 2)", "collections.deque([1])[0:1]", "collections.deque() < collections.deque([1])", "hash(collections.deque())", "collections.deque(5)", "collections.deque([1]) + [1]", "collections.deque([1, 2], 'a')"):
    try: print(code, '=', eval(code))
    except Exception as e: print(code, '->', type(e).__name__, e)
q = collections.deque([1, 2, 3]); it = iter(q); next(it); q.append(4)
try: next(it)
except RuntimeError as e: print(e)
n = types.SimpleNamespace(a=1); n.b = 2; del n.a; print(n, n == types.SimpleNamespace(b=2), vars(n), types.SimpleNamespace({'k': 1}), __import__('copy').replace(n, b=5))
for code in ("types.SimpleNamespace(1)", "n.nope", "types.SimpleNamespace({1: 2})"):
    try: eval(code)
    except Exception as e: print(type(e).__name__, e)
