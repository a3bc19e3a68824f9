def f(a, o):
    x, y = a
    p, *q, r = a
    (o.x, o[1]), o[1:a] = a
    i = o.j = a
    o.n += 1
    o[a] -= i
    del x, o.z, o[2], o[a:]
    print(x)
import os.path as p, sys
from . import q
from m import *
# expect:
# code <module> line 1 regs 3
#     1       0 MAKE_FUNCTION    r0, k0  (<code f>)
#             1 STORE_NAME       r0†, s0  (f)
#    10       2 LOAD_CONST       r0, k1  (0)
#             3 LOAD_CONST       r1, k2  (None)
#             4 IMPORT_NAME      r0, r0, s1  (os.path)
#             5 IMPORT_FROM      r0, r0, s2  (path)
#             6 STORE_NAME       r0†, s3  (p)
#             7 LOAD_CONST       r0, k1  (0)
#             8 LOAD_CONST       r1, k2  (None)
#             9 IMPORT_NAME      r0, r0, s4  (sys)
#            10 STORE_NAME       r0†, s5  (sys)
#    11      11 LOAD_CONST       r0, k3  (1)
#            12 LOAD_CONST       r1, k4  (("q",))
#            13 IMPORT_NAME      r0, r0, s6  ()
#            14 IMPORT_FROM      r1, r0†, s7  (q)
#            15 STORE_NAME       r1†, s8  (q)
#    12      16 LOAD_CONST       r0, k1  (0)
#            17 LOAD_CONST       r1, k5  (("*",))
#            18 IMPORT_NAME      r0, r0, s9  (m)
#            19 INTRINSIC        r0, r0  (ImportStar)
#            20 CLEAR            r0
#            21 RETURN_CONST     0, k2  (None)
#
# code f line 1 regs 14 locals [a o x y p q r i]
#     2       0 UNPACK           x, a, 2
#     3       1 COPY             r8, a
#             2 UNPACK_EX        r9, r8, 1 f=1
#             3 TAKE             p, r9
#             4 TAKE             q, r10
#             5 TAKE             r, r11
#     4       6 UNPACK           r8, a, 2
#             7 UNPACK           r10, r8†, 2
#             8 STORE_ATTR       o, r10†, s0  (x)
#             9 LOAD_CONST       r12, k0  (1)
#            10 STORE_ITEM       o, r12†, r11†
#            11 LOAD_CONST       r10, k0  (1)
#            12 BORROW           r11, a
#            13 STORE_SLICE      o, r10, r9†
#     5      14 COPY             i, a
#            15 STORE_ATTR       o, a, s1  (j)
#     6      16 LOAD_ATTR        r8, o, s2  (n)
#            17 ADD_I            r8, r8, #1 f=1
#            18 STORE_ATTR       o, r8†, s3  (n)
#     7      19 LOAD_ITEM        r8, o, a
#            20 SUB              r8, r8, i f=1
#            21 STORE_ITEM       o, a, r8†
#     8      22 DELETE_LOCAL     x
#            23 DELETE_ATTR      o, s4  (z)
#            24 LOAD_CONST       r8, k1  (2)
#            25 DELETE_ITEM      o, r8†
#            26 BORROW           r8, a
#            27 LOAD_CONST       r9, k2  (None)
#            28 LOAD_CONST       r10, k2  (None)
#            29 BUILD_SLICE      r8, r8
#            30 DELETE_ITEM      o, r8†
#     9      31 LOAD_GLOBAL      r8, s5  (print)
#            32 CHECK_BOUND      x
#            33 BORROW           r9, x
#            34 CALL             r8, r8, 1
#            35 CLEAR            r8
#    --      36 RETURN_CONST     8, k2  (None)
