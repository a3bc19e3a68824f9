//! `mmap`: files and anonymous memory as bytes.
//!
//! The mapping is replaced (`resize`) or removed (`close`) only while nobody has a view of it; every access takes
//! the object's byte lock, so that no thread reads memory another one unmaps.

use crate::syscall::{self, audit, errno};
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicUsize, Ordering::*};
use weft_strategy::Header;
use weft_strategy::lock::lock;
use weft_vm::errors::{OS_ERROR, OVERFLOW_ERROR};
use weft_vm::object::buffer::View;
use weft_vm::object::{
    Args, GetSet, ModuleSpec, NativeType, Object, Slots, TypeSpec, ValueExt, Visitor, type_flag,
};
use weft_vm::types::slice::Slice;
use weft_vm::{Res, Thread, VRef, Value, methods};

/// `mmap`
pub static MODULE: ModuleSpec =
    ModuleSpec { name: "mmap", doc: "", functions: methods! {}, init: Some(init) };

const ACCESS_DEFAULT: i32 = 0;
const ACCESS_READ: i32 = 1;
const ACCESS_WRITE: i32 = 2;
const ACCESS_COPY: i32 = 3;

macro_rules! constants {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name as i64),)*] };
}
static CONSTANTS: &[(&str, i64)] = constants! {
    PROT_EXEC PROT_READ PROT_WRITE MAP_SHARED MAP_PRIVATE MAP_ANON MAP_ANONYMOUS MAP_DENYWRITE MAP_EXECUTABLE
    MAP_POPULATE MAP_STACK MAP_NORESERVE MADV_NORMAL MADV_RANDOM MADV_SEQUENTIAL MADV_WILLNEED MADV_DONTNEED MADV_REMOVE
    MADV_DONTFORK MADV_DOFORK MADV_HWPOISON MADV_MERGEABLE MADV_UNMERGEABLE MADV_HUGEPAGE MADV_NOHUGEPAGE
    MADV_DONTDUMP MADV_DODUMP MADV_FREE
};

fn init(t: &mut Thread, m: VRef<'_>) -> Res<()> {
    for (name, n) in CONSTANTS {
        t.module_set(m, name, t.int(*n))
    }
    // SAFETY: plain call.
    let page = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    for (name, n) in [
        ("PAGESIZE", page),
        ("ALLOCATIONGRANULARITY", page),
        ("ACCESS_DEFAULT", ACCESS_DEFAULT as i64),
        ("ACCESS_READ", ACCESS_READ as i64),
        ("ACCESS_WRITE", ACCESS_WRITE as i64),
        ("ACCESS_COPY", ACCESS_COPY as i64),
    ] {
        t.module_set(m, name, t.int(n))
    }
    t.module_set(m, "error", OS_ERROR.get(t).to_value());
    t.module_add_type(m, &TYPE);
    Ok(())
}

/// The object.
#[repr(C)]
struct Mmap {
    h: Header,
    /// First byte; 0 when closed.
    at: AtomicUsize,
    len: AtomicUsize,
    pos: AtomicUsize,
    offset: AtomicUsize,
    exports: AtomicUsize,
    /// Our copy of the descriptor, or -1.
    fd: AtomicI32,
    access: AtomicI32,
    track_fd: AtomicBool,
}

// SAFETY: repr(C), header first, no references.
unsafe impl Object for Mmap {
    weft_vm::layout!(Mmap, "mmap.mmap", false);
    fn traverse(&self, _v: Visitor) {}
    fn clear(&self) {
        unmap(self.at.swap(0, AcqRel), self.len.swap(0, AcqRel), self.fd.swap(-1, AcqRel))
    }
}

fn unmap(at: usize, len: usize, fd: i32) {
    // SAFETY: a mapping and a descriptor of ours that nobody uses any more.
    unsafe {
        if at != 0 {
            libc::munmap(at as *mut libc::c_void, len.max(1));
        }
        if fd >= 0 {
            libc::close(fd);
        }
    }
}

static TYPE: NativeType = NativeType::new(&SPEC);
static SPEC: TypeSpec = TypeSpec {
    name: "mmap.mmap",
    doc: "Maps length bytes from the file specified by the file descriptor fileno,\nand returns a mmap object.",
    flags: type_flag::BASETYPE | type_flag::IMMUTABLE | type_flag::WEAKREFS,
    slots: Slots {
        new: constructor!("mmap(cls, fileno, length, flags=MAP_SHARED, prot=PROT_READ|PROT_WRITE, access=ACCESS_DEFAULT, offset=0, *, trackfd=True)" => new),
        repr: Some(repr),
        len: Some(|t, v| this(v).with(t, |b| b.len())),
        getitem: Some(getitem),
        setitem: Some(setitem),
        buffer: Some(export),
        ..Slots::EMPTY
    },
    methods: methods! {
        "close(self, /)" => close;
        "find(self, view, start=0, end=sys.maxsize, /)" => |t, a| find(t, a, false);
        "rfind(self, view, start=0, end=sys.maxsize, /)" => |t, a| find(t, a, true);
        "flush(self, offset=0, size=-1, /)" => flush;
        "madvise(self, option, start=0, length=-1, /)" => madvise;
        "move(self, dest, src, count, /)" => move_bytes;
        "read(self, n=None, /)" => read;
        "read_byte(self, /)" => read_byte;
        "readline(self, /)" => readline;
        "resize(self, newsize, /)" => resize;
        "seek(self, dist, whence=0, /)" => seek;
        "seekable(self, /)" => |_, _| Ok(Value::TRUE);
        "size(self, /)" => size;
        "tell(self, /)" => |t, a| { this(a.get(0)).with(t, |_| ())?; let p = this(a.get(0)).pos.load(Relaxed); Ok(t.int_usize(p)) };
        "write(self, bytes, /)" => write;
        "write_byte(self, byte, /)" => write_byte;
        "__enter__(self, /)" => |t, a| { this(a.get(0)).with(t, |_| ())?; Ok(a.get(0).to_value()) };
        "__exit__(self, exc_type, exc_value, traceback, /)" => |t, a| t.call_method(a.get(0), "close", &[]);
        "__sizeof__(self, /)" => |t, _| Ok(t.int_usize(size_of::<Mmap>()));
    },
    getset: &[GetSet {
        name: "closed",
        get: |_, v| Ok(Value::bool(this(v).at.load(Acquire) == 0)),
        set: None,
        doc: "",
    }],
    ..TypeSpec::new::<Mmap>()
};

fn this(v: VRef<'_>) -> &Mmap {
    v.cast().expect("an mmap")
}

impl Mmap {
    /// A step on the mapped bytes, under the byte lock; ValueError when closed.
    fn with<R>(&self, t: &mut Thread, f: impl FnOnce(&mut [u8]) -> R) -> Res<R> {
        let r = {
            let t: &Thread = t;
            let _g = lock(t, &self.h);
            let (at, len) = (self.at.load(Acquire), self.len.load(Acquire));
            if at == 0 {
                None
            } else {
                // SAFETY: mapped, and not unmapped while the lock is held.
                Some(f(unsafe { std::slice::from_raw_parts_mut(at as *mut u8, len) }))
            }
        };
        r.ok_or_else(|| t.value_error("mmap closed or invalid"))
    }

    fn writable(&self, t: &mut Thread) -> Res<()> {
        if self.access.load(Relaxed) == ACCESS_READ {
            return Err(t.type_error("mmap can't modify a readonly memory map."));
        }
        Ok(())
    }
}

fn new(t: &mut Thread, a: Args<'_>) -> Res {
    let fd = t.arg_i32(a.get(1))?;
    let length = t.arg_ssize(a.get(2))?;
    let number = |t: &mut Thread, i: usize, default: i32| match a.opt(i) {
        Some(v) => t.arg_i32(v),
        None => Ok(default),
    };
    let mut flags = number(t, 3, libc::MAP_SHARED)?;
    let mut prot = number(t, 4, libc::PROT_READ | libc::PROT_WRITE)?;
    let access = number(t, 5, ACCESS_DEFAULT)?;
    let offset = match a.opt(6) {
        Some(v) => t.arg_ssize(v)?,
        None => 0,
    };
    let track = syscall::flag(t, a.opt(7), true)?;
    if length < 0 {
        return Err(t.overflow_error("memory mapped length must be positive"));
    }
    if offset < 0 {
        return Err(t.overflow_error("memory mapped offset must be positive"));
    }
    if access != ACCESS_DEFAULT
        && (a.opt(3).is_some() && flags != libc::MAP_SHARED
            || a.opt(4).is_some() && prot != libc::PROT_READ | libc::PROT_WRITE)
    {
        return Err(t.value_error("mmap can't specify both access and flags, prot."));
    }
    let mut access = access;
    match access {
        ACCESS_READ => (flags, prot) = (libc::MAP_SHARED, libc::PROT_READ),
        ACCESS_WRITE => (flags, prot) = (libc::MAP_SHARED, libc::PROT_READ | libc::PROT_WRITE),
        ACCESS_COPY => (flags, prot) = (libc::MAP_PRIVATE, libc::PROT_READ | libc::PROT_WRITE),
        ACCESS_DEFAULT => {
            access = match (prot & libc::PROT_READ != 0, prot & libc::PROT_WRITE != 0) {
                (true, true) => ACCESS_DEFAULT,
                (false, true) => ACCESS_WRITE,
                _ => ACCESS_READ,
            }
        }
        _ => return Err(t.value_error("mmap invalid access parameter.")),
    }
    audit(t, "mmap.__new__", &[a.get(1), a.get(2)])?;
    let mut size = length as usize;
    if fd >= 0 {
        // SAFETY: a zeroed stat is valid; ours.
        let (ok, st) = unsafe {
            let mut st: libc::stat = std::mem::zeroed();
            (libc::fstat(fd, &mut st) == 0, st)
        };
        if ok && st.st_mode & libc::S_IFMT == libc::S_IFREG {
            if length == 0 {
                if st.st_size == 0 {
                    return Err(t.value_error("cannot mmap an empty file"));
                }
                if offset >= st.st_size {
                    return Err(t.value_error("mmap offset is greater than file size"));
                }
                size = (st.st_size - offset) as usize
            } else if offset > st.st_size || (st.st_size - offset) < length {
                return Err(t.value_error("mmap length is greater than file size"));
            }
        }
    }
    let mut copy = -1;
    if fd == -1 {
        flags |= libc::MAP_ANONYMOUS
    } else if track {
        // SAFETY: plain system call.
        copy = unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) };
        if copy < 0 {
            return Err(t.last_os_error(None));
        }
    }
    // SAFETY: a new mapping.
    let r = t.blocking(|| unsafe {
        let p = libc::mmap(std::ptr::null_mut(), size, prot, flags, fd, offset);
        if p == libc::MAP_FAILED { Err(errno()) } else { Ok(p as usize) }
    });
    let at = match r {
        Ok(p) => p,
        Err(e) => {
            unmap(0, 0, copy);
            return Err(t.os_error(e, None));
        }
    };
    let shape = weft_vm::types::typeobj::as_type(a.get(0)).map_or(0, |c| c.shape());
    Ok(t.make(
        shape,
        Mmap {
            h: Header::new(0, 0),
            at: AtomicUsize::new(at),
            len: AtomicUsize::new(size),
            pos: AtomicUsize::new(0),
            offset: AtomicUsize::new(offset as usize),
            exports: AtomicUsize::new(0),
            fd: AtomicI32::new(copy),
            access: AtomicI32::new(access),
            track_fd: AtomicBool::new(track),
        },
    ))
}

/// Takes the mapping out for removal, unless it is viewed.
fn take(t: &Thread, m: &Mmap) -> Option<(usize, usize, i32)> {
    let _g = lock(t, &m.h);
    if m.exports.load(Acquire) > 0 {
        return None;
    }
    Some((m.at.swap(0, AcqRel), m.len.swap(0, AcqRel), m.fd.swap(-1, AcqRel)))
}

fn close(t: &mut Thread, a: Args<'_>) -> Res {
    match take(t, this(a.get(0))) {
        Some((at, len, fd)) => {
            t.blocking(|| unmap(at, len, fd));
            Ok(Value::NONE)
        }
        None => Err(t.buffer_error("cannot close exported pointers exist")),
    }
}

fn export(t: &mut Thread, v: VRef<'_>, writable: bool) -> Res<View> {
    let m = this(v);
    let readonly = m.access.load(Relaxed) == ACCESS_READ;
    if writable && readonly {
        return Err(t.buffer_error("Object is not writable."));
    }
    let (ptr, len) = m.with(t, |b| {
        m.exports.fetch_add(1, AcqRel);
        (b.as_mut_ptr() as usize, b.len())
    })?;
    let mut view = View::bytes(v.to_value(), &[]);
    view.ptr = ptr as *mut u8;
    view.len = len;
    view.shape = vec![len];
    view.readonly = readonly;
    view.release = Some(|_, v| {
        if let Some(m) = v.cast::<Mmap>() {
            m.exports.fetch_sub(1, AcqRel);
        }
    });
    Ok(view)
}

fn repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let m = this(v);
    let class = crate::io::c_name(v);
    if m.at.load(Acquire) == 0 {
        return Ok(t.str(&format!("<{class} closed=True>")));
    }
    let access = ["ACCESS_DEFAULT", "ACCESS_READ", "ACCESS_WRITE", "ACCESS_COPY"];
    let (a, len, pos, offset) = (
        access.get(m.access.load(Relaxed) as usize).copied().unwrap_or("?"),
        m.len.load(Acquire),
        m.pos.load(Acquire),
        m.offset.load(Acquire),
    );
    Ok(t.str(&format!("<{class} closed=False, access={a}, length={len}, pos={pos}, offset={offset}>")))
}

// ---- items

fn index(t: &mut Thread, m: &Mmap, key: VRef<'_>) -> Res<usize> {
    let i = t.index_i64(key, &weft_vm::errors::INDEX_ERROR)?;
    let len = m.with(t, |b| b.len())?;
    let at = if i < 0 { i + len as i64 } else { i };
    if at < 0 || at >= len as i64 {
        return Err(t.index_error("mmap index out of range"));
    }
    Ok(at as usize)
}

fn span(t: &mut Thread, m: &Mmap, key: VRef<'_>) -> Res<Option<Vec<usize>>> {
    if key.cast::<Slice>().is_none() {
        return Ok(None);
    }
    let len = m.with(t, |b| b.len())?;
    let n = t.int_usize(len);
    let r = t.call_method(key, "indices", &[n.r()])?;
    let v = t.collect(r.r())?;
    let (mut i, stop, step) = (t.arg_i64(v[0].r())?, t.arg_i64(v[1].r())?, t.arg_i64(v[2].r())?);
    let mut out = Vec::new();
    while if step > 0 { i < stop } else { i > stop } {
        out.push(i as usize);
        i = i.saturating_add(step)
    }
    Ok(Some(out))
}

fn getitem(t: &mut Thread, v: VRef<'_>, key: VRef<'_>) -> Res {
    let m = this(v);
    if let Some(s) = span(t, m, key)? {
        let b: Vec<u8> = m.with(t, |b| s.iter().filter_map(|i| b.get(*i).copied()).collect())?;
        return Ok(t.bytes(&b));
    }
    if key.ty().slots().index.is_none() {
        return Err(t.type_error("mmap indices must be integers"));
    }
    let i = index(t, m, key)?;
    match m.with(t, |b| b.get(i).copied())? {
        Some(c) => Ok(t.int(c as i64)),
        None => Err(t.index_error("mmap index out of range")),
    }
}

fn byte(t: &mut Thread, v: VRef<'_>) -> Res<u8> {
    if v.ty().slots().index.is_none() {
        return Err(t.type_error("mmap item value must be an int"));
    }
    let n = t.index_clamped(v)?;
    u8::try_from(n).map_err(|_| t.value_error("mmap item value must be in range(0, 256)"))
}

fn setitem(t: &mut Thread, v: VRef<'_>, key: VRef<'_>, value: Option<VRef<'_>>) -> Res<()> {
    let m = this(v);
    m.writable(t)?;
    let Some(value) = value else {
        return Err(t.type_error("mmap object doesn't support item deletion"));
    };
    if let Some(s) = span(t, m, key)? {
        let from = syscall::bytes_arg(t, value)?;
        if from.len() != s.len() {
            return Err(t.index_error("mmap slice assignment is wrong size"));
        }
        return m.with(t, |b| {
            for (i, c) in s.iter().zip(&from) {
                if let Some(x) = b.get_mut(*i) {
                    *x = *c
                }
            }
        });
    }
    if key.ty().slots().index.is_none() {
        return Err(t.type_error("mmap indices must be integers"));
    }
    let i = index(t, m, key)?;
    let c = byte(t, value)?;
    m.with(t, |b| {
        if let Some(x) = b.get_mut(i) {
            *x = c
        }
    })
}

// ---- as a file

fn read(t: &mut Thread, a: Args<'_>) -> Res {
    let m = this(a.get(0));
    let n = crate::io::base::size_arg(t, a.opt(1))?;
    let b = m.with(t, |b| {
        let from = m.pos.load(Relaxed).min(b.len());
        let left = b.len() - from;
        let n = if n < 0 { left } else { left.min(n as usize) };
        m.pos.store(from + n, Relaxed);
        b[from..from + n].to_vec()
    })?;
    Ok(t.bytes(&b))
}

fn readline(t: &mut Thread, a: Args<'_>) -> Res {
    let m = this(a.get(0));
    let b = m.with(t, |b| {
        let from = m.pos.load(Relaxed).min(b.len());
        let n = b[from..].iter().position(|c| *c == b'\n').map_or(b.len() - from, |i| i + 1);
        m.pos.store(from + n, Relaxed);
        b[from..from + n].to_vec()
    })?;
    Ok(t.bytes(&b))
}

fn read_byte(t: &mut Thread, a: Args<'_>) -> Res {
    let m = this(a.get(0));
    let c = m.with(t, |b| {
        let p = m.pos.load(Relaxed);
        b.get(p).inspect(|_| m.pos.store(p + 1, Relaxed)).copied()
    })?;
    match c {
        Some(c) => Ok(t.int(c as i64)),
        None => Err(t.value_error("read byte out of range")),
    }
}

fn write(t: &mut Thread, a: Args<'_>) -> Res {
    let m = this(a.get(0));
    m.with(t, |_| ())?;
    let from = syscall::bytes_arg(t, a.get(1))?;
    m.writable(t)?;
    let done = m.with(t, |b| {
        let p = m.pos.load(Relaxed);
        let end = p.checked_add(from.len()).filter(|e| *e <= b.len())?;
        b[p..end].copy_from_slice(&from);
        m.pos.store(end, Relaxed);
        Some(())
    })?;
    match done {
        Some(()) => Ok(t.int_usize(from.len())),
        None => Err(t.value_error("data out of range")),
    }
}

fn write_byte(t: &mut Thread, a: Args<'_>) -> Res {
    let m = this(a.get(0));
    let c = t.index_clamped(a.get(1))?;
    let Ok(c) = u8::try_from(c) else {
        return Err(t.overflow_error("unsigned byte integer is greater than maximum"));
    };
    m.writable(t)?;
    let done = m.with(t, |b| {
        let p = m.pos.load(Relaxed);
        *b.get_mut(p)? = c;
        m.pos.store(p + 1, Relaxed);
        Some(())
    })?;
    match done {
        Some(()) => Ok(Value::NONE),
        None => Err(t.value_error("write byte out of range")),
    }
}

fn seek(t: &mut Thread, a: Args<'_>) -> Res {
    let m = this(a.get(0));
    let n = t.arg_ssize(a.get(1))?;
    let whence = match a.opt(2) {
        Some(w) => t.arg_i32(w)?,
        None => 0,
    };
    let len = m.with(t, |b| b.len())? as i64;
    let from = match whence {
        0 => 0,
        1 => m.pos.load(Relaxed) as i64,
        2 => len,
        _ => return Err(t.value_error("unknown seek type")),
    };
    match from.checked_add(n).filter(|p| (0..=len).contains(p)) {
        Some(p) => {
            m.pos.store(p as usize, Relaxed);
            Ok(t.int(p))
        }
        None => Err(t.value_error("seek out of range")),
    }
}

fn find(t: &mut Thread, a: Args<'_>, last: bool) -> Res {
    let m = this(a.get(0));
    let what = syscall::bytes_arg(t, a.get(1))?;
    let (from, to) = (a.opt_none(2), a.opt_none(3));
    let from = match from {
        Some(v) => Some(t.index_clamped(v)?),
        None => None,
    };
    let to = match to {
        Some(v) => Some(t.index_clamped(v)?),
        None => None,
    };
    let found = m.with(t, |b| {
        let len = b.len() as i64;
        let clamp = |n: i64| if n < 0 { (n + len).max(0) } else { n.min(len) } as usize;
        let start = from.map_or(if last { 0 } else { m.pos.load(Relaxed).min(b.len()) }, clamp);
        let end = to.map_or(b.len(), clamp);
        let part = b.get(start..end)?;
        let at =
            if last { weft_text::search::rfind(part, &what) } else { weft_text::search::find(part, &what) };
        at.map(|i| i + start)
    })?;
    Ok(found.map_or(t.int(-1), |i| t.int_usize(i)))
}

fn move_bytes(t: &mut Thread, a: Args<'_>) -> Res {
    let m = this(a.get(0));
    let mut n = [0i64; 3];
    for (i, x) in n.iter_mut().enumerate() {
        *x = t.index_i64(a.get(i + 1), &OVERFLOW_ERROR)?
    }
    m.writable(t)?;
    let [dest, src, count] = n;
    let ok = m.with(t, |b| {
        let len = b.len() as i64;
        let fits = |at: i64| at >= 0 && count >= 0 && at <= len && len - at >= count;
        if !fits(dest) || !fits(src) {
            return false;
        }
        b.copy_within(src as usize..(src + count) as usize, dest as usize);
        true
    })?;
    if ok { Ok(Value::NONE) } else { Err(t.value_error("source, destination, or count out of range")) }
}

// ---- the mapping

fn size(t: &mut Thread, a: Args<'_>) -> Res {
    let m = this(a.get(0));
    let len = m.with(t, |b| b.len())?;
    let fd = m.fd.load(Acquire);
    if fd < 0 {
        if !m.track_fd.load(Relaxed) {
            return Err(t.value_error("can't get size with trackfd=False"));
        }
        return Ok(t.int_usize(len));
    }
    // SAFETY: a zeroed stat is valid; ours.
    let (r, st) = unsafe {
        let mut st: libc::stat = std::mem::zeroed();
        (libc::fstat(fd, &mut st), st)
    };
    syscall::check(t, r as i64)?;
    Ok(t.int(st.st_size))
}

fn flush(t: &mut Thread, a: Args<'_>) -> Res {
    let m = this(a.get(0));
    let len = m.with(t, |b| b.len())?;
    let offset = match a.opt(1) {
        Some(v) => t.arg_ssize(v)?,
        None => 0,
    };
    let size = match a.opt(2) {
        Some(v) => t.arg_ssize(v)?,
        None => len as i64,
    };
    if offset < 0 || size < 0 || offset > len as i64 || len as i64 - offset < size {
        return Err(t.value_error("flush values out of range"));
    }
    if matches!(m.access.load(Relaxed), ACCESS_READ | ACCESS_COPY) {
        return Ok(Value::NONE);
    }
    // The mapping is pinned like a view's while it is being written.
    let view = export(t, a.get(0), false)?;
    let at = view.ptr as usize + offset as usize;
    // SAFETY: within the pinned mapping.
    let r = syscall::call(t, || unsafe {
        libc::msync(at as *mut libc::c_void, size as usize, libc::MS_SYNC) as i64
    });
    view.release(t);
    r?;
    Ok(Value::NONE)
}

fn madvise(t: &mut Thread, a: Args<'_>) -> Res {
    let m = this(a.get(0));
    let option = t.arg_i32(a.get(1))?;
    let len = m.with(t, |b| b.len())? as i64;
    let start = match a.opt(2) {
        Some(v) => t.arg_ssize(v)?,
        None => 0,
    };
    let n = match a.opt(3) {
        Some(v) => t.arg_ssize(v)?,
        None => len,
    };
    if start < 0 || start >= len {
        return Err(t.value_error("madvise start out of bounds"));
    }
    if n < 0 {
        return Err(t.value_error("madvise length invalid"));
    }
    let n = n.min(len - start) as usize;
    let r = m.with(t, |b| {
        // SAFETY: within the mapping, which the lock keeps in place.
        let r = unsafe { libc::madvise(b.as_mut_ptr().add(start as usize).cast(), n, option) };
        if r < 0 { Err(errno()) } else { Ok(()) }
    })?;
    match r {
        Ok(()) => Ok(Value::NONE),
        Err(e) => Err(t.os_error(e, None)),
    }
}

fn resize(t: &mut Thread, a: Args<'_>) -> Res {
    let m = this(a.get(0));
    let n = t.arg_ssize(a.get(1))?;
    m.with(t, |_| ())?;
    if matches!(m.access.load(Relaxed), ACCESS_READ | ACCESS_COPY) {
        return Err(t.type_error("mmap can't resize a readonly or copy-on-write memory map."));
    }
    if n < 0 {
        return Err(t.value_error("new size out of range"));
    }
    let n = n as usize;
    let r = m.with(t, |b| {
        if m.exports.load(Acquire) > 0 {
            return None;
        }
        let (fd, offset) = (m.fd.load(Acquire), m.offset.load(Acquire));
        // SAFETY: our mapping, which nobody views, under its lock.
        unsafe {
            if fd >= 0 && libc::ftruncate(fd, (offset + n) as i64) < 0 {
                return Some(Err(errno()));
            }
            let p = libc::mremap(b.as_mut_ptr().cast(), b.len(), n, libc::MREMAP_MAYMOVE);
            if p == libc::MAP_FAILED {
                return Some(Err(errno()));
            }
            m.at.store(p as usize, Release);
            m.len.store(n, Release);
        }
        Some(Ok(()))
    })?;
    match r {
        None => Err(t.buffer_error("mmap can't resize with extant pointers exported.")),
        Some(Err(e)) => Err(t.os_error(e, None)),
        Some(Ok(())) => Ok(Value::NONE),
    }
}
