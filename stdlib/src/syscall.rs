//! System calls as natives make them: detached from the VM while they block, repeated after a signal
//! (PEP 475), failures as `OSError` with a filename.
//!
//! Also here: file system paths as arguments, and the bytes of bytes-like objects.

use std::ffi::CString;
use std::os::fd::RawFd;
use weft_text::codecs::Codec;
use weft_text::codecs::handlers::Handler;
use weft_text::wtf8;
use weft_vm::errors::{MEMORY_ERROR, OS_ERROR, UNICODE_DECODE_ERROR, UNICODE_ENCODE_ERROR};
use weft_vm::object::buffer::View;
use weft_vm::object::{NativeType, ValueExt};
use weft_vm::types::bytes::Bytes;
use weft_vm::types::str::text;
use weft_vm::{Raised, Res, Thread, VRef, Value};

/// The last error of this OS thread.
pub fn errno() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

/// Runs a call that fails with -1, detached; gives its errno. Interrupted calls are repeated after signal
/// handlers ran; a handler's exception ends it.
pub fn retry(t: &mut Thread, f: impl Fn() -> i64) -> Res<Result<i64, i32>> {
    loop {
        let r = t.blocking(|| {
            let r = f();
            if r == -1 { Err(errno()) } else { Ok(r) }
        });
        match r {
            Err(libc::EINTR) => t.safepoint()?,
            r => return Ok(r),
        }
    }
}

/// As [`retry`], failing with OSError.
pub fn call(t: &mut Thread, f: impl Fn() -> i64) -> Res<i64> {
    match retry(t, f)? {
        Ok(n) => Ok(n),
        Err(e) => Err(t.os_error(e, None)),
    }
}

/// As [`retry`], failing with OSError for a file.
pub fn call_path(t: &mut Thread, path: &Path, f: impl Fn() -> i64) -> Res<i64> {
    match retry(t, f)? {
        Ok(n) => Ok(n),
        Err(e) => Err(path_error(t, e, path)),
    }
}

/// A quick call that cannot block: OSError when it gives -1.
pub fn check(t: &mut Thread, r: i64) -> Res<i64> {
    if r == -1 {
        let e = errno();
        return Err(t.os_error(e, None));
    }
    Ok(r)
}

/// OSError for a path.
pub fn path_error(t: &mut Thread, e: i32, path: &Path) -> Raised {
    let name = path.object.clone();
    t.os_error(e, name.as_ref().map(|v| v.r()))
}

/// OSError for two paths.
pub fn two_paths_error(t: &mut Thread, e: i32, a: &Path, b: &Path) -> Raised {
    let text = weft_vm::errors::exc_methods::strerror(e);
    let args = vec![
        t.int(e as i64),
        t.str(&text),
        a.object.clone().unwrap_or(Value::NONE),
        Value::NONE,
        b.object.clone().unwrap_or(Value::NONE),
    ];
    t.raise_with(&OS_ERROR, args)
}

/// MemoryError
pub fn no_memory(t: &mut Thread) -> Raised {
    t.raise_with(&MEMORY_ERROR, vec![])
}

/// A zeroed buffer of a size that comes from Python.
pub fn buffer_of(t: &mut Thread, n: usize) -> Res<Vec<u8>> {
    let mut v = Vec::new();
    if n > isize::MAX as usize || v.try_reserve_exact(n).is_err() {
        return Err(no_memory(t));
    }
    v.resize(n, 0);
    Ok(v)
}

// ---- bytes-like arguments

/// A view of a bytes-like argument; the caller releases it.
pub fn buffer(t: &mut Thread, v: VRef<'_>, writable: bool) -> Res<View> {
    if writable && v.ty().slots().buffer.is_none() && !weft_vm::types::buffers::is_bytelike(t, v) {
        let n = v.ty().name();
        return Err(t.type_error(format!("a read-write bytes-like object is required, not '{n}'")));
    }
    let view = match t.buffer(v, writable) {
        Ok(view) => view,
        Err(e) if writable && t.raised_is(&weft_vm::errors::BUFFER_ERROR) => {
            let _ = e;
            t.clear_raised();
            let n = v.ty().name();
            return Err(t.type_error(format!("a read-write bytes-like object is required, not '{n}'")));
        }
        Err(e) => return Err(e),
    };
    if writable && view.readonly {
        view.release(t);
        let n = v.ty().name();
        return Err(t.type_error(format!("a read-write bytes-like object is required, not '{n}'")));
    }
    if !contiguous(&view) {
        view.release(t);
        return Err(t.buffer_error("memoryview: underlying buffer is not C-contiguous"));
    }
    Ok(view)
}

fn contiguous(v: &View) -> bool {
    let mut expected = v.itemsize as isize;
    for (n, stride) in v.shape.iter().zip(&v.strides).rev() {
        if *n > 1 && *stride != expected {
            return false;
        }
        expected = expected.saturating_mul(*n as isize);
    }
    true
}

/// A copy of the bytes of a bytes-like argument.
pub fn bytes_arg(t: &mut Thread, v: VRef<'_>) -> Res<Vec<u8>> {
    if let Some(b) = v.cast::<Bytes>() {
        return Ok(b.as_slice().to_vec());
    }
    let view = buffer(t, v, false)?;
    let b = view.as_slice().to_vec();
    view.release(t);
    Ok(b)
}

// ---- text of the file system

/// Text from the bytes of a file name (PEP 383).
pub fn decode_fs(t: &Thread, b: &[u8]) -> Value {
    match Codec::Utf8.decode_all(b, Handler::SurrogateEscape) {
        Ok(s) => t.str_wtf8(&s),
        Err(_) => t.str(&String::from_utf8_lossy(b)),
    }
}

/// The bytes of a file name; UnicodeEncodeError.
pub fn encode_fs(t: &mut Thread, v: VRef<'_>) -> Res<Vec<u8>> {
    let s = t.arg_str(v)?;
    match Codec::Utf8.encode_all(s.bytes(), Handler::SurrogateEscape) {
        Ok(b) => Ok(b),
        Err(f) => Err(encode_error(t, "utf-8", v, f)),
    }
}

/// UnicodeEncodeError for a span of a str.
pub fn encode_error(t: &mut Thread, encoding: &str, object: VRef<'_>, f: weft_text::codecs::Fault) -> Raised {
    let bytes = text(object).map(|s| s.bytes()).unwrap_or_default();
    let (start, end) = (wtf8::index_of(bytes, f.start), wtf8::index_of(bytes, f.end));
    let args =
        vec![t.str(encoding), object.to_value(), t.int_usize(start), t.int_usize(end), t.str(f.reason)];
    t.raise_with(&UNICODE_ENCODE_ERROR, args)
}

/// UnicodeDecodeError for a span of bytes.
pub fn decode_error(t: &mut Thread, encoding: &str, input: &[u8], f: weft_text::codecs::Fault) -> Raised {
    let args =
        vec![t.str(encoding), t.bytes(input), t.int_usize(f.start), t.int_usize(f.end), t.str(f.reason)];
    t.raise_with(&UNICODE_DECODE_ERROR, args)
}

// ---- paths

/// A path argument.
pub struct Path {
    /// For the system; empty for a descriptor.
    pub c: CString,
    /// As given, for `OSError.filename`.
    pub object: Option<Value>,
    /// A descriptor instead of a name.
    pub fd: Option<RawFd>,
    /// Was it bytes? Then results are bytes, too.
    pub is_bytes: bool,
    /// `None` was given.
    pub is_none: bool,
}

impl Path {
    /// The name for the system.
    pub fn ptr(&self) -> *const libc::c_char {
        self.c.as_ptr()
    }

    /// A result name in the type of the argument.
    pub fn name(&self, t: &Thread, b: &[u8]) -> Value {
        if self.is_bytes { t.bytes(b) } else { decode_fs(t, b) }
    }
}

/// What a path parameter takes besides str, bytes and `os.PathLike`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// Nothing.
    Name,
    /// A file descriptor.
    NameOrFd,
    /// A file descriptor or None.
    NameFdOrNone,
    /// None
    NameOrNone,
}

/// Reads the parameter `arg` of `function` as a path.
pub fn path(t: &mut Thread, function: &str, arg: &str, v: VRef<'_>, takes: Takes) -> Res<Path> {
    let (fd_ok, none_ok) = (
        matches!(takes, Takes::NameOrFd | Takes::NameFdOrNone),
        matches!(takes, Takes::NameOrNone | Takes::NameFdOrNone),
    );
    if v.is_none() && none_ok {
        return Ok(Path { c: c".".into(), object: None, fd: None, is_bytes: false, is_none: true });
    }
    if fd_ok && text(v).is_none() && v.cast::<Bytes>().is_none() && v.ty().slots().index.is_some() {
        let fd = fd_number(t, v)?;
        return Ok(Path {
            c: CString::default(),
            object: Some(t.int(fd as i64)),
            fd: Some(fd),
            is_bytes: false,
            is_none: false,
        });
    }
    let named =
        if text(v).is_some() || v.cast::<Bytes>().is_some() { Some(v.to_value()) } else { fspath_opt(t, v)? };
    let Some(named) = named else {
        let n = v.ty().name();
        let allowed = match takes {
            Takes::Name => "string, bytes or os.PathLike",
            Takes::NameOrFd => "string, bytes, os.PathLike or integer",
            Takes::NameFdOrNone => "string, bytes, os.PathLike, integer or None",
            Takes::NameOrNone => "string, bytes, os.PathLike or None",
        };
        return Err(t.type_error(format!("{function}: {arg} should be {allowed}, not {n}")));
    };
    let (b, is_bytes) = match named.cast::<Bytes>() {
        Some(b) => (b.as_slice().to_vec(), true),
        None => (encode_fs(t, named.r())?, false),
    };
    match CString::new(b) {
        Ok(c) => Ok(Path { c, object: Some(v.to_value()), fd: None, is_bytes, is_none: false }),
        Err(_) => Err(t.value_error(format!("{function}: embedded null character in {arg}"))),
    }
}

/// A file name as `PyUnicode_FSConverter` takes it.
pub fn fs_name(t: &mut Thread, v: VRef<'_>) -> Res<CString> {
    let named = fspath(t, v)?;
    let b = match named.cast::<Bytes>() {
        Some(b) => b.as_slice().to_vec(),
        None => encode_fs(t, named.r())?,
    };
    CString::new(b).map_err(|_| t.value_error("embedded null byte"))
}

/// `os.fspath(v)`
pub fn fspath(t: &mut Thread, v: VRef<'_>) -> Res {
    match fspath_opt(t, v)? {
        Some(p) => Ok(p),
        None => {
            let n = v.ty().name();
            Err(t.type_error(format!("expected str, bytes or os.PathLike object, not {n}")))
        }
    }
}

/// `os.fspath(v)`, `None` if it is no path.
pub fn fspath_opt(t: &mut Thread, v: VRef<'_>) -> Res<Option<Value>> {
    if text(v).is_some() || v.cast::<Bytes>().is_some() {
        return Ok(Some(v.to_value()));
    }
    let name = weft_vm::intern::intern(t, "__fspath__");
    let r = match t.call_special(v, name, &[]) {
        None => return Ok(None),
        Some(r) => r?,
    };
    if text(r.r()).is_some() || r.cast::<Bytes>().is_some() {
        return Ok(Some(r));
    }
    let (n, got) = (v.ty().name(), r.r().ty().name());
    Err(t.type_error(format!("expected {n}.__fspath__() to return str or bytes, not {got}")))
}

/// A file descriptor argument that is an int.
pub fn fd_number(t: &mut Thread, v: VRef<'_>) -> Res<RawFd> {
    let i = t.index(v)?;
    match weft_vm::types::int::to_i64(i.r()) {
        Some(n) if n > i32::MAX as i64 => Err(t.overflow_error("fd is greater than maximum")),
        Some(n) if n < i32::MIN as i64 => Err(t.overflow_error("fd is less than minimum")),
        Some(n) => Ok(n as RawFd),
        None if weft_vm::types::int::is_negative(i.r()) => Err(t.overflow_error("fd is less than minimum")),
        None => Err(t.overflow_error("fd is greater than maximum")),
    }
}

/// An int or an object with `fileno()`.
pub fn fileno(t: &mut Thread, v: VRef<'_>) -> Res<RawFd> {
    if weft_vm::types::int::is_int(v) {
        let n = t.arg_i32(v)?;
        return nonnegative(t, n);
    }
    let name = weft_vm::names::fileno();
    let Some(f) = t.getattr_opt(v, name)? else {
        return Err(t.type_error("argument must be an int, or have a fileno() method."));
    };
    let r = t.call(f.r(), &[])?;
    if !weft_vm::types::int::is_int(r.r()) {
        return Err(t.type_error("fileno() returned a non-integer"));
    }
    let n = t.arg_i32(r.r())?;
    nonnegative(t, n)
}

fn nonnegative(t: &mut Thread, n: i32) -> Res<RawFd> {
    if n < 0 {
        return Err(t.value_error(format!("file descriptor cannot be a negative integer ({n})")));
    }
    Ok(n)
}

/// `dir_fd=None`
pub fn dir_fd(t: &mut Thread, v: Option<VRef<'_>>) -> Res<RawFd> {
    match v.filter(|v| !v.is_none()) {
        None => Ok(libc::AT_FDCWD),
        Some(v) if v.ty().slots().index.is_none() => {
            let n = v.ty().name();
            Err(t.type_error(format!("argument should be integer or None, not {n}")))
        }
        Some(v) => fd_number(t, v),
    }
}

/// A flag with a default.
pub fn flag(t: &mut Thread, v: Option<VRef<'_>>, default: bool) -> Res<bool> {
    match v {
        Some(v) => t.truth(v),
        None => Ok(default),
    }
}

/// `isinstance(v, ty)` for a native type, nothing else.
pub fn is_exact(t: &Thread, v: VRef<'_>, ty: &'static NativeType) -> bool {
    std::ptr::eq(v.ty(), ty.get(t))
}

/// `sys.audit`'s place: the name of the event and its arguments. Without hooks nothing happens.
pub fn audit(t: &mut Thread, event: &str, args: &[VRef<'_>]) -> Res<()> {
    let Some(hooks) = weft_vm::start::modules::registry_get(t, "audit_hooks") else { return Ok(()) };
    let tuple = weft_vm::types::tuple::Tuple::of(t, args);
    let name = t.str(event);
    for h in t.collect(hooks.r())? {
        t.call(h.r(), &[name.r(), tuple.r()])?;
    }
    Ok(())
}
