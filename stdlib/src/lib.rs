//! Native modules: what the embedded Lib imports and Python cannot say.
//!
//! A module is a file (or a folder) with plain functions and one table, `pub static MODULE: ModuleSpec`,
//! listed below. Modules know nothing of the threading mode.

// `methods!` takes its table apart entry by entry.
#![recursion_limit = "1024"]

pub mod clock;
pub mod forward;
pub mod hashes;
pub mod json_encode;
pub mod json_scan;
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
    array,
    ast_,
    asyncio_,
    atexit,
    binascii,
    bisect,
    blake2,
    cmath,
    collections,
    contextvars,
    csv,
    decimal,
    errno,
    faulthandler,
    fcntl,
    functools,
    gc,
    heapq,
    imp,
    io,
    itertools,
    json,
    locale_,
    marshal,
    math,
    mmap_,
    opcode_,
    operator,
    posix,
    posixshmem,
    posixsubprocess,
    pwd,
    queue,
    random,
    resource,
    select,
    signal,
    socket,
    sre,
    stat_,
    statistics,
    string,
    struct_,
    sys_,
    sysconfig_,
    termios,
    thread_,
    time,
    tokenize_,
    tracemalloc,
    typing,
    unicodedata,
    warnings_,
    weakref_,
    weft_lib,
    zlib,
    ;
    weft_vm::codecs::module::MODULE,
    hashes::MD5,
    hashes::SHA1,
    hashes::SHA2,
    hashes::SHA3,
    pwd::GRP,
}
