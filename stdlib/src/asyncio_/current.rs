//! Which loop and which task a thread runs, and what else of asyncio's a thread keeps at hand.
//!
//! All of it is the thread's own, so that a step of a task touches nothing that other threads see. Who asks for the task
//! of another thread's loop stops the world to look.

use crate::support::import;
use weft_vm::interp::foreign;
use weft_vm::object::{Args, ValueExt};
use weft_vm::types::tuple::Tuple;
use weft_vm::{Raised, Res, Thread, VRef, Value, dict::Dict, intern, start};

/// Places in `Asyncio::known`.
#[derive(Clone, Copy)]
enum Known {
    ContextName,
    MessageName,
    CancelledError,
    InvalidStateError,
}

/// `("context",)`, the names of keyword arguments.
#[inline]
pub fn context_name(t: &mut Thread) -> Value {
    names(t, Known::ContextName, "context")
}

/// `("msg",)`
pub fn message_name(t: &mut Thread) -> Value {
    names(t, Known::MessageName, "msg")
}

#[inline]
fn names(t: &mut Thread, which: Known, name: &str) -> Value {
    if let Some(v) = &t.locals.asyncio.known[which as usize] {
        return v.clone();
    }
    let v = Tuple::new(t, vec![intern::intern(t, name).to_value()]);
    t.locals.asyncio.known[which as usize] = Some(v.clone());
    v
}

fn exception_class(t: &mut Thread, which: Known, name: &str) -> Res {
    if let Some(c) = &t.locals.asyncio.known[which as usize] {
        return Ok(c.clone());
    }
    let c = from_module(t, "asyncio.exceptions", name)?;
    t.locals.asyncio.known[which as usize] = Some(c.clone());
    Ok(c)
}

/// An attribute of a module of the library.
pub fn from_module(t: &mut Thread, module: &str, name: &str) -> Res {
    let modules = |t: &Thread| start::modules(t).and_then(|d| t.dict_get(d.cast::<Dict>()?, module));
    let m = match modules(t) {
        Some(m) => m,
        None => {
            let top = import(t, module)?;
            modules(t).unwrap_or(top)
        }
    };
    t.attr(m.r(), name)
}

/// `asyncio.CancelledError`
pub fn cancelled_error(t: &mut Thread) -> Res {
    exception_class(t, Known::CancelledError, "CancelledError")
}

/// Raises InvalidStateError.
#[cold]
pub fn invalid_state(t: &mut Thread, text: &str) -> Raised {
    let class = match exception_class(t, Known::InvalidStateError, "InvalidStateError") {
        Ok(c) => c,
        Err(e) => return e,
    };
    let text = t.str(text);
    match t.call(class.r(), &[text.r()]) {
        Ok(e) => t.raise(e),
        Err(e) => e,
    }
}

// ---- the running loop

/// `_get_running_loop()`
pub fn running_or_none(t: &mut Thread, _: Args<'_>) -> Res {
    Ok(t.locals.asyncio.running.clone().unwrap_or(Value::NONE))
}

/// `get_running_loop()`
pub fn running(t: &mut Thread, _: Args<'_>) -> Res {
    match &t.locals.asyncio.running {
        Some(l) => Ok(l.clone()),
        None => Err(t.runtime_error("no running event loop")),
    }
}

/// `_set_running_loop(loop)`
pub fn set_running(t: &mut Thread, a: Args<'_>) -> Res {
    t.locals.asyncio.running = a.opt_none(0).map(|l| l.to_value());
    Ok(Value::NONE)
}

/// `get_event_loop()`
pub fn event_loop(t: &mut Thread, _: Args<'_>) -> Res {
    get_event_loop(t)
}

/// The running loop, or what the policy gives.
pub fn get_event_loop(t: &mut Thread) -> Res {
    if let Some(l) = &t.locals.asyncio.running {
        return Ok(l.clone());
    }
    let policy = from_module(t, "asyncio.events", "_get_event_loop_policy")?;
    let policy = t.call(policy.r(), &[])?;
    t.call_method(policy.r(), "get_event_loop", &[])
}

// ---- the current task

#[inline]
fn is_running(t: &Thread, l: VRef<'_>) -> bool {
    t.locals.asyncio.running.as_ref().is_some_and(|r| r.is(l))
}

#[cold]
fn not_running(t: &mut Thread, l: VRef<'_>) -> Raised {
    match t.repr_text(l) {
        Ok(r) => t.runtime_error(format!("loop {r} is not the running loop")),
        Err(e) => e,
    }
}

/// The thread begins a step of a task.
pub fn enter(t: &mut Thread, l: VRef<'_>, task: VRef<'_>) -> Res<()> {
    if !is_running(t, l) {
        return Err(not_running(t, l));
    }
    if let Some(other) = t.locals.asyncio.task.clone() {
        let (task, other) = (t.repr_text(task)?, t.repr_text(other.r())?);
        return Err(t.runtime_error(format!(
            "Cannot enter into task {task} while another task {other} is being executed."
        )));
    }
    t.locals.asyncio.task = Some(task.to_value());
    Ok(())
}

/// The step is over.
pub fn leave(t: &mut Thread, l: VRef<'_>, task: VRef<'_>) -> Res<()> {
    if !is_running(t, l) {
        return Err(not_running(t, l));
    }
    if !t.locals.asyncio.task.as_ref().is_some_and(|x| x.is(task)) {
        let other = t.locals.asyncio.task.clone().unwrap_or(Value::NONE);
        let (task, other) = (t.repr_text(task)?, t.repr_text(other.r())?);
        return Err(t.runtime_error(format!(
            "Invalid attempt to leave task {task} while task {other} is entered."
        )));
    }
    t.locals.asyncio.task = None;
    Ok(())
}

/// Another task is the current one; gives the one before.
pub fn swap(t: &mut Thread, l: VRef<'_>, task: Option<Value>) -> Res<Option<Value>> {
    if !is_running(t, l) {
        return Err(not_running(t, l));
    }
    Ok(std::mem::replace(&mut t.locals.asyncio.task, task))
}

/// `_enter_task(loop, task)`
pub fn enter_task(t: &mut Thread, a: Args<'_>) -> Res {
    enter(t, a.get(0), a.get(1))?;
    Ok(Value::NONE)
}

/// `_leave_task(loop, task)`
pub fn leave_task(t: &mut Thread, a: Args<'_>) -> Res {
    leave(t, a.get(0), a.get(1))?;
    Ok(Value::NONE)
}

/// `_swap_current_task(loop, task)`
pub fn swap_task(t: &mut Thread, a: Args<'_>) -> Res {
    let new = a.opt_none(1).map(|v| v.to_value());
    Ok(swap(t, a.get(0), new)?.unwrap_or(Value::NONE))
}

/// `current_task(loop=None)`
pub fn current_task(t: &mut Thread, a: Args<'_>) -> Res {
    let l = match a.opt_none(0) {
        Some(l) if !is_running(t, l) => l,
        None if t.locals.asyncio.running.is_none() => return Err(t.runtime_error("no running event loop")),
        _ => return Ok(t.locals.asyncio.task.clone().unwrap_or(Value::NONE)),
    };
    // Maybe another thread runs that loop.
    let l = l.word().identity();
    let mut found = foreign::of_locals(t, |locals| {
        let theirs = &locals.asyncio;
        if theirs.running.as_ref()?.word().identity() != l {
            return None;
        }
        theirs.task.as_ref().map(|task| task.r())
    });
    Ok(found.pop().unwrap_or(Value::NONE))
}
