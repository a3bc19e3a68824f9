def f(p):
    with open(p) as f, lock:
        return f.read()
async def g(c):
    async with c as d:
        await d
# expect:
# code <module> line 1 regs 2
#     1       0 MAKE_FUNCTION    r0, k0  (<code f>)
#             1 STORE_NAME       r0†, s0  (f)
#     4       2 MAKE_FUNCTION    r0, k1  (<code g>)
#             3 STORE_NAME       r0†, s1  (g)
#             4 RETURN_CONST     0, k2  (None)
#
# code f line 1 regs 14 locals [p f]
#     2       0 LOAD_GLOBAL      r6, s0  (open)
#             1 BORROW           r7, p
#             2 CALL             r6, r6, 1
#             3 LOAD_SPECIAL     r4, r6  (Exit)
#             4 LOAD_SPECIAL     r6, r6  (Enter)
#             5 CALL_METHOD      r6, r6, 0
#             6 TAKE             f, r6
#             7 LOAD_GLOBAL      r10, s1  (lock)
#             8 LOAD_SPECIAL     r8, r10  (Exit)
#             9 LOAD_SPECIAL     r10, r10  (Enter)
#            10 CALL_METHOD      r10, r10, 0
#            11 CLEAR            r10
#     3      12 LOAD_METHOD      r10, f, s2  (read)
#            13 CALL_METHOD      r10, r10, 0
#            14 TAKE             r6, r10
#     2      15 LOAD_CONST       r10, k0  (None)
#            16 LOAD_CONST       r11, k0  (None)
#            17 LOAD_CONST       r12, k0  (None)
#            18 CALL_METHOD      r8, r8, 3
#            19 CLEAR            r8
#            20 TAKE             r2, r6
#            21 LOAD_CONST       r6, k0  (None)
#            22 LOAD_CONST       r7, k0  (None)
#            23 LOAD_CONST       r8, k0  (None)
#            24 CALL_METHOD      r4, r4, 3
#            25 CLEAR            r4
#     3      26 RETURN           r2, 11
#     2 >>   27 TAKE             r7, r10
#            28 PUSH_EXC         r7, r6
#            29 WITH_EXCEPT      r10, r8, r7
#            30 JUMP_IF          r10†, -> 32 f=1
#    --      31 RERAISE          r7
#     2 >>   32 POP_EXC          r6
#            33 CLEAR            r7
#            34 CLEAR            r8
#            35 CLEAR            r9
#    --      36 JUMP             -> 39
#       >>   37 POP_EXC          r6
#            38 RERAISE          r7
#     2 >>   39 LOAD_CONST       r6, k0  (None)
#            40 LOAD_CONST       r7, k0  (None)
#            41 LOAD_CONST       r8, k0  (None)
#            42 CALL_METHOD      r4, r4, 3
#            43 CLEAR            r4
#    --      44 JUMP             -> 57
#     2 >>   45 TAKE             r3, r6
#            46 PUSH_EXC         r3, r2
#            47 WITH_EXCEPT      r6, r4, r3
#            48 JUMP_IF          r6†, -> 50 f=1
#    --      49 RERAISE          r3
#     2 >>   50 POP_EXC          r2
#            51 CLEAR            r3
#            52 CLEAR            r4
#            53 CLEAR            r5
#    --      54 JUMP             -> 57
#       >>   55 POP_EXC          r2
#            56 RERAISE          r3
#       >>   57 RETURN_CONST     2, k0  (None)
#       except 6..11 -> 45 depth 6 in r6
#       except 11..14 -> 27 depth 10 in r10
#       except 14..20 -> 45 depth 6 in r6
#       except 27..29 -> 45 depth 6 in r6
#       except 29..32 -> 37 depth 7 in r7
#       except 32..39 -> 45 depth 6 in r6
#       except 47..50 -> 55 depth 3 in r3
#
# code g line 4 regs 10 locals [c d]
#     4       0 RETURN_GENERATOR
#     5       1 LOAD_SPECIAL     r4, c  (AExit)
#             2 LOAD_SPECIAL     r6, c  (AEnter)
#             3 CALL_METHOD      r6, r6, 0
#             4 GET_AWAITABLE    r6, r6 f=1
#             5 LOAD_CONST       r7, k0  (None)
#       >>    6 SEND             r7, r6, -> 9
#             7 YIELD            r7, 8, -1 f=1
#    --       8 JUMP             -> 6
#     5 >>    9 TAKE             r6, r7
#            10 TAKE             d, r6
#     6      11 GET_AWAITABLE    r6, d
#            12 LOAD_CONST       r7, k0  (None)
#       >>   13 SEND             r7, r6, -> 16
#            14 YIELD            r7, 8, -1 f=1
#    --      15 JUMP             -> 13
#     6 >>   16 TAKE             r6, r7
#            17 CLEAR            r6
#     5      18 LOAD_CONST       r6, k0  (None)
#            19 LOAD_CONST       r7, k0  (None)
#            20 LOAD_CONST       r8, k0  (None)
#            21 CALL_METHOD      r4, r4, 3
#            22 GET_AWAITABLE    r4, r4 f=2
#            23 LOAD_CONST       r5, k0  (None)
#       >>   24 SEND             r5, r4, -> 27
#            25 YIELD            r5, 6, -1 f=1
#    --      26 JUMP             -> 24
#     5 >>   27 TAKE             r4, r5
#            28 CLEAR            r4
#    -- >>   29 RETURN_CONST     2, k0  (None)
#     5 >>   30 CLEANUP_THROW    r6†, r7
#    --      31 JUMP             -> 9
#     6 >>   32 CLEANUP_THROW    r6†, r7
#    --      33 JUMP             -> 16
#     5 >>   34 CLEANUP_THROW    r4†, r5
#    --      35 JUMP             -> 27
#     5 >>   36 TAKE             r3, r6
#            37 PUSH_EXC         r3, r2
#            38 WITH_EXCEPT      r6, r4, r3
#            39 GET_AWAITABLE    r6, r6 f=2
#            40 LOAD_CONST       r7, k0  (None)
#       >>   41 SEND             r7, r6, -> 45
#            42 YIELD            r7, 8, 2 f=1
#    --      43 JUMP             -> 41
#     5 >>   44 CLEANUP_THROW    r6†, r7
#       >>   45 TAKE             r6, r7
#            46 JUMP_IF          r6†, -> 48 f=1
#    --      47 RERAISE          r3
#     5 >>   48 POP_EXC          r2
#            49 CLEAR            r3
#            50 CLEAR            r4
#            51 CLEAR            r5
#    --      52 JUMP             -> 29
#       >>   53 POP_EXC          r2
#            54 RERAISE          r3
#       >>   55 INTRINSIC        r2, r2  (StopIterationError)
#            56 RERAISE          r2
#       except 1..7 -> 55 depth 2 in r2
#       except 7..8 -> 30 depth 6 in r6
#       except 8..10 -> 55 depth 2 in r2
#       except 10..14 -> 36 depth 6 in r6
#       except 14..15 -> 32 depth 6 in r6
#       except 15..18 -> 36 depth 6 in r6
#       except 18..25 -> 55 depth 2 in r2
#       except 25..26 -> 34 depth 4 in r4
#       except 26..32 -> 55 depth 2 in r2
#       except 32..34 -> 36 depth 6 in r6
#       except 34..38 -> 55 depth 2 in r2
#       except 38..42 -> 53 depth 3 in r3
#       except 42..43 -> 44 depth 6 in r6
#       except 43..48 -> 53 depth 3 in r3
#       except 48..55 -> 55 depth 2 in r2
