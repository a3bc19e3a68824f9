//! `iterator`: iteration by `__getitem__` from 0 up.

use crate::object::{NativeType, Slots, TypeSpec};
use crate::thread::Thread;
use std::sync::atomic::AtomicUsize;
use weft_strategy::{Header, Slot, Value};

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
static SPEC: TypeSpec =
    TypeSpec { name: "iterator", slots: Slots { ..Slots::EMPTY }, ..TypeSpec::new::<SeqIter>() };

/// An iterator over a sequence.
pub fn new(t: &Thread, seq: Value) -> Value {
    let shape = TYPE.shape(t);
    t.make(shape, SeqIter { h: Header::new(0, 0), seq: Slot::new(seq), index: AtomicUsize::new(0) })
}
