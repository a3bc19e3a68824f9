//! `frame.f_lineno = …` in a trace function: control goes on at another line.
//!
//! Code relies on what the verifier proved of its registers along the paths that the compiler laid. A jump by hand is a path
//! nobody laid, so `weft_bytecode::flow` is asked what is known at both ends: blocks that are left give up their registers, a
//! variable that has to be bound becomes None, and where anything else would be missing (an iterator, an exception being
//! handled) there is no jump.

use super::trace::What;
use super::{put, put_value, take, unwind};
use crate::Res;
use crate::object::ValueExt;
use crate::thread::{Frame, Thread};
use crate::types::frame::FrameObject;
use std::sync::atomic::Ordering::*;
use weft_bytecode::flow::Change;
use weft_bytecode::{Code, Op, flow, locations};
use weft_strategy::{Value, Word};

/// Makes the frame go on at the first line from `line` on that has code. ValueError.
///
/// # Safety
/// `f` is an active frame of this thread, and `fo` its object.
pub unsafe fn set_line(t: &mut Thread, f: *mut Frame, fo: &FrameObject, line: i64) -> Res<()> {
    if !t.traced.is_of(f) || t.in_trace == 0 {
        return Err(t.value_error("f_lineno can only be set in a trace function"));
    }
    match t.traced.what {
        What::Line | What::Yield => {}
        What::Nothing => return Err(t.value_error("f_lineno can only be set in a trace function")),
        What::Call => return Err(t.value_error("can't jump from the 'call' trace event of a new frame")),
        What::Other => return Err(t.value_error("can only jump from a 'line' trace event")),
    }
    // SAFETY: as the caller promises.
    let (code, from) = unsafe { ((*(*f).code).code(), unwind::index(f)) };
    if line < i64::from(code.firstlineno) {
        return Err(t.value_error(format!("line {line} comes before the current code block")));
    }
    let starts = line_starts(code);
    let Some(real) = starts.iter().map(|s| i64::from(s.1)).filter(|l| *l >= line).min() else {
        return Err(t.value_error(format!("line {line} comes after the current code block")));
    };
    let to: Vec<usize> = starts.iter().filter(|s| i64::from(s.1) == real).map(|s| s.0).collect();
    let (to, changes) = match flow::jump(code, from, &to) {
        Ok(found) => found,
        Err(why) => return Err(t.value_error(why)),
    };
    // As in CPython, all that are unbound become bound, whether they are needed or not.
    let mut variables: Vec<u16> = (0..code.nvarnames).filter(|r| !code.cells.contains(r)).collect();
    for c in &changes {
        if let Change::Bind(r) = c
            && !variables.contains(r)
        {
            variables.push(*r)
        }
    }
    // SAFETY: as the caller promises.
    variables.retain(|r| unsafe { (*(*f).base.add(usize::from(*r))).is_unbound() });
    let unbound = variables.len();
    if unbound > 0 {
        let s = if unbound == 1 { "" } else { "s" };
        let text = format!("assigning None to {unbound} unbound local{s}");
        crate::start::warn::warn(t, &crate::errors::RUNTIME_WARNING, &text)?
    }
    // SAFETY: as the caller promises; the registers are the frame's.
    unsafe {
        let base = (*f).base;
        for c in changes {
            match c {
                Change::Clear(r) => put(t, base, r, Word::UNBOUND),
                Change::Restore(r) => {
                    let v = take(base, r);
                    drop(std::mem::replace(&mut t.handled, unwind::as_handled(v)))
                }
                Change::Bind(_) => {}
            }
        }
        for r in variables {
            if (*base.add(usize::from(r))).is_unbound() {
                put_value(t, base, r, Value::NONE)
            }
        }
        (*f).pc = code.instrs.as_ptr().add(to + 1);
    }
    fo.jumped.store(true, Relaxed);
    Ok(())
}

/// Where lines begin: instruction and line, in the order of the code.
fn line_starts(code: &Code) -> Vec<(usize, u32)> {
    let mut last = None;
    let mut starts = Vec::new();
    for (pc, p) in locations::positions(code).enumerate() {
        // Neither the prologue nor the end of a loop, which stands for its beginning.
        if matches!(code.instrs[pc].op(), Some(Op::MAKE_CELL | Op::RETURN_GENERATOR | Op::FOR_NEXT)) {
            last = p.line.filter(|_| code.instrs[pc].op() == Some(Op::FOR_NEXT));
            continue;
        }
        if let Some(line) = p.line
            && last != Some(line)
        {
            starts.push((pc, line))
        }
        last = p.line
    }
    starts
}

/// What is set: an int.
pub fn line_number(t: &mut Thread, v: weft_strategy::VRef<'_>) -> Res<i64> {
    if !crate::types::int::is_int(v) {
        return Err(t.value_error("lineno must be an integer"));
    }
    match crate::types::int::to_i64(v).filter(|n| i32::try_from(*n).is_ok()) {
        Some(n) => Ok(n),
        None => Err(t.value_error("lineno out of range")),
    }
}

/// `frame.f_lineno = v`
pub fn set(t: &mut Thread, frame: weft_strategy::VRef<'_>, v: weft_strategy::VRef<'_>) -> Res<()> {
    if crate::types::int::is_int(v) && t.in_trace == 0 {
        return Err(t.value_error("f_lineno can only be set in a trace function"));
    }
    let line = line_number(t, v)?;
    let Some(fo) = frame.cast::<FrameObject>() else { return Ok(()) };
    let f = fo.frame.load(Acquire);
    if f.is_null() || !super::hooks::is_mine(t, f) {
        return Err(t.value_error("f_lineno can only be set in a trace function"));
    }
    // SAFETY: an active frame of this thread, as its object says.
    unsafe { set_line(t, f, fo, line) }
}
