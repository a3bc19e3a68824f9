//! `classmethod` and `staticmethod`.

use super::attrs::{as_dict, bind, getsetter, getter, member, or_none, put, slot_get};
use super::{fixed, function::Method, object};
use crate::dict::Dict;
use crate::object::{CallArgs, GetSet, MethodDef, NativeType, Slots, TypeSpec, ValueExt, type_flag};
use crate::thread::Thread;
use crate::{Res, names};
use weft_strategy::{Header, Slot, VRef, Value};

/// A wrapper that changes how a function binds. Serves both types.
#[repr(C)]
pub struct Wrapper {
    pub(crate) h: Header,
    /// `__func__`
    pub func: Slot,
    /// `__dict__`, made on demand
    pub dict: Slot,
}
crate::object!(Wrapper, "staticmethod", true, [func, dict]);

/// `staticmethod`
pub static STATICMETHOD: NativeType = NativeType::fixed(&STATIC_SPEC, fixed::STATICMETHOD);
static STATIC_SPEC: TypeSpec = TypeSpec {
    name: "staticmethod",
    doc: "staticmethod(function, /)\n--\n\nConvert a function to be a static method.\n\nA static method does not receive an implicit first argument.\nIt can be called on the class (C.f()) or on an instance (C().f()).\nBoth the class and the instance are ignored, and neither is passed\nimplicitly as the first argument to the method.\n",
    flags: type_flag::BASETYPE | type_flag::IMMUTABLE | type_flag::WEAKREFS,
    slots: Slots {
        call: Some(|t, v, args| {
            let f = or_none(&this(v).func);
            t.call_with(f.r(), None, args)
        }),
        descr_get: Some(|_, v, _, _| Ok(or_none(&this(v).func))),
        init: Some(|t, v, args| init(t, v, args, "staticmethod")),
        ..COMMON
    },
    methods: METHODS,
    getset: GETSET,
    members: MEMBERS,
    ..TypeSpec::new::<Wrapper>()
};

/// `classmethod`
pub static CLASSMETHOD: NativeType = NativeType::fixed(&CLASS_SPEC, fixed::CLASSMETHOD);
static CLASS_SPEC: TypeSpec = TypeSpec {
    name: "classmethod",
    doc: "classmethod(function, /)\n--\n\nConvert a function to be a class method.\n\nA class method receives the class as implicit first argument,\njust like an instance method receives the instance.\nIt can be called on the class (C.f()) or on an instance (C().f()).\nIf a class method is called for a derived class, the derived class\nobject is passed as the implied first argument.\n",
    flags: type_flag::BASETYPE | type_flag::IMMUTABLE | type_flag::WEAKREFS,
    slots: Slots {
        descr_get: Some(|t, v, _, owner| {
            let f = or_none(&this(v).func);
            Ok(Method::new(t, f, owner.to_value()))
        }),
        init: Some(|t, v, args| init(t, v, args, "classmethod")),
        ..COMMON
    },
    methods: METHODS,
    getset: GETSET,
    members: MEMBERS,
    ..TypeSpec::new::<Wrapper>()
};

const COMMON: Slots = Slots {
    repr: Some(repr),
    new: Some(|t, cls, _| {
        Ok(t.make(cls.shape(), Wrapper { h: Header::new(0, 0), func: Slot::empty(), dict: Slot::empty() }))
    }),
    ..Slots::EMPTY
};

static METHODS: &[MethodDef] = crate::methods! {
    class "__class_getitem__(cls, object, /)" => |t, a| super::genericalias::new(t, a.get(0), a.get(1));
};

/// Fields.
static MEMBERS: &[GetSet] = &[member!("__func__", slot_get!(Wrapper, func))];

static GETSET: &[GetSet] = &[
    getter!("__wrapped__", slot_get!(Wrapper, func)),
    getter!("__isabstractmethod__", |t, v| {
        let f = or_none(&this(v).func);
        super::property::is_abstract(t, f.r()).map(Value::bool)
    }),
    getsetter!("__dict__", get_dict, set_dict),
    getsetter!("__annotations__", |t, v| from_function(t, v, names::__annotations__()), |t, v, x| {
        set_own(t, v, names::__annotations__(), x)
    }),
    getsetter!("__annotate__", |t, v| from_function(t, v, names::__annotate__()), |t, v, x| {
        set_own(t, v, names::__annotate__(), x)
    }),
];

fn this<'t>(v: VRef<'t>) -> &'t Wrapper {
    v.cast().expect("the descriptor checked the receiver")
}

fn repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let f = or_none(&this(v).func);
    let (n, f) = (v.ty().name(), t.repr_text(f.r())?);
    Ok(t.str(&format!("<{n}({f})>")))
}

fn init(t: &mut Thread, v: VRef<'_>, args: CallArgs<'_>, name: &str) -> Res<()> {
    let a = bind(t, name, &["function"], 1, 1, args)?;
    let Some(f) = a[0] else { return Ok(()) };
    let w = this(v);
    let again = !w.func.is_empty();
    put(&w.func, &w.h, Some(f));
    if again {
        // Sites may know the function that it had.
        super::cells::clear_all()
    }
    // As functools.wraps does.
    for n in [names::__module__(), names::__name__(), names::__qualname__(), names::__doc__()] {
        if let Some(x) = t.getattr_opt(f, n)? {
            object::instance_set(t, &w.h, n, x);
        }
    }
    Ok(())
}

fn get_dict(t: &mut Thread, v: VRef<'_>) -> Res {
    let w = this(v);
    if w.dict.is_empty() {
        let _ = w.dict.fill(&w.h, Dict::new(t));
    }
    Ok(or_none(&w.dict))
}

fn set_dict(t: &mut Thread, v: VRef<'_>, d: Option<VRef<'_>>) -> Res<()> {
    let Some(d) = d else { return Err(t.type_error("cannot delete __dict__")) };
    if as_dict(d).is_none() {
        let n = d.ty().name();
        return Err(t.type_error(format!("__dict__ must be set to a dictionary, not a '{n}'")));
    }
    let w = this(v);
    put(&w.dict, &w.h, Some(d));
    Ok(())
}

/// An attribute of the function, remembered in the wrapper's own dict.
fn from_function(t: &mut Thread, v: VRef<'_>, name: VRef<'static>) -> Res {
    let w = this(v);
    if let Some(x) = object::instance_get(t, &w.h, name) {
        return Ok(x.to_value());
    }
    let f = or_none(&w.func);
    let x = t.getattr(f.r(), name)?;
    object::instance_set(t, &w.h, name, x.clone());
    Ok(x)
}

fn set_own(t: &mut Thread, v: VRef<'_>, name: VRef<'static>, x: Option<VRef<'_>>) -> Res<()> {
    let w = this(v);
    match x {
        Some(x) => {
            object::instance_set(t, &w.h, name, x.to_value());
        }
        None => {
            if object::instance_remove(t, &w.h, name).is_none() {
                return Err(object::no_attribute(t, v, name));
            }
        }
    }
    Ok(())
}

/// A static method.
pub fn new_static(t: &Thread, f: Value) -> Value {
    t.make(fixed::STATICMETHOD, Wrapper { h: Header::new(0, 0), func: Slot::new(f), dict: Slot::empty() })
}

/// A class method.
pub fn new_class(t: &Thread, f: Value) -> Value {
    t.make(fixed::CLASSMETHOD, Wrapper { h: Header::new(0, 0), func: Slot::new(f), dict: Slot::empty() })
}
