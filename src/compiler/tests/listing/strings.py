def f(a, b):
    return f"{a}", f"x{a!r:>{b}}y{a + 1}", t"p{a}q{b!s:3}"
# expect:
# code <module> line 1 regs 2
#     1       0 MAKE_FUNCTION    r0, k0  (<code f>)
#             1 STORE_NAME       r0†, s0  (f)
#             2 RETURN_CONST     k1  (None)
#
# code f line 1 regs 10 locals [a b]
#     2       0 FORMAT           r2, a, 0
#             1 LOAD_CONST       r3, k0  ("x")
#             2 LOAD_CONST       r5, k1  (">")
#             3 FORMAT           r6, b, 0
#             4 BUILD_STRING     r5, r5, 2
#             5 FORMAT           r4, a, 5 f=134
#             6 LOAD_CONST       r5, k2  ("y")
#             7 ADD_I            r6, a, #1
#             8 FORMAT           r6, r6, 0
#             9 BUILD_STRING     r3, r3, 4
#            10 LOAD_CONST       r4, k3  (("p", "q", ""))
#            11 BORROW           r5, a
#            12 LOAD_CONST       r6, k4  ("a")
#            13 LOAD_CONST       r7, k5  ("")
#            14 BUILD_INTERPOLATION r5, r5
#            15 BORROW           r6, b
#            16 LOAD_CONST       r7, k6  ("b")
#            17 LOAD_CONST       r8, k7  ("3")
#            18 BUILD_INTERPOLATION r6, r6 f=1
#            19 BUILD_TUPLE      r5, r5, 2
#            20 BUILD_TEMPLATE   r4, r4
#            21 BUILD_TUPLE      r2, r2, 3
#            22 RETURN           r2
