//! Native modules: what the embedded Lib imports and Python cannot say.
//!
//! A module is a file (or a folder) with plain functions and one table, `pub static MODULE: ModuleSpec`,
//! listed below. Modules know nothing of the threading mode.

pub mod sys_;
pub mod weft_lib;

use weft_vm::object::ModuleSpec;

/// Every native module, by name.
pub static MODULES: &[&ModuleSpec] = &[&weft_vm::codecs::module::MODULE, &sys_::MODULE, &weft_lib::MODULE];
