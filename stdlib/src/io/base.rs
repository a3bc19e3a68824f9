//! The abstract bases: `_IOBase`, `_RawIOBase`, `_BufferedIOBase`, `_TextIOBase`.
//!
//! Their methods are written in terms of the object's own methods and attributes, so that streams written in
//! Python get the rest for free. Whether such a stream is closed is its attribute `__IOBase_closed`.

use crate::syscall;
use weft_vm::errors::{NOT_IMPLEMENTED_ERROR, OS_ERROR, VALUE_ERROR};
use weft_vm::intern::intern;
use weft_vm::object::{Args, GetSet, NativeType, Slots, TypeSpec, ValueExt, type_flag};
use weft_vm::start::modules::{registry_get, registry_set};
use weft_vm::types::bytes::Bytes;
use weft_vm::types::list::List;
use weft_vm::types::object::Plain;
use weft_vm::types::tuple::Tuple;
use weft_vm::{Raised, Res, Thread, VRef, Value, methods};

/// Flags of every stream type.
pub const FLAGS: u32 = type_flag::BASETYPE | type_flag::IMMUTABLE | type_flag::HAS_DICT | type_flag::WEAKREFS;

/// What operations on a closed stream say.
pub const CLOSED: &str = "I/O operation on closed file.";

/// `_io._IOBase`
pub static IO_BASE: NativeType = NativeType::new(&IO_SPEC);
static IO_SPEC: TypeSpec = TypeSpec {
    name: "_io._IOBase",
    doc: "The abstract base class for all I/O classes.\n\nStreams support iteration over lines, and the context manager protocol.",
    flags: FLAGS,
    slots: Slots { iter: Some(iter), next: Some(next), finalize: Some(finalize), ..Slots::EMPTY },
    methods: methods! {
        "seek(self, offset, whence=os.SEEK_SET, /)" => |t, _| Err(unsupported(t, "seek")), "Change the stream position.";
        "tell(self, /)" => tell, "Return current stream position.";
        "truncate(self, size=None, /)" => |t, _| Err(unsupported(t, "truncate")), "Truncate file to size bytes.";
        "flush(self, /)" => flush, "Flush write buffers, if applicable.";
        "close(self, /)" => close, "Flush and close the IO object.\n\nThis method has no effect if the file is already closed.";
        "seekable(self, /)" => |_, _| Ok(Value::FALSE), "Return whether object supports random access.";
        "readable(self, /)" => |_, _| Ok(Value::FALSE), "Return whether object was opened for reading.";
        "writable(self, /)" => |_, _| Ok(Value::FALSE), "Return whether object was opened for writing.";
        "_checkClosed(self, msg=None, /)" => |t, a| check_closed(t, a.get(0)).map(|_| Value::NONE);
        "_checkSeekable(self, msg=None, /)" => |t, a| check_able(t, a.get(0), "seekable", "File or stream is not seekable.");
        "_checkReadable(self, msg=None, /)" => |t, a| check_able(t, a.get(0), "readable", "File or stream is not readable.");
        "_checkWritable(self, msg=None, /)" => |t, a| check_able(t, a.get(0), "writable", "File or stream is not writable.");
        "fileno(self, /)" => |t, _| Err(unsupported(t, "fileno")), "Return underlying file descriptor if one exists.";
        "isatty(self, /)" => isatty, "Return whether this is an 'interactive' stream.";
        "__enter__(self, /)" => enter;
        "__exit__(self, /, *exc)" => |t, a| t.call_method(a.get(0), "close", &[]);
        "readline(self, size=-1, /)" => readline, "Read and return a line from the stream.";
        "readlines(self, hint=-1, /)" => readlines, "Return a list of lines from the stream.";
        "writelines(self, lines, /)" => writelines, "Write a list of lines to stream.";
    },
    getset: &[GetSet { name: "closed", get: |t, v| Ok(Value::bool(own_closed(t, v)?)), set: None, doc: "" }],
    ..TypeSpec::new::<Plain>()
};

/// `_io._RawIOBase`
pub static RAW_IO_BASE: NativeType = NativeType::new(&RAW_SPEC);
static RAW_SPEC: TypeSpec = TypeSpec {
    name: "_io._RawIOBase",
    doc: "Base class for raw binary I/O.",
    base: Some(&IO_BASE),
    flags: FLAGS,
    methods: methods! {
        "read(self, size=-1, /)" => raw_read;
        "readall(self, /)" => raw_readall, "Read until EOF, using multiple read() call.";
        "readinto(self, /, *args)" => |t, _| Err(not_implemented(t));
        "write(self, /, *args)" => |t, _| Err(not_implemented(t));
    },
    ..TypeSpec::new::<Plain>()
};

/// `_io._BufferedIOBase`
pub static BUFFERED_IO_BASE: NativeType = NativeType::new(&BUFFERED_SPEC);
static BUFFERED_SPEC: TypeSpec = TypeSpec {
    name: "_io._BufferedIOBase",
    doc: "Base class for buffered IO objects.",
    base: Some(&IO_BASE),
    flags: FLAGS,
    methods: methods! {
        "detach(self, /)" => |t, _| Err(unsupported(t, "detach")), "Disconnect this buffer from its underlying raw stream and return it.";
        "read(self, size=-1, /)" => |t, _| Err(unsupported(t, "read")), "Read and return up to n bytes.";
        "read1(self, size=-1, /)" => |t, _| Err(unsupported(t, "read1")), "Read and return up to size bytes, with at most one read call to the underlying raw stream.";
        "readinto(self, buffer, /)" => |t, a| readinto_by(t, a, "read");
        "readinto1(self, buffer, /)" => |t, a| readinto_by(t, a, "read1");
        "write(self, b, /)" => |t, _| Err(unsupported(t, "write")), "Write buffer b to the IO stream.";
    },
    ..TypeSpec::new::<Plain>()
};

/// `_io._TextIOBase`
pub static TEXT_IO_BASE: NativeType = NativeType::new(&TEXT_SPEC);
static TEXT_SPEC: TypeSpec = TypeSpec {
    name: "_io._TextIOBase",
    doc: "Base class for text I/O.",
    base: Some(&IO_BASE),
    flags: FLAGS,
    methods: methods! {
        "detach(self, /)" => |t, _| Err(unsupported(t, "detach")), "Separate the underlying buffer from the TextIOBase and return it.";
        "read(self, size=-1, /)" => |t, _| Err(unsupported(t, "read")), "Read at most size characters from stream.";
        "readline(self, size=-1, /)" => |t, _| Err(unsupported(t, "readline")), "Read until newline or EOF.";
        "write(self, s, /)" => |t, _| Err(unsupported(t, "write")), "Write string s to stream.";
    },
    getset: &[
        GetSet {
            name: "encoding",
            get: |_, _| Ok(Value::NONE),
            set: None,
            doc: "Encoding of the text stream.",
        },
        GetSet {
            name: "newlines",
            get: |_, _| Ok(Value::NONE),
            set: None,
            doc: "Line endings translated so far.",
        },
        GetSet {
            name: "errors",
            get: |_, _| Ok(Value::NONE),
            set: None,
            doc: "The error setting of the decoder or encoder.",
        },
    ],
    ..TypeSpec::new::<Plain>()
};

// ---- errors

/// Makes `io.UnsupportedOperation`, a subclass of OSError and ValueError.
pub fn make_unsupported(t: &mut Thread) -> Res {
    if let Some(c) = registry_get(t, "io.UnsupportedOperation") {
        return Ok(c);
    }
    let bases = Tuple::new(t, vec![OS_ERROR.get(t).to_value(), VALUE_ERROR.get(t).to_value()]);
    let ns = weft_vm::dict::Dict::new(t);
    if let Some(d) = ns.cast::<weft_vm::dict::Dict>() {
        let (io, name) = (t.str("io"), t.str("UnsupportedOperation"));
        t.dict_set(d, "__module__", io);
        t.dict_set(d, "__qualname__", name);
    }
    let name = t.str("UnsupportedOperation");
    let meta = weft_vm::types::heaptype::TYPE.get(t).to_value();
    let c = t.call(meta.r(), &[name.r(), bases.r(), ns.r()])?;
    registry_set(t, "io.UnsupportedOperation", c.clone());
    Ok(c)
}

/// io.UnsupportedOperation
#[cold]
pub fn unsupported(t: &mut Thread, text: &str) -> Raised {
    let c = match make_unsupported(t) {
        Ok(c) => c,
        Err(e) => return e,
    };
    let text = t.str(text);
    match t.call(c.r(), &[text.r()]) {
        Ok(e) => t.raise(e),
        Err(e) => e,
    }
}

fn not_implemented(t: &mut Thread) -> Raised {
    t.raise_with(&NOT_IMPLEMENTED_ERROR, vec![])
}

/// ValueError: closed.
#[cold]
pub fn closed_error(t: &mut Thread) -> Raised {
    t.value_error(CLOSED)
}

// ---- state

fn own_closed(t: &mut Thread, v: VRef<'_>) -> Res<bool> {
    let name = intern(t, "__IOBase_closed");
    Ok(t.getattr_opt(v, name)?.is_some())
}

/// `bool(v.closed)`
pub fn is_closed(t: &mut Thread, v: VRef<'_>) -> Res<bool> {
    let r = t.attr(v, "closed")?;
    t.truth(r.r())
}

/// ValueError if `v.closed`.
pub fn check_closed(t: &mut Thread, v: VRef<'_>) -> Res<()> {
    if is_closed(t, v)? { Err(closed_error(t)) } else { Ok(()) }
}

/// UnsupportedOperation unless `v.<method>()` is True.
pub fn check_able(t: &mut Thread, v: VRef<'_>, method: &str, text: &str) -> Res {
    let r = t.call_method(v, method, &[])?;
    if r.is(Value::TRUE.r()) { Ok(r) } else { Err(unsupported(t, text)) }
}

/// `operator.index(v)` where `None` and absence mean -1.
pub fn size_arg(t: &mut Thread, v: Option<VRef<'_>>) -> Res<i64> {
    match v.filter(|v| !v.is_none()) {
        None => Ok(-1),
        Some(v) if v.ty().slots().index.is_none() => {
            let n = v.ty().name();
            Err(t.type_error(format!("argument should be integer or None, not '{n}'")))
        }
        Some(v) => t.index_i64(v, &weft_vm::errors::OVERFLOW_ERROR),
    }
}

fn tell(t: &mut Thread, a: Args<'_>) -> Res {
    let (zero, one) = (t.int(0), t.int(1));
    t.call_method(a.get(0), "seek", &[zero.r(), one.r()])
}

fn flush(t: &mut Thread, a: Args<'_>) -> Res {
    if own_closed(t, a.get(0))? {
        return Err(closed_error(t));
    }
    Ok(Value::NONE)
}

fn close(t: &mut Thread, a: Args<'_>) -> Res {
    let v = a.get(0);
    if own_closed(t, v)? {
        return Ok(Value::NONE);
    }
    let flushed = t.call_method(v, "flush", &[]);
    let first = if flushed.is_err() { Some(t.take_raised()) } else { None };
    let name = intern(t, "__IOBase_closed");
    let set = t.setattr(v, name, Some(Value::TRUE.r()));
    if let Some(e) = first {
        return Err(chain(t, e, set.is_err()));
    }
    set?;
    Ok(Value::NONE)
}

/// Raises `first` again; a second error that is on its way becomes the one raised, with `first` as context.
pub fn chain(t: &mut Thread, first: Value, second: bool) -> Raised {
    if second {
        let e = t.take_raised();
        if let Some(x) = weft_vm::errors::exc(e.r())
            && x.context.is_empty()
        {
            x.context.set(weft_vm::object::header_of(x), first)
        }
        return t.reraise(e);
    }
    t.reraise(first)
}

fn isatty(t: &mut Thread, a: Args<'_>) -> Res {
    check_closed(t, a.get(0))?;
    Ok(Value::FALSE)
}

fn enter(t: &mut Thread, a: Args<'_>) -> Res {
    check_closed(t, a.get(0))?;
    Ok(a.get(0).to_value())
}

/// `__del__`: closes a stream that nobody closed.
pub fn finalize(t: &mut Thread, v: VRef<'_>) {
    let closed = match is_closed(t, v) {
        Ok(c) => c,
        Err(_) => {
            // Never initialised, or unusable in another way.
            t.clear_raised();
            true
        }
    };
    if closed {
        return;
    }
    let name = intern(t, "_finalizing");
    if t.setattr(v, name, Some(Value::TRUE.r())).is_err() {
        t.clear_raised()
    }
    if t.call_method(v, "close", &[]).is_err() {
        weft_vm::errors::write_unraisable(t, "Exception ignored while finalizing file", v)
    }
}

// ---- lines

fn iter(t: &mut Thread, v: VRef<'_>) -> Res {
    check_closed(t, v)?;
    Ok(v.to_value())
}

fn next(t: &mut Thread, v: VRef<'_>) -> Res<Option<Value>> {
    let line = t.call_method(v, "readline", &[])?;
    if t.truth(line.r())? { Ok(Some(line)) } else { Ok(None) }
}

fn bytes_result(t: &mut Thread, v: &Value, what: &str) -> Res<Vec<u8>> {
    match v.cast::<Bytes>() {
        Some(b) => Ok(b.as_slice().to_vec()),
        None => {
            let n = v.r().ty().name();
            Err(t.raise_text(&OS_ERROR, format!("{what} should have returned a bytes object, not '{n}'")))
        }
    }
}

fn readline(t: &mut Thread, a: Args<'_>) -> Res {
    let v = a.get(0);
    let limit = size_arg(t, a.opt(1))?;
    let peek = {
        let name = intern(t, "peek");
        t.getattr_opt(v, name)?
    };
    let mut line: Vec<u8> = Vec::new();
    while limit < 0 || (line.len() as i64) < limit {
        let mut want = 1;
        if let Some(peek) = &peek {
            let one = t.int(1);
            let ahead = t.call(peek.r(), &[one.r()])?;
            let ahead = bytes_result(t, &ahead, "peek()")?;
            if !ahead.is_empty() {
                let mut max = ahead.len();
                if limit >= 0 {
                    max = max.min(limit as usize - line.len())
                }
                want = ahead[..max].iter().position(|c| *c == b'\n').map_or(max, |i| i + 1);
            }
        }
        let n = t.int_usize(want);
        let got = t.call_method(v, "read", &[n.r()])?;
        let got = bytes_result(t, &got, "read()")?;
        if got.is_empty() {
            break;
        }
        line.extend(&got);
        if line.last() == Some(&b'\n') {
            break;
        }
    }
    Ok(t.bytes(&line))
}

fn readlines(t: &mut Thread, a: Args<'_>) -> Res {
    let hint = size_arg(t, a.opt(1))?;
    let list = List::new(t, Vec::new());
    let it = t.iter(a.get(0))?;
    let mut total = 0usize;
    while let Some(line) = t.next(it.r())? {
        let n = t.len(line.r())?;
        if let Some(l) = list.cast::<List>() {
            l.push(t, line)
        }
        total = total.saturating_add(n);
        if hint > 0 && total >= hint as usize {
            break;
        }
    }
    Ok(list)
}

fn writelines(t: &mut Thread, a: Args<'_>) -> Res {
    check_closed(t, a.get(0))?;
    let it = t.iter(a.get(1))?;
    while let Some(line) = t.next(it.r())? {
        t.call_method(a.get(0), "write", &[line.r()])?;
    }
    Ok(Value::NONE)
}

// ---- raw

fn raw_read(t: &mut Thread, a: Args<'_>) -> Res {
    let n = size_arg(t, a.opt(1))?;
    if n < 0 {
        return t.call_method(a.get(0), "readall", &[]);
    }
    let buffer = mutable_buffer(t, n as usize)?;
    let got = t.call_method(a.get(0), "readinto", &[buffer.r()])?;
    if got.is_none() {
        return Ok(got);
    }
    let count = t.index_i64(got.r(), &weft_vm::errors::OVERFLOW_ERROR)?;
    if count < 0 || count > n {
        return Err(t.value_error(format!("readinto returned {count} outside buffer size {n}")));
    }
    let bytes = syscall::bytes_arg(t, buffer.r())?;
    Ok(t.bytes(&bytes[..(count as usize).min(bytes.len())]))
}

/// A `bytearray(n)` for a stream written in Python to read into.
pub fn mutable_buffer(t: &mut Thread, n: usize) -> Res {
    let class = weft_vm::types::bytearray::TYPE.get(t).to_value();
    let n = t.int_usize(n);
    t.call(class.r(), &[n.r()])
}

/// `memoryview(v)`
pub fn memoryview(t: &mut Thread, v: VRef<'_>) -> Res {
    let builtins = weft_vm::start::builtins_dict(t);
    let class = builtins.cast::<weft_vm::dict::Dict>().and_then(|d| t.dict_get(d, "memoryview"));
    match class {
        Some(c) => t.call(c.r(), &[v]),
        None => Ok(v.to_value()),
    }
}

fn raw_readall(t: &mut Thread, a: Args<'_>) -> Res {
    let mut all: Vec<u8> = Vec::new();
    loop {
        let n = t.int(super::DEFAULT_BUFFER_SIZE as i64);
        let got = t.call_method(a.get(0), "read", &[n.r()])?;
        if got.is_none() {
            if all.is_empty() {
                return Ok(got);
            }
            break;
        }
        let Some(b) = got.cast::<Bytes>() else { return Err(t.type_error("read() should return bytes")) };
        if b.as_slice().is_empty() {
            break;
        }
        all.extend(b.as_slice());
    }
    Ok(t.bytes(&all))
}

// ---- buffered

fn readinto_by(t: &mut Thread, a: Args<'_>, method: &str) -> Res {
    let view = syscall::buffer(t, a.get(1), true)?;
    let n = t.int_usize(view.len);
    let r = t.call_method(a.get(0), method, &[n.r()]);
    let got = match r {
        Ok(got) => got,
        Err(e) => {
            view.release(t);
            return Err(e);
        }
    };
    let out = match got.cast::<Bytes>() {
        None => Err(t.type_error("read() should return bytes")),
        Some(b) if b.as_slice().len() > view.len => {
            let (x, y) = (view.len, b.as_slice().len());
            Err(t.value_error(format!("read() returned too much data: {x} bytes requested, {y} returned")))
        }
        Some(b) => {
            super::copy_to_view(&view, 0, b.as_slice());
            Ok(t.int_usize(b.as_slice().len()))
        }
    };
    view.release(t);
    out
}
