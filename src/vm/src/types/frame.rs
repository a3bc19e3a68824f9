//! `frame` objects.

use super::fixed;
use crate::object::{NativeType, Slots, TypeSpec, type_flag};
use crate::thread::Frame;
use std::sync::atomic::{AtomicPtr, AtomicU32};
use weft_strategy::{Header, Slot};

/// A frame object. While the frame runs it points to it; afterwards it owns what was left.
#[repr(C)]
pub struct FrameObject {
    pub(crate) h: Header,
    /// The code.
    pub code: Slot,
    /// `f_globals`
    pub globals: Slot,
    /// `f_builtins`
    pub builtins: Slot,
    /// Locals mapping of modules and classes, or the snapshot of a finished function's locals (a dict).
    pub locals: Slot,
    /// `f_back`, once the frame has finished or was asked for.
    pub back: Slot,
    /// `f_trace`
    pub trace: Slot,
    /// The generator whose frame it is, if any.
    pub generator: Slot,
    /// The running frame; null when finished or suspended.
    pub frame: AtomicPtr<Frame>,
    /// Last instruction, when the frame is not running.
    pub lasti: AtomicU32,
}
crate::object!(FrameObject, "frame", true, [code, globals, builtins, locals, back, trace, generator]);

/// `types.FrameType`
pub static TYPE: NativeType = NativeType::fixed(&SPEC, fixed::FRAME);
static SPEC: TypeSpec = TypeSpec {
    name: "frame",
    flags: type_flag::IMMUTABLE,
    slots: Slots { ..Slots::EMPTY },
    ..TypeSpec::new::<FrameObject>()
};
