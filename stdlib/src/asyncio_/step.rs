//! Steps of tasks: the coroutine is resumed; what it hands out says what the task waits for.
//!
//! A step is scheduled as a `TaskStepMethWrapper`; a future that a task waits for has `task_wakeup` as its callback, a
//! method that is bound to the task and that no name leads to.

use super::future::Future;
use super::registry::loop_of;
use super::task::{Task, cancel_any};
use super::{awaited, callbacks, current, registry};
use crate::contextvars;
use crate::support::{native, or_none};
use std::sync::atomic::Ordering::*;
use weft_strategy::{Header, Slot};
use weft_vm::errors::{self, exc};
use weft_vm::interp::generator::{Resume, next_raw, resume, stop_value};
use weft_vm::object::{
    Args, Binding, CallArgs, GetSet, MethodDef, NativeType, Slots, TypeSpec, ValueExt, as_vref, header_of,
    type_flag,
};
use weft_vm::types::builtin::Builtin;
use weft_vm::types::fixed;
use weft_vm::types::typeobj::as_type;
use weft_vm::{Raised, Res, Thread, VRef, Value, names, object};

// ---- how steps are called

/// A step to be made: what the event loop calls.
#[repr(C)]
pub struct Step {
    h: Header,
    task: Slot,
    /// The exception to be thrown in, or empty.
    exception: Slot,
}
object!(Step, "TaskStepMethWrapper", true, [task, exception]);

static STEP: NativeType = NativeType::new(&STEP_SPEC);
static STEP_SPEC: TypeSpec = TypeSpec {
    name: "_asyncio.TaskStepMethWrapper",
    flags: type_flag::IMMUTABLE | type_flag::NO_NEW,
    slots: Slots { call: Some(call_step), ..Slots::EMPTY },
    getset: &[GetSet { name: "__self__", get: |_, v| Ok(or_none(&native::<Step>(v).task)), set: None, doc: "" }],
    ..TypeSpec::new::<Step>()
};

fn call_step(t: &mut Thread, v: VRef<'_>, args: CallArgs<'_>) -> Res {
    if args.keyword_len() > 0 {
        return Err(t.type_error("function takes no keyword arguments"));
    }
    if args.positional_len() > 0 {
        return Err(t.type_error("function takes no positional arguments"));
    }
    let s: &Step = native(v);
    let task = or_none(&s.task);
    match task.cast::<Task>() {
        Some(task) => step(t, task, s.exception.load()),
        None => Ok(Value::NONE),
    }
}

/// Has the event loop make a step soon, with an exception or none.
pub fn soon(t: &mut Thread, task: &Task, exception: Option<Value>) -> Res<()> {
    let event_loop = task.future.need_loop(t)?;
    let shape = STEP.shape(t);
    let s = Step {
        h: Header::new(0, 0),
        task: Slot::of(as_vref(task)),
        exception: Slot::from_option(exception),
    };
    let s = t.make(shape, s);
    let context = task.context.load();
    callbacks::call_soon(t, event_loop.r(), s.r(), None, context.as_ref().map(|c| c.r()))
}

static WAKEUP: MethodDef = MethodDef::new("task_wakeup(self, object, /)", wakeup, "", Binding::Plain);

/// The callback that a task leaves with what it waits for.
fn wakeup_of(t: &Thread, task: &Task) -> Value {
    Builtin::bound(t, &WAKEUP, as_vref(task).to_value())
}

/// What the task waited for is done.
fn wakeup(t: &mut Thread, a: Args<'_>) -> Res {
    let (task, v) = (a.this::<Task>(), a.get(1));
    let exception = match Future::of(v) {
        Some(f) => {
            awaited::discard(t, f, as_vref(task))?;
            if Future::of_exact(t, v).is_some() { f.outcome(t)? } else { outcome_of(t, v) }
        }
        None => outcome_of(t, v),
    };
    step(t, task, exception)
}

/// As [`Future::outcome`], of any future.
fn outcome_of(t: &mut Thread, v: VRef<'_>) -> Option<Value> {
    match t.call_method(v, "result", &[]) {
        Ok(_) => None,
        Err(Raised) => Some(t.take_raised()),
    }
}

// ---- steps

/// One step, as the thread's current task.
fn step(t: &mut Thread, task: &Task, exception: Option<Value>) -> Res {
    let event_loop = task.future.need_loop(t)?;
    current::enter(t, event_loop.r(), as_vref(task))?;
    let r = run(t, task, exception);
    if r.is_ok() {
        current::leave(t, event_loop.r(), as_vref(task))?;
        return Ok(Value::NONE);
    }
    let e = t.take_raised();
    if current::leave(t, event_loop.r(), as_vref(task)).is_err() {
        t.clear_raised()
    }
    Err(t.reraise(e))
}

/// The first step of a task that starts at once, in the step of another.
pub fn eager(t: &mut Thread, task: &Task) -> Res<()> {
    let event_loop = task.future.need_loop(t)?;
    let before = current::swap(t, event_loop.r(), Some(as_vref(task).to_value()))?;
    registry::add(t, task);
    let context = or_none(&task.context);
    let r = contextvars::run_in(t, context.r(), |t| run(t, task, None));
    let raised = if r.is_err() { Some(t.take_raised()) } else { None };
    let swapped = current::swap(t, event_loop.r(), before);
    if !task.future.is_pending() {
        registry::remove(task);
        drop(task.coroutine.take(&task.future.h))
    }
    match raised {
        Some(e) => {
            if swapped.is_err() {
                t.clear_raised()
            }
            Err(t.reraise(e))
        }
        None => swapped.map(drop),
    }
}

/// How a coroutine answers.
enum Answer {
    Yielded(Value),
    Returned(Value),
}

/// Resumes the coroutine.
fn advance(t: &mut Thread, coroutine: VRef<'_>, exception: Option<Value>) -> Res<Answer> {
    if coroutine.has_shape(fixed::COROUTINE) {
        let how = match exception {
            Some(e) => Resume::Throw(e),
            None => Resume::Send(Value::NONE),
        };
        return Ok(match resume(t, coroutine, how)? {
            Ok(v) => Answer::Yielded(v),
            Err(v) => Answer::Returned(v),
        });
    }
    let none = VRef::immediate(weft_strategy::Word::NONE);
    let r = match exception {
        Some(e) => t.call_method(coroutine, "throw", &[e.r()]),
        None if coroutine.ty().slots().next.is_some() => match next_raw(t, coroutine) {
            Ok(Some(v)) => Ok(v),
            Ok(None) => return Ok(Answer::Returned(Value::NONE)),
            Err(e) => Err(e),
        },
        None => t.call_method(coroutine, "send", &[none]),
    };
    match r {
        Ok(v) => Ok(Answer::Yielded(v)),
        Err(e) => match stop_value(t) {
            Some(v) => Ok(Answer::Returned(v)),
            None => Err(e),
        },
    }
}

/// Resumes the coroutine and does what its answer asks for.
fn run(t: &mut Thread, task: &Task, exception: Option<Value>) -> Res {
    let f = &task.future;
    let mut exception = exception;
    if !f.is_pending() {
        let r = t.repr_text(as_vref(task))?;
        let e = match exception {
            Some(e) => t.repr_text(e.r())?,
            None => "None".into(),
        };
        return Err(current::invalid_state(t, &format!("__step(): already done: {r} {e}")));
    }
    if task.must_cancel.load(Acquire) {
        let class = current::cancelled_error(t)?;
        if !exception.as_ref().is_some_and(|e| is_a(e.r(), class.r())) {
            exception = Some(f.cancelled_error(t)?)
        }
        task.must_cancel.store(false, Release)
    }
    drop(task.waiter.take(&f.h));
    let Some(coroutine) = task.coroutine.load() else {
        return Err(t.runtime_error("uninitialized Task object"));
    };
    match advance(t, coroutine.r(), exception) {
        Ok(Answer::Yielded(v)) => {
            drop(coroutine);
            wait_for(t, task, v)?
        }
        Ok(Answer::Returned(v)) => {
            if task.must_cancel.load(Acquire) {
                // It was cancelled just before it ended.
                task.must_cancel.store(false, Release);
                let message = f.message.load();
                f.cancel(t, message)?;
            } else {
                f.set_result(t, v)?
            }
        }
        Err(Raised) => failed(t, task)?,
    }
    Ok(Value::NONE)
}

fn is_a(v: VRef<'_>, class: VRef<'_>) -> bool {
    as_type(class).is_some_and(|c| v.ty().is_subtype(c))
}

/// The coroutine ended with the exception that is on its way.
fn failed(t: &mut Thread, task: &Task) -> Res<()> {
    let f = &task.future;
    let e = t.take_raised();
    let class = current::cancelled_error(t)?;
    if is_a(e.r(), class.r()) {
        // Kept, to be what others get that ask for the result.
        f.cancelled.set(&f.h, e);
        return f.cancel(t, None).map(drop);
    }
    f.set_exception(t, e.r())?;
    if errors::KEYBOARD_INTERRUPT.is_instance(t, e.r()) || errors::SYSTEM_EXIT.is_instance(t, e.r()) {
        return Err(t.reraise(e));
    }
    Ok(())
}

/// The coroutine waits for `v`.
fn wait_for(t: &mut Thread, task: &Task, v: Value) -> Res<()> {
    let this = as_vref(task);
    if let Some(f) = Future::of_exact(t, v.r()) {
        if f.event_loop.word().identity() != task.future.event_loop.word().identity() {
            return different_loop(t, task, v.r());
        }
        if !f.blocking.load(Acquire) {
            return not_awaited(t, task, v.r());
        }
        if v.r().is(this) {
            return awaits_itself(t, task);
        }
        f.blocking.store(false, Release);
        let wakeup = wakeup_of(t, task);
        let context = or_none(&task.context);
        callbacks::add(t, f, wakeup, context)?;
        awaited::add(t, f, this)?;
        return waits(t, task, v);
    }
    if v.is_none() {
        return soon(t, task, None);
    }
    let name = names::_asyncio_future_blocking();
    if let Some(blocking) = t.getattr_opt(v.r(), name)?.filter(|b| !b.is_none()) {
        let blocking = t.truth(blocking.r())?;
        if !loop_of(t, v.r())?.is(or_none(&task.future.event_loop).r()) {
            return different_loop(t, task, v.r());
        }
        if !blocking {
            return not_awaited(t, task, v.r());
        }
        if v.r().is(this) {
            return awaits_itself(t, task);
        }
        if let Some(f) = Future::of(v.r()) {
            awaited::add(t, f, this)?
        }
        t.setattr(v.r(), name, Some(VRef::immediate(weft_strategy::Word::FALSE)))?;
        let wakeup = wakeup_of(t, task);
        let context = or_none(&task.context);
        let keywords = current::context_name(t);
        let args = [wakeup.r(), context.r()];
        let call = CallArgs { args: Args::of(&args), names: Some(keywords.r()) };
        t.call_method_with(v.r(), names::add_done_callback(), call)?;
        return waits(t, task, v);
    }
    let what = if v.r().has_shape(fixed::GENERATOR) {
        let (task, v) = (t.repr_text(this)?, t.repr_text(v.r())?);
        format!("yield was used instead of yield from for generator in task {task} with {v}")
    } else {
        format!("Task got bad yield: {}", t.repr_text(v.r())?)
    };
    throw_soon(t, task, what)
}

/// The task waits for `v`. If it is to be cancelled, that is.
fn waits(t: &mut Thread, task: &Task, v: Value) -> Res<()> {
    task.waiter.set(&task.future.h, v.clone());
    if task.must_cancel.load(Acquire) {
        let message = task.future.message.load();
        if cancel_any(t, v.r(), message.as_ref().map(|m| m.r()))? {
            task.must_cancel.store(false, Release)
        }
    }
    Ok(())
}

/// RuntimeError at the next step.
#[cold]
fn throw_soon(t: &mut Thread, task: &Task, text: String) -> Res<()> {
    t.runtime_error(text);
    let e = t.take_raised();
    if let Some(x) = exc(e.r()) {
        drop(x.context.take(header_of(x)))
    }
    soon(t, task, Some(e))
}

#[cold]
fn different_loop(t: &mut Thread, task: &Task, v: VRef<'_>) -> Res<()> {
    let (r, v) = (t.repr_text(as_vref(task))?, t.repr_text(v)?);
    throw_soon(t, task, format!("Task {r} got Future {v} attached to a different loop"))
}

#[cold]
fn not_awaited(t: &mut Thread, task: &Task, v: VRef<'_>) -> Res<()> {
    let (r, v) = (t.repr_text(as_vref(task))?, t.repr_text(v)?);
    throw_soon(t, task, format!("yield was used instead of yield from in task {r} with {v}"))
}

#[cold]
fn awaits_itself(t: &mut Thread, task: &Task) -> Res<()> {
    let r = t.repr_text(as_vref(task))?;
    throw_soon(t, task, format!("Task cannot await on itself: {r}"))
}
