# What the builtin containers promise when threads share them: no lost appends, no lost keys, each item once.
import collections, itertools, queue, threading
N, T = 2000, 4
def run(f):
    ts = [threading.Thread(target=f, args=(i,)) for i in range(T)]
    for t in ts: t.start()
    for t in ts: t.join()


l = []; run(lambda i: [l.append((i, n)) for n in range(N)]); print(len(l), len(set(l)), all([n for j, n in l if j == i] == list(range(N)) for i in range(T)))
d = {}; run(lambda i: [d.__setitem__((i, n), n) for n in range(N)]); print(len(d))
d = {}; winners = []; run(lambda i: [winners.append(d.setdefault(n, i) == i) for n in range(N)]); print(len(d), sum(winners))
src = list(range(N)); got = []
def pops(i):
    while True:
        try: got.append(src.pop())
        except IndexError: return
run(pops); print(sorted(got) == list(range(N)))
d = {n: n for n in range(N)}; got = []
def popitems(i):
    while True:
        try: got.append(d.popitem()[0])
        except KeyError: return
run(popitems); print(sorted(got) == list(range(N)))
s = set(); run(lambda i: [s.add(n) for n in range(N)]); print(len(s))
s = set(range(N)); got = []
def spops(i):
    while True:
        try: got.append(s.pop())
        except KeyError: return
run(spops); print(sorted(got) == list(range(N)))
q = collections.deque(); run(lambda i: [q.append(n) or q.appendleft(n) for n in range(N)]); print(len(q)); got = []
def dpops(i):
    while True:
        try: got.append(q.pop()); got.append(q.popleft())
        except IndexError: return
run(dpops); print(len(got))
c = itertools.count(); got = []; run(lambda i: [got.append(next(c)) for _ in range(N)]); print(sorted(got) == list(range(N * T)))
sq = queue.SimpleQueue(); run(lambda i: [sq.put(n) for n in range(N)]); print(sq.qsize())
lock, n = threading.Lock(), 0
def counted(i):
    global n
    for _ in range(N):
        with lock: n += 1
run(counted); print(n)
l = []; run(lambda i: [l.extend([i] * 3) for _ in range(N)]); print(len(l), all(l[k] == l[k + 1] == l[k + 2] for k in range(0, len(l), 3)))
class C: pass
o = C(); run(lambda i: [setattr(o, f'a{i}_{n}', n) for n in range(300)]); print(len(o.__dict__), all(getattr(o, f'a{i}_{n}') == n for i in range(T) for n in range(300)))
def gen():
    for x in range(N): yield x
g = gen(); got = []; errors = set()
def consume(i):
    while True:
        try: got.append(next(g))
        except StopIteration: return
        except ValueError as e: errors.add(str(e))
run(consume); print(sorted(got) == list(range(N)), errors <= {'generator already executing'})
