//! `property`.

use super::fixed;
use crate::object::{NativeType, Slots, TypeSpec};
use weft_strategy::{Header, Slot};

/// A property.
#[repr(C)]
pub struct Property {
    pub(crate) h: Header,
    /// getter
    pub fget: Slot,
    /// setter
    pub fset: Slot,
    /// deleter
    pub fdel: Slot,
    /// `__doc__`
    pub doc: Slot,
    /// `__name__`
    pub name: Slot,
}
crate::object!(Property, "property", true, [fget, fset, fdel, doc, name]);

/// `property`
pub static TYPE: NativeType = NativeType::fixed(&SPEC, fixed::PROPERTY);
static SPEC: TypeSpec =
    TypeSpec { name: "property", slots: Slots { ..Slots::EMPTY }, ..TypeSpec::new::<Property>() };
