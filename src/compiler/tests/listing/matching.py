def f(s):
    match s:
        case 1 | "a" | None:
            return 1
        case [a, *_, {"k": b, **rest}]:
            return a, b, rest
        case P(x, y=[1, z]) as p if z:
            return p
        case (q, *r):
            return q
        case _:
            return 2
# expect:
# code <module> line 1 regs 2
#     1       0 MAKE_FUNCTION    r0, k0  (<code f>)
#             1 STORE_NAME       r0†, s0  (f)
#             2 RETURN_CONST     k1  (None)
#
# code f line 1 regs 19 locals [s a b rest x z p q r]
#     3       0 JUMP_EQ_I        s, #1, -> 2
#    --       1 JUMP             -> 6
#     3 >>    2 LOAD_CONST       r9, k0  ("a")
#             3 JUMP_EQ          s, r9†, -> 5
#    --       4 JUMP             -> 6
#     3 >>    5 JUMP_IF_NONE     s, -> 7
#     4 >>    6 RETURN_CONST     k1  (1)
#     5 >>    7 MATCH_SEQUENCE   r12, s
#             8 JUMP_IF          r12†, -> 42
#             9 GET_LEN          r12, s
#            10 JUMP_GE_I        r12†, #2, -> 42
#            11 LOAD_ITEM_I      r12, s, #0
#            12 COPY             r9, r12
#            13 CLEAR            r12
#            14 GET_LEN          r12, s
#            15 SUB_I            r12, r12, #1
#            16 LOAD_ITEM        r12, s, r12
#            17 MATCH_MAPPING    r13, r12
#            18 JUMP_IF          r13†, -> 42
#            19 GET_LEN          r13, r12
#            20 JUMP_GE_I        r13†, #1, -> 42
#            21 LOAD_CONST       r14, k2  ("k")
#            22 BUILD_TUPLE      r13, r14, 1
#            23 MATCH_KEYS       r14, r12, r13
#            24 JUMP_IF_NONE     r14, -> 42 f=1
#            25 UNPACK           r15, r14†, 1
#            26 TAKE             r10, r15
#            27 BUILD_DICT       r16, r16, 0
#            28 DICT_UPDATE      r16, r12
#            29 UNPACK           r17, r13, 1
#            30 DELETE_ITEM      r16, r17†
#            31 TAKE             r11, r16
#            32 CLEAR            r13
#            33 CLEAR            r12
#            34 TAKE             a, r9
#            35 TAKE             b, r10
#            36 TAKE             rest, r11
#     6      37 BORROW           r9, a
#            38 BORROW           r10, b
#            39 BORROW           r11, rest
#            40 BUILD_TUPLE      r9, r9, 3
#            41 RETURN           r9
#    -- >>   42 CLEAR            r9
#            43 CLEAR            r10
#            44 CLEAR            r11
#            45 CLEAR            r12
#            46 CLEAR            r13
#            47 CLEAR            r14
#            48 CLEAR            r15
#            49 CLEAR            r16
#            50 CLEAR            r17
#     7      51 COPY             r12, s
#            52 LOAD_GLOBAL      r13, s0  (P)
#            53 LOAD_CONST       r14, k3  (("y",))
#            54 MATCH_CLASS      r12, r12, 1
#            55 CLEAR            r13
#            56 CLEAR            r14
#            57 JUMP_IF_NONE     r12, -> 75 f=1
#            58 UNPACK           r13, r12†, 2
#            59 TAKE             r9, r13
#            60 MATCH_SEQUENCE   r15, r14
#            61 JUMP_IF          r15†, -> 75
#            62 GET_LEN          r15, r14
#            63 JUMP_EQ_I        r15†, #2, -> 75
#            64 UNPACK           r15, r14, 2
#            65 JUMP_EQ_I        r15, #1, -> 75
#            66 CLEAR            r15
#            67 TAKE             r10, r16
#            68 CLEAR            r14
#            69 COPY             r11, s
#            70 TAKE             x, r9
#            71 TAKE             z, r10
#            72 TAKE             p, r11
#            73 JUMP_IF          z, -> 75
#     8      74 RETURN           p
#    -- >>   75 CLEAR            r9
#            76 CLEAR            r10
#            77 CLEAR            r11
#            78 CLEAR            r12
#            79 CLEAR            r13
#            80 CLEAR            r14
#            81 CLEAR            r15
#            82 CLEAR            r16
#     9      83 MATCH_SEQUENCE   r11, s
#            84 JUMP_IF          r11†, -> 94
#            85 GET_LEN          r11, s
#            86 JUMP_GE_I        r11†, #1, -> 94
#            87 COPY             r13, s
#            88 UNPACK_EX        r11, r13, 1
#            89 TAKE             r9, r11
#            90 TAKE             r10, r12
#            91 TAKE             q, r9
#            92 TAKE             r, r10
#    10      93 RETURN           q
#    -- >>   94 CLEAR            r9
#            95 CLEAR            r10
#            96 CLEAR            r11
#            97 CLEAR            r12
#            98 CLEAR            r13
#    12      99 RETURN_CONST     k4  (2)
