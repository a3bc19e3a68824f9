//! Iterator of tuples.

use super::sequence;
use super::tuple::Tuple;
use super::{fixed, list_iter::claim};
use crate::object::{Args, NativeType, Slots, TypeSpec, ValueExt, type_flag};
use crate::thread::Thread;
use crate::{Res, methods};
use std::sync::atomic::{AtomicUsize, Ordering::*};
use weft_strategy::{Header, Slot, VRef, Value};

/// Iterator of tuples.
#[repr(C)]
pub struct TupleIter {
    pub(crate) h: Header,
    /// What is iterated; empty when exhausted.
    pub seq: Slot,
    /// Next index.
    pub index: AtomicUsize,
}
crate::object!(TupleIter, "tuple_iterator", true, [seq]);

/// `tuple_iterator`
pub static TYPE: NativeType = NativeType::fixed(&SPEC, fixed::TUPLE_ITER);
static SPEC: TypeSpec = TypeSpec {
    name: "tuple_iterator",
    flags: type_flag::IMMUTABLE | type_flag::NO_NEW,
    slots: Slots {
        iter: Some(sequence::itself),
        next: Some(|t, v| Ok(step(t, this(v)).map(|v| v.to_value()))),
        ..Slots::EMPTY
    },
    methods: methods! {
        "__length_hint__(self, /)" => length_hint, "Private method returning an estimate of len(list(it)).";
        "__reduce__(self, /)" => reduce, "Return state information for pickling.";
        "__setstate__(self, object, /)" => setstate, "Set state information for unpickling.";
    },
    ..TypeSpec::new::<TupleIter>()
};

fn this(v: VRef<'_>) -> &TupleIter {
    v.cast().expect("a tuple iterator")
}

/// An iterator over a tuple.
pub fn new(t: &Thread, tuple: Value) -> Value {
    t.make(
        fixed::TUPLE_ITER,
        TupleIter { h: Header::new(0, 0), seq: Slot::new(tuple), index: AtomicUsize::new(0) },
    )
}

/// The next item.
#[inline]
pub fn step<'t>(t: &'t Thread, it: &TupleIter) -> Option<VRef<'t>> {
    let tuple: &'t Tuple = it.seq.get(t)?.cast()?;
    let i = claim(&it.h, &it.index);
    if i < tuple.len() {
        return Some(tuple.get(i));
    }
    drop(it.seq.take(&it.h));
    None
}

fn length_hint(t: &mut Thread, a: Args<'_>) -> Res {
    let it = this(a.get(0));
    let n = it.seq.load().and_then(|l| l.cast::<Tuple>().map(|l| l.len()));
    Ok(t.int_usize(n.map_or(0, |n| n.saturating_sub(it.index.load(Relaxed)))))
}

fn reduce(t: &mut Thread, a: Args<'_>) -> Res {
    let it = this(a.get(0));
    let f = sequence::builtin(t, "iter")?;
    match it.seq.load() {
        Some(l) => {
            let i = t.int_usize(it.index.load(Relaxed));
            Ok(sequence::reduced(t, f, vec![l], Some(i)))
        }
        None => {
            let none = super::tuple::empty(t);
            Ok(sequence::reduced(t, f, vec![none], None))
        }
    }
}

fn setstate(t: &mut Thread, a: Args<'_>) -> Res {
    let i = sequence::state_index(t, a.get(1))?;
    let it = this(a.get(0));
    if let Some(n) = it.seq.load().and_then(|l| l.cast::<Tuple>().map(|l| l.len())) {
        it.index.store(i.clamp(0, n as i64) as usize, Relaxed)
    }
    Ok(Value::NONE)
}
