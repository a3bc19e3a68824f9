//! Native modules: what the embedded Lib imports and Python cannot say.
//!
//! A module is a file (or a folder) with plain functions and one table, `pub static MODULE: ModuleSpec`,
//! listed below. Modules know nothing of the threading mode.

pub mod weft_lib;
#[macro_use]
pub mod support;

pub mod atexit;
pub mod clock;
pub mod contextvars;
pub mod forward;
pub mod gc;
pub mod itertools;
pub mod queue;
pub mod signal;
pub mod thread_;
pub mod time;
pub mod weakref_;

use weft_vm::object::ModuleSpec;

/// Every native module, by name.
pub static MODULES: &[&ModuleSpec] = &[
    &weft_lib::MODULE,
    &atexit::MODULE,
    &contextvars::MODULE,
    &gc::MODULE,
    &itertools::MODULE,
    &queue::MODULE,
    &signal::MODULE,
    &thread_::MODULE,
    &time::MODULE,
    &weakref_::MODULE,
];
