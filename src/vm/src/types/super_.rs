//! `super`: attribute lookup that starts behind a class in the MRO of an object.
//!
//! The interpreter does not make `super` objects for `super().name`: it calls [`super_getattr`] and
//! [`super_method`] with the class and the receiver.

use super::attrs::{getter, member, or_none, put, slot_get};
use super::typeobj::{Type, as_type};
use super::{fixed, object};
use crate::object::{CallArgs, GetSet, NativeType, Slots, TypeSpec, ValueExt, as_vref};
use crate::thread::Thread;
use crate::{Raised, Res, names};
use weft_strategy::{Header, Slot, VRef, Value};

/// A super object.
#[repr(C)]
pub struct Super {
    pub(crate) h: Header,
    /// `__thisclass__`
    pub class: Slot,
    /// `__self__`
    pub obj: Slot,
    /// `__self_class__`
    pub obj_type: Slot,
}
crate::object!(Super, "super", true, [class, obj, obj_type]);

/// `super`
pub static TYPE: NativeType = NativeType::fixed(&SPEC, fixed::SUPER);
static SPEC: TypeSpec = TypeSpec {
    name: "super",
    doc: "super() -> same as super(__class__, <first argument>)\nsuper(type) -> unbound super object\nsuper(type, obj) -> bound super object; requires isinstance(obj, type)\nsuper(type, type2) -> bound super object; requires issubclass(type2, type)\n",
    slots: Slots {
        repr: Some(repr),
        getattr: Some(getattr),
        descr_get: Some(get),
        new: Some(|t, cls, _| {
            let s = Super {
                h: Header::new(0, 0),
                class: Slot::empty(),
                obj: Slot::empty(),
                obj_type: Slot::empty(),
            };
            Ok(t.make(cls.shape(), s))
        }),
        init: Some(init),
        ..Slots::EMPTY
    },
    getset: GETSET,
    members: MEMBERS,
    ..TypeSpec::new::<Super>()
};

/// Fields.
static MEMBERS: &[GetSet] =
    &[member!("__self__", slot_get!(Super, obj), "the instance invoking super(); may be None")];

static GETSET: &[GetSet] = &[
    getter!("__thisclass__", slot_get!(Super, class), "the class invoking super()"),
    getter!(
        "__self_class__",
        slot_get!(Super, obj_type),
        "the type of the instance invoking super(); may be None"
    ),
];

fn this<'t>(v: VRef<'t>) -> &'t Super {
    v.cast().expect("the descriptor checked the receiver")
}

fn init(t: &mut Thread, v: VRef<'_>, args: CallArgs<'_>) -> Res<()> {
    if args.keyword_len() > 0 {
        return Err(t.type_error("super() takes no keyword arguments"));
    }
    let p = args.positional();
    if p.len() > 2 {
        let n = p.len();
        return Err(t.type_error(format!("super() expected at most 2 arguments, got {n}")));
    }
    if p.is_empty() {
        let (class, obj) = crate::interp::hooks::super_arguments(t)?;
        return set_up(t, v, class.r(), Some(obj.r()));
    }
    set_up(t, v, p[0], p.get(1).copied().filter(|o| !o.is_none()))
}

fn set_up(t: &mut Thread, v: VRef<'_>, class: VRef<'_>, obj: Option<VRef<'_>>) -> Res<()> {
    let Some(c) = as_type(class) else {
        let n = class.ty().name();
        return Err(t.type_error(format!("super() argument 1 must be a type, not {n}")));
    };
    let s = this(v);
    let obj_type = match obj {
        Some(o) => Some(check(t, c, o)?),
        None => None,
    };
    put(&s.class, &s.h, Some(class));
    put(&s.obj, &s.h, obj);
    put(&s.obj_type, &s.h, obj_type.as_ref().map(|o| o.r()));
    Ok(())
}

/// The type whose MRO is searched: `obj` itself if it is a subclass of `class`, else its type (or `__class__`).
fn check(t: &mut Thread, class: &Type, obj: VRef<'_>) -> Result<Value, Raised> {
    if let Some(o) = as_type(obj)
        && o.is_subtype(class)
    {
        return Ok(obj.to_value());
    }
    if obj.ty().is_subtype(class) {
        return Ok(obj.ty().to_value());
    }
    if let Some(k) = t.getattr_opt(obj, names::__class__())?
        && as_type(k.r()).is_some_and(|k| !std::ptr::eq(k, obj.ty()) && k.is_subtype(class))
    {
        return Ok(k);
    }
    let (kind, n) = match as_type(obj) {
        Some(o) => ("type", o.name()),
        None => ("instance of", obj.ty().name()),
    };
    let c = class.name();
    Err(t.type_error(format!(
        "super(type, obj): obj ({kind} {n}) is not an instance or subtype of type ({c})."
    )))
}

/// What `name` is behind `class` in the MRO of `start`, not bound.
/// What classes after `class` in the MRO of `start` have under a name, unbound.
pub fn find(t: &Thread, class: &Type, start: &Type, name: VRef<'_>) -> Option<Value> {
    let class = as_vref(class);
    start
        .mro()
        .iter()
        .skip_while(|c| !c.is(class))
        .skip(1)
        .find_map(|c| as_type(c)?.dict().get_str(t, name).map(|f| f.to_value()))
}

fn lookup(t: &mut Thread, class: &Type, obj: VRef<'_>, start: &Type, name: VRef<'_>) -> Res<Option<Value>> {
    let Some(f) = find(t, class, start, name) else { return Ok(None) };
    // Bound to the object, or to nothing when the "object" is the class itself.
    let receiver = if obj.is(as_vref(start)) { None } else { Some(obj) };
    t.bind_descriptor(f.r(), receiver, start).map(Some)
}

fn missing(t: &mut Thread, obj: VRef<'_>, name: VRef<'_>) -> Raised {
    let n = super::attrs::text_of(name);
    t.attribute_error_text(obj, &n, format!("'super' object has no attribute '{n}'"))
}

/// `super(class, obj).name`
pub fn super_getattr(t: &mut Thread, class: &Type, obj: VRef<'_>, name: VRef<'_>) -> Res {
    let start = check(t, class, obj)?;
    if !name.is(names::__class__())
        && let Some(ty) = as_type(start.r())
        && let Some(v) = lookup(t, class, obj, ty, name)?
    {
        return Ok(v);
    }
    // What the super object itself has.
    let s = new(t, class, obj, start);
    object::generic_getattr(t, s.r(), name)
}

/// As [`super_getattr`], for a call: a function or native method comes unbound, with its receiver.
pub fn super_method(
    t: &mut Thread,
    class: &Type,
    obj: VRef<'_>,
    name: VRef<'_>,
) -> Res<(Value, Option<Value>)> {
    let start = check(t, class, obj)?;
    if let Some(ty) = as_type(start.r())
        && !obj.is(start.r())
        && let Some(f) = find(t, class, ty, name)
        && (f.r().has_shape(fixed::FUNCTION) || f.r().has_shape(fixed::METHOD_DESCR))
    {
        return Ok((f, Some(obj.to_value())));
    }
    super_getattr(t, class, obj, name).map(|f| (f, None))
}

fn new(t: &Thread, class: &Type, obj: VRef<'_>, obj_type: Value) -> Value {
    let s = Super {
        h: Header::new(0, 0),
        class: Slot::new(class.to_value()),
        obj: Slot::new(obj.to_value()),
        obj_type: Slot::new(obj_type),
    };
    t.make(fixed::SUPER, s)
}

fn getattr(t: &mut Thread, v: VRef<'_>, name: VRef<'_>) -> Res {
    let s = this(v);
    let interned = crate::intern::intern_value(t, name);
    let name = interned.r();
    if !name.is(names::__class__())
        && let (Some(class), Some(obj), Some(start)) = (s.class.load(), s.obj.load(), s.obj_type.load())
        && let (Some(class), Some(start)) = (as_type(class.r()), as_type(start.r()))
        && let Some(x) = lookup(t, class, obj.r(), start, name)?
    {
        return Ok(x);
    }
    match object::find_attr(t, v, name)? {
        Some(x) => Ok(x),
        None => Err(missing(t, v, name)),
    }
}

fn get(t: &mut Thread, v: VRef<'_>, obj: Option<VRef<'_>>, _owner: &Type) -> Res {
    let s = this(v);
    let (Some(obj), true) = (obj, s.obj.is_empty()) else { return Ok(v.to_value()) };
    let class = or_none(&s.class);
    if !v.has_shape(fixed::SUPER) {
        let ty = v.ty().to_value();
        return t.call(ty.r(), &[class.r(), obj]);
    }
    let Some(c) = as_type(class.r()) else { return Ok(v.to_value()) };
    let start = check(t, c, obj)?;
    Ok(new(t, c, obj, start))
}

fn repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let s = this(v);
    let name = |s: &Slot| s.load().and_then(|c| as_type(c.r()).map(|c| c.name()));
    let class = name(&s.class).unwrap_or("NULL".into());
    Ok(t.str(&match name(&s.obj_type) {
        Some(o) => format!("<super: <class '{class}'>, <{o} object>>"),
        None => format!("<super: <class '{class}'>, NULL>"),
    }))
}
