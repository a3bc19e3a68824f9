//! `bytearray`.

use super::fixed;
use crate::object::{NativeType, Object, Slots, TypeSpec, Visitor};
use weft_strategy::Header;

/// The bytearray object.
#[repr(C)]
pub struct ByteArray {
    pub(crate) h: Header,
}

// SAFETY: repr(C), header first, no references.
unsafe impl Object for ByteArray {
    crate::layout!(ByteArray, "bytearray", false);
    fn traverse(&self, _v: Visitor) {}
    fn clear(&self) {}
}

/// `bytearray`
pub static TYPE: NativeType = NativeType::fixed(&SPEC, fixed::BYTEARRAY);
static SPEC: TypeSpec =
    TypeSpec { name: "bytearray", slots: Slots { ..Slots::EMPTY }, ..TypeSpec::new::<ByteArray>() };
