//! What Python sees of the descriptors in native types' dicts.

use super::attrs::{getter, or_none, slot_get, slot_text};
use super::descriptor::{
    GetSetDescr, MemberDescr, MethodDescr, MethodWrapper, WrapperDescr, owner_of, owner_value,
};
use super::{fixed, function_attrs, object};
use crate::object::{Args, Cmp, GetSet, MethodDef, Slots, ValueExt};
use crate::thread::Thread;
use crate::{Res, names};
use weft_strategy::{Slot, VRef, Value};

/// Behaviour.
pub const SLOTS: Slots = Slots { repr: Some(repr), ..Slots::EMPTY };

/// Methods.
pub static METHODS: &[MethodDef] = crate::methods! { "__reduce__(self, /)" => reduce; };

/// Computed attributes.
pub static GETSET: &[GetSet] = &[
    getter!("__name__", |t, v| Ok(t.str(&parts(v).name))),
    getter!("__objclass__", |_, v| Ok(owner_value(parts(v).owner))),
    getter!("__qualname__", |t, v| {
        let p = parts(v);
        let q = slot_text(&owner_of(p.owner).qualname);
        Ok(t.str(&format!("{q}.{}", p.name)))
    }),
    getter!("__doc__", |t, v| Ok(text_or_none(t, parts(v).doc))),
    getter!("__text_signature__", |t, v| match parts(v).signature {
        Some(s) => Ok(t.str(&s)),
        None => Err(object::no_attribute(t, v, names::__text_signature__())),
    }),
];

fn text_or_none(t: &Thread, s: &str) -> Value {
    if s.is_empty() { Value::NONE } else { t.str(s) }
}

/// What all kinds of descriptor have.
struct Parts<'t> {
    /// As in `<method 'append' of 'list' objects>`.
    kind: &'static str,
    name: String,
    owner: &'t Slot,
    doc: &'static str,
    signature: Option<String>,
}

fn parts<'t>(v: VRef<'t>) -> Parts<'t> {
    if let Some(d) = v.cast::<MethodDescr>() {
        let signature = Some(d.def.signature().text(d.def.text, true));
        let signature = match v.has_shape(fixed::CLASSMETHOD_DESCR) {
            true => signature.map(|s| s.replacen("$self", "$type", 1)),
            false => signature,
        };
        return Parts {
            kind: "method",
            name: d.def.name().into(),
            owner: &d.owner,
            doc: d.def.doc,
            signature,
        };
    }
    if let Some(d) = v.cast::<WrapperDescr>() {
        return Parts {
            kind: "slot wrapper",
            name: d.def.name.into(),
            owner: &d.owner,
            doc: slot_doc(d.def.name),
            signature: Some(d.def.signature.into()),
        };
    }
    if let Some(d) = v.cast::<GetSetDescr>() {
        return Parts {
            kind: "attribute",
            name: d.def.name.into(),
            owner: &d.owner,
            doc: d.def.doc,
            signature: None,
        };
    }
    let d: &MemberDescr = v.cast().expect("the descriptor checked the receiver");
    Parts {
        kind: "member",
        name: slot_text(&d.name),
        owner: &d.owner,
        doc: d.field.map_or("", |f| f.doc),
        signature: None,
    }
}

/// What the special methods of native types do, for `help()`.
fn slot_doc(name: &str) -> &'static str {
    match name {
        "__repr__" => "Return repr(self).",
        "__str__" => "Return str(self).",
        "__hash__" => "Return hash(self).",
        "__call__" => "Call self as a function.",
        "__getattribute__" => "Return getattr(self, name).",
        "__setattr__" => "Implement setattr(self, name, value).",
        "__delattr__" => "Implement delattr(self, name).",
        "__lt__" => "Return self<value.",
        "__le__" => "Return self<=value.",
        "__eq__" => "Return self==value.",
        "__ne__" => "Return self!=value.",
        "__gt__" => "Return self>value.",
        "__ge__" => "Return self>=value.",
        "__iter__" => "Implement iter(self).",
        "__next__" => "Implement next(self).",
        "__get__" => "Return an attribute of instance, which is of type owner.",
        "__set__" => "Set an attribute of instance to value.",
        "__delete__" => "Delete an attribute of instance.",
        "__init__" => "Initialize self.  See help(type(self)) for accurate signature.",
        "__del__" => "Called when the instance is about to be destroyed.",
        "__len__" => "Return len(self).",
        "__getitem__" => "Return self[key].",
        "__setitem__" => "Set self[key] to value.",
        "__delitem__" => "Delete self[key].",
        "__contains__" => "Return bool(key in self).",
        "__bool__" => "True if self else False",
        "__neg__" => "-self",
        "__pos__" => "+self",
        "__abs__" => "abs(self)",
        "__invert__" => "~self",
        "__int__" => "int(self)",
        "__float__" => "float(self)",
        "__index__" => {
            "Return self converted to an integer, if self is suitable for use as an index into a list."
        }
        "__add__" => "Return self+value.",
        "__radd__" => "Return value+self.",
        "__sub__" => "Return self-value.",
        "__rsub__" => "Return value-self.",
        "__mul__" => "Return self*value.",
        "__rmul__" => "Return value*self.",
        "__truediv__" => "Return self/value.",
        "__rtruediv__" => "Return value/self.",
        "__floordiv__" => "Return self//value.",
        "__rfloordiv__" => "Return value//self.",
        "__mod__" => "Return self%value.",
        "__rmod__" => "Return value%self.",
        "__pow__" => "Return pow(self, value, mod).",
        "__rpow__" => "Return pow(value, self, mod).",
        "__divmod__" => "Return divmod(self, value).",
        "__rdivmod__" => "Return divmod(value, self).",
        "__lshift__" => "Return self<<value.",
        "__rlshift__" => "Return value<<self.",
        "__rshift__" => "Return self>>value.",
        "__rrshift__" => "Return value>>self.",
        "__and__" => "Return self&value.",
        "__rand__" => "Return value&self.",
        "__or__" => "Return self|value.",
        "__ror__" => "Return value|self.",
        "__xor__" => "Return self^value.",
        "__rxor__" => "Return value^self.",
        "__iadd__" => "Implement self+=value.",
        "__imul__" => "Implement self*=value.",
        "__isub__" => "Return self-=value.",
        "__iand__" => "Return self&=value.",
        "__ior__" => "Return self|=value.",
        "__ixor__" => "Return self^=value.",
        "__await__" => "Return an iterator to be used in await expression.",
        "__aiter__" => "Return an awaitable, that resolves in asynchronous iterator.",
        "__anext__" => "Return a value or raise StopAsyncIteration.",
        _ => "",
    }
}

fn repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let p = parts(v);
    let o = owner_of(p.owner).name();
    Ok(t.str(&format!("<{} '{}' of '{o}' objects>", p.kind, p.name)))
}

fn reduce(t: &mut Thread, a: Args<'_>) -> Res {
    let v = a.get(0);
    if let Some(m) = v.cast::<MethodWrapper>() {
        let name = t.str(wrapped(m).def.name);
        return function_attrs::reduce_by_getattr(t, or_none(&m.this), name);
    }
    if v.cast::<GetSetDescr>().is_some() || v.cast::<MemberDescr>().is_some() {
        let n = v.ty().name();
        return Err(t.type_error(format!("cannot pickle '{n}' object")));
    }
    let p = parts(v);
    let name = t.str(&p.name);
    function_attrs::reduce_by_getattr(t, owner_value(p.owner), name)
}

// ---- method-wrapper ----------------------------------------------------------------------------------------

/// Behaviour of method-wrapper.
pub const WRAPPER_SLOTS: Slots = Slots {
    repr: Some(wrapper_repr),
    hash: Some(|_, v| {
        let m = wrapper(v);
        let ids = or_none(&m.this).word().identity() ^ or_none(&m.descr).word().identity().rotate_left(7);
        Ok(crate::hash::hash_pointer(ids))
    }),
    compare: Some(wrapper_compare),
    ..Slots::EMPTY
};

/// Computed attributes of method-wrapper.
pub static WRAPPER_GETSET: &[GetSet] = &[
    getter!("__self__", slot_get!(MethodWrapper, this)),
    getter!("__objclass__", |_, v| Ok(owner_value(&wrapped(wrapper(v)).owner))),
    getter!("__name__", |t, v| Ok(t.str(wrapped(wrapper(v)).def.name))),
    getter!("__qualname__", |t, v| {
        let d = wrapped(wrapper(v));
        let q = slot_text(&owner_of(&d.owner).qualname);
        Ok(t.str(&format!("{q}.{}", d.def.name)))
    }),
    getter!("__doc__", |t, v| Ok(text_or_none(t, slot_doc(wrapped(wrapper(v)).def.name)))),
    getter!("__text_signature__", |t, v| Ok(t.str(wrapped(wrapper(v)).def.signature))),
];

fn wrapper<'t>(v: VRef<'t>) -> &'t MethodWrapper {
    v.cast().expect("the descriptor checked the receiver")
}

fn wrapped(m: &MethodWrapper) -> &WrapperDescr {
    m.descr.get(m).and_then(|d| d.cast()).expect("a method wrapper keeps its slot wrapper")
}

fn wrapper_repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let m = wrapper(v);
    let this = or_none(&m.this);
    let (n, o) = (wrapped(m).def.name, this.r().ty().name());
    Ok(t.str(&format!("<method-wrapper '{n}' of {o} object at {:#x}>", this.word().identity())))
}

fn wrapper_compare(_t: &mut Thread, a: VRef<'_>, b: VRef<'_>, op: Cmp) -> Res {
    let (Some(x), Some(y)) = (a.cast::<MethodWrapper>(), b.cast::<MethodWrapper>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if !matches!(op, Cmp::Eq | Cmp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let same = or_none(&x.descr).is(or_none(&y.descr).r()) && or_none(&x.this).is(or_none(&y.this).r());
    Ok(Value::bool(same == (op == Cmp::Eq)))
}
