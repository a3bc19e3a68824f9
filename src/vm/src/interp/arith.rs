//! Arithmetic, comparison, truth: the fast paths as small functions on words, the slow ones on registers.

use super::{Base, put, put_value, vreg};
use crate::Res;
use crate::dict::Dict;
use crate::object::{BinOp, Cmp, ValueExt};
use crate::thread::Thread;
use crate::types::fixed;
use crate::types::list::List;
use crate::types::set::Set;
use crate::types::str::Str;
use weft_bytecode::ops::{INPLACE, KILL_A, KILL_B, KILL_C, SWAPPED};
use weft_bytecode::{Instr, Op};
use weft_strategy::{VRef, Value, Word};

/// `v << 2 | 3` plus another: the tags add up to 6, one is taken off first. Overflow of 64 bits is exactly overflow
/// of 62.
#[inline(always)]
pub fn add(x: Word, y: Word) -> Option<Word> {
    ((x.0 - 3) as i64).checked_add(y.0 as i64).map(|n| Word(n as u64))
}

#[inline(always)]
pub fn sub(x: Word, y: Word) -> Option<Word> {
    (x.0 as i64).checked_sub((y.0 - 3) as i64).map(|n| Word(n as u64))
}

#[inline(always)]
pub fn mul(x: Word, y: Word) -> Option<Word> {
    x.as_int().checked_mul((y.0 - 3) as i64).map(|n| Word(n as u64 | 3))
}

/// Exact when both fit 53 bits.
#[inline(always)]
pub fn true_div(x: Word, y: Word) -> Option<Word> {
    const EXACT: i64 = 1 << 53;
    let (a, b) = (x.as_int(), y.as_int());
    if b == 0 || a.abs() > EXACT || b.abs() > EXACT {
        return None;
    }
    Word::float(a as f64 / b as f64)
}

#[inline(always)]
pub fn floor_div(x: Word, y: Word) -> Option<Word> {
    let (a, b) = (x.as_int(), y.as_int());
    if b == 0 {
        return None;
    }
    let q = a / b;
    Word::int(if a % b != 0 && (a < 0) != (b < 0) { q - 1 } else { q })
}

#[inline(always)]
pub fn modulo(x: Word, y: Word) -> Option<Word> {
    let (a, b) = (x.as_int(), y.as_int());
    if b == 0 {
        return None;
    }
    let r = a % b;
    Word::int(if r != 0 && (r < 0) != (b < 0) { r + b } else { r })
}

/// Both operands as floats, if at least one is a float and the other is a float or an exactly convertible int.
#[inline(always)]
pub fn floats(x: Word, y: Word) -> Option<(f64, f64)> {
    const EXACT: i64 = 1 << 53;
    if x.is_float() {
        if y.is_float() {
            return Some((x.as_float(), y.as_float()));
        }
        if y.is_int() && y.as_int().unsigned_abs() <= EXACT as u64 {
            return Some((x.as_float(), y.as_int() as f64));
        }
    } else if x.is_int() && y.is_float() && x.as_int().unsigned_abs() <= EXACT as u64 {
        return Some((x.as_int() as f64, y.as_float()));
    }
    None
}

/// `x + C` for a float (addition commutes, so `SWAPPED` does not matter).
#[inline(always)]
pub fn add_imm(x: f64, i: Instr) -> f64 {
    x + i.c_signed() as f64
}

/// Drops killed operands that are not the destination.
///
/// # Safety
/// Registers of the running frame.
#[inline(always)]
pub unsafe fn kill_others(t: &mut Thread, base: Base, i: Instr) {
    // SAFETY: as the caller promises.
    unsafe {
        if i.f() & KILL_B != 0 && i.b() != i.a() {
            put(t, base, i.b(), Word::UNBOUND)
        }
        if i.f() & KILL_C != 0 && i.c() != i.a() {
            put(t, base, i.c(), Word::UNBOUND)
        }
    }
}

/// `R[A] := R[B] op R[C]`, any operands.
///
/// # Safety
/// Registers of the running frame.
#[cold]
#[inline(never)]
pub unsafe fn binary(t: &mut Thread, base: Base, i: Instr, op: BinOp) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let (x, y) = (vreg(base, i.b()), vreg(base, i.c()));
        let v = if op == BinOp::Add
            && let (Some(a), Some(b)) = (x.exact::<Str>(fixed::STR), y.exact::<Str>(fixed::STR))
        {
            crate::types::str_type::str_concat(t, a, b)
        } else if i.f() & INPLACE != 0 {
            t.inplace(op, x, y)?
        } else {
            t.binary(op, x, y)?
        };
        put_value(t, base, i.a(), v);
        kill_others(t, base, i);
        t.process_pending();
    }
    Ok(())
}

/// `R[A] := R[B] op C`.
///
/// # Safety
/// Registers of the running frame.
#[cold]
#[inline(never)]
pub unsafe fn binary_imm(t: &mut Thread, base: Base, i: Instr, op: BinOp) -> Res<()> {
    let n = VRef::immediate(Word::small_int(i.c_signed() as i32));
    // SAFETY: as the caller promises.
    unsafe {
        let x = vreg(base, i.b());
        let v = if i.f() & SWAPPED != 0 {
            t.binary(op, n, x)?
        } else if i.f() & INPLACE != 0 {
            t.inplace(op, x, n)?
        } else {
            t.binary(op, x, n)?
        };
        put_value(t, base, i.a(), v);
        if i.f() & KILL_B != 0 && i.b() != i.a() {
            put(t, base, i.b(), Word::UNBOUND)
        }
        t.process_pending();
    }
    Ok(())
}

/// `R[A] := x op y`, operands in order; `R[B]` may be killed.
///
/// # Safety
/// Registers of the running frame; the words are alive.
#[cold]
#[inline(never)]
pub unsafe fn binary_words(t: &mut Thread, base: Base, i: Instr, op: BinOp, x: Word, y: Word) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let (x, y) = (VRef::from_word(x), VRef::from_word(y));
        let v = if i.f() & INPLACE != 0 { t.inplace(op, x, y)? } else { t.binary(op, x, y)? };
        put_value(t, base, i.a(), v);
        if i.f() & KILL_B != 0 && i.b() != i.a() {
            put(t, base, i.b(), Word::UNBOUND)
        }
        t.process_pending();
    }
    Ok(())
}

/// Unary operators.
///
/// # Safety
/// Registers of the running frame.
#[cold]
#[inline(never)]
pub unsafe fn unary(t: &mut Thread, base: Base, i: Instr, op: Op) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let x = vreg(base, i.b());
        let s = x.ty().slots();
        let (f, symbol) = match op {
            Op::NEG => (s.neg, "-"),
            Op::POS => (s.pos, "+"),
            _ => (s.invert, "~"),
        };
        let Some(f) = f else {
            let n = x.ty().name();
            return Err(t.type_error(format!("bad operand type for unary {symbol}: '{n}'")));
        };
        let v = f(t, x)?;
        put_value(t, base, i.a(), v);
        if i.f() & KILL_B != 0 && i.b() != i.a() {
            put(t, base, i.b(), Word::UNBOUND)
        }
        t.process_pending();
    }
    Ok(())
}

/// `R[A] := R[B] op R[C]` for comparisons.
///
/// # Safety
/// Registers of the running frame.
#[cold]
#[inline(never)]
pub unsafe fn compare(t: &mut Thread, base: Base, i: Instr, op: Cmp) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let (x, y) = (vreg(base, i.b()), vreg(base, i.c()));
        let v = match str_equal(x, y, op) {
            Some(b) => Value::bool(b),
            None => t.compare(x, y, op)?,
        };
        put_value(t, base, i.a(), v);
        kill_others(t, base, i);
        t.process_pending();
    }
    Ok(())
}

#[inline]
fn str_equal(x: VRef<'_>, y: VRef<'_>, op: Cmp) -> Option<bool> {
    let equal = match op {
        Cmp::Eq | Cmp::Ne => {
            let (a, b) = (x.exact::<Str>(fixed::STR)?, y.exact::<Str>(fixed::STR)?);
            x.is(y) || a.bytes() == b.bytes()
        }
        _ => return None,
    };
    Some(equal == (op == Cmp::Eq))
}

/// Truth of `R[A] op R[B]`.
///
/// # Safety
/// Registers of the running frame.
#[cold]
#[inline(never)]
pub unsafe fn compare_jump(t: &mut Thread, base: Base, i: Instr, op: Cmp) -> Res<bool> {
    // SAFETY: as the caller promises.
    unsafe {
        let (x, y) = (vreg(base, i.a()), vreg(base, i.b()));
        let holds = match str_equal(x, y, op) {
            Some(b) => b,
            None => {
                let v = t.compare(x, y, op)?;
                t.truth(v.r())?
            }
        };
        if i.f() & KILL_A != 0 {
            put(t, base, i.a(), Word::UNBOUND)
        }
        if i.f() & KILL_B != 0 {
            put(t, base, i.b(), Word::UNBOUND)
        }
        t.process_pending();
        Ok(holds)
    }
}

/// Truth of `R[A] op B`.
///
/// # Safety
/// Registers of the running frame.
#[cold]
#[inline(never)]
pub unsafe fn compare_jump_imm(t: &mut Thread, base: Base, i: Instr, op: Cmp) -> Res<bool> {
    // SAFETY: as the caller promises.
    unsafe {
        let n = VRef::immediate(Word::small_int(i.b_signed() as i32));
        let v = t.compare(vreg(base, i.a()), n, op)?;
        let holds = t.truth(v.r())?;
        if i.f() & KILL_A != 0 {
            put(t, base, i.a(), Word::UNBOUND)
        }
        t.process_pending();
        Ok(holds)
    }
}

/// `bool(w)`
///
/// # Safety
/// The word is alive.
#[inline]
pub unsafe fn truth(t: &mut Thread, w: Word) -> Res<bool> {
    // SAFETY: as the caller promises.
    let b = t.truth(unsafe { VRef::from_word(w) })?;
    t.process_pending();
    Ok(b)
}

/// `x in y` for a plain set or dict, where no Python is needed.
///
/// # Safety
/// The words are alive.
#[inline(always)]
unsafe fn contains_quickly(t: &Thread, x: Word, y: Word) -> Option<bool> {
    // SAFETY: as the caller promises.
    let (x, y): (VRef<'_>, VRef<'_>) = unsafe { (VRef::from_word(x), VRef::from_word(y)) };
    match y.header()?.shape() {
        fixed::SET | fixed::FROZENSET => y.cast::<Set>()?.look(t, x),
        fixed::DICT => y.cast::<Dict>()?.look(t, x).map(|found| found.is_some()),
        _ => None,
    }
}

/// `x in y`
///
/// # Safety
/// The words are alive.
pub unsafe fn contains(t: &mut Thread, x: Word, y: Word) -> Res<bool> {
    // SAFETY: as the caller promises; the shape says what it is.
    unsafe {
        if x.is_int()
            && y.is_bound_heap()
            && (*y.ptr()).shape() == fixed::LIST
            && (*y.ptr()).owner() == t.id()
        {
            // Ints among ints are the same or not equal.
            let mut others = false;
            for s in (*(y.ptr() as *const List)).slots() {
                let w = s.word();
                if w == x {
                    return Ok(true);
                }
                if !w.is_int() {
                    others = true;
                    break;
                }
            }
            if !others {
                return Ok(false);
            }
        }
    }
    // SAFETY: as the caller promises; shapes say what the objects are.
    if let Some(b) = unsafe { contains_quickly(t, x, y) } {
        return Ok(b);
    }
    // SAFETY: as the caller promises.
    let b = unsafe { t.contains(VRef::from_word(y), VRef::from_word(x))? };
    t.process_pending();
    Ok(b)
}
