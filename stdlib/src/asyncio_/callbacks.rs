//! Callbacks of futures: kept while the future is pending, handed to the event loop when it is done.

use super::current;
use super::future::{Future, state};
use crate::contextvars;
use crate::support::publish_for;
use weft_strategy::lock::lock;
use weft_vm::object::{Args, CallArgs, ValueExt, as_vref};
use weft_vm::types::list::List;
use weft_vm::types::tuple::Tuple;
use weft_vm::{Res, Thread, VRef, Value, names};

/// Callbacks that were taken from their future: the first with its context, and the list of the others.
pub type Taken = [Option<Value>; 3];

/// Takes them; the future is locked.
pub fn take(f: &Future) -> Taken {
    // Mostly there is one.
    if f.callback.is_empty() && f.callbacks.is_empty() {
        return [None, None, None];
    }
    [f.callback.take(&f.h), f.context.take(&f.h), f.callbacks.take(&f.h)]
}

/// `loop.call_soon(f[, arg][, context=context])`
pub fn call_soon(
    t: &mut Thread,
    event_loop: VRef<'_>,
    f: VRef<'_>,
    arg: Option<VRef<'_>>,
    context: Option<VRef<'_>>,
) -> Res<()> {
    let keywords = if context.is_some() { Some(current::context_name(t)) } else { None };
    let none = VRef::immediate(weft_strategy::Word::NONE);
    let mut args = [f, none, none];
    let mut n = 1;
    for v in [arg, context].into_iter().flatten() {
        args[n] = v;
        n += 1
    }
    let call = CallArgs { args: Args::of(&args[..n]), names: keywords.as_ref().map(|v| v.r()) };
    t.call_method_with(event_loop, names::call_soon(), call).map(drop)
}

/// Hands what was taken to the event loop.
pub fn schedule(t: &mut Thread, f: &Future, taken: Taken) -> Res<()> {
    let [first, context, others] = taken;
    if first.is_none() && others.is_none() {
        return Ok(());
    }
    let Some(event_loop) = f.event_loop.load() else { return Ok(()) };
    if let Some(c) = first {
        let context = context.as_ref().map(|c| c.r());
        call_soon(t, event_loop.r(), c.r(), Some(as_vref(f)), context)?
    }
    let Some(others) = others else { return Ok(()) };
    let Some(list) = others.cast::<List>() else { return Ok(()) };
    for pair in list.snapshot(t) {
        if let Some(pair) = pair.cast::<Tuple>() {
            call_soon(t, event_loop.r(), pair.get(0), Some(as_vref(f)), Some(pair.get(1)))?
        }
    }
    Ok(())
}

/// Keeps one, unless the future is done: then it comes back.
fn keep(t: &Thread, f: &Future, callback: Value, context: Value) -> Result<(), (Value, Value)> {
    publish_for(&f.h, callback.r());
    publish_for(&f.h, context.r());
    {
        let _g = lock(t, &f.h);
        if f.state() != state::PENDING {
            return Err((callback, context));
        }
        if f.callback.is_empty() && f.callbacks.is_empty() {
            f.callback.set(&f.h, callback);
            f.context.set(&f.h, context);
            return Ok(());
        }
    }
    // Made and published before the lock is taken again.
    let pair = Tuple::few(t, [callback.clone(), context.clone()]);
    publish_for(&f.h, pair.r());
    let new = if f.callbacks.is_empty() { Some(List::new(t, Vec::new())) } else { None };
    if let Some(l) = &new {
        publish_for(&f.h, l.r())
    }
    let _g = lock(t, &f.h);
    if f.state() != state::PENDING {
        return Err((callback, context));
    }
    if f.callbacks.is_empty() {
        f.callbacks.set(&f.h, new.unwrap_or_else(|| List::new(t, Vec::new())))
    }
    if let Some(l) = f.callbacks.get(t).and_then(|l| l.cast::<List>()) {
        l.push(t, pair)
    }
    Ok(())
}

/// Adds one; called soon if the future is done.
pub fn add(t: &mut Thread, f: &Future, callback: Value, context: Value) -> Res<()> {
    match keep(t, f, callback, context) {
        Ok(()) => Ok(()),
        Err((callback, context)) => {
            let event_loop = f.need_loop(t)?;
            call_soon(t, event_loop.r(), callback.r(), Some(as_vref(f)), Some(context.r()))
        }
    }
}

/// `add_done_callback`
pub fn add_method(t: &mut Thread, a: Args<'_>) -> Res {
    let f = a.this::<Future>();
    if f.event_loop.is_empty() {
        return Err(t.runtime_error("uninitialized Future object"));
    }
    let context = match a.opt(2) {
        Some(c) => c.to_value(),
        None => contextvars::copy_current(t),
    };
    add(t, f, a.get(1).to_value(), context)?;
    Ok(Value::NONE)
}

/// The callbacks as tuples with their contexts.
pub fn list(t: &Thread, f: &Future) -> Vec<Value> {
    let _g = lock(t, &f.h);
    let mut all = Vec::new();
    if let (Some(c), Some(x)) = (f.callback.load(), f.context.load()) {
        all.push(Tuple::few(t, [c, x]))
    }
    if let Some(l) = f.callbacks.get(t).and_then(|l| l.cast::<List>()) {
        all.extend(l.snapshot(t))
    }
    all
}

/// `remove_done_callback`: all that are equal go; how many they were.
pub fn remove_method(t: &mut Thread, a: Args<'_>) -> Res {
    let f = a.this::<Future>();
    f.need_loop(t)?;
    let mut removed = 0;
    let first = f.callback.load();
    if let Some(c) = first
        && t.equal(c.r(), a.get(1))?
    {
        let _g = lock(t, &f.h);
        if f.callback.get(t).is_some_and(|now| now.is(c.r())) {
            drop(f.callback.take(&f.h));
            drop(f.context.take(&f.h));
            removed += 1
        }
    }
    let Some(others) = f.callbacks.load() else { return Ok(t.int(removed)) };
    let Some(others) = others.cast::<List>() else { return Ok(t.int(removed)) };
    for pair in others.snapshot(t) {
        let Some(c) = pair.cast::<Tuple>().map(|p| p.get(0).to_value()) else { continue };
        // The list may be another by now, and the pair gone from it.
        if t.equal(c.r(), a.get(1))? && others.remove_same(t, pair.r(), 0) {
            removed += 1
        }
    }
    if others.is_empty() {
        let _g = lock(t, &f.h);
        if f.callbacks.get(t).and_then(|l| l.cast::<List>()).is_some_and(|l| l.is_empty()) {
            drop(f.callbacks.take(&f.h))
        }
    }
    Ok(t.int(removed))
}
