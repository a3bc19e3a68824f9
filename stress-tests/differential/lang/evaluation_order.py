# The order the language reference promises, made visible.
log = []
def t(v):
    log.append(v)
    return v


def show(tag):
    print(tag, log)
    log.clear()


t(1) + t(2) * t(3) - t(4); show('arith')
t(2) ** t(3) ** t(1); show('power')
-t(1) ** t(2); show('neg power')
t(1) < t(2) < t(0) < t(9); show('chain stops')
t([5])[t(0)]; show('subscript')
t(str)(t(5)); show('call')
d = {}
d[t('k')] = t('v'); show('store: value first')
(d[t('a')], d[t('b')]) = t((1, 2)); show('unpack')
d[t('x')] = d[t('y')] = t('z'); show('chained')
d[t('x')] += t('!'); show('augmented')
t(1) if t(0) else t(2); show('conditional')
[t(i) + t(10) for i in t([1, 2]) if t(True)]; show('comprehension')
{t(1): t(2), t(3): t(4)}; show('dict')
{t(k): t(v) for k, v in t([(1, 2)])}; show('dict comp')
(t(1), [t(2), {t(3)}], t(4)); show('nested')
print(t('a'), t('b'), sep=t(' '), end=t('\n')); show('keywords')
f'{t(1)} {t(2):{t(3)}}'; show('fstring')
lambda x=t('default'): t('body'); show('lambda')


@t
def f(a: t('annotation') = t('def'), *, k=t('kwdef')) -> t('ret'): pass


log.pop(); show('function')


class Base:
    def __init_subclass__(cls, **k): log.append('init_subclass')


class C(t(Base), metaclass=t(type), key=t('kw') and None): t('body')


log[0] = log[1] = '-'; show('class')
del d[t('x')], d[t('y')]; show('del')
assert t(1), t(2); show('assert')
t(1) and t(0) and t(2) or t(3); show('bool')
t(1), *t([2]), t(3); show('stars')
(lambda *a, **k: 0)(t(1), *t([2]), k=t(3), **t({'z': 4})); show('call stars')


class Obj:
    def __setattr__(self, k, v): log.append(('set', k, v))
    def __getattr__(self, k): log.append(('get', k)); return 1
    def __getitem__(self, k): log.append(('getitem', k)); return self
    def __setitem__(self, k, v): log.append(('setitem', k, v if v is not self else 'self'))
    def __iadd__(self, o): log.append(('iadd', o)); return self
    def __call__(self, *a): log.append(('call', a)); return self


ob = Obj()
ob.a = ob.b = t(0); show('attrs')
ob.x += t(5); show('attr augmented')
ob[t(1)][t(2)] += t(3); show('item augmented')
ob(t(1))(t(2))[t(3)] = t(4); show('calls')
i = 0
lst = [10, 20, 30]
i, lst[i] = 2, 99
print(i, lst)
i = i2 = lst[i] = 1
print(lst)
x = 1
print(x + (x := 10) + x, [x, x := 2, x], (x, (x := x + 1), x))
def loc():
    a = 1
    r = a + (a := 5) * a, [a, a := 6], {a: (a := 7)}, (a, (lambda: a)(), a := 8)
    return r, a
print(loc())
def argorder(a, b, c): return a, b, c
print(argorder(x, (x := 50), x), argorder(c=t(1), a=t(2), b=t(3)))
show('keyword call')
while t(len(log) < 3): pass
show('while')
for t_ in t(range(1)): t('body')
show('for')
with open(t('/dev/null')) as ob.file: log.append('in with')
log[1] = log[1][:2]; show('with')
try:
    raise t(ValueError('e')) from t(None)
except t(ValueError):
    log[0] = '-'; log[-1] = '-'; show('raise')
d[t('ann')]: t('not evaluated?') = t('val')
show('annotated target')
(t('ignored')).attr: t('ann2') if False else None
show('annotated without value')
