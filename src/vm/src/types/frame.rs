//! `frame` objects.
//!
//! A frame object is made only when somebody asks for one: a traceback, `sys._getframe()`, `gi_frame`, a trace
//! function. It is in one of three states:
//!
//! - *running*: `frame` points to the record in its thread's frame array; the variables are registers there;
//! - *suspended*: the frame of a generator between two resumptions; the variables are in the generator;
//! - *finished*: it owns what was left of the variables, in `registers`.
//!
//! A generator holds its frame object, so the way back must not count: `generator` is an uncounted word, which the
//! generator takes out when it finishes or dies. What Python sees is in `frame_attrs.rs`, local variables in
//! `frame_locals.rs`.

use super::fixed;
use super::generator::Generator;
use crate::object::{NativeType, Object, TypeSpec, ValueExt, Visitor, type_flag};
use crate::thread::{Frame, Thread};
use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, Ordering::*};
use weft_strategy::{Header, Slot, VRef, Value, Word};

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
    /// The generator whose frame it is, if any, uncounted; while suspended it has the registers.
    pub generator: Slot,
    /// Variables that are no variables of the code, set through `f_locals` (PEP 667).
    pub extra_locals: Slot,
    /// List of values that were in variables when somebody set them through `f_locals`: the frame may be using them.
    pub replaced: Slot,
    /// The running frame; null when finished or suspended.
    pub frame: AtomicPtr<Frame>,
    /// Last instruction, when the frame is not running.
    pub lasti: AtomicU32,
    /// What `f_lineno` is during a `call` event; 0: as the instruction says.
    pub traced_line: AtomicU32,
    /// One more than what `f_lasti` tells meanwhile, an instruction of that line; 0: as it is.
    pub traced_index: AtomicU32,
    /// Line of the last traced instruction.
    pub last_line: AtomicU32,
    /// The last traced instruction.
    pub last_index: AtomicU32,
    /// The traced instruction was a jump: where the frame goes next is to be told. `u32::MAX`: it was none.
    pub jump_from: AtomicU32,
    /// `f_lineno` was set: the frame goes on elsewhere.
    pub jumped: AtomicBool,
    /// `f_trace_lines`
    pub trace_lines: AtomicBool,
    /// `f_trace_opcodes`
    pub trace_opcodes: AtomicBool,
    /// Named registers of a finished frame.
    pub registers: UnsafeCell<Box<[Slot]>>,
}

impl FrameObject {
    /// All fields empty, for `..FrameObject::blank()`.
    pub fn blank() -> FrameObject {
        FrameObject {
            h: Header::new(0, 0),
            code: Slot::empty(),
            func: Slot::empty(),
            locals: Slot::empty(),
            back: Slot::empty(),
            trace: Slot::empty(),
            generator: Slot::empty(),
            extra_locals: Slot::empty(),
            replaced: Slot::empty(),
            frame: AtomicPtr::new(std::ptr::null_mut()),
            lasti: AtomicU32::new(0),
            traced_line: AtomicU32::new(0),
            last_line: AtomicU32::new(0),
            last_index: AtomicU32::new(0),
            traced_index: AtomicU32::new(0),
            jump_from: AtomicU32::new(u32::MAX),
            jumped: AtomicBool::new(false),
            trace_lines: AtomicBool::new(true),
            trace_opcodes: AtomicBool::new(false),
            registers: UnsafeCell::new(Box::new([])),
        }
    }

    fn slots(&self) -> [&Slot; 8] {
        [
            &self.code,
            &self.func,
            &self.locals,
            &self.back,
            &self.trace,
            &self.generator,
            &self.extra_locals,
            &self.replaced,
        ]
    }

    /// The generator dies while suspended before instruction `pc`. True: the frame object took over the variables,
    /// because others hold it; the slots are emptied.
    pub fn generator_died(&self, pc: u32, registers: &[Slot]) -> bool {
        // SAFETY: an uncounted word owns nothing.
        unsafe { self.generator.set_word(Word::UNBOUND) };
        self.lasti.store(pc.saturating_sub(1), Release);
        if self.h.count() <= 1 {
            return false;
        }
        let code = self.code.get(self).and_then(|c| c.cast::<super::code::CodeObject>());
        let named = code.map_or(0, |c| c.running().local_names.len());
        let mut kept = Vec::with_capacity(named);
        for (i, s) in registers.iter().enumerate() {
            if i >= named {
                s.clear_dead();
                continue;
            }
            let slot = Slot::empty();
            // SAFETY: the reference moves from one slot to the other.
            unsafe {
                slot.set_word(s.word());
                s.set_word(Word::UNBOUND);
            }
            kept.push(slot)
        }
        // SAFETY: the generator dies once; readers of a suspended frame look into the generator.
        unsafe { *self.registers.get() = kept.into_boxed_slice() };
        true
    }
}

/// The uncounted way back from a frame object to its generator.
pub fn weak_generator(g: Option<VRef<'_>>) -> Slot {
    let slot = Slot::empty();
    if let Some(h) = g.and_then(|g| g.header()) {
        // SAFETY: uncounted, and taken out before the generator is freed.
        unsafe { slot.set_word(Word::free_standing(h)) }
    }
    slot
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

/// `types.FrameType`
pub static TYPE: NativeType = NativeType::fixed(&SPEC, fixed::FRAME);
static SPEC: TypeSpec = TypeSpec {
    name: "frame",
    flags: type_flag::IMMUTABLE | type_flag::NO_NEW,
    slots: super::frame_attrs::SLOTS,
    methods: super::frame_attrs::METHODS,
    getset: super::frame_attrs::GETSET,
    ..TypeSpec::new::<FrameObject>()
};

/// The frame object of a generator, running or suspended.
pub fn of_generator(t: &Thread, g: VRef<'_>) -> Value {
    let Some(generator) = g.cast::<Generator>() else { return Value::NONE };
    if let Some(f) = generator.frame.load() {
        return f;
    }
    let o = t.make(
        fixed::FRAME,
        FrameObject {
            code: Slot::from_option(generator.code.load()),
            func: Slot::from_option(generator.func.load()),
            generator: weak_generator(Some(g)),
            lasti: AtomicU32::new(generator.pc.load(Acquire).saturating_sub(1)),
            ..FrameObject::blank()
        },
    );
    // A running generator's frame record: found if it runs on this thread.
    if let Some(f) = crate::interp::hooks::running_frame_of(t, g)
        && let Some(fo) = o.cast::<FrameObject>()
    {
        fo.frame.store(f, Release);
        // SAFETY: an active frame of this thread.
        unsafe { (*f).hold_object(o.clone()) }
    }
    match generator.frame.fill(&generator.h, o.clone()) {
        Ok(()) => o,
        Err(_) => generator.frame.load().unwrap_or(o),
    }
}
