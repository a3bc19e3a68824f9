# with, match, walrus, assert, del, global.
class Manager:
    def __enter__(self):
        print('enter')
        return 5

    def __exit__(self, *a):
        print('exit', a[0])
        return True


with Manager() as m:
    print(m)
    raise ValueError
for v in (1, 'a', [1, 2], {'k': 3}, None):
    match v:
        case 1:
            print('one')
        case str(s):
            print('str', s)
        case [a, b]:
            print('pair', a, b)
        case {'k': k}:
            print('k', k)
        case _:
            print('other')
if (n := 5) > 3:
    print(n)
assert n == 5
del n
count = 0


def bump():
    global count
    count += 1


bump()
bump()
print(count)
