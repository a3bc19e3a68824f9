//! `range` and its iterator.

use super::fixed;
use crate::object::{NativeType, Object, Slots, TypeSpec, Visitor};
use crate::thread::Thread;
use std::sync::atomic::AtomicI64;
use weft_strategy::{Header, Slot, Value};

/// A range. Bounds are ints of any size.
#[repr(C)]
pub struct Range {
    pub(crate) h: Header,
    /// start
    pub start: Slot,
    /// stop
    pub stop: Slot,
    /// step
    pub step: Slot,
    /// length
    pub length: Slot,
}
crate::object!(Range, "range", false, [start, stop, step, length]);

/// Iterator over a range whose bounds fit 62 bits. The interpreter steps it in place.
#[repr(C)]
pub struct RangeIter {
    pub(crate) h: Header,
    /// Next value.
    pub next: AtomicI64,
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

/// `range`
pub static TYPE: NativeType = NativeType::fixed(&SPEC, fixed::RANGE);
static SPEC: TypeSpec =
    TypeSpec { name: "range", slots: Slots { ..Slots::EMPTY }, ..TypeSpec::new::<Range>() };
/// `range_iterator`
pub static ITERATOR: NativeType = NativeType::fixed(&ITER_SPEC, fixed::RANGE_ITER);
static ITER_SPEC: TypeSpec =
    TypeSpec { name: "range_iterator", slots: Slots { ..Slots::EMPTY }, ..TypeSpec::new::<RangeIter>() };

/// Keeps the iterator's constructor in one place.
pub fn new_iter(t: &Thread, start: i64, step: i64, length: i64) -> Value {
    t.make(
        fixed::RANGE_ITER,
        RangeIter { h: Header::new(0, 0), next: AtomicI64::new(start), step, left: AtomicI64::new(length) },
    )
}
