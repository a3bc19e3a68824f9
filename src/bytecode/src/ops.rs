//! The opcode table: the one place that says which instructions exist.
//!
//! A weft instruction is one 64-bit word, `[op:8][f:8][a:16][b:16][c:16]` from the low byte up. `a`, `b`
//! and `c` are usually register numbers of the current frame; `f` holds small flags. `R[A]` is the
//! register named by `a`, `K[B]` a constant, `S[C]` an inline-cache site (a name and a cache word),
//! `b:c` the two upper fields read as one signed 32-bit number (`b` is the low half).
//!
//! # How registers hold values
//!
//! A frame's registers are `[parameters, locals, cells | temporaries]`. Reading a register as an operand
//! never counts. A register word is *counted* (the register owns one reference), *uncounted* (another
//! register of this thread, or nobody, owns the reference) or zero: *unbound*.
//!
//! Writing a destination drops what it held. A temporary whose last use is an instruction must be given
//! up by it, or destruction would come late: either the destination is the same register, or the
//! instruction carries a *kill* flag for the operand ([`KILL_A`], [`KILL_B`], [`KILL_C`]), or the table
//! says that the instruction *consumes* its range (calls and builds do: afterwards those registers are
//! unbound). Locals are never killed. Temporaries are allocated like a stack, above the locals.
//!
//! # Calls
//!
//! `CALL` finds its callable in `R[B]` and the arguments directly above it; the callee's window *is* the
//! caller's registers from the first argument up, so nothing is copied, and every live temporary of the
//! caller must lie below `B`. `CALL_METHOD` has one more register between callable and arguments: the
//! receiver that `LOAD_METHOD` found, or unbound where there is none.
//!
//! Everything else (enum, names, operand kinds, disassembler, verifier, liveness) is derived from
//! the table below; see `dis.rs` and `verify.rs`.

/// What an operand field means. Dataflow (liveness, verification) reads this and nothing else.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Field unused, must be zero.
    No,
    /// Register written.
    Def,
    /// Register read.
    Use,
    /// Register read and written.
    Mod,
    /// First of a range of registers read; its length is what the opcode's documentation says.
    Base,
    /// First of a range of registers written.
    DefBase,
    /// Index into the constants.
    Const,
    /// Index into the sites.
    Site,
    /// Signed 16-bit immediate.
    Imm,
    /// Unsigned number.
    Count,
    /// Register holding a cell (read, not followed).
    Cell,
    /// Index into the closure of the running function.
    Free,
    /// Signed 16-bit jump, relative to the next instruction, in `c`.
    Jump16,
    /// With `c`: signed 32-bit jump, relative to the next instruction, in `b:c`.
    Jump32,
    /// With `c`: unsigned 32-bit constant index in `b:c`.
    Const32,
}

/// `f`: drop the temporary `R[A]` after use.
pub const KILL_A: u8 = 0x20;
/// `f`: drop the temporary `R[B]` after use.
pub const KILL_B: u8 = 0x40;
/// `f`: drop the temporary `R[C]` after use.
pub const KILL_C: u8 = 0x80;
/// `f` of arithmetic: the augmented assignment form (`__iadd__` and the like come first).
pub const INPLACE: u8 = 0x01;
/// `f` of `*_K` and `*_I` arithmetic: the constant is the left operand.
pub const SWAPPED: u8 = 0x02;
/// `f` of conditional jumps: jump when the condition is true (else when it is false).
pub const WHEN_TRUE: u8 = 0x01;
/// `f` of `IS` and `IN`: negate the answer (`is not`, `not in`).
pub const NEGATE: u8 = 0x01;
/// Register operand of `YIELD`: not inside any exception handler.
pub const NO_REG: u16 = 0xffff;

macro_rules! kind {
    (-) => {
        Kind::No
    };
    ($k:ident) => {
        Kind::$k
    };
}

/// The table's parser: derives the enum and everything that describes an opcode.
macro_rules! ops {
    ($($(#[doc = $doc:literal])+ $name:ident $a:tt $b:tt $c:tt;)*) => {
        /// An operation code. The documentation of each is its register algebra.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u8)]
        #[allow(non_camel_case_types)]
        pub enum Op { $($(#[doc = $doc])+ $name,)* }

        impl Op {
            /// Every opcode, in encoding order.
            pub const ALL: &'static [Op] = &[$(Op::$name,)*];

            /// Name as the disassembler prints it.
            pub fn name(self) -> &'static str {
                match self { $(Op::$name => stringify!($name),)* }
            }

            /// One line of register algebra.
            pub fn doc(self) -> &'static str {
                match self { $(Op::$name => concat!($($doc,)+),)* }
            }

            /// Meaning of the operand fields `a`, `b`, `c`.
            pub const fn kinds(self) -> [Kind; 3] {
                match self { $(Op::$name => [kind!($a), kind!($b), kind!($c)],)* }
            }
        }
    };
}

ops! {
    // ---- moving ----------------------------------------------------------------------------------
    /// does nothing
    NOP - - -;
    /// R[A] := R[B], counted
    COPY Def Use -;
    /// R[A] := R[B], uncounted: R[B] keeps the reference and must stay unchanged while R[A] lives
    BORROW Def Use -;
    /// R[A] := R[B]; R[B] becomes unbound (may move an unbound word)
    TAKE Def Mod -;
    /// R[A], R[B] := R[B], R[A]
    SWAP Mod Mod -;
    /// R[A] := K[B:C]
    LOAD_CONST Def Const32 -;
    /// R[A] becomes unbound, silently
    CLEAR Mod - -;
    /// raises UnboundLocalError if R[A] is unbound
    CHECK_BOUND Use - -;
    /// `del` of a local: raises UnboundLocalError if unbound, else R[A] becomes unbound
    DELETE_LOCAL Mod - -;

    // ---- cells -----------------------------------------------------------------------------------
    /// R[A] := new cell holding what R[A] held (maybe nothing)
    MAKE_CELL Mod - -;
    /// R[A] := contents of cell R[B], NameError if empty
    LOAD_CELL Def Cell -;
    /// contents of cell R[A] := R[B]
    STORE_CELL Cell Use -;
    /// empties cell R[A], NameError if already empty
    DELETE_CELL Cell - -;
    /// R[A] := contents of closure[B], NameError if empty
    LOAD_FREE Def Free -;
    /// contents of closure[A] := R[B]
    STORE_FREE Free Use -;
    /// empties closure[A], NameError if already empty
    DELETE_FREE Free - -;
    /// R[A] := closure[B], the cell itself
    LOAD_CLOSURE Def Free -;

    // ---- names -----------------------------------------------------------------------------------
    /// R[A] := globals or builtins [S[C]], NameError
    LOAD_GLOBAL Def - Site;
    /// globals[S[C]] := R[B]
    STORE_GLOBAL - Use Site;
    /// del globals[S[C]], NameError
    DELETE_GLOBAL - - Site;
    /// R[A] := locals mapping, then globals, then builtins [S[C]]
    LOAD_NAME Def - Site;
    /// locals mapping[S[C]] := R[B]
    STORE_NAME - Use Site;
    /// del locals mapping[S[C]], NameError
    DELETE_NAME - - Site;
    /// R[A] := the frame's locals mapping (class bodies, modules, exec)
    LOAD_LOCALS Def - -;
    /// R[A] := mapping R[B] [S[C]], else globals, else builtins
    LOAD_FROM_DICT_OR_GLOBALS Def Use Site;
    /// R[A] := mapping R[B] [name of free variable C], else contents of closure[C]
    LOAD_FROM_DICT_OR_FREE Def Use Free;
    /// R[A] := mapping R[B] [name of cell variable], else contents of cell R[C]
    LOAD_FROM_DICT_OR_CELL Def Use Cell;
    /// R[A] := `__build_class__` of builtins
    LOAD_BUILD_CLASS Def - -;
    /// R[A] := AssertionError, whatever builtins says
    LOAD_ASSERTION_ERROR Def - -;

    // ---- attributes and items --------------------------------------------------------------------
    /// R[A] := R[B].S[C]
    LOAD_ATTR Def Use Site;
    /// R[A].S[C] := R[B]
    STORE_ATTR Use Use Site;
    /// del R[A].S[C]
    DELETE_ATTR Use - Site;
    /// R[A], R[A+1] := function, receiver for calling R[B].S[C]; or bound value, unbound
    LOAD_METHOD DefBase Use Site;
    /// R[A] := super(R[B+1], R[B+2]).S[C] where R[B] is the global `super`; F=1: `super()` was written without arguments; consumes R[B..B+3]
    LOAD_SUPER_ATTR Def Base Site;
    /// as LOAD_SUPER_ATTR, giving a pair in R[A], R[A+1] as LOAD_METHOD does
    LOAD_SUPER_METHOD DefBase Base Site;
    /// R[A], R[A+1] := special method F of type(R[B]) as a pair (see [`Special`]); TypeError if missing
    LOAD_SPECIAL DefBase Use -;
    /// R[A] := R[B][R[C]]
    LOAD_ITEM Def Use Use;
    /// R[A] := R[B][C], C an int immediate
    LOAD_ITEM_I Def Use Imm;
    /// R[A][R[B]] := R[C]
    STORE_ITEM Use Use Use;
    /// del R[A][R[B]]
    DELETE_ITEM Use Use -;
    /// R[A] := slice(R[B], R[B+1], R[B+2]); consumes R[B..B+3]
    BUILD_SLICE Def Base -;
    /// R[A] := R[B][R[C]:R[C+1]]; consumes R[C..C+2]
    LOAD_SLICE Def Use Base;
    /// R[A] := R[B][R[C]:R[C+1]:R[C+2]]; consumes R[C..C+3]
    LOAD_SLICE3 Def Use Base;
    /// R[A][R[B]:R[B+1]] := R[C]; consumes R[B..B+2]
    STORE_SLICE Use Base Use;

    // ---- arithmetic: F may have INPLACE, kills; *_I: C is an int immediate; *_K: C is a constant ---
    /// R[A] := R[B] + R[C]
    ADD Def Use Use;
    /// R[A] := R[B] - R[C]
    SUB Def Use Use;
    /// R[A] := R[B] * R[C]
    MUL Def Use Use;
    /// R[A] := R[B] / R[C]
    TRUEDIV Def Use Use;
    /// R[A] := R[B] // R[C]
    FLOORDIV Def Use Use;
    /// R[A] := R[B] % R[C]
    MOD Def Use Use;
    /// R[A] := R[B] ** R[C]
    POW Def Use Use;
    /// R[A] := R[B] @ R[C]
    MATMUL Def Use Use;
    /// R[A] := R[B] << R[C]
    LSHIFT Def Use Use;
    /// R[A] := R[B] >> R[C]
    RSHIFT Def Use Use;
    /// R[A] := R[B] & R[C]
    AND Def Use Use;
    /// R[A] := R[B] | R[C]
    OR Def Use Use;
    /// R[A] := R[B] ^ R[C]
    XOR Def Use Use;
    /// R[A] := R[B] + C
    ADD_I Def Use Imm;
    /// R[A] := R[B] - C
    SUB_I Def Use Imm;
    /// R[A] := R[B] * C
    MUL_I Def Use Imm;
    /// R[A] := R[B] // C
    FLOORDIV_I Def Use Imm;
    /// R[A] := R[B] % C
    MOD_I Def Use Imm;
    /// R[A] := R[B] << C
    LSHIFT_I Def Use Imm;
    /// R[A] := R[B] >> C
    RSHIFT_I Def Use Imm;
    /// R[A] := R[B] & C
    AND_I Def Use Imm;
    /// R[A] := R[B] + K[C], SWAPPED: K[C] + R[B]
    ADD_K Def Use Const;
    /// R[A] := R[B] - K[C], SWAPPED: K[C] - R[B]
    SUB_K Def Use Const;
    /// R[A] := R[B] * K[C], SWAPPED: K[C] * R[B]
    MUL_K Def Use Const;
    /// R[A] := R[B] / K[C], SWAPPED: K[C] / R[B]
    TRUEDIV_K Def Use Const;
    /// R[A] := -R[B]
    NEG Def Use -;
    /// R[A] := +R[B]
    POS Def Use -;
    /// R[A] := ~R[B]
    INVERT Def Use -;
    /// R[A] := not R[B]
    NOT Def Use -;
    /// R[A] := bool(R[B])
    TO_BOOL Def Use -;

    // ---- comparison ------------------------------------------------------------------------------
    /// R[A] := R[B] < R[C]
    LT Def Use Use;
    /// R[A] := R[B] <= R[C]
    LE Def Use Use;
    /// R[A] := R[B] == R[C]
    EQ Def Use Use;
    /// R[A] := R[B] != R[C]
    NE Def Use Use;
    /// R[A] := R[B] > R[C]
    GT Def Use Use;
    /// R[A] := R[B] >= R[C]
    GE Def Use Use;
    /// R[A] := R[B] is R[C], NEGATE: is not
    IS Def Use Use;
    /// R[A] := R[B] in R[C], NEGATE: not in
    IN Def Use Use;

    // ---- jumps: taken when the condition agrees with WHEN_TRUE; a backward jump is a safepoint ------
    /// pc += B:C
    JUMP - Jump32 -;
    /// if bool(R[A]) == WHEN_TRUE: pc += B:C
    JUMP_IF Use Jump32 -;
    /// if (R[A] is None) == WHEN_TRUE: pc += B:C
    JUMP_IF_NONE Use Jump32 -;
    /// if (R[A] is unbound) == WHEN_TRUE: pc += B:C
    JUMP_IF_UNBOUND Use Jump32 -;
    /// if (R[A] < R[B]) == WHEN_TRUE: pc += C
    JUMP_LT Use Use Jump16;
    /// if (R[A] <= R[B]) == WHEN_TRUE: pc += C
    JUMP_LE Use Use Jump16;
    /// if (R[A] == R[B]) == WHEN_TRUE: pc += C
    JUMP_EQ Use Use Jump16;
    /// if (R[A] != R[B]) == WHEN_TRUE: pc += C
    JUMP_NE Use Use Jump16;
    /// if (R[A] > R[B]) == WHEN_TRUE: pc += C
    JUMP_GT Use Use Jump16;
    /// if (R[A] >= R[B]) == WHEN_TRUE: pc += C
    JUMP_GE Use Use Jump16;
    /// if (R[A] is R[B]) == WHEN_TRUE: pc += C
    JUMP_IS Use Use Jump16;
    /// if (R[A] in R[B]) == WHEN_TRUE: pc += C
    JUMP_IN Use Use Jump16;
    /// if (R[A] < B) == WHEN_TRUE: pc += C, B an int immediate
    JUMP_LT_I Use Imm Jump16;
    /// if (R[A] <= B) == WHEN_TRUE: pc += C
    JUMP_LE_I Use Imm Jump16;
    /// if (R[A] == B) == WHEN_TRUE: pc += C
    JUMP_EQ_I Use Imm Jump16;
    /// if (R[A] != B) == WHEN_TRUE: pc += C
    JUMP_NE_I Use Imm Jump16;
    /// if (R[A] > B) == WHEN_TRUE: pc += C
    JUMP_GT_I Use Imm Jump16;
    /// if (R[A] >= B) == WHEN_TRUE: pc += C
    JUMP_GE_I Use Imm Jump16;

    // ---- iteration and generators ----------------------------------------------------------------
    /// R[A] := iter(R[B])
    GET_ITER Def Use -;
    /// R[A] := next(R[B]); when exhausted R[B] becomes unbound and pc += C (R[A] untouched)
    FOR_ITER Def Mod Jump16;
    /// the end of a loop, `JUMP` and FOR_ITER in one: R[A] := next(R[B]) and pc += C, behind the loop's FOR_ITER; when
    /// exhausted R[B] becomes unbound
    FOR_NEXT Def Mod Jump16;
    /// R[A..A+C] := the C items of R[B]
    UNPACK DefBase Use Count;
    /// R[A..] := C items, a list of the middle, F (8 bits) items at the end, of R[B] (R[B] is consumed)
    UNPACK_EX DefBase Mod Count;
    /// makes a generator, coroutine or async generator of this frame (its first instruction) and returns it
    RETURN_GENERATOR - - -;
    /// hands R[A] out; on resumption R[A] := the value sent. B: registers from B up are dead. C: register of the outermost PUSH_EXC save, or NO_REG. F=1: delegating (yield from, await), F=2: value of an async generator (is wrapped)
    YIELD Mod Count Count;
    /// sends R[A] into iterator R[B]: what it yields comes into R[A]; when it returns, R[A] := its value, R[B] becomes unbound, pc += C
    SEND Mod Mod Jump16;
    /// R[A] := iterator for `yield from R[B]`
    GET_YIELD_FROM_ITER Def Use -;
    /// R[A] := awaitable iterator of R[B]; F=1: of `__aenter__`, F=2: of `__aexit__` (for the error's text)
    GET_AWAITABLE Def Use -;
    /// R[A] := R[B].__aiter__()
    GET_AITER Def Use -;
    /// R[A] := awaitable iterator of R[B].__anext__()
    GET_ANEXT Def Use -;

    // ---- building; builds consume their range -------------------------------------------------------
    /// R[A] := tuple of R[B..B+C]
    BUILD_TUPLE Def Base Count;
    /// R[A] := list of R[B..B+C]
    BUILD_LIST Def Base Count;
    /// R[A] := set of R[B..B+C]
    BUILD_SET Def Base Count;
    /// R[A] := dict of C pairs R[B], R[B+1], …
    BUILD_DICT Def Base Count;
    /// R[A] := concatenation of the str R[B..B+C]
    BUILD_STRING Def Base Count;
    /// append R[B] to list R[A]
    LIST_APPEND Use Use -;
    /// extend list R[A] by iterable R[B]; F=1: R[B] is the `*args` of a call of R[C] (for the error's text)
    LIST_EXTEND Use Use Count;
    /// add R[B] to set R[A]
    SET_ADD Use Use -;
    /// update set R[A] by iterable R[B]
    SET_UPDATE Use Use -;
    /// dict R[A] [R[B]] := R[C]
    DICT_SET Use Use Use;
    /// update dict R[A] by mapping R[B] (a `**` in a display)
    DICT_UPDATE Use Use -;
    /// update dict R[A] by mapping R[B], TypeError on a duplicate; R[C] is the callable, for the error's text
    DICT_MERGE Use Use Use;
    /// R[A] := tuple of list R[B]
    LIST_TO_TUPLE Def Use -;
    /// R[A] := format(conversion(R[B]), R[C]); F low bits: 0 none, 1 str, 2 repr, 3 ascii; F bit 2: spec R[C] is given (else C is 0)
    FORMAT Def Use Count;
    /// R[A] := Interpolation(R[B], R[B+1] expression text, conversion F low bits, R[B+2] spec); consumes
    BUILD_INTERPOLATION Def Base -;
    /// R[A] := Template(strings tuple R[B], interpolations tuple R[B+1]); consumes
    BUILD_TEMPLATE Def Base -;

    // ---- calls ---------------------------------------------------------------------------------------
    /// R[A] := R[B](R[B+1] … C arguments); consumes
    CALL Def Base Count;
    /// R[A] := R[B](C arguments from R[B+1], the last ones by keyword: names tuple in R[B+1+C]); consumes
    CALL_KW Def Base Count;
    /// R[A] := R[B](R[B+1] if bound, C arguments from R[B+2]); consumes
    CALL_METHOD Def Base Count;
    /// as CALL_METHOD, names tuple in R[B+2+C]
    CALL_METHOD_KW Def Base Count;
    /// R[A] := R[B](C arguments from R[B+3], *R[B+1], **R[B+2]), R[B+2] may be unbound; with f bit 1 the last of the C are by
    /// keyword, names tuple in R[B+3+C], and come behind *R[B+1]; consumes
    CALL_EX Def Base Count;
    /// returns R[A] (given up). B: registers from B up are dead
    RETURN Use Count -;
    /// returns K[B:C]. A: registers from A up are dead
    RETURN_CONST Count Const32 -;
    /// R[A] := function of code K[B:C]
    MAKE_FUNCTION Def Const32 -;
    /// R[A] := function of code K[C] with the cells in the tuple R[B]
    MAKE_CLOSURE Def Use Const;
    /// function R[A].attribute F := R[B] (see [`FunctionAttr`])
    SET_FUNCTION_ATTR Use Use -;

    // ---- exceptions and with ---------------------------------------------------------------------------
    /// F=0: re-raises the exception being handled; F=1: raise R[A]; F=2: raise R[A] from R[B]
    RAISE Use Use -;
    /// raises R[A] again, adding no traceback entry for this frame; R[A] is given up
    RERAISE Use - -;
    /// R[B] := exception being handled (or None); exception being handled := R[A]
    PUSH_EXC Use Def -;
    /// exception being handled := R[A]; R[A] becomes unbound
    POP_EXC Mod - -;
    /// R[A] := whether exception R[B] matches R[C], a class or tuple of classes; TypeError if it is neither
    MATCH_EXC Def Use Use;
    /// R[A], R[A+1] := what matches R[C] in exception (group) R[B], the rest; None where empty
    MATCH_EXC_GROUP DefBase Use Use;
    /// R[A] := the exception to raise after `except*` clauses, from the original R[B] and the list R[C]; None if nothing is left
    PREP_RERAISE_STAR Def Use Use;
    /// R[A] := __exit__ pair R[B], R[B+1] called with type, value, traceback of exception R[C] (the pair stays)
    WITH_EXCEPT Def Base Use;
    /// exception R[A] of an `async for`: if StopAsyncIteration drops it and R[B], else raises it again
    END_ASYNC_FOR Mod Mod -;
    /// exception R[A] thrown into a `yield from`/`await`: StopIteration gives its value in R[B] and falls through, else raises it again
    CLEANUP_THROW Use Def -;

    // ---- matching ------------------------------------------------------------------------------------
    /// R[A] := R[B] is a mapping for `match`
    MATCH_MAPPING Def Use -;
    /// R[A] := R[B] is a sequence for `match`
    MATCH_SEQUENCE Def Use -;
    /// R[A] := tuple of the values of R[B] under the keys in tuple R[C], or None
    MATCH_KEYS Def Use Use;
    /// R[A] := tuple of attributes of subject R[B] as class R[B+1] with C positional patterns and keyword names tuple R[B+2], or None
    MATCH_CLASS Def Base Count;
    /// R[A] := len(R[B])
    GET_LEN Def Use -;

    // ---- imports and the rest ----------------------------------------------------------------------------
    /// R[A] := __import__(S[C], globals, locals, R[B+1] fromlist, R[B] level); consumes
    IMPORT_NAME Def Base Site;
    /// R[A] := attribute S[C] of module R[B], ImportError
    IMPORT_FROM Def Use Site;
    /// R[A] := intrinsic F of R[B], R[B+1], … (see [`Intrinsic`]); does not consume
    INTRINSIC Def Base -;
    /// R[A] := R[B].(name in R[C]); for code with more sites than 16 bits can number
    LOAD_ATTR_REG Def Use Use;
    /// R[A].(name in R[C]) := R[B]
    STORE_ATTR_REG Use Use Use;
    /// del R[A].(name in R[C])
    DELETE_ATTR_REG Use - Use;
    /// R[A] := name R[C]; F: 0 locals/globals/builtins, 1 globals/builtins
    LOAD_NAME_REG Def - Use;
    /// name R[C] := R[B]; F: 0 locals, 1 globals
    STORE_NAME_REG - Use Use;
    /// del name R[C]; F: 0 locals, 1 globals
    DELETE_NAME_REG - - Use;
}

/// A small numbered vocabulary carried in an instruction's `f`.
macro_rules! vocabulary {
    ($(#[$meta:meta])* $name:ident { $($(#[doc = $doc:literal])* $item:ident,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u8)]
        pub enum $name { $($(#[doc = $doc])* $item,)* }

        impl $name {
            /// All members, in encoding order.
            pub const ALL: &'static [$name] = &[$($name::$item,)*];

            /// Decodes the number an instruction carries.
            pub fn from_u8(n: u8) -> Option<$name> { Self::ALL.get(n as usize).copied() }
        }
    };
}

vocabulary! {
    /// Special methods that `LOAD_SPECIAL` looks up on the type.
    Special {
        /// `__enter__`
        Enter,
        /// `__exit__`
        Exit,
        /// `__aenter__`
        AEnter,
        /// `__aexit__`
        AExit,
    }
}

vocabulary! {
    /// What `SET_FUNCTION_ATTR` sets.
    FunctionAttr {
        /// tuple of positional defaults
        Defaults,
        /// dict of keyword-only defaults
        KwDefaults,
        /// function that computes the annotations (PEP 649)
        Annotate,
        /// tuple of cells
        Closure,
        /// tuple of type parameters (PEP 695)
        TypeParams,
    }
}

vocabulary! {
    /// Operations too rare for an opcode. `x`, `y`, `z` are `R[B]`, `R[B+1]`, `R[B+2]`.
    Intrinsic {
        /// `sys.displayhook(x)`
        Print,
        /// `from x import *` into the locals
        ImportStar,
        /// StopIteration x escaping a generator becomes RuntimeError; returns what to re-raise
        StopIterationError,
        /// `TypeVar(x)`
        TypeVar,
        /// `TypeVar(x, bound=lazy y)`
        TypeVarWithBound,
        /// `TypeVar(x, *constraints lazy y)`
        TypeVarWithConstraints,
        /// `ParamSpec(x)`
        ParamSpec,
        /// `TypeVarTuple(x)`
        TypeVarTuple,
        /// sets the lazy default y of type parameter x, returns x
        SetTypeParamDefault,
        /// `Generic[*x]`, x a tuple of type parameters
        SubscriptGeneric,
        /// `TypeAliasType(x name, y type parameters or None, lazy z)`
        TypeAlias,
    }
}

/// One instruction word.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Instr(pub u64);

impl Instr {
    /// Packs the fields.
    #[inline]
    pub const fn new(op: Op, f: u8, a: u16, b: u16, c: u16) -> Instr {
        Instr(op as u64 | (f as u64) << 8 | (a as u64) << 16 | (b as u64) << 32 | (c as u64) << 48)
    }

    /// Instruction words as they lie in memory; `None` if they are not aligned.
    pub fn slice(bytes: &'static [u8]) -> Option<&'static [Instr]> {
        // SAFETY: any eight aligned bytes are an instruction word.
        let (before, words, after) = unsafe { bytes.align_to::<Instr>() };
        (before.is_empty() && after.is_empty()).then_some(words)
    }

    /// Packs an instruction whose `b:c` is one 32-bit number.
    #[inline]
    pub const fn wide(op: Op, f: u8, a: u16, bc: u32) -> Instr {
        Instr(op as u64 | (f as u64) << 8 | (a as u64) << 16 | (bc as u64) << 32)
    }

    /// The operation, if the byte names one. Verified code always has one.
    pub fn op(self) -> Option<Op> {
        Op::ALL.get(self.0 as u8 as usize).copied()
    }

    /// The operation's number.
    #[inline]
    pub const fn opcode(self) -> u8 {
        self.0 as u8
    }

    /// Flags.
    #[inline]
    pub const fn f(self) -> u8 {
        (self.0 >> 8) as u8
    }

    /// First operand field.
    #[inline]
    pub const fn a(self) -> u16 {
        (self.0 >> 16) as u16
    }

    /// Second operand field.
    #[inline]
    pub const fn b(self) -> u16 {
        (self.0 >> 32) as u16
    }

    /// Third operand field.
    #[inline]
    pub const fn c(self) -> u16 {
        (self.0 >> 48) as u16
    }

    /// `b:c` as an unsigned number (constant indices).
    #[inline]
    pub const fn bc(self) -> u32 {
        (self.0 >> 32) as u32
    }

    /// `b:c` as a signed number (jumps).
    #[inline]
    pub const fn jump32(self) -> i32 {
        (self.0 >> 32) as i32
    }

    /// `c` as a signed number (short jumps, immediates).
    #[inline]
    pub const fn c_signed(self) -> i16 {
        (self.0 >> 48) as i16
    }

    /// `b` as a signed number (immediates of fused comparisons).
    #[inline]
    pub const fn b_signed(self) -> i16 {
        (self.0 >> 32) as i16
    }
}

const _: () = assert!(Op::ALL.len() <= 256 && size_of::<Instr>() == 8);
