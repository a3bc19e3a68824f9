//! Trace and profile functions (`sys.settrace`, `sys.setprofile`).
//!
//! The loop exists twice, with and without tracing. The plain one costs nothing; it changes over to the other when a
//! native call returns and something is traced (`settrace` is a native call itself), and back when nothing is any
//! more. The tracing loop asks [`before`] ahead of each instruction, and tells of calls, returns and exceptions.
//!
//! A *line* event is due when the frame comes to an instruction of another line than the last one, or jumps back.
//! While a trace function runs nothing is traced.

use super::unwind;
use crate::Res;
use crate::errors::exc;
use crate::object::ValueExt;
use crate::thread::{Frame, FrameFlags, Thread};
use crate::types::frame::FrameObject;
use crate::types::tuple::Tuple;
use std::sync::atomic::Ordering::*;
use weft_bytecode::{Instr, Op, locations};
use weft_strategy::{VRef, Value};

/// Looks again whether anything is traced in this thread.
pub fn refresh(t: &mut Thread) {
    t.tracing = t.locals.trace.is_some() || t.locals.profile.is_some()
}

/// Calls a trace or profile function. An error ends tracing.
fn call(t: &mut Thread, f: &Value, frame: VRef<'_>, event: &str, arg: VRef<'_>, profile: bool) -> Res {
    let was = std::mem::replace(&mut t.tracing, false);
    t.in_trace += 1;
    let event = crate::intern::intern(t, event);
    let r = t.call(f.r(), &[frame, event, arg]);
    t.in_trace -= 1;
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
    let _ = was;
    refresh(t);
    r
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
unsafe fn entered(t: &mut Thread, f: *mut Frame, line: u32) -> Res<()> {
    if idle(t) {
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
pub unsafe fn leaving(t: &mut Thread, f: *mut Frame, v: VRef<'_>) -> Res<()> {
    if idle(t) {
        return Ok(());
    }
    // SAFETY: as the caller promises.
    let frame = unsafe { unwind::frame_object(t, f) };
    // A return that the compiler added is where the frame was last.
    let fo = frame.cast::<FrameObject>();
    // SAFETY: as the caller promises.
    let nowhere = unsafe { locations::line_at((*(*f).code).code(), unwind::index(f) as u32) }.is_none();
    if let (true, Some(fo)) = (nowhere, fo) {
        fo.traced_line.store(fo.last_line.load(Relaxed), Release)
    }
    let r = tell_leaving(t, &frame, v);
    if let Some(fo) = fo {
        fo.traced_line.store(0, Release)
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
    if idle(t) || t.locals.trace.is_none() {
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

/// A frame is left by an exception: `return` with None.
///
/// # Safety
/// `f` is the top frame; the exception is in the thread.
pub unsafe fn unwound(t: &mut Thread, f: *mut Frame) {
    let e = t.take_raised();
    let none = crate::types::singletons::none();
    // SAFETY: as the caller promises.
    if unsafe { leaving(t, f, none) }.is_ok() {
        t.reraise(e);
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

/// Before an instruction of the tracing loop: `line` and `opcode`.
///
/// # Safety
/// `f` is the top frame, `pc` its next instruction; `f.pc` stands behind it.
pub unsafe fn before(t: &mut Thread, f: *mut Frame, pc: *const Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let code = (*(*f).code).code();
        let at = pc.offset_from(code.instrs.as_ptr()) as u32;
        if (*pc).op() == Some(Op::RETURN_GENERATOR) {
            return Ok(());
        }
        if (*f).flags & FrameFlags::ENTERED != 0 {
            (*f).flags &= !FrameFlags::ENTERED;
            let goes_on = at > 0 && (*pc.sub(1)).op() == Some(Op::YIELD);
            entered(t, f, if goes_on { 0 } else { code.firstlineno })?
        }
        if t.locals.trace.is_none() || idle(t) || (*pc).op() == Some(Op::MAKE_CELL) {
            return Ok(());
        }
        let Some(object) = (*f).object.clone() else { return Ok(()) };
        let Some(fo) = object.cast::<FrameObject>() else { return Ok(()) };
        if fo.trace.is_empty() {
            return Ok(());
        }
        let none = crate::types::singletons::none();
        let (last, index) = (fo.last_line.load(Relaxed), fo.last_index.load(Relaxed));
        // The end of a loop stands for its beginning, to which it goes back.
        let again = (*pc).op() == Some(Op::FOR_NEXT);
        fo.last_index
            .store(if again { at.wrapping_add_signed((*pc).c_signed() as i32) } else { at }, Relaxed);
        if let Some(line) = locations::line_at(code, at)
            && (line != last || at < index || again)
        {
            fo.last_line.store(line, Relaxed);
            if fo.trace_lines.load(Relaxed) {
                local(t, &object, "line", none)?
            }
        }
        if fo.trace_opcodes.load(Relaxed) {
            local(t, &object, "opcode", none)?
        }
    }
    Ok(())
}
