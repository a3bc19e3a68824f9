//! The interpreter: runs frames of one thread.
//!
//! [`run::run`] is the loop, instantiated once for each strategy. Its arms are short; what is long or rare
//! stands in the family files: `arith`, `attr`, `names`, `calls`, `generator`, `build`, `matching`, `imports`,
//! `unwind`. Their functions get the thread, the frame's register base and the instruction.
//!
//! Registers hold raw words (see `weft_bytecode::ops` for what an opcode does to them). Invariants: every
//! register below `Thread::top` is a valid word; what lies above a frame's window is not looked at; a
//! register's reference is counted, or the word's tag says who else keeps the object alive.

mod arith;
mod attr;
mod awaiting;
mod bind;
mod build;
mod cache;
mod calls;
pub mod chain;
pub mod foreign;
pub mod generator;
pub mod hooks;
mod imports;
mod intrinsics;
mod iterate;
pub mod jump;
mod matching;
pub mod monitor;
mod names;
mod run;
mod short;
pub mod trace;
mod unwind;

pub use cache::forget_slots;
pub(crate) use calls::attribute_given;
pub use hooks::{current_globals, current_locals, run_code};
pub(crate) use short::short_of;

use crate::object::{CallArgs, ValueExt};
use crate::thread::{Frame, FrameFlags, Thread};
use crate::types::code::CodeObject;
use crate::types::fixed;
use crate::types::function::Function;
use crate::types::tuple::Tuple;
use crate::{Raised, Res};
use weft_bytecode::Instr;
use weft_bytecode::ops::{KILL_A, KILL_B, KILL_C};
use weft_gil::Gil;
use weft_nogil::FreeThreaded;
use weft_strategy::{VRef, Value, Word, count_up, flag};

/// What a stop looks through.
pub trait RootScan {
    /// Register words in use.
    fn registers(&self) -> &[Word];
}

/// The registers of the running frame.
pub(crate) type Base = *mut Word;

/// Register `n`.
///
/// # Safety
/// `n` is below the frame's register count (the verifier checked the code).
#[inline(always)]
pub(crate) unsafe fn reg(base: Base, n: u16) -> Word {
    // SAFETY: as the caller promises.
    unsafe { *base.add(n as usize) }
}

/// Register `n` as a borrowed value. Good until the register is overwritten.
///
/// # Safety
/// As [`reg`]; the register is bound.
#[inline(always)]
pub(crate) unsafe fn vreg<'a>(base: Base, n: u16) -> VRef<'a> {
    // SAFETY: as the caller promises.
    unsafe { VRef::from_word(reg(base, n)) }
}

/// Register `n` as an owned value.
///
/// # Safety
/// As [`vreg`].
#[inline(always)]
pub(crate) unsafe fn value(base: Base, n: u16) -> Value {
    // SAFETY: as the caller promises.
    unsafe { vreg(base, n) }.to_value()
}

/// Takes the value out of register `n`, leaving it unbound.
///
/// # Safety
/// As [`vreg`].
#[inline(always)]
pub(crate) unsafe fn take(base: Base, n: u16) -> Value {
    // SAFETY: as the caller promises; the register's reference, if it has one, moves.
    unsafe {
        let w = reg(base, n);
        *base.add(n as usize) = Word::UNBOUND;
        owned(w)
    }
}

/// A register word as an owned value.
///
/// # Safety
/// The word is bound; if it owns a reference, nobody else will give it up.
#[inline(always)]
pub(crate) unsafe fn owned(w: Word) -> Value {
    // SAFETY: as the caller promises.
    unsafe { if w.is_uncounted() { VRef::from_word(w).to_value() } else { Value::from_owned(w) } }
}

/// Writes register `n` and drops what it held.
///
/// # Safety
/// As [`reg`]; `w` owns what it says.
#[inline(always)]
pub(crate) unsafe fn put(t: &mut Thread, base: Base, n: u16, w: Word) {
    // SAFETY: as the caller promises.
    unsafe {
        let p = base.add(n as usize);
        let old = *p;
        *p = w;
        t.release(old)
    }
}

/// Writes an owned value into register `n`.
///
/// # Safety
/// As [`reg`].
#[inline(always)]
pub(crate) unsafe fn put_value(t: &mut Thread, base: Base, n: u16, v: Value) {
    // SAFETY: the value's reference moves into the register.
    unsafe { put(t, base, n, v.into_word()) }
}

/// Drops registers `from..from+n`, leaving them unbound.
///
/// # Safety
/// As [`reg`].
#[inline(always)]
pub(crate) unsafe fn drop_range_here(t: &mut Thread, from: Base, end: Base) {
    // SAFETY: as the caller promises.
    unsafe {
        let mut p = from;
        while p < end {
            let w = *p;
            // Most are: locals that were moved on, temporaries.
            if !w.is_unbound() {
                *p = Word::UNBOUND;
                t.release(w)
            }
            p = p.add(1)
        }
    }
}

/// As [`drop_range_here`], not inlined.
///
/// # Safety
/// As [`reg`].
#[inline(never)]
pub(crate) unsafe fn drop_range(t: &mut Thread, from: Base, n: usize) {
    // SAFETY: as the caller promises.
    unsafe { drop_range_here(t, from, from.add(n)) }
}

/// Drops the operands that the instruction kills.
///
/// # Safety
/// As [`reg`].
#[inline(always)]
pub(crate) unsafe fn kill(t: &mut Thread, base: Base, i: Instr) {
    let f = i.f();
    if f & (KILL_A | KILL_B | KILL_C) != 0 {
        // SAFETY: as the caller promises.
        unsafe {
            if f & KILL_A != 0 {
                put(t, base, i.a(), Word::UNBOUND)
            }
            if f & KILL_B != 0 {
                put(t, base, i.b(), Word::UNBOUND)
            }
            if f & KILL_C != 0 {
                put(t, base, i.c(), Word::UNBOUND)
            }
        }
    }
}

/// The form in which a word may leave its frame: borrowed words become counted.
#[inline(always)]
pub(crate) fn leave_frame(w: Word) -> Word {
    if w.is_borrowed() {
        // SAFETY: borrowed words point to live objects.
        count_up(unsafe { &*w.ptr() });
        return Word::counted(w.ptr());
    }
    w
}

/// The form in which a word may stay in a heap frame: only TRACED and IMMORTAL objects stay uncounted.
#[inline]
pub(crate) fn to_heap(w: Word) -> Word {
    if w.is_uncounted() {
        // SAFETY: heap words point to live objects.
        let h = unsafe { &*w.ptr() };
        if h.has(flag::TRACED | flag::IMMORTAL) {
            return Word::free_standing(w.ptr());
        }
        count_up(h);
        return Word::counted(w.ptr());
    }
    w
}

/// Runs the frame on top until it returns to native code.
pub(crate) fn run_frames(t: &mut Thread, raising: bool) -> Res {
    match (weft_strategy::ops().gil, t.tracing) {
        (true, false) => run::run::<Gil, false>(t, raising),
        (true, true) => run::run::<Gil, true>(t, raising),
        (false, false) => run::run::<FreeThreaded, false>(t, raising),
        (false, true) => run::run::<FreeThreaded, true>(t, raising),
    }
}

/// Pushes a frame for `func` whose arguments lie at `base`. The window to clear afterwards starts at `window`.
///
/// # Safety
/// `base` lies in the thread's register file; arguments `0..bound` are in place; `func` stays alive while the
/// frame runs.
#[inline(always)]
pub(crate) unsafe fn push_frame(
    t: &mut Thread,
    func: *const Function,
    window: Base,
    base: Base,
    bound: usize,
    dst: Base,
    flags: u16,
) -> Result<*mut Frame, Raised> {
    let f = t.next_frame(t.frame.get());
    let flags = flags | (t.tracing as u16) << FrameFlags::ENTERED.trailing_zeros();
    // SAFETY: as the caller promises.
    unsafe { push_at(t, f, func, (*func).code_object(), window, base, bound, dst, flags) }
}

/// As [`push_frame`], where the record's place and the code are known.
///
/// # Safety
/// As [`push_frame`]; `f` is the record above the running frame's, `code` the function's.
#[allow(clippy::too_many_arguments)]
#[inline(always)]
pub(crate) unsafe fn push_at(
    t: &mut Thread,
    f: *mut Frame,
    func: *const Function,
    code: &CodeObject,
    window: Base,
    base: Base,
    bound: usize,
    dst: Base,
    flags: u16,
) -> Result<*mut Frame, Raised> {
    // SAFETY: as the caller promises. The record is empty but for what is written here (see `Frame`).
    unsafe {
        let top = base.add(code.nregs as usize);
        if !t.may_push(f) || !t.has_registers(top) {
            return Err(t.recursion_error());
        }
        // What temporaries hold owns nothing: returning leaves it so, and above a window nothing lives. Few words: stores
        // are faster than the call of memset that a plain loop would become.
        let mut p = base.add(bound);
        let named = base.add(code.named());
        while p < named {
            p.write_volatile(Word::UNBOUND);
            p = p.add(1)
        }
        #[cfg(debug_assertions)]
        while p < top {
            assert!(!(*p).is_heap(), "a dead register holds an object");
            p = p.add(1)
        }
        (*f).pc = code.running().instrs;
        (*f).base = base;
        (*f).top = top;
        (*f).window = window;
        (*f).code = code;
        (*f).func = func;
        (*f).dst = dst;
        (*f).flags = flags;
        (*f).links = 0;
        debug_assert!((*f).is_empty());
        t.top.set(top);
        t.frame.set(f);
        Ok(f)
    }
}

/// Calls a Python function from native code.
pub fn call_function(t: &mut Thread, f: &Function, this: Option<VRef<'_>>, args: CallArgs<'_>) -> Res {
    t.enter_native()?;
    call_function_inner(t, f, this, args)
}

fn call_function_inner(t: &mut Thread, f: &Function, this: Option<VRef<'_>>, args: CallArgs<'_>) -> Res {
    let window = t.top.get();
    let extra = this.is_some() as usize;
    let n = args.args.len() + extra;
    let code = f.code_object();
    code.tables(t);
    if !t.has_room(window, n + code.nregs as usize) {
        return Err(t.recursion_error());
    }
    // SAFETY: there is room; the caller roots function and arguments for the call, so borrowed words do.
    unsafe {
        if let Some(v) = this {
            *window = v.word().borrow()
        }
        for (i, w) in args.args.words().iter().enumerate() {
            *window.add(extra + i) = w.borrow()
        }
        t.top.set(window.add(n));
        let names = args.names.and_then(|n| n.cast::<Tuple>()).filter(|n| !n.is_empty());
        let bound = if names.is_none() && code.is_simple() && n == code.argcount as usize {
            n
        } else {
            match bind::bind(t, f, window, n, names) {
                Ok(b) => b,
                Err(e) => {
                    t.top.set(window);
                    return Err(e);
                }
            }
        };
        let r = push_frame(t, f, window, window, bound, std::ptr::null_mut(), FrameFlags::ENTRY);
        if let Err(e) = r {
            drop_range(t, window, bound);
            t.top.set(window);
            return Err(e);
        }
        t.safepoint_or_unwind()?;
        run_frames(t, false)
    }
}

impl Thread {
    /// A safepoint right after an entry frame was pushed; on error the frame is popped again.
    #[inline]
    fn safepoint_or_unwind(&mut self) -> Res<()> {
        match self.safepoint() {
            Ok(()) => Ok(()),
            Err(e) => {
                // SAFETY: the frame just pushed is on top.
                unsafe { unwind::pop_frame(self, self.frame.get()) };
                Err(e)
            }
        }
    }
}

/// Is this exactly a Python function?
#[inline(always)]
pub(crate) fn as_function(w: Word) -> Option<*const Function> {
    // SAFETY: heap words point to live objects; a callee is bound.
    if w.is_bound_heap() && unsafe { &*w.ptr() }.shape() == fixed::FUNCTION {
        Some(w.ptr() as *const Function)
    } else {
        None
    }
}
