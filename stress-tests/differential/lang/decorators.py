# Function and class decorators: order of evaluation, any expression, what the name is bound to.
log = []


def deco(tag):
    log.append(f'make {tag}')
    def apply(f):
        log.append(f'apply {tag} to {f.__name__}')
        return f
    return apply


def default(): log.append('default'); return 1


@deco('a')
@deco('b')
def f(x=default()) -> int: return x


print(log, f())


@lambda g: [g(), g()]
def twice(): return 'result'


print(twice)
table = {'k': [deco('sub')]}


@table['k'][0]
class C: pass


@(d := deco('walrus'))
def h(): pass


@deco if False else deco('cond')
def i(): pass


print(log[-4:], C.__name__)


class Count:
    def __init__(self, f): self.f, self.calls = f, 0
    def __call__(self, *a): self.calls += 1; return self.f(*a)
    def __get__(self, obj, cls): return (lambda *a: self(obj, *a)) if obj else self


class K:
    @Count
    def m(self, x): return (type(self).__name__, x)
    @staticmethod
    def s(x): return x
    @classmethod
    def c(cls, x): return cls.__name__, x
    @property
    def p(self): return self._p
    @p.setter
    def p(self, v): self._p = v * 2
    @p.deleter
    def p(self): print('deleting'); del self._p


k = K()
print(k.m(1), k.m(2), K.m.calls, K.s(3), k.s(4), K.c(5), k.c(6))
k.p = 10
print(k.p)
del k.p
try:
    k.p
except AttributeError as e:
    print(e)


def fails(f): raise ValueError('decorator')


try:
    @fails
    def never(): pass
except ValueError as e:
    print(e)
print('never' in globals())
try:
    @5
    def bad(): pass
except TypeError as e:
    print(e)


def add_attr(**kw):
    def apply(cls):
        for k, v in kw.items(): setattr(cls, k, v)
        return cls
    return apply


@add_attr(x=1, y=2)
class D:
    @property
    @staticmethod
    def odd(): return 1


print(D.x, D.y)


def outer():
    n = 0
    def count(f):
        nonlocal n
        n += 1
        return f
    @count
    def a(): pass
    @count
    @count
    async def b(): pass
    return n


print(outer())
