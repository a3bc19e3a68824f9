//! Native modules: what the embedded Lib imports and Python cannot say.
//!
//! A module is a file (or a folder) with plain functions and one table, `pub static MODULE: ModuleSpec`,
//! listed below. Modules know nothing of the threading mode.

pub mod clock;
pub mod hashes;
#[macro_use]
pub mod support;
pub mod syscall;

use weft_vm::object::ModuleSpec;

/// Declares the modules that have a file (or folder) of their own, and lists them.
macro_rules! modules {
    ($($name:ident,)*; $($other:path,)*) => {
        $(pub mod $name;)*
        /// Every native module.
        pub static MODULES: &[&ModuleSpec] = &[$(&$name::MODULE,)* $(&$other,)*];
    };
}

modules! {
    abc,
    atexit,
    binascii,
    bisect,
    collections,
    errno,
    functools,
    heapq,
    imp,
    io,
    itertools,
    marshal,
    math,
    operator,
    random,
    signal,
    sre,
    statistics,
    string,
    struct_,
    sys_,
    thread_,
    time,
    typing,
    warnings_,
    weakref_,
    weft_lib,
    ;
    hashes::MD5,
    hashes::SHA1,
    hashes::SHA2,
    hashes::SHA3,
    weft_vm::codecs::module::MODULE,
}
