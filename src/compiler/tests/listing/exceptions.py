def f(x):
    try:
        x = g(x)
    except (A, B) as e:
        x = e
    except C:
        raise
    else:
        x = 1
    finally:
        done()
    for y in x:
        try:
            return y
        finally:
            z()
def star():
    try:
        a()
    except* A as e:
        b(e)
    except* B:
        pass
# expect:
# code <module> line 1 regs 2
#     1       0 MAKE_FUNCTION    r0, k0  (<code f>)
#             1 STORE_NAME       r0†, s0  (f)
#    17       2 MAKE_FUNCTION    r0, k1  (<code star>)
#             3 STORE_NAME       r0†, s1  (star)
#             4 RETURN_CONST     0, k2  (None)
#
# code f line 1 regs 8 locals [x e y]
#     2       0 NOP
#     3       1 LOAD_GLOBAL      r3, s0  (g)
#             2 BORROW           r4, x
#             3 CALL             x, r3, 1
#     9       4 LOAD_CONST       x, k0  (1)
#    11 >>    5 LOAD_GLOBAL      r3, s4  (done)
#             6 CALL             r3, r3, 0
#             7 CLEAR            r3
#    12       8 GET_ITER         r3, x
#             9 FOR_ITER         y, r3, -> 16
#    13      10 NOP
#    14      11 COPY             r4, y
#    16      12 LOAD_GLOBAL      r5, s6  (z)
#            13 CALL             r5, r5, 0
#            14 CLEAR            r5
#    14      15 RETURN           r4, 5
#    -- >>   16 RETURN_CONST     3, k1  (None)
#       >>   17 PUSH_EXC         r4, r3
#     4      18 LOAD_GLOBAL      r5, s1  (A)
#            19 LOAD_GLOBAL      r6, s2  (B)
#            20 BUILD_TUPLE      r5, r5, 2
#            21 MATCH_EXC        r5, r4, r5
#            22 JUMP_IF          r5†, -> 30
#            23 TAKE             e, r4
#     5      24 COPY             x, e
#    --      25 POP_EXC          r3
#            26 CLEAR            e
#            27 JUMP             -> 5
#       >>   28 CLEAR            e
#            29 RERAISE          r4
#     6 >>   30 LOAD_GLOBAL      r5, s3  (C)
#            31 MATCH_EXC        r5, r4, r5
#            32 JUMP_IF          r5†, -> 35
#            33 CLEAR            r4
#     7      34 RAISE            x, x
#     6 >>   35 POP_EXC          r3
#            36 RERAISE          r4
#    -- >>   37 POP_EXC          r3
#            38 RERAISE          r4
#       >>   39 PUSH_EXC         r4, r3
#    11      40 LOAD_GLOBAL      r5, s5  (done)
#            41 CALL             r5, r5, 0
#            42 CLEAR            r5
#            43 POP_EXC          r3
#            44 RERAISE          r4
#    -- >>   45 POP_EXC          r3
#            46 RERAISE          r4
#       >>   47 PUSH_EXC         r5, r4
#    16      48 LOAD_GLOBAL      r6, s8  (z)
#            49 CALL             r6, r6, 0
#            50 CLEAR            r6
#            51 POP_EXC          r4
#            52 RERAISE          r5
#    -- >>   53 POP_EXC          r4
#            54 RERAISE          r5
#       except 1..4 -> 17 depth 3 in r4
#       except 4..5 -> 39 depth 3 in r4
#       except 11..12 -> 47 depth 4 in r5
#       except 17..18 -> 39 depth 3 in r4
#       except 18..24 -> 37 depth 4 in r4
#       except 24..25 -> 28 depth 4 in r4
#       except 25..28 -> 39 depth 3 in r4
#       except 28..35 -> 37 depth 4 in r4
#       except 35..39 -> 39 depth 3 in r4
#       except 40..43 -> 45 depth 4 in r4
#       except 48..51 -> 53 depth 5 in r5
#
# code star line 17 regs 10 locals [e]
#    18       0 NOP
#    19       1 LOAD_GLOBAL      r1, s0  (a)
#             2 CALL             r1, r1, 0
#             3 CLEAR            r1
#    -- >>    4 RETURN_CONST     1, k0  (None)
#       >>    5 PUSH_EXC         r2, r1
#             6 BUILD_LIST       r3, r5, 0
#             7 COPY             r4, r2
#    20       8 LOAD_GLOBAL      r8, s1  (A)
#             9 MATCH_EXC_GROUP  r6, r4†, r8†
#            10 TAKE             r4, r7
#            11 JUMP_IF_NONE     r6, -> 26 f=1
#            12 PUSH_EXC         r6, r5
#            13 TAKE             e, r6
#    21      14 LOAD_GLOBAL      r6, s2  (b)
#            15 BORROW           r7, e
#            16 CALL             r6, r6, 1
#            17 CLEAR            r6
#    --      18 POP_EXC          r5
#            19 CLEAR            e
#            20 JUMP             -> 27
#       >>   21 CLEAR            e
#            22 RERAISE          r6
#       >>   23 LIST_APPEND      r3, r6†
#            24 POP_EXC          r5
#            25 JUMP             -> 27
#       >>   26 CLEAR            r6
#    22 >>   27 LOAD_GLOBAL      r8, s3  (B)
#            28 MATCH_EXC_GROUP  r6, r4†, r8†
#            29 TAKE             r4, r7
#            30 JUMP_IF_NONE     r6, -> 39 f=1
#            31 PUSH_EXC         r6, r5
#            32 CLEAR            r6
#    23      33 NOP
#    --      34 POP_EXC          r5
#            35 JUMP             -> 40
#       >>   36 LIST_APPEND      r3, r6†
#            37 POP_EXC          r5
#            38 JUMP             -> 40
#       >>   39 CLEAR            r6
#       >>   40 LIST_APPEND      r3, r4†
#            41 PREP_RERAISE_STAR r4, r2†, r3†
#            42 POP_EXC          r1
#            43 JUMP_IF_NONE     r4, -> 45 f=1
#            44 RERAISE          r4
#       >>   45 CLEAR            r4
#            46 JUMP             -> 4
#       >>   47 POP_EXC          r1
#            48 RERAISE          r2
#       except 1..4 -> 5 depth 1 in r2
#       except 6..14 -> 47 depth 2 in r2
#       except 14..18 -> 21 depth 6 in r6
#       except 18..21 -> 47 depth 2 in r2
#       except 21..23 -> 23 depth 6 in r6
#       except 23..33 -> 47 depth 2 in r2
#       except 33..34 -> 36 depth 6 in r6
#       except 34..42 -> 47 depth 2 in r2
