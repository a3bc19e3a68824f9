//! Iterators of bytes and bytearray.

use super::bytes_methods::with;
use super::tuple::Tuple;
use crate::object::{Args, NativeType, Slots, TypeSpec, ValueExt, type_flag};
use crate::thread::Thread;
use crate::{Res, methods};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use weft_strategy::{Header, Slot, VRef, Value};

/// Iterator of bytes or a bytearray.
#[repr(C)]
pub struct BytesIter {
    pub(crate) h: Header,
    /// What is iterated; empty when exhausted.
    pub seq: Slot,
    /// Next index.
    pub index: AtomicUsize,
}
crate::object!(BytesIter, "bytes_iterator", true, [seq]);

macro_rules! spec {
    ($name:literal) => {
        TypeSpec {
            name: $name,
            flags: type_flag::IMMUTABLE | type_flag::NO_NEW,
            slots: Slots { iter: Some(|_, v| Ok(v.to_value())), next: Some(next), ..Slots::EMPTY },
            methods: methods! {
                "__length_hint__(self, /)" => length_hint, "Private method returning an estimate of len(list(it)).";
                "__reduce__(self, /)" => reduce, "Return state information for pickling.";
                "__setstate__(self, state, /)" => setstate, "Set state information for unpickling.";
            },
            ..TypeSpec::new::<BytesIter>()
        }
    };
}

/// `bytes_iterator`
pub static BYTES_ITER: NativeType = NativeType::new(&BYTES_SPEC);
static BYTES_SPEC: TypeSpec = spec!("bytes_iterator");
/// `bytearray_iterator`
pub static BYTEARRAY_ITER: NativeType = NativeType::new(&BYTEARRAY_SPEC);
static BYTEARRAY_SPEC: TypeSpec = spec!("bytearray_iterator");

/// `iter(bytes)`, `iter(bytearray)`
pub fn iter(t: &mut Thread, v: VRef<'_>) -> Res {
    let ty = if v.cast::<super::bytes::Bytes>().is_some() { &BYTES_ITER } else { &BYTEARRAY_ITER };
    let shape = ty.shape(t);
    Ok(t.make(
        shape,
        BytesIter { h: Header::new(0, 0), seq: Slot::new(v.to_value()), index: AtomicUsize::new(0) },
    ))
}

fn next(t: &mut Thread, v: VRef<'_>) -> Res<Option<Value>> {
    let Some(it) = v.cast::<BytesIter>() else { return Ok(None) };
    let at = super::list_iter::claim(&it.h, &it.index);
    if let Some(b) = it.seq.get(t).and_then(|s| s.exact::<super::bytes::Bytes>(super::fixed::BYTES))
        && let Some(c) = b.as_slice().get(at)
    {
        return Ok(Some(t.int(*c as i64)));
    }
    let Some(seq) = it.seq.load() else { return Ok(None) };
    match with(t, seq.r(), |b| b.get(at).copied()) {
        Some(c) => Ok(Some(t.int(c as i64))),
        None => {
            drop(it.seq.take(&it.h));
            Ok(None)
        }
    }
}

fn length_hint(t: &mut Thread, a: Args<'_>) -> Res {
    let it = a.this::<BytesIter>();
    let len = it.seq.load().map_or(0, |s| with(t, s.r(), <[u8]>::len));
    Ok(t.int_usize(len.saturating_sub(it.index.load(Relaxed))))
}

fn reduce(t: &mut Thread, a: Args<'_>) -> Res {
    let it = a.this::<BytesIter>();
    let iter = builtin_iter(t)?;
    Ok(match it.seq.load() {
        Some(s) => Tuple::new(t, vec![iter, Tuple::new(t, vec![s]), t.int_usize(it.index.load(Relaxed))]),
        None => Tuple::new(t, vec![iter, Tuple::new(t, vec![super::tuple::empty(t)])]),
    })
}

fn setstate(t: &mut Thread, a: Args<'_>) -> Res {
    let i = t.index_clamped(a.get(1))?.max(0) as usize;
    a.this::<BytesIter>().index.store(i.min(isize::MAX as usize), Relaxed);
    Ok(Value::NONE)
}

/// The builtin function `iter`, for pickling iterators.
pub fn builtin_iter(t: &mut Thread) -> Res {
    let d = crate::start::builtins_dict(t);
    match d.cast::<crate::dict::Dict>().and_then(|d| t.dict_get(d, "iter")) {
        Some(f) => Ok(f),
        None => Err(t.attribute_error_text(d.r(), "iter", "iter".into())),
    }
}
