//! `enumerate`.

use super::fixed;
use crate::object::{NativeType, Slots, TypeSpec};
use weft_strategy::{Header, Slot};

/// An enumerate object.
#[repr(C)]
pub struct Enumerate {
    pub(crate) h: Header,
    /// the iterator
    pub iter: Slot,
    /// next index, an int
    pub count: Slot,
}
crate::object!(Enumerate, "enumerate", true, [iter, count]);

/// `enumerate`
pub static TYPE: NativeType = NativeType::fixed(&SPEC, fixed::ENUMERATE);
static SPEC: TypeSpec =
    TypeSpec { name: "enumerate", slots: Slots { ..Slots::EMPTY }, ..TypeSpec::new::<Enumerate>() };
