//! Native modules: what the embedded Lib imports and Python cannot say.
//!
//! A module is a file (or a folder) with plain functions and one table, `pub static MODULE: ModuleSpec`,
//! listed below. Modules know nothing of the threading mode.

pub mod sys_;
pub mod syscall;
pub mod weft_lib;
#[macro_use]
pub mod support;

pub mod atexit;
pub mod clock;
pub mod collections;
pub mod errno;
pub mod io;
pub mod itertools;
pub mod signal;
pub mod thread_;
pub mod time;
pub mod weakref_;

use weft_vm::object::ModuleSpec;

/// Every native module, by name.
pub static MODULES: &[&ModuleSpec] = &[
    &weft_vm::codecs::module::MODULE,
    &sys_::MODULE,
    &weft_lib::MODULE,
    &atexit::MODULE,
    &collections::MODULE,
    &errno::MODULE,
    &io::MODULE,
    &itertools::MODULE,
    &signal::MODULE,
    &thread_::MODULE,
    &time::MODULE,
    &weakref_::MODULE,
];
