//! Iterators of lists, forwards and backwards.
//!
//! An iterator keeps the list and an index, no pointer into the buffer. Threads that share one claim
//! indices by an atomic step, so that each item is given out once.

use super::fixed;
use super::list::List;
use super::sequence;
use crate::object::{Args, NativeType, Slots, TypeSpec, ValueExt, header_of, type_flag};
use crate::thread::Thread;
use crate::{Res, methods};
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering::*};
use weft_strategy::{Header, Slot, VRef, Value};

/// Iterator of lists.
#[repr(C)]
pub struct ListIter {
    pub(crate) h: Header,
    /// What is iterated; empty when exhausted.
    pub seq: Slot,
    /// Next index.
    pub index: AtomicUsize,
}
crate::object!(ListIter, "list_iterator", true, [seq]);

/// `list_iterator`
pub static TYPE: NativeType = NativeType::fixed(&SPEC, fixed::LIST_ITER);
static SPEC: TypeSpec = TypeSpec {
    name: "list_iterator",
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
    ..TypeSpec::new::<ListIter>()
};

fn this(v: VRef<'_>) -> &ListIter {
    v.cast().expect("a list iterator")
}

/// An iterator over a list.
pub fn new(t: &Thread, list: Value) -> Value {
    t.make(
        fixed::LIST_ITER,
        ListIter { h: Header::new(0, 0), seq: Slot::new(list), index: AtomicUsize::new(0) },
    )
}

/// Takes the present value of a position and moves on: plainly on an object of this thread, else atomically.
#[inline(always)]
pub fn claim(h: &Header, index: &AtomicUsize) -> usize {
    if h.owner() == weft_strategy::me() {
        let i = index.load(Relaxed);
        index.store(i.wrapping_add(1), Relaxed);
        i
    } else {
        index.fetch_add(1, Relaxed)
    }
}

impl ListIter {
    /// The next item's word, where iterator and list are the thread's own and there is one.
    #[inline(always)]
    pub fn step_own(&self, me: u16) -> Option<weft_strategy::Word> {
        let list = self.seq.word();
        if self.h.owner() != me || list.is_unbound() {
            return None;
        }
        // SAFETY: the slot holds a list.
        let list = unsafe { &*list.ptr().cast::<List>() };
        if list.header().owner() != me {
            return None;
        }
        let i = self.index.load(Relaxed);
        let w = list.slots().get(i)?.word();
        self.index.store(i + 1, Relaxed);
        Some(w)
    }
}

/// The next index of a backward iterator, which is taken.
#[inline(always)]
pub fn claim_down(h: &Header, index: &AtomicI64) -> i64 {
    if h.owner() == weft_strategy::me() {
        let i = index.load(Relaxed);
        index.store(i.wrapping_sub(1), Relaxed);
        i
    } else {
        index.fetch_sub(1, Relaxed)
    }
}

/// The next item.
#[inline]
pub fn step<'t>(t: &'t Thread, it: &ListIter) -> Option<VRef<'t>> {
    let list: &'t List = it.seq.get(t)?.cast()?;
    let i = claim(&it.h, &it.index);
    match list.get(t, i) {
        Some(v) => Some(v),
        None => {
            drop(it.seq.take(&it.h));
            None
        }
    }
}

fn length_hint(t: &mut Thread, a: Args<'_>) -> Res {
    let it = this(a.get(0));
    let n = it.seq.load().and_then(|l| l.cast::<List>().map(|l| l.len()));
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
            let l = List::new(t, Vec::new());
            Ok(sequence::reduced(t, f, vec![l], None))
        }
    }
}

fn setstate(t: &mut Thread, a: Args<'_>) -> Res {
    let i = sequence::state_index(t, a.get(1))?;
    let it = this(a.get(0));
    if let Some(l) = it.seq.load().and_then(|l| l.cast::<List>().map(|l| l.len())) {
        it.index.store(i.clamp(0, l as i64) as usize, Relaxed)
    }
    Ok(Value::NONE)
}

// ---- backwards

/// Backward iterator of lists.
#[repr(C)]
pub struct ReverseIter {
    pub(crate) h: Header,
    seq: Slot,
    /// Next index; negative when exhausted.
    index: AtomicI64,
}
crate::object!(ReverseIter, "list_reverseiterator", true, [seq]);

/// `list_reverseiterator`
pub static REVERSE: NativeType = NativeType::new(&REVERSE_SPEC);
static REVERSE_SPEC: TypeSpec = TypeSpec {
    name: "list_reverseiterator",
    flags: type_flag::IMMUTABLE | type_flag::NO_NEW,
    slots: Slots { iter: Some(sequence::itself), next: Some(reverse_next), ..Slots::EMPTY },
    methods: methods! {
        "__length_hint__(self, /)" => reverse_length_hint, "Private method returning an estimate of len(list(it)).";
        "__reduce__(self, /)" => reverse_reduce, "Return state information for pickling.";
        "__setstate__(self, object, /)" => reverse_setstate, "Set state information for unpickling.";
    },
    ..TypeSpec::new::<ReverseIter>()
};

fn reverse(v: VRef<'_>) -> &ReverseIter {
    v.cast().expect("a reverse list iterator")
}

/// A backward iterator over a list.
pub fn new_reverse(t: &Thread, list: Value) -> Value {
    let n = list.cast::<List>().map_or(0, |l| l.len());
    let shape = REVERSE.shape(t);
    t.make(
        shape,
        ReverseIter { h: Header::new(0, 0), seq: Slot::new(list), index: AtomicI64::new(n as i64 - 1) },
    )
}

fn reverse_next(t: &mut Thread, v: VRef<'_>) -> Res<Option<Value>> {
    let it = reverse(v);
    let Some(l) = it.seq.load() else { return Ok(None) };
    let i = claim_down(&it.h, &it.index);
    let x = match (usize::try_from(i), l.cast::<List>()) {
        (Ok(i), Some(l)) => l.load(t, i),
        _ => None,
    };
    if x.is_none() {
        it.index.store(-1, Relaxed);
        drop(it.seq.take(header_of(it)));
    }
    Ok(x)
}

fn reverse_length_hint(t: &mut Thread, a: Args<'_>) -> Res {
    let it = reverse(a.get(0));
    let n = it.seq.load().and_then(|l| l.cast::<List>().map(|l| l.len())).unwrap_or(0) as i64;
    let left = it.index.load(Relaxed).saturating_add(1);
    Ok(t.int(if left > n { 0 } else { left.max(0) }))
}

fn reverse_reduce(t: &mut Thread, a: Args<'_>) -> Res {
    let it = reverse(a.get(0));
    let f = sequence::builtin(t, "reversed")?;
    match it.seq.load() {
        Some(l) if it.index.load(Relaxed) >= 0 => {
            let i = t.int(it.index.load(Relaxed));
            Ok(sequence::reduced(t, f, vec![l], Some(i)))
        }
        _ => {
            let l = List::new(t, Vec::new());
            Ok(sequence::reduced(t, f, vec![l], None))
        }
    }
}

fn reverse_setstate(t: &mut Thread, a: Args<'_>) -> Res {
    let i = sequence::state_index(t, a.get(1))?;
    let it = reverse(a.get(0));
    if let Some(n) = it.seq.load().and_then(|l| l.cast::<List>().map(|l| l.len())) {
        it.index.store(i.clamp(-1, n as i64 - 1), Relaxed)
    }
    Ok(Value::NONE)
}
