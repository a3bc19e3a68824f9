//! `super`.

use super::fixed;
use crate::object::{NativeType, Slots, TypeSpec};
use weft_strategy::{Header, Slot};

/// A super object.
#[repr(C)]
pub struct Super {
    pub(crate) h: Header,
    /// `__thisclass__`
    pub class: Slot,
    /// `__self__`
    pub obj: Slot,
    /// `__self_class__`
    pub obj_type: Slot,
}
crate::object!(Super, "super", true, [class, obj, obj_type]);

/// `super`
pub static TYPE: NativeType = NativeType::fixed(&SPEC, fixed::SUPER);
static SPEC: TypeSpec =
    TypeSpec { name: "super", slots: Slots { ..Slots::EMPTY }, ..TypeSpec::new::<Super>() };
