//! What Python sees of functions and bound methods.

use super::attrs::{as_dict, bind, getsetter, getter, member, need_str, or_none, put, slot_get, slot_text};
use super::code::CodeObject;
use super::function::{Function, Method};
use super::tuple::Tuple;
use super::{object, type_attrs};
use crate::dict::Dict;
use crate::object::{Args, CallArgs, Cmp, GetSet, MethodDef, Slots, Type, ValueExt};
use crate::thread::Thread;
use crate::{Res, names};
use std::sync::atomic::Ordering::*;
use weft_strategy::{Slot, VRef, Value};

/// Behaviour.
pub const SLOTS: Slots = Slots {
    repr: Some(repr),
    call: Some(|t, f, args| crate::interp::call_function(t, this(f), None, args)),
    descr_get: Some(get),
    new: Some(new),
    ..Slots::EMPTY
};

/// Methods.
pub static METHODS: &[MethodDef] = &[];

/// Fields.
pub static MEMBERS: &[GetSet] = &[
    member!("__closure__", slot_get!(Function, closure)),
    member!("__globals__", slot_get!(Function, globals)),
    member!("__builtins__", slot_get!(Function, builtins)),
];

/// Computed attributes.
pub static GETSET: &[GetSet] = &[
    getsetter!("__code__", slot_get!(Function, code), set_code),
    getsetter!("__defaults__", slot_get!(Function, defaults), |t, f, v| {
        set_default(t, f, v, |f| &f.defaults, |v| v.cast::<Tuple>().is_some(), "__defaults__", "tuple")
    }),
    getsetter!("__kwdefaults__", slot_get!(Function, kwdefaults), |t, f, v| {
        set_default(t, f, v, |f| &f.kwdefaults, |v| as_dict(v).is_some(), "__kwdefaults__", "dict")
    }),
    getsetter!(
        "__annotations__",
        get_annotations,
        set_annotations,
        "Dict of annotations in a function object."
    ),
    getsetter!(
        "__annotate__",
        slot_get!(Function, annotate),
        set_annotate,
        "The function that computes the annotations."
    ),
    getsetter!("__dict__", get_dict, set_dict),
    getsetter!(
        "__doc__",
        |t, f| {
            let f = this(f);
            Ok(f.doc.load().or_else(|| f.code_object().doc(t)).unwrap_or(Value::NONE))
        },
        |_, f, v| {
            let f = this(f);
            f.doc.set(&f.h, v.map_or(Value::NONE, |v| v.to_value()));
            Ok(())
        }
    ),
    getsetter!("__module__", slot_get!(Function, module), |_, f, v| {
        let f = this(f);
        f.module.set(&f.h, v.map_or(Value::NONE, |v| v.to_value()));
        Ok(())
    }),
    getsetter!("__name__", slot_get!(Function, name), |t, f, v| {
        let v = need_str(t, v, "__name__")?;
        let f = this(f);
        f.name.set(&f.h, v.to_value());
        Ok(())
    }),
    getsetter!("__qualname__", slot_get!(Function, qualname), |t, f, v| {
        let v = need_str(t, v, "__qualname__")?;
        let f = this(f);
        f.qualname.set(&f.h, v.to_value());
        Ok(())
    }),
    getsetter!(
        "__type_params__",
        |t, f| {
            match this(f).type_params.load() {
                Some(p) => Ok(p),
                None => Ok(super::tuple::empty(t)),
            }
        },
        |t, f, v| {
            let Some(v) = v.filter(|v| v.cast::<Tuple>().is_some()) else {
                return Err(t.type_error("__type_params__ must be set to a tuple"));
            };
            let f = this(f);
            f.type_params.set(&f.h, v.to_value());
            Ok(())
        },
        "Get the declared type parameters for a function."
    ),
];

fn this<'t>(v: VRef<'t>) -> &'t Function {
    v.cast().expect("the descriptor checked the receiver")
}

fn repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let q = slot_text(&this(v).qualname);
    Ok(t.str(&format!("<function {q} at {:#x}>", v.word().identity())))
}

fn get(t: &mut Thread, f: VRef<'_>, obj: Option<VRef<'_>>, _owner: &Type) -> Res {
    Ok(match obj {
        Some(o) => Method::new(t, f.to_value(), o.to_value()),
        None => f.to_value(),
    })
}

/// `types.FunctionType(code, globals, name=None, argdefs=None, closure=None, kwdefaults=None)`
fn new(t: &mut Thread, _cls: &Type, args: CallArgs<'_>) -> Res {
    let params = ["code", "globals", "name", "argdefs", "closure", "kwdefaults"];
    let a = bind(t, "function", &params, 2, 0, args)?;
    let given = |i: usize| a[i].filter(|v: &VRef<'_>| !v.is_none());
    let (Some(code), Some(globals)) = (a[0], a[1]) else { return Ok(Value::NONE) };
    let Some(co) = code.cast::<CodeObject>() else {
        let n = code.ty().name();
        return Err(t.type_error(format!("function() argument 'code' must be code, not {n}")));
    };
    if as_dict(globals).is_none() {
        let n = globals.ty().name();
        return Err(t.type_error(format!("function() argument 'globals' must be dict, not {n}")));
    }
    if let Some(n) = given(2)
        && super::str::text(n).is_none()
    {
        return Err(t.type_error("arg 3 (name) must be None or string"));
    }
    if let Some(d) = given(3)
        && d.cast::<Tuple>().is_none()
    {
        return Err(t.type_error("arg 4 (defaults) must be None or tuple"));
    }
    let nfree = co.nfree as usize;
    let closure = match a[4] {
        Some(c) if c.cast::<Tuple>().is_some() => Some(c),
        Some(c) if c.is_none() && nfree == 0 => None,
        None if nfree == 0 => None,
        _ if nfree > 0 => return Err(t.type_error("arg 5 (closure) must be tuple")),
        _ => return Err(t.type_error("arg 5 (closure) must be None or tuple")),
    };
    let cells = closure.and_then(|c| c.cast::<Tuple>());
    let n = cells.map_or(0, |c| c.len());
    if n != nfree {
        let name = co.name_text();
        return Err(t.value_error(format!("{name} requires closure of length {nfree}, not {n}")));
    }
    if let Some(c) = cells.and_then(|c| c.iter().find(|c| c.cast::<super::cell::Cell>().is_none())) {
        let n = c.ty().name();
        return Err(t.type_error(format!("arg 5 (closure) expected cell, found {n}")));
    }
    if let Some(d) = given(5)
        && as_dict(d).is_none()
    {
        return Err(t.type_error("arg 6 (kwdefaults) must be None or dict"));
    }
    let builtins = crate::builtins::of_globals(t, globals)?;
    let f = Function::new(t, code, globals, builtins.r());
    let func = this(f.r());
    if let Some(n) = given(2) {
        func.name.set(&func.h, n.to_value());
    }
    for (slot, i) in [(&func.defaults, 3), (&func.kwdefaults, 5)] {
        put(slot, &func.h, given(i))
    }
    put(&func.closure, &func.h, closure.filter(|_| n > 0));
    Ok(f)
}

fn set_code(t: &mut Thread, f: VRef<'_>, v: Option<VRef<'_>>) -> Res<()> {
    let func = this(f);
    let Some(co) = v.and_then(|v| v.cast::<CodeObject>()) else {
        return Err(t.type_error("__code__ must be set to a code object"));
    };
    let (have, want) = (func.cells().map_or(0, |c| c.len()), co.nfree as usize);
    if have != want {
        let n = slot_text(&func.name);
        return Err(t.value_error(format!("{n}() requires a code object with {have} free vars, not {want}")));
    }
    // The docstring stays what it was.
    if func.doc.is_empty() {
        let doc = func.code_object().doc(t).unwrap_or(Value::NONE);
        func.doc.set(&func.h, doc)
    }
    func.version.fetch_add(1, AcqRel);
    put(&func.code, &func.h, v);
    Ok(())
}

fn set_default(
    t: &mut Thread,
    f: VRef<'_>,
    v: Option<VRef<'_>>,
    slot: fn(&Function) -> &Slot,
    right: fn(VRef<'_>) -> bool,
    name: &str,
    kind: &str,
) -> Res<()> {
    let func = this(f);
    let v = v.filter(|v| !v.is_none());
    if v.is_some_and(|v| !right(v)) {
        return Err(t.type_error(format!("{name} must be set to a {kind} object")));
    }
    func.version.fetch_add(1, AcqRel);
    put(slot(func), &func.h, v);
    Ok(())
}

fn get_annotations(t: &mut Thread, f: VRef<'_>) -> Res {
    let func = this(f);
    if let Some(a) = func.annotations.load() {
        return Ok(a);
    }
    let annotate = or_none(&func.annotate);
    let a = if t.callable(annotate.r()) { type_attrs::call_annotate(t, annotate.r())? } else { Dict::new(t) };
    let _ = func.annotations.fill(&func.h, a);
    Ok(or_none(&func.annotations))
}

fn set_annotations(t: &mut Thread, f: VRef<'_>, v: Option<VRef<'_>>) -> Res<()> {
    let func = this(f);
    let v = v.filter(|v| !v.is_none());
    if v.is_some_and(|v| as_dict(v).is_none()) {
        return Err(t.type_error("__annotations__ must be set to a dict object"));
    }
    put(&func.annotations, &func.h, v);
    put(&func.annotate, &func.h, None);
    Ok(())
}

fn set_annotate(t: &mut Thread, f: VRef<'_>, v: Option<VRef<'_>>) -> Res<()> {
    let func = this(f);
    let Some(v) = v else { return Err(t.type_error("__annotate__ cannot be deleted")) };
    if v.is_none() {
        put(&func.annotate, &func.h, None);
        return Ok(());
    }
    if !t.callable(v) {
        return Err(t.type_error("__annotate__ must be callable or None"));
    }
    put(&func.annotate, &func.h, Some(v));
    put(&func.annotations, &func.h, None);
    Ok(())
}

fn get_dict(t: &mut Thread, f: VRef<'_>) -> Res {
    let func = this(f);
    if func.dict.is_empty() {
        let _ = func.dict.fill(&func.h, Dict::new(t));
    }
    Ok(or_none(&func.dict))
}

fn set_dict(t: &mut Thread, f: VRef<'_>, v: Option<VRef<'_>>) -> Res<()> {
    let Some(v) = v else { return Err(t.type_error("cannot delete __dict__")) };
    if as_dict(v).is_none() {
        let n = v.ty().name();
        return Err(t.type_error(format!("__dict__ must be set to a dictionary, not a '{n}'")));
    }
    let func = this(f);
    put(&func.dict, &func.h, Some(v));
    Ok(())
}

// ---- bound methods -----------------------------------------------------------------------------------------

/// Behaviour of bound methods.
pub const METHOD_SLOTS: Slots = Slots {
    repr: Some(method_repr),
    hash: Some(method_hash),
    compare: Some(method_compare),
    call: Some(|t, m, args| t.call_with(m, None, args)),
    getattr: Some(method_getattr),
    descr_get: Some(|_, m, _, _| Ok(m.to_value())),
    new: Some(method_new),
    ..Slots::EMPTY
};

/// Methods of bound methods.
pub static METHOD_METHODS: &[MethodDef] = crate::methods! { "__reduce__(self, /)" => method_reduce; };

/// Fields.
pub static METHOD_MEMBERS: &[GetSet] = &[
    member!("__func__", slot_get!(Method, func), "the function (or other callable) implementing a method"),
    member!("__self__", slot_get!(Method, this), "the instance to which a method is bound"),
];

/// Computed attributes of bound methods.
pub static METHOD_GETSET: &[GetSet] = &[getter!("__doc__", |t, m| {
    let f = or_none(&method(m).func);
    Ok(t.getattr_opt(f.r(), names::__doc__())?.unwrap_or(Value::NONE))
})];

fn method<'t>(v: VRef<'t>) -> &'t Method {
    v.cast().expect("the descriptor checked the receiver")
}

fn method_repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let m = method(v);
    let (f, o) = (or_none(&m.func), or_none(&m.this));
    let mut name = None;
    for n in [names::__qualname__(), names::__name__()] {
        if name.is_none() {
            name = t.getattr_opt(f.r(), n)?.and_then(|q| super::str::text(q.r()).map(|s| s.to_string()))
        }
    }
    let name = name.unwrap_or("?".into());
    let o = t.repr_text(o.r())?;
    Ok(t.str(&format!("<bound method {name} of {o}>")))
}

fn method_hash(t: &mut Thread, v: VRef<'_>) -> Res<i64> {
    let m = method(v);
    let f = or_none(&m.func);
    let h = t.hash(f.r())? ^ crate::hash::hash_pointer(or_none(&m.this).word().identity());
    Ok(if h == -1 { -2 } else { h })
}

fn method_compare(t: &mut Thread, a: VRef<'_>, b: VRef<'_>, op: Cmp) -> Res {
    let (Some(x), Some(y)) = (a.cast::<Method>(), b.cast::<Method>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if !matches!(op, Cmp::Eq | Cmp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let (f, g) = (or_none(&x.func), or_none(&y.func));
    let equal = or_none(&x.this).is(or_none(&y.this).r()) && t.equal(f.r(), g.r())?;
    Ok(Value::bool(equal == (op == Cmp::Eq)))
}

/// Attributes of the method's own type first, then those of the function.
fn method_getattr(t: &mut Thread, v: VRef<'_>, name: VRef<'_>) -> Res {
    let interned = crate::intern::intern_value(t, name);
    let name = interned.r();
    if v.ty().lookup(t, name).is_some() {
        return object::generic_getattr(t, v, name);
    }
    let f = or_none(&method(v).func);
    t.getattr(f.r(), name)
}

fn method_new(t: &mut Thread, _cls: &Type, args: CallArgs<'_>) -> Res {
    let a = bind(t, "method", &["function", "instance"], 2, 2, args)?;
    let (Some(f), Some(o)) = (a[0], a[1]) else { return Ok(Value::NONE) };
    if !t.callable(f) {
        return Err(t.type_error("first argument must be callable"));
    }
    if o.is_none() {
        return Err(t.type_error("instance must not be None"));
    }
    Ok(Method::new(t, f.to_value(), o.to_value()))
}

fn method_reduce(t: &mut Thread, a: Args<'_>) -> Res {
    let m = method(a.get(0));
    let f = or_none(&m.func);
    let name = t.getattr(f.r(), names::__name__())?;
    reduce_by_getattr(t, or_none(&m.this), name)
}

/// `(getattr, (obj, name))`: how anything that is an attribute of something is pickled.
pub fn reduce_by_getattr(t: &mut Thread, obj: Value, name: Value) -> Res {
    let getattr = crate::builtins::named(t, "getattr");
    let pair = Tuple::new(t, vec![obj, name]);
    Ok(Tuple::new(t, vec![getattr, pair]))
}
