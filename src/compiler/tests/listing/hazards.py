def f(x):
    y = x + (x := 5)
    g(x, (x := 6))
    a, b = y, x
    a, b = b, a
    a, b, x = b, x, a + b
    return x.m((x := 7))
# expect:
# code <module> line 1 regs 2
#     1       0 MAKE_FUNCTION    r0, k0  (<code f>)
#             1 STORE_NAME       r0†, s0  (f)
#             2 RETURN_CONST     0, k1  (None)
#
# code f line 1 regs 8 locals [x y a b]
#     2       0 COPY             r4, x
#             1 LOAD_CONST       x, k0  (5)
#             2 COPY             r5, x
#             3 ADD              y, r4†, r5†
#     3       4 LOAD_GLOBAL      r4, s0  (g)
#             5 COPY             r5, x
#             6 LOAD_CONST       x, k1  (6)
#             7 COPY             r6, x
#             8 CALL             r4, r4, 2
#             9 CLEAR            r4
#     4      10 COPY             a, y
#            11 COPY             b, x
#     5      12 SWAP             a, b
#     6      13 ADD              r4, a, b
#            14 COPY             a, b
#            15 COPY             b, x
#            16 TAKE             x, r4
#     7      17 COPY             r4, x
#            18 LOAD_METHOD      r4, r4, s1  (m)
#            19 LOAD_CONST       x, k2  (7)
#            20 COPY             r6, x
#            21 CALL_METHOD      r4, r4, 1
#            22 RETURN           r4, 5
