//! `_asyncio.Future`: what Python sees of futures.

use super::future::{Future, state};
use super::{awaited, callbacks, iter, task};
use crate::support::{class_getitem, or_none};
use std::sync::atomic::Ordering::*;
use weft_vm::object::{Args, CallArgs, GetSet, MethodDef, NativeType, Slots, Type, TypeSpec, ValueExt, type_flag};
use weft_vm::types::list::List;
use weft_vm::{Res, Thread, VRef, Value, methods};

/// `_asyncio.Future`
pub static TYPE: NativeType = NativeType::new(&SPEC);
static SPEC: TypeSpec = TypeSpec {
    name: "_asyncio.Future",
    doc: "This class is *almost* compatible with concurrent.futures.Future.\n\n    result() and exception() take no timeout, and raise an exception when the future\n    is not done yet. Callbacks are always called via the event loop's call_soon().\n    The class does not work with wait() and as_completed() of concurrent.futures.",
    flags: type_flag::BASETYPE | type_flag::IMMUTABLE | type_flag::WEAKREFS,
    slots: Slots {
        new: Some(new),
        init: initializer!("Future(self, *, loop=None)" => |t, a| {
            a.this::<Future>().init(t, a.opt_none(1))?;
            Ok(Value::NONE)
        }),
        repr: Some(|t, v| {
            this(v).need_loop(t)?;
            task::base_function(t, "asyncio.base_futures", "_future_repr", &[v])
        }),
        iter: Some(iter::new),
        await_: Some(iter::new),
        finalize: Some(|t, v| this(v).finalize(t)),
        ..Slots::EMPTY
    },
    methods: METHODS,
    getset: GETSET,
    ..TypeSpec::new::<Future>()
};

fn new(t: &mut Thread, cls: &Type, _args: CallArgs<'_>) -> Res {
    Ok(t.make(cls.shape(), Future::blank()))
}

/// The future behind a receiver.
///
/// # Panics
/// For other values, which descriptors do not let through.
pub fn this(v: VRef<'_>) -> &Future {
    Future::of(v).expect("the descriptor checked the receiver")
}

static METHODS: &[MethodDef] = methods! {
    "result(self, /)" => result, "Return the result this future represents.\n\nRaises CancelledError if it was cancelled, InvalidStateError if there is no result yet,\nand the exception that was set, if one was.";
    "exception(self, /)" => exception, "Return the exception that was set on this future, or None.\n\nRaises CancelledError if it was cancelled, InvalidStateError if it is not done yet.";
    "set_result(self, result, /)" => set_result, "Mark the future done and set its result.\n\nRaises InvalidStateError if it is done already.";
    "set_exception(self, exception, /)" => set_exception, "Mark the future done and set an exception.\n\nRaises InvalidStateError if it is done already.";
    "add_done_callback(self, fn, /, *, context=<unrepresentable>)" => callbacks::add_method, "Add a callback to be run when the future becomes done.\n\nIt is called with the future as its only argument. If the future is done already, it is\nscheduled with call_soon.";
    "remove_done_callback(self, fn, /)" => callbacks::remove_method, "Remove all instances of a callback from the \"call when done\" list.\n\nReturns the number of callbacks removed.";
    "cancel(self, /, msg=None)" => cancel, "Cancel the future and schedule callbacks.\n\nReturns False if it is done already, else True.";
    "cancelled(self, /)" => |_, a| Ok(Value::bool(a.this::<Future>().state() == state::CANCELLED)), "Return True if the future was cancelled.";
    "done(self, /)" => |_, a| Ok(Value::bool(!a.this::<Future>().is_pending())), "Return True if the future is done.\n\nDone means that there is a result or an exception, or that the future was cancelled.";
    "get_loop(self, /)" => |t, a| a.this::<Future>().need_loop(t), "Return the event loop the Future is bound to.";
    "_make_cancelled_error(self, /)" => |t, a| a.this::<Future>().cancelled_error(t), "Create the CancelledError to raise if the Future is cancelled.\n\nTo be called once only: a saved exception is given away.";
    class "__class_getitem__(cls, object, /)" => class_getitem, "Futures are generic over the type of their results";
};

fn result(t: &mut Thread, a: Args<'_>) -> Res {
    let f = a.this::<Future>();
    if f.event_loop.is_empty() {
        return Err(super::current::invalid_state(t, "Future object is not initialized."));
    }
    f.result(t)
}

fn exception(t: &mut Thread, a: Args<'_>) -> Res {
    let f = a.this::<Future>();
    if f.event_loop.is_empty() {
        return Err(super::current::invalid_state(t, "Future object is not initialized."));
    }
    f.exception(t)
}

fn set_result(t: &mut Thread, a: Args<'_>) -> Res {
    let f = a.this::<Future>();
    f.need_loop(t)?;
    f.set_result(t, a.get(1).to_value())?;
    Ok(Value::NONE)
}

fn set_exception(t: &mut Thread, a: Args<'_>) -> Res {
    let f = a.this::<Future>();
    f.need_loop(t)?;
    f.set_exception(t, a.get(1))?;
    Ok(Value::NONE)
}

fn cancel(t: &mut Thread, a: Args<'_>) -> Res {
    let f = a.this::<Future>();
    f.need_loop(t)?;
    f.cancel(t, a.opt_none(1).map(|m| m.to_value())).map(Value::bool)
}

macro_rules! field {
    ($name:literal, $get:expr) => {
        GetSet { name: $name, get: $get, set: None, doc: "" }
    };
    ($name:literal, $get:expr, $set:expr) => {
        GetSet { name: $name, get: $get, set: Some($set), doc: "" }
    };
}
pub(super) use field;

static GETSET: &[GetSet] = &[
    field!("_state", |t, v| {
        this(v).need_loop(t)?;
        let name = match this(v).state() {
            state::PENDING => "PENDING",
            state::CANCELLED => "CANCELLED",
            _ => "FINISHED",
        };
        Ok(weft_vm::intern::intern(t, name).to_value())
    }),
    field!(
        "_asyncio_future_blocking",
        |_, v| {
            let f = this(v);
            Ok(Value::bool(!f.event_loop.is_empty() && f.blocking.load(Acquire)))
        },
        |t, v, x| {
            let x = settable(t, v, x, "_asyncio_future_blocking")?;
            this(v).need_loop(t)?;
            let on = t.truth(x)?;
            this(v).blocking.store(on, Release);
            Ok(())
        }
    ),
    field!("_loop", |_, v| Ok(or_none(&this(v).event_loop))),
    field!("_callbacks", |t, v| {
        this(v).need_loop(t)?;
        let all = callbacks::list(t, this(v));
        Ok(if all.is_empty() { Value::NONE } else { List::new(t, all) })
    }),
    field!("_result", |t, v| {
        let f = this(v);
        f.need_loop(t)?;
        Ok(if f.state() == state::FINISHED { or_none(&f.result) } else { Value::NONE })
    }),
    field!("_exception", |t, v| {
        let f = this(v);
        f.need_loop(t)?;
        Ok(if f.state() == state::FAILED { or_none(&f.result) } else { Value::NONE })
    }),
    field!(
        "_log_traceback",
        |t, v| {
            this(v).need_loop(t)?;
            Ok(Value::bool(this(v).log_traceback.load(Acquire)))
        },
        |t, v, x| {
            let x = settable(t, v, x, "_log_traceback")?;
            if t.truth(x)? {
                return Err(t.value_error("_log_traceback can only be set to False"));
            }
            this(v).log_traceback.store(false, Release);
            Ok(())
        }
    ),
    field!("_source_traceback", |_, v| Ok(or_none(&this(v).source))),
    field!("_cancel_message", |_, v| Ok(or_none(&this(v).message)), |t, v, x| {
        let x = settable(t, v, x, "_cancel_message")?;
        this(v).message.set(&this(v).h, x.to_value());
        Ok(())
    }),
    field!("_asyncio_awaited_by", |t, v| awaited::get(t, this(v))),
];

/// The value to be set; AttributeError if the attribute is to be deleted.
pub fn settable<'f>(t: &mut Thread, v: VRef<'_>, x: Option<VRef<'f>>, name: &str) -> Res<VRef<'f>> {
    if let Some(x) = x {
        return Ok(x);
    }
    let n = if v.cast::<task::Task>().is_some() { "_asyncio.Task" } else { "_asyncio.Future" };
    Err(t.attribute_error_text(v, name, format!("attribute '{name}' of '{n}' objects cannot be deleted")))
}
