//! Names in directories: listing, scanning, making, removing, renaming, linking.

use crate::syscall::{
    self, Path, Takes, audit, call_path, decode_fs, dir_fd, errno, flag, path, path_error, two_paths_error,
};
use std::ffi::CStr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::*};
use weft_strategy::{Header, Slot};
use weft_vm::object::{
    Args, GetSet, NativeType, Object, Slots, TypeSpec, ValueExt, Visitor, header_of, type_flag,
};
use weft_vm::types::list::List;
use weft_vm::types::str::text;
use weft_vm::{Res, Thread, VRef, Value, methods};

/// A system call on one path in a directory.
fn on_path(t: &mut Thread, p: &Path, dir: i32, f: impl Fn(i32, *const libc::c_char) -> i32) -> Res {
    let name = p.ptr() as usize;
    call_path(t, p, || f(dir, name as *const libc::c_char) as i64)?;
    Ok(Value::NONE)
}

/// `mkdir(path, mode=0o777, *, dir_fd=None)`
pub fn mkdir(t: &mut Thread, a: Args<'_>) -> Res {
    let p = path(t, "mkdir", "path", a.get(0), Takes::Name)?;
    let mode = match a.opt(1) {
        Some(m) => t.arg_i32(m)?,
        None => 0o777,
    };
    let dir = dir_fd(t, a.opt(2))?;
    // SAFETY: the path lives until the call returns.
    on_path(t, &p, dir, |d, n| unsafe { libc::mkdirat(d, n, mode as libc::mode_t) })
}

/// `rmdir(path, *, dir_fd=None)`
pub fn rmdir(t: &mut Thread, a: Args<'_>) -> Res {
    let p = path(t, "rmdir", "path", a.get(0), Takes::Name)?;
    let dir = dir_fd(t, a.opt(1))?;
    // SAFETY: the path lives until the call returns.
    on_path(t, &p, dir, |d, n| unsafe { libc::unlinkat(d, n, libc::AT_REMOVEDIR) })
}

/// `unlink(path, *, dir_fd=None)`
pub fn unlink(t: &mut Thread, a: Args<'_>) -> Res {
    let p = path(t, "unlink", "path", a.get(0), Takes::Name)?;
    let dir = dir_fd(t, a.opt(1))?;
    // SAFETY: the path lives until the call returns.
    on_path(t, &p, dir, |d, n| unsafe { libc::unlinkat(d, n, 0) })
}

/// `remove(path, *, dir_fd=None)`
pub fn remove(t: &mut Thread, a: Args<'_>) -> Res {
    let p = path(t, "remove", "path", a.get(0), Takes::Name)?;
    let dir = dir_fd(t, a.opt(1))?;
    // SAFETY: the path lives until the call returns.
    on_path(t, &p, dir, |d, n| unsafe { libc::unlinkat(d, n, 0) })
}

/// `mkfifo(path, mode=0o666, *, dir_fd=None)`
pub fn mkfifo(t: &mut Thread, a: Args<'_>) -> Res {
    let p = path(t, "mkfifo", "path", a.get(0), Takes::Name)?;
    let mode = match a.opt(1) {
        Some(m) => t.arg_i32(m)?,
        None => 0o666,
    };
    let dir = dir_fd(t, a.opt(2))?;
    // SAFETY: the path lives until the call returns.
    on_path(t, &p, dir, |d, n| unsafe { libc::mkfifoat(d, n, mode as libc::mode_t) })
}

/// `mknod(path, mode=0o600, device=0, *, dir_fd=None)`
pub fn mknod(t: &mut Thread, a: Args<'_>) -> Res {
    let p = path(t, "mknod", "path", a.get(0), Takes::Name)?;
    let mode = match a.opt(1) {
        Some(m) => t.arg_i32(m)?,
        None => 0o600,
    };
    let device = match a.opt(2) {
        Some(d) => t.arg_i64(d)? as libc::dev_t,
        None => 0,
    };
    let dir = dir_fd(t, a.opt(3))?;
    // SAFETY: the path lives until the call returns.
    on_path(t, &p, dir, |d, n| unsafe { libc::mknodat(d, n, mode as libc::mode_t, device) })
}

/// `chdir(path)`
pub fn chdir(t: &mut Thread, a: Args<'_>) -> Res {
    let p = path(t, "chdir", "path", a.get(0), Takes::NameOrFd)?;
    let fd = p.fd;
    // SAFETY: the path lives until the call returns.
    on_path(t, &p, 0, |_, n| unsafe {
        match fd {
            Some(fd) => libc::fchdir(fd),
            None => libc::chdir(n),
        }
    })
}

/// `chroot(path)`
pub fn chroot(t: &mut Thread, a: Args<'_>) -> Res {
    let p = path(t, "chroot", "path", a.get(0), Takes::Name)?;
    // SAFETY: the path lives until the call returns.
    on_path(t, &p, 0, |_, n| unsafe { libc::chroot(n) })
}

fn cwd(t: &mut Thread) -> Res<Vec<u8>> {
    let mut size = 1024;
    loop {
        let mut b = vec![0u8; size];
        // SAFETY: the buffer is ours.
        let ok = unsafe { !libc::getcwd(b.as_mut_ptr().cast(), size).is_null() };
        if ok {
            let n = b.iter().position(|c| *c == 0).unwrap_or(0);
            b.truncate(n);
            return Ok(b);
        }
        match errno() {
            libc::ERANGE if size < 1 << 20 => size *= 2,
            e => return Err(t.os_error(e, None)),
        }
    }
}

/// `getcwd()`
pub fn getcwd(t: &mut Thread, _a: Args<'_>) -> Res {
    let b = cwd(t)?;
    Ok(decode_fs(t, &b))
}

/// `getcwdb()`
pub fn getcwdb(t: &mut Thread, _a: Args<'_>) -> Res {
    let b = cwd(t)?;
    Ok(t.bytes(&b))
}

// ---- two paths

fn rename_as(t: &mut Thread, a: Args<'_>, f: &str) -> Res {
    let from = path(t, f, "src", a.get(0), Takes::Name)?;
    let to = path(t, f, "dst", a.get(1), Takes::Name)?;
    let (d1, d2) = (dir_fd(t, a.opt(2))?, dir_fd(t, a.opt(3))?);
    let (p, q) = (from.ptr() as usize, to.ptr() as usize);
    // SAFETY: the paths live until the call returns.
    let r = syscall::retry(t, || unsafe {
        libc::renameat(d1, p as *const libc::c_char, d2, q as *const libc::c_char) as i64
    })?;
    r.map(|_| Value::NONE).map_err(|e| two_paths_error(t, e, &from, &to))
}

/// `rename(src, dst, *, src_dir_fd=None, dst_dir_fd=None)`
pub fn rename(t: &mut Thread, a: Args<'_>) -> Res {
    rename_as(t, a, "rename")
}

/// `replace(src, dst, *, src_dir_fd=None, dst_dir_fd=None)`
pub fn replace(t: &mut Thread, a: Args<'_>) -> Res {
    rename_as(t, a, "replace")
}

/// `link(src, dst, *, src_dir_fd=None, dst_dir_fd=None, follow_symlinks=True)`
pub fn link(t: &mut Thread, a: Args<'_>) -> Res {
    let from = path(t, "link", "src", a.get(0), Takes::Name)?;
    let to = path(t, "link", "dst", a.get(1), Takes::Name)?;
    let (d1, d2) = (dir_fd(t, a.opt(2))?, dir_fd(t, a.opt(3))?);
    // Unless told, the system's own default: do not follow.
    let follow = a.opt(4).is_some() && flag(t, a.opt(4), true)?;
    let flags = if follow { libc::AT_SYMLINK_FOLLOW } else { 0 };
    let (p, q) = (from.ptr() as usize, to.ptr() as usize);
    // SAFETY: the paths live until the call returns.
    let r = syscall::retry(t, || unsafe {
        libc::linkat(d1, p as *const libc::c_char, d2, q as *const libc::c_char, flags) as i64
    })?;
    r.map(|_| Value::NONE).map_err(|e| two_paths_error(t, e, &from, &to))
}

/// `symlink(src, dst, target_is_directory=False, *, dir_fd=None)`
pub fn symlink(t: &mut Thread, a: Args<'_>) -> Res {
    let from = path(t, "symlink", "src", a.get(0), Takes::Name)?;
    let to = path(t, "symlink", "dst", a.get(1), Takes::Name)?;
    let dir = dir_fd(t, a.opt(3))?;
    let (p, q) = (from.ptr() as usize, to.ptr() as usize);
    // SAFETY: the paths live until the call returns.
    let r = syscall::retry(t, || unsafe {
        libc::symlinkat(p as *const libc::c_char, dir, q as *const libc::c_char) as i64
    })?;
    r.map(|_| Value::NONE).map_err(|e| two_paths_error(t, e, &from, &to))
}

/// `readlink(path, *, dir_fd=None)`
pub fn readlink(t: &mut Thread, a: Args<'_>) -> Res {
    let p = path(t, "readlink", "path", a.get(0), Takes::Name)?;
    let dir = dir_fd(t, a.opt(1))?;
    let mut b = vec![0u8; 4097];
    let (name, to) = (p.ptr() as usize, b.as_mut_ptr() as usize);
    // SAFETY: path and buffer live until the call returns.
    let n = call_path(t, &p, || unsafe {
        libc::readlinkat(dir, name as *const libc::c_char, to as *mut libc::c_char, 4096) as i64
    })?;
    Ok(p.name(t, &b[..n as usize]))
}

// ---- listing

/// An open directory stream. Closed by [`close_dir`], never in `Drop`.
struct Dir(*mut libc::DIR);

fn open_dir(t: &mut Thread, p: &Path) -> Res<Dir> {
    let (name, fd) = (p.ptr() as usize, p.fd);
    let r = syscall::retry(t, || {
        // SAFETY: the path lives until the call returns; a descriptor is copied, for closedir closes it.
        unsafe {
            match fd {
                Some(fd) => {
                    let copy = libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0);
                    if copy < 0 {
                        return -1;
                    }
                    let d = libc::fdopendir(copy);
                    if d.is_null() {
                        let e = errno();
                        libc::close(copy);
                        *libc::__errno_location() = e;
                        return -1;
                    }
                    d as i64
                }
                None => {
                    let d = libc::opendir(name as *const libc::c_char);
                    if d.is_null() { -1 } else { d as i64 }
                }
            }
        }
    })?;
    match r {
        Ok(d) => Ok(Dir(d as *mut libc::DIR)),
        Err(e) => Err(path_error(t, e, p)),
    }
}

fn close_dir(d: usize, rewind: bool) {
    // SAFETY: an open stream that its owner gives up.
    unsafe {
        if rewind {
            libc::rewinddir(d as *mut libc::DIR)
        }
        libc::closedir(d as *mut libc::DIR);
    }
}

/// An entry as the system tells it.
struct Entry {
    name: Vec<u8>,
    kind: u8,
    inode: u64,
}

/// The next entry but `.` and `..`; the errno if that fails. The stream is the caller's alone.
fn read_entry(d: usize) -> Result<Option<Entry>, i32> {
    loop {
        // SAFETY: an open stream nobody else uses now; the entry is read before the next call.
        unsafe {
            *libc::__errno_location() = 0;
            let e = libc::readdir(d as *mut libc::DIR);
            if e.is_null() {
                return match errno() {
                    0 => Ok(None),
                    e => Err(e),
                };
            }
            let name = CStr::from_ptr((*e).d_name.as_ptr()).to_bytes();
            if name == b"." || name == b".." {
                continue;
            }
            return Ok(Some(Entry { name: name.to_vec(), kind: (*e).d_type, inode: (*e).d_ino }));
        }
    }
}

fn dir_path(t: &mut Thread, a: Args<'_>, f: &str) -> Res<Path> {
    match a.opt(0) {
        Some(v) => path(t, f, "path", v, Takes::NameFdOrNone),
        None => path(t, f, "path", Value::NONE.r(), Takes::NameFdOrNone),
    }
}

/// `listdir(path=None)`
pub fn listdir(t: &mut Thread, a: Args<'_>) -> Res {
    let p = dir_path(t, a, "listdir")?;
    audit(t, "os.listdir", &[a.opt(0).unwrap_or(Value::NONE.r())])?;
    let d = open_dir(t, &p)?.0 as usize;
    let is_fd = p.fd.is_some();
    let r = t.blocking(|| {
        let mut names = Vec::new();
        let r = loop {
            match read_entry(d) {
                Ok(Some(e)) => names.push(e.name),
                Ok(None) => break Ok(names),
                Err(e) => break Err(e),
            }
        };
        close_dir(d, is_fd);
        r
    });
    match r {
        Ok(names) => {
            let names = names.iter().map(|n| p.name(t, n)).collect();
            Ok(List::new(t, names))
        }
        Err(e) => Err(path_error(t, e, &p)),
    }
}

// ---- scandir

/// What `scandir()` gives.
#[repr(C)]
struct ScanDir {
    h: Header,
    /// The stream; 0 when closed or in use by another thread.
    dir: AtomicUsize,
    /// The path as given, or None.
    path: Slot,
    /// 1: bytes; 2: a descriptor
    kind: AtomicU64,
    fd: AtomicU64,
}

// SAFETY: repr(C), header first; the only reference is visited.
unsafe impl Object for ScanDir {
    weft_vm::layout!(ScanDir, "posix.ScandirIterator", true);
    fn traverse(&self, v: Visitor) {
        v(self.path.word())
    }
    fn clear(&self) {
        self.path.clear_dead();
        let d = self.dir.swap(0, AcqRel);
        if d != 0 {
            close_dir(d, false)
        }
    }
}

static SCANDIR: NativeType = NativeType::new(&SCANDIR_SPEC);
static SCANDIR_SPEC: TypeSpec = TypeSpec {
    name: "posix.ScandirIterator",
    flags: type_flag::IMMUTABLE | type_flag::NO_NEW,
    slots: Slots {
        iter: Some(|_, v| Ok(v.to_value())),
        next: Some(scan_next),
        finalize: Some(|t, v| {
            let s: &ScanDir = v.cast().expect("a scandir iterator");
            if s.dir.load(Acquire) != 0 {
                let r = t.repr_text(v).map(|r| format!("unclosed scandir iterator {r}"));
                let done = match r {
                    Ok(text) => weft_vm::start::warn::warn(t, &weft_vm::errors::RESOURCE_WARNING, &text),
                    Err(e) => Err(e),
                };
                if done.is_err() {
                    weft_vm::errors::write_unraisable(
                        t,
                        "Exception ignored while finalizing scandir iterator",
                        v,
                    )
                }
                close_scan(t, s)
            }
        }),
        ..Slots::EMPTY
    },
    methods: methods! {
        "__enter__(self, /)" => |_, a| Ok(a.get(0).to_value());
        "__exit__(self, /, *exc)" => |t, a| { close_scan(t, a.this()); Ok(Value::NONE) };
        "close(self, /)" => |t, a| { close_scan(t, a.this()); Ok(Value::NONE) };
    },
    ..TypeSpec::new::<ScanDir>()
};

fn close_scan(t: &mut Thread, s: &ScanDir) {
    let d = s.dir.swap(0, AcqRel);
    let is_fd = s.kind.load(Relaxed) == 2;
    if d != 0 {
        t.blocking(|| close_dir(d, is_fd))
    }
}

/// `scandir(path=None)`
pub fn scandir(t: &mut Thread, a: Args<'_>) -> Res {
    let p = dir_path(t, a, "scandir")?;
    audit(t, "os.scandir", &[a.opt(0).unwrap_or(Value::NONE.r())])?;
    let d = open_dir(t, &p)?.0 as usize;
    let given = match a.opt_none(0) {
        Some(v) if p.fd.is_none() => syscall::fspath(t, v)?,
        Some(v) => v.to_value(),
        None => t.str("."),
    };
    let kind = if p.fd.is_some() { 2 } else { p.is_bytes as u64 };
    let shape = SCANDIR.shape(t);
    Ok(t.make(
        shape,
        ScanDir {
            h: Header::new(0, 0),
            dir: AtomicUsize::new(d),
            path: Slot::new(given),
            kind: AtomicU64::new(kind),
            fd: AtomicU64::new(p.fd.unwrap_or(-1) as u64),
        },
    ))
}

fn scan_next(t: &mut Thread, v: VRef<'_>) -> Res<Option<Value>> {
    let s: &ScanDir = v.cast().expect("a scandir iterator");
    // Claimed while in use: two threads must not read one stream at once.
    let d = s.dir.swap(0, AcqRel);
    if d == 0 {
        return Ok(None);
    }
    match t.blocking(|| read_entry(d)) {
        Ok(Some(e)) => {
            s.dir.store(d, Release);
            entry(t, s, e).map(Some)
        }
        Ok(None) => {
            let is_fd = s.kind.load(Relaxed) == 2;
            t.blocking(|| close_dir(d, is_fd));
            Ok(None)
        }
        Err(e) => {
            s.dir.store(d, Release);
            let p = s.path.load();
            Err(t.os_error(e, p.as_ref().map(|p| p.r())))
        }
    }
}

/// `os.DirEntry`
#[repr(C)]
struct DirEntry {
    h: Header,
    name: Slot,
    path: Slot,
    /// `stat()` of it, once asked for.
    stat: Slot,
    lstat: Slot,
    inode: AtomicU64,
    kind: AtomicU64,
    /// Directory descriptor for `scandir(fd)`, or -1.
    fd: AtomicU64,
}
weft_vm::object!(DirEntry, "posix.DirEntry", true, [name, path, stat, lstat]);

/// `posix.DirEntry`
pub static DIR_ENTRY: NativeType = NativeType::new(&DIR_ENTRY_SPEC);
static DIR_ENTRY_SPEC: TypeSpec = TypeSpec {
    name: "posix.DirEntry",
    flags: type_flag::IMMUTABLE | type_flag::NO_NEW,
    slots: Slots { repr: Some(entry_repr), ..Slots::EMPTY },
    methods: methods! {
        "is_dir(self, /, *, follow_symlinks=True)" => |t, a| is_kind(t, a, libc::S_IFDIR, libc::DT_DIR), "Return True if the entry is a directory; cached per entry.";
        "is_file(self, /, *, follow_symlinks=True)" => |t, a| is_kind(t, a, libc::S_IFREG, libc::DT_REG), "Return True if the entry is a file; cached per entry.";
        "is_symlink(self, /)" => is_symlink, "Return True if the entry is a symbolic link; cached per entry.";
        "is_junction(self, /)" => |_, _| Ok(Value::FALSE), "Return True if the entry is a junction; cached per entry.";
        "stat(self, /, *, follow_symlinks=True)" => entry_stat, "Return stat_result object for the entry; cached per entry.";
        "inode(self, /)" => |t, a| { let n = a.this::<DirEntry>().inode.load(Relaxed); Ok(t.big_int(n.into())) }, "Return inode of the entry; cached per entry.";
        "__fspath__(self, /)" => |_, a| Ok(a.this::<DirEntry>().path.load().unwrap_or(Value::NONE)), "Returns the path for the entry.";
        class "__class_getitem__(cls, object, /)" => |t, a| weft_vm::types::genericalias::new(t, a.get(0), a.get(1)), "See PEP 585";
    },
    getset: &[
        GetSet {
            name: "name",
            get: |_, v| Ok(de(v).name.load().unwrap_or(Value::NONE)),
            set: None,
            doc: "the entry's base filename, relative to scandir() \"path\" argument",
        },
        GetSet {
            name: "path",
            get: |_, v| Ok(de(v).path.load().unwrap_or(Value::NONE)),
            set: None,
            doc: "the entry's full path name; equivalent to os.path.join(scandir_path, entry.name)",
        },
    ],
    ..TypeSpec::new::<DirEntry>()
};

fn de(v: VRef<'_>) -> &DirEntry {
    v.cast().expect("a DirEntry")
}

fn entry(t: &mut Thread, s: &ScanDir, e: Entry) -> Res {
    let (kind, dir) = (s.kind.load(Relaxed), s.path.load());
    let (name, full) = if kind == 2 {
        let n = decode_fs(t, &e.name);
        (n.clone(), n)
    } else {
        let dir = match dir.as_ref().map(|d| d.r()) {
            Some(d) if kind == 1 => syscall::bytes_arg(t, d)?,
            Some(d) => syscall::encode_fs(t, d)?,
            None => b".".to_vec(),
        };
        let mut full = dir;
        if !full.is_empty() && full.last() != Some(&b'/') {
            full.push(b'/')
        }
        full.extend(&e.name);
        if kind == 1 {
            (t.bytes(&e.name), t.bytes(&full))
        } else {
            (decode_fs(t, &e.name), decode_fs(t, &full))
        }
    };
    let shape = DIR_ENTRY.shape(t);
    Ok(t.make(
        shape,
        DirEntry {
            h: Header::new(0, 0),
            name: Slot::new(name),
            path: Slot::new(full),
            stat: Slot::empty(),
            lstat: Slot::empty(),
            inode: AtomicU64::new(e.inode),
            kind: AtomicU64::new(e.kind as u64),
            fd: AtomicU64::new(s.fd.load(Relaxed)),
        },
    ))
}

fn entry_repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let name = de(v).name.load().unwrap_or(Value::NONE);
    let r = t.repr(name.r())?;
    let r = text(r.r()).map(|s| s.bytes().to_vec()).unwrap_or_default();
    Ok(t.str_wtf8(&[b"<DirEntry ", &r[..], b">"].concat()))
}

/// The path of an entry, for the system.
fn entry_path(t: &mut Thread, d: &DirEntry) -> Res<Path> {
    let v = d.path.load().unwrap_or(Value::NONE);
    path(t, "stat", "path", v.r(), Takes::Name)
}

fn stat_of(t: &mut Thread, d: &DirEntry, follow: bool) -> Res<Result<libc::stat, i32>> {
    let p = entry_path(t, d)?;
    let dir = match d.fd.load(Relaxed) as i64 as i32 {
        -1 => libc::AT_FDCWD,
        fd => fd,
    };
    Ok(super::stat::stat_path(t, &p, dir, follow))
}

fn entry_stat(t: &mut Thread, a: Args<'_>) -> Res {
    let d: &DirEntry = a.this();
    let follow = flag(t, a.opt(1), true)?;
    // A link has two answers, everything else one.
    let link = d.kind.load(Relaxed) as u8 == libc::DT_LNK || d.kind.load(Relaxed) as u8 == libc::DT_UNKNOWN;
    let slot = if follow && link { &d.stat } else { &d.lstat };
    if let Some(s) = slot.load() {
        return Ok(s);
    }
    match stat_of(t, d, follow && link)? {
        Ok(s) => {
            let v = super::stat::stat_value(t, &s);
            slot.set(header_of(d), v.clone());
            Ok(v)
        }
        Err(e) => {
            let p = d.path.load();
            Err(t.os_error(e, p.as_ref().map(|p| p.r())))
        }
    }
}

fn is_symlink(t: &mut Thread, a: Args<'_>) -> Res {
    let d: &DirEntry = a.this();
    match d.kind.load(Relaxed) as u8 {
        libc::DT_UNKNOWN => mode_is(t, d, false, libc::S_IFLNK),
        k => Ok(Value::bool(k == libc::DT_LNK)),
    }
}

fn is_kind(t: &mut Thread, a: Args<'_>, mode: u32, kind: u8) -> Res {
    let d: &DirEntry = a.this();
    let follow = flag(t, a.opt(1), true)?;
    match d.kind.load(Relaxed) as u8 {
        libc::DT_UNKNOWN => mode_is(t, d, follow, mode),
        libc::DT_LNK if follow => mode_is(t, d, true, mode),
        k => Ok(Value::bool(k == kind)),
    }
}

/// Has it this file type? A file that is gone has none.
fn mode_is(t: &mut Thread, d: &DirEntry, follow: bool, mode: u32) -> Res {
    match stat_of(t, d, follow)? {
        Ok(s) => Ok(Value::bool(s.st_mode & libc::S_IFMT == mode)),
        Err(libc::ENOENT) => Ok(Value::FALSE),
        Err(e) => {
            let p = d.path.load();
            Err(t.os_error(e, p.as_ref().map(|p| p.r())))
        }
    }
}
