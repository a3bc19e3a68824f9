//! `FileIO`: a file descriptor as a raw stream.

use super::base::{self, RAW_IO_BASE, unsupported};
use crate::syscall::{self, errno};
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicI64, AtomicU8, Ordering::*};
use weft_strategy::Header;
use weft_vm::call::bind::call_native;
use weft_vm::errors::{OVERFLOW_ERROR, RESOURCE_WARNING};
use weft_vm::object::{Args, Binding, GetSet, MethodDef, NativeType, Slots, TypeSpec, ValueExt};
use weft_vm::types::int;
use weft_vm::types::str::text;
use weft_vm::{Raised, Res, Thread, VRef, Value, methods};

const READABLE: u8 = 1;
const WRITABLE: u8 = 2;
const CREATED: u8 = 4;
const APPENDING: u8 = 8;
const CLOSEFD: u8 = 16;

/// The object.
#[repr(C)]
pub struct FileIO {
    h: Header,
    /// -1: closed
    fd: AtomicI32,
    /// What it was opened for.
    mode: AtomicU8,
    /// -1 unknown, 0, 1
    seekable: AtomicI32,
    /// `st_blksize`
    blksize: AtomicI64,
    /// Size of a regular file when it was opened; -1 unknown. Only a hint.
    size: AtomicI64,
    finalizing: AtomicBool,
}
weft_vm::object!(FileIO, "_io.FileIO", false, []);

/// `_io.FileIO`
pub static TYPE: NativeType = NativeType::new(&SPEC);
static SPEC: TypeSpec = TypeSpec {
    name: "_io.FileIO",
    doc: "Open a file.\n\nThe mode can be 'r' (default), 'w', 'x' or 'a' for reading, writing, exclusive creation or appending.",
    base: Some(&RAW_IO_BASE),
    flags: base::FLAGS,
    slots: Slots {
        repr: Some(repr),
        new: Some(|t, cls, _| Ok(make(t, cls.shape()))),
        init: Some(|t, v, a| call_native(t, &INIT, Some(v), a).map(drop)),
        finalize: Some(finalize),
        ..Slots::EMPTY
    },
    methods: methods! {
        "read(self, size=-1, /)" => read, "Read at most size bytes, returned as bytes.";
        "readall(self, /)" => |t, a| readall(t, a.this()), "Read all data from the file, returned as bytes.";
        "readinto(self, buffer, /)" => readinto, "Same as RawIOBase.readinto().";
        "write(self, b, /)" => write, "Write buffer b to file, return number of bytes written.";
        "seek(self, pos, whence=0, /)" => seek, "Move to new file position and return the file position.";
        "tell(self, /)" => |t, a| { let p = tell(t, a.this())?; Ok(t.int(p)) }, "Current file position.";
        "truncate(self, size=None, /)" => truncate, "Truncate the file to at most size bytes and return the truncated size.";
        "close(self, /)" => close, "Close the file.";
        "seekable(self, /)" => |t, a| Ok(Value::bool(seekable(t, a.this())?)), "True if file supports random-access.";
        "readable(self, /)" => |t, a| { let f: &FileIO = a.this(); f.check_open(t)?; Ok(Value::bool(f.has(READABLE))) }, "True if file was opened in a read mode.";
        "writable(self, /)" => |t, a| { let f: &FileIO = a.this(); f.check_open(t)?; Ok(Value::bool(f.has(WRITABLE))) }, "True if file was opened in a write mode.";
        "fileno(self, /)" => |t, a| { let fd = a.this::<FileIO>().check_open(t)?; Ok(t.int(fd as i64)) }, "Return the underlying file descriptor (an integer).";
        "isatty(self, /)" => isatty, "True if the file is connected to a TTY device.";
        "_isatty_open_only(self, /)" => isatty;
        "_dealloc_warn(self, object, /)" => dealloc_warn;
        "__getstate__(self, /)" => |t, a| Err(cannot_pickle(t, a.get(0)));
        "__reduce__(self, /)" => |t, a| Err(cannot_pickle(t, a.get(0)));
        "__reduce_ex__(self, protocol, /)" => |t, a| Err(cannot_pickle(t, a.get(0)));
    },
    getset: &[
        GetSet {
            name: "closed",
            get: |_, v| Ok(Value::bool(this(v).fd() < 0)),
            set: None,
            doc: "True if the file is closed",
        },
        GetSet {
            name: "closefd",
            get: |_, v| Ok(Value::bool(this(v).has(CLOSEFD))),
            set: None,
            doc: "True if the file descriptor will be closed by close().",
        },
        GetSet {
            name: "mode",
            get: |t, v| Ok(t.str(this(v).mode_text())),
            set: None,
            doc: "String giving the file mode",
        },
        GetSet {
            name: "_blksize",
            get: |t, v| Ok(t.int(this(v).blksize.load(Relaxed))),
            set: None,
            doc: "Stat st_blksize if available",
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
    ],
    ..TypeSpec::new::<FileIO>()
};

static INIT: MethodDef =
    MethodDef::new("FileIO(self, file, mode='r', closefd=True, opener=None)", init, "", Binding::Plain);

/// TypeError: cannot pickle.
pub fn cannot_pickle(t: &mut Thread, v: VRef<'_>) -> Raised {
    let n = v.ty().name();
    t.type_error(format!("cannot pickle '{n}' instances"))
}

fn this(v: VRef<'_>) -> &FileIO {
    v.cast().expect("a FileIO")
}

fn make(t: &Thread, shape: u32) -> Value {
    t.make(
        shape,
        FileIO {
            h: Header::new(0, 0),
            fd: AtomicI32::new(-1),
            mode: AtomicU8::new(CLOSEFD),
            seekable: AtomicI32::new(-1),
            blksize: AtomicI64::new(super::DEFAULT_BUFFER_SIZE as i64),
            size: AtomicI64::new(-1),
            finalizing: AtomicBool::new(false),
        },
    )
}

impl FileIO {
    /// The descriptor, -1 when closed.
    pub fn fd(&self) -> i32 {
        self.fd.load(Acquire)
    }

    fn has(&self, m: u8) -> bool {
        self.mode.load(Relaxed) & m != 0
    }

    fn check_open(&self, t: &mut Thread) -> Res<i32> {
        let fd = self.fd();
        if fd < 0 { Err(t.value_error("I/O operation on closed file")) } else { Ok(fd) }
    }

    fn check_readable(&self, t: &mut Thread) -> Res<i32> {
        let fd = self.check_open(t)?;
        if self.has(READABLE) { Ok(fd) } else { Err(unsupported(t, "File not open for reading")) }
    }

    fn check_writable(&self, t: &mut Thread) -> Res<i32> {
        let fd = self.check_open(t)?;
        if self.has(WRITABLE) { Ok(fd) } else { Err(unsupported(t, "File not open for writing")) }
    }

    /// Suggested buffer size.
    pub fn block_size(&self) -> i64 {
        self.blksize.load(Relaxed)
    }

    fn mode_text(&self) -> &'static str {
        let m = self.mode.load(Relaxed);
        let plus = m & READABLE != 0 && m & WRITABLE != 0;
        match (m & CREATED != 0, m & APPENDING != 0) {
            (true, _) => {
                if m & READABLE != 0 {
                    "xb+"
                } else {
                    "xb"
                }
            }
            (_, true) => {
                if m & READABLE != 0 {
                    "ab+"
                } else {
                    "ab"
                }
            }
            _ if plus => "rb+",
            _ if m & READABLE != 0 => "rb",
            _ => "wb",
        }
    }
}

// ---- opening

struct Mode {
    flags: i32,
    bits: u8,
}

fn parse_mode(t: &mut Thread, s: &str) -> Res<Mode> {
    let bad = |t: &mut Thread| {
        Err(t.value_error("Must have exactly one of create/read/write/append mode and at most one plus"))
    };
    let (mut bits, mut flags, mut main, mut plus) = (0, 0, false, false);
    for c in s.chars() {
        match c {
            'x' | 'r' | 'w' | 'a' => {
                if main {
                    return bad(t);
                }
                main = true;
                match c {
                    'x' => {
                        bits |= CREATED | WRITABLE;
                        flags |= libc::O_EXCL | libc::O_CREAT
                    }
                    'r' => bits |= READABLE,
                    'w' => {
                        bits |= WRITABLE;
                        flags |= libc::O_CREAT | libc::O_TRUNC
                    }
                    _ => {
                        bits |= WRITABLE | APPENDING;
                        flags |= libc::O_APPEND | libc::O_CREAT
                    }
                }
            }
            'b' => {}
            '+' => {
                if plus {
                    return bad(t);
                }
                bits |= READABLE | WRITABLE;
                plus = true
            }
            _ => return Err(t.value_error(format!("invalid mode: {s}"))),
        }
    }
    if !main {
        return bad(t);
    }
    flags |= match (bits & READABLE != 0, bits & WRITABLE != 0) {
        (true, true) => libc::O_RDWR,
        (true, false) => libc::O_RDONLY,
        _ => libc::O_WRONLY,
    };
    Ok(Mode { flags: flags | libc::O_CLOEXEC, bits })
}

fn init(t: &mut Thread, a: Args<'_>) -> Res {
    let f: &FileIO = a.this();
    let name = a.get(1);
    let mode_text = match a.opt(2) {
        Some(m) => t.arg_str_named(m, "FileIO", "'mode'")?.to_string(),
        None => "r".into(),
    };
    let closefd = syscall::flag(t, a.opt(3), true)?;
    let opener = a.opt_none(4);
    if f.fd() >= 0 {
        if f.has(CLOSEFD) { close_fd(t, f)? } else { f.fd.store(-1, Release) }
    }
    let given = if int::is_int(name) { Some(fd_argument(t, name)?) } else { None };
    let mode = parse_mode(t, &mode_text)?;
    f.mode.store(mode.bits | if closefd { CLOSEFD } else { 0 }, Relaxed);
    f.seekable.store(-1, Relaxed);
    f.size.store(-1, Relaxed);
    let ours = given.is_none();
    let fd = match given {
        Some(fd) => fd,
        None => {
            if !closefd {
                return Err(t.value_error("Cannot use closefd=False with file name"));
            }
            open_fd(t, name, mode.flags, opener)?
        }
    };
    let opened = check_file(t, f, fd, name);
    if opened.is_err() {
        if ours {
            let e = t.take_raised();
            t.blocking(|| {
                // SAFETY: our own descriptor.
                unsafe { libc::close(fd) }
            });
            t.reraise(e);
        }
        return Err(Raised);
    }
    f.fd.store(fd, Release);
    t.setattr(a.get(0), weft_vm::names::name(), Some(name))?;
    if mode.bits & APPENDING != 0 {
        // SAFETY: plain system call.
        unsafe { libc::lseek(fd, 0, libc::SEEK_END) };
    }
    Ok(Value::NONE)
}

fn fd_argument(t: &mut Thread, v: VRef<'_>) -> Res<i32> {
    let fd = t.arg_i32(v)?;
    if fd < 0 { Err(t.value_error("negative file descriptor")) } else { Ok(fd) }
}

fn open_fd(t: &mut Thread, name: VRef<'_>, flags: i32, opener: Option<VRef<'_>>) -> Res<i32> {
    if let Some(opener) = opener {
        let flags = t.int(flags as i64);
        let r = t.call(opener, &[name, flags.r()])?;
        if !int::is_int(r.r()) {
            return Err(t.type_error("expected integer from opener"));
        }
        let fd = t.arg_i32(r.r())?;
        if fd < 0 {
            return Err(t.value_error(format!("opener returned {fd}")));
        }
        // SAFETY: plain system call.
        if unsafe { libc::ioctl(fd, libc::FIOCLEX) } < 0 {
            return Err(t.last_os_error(None));
        }
        return Ok(fd);
    }
    let c = syscall::fs_name(t, name)?;
    let p = c.as_ptr() as usize;
    // SAFETY: the name lives until the call returns.
    match syscall::retry(t, || unsafe { libc::open(p as *const libc::c_char, flags, 0o666) } as i64)? {
        Ok(fd) => Ok(fd as i32),
        Err(e) => Err(t.os_error(e, Some(name))),
    }
}

/// The descriptor must be good and no directory.
fn check_file(t: &mut Thread, f: &FileIO, fd: i32, name: VRef<'_>) -> Res<()> {
    // SAFETY: a zeroed stat is valid.
    let (r, st) = t.blocking(|| unsafe {
        let mut st: libc::stat = std::mem::zeroed();
        let r = libc::fstat(fd, &mut st);
        (if r < 0 { Err(errno()) } else { Ok(()) }, st)
    });
    match r {
        Err(libc::EBADF) => return Err(t.os_error(libc::EBADF, None)),
        Err(_) => return Ok(()),
        Ok(()) => {}
    }
    if st.st_mode & libc::S_IFMT == libc::S_IFDIR {
        return Err(t.os_error(libc::EISDIR, Some(name)));
    }
    if st.st_blksize > 1 {
        f.blksize.store(st.st_blksize, Relaxed)
    }
    if st.st_mode & libc::S_IFMT == libc::S_IFREG {
        f.size.store(st.st_size, Relaxed)
    }
    Ok(())
}

// ---- closing

/// Closes the descriptor; EINTR means closed, too (PEP 475).
fn close_fd(t: &mut Thread, f: &FileIO) -> Res<()> {
    let fd = f.fd.swap(-1, AcqRel);
    if fd < 0 {
        return Ok(());
    }
    let r = t.blocking(|| {
        // SAFETY: our own descriptor, taken out of the object first.
        let r = unsafe { libc::close(fd) };
        if r < 0 { Err(errno()) } else { Ok(()) }
    });
    match r {
        Err(e) if e != libc::EINTR => Err(t.os_error(e, None)),
        _ => Ok(()),
    }
}

fn close(t: &mut Thread, a: Args<'_>) -> Res {
    let f: &FileIO = a.this();
    // IOBase.close() flushes and marks subclasses written in Python as closed.
    let base = RAW_IO_BASE.get(t).to_value();
    let name = weft_vm::names::close();
    let base_close = t.getattr(base.r(), name)?;
    if !f.has(CLOSEFD) {
        f.fd.store(-1, Release);
        return t.call(base_close.r(), &[a.get(0)]);
    }
    let r = if syscall::is_exact(t, a.get(0), &TYPE) {
        Ok(Value::NONE)
    } else {
        t.call(base_close.r(), &[a.get(0)])
    };
    let first = if r.is_err() { Some(t.take_raised()) } else { None };
    if f.finalizing.load(Relaxed) {
        warn_unclosed(t, f, a.get(0))
    }
    let closed = close_fd(t, f);
    if let Some(e) = first {
        return Err(base::chain(t, e, closed.is_err()));
    }
    closed?;
    Ok(Value::NONE)
}

fn warn_unclosed(t: &mut Thread, f: &FileIO, source: VRef<'_>) {
    if f.fd() < 0 || !f.has(CLOSEFD) {
        return;
    }
    let raised = t.raised().map(|v| v.to_value());
    t.clear_raised();
    let text = t.repr_text(source).map(|r| format!("unclosed file {r}"));
    let done = match text {
        Ok(text) => weft_vm::start::warn::warn(t, &RESOURCE_WARNING, &text),
        Err(e) => Err(e),
    };
    if done.is_err() {
        weft_vm::errors::write_unraisable(t, "Exception ignored while finalizing file", source)
    }
    if let Some(e) = raised {
        t.reraise(e);
    }
}

fn dealloc_warn(t: &mut Thread, a: Args<'_>) -> Res {
    warn_unclosed(t, a.this(), a.get(1));
    Ok(Value::NONE)
}

fn finalize(t: &mut Thread, v: VRef<'_>) {
    if this(v).fd() >= 0 || !syscall::is_exact(t, v, &TYPE) {
        base::finalize(t, v)
    }
}

// ---- reading

/// Reads into memory that the caller keeps; `None` if it would block.
///
/// # Safety
/// `to` points to `len` writable bytes until the call returns.
pub unsafe fn read_raw(t: &mut Thread, f: &FileIO, to: *mut u8, len: usize) -> Res<Option<usize>> {
    let fd = f.check_readable(t)?;
    let (p, len) = (to as usize, len.min(isize::MAX as usize));
    // SAFETY: as the caller promises.
    match syscall::retry(t, || unsafe { libc::read(fd, p as *mut libc::c_void, len) } as i64)? {
        Ok(n) => Ok(Some(n as usize)),
        Err(libc::EAGAIN) => Ok(None),
        Err(e) => Err(t.os_error(e, None)),
    }
}

/// Writes memory that the caller keeps; `None` if it would block.
pub fn write_raw(t: &mut Thread, f: &FileIO, b: &[u8]) -> Res<Option<usize>> {
    let fd = f.check_writable(t)?;
    let (p, len) = (b.as_ptr() as usize, b.len().min(isize::MAX as usize));
    // SAFETY: the slice lives until the call returns.
    match syscall::retry(t, || unsafe { libc::write(fd, p as *const libc::c_void, len) } as i64)? {
        Ok(n) => Ok(Some(n as usize)),
        Err(libc::EAGAIN) => Ok(None),
        Err(e) => Err(t.os_error(e, None)),
    }
}

fn read(t: &mut Thread, a: Args<'_>) -> Res {
    let f: &FileIO = a.this();
    f.check_readable(t)?;
    let n = base::size_arg(t, a.opt(1))?;
    if n < 0 {
        return readall(t, f);
    }
    let mut buffer = syscall::buffer_of(t, (n as usize).min(0x7fff_f000))?;
    // SAFETY: our own buffer.
    match unsafe { read_raw(t, f, buffer.as_mut_ptr(), buffer.len()) }? {
        Some(n) => Ok(t.bytes(&buffer[..n])),
        None => Ok(Value::NONE),
    }
}

/// All that is left.
pub fn readall(t: &mut Thread, f: &FileIO) -> Res {
    let fd = f.check_readable(t)?;
    // SAFETY: plain system call.
    let at = unsafe { libc::lseek(fd, 0, libc::SEEK_CUR) };
    let end = f.size.load(Relaxed);
    let mut room = if end > 0 && at >= 0 && end >= at { (end - at) as usize + 1 } else { 8192 };
    room = room.clamp(1024, 1 << 26);
    let mut all: Vec<u8> = Vec::new();
    loop {
        let n = all.len();
        if all.try_reserve(room).is_err() {
            return Err(syscall::no_memory(t));
        }
        let free = all.capacity() - n;
        // SAFETY: the vector has that much spare capacity.
        match unsafe { read_raw(t, f, all.as_mut_ptr().add(n), free) }? {
            None if n == 0 => return Ok(Value::NONE),
            None | Some(0) => break,
            // SAFETY: the system wrote that many bytes.
            Some(got) => unsafe { all.set_len(n + got.min(free)) },
        }
        if all.capacity() == all.len() { room = (all.len() / 2).clamp(8192, 1 << 24) } else { room = 1 }
    }
    Ok(t.bytes(&all))
}

fn readinto(t: &mut Thread, a: Args<'_>) -> Res {
    let f: &FileIO = a.this();
    f.check_readable(t)?;
    let view = syscall::buffer(t, a.get(1), true)?;
    // SAFETY: the view pins the memory.
    let r = unsafe { read_raw(t, f, view.ptr, view.len) };
    view.release(t);
    Ok(r?.map_or(Value::NONE, |n| t.int_usize(n)))
}

fn write(t: &mut Thread, a: Args<'_>) -> Res {
    let f: &FileIO = a.this();
    f.check_writable(t)?;
    let view = syscall::buffer(t, a.get(1), false)?;
    let r = write_raw(t, f, view.as_slice());
    view.release(t);
    Ok(r?.map_or(Value::NONE, |n| t.int_usize(n)))
}

// ---- position

/// `lseek`
pub fn seek_raw(t: &mut Thread, f: &FileIO, offset: i64, whence: i32) -> Res<i64> {
    let fd = f.check_open(t)?;
    let r = t.blocking(|| {
        // SAFETY: plain system call.
        let r = unsafe { libc::lseek(fd, offset, whence) };
        if r < 0 { Err(errno()) } else { Ok(r) }
    });
    if f.seekable.load(Relaxed) < 0 {
        f.seekable.store(r.is_ok() as i32, Relaxed)
    }
    r.map_err(|e| t.os_error(e, None))
}

/// `tell()`
pub fn tell(t: &mut Thread, f: &FileIO) -> Res<i64> {
    seek_raw(t, f, 0, libc::SEEK_CUR)
}

fn offset_arg(t: &mut Thread, v: VRef<'_>) -> Res<i64> {
    if v.word().is_float() || v.ty().slots().index.is_none() {
        let n = v.ty().name();
        return Err(t.type_error(format!("'{n}' object cannot be interpreted as an integer")));
    }
    t.index_i64(v, &OVERFLOW_ERROR)
}

fn seek(t: &mut Thread, a: Args<'_>) -> Res {
    let f: &FileIO = a.this();
    f.check_open(t)?;
    let whence = match a.opt(2) {
        Some(w) => t.arg_i32(w)?,
        None => 0,
    };
    let offset = offset_arg(t, a.get(1))?;
    let p = seek_raw(t, f, offset, whence)?;
    Ok(t.int(p))
}

/// `seekable()`
pub fn seekable(t: &mut Thread, f: &FileIO) -> Res<bool> {
    f.check_open(t)?;
    if f.seekable.load(Relaxed) < 0 && tell(t, f).is_err() {
        t.clear_raised()
    }
    Ok(f.seekable.load(Relaxed) == 1)
}

fn truncate(t: &mut Thread, a: Args<'_>) -> Res {
    let f: &FileIO = a.this();
    let fd = f.check_writable(t)?;
    let size = match a.opt_none(1) {
        Some(v) => offset_arg(t, v)?,
        None => tell(t, f)?,
    };
    // SAFETY: plain system call.
    syscall::call(t, || unsafe { libc::ftruncate(fd, size) } as i64)?;
    Ok(t.int(size))
}

fn isatty(t: &mut Thread, a: Args<'_>) -> Res {
    let fd = a.this::<FileIO>().check_open(t)?;
    // SAFETY: plain system call.
    Ok(Value::bool(t.blocking(|| unsafe { libc::isatty(fd) } == 1)))
}

fn repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let f = this(v);
    let class = super::c_name(v);
    let fd = f.fd();
    if fd < 0 {
        return Ok(t.str(&format!("<{class} [closed]>")));
    }
    let (mode, closefd) = (f.mode_text(), if f.has(CLOSEFD) { "True" } else { "False" });
    let Some(name) = t.getattr_opt(v, weft_vm::names::name())? else {
        return Ok(t.str(&format!("<{class} fd={fd} mode='{mode}' closefd={closefd}>")));
    };
    let r = super::repr_of_name(t, v, name.r())?;
    let name = text(r.r()).map(|s| s.bytes().to_vec()).unwrap_or_default();
    let out = [
        format!("<{class} name=").as_bytes(),
        &name,
        format!(" mode='{mode}' closefd={closefd}>").as_bytes(),
    ]
    .concat();
    Ok(t.str_wtf8(&out))
}
