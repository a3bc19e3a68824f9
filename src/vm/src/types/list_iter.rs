//! Iterator of lists.

use super::fixed;
use crate::object::{NativeType, Slots, TypeSpec};
use std::sync::atomic::AtomicUsize;
use weft_strategy::{Header, Slot};

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
static SPEC: TypeSpec =
    TypeSpec { name: "list_iterator", slots: Slots { ..Slots::EMPTY }, ..TypeSpec::new::<ListIter>() };
