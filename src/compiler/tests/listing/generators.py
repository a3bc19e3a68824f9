def g(x):
    y = yield x
    try:
        z = yield from y
    except E:
        yield
    return z
async def a(x):
    async for i in x:
        yield i
    else:
        await x
# expect:
# code <module> line 1 regs 2
#     1       0 MAKE_FUNCTION    r0, k0  (<code g>)
#             1 STORE_NAME       r0†, s0  (g)
#     8       2 MAKE_FUNCTION    r0, k1  (<code a>)
#             3 STORE_NAME       r0†, s1  (a)
#             4 RETURN_CONST     0, k2  (None)
#
# code g line 1 regs 7 locals [x y z]
#     1       0 RETURN_GENERATOR
#     2       1 COPY             r3, x
#             2 YIELD            r3, 4, -1
#             3 TAKE             y, r3
#     3       4 NOP
#     4       5 GET_YIELD_FROM_ITER r3, y
#             6 LOAD_CONST       r4, k0  (None)
#       >>    7 SEND             r4, r3, -> 10
#             8 YIELD            r4, 5, -1 f=1
#    --       9 JUMP             -> 7
#     4 >>   10 TAKE             z, r4
#     7 >>   11 CHECK_BOUND      z
#            12 RETURN           z, 3
#     4 >>   13 CLEANUP_THROW    r3†, r4
#    --      14 JUMP             -> 10
#       >>   15 PUSH_EXC         r4, r3
#     5      16 LOAD_GLOBAL      r5, s0  (E)
#            17 MATCH_EXC        r5, r4, r5
#            18 JUMP_IF          r5†, -> 25
#            19 CLEAR            r4
#     6      20 LOAD_CONST       r4, k0  (None)
#            21 YIELD            r4, 5, 3
#            22 CLEAR            r4
#    --      23 POP_EXC          r3
#            24 JUMP             -> 11
#     5 >>   25 POP_EXC          r3
#            26 RERAISE          r4
#    -- >>   27 POP_EXC          r3
#            28 RERAISE          r4
#       >>   29 INTRINSIC        r3, r3  (StopIterationError)
#            30 RERAISE          r3
#       except 1..5 -> 29 depth 3 in r3
#       except 5..8 -> 15 depth 3 in r4
#       except 8..9 -> 13 depth 3 in r3
#       except 9..11 -> 15 depth 3 in r4
#       except 11..13 -> 29 depth 3 in r3
#       except 13..15 -> 15 depth 3 in r4
#       except 15..16 -> 29 depth 3 in r3
#       except 16..23 -> 27 depth 4 in r4
#       except 23..29 -> 29 depth 3 in r3
#
# code a line 8 regs 6 locals [x i]
#     8       0 RETURN_GENERATOR
#     9       1 GET_AITER        r2, x
#       >>    2 GET_ANEXT        r3, r2
#             3 LOAD_CONST       r4, k0  (None)
#       >>    4 SEND             r4, r3, -> 7
#             5 YIELD            r4, 5, -1 f=1
#    --       6 JUMP             -> 4
#     9 >>    7 TAKE             r3, r4
#             8 TAKE             i, r3
#    10       9 COPY             r3, i
#            10 YIELD            r3, 4, -1 f=2
#            11 CLEAR            r3
#    --      12 JUMP             -> 2
#     9 >>   13 CLEANUP_THROW    r3†, r4
#    --      14 JUMP             -> 7
#     9 >>   15 END_ASYNC_FOR    r3, r2
#    12      16 GET_AWAITABLE    r2, x
#            17 LOAD_CONST       r3, k0  (None)
#       >>   18 SEND             r3, r2, -> 22
#            19 YIELD            r3, 4, -1 f=1
#    --      20 JUMP             -> 18
#    12 >>   21 CLEANUP_THROW    r2†, r3
#       >>   22 TAKE             r2, r3
#            23 CLEAR            r2
#    --      24 RETURN_CONST     2, k0  (None)
#       >>   25 INTRINSIC        r2, r2  (StopIterationError)
#            26 RERAISE          r2
#       except 1..2 -> 25 depth 2 in r2
#       except 2..5 -> 15 depth 3 in r3
#       except 5..6 -> 13 depth 3 in r3
#       except 6..8 -> 15 depth 3 in r3
#       except 8..13 -> 25 depth 2 in r2
#       except 13..15 -> 15 depth 3 in r3
#       except 15..19 -> 25 depth 2 in r2
#       except 19..20 -> 21 depth 2 in r2
#       except 20..25 -> 25 depth 2 in r2
