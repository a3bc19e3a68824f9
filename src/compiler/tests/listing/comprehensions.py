async def f(xs, y):
    a = [x for x in xs if x for y in x]
    b = {x: lambda: x for x in xs}
    return (x + y for x in a), {x async for x in b}
# expect:
# code <module> line 1 regs 2
#     1       0 MAKE_FUNCTION    r0, k0  (<code f>)
#             1 STORE_NAME       r0†, s0  (f)
#             2 RETURN_CONST     k1  (None)
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
#            16 FOR_ITER         r9, r8, -> 25
#       >>   17 STORE_CELL       x, r9†
#            18 LOAD_CELL        r9, x
#            19 MAKE_FUNCTION    r10, k0  (<code f.<locals>.<lambda>>)
#            20 COPY             r11, x
#            21 BUILD_TUPLE      r11, r11, 1
#            22 SET_FUNCTION_ATTR r10, r11†  (Closure)
#            23 DICT_SET         r7, r9†, r10†
#            24 FOR_NEXT         r9, r8, -> 17
#    -- >>   25 CLEAR            x
#     3      26 TAKE             b, r7
#     4      27 MAKE_FUNCTION    r7, k1  (<code f.<locals>.<genexpr>>)
#            28 COPY             r8, y
#            29 BUILD_TUPLE      r8, r8, 1
#            30 SET_FUNCTION_ATTR r7, r8†  (Closure)
#            31 GET_ITER         r8, a
#            32 CALL             r7, r7, 1
#            33 GET_AITER        r9, b
#            34 BUILD_SET        r8, r10, 0
#       >>   35 GET_ANEXT        r10, r9
#            36 LOAD_CONST       r11, k2  (None)
#       >>   37 SEND             r11, r10, -> 40
#            38 YIELD            r11, 12, -1 f=1
#    --      39 JUMP             -> 37
#     4 >>   40 TAKE             r10, r11
#            41 TAKE             x, r10
#            42 SET_ADD          r8, x
#    --      43 JUMP             -> 35
#       >>   44 CLEAR            x
#            45 CLEAR            y
#            46 RERAISE          r7
#       >>   47 CLEAR            x
#            48 RERAISE          r7
#     4 >>   49 CLEANUP_THROW    r10†, r11
#    --      50 JUMP             -> 40
#     4 >>   51 END_ASYNC_FOR    r10, r9
#    --      52 CLEAR            x
#            53 JUMP             -> 56
#       >>   54 CLEAR            x
#            55 RERAISE          r8
#     4 >>   56 BUILD_TUPLE      r7, r7, 2
#            57 RETURN           r7
#    -- >>   58 INTRINSIC        r7, r7  (StopIterationError)
#            59 RERAISE          r7
#       except 1..3 -> 58 depth 7 in r7
#       except 3..10 -> 44 depth 7 in r7
#       except 10..14 -> 58 depth 7 in r7
#       except 14..25 -> 47 depth 7 in r7
#       except 25..34 -> 58 depth 7 in r7
#       except 34..35 -> 54 depth 8 in r8
#       except 35..38 -> 51 depth 10 in r10
#       except 38..39 -> 49 depth 10 in r10
#       except 39..41 -> 51 depth 10 in r10
#       except 41..44 -> 54 depth 8 in r8
#       except 44..49 -> 58 depth 7 in r7
#       except 49..51 -> 51 depth 10 in r10
#       except 51..52 -> 54 depth 8 in r8
#       except 52..58 -> 58 depth 7 in r7
#
# code f.<locals>.<lambda> line 3 regs 2 free [x]
#     3       0 LOAD_FREE        r0, f0  (x)
#             1 RETURN           r0
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
#       >>    8 RETURN_CONST     k0  (None)
#    -- >>    9 INTRINSIC        r2, r2  (StopIterationError)
#            10 RERAISE          r2
#       except 1..9 -> 9 depth 2 in r2
