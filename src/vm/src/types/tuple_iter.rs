//! Iterator of tuples.

use super::fixed;
use crate::object::{NativeType, Slots, TypeSpec};
use std::sync::atomic::AtomicUsize;
use weft_strategy::{Header, Slot};

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
static SPEC: TypeSpec =
    TypeSpec { name: "tuple_iterator", slots: Slots { ..Slots::EMPTY }, ..TypeSpec::new::<TupleIter>() };
