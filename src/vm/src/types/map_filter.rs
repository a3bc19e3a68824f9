//! `map` and `filter`.

use super::fixed;
use crate::object::{NativeType, Slots, TypeSpec};
use weft_strategy::{Header, Slot};

/// A map object.
#[repr(C)]
pub struct Map {
    pub(crate) h: Header,
    /// function
    pub func: Slot,
    /// tuple of iterators
    pub iters: Slot,
}
crate::object!(Map, "map", true, [func, iters]);

/// `map`
pub static MAP: NativeType = NativeType::fixed(&MAP_SPEC, fixed::MAP);
static MAP_SPEC: TypeSpec =
    TypeSpec { name: "map", slots: Slots { ..Slots::EMPTY }, ..TypeSpec::new::<Map>() };

/// A filter object.
#[repr(C)]
pub struct Filter {
    pub(crate) h: Header,
    /// predicate
    pub func: Slot,
    /// iterator
    pub iter: Slot,
}
crate::object!(Filter, "filter", true, [func, iter]);

/// `filter`
pub static FILTER: NativeType = NativeType::fixed(&FILTER_SPEC, fixed::FILTER);
static FILTER_SPEC: TypeSpec =
    TypeSpec { name: "filter", slots: Slots { ..Slots::EMPTY }, ..TypeSpec::new::<Filter>() };
