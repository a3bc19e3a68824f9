//! Iterators of dicts, forwards and backwards, over keys, values or items.
//!
//! An iterator keeps the dict and an entry number. It raises when the dict's size is not what it was when
//! iteration began, or when more keys turn up than there were; a dict that changes otherwise may be
//! seen in part.

use super::fixed;
use super::list_iter::claim;
use super::sequence;
use super::tuple::Tuple;
use crate::dict::Dict;
use crate::object::{Args, NativeType, Slots, TypeSpec, ValueExt, header_of, type_flag};
use crate::thread::Thread;
use crate::{Raised, Res, methods};
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering::*};
use weft_strategy::{Header, Slot, VRef, Value};

/// What an iterator or view gives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum Kind {
    Keys,
    Values,
    Items,
}

/// How a dict changed under an iterator.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DictChanged {
    /// Its size.
    Size,
    /// Its keys, at the same size.
    Keys,
}

impl DictChanged {
    /// RuntimeError
    #[cold]
    pub fn raise(self, t: &mut Thread) -> Raised {
        t.runtime_error(match self {
            DictChanged::Size => "dictionary changed size during iteration",
            DictChanged::Keys => "dictionary keys changed during iteration",
        })
    }
}

/// Iterator over keys, values or items.
#[repr(C)]
pub struct DictIter {
    pub(crate) h: Header,
    /// The dict; empty when exhausted.
    pub dict: Slot,
    /// Next entry.
    pub index: AtomicUsize,
    /// `len` of the dict when iteration began; `usize::MAX` once a change has been reported.
    pub used: AtomicUsize,
    /// Items given out.
    pub given: AtomicUsize,
}
crate::object!(DictIter, "dict_iterator", true, [dict]);

macro_rules! iterator {
    ($name:literal, $next:expr, $methods:expr, $layout:ty) => {
        TypeSpec {
            name: $name,
            flags: type_flag::IMMUTABLE | type_flag::NO_NEW,
            slots: Slots { iter: Some(sequence::itself), next: Some($next), ..Slots::EMPTY },
            methods: $methods,
            ..TypeSpec::new::<$layout>()
        }
    };
}

static METHODS: &[crate::object::MethodDef] = methods! {
    "__length_hint__(self, /)" => length_hint, "Private method returning an estimate of len(list(it)).";
    "__reduce__(self, /)" => reduce, "Return state information for pickling.";
};

/// `dict_keyiterator`
pub static KEY_ITER: NativeType = NativeType::fixed(&KEY_SPEC, fixed::DICT_KEY_ITER);
static KEY_SPEC: TypeSpec = iterator!("dict_keyiterator", |t, v| next(t, v, Kind::Keys), METHODS, DictIter);
/// `dict_valueiterator`
pub static VALUE_ITER: NativeType = NativeType::fixed(&VALUE_SPEC, fixed::DICT_VALUE_ITER);
static VALUE_SPEC: TypeSpec =
    iterator!("dict_valueiterator", |t, v| next(t, v, Kind::Values), METHODS, DictIter);
/// `dict_itemiterator`
pub static ITEM_ITER: NativeType = NativeType::fixed(&ITEM_SPEC, fixed::DICT_ITEM_ITER);
static ITEM_SPEC: TypeSpec =
    iterator!("dict_itemiterator", |t, v| next(t, v, Kind::Items), METHODS, DictIter);

/// What an iterator of this shape gives.
#[inline(always)]
pub fn kind_of(shape: u32) -> Kind {
    match shape {
        fixed::DICT_KEY_ITER => Kind::Keys,
        fixed::DICT_VALUE_ITER => Kind::Values,
        _ => Kind::Items,
    }
}

/// An iterator over a dict.
pub fn new(t: &Thread, dict: VRef<'_>, kind: Kind) -> Value {
    let shape = match kind {
        Kind::Keys => fixed::DICT_KEY_ITER,
        Kind::Values => fixed::DICT_VALUE_ITER,
        Kind::Items => fixed::DICT_ITEM_ITER,
    };
    t.make(
        shape,
        DictIter {
            h: Header::new(0, 0),
            used: AtomicUsize::new(dict.cast::<Dict>().map_or(0, |d| d.len())),
            dict: Slot::new(dict.to_value()),
            index: AtomicUsize::new(0),
            given: AtomicUsize::new(0),
        },
    )
}

fn part(t: &Thread, kind: Kind, key: VRef<'_>, value: VRef<'_>) -> Value {
    match kind {
        Kind::Keys => key.to_value(),
        Kind::Values => value.to_value(),
        Kind::Items => Tuple::of(t, &[key, value]),
    }
}

/// The next item.
#[inline]
pub fn step(t: &Thread, it: &DictIter, kind: Kind) -> Result<Option<Value>, DictChanged> {
    Ok(next_entry(t, it)?.map(|(k, v)| part(t, kind, k, v)))
}

/// The next key with its value.
#[inline]
pub fn next_entry<'t>(t: &'t Thread, it: &DictIter) -> Result<Option<(VRef<'t>, VRef<'t>)>, DictChanged> {
    let d = it.dict.word();
    if d.is_unbound() {
        return Ok(None);
    }
    // SAFETY: the slot holds a dict, which is freed at a safepoint at the earliest.
    let d: &'t Dict = unsafe { &*d.ptr().cast::<Dict>() };
    let used = it.used.load(Relaxed);
    if used != d.len() {
        it.used.store(usize::MAX, Relaxed);
        return Err(DictChanged::Size);
    }
    if it.h.owner() == t.id() {
        if let Some((i, k, v)) = d.entry_from(t, it.index.load(Relaxed)) {
            let given = it.given.load(Relaxed);
            if given >= used {
                drop(it.dict.take(&it.h));
                return Err(DictChanged::Keys);
            }
            it.index.store(i + 1, Relaxed);
            it.given.store(given + 1, Relaxed);
            return Ok(Some((k, v)));
        }
        drop(it.dict.take(&it.h));
        return Ok(None);
    }
    let end = d.entries();
    loop {
        let i = claim(&it.h, &it.index);
        if i >= end {
            break;
        }
        if let Some((k, v)) = d.entry_at(t, i) {
            if claim(&it.h, &it.given) >= used {
                drop(it.dict.take(&it.h));
                return Err(DictChanged::Keys);
            }
            return Ok(Some((k, v)));
        }
    }
    drop(it.dict.take(&it.h));
    Ok(None)
}

fn this(v: VRef<'_>) -> &DictIter {
    v.cast().expect("a dict iterator")
}

fn next(t: &mut Thread, v: VRef<'_>, kind: Kind) -> Res<Option<Value>> {
    step(t, this(v), kind).map_err(|c| c.raise(t))
}

fn length_hint(t: &mut Thread, a: Args<'_>) -> Res {
    let it = this(a.get(0));
    let n = match it.dict.load() {
        Some(d) if d.cast::<Dict>().is_some_and(|d| d.len() == it.used.load(Relaxed)) => {
            it.used.load(Relaxed).saturating_sub(it.given.load(Relaxed))
        }
        _ => 0,
    };
    Ok(t.int_usize(n))
}

fn reduce(t: &mut Thread, a: Args<'_>) -> Res {
    let it = this(a.get(0));
    let kind = kind_of(header_of(it).shape());
    let mut rest = Vec::new();
    if let Some(dict) = it.dict.load() {
        // A copy runs to the end; the iterator itself stays where it is.
        let copy = new(t, dict.r(), kind);
        let c = this(copy.r());
        c.index.store(it.index.load(Relaxed), Relaxed);
        c.used.store(it.used.load(Relaxed), Relaxed);
        c.given.store(it.given.load(Relaxed), Relaxed);
        while let Some(x) = next(t, copy.r(), kind)? {
            rest.push(x)
        }
    }
    sequence::reduced_rest(t, rest)
}

// ---- backwards

/// Backward iterator over keys, values or items.
#[repr(C)]
pub struct ReverseDictIter {
    pub(crate) h: Header,
    dict: Slot,
    /// Entry before which to look; negative when exhausted.
    index: AtomicI64,
    used: AtomicUsize,
    given: AtomicUsize,
}
crate::object!(ReverseDictIter, "dict_reverseiterator", true, [dict]);

static REVERSE_METHODS: &[crate::object::MethodDef] = methods! {
    "__length_hint__(self, /)" => reverse_length_hint, "Private method returning an estimate of len(list(it)).";
    "__reduce__(self, /)" => reverse_reduce, "Return state information for pickling.";
};

/// `dict_reversekeyiterator`
pub static REVERSE_KEY_ITER: NativeType = NativeType::new(&REVERSE_KEY_SPEC);
static REVERSE_KEY_SPEC: TypeSpec = iterator!(
    "dict_reversekeyiterator",
    |t, v| reverse_next(t, v, Kind::Keys),
    REVERSE_METHODS,
    ReverseDictIter
);
/// `dict_reversevalueiterator`
pub static REVERSE_VALUE_ITER: NativeType = NativeType::new(&REVERSE_VALUE_SPEC);
static REVERSE_VALUE_SPEC: TypeSpec = iterator!(
    "dict_reversevalueiterator",
    |t, v| reverse_next(t, v, Kind::Values),
    REVERSE_METHODS,
    ReverseDictIter
);
/// `dict_reverseitemiterator`
pub static REVERSE_ITEM_ITER: NativeType = NativeType::new(&REVERSE_ITEM_SPEC);
static REVERSE_ITEM_SPEC: TypeSpec = iterator!(
    "dict_reverseitemiterator",
    |t, v| reverse_next(t, v, Kind::Items),
    REVERSE_METHODS,
    ReverseDictIter
);

fn reverse_type(kind: Kind) -> &'static NativeType {
    match kind {
        Kind::Keys => &REVERSE_KEY_ITER,
        Kind::Values => &REVERSE_VALUE_ITER,
        Kind::Items => &REVERSE_ITEM_ITER,
    }
}

/// A backward iterator over a dict.
pub fn new_reverse(t: &Thread, dict: VRef<'_>, kind: Kind) -> Value {
    let d = dict.cast::<Dict>();
    let shape = reverse_type(kind).shape(t);
    t.make(
        shape,
        ReverseDictIter {
            h: Header::new(0, 0),
            index: AtomicI64::new(d.map_or(0, |d| d.entries() as i64)),
            used: AtomicUsize::new(d.map_or(0, |d| d.len())),
            given: AtomicUsize::new(0),
            dict: Slot::new(dict.to_value()),
        },
    )
}

fn reverse(v: VRef<'_>) -> &ReverseDictIter {
    v.cast().expect("a reverse dict iterator")
}

fn reverse_next(t: &mut Thread, v: VRef<'_>, kind: Kind) -> Res<Option<Value>> {
    let it = reverse(v);
    let Some(dict) = it.dict.load() else { return Ok(None) };
    let Some(d) = dict.cast::<Dict>() else { return Ok(None) };
    let used = it.used.load(Relaxed);
    if used != d.len() {
        it.used.store(usize::MAX, Relaxed);
        return Err(DictChanged::Size.raise(t));
    }
    while let Ok(i) = usize::try_from(it.index.fetch_sub(1, Relaxed) - 1) {
        if i >= d.entries() {
            // Another table has come: there is nothing to go on with.
            break;
        }
        let x = d.entry_at(t, i).map(|(k, v)| part(t, kind, k, v));
        if let Some(x) = x {
            if it.given.fetch_add(1, Relaxed) >= used {
                drop(it.dict.take(header_of(it)));
                return Err(DictChanged::Keys.raise(t));
            }
            return Ok(Some(x));
        }
    }
    it.index.store(0, Relaxed);
    drop(it.dict.take(header_of(it)));
    Ok(None)
}

fn reverse_length_hint(t: &mut Thread, a: Args<'_>) -> Res {
    let it = reverse(a.get(0));
    let n = match it.dict.load() {
        Some(d) if d.cast::<Dict>().is_some_and(|d| d.len() == it.used.load(Relaxed)) => {
            it.used.load(Relaxed).saturating_sub(it.given.load(Relaxed))
        }
        _ => 0,
    };
    Ok(t.int_usize(n))
}

fn reverse_reduce(t: &mut Thread, a: Args<'_>) -> Res {
    let it = reverse(a.get(0));
    let kind = [Kind::Keys, Kind::Values, Kind::Items]
        .into_iter()
        .find(|k| std::ptr::eq(a.get(0).ty(), reverse_type(*k).get(t)))
        .unwrap_or(Kind::Keys);
    let mut rest = Vec::new();
    if let Some(dict) = it.dict.load() {
        let copy = new_reverse(t, dict.r(), kind);
        let c = reverse(copy.r());
        c.index.store(it.index.load(Relaxed), Relaxed);
        c.used.store(it.used.load(Relaxed), Relaxed);
        c.given.store(it.given.load(Relaxed), Relaxed);
        while let Some(x) = reverse_next(t, copy.r(), kind)? {
            rest.push(x)
        }
    }
    sequence::reduced_rest(t, rest)
}
