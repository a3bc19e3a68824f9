//! `frame` objects.

use super::fixed;
use crate::object::{NativeType, Object, Slots, TypeSpec, Visitor, type_flag};
use crate::thread::Frame;
use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicPtr, AtomicU32};
use weft_strategy::{Header, Slot};

/// A frame object. While the frame runs it points to it; afterwards it owns what was left of its registers.
#[repr(C)]
pub struct FrameObject {
    pub(crate) h: Header,
    /// The code.
    pub code: Slot,
    /// The function.
    pub func: Slot,
    /// Locals mapping of modules and classes; empty for functions.
    pub locals: Slot,
    /// `f_back`, once the frame has finished.
    pub back: Slot,
    /// `f_trace`
    pub trace: Slot,
    /// Variables set through `f_locals` that the code has no register for (a dict), and a list of what registers held
    /// before they were set: natives that run may still borrow it.
    pub extra: Slot,
    /// See `extra`.
    pub replaced: Slot,
    /// The generator whose frame it is, if any; while suspended it has the registers.
    pub generator: Slot,
    /// The running frame; null when finished or suspended.
    pub frame: AtomicPtr<Frame>,
    /// Last instruction, when the frame is not running.
    pub lasti: AtomicU32,
    /// Named registers of a finished frame.
    pub registers: UnsafeCell<Box<[Slot]>>,
}

// SAFETY: repr(C), header first; slots and kept registers are visited.
unsafe impl Object for FrameObject {
    crate::layout!(FrameObject, "frame", true);
    fn traverse(&self, v: Visitor) {
        for s in self.slots() {
            v(s.word())
        }
        // SAFETY: written once, when the frame finishes, before anybody can see it.
        for s in unsafe { &**self.registers.get() } {
            v(s.word())
        }
    }
    fn clear(&self) {
        for s in self.slots() {
            s.clear_dead()
        }
        // SAFETY: dead or garbage.
        for s in unsafe { &**self.registers.get() } {
            s.clear_dead()
        }
        // SAFETY: as above.
        unsafe { *self.registers.get() = Box::new([]) };
    }
}

impl FrameObject {
    fn slots(&self) -> [&Slot; 8] {
        [
            &self.code,
            &self.func,
            &self.locals,
            &self.back,
            &self.trace,
            &self.extra,
            &self.replaced,
            &self.generator,
        ]
    }
}

/// `types.FrameType`
pub static TYPE: NativeType = NativeType::fixed(&SPEC, fixed::FRAME);
static SPEC: TypeSpec = TypeSpec {
    name: "frame",
    flags: type_flag::IMMUTABLE,
    slots: Slots { repr: Some(super::frame_attrs::repr), ..Slots::EMPTY },
    methods: super::frame_attrs::METHODS,
    getset: super::frame_attrs::GETSET,
    ..TypeSpec::new::<FrameObject>()
};

/// The frame object of a generator, running or suspended.
pub fn of_generator(t: &mut crate::thread::Thread, g: weft_strategy::VRef<'_>) -> weft_strategy::Value {
    use crate::object::ValueExt;
    use crate::types::generator::Generator;
    let Some(generator) = g.cast::<Generator>() else { return weft_strategy::Value::NONE };
    if let Some(f) = generator.frame.load() {
        return f;
    }
    let o = t.make(
        fixed::FRAME,
        FrameObject {
            h: Header::new(0, 0),
            code: Slot::from_option(generator.code.load()),
            func: Slot::from_option(generator.func.load()),
            locals: Slot::empty(),
            back: Slot::empty(),
            trace: Slot::empty(),
            extra: Slot::empty(),
            replaced: Slot::empty(),
            generator: Slot::new(g.to_value()),
            frame: AtomicPtr::new(std::ptr::null_mut()),
            lasti: AtomicU32::new(generator.pc.load(std::sync::atomic::Ordering::Acquire).saturating_sub(1)),
            registers: UnsafeCell::new(Box::new([])),
        },
    );
    match generator.frame.fill(&generator.h, o.clone()) {
        Ok(()) => o,
        Err(_) => generator.frame.load().unwrap_or(o),
    }
}
