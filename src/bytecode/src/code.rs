//! Code objects as pure data: what the compiler makes, `.pyc` files hold and the VM loads.
//!
//! Nothing here is a Python object. Text is WTF-8 bytes ([`Text`]), because Python identifiers are text
//! but string constants may hold lone surrogates. The VM turns a [`Code`] into a code object once, with
//! its constants as values and one cache word per site; the instructions are never changed.

use crate::ops::Instr;
use crate::part::{CodeRef, Part};

/// WTF-8 text (UTF-8 that may hold lone surrogates).
pub type Text = Part<u8>;

/// `co_flags` bits, numbered as in CPython's `inspect`.
pub mod flags {
    /// Locals live in registers.
    pub const OPTIMIZED: u32 = 0x1;
    /// A call makes a new locals namespace.
    pub const NEWLOCALS: u32 = 0x2;
    /// `*args`.
    pub const VARARGS: u32 = 0x4;
    /// `**kwargs`.
    pub const VARKEYWORDS: u32 = 0x8;
    /// Defined inside a function.
    pub const NESTED: u32 = 0x10;
    /// A generator.
    pub const GENERATOR: u32 = 0x20;
    /// A coroutine (`async def`).
    pub const COROUTINE: u32 = 0x80;
    /// `types.coroutine`.
    pub const ITERABLE_COROUTINE: u32 = 0x100;
    /// An async generator.
    pub const ASYNC_GENERATOR: u32 = 0x200;
    /// `from __future__ import barry_as_FLUFL`.
    pub const FUTURE_BARRY_AS_BDFL: u32 = 0x400000;
    /// `from __future__ import annotations`.
    pub const FUTURE_ANNOTATIONS: u32 = 0x1000000;
    /// The first constant is the docstring.
    pub const HAS_DOCSTRING: u32 = 0x4000000;
    /// Defined in a class body.
    pub const METHOD: u32 = 0x8000000;
}

/// A constant. Compared structurally when pooled, floats by their bits.
#[derive(Clone, Debug, PartialEq)]
pub enum Const {
    /// `None`
    None,
    /// `True`, `False`
    Bool(bool),
    /// `...`
    Ellipsis,
    /// An int that fits.
    Int(i64),
    /// Any other int: sign, magnitude in little-endian bytes without trailing zeros.
    BigInt(bool, Box<[u8]>),
    /// Bits of a float.
    Float(u64),
    /// Bits of real and imaginary part.
    Complex(u64, u64),
    /// Text.
    Str(Text),
    /// Bytes.
    Bytes(Part<u8>),
    /// A tuple of constants.
    Tuple(Box<[Const]>),
    /// A frozenset of constants (`x in {1, 2}`).
    FrozenSet(Box<[Const]>),
    /// A slice of constants: start, stop, step.
    Slice(Box<[Const; 3]>),
    /// A nested code object.
    Code(CodeRef),
}

/// One row of the exception table: an exception raised at `start <= pc < end` goes to `target`.
/// Registers from `depth` up are dropped first, then the exception is put into `reg`.
/// Rows are searched in order, inner ones first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handler {
    /// First instruction covered.
    pub start: u32,
    /// One past the last instruction covered.
    pub end: u32,
    /// Where control goes.
    pub target: u32,
    /// Temporaries from this register up are dead on entry.
    pub depth: u16,
    /// Register that receives the exception (`reg >= depth`).
    pub reg: u16,
}

/// A compiled code block.
#[derive(Clone, Debug, PartialEq)]
pub struct Code {
    /// `co_name`
    pub name: Text,
    /// `co_qualname`
    pub qualname: Text,
    /// `co_filename`
    pub filename: Text,
    /// `co_flags`, see [`flags`].
    pub flags: u32,
    /// Positional parameters, positional-only ones included; `*args`/`**kwargs` not.
    pub argcount: u16,
    /// Positional-only parameters.
    pub posonlyargcount: u16,
    /// Keyword-only parameters.
    pub kwonlyargcount: u16,
    /// `co_firstlineno`
    pub firstlineno: u32,
    /// Registers of a frame: named ones and temporaries.
    pub nregs: u16,
    /// Names of the registers that are variables, in register order: parameters (positional, keyword-only,
    /// `*args`, `**kwargs`), other locals, cells that are no parameters. Temporaries follow.
    pub locals: Box<[Text]>,
    /// How many of `locals` are `co_varnames` (the rest are cells that are not also parameters).
    pub nvarnames: u16,
    /// Registers that are cells, in `co_cellvars` order (`MAKE_CELL` comes first in the code).
    pub cells: Box<[u16]>,
    /// Names of the free variables, in closure order.
    pub freevars: Box<[Text]>,
    /// Instructions.
    pub instrs: Part<Instr>,
    /// Constants.
    pub consts: Box<[Const]>,
    /// `co_names`, each once.
    pub names: Box<[Text]>,
    /// Sites: for each the index of its name in `names`. Every attribute or global access has its own site.
    pub sites: Box<[u32]>,
    /// Exception table, inner rows first.
    pub handlers: Box<[Handler]>,
    /// Source positions, one entry per instruction, in the format of CPython's `co_linetable`
    /// (InternalDocs/code_objects.md); see `locations.rs`.
    pub linetable: Part<u8>,
}

impl Code {
    /// A function without parameters that does nothing.
    pub fn stub() -> Code {
        Code {
            name: [].into(),
            qualname: [].into(),
            filename: [].into(),
            flags: flags::OPTIMIZED | flags::NEWLOCALS,
            argcount: 0,
            posonlyargcount: 0,
            kwonlyargcount: 0,
            firstlineno: 0,
            nregs: 1,
            locals: [].into(),
            nvarnames: 0,
            cells: [].into(),
            freevars: [].into(),
            instrs: [Instr::wide(crate::ops::Op::RETURN_CONST, 0, 0, 0)].into(),
            consts: [Const::None].into(),
            names: [].into(),
            sites: [].into(),
            handlers: [].into(),
            linetable: [].into(),
        }
    }
}

impl std::fmt::Debug for Instr {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.op() {
            Some(op) => write!(f, "{} f={} {} {} {}", op.name(), self.f(), self.a(), self.b(), self.c()),
            None => write!(f, "?{:#018x}", self.0),
        }
    }
}
