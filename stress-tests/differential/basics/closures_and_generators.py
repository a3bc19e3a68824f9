# Inner functions, nonlocal, generators, comprehensions.
def counter():
    n = 0

    def up():
        nonlocal n
        n += 1
        return n

    return up


up = counter()
print(up(), up(), up())


def numbers(n):
    for i in range(n):
        yield i * i


g = numbers(4)
print(next(g), next(g), list(g))
print([x * 2 for x in range(4) if x], {x: x * x for x in range(3)}, {x % 2 for x in range(5)}, sum(x for x in range(5)))
