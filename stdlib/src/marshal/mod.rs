//! `marshal`: values as bytes, in CPython's format (version 5).
//!
//! Plain objects are written as CPython writes them, references to shared objects included. A code object is `c`, a
//! length, and weft's own bytes (`weft_bytecode::marshal`), since its instructions mean nothing to CPython.

mod read;
mod write;

use read::{Reader, Source};
use weft_vm::object::{Args, ModuleSpec};
use weft_vm::start::audit;
use weft_vm::types::buffers::bytelike;
use weft_vm::{Res, Thread, VRef};
use write::Writer;

/// The format written by default.
const VERSION: i64 = 5;
/// Deepest nesting.
const MAX_DEPTH: usize = 2000;

/// First bytes of each kind of object.
mod tag {
    pub const NULL: u8 = b'0';
    pub const NONE: u8 = b'N';
    pub const FALSE: u8 = b'F';
    pub const TRUE: u8 = b'T';
    pub const STOP_ITERATION: u8 = b'S';
    pub const ELLIPSIS: u8 = b'.';
    pub const INT: u8 = b'i';
    pub const LONG: u8 = b'l';
    pub const FLOAT_TEXT: u8 = b'f';
    pub const FLOAT: u8 = b'g';
    pub const COMPLEX_TEXT: u8 = b'x';
    pub const COMPLEX: u8 = b'y';
    pub const BYTES: u8 = b's';
    pub const TEXT: u8 = b'u';
    pub const INTERNED: u8 = b't';
    pub const ASCII: u8 = b'a';
    pub const ASCII_INTERNED: u8 = b'A';
    pub const SHORT_ASCII: u8 = b'z';
    pub const SHORT_ASCII_INTERNED: u8 = b'Z';
    pub const TUPLE: u8 = b'(';
    pub const SMALL_TUPLE: u8 = b')';
    pub const LIST: u8 = b'[';
    pub const DICT: u8 = b'{';
    pub const SET: u8 = b'<';
    pub const FROZENSET: u8 = b'>';
    pub const SLICE: u8 = b':';
    pub const CODE: u8 = b'c';
    pub const REF: u8 = b'r';
    /// Set on an object that is referred to later.
    pub const FLAG: u8 = 0x80;
}

/// The declaration.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "marshal",
    doc: "This module contains functions that can read and write Python values in\na binary format that is independent of machine architecture.",
    functions: weft_vm::methods! {
        "dump(value, file, version=5, /, *, allow_code=True)" => dump, "Write the value on the open file.";
        "load(file, /, *, allow_code=True)" => load, "Read one value from the open file and return it.";
        "dumps(value, version=5, /, *, allow_code=True)" => dumps, "Return the bytes object that would be written to a file by dump(value, file).";
        "loads(bytes, /, *, allow_code=True)" => loads, "Convert the bytes-like object to a value.";
    },
    init: Some(|t, m| {
        t.module_set(m, "version", t.int(VERSION));
        Ok(())
    }),
};

fn flag(t: &mut Thread, v: Option<VRef<'_>>) -> Res<bool> {
    v.map_or(Ok(true), |v| t.truth(v))
}

fn written(t: &mut Thread, value: VRef<'_>, version: Option<VRef<'_>>, allow_code: bool) -> Res {
    let version = version.map_or(Ok(VERSION as i32), |v| t.arg_i32(v))?;
    if audit::active() {
        let n = t.int(version.into());
        audit::audit(t, "marshal.dumps", &[value, n.r()])?
    }
    let mut w = Writer::new(version, allow_code);
    w.object(t, value)?;
    Ok(t.bytes(&w.out))
}

fn dump(t: &mut Thread, a: Args<'_>) -> Res {
    let allow_code = flag(t, a.opt(3))?;
    let bytes = written(t, a.get(0), a.opt(2), allow_code)?;
    t.call_method(a.get(1), "write", &[bytes.r()])
}

fn dumps(t: &mut Thread, a: Args<'_>) -> Res {
    let allow_code = flag(t, a.opt(2))?;
    written(t, a.get(0), a.opt(1), allow_code)
}

fn load(t: &mut Thread, a: Args<'_>) -> Res {
    audit::audit(t, "marshal.load", &[])?;
    let allow_code = flag(t, a.opt(1))?;
    let zero = t.int(0);
    let probe = t.call_method(a.get(0), "read", &[zero.r()])?;
    read::check_bytes(t, &probe)?;
    Reader::new(Source::File(a.get(0)), allow_code).value(t)
}

fn loads(t: &mut Thread, a: Args<'_>) -> Res {
    audit::audit(t, "marshal.loads", &[a.get(0)])?;
    let allow_code = flag(t, a.opt(1))?;
    let bytes = bytelike(t, a.get(0))?;
    Reader::new(Source::Bytes(&bytes), allow_code).value(t)
}
