# The attribute lookup order, data and non-data descriptors, __set_name__, __getattr__ and friends, functions as descriptors.
class Data:
    def __set_name__(self, owner, name): print('set_name', owner.__name__, name); self.name = name
    def __get__(self, obj, cls): return f'data {self.name} {obj is not None} {cls.__name__}'
    def __set__(self, obj, v): print('set', self.name, v)
    def __delete__(self, obj): print('delete', self.name)


class NonData:
    def __get__(self, obj, cls=None): return f'nondata {obj is not None} {cls.__name__}'


class ReadOnly:
    def __get__(self, obj, cls): return 'ro'
    def __set__(self, obj, v): raise AttributeError("read-only")


class SetOnly:
    def __set__(self, obj, v): obj.__dict__['so'] = v * 2


class C:
    d = Data()
    n = NonData()
    r = ReadOnly()
    so = SetOnly()


c = C()
print(c.d, C.d, c.n, C.n, c.r)
c.d = 1
del c.d
c.__dict__.update(d='inst d', n='inst n', r='inst r')
print(c.d, c.n, c.r)
try:
    c.r = 1
except AttributeError as e:
    print(e)
try:
    del c.r
except AttributeError as e:
    print(e)
print(type(c.so).__name__)
c.so = 5
print(c.so)
C.d = 'plain'
print(c.d)


class Sub(C):
    def __getattribute__(self, name):
        print('  getattribute', name)
        return super().__getattribute__(name)
    def __getattr__(self, name):
        print('  getattr', name)
        if name == 'no': raise AttributeError('custom message')
        return name + '!'
    def __delattr__(self, name): print('  delattr', name)


s = Sub()
print(s.missing, s.n)
try:
    s.no
except AttributeError as e:
    print(e, e.name, e.obj is s)
del s.anything
print(hasattr(s, 'no'), getattr(s, 'no', 'default'))


class PropFails:
    @property
    def p(self): raise AttributeError('inside property')
    def __getattr__(self, name): return 'fallback for ' + name


print(PropFails().p)


class Late: pass


Late.d = Data()
try:
    Late().d
except AttributeError as e:
    print(e)


class SetNameFails:
    def __set_name__(self, owner, name): raise ValueError('in set_name')


try:
    class X: attr = SetNameFails()
except ValueError as e:
    print(e, e.__notes__)


def f(self, *a): return self, a


bound = f.__get__('me')
print(bound(1, 2), bound.__self__, bound.__func__ is f, bound == f.__get__('me'), f.__get__(None, int) is f)
print(type(bound).__name__, bound.__name__, hash(bound) == hash(f.__get__('me')))
try:
    bound.attr = 1
except AttributeError as e:
    print(e)


class Meta(type):
    meta_data = Data()
    meta_attr = 'from meta'
    def meta_method(cls): return cls.__name__


class K(metaclass=Meta):
    meta_attr = 'from class'
    meta_data = 'shadowed by meta'


print(K.meta_data, K.meta_attr, K.meta_method())
try:
    K().meta_method
except AttributeError as e:
    print(e)
p = property(lambda self: 1, doc='docs')
print(p.__doc__, p.fget.__name__, p.fset, type(p.getter(lambda s: 2)).__name__)


class P:
    ro = property(lambda self: 1)
    wo = property(None, lambda self, v: None)


for act in ("P().ro = 1", "del P().ro", "P().wo", "P().zzz", "P().zzz = 1; P().__dict__ = 5", "del P().zzz", "P.zzz",
            "(5).x = 1", "(5).real = 1", "del int.real", "int.x = 1", "None.x", "object().x = 1", "[].append = 1", "len.x"):
    try:
        exec(act)
    except Exception as e:
        print(act, '->', type(e).__name__, e)
