def f(xs):
    for x in xs:
        if x == 3:
            continue
        if x > 10:
            break
        for y, z in x:
            return y
    else:
        x = None
    while True:
        x = x.next
        if not x:
            break
# expect:
# code <module> line 1 regs 2
#     1       0 MAKE_FUNCTION    r0, k0  (<code f>)
#             1 STORE_NAME       r0†, s0  (f)
#             2 RETURN_CONST     0, k1  (None)
#
# code f line 1 regs 8 locals [xs x y z]
#     2       0 GET_ITER         r4, xs
#       >>    1 FOR_ITER         x, r4, -> 11
#     3       2 JUMP_EQ_I        x, #3, -> 4
#     4       3 JUMP             -> 1
#     5 >>    4 JUMP_GT_I        x, #10, -> 7
#     6       5 CLEAR            r4
#             6 JUMP             -> 12
#     7 >>    7 GET_ITER         r5, x
#             8 FOR_ITER         r6, r5, -> 1
#             9 UNPACK           y, r6†, 2
#     8      10 RETURN           y, 6
#    10 >>   11 LOAD_CONST       x, k0  (None)
#    11 >>   12 NOP
#    12      13 LOAD_ATTR        x, x, s0  (next)
#    13      14 JUMP_IF          x, -> 12 f=1
#    --      15 RETURN_CONST     4, k0  (None)
