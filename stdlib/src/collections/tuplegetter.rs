//! `_tuplegetter`: the property of a named tuple's field.

use crate::support::{native, or_none, pair, push_repr};
use std::sync::atomic::Ordering::*;
use weft_strategy::Header;
use weft_vm::object::{GetSet, NativeType, Slots, TypeSpec, ValueExt, as_vref, type_flag};
use weft_vm::types::tuple::Tuple;
use weft_vm::{Slot, Value, methods, object};

#[repr(C)]
struct TupleGetter {
    h: Header,
    doc: Slot,
    index: std::sync::atomic::AtomicI64,
}
object!(TupleGetter, "collections._tuplegetter", true, [doc]);

/// `_tuplegetter`
pub static TYPE: NativeType = NativeType::new(&SPEC);
static SPEC: TypeSpec = TypeSpec {
    name: "collections._tuplegetter",
    flags: type_flag::IMMUTABLE,
    slots: Slots {
        new: constructor!("_tuplegetter(cls, index, doc, /)" => |t, a| {
            let index = t.index_i64(a.get(1), &weft_vm::errors::INDEX_ERROR)?;
            Ok(t.make(TYPE.shape(t), TupleGetter { h: Header::new(0, 0), doc: Slot::new(a.get(2).to_value()), index: index.into() }))
        }),
        descr_get: Some(|t, v, instance, _| {
            let Some(instance) = instance else { return Ok(v.to_value()) };
            let index = native::<TupleGetter>(v).index.load(Relaxed);
            let Some(tuple) = instance.cast::<Tuple>() else {
                let n = instance.ty().name();
                return Err(t.type_error(format!("descriptor for index '{index}' for tuple subclasses doesn't apply to '{n}' object")));
            };
            match usize::try_from(index).ok().filter(|i| *i < tuple.len()) {
                Some(i) => Ok(tuple.get(i).to_value()),
                None => Err(t.index_error("tuple index out of range")),
            }
        }),
        descr_set: Some(|t, v, _, value| {
            let text = if value.is_some() { "can't set attribute" } else { "can't delete attribute" };
            Err(t.attribute_error_text(v, "", text.into()))
        }),
        repr: Some(|t, v| {
            let g: &TupleGetter = native(v);
            let mut out = format!("_tuplegetter({}, ", g.index.load(Relaxed)).into_bytes();
            let doc = or_none(&g.doc);
            push_repr(t, &mut out, doc.r())?;
            out.push(b')');
            Ok(t.str_wtf8(&out))
        }),
        ..Slots::EMPTY
    },
    methods: methods! {
        "__reduce__(self, /)" => |t, a| {
            let g: &TupleGetter = a.this();
            let args = pair(t, t.int(g.index.load(Relaxed)), or_none(&g.doc));
            Ok(pair(t, as_vref(g).ty().to_value(), args))
        };
    },
    getset: &[GetSet {
        name: "__doc__",
        get: |_, v| Ok(or_none(&native::<TupleGetter>(v).doc)),
        set: Some(|_, v, x| {
            let g: &TupleGetter = native(v);
            g.doc.set(&g.h, x.map_or(Value::NONE, |x| x.to_value()));
            Ok(())
        }),
        doc: "",
    }],
    ..TypeSpec::new::<TupleGetter>()
};
