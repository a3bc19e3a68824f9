//! `weakref.proxy`: a weak reference that behaves like its referent, and raises ReferenceError once that is gone.

use super::weakref::{self, WeakRef};
use super::weakref_attrs::{referenced, repr};
use crate::errors::REFERENCE_ERROR;
use crate::object::{Args, BinOp, Binary, Cmp, MethodDef, NativeType, Slots, TypeSpec, ValueExt, type_flag};
use crate::thread::Thread;
use crate::{Res, names};
use weft_strategy::VRef;

/// `weakref.ProxyType`
pub static PROXY: NativeType = NativeType::new(&PROXY_SPEC);
static PROXY_SPEC: TypeSpec = TypeSpec {
    name: "weakref.ProxyType",
    flags: type_flag::IMMUTABLE | type_flag::NO_NEW,
    slots: SLOTS,
    methods: METHODS,
    ..TypeSpec::new::<WeakRef>()
};

/// `weakref.CallableProxyType`
pub static CALLABLE_PROXY: NativeType = NativeType::new(&CALLABLE_SPEC);
static CALLABLE_SPEC: TypeSpec = TypeSpec {
    name: "weakref.CallableProxyType",
    flags: type_flag::IMMUTABLE | type_flag::NO_NEW,
    slots: Slots {
        call: Some(|t, v, args| {
            let o = open(t, v)?;
            t.call_with(o.r(), None, args)
        }),
        ..SLOTS
    },
    methods: METHODS,
    ..TypeSpec::new::<WeakRef>()
};

/// `weakref.proxy(object, callback=None)`
pub fn new(t: &mut Thread, of: VRef<'_>, callback: Option<VRef<'_>>) -> Res {
    let h = referenced(t, of)?;
    let shape = if t.callable(of) { CALLABLE_PROXY.shape(t) } else { PROXY.shape(t) };
    if callback.is_none() {
        // The proxy there is serves again.
        for r in weakref::all(h) {
            if r.r().has_shape(shape) && r.cast::<WeakRef>().is_some_and(|w| w.callback.is_empty()) {
                return Ok(r);
            }
        }
    }
    Ok(weakref::make(t, shape, h, callback.map(|c| c.to_value())))
}

fn is_proxy(t: &Thread, v: VRef<'_>) -> bool {
    v.cast::<WeakRef>().is_some() && (v.has_shape(PROXY.shape(t)) || v.has_shape(CALLABLE_PROXY.shape(t)))
}

/// The referent of a proxy; anything else as it is.
fn open(t: &mut Thread, v: VRef<'_>) -> Res {
    if !is_proxy(t, v) {
        return Ok(v.to_value());
    }
    match v.cast::<WeakRef>().and_then(|w| w.get(t)) {
        Some(x) => Ok(x),
        None => Err(t.raise_text(&REFERENCE_ERROR, "weakly-referenced object no longer exists")),
    }
}

fn binary<const OP: usize>(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    let (a, b) = (open(t, a)?, open(t, b)?);
    t.binary(BinOp::ALL[OP], a.r(), b.r())
}

fn inplace<const OP: usize>(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    let (a, b) = (open(t, a)?, open(t, b)?);
    t.inplace(BinOp::ALL[OP], a.r(), b.r())
}

const OPERATORS: [Option<Binary>; BinOp::COUNT] = [
    Some(binary::<0>),
    Some(binary::<1>),
    Some(binary::<2>),
    Some(binary::<3>),
    Some(binary::<4>),
    Some(binary::<5>),
    Some(binary::<6>),
    Some(binary::<7>),
    Some(binary::<8>),
    Some(binary::<9>),
    Some(binary::<10>),
    Some(binary::<11>),
    Some(binary::<12>),
    Some(binary::<13>),
];

const INPLACE: [Option<Binary>; BinOp::COUNT] = [
    Some(inplace::<0>),
    Some(inplace::<1>),
    Some(inplace::<2>),
    Some(inplace::<3>),
    Some(inplace::<4>),
    Some(inplace::<5>),
    Some(inplace::<6>),
    Some(inplace::<7>),
    Some(inplace::<8>),
    Some(inplace::<9>),
    Some(inplace::<10>),
    Some(inplace::<11>),
    Some(inplace::<12>),
    None,
];

/// Calls a unary special method of the referent.
macro_rules! unary {
    ($name:ident, $symbol:literal) => {
        Some(|t, v| {
            let o = open(t, v)?;
            match t.call_special(o.r(), names::$name(), &[]) {
                Some(r) => r,
                None => {
                    let n = o.r().ty().name();
                    Err(t.type_error(format!(concat!("bad operand type for ", $symbol, ": '{}'"), n)))
                }
            }
        })
    };
}

const SLOTS: Slots = Slots {
    repr: Some(|t, v| repr(t, v, "weakproxy")),
    str: Some(|t, v| {
        let o = open(t, v)?;
        t.to_str(o.r())
    }),
    hash: Some(super::dunder::unhashable),
    getattr: Some(|t, v, name| {
        let o = open(t, v)?;
        t.getattr(o.r(), name)
    }),
    setattr: Some(|t, v, name, x| {
        let o = open(t, v)?;
        t.setattr(o.r(), name, x)
    }),
    compare: Some(compare),
    iter: Some(|t, v| {
        let o = open(t, v)?;
        t.iter(o.r())
    }),
    next: Some(|t, v| {
        let o = open(t, v)?;
        if o.r().ty().slots().next.is_none() {
            let n = o.r().ty().name();
            return Err(t.type_error(format!("Weakref proxy referenced a non-iterator '{n}' object")));
        }
        t.next(o.r())
    }),
    bool: Some(|t, v| {
        let o = open(t, v)?;
        t.truth(o.r())
    }),
    len: Some(|t, v| {
        let o = open(t, v)?;
        t.len(o.r())
    }),
    getitem: Some(|t, v, k| {
        let o = open(t, v)?;
        t.getitem(o.r(), k)
    }),
    setitem: Some(|t, v, k, x| {
        let o = open(t, v)?;
        t.setitem(o.r(), k, x)
    }),
    contains: Some(|t, v, x| {
        let o = open(t, v)?;
        t.contains(o.r(), x)
    }),
    binary: OPERATORS,
    inplace: INPLACE,
    neg: unary!(__neg__, "unary -"),
    pos: unary!(__pos__, "unary +"),
    abs: unary!(__abs__, "abs()"),
    invert: unary!(__invert__, "unary ~"),
    int: unary!(__int__, "int()"),
    float: unary!(__float__, "float()"),
    index: Some(|t, v| {
        let o = open(t, v)?;
        t.index(o.r())
    }),
    ..Slots::EMPTY
};

static METHODS: &[MethodDef] = crate::methods! {
    "__bytes__(self, /)" => |t, a| forward(t, a, "__bytes__");
    "__reversed__(self, /)" => |t, a| forward(t, a, "__reversed__");
};

fn forward(t: &mut Thread, a: Args<'_>, name: &str) -> Res {
    let o = open(t, a.get(0))?;
    t.call_method(o.r(), name, &[])
}

fn compare(t: &mut Thread, a: VRef<'_>, b: VRef<'_>, op: Cmp) -> Res {
    let (a, b) = (open(t, a)?, open(t, b)?);
    t.compare(a.r(), b.r(), op)
}
