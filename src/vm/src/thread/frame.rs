//! Frames: what the interpreter knows of an active call besides its registers.
//!
//! They lie in an array per thread; a frame *object* is made only when somebody asks for one.

use crate::types::code::CodeObject;
use crate::types::function::Function;
use weft_bytecode::Instr;
use weft_strategy::{Value, Word};

/// Bits of [`Frame::flags`].
pub struct FrameFlags;

impl FrameFlags {
    /// Returning leaves `run`: a native called this frame.
    pub const ENTRY: u16 = 1;
    /// The registers were moved in from a generator, see `interp/generator.rs`.
    pub const GENERATOR: u16 = 2;
    /// `__init__` of an instance being made: its result must be None, the instance is what the caller gets.
    pub const INIT: u16 = 4;
    /// A `for` loop's generator: running out ends the caller's loop.
    pub const LOOP: u16 = 8;
    /// A generator that the caller's SEND resumed: returning ends the delegation.
    pub const SEND: u16 = 16;
    /// The exception on its way is raised again: no traceback entry for this frame.
    pub const RERAISING: u16 = 32;
    /// Pushed while something was traced; the `call` event is still to come.
    pub const ENTERED: u16 = 64;
    /// What the caller's SEND awaits runs in place, without the object that would be sent to: a coroutine's first steps
    /// (not `GENERATOR`) or `__anext__` of an async generator (`GENERATOR`). See `interp/awaiting.rs`.
    pub const IN_PLACE: u16 = 128;
    /// The record holds something besides registers, or has a frame object: `keep`, `locals`, `object`, `extra`. May
    /// outlive that. A frame without flags holds nothing.
    pub const HOLDS: u16 = 256;
}

/// An active call. Records above the top one hold nothing: their last four fields are empty. Pointers are kept alive by registers: the callee's function object lies in the caller's window.
pub struct Frame {
    /// Next instruction.
    pub pc: *const Instr,
    /// Register 0.
    pub base: *mut Word,
    /// Behind the last register.
    pub top: *mut Word,
    /// The code.
    pub code: *const CodeObject,
    /// The function, for its closure; never null.
    pub func: *const Function,
    /// First register to clear when the frame ends: the callable in the caller's window, or `base`.
    pub window: *mut Word,
    /// Caller's register for the result.
    pub dst: *mut Word,
    /// A reference the frame holds besides its registers: the function, where no register does.
    pub keep: Word,
    /// [`FrameFlags`].
    pub flags: u16,
    /// Generators that wait between this one and the caller, see `interp/chain.rs`.
    pub links: u16,
    /// Locals mapping of module and class bodies and exec; none for functions.
    pub locals: Option<Value>,
    /// The frame object, once made.
    pub object: Option<Value>,
    /// The generator whose registers these are; or the instance of `INIT`.
    pub extra: Option<Value>,
}

impl Frame {
    /// Notes its frame object.
    pub(crate) fn hold_object(&mut self, o: Value) {
        self.flags |= FrameFlags::HOLDS;
        self.object = Some(o)
    }

    /// Does it hold nothing but registers?
    pub(crate) fn is_empty(&self) -> bool {
        self.keep.is_unbound() && self.locals.is_none() && self.object.is_none() && self.extra.is_none()
    }
}

// The mapping of records starts as zeros.
const _: () = assert!(Word::UNBOUND.0 == 0);
// SAFETY: all eight bytes of `None` are initialised: the niche is the value's only bit pattern left.
const _: () = assert!(unsafe { std::mem::transmute::<Option<Value>, u64>(None) } == 0);
