//! How threads meet: the contract that both threading strategies implement, and its vocabulary.
//!
//! Start with [`word`] (what a value is), [`header`] (what an object is), [`value`] and [`slot`] (who owns
//! what), then [`contract`]. This crate knows nothing of types, code or the interpreter.

pub mod contract;
pub mod core;
pub mod header;
pub mod lock;
pub mod patience;
pub mod registry;
pub mod slot;
pub mod sync;
pub mod tally;
pub mod value;
pub mod waits;
pub mod word;

pub use contract::{Hooks, Ops, Retired, Strategy, ops, publish};
pub use core::{ThreadCore, me, with_core};
pub use header::{Header, NOBODY, flag};
pub use slot::Slot;
pub use value::{VRef, Value, count_down, count_up};
pub use word::Word;
