def f(a,b=1,*,c,d=4,e=None): return a,b,c,d,e
def t(*a,**k):
    try: print(f(*a,**k))
    except TypeError as e: print(e)
for _ in range(3):
    print(f(1,c=3), f(1,2,c=3), f(a=1,c=3), f(c=3,a=1,b=[2],e=5,d=6), f(b=2,a=1,c=0))
    t(1); t(1,2,3,c=4); t(c=1); t(1,a=2,c=3); t(1,c=3,z=5); t(1,c=1,**{'d':2})
    try: f(1,b=2,b2=3,c=1)
    except TypeError as e: print(e)
def g(*,k): return k
print(g(k=[1])); 
try: g()
except TypeError as e: print(e)
try: g(1,k=2)
except TypeError as e: print(e)
f.__kwdefaults__={'c':'new'}
print(f(1,b=5)) if 0 else None
try: print(f(1,b=5))
except TypeError as e: print(e)
f.__kwdefaults__={'c':'new','d':0,'e':1}
print(f(1,b=5))
f.__kwdefaults__=None
try: print(f(1,b=5))
except TypeError as e: print(e)
def h(p,/,q,*,r=1): return p,q,r
print(h(1,q=2),h(1,2,r=3))
try: h(p=1,q=2)
except TypeError as e: print(e)
def many(a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r): return q,r
print(many(*range(16),q=1,r=2))
f.__defaults__=(7,8)
f.__kwdefaults__={'c':'x','d':0,'e':1}
print(f(c=3),f(e=3),f(b=3))
f.__defaults__=(1,2,3,4)
print(f(c=3),f(e=3),f(b=3))
class S:
    @staticmethod
    def s(*a): return a
s=S()
for _ in range(3): print(s.s(1), s.s)if 0 else print(s.s(1))
S.__dict__['s'].__init__(len)
try: print(s.s(1))
except TypeError as e: print(e)
print(s.s('abc'))
