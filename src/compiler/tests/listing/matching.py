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
#             2 RETURN_CONST     0, k1  (None)
#
# code f line 1 regs 19 locals [s a b rest x z p q r]
#     2       0 NOP
#     3       1 JUMP_EQ_I        s, #1, -> 5 f=1
#             2 LOAD_CONST       r9, k0  ("a")
#             3 JUMP_EQ          s, r9†, -> 5 f=1
#             4 JUMP_IF_NONE     s, -> 6
#     4 >>    5 RETURN_CONST     9, k1  (1)
#     5 >>    6 MATCH_SEQUENCE   r12, s
#             7 JUMP_IF          r12†, -> 47
#             8 GET_LEN          r12, s
#             9 JUMP_GE_I        r12†, #2, -> 47
#            10 LOAD_ITEM_I      r12, s, #0
#            11 TAKE             r9, r12
#            12 GET_LEN          r12, s
#            13 SUB_I            r12, r12, #1
#            14 LOAD_ITEM        r12, s, r12
#            15 MATCH_MAPPING    r13, r12
#            16 JUMP_IF          r13†, -> 40
#            17 GET_LEN          r13, r12
#            18 JUMP_GE_I        r13†, #1, -> 40
#            19 LOAD_CONST       r14, k2  ("k")
#            20 BUILD_TUPLE      r13, r14, 1
#            21 MATCH_KEYS       r14, r12, r13
#            22 JUMP_IF_NONE     r14, -> 43 f=1
#            23 UNPACK           r15, r14†, 1
#            24 TAKE             r10, r15
#            25 BUILD_DICT       r16, r16, 0
#            26 DICT_UPDATE      r16, r12
#            27 UNPACK           r17, r13, 1
#            28 DELETE_ITEM      r16, r17†
#            29 TAKE             r11, r16
#            30 CLEAR            r13
#            31 CLEAR            r12
#            32 TAKE             a, r9
#            33 TAKE             b, r10
#            34 TAKE             rest, r11
#     6      35 BORROW           r9, a
#            36 BORROW           r10, b
#            37 BORROW           r11, rest
#            38 BUILD_TUPLE      r9, r9, 3
#            39 RETURN           r9, 10
#    -- >>   40 CLEAR            r9
#            41 CLEAR            r12
#            42 JUMP             -> 47
#       >>   43 CLEAR            r9
#            44 CLEAR            r12
#            45 CLEAR            r13
#            46 CLEAR            r14
#     7 >>   47 COPY             r12, s
#            48 LOAD_GLOBAL      r13, s0  (P)
#            49 LOAD_CONST       r14, k3  (("y",))
#            50 MATCH_CLASS      r12, r12, 1
#            51 CLEAR            r13
#            52 CLEAR            r14
#            53 JUMP_IF_NONE     r12, -> 71 f=1
#            54 UNPACK           r13, r12†, 2
#            55 TAKE             r9, r13
#            56 MATCH_SEQUENCE   r15, r14
#            57 JUMP_IF          r15†, -> 73
#            58 GET_LEN          r15, r14
#            59 JUMP_EQ_I        r15†, #2, -> 73
#            60 UNPACK           r15, r14, 2
#            61 JUMP_EQ_I        r15, #1, -> 76
#            62 CLEAR            r15
#            63 TAKE             r10, r16
#            64 CLEAR            r14
#            65 COPY             r11, s
#            66 TAKE             x, r9
#            67 TAKE             z, r10
#            68 TAKE             p, r11
#            69 JUMP_IF          z, -> 80
#     8      70 RETURN           p, 9
#    -- >>   71 CLEAR            r12
#            72 JUMP             -> 80
#       >>   73 CLEAR            r14
#            74 CLEAR            r9
#            75 JUMP             -> 80
#       >>   76 CLEAR            r14
#            77 CLEAR            r9
#            78 CLEAR            r15
#            79 CLEAR            r16
#     9 >>   80 MATCH_SEQUENCE   r11, s
#            81 JUMP_IF          r11†, -> 91
#            82 GET_LEN          r11, s
#            83 JUMP_GE_I        r11†, #1, -> 91
#            84 COPY             r13, s
#            85 UNPACK_EX        r11, r13, 1
#            86 TAKE             r9, r11
#            87 TAKE             r10, r12
#            88 TAKE             q, r9
#            89 TAKE             r, r10
#    10      90 RETURN           q, 9
#    11 >>   91 NOP
#    12      92 RETURN_CONST     9, k4  (2)
