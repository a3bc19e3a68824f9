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
    pub const ENTRY: u8 = 1;
    /// The registers were moved in from a generator, see `interp/generator.rs`.
    pub const GENERATOR: u8 = 2;
    /// `__init__` of an instance being made: its result must be None, the instance is what the caller gets.
    pub const INIT: u8 = 4;
    /// The frame's result is dropped (e.g. a setter's).
    pub const DISCARD: u8 = 8;
}

/// An active call. Pointers are kept alive by registers: the callee's function object lies in the caller's window.
pub struct Frame {
    /// Next instruction.
    pub pc: *const Instr,
    /// Register 0.
    pub base: *mut Word,
    /// The code.
    pub code: *const CodeObject,
    /// The function, for its closure; never null.
    pub func: *const Function,
    /// Caller's register for the result.
    pub dst: *mut Word,
    /// [`FrameFlags`].
    pub flags: u8,
    /// Locals mapping of module and class bodies and exec; none for functions.
    pub locals: Option<Value>,
    /// The frame object, once made.
    pub object: Option<Value>,
    /// The generator whose registers these are; or the instance of `INIT`.
    pub extra: Option<Value>,
}
