# What may be seen of a container while another thread changes it: never a torn value, never a lost element.
import threading
ROUNDS = 300
def race(*functions):
    start, errors = threading.Barrier(len(functions)), []
    def run(f):
        start.wait()
        try: f()
        except Exception as e: errors.append(f'{type(e).__name__}: {e}')
    ts = [threading.Thread(target=run, args=(f,)) for f in functions]
    for t in ts: t.start()
    for t in ts: t.join()
    return sorted(set(errors))


pair = {'v': (0, 0)}
def write():
    for n in range(ROUNDS * 10): pair['v'] = (n, n)
def read():
    for _ in range(ROUNDS * 10):
        a, b = pair['v']
        if a != b: raise AssertionError('torn')
print('tuple in dict', race(write, write, read, read))
l = [0] * 100
def replace():
    for n in range(ROUNDS): l[:] = [n] * 100
def snapshot():
    for _ in range(ROUNDS):
        s = l.copy()
        if len(s) != 100: raise AssertionError(f'length {len(s)}')
print('slice assignment and copy', race(replace, snapshot, snapshot))
d = {}
def fill():
    for n in range(ROUNDS): d.update({f'k{n}': n, f'j{n}': n})
def check():
    for _ in range(ROUNDS):
        c = d.copy()
        for k, v in c.items():
            if int(k[1:]) != v: raise AssertionError(f'{k} {v}')
print('update and copy', race(fill, fill, check), len(d) == 2 * ROUNDS)
s = set()
def add():
    for n in range(ROUNDS * 5): s.add(n)
def remove():
    for n in range(ROUNDS * 5): s.discard(n)
def both():
    for _ in range(ROUNDS): list(s), len(s), s | {1}, s & {1, 2}, s.copy()
print('set snapshots', race(add, remove, both))
class Node: pass
head = Node(); head.value = head.copy = 0
def link():
    for n in range(1, ROUNDS * 5):
        node = Node(); node.value = n; node.copy = n
        head.next = node
def follow():
    for _ in range(ROUNDS * 5):
        node = getattr(head, 'next', head)
        if node.value != node.copy: raise AssertionError('half made')
print('published object', race(link, follow, follow))
flag, data = [False], []
def publish():
    data.append('ready'); flag[0] = True
def wait():
    while not flag[0]: pass
    if data != ['ready']: raise AssertionError('flag before data')
print('flag after data', race(publish, wait, wait))
x = [0]; y = [0]; seen = []
def left(): x[0] = 1; seen.append(y[0])
def right(): y[0] = 1; seen.append(x[0])
bad = 0
for _ in range(100):
    x[0] = y[0] = 0; seen.clear(); race(left, right); bad += seen == [0, 0]
print('store buffering', 'never both zero' if bad == 0 else 'both zero seen')
total = []
def extend(tag): return lambda: [total.extend((tag, tag, tag)) for _ in range(ROUNDS)]
print('extend is whole', race(extend('a'), extend('b')), all(len(set(total[i:i + 3])) == 1 for i in range(0, len(total), 3)), len(total))
counts = {}
lock = threading.Lock()
def counted():
    for n in range(ROUNDS * 5):
        with lock: counts[n % 7] = counts.get(n % 7, 0) + 1
print('under a lock', race(counted, counted, counted), sum(counts.values()) == ROUNDS * 15)
it = iter(range(ROUNDS * 10)); got = []
def take():
    for v in it: got.append(v)
print('shared range iterator', race(take, take), len(got) >= ROUNDS * 9)
