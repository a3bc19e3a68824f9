//! Native modules: what the embedded Lib imports and Python cannot say.
//!
//! A module is a file (or a folder) with plain functions and one table, `pub static MODULE: ModuleSpec`,
//! listed below. Modules know nothing of the threading mode.

#[macro_use]
pub mod support;

pub mod abc;
pub mod bisect;
pub mod collections;
pub mod functools;
pub mod heapq;
pub mod itertools;
pub mod operator;
pub mod string;
pub mod typing;

use weft_vm::object::ModuleSpec;

/// Every native module, by name.
pub static MODULES: &[&ModuleSpec] = &[
    &abc::MODULE,
    &bisect::MODULE,
    &collections::MODULE,
    &functools::MODULE,
    &heapq::MODULE,
    &itertools::MODULE,
    &operator::MODULE,
    &string::MODULE,
    &typing::MODULE,
];
