class A(B, metaclass=M):
    """Doc."""
    x: int = 1
    def m(self):
        self.v = __class__
        return super().m()
@dec(1)
class G[T: int = str](A): pass
def f[T](a: T = 1, *, b: "x" = 2) -> list[T]: ...
type L[T] = list[T]
# expect:
# code <module> line 1 regs 7
#     1       0 LOAD_BUILD_CLASS r0
#             1 MAKE_FUNCTION    r1, k0  (<code A>)
#             2 LOAD_CONST       r2, k1  ("A")
#             3 LOAD_NAME        r3, s0  (B)
#             4 LOAD_NAME        r4, s1  (M)
#             5 LOAD_CONST       r5, k2  (("metaclass",))
#             6 CALL_KW          r0, r0, 4
#             7 STORE_NAME       r0†, s2  (A)
#     7       8 LOAD_NAME        r0, s3  (dec)
#             9 LOAD_CONST       r1, k3  (1)
#            10 CALL             r0, r0, 1
#     8      11 MAKE_FUNCTION    r1, k4  (<code <generic parameters of G>>)
#            12 CALL             r1, r1, 0
#     7      13 CALL             r0, r0, 1
#     8      14 STORE_NAME       r0†, s4  (G)
#     9      15 LOAD_CONST       r1, k5  ((1,))
#            16 LOAD_CONST       r2, k6  ("b")
#            17 LOAD_CONST       r3, k7  (2)
#            18 BUILD_DICT       r2, r2, 1
#            19 MAKE_FUNCTION    r0, k8  (<code <generic parameters of f>>)
#            20 CALL             r0, r0, 2
#            21 STORE_NAME       r0†, s5  (f)
#    10      22 MAKE_FUNCTION    r0, k9  (<code <generic parameters of L>>)
#            23 CALL             r0, r0, 0
#            24 STORE_NAME       r0†, s6  (L)
#            25 RETURN_CONST     0, k10  (None)
#
# code A line 1 regs 5 locals [__class__ __classdict__] cells [__class__ __classdict__]
#     1       0 MAKE_CELL        __class__
#             1 MAKE_CELL        __classdict__
#             2 LOAD_NAME        r2, s0  (__name__)
#             3 STORE_NAME       r2†, s1  (__module__)
#             4 LOAD_CONST       r2, k0  ("A")
#             5 STORE_NAME       r2†, s2  (__qualname__)
#             6 LOAD_CONST       r2, k1  (1)
#             7 STORE_NAME       r2†, s3  (__firstlineno__)
#             8 LOAD_LOCALS      r2
#             9 STORE_CELL       __classdict__, r2†
#     2      10 LOAD_CONST       r2, k2  ("Doc.")
#            11 STORE_NAME       r2†, s4  (__doc__)
#     3      12 LOAD_CONST       r2, k1  (1)
#            13 STORE_NAME       r2†, s5  (x)
#     4      14 COPY             r3, __class__
#            15 BUILD_TUPLE      r3, r3, 1
#            16 MAKE_CLOSURE     r2, r3†, k3  (<code A.m>)
#            17 STORE_NAME       r2†, s6  (m)
#     1      18 COPY             r3, __classdict__
#            19 BUILD_TUPLE      r3, r3, 1
#            20 MAKE_CLOSURE     r2, r3†, k4  (<code A.__annotate__>)
#            21 STORE_NAME       r2†, s7  (__annotate_func__)
#    --      22 LOAD_CONST       r2, k5  (("v",))
#            23 STORE_NAME       r2†, s8  (__static_attributes__)
#            24 COPY             r2, __classdict__
#            25 STORE_NAME       r2†, s9  (__classdictcell__)
#            26 COPY             r2, __class__
#            27 STORE_NAME       r2, s10  (__classcell__)
#            28 RETURN           r2, 3
#
# code A.m line 4 regs 7 locals [self] free [__class__]
#     5       0 LOAD_FREE        r1, f0  (__class__)
#             1 STORE_ATTR       self, r1†, s0  (v)
#     6       2 LOAD_GLOBAL      r3, s1  (super)
#             3 LOAD_FREE        r4, f0  (__class__)
#             4 BORROW           r5, self
#             5 LOAD_SUPER_METHOD r1, r3, s2 f=1  (m)
#             6 CALL_METHOD      r1, r1, 0
#             7 RETURN           r1, 2
#
# code A.__annotate__ line 1 regs 6 locals [format] free [__classdict__]
#     1       0 JUMP_GT_I        format, #2, -> 3
#             1 LOAD_GLOBAL      r1, s0  (NotImplementedError)
#             2 RAISE            r1†, format f=1
#       >>    3 BUILD_DICT       r1, r1, 0
#     3       4 LOAD_FREE        r4, f0  (__classdict__)
#             5 LOAD_FROM_DICT_OR_GLOBALS r2, r4†, s1  (int)
#             6 LOAD_CONST       r3, k0  ("x")
#             7 DICT_SET         r1, r3†, r2†
#     1       8 RETURN           r1, 2
#
# code <generic parameters of G> line 7 regs 10 locals [T .generic_base .type_params] cells [.type_params]
#     8       0 MAKE_CELL        .type_params
#             1 LOAD_CONST       r5, k0  ("T")
#             2 MAKE_FUNCTION    r6, k1  (<code T>)
#             3 LOAD_CONST       r7, k2  ((1,))
#             4 SET_FUNCTION_ATTR r6, r7†  (Defaults)
#             5 INTRINSIC        r5, r5  (TypeVarWithBound)
#             6 CLEAR            r6
#             7 MAKE_FUNCTION    r6, k3  (<code T>)
#             8 LOAD_CONST       r7, k2  ((1,))
#             9 SET_FUNCTION_ATTR r6, r7†  (Defaults)
#            10 INTRINSIC        r5, r5  (SetTypeParamDefault)
#            11 CLEAR            r6
#            12 TAKE             r4, r5
#            13 COPY             T, r4
#            14 BUILD_TUPLE      r3, r4, 1
#            15 STORE_CELL       .type_params, r3†
#            16 LOAD_CELL        r3, .type_params
#            17 INTRINSIC        r3, r3  (SubscriptGeneric)
#            18 LOAD_BUILD_CLASS r4
#            19 COPY             r6, .type_params
#            20 BUILD_TUPLE      r6, r6, 1
#            21 MAKE_CLOSURE     r5, r6†, k4  (<code G>)
#            22 LOAD_CONST       r6, k5  ("G")
#            23 LOAD_GLOBAL      r7, s0  (A)
#            24 TAKE             r8, r3
#            25 CALL             r4, r4, 4
#            26 RETURN           r4, 9
#
# code T line 8 regs 3 locals [.format]
#     8       0 JUMP_GT_I        .format, #2, -> 3
#             1 LOAD_GLOBAL      r1, s0  (NotImplementedError)
#             2 RAISE            r1†, .format f=1
#       >>    3 LOAD_GLOBAL      r1, s1  (int)
#             4 RETURN           r1, 2
#
# code T line 8 regs 3 locals [.format]
#     8       0 JUMP_GT_I        .format, #2, -> 3
#             1 LOAD_GLOBAL      r1, s0  (NotImplementedError)
#             2 RAISE            r1†, .format f=1
#       >>    3 LOAD_GLOBAL      r1, s1  (str)
#             4 RETURN           r1, 2
#
# code G line 7 regs 3 free [.type_params]
#     7       0 LOAD_NAME        r0, s0  (__name__)
#             1 STORE_NAME       r0†, s1  (__module__)
#             2 LOAD_CONST       r0, k0  ("G")
#             3 STORE_NAME       r0†, s2  (__qualname__)
#             4 LOAD_CONST       r0, k1  (7)
#             5 STORE_NAME       r0†, s3  (__firstlineno__)
#             6 LOAD_LOCALS      r1
#             7 LOAD_FROM_DICT_OR_FREE r0, r1†, f0  (.type_params)
#             8 STORE_NAME       r0†, s4  (__type_params__)
#     8       9 NOP
#    --      10 LOAD_CONST       r0, k2  (())
#            11 STORE_NAME       r0†, s5  (__static_attributes__)
#            12 RETURN_CONST     1, k3  (None)
#
# code <generic parameters of f> line 9 regs 8 locals [.defaults .kwdefaults T] cells [T]
#     9       0 MAKE_CELL        T
#             1 LOAD_CONST       r5, k0  ("T")
#             2 INTRINSIC        r5, r5  (TypeVar)
#             3 TAKE             r4, r5
#             4 STORE_CELL       T, r4
#             5 BUILD_TUPLE      r3, r4, 1
#             6 COPY             r6, T
#             7 BUILD_TUPLE      r6, r6, 1
#             8 MAKE_CLOSURE     r5, r6†, k1  (<code f.__annotate__>)
#             9 MAKE_FUNCTION    r4, k2  (<code f>)
#            10 SET_FUNCTION_ATTR r4, r5†  (Annotate)
#            11 SET_FUNCTION_ATTR r4, .kwdefaults  (KwDefaults)
#            12 SET_FUNCTION_ATTR r4, .defaults  (Defaults)
#            13 SET_FUNCTION_ATTR r4, r3†  (TypeParams)
#            14 RETURN           r4, 6
#
# code f.__annotate__ line 9 regs 9 locals [format] free [T]
#     9       0 JUMP_GT_I        format, #2, -> 3
#             1 LOAD_GLOBAL      r1, s0  (NotImplementedError)
#             2 RAISE            r1†, format f=1
#       >>    3 LOAD_CONST       r1, k0  ("a")
#             4 LOAD_FREE        r2, f0  (T)
#             5 LOAD_CONST       r3, k1  ("b")
#             6 LOAD_CONST       r4, k2  ("x")
#             7 LOAD_CONST       r5, k3  ("return")
#             8 LOAD_GLOBAL      r6, s1  (list)
#             9 LOAD_FREE        r7, f0  (T)
#            10 LOAD_ITEM        r6, r6, r7†
#            11 BUILD_DICT       r1, r1, 3
#            12 RETURN           r1, 7
#
# code f line 9 regs 3 locals [a b]
#     9       0 NOP
#    --       1 RETURN_CONST     2, k0  (None)
#
# code <generic parameters of L> line 10 regs 8 locals [T] cells [T]
#    10       0 MAKE_CELL        T
#             1 LOAD_CONST       r4, k0  ("T")
#             2 INTRINSIC        r4, r4  (TypeVar)
#             3 TAKE             r3, r4
#             4 STORE_CELL       T, r3
#             5 BUILD_TUPLE      r2, r3, 1
#             6 LOAD_CONST       r3, k1  ("L")
#             7 TAKE             r4, r2
#             8 COPY             r6, T
#             9 BUILD_TUPLE      r6, r6, 1
#            10 MAKE_CLOSURE     r5, r6†, k2  (<code L>)
#            11 LOAD_CONST       r6, k3  ((1,))
#            12 SET_FUNCTION_ATTR r5, r6†  (Defaults)
#            13 INTRINSIC        r1, r3  (TypeAlias)
#            14 CLEAR            r3
#            15 CLEAR            r4
#            16 CLEAR            r5
#            17 RETURN           r1, 3
#
# code L line 10 regs 4 locals [.format] free [T]
#    10       0 JUMP_GT_I        .format, #2, -> 3
#             1 LOAD_GLOBAL      r1, s0  (NotImplementedError)
#             2 RAISE            r1†, .format f=1
#       >>    3 LOAD_GLOBAL      r1, s1  (list)
#             4 LOAD_FREE        r2, f0  (T)
#             5 LOAD_ITEM        r1, r1, r2†
#             6 RETURN           r1, 2
