//! `mappingproxy`: a read-only view of a mapping.

use super::fixed;
use crate::object::{NativeType, Slots, TypeSpec};
use weft_strategy::{Header, Slot};

/// A mapping proxy.
#[repr(C)]
pub struct MappingProxy {
    pub(crate) h: Header,
    /// the mapping
    pub mapping: Slot,
}
crate::object!(MappingProxy, "mappingproxy", true, [mapping]);

/// `mappingproxy`
pub static TYPE: NativeType = NativeType::fixed(&SPEC, fixed::MAPPINGPROXY);
static SPEC: TypeSpec =
    TypeSpec { name: "mappingproxy", slots: Slots { ..Slots::EMPTY }, ..TypeSpec::new::<MappingProxy>() };
