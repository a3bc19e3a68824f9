//! `traceback` objects.

use super::fixed;
use crate::object::{NativeType, TypeSpec, type_flag};
use crate::thread::Thread;
use std::sync::atomic::AtomicI64;
use weft_strategy::{Header, Slot, Value};

/// One entry of a traceback: a frame and where it was.
#[repr(C)]
pub struct Traceback {
    pub(crate) h: Header,
    /// `tb_next`
    pub next: Slot,
    /// `tb_frame`
    pub frame: Slot,
    /// `tb_lasti`: twice the instruction's index, as CPython counts bytes.
    pub lasti: AtomicI64,
    /// `tb_lineno`; -1: worked out from the instruction.
    pub lineno: AtomicI64,
}
crate::object!(Traceback, "traceback", true, [next, frame]);

/// `types.TracebackType`
pub static TYPE: NativeType = NativeType::fixed(&SPEC, fixed::TRACEBACK);
static SPEC: TypeSpec = TypeSpec {
    name: "traceback",
    flags: type_flag::IMMUTABLE,
    slots: super::traceback_attrs::SLOTS,
    methods: super::traceback_attrs::METHODS,
    getset: super::traceback_attrs::GETSET,
    ..TypeSpec::new::<Traceback>()
};

/// An entry in front of `next`.
pub fn new(t: &Thread, next: Option<Value>, frame: Value, lasti: usize) -> Value {
    t.make(
        fixed::TRACEBACK,
        Traceback {
            h: Header::new(0, 0),
            next: Slot::from_option(next),
            frame: Slot::new(frame),
            lasti: AtomicI64::new(2 * lasti as i64),
            lineno: AtomicI64::new(-1),
        },
    )
}
