//! `cell`: a variable shared by a function and the functions inside it.

use super::fixed;
use crate::object::{NativeType, TypeSpec, type_flag};
use crate::thread::Thread;
use weft_strategy::{Header, Slot, Value};

/// The cell object.
#[repr(C)]
pub struct Cell {
    pub(crate) h: Header,
    /// The variable's value; empty when unbound.
    pub value: Slot,
}

crate::object!(Cell, "cell", true, [value]);

/// `types.CellType`
pub static TYPE: NativeType = NativeType::fixed(&SPEC, fixed::CELL);
static SPEC: TypeSpec = TypeSpec {
    name: "cell",
    flags: type_flag::IMMUTABLE,
    slots: super::cell_methods::SLOTS,
    getset: super::cell_methods::GETSET,
    ..TypeSpec::new::<Cell>()
};

impl Cell {
    /// A cell, maybe empty.
    pub fn new(t: &Thread, v: Option<Value>) -> Value {
        t.make(fixed::CELL, Cell { h: Header::new(0, 0), value: Slot::from_option(v) })
    }
}
