# Control flow.
n = 0
while n < 5:
    n += 1
    if n == 2:
        continue
    if n == 4:
        break
    print('n', n)
for i in range(3):
    print(i, end=' ')
else:
    print('else')
for c in 'ab':
    for d in (1, 2):
        print(c, d)
if n > 10:
    print('large')
elif n > 3:
    print('middle')
else:
    print('small')
