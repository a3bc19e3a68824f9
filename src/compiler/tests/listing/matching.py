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
#     3       0 JUMP_EQ_I        s, #1, -> 4 f=1
#             1 LOAD_CONST       r9, k0  ("a")
#             2 JUMP_EQ          s, r9†, -> 4 f=1
#             3 JUMP_IF_NONE     s, -> 5
#     4 >>    4 RETURN_CONST     k1  (1)
#     5 >>    5 MATCH_SEQUENCE   r12, s
#             6 JUMP_IF          r12†, -> 46
#             7 GET_LEN          r12, s
#             8 JUMP_GE_I        r12†, #2, -> 46
#             9 LOAD_ITEM_I      r12, s, #0
#            10 TAKE             r9, r12
#            11 GET_LEN          r12, s
#            12 SUB_I            r12, r12, #1
#            13 LOAD_ITEM        r12, s, r12
#            14 MATCH_MAPPING    r13, r12
#            15 JUMP_IF          r13†, -> 39
#            16 GET_LEN          r13, r12
#            17 JUMP_GE_I        r13†, #1, -> 39
#            18 LOAD_CONST       r14, k2  ("k")
#            19 BUILD_TUPLE      r13, r14, 1
#            20 MATCH_KEYS       r14, r12, r13
#            21 JUMP_IF_NONE     r14, -> 42 f=1
#            22 UNPACK           r15, r14†, 1
#            23 TAKE             r10, r15
#            24 BUILD_DICT       r16, r16, 0
#            25 DICT_UPDATE      r16, r12
#            26 UNPACK           r17, r13, 1
#            27 DELETE_ITEM      r16, r17†
#            28 TAKE             r11, r16
#            29 CLEAR            r13
#            30 CLEAR            r12
#            31 TAKE             a, r9
#            32 TAKE             b, r10
#            33 TAKE             rest, r11
#     6      34 BORROW           r9, a
#            35 BORROW           r10, b
#            36 BORROW           r11, rest
#            37 BUILD_TUPLE      r9, r9, 3
#            38 RETURN           r9
#    -- >>   39 CLEAR            r9
#            40 CLEAR            r12
#            41 JUMP             -> 46
#       >>   42 CLEAR            r9
#            43 CLEAR            r12
#            44 CLEAR            r13
#            45 CLEAR            r14
#     7 >>   46 COPY             r12, s
#            47 LOAD_GLOBAL      r13, s0  (P)
#            48 LOAD_CONST       r14, k3  (("y",))
#            49 MATCH_CLASS      r12, r12, 1
#            50 CLEAR            r13
#            51 CLEAR            r14
#            52 JUMP_IF_NONE     r12, -> 70 f=1
#            53 UNPACK           r13, r12†, 2
#            54 TAKE             r9, r13
#            55 MATCH_SEQUENCE   r15, r14
#            56 JUMP_IF          r15†, -> 72
#            57 GET_LEN          r15, r14
#            58 JUMP_EQ_I        r15†, #2, -> 72
#            59 UNPACK           r15, r14, 2
#            60 JUMP_EQ_I        r15, #1, -> 75
#            61 CLEAR            r15
#            62 TAKE             r10, r16
#            63 CLEAR            r14
#            64 COPY             r11, s
#            65 TAKE             x, r9
#            66 TAKE             z, r10
#            67 TAKE             p, r11
#            68 JUMP_IF          z, -> 79
#     8      69 RETURN           p
#    -- >>   70 CLEAR            r12
#            71 JUMP             -> 79
#       >>   72 CLEAR            r14
#            73 CLEAR            r9
#            74 JUMP             -> 79
#       >>   75 CLEAR            r14
#            76 CLEAR            r9
#            77 CLEAR            r15
#            78 CLEAR            r16
#     9 >>   79 MATCH_SEQUENCE   r11, s
#            80 JUMP_IF          r11†, -> 90
#            81 GET_LEN          r11, s
#            82 JUMP_GE_I        r11†, #1, -> 90
#            83 COPY             r13, s
#            84 UNPACK_EX        r11, r13, 1
#            85 TAKE             r9, r11
#            86 TAKE             r10, r12
#            87 TAKE             q, r9
#            88 TAKE             r, r10
#    10      89 RETURN           q
#    12 >>   90 RETURN_CONST     k4  (2)
