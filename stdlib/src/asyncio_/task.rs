//! Tasks: a coroutine, run step by step, whose end is the end of a future.

use super::future::{Future, state};
use super::{current, registry, step};
use crate::contextvars;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU8, AtomicU32, AtomicU64, Ordering::*};
use weft_strategy::Slot;
use weft_vm::object::{Args, CallArgs, Object, ValueExt, Visitor};
use weft_vm::types::fixed;
use weft_vm::{Res, Thread, VRef, Value, names};

/// A task.
#[repr(C)]
pub struct Task {
    /// The future that it is.
    pub future: Future,
    /// Its coroutine.
    pub coroutine: Slot,
    /// `str`, or the number of a name that nobody has asked for yet.
    pub name: Slot,
    /// The context its steps run in.
    pub context: Slot,
    /// What it waits for, or empty.
    pub waiter: Slot,
    /// Calls of `cancel` less calls of `uncancel`.
    pub cancels: AtomicI64,
    /// Where it stands in the registry, see [`registry`].
    pub place: AtomicU32,
    /// The registry's part that it stands in.
    pub part: AtomicU8,
    /// Is a CancelledError to be thrown in at the next step?
    pub must_cancel: AtomicBool,
    /// Is it to be logged if it dies before it is done?
    pub log_destroy: AtomicBool,
}

// SAFETY: repr(C), a future, which has its header first, in front; all slots are visited.
unsafe impl Object for Task {
    weft_vm::layout!(Task, "Task", true);
    fn traverse(&self, v: Visitor) {
        self.future.traverse(v);
        for s in [&self.coroutine, &self.name, &self.context, &self.waiter] {
            v(s.word())
        }
    }
    fn clear(&self) {
        registry::remove(self);
        self.future.clear();
        for s in [&self.coroutine, &self.name, &self.context, &self.waiter] {
            s.clear_dead()
        }
    }
}

/// Numbers of names.
static NAMES: AtomicU64 = AtomicU64::new(0);

impl Task {
    /// One that `__init__` has not seen.
    pub fn blank() -> Task {
        Task {
            future: Future::blank(),
            coroutine: Slot::empty(),
            name: Slot::empty(),
            context: Slot::empty(),
            waiter: Slot::empty(),
            cancels: AtomicI64::new(0),
            place: AtomicU32::new(0),
            part: AtomicU8::new(0),
            must_cancel: AtomicBool::new(false),
            log_destroy: AtomicBool::new(false),
        }
    }

    /// `cancel(msg)`: cancels what it waits for, else itself at the next step. False if it was done.
    pub fn cancel(&self, t: &mut Thread, message: Option<VRef<'_>>) -> Res<bool> {
        let f = &self.future;
        f.log_traceback.store(false, Release);
        if !f.is_pending() {
            return Ok(false);
        }
        self.cancels.fetch_add(1, AcqRel);
        if let Some(w) = self.waiter.load()
            && cancel_any(t, w.r(), message)?
        {
            return Ok(true);
        }
        self.must_cancel.store(true, Release);
        drop(f.message.swap(&f.h, message.map(|m| m.to_value())));
        Ok(true)
    }

    /// `uncancel()`
    pub fn uncancel(&self) -> i64 {
        let less = |n: i64| if n > 0 { Some(n - 1) } else { None };
        match self.cancels.fetch_update(AcqRel, Acquire, less) {
            Ok(1) => {
                self.must_cancel.store(false, Release);
                0
            }
            Ok(n) => n - 1,
            Err(n) => n,
        }
    }

    /// Its name, made of the number if need be.
    pub fn get_name(&self, t: &mut Thread) -> Value {
        let Some(v) = self.name.load() else { return Value::NONE };
        if !v.word().is_int() {
            return v;
        }
        let n = weft_vm::types::int::to_i64(v.r()).unwrap_or(0);
        let name = t.str(&format!("Task-{n}"));
        self.name.set(&self.future.h, name.clone());
        name
    }
}

/// Cancels any future: its `cancel` method may be the class's own.
pub fn cancel_any(t: &mut Thread, v: VRef<'_>, message: Option<VRef<'_>>) -> Res<bool> {
    if Future::of_exact(t, v).is_some() {
        return match v.cast::<Task>() {
            Some(task) => t.recurse(|t| task.cancel(t, message)),
            None => match v.cast::<Future>() {
                Some(f) => f.cancel(t, message.map(|m| m.to_value())),
                None => Ok(false),
            },
        };
    }
    let keywords = current::message_name(t);
    let none = VRef::immediate(weft_strategy::Word::NONE);
    let args = [message.unwrap_or(none)];
    let call = CallArgs { args: Args::of(&args), names: Some(keywords.r()) };
    let r = t.call_method_with(v, names::cancel(), call)?;
    t.truth(r.r())
}

fn is_coroutine(t: &mut Thread, v: VRef<'_>) -> Res<bool> {
    if v.has_shape(fixed::COROUTINE) {
        return Ok(true);
    }
    let f = current::from_module(t, "asyncio.coroutines", "iscoroutine")?;
    let r = t.call(f.r(), &[v])?;
    t.truth(r.r())
}

/// `__init__(self, coro, *, loop=None, name=None, context=None, eager_start=False)`
pub fn init(t: &mut Thread, a: Args<'_>) -> Res {
    let task = a.this::<Task>();
    let (f, h) = (&task.future, &task.future.h);
    f.init(t, a.opt_none(2))?;
    task.log_destroy.store(false, Relaxed);
    let coroutine = a.get(1);
    if !is_coroutine(t, coroutine)? {
        let r = t.repr_text(coroutine)?;
        return Err(t.type_error(format!("a coroutine was expected, got {r}")));
    }
    let context = match a.opt_none(4) {
        Some(c) => c.to_value(),
        None => contextvars::copy_current(t),
    };
    let name = match a.opt_none(3) {
        None => t.int(NAMES.fetch_add(1, Relaxed) as i64 + 1),
        Some(n) => name_of(t, n)?,
    };
    task.context.set(h, context);
    drop(task.waiter.take(h));
    task.must_cancel.store(false, Relaxed);
    task.cancels.store(0, Relaxed);
    task.coroutine.set(h, coroutine.to_value());
    task.name.set(h, name);
    task.log_destroy.store(true, Relaxed);
    let eager = match a.opt(5) {
        Some(v) => t.truth(v)?,
        None => false,
    };
    if eager {
        let event_loop = f.need_loop(t)?;
        let running = t.call_method_named(event_loop.r(), names::is_running(), &[])?;
        if t.truth(running.r())? {
            step::eager(t, task)?;
            return Ok(Value::NONE);
        }
    }
    step::soon(t, task, None)?;
    registry::add(t, task);
    Ok(Value::NONE)
}

/// A name as it is kept: a str.
pub fn name_of(t: &mut Thread, v: VRef<'_>) -> Res {
    if v.has_shape(fixed::STR) { Ok(v.to_value()) } else { t.to_str(v) }
}

/// `__del__`
pub fn finalize(t: &mut Thread, v: VRef<'_>) {
    let Some(task) = v.cast::<Task>() else { return };
    let f = &task.future;
    if f.state() == state::PENDING && task.log_destroy.load(Acquire) {
        f.tell_loop(t, "task", "Task was destroyed but it is pending!", None)
    }
    f.finalize(t)
}

/// `base_tasks._task_print_stack` and the like.
pub fn base_function(t: &mut Thread, module: &str, name: &str, args: &[VRef<'_>]) -> Res {
    let f = current::from_module(t, module, name)?;
    t.call(f.r(), args)
}
