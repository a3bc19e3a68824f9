def f(a, b, c):
    if a and (b or not c):
        x = 1
    elif a < 3 <= b:
        x = a or b or g()
    while a is not None and b in (1, 2):
        a = next(b) if c else x
    return 0 < f(a) < c
# expect:
# code <module> line 1 regs 2
#     1       0 MAKE_FUNCTION    r0, k0  (<code f>)
#             1 STORE_NAME       r0†, s0  (f)
#             2 RETURN_CONST     0, k1  (None)
#
# code f line 1 regs 9 locals [a b c x]
#     2       0 JUMP_IF          a, -> 5
#             1 JUMP_IF          b, -> 3 f=1
#             2 JUMP_IF          c, -> 5 f=1
#     3 >>    3 LOAD_CONST       x, k0  (1)
#    --       4 JUMP             -> 27
#     4 >>    5 LOAD_CONST       r4, k1  (3)
#             6 JUMP_LT          a, r4, -> 9 f=1
#             7 CLEAR            r4
#    --       8 JUMP             -> 27
#     4 >>    9 JUMP_LE          r4†, b, -> 27
#     5      10 JUMP_IF          a, -> 13
#            11 COPY             r4, a
#    --      12 JUMP             -> 18
#     5 >>   13 JUMP_IF          b, -> 16
#            14 COPY             r4, b
#    --      15 JUMP             -> 18
#     5 >>   16 LOAD_GLOBAL      r4, s0  (g)
#            17 CALL             r4, r4, 0
#       >>   18 TAKE             x, r4
#    --      19 JUMP             -> 27
#     7 >>   20 JUMP_IF          c, -> 25
#            21 LOAD_GLOBAL      r4, s1  (next)
#            22 BORROW           r5, b
#            23 CALL             a, r4, 1
#    --      24 JUMP             -> 27
#     7 >>   25 CHECK_BOUND      x
#            26 COPY             a, x
#     6 >>   27 JUMP_IF_NONE     a, -> 30 f=1
#            28 LOAD_CONST       r4, k2  ((1, 2))
#            29 JUMP_IN          b, r4†, -> 20 f=1
#     8 >>   30 LOAD_CONST       r5, k3  (0)
#            31 LOAD_GLOBAL      r6, s2  (f)
#            32 BORROW           r7, a
#            33 CALL             r6, r6, 1
#            34 LT               r4, r5†, r6
#            35 JUMP_IF          r4, -> 38 f=1
#            36 CLEAR            r6
#    --      37 JUMP             -> 40
#     8 >>   38 CLEAR            r4
#            39 LT               r4, r6†, c
#       >>   40 RETURN           r4, 5
