# Decorators, property, staticmethod, classmethod.
def twice(f):
    def wrapper(*args):
        return f(*args), f(*args)
    return wrapper


@twice
def hello(name):
    return 'hello ' + name


print(hello('you'))


class C:
    def __init__(self):
        self._x = 1

    @property
    def x(self):
        return self._x

    @x.setter
    def x(self, value):
        self._x = value

    @staticmethod
    def s(a):
        return a

    @classmethod
    def c(cls):
        return cls.__name__


c = C()
c.x += 5
print(c.x, C.s(3), c.s(4), C.c(), c.c())
