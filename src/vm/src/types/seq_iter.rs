//! `iterator`: iteration by `__getitem__` from 0 up; and `callable_iterator`: `iter(function, sentinel)`.

use super::list_iter::claim;
use super::{sequence, tuple};
use crate::object::{Args, NativeType, Slots, TypeSpec, ValueExt, header_of, type_flag};
use crate::thread::Thread;
use crate::{Res, methods};
use std::sync::atomic::{AtomicUsize, Ordering::*};
use weft_strategy::{Header, Slot, VRef, Value};

/// The iterator.
#[repr(C)]
pub struct SeqIter {
    pub(crate) h: Header,
    /// The sequence; empty when exhausted.
    pub seq: Slot,
    /// Next index.
    pub index: AtomicUsize,
}
crate::object!(SeqIter, "iterator", true, [seq]);

/// `iterator`
pub static TYPE: NativeType = NativeType::new(&SPEC);
static SPEC: TypeSpec = TypeSpec {
    name: "iterator",
    flags: type_flag::IMMUTABLE | type_flag::NO_NEW,
    slots: Slots { iter: Some(sequence::itself), next: Some(next), ..Slots::EMPTY },
    methods: methods! {
        "__length_hint__(self, /)" => length_hint, "Private method returning an estimate of len(list(it)).";
        "__reduce__(self, /)" => reduce, "Return state information for pickling.";
        "__setstate__(self, object, /)" => setstate, "Set state information for unpickling.";
    },
    ..TypeSpec::new::<SeqIter>()
};

/// An iterator over a sequence.
pub fn new(t: &Thread, seq: Value) -> Value {
    let shape = TYPE.shape(t);
    t.make(shape, SeqIter { h: Header::new(0, 0), seq: Slot::new(seq), index: AtomicUsize::new(0) })
}

fn this(v: VRef<'_>) -> &SeqIter {
    v.cast().expect("an iterator")
}

fn next(t: &mut Thread, v: VRef<'_>) -> Res<Option<Value>> {
    let it = this(v);
    let Some(seq) = it.seq.load() else { return Ok(None) };
    let i = it.index.load(Relaxed);
    if i >= i64::MAX as usize {
        return Err(t.overflow_error("iter index too large"));
    }
    let i = claim(&it.h, &it.index);
    let key = t.int_usize(i);
    match t.getitem(seq.r(), key.r()) {
        Ok(x) => Ok(Some(x)),
        Err(e) => {
            if !t.raised_is(&crate::errors::INDEX_ERROR) && !t.raised_is(&crate::errors::STOP_ITERATION) {
                // The item is still to come.
                it.index.store(i, Relaxed);
                return Err(e);
            }
            t.clear_raised();
            drop(it.seq.take(header_of(it)));
            Ok(None)
        }
    }
}

fn length_hint(t: &mut Thread, a: Args<'_>) -> Res {
    let it = this(a.get(0));
    let Some(seq) = it.seq.load() else { return Ok(t.int(0)) };
    if seq.r().ty().slots().len.is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let n = t.len(seq.r())?;
    Ok(t.int_usize(n.saturating_sub(it.index.load(Relaxed))))
}

fn reduce(t: &mut Thread, a: Args<'_>) -> Res {
    let it = this(a.get(0));
    let f = sequence::builtin(t, "iter")?;
    match it.seq.load() {
        Some(seq) => {
            let i = t.int_usize(it.index.load(Relaxed));
            Ok(sequence::reduced(t, f, vec![seq], Some(i)))
        }
        None => {
            let none = tuple::empty(t);
            Ok(sequence::reduced(t, f, vec![none], None))
        }
    }
}

fn setstate(t: &mut Thread, a: Args<'_>) -> Res {
    let i = sequence::state_index(t, a.get(1))?;
    let it = this(a.get(0));
    if !it.seq.is_empty() {
        it.index.store(i.max(0) as usize, Relaxed)
    }
    Ok(Value::NONE)
}

// ---- iter(function, sentinel)

/// The iterator that calls a function until it gives the sentinel.
#[repr(C)]
pub struct CallableIter {
    pub(crate) h: Header,
    /// Empty when exhausted.
    func: Slot,
    sentinel: Slot,
}
crate::object!(CallableIter, "callable_iterator", true, [func, sentinel]);

/// `callable_iterator`
pub static CALLABLE: NativeType = NativeType::new(&CALLABLE_SPEC);
static CALLABLE_SPEC: TypeSpec = TypeSpec {
    name: "callable_iterator",
    flags: type_flag::IMMUTABLE | type_flag::NO_NEW,
    slots: Slots { iter: Some(sequence::itself), next: Some(callable_next), ..Slots::EMPTY },
    methods: methods! {
        "__reduce__(self, /)" => callable_reduce, "Return state information for pickling.";
    },
    ..TypeSpec::new::<CallableIter>()
};

/// `iter(func, sentinel)`; TypeError if `func` cannot be called.
pub fn new_callable(t: &mut Thread, func: VRef<'_>, sentinel: VRef<'_>) -> Res {
    if !t.callable(func) {
        return Err(t.type_error("iter(v, w): v must be callable"));
    }
    let shape = CALLABLE.shape(t);
    Ok(t.make(
        shape,
        CallableIter {
            h: Header::new(0, 0),
            func: Slot::new(func.to_value()),
            sentinel: Slot::new(sentinel.to_value()),
        },
    ))
}

fn callable(v: VRef<'_>) -> &CallableIter {
    v.cast().expect("a callable iterator")
}

fn callable_next(t: &mut Thread, v: VRef<'_>) -> Res<Option<Value>> {
    let it = callable(v);
    let Some(func) = it.func.load() else { return Ok(None) };
    let r = match t.call(func.r(), &[]) {
        Ok(r) => r,
        Err(e) => {
            if !t.raised_is(&crate::errors::STOP_ITERATION) {
                return Err(e);
            }
            t.clear_raised();
            exhaust(it);
            return Ok(None);
        }
    };
    // The call may have exhausted the iterator itself.
    let Some(sentinel) = it.sentinel.load() else { return Ok(None) };
    if !t.equal(sentinel.r(), r.r())? {
        return Ok(Some(r));
    }
    exhaust(it);
    Ok(None)
}

fn exhaust(it: &CallableIter) {
    drop(it.func.take(header_of(it)));
    drop(it.sentinel.take(header_of(it)));
}

fn callable_reduce(t: &mut Thread, a: Args<'_>) -> Res {
    let it = callable(a.get(0));
    let f = sequence::builtin(t, "iter")?;
    match (it.func.load(), it.sentinel.load()) {
        (Some(func), Some(sentinel)) => Ok(sequence::reduced(t, f, vec![func, sentinel], None)),
        _ => {
            let none = tuple::empty(t);
            Ok(sequence::reduced(t, f, vec![none], None))
        }
    }
}
