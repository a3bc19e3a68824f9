//! Bytecode as pure data: the opcode table, code objects, and what can be said of them without running them.
//!
//! This crate knows nothing of the VM or of Python objects.

pub mod code;
pub mod dis;
pub mod flow;
pub mod locations;
pub mod marshal;
pub mod ops;
pub mod part;
pub mod verify;

pub use code::{Code, Const, Handler, Text};
pub use ops::{Instr, Op};
pub use part::{CodeRef, Head, Part};
