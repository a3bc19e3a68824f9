//! `_io`: streams. Raw ones (`fileio`), buffered ones (`buffered`, `rwpair`), in memory (`bytesio`, `stringio`),
//! text on top of bytes (`text`), newline translation (`newline`), and the bases of all (`base`).
//!
//! Streams shared between threads: a buffered stream holds a lock of its own across each operation
//! (`lock`); the others touch their state under the object's byte lock, in steps that call no Python.

pub mod base;
pub mod buffered;
pub mod buffered_read;
pub mod buffered_write;
pub mod bytesio;
pub mod codec;
pub mod fileio;
pub mod lock;
pub mod newline;
pub mod open;
pub mod rwpair;
pub mod stringio;
pub mod text;
pub mod text_read;
pub mod text_seek;
pub mod text_write;

use weft_vm::object::buffer::View;
use weft_vm::object::{ModuleSpec, ValueExt};
use weft_vm::{Res, Thread, VRef, Value, methods};

/// `io.DEFAULT_BUFFER_SIZE`
pub const DEFAULT_BUFFER_SIZE: usize = 128 * 1024;

/// `_io`
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "_io",
    doc: "The io module provides the Python interfaces to stream handling.",
    functions: methods! {
        "open(file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)" => open::open, "Open file and return a stream.  Raise OSError upon failure.";
        "open_code(path)" => open::open_code, "Opens the provided file with the intent to import the contents.";
        "text_encoding(encoding, stacklevel=2, /)" => open::text_encoding, "A helper function to choose the text encoding.\n\nWhen encoding is not None, this function returns it.\nOtherwise, this function returns the default text encoding\n(i.e. \"locale\" or \"utf-8\" depends on UTF-8 mode).";
    },
    init: Some(init),
};

fn init(t: &mut Thread, m: VRef<'_>) -> Res<()> {
    t.module_set(m, "DEFAULT_BUFFER_SIZE", t.int_usize(DEFAULT_BUFFER_SIZE));
    t.module_set(m, "BlockingIOError", weft_vm::errors::BLOCKING_IO_ERROR.get(t).to_value());
    let u = base::make_unsupported(t)?;
    t.module_set(m, "UnsupportedOperation", u);
    for ty in [
        &base::IO_BASE,
        &base::RAW_IO_BASE,
        &base::BUFFERED_IO_BASE,
        &base::TEXT_IO_BASE,
        &fileio::TYPE,
        &bytesio::TYPE,
        &bytesio::BUFFER,
        &stringio::TYPE,
        &buffered::READER,
        &buffered::WRITER,
        &buffered::RANDOM,
        &rwpair::TYPE,
        &text::TYPE,
        &newline::TYPE,
    ] {
        t.module_add_type(m, ty)
    }
    Ok(())
}

/// Writes bytes into a writable view, as far as there is room; gives how many.
pub fn copy_to_view(view: &View, at: usize, from: &[u8]) -> usize {
    let n = from.len().min(view.len.saturating_sub(at));
    // SAFETY: the exporter keeps `len` bytes in place while the view exists; they may be raced for, as in every shared buffer.
    unsafe { std::ptr::copy(from.as_ptr(), view.ptr.add(at), n) }
    n
}

/// `repr()` of a stream's name, inside the stream's own.
pub fn repr_of_name(t: &mut Thread, _stream: VRef<'_>, name: VRef<'_>) -> Res {
    t.repr(name)
}

/// The type's name as the C API has it: qualified for native types, plain for classes written in Python.
pub fn c_name(v: VRef<'_>) -> String {
    let ty = v.ty();
    ty.spec.map_or_else(|| ty.name(), |s| s.name.to_string())
}

/// `obj.__dict__`, if it has one, for pickling.
pub fn instance_dict(t: &mut Thread, v: VRef<'_>) -> Res {
    let name = weft_vm::names::__dict__();
    Ok(t.getattr_opt(v, name)?.unwrap_or(Value::NONE))
}

/// In the child of a fork.
pub fn after_fork_in_child() {
    lock::after_fork_in_child()
}
