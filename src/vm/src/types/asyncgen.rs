//! Asynchronous generators (PEP 525): what Python sees of them, and the awaitables they give.
//!
//! The generator itself is an ordinary [`Generator`]. What it yields of its own is wrapped, to tell it from what its
//! awaits yield. `__anext__`, `asend`, `athrow` and `aclose` only make an awaitable; stepping that resumes the
//! generator: a wrapped value ends the step (StopIteration with the value), anything else is handed on to the event
//! loop. An awaitable is `INIT`, `ITER` once it was stepped, `CLOSED` when it is used up; the generator knows by
//! `RUNNING_ASYNC` that one of them is in `ITER`.

use super::generator::{Generator, async_flag, state};
use super::generator_methods::{
    get_code, get_delegate, get_frame, get_name, is_suspended, repr, set_name, thrown,
};
use crate::errors;
use crate::interp::generator::{Resume, close, resume};
use crate::object::{Args, GetSet, MethodDef, NativeType, Slots, TypeSpec, ValueExt, type_flag};
use crate::thread::Thread;
use crate::{Raised, Res};
use std::sync::atomic::{AtomicU8, Ordering::*};
use weft_strategy::{Header, Slot, VRef, Value, Word};

/// A value on its way out of an asynchronous generator, told apart from what its awaits yield.
#[repr(C)]
pub struct Wrapped {
    pub(crate) h: Header,
    /// The value.
    pub value: Slot,
}
crate::object!(Wrapped, "async_generator_wrapped_value", true, [value]);

static WRAPPED: NativeType = NativeType::new(&WRAPPED_SPEC);
static WRAPPED_SPEC: TypeSpec = TypeSpec {
    name: "async_generator_wrapped_value",
    flags: type_flag::IMMUTABLE | type_flag::NO_NEW,
    ..TypeSpec::new::<Wrapped>()
};

/// Marks a value as yielded by the generator itself.
pub fn wrap(t: &Thread, v: Value) -> Value {
    let shape = WRAPPED.shape(t);
    t.make(shape, Wrapped { h: Header::new(0, 0), value: Slot::new(v) })
}

// ---- the generator

/// Behaviour.
pub const SLOTS: Slots = Slots {
    repr: Some(repr),
    aiter: Some(|_, v| Ok(v.to_value())),
    anext: Some(|t, v| {
        first_iteration(t, v)?;
        Ok(make_send(t, v, Value::NONE))
    }),
    finalize: Some(finalize),
    ..Slots::EMPTY
};

/// Methods.
pub static METHODS: &[MethodDef] = crate::methods! {
    "asend(self, value, /)" => |t, a| {
        first_iteration(t, a.get(0))?;
        Ok(make_send(t, a.get(0), a.get(1).to_value()))
    }, "asend(v) -> send 'v' in generator.";
    "athrow(self, typ, val=<unrepresentable>, tb=<unrepresentable>, /)" => |t, a| {
        if a.len() > 2 && a.opt(2).is_some() {
            super::generator_methods::warn_three_arguments(t, "athrow")?
        }
        first_iteration(t, a.get(0))?;
        Ok(make_throw(t, a.get(0), [a.opt(1), a.opt(2), a.opt(3)]))
    }, "athrow(value)\nathrow(type[,value[,tb]])\n\nRaise an exception in the generator.";
    "aclose(self, /)" => |t, a| {
        first_iteration(t, a.get(0))?;
        Ok(make_throw(t, a.get(0), [None; 3]))
    }, "aclose() -> raise GeneratorExit inside generator.";
    class "__class_getitem__(cls, object, /)" => super::sequence::class_getitem, "See PEP 585";
};

/// Computed attributes.
pub static GETSET: &[GetSet] = &[
    GetSet {
        name: "__name__",
        get: |_, v| get_name(v, false),
        set: Some(|t, v, x| set_name(t, v, x, false)),
        doc: "name of the async generator",
    },
    GetSet {
        name: "__qualname__",
        get: |_, v| get_name(v, true),
        set: Some(|t, v, x| set_name(t, v, x, true)),
        doc: "qualified name of the async generator",
    },
    GetSet {
        name: "ag_await",
        get: |_, v| get_delegate(v),
        set: None,
        doc: "object being awaited on, or None",
    },
    GetSet { name: "ag_frame", get: get_frame, set: None, doc: "" },
    GetSet {
        name: "ag_running",
        get: |_, v| Ok(Value::bool(has(v, async_flag::RUNNING_ASYNC))),
        set: None,
        doc: "",
    },
    GetSet { name: "ag_code", get: |_, v| get_code(v), set: None, doc: "" },
    GetSet { name: "ag_suspended", get: |_, v| is_suspended(v), set: None, doc: "" },
];

fn has(g: VRef<'_>, flag: u8) -> bool {
    g.cast::<Generator>().is_some_and(|g| g.flags.load(Acquire) & flag != 0)
}

fn set(g: VRef<'_>, flag: u8) {
    if let Some(g) = g.cast::<Generator>() {
        g.flags.fetch_or(flag, AcqRel);
    }
}

fn unset(g: VRef<'_>, flag: u8) {
    if let Some(g) = g.cast::<Generator>() {
        g.flags.fetch_and(!flag, AcqRel);
    }
}

/// Sets `RUNNING_ASYNC`; false if it was set.
fn begin(g: VRef<'_>) -> bool {
    g.cast::<Generator>()
        .is_none_or(|g| g.flags.fetch_or(async_flag::RUNNING_ASYNC, AcqRel) & async_flag::RUNNING_ASYNC == 0)
}

/// The first use of an asynchronous generator: its finalizer is noted, `firstiter` is told (PEP 525).
pub(crate) fn first_iteration(t: &mut Thread, gv: VRef<'_>) -> Res<()> {
    let Some(g) = gv.cast::<Generator>() else { return Ok(()) };
    if g.flags.fetch_or(async_flag::HOOKS_INITED, AcqRel) & async_flag::HOOKS_INITED != 0 {
        return Ok(());
    }
    if let Some(f) = t.locals.asyncgen_final.clone() {
        g.extra.set(&g.h, f)
    }
    if let Some(f) = t.locals.asyncgen_first.clone() {
        t.call(f.r(), &[gv])?;
    }
    Ok(())
}

/// A generator that dies suspended is handed to the event loop's finalizer; without one it is closed here.
fn finalize(t: &mut Thread, v: VRef<'_>) {
    let Some(g) = v.cast::<Generator>() else { return };
    let s = g.state.load(Acquire);
    if s == state::FINISHED || s == state::RUNNING {
        return;
    }
    if let Some(f) = g.extra.load()
        && g.flags.load(Acquire) & async_flag::CLOSED == 0
    {
        if t.call(f.r(), &[v]).is_err() {
            errors::write_unraisable(t, "Exception ignored in", f.r())
        }
        return;
    }
    if s != state::CREATED && close(t, v).is_err() {
        errors::write_unraisable(t, "Exception ignored while closing generator", v)
    }
}

// ---- stepping it

/// What `resume` gave, seen from the outside: what an await yielded; else an exception: StopIteration with a value of
/// the generator's own, StopAsyncIteration at its end.
fn unwrap(t: &mut Thread, g: VRef<'_>, r: Res<Result<Value, Value>>) -> Res {
    match flatten(t, r) {
        Ok(v) => match v.cast::<Wrapped>() {
            Some(w) => {
                unset(g, async_flag::RUNNING_ASYNC);
                let inner = w.value.load();
                Err(t.stop_iteration(inner))
            }
            None => Ok(v),
        },
        Err(e) => {
            if t.raised_is(&errors::STOP_ASYNC_ITERATION) || t.raised_is(&errors::GENERATOR_EXIT) {
                set(g, async_flag::CLOSED)
            }
            unset(g, async_flag::RUNNING_ASYNC);
            Err(e)
        }
    }
}

/// The end of the generator as StopAsyncIteration.
fn flatten(t: &mut Thread, r: Res<Result<Value, Value>>) -> Res {
    match r {
        Ok(Ok(v)) => Ok(v),
        Ok(Err(_)) => Err(t.raise_with(&errors::STOP_ASYNC_ITERATION, Vec::new())),
        Err(e) => Err(e),
    }
}

const INIT: u8 = 0;
const ITER: u8 = 1;
const CLOSED: u8 = 2;

/// What `asend()` and `__anext__()` give.
#[repr(C)]
pub struct Send {
    pub(crate) h: Header,
    /// The generator.
    pub generator: Slot,
    /// What to send first.
    pub value: Slot,
    state: AtomicU8,
}
crate::object!(Send, "async_generator_asend", true, [generator, value]);

/// What `athrow()` and `aclose()` give.
#[repr(C)]
pub struct Throw {
    pub(crate) h: Header,
    /// The generator.
    pub generator: Slot,
    /// What to throw; empty for `aclose()`.
    pub typ: Slot,
    /// Second argument of `athrow`.
    pub val: Slot,
    /// Third argument of `athrow`.
    pub tb: Slot,
    state: AtomicU8,
}
crate::object!(Throw, "async_generator_athrow", true, [generator, typ, val, tb]);

static SEND: NativeType = NativeType::new(&SEND_SPEC);
static SEND_SPEC: TypeSpec = TypeSpec {
    name: "async_generator_asend",
    flags: type_flag::IMMUTABLE | type_flag::NO_NEW,
    slots: Slots {
        await_: Some(|_, v| Ok(v.to_value())),
        iter: Some(|_, v| Ok(v.to_value())),
        next: Some(|t, v| send_step(t, v, Value::NONE).map(Some)),
        finalize: Some(|t, v| {
            if let Some(s) = v.cast::<Send>()
                && s.state.load(Acquire) == INIT
            {
                let g = s.generator.load();
                crate::start::warn::unawaited_method(t, g, "asend")
            }
        }),
        ..Slots::EMPTY
    },
    methods: crate::methods! {
        "send(self, value, /)" => |t, a| send_step(t, a.get(0), a.get(1).to_value()), "send(arg) -> send 'arg' into generator,\nreturn next yielded value or raise StopIteration.";
        "throw(self, typ, val=<unrepresentable>, tb=<unrepresentable>, /)" => |t, a| {
            let e = thrown(t, a)?;
            send_throw(t, a.get(0), e)
        }, "throw(value)\nthrow(type[,value[,tb]])\n\nRaise exception in generator, return next yielded value or raise\nStopIteration.";
        "close(self, /)" => |t, a| close_awaitable(t, a.get(0), send_throw), "close() -> raise GeneratorExit inside generator.";
    },
    ..TypeSpec::new::<Send>()
};

static THROW: NativeType = NativeType::new(&THROW_SPEC);
static THROW_SPEC: TypeSpec = TypeSpec {
    name: "async_generator_athrow",
    flags: type_flag::IMMUTABLE | type_flag::NO_NEW,
    slots: Slots {
        await_: Some(|_, v| Ok(v.to_value())),
        iter: Some(|_, v| Ok(v.to_value())),
        next: Some(|t, v| throw_step(t, v, Value::NONE).map(Some)),
        finalize: Some(|t, v| {
            if let Some(s) = v.cast::<Throw>()
                && s.state.load(Acquire) == INIT
            {
                let g = s.generator.load();
                let name = if s.typ.is_empty() { "aclose" } else { "athrow" };
                crate::start::warn::unawaited_method(t, g, name)
            }
        }),
        ..Slots::EMPTY
    },
    methods: crate::methods! {
        "send(self, value, /)" => |t, a| throw_step(t, a.get(0), a.get(1).to_value()), "send(arg) -> send 'arg' into generator,\nreturn next yielded value or raise StopIteration.";
        "throw(self, typ, val=<unrepresentable>, tb=<unrepresentable>, /)" => |t, a| {
            let e = thrown(t, a)?;
            throw_throw(t, a.get(0), e)
        }, "throw(value)\nthrow(type[,value[,tb]])\n\nRaise exception in generator, return next yielded value or raise\nStopIteration.";
        "close(self, /)" => |t, a| close_awaitable(t, a.get(0), throw_throw), "close() -> raise GeneratorExit inside generator.";
    },
    ..TypeSpec::new::<Throw>()
};

fn make_send(t: &Thread, g: VRef<'_>, value: Value) -> Value {
    let shape = SEND.shape(t);
    t.make(
        shape,
        Send {
            h: Header::new(0, 0),
            generator: Slot::new(g.to_value()),
            value: Slot::new(value),
            state: AtomicU8::new(INIT),
        },
    )
}

/// The object that `__anext__` gives, of a generator that runs already on its behalf.
pub(crate) fn running_send(t: &Thread, g: VRef<'_>) -> Value {
    let v = make_send(t, g, Value::NONE);
    if let Some(s) = v.cast::<Send>() {
        s.state.store(ITER, Release)
    }
    v
}

/// How a step of the generator ended by an exception, or by returning (`over`), shows in its flags.
pub(crate) fn step_failed(t: &Thread, g: &Generator, over: bool) {
    if over || t.raised_is(&errors::STOP_ASYNC_ITERATION) || t.raised_is(&errors::GENERATOR_EXIT) {
        g.flags.fetch_or(async_flag::CLOSED, AcqRel);
    }
    g.flags.fetch_and(!async_flag::RUNNING_ASYNC, AcqRel);
}

fn make_throw(t: &Thread, g: VRef<'_>, [typ, val, tb]: [Option<VRef<'_>>; 3]) -> Value {
    let shape = THROW.shape(t);
    let slot = |v: Option<VRef<'_>>| Slot::from_option(v.map(|v| v.to_value()));
    t.make(
        shape,
        Throw {
            h: Header::new(0, 0),
            generator: Slot::new(g.to_value()),
            typ: slot(typ),
            val: slot(val),
            tb: slot(tb),
            state: AtomicU8::new(INIT),
        },
    )
}

fn send_step(t: &mut Thread, v: VRef<'_>, mut arg: Value) -> Res {
    let Some(s) = v.cast::<Send>() else { return Err(Raised) };
    let Some(g) = s.generator.load() else { return Ok(Value::NONE) };
    match s.state.load(Acquire) {
        CLOSED => return Err(t.runtime_error("cannot reuse already awaited __anext__()/asend()")),
        INIT => {
            if !begin(g.r()) {
                s.state.store(CLOSED, Release);
                return Err(t.runtime_error("anext(): asynchronous generator is already running"));
            }
            if arg.is_none() {
                arg = s.value.load().unwrap_or(Value::NONE)
            }
            s.state.store(ITER, Release);
        }
        _ => {}
    }
    let r = resume(t, g.r(), Resume::Send(arg));
    let r = unwrap(t, g.r(), r);
    if r.is_err() {
        s.state.store(CLOSED, Release)
    }
    r
}

fn send_throw(t: &mut Thread, v: VRef<'_>, e: Value) -> Res {
    let Some(s) = v.cast::<Send>() else { return Err(Raised) };
    let Some(g) = s.generator.load() else { return Ok(Value::NONE) };
    match s.state.load(Acquire) {
        CLOSED => return Err(t.runtime_error("cannot reuse already awaited __anext__()/asend()")),
        INIT => {
            if !begin(g.r()) {
                s.state.store(CLOSED, Release);
                return Err(t.runtime_error("anext(): asynchronous generator is already running"));
            }
            s.state.store(ITER, Release);
        }
        _ => {}
    }
    errors::chain_context(t, &e);
    let r = resume(t, g.r(), Resume::Throw(e));
    let r = unwrap(t, g.r(), r);
    if r.is_err() {
        s.state.store(CLOSED, Release)
    }
    r
}

fn is_running_error(t: &mut Thread, s: &Throw) -> Raised {
    s.state.store(CLOSED, Release);
    t.runtime_error(if s.typ.is_empty() {
        "aclose(): asynchronous generator is already running"
    } else {
        "athrow(): asynchronous generator is already running"
    })
}

fn throw_step(t: &mut Thread, v: VRef<'_>, arg: Value) -> Res {
    let Some(s) = v.cast::<Throw>() else { return Err(Raised) };
    let Some(gv) = s.generator.load() else { return Ok(Value::NONE) };
    let Some(g) = gv.cast::<Generator>() else { return Ok(Value::NONE) };
    let closing = s.typ.is_empty();
    if s.state.load(Acquire) == CLOSED {
        return Err(t.runtime_error("cannot reuse already awaited aclose()/athrow()"));
    }
    if g.state.load(Acquire) == state::FINISHED {
        s.state.store(CLOSED, Release);
        return Err(t.stop_iteration(None));
    }
    let r = if s.state.load(Acquire) == INIT {
        if has(gv.r(), async_flag::RUNNING_ASYNC) {
            return Err(is_running_error(t, s));
        }
        if has(gv.r(), async_flag::CLOSED) {
            s.state.store(CLOSED, Release);
            return Err(t.raise_with(&errors::STOP_ASYNC_ITERATION, Vec::new()));
        }
        if !arg.is_none() {
            return Err(t.runtime_error("can't send non-None value to a just-started coroutine"));
        }
        if !begin(gv.r()) {
            return Err(is_running_error(t, s));
        }
        s.state.store(ITER, Release);
        let e = if closing {
            set(gv.r(), async_flag::CLOSED);
            let class = errors::GENERATOR_EXIT.get(t).to_value();
            t.call(class.r(), &[])
        } else {
            exception_of(t, s)
        };
        match e {
            Ok(e) => {
                errors::chain_context(t, &e);
                let r = resume(t, gv.r(), Resume::ThrowInto(e));
                if closing { flatten(t, r) } else { unwrap(t, gv.r(), r) }
            }
            Err(e) => Err(e),
        }
    } else {
        let r = resume(t, gv.r(), Resume::Send(arg));
        if !closing {
            return unwrap(t, gv.r(), r);
        }
        flatten(t, r)
    };
    finish_throw(t, s, gv.r(), r)
}

/// How a step of `athrow()` or `aclose()` ends.
fn finish_throw(t: &mut Thread, s: &Throw, g: VRef<'_>, r: Res) -> Res {
    let closing = s.typ.is_empty();
    match r {
        Ok(v) if closing && v.cast::<Wrapped>().is_some() => {
            unset(g, async_flag::RUNNING_ASYNC);
            s.state.store(CLOSED, Release);
            Err(t.runtime_error("async generator ignored GeneratorExit"))
        }
        Ok(v) => Ok(v),
        Err(e) => {
            unset(g, async_flag::RUNNING_ASYNC);
            s.state.store(CLOSED, Release);
            if closing && (t.raised_is(&errors::STOP_ASYNC_ITERATION) || t.raised_is(&errors::GENERATOR_EXIT))
            {
                // `aclose()` is done.
                t.clear_raised();
                return Err(t.stop_iteration(None));
            }
            Err(e)
        }
    }
}

/// The exception that the arguments of `athrow` mean.
fn exception_of(t: &mut Thread, s: &Throw) -> Res {
    let held = [s.generator.load(), s.typ.load(), s.val.load(), s.tb.load()];
    let words: Vec<Word> =
        held.iter().map(|v| v.as_ref().map_or(Word::UNBOUND, |v| v.word().borrow())).collect();
    // SAFETY: `held` roots them.
    thrown(t, unsafe { Args::new(words.as_ptr(), words.len()) })
}

fn throw_throw(t: &mut Thread, v: VRef<'_>, e: Value) -> Res {
    let Some(s) = v.cast::<Throw>() else { return Err(Raised) };
    let Some(gv) = s.generator.load() else { return Ok(Value::NONE) };
    match s.state.load(Acquire) {
        CLOSED => return Err(t.runtime_error("cannot reuse already awaited aclose()/athrow()")),
        INIT => {
            if !begin(gv.r()) {
                return Err(is_running_error(t, s));
            }
            s.state.store(ITER, Release);
        }
        _ => {}
    }
    errors::chain_context(t, &e);
    let r = resume(t, gv.r(), Resume::Throw(e));
    if !s.typ.is_empty() {
        let r = unwrap(t, gv.r(), r);
        if r.is_err() {
            s.state.store(CLOSED, Release)
        }
        return r;
    }
    let r = flatten(t, r);
    finish_throw(t, s, gv.r(), r)
}

/// `close()` of either awaitable.
fn close_awaitable(t: &mut Thread, v: VRef<'_>, throw: fn(&mut Thread, VRef<'_>, Value) -> Res) -> Res {
    let closed = match (v.cast::<Send>(), v.cast::<Throw>()) {
        (Some(s), _) => s.state.load(Acquire) == CLOSED,
        (_, Some(s)) => s.state.load(Acquire) == CLOSED,
        _ => true,
    };
    if closed {
        return Ok(Value::NONE);
    }
    let class = errors::GENERATOR_EXIT.get(t).to_value();
    let e = t.call(class.r(), &[])?;
    match throw(t, v, e) {
        Ok(_) => Err(t.runtime_error("coroutine ignored GeneratorExit")),
        Err(e) => {
            let over = [&errors::STOP_ITERATION, &errors::STOP_ASYNC_ITERATION, &errors::GENERATOR_EXIT];
            if over.iter().any(|c| t.raised_is(c)) {
                t.clear_raised();
                return Ok(Value::NONE);
            }
            Err(e)
        }
    }
}
