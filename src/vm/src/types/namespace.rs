//! `types.SimpleNamespace`: an object with attributes and a repr.

use super::object::{Plain, instance_dict, instance_items, make_instance};
use super::{sequence, tuple};
use crate::dict::Dict;
use crate::object::{Args, CallArgs, Cmp, GetSet, NativeType, Slots, TypeSpec, ValueExt, type_flag};
use crate::thread::Thread;
use crate::types::str::text;
use crate::types::{dict_update, tuple::Tuple};
use crate::{Res, methods};
use weft_strategy::{VRef, Value};

/// `types.SimpleNamespace`
pub static TYPE: NativeType = NativeType::new(&SPEC);
static SPEC: TypeSpec = TypeSpec {
    name: "types.SimpleNamespace",
    doc: "A simple attribute-based namespace.",
    flags: type_flag::BASETYPE | type_flag::IMMUTABLE | type_flag::HAS_DICT,
    slots: Slots {
        repr: Some(repr),
        compare: Some(compare),
        new: Some(|t, cls, _| Ok(make_instance(t, cls.shape()))),
        init: Some(init),
        ..Slots::EMPTY
    },
    methods: methods! {
        "__reduce__(self, /)" => reduce, "Return state information for pickling";
        "__replace__(self, /, *args, **changes)" => replace, "Return a copy of the namespace object with new values for the specified attributes.";
    },
    getset: &[GetSet {
        name: "__dict__",
        get: |t, v| Ok(dict_of(t, v)),
        set: Some(super::slice::read_only),
        doc: "",
    }],
    ..TypeSpec::new::<Plain>()
};

/// A namespace with these attributes.
pub fn new(t: &Thread, attributes: &[(&str, Value)]) -> Value {
    let v = make_instance(t, TYPE.shape(t));
    if let Some(h) = v.r().header() {
        for (name, value) in attributes {
            let name = crate::intern::intern(t, name);
            super::object::instance_set(t, h, name, value.clone());
        }
    }
    v
}

fn dict_of(t: &Thread, v: VRef<'_>) -> Value {
    v.header().and_then(|h| instance_dict(t, h)).map_or_else(|| Dict::new(t), |d| d.to_value())
}

fn init(t: &mut Thread, v: VRef<'_>, args: CallArgs<'_>) -> Res<()> {
    let n = args.positional_len();
    if n > 1 {
        let name = v.ty().name();
        return Err(t.type_error(format!("{name} expected at most 1 argument, got {n}")));
    }
    let own = dict_of(t, v);
    if let Some(from) = args.positional().first() {
        let new = Dict::new(t);
        dict_update::from_argument(t, new.r(), *from)?;
        let d: &Dict = new.cast().expect("a dict");
        if d.items(t).iter().any(|(k, _)| text(k.r()).is_none()) {
            return Err(t.type_error("keywords must be strings"));
        }
        own.cast::<Dict>().expect("a dict").merge(t, d, true)?
    }
    for (name, value) in args.keywords() {
        own.cast::<Dict>().expect("a dict").set(t, name, value.to_value())?
    }
    Ok(())
}

fn repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let exact = std::ptr::eq(v.ty(), TYPE.get(t));
    let name = if exact { "namespace".to_string() } else { v.ty().name() };
    t.repr_once(v, &format!("{name}(...)"), |t| {
        let mut j = sequence::Joiner::new(&format!("{name}("));
        let items = v.header().map_or(Vec::new(), |h| instance_items(t, h));
        for (k, x) in items {
            let Some(key) = text(k.r()).filter(|s| !s.is_empty()) else { continue };
            j.separate();
            j.push(key.bytes());
            j.push(b"=");
            j.repr(t, x.r())?
        }
        Ok(j.finish(t, ")"))
    })
}

fn compare(t: &mut Thread, a: VRef<'_>, b: VRef<'_>, op: Cmp) -> Res {
    if !TYPE.is_instance(t, a) || !TYPE.is_instance(t, b) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let (x, y) = (dict_of(t, a), dict_of(t, b));
    t.compare(x.r(), y.r(), op)
}

fn reduce(t: &mut Thread, a: Args<'_>) -> Res {
    let class = a.get(0).ty().to_value();
    let (none, state) = (tuple::empty(t), dict_of(t, a.get(0)));
    Ok(Tuple::new(t, vec![class, none, state]))
}

fn replace(t: &mut Thread, a: Args<'_>) -> Res {
    if !a.rest().is_empty() {
        return Err(t.type_error("__replace__() takes no positional arguments"));
    }
    let class = a.get(0).ty().to_value();
    let new = t.call(class.r(), &[])?;
    let (to, from) = (dict_of(t, new.r()), dict_of(t, a.get(0)));
    let (Some(to), Some(from)) = (to.cast::<Dict>(), from.cast::<Dict>()) else { return Ok(new) };
    to.merge(t, from, true)?;
    if let Some(changes) = a.kwargs().and_then(|k| k.cast::<Dict>()) {
        to.merge(t, changes, true)?
    }
    Ok(new)
}
