def show(*a): print(*a)
D={'a':1,'b':[2],'c':(3,)}
for k,v in D.items(): show(k,v)
for i,(k,v) in enumerate(D.items()): show(i,k,v)
for i,x in enumerate('xyz',5): show(i,x)
for i,x in enumerate([1,2,3],2**61-2): show(i,x)
for i,x in enumerate([1,2,3],2**70): show(i,x)
for a,b in zip('ab',[1,2,3]): show(a,b)
for a,b in zip([1,2,3],'ab'): show(a,b)
for a,b in zip([],'ab'): show(a,b)
for a,b in zip((x*x for x in range(3)), (y for y in 'abcd')): show(a,b)
for a,b in zip(iter([object]),(y for y in ())): show(a,b)
else: show('else')
try:
    for a,b in zip([1,2],[1],strict=True): show(a,b)
except ValueError as e: show(e)
try:
    for k,v in D.items(): D[k+'x']=1
except RuntimeError as e: show(e)
try:
    for k in D: D[k+'x']=1
except RuntimeError as e: show(e)
D={'a':1,'b':2}
try:
    for k,v in D.items():
        del D[k]; D[k+'z']=5
except RuntimeError as e: show(e)
S={1,2,3}
try:
    for k in S: S.add(k+10)
except RuntimeError as e: show(e)
def g():
    yield 1,2
    yield 3,4
    raise KeyError('x')
try:
    for a,b in g(): show(a,b)
except KeyError as e: show(repr(e))
try:
    for i,x in enumerate(g()): show(i,x)
except KeyError as e: show(repr(e))
try:
    for a,b in zip(g(),g()): show(a,b)
except KeyError as e: show(repr(e))
try:
    for a,b in zip([1,2,3,4],g()): show(a,b)
except KeyError as e: show(repr(e), a, b)
for a,b in [(1,2),(3,4)]: show(a,b)
try:
    for a,b in enumerate(5): pass
except TypeError as e: show(e)
try:
    for a,b,c in enumerate('ab'): pass
except ValueError as e: show(e)
try:
    for (a,) in enumerate('ab'): pass
except ValueError as e: show(e)
e=enumerate('abcdef')
for i,x in e:
    if i==1: break
show(next(e), list(e))
z=zip('abcdef','uvwxyz')
for a,b in z:
    if a=='b': break
show(next(z), list(z))
class I:
    def __iter__(self): return self
    n=0
    def __next__(self):
        self.n+=1
        if self.n>3: raise StopIteration
        return self.n
for i,x in enumerate(I()): show(i,x)
for a,b in zip(I(),I()): show(a,b)
en=enumerate(iter(int,1))
class R:
    def __next__(self):
        return next(other)
    def __iter__(self): return self
other=enumerate('pqrs')
for i,x in enumerate(R()): show(i,x)
for c in 'héllo': show(c,end=' ') if 0 else show(c)
for c in 'abc': show(c)
for c in iter('abc'): show(c)
def f():
    for i,(a,*b) in enumerate([(1,2,3),(4,)]): yield i,a,b
show(list(f()))
[show(i,x) for i,x in enumerate('ab')]
show({k:v for k,v in zip('ab','cd')}, [k for k,v in {'q':1}.items()], sum(i*x for i,x in enumerate([3,4])))
x=[]
for i,y in enumerate(x):
    if i<5: x.append(i)
show(x)
L=[1,2]
for i,y in enumerate(L):
    if i<5: L.append(i)
show(L)
d={}
for k,v in d.items(): pass
for k,v in {1:2}.items(): k=v=None
show(k,v)
for d[0],d[1] in enumerate('ab'): pass
show(d)
def tb():
    for i,x in enumerate(q for q in (1,0)):
        1/x
import traceback, threading
try: tb()
except ZeroDivisionError: show(traceback.format_exc().replace(__file__,'F'))
def h():
    it=iter(())
    for i,x in enumerate(g2()): pass
def g2():
    yield 1
    raise ValueError
try: h()
except ValueError: show([l.name+str(l.lineno-h.__code__.co_firstlineno) for l in traceback.extract_tb(__import__('sys').exc_info()[2])])

ee=enumerate(list(range(20000))); out=[[] for _ in range(3)]
def w(k):
    for i,x in ee: out[k].append((i,x))
ts=[threading.Thread(target=w,args=(k,)) for k in range(3)]
for t in ts: t.start()
for t in ts: t.join()
al=sorted(sum(out,[]))
show(len(al), sorted({i for i,x in al})==list(range(20000)), sorted({x for i,x in al})==list(range(20000)))
