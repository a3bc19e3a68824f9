//! Trace and profile functions (`sys.settrace`, `sys.setprofile`); `monitor.rs` is told of the same events.
//!
//! The loop exists twice, with and without tracing. The plain one costs nothing; it changes over to the other when a
//! native call returns and something is traced (`settrace` is a native call itself), and back when nothing is any
//! more. The tracing loop asks [`before`] ahead of each instruction, and tells of calls, returns and exceptions.
//!
//! A *line* event is due when the frame comes to an instruction of another line than the last one, or jumps back.
//! While a trace function runs nothing is traced.

use super::monitor::{self, event};
use super::unwind;
use crate::Res;
use crate::errors::exc;
use crate::object::ValueExt;
use crate::thread::{Frame, FrameFlags, Thread};
use crate::types::code::CodeObject;
use crate::types::frame::FrameObject;
use crate::types::tuple::Tuple;
use std::sync::atomic::Ordering::*;
use weft_bytecode::ops::Kind;
use weft_bytecode::{Instr, Op, locations};
use weft_strategy::{VRef, Value};

/// Looks again whether anything is traced in this thread.
pub fn refresh(t: &mut Thread) {
    let wanted = t.locals.trace.is_some() || t.locals.profile.is_some() || monitor::active();
    t.tracing = wanted && t.in_trace == 0
}

/// What a trace function or callback is being told of, and the frame whose event it is.
#[derive(Clone, Copy, Default)]
pub struct Told {
    /// The event.
    pub what: What,
    frame: usize,
}

/// Kinds of event, as far as `f_lineno` cares.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum What {
    #[default]
    Nothing,
    Call,
    Line,
    Yield,
    Other,
}

impl Told {
    /// Of an event of `frame`.
    pub fn of(what: What, frame: *const Frame) -> Told {
        Told { what, frame: frame as usize }
    }

    /// Is it this frame's event?
    pub fn is_of(self, frame: *const Frame) -> bool {
        self.frame == frame as usize
    }
}

/// Calls `f(*args)` traced, though a trace function is running. (`sys.call_tracing`)
pub fn traced_call(t: &mut Thread, f: VRef<'_>, args: &[VRef<'_>]) -> Res {
    let running = std::mem::replace(&mut t.in_trace, 0);
    let outer = std::mem::take(&mut t.traced);
    refresh(t);
    let r = t.call(f, args);
    t.in_trace = running;
    t.traced = outer;
    refresh(t);
    r
}

/// Calls a trace or profile function. An error ends tracing.
fn call(t: &mut Thread, f: &Value, frame: VRef<'_>, event: &str, arg: VRef<'_>, profile: bool) -> Res {
    let what = match event {
        "call" => What::Call,
        "line" => What::Line,
        "return" if is_at_yield(t) => What::Yield,
        _ => What::Other,
    };
    let outer = std::mem::replace(&mut t.traced, Told::of(what, t.frame.get()));
    t.tracing = false;
    t.in_trace += 1;
    let event = crate::intern::intern(t, event);
    let r = t.call(f.r(), &[frame, event, arg]);
    t.in_trace -= 1;
    t.traced = outer;
    if r.is_err() {
        if profile {
            t.locals.profile = None
        } else {
            t.locals.trace = None;
            if let Some(fo) = frame.cast::<FrameObject>() {
                drop(fo.trace.take(&fo.h))
            }
        }
    }
    refresh(t);
    r
}

/// Is the top frame about to yield?
fn is_at_yield(t: &Thread) -> bool {
    let f = t.frame.get();
    // SAFETY: the top frame is active.
    !f.is_null() && unsafe { (*(*f).pc.sub(1)).op() == Some(Op::YIELD) }
}

/// An event for the frame's own trace function, with its line known to `f_lineno` meanwhile.
fn local(t: &mut Thread, frame: &Value, event: &str, arg: VRef<'_>) -> Res<()> {
    if t.locals.trace.is_none() {
        return Ok(());
    }
    let Some(fo) = frame.cast::<FrameObject>() else { return Ok(()) };
    let Some(f) = fo.trace.load() else { return Ok(()) };
    let r = call(t, &f, frame.r(), event, arg, false)?;
    if !r.is_none() {
        fo.trace.set(&fo.h, r)
    }
    Ok(())
}

fn idle(t: &Thread) -> bool {
    t.in_trace > 0
}

/// A frame begins (at `line`) or goes on (0): `call`.
///
/// # Safety
/// `f` is the top frame.
unsafe fn entered(t: &mut Thread, f: *mut Frame, line: u32, event: u32, thrown: Option<VRef<'_>>) -> Res<()> {
    if idle(t) {
        return Ok(());
    }
    if monitor::active() {
        // SAFETY: as the caller promises.
        unsafe { monitor::tell_at(t, f, event, unwind::index(f) as u32, thrown)? }
    }
    if t.locals.trace.is_none() && t.locals.profile.is_none() {
        return Ok(());
    }
    // SAFETY: as the caller promises.
    let frame = unsafe { unwind::frame_object(t, f) };
    if let Some(fo) = frame.cast::<FrameObject>() {
        fo.traced_line.store(line, Release)
    }
    let r = tell_entered(t, &frame);
    if let Some(fo) = frame.cast::<FrameObject>() {
        fo.traced_line.store(0, Release)
    }
    r
}

fn tell_entered(t: &mut Thread, frame: &Value) -> Res<()> {
    let none = crate::types::singletons::none();
    if let Some(g) = t.locals.trace.clone() {
        let r = call(t, &g, frame.r(), "call", none, false)?;
        if let Some(fo) = frame.cast::<FrameObject>() {
            drop(fo.trace.swap(&fo.h, if r.is_none() { None } else { Some(r) }))
        }
    }
    if let Some(p) = t.locals.profile.clone() {
        call(t, &p, frame.r(), "call", none, true)?;
    }
    Ok(())
}

/// A frame returns or yields: `return`.
///
/// # Safety
/// `f` is the top frame.
pub unsafe fn leaving(t: &mut Thread, f: *mut Frame, v: VRef<'_>, event: u32) -> Res<()> {
    if idle(t) {
        return Ok(());
    }
    if monitor::active() {
        // SAFETY: as the caller promises.
        unsafe { monitor::tell_at(t, f, event, unwind::index(f) as u32, Some(v))? }
    }
    // SAFETY: as the caller promises.
    unsafe { returning(t, f, v) }
}

/// `return`, for trace and profile functions.
///
/// # Safety
/// As [`leaving`].
unsafe fn returning(t: &mut Thread, f: *mut Frame, v: VRef<'_>) -> Res<()> {
    if t.locals.trace.is_none() && t.locals.profile.is_none() {
        return Ok(());
    }
    // SAFETY: as the caller promises.
    let frame = unsafe { unwind::frame_object(t, f) };
    // A return that the compiler added is where the frame was last.
    let fo = frame.cast::<FrameObject>();
    // SAFETY: as the caller promises.
    let nowhere = unsafe { locations::line_at((*(*f).code).code(), unwind::index(f) as u32) }.is_none();
    if let (true, Some(fo)) = (nowhere, fo) {
        let line = fo.last_line.load(Relaxed);
        fo.traced_line.store(line, Release);
        // SAFETY: as the caller promises.
        let (code, at) = unsafe { (&*(*f).code, unwind::index(f) as u32) };
        let of_line = (0..at).rev().find(|i| line_of(t, code, *i) == line);
        fo.traced_index.store(of_line.map_or(0, |i| i + 1), Release)
    }
    let r = tell_leaving(t, &frame, v);
    if let Some(fo) = fo {
        fo.traced_line.store(0, Release);
        fo.traced_index.store(0, Release)
    }
    r
}

fn tell_leaving(t: &mut Thread, frame: &Value, v: VRef<'_>) -> Res<()> {
    local(t, frame, "return", v)?;
    if let Some(p) = t.locals.profile.clone() {
        call(t, &p, frame.r(), "return", v, true)?;
    }
    Ok(())
}

/// An exception passes through the frame, or begins in it: `exception`.
///
/// # Safety
/// `f` is the top frame; the exception is in the thread.
pub unsafe fn raised(t: &mut Thread, f: *mut Frame) {
    if idle(t) {
        return;
    }
    // SAFETY: as the caller promises.
    unsafe {
        if (*f).flags & FrameFlags::ENTERED != 0 {
            // Thrown into a generator that goes on.
            (*f).flags &= !FrameFlags::ENTERED;
            let e = t.take_raised();
            if entered(t, f, 0, event::PY_THROW, Some(e.r())).is_ok() {
                t.reraise(e);
            }
        }
        with_exception(t, f, event::RAISE)
    }
    if t.locals.trace.is_none() {
        return;
    }
    // SAFETY: as the caller promises.
    let frame = unsafe { unwind::frame_object(t, f) };
    if frame.cast::<FrameObject>().is_none_or(|fo| fo.trace.is_empty()) {
        return;
    }
    let e = t.take_raised();
    let ty = e.r().ty().to_value();
    let tb = exc(e.r()).and_then(|x| x.traceback.load()).unwrap_or(Value::NONE);
    let arg = Tuple::new(t, vec![ty, e.clone(), tb]);
    if local(t, &frame, "exception", arg.r()).is_ok() {
        t.reraise(e);
    }
}

/// Tells the tools of the exception in the thread; one that a callback raises takes its place.
///
/// # Safety
/// `f` is the top frame; the exception is in the thread.
pub unsafe fn with_exception(t: &mut Thread, f: *mut Frame, event: u32) {
    if idle(t) || !monitor::active() {
        return;
    }
    // SAFETY: as the caller promises.
    unsafe {
        if let Some(object) = &(*f).object
            && let Some(fo) = object.cast::<FrameObject>()
        {
            fo.jump_from.store(NO_JUMP, Relaxed)
        }
        let e = t.take_raised();
        if monitor::tell_at(t, f, event, unwind::index(f) as u32, Some(e.r())).is_ok() {
            t.reraise(e);
        }
    }
}

/// A `for` loop's generator ended by returning `v`, which nobody gets: the StopIteration is told of.
///
/// # Safety
/// A frame runs, its `pc` behind the loop's instruction.
pub unsafe fn ended(t: &mut Thread, v: Value) -> Res<()> {
    let f = t.frame.get();
    t.stop_iteration(Some(v));
    let e = t.raised().map(|e| e.to_value());
    // SAFETY: as the caller promises.
    unsafe { raised(t, f) }
    match t.raised() {
        Some(now) if !e.as_ref().is_some_and(|e| e.is(now)) => Err(crate::Raised),
        _ => {
            t.clear_raised();
            Ok(())
        }
    }
}

/// A frame is left by an exception: `return` with None.
///
/// # Safety
/// `f` is the top frame; the exception is in the thread.
pub unsafe fn unwound(t: &mut Thread, f: *mut Frame) {
    if idle(t) {
        return;
    }
    // SAFETY: as the caller promises.
    unsafe {
        with_exception(t, f, event::PY_UNWIND);
        let e = t.take_raised();
        let none = crate::types::singletons::none();
        if returning(t, f, none).is_ok() {
            t.reraise(e);
        }
    }
}

/// A native function is called, has returned or raised: `c_call`, `c_return`, `c_exception`.
///
/// # Safety
/// A frame runs.
pub unsafe fn native(t: &mut Thread, event: &str, callee: VRef<'_>) -> Res<()> {
    if idle(t) {
        return Ok(());
    }
    let Some(p) = t.locals.profile.clone() else { return Ok(()) };
    let f = t.frame.get();
    // SAFETY: as the caller promises.
    let frame = unsafe { unwind::frame_object(t, f) };
    let raised = if t.raised().is_some() { Some(t.take_raised()) } else { None };
    call(t, &p, frame.r(), event, callee, true)?;
    if let Some(e) = raised {
        return Err(t.reraise(e));
    }
    Ok(())
}

/// Something native has returned or raised: `C_RETURN` or `C_RAISE`, and, for functions and methods, what a profile
/// function is told.
///
/// # Safety
/// A frame runs.
pub unsafe fn native_ended(
    t: &mut Thread,
    event: &str,
    function: bool,
    callee: VRef<'_>,
    first: Option<VRef<'_>>,
) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        if monitor::active() && !idle(t) {
            let raised = if t.raised().is_some() { Some(t.take_raised()) } else { None };
            let event = if raised.is_some() { event::C_RAISE } else { event::C_RETURN };
            monitor::native(t, t.frame.get(), event, callee, first)?;
            if let Some(e) = raised {
                t.reraise(e);
            }
        }
        if function { native(t, event, callee) } else { Ok(()) }
    }
}

/// No jump.
const NO_JUMP: u32 = u32::MAX;
/// Code objects whose lines are remembered.
const LINES_KEPT: usize = 256;

/// The line of an instruction, 0 if it has none.
fn line_of(t: &mut Thread, code: &CodeObject, at: u32) -> u32 {
    let n = monitor::number(code);
    if let Some(lines) = t.lines.get(&n) {
        return lines.get(at as usize).copied().unwrap_or(0);
    }
    if t.lines.len() >= LINES_KEPT {
        t.lines.clear()
    }
    let lines: Box<[u32]> = locations::positions(code.code()).map(|p| p.line.unwrap_or(0)).collect();
    let line = lines.get(at as usize).copied().unwrap_or(0);
    t.lines.insert(n, lines);
    line
}

/// Before an instruction of the tracing loop: `line` and `opcode`. True: the frame goes on elsewhere, at its `pc`.
///
/// # Safety
/// `f` is the top frame, `pc` its next instruction; `f.pc` stands behind it.
pub unsafe fn before(t: &mut Thread, f: *mut Frame, pc: *const Instr) -> Res<bool> {
    // SAFETY: as the caller promises.
    unsafe {
        let code = &*(*f).code;
        let at = pc.offset_from(code.running().instrs) as u32;
        let op = (*pc).op();
        if op == Some(Op::RETURN_GENERATOR) {
            return Ok(false);
        }
        if (*f).flags & FrameFlags::ENTERED != 0 {
            (*f).flags &= !FrameFlags::ENTERED;
            if at > 0 && (*pc.sub(1)).op() == Some(Op::YIELD) {
                entered(t, f, 0, event::PY_RESUME, None)?
            } else {
                entered(t, f, code.code().firstlineno, event::PY_START, None)?
            }
        }
        if idle(t) || op == Some(Op::MAKE_CELL) {
            return Ok(false);
        }
        let steps = monitor::steps();
        let object = match &(*f).object {
            Some(o) => o.clone(),
            None if steps => unwind::frame_object(t, f),
            None => return Ok(false),
        };
        let Some(fo) = object.cast::<FrameObject>() else { return Ok(false) };
        let traced = t.locals.trace.is_some() && !fo.trace.is_empty();
        if !traced && !steps {
            return Ok(false);
        }
        let none = crate::types::singletons::none();
        if steps {
            let from = fo.jump_from.swap(NO_JUMP, Relaxed);
            if from != NO_JUMP {
                monitor::jumped(t, f, from, at)?
            }
            if is_jump(op) {
                fo.jump_from.store(at, Relaxed)
            }
        }
        let (last, index) = (fo.last_line.load(Relaxed), fo.last_index.load(Relaxed));
        // The end of a loop stands for its beginning, to which it goes back.
        let again = op == Some(Op::FOR_NEXT);
        fo.last_index
            .store(if again { at.wrapping_add_signed((*pc).c_signed() as i32) } else { at }, Relaxed);
        let line = line_of(t, code, at);
        if line != 0 && (line != last || at < index || again) {
            fo.last_line.store(line, Relaxed);
            // Tracing that begins in the midst of a line begins with the next one.
            let in_line = last == 0
                && at > 0
                && line_of(t, code, at - 1) == line
                && !matches!((*pc.sub(1)).op(), Some(Op::MAKE_CELL | Op::RETURN_GENERATOR));
            // A loop on one line is one line to a tool, however often it goes round.
            if steps && !in_line && line != last {
                monitor::line(t, f, at, line)?
            }
            if traced && !in_line && fo.trace_lines.load(Relaxed) {
                local(t, &object, "line", none)?
            }
        }
        if steps && !fo.jumped.load(Relaxed) {
            monitor::tell_at(t, f, event::INSTRUCTION, at, None)?
        }
        if traced && fo.trace_opcodes.load(Relaxed) {
            local(t, &object, "opcode", none)?
        }
        if jumped(f) {
            return Ok(true);
        }
        if steps {
            monitor::calls(t, f, at, *pc)?
        }
    }
    Ok(false)
}

/// Was `f_lineno` of the frame set? Then its next instruction is where its `pc` stands.
///
/// # Safety
/// `f` is the top frame.
pub unsafe fn jumped(f: *mut Frame) -> bool {
    // SAFETY: as the caller promises.
    unsafe {
        let Some(fo) = (*f).object.as_ref().and_then(|o| o.cast::<FrameObject>()) else { return false };
        if !fo.jumped.swap(false, Relaxed) {
            return false;
        }
        (*f).pc = (*f).pc.sub(1);
        fo.last_line.store(0, Relaxed);
        fo.jump_from.store(NO_JUMP, Relaxed);
        true
    }
}

fn is_jump(op: Option<Op>) -> bool {
    op.is_some_and(|op| matches!(op.kinds(), [_, Kind::Jump32, _] | [_, _, Kind::Jump16]))
}
