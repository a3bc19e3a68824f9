//! The only place that says where atomics come from: std, or loom when models are built
//! (`--cfg weft_loom`).

#[cfg(not(weft_loom))]
pub use std::sync::atomic;

#[cfg(weft_loom)]
pub use loom::sync::atomic;
