//! Native modules: what the embedded Lib imports and Python cannot say.
//!
//! A module is a file (or a folder) with plain functions and one table, `pub static MODULE: ModuleSpec`,
//! listed below. Modules know nothing of the threading mode.

#[macro_use]
pub mod support;

pub mod collections;
pub mod itertools;

use weft_vm::object::ModuleSpec;

/// Every native module, by name.
pub static MODULES: &[&ModuleSpec] = &[
    &collections::MODULE,
    &itertools::MODULE,
];
