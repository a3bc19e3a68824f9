//! The virtual machine: objects, heap, types, interpreter, threads.
//!
//! See `src/README.md` for the map. Native modules live in `stdlib/` and use this crate's public interface.

pub mod builtins;
pub mod call;
pub mod codecs;
pub mod contention;
pub mod dict;
pub mod errors;
pub mod gc;
pub mod hash;
pub mod heap;
pub mod import;
pub mod intern;
pub mod interp;
pub mod names;
pub mod object;
pub mod ops;
pub mod start;
pub mod thread;
pub mod types;

pub use thread::Thread;
pub use weft_strategy::{Slot, VRef, Value, Word};

/// An exception is on its way; it is in the thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Raised;

/// Result of what may raise.
pub type Res<T = Value> = Result<T, Raised>;
