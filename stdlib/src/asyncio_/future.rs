//! Futures: what they hold, and the changes of their state.
//!
//! A future is pending until it is cancelled, gets a result or an exception; then it stays what it is. The change happens
//! under the object's lock, together with taking the callbacks away, so of two threads that finish a future one is told
//! that it is too late, and no callback is added to a future that will not call it.

use super::{callbacks, current};
use crate::support::{or_none, publish_for};
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering::*};
use weft_strategy::lock::lock;
use weft_strategy::{Header, Slot};
use weft_vm::errors::{self, exc};
use weft_vm::object::{Object, ValueExt, Visitor, as_vref, header_of};
use weft_vm::types::typeobj::as_type;
use weft_vm::{Raised, Res, Thread, VRef, Value, names};

/// A future; a task begins with one.
#[repr(C)]
pub struct Future {
    pub h: Header,
    /// The event loop; empty until `__init__` has run.
    pub event_loop: Slot,
    /// The first callback.
    pub callback: Slot,
    /// The context to call it in.
    pub context: Slot,
    /// List of the other callbacks, as tuples with their contexts; empty: none.
    pub callbacks: Slot,
    /// The result, or the exception.
    pub result: Slot,
    /// The traceback that the exception came with, until somebody asks for the result.
    pub traceback: Slot,
    /// Where it was made, in debug mode.
    pub source: Slot,
    /// The argument of `cancel`.
    pub message: Slot,
    /// The CancelledError by which a task ended, to be raised once.
    pub cancelled: Slot,
    /// Who awaits it, see [`super::awaited`].
    pub awaited_by: Slot,
    /// One of [`state`].
    state: AtomicU8,
    /// Is the exception to be logged if nobody ever asks for it?
    pub log_traceback: AtomicBool,
    /// Does somebody wait for it who came by way of `await`?
    pub blocking: AtomicBool,
}

/// Values of [`Future::state`].
#[allow(missing_docs)]
pub mod state {
    pub const PENDING: u8 = 0;
    pub const CANCELLED: u8 = 1;
    /// Finished, with a result.
    pub const FINISHED: u8 = 2;
    /// Finished, with an exception.
    pub const FAILED: u8 = 3;
}

impl Future {
    fn slots(&self) -> [&Slot; 10] {
        [
            &self.event_loop,
            &self.callback,
            &self.context,
            &self.callbacks,
            &self.result,
            &self.traceback,
            &self.source,
            &self.message,
            &self.cancelled,
            &self.awaited_by,
        ]
    }
}

// SAFETY: repr(C), header first; all slots are visited.
unsafe impl Object for Future {
    weft_vm::layout!(Future, "Future", true);
    fn traverse(&self, v: Visitor) {
        for s in self.slots() {
            v(s.word())
        }
    }
    fn clear(&self) {
        for s in self.slots() {
            s.clear_dead()
        }
    }
}

impl Future {
    /// One that `__init__` has not seen.
    pub fn blank() -> Future {
        Future {
            h: Header::new(0, 0),
            event_loop: Slot::empty(),
            callback: Slot::empty(),
            context: Slot::empty(),
            callbacks: Slot::empty(),
            result: Slot::empty(),
            traceback: Slot::empty(),
            source: Slot::empty(),
            message: Slot::empty(),
            cancelled: Slot::empty(),
            awaited_by: Slot::empty(),
            state: AtomicU8::new(state::PENDING),
            log_traceback: AtomicBool::new(false),
            blocking: AtomicBool::new(false),
        }
    }

    /// The future that a value is: a `Future`, a `Task`, or of a subclass.
    #[inline]
    pub fn of<'t>(v: VRef<'t>) -> Option<&'t Future> {
        v.cast::<Future>().or_else(|| v.cast::<super::task::Task>().map(|task| &task.future))
    }

    /// As [`Future::of`], unless the class may have methods of its own.
    #[inline]
    pub fn of_exact<'t>(t: &Thread, v: VRef<'t>) -> Option<&'t Future> {
        let shape = v.header()?.shape();
        let ours = shape == super::future_type::TYPE.shape(t) || shape == super::task_type::TYPE.shape(t);
        if ours { Future::of(v) } else { None }
    }

    /// See [`state`].
    #[inline]
    pub fn state(&self) -> u8 {
        self.state.load(Acquire)
    }

    /// Is there nothing yet?
    #[inline]
    pub fn is_pending(&self) -> bool {
        self.state() == state::PENDING
    }

    /// `__init__`: what it was before is forgotten.
    pub fn init(&self, t: &mut Thread, event_loop: Option<VRef<'_>>) -> Res<()> {
        {
            let _g = lock(t, &self.h);
            for s in self.slots() {
                drop(s.take(&self.h))
            }
            self.state.store(state::PENDING, Release);
            self.log_traceback.store(false, Relaxed);
            self.blocking.store(false, Relaxed);
        }
        let event_loop = match event_loop {
            Some(l) => l.to_value(),
            None => current::get_event_loop(t)?,
        };
        self.event_loop.set(&self.h, event_loop.clone());
        let debug = t.call_method_named(event_loop.r(), names::get_debug(), &[])?;
        if t.truth(debug.r())? && !weft_vm::start::is_finalizing() {
            let f = current::from_module(t, "traceback", "extract_stack")?;
            let stack = t.call(f.r(), &[])?;
            self.source.set(&self.h, stack)
        }
        Ok(())
    }

    /// The event loop; RuntimeError before `__init__`.
    pub fn need_loop(&self, t: &mut Thread) -> Res {
        match self.event_loop.load() {
            Some(l) => Ok(l),
            None => Err(uninitialized(t)),
        }
    }

    /// From pending to another state, with what `store` puts into the slots. `None`: it was not pending; else the
    /// callbacks to be called.
    fn settle(&self, t: &Thread, to: u8, store: impl FnOnce()) -> Option<callbacks::Taken> {
        let _g = lock(t, &self.h);
        if self.state.load(Relaxed) != state::PENDING {
            return None;
        }
        store();
        let taken = callbacks::take(self);
        self.state.store(to, Release);
        Some(taken)
    }

    /// Gives it its result; InvalidStateError.
    pub fn set_result(&self, t: &mut Thread, v: Value) -> Res<()> {
        publish_for(&self.h, v.r());
        match self.settle(t, state::FINISHED, || self.result.set(&self.h, v)) {
            Some(taken) => callbacks::schedule(t, self, taken),
            None => Err(current::invalid_state(t, "invalid state")),
        }
    }

    /// Gives it an exception, a class or an instance; InvalidStateError, TypeError.
    pub fn set_exception(&self, t: &mut Thread, v: VRef<'_>) -> Res<()> {
        if !self.is_pending() {
            return Err(current::invalid_state(t, "invalid state"));
        }
        let is_class = as_type(v).is_some_and(|c| c.is_subtype(errors::BASE_EXCEPTION.get(t)));
        let mut e = if is_class { t.call(v, &[])? } else { v.to_value() };
        if exc(e.r()).is_none() {
            return Err(t.type_error("invalid exception object"));
        }
        if errors::STOP_ITERATION.is_instance(t, e.r()) {
            t.runtime_error("StopIteration interacts badly with generators and cannot be raised into a Future");
            let new = t.take_raised();
            if let Some(x) = exc(new.r()) {
                x.cause.set(header_of(x), e.clone());
                x.suppress.store(true, Release);
                x.context.set(header_of(x), e)
            }
            e = new
        }
        self.fail(t, e)
    }

    /// Gives it an exception that is one.
    pub fn fail(&self, t: &mut Thread, e: Value) -> Res<()> {
        publish_for(&self.h, e.r());
        let traceback = exc(e.r()).and_then(|x| x.traceback.load());
        let store = || {
            drop(self.traceback.swap(&self.h, traceback));
            self.result.set(&self.h, e)
        };
        let Some(taken) = self.settle(t, state::FAILED, store) else {
            return Err(current::invalid_state(t, "invalid state"));
        };
        let r = callbacks::schedule(t, self, taken);
        if r.is_ok() {
            self.log_traceback.store(true, Release)
        }
        r
    }

    /// Cancels it; false if it was done.
    pub fn cancel(&self, t: &mut Thread, message: Option<Value>) -> Res<bool> {
        self.log_traceback.store(false, Release);
        if let Some(m) = &message {
            publish_for(&self.h, m.r())
        }
        match self.settle(t, state::CANCELLED, || drop(self.message.swap(&self.h, message))) {
            Some(taken) => callbacks::schedule(t, self, taken).map(|()| true),
            None => Ok(false),
        }
    }

    /// The exception that says that it was cancelled: that of the task that ended so, else a new one.
    pub fn cancelled_error(&self, t: &mut Thread) -> Res {
        if let Some(e) = self.cancelled.take(&self.h) {
            return Ok(e);
        }
        let class = current::cancelled_error(t)?;
        match self.message.load().filter(|m| !m.is_none()) {
            Some(m) => t.call(class.r(), &[m.r()]),
            None => t.call(class.r(), &[]),
        }
    }

    /// The exception to be raised for one that failed, with the traceback it came with.
    fn failure(&self) -> Value {
        let e = or_none(&self.result);
        if let Some(x) = exc(e.r()) {
            drop(x.traceback.swap(header_of(x), self.traceback.take(&self.h)))
        }
        e
    }

    /// The result; raises what there is instead.
    pub fn result(&self, t: &mut Thread) -> Res {
        match self.state() {
            state::FINISHED => {
                self.log_traceback.store(false, Relaxed);
                Ok(or_none(&self.result))
            }
            state::FAILED => {
                self.log_traceback.store(false, Relaxed);
                let e = self.failure();
                Err(t.raise(e))
            }
            state::CANCELLED => {
                let e = self.cancelled_error(t)?;
                Err(t.raise(e))
            }
            _ => Err(current::invalid_state(t, "Result is not set.")),
        }
    }

    /// What whoever waits for it is to be resumed with: an exception, or nothing.
    pub fn outcome(&self, t: &mut Thread) -> Res<Option<Value>> {
        match self.state() {
            state::FINISHED => {
                self.log_traceback.store(false, Relaxed);
                Ok(None)
            }
            state::FAILED => {
                self.log_traceback.store(false, Relaxed);
                Ok(Some(self.failure()))
            }
            _ => match self.result(t) {
                Ok(_) => Ok(None),
                Err(Raised) => Ok(Some(t.take_raised())),
            },
        }
    }

    /// The exception; raises CancelledError.
    pub fn exception(&self, t: &mut Thread) -> Res {
        match self.state() {
            state::FINISHED => Ok(Value::NONE),
            state::FAILED => {
                self.log_traceback.store(false, Relaxed);
                Ok(or_none(&self.result))
            }
            state::CANCELLED => {
                let e = self.cancelled_error(t)?;
                Err(t.raise(e))
            }
            _ => Err(current::invalid_state(t, "Exception is not set.")),
        }
    }

    /// Tells the event loop of something nobody else will hear of.
    pub fn tell_loop(&self, t: &mut Thread, key: &str, message: &str, exception: Option<Value>) {
        let Some(event_loop) = self.event_loop.load() else { return };
        let d = weft_vm::dict::Dict::new(t);
        if let Some(d) = d.cast::<weft_vm::dict::Dict>() {
            let text = t.str(message);
            t.dict_set(d, "message", text);
            if let Some(e) = exception {
                t.dict_set(d, "exception", e)
            }
            t.dict_set(d, key, as_vref(self).to_value());
            if let Some(s) = self.source.load() {
                t.dict_set(d, "source_traceback", s)
            }
        }
        if t.call_method(event_loop.r(), "call_exception_handler", &[d.r()]).is_err() {
            errors::write_unraisable(t, "Exception ignored while finalizing a future", as_vref(self))
        }
    }

    /// `__del__`: an exception that nobody asked for.
    pub fn finalize(&self, t: &mut Thread) {
        if !self.log_traceback.swap(false, AcqRel) {
            return;
        }
        let name = as_vref(self).ty().name().to_string();
        let e = or_none(&self.result);
        self.tell_loop(t, "future", &format!("{name} exception was never retrieved"), Some(e))
    }
}

/// RuntimeError: `__init__` has not run.
#[cold]
pub fn uninitialized(t: &mut Thread) -> Raised {
    t.runtime_error("Future object is not initialized.")
}
