//! `mappingproxy`: a read-only view of a mapping.

use super::{fixed, sequence};
use crate::dict::Dict;
use crate::object::BinOp;
use crate::object::{Args, CallArgs, Cmp, NativeType, Slots, Type, TypeSpec, ValueExt, type_flag};
use crate::thread::Thread;
use crate::types::str::text;
use crate::{Res, binary, methods};
use weft_strategy::{Header, Slot, VRef, Value};

/// A mapping proxy.
#[repr(C)]
pub struct MappingProxy {
    pub(crate) h: Header,
    /// the mapping
    pub mapping: Slot,
}
crate::object!(MappingProxy, "mappingproxy", true, [mapping]);

/// `mappingproxy`
pub static TYPE: NativeType = NativeType::fixed(&SPEC, fixed::MAPPINGPROXY);
static SPEC: TypeSpec = TypeSpec {
    name: "mappingproxy",
    doc: "Read-only proxy of a mapping.",
    flags: type_flag::IMMUTABLE | type_flag::MAPPING,
    slots: Slots {
        repr: Some(repr),
        str: Some(|t, v| t.to_str(inner(v).r())),
        hash: Some(|t, v| t.hash(inner(v).r())),
        compare: Some(|t, a, b, op: Cmp| t.compare(inner(a).r(), b, op)),
        iter: Some(|t, v| t.iter(inner(v).r())),
        new: Some(new_object),
        len: Some(|t, v| t.len(inner(v).r())),
        getitem: Some(|t, v, k| t.getitem(inner(v).r(), k)),
        contains: Some(contains),
        binary: binary![Or => or],
        inplace: binary![Or => |t, a, _| {
            let n = a.ty().name();
            Err(t.type_error(format!("'|=' is not supported by {n}; use '|' instead")))
        }],
        ..Slots::EMPTY
    },
    methods: methods! {
        "get(self, key, default=None, /)" => get, "Return the value for key if key is in the mapping, else default.";
        "keys(self, /)" => |t, a| t.call_method(inner(a.get(0)).r(), "keys", &[]), "a set-like object providing a view on D's keys";
        "values(self, /)" => |t, a| t.call_method(inner(a.get(0)).r(), "values", &[]), "an object providing a view on D's values";
        "items(self, /)" => |t, a| t.call_method(inner(a.get(0)).r(), "items", &[]), "a set-like object providing a view on D's items";
        "copy(self, /)" => |t, a| t.call_method(inner(a.get(0)).r(), "copy", &[]), "a shallow copy of D";
        class "__class_getitem__(type, object, /)" => sequence::class_getitem, "See PEP 585";
        "__reversed__(self, /)" => |t, a| t.call_method(inner(a.get(0)).r(), "__reversed__", &[]), "D.__reversed__() -> reverse iterator";
    },
    ..TypeSpec::new::<MappingProxy>()
};

/// A proxy.
pub fn new(t: &Thread, mapping: Value) -> Value {
    t.make(fixed::MAPPINGPROXY, MappingProxy { h: Header::new(0, 0), mapping: Slot::new(mapping) })
}

fn inner(v: VRef<'_>) -> Value {
    v.cast::<MappingProxy>().and_then(|p| p.mapping.load()).unwrap_or(Value::NONE)
}

fn new_object(t: &mut Thread, _cls: &Type, args: CallArgs<'_>) -> Res {
    let given = args.args.len();
    if given > 1 {
        return Err(t.type_error(format!("mappingproxy() takes at most 1 argument ({given} given)")));
    }
    let mapping = match (args.positional().first(), args.keywords().first()) {
        (Some(m), _) => *m,
        (None, Some((name, m))) => {
            let key = text(*name).map(|s| s.to_string()).unwrap_or_default();
            if key != "mapping" {
                return Err(
                    t.type_error(format!("mappingproxy() got an unexpected keyword argument '{key}'"))
                );
            }
            *m
        }
        (None, None) => {
            return Err(t.type_error("mappingproxy() missing required argument 'mapping' (pos 1)"));
        }
    };
    let ty = mapping.ty();
    let is_sequence = ty.has(type_flag::SEQUENCE) || mapping.cast::<super::list::List>().is_some();
    if ty.slots().getitem.is_none() || is_sequence || mapping.cast::<super::tuple::Tuple>().is_some() {
        let n = ty.name();
        return Err(t.type_error(format!("mappingproxy() argument must be a mapping, not {n}")));
    }
    Ok(new(t, mapping.to_value()))
}

fn repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let mut j = sequence::Joiner::new("mappingproxy(");
    j.repr(t, inner(v).r())?;
    Ok(j.finish(t, ")"))
}

fn contains(t: &mut Thread, v: VRef<'_>, key: VRef<'_>) -> Res<bool> {
    let m = inner(v);
    t.contains(m.r(), key)
}

/// `|` with the mappings inside.
fn or(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    let unwrap = |v: VRef<'_>| match v.cast::<MappingProxy>() {
        Some(_) => inner(v),
        None => v.to_value(),
    };
    let (x, y) = (unwrap(a), unwrap(b));
    t.binary(BinOp::Or, x.r(), y.r())
}

fn get(t: &mut Thread, a: Args<'_>) -> Res {
    let m = inner(a.get(0));
    let default = a.opt(2).map_or(Value::NONE, |v| v.to_value());
    if let Some(d) = m.exact::<Dict>(fixed::DICT) {
        return Ok(d.get(t, a.get(1))?.unwrap_or(default));
    }
    t.call_method(m.r(), "get", &[a.get(1), default.r()])
}
