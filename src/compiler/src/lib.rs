//! Source text to code objects.
//!
//! ```text
//! text ─convert─▶ ast ─symbols─▶ scopes ─lower─▶ control-flow graph ─cfg, registers, emit─▶ Code
//! ```
//!
//! Each stage is a function from the one before; `--dump` shows them. `syntax` says what is wrong with a
//! program, in CPython's words. No unsafe code, and nothing here knows the VM.
#![forbid(unsafe_code)]

pub mod ast;
mod cfg;
pub mod convert;
pub mod dump;
mod emit;
pub mod lower;
mod registers;
pub mod symbols;
pub mod syntax;

pub use convert::{Mode, Parsed, decode_source, is_incomplete, parse};
pub use syntax::{SyntaxError, Warning};
