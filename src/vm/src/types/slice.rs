//! `slice`.

use super::fixed;
use crate::object::{NativeType, Slots, TypeSpec};
use crate::thread::Thread;
use weft_strategy::{Header, Slot, Value};

/// A slice.
#[repr(C)]
pub struct Slice {
    pub(crate) h: Header,
    /// start
    pub start: Slot,
    /// stop
    pub stop: Slot,
    /// step
    pub step: Slot,
}
crate::object!(Slice, "slice", true, [start, stop, step]);

/// `slice`
pub static TYPE: NativeType = NativeType::fixed(&SPEC, fixed::SLICE);
static SPEC: TypeSpec =
    TypeSpec { name: "slice", slots: Slots { ..Slots::EMPTY }, ..TypeSpec::new::<Slice>() };

impl Slice {
    /// A slice.
    pub fn new(t: &Thread, start: Value, stop: Value, step: Value) -> Value {
        t.make(
            fixed::SLICE,
            Slice {
                h: Header::new(0, 0),
                start: Slot::new(start),
                stop: Slot::new(stop),
                step: Slot::new(step),
            },
        )
    }
}
