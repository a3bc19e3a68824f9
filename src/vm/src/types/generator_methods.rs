//! What Python sees of generators and coroutines.

use crate::Res;
use crate::errors::{self, exc};
use crate::interp::generator::{Resume, close, delegate_of, resume};
use crate::object::{Args, GetSet, MethodDef, Slots, ValueExt, as_vref};
use crate::thread::Thread;
use crate::types::generator::{Generator, state};
use crate::types::str::text;
use std::sync::atomic::Ordering::*;
use weft_bytecode::Op;
use weft_bytecode::ops::Intrinsic;
use weft_strategy::{VRef, Value};

/// Behaviour of generators.
pub const SLOTS: Slots = Slots {
    repr: Some(repr),
    iter: Some(|_, v| Ok(v.to_value())),
    next: Some(next),
    finalize: Some(finalize),
    ..Slots::EMPTY
};

/// Behaviour of coroutines.
pub const COROUTINE_SLOTS: Slots = Slots {
    repr: Some(repr),
    await_: Some(|t, v| {
        let shape = super::coroutine_wrapper::TYPE.shape(t);
        Ok(super::coroutine_wrapper::new(t, shape, v.to_value()))
    }),
    finalize: Some(finalize),
    ..Slots::EMPTY
};

/// Methods of both.
pub static METHODS: &[MethodDef] = crate::methods! {
    "send(self, arg, /)" => |t, a| send(t, a.get(0), a.get(1)), "Resume with a value for the pending yield; gives the next value yielded.";
    "throw(self, typ, val=<unrepresentable>, tb=<unrepresentable>, /)" => throw, "Raise an exception at the pending yield; gives the next value yielded.";
    "close(self, /)" => |t, a| close(t, a.get(0)), "Raise GeneratorExit at the pending yield.";
    class "__class_getitem__(cls, object, /)" => super::sequence::class_getitem, "See PEP 585";
};

/// `send` from native code: StopIteration when it returns.
pub fn send(t: &mut Thread, g: VRef<'_>, v: VRef<'_>) -> Res {
    match resume(t, g, Resume::Send(v.to_value()))? {
        Ok(v) => Ok(v),
        Err(v) => Err(t.stop_iteration(if v.is_none() { None } else { Some(v) })),
    }
}

fn next(t: &mut Thread, g: VRef<'_>) -> Res<Option<Value>> {
    match resume(t, g, Resume::Send(Value::NONE))? {
        Ok(v) => Ok(Some(v)),
        Err(v) if v.is_none() => Ok(None),
        Err(v) => Err(t.stop_iteration(Some(v))),
    }
}

/// DeprecationWarning for the old form of `throw`.
pub fn warn_three_arguments(t: &mut Thread, name: &str) -> Res<()> {
    let text = format!(
        "the (type, exc, tb) signature of {name}() is deprecated, use the single-arg signature instead."
    );
    crate::start::warn::warn(t, &errors::DEPRECATION_WARNING, &text)
}

/// An instance of the class thrown; what goes wrong in making it is thrown instead.
fn instance(t: &mut Thread, typ: VRef<'_>, args: &[VRef<'_>]) -> Value {
    let made = match t.call(typ, args) {
        Ok(e) if exc(e.r()).is_some() => return e,
        Ok(other) => {
            let class = other.r().ty().to_value();
            t.repr_text(typ).and_then(|c| Ok((c, t.repr_text(class.r())?)))
        }
        Err(_) => return t.take_raised(),
    };
    if let Ok((class, got)) = made {
        t.type_error(format!("calling {class} should have returned an instance of BaseException, not {got}"));
    }
    t.take_raised()
}

/// The exception that `throw(typ, val, tb)` means.
pub fn thrown(t: &mut Thread, a: Args<'_>) -> Res {
    let typ = a.get(1);
    let val = a.opt_none(2);
    let e = if exc(typ).is_some() {
        if val.is_some() {
            return Err(t.type_error("instance exception may not have a separate value"));
        }
        typ.to_value()
    } else if crate::types::typeobj::as_type(typ).is_some_and(|c| c.is_subtype(errors::BASE_EXCEPTION.get(t)))
    {
        match val {
            Some(v) if exc(v).is_some() && t.isinstance(v, typ)? => v.to_value(),
            Some(v) => match v.cast::<crate::types::tuple::Tuple>() {
                Some(args) => {
                    let args: Vec<Value> = args.iter().map(|v| v.to_value()).collect();
                    let refs: Vec<VRef<'_>> = args.iter().map(|v| v.r()).collect();
                    instance(t, typ, &refs)
                }
                None => instance(t, typ, &[v]),
            },
            None => instance(t, typ, &[]),
        }
    } else {
        let n = typ.ty().name();
        return Err(t.type_error(format!(
            "exceptions must be classes or instances deriving from BaseException, not {n}"
        )));
    };
    if let Some(tb) = a.opt_none(3) {
        if !tb.has_shape(super::fixed::TRACEBACK) {
            return Err(t.type_error("throw() third argument must be a traceback object"));
        }
        if let Some(x) = exc(e.r()) {
            x.traceback.set(&x.h, tb.to_value())
        }
    }
    Ok(e)
}

fn throw(t: &mut Thread, a: Args<'_>) -> Res {
    if a.opt(2).is_some() {
        warn_three_arguments(t, "throw")?
    }
    let e = thrown(t, a)?;
    match resume(t, a.get(0), Resume::Throw(e))? {
        Ok(v) => Ok(v),
        Err(v) => Err(t.stop_iteration(if v.is_none() { None } else { Some(v) })),
    }
}

/// Is it suspended inside a `try` or `with`? (Every generator has a handler around it all, PEP 479; that does not
/// count.)
fn in_try(g: &Generator) -> bool {
    let at = g.pc.load(Acquire).saturating_sub(1);
    let code = g.code.word().ptr() as *const super::code::CodeObject;
    // SAFETY: a generator's code is alive.
    let code = unsafe { (*code).code() };
    let Some(row) = code.handlers.iter().find(|h| (h.start..h.end).contains(&at)) else { return false };
    !code
        .instrs
        .get(row.target as usize)
        .is_some_and(|i| i.op() == Some(Op::INTRINSIC) && i.f() == Intrinsic::StopIterationError as u8)
}

/// A generator that dies suspended inside a `try` or `with` is closed first.
fn finalize(t: &mut Thread, v: VRef<'_>) {
    let Some(g) = v.cast::<Generator>() else { return };
    let s = g.state.load(Acquire);
    if s == state::CREATED && v.has_shape(super::fixed::COROUTINE) {
        crate::start::warn::unawaited(t, v);
        return;
    }
    if s != state::SUSPENDED && s != state::DELEGATING {
        return;
    }
    if s != state::DELEGATING && !in_try(g) {
        return;
    }
    if close(t, v).is_err() {
        errors::write_unraisable(t, "Exception ignored while closing generator", v)
    }
}

fn name_of(g: &Generator) -> String {
    g.qualname.get(g).and_then(|n| text(n).map(|s| s.to_string())).unwrap_or_default()
}

/// `<generator object name at 0x…>`
pub fn repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let Some(g) = v.cast::<Generator>() else { return Ok(t.str("?")) };
    let kind = v.ty().name();
    let n = name_of(g);
    Ok(t.str(&format!("<{kind} object {n} at {:#x}>", v.word().identity())))
}

/// A str attribute that may be set to another str.
pub fn set_name(t: &mut Thread, v: VRef<'_>, x: Option<VRef<'_>>, qual: bool) -> Res<()> {
    let Some(g) = v.cast::<Generator>() else { return Ok(()) };
    match x.filter(|x| text(*x).is_some()) {
        Some(x) => {
            let slot = if qual { &g.qualname } else { &g.name };
            slot.set(&g.h, x.to_value());
            Ok(())
        }
        None => {
            let n = if qual { "__qualname__" } else { "__name__" };
            Err(t.type_error(format!("{n} must be set to a string object")))
        }
    }
}

/// `__name__` or `__qualname__`.
pub fn get_name(v: VRef<'_>, qual: bool) -> Res {
    let g = v.cast::<Generator>();
    Ok(g.and_then(|g| if qual { g.qualname.load() } else { g.name.load() }).unwrap_or(Value::NONE))
}

/// `gi_frame` and the like: `None` once finished.
pub fn get_frame(t: &mut Thread, v: VRef<'_>) -> Res {
    let Some(g) = v.cast::<Generator>() else { return Ok(Value::NONE) };
    if g.state.load(Acquire) == state::FINISHED {
        return Ok(Value::NONE);
    }
    Ok(super::frame::of_generator(t, v))
}

/// Is it running?
pub fn is_running(v: VRef<'_>) -> Res {
    Ok(Value::bool(v.cast::<Generator>().is_some_and(|g| state::executing(g.state.load(Acquire)))))
}

/// Is it suspended at a yield?
pub fn is_suspended(v: VRef<'_>) -> Res {
    let s = v.cast::<Generator>().map(|g| g.state.load(Acquire));
    Ok(Value::bool(matches!(s, Some(state::SUSPENDED | state::DELEGATING))))
}

/// What it delegates to, or None.
pub fn get_delegate(v: VRef<'_>) -> Res {
    let Some(g) = v.cast::<Generator>() else { return Ok(Value::NONE) };
    if g.state.load(Acquire) != state::DELEGATING {
        return Ok(Value::NONE);
    }
    Ok(delegate_of(g).unwrap_or(Value::NONE))
}

/// Its code.
pub fn get_code(v: VRef<'_>) -> Res {
    Ok(v.cast::<Generator>().and_then(|g| g.code.load()).unwrap_or(Value::NONE))
}

macro_rules! getset {
    ($name:literal, $get:expr) => {
        GetSet { name: $name, get: $get, set: None, doc: "" }
    };
}

/// Computed attributes of generators.
pub static GETSET: &[GetSet] = &[
    GetSet {
        name: "__name__",
        get: |_, v| get_name(v, false),
        set: Some(|t, v, x| set_name(t, v, x, false)),
        doc: "",
    },
    GetSet {
        name: "__qualname__",
        get: |_, v| get_name(v, true),
        set: Some(|t, v, x| set_name(t, v, x, true)),
        doc: "",
    },
    getset!("gi_frame", get_frame),
    getset!("gi_running", |_, v| is_running(v)),
    getset!("gi_suspended", |_, v| is_suspended(v)),
    getset!("gi_yieldfrom", |_, v| get_delegate(v)),
    getset!("gi_code", |_, v| get_code(v)),
];

/// Computed attributes of coroutines.
pub static COROUTINE_GETSET: &[GetSet] = &[
    GetSet {
        name: "__name__",
        get: |_, v| get_name(v, false),
        set: Some(|t, v, x| set_name(t, v, x, false)),
        doc: "",
    },
    GetSet {
        name: "__qualname__",
        get: |_, v| get_name(v, true),
        set: Some(|t, v, x| set_name(t, v, x, true)),
        doc: "",
    },
    getset!("cr_frame", get_frame),
    getset!("cr_running", |_, v| is_running(v)),
    getset!("cr_suspended", |_, v| is_suspended(v)),
    getset!("cr_await", |_, v| get_delegate(v)),
    getset!("cr_code", |_, v| get_code(v)),
    getset!("cr_origin", |_, v| Ok(v
        .cast::<Generator>()
        .and_then(|g| g.extra.load())
        .unwrap_or(Value::NONE))),
];

/// Kept so that natives can name a generator.
pub fn describe(g: &Generator) -> VRef<'_> {
    as_vref(g)
}
