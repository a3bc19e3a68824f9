//! Iterator of sets: the set and a place of its table.

use super::list_iter::claim;
use super::sequence;
use super::set::Set;
use crate::object::{Args, NativeType, Slots, TypeSpec, ValueExt, type_flag};
use crate::thread::Thread;
use crate::{Res, methods};
use std::sync::atomic::{AtomicUsize, Ordering::*};
use weft_strategy::{Header, Slot, VRef, Value};

/// The iterator.
#[repr(C)]
pub struct SetIter {
    pub(crate) h: Header,
    set: Slot,
    /// Next place.
    index: AtomicUsize,
    /// Size of the set when iteration began; `usize::MAX` once a change has been reported.
    used: AtomicUsize,
    given: AtomicUsize,
}
crate::object!(SetIter, "set_iterator", true, [set]);

/// `set_iterator`
pub static TYPE: NativeType = NativeType::fixed(&SPEC, super::fixed::SET_ITER);
static SPEC: TypeSpec = TypeSpec {
    name: "set_iterator",
    flags: type_flag::IMMUTABLE | type_flag::NO_NEW,
    slots: Slots { iter: Some(sequence::itself), next: Some(next), ..Slots::EMPTY },
    methods: methods! {
        "__length_hint__(self, /)" => length_hint, "Private method returning an estimate of len(list(it)).";
        "__reduce__(self, /)" => reduce, "Return state information for pickling.";
    },
    ..TypeSpec::new::<SetIter>()
};

/// An iterator over a set.
pub fn new(t: &Thread, set: VRef<'_>) -> Value {
    let shape = TYPE.shape(t);
    t.make(
        shape,
        SetIter {
            h: Header::new(0, 0),
            used: AtomicUsize::new(set.cast::<Set>().map_or(0, |s| s.len())),
            set: Slot::new(set.to_value()),
            index: AtomicUsize::new(0),
            given: AtomicUsize::new(0),
        },
    )
}

fn this(v: VRef<'_>) -> &SetIter {
    v.cast().expect("a set iterator")
}

/// The next element; `Err`: the set's size changed.
fn step(t: &Thread, it: &SetIter) -> Result<Option<Value>, ()> {
    if let Some(next) = next_own(t, it) {
        return Ok(next.map(|k| k.to_value()));
    }
    let Some(s) = it.set.get(t).and_then(|s| s.cast::<Set>()) else { return Ok(None) };
    let used = it.used.load(Relaxed);
    if used != s.len() {
        it.used.store(usize::MAX, Relaxed);
        return Err(());
    }
    let end = s.places();
    loop {
        let i = claim(&it.h, &it.index);
        if i >= end {
            break;
        }
        if let Some(k) = s.at(t, i) {
            claim(&it.h, &it.given);
            return Ok(Some(k.to_value()));
        }
    }
    drop(it.set.take(&it.h));
    Ok(None)
}

/// The next element of an iterator that only this thread can see; `None`: it is another, or the set's size changed.
#[inline]
pub fn next_own<'t>(t: &'t Thread, it: &SetIter) -> Option<Option<VRef<'t>>> {
    if it.h.owner() != t.id() {
        return None;
    }
    let Some(s) = it.set.get(t).and_then(|s| s.cast::<Set>()) else { return Some(None) };
    if it.used.load(Relaxed) != s.len() {
        return None;
    }
    match s.from(t, it.index.load(Relaxed)) {
        Some((k, next)) => {
            it.index.store(next, Relaxed);
            it.given.store(it.given.load(Relaxed) + 1, Relaxed);
            Some(Some(k))
        }
        None => {
            drop(it.set.take(&it.h));
            Some(None)
        }
    }
}

/// The next element; RuntimeError if the set's size changed.
pub fn next(t: &mut Thread, v: VRef<'_>) -> Res<Option<Value>> {
    step(t, this(v)).map_err(|()| t.runtime_error("Set changed size during iteration"))
}

fn length_hint(t: &mut Thread, a: Args<'_>) -> Res {
    let it = this(a.get(0));
    let used = it.used.load(Relaxed);
    let n = match it.set.load() {
        Some(s) if s.cast::<Set>().is_some_and(|s| s.len() == used) => {
            used.saturating_sub(it.given.load(Relaxed))
        }
        _ => 0,
    };
    Ok(t.int_usize(n))
}

fn reduce(t: &mut Thread, a: Args<'_>) -> Res {
    let it = this(a.get(0));
    let mut rest = Vec::new();
    if let Some(s) = it.set.load() {
        // A copy runs to the end; the iterator itself stays where it is.
        let copy = new(t, s.r());
        let c = this(copy.r());
        c.index.store(it.index.load(Relaxed), Relaxed);
        c.used.store(it.used.load(Relaxed), Relaxed);
        while let Some(x) = next(t, copy.r())? {
            rest.push(x)
        }
    }
    sequence::reduced_rest(t, rest)
}
