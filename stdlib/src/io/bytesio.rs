//! `BytesIO`: a binary stream in memory.
//!
//! The bytes and the position are touched under the object's byte lock, in steps that call no Python. While a
//! `getbuffer()` view exists the size cannot change.

use super::base::{self, BUFFERED_IO_BASE, size_arg};
use crate::syscall;
use std::cell::UnsafeCell;
use std::mem::ManuallyDrop;
use weft_strategy::lock::lock;
use weft_strategy::{Header, Slot};
use weft_vm::call::bind::call_native;
use weft_vm::errors::OVERFLOW_ERROR;
use weft_vm::object::buffer::View;
use weft_vm::object::{
    Args, Binding, GetSet, MethodDef, NativeType, Object, Slots, TypeSpec, ValueExt, Visitor, type_flag,
};
use weft_vm::types::list::List;
use weft_vm::types::tuple::{Tuple, tuple};
use weft_vm::{Res, Thread, VRef, Value, methods};

/// What the stream holds.
#[derive(Default)]
struct State {
    data: Vec<u8>,
    /// May lie beyond the end.
    pos: usize,
    closed: bool,
    /// Views that pin the data.
    exports: usize,
}

/// The object.
#[repr(C)]
pub struct BytesIO {
    h: Header,
    /// Touched under the byte lock only.
    state: UnsafeCell<ManuallyDrop<State>>,
}

// SAFETY: repr(C), header first, no references.
unsafe impl Object for BytesIO {
    weft_vm::layout!(BytesIO, "_io.BytesIO", false);
    fn traverse(&self, _v: Visitor) {}
    fn clear(&self) {
        // SAFETY: the object is dead; an empty vector owns no memory.
        unsafe { (&mut *self.state.get()).data = Vec::new() }
    }
}

/// `_io.BytesIO`
pub static TYPE: NativeType = NativeType::new(&SPEC);
static SPEC: TypeSpec = TypeSpec {
    name: "_io.BytesIO",
    doc: "Buffered I/O implementation using an in-memory bytes buffer.",
    base: Some(&BUFFERED_IO_BASE),
    flags: base::FLAGS,
    slots: Slots {
        iter: Some(|t, v| {
            this(v).with(t, |_| Ok(()))?;
            Ok(v.to_value())
        }),
        next: Some(|t, v| {
            let line = this(v).with(t, |s| Ok(s.take_line(-1)))?;
            Ok(if line.is_empty() { None } else { Some(t.bytes(&line)) })
        }),
        new: Some(|t, cls, _| {
            let state = UnsafeCell::new(ManuallyDrop::new(State::default()));
            Ok(t.make(cls.shape(), BytesIO { h: Header::new(0, 0), state }))
        }),
        init: Some(|t, v, a| call_native(t, &INIT, Some(v), a).map(drop)),
        finalize: Some(|t, v| {
            if !syscall::is_exact(t, v, &TYPE) {
                base::finalize(t, v)
            }
        }),
        ..Slots::EMPTY
    },
    methods: methods! {
        "readable(self, /)" => yes, "Returns True if the IO object can be read.";
        "seekable(self, /)" => yes, "Returns True if the IO object can be seeked.";
        "writable(self, /)" => yes, "Returns True if the IO object can be written.";
        "close(self, /)" => close, "Disable all I/O operations.";
        "flush(self, /)" => |t, a| this(a.get(0)).with(t, |_| Ok(Value::NONE)), "Does nothing.";
        "isatty(self, /)" => |t, a| this(a.get(0)).with(t, |_| Ok(Value::FALSE)), "Always returns False.";
        "tell(self, /)" => |t, a| { let p = this(a.get(0)).with(t, |s| Ok(s.pos))?; Ok(t.int_usize(p)) }, "Current file position, an integer.";
        "write(self, b, /)" => write, "Write bytes to file.\n\nReturn the number of bytes written.";
        "writelines(self, lines, /)" => writelines, "Write lines to the file.";
        "read1(self, size=-1, /)" => read, "Read at most size bytes, returned as a bytes object.";
        "readinto(self, buffer, /)" => readinto, "Read bytes into buffer.";
        "readinto1(self, buffer, /)" => readinto, "Read bytes into buffer.";
        "readline(self, size=-1, /)" => readline, "Next line from the file, as a bytes object.";
        "readlines(self, size=None, /)" => readlines, "List of bytes objects, each a line from the file.";
        "read(self, size=-1, /)" => read, "Read at most size bytes, returned as a bytes object.";
        "peek(self, size=1, /)" => peek;
        "getbuffer(self, /)" => getbuffer, "Get a read-write view over the contents of the BytesIO object.";
        "getvalue(self, /)" => getvalue, "Retrieve the entire contents of the BytesIO object.";
        "seek(self, pos, whence=0, /)" => seek, "Change stream position.";
        "truncate(self, size=None, /)" => truncate, "Truncate the file to at most size bytes.";
        "__getstate__(self, /)" => getstate;
        "__setstate__(self, object, /)" => setstate;
        "__sizeof__(self, /)" => |t, a| { let b = this(a.get(0)); let n = b.any(t, |s| s.data.capacity()); Ok(t.int_usize(n + size_of::<BytesIO>())) };
    },
    getset: &[GetSet {
        name: "closed",
        get: |t, v| Ok(Value::bool(this(v).any(t, |s| s.closed))),
        set: None,
        doc: "True if the file is closed.",
    }],
    ..TypeSpec::new::<BytesIO>()
};

static INIT: MethodDef = MethodDef::new("BytesIO(self, initial_bytes=b'')", init, "", Binding::Plain);

fn this(v: VRef<'_>) -> &BytesIO {
    v.cast().expect("a BytesIO")
}

/// What went wrong in a step under the lock.
enum Fault {
    Closed,
    Exported,
    NoMemory,
}

impl BytesIO {
    /// A step on the state. `f` does not touch the object otherwise.
    fn any<R>(&self, t: &Thread, f: impl FnOnce(&mut State) -> R) -> R {
        let _g = lock(t, &self.h);
        // SAFETY: locked.
        f(unsafe { &mut *self.state.get() })
    }

    /// A step on an open stream.
    fn with<R>(&self, t: &mut Thread, f: impl FnOnce(&mut State) -> Result<R, Fault>) -> Res<R> {
        let r = self.any(t, |s| if s.closed { Err(Fault::Closed) } else { f(s) });
        r.map_err(|e| match e {
            Fault::Closed => base::closed_error(t),
            Fault::Exported => t.buffer_error("Existing exports of data: object cannot be re-sized"),
            Fault::NoMemory => syscall::no_memory(t),
        })
    }
}

impl State {
    /// Where reading `n` bytes (all, if negative) ends.
    fn end(&self, n: i64) -> usize {
        let left = self.data.len().saturating_sub(self.pos);
        self.pos + if n < 0 { left } else { left.min(n as usize) }
    }

    fn take(&mut self, n: i64) -> Vec<u8> {
        if self.pos >= self.data.len() {
            return Vec::new();
        }
        let end = self.end(n);
        let b = self.data[self.pos..end].to_vec();
        self.pos = end;
        b
    }

    fn take_line(&mut self, limit: i64) -> Vec<u8> {
        if self.pos >= self.data.len() {
            return Vec::new();
        }
        let end = self.end(limit);
        let rest = &self.data[self.pos..end];
        let n = rest.iter().position(|c| *c == b'\n').map_or(rest.len(), |i| i + 1);
        let line = rest[..n].to_vec();
        self.pos += n;
        line
    }

    fn put(&mut self, b: &[u8]) -> Result<usize, Fault> {
        if self.exports > 0 {
            return Err(Fault::Exported);
        }
        if b.is_empty() {
            return Ok(0);
        }
        let end = self.pos.checked_add(b.len()).ok_or(Fault::NoMemory)?;
        if end > self.data.len() {
            self.data.try_reserve(end - self.data.len()).map_err(|_| Fault::NoMemory)?;
            self.data.resize(end, 0)
        }
        self.data[self.pos..end].copy_from_slice(b);
        self.pos = end;
        Ok(b.len())
    }
}

fn init(t: &mut Thread, a: Args<'_>) -> Res {
    let initial = match a.opt_none(1) {
        Some(v) => syscall::bytes_arg(t, v)?,
        None => Vec::new(),
    };
    let exported = this(a.get(0)).any(t, |s| {
        if s.exports > 0 {
            return true;
        }
        s.closed = false;
        s.pos = 0;
        s.data = initial;
        false
    });
    if exported {
        return Err(t.buffer_error("Existing exports of data: object cannot be re-sized"));
    }
    Ok(Value::NONE)
}

fn yes(t: &mut Thread, a: Args<'_>) -> Res {
    this(a.get(0)).with(t, |_| Ok(Value::TRUE))
}

fn close(t: &mut Thread, a: Args<'_>) -> Res {
    let r = this(a.get(0)).any(t, |s| {
        if s.exports > 0 {
            return false;
        }
        s.closed = true;
        s.data = Vec::new();
        true
    });
    if !r {
        return Err(t.buffer_error("Existing exports of data: object cannot be re-sized"));
    }
    Ok(Value::NONE)
}

fn write(t: &mut Thread, a: Args<'_>) -> Res {
    let b = this(a.get(0));
    b.with(t, |s| if s.exports > 0 { Err(Fault::Exported) } else { Ok(()) })?;
    if let Some(bytes) = a.get(1).cast::<weft_vm::types::bytes::Bytes>() {
        let n = b.with(t, |s| s.put(bytes.as_slice()))?;
        return Ok(t.int_usize(n));
    }
    let data = syscall::bytes_arg(t, a.get(1))?;
    let n = b.with(t, |s| s.put(&data))?;
    Ok(t.int_usize(n))
}

fn writelines(t: &mut Thread, a: Args<'_>) -> Res {
    this(a.get(0)).with(t, |_| Ok(()))?;
    let it = t.iter(a.get(1))?;
    while let Some(line) = t.next(it.r())? {
        let data = syscall::bytes_arg(t, line.r())?;
        this(a.get(0)).with(t, |s| s.put(&data))?;
    }
    Ok(Value::NONE)
}

fn read(t: &mut Thread, a: Args<'_>) -> Res {
    let n = size_arg(t, a.opt(1))?;
    let b = this(a.get(0)).with(t, |s| Ok(s.take(n)))?;
    Ok(t.bytes(&b))
}

fn peek(t: &mut Thread, a: Args<'_>) -> Res {
    let n = size_arg(t, a.opt(1))?;
    let b = this(a.get(0)).with(t, |s| {
        let pos = s.pos;
        let b = s.take(if n < 1 { -1 } else { n });
        s.pos = pos;
        Ok(b)
    })?;
    Ok(t.bytes(&b))
}

fn readinto(t: &mut Thread, a: Args<'_>) -> Res {
    this(a.get(0)).with(t, |_| Ok(()))?;
    let view = syscall::buffer(t, a.get(1), true)?;
    let n = view.len;
    let r = this(a.get(0)).with(t, |s| Ok(s.take(n as i64)));
    let out = r.map(|b| super::copy_to_view(&view, 0, &b));
    view.release(t);
    Ok(t.int_usize(out?))
}

fn readline(t: &mut Thread, a: Args<'_>) -> Res {
    let n = size_arg(t, a.opt(1))?;
    let b = this(a.get(0)).with(t, |s| Ok(s.take_line(n)))?;
    Ok(t.bytes(&b))
}

fn readlines(t: &mut Thread, a: Args<'_>) -> Res {
    let max = size_arg(t, a.opt(1))?;
    let mut total = 0;
    let mut lines = Vec::new();
    loop {
        let line = this(a.get(0)).with(t, |s| Ok(s.take_line(-1)))?;
        if line.is_empty() {
            break;
        }
        total += line.len();
        lines.push(t.bytes(&line));
        if max > 0 && total >= max as usize {
            break;
        }
    }
    Ok(List::new(t, lines))
}

fn getvalue(t: &mut Thread, a: Args<'_>) -> Res {
    let b = this(a.get(0)).with(t, |s| Ok(s.data.clone()))?;
    Ok(t.bytes(&b))
}

fn seek(t: &mut Thread, a: Args<'_>) -> Res {
    let b = this(a.get(0));
    b.with(t, |_| Ok(()))?;
    let pos = t.arg_ssize(a.get(1))?;
    let whence = match a.opt(2) {
        Some(w) => t.arg_i32(w)?,
        None => 0,
    };
    if pos < 0 && whence == 0 {
        return Err(t.value_error(format!("negative seek value {pos}")));
    }
    if !(0..=2).contains(&whence) {
        return Err(t.value_error(format!("invalid whence ({whence}, should be 0, 1 or 2)")));
    }
    let at = b.with(t, |s| {
        let from = match whence {
            0 => 0,
            1 => s.pos,
            _ => s.data.len(),
        };
        let to = (from as i64).checked_add(pos);
        if let Some(to) = to {
            s.pos = to.max(0) as usize
        }
        Ok(to.map(|_| s.pos))
    })?;
    match at {
        Some(p) => Ok(t.int_usize(p)),
        None => Err(t.overflow_error("new position too large")),
    }
}

fn truncate(t: &mut Thread, a: Args<'_>) -> Res {
    let b = this(a.get(0));
    b.with(t, |s| if s.exports > 0 { Err(Fault::Exported) } else { Ok(()) })?;
    let size = match a.opt_none(1) {
        Some(v) if v.ty().slots().index.is_none() => {
            let n = v.ty().name();
            return Err(t.type_error(format!("argument should be integer or None, not '{n}'")));
        }
        Some(v) => t.arg_ssize(v)?,
        None => b.with(t, |s| Ok(s.pos as i64))?,
    };
    if size < 0 {
        return Err(t.value_error(format!("negative size value {size}")));
    }
    b.with(t, |s| {
        if s.exports > 0 {
            return Err(Fault::Exported);
        }
        s.data.truncate(size as usize);
        Ok(())
    })?;
    Ok(t.int(size))
}

fn getstate(t: &mut Thread, a: Args<'_>) -> Res {
    let (data, pos) = this(a.get(0)).with(t, |s| Ok((s.data.clone(), s.pos)))?;
    let dict = super::instance_dict(t, a.get(0))?;
    let dict = if dict.is_none() || t.len(dict.r())? == 0 { Value::NONE } else { dict };
    Ok(Tuple::new(t, vec![t.bytes(&data), t.int_usize(pos), dict]))
}

fn setstate(t: &mut Thread, a: Args<'_>) -> Res {
    let Some(s) = tuple(a.get(1)).filter(|s| s.len() >= 3) else {
        let (n, got) = (a.get(0).ty().name(), a.get(1).ty().name());
        return Err(t.type_error(format!("{n}.__setstate__ argument should be 3-tuple, got {got}")));
    };
    let data = syscall::bytes_arg(t, s.get(0))?;
    if !weft_vm::types::int::is_int(s.get(1)) {
        let got = s.get(1).ty().name();
        return Err(t.type_error(format!("second item of state must be an integer, not {got}")));
    }
    let pos = t.index_i64(s.get(1), &OVERFLOW_ERROR)?;
    if pos < 0 {
        return Err(t.value_error("position value cannot be negative"));
    }
    this(a.get(0)).with(t, |st| {
        if st.exports > 0 {
            return Err(Fault::Exported);
        }
        st.data = data;
        st.pos = pos as usize;
        Ok(())
    })?;
    if !s.get(2).is_none() {
        let dict = super::instance_dict(t, a.get(0))?;
        t.call_method(dict.r(), "update", &[s.get(2)])?;
    }
    Ok(Value::NONE)
}

// ---- getbuffer

/// What a `getbuffer()` memoryview is of.
#[repr(C)]
pub struct Buffer {
    h: Header,
    stream: Slot,
}
weft_vm::object!(Buffer, "_io._BytesIOBuffer", true, [stream]);

/// `_io._BytesIOBuffer`
pub static BUFFER: NativeType = NativeType::new(&BUFFER_SPEC);
static BUFFER_SPEC: TypeSpec = TypeSpec {
    name: "_io._BytesIOBuffer",
    flags: type_flag::IMMUTABLE | type_flag::NO_NEW,
    slots: Slots { buffer: Some(export), ..Slots::EMPTY },
    ..TypeSpec::new::<Buffer>()
};

fn export(t: &mut Thread, v: VRef<'_>, _writable: bool) -> Res<View> {
    let mut view = View::bytes(v.to_value(), &[]);
    let stream = v.cast::<Buffer>().and_then(|b| b.stream.load());
    if let Some(b) = stream.as_ref().and_then(|s| s.cast::<BytesIO>()) {
        b.any(t, |s| {
            s.exports += 1;
            view.ptr = s.data.as_mut_ptr();
            view.len = s.data.len();
            view.shape = vec![s.data.len()];
        })
    }
    view.readonly = false;
    view.release = Some(|t, v| {
        if let Some(s) = v.cast::<Buffer>().and_then(|b| b.stream.load())
            && let Some(b) = s.cast::<BytesIO>()
        {
            b.any(t, |s| s.exports = s.exports.saturating_sub(1))
        }
    });
    Ok(view)
}

fn getbuffer(t: &mut Thread, a: Args<'_>) -> Res {
    this(a.get(0)).with(t, |_| Ok(()))?;
    let shape = BUFFER.shape(t);
    let b = t.make(shape, Buffer { h: Header::new(0, 0), stream: Slot::new(a.get(0).to_value()) });
    base::memoryview(t, b.r())
}
