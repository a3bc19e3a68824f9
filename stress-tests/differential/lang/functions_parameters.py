# Every kind of parameter and every way a call can be wrong.
def f(a, b=2, /, c=3, *args, d, e=5, **kw): return a, b, c, args, d, e, kw


print(f(1, d=4), f(1, 9, 8, 7, 6, d=0, a=1, b=2, z=3))
print(f.__defaults__, f.__kwdefaults__, f.__code__.co_argcount, f.__code__.co_posonlyargcount,
      f.__code__.co_kwonlyargcount, f.__code__.co_varnames[:7], f.__code__.co_flags & 12)


def none(): pass
def one(a): pass
def two(a, b): pass
def three(a, b, c): pass
def opt(a, b=1): pass
def kwonly(*, a, b): pass
def kwonly3(*, a, b, c=1): pass
def posonly(a, b, /): pass
def posonly_default(a, b=1, /): pass
def star(a, *args): pass
def kws(a, **kw): pass
class K:
    def m(self, a): pass
    @classmethod
    def c(cls, a): pass
    @staticmethod
    def s(a): pass


k = K()
BAD = '''none(1)
none(1, 2)
none(x=1)
one()
one(1, 2)
one(1, a=2)
one(b=1)
one(1, b=1)
two()
two(1)
two(b=1)
two(1, 2, 3)
three()
three(b=1)
opt()
opt(1, 2, 3)
opt(1, c=2)
kwonly()
kwonly(a=1)
kwonly(1, 2)
kwonly3(1, a=1, b=2)
kwonly3()
posonly(a=1, b=2)
posonly(1, b=2)
posonly()
posonly_default(1, b=1)
star()
kws()
kws(1, 2, x=3)
k.m()
k.m(1, 2)
K.m(1)
K.c()
K.s()
K.s(1, 2)
K(1)
K(a=1)
f(1)
f(d=1)
(lambda x: x)()
one(*5)
one(**5)
one(*None)
one(**{1: 2})
one(a=1, **{'a': 2})
kws(1, **{'x': 1}, **{'x': 2})
one(**[('a', 1)])
two(*[1], *[2], *[3])
5()
None()
k()
'abc'(1)
'''
for line in BAD.splitlines():
    try:
        print(line, eval(line))
    except TypeError as e:
        print(line, '->', e)


def default_once(x, acc=[]):
    acc.append(x)
    return acc


default_once(1)
print(default_once(2), default_once.__defaults__)
print((lambda *a, **k: (a, k))(1, *[2, 3], x=4, **{'y': 5}, z=6), (lambda a, /, b: a - b)(5, b=2))
print((lambda *a, k=1: (a, k))(*'ab', *[], k=2), (lambda **k: list(k))(b=1, a=2, **{'c d': 3}))
f.__defaults__ = (100,)
try:
    f(d=1)
except TypeError as e:
    print(e)
print(f(1, 2, d=1))
f.__kwdefaults__ = {'d': 'D'}
try:
    print(f(1, 2))
except TypeError as e:
    print(e)
order = []


def o(v):
    order.append(v)
    return v


(lambda *a, **k: 0)(o(1), *[o(2)], o(3), a=o(4), **{'b': o(5)}, c=o(6))
print(order)


def annotated(a: o('ann'), *, b: 'str' = o('default')) -> o('ret'): pass


print(order)


def shadow(self, f, kwargs=1, **_kwargs): return self, f, kwargs, _kwargs


print(shadow(f=1, self=2, cls=3))
