# Unicode identifiers and their normalisation, line joining, indentation, semicolons, comments, soft keywords.
é = 1; naïve, π, 变量, _ª = 2, 3.14, 'var', 'x'
print(é, naïve, π, 变量, sorted(n for n in globals() if not n.isascii()))
ﬁ = 'ligature'
print(fi, 'fi' in globals(), ﬁ)
class K: ℌ = 'fraktur'
print(K.H, getattr(K, 'H'), hasattr(K, 'ℌ'))
def f(ﬀ): return ff
print(f(ﬀ=1), f(ff=2))
x = 1 + \
    2
y = (1 +  # comment inside
     2
     # and between

     + 3)
print(x, y); z = 5; print(z);
if x: print('one line'); print('suite')
if x:
        print('eight')
        if y:
         print('nine')
while 0: pass
def g(): return 1; return 2
print(g())
class One: a = 1; b = 2
print(One.b)
match, case, type, _ = 1, 2, 3, 4
print(match, case, type, _)
print(type if match else case, match * case, match[0] if 0 else 'ok', -match, match - 1)
def match(case): return case
print(match(case=5))
print(1if 2else 3, [1for i in (1,)], 0xf or 1, 1_000.0_1)
''; ""; """doc"""; 5; ...; None
def doc():
    "a" "b"
def nodoc():
    f"x"
def bytesdoc():
    b"x"
print(doc.__doc__, nodoc.__doc__, bytesdoc.__doc__)
def cleaned():
    """First.

        Indented.
      Less.
    """
print(repr(cleaned.__doc__))
print("tab	inside", 'a' 'b'
      'c')
assert True; assert (1, 2) != (1, 3)
lambda: (yield)
print(eval('1\f+1'), eval('1 # c'), eval('(1\n+\n1)'), len('''a\
b
c'''))
exec("if 1:\r\n    print('crlf')\r\nelse:\r\n    pass\r\n")
exec("x = 'cr'\rprint(x)\r")
exec("\ufeffprint('bom')".encode())
exec(b"# -*- coding: latin-1 -*-\nprint('\xe9' == '\\xe9')")
print(not-1, not(1), 1 if(2)else(3), [*(1,)], -(-1), +-+1, ~-1, 2**-1, 3 - -3, 1<2, 1!=2, (lambda:0)(), 5 .__add__(1))
