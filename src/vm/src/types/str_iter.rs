//! Iterator of str.

use super::fixed;
use crate::object::{NativeType, Slots, TypeSpec};
use std::sync::atomic::AtomicUsize;
use weft_strategy::{Header, Slot};

/// Iterator of str.
#[repr(C)]
pub struct StrIter {
    pub(crate) h: Header,
    /// What is iterated; empty when exhausted.
    pub seq: Slot,
    /// Next index.
    pub index: AtomicUsize,
}
crate::object!(StrIter, "str_iterator", true, [seq]);

/// `str_iterator`
pub static TYPE: NativeType = NativeType::fixed(&SPEC, fixed::STR_ITER);
static SPEC: TypeSpec =
    TypeSpec { name: "str_iterator", slots: Slots { ..Slots::EMPTY }, ..TypeSpec::new::<StrIter>() };
