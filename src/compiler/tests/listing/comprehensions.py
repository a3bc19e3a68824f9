async def f(xs, y):
    a = [x for x in xs if x for y in x]
    b = {x: lambda: x for x in xs}
    return (x + y for x in a), {x async for x in b}
# expect:
# code <module> line 1 regs 2
#     1       0 MAKE_FUNCTION    r0, k0  (<code f>)
#             1 STORE_NAME       r0†, s0  (f)
#             2 RETURN_CONST     0, k1  (None)
#
# code f line 1 regs 13 locals [xs y x a b y x] cells [y x]
#     1       0 RETURN_GENERATOR
#             1 MAKE_CELL        y
#     2       2 GET_ITER         r8, xs
#             3 BUILD_LIST       r7, r9, 0
#       >>    4 FOR_ITER         x, r8, -> 10
#             5 JUMP_IF          x, -> 4
#             6 GET_ITER         r9, x
#       >>    7 FOR_ITER         y, r9, -> 4
#             8 LIST_APPEND      r7, x
#    --       9 JUMP             -> 7
#       >>   10 CLEAR            x
#            11 CLEAR            y
#     2      12 TAKE             a, r7
#     3      13 GET_ITER         r8, xs
#            14 MAKE_CELL        x
#            15 BUILD_DICT       r7, r9, 0
#            16 FOR_ITER         r9, r8, -> 24
#       >>   17 STORE_CELL       x, r9†
#            18 LOAD_CELL        r9, x
#            19 COPY             r11, x
#            20 BUILD_TUPLE      r11, r11, 1
#            21 MAKE_CLOSURE     r10, r11†, k0  (<code f.<locals>.<lambda>>)
#            22 DICT_SET         r7, r9†, r10†
#            23 FOR_NEXT         r9, r8, -> 17
#    -- >>   24 CLEAR            x
#     3      25 TAKE             b, r7
#     4      26 COPY             r8, y
#            27 BUILD_TUPLE      r8, r8, 1
#            28 MAKE_CLOSURE     r7, r8†, k1  (<code f.<locals>.<genexpr>>)
#            29 GET_ITER         r8, a
#            30 CALL             r7, r7, 1
#            31 GET_AITER        r9, b
#            32 BUILD_SET        r8, r10, 0
#       >>   33 GET_ANEXT        r10, r9
#            34 LOAD_CONST       r11, k2  (None)
#       >>   35 SEND             r11, r10, -> 38
#            36 YIELD            r11, 12, -1 f=1
#    --      37 JUMP             -> 35
#     4 >>   38 TAKE             r10, r11
#            39 TAKE             x, r10
#            40 SET_ADD          r8, x
#    --      41 JUMP             -> 33
#       >>   42 CLEAR            x
#            43 CLEAR            y
#            44 RERAISE          r7
#       >>   45 CLEAR            x
#            46 RERAISE          r7
#     4 >>   47 CLEANUP_THROW    r10†, r11
#    --      48 JUMP             -> 38
#     4 >>   49 END_ASYNC_FOR    r10, r9
#    --      50 CLEAR            x
#            51 JUMP             -> 54
#       >>   52 CLEAR            x
#            53 RERAISE          r8
#     4 >>   54 BUILD_TUPLE      r7, r7, 2
#            55 RETURN           r7, 8
#    -- >>   56 INTRINSIC        r7, r7  (StopIterationError)
#            57 RERAISE          r7
#       except 1..3 -> 56 depth 7 in r7
#       except 3..10 -> 42 depth 7 in r7
#       except 10..14 -> 56 depth 7 in r7
#       except 14..24 -> 45 depth 7 in r7
#       except 24..32 -> 56 depth 7 in r7
#       except 32..33 -> 52 depth 8 in r8
#       except 33..36 -> 49 depth 10 in r10
#       except 36..37 -> 47 depth 10 in r10
#       except 37..39 -> 49 depth 10 in r10
#       except 39..42 -> 52 depth 8 in r8
#       except 42..47 -> 56 depth 7 in r7
#       except 47..49 -> 49 depth 10 in r10
#       except 49..50 -> 52 depth 8 in r8
#       except 50..56 -> 56 depth 7 in r7
#
# code f.<locals>.<lambda> line 3 regs 2 free [x]
#     3       0 LOAD_FREE        r0, f0  (x)
#             1 RETURN           r0, 1
#
# code f.<locals>.<genexpr> line 4 regs 6 locals [.0 x] free [y]
#     4       0 RETURN_GENERATOR
#             1 TAKE             r3, .0
#             2 FOR_ITER         x, r3, -> 8
#       >>    3 LOAD_FREE        r4, f0  (y)
#             4 ADD              r4, x, r4
#             5 YIELD            r4, 5, -1
#             6 CLEAR            r4
#             7 FOR_NEXT         x, r3, -> 3
#       >>    8 RETURN_CONST     4, k0  (None)
#    -- >>    9 INTRINSIC        r2, r2  (StopIterationError)
#            10 RERAISE          r2
#       except 1..9 -> 9 depth 2 in r2
