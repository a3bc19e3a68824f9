//! `property`.

use super::attrs::{bind, getsetter, getter, member, or_none, put, slot_get};
use super::{fixed, object};
use crate::object::{Args, CallArgs, GetSet, MethodDef, NativeType, Slots, Type, TypeSpec, ValueExt};
use crate::thread::Thread;
use crate::{Raised, Res, names};
use std::sync::atomic::{AtomicBool, Ordering::*};
use weft_strategy::{Header, Slot, VRef, Value};

/// A property.
#[repr(C)]
pub struct Property {
    pub(crate) h: Header,
    /// getter
    pub fget: Slot,
    /// setter
    pub fset: Slot,
    /// deleter
    pub fdel: Slot,
    /// `__doc__`
    pub doc: Slot,
    /// `__name__`
    pub name: Slot,
    /// Does `doc` come from the getter? Then a copy with another getter takes that one's.
    pub getter_doc: AtomicBool,
}
crate::object!(Property, "property", true, [fget, fset, fdel, doc, name]);

/// `property`
pub static TYPE: NativeType = NativeType::fixed(&SPEC, fixed::PROPERTY);
static SPEC: TypeSpec = TypeSpec {
    name: "property",
    doc: "property(fget=None, fset=None, fdel=None, doc=None)\n--\n\nProperty attribute.\n\n  fget\n    function to be used for getting an attribute value\n  fset\n    function to be used for setting an attribute value\n  fdel\n    function to be used for del'ing an attribute\n  doc\n    docstring\n",
    slots: Slots {
        new: Some(|t, cls, _| {
            Ok(t.make(
                cls.shape(),
                Property {
                    h: Header::new(0, 0),
                    fget: Slot::empty(),
                    fset: Slot::empty(),
                    fdel: Slot::empty(),
                    doc: Slot::empty(),
                    name: Slot::empty(),
                    getter_doc: AtomicBool::new(false),
                },
            ))
        }),
        init: Some(init),
        descr_get: Some(get),
        descr_set: Some(set),
        ..Slots::EMPTY
    },
    methods: METHODS,
    getset: GETSET,
    members: MEMBERS,
    ..TypeSpec::new::<Property>()
};

static METHODS: &[MethodDef] = crate::methods! {
    "getter(self, object, /)" => |t, a| copy(t, a, 0), "Descriptor to obtain a copy of the property with a different getter.";
    "setter(self, object, /)" => |t, a| copy(t, a, 1), "Descriptor to obtain a copy of the property with a different setter.";
    "deleter(self, object, /)" => |t, a| copy(t, a, 2), "Descriptor to obtain a copy of the property with a different deleter.";
    "__set_name__(self, /, *args)" => |t, a| {
        let p: &Property = a.this();
        let [_, name] = a.rest() else {
            let n = a.rest().len();
            let text = format!("__set_name__() takes 2 positional arguments but {n} were given");
            return Err(t.type_error(text));
        };
        p.name.set(&p.h, name.to_value());
        Ok(Value::NONE)
    }, "Method to set name of a property.";
};

/// Fields.
static MEMBERS: &[GetSet] = &[
    member!("fget", slot_get!(Property, fget)),
    member!("fset", slot_get!(Property, fset)),
    member!("fdel", slot_get!(Property, fdel)),
];

static GETSET: &[GetSet] = &[
    getsetter!("__doc__", slot_get!(Property, doc), |_, v, x| {
        let p = this(v);
        p.doc.set(&p.h, x.map_or(Value::NONE, |x| x.to_value()));
        Ok(())
    }),
    getsetter!("__name__", get_name, |_, v, x| {
        let p = this(v);
        put(&p.name, &p.h, x);
        Ok(())
    }),
    getter!("__isabstractmethod__", |t, v| {
        let p = this(v);
        for f in [&p.fget, &p.fset, &p.fdel] {
            if let Some(f) = f.load()
                && is_abstract(t, f.r())?
            {
                return Ok(Value::TRUE);
            }
        }
        Ok(Value::FALSE)
    }),
];

fn this<'t>(v: VRef<'t>) -> &'t Property {
    v.cast().expect("the descriptor checked the receiver")
}

/// `bool(f.__isabstractmethod__)`, False if there is none.
pub fn is_abstract(t: &mut Thread, f: VRef<'_>) -> Res<bool> {
    let name = crate::intern::intern(t, "__isabstractmethod__");
    match t.getattr_opt(f, name)? {
        Some(x) => t.truth(x.r()),
        None => Ok(false),
    }
}

fn init(t: &mut Thread, v: VRef<'_>, args: CallArgs<'_>) -> Res<()> {
    let a = bind(t, "property", &["fget", "fset", "fdel", "doc"], 0, 0, args)?;
    let p = this(v);
    let given = |i: usize| a[i].filter(|x: &VRef<'_>| !x.is_none());
    for (s, i) in [(&p.fget, 0), (&p.fset, 1), (&p.fdel, 2)] {
        put(s, &p.h, given(i))
    }
    put(&p.name, &p.h, None);
    p.getter_doc.store(false, Release);
    let mut doc = given(3).map(|d| d.to_value());
    if doc.is_none()
        && let Some(g) = given(0)
        && let Some(d) = t.getattr_opt(g, names::__doc__())?.filter(|d| !d.is_none())
    {
        p.getter_doc.store(true, Release);
        doc = Some(d)
    }
    // Instances of subclasses may have their own idea of `__doc__`: it goes into their dict.
    if v.has_shape(fixed::PROPERTY) || v.header().is_none_or(|h| !crate::object::shape_of(h).has_dict) {
        put(&p.doc, &p.h, doc.as_ref().map(|d| d.r()));
        return Ok(());
    }
    let doc = doc.unwrap_or(Value::NONE);
    p.doc.set(&p.h, doc.clone());
    if let Some(h) = v.header() {
        object::instance_set(t, h, names::__doc__(), doc);
    }
    Ok(())
}

/// `property 'x' of 'C' object has no getter`
fn missing(t: &mut Thread, p: &Property, obj: VRef<'_>, what: &str) -> Raised {
    let class = match t.getattr_opt(obj.ty().to_value().r(), names::__qualname__()) {
        Ok(Some(q)) => t.repr_text(q.r()).unwrap_or_default(),
        _ => String::new(),
    };
    let name = match p.name.load() {
        Some(n) => format!(" {}", t.repr_text(n.r()).unwrap_or_default()),
        None => String::new(),
    };
    t.clear_raised();
    t.raise_text(&crate::errors::ATTRIBUTE_ERROR, format!("property{name} of {class} object has no {what}"))
}

fn get(t: &mut Thread, d: VRef<'_>, obj: Option<VRef<'_>>, _owner: &Type) -> Res {
    let Some(obj) = obj else { return Ok(d.to_value()) };
    let p = this(d);
    match p.fget.load() {
        Some(f) => t.call(f.r(), &[obj]),
        None => Err(missing(t, p, obj, "getter")),
    }
}

fn set(t: &mut Thread, d: VRef<'_>, obj: VRef<'_>, v: Option<VRef<'_>>) -> Res<()> {
    let p = this(d);
    let (slot, what) = if v.is_some() { (&p.fset, "setter") } else { (&p.fdel, "deleter") };
    let Some(f) = slot.load() else { return Err(missing(t, p, obj, what)) };
    match v {
        Some(v) => t.call(f.r(), &[obj, v])?,
        None => t.call(f.r(), &[obj])?,
    };
    Ok(())
}

fn copy(t: &mut Thread, a: Args<'_>, which: usize) -> Res {
    let v = a.get(0);
    let p = this(v);
    let mut f = [or_none(&p.fget), or_none(&p.fset), or_none(&p.fdel)];
    let replacement = a.get(1);
    if !replacement.is_none() {
        f[which] = replacement.to_value()
    }
    let doc = if p.getter_doc.load(Acquire) && !f[0].is_none() { Value::NONE } else { or_none(&p.doc) };
    let class = v.ty().to_value();
    let new = t.call(class.r(), &[f[0].r(), f[1].r(), f[2].r(), doc.r()])?;
    if let Some(q) = new.cast::<Property>() {
        let name = p.name.load();
        put(&q.name, &q.h, name.as_ref().map(|n| n.r()))
    }
    Ok(new)
}

fn get_name(t: &mut Thread, v: VRef<'_>) -> Res {
    let p = this(v);
    if let Some(n) = p.name.load() {
        return Ok(n);
    }
    if let Some(f) = p.fget.load()
        && let Some(n) = t.getattr_opt(f.r(), names::__name__())?
    {
        return Ok(n);
    }
    Err(object::no_attribute(t, v, names::__name__()))
}
