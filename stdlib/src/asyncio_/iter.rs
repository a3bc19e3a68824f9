//! `FutureIter`: what `await future` runs. It hands the future out once, and gives its result when it is resumed.

use super::future::{Future, uninitialized};
use crate::support::native;
use weft_strategy::{Header, Slot};
use weft_vm::errors::{self, exc};
use weft_vm::object::{Args, NativeType, Slots, TypeSpec, ValueExt, type_flag};
use weft_vm::types::generator_methods::{thrown, warn_three_arguments};
use weft_vm::types::typeobj::as_type;
use weft_vm::types::fixed;
use weft_vm::{Res, Thread, VRef, Value, methods, object};
use std::sync::atomic::Ordering::*;

/// The iterator.
#[repr(C)]
pub struct FutureIter {
    h: Header,
    /// Empty once it is done.
    future: Slot,
}
object!(FutureIter, "FutureIter", true, [future]);

/// `_asyncio.FutureIter`
pub static TYPE: NativeType = NativeType::new(&SPEC);
static SPEC: TypeSpec = TypeSpec {
    name: "_asyncio.FutureIter",
    flags: type_flag::IMMUTABLE | type_flag::NO_NEW,
    slots: Slots {
        iter: Some(crate::support::itself),
        next: Some(next),
        send: Some(|t, v, _| advance(t, v)),
        ..Slots::EMPTY
    },
    methods: methods! {
        "send(self, value, /)" => send;
        "throw(self, type, val=<unrepresentable>, tb=<unrepresentable>, /)" => throw;
        "close(self, /)" => close;
    },
    ..TypeSpec::new::<FutureIter>()
};

/// `__await__` and `__iter__` of futures.
pub fn new(t: &mut Thread, v: VRef<'_>) -> Res {
    match Future::of(v) {
        Some(f) if !f.event_loop.is_empty() => {
            let shape = TYPE.shape(t);
            Ok(t.make(shape, FutureIter { h: Header::new(0, 0), future: Slot::of(v) }))
        }
        _ => Err(uninitialized(t)),
    }
}

/// Resumes it: `Ok(Ok(v))` hands the future out, `Ok(Err(v))` is the end.
fn advance(t: &mut Thread, v: VRef<'_>) -> Res<Result<Value, Value>> {
    let it: &FutureIter = native(v);
    let Some(fv) = it.future.load() else { return Ok(Err(Value::NONE)) };
    let Some(f) = Future::of(fv.r()) else { return Ok(Err(Value::NONE)) };
    if f.is_pending() {
        if f.blocking.swap(true, AcqRel) {
            return Err(t.runtime_error("await wasn't used with future"));
        }
        return Ok(Ok(fv));
    }
    drop(it.future.take(&it.h));
    f.result(t).map(Err)
}

fn next(t: &mut Thread, v: VRef<'_>) -> Res<Option<Value>> {
    match advance(t, v)? {
        Ok(v) => Ok(Some(v)),
        Err(v) if v.is_none() => Ok(None),
        Err(v) => Err(t.stop_iteration(Some(v))),
    }
}

fn send(t: &mut Thread, a: Args<'_>) -> Res {
    match advance(t, a.get(0))? {
        Ok(v) => Ok(v),
        Err(v) => Err(t.stop_iteration(if v.is_none() { None } else { Some(v) })),
    }
}

fn throw(t: &mut Thread, a: Args<'_>) -> Res {
    if a.opt(2).is_some() {
        warn_three_arguments(t, "throw")?
    }
    if a.opt_none(3).is_some_and(|tb| !tb.has_shape(fixed::TRACEBACK)) {
        return Err(t.type_error("throw() third argument must be a traceback"));
    }
    let typ = a.get(1);
    if exc(typ).is_none() && !as_type(typ).is_some_and(|c| c.is_subtype(errors::BASE_EXCEPTION.get(t))) {
        return Err(
            t.type_error("exceptions must be classes deriving BaseException or instances of such a class")
        );
    }
    let e = thrown(t, a)?;
    close(t, a)?;
    Err(t.reraise(e))
}

fn close(_t: &mut Thread, a: Args<'_>) -> Res {
    let it = a.this::<FutureIter>();
    drop(it.future.take(&it.h));
    Ok(Value::NONE)
}
