//! `zip`.

use super::fixed;
use crate::object::{NativeType, Slots, TypeSpec};
use weft_strategy::{Header, Slot};

/// A zip object.
#[repr(C)]
pub struct Zip {
    pub(crate) h: Header,
    /// tuple of iterators
    pub iters: Slot,
}
crate::object!(Zip, "zip", true, [iters]);

/// `zip`
pub static TYPE: NativeType = NativeType::fixed(&SPEC, fixed::ZIP);
static SPEC: TypeSpec = TypeSpec { name: "zip", slots: Slots { ..Slots::EMPTY }, ..TypeSpec::new::<Zip>() };
