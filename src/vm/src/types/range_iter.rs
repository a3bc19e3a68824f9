//! Iterators of ranges.
//!
//! The small one has one moving part, the number of values left: a value is computed from it, so threads
//! that share an iterator may meet a value twice, or miss one, but never leave the range.

use super::range::Range;
use super::{fixed, int, sequence};
use crate::object::{Args, NativeType, Object, Slots, TypeSpec, ValueExt, Visitor, header_of, type_flag};
use crate::thread::Thread;
use crate::{Res, methods};
use dashu_int::IBig;
use std::sync::atomic::{AtomicI64, Ordering::*};
use weft_strategy::{Header, Slot, VRef, Value};

/// Iterator over a range whose bounds fit 62 bits. The interpreter steps it in place.
#[repr(C)]
pub struct RangeIter {
    pub(crate) h: Header,
    /// What would be the value after the last one, modulo 2^64.
    pub end: i64,
    /// Step.
    pub step: i64,
    /// Values left.
    pub left: AtomicI64,
}

// SAFETY: repr(C), header first, no references.
unsafe impl Object for RangeIter {
    crate::layout!(RangeIter, "range_iterator", false);
    fn traverse(&self, _v: Visitor) {}
    fn clear(&self) {}
}

/// `range_iterator`
pub static ITERATOR: NativeType = NativeType::fixed(&SPEC, fixed::RANGE_ITER);
static SPEC: TypeSpec = TypeSpec {
    name: "range_iterator",
    flags: type_flag::IMMUTABLE | type_flag::NO_NEW,
    slots: Slots {
        iter: Some(sequence::itself),
        next: Some(|t, v| Ok(this(v).step().map(|i| t.int(i)))),
        ..Slots::EMPTY
    },
    methods: methods! {
        "__length_hint__(self, /)" => |t, a| Ok(t.int(this(a.get(0)).left.load(Relaxed).max(0))), "Private method returning an estimate of len(list(it)).";
        "__reduce__(self, /)" => reduce, "Return state information for pickling.";
        "__setstate__(self, object, /)" => setstate, "Set state information for unpickling.";
    },
    ..TypeSpec::new::<RangeIter>()
};

/// Keeps the iterator's constructor in one place.
pub fn new_iter(t: &Thread, start: i64, step: i64, length: i64) -> Value {
    t.make(
        fixed::RANGE_ITER,
        RangeIter {
            h: Header::new(0, 0),
            end: start.wrapping_add(step.wrapping_mul(length)),
            step,
            left: AtomicI64::new(length),
        },
    )
}

impl RangeIter {
    /// The next value.
    #[inline(always)]
    pub fn step(&self) -> Option<i64> {
        let left = self.left.load(Relaxed);
        if left <= 0 {
            return None;
        }
        self.left.store(left - 1, Relaxed);
        Some(self.value(left))
    }

    /// The value that comes when so many are left.
    #[inline(always)]
    fn value(&self, left: i64) -> i64 {
        self.end.wrapping_sub(left.wrapping_mul(self.step))
    }
}

fn this(v: VRef<'_>) -> &RangeIter {
    v.cast().expect("a range iterator")
}

/// An iterator over a range: small if everything fits, also what comes after the last value.
pub fn over(t: &Thread, r: &Range) -> Value {
    match r.small() {
        Some((start, step, length)) if fits(start, step, length) => new_iter(t, start, step, length),
        _ => {
            let (start, step, length) = r.large();
            new_long(t, start, step, length)
        }
    }
}

/// Is what comes after the last value a machine word?
fn fits(start: i64, step: i64, length: i64) -> bool {
    step.checked_mul(length).and_then(|d| start.checked_add(d)).is_some()
}

/// An iterator over the same values in reverse.
pub fn over_reversed(t: &Thread, r: &Range) -> Value {
    match r.small() {
        Some((start, step, length)) if fits(start, step, length) && fits(start, -step, 1) => {
            new_iter(t, start + step * (length - 1).max(0), -step, length)
        }
        _ => {
            let (start, step, length) = r.large();
            let last = if length > IBig::ZERO { &start + &step * (&length - IBig::ONE) } else { start };
            new_long(t, last, -step, length)
        }
    }
}

/// `(iter, (range of what is left,), None)`
fn reduced(t: &mut Thread, next: IBig, end: IBig, step: IBig) -> Res {
    let f = sequence::builtin(t, "iter")?;
    let rest = Range::make(t, t.big_int(next), t.big_int(end), t.big_int(step));
    Ok(sequence::reduced(t, f, vec![rest], Some(Value::NONE)))
}

fn reduce(t: &mut Thread, a: Args<'_>) -> Res {
    let it = this(a.get(0));
    let next = it.value(it.left.load(Relaxed).max(0));
    reduced(t, next.into(), it.end.into(), it.step.into())
}

fn setstate(t: &mut Thread, a: Args<'_>) -> Res {
    let i = sequence::state_index(t, a.get(1))?;
    let it = this(a.get(0));
    let left = it.left.load(Relaxed).max(0);
    it.left.store(left - i.clamp(0, left), Relaxed);
    Ok(Value::NONE)
}

// ---- beyond 62 bits

/// Iterator over a range of big ints.
#[repr(C)]
pub struct LongRangeIter {
    pub(crate) h: Header,
    start: Slot,
    step: Slot,
    length: Slot,
    /// Values given out so far, an int.
    given: Slot,
}
crate::object!(LongRangeIter, "longrange_iterator", true, [start, step, length, given]);

/// `longrange_iterator`
pub static LONG_ITERATOR: NativeType = NativeType::new(&LONG_SPEC);
static LONG_SPEC: TypeSpec = TypeSpec {
    name: "longrange_iterator",
    flags: type_flag::IMMUTABLE | type_flag::NO_NEW,
    slots: Slots { iter: Some(sequence::itself), next: Some(long_next), ..Slots::EMPTY },
    methods: methods! {
        "__length_hint__(self, /)" => long_length_hint, "Private method returning an estimate of len(list(it)).";
        "__reduce__(self, /)" => long_reduce, "Return state information for pickling.";
        "__setstate__(self, object, /)" => long_setstate, "Set state information for unpickling.";
    },
    ..TypeSpec::new::<LongRangeIter>()
};

fn new_long(t: &Thread, start: IBig, step: IBig, length: IBig) -> Value {
    let shape = LONG_ITERATOR.shape(t);
    t.make(
        shape,
        LongRangeIter {
            h: Header::new(0, 0),
            start: Slot::new(t.big_int(start)),
            step: Slot::new(t.big_int(step)),
            length: Slot::new(t.big_int(length)),
            given: Slot::new(t.int(0)),
        },
    )
}

fn long(v: VRef<'_>) -> &LongRangeIter {
    v.cast().expect("a long range iterator")
}

fn number(s: &Slot) -> IBig {
    s.load().and_then(|v| int::to_big(v.r())).unwrap_or(IBig::ZERO)
}

fn long_next(t: &mut Thread, v: VRef<'_>) -> Res<Option<Value>> {
    let it = long(v);
    let given = number(&it.given);
    if given >= number(&it.length) {
        return Ok(None);
    }
    it.given.set(header_of(it), t.big_int(&given + IBig::ONE));
    Ok(Some(t.big_int(number(&it.start) + given * number(&it.step))))
}

fn long_length_hint(t: &mut Thread, a: Args<'_>) -> Res {
    let it = long(a.get(0));
    Ok(t.big_int(number(&it.length) - number(&it.given)))
}

fn long_reduce(t: &mut Thread, a: Args<'_>) -> Res {
    let it = long(a.get(0));
    let (start, step) = (number(&it.start), number(&it.step));
    let next = &start + number(&it.given) * &step;
    let end = start + number(&it.length) * &step;
    reduced(t, next, end, step)
}

fn long_setstate(t: &mut Thread, a: Args<'_>) -> Res {
    let Some(i) = int::to_big(a.get(1)) else {
        let n = a.get(1).ty().name();
        return Err(t.type_error(format!("state must be an int, not {n}")));
    };
    let it = long(a.get(0));
    let i = i.max(IBig::ZERO).min(number(&it.length));
    it.given.set(header_of(it), t.big_int(i));
    Ok(Value::NONE)
}
