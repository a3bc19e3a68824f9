//! `BufferedReader`, `BufferedWriter`, `BufferedRandom`: one struct, three types.
//!
//! There is a buffer of bytes read ahead and one of bytes not yet written; never are both in use. Each
//! operation holds the stream's [`IoLock`] from beginning to end, across calls of the raw stream; an operation
//! inside another one of the same thread (a signal handler, a raw stream written in Python) is a RuntimeError.

use super::base::{self, BUFFERED_IO_BASE, unsupported};
use super::fileio::{self, FileIO, cannot_pickle};
use super::lock::{Held, IoLock};
use crate::syscall;
use std::cell::UnsafeCell;
use std::mem::ManuallyDrop;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU8, Ordering::*};
use weft_strategy::{Header, Slot};
use weft_vm::call::bind::call_native;
use weft_vm::errors::{INTERRUPTED_ERROR, OS_ERROR, OVERFLOW_ERROR};
use weft_vm::object::{
    Args, Binding, GetSet, MethodDef, NativeType, Object, Slots, TypeSpec, ValueExt, Visitor, header_of,
};
use weft_vm::types::str::text;
use weft_vm::{Raised, Res, Thread, VRef, Value, methods};

/// What may be done with the stream; bits of `can`.
pub const READ: u8 = 1;
/// Writing.
pub const WRITE: u8 = 2;
/// Constructed and not detached.
const READY: u8 = 4;
/// Detached.
const DETACHED: u8 = 8;

/// The buffers; touched by the holder of the lock only.
#[derive(Default)]
pub struct State {
    /// Bytes read ahead; those before `pos` have been given out.
    pub ahead: Vec<u8>,
    /// Next byte to give out.
    pub pos: usize,
    /// Bytes to write.
    pub behind: Vec<u8>,
}

impl State {
    /// Bytes read ahead and not given out.
    pub fn unread(&self) -> &[u8] {
        &self.ahead[self.pos.min(self.ahead.len())..]
    }

    /// Forgets what was read ahead.
    pub fn forget(&mut self) {
        self.ahead.clear();
        self.pos = 0
    }
}

/// The object.
#[repr(C)]
pub struct Buffered {
    h: Header,
    /// The raw stream.
    raw: Slot,
    can: AtomicU8,
    finalizing: AtomicBool,
    size: AtomicI64,
    lock: IoLock,
    state: UnsafeCell<ManuallyDrop<State>>,
}

// SAFETY: repr(C), header first; the only reference is visited.
unsafe impl Object for Buffered {
    weft_vm::layout!(Buffered, "_io.Buffered", true);
    fn traverse(&self, v: Visitor) {
        v(self.raw.word())
    }
    fn clear(&self) {
        self.raw.clear_dead();
        // SAFETY: the object is dead or garbage; empty vectors own no memory.
        unsafe { **self.state.get() = State::default() }
    }
}

/// Attributes of all three.
static GETSET: &[GetSet] = &[
    GetSet {
        name: "raw",
        get: |t, v| {
            let b = this(v);
            match b.raw.load() {
                Some(r) => Ok(r),
                None => Err(b.not_ready(t)),
            }
        },
        set: None,
        doc: "",
    },
    GetSet {
        name: "_finalizing",
        get: |_, v| Ok(Value::bool(this(v).finalizing.load(Relaxed))),
        set: Some(|t, v, x| {
            let on = match x {
                Some(x) => t.truth(x)?,
                None => false,
            };
            this(v).finalizing.store(on, Relaxed);
            Ok(())
        }),
        doc: "",
    },
    GetSet {
        name: "closed",
        get: |t, v| {
            let r = this(v).raw(t)?;
            t.attr(r.r(), "closed")
        },
        set: None,
        doc: "",
    },
    GetSet {
        name: "name",
        get: |t, v| {
            let r = this(v).raw(t)?;
            t.attr(r.r(), "name")
        },
        set: None,
        doc: "",
    },
    GetSet {
        name: "mode",
        get: |t, v| {
            let r = this(v).raw(t)?;
            t.attr(r.r(), "mode")
        },
        set: None,
        doc: "",
    },
];

macro_rules! common_slots {
    ($init:ident) => {
        Slots {
            repr: Some(repr),
            new: Some(|t, cls, _| Ok(make(t, cls.shape()))),
            init: Some(|t, v, a| call_native(t, &$init, Some(v), a).map(drop)),
            finalize: Some(finalize),
            ..Slots::EMPTY
        }
    };
}

/// `_io.BufferedReader`
pub static READER: NativeType = NativeType::new(&READER_SPEC);
static READER_SPEC: TypeSpec = TypeSpec {
    name: "_io.BufferedReader",
    doc: "Create a new buffered reader using the given readable raw IO object.",
    base: Some(&BUFFERED_IO_BASE),
    flags: base::FLAGS,
    slots: Slots { next: Some(super::buffered_read::next), ..common_slots!(INIT_READER) },
    methods: methods! {
        "detach(self, /)" => detach, "Disconnect this buffer from its underlying raw stream and return it.";
        "flush(self, /)" => |t, a| to_raw(t, a, "flush");
        "close(self, /)" => close;
        "seekable(self, /)" => |t, a| to_raw(t, a, "seekable");
        "readable(self, /)" => |t, a| to_raw(t, a, "readable");
        "fileno(self, /)" => |t, a| to_raw(t, a, "fileno");
        "isatty(self, /)" => |t, a| to_raw(t, a, "isatty");
        "_dealloc_warn(self, source, /)" => dealloc_warn;
        "read(self, size=-1, /)" => super::buffered_read::read, "Read and return up to n bytes.";
        "peek(self, size=0, /)" => super::buffered_read::peek;
        "read1(self, size=-1, /)" => super::buffered_read::read1, "Read and return up to size bytes, with at most one read call to the underlying raw stream.";
        "readinto(self, buffer, /)" => |t, a| super::buffered_read::readinto(t, a, false);
        "readinto1(self, buffer, /)" => |t, a| super::buffered_read::readinto(t, a, true);
        "readline(self, size=-1, /)" => super::buffered_read::readline, "Read and return a line from the stream.";
        "seek(self, target, whence=0, /)" => seek, "Change the stream position.";
        "tell(self, /)" => tell, "Return current stream position.";
        "truncate(self, pos=None, /)" => truncate, "Truncate file to size bytes.";
        "__sizeof__(self, /)" => size_of_stream;
        "__getstate__(self, /)" => |t, a| Err(cannot_pickle(t, a.get(0)));
        "__reduce__(self, /)" => |t, a| Err(cannot_pickle(t, a.get(0)));
        "__reduce_ex__(self, protocol, /)" => |t, a| Err(cannot_pickle(t, a.get(0)));
    },
    getset: GETSET,
    ..TypeSpec::new::<Buffered>()
};

/// `_io.BufferedWriter`
pub static WRITER: NativeType = NativeType::new(&WRITER_SPEC);
static WRITER_SPEC: TypeSpec = TypeSpec {
    name: "_io.BufferedWriter",
    doc: "A buffer for a writeable sequential RawIO object.",
    base: Some(&BUFFERED_IO_BASE),
    flags: base::FLAGS,
    slots: common_slots!(INIT_WRITER),
    methods: methods! {
        "close(self, /)" => close;
        "detach(self, /)" => detach, "Disconnect this buffer from its underlying raw stream and return it.";
        "seekable(self, /)" => |t, a| to_raw(t, a, "seekable");
        "writable(self, /)" => |t, a| to_raw(t, a, "writable");
        "fileno(self, /)" => |t, a| to_raw(t, a, "fileno");
        "isatty(self, /)" => |t, a| to_raw(t, a, "isatty");
        "_dealloc_warn(self, source, /)" => dealloc_warn;
        "write(self, buffer, /)" => super::buffered_write::write, "Write buffer b to the IO stream.";
        "truncate(self, pos=None, /)" => truncate, "Truncate file to size bytes.";
        "flush(self, /)" => super::buffered_write::flush;
        "seek(self, target, whence=0, /)" => seek, "Change the stream position.";
        "tell(self, /)" => tell, "Return current stream position.";
        "__sizeof__(self, /)" => size_of_stream;
        "__getstate__(self, /)" => |t, a| Err(cannot_pickle(t, a.get(0)));
        "__reduce__(self, /)" => |t, a| Err(cannot_pickle(t, a.get(0)));
        "__reduce_ex__(self, protocol, /)" => |t, a| Err(cannot_pickle(t, a.get(0)));
    },
    getset: GETSET,
    ..TypeSpec::new::<Buffered>()
};

/// `_io.BufferedRandom`
pub static RANDOM: NativeType = NativeType::new(&RANDOM_SPEC);
static RANDOM_SPEC: TypeSpec = TypeSpec {
    name: "_io.BufferedRandom",
    doc: "A buffered interface to random access streams.",
    base: Some(&BUFFERED_IO_BASE),
    flags: base::FLAGS,
    slots: Slots { next: Some(super::buffered_read::next), ..common_slots!(INIT_RANDOM) },
    methods: methods! {
        "close(self, /)" => close;
        "detach(self, /)" => detach, "Disconnect this buffer from its underlying raw stream and return it.";
        "seekable(self, /)" => |t, a| to_raw(t, a, "seekable");
        "readable(self, /)" => |t, a| to_raw(t, a, "readable");
        "writable(self, /)" => |t, a| to_raw(t, a, "writable");
        "fileno(self, /)" => |t, a| to_raw(t, a, "fileno");
        "isatty(self, /)" => |t, a| to_raw(t, a, "isatty");
        "_dealloc_warn(self, source, /)" => dealloc_warn;
        "flush(self, /)" => super::buffered_write::flush;
        "seek(self, target, whence=0, /)" => seek, "Change the stream position.";
        "tell(self, /)" => tell, "Return current stream position.";
        "truncate(self, pos=None, /)" => truncate, "Truncate file to size bytes.";
        "read(self, size=-1, /)" => super::buffered_read::read, "Read and return up to n bytes.";
        "read1(self, size=-1, /)" => super::buffered_read::read1, "Read and return up to size bytes, with at most one read call to the underlying raw stream.";
        "readinto(self, buffer, /)" => |t, a| super::buffered_read::readinto(t, a, false);
        "readinto1(self, buffer, /)" => |t, a| super::buffered_read::readinto(t, a, true);
        "readline(self, size=-1, /)" => super::buffered_read::readline, "Read and return a line from the stream.";
        "peek(self, size=0, /)" => super::buffered_read::peek;
        "write(self, buffer, /)" => super::buffered_write::write, "Write buffer b to the IO stream.";
        "__sizeof__(self, /)" => size_of_stream;
        "__getstate__(self, /)" => |t, a| Err(cannot_pickle(t, a.get(0)));
        "__reduce__(self, /)" => |t, a| Err(cannot_pickle(t, a.get(0)));
        "__reduce_ex__(self, protocol, /)" => |t, a| Err(cannot_pickle(t, a.get(0)));
    },
    getset: GETSET,
    ..TypeSpec::new::<Buffered>()
};

static INIT_READER: MethodDef = MethodDef::new(
    "BufferedReader(self, raw, buffer_size=DEFAULT_BUFFER_SIZE)",
    |t, a| init(t, a, READ),
    "",
    Binding::Plain,
);
static INIT_WRITER: MethodDef = MethodDef::new(
    "BufferedWriter(self, raw, buffer_size=DEFAULT_BUFFER_SIZE)",
    |t, a| init(t, a, WRITE),
    "",
    Binding::Plain,
);
static INIT_RANDOM: MethodDef = MethodDef::new(
    "BufferedRandom(self, raw, buffer_size=DEFAULT_BUFFER_SIZE)",
    |t, a| init(t, a, READ | WRITE),
    "",
    Binding::Plain,
);

/// The struct of a value that is one.
pub fn this(v: VRef<'_>) -> &Buffered {
    v.cast().expect("a buffered stream")
}

fn make(t: &Thread, shape: u32) -> Value {
    t.make(
        shape,
        Buffered {
            h: Header::new(0, 0),
            raw: Slot::empty(),
            can: AtomicU8::new(0),
            finalizing: AtomicBool::new(false),
            size: AtomicI64::new(0),
            lock: IoLock::default(),
            state: UnsafeCell::new(ManuallyDrop::new(State::default())),
        },
    )
}

fn init(t: &mut Thread, a: Args<'_>, can: u8) -> Res {
    let b = this(a.get(0));
    b.can.store(0, Release);
    let raw = a.get(1);
    let exact = syscall::is_exact(t, raw, &fileio::TYPE);
    if can == READ | WRITE {
        base::check_able(t, raw, "seekable", "File or stream is not seekable.")?;
    }
    if can & READ != 0 {
        base::check_able(t, raw, "readable", "File or stream is not readable.")?;
    }
    if can & WRITE != 0 {
        base::check_able(t, raw, "writable", "File or stream is not writable.")?;
    }
    let size = match a.opt(2) {
        Some(n) => t.index_i64(n, &OVERFLOW_ERROR)?,
        None => super::DEFAULT_BUFFER_SIZE as i64,
    };
    if size <= 0 {
        return Err(t.value_error("buffer size must be strictly positive"));
    }
    b.raw.set(header_of(b), raw.to_value());
    b.size.store(size, Relaxed);
    b.finalizing.store(false, Relaxed);
    let held = b.enter(t, a.get(0))?;
    // SAFETY: locked.
    unsafe { **b.state.get() = State::default() }
    drop(held);
    b.can.store(can | READY, Release);
    if !exact && t.call_method(raw, "tell", &[]).is_err() {
        t.clear_raised()
    }
    Ok(Value::NONE)
}

impl Buffered {
    #[cold]
    fn not_ready(&self, t: &mut Thread) -> Raised {
        if self.can.load(Relaxed) & DETACHED != 0 {
            t.value_error("raw stream has been detached")
        } else {
            t.value_error("I/O operation on uninitialized object")
        }
    }

    /// The raw stream.
    pub fn raw(&self, t: &mut Thread) -> Res {
        if self.can.load(Acquire) & READY != 0
            && let Some(r) = self.raw.load()
        {
            return Ok(r);
        }
        Err(self.not_ready(t))
    }

    /// Can it read (or write)?
    pub fn can(&self, what: u8) -> bool {
        self.can.load(Relaxed) & what != 0
    }

    /// Size of the buffer.
    pub fn size(&self) -> usize {
        self.size.load(Relaxed).max(1) as usize
    }

    /// Takes the lock; RuntimeError if this thread is inside already.
    pub fn enter<'a>(&'a self, t: &mut Thread, me: VRef<'_>) -> Result<Held<'a>, Raised> {
        match self.lock.acquire(t)? {
            Some(h) => Ok(h),
            None => {
                let r = t.repr_text(me)?;
                Err(t.runtime_error(format!("reentrant call inside {r}")))
            }
        }
    }

    /// The buffers. The caller holds the lock and keeps no other reference to them.
    #[allow(clippy::mut_from_ref)]
    pub fn state(&self) -> &mut State {
        // SAFETY: one thread holds the lock, and an operation does not start inside another one.
        unsafe { &mut *self.state.get() }
    }

    /// Is the raw stream closed?
    pub fn is_closed(&self, t: &mut Thread) -> Res<bool> {
        let raw = self.raw(t)?;
        if syscall::is_exact(t, raw.r(), &fileio::TYPE)
            && let Some(f) = raw.cast::<FileIO>()
        {
            return Ok(f.fd() < 0);
        }
        base::is_closed(t, raw.r())
    }

    /// ValueError when closed.
    pub fn check_closed(&self, t: &mut Thread, text: &str) -> Res<()> {
        if self.is_closed(t)? { Err(t.value_error(text)) } else { Ok(()) }
    }
}

// ---- the raw stream

/// Reads once into `to`; `None` if it would block. The lock is held.
pub fn raw_read(t: &mut Thread, b: &Buffered, to: &mut [u8]) -> Res<Option<usize>> {
    let raw = b.raw(t)?;
    if syscall::is_exact(t, raw.r(), &fileio::TYPE)
        && let Some(f) = raw.cast::<FileIO>()
    {
        // SAFETY: the slice is ours for the call.
        return unsafe { fileio::read_raw(t, f, to.as_mut_ptr(), to.len()) };
    }
    let buffer = base::mutable_buffer(t, to.len())?;
    let view = base::memoryview(t, buffer.r())?;
    let r = loop {
        match t.call_method(raw.r(), "readinto", &[view.r()]) {
            Err(_) if t.raised_is(&INTERRUPTED_ERROR) => {
                t.clear_raised();
                t.safepoint()?
            }
            r => break r?,
        }
    };
    if r.is_none() {
        return Ok(None);
    }
    if r.r().ty().slots().index.is_none() {
        return Err(t.raise_text(&OS_ERROR, "raw readinto() failed"));
    }
    let n = t.index_i64(r.r(), &OVERFLOW_ERROR)?;
    if n < 0 || n as usize > to.len() {
        let len = to.len();
        return Err(t.raise_text(
            &OS_ERROR,
            format!("raw readinto() returned invalid length {n} (should have been between 0 and {len})"),
        ));
    }
    let got = syscall::bytes_arg(t, buffer.r())?;
    let n = (n as usize).min(got.len());
    to[..n].copy_from_slice(&got[..n]);
    Ok(Some(n))
}

/// Writes once; `None` if it would block. The lock is held.
pub fn raw_write(t: &mut Thread, b: &Buffered, from: &[u8]) -> Res<Option<usize>> {
    let raw = b.raw(t)?;
    if syscall::is_exact(t, raw.r(), &fileio::TYPE)
        && let Some(f) = raw.cast::<FileIO>()
    {
        return fileio::write_raw(t, f, from);
    }
    let bytes = t.bytes(from);
    let view = base::memoryview(t, bytes.r())?;
    let r = loop {
        match t.call_method(raw.r(), "write", &[view.r()]) {
            Err(_) if t.raised_is(&INTERRUPTED_ERROR) => {
                t.clear_raised();
                t.safepoint()?
            }
            r => break r?,
        }
    };
    if r.is_none() {
        return Ok(None);
    }
    let n = t.index_i64(r.r(), &OVERFLOW_ERROR)?;
    if n < 0 || n as usize > from.len() {
        let len = from.len();
        return Err(t.raise_text(
            &OS_ERROR,
            format!("raw write() returned invalid length {n} (should have been between 0 and {len})"),
        ));
    }
    Ok(Some(n as usize))
}

fn raw_tell(t: &mut Thread, b: &Buffered) -> Res<i64> {
    let raw = b.raw(t)?;
    let r = t.call_method(raw.r(), "tell", &[])?;
    position(t, &r)
}

fn position(t: &mut Thread, r: &Value) -> Res<i64> {
    let n = t.index_i64(r.r(), &OVERFLOW_ERROR)?;
    if n < 0 {
        return Err(t.raise_text(&OS_ERROR, format!("Raw stream returned invalid position {n}")));
    }
    Ok(n)
}

fn raw_seek(t: &mut Thread, b: &Buffered, target: i64, whence: i32) -> Res<i64> {
    let raw = b.raw(t)?;
    let (target, whence) = (t.int(target), t.int(whence as i64));
    let r = t.call_method(raw.r(), "seek", &[target.r(), whence.r()])?;
    position(t, &r)
}

/// Moves the raw stream back to where the reader of the buffer is. The lock is held.
pub fn rewind(t: &mut Thread, b: &Buffered) -> Res<()> {
    let n = b.state().unread().len();
    if n > 0 {
        raw_seek(t, b, -(n as i64), 1)?;
    }
    b.state().forget();
    Ok(())
}

fn to_raw(t: &mut Thread, a: Args<'_>, method: &str) -> Res {
    let raw = this(a.get(0)).raw(t)?;
    t.call_method(raw.r(), method, &[])
}

// ---- life

fn detach(t: &mut Thread, a: Args<'_>) -> Res {
    let b = this(a.get(0));
    b.raw(t)?;
    t.call_method(a.get(0), "flush", &[])?;
    let raw = b.raw.take(header_of(b));
    b.can.store(DETACHED, Release);
    Ok(raw.unwrap_or(Value::NONE))
}

fn close(t: &mut Thread, a: Args<'_>) -> Res {
    let (v, b) = (a.get(0), this(a.get(0)));
    b.raw(t)?;
    {
        let _held = b.enter(t, v)?;
        if b.is_closed(t)? {
            return Ok(Value::NONE);
        }
        if b.finalizing.load(Relaxed) {
            let raw = b.raw(t)?;
            if t.call_method(raw.r(), "_dealloc_warn", &[v]).is_err() {
                t.clear_raised()
            }
        }
    }
    // A subclass may have its own flush(), so it is called without the lock.
    let flushed = t.call_method(v, "flush", &[]);
    let first = if flushed.is_err() { Some(t.take_raised()) } else { None };
    let raw = b.raw(t)?;
    let closed = t.call_method(raw.r(), "close", &[]);
    if closed.is_ok() {
        let _held = b.enter(t, v)?;
        *b.state() = State::default()
    }
    if let Some(e) = first {
        return Err(base::chain(t, e, closed.is_err()));
    }
    closed
}

fn finalize(t: &mut Thread, v: VRef<'_>) {
    let b = this(v);
    if b.can.load(Relaxed) & READY == 0 || b.raw.is_empty() {
        return;
    }
    base::finalize(t, v)
}

fn dealloc_warn(t: &mut Thread, a: Args<'_>) -> Res {
    let raw = this(a.get(0)).raw(t)?;
    if t.call_method(raw.r(), "_dealloc_warn", &[a.get(1)]).is_err() {
        t.clear_raised()
    }
    Ok(Value::NONE)
}

fn repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let class = super::c_name(v);
    let name = match t.getattr_opt(v, weft_vm::names::name()) {
        Ok(n) => n,
        Err(_) if t.raised_is(&weft_vm::errors::VALUE_ERROR) => {
            t.clear_raised();
            None
        }
        Err(e) => return Err(e),
    };
    let Some(name) = name else { return Ok(t.str(&format!("<{class}>"))) };
    let r = super::repr_of_name(t, v, name.r())?;
    let r = text(r.r()).map(|s| s.bytes().to_vec()).unwrap_or_default();
    Ok(t.str_wtf8(&[format!("<{class} name=").as_bytes(), &r, b">"].concat()))
}

fn size_of_stream(t: &mut Thread, a: Args<'_>) -> Res {
    Ok(t.int_usize(size_of::<Buffered>() + this(a.get(0)).size()))
}

// ---- position

fn tell(t: &mut Thread, a: Args<'_>) -> Res {
    let b = this(a.get(0));
    b.raw(t)?;
    let _held = b.enter(t, a.get(0))?;
    let p = logical_position(t, b)?;
    Ok(t.int(p))
}

fn logical_position(t: &mut Thread, b: &Buffered) -> Res<i64> {
    let raw = raw_tell(t, b)?;
    let s = b.state();
    Ok((raw - s.unread().len() as i64 + s.behind.len() as i64).max(0))
}

fn seek(t: &mut Thread, a: Args<'_>) -> Res {
    let b = this(a.get(0));
    let whence = match a.opt(2) {
        Some(w) => t.arg_i32(w)?,
        None => 0,
    };
    b.raw(t)?;
    if !(0..=2).contains(&whence) && whence != libc::SEEK_DATA && whence != libc::SEEK_HOLE {
        return Err(t.value_error(format!("whence value {whence} unsupported")));
    }
    b.check_closed(t, "seek of closed file")?;
    let raw = b.raw(t)?;
    base::check_able(t, raw.r(), "seekable", "File or stream is not seekable.")?;
    if a.get(1).ty().slots().index.is_none() {
        let n = a.get(1).ty().name();
        return Err(t.type_error(format!("'{n}' object cannot be interpreted as an integer")));
    }
    let mut target = t.index_i64(a.get(1), &OVERFLOW_ERROR)?;
    let _held = b.enter(t, a.get(0))?;
    if (whence == 0 || whence == 1) && b.can(READ) && !b.state().ahead.is_empty() {
        // Somewhere in the buffer: no system call but for the present position.
        let now = logical_position(t, b)?;
        let offset = if whence == 0 { target.checked_sub(now) } else { Some(target) };
        let s = b.state();
        if let Some(to) = offset.and_then(|o| o.checked_add(s.pos as i64))
            && to >= 0
            && to <= s.ahead.len() as i64
        {
            let moved = to - s.pos as i64;
            s.pos = to as usize;
            return Ok(t.int(now + moved));
        }
    }
    super::buffered_write::flush_locked(t, b)?;
    if whence == 1 {
        target = target.saturating_sub(b.state().unread().len() as i64)
    }
    let n = raw_seek(t, b, target, whence)?;
    b.state().forget();
    Ok(t.int(n))
}

fn truncate(t: &mut Thread, a: Args<'_>) -> Res {
    let b = this(a.get(0));
    b.raw(t)?;
    b.check_closed(t, "truncate of closed file")?;
    if !b.can(WRITE) {
        return Err(unsupported(t, "truncate"));
    }
    let _held = b.enter(t, a.get(0))?;
    super::buffered_write::flush_locked(t, b)?;
    let pos = match a.opt_none(1) {
        Some(p) => p.to_value(),
        None => {
            let p = logical_position(t, b)?;
            t.int(p)
        }
    };
    rewind(t, b)?;
    let raw = b.raw(t)?;
    t.call_method(raw.r(), "truncate", &[pos.r()])
}
