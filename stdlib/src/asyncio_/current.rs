//! Which loop and which task a thread runs, and what else of asyncio's a thread keeps at hand.
//!
//! All of it is the thread's own, so that a step of a task touches nothing that other threads see. Who asks for the task
//! of another thread's loop stops the world to look.

use crate::support::import;
use weft_strategy::{Header, Slot};
use weft_vm::interp::foreign;
use weft_vm::object::{Args, NativeType, TypeSpec, ValueExt, type_flag};
use weft_vm::types::tuple::Tuple;
use weft_vm::{Raised, Res, Thread, VRef, Value, dict::Dict, intern, object, start};

/// What a thread keeps of asyncio's, in its `locals`.
#[repr(C)]
pub struct State {
    h: Header,
    /// The running loop, or empty.
    running: Slot,
    /// The task in whose step the thread is, or empty.
    task: Slot,
    /// `("context",)`, the names of keyword arguments.
    pub context_name: Slot,
    /// `("msg",)`
    pub msg_name: Slot,
    /// `asyncio.exceptions.CancelledError`, once needed.
    cancelled: Slot,
    /// `asyncio.exceptions.InvalidStateError`, once needed.
    invalid: Slot,
}
object!(State, "asyncio state", true, [running, task, context_name, msg_name, cancelled, invalid]);

static TYPE: NativeType = NativeType::new(&SPEC);
static SPEC: TypeSpec =
    TypeSpec { name: "_asyncio._State", flags: type_flag::IMMUTABLE | type_flag::NO_NEW, ..TypeSpec::new::<State>() };

/// A thread's state, held.
pub struct Held(Value);

impl std::ops::Deref for Held {
    type Target = State;
    #[inline]
    fn deref(&self) -> &State {
        crate::support::native(self.0.r())
    }
}

/// The thread's state, made if it has none.
#[inline]
pub fn state(t: &mut Thread) -> Held {
    match &t.locals.asyncio {
        Some(s) => Held(s.clone()),
        None => first_state(t),
    }
}

#[cold]
fn first_state(t: &mut Thread) -> Held {
    let names = |t: &Thread, name: &str| Slot::new(Tuple::new(t, vec![intern::intern(t, name).to_value()]));
    let s = State {
        h: Header::new(0, 0),
        running: Slot::empty(),
        task: Slot::empty(),
        context_name: names(t, "context"),
        msg_name: names(t, "msg"),
        cancelled: Slot::empty(),
        invalid: Slot::empty(),
    };
    let v = t.make(TYPE.shape(t), s);
    t.locals.asyncio = Some(v.clone());
    Held(v)
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
    let s = state(t);
    if let Some(c) = s.cancelled.load() {
        return Ok(c);
    }
    let c = from_module(t, "asyncio.exceptions", "CancelledError")?;
    s.cancelled.set(&s.h, c.clone());
    Ok(c)
}

/// Raises InvalidStateError.
pub fn invalid_state(t: &mut Thread, text: &str) -> Raised {
    let s = state(t);
    let class = match s.invalid.load() {
        Some(c) => c,
        None => match from_module(t, "asyncio.exceptions", "InvalidStateError") {
            Ok(c) => {
                s.invalid.set(&s.h, c.clone());
                c
            }
            Err(e) => return e,
        },
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
    Ok(state(t).running.load().unwrap_or(Value::NONE))
}

/// `get_running_loop()`
pub fn running(t: &mut Thread, _: Args<'_>) -> Res {
    match state(t).running.load() {
        Some(l) => Ok(l),
        None => Err(t.runtime_error("no running event loop")),
    }
}

/// `_set_running_loop(loop)`
pub fn set_running(t: &mut Thread, a: Args<'_>) -> Res {
    let s = state(t);
    drop(s.running.swap(&s.h, a.opt_none(0).map(|l| l.to_value())));
    Ok(Value::NONE)
}

/// `get_event_loop()`
pub fn event_loop(t: &mut Thread, _: Args<'_>) -> Res {
    get_event_loop(t)
}

/// The running loop, or what the policy gives.
pub fn get_event_loop(t: &mut Thread) -> Res {
    if let Some(l) = state(t).running.load() {
        return Ok(l);
    }
    let policy = from_module(t, "asyncio.events", "_get_event_loop_policy")?;
    let policy = t.call(policy.r(), &[])?;
    t.call_method(policy.r(), "get_event_loop", &[])
}

// ---- the current task

fn is_running(t: &Thread, s: &State, l: VRef<'_>) -> bool {
    s.running.get(t).is_some_and(|r| r.is(l))
}

fn not_running(t: &mut Thread, l: VRef<'_>) -> Raised {
    match t.repr_text(l) {
        Ok(r) => t.runtime_error(format!("loop {r} is not the running loop")),
        Err(e) => e,
    }
}

/// The thread begins a step of a task.
pub fn enter(t: &mut Thread, l: VRef<'_>, task: VRef<'_>) -> Res<()> {
    let s = state(t);
    if !is_running(t, &s, l) {
        return Err(not_running(t, l));
    }
    if let Some(other) = s.task.load() {
        let (task, other) = (t.repr_text(task)?, t.repr_text(other.r())?);
        return Err(t.runtime_error(format!(
            "Cannot enter into task {task} while another task {other} is being executed."
        )));
    }
    s.task.set(&s.h, task.to_value());
    Ok(())
}

/// The step is over.
pub fn leave(t: &mut Thread, l: VRef<'_>, task: VRef<'_>) -> Res<()> {
    let s = state(t);
    if !is_running(t, &s, l) {
        return Err(not_running(t, l));
    }
    if !s.task.get(t).is_some_and(|x| x.is(task)) {
        let other = s.task.load().unwrap_or(Value::NONE);
        let (task, other) = (t.repr_text(task)?, t.repr_text(other.r())?);
        return Err(t.runtime_error(format!(
            "Invalid attempt to leave task {task} while task {other} is entered."
        )));
    }
    drop(s.task.take(&s.h));
    Ok(())
}

/// Another task is the current one; gives the one before.
pub fn swap(t: &mut Thread, l: VRef<'_>, task: Option<Value>) -> Res<Option<Value>> {
    let s = state(t);
    if !is_running(t, &s, l) {
        return Err(not_running(t, l));
    }
    Ok(s.task.swap(&s.h, task))
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
    let s = state(t);
    let l = match a.opt_none(0) {
        Some(l) if !is_running(t, &s, l) => l,
        None if s.running.is_empty() => return Err(t.runtime_error("no running event loop")),
        _ => return Ok(s.task.load().unwrap_or(Value::NONE)),
    };
    // Maybe another thread runs that loop.
    let l = l.word().identity();
    let mut found = foreign::of_locals(t, |locals| {
        let s = locals.asyncio.as_ref()?.cast::<State>()?;
        if s.running.word().identity() != l {
            return None;
        }
        s.task.get(s)
    });
    Ok(found.pop().unwrap_or(Value::NONE))
}
