# def, return, defaults, keyword and star arguments, recursion, lambda.
def add(a, b=10, *rest, c=1, **named):
    return a + b + c + sum(rest), named


print(add(1), add(1, 2), add(1, 2, 3, 4), add(1, c=5), add(1, z=9), add(*[1, 2], **{'c': 3}))


def fact(n):
    return 1 if n < 2 else n * fact(n - 1)


print(fact(20), fact(30), (lambda x: x + 1)(1))


def nothing():
    pass


print(nothing())
