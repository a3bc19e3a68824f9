# for, while, break, continue, else; the loop variable; iterators of all kinds; mutation while looping.
for i in range(3):
    if i == 1: continue
    print(i)
else:
    print('else')
for i in range(3):
    if i == 1: break
else:
    print('not printed')
print('i is', i)
for i in []: pass
else: print('empty: else;', i)
n = 5
while n:
    n -= 1
    if n == 3: continue
    if n == 1: break
    print('n', n)
else:
    print('no')
while n < 0: pass
else: print('while else')
for a, (b, *c) in [(1, (2, 3, 4)), ('x', 'yz')]: print(a, b, c)
target = {}
for target['k'] in 'ab': print(target)
lst = [0, 0]
for lst[lst[0]] in (1, 5): print(lst)


class Obj: pass


for Obj.attr in (1, 2): pass
print(Obj.attr)
for x in 1, 2, *[3, 4]: print(x, end=' ')
print()
found = []
for i in range(2, 30):
    for j in range(2, i):
        if i % j == 0: break
    else:
        found.append(i)
        continue
    if i > 20: break
print(found)
items = [1, 2, 3, 4, 5, 6]
for x in items:
    items.remove(x)
print(items)
items = [1]
for x in items:
    if len(items) < 5: items.append(x + 1)
print(items)
for bad in ({1: 1}, {1}):
    try:
        for x in bad: (bad.update({2: 2}) if isinstance(bad, dict) else bad.add(2))
    except RuntimeError as e:
        print(e)
d = {1: 1, 2: 2}
try:
    for k in d: del d[k]; d[k + 10] = 1
except RuntimeError as e:
    print(e)


class Countdown:
    def __init__(self, n): self.n = n
    def __iter__(self): return self
    def __next__(self):
        if self.n == 0: raise StopIteration
        self.n -= 1
        return self.n


print([x for x in Countdown(4)], list(zip(Countdown(3), Countdown(2))))


class OldStyle:
    def __getitem__(self, i):
        if i == 3: raise IndexError('end')
        return i * i


print(list(OldStyle()), max(OldStyle()))
for bad in (5, None, object, lambda: 0):
    try:
        for x in bad: pass
    except TypeError as e:
        print(e)


class NoNext:
    def __iter__(self): return 5


try:
    iter(NoNext())
except TypeError as e:
    print(e)


def returns_in_loop():
    for i in range(10):
        try:
            if i == 2: continue
            if i == 4: return i
        finally:
            print('finally', i)


print(returns_in_loop())
for i in range(3):
    try:
        break
    finally:
        print('finally of break', i)
for i in range(2):
    with open('/dev/null') as f:
        continue
print(f.closed)
