//! What must hold of a code object before the VM may run it.
//!
//! The interpreter reads registers, constants, sites, closure and instructions without looking at bounds;
//! this is where they are looked at, once, when code is loaded. A code object that passes cannot make the
//! VM read outside its tables, whoever wrote the bytes. Nor does the VM ask whether a register is bound, whether a
//! cell's register holds a cell, or whether a borrowed reference is still owned: `flow.rs` follows control to see to that.
//! Code that is part of the binary is our compiler's and not verified.

use crate::code::{Code, Const, flags};
use crate::ops::{
    FunctionAttr, INPLACE, Instr, Intrinsic, KILL_A, KILL_B, KILL_C, Kind, NEGATE, NO_REG, Op, SWAPPED,
    Special, WHEN_TRUE,
};
use std::fmt;

/// What is wrong, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VerifyError {
    /// Qualified name of the code object.
    pub code: String,
    /// The offending instruction, if it is one.
    pub pc: Option<u32>,
    /// A phrase.
    pub what: String,
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.pc {
            Some(pc) => write!(f, "invalid bytecode in {} at {pc}: {}", self.code, self.what),
            None => write!(f, "invalid bytecode in {}: {}", self.code, self.what),
        }
    }
}

impl std::error::Error for VerifyError {}

/// Checks a code object and all code among its constants.
pub fn verify(code: &Code) -> Result<(), VerifyError> {
    let fail = |pc: Option<usize>, what: String| {
        let code = String::from_utf8_lossy(&code.qualname).into_owned();
        Err(VerifyError { code, pc: pc.map(|pc| pc as u32), what })
    };
    if let Err(what) = shape(code) {
        return fail(None, what);
    }
    for (pc, &i) in code.instrs.iter().enumerate() {
        if let Err(what) = instruction(code, pc, i) {
            return fail(Some(pc), format!("{i:?}: {what}"));
        }
    }
    for h in &code.handlers {
        if let Err(what) = handler(code, h) {
            return fail(Some(h.start as usize), what);
        }
    }
    if let Err((pc, what)) = crate::flow::check(code) {
        let i = code.instrs.get(pc).map_or(String::new(), |i| format!("{i:?}: "));
        return fail(Some(pc), i + &what);
    }
    nested(&code.consts)
}

/// Verifies the code objects in constants. Nesting is bounded by what built the constants.
fn nested(consts: &[Const]) -> Result<(), VerifyError> {
    for c in consts {
        match c {
            Const::Code(code) => verify(code)?,
            Const::Tuple(items) | Const::FrozenSet(items) => nested(items)?,
            _ => {}
        }
    }
    Ok(())
}

/// A check: `Err` says what is wrong.
type Check = Result<(), String>;

fn need(holds: bool, what: impl FnOnce() -> String) -> Check {
    if holds { Ok(()) } else { Err(what()) }
}

/// The tables agree with each other.
fn shape(code: &Code) -> Check {
    let has = |flag| u32::from(code.flags & flag != 0);
    let params = u32::from(code.argcount)
        + u32::from(code.kwonlyargcount)
        + has(flags::VARARGS)
        + has(flags::VARKEYWORDS);
    let named = code.locals.len();
    need(named <= usize::from(code.nregs) && code.nregs != NO_REG, || {
        "more variables than registers".into()
    })?;
    need(usize::from(code.nvarnames) <= named, || "nvarnames out of range".into())?;
    need(params <= u32::from(code.nvarnames), || "more parameters than variables".into())?;
    need(code.posonlyargcount <= code.argcount, || "posonlyargcount out of range".into())?;
    need(code.cells.iter().all(|&r| usize::from(r) < named), || "cell out of range".into())?;
    need(code.sites.iter().all(|&s| (s as usize) < code.names.len()), || "site out of range".into())?;
    let doc = code.flags & flags::HAS_DOCSTRING == 0 || matches!(code.consts.first(), Some(Const::Str(_)));
    need(doc, || "no docstring".into())?;
    need(code.nregs > 0, || "no registers".into())?;
    need(i32::try_from(code.instrs.len()).is_ok(), || "too long".into())?;
    let last = code.instrs.last().and_then(|i| i.op());
    need(last.is_some_and(ends), || "control falls off the end".into())
}

/// True of instructions after which control never goes on to the next.
pub fn ends(op: Op) -> bool {
    matches!(op, Op::JUMP | Op::RETURN | Op::RETURN_CONST | Op::RAISE | Op::RERAISE)
}

fn handler(code: &Code, h: &crate::code::Handler) -> Check {
    let n = code.instrs.len() as u32;
    need(h.start < h.end && h.end <= n && h.target < n, || "handler out of range".into())?;
    need(h.depth <= h.reg && h.reg < code.nregs, || "handler registers out of range".into())?;
    need(usize::from(h.depth) >= code.locals.len(), || "handler would drop variables".into())
}

fn instruction(code: &Code, pc: usize, i: Instr) -> Check {
    let op = i.op().ok_or("unknown operation")?;
    let fields = [i.a(), i.b(), i.c()];
    let wide = matches!(op.kinds()[1], Kind::Jump32 | Kind::Const32);
    for (n, (&kind, field)) in op.kinds().iter().zip(fields).enumerate() {
        if wide && n == 2 {
            continue;
        }
        operand(code, pc, i, kind, field)?;
    }
    for (base, len) in ranges(op, i) {
        need(u32::from(base) + len <= u32::from(code.nregs), || format!("window of {len} out of range"))?;
    }
    need(i.f() & !allowed_flags(op, i) == 0, || "unknown flags".into())?;
    special(code, op, i)
}

fn operand(code: &Code, pc: usize, i: Instr, kind: Kind, field: u16) -> Check {
    let target = |delta: i32| {
        let to = pc as i64 + 1 + i64::from(delta);
        need((0..code.instrs.len() as i64).contains(&to), || "jump out of range".into())
    };
    match kind {
        Kind::No => need(field == 0, || "unused field is not zero".into()),
        Kind::Def | Kind::Use | Kind::Mod => {
            need(field < code.nregs, || format!("register {field} out of range"))
        }
        Kind::Base | Kind::DefBase => need(field <= code.nregs, || format!("register {field} out of range")),
        Kind::Cell => need(code.cells.contains(&field), || format!("register {field} is no cell")),
        Kind::Free => need(usize::from(field) < code.freevars.len(), || "closure index out of range".into()),
        Kind::Const => need(usize::from(field) < code.consts.len(), || "constant out of range".into()),
        Kind::Const32 => need((i.bc() as usize) < code.consts.len(), || "constant out of range".into()),
        Kind::Site => need(usize::from(field) < code.sites.len(), || "site out of range".into()),
        Kind::Jump16 => target(i32::from(field as i16)),
        Kind::Jump32 => target(i.jump32()),
        Kind::Imm | Kind::Count => Ok(()),
    }
}

/// The ranges of registers an instruction reads or writes, as (first, length). This is the one place
/// that knows the lengths; liveness in the compiler uses it too.
pub fn ranges(op: Op, i: Instr) -> impl Iterator<Item = (u16, u32)> {
    let (a, b, c) = (i.a(), i.b(), u32::from(i.c()));
    let none = (0, 0);
    let (x, y) = match op {
        Op::LOAD_METHOD | Op::LOAD_SPECIAL | Op::MATCH_EXC_GROUP => ((a, 2), none),
        Op::LOAD_SUPER_ATTR => ((b, 3), none),
        Op::LOAD_SUPER_METHOD => ((a, 2), (b, 3)),
        Op::BUILD_SLICE | Op::BUILD_INTERPOLATION | Op::MATCH_CLASS => ((b, 3), none),
        Op::LOAD_SLICE => ((i.c(), 2), none),
        Op::LOAD_SLICE3 => ((i.c(), 3), none),
        Op::STORE_SLICE | Op::BUILD_TEMPLATE | Op::IMPORT_NAME => ((b, 2), none),
        Op::WITH_EXCEPT => ((b, 5), none),
        Op::UNPACK => ((a, c), none),
        Op::UNPACK_EX => ((a, c + 1 + u32::from(i.f())), none),
        Op::BUILD_TUPLE | Op::BUILD_LIST | Op::BUILD_SET | Op::BUILD_STRING => ((b, c), none),
        Op::BUILD_DICT => ((b, 2 * c), none),
        Op::CALL => ((b, 1 + c), none),
        Op::CALL_KW | Op::CALL_METHOD => ((b, 2 + c), none),
        Op::CALL_METHOD_KW => ((b, 3 + c), none),
        Op::CALL_EX => ((b, 3 + c + u32::from(i.f() & 1)), none),
        Op::INTRINSIC => ((b, intrinsic_arity(i.f())), none),
        _ => (none, none),
    };
    [x, y].into_iter().filter(|r| r.1 > 0)
}

/// How many registers an intrinsic reads.
pub fn intrinsic_arity(f: u8) -> u32 {
    match Intrinsic::from_u8(f) {
        Some(
            Intrinsic::TypeVarWithBound | Intrinsic::TypeVarWithConstraints | Intrinsic::SetTypeParamDefault,
        ) => 2,
        Some(Intrinsic::TypeAlias) => 3,
        _ => 1,
    }
}

/// The flag bits that mean something for this instruction.
fn allowed_flags(op: Op, i: Instr) -> u8 {
    use Op::*;
    if matches!(op, UNPACK_EX) {
        return 0xff;
    }
    let mut allowed = 0;
    for (kind, kill) in op.kinds().into_iter().zip([KILL_A, KILL_B, KILL_C]) {
        if kind == Kind::Use {
            allowed |= kill;
        }
    }
    allowed
        | match op {
            ADD | SUB | MUL | TRUEDIV | FLOORDIV | MOD | POW | MATMUL | LSHIFT | RSHIFT | AND | OR | XOR => {
                INPLACE
            }
            ADD_I | SUB_I | MUL_I | FLOORDIV_I | MOD_I | LSHIFT_I | RSHIFT_I | AND_I | ADD_K | SUB_K
            | MUL_K | TRUEDIV_K => INPLACE | SWAPPED,
            IS | IN => NEGATE,
            JUMP_IF | JUMP_IF_NONE | JUMP_IF_UNBOUND | JUMP_LT | JUMP_LE | JUMP_EQ | JUMP_NE | JUMP_GT
            | JUMP_GE | JUMP_IS | JUMP_IN | JUMP_LT_I | JUMP_LE_I | JUMP_EQ_I | JUMP_NE_I | JUMP_GT_I
            | JUMP_GE_I => WHEN_TRUE,
            LOAD_SUPER_ATTR | LOAD_SUPER_METHOD | LOAD_NAME_REG | STORE_NAME_REG | DELETE_NAME_REG => 1,
            LOAD_SPECIAL | GET_AWAITABLE | YIELD | RAISE => 3,
            FORMAT if i.f() & 4 != 0 => 7 | KILL_C,
            FORMAT | BUILD_INTERPOLATION => 3,
            LIST_EXTEND | CALL_EX => 1,
            SET_FUNCTION_ATTR => 7,
            INTRINSIC => 0x1f,
            _ => 0,
        }
}

/// Returning drops variables, at least.
fn returns(code: &Code, dead: u16) -> Check {
    let some = code.locals.len()..=usize::from(code.nregs);
    need(some.contains(&usize::from(dead)), || "dead registers out of range".into())
}

/// What the operand kinds alone do not say.
fn special(code: &Code, op: Op, i: Instr) -> Check {
    let named = |r: u16| need(usize::from(r) < code.locals.len(), || format!("register {r} has no name"));
    let register = |r: u16| need(r < code.nregs, || format!("register {r} out of range"));
    let vocabulary = |known: bool| need(known, || "unknown variant".into());
    let low = i.f() & 0x1f;
    match op {
        Op::CHECK_BOUND | Op::DELETE_LOCAL => named(i.a()),
        Op::MAKE_CELL => need(code.cells.contains(&i.a()), || "not declared as a cell".into()),
        Op::MAKE_FUNCTION => {
            let ok = matches!(code.consts.get(i.bc() as usize), Some(Const::Code(_)));
            need(ok, || "constant is no code".into())
        }
        Op::MAKE_CLOSURE => {
            let ok = matches!(code.consts.get(i.c() as usize), Some(Const::Code(_)));
            need(ok, || "constant is no code".into())
        }
        Op::RETURN => returns(code, i.b()),
        Op::RETURN_CONST => returns(code, i.a()),
        Op::YIELD => {
            need(i.b() <= code.nregs, || "dead registers out of range".into())?;
            vocabulary(low <= 2)?;
            if i.c() == NO_REG { Ok(()) } else { register(i.c()) }
        }
        Op::FORMAT if i.f() & 4 != 0 => register(i.c()),
        Op::FORMAT => need(i.c() == 0, || "unused field is not zero".into()),
        Op::LIST_EXTEND if i.f() & 1 != 0 => register(i.c()),
        Op::LIST_EXTEND => need(i.c() == 0, || "unused field is not zero".into()),
        Op::RAISE => vocabulary(low <= 2),
        Op::GET_AWAITABLE => vocabulary(low <= 2),
        Op::LOAD_SPECIAL => vocabulary(Special::from_u8(low).is_some()),
        Op::SET_FUNCTION_ATTR => vocabulary(FunctionAttr::from_u8(low).is_some()),
        Op::INTRINSIC => vocabulary(Intrinsic::from_u8(i.f()).is_some()),
        _ => Ok(()),
    }
}
