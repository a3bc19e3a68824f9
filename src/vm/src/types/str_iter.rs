//! Iterator of str.

use super::fixed;
use super::str::{Str, char_len, text};
use super::tuple::Tuple;
use crate::object::{Args, NativeType, Slots, TypeSpec, ValueExt, type_flag};
use crate::thread::Thread;
use crate::{Res, methods};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use weft_strategy::{Header, Slot, VRef, Value};

/// Iterator of str. Shared by threads it may give a character twice or skip one, never half of one: every offset
/// stored is a boundary of the same text.
#[repr(C)]
pub struct StrIter {
    pub(crate) h: Header,
    /// What is iterated; empty when exhausted.
    pub seq: Slot,
    /// Byte offset of the next character.
    pub index: AtomicUsize,
}
crate::object!(StrIter, "str_iterator", true, [seq]);

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
            ..TypeSpec::new::<StrIter>()
        }
    };
}

/// `str_iterator`
pub static TYPE: NativeType = NativeType::fixed(&SPEC, fixed::STR_ITER);
static SPEC: TypeSpec = spec!("str_iterator");

/// `str_ascii_iterator`: CPython's iterator of a str without other characters; the same in all but its name.
pub static ASCII_TYPE: NativeType = NativeType::fixed(&ASCII_SPEC, fixed::STR_ASCII_ITER);
static ASCII_SPEC: TypeSpec = spec!("str_ascii_iterator");

/// `iter(str)`
pub fn iter(t: &mut Thread, v: VRef<'_>) -> Res {
    let ascii = text(v).is_some_and(|s| s.is_ascii());
    Ok(t.make(
        if ascii { fixed::STR_ASCII_ITER } else { fixed::STR_ITER },
        StrIter { h: Header::new(0, 0), seq: Slot::new(v.to_value()), index: AtomicUsize::new(0) },
    ))
}

fn next(t: &mut Thread, v: VRef<'_>) -> Res<Option<Value>> {
    let Some(it) = v.cast::<StrIter>() else { return Ok(None) };
    let t: &Thread = t;
    let Some(s) = it.seq.get(t).and_then(text) else { return Ok(None) };
    let at = it.index.load(Relaxed);
    match s.bytes().get(at) {
        Some(first) => {
            let end = at + char_len(*first);
            it.index.store(end, Relaxed);
            Ok(Some(t.str_wtf8(&s.bytes()[at..end])))
        }
        None => {
            drop(it.seq.take(&it.h));
            Ok(None)
        }
    }
}

/// The next character of an ASCII str.
#[inline]
pub fn next_byte(t: &Thread, it: &StrIter) -> Option<u8> {
    let s = it.seq.get(t)?.cast::<Str>()?;
    let at = it.index.load(Relaxed);
    match s.bytes().get(at) {
        Some(b) => {
            it.index.store(at + 1, Relaxed);
            Some(*b)
        }
        None => {
            drop(it.seq.take(&it.h));
            None
        }
    }
}

fn length_hint(t: &mut Thread, a: Args<'_>) -> Res {
    let it = a.this::<StrIter>();
    let t: &Thread = t;
    let left = it
        .seq
        .get(t)
        .and_then(text)
        .map_or(0, |s| s.len() - s.char_at_offset(it.index.load(Relaxed)).min(s.len()));
    Ok(t.int_usize(left))
}

fn reduce(t: &mut Thread, a: Args<'_>) -> Res {
    let it = a.this::<StrIter>();
    let iter = super::bytes_iter::builtin_iter(t)?;
    let t: &Thread = t;
    Ok(match it.seq.load() {
        Some(s) => {
            let at = text(s.r()).map_or(0, |s: &Str| s.char_at_offset(it.index.load(Relaxed)));
            Tuple::new(t, vec![iter, Tuple::new(t, vec![s]), t.int_usize(at)])
        }
        None => Tuple::new(t, vec![iter, Tuple::new(t, vec![t.str("")])]),
    })
}

fn setstate(t: &mut Thread, a: Args<'_>) -> Res {
    let i = t.index_clamped(a.get(1))?.max(0) as usize;
    let it = a.this::<StrIter>();
    if let Some(s) = it.seq.load()
        && let Some(s) = text(s.r())
    {
        it.index.store(s.offset(i.min(s.len())), Relaxed)
    }
    Ok(Value::NONE)
}
