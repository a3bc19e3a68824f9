# dict and set keys with user-defined hash and equality; mutation inside __eq__; exceptions from them.
class K:
    def __init__(self, h, name): self.h, self.name = h, name
    def __hash__(self): log.append(f'hash {self.name}'); return self.h
    def __eq__(self, other): log.append(f'{self.name} == {other.name}'); return self.name[0] == other.name[0]
    def __repr__(self): return self.name


def show(tag):
    print(tag, log)
    log.clear()


log = []
a1, a2, b = K(1, 'a1'), K(1, 'a2'), K(1, 'b')
d = {a1: 1}; show('literal')
d[a2] = 2; show('equal key'); print(d); log.clear()
d[b] = 3; show('collision'); print(list(d)); log.clear()
a1 in d; show('identity'); d.get(K(2, 'a3')); show('other hash'); del d[a2]; show('del'); print(d); log.clear()
s = {a1, a2, b}; show('set'); print(len(s)); s.add(a2); show('add'); s.discard(K(1, 'zz')); show('discard')
{**{a1: 1}}; show('copy'); {a1: 1} == {a2: 1}; show('dict eq'); {a1} == {b}; show('set eq'); {a1} & {a2}; show('set and')


class Bad:
    def __init__(self, where): self.where = where
    def __hash__(self):
        if self.where == 'hash': raise ValueError('in hash')
        return 5
    def __eq__(self, o):
        if self.where == 'eq': raise KeyError('in eq')
        return NotImplemented


for where in ('hash', 'eq'):
    for op in ('{Bad(w): 1}', '{Bad(w), Bad(w)}', 'd[Bad(w)]', 'd.get(Bad(w))', 'Bad(w) in d', 'd.setdefault(Bad(w))', 'd.pop(Bad(w), 0)', 'Bad(w) in {5}', '{5} - {Bad(w)}', 'frozenset([Bad(w), Bad(w)])', '{Bad(w): 1, Bad(w): 2}'):
        try: eval(op, {'Bad': Bad, 'w': where, 'd': {5: 0}}); print(where, op, 'ok')
        except Exception as e: print(where, op, type(e).__name__, e)


class Clears:
    def __hash__(self): return 7
    def __eq__(self, o): victim.clear(); return False


victim = {7: 1, 8: 2}
print(Clears() in victim, victim)
victim = {7: 1}
victim[Clears()] = 'new'; print(len(victim))
class Adds:
    def __hash__(self): return 3
    def __eq__(self, o): [grow.setdefault(i + 100, i) for i in range(50)]; return False
grow = {3: 1}; print(Adds() in grow, len(grow))
big = {}
for i in range(2000): big[K(i % 7, f'{chr(97 + i % 13)}{i}')] = i
log.clear(); print(len(big))
for x in (1, 1.0, True, 1 + 0j): print({1: 'one'}[x], end=' ')
print({2**61 - 1: 'a', 0: 'b'}, {-1: 'a', -2: 'b'}[-2], {'': 1, (): 2, frozenset(): 3, None: 4}, {0.0: 'z'}[-0.0], {2**70: 'big'}[2**70], {1e300: 'f'}[1e300])
