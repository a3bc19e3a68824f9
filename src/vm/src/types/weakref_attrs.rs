//! Behaviour of `weakref.ref`.

use super::attrs::{getter, or_none, text_of};
use super::{fixed, weakref, weakref::WeakRef};
use crate::object::{CallArgs, Cmp, GetSet, MethodDef, Slots, Type, ValueExt, type_flag};
use crate::thread::Thread;
use crate::{Res, names};
use std::sync::atomic::Ordering::*;
use weft_strategy::{Header, VRef, Value};

/// Behaviour.
pub const SLOTS: Slots = Slots {
    repr: Some(|t, v| repr(t, v, "weakref")),
    hash: Some(hash),
    compare: Some(compare),
    call: Some(call),
    new: Some(new),
    init: Some(|t, v, args| {
        if args.keyword_len() > 0 && v.has_shape(fixed::WEAKREF) {
            return Err(t.type_error("ref() takes no keyword arguments"));
        }
        arguments(t, args, "__init__").map(|_| ())
    }),
    ..Slots::EMPTY
};

/// Methods.
pub static METHODS: &[MethodDef] = crate::methods! {
    class "__class_getitem__(cls, object, /)" => |t, a| super::genericalias::new(t, a.get(0), a.get(1)), "See PEP 585";
};

/// Computed attributes.
pub static GETSET: &[GetSet] = &[getter!("__callback__", |_, v| Ok(or_none(&this(v).callback)))];

fn this<'t>(v: VRef<'t>) -> &'t WeakRef {
    v.cast().expect("the descriptor checked the receiver")
}

/// Referent and callback.
pub fn arguments<'f>(
    t: &mut Thread,
    args: CallArgs<'f>,
    function: &str,
) -> Res<(VRef<'f>, Option<VRef<'f>>)> {
    let p = args.positional();
    match p {
        [] => Err(t.type_error(format!("{function} expected at least 1 argument, got 0"))),
        [of] => Ok((*of, None)),
        [of, callback] => Ok((*of, Some(*callback).filter(|c| !c.is_none()))),
        many => {
            let n = many.len();
            Err(t.type_error(format!("{function} expected at most 2 arguments, got {n}")))
        }
    }
}

/// The object, if weak references to it are possible.
pub fn referenced<'f>(t: &mut Thread, of: VRef<'f>) -> Res<&'f Header> {
    match of.header() {
        Some(h) if of.ty().has(type_flag::WEAKREFS) => Ok(h),
        _ => {
            let n = of.ty().name();
            Err(t.type_error(format!("cannot create weak reference to '{n}' object")))
        }
    }
}

fn new(t: &mut Thread, cls: &Type, args: CallArgs<'_>) -> Res {
    let (of, callback) = arguments(t, args, "__new__")?;
    let h = referenced(t, of)?;
    if callback.is_none()
        && cls.shape() == fixed::WEAKREF
        && let Some(r) = weakref::existing(h)
    {
        return Ok(r);
    }
    Ok(weakref::make(t, cls.shape(), h, callback.map(|c| c.to_value())))
}

fn call(t: &mut Thread, v: VRef<'_>, args: CallArgs<'_>) -> Res {
    if args.keyword_len() > 0 {
        return Err(t.type_error("weakref() takes no keyword arguments"));
    }
    let n = args.positional_len();
    if n > 0 {
        return Err(t.type_error(format!("weakref expected 0 arguments, got {n}")));
    }
    Ok(this(v).get(t).unwrap_or(Value::NONE))
}

/// The hash is the referent's, remembered for when it is gone.
fn hash(t: &mut Thread, v: VRef<'_>) -> Res<i64> {
    let r = this(v);
    let known = r.hash.load(Acquire);
    if known != -1 {
        return Ok(known);
    }
    let Some(x) = r.get(t) else { return Err(t.type_error("weak object has gone away")) };
    let h = t.hash(x.r())?;
    r.hash.store(h, Release);
    Ok(h)
}

fn compare(t: &mut Thread, a: VRef<'_>, b: VRef<'_>, op: Cmp) -> Res {
    let (Some(x), Some(y)) = (a.cast::<WeakRef>(), b.cast::<WeakRef>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if !matches!(op, Cmp::Eq | Cmp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    match (x.get(t), y.get(t)) {
        (Some(x), Some(y)) => t.compare(x.r(), y.r(), op),
        _ => Ok(Value::bool(a.is(b) == (op == Cmp::Eq))),
    }
}

/// `<weakref at 0x…; to 'A' at 0x…>`
pub fn repr(t: &mut Thread, v: VRef<'_>, what: &str) -> Res {
    let at = v.word().identity();
    let Some(x) = this(v).get(t) else { return Ok(t.str(&format!("<{what} at {at:#x}; dead>"))) };
    let name = if what == "weakref" { t.getattr_opt(x.r(), names::__name__())? } else { None };
    let name = match name.filter(|n| super::str::text(n.r()).is_some()) {
        Some(n) => format!(" ({})", text_of(n.r())),
        None => String::new(),
    };
    let (ty, to) = (x.r().ty().name(), x.word().identity());
    Ok(t.str(&format!("<{what} at {at:#x}; to '{ty}' at {to:#x}{name}>")))
}
