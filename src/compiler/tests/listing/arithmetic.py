def f(a, b):
    x = a + b
    x += 1
    y = 1 - x
    z = x * 2.5 + (a - b) // 3
    return -z % y, 2 ** 10, "ab" * 3, (1, 2)[0]
# expect:
# code <module> line 1 regs 2
#     1       0 MAKE_FUNCTION    r0, k0  (<code f>)
#             1 STORE_NAME       r0†, s0  (f)
#             2 RETURN_CONST     0, k1  (None)
#
# code f line 1 regs 10 locals [a b x y z]
#     2       0 ADD              x, a, b
#     3       1 ADD_I            x, x, #1 f=1
#     4       2 SUB_I            y, x, #1 f=2
#     5       3 MUL_K            r5, x, k0  (2.5)
#             4 SUB              r6, a, b
#             5 FLOORDIV_I       r6, r6, #3
#             6 ADD              z, r5†, r6†
#     6       7 NEG              r5, z
#             8 MOD              r5, r5, y
#             9 LOAD_CONST       r6, k1  (1024)
#            10 LOAD_CONST       r7, k2  ("ababab")
#            11 LOAD_CONST       r8, k3  (1)
#            12 BUILD_TUPLE      r5, r5, 4
#            13 RETURN           r5, 6
