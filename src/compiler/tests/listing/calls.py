def f(a, *args, k=1, **kw):
    g()
    a.m(1, a, k=k)
    g(*args)
    g(1, *args, *a, x=1, **kw, **a)
    return super(A, a).m, a.b.c(*args)
# expect:
# code <module> line 1 regs 4
#     1       0 LOAD_CONST       r1, k0  ("k")
#             1 LOAD_CONST       r2, k1  (1)
#             2 BUILD_DICT       r1, r1, 1
#             3 MAKE_FUNCTION    r0, k2  (<code f>)
#             4 SET_FUNCTION_ATTR r0, r1†  (KwDefaults)
#             5 STORE_NAME       r0†, s0  (f)
#             6 RETURN_CONST     0, k3  (None)
#
# code f line 1 regs 11 locals [a k args kw]
#     2       0 LOAD_GLOBAL      r4, s0  (g)
#             1 CALL             r4, r4, 0
#             2 CLEAR            r4
#     3       3 LOAD_METHOD      r4, a, s1  (m)
#             4 LOAD_CONST       r6, k0  (1)
#             5 BORROW           r7, a
#             6 BORROW           r8, k
#             7 LOAD_CONST       r9, k1  (("k",))
#             8 CALL_METHOD_KW   r4, r4, 3
#             9 CLEAR            r4
#     4      10 LOAD_GLOBAL      r4, s2  (g)
#            11 BORROW           r5, args
#            12 CLEAR            r6
#            13 CALL_EX          r4, r4, 0
#            14 CLEAR            r4
#     5      15 LOAD_GLOBAL      r4, s3  (g)
#            16 LOAD_CONST       r7, k0  (1)
#            17 BUILD_LIST       r5, r7, 1
#            18 LIST_EXTEND      r5, args, 4 f=1
#            19 LIST_EXTEND      r5, a, 4 f=1
#            20 LIST_TO_TUPLE    r5, r5
#            21 LOAD_CONST       r7, k2  ("x")
#            22 LOAD_CONST       r8, k0  (1)
#            23 BUILD_DICT       r6, r7, 1
#            24 DICT_MERGE       r6, kw, r4
#            25 DICT_MERGE       r6, a, r4
#            26 CALL_EX          r4, r4, 0
#            27 CLEAR            r4
#     6      28 LOAD_GLOBAL      r5, s4  (super)
#            29 LOAD_GLOBAL      r6, s5  (A)
#            30 BORROW           r7, a
#            31 LOAD_SUPER_ATTR  r4, r5, s6  (m)
#            32 LOAD_ATTR        r5, a, s7  (b)
#            33 LOAD_ATTR        r5, r5, s8  (c)
#            34 BORROW           r6, args
#            35 CLEAR            r7
#            36 CALL_EX          r5, r5, 0
#            37 BUILD_TUPLE      r4, r4, 2
#            38 RETURN           r4, 5
