def f(a, b):
    print('%s-%5.2r%%' % (a, b + 1), '%d' % (a,), '%s' % b)
    return f"{a}", f"x{a!r:>{b}}y{a + 1}", t"p{a}q{b!s:3}"
# expect:
# code <module> line 1 regs 2
#     1       0 MAKE_FUNCTION    r0, k0  (<code f>)
#             1 STORE_NAME       r0†, s0  (f)
#             2 RETURN_CONST     0, k1  (None)
#
# code f line 1 regs 10 locals [a b]
#     2       0 LOAD_GLOBAL      r2, s0  (print)
#             1 FORMAT           r3, a, 0 f=1
#             2 LOAD_CONST       r4, k0  ("-")
#             3 ADD_I            r5, b, #1
#             4 LOAD_CONST       r6, k1  (">5.2")
#             5 FORMAT           r5, r5, 6 f=134
#             6 LOAD_CONST       r6, k2  ("%")
#             7 BUILD_STRING     r3, r3, 4
#             8 LOAD_CONST       r4, k3  ("%d")
#             9 BORROW           r5, a
#            10 BUILD_TUPLE      r5, r5, 1
#            11 MOD              r4, r4, r5†
#            12 LOAD_CONST       r5, k4  ("%s")
#            13 MOD              r5, r5, b
#            14 CALL             r2, r2, 3
#            15 CLEAR            r2
#     3      16 FORMAT           r2, a, 0
#            17 LOAD_CONST       r3, k5  ("x")
#            18 LOAD_CONST       r5, k6  (">")
#            19 FORMAT           r6, b, 0
#            20 BUILD_STRING     r5, r5, 2
#            21 FORMAT           r4, a, 5 f=134
#            22 LOAD_CONST       r5, k7  ("y")
#            23 ADD_I            r6, a, #1
#            24 FORMAT           r6, r6, 0
#            25 BUILD_STRING     r3, r3, 4
#            26 LOAD_CONST       r4, k8  (("p", "q", ""))
#            27 BORROW           r5, a
#            28 LOAD_CONST       r6, k9  ("a")
#            29 LOAD_CONST       r7, k10  ("")
#            30 BUILD_INTERPOLATION r5, r5
#            31 BORROW           r6, b
#            32 LOAD_CONST       r7, k11  ("b")
#            33 LOAD_CONST       r8, k12  ("3")
#            34 BUILD_INTERPOLATION r6, r6 f=1
#            35 BUILD_TUPLE      r5, r5, 2
#            36 BUILD_TEMPLATE   r4, r4
#            37 BUILD_TUPLE      r2, r2, 3
#            38 RETURN           r2, 3
