//! `stat` and what changes what it tells: modes, owners, times, sizes, extended attributes.

use crate::syscall::{self, Path, Takes, call, call_path, dir_fd, errno, flag, path, path_error};
use std::ffi::CString;
use std::mem::MaybeUninit;
use weft_vm::errors::OVERFLOW_ERROR;
use weft_vm::object::{Args, ValueExt};
use weft_vm::types::float::as_f64;
use weft_vm::types::int;
use weft_vm::types::structseq::{StructSeq, UNNAMED};
use weft_vm::types::tuple::tuple;
use weft_vm::{Res, Thread, VRef, Value};

/// `os.stat_result`
pub static STAT_RESULT: StructSeq = StructSeq::new(
    "os.stat_result",
    "stat_result: Result from stat, fstat, or lstat.\n\nThis object may be accessed either as a tuple of\n  (mode, ino, dev, nlink, uid, gid, size, atime, mtime, ctime)\nor via the attributes st_mode, st_ino, st_dev, st_nlink, st_uid, and so on.",
    &[
        ("st_mode", "protection bits"),
        ("st_ino", "inode"),
        ("st_dev", "device"),
        ("st_nlink", "number of hard links"),
        ("st_uid", "user ID of owner"),
        ("st_gid", "group ID of owner"),
        ("st_size", "total size, in bytes"),
        (UNNAMED, "integer time of last access"),
        (UNNAMED, "integer time of last modification"),
        (UNNAMED, "integer time of last change"),
        ("st_atime", "time of last access"),
        ("st_mtime", "time of last modification"),
        ("st_ctime", "time of last change"),
        ("st_atime_ns", "time of last access in nanoseconds"),
        ("st_mtime_ns", "time of last modification in nanoseconds"),
        ("st_ctime_ns", "time of last change in nanoseconds"),
        ("st_blksize", "blocksize for filesystem I/O"),
        ("st_blocks", "number of blocks allocated"),
        ("st_rdev", "device type (if inode device)"),
    ],
    10,
)
.completed_by(|f| {
    // The float times default to the integer ones.
    for i in 7..10 {
        if f[i + 3].is_none() {
            f[i + 3] = f[i].clone()
        }
    }
});

/// `os.statvfs_result`
pub static STATVFS_RESULT: StructSeq = StructSeq::new(
    "os.statvfs_result",
    "statvfs_result: Result from statvfs or fstatvfs.\n\nThis object may be accessed either as a tuple of\n  (bsize, frsize, blocks, bfree, bavail, files, ffree, favail, flag, namemax),\nor via the attributes f_bsize, f_frsize, f_blocks, f_bfree, and so on.",
    &[
        ("f_bsize", ""),
        ("f_frsize", ""),
        ("f_blocks", ""),
        ("f_bfree", ""),
        ("f_bavail", ""),
        ("f_files", ""),
        ("f_ffree", ""),
        ("f_favail", ""),
        ("f_flag", ""),
        ("f_namemax", ""),
        ("f_fsid", ""),
    ],
    10,
);

fn unsigned(t: &Thread, n: u64) -> Value {
    t.big_int(n.into())
}

/// A `stat_result`.
pub fn stat_value(t: &Thread, s: &libc::stat) -> Value {
    let mut v = vec![
        t.int(s.st_mode as i64),
        unsigned(t, s.st_ino),
        unsigned(t, s.st_dev),
        unsigned(t, s.st_nlink),
        t.int(s.st_uid as i64),
        t.int(s.st_gid as i64),
        t.int(s.st_size),
    ];
    let times = [(s.st_atime, s.st_atime_nsec), (s.st_mtime, s.st_mtime_nsec), (s.st_ctime, s.st_ctime_nsec)];
    v.extend(times.iter().map(|(s, _)| t.int(*s)));
    v.extend(times.iter().map(|(s, ns)| t.float(*s as f64 + 1e-9 * *ns as f64)));
    v.extend(times.iter().map(|(s, ns)| {
        let n = *s as i128 * 1_000_000_000 + *ns as i128;
        match i64::try_from(n) {
            Ok(n) => t.int(n),
            Err(_) => t.big_int(n.into()),
        }
    }));
    v.push(t.int(s.st_blksize));
    v.push(t.int(s.st_blocks));
    v.push(unsigned(t, s.st_rdev));
    STAT_RESULT.make(t, v)
}

/// Stats a path; the errno if that fails.
pub fn stat_path(t: &mut Thread, p: &Path, dir: i32, follow: bool) -> Result<libc::stat, i32> {
    let (name, fd) = (p.ptr() as usize, p.fd);
    t.blocking(|| {
        let mut s = MaybeUninit::<libc::stat>::zeroed();
        let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
        // SAFETY: the path lives in the caller; the buffer is ours.
        let r = unsafe {
            match fd {
                Some(fd) => libc::fstat(fd, s.as_mut_ptr()),
                None => libc::fstatat(dir, name as *const libc::c_char, s.as_mut_ptr(), flags),
            }
        };
        // SAFETY: filled, or zeroed.
        if r < 0 { Err(errno()) } else { Ok(unsafe { s.assume_init() }) }
    })
}

fn no_dir_fd_with_fd(t: &mut Thread, f: &str, p: &Path, dir: i32, follow: bool) -> Res<()> {
    if p.fd.is_some() && dir != libc::AT_FDCWD {
        return Err(t.value_error(format!("{f}: can't specify dir_fd without matching path")));
    }
    if p.fd.is_some() && !follow {
        return Err(t.value_error(format!("{f}: cannot use fd and follow_symlinks together")));
    }
    Ok(())
}

fn do_stat(t: &mut Thread, p: Path, f: &str, dir: i32, follow: bool) -> Res {
    no_dir_fd_with_fd(t, f, &p, dir, follow)?;
    match stat_path(t, &p, dir, follow) {
        Ok(s) => Ok(stat_value(t, &s)),
        Err(e) => Err(path_error(t, e, &p)),
    }
}

/// `stat(path, *, dir_fd=None, follow_symlinks=True)`
pub fn stat(t: &mut Thread, a: Args<'_>) -> Res {
    let p = path(t, "stat", "path", a.get(0), Takes::NameOrFd)?;
    let (dir, follow) = (dir_fd(t, a.opt(1))?, flag(t, a.opt(2), true)?);
    do_stat(t, p, "stat", dir, follow)
}

/// `lstat(path, *, dir_fd=None)`
pub fn lstat(t: &mut Thread, a: Args<'_>) -> Res {
    let p = path(t, "lstat", "path", a.get(0), Takes::Name)?;
    let dir = dir_fd(t, a.opt(1))?;
    do_stat(t, p, "lstat", dir, false)
}

/// `fstat(fd)`
pub fn fstat(t: &mut Thread, a: Args<'_>) -> Res {
    let fd = t.arg_i32(a.get(0))?;
    let p = Path { c: CString::default(), object: None, fd: Some(fd), is_bytes: false, is_none: false };
    do_stat(t, p, "fstat", libc::AT_FDCWD, true)
}

fn statvfs_value(t: &mut Thread, p: &Path) -> Res {
    let (name, fd) = (p.ptr() as usize, p.fd);
    let r = t.blocking(|| {
        let mut s = MaybeUninit::<libc::statvfs>::zeroed();
        // SAFETY: as in `stat_path`.
        let r = unsafe {
            match fd {
                Some(fd) => libc::fstatvfs(fd, s.as_mut_ptr()),
                None => libc::statvfs(name as *const libc::c_char, s.as_mut_ptr()),
            }
        };
        // SAFETY: filled, or zeroed.
        if r < 0 { Err(errno()) } else { Ok(unsafe { s.assume_init() }) }
    });
    let s = match r {
        Ok(s) => s,
        Err(e) => return Err(path_error(t, e, p)),
    };
    let v = [
        s.f_bsize,
        s.f_frsize,
        s.f_blocks,
        s.f_bfree,
        s.f_bavail,
        s.f_files,
        s.f_ffree,
        s.f_favail,
        s.f_flag,
        s.f_namemax,
        s.f_fsid,
    ];
    let v = v.iter().map(|n| unsigned(t, *n)).collect();
    Ok(STATVFS_RESULT.make(t, v))
}

/// `statvfs(path)`
pub fn statvfs(t: &mut Thread, a: Args<'_>) -> Res {
    let p = path(t, "statvfs", "path", a.get(0), Takes::NameOrFd)?;
    statvfs_value(t, &p)
}

/// `fstatvfs(fd)`
pub fn fstatvfs(t: &mut Thread, a: Args<'_>) -> Res {
    let fd = t.arg_i32(a.get(0))?;
    let p = Path { c: CString::default(), object: None, fd: Some(fd), is_bytes: false, is_none: false };
    statvfs_value(t, &p)
}

/// `access(path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True)`
pub fn access(t: &mut Thread, a: Args<'_>) -> Res {
    let p = path(t, "access", "path", a.get(0), Takes::Name)?;
    let mode = t.arg_i32(a.get(1))?;
    let dir = dir_fd(t, a.opt(2))?;
    let (effective, follow) = (flag(t, a.opt(3), false)?, flag(t, a.opt(4), true)?);
    let flags =
        if effective { libc::AT_EACCESS } else { 0 } | if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    let name = p.ptr() as usize;
    // SAFETY: the path lives until the call returns.
    let r = t.blocking(|| unsafe { libc::faccessat(dir, name as *const libc::c_char, mode, flags) });
    Ok(Value::bool(r == 0))
}

/// `chmod(path, mode, *, dir_fd=None, follow_symlinks=True)`
pub fn chmod(t: &mut Thread, a: Args<'_>) -> Res {
    let p = path(t, "chmod", "path", a.get(0), Takes::NameOrFd)?;
    let mode = t.arg_i32(a.get(1))? as libc::mode_t;
    let (dir, follow) = (dir_fd(t, a.opt(2))?, flag(t, a.opt(3), true)?);
    let name = p.ptr() as usize;
    if !follow && p.fd.is_some() {
        return Err(t.value_error("chmod: cannot use fd and follow_symlinks together"));
    }
    let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    // SAFETY: the path lives until the call returns.
    let r = syscall::retry(t, || unsafe {
        match p.fd {
            Some(fd) => libc::fchmod(fd, mode) as i64,
            None => libc::fchmodat(dir, name as *const libc::c_char, mode, flags) as i64,
        }
    })?;
    match r {
        Err(libc::EOPNOTSUPP) if !follow => Err(t.raise_text(
            &weft_vm::errors::NOT_IMPLEMENTED_ERROR,
            "chmod: follow_symlinks unavailable on this platform",
        )),
        Err(e) => Err(path_error(t, e, &p)),
        Ok(_) => Ok(Value::NONE),
    }
}

/// `fchmod(fd, mode)`
pub fn fchmod(t: &mut Thread, a: Args<'_>) -> Res {
    let (fd, mode) = (t.arg_i32(a.get(0))?, t.arg_i32(a.get(1))? as libc::mode_t);
    // SAFETY: plain system call.
    call(t, || unsafe { libc::fchmod(fd, mode) } as i64)?;
    Ok(Value::NONE)
}

/// A user or group id; -1 means "leave it".
pub fn id_arg(t: &mut Thread, v: VRef<'_>, what: &str) -> Res<u32> {
    if v.ty().slots().index.is_none() {
        let n = v.ty().name();
        return Err(t.type_error(format!("{what} should be integer, not {n}")));
    }
    let n = t.index(v)?;
    match int::to_i64(n.r()) {
        Some(-1) => Ok(u32::MAX),
        Some(n) if n < 0 => Err(t.overflow_error(format!("{what} is less than minimum"))),
        Some(n) if n < u32::MAX as i64 => Ok(n as u32),
        _ => Err(t.overflow_error(format!("{what} is greater than maximum"))),
    }
}

fn do_chown(t: &mut Thread, p: Path, uid: u32, gid: u32, dir: i32, follow: bool) -> Res {
    let name = p.ptr() as usize;
    let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    // SAFETY: the path lives until the call returns.
    call_path(t, &p, || unsafe {
        match p.fd {
            Some(fd) => libc::fchown(fd, uid, gid) as i64,
            None => libc::fchownat(dir, name as *const libc::c_char, uid, gid, flags) as i64,
        }
    })?;
    Ok(Value::NONE)
}

/// `chown(path, uid, gid, *, dir_fd=None, follow_symlinks=True)`
pub fn chown(t: &mut Thread, a: Args<'_>) -> Res {
    let p = path(t, "chown", "path", a.get(0), Takes::NameOrFd)?;
    let (uid, gid) = (id_arg(t, a.get(1), "uid")?, id_arg(t, a.get(2), "gid")?);
    let (dir, follow) = (dir_fd(t, a.opt(3))?, flag(t, a.opt(4), true)?);
    no_dir_fd_with_fd(t, "chown", &p, dir, follow)?;
    do_chown(t, p, uid, gid, dir, follow)
}

/// `lchown(path, uid, gid)`
pub fn lchown(t: &mut Thread, a: Args<'_>) -> Res {
    let p = path(t, "lchown", "path", a.get(0), Takes::Name)?;
    let (uid, gid) = (id_arg(t, a.get(1), "uid")?, id_arg(t, a.get(2), "gid")?);
    do_chown(t, p, uid, gid, libc::AT_FDCWD, false)
}

/// `fchown(fd, uid, gid)`
pub fn fchown(t: &mut Thread, a: Args<'_>) -> Res {
    let fd = t.arg_i32(a.get(0))?;
    let (uid, gid) = (id_arg(t, a.get(1), "uid")?, id_arg(t, a.get(2), "gid")?);
    // SAFETY: plain system call.
    call(t, || unsafe { libc::fchown(fd, uid, gid) } as i64)?;
    Ok(Value::NONE)
}

/// Seconds as a `timespec`.
fn time_of(t: &mut Thread, v: VRef<'_>) -> Res<libc::timespec> {
    if v.ty().is_subtype(weft_vm::types::float::TYPE.get(t)) {
        let f = as_f64(t, v)?;
        if f.is_nan() {
            return Err(t.value_error("Invalid value NaN (not a number)"));
        }
        let s = f.floor();
        if !(-9.2e18..9.2e18).contains(&s) {
            return Err(t.overflow_error("timestamp out of range for platform time_t"));
        }
        let mut ns = ((f - s) * 1e9).floor() as i64;
        let mut s = s as i64;
        if ns >= 1_000_000_000 {
            s += 1;
            ns -= 1_000_000_000
        }
        return Ok(libc::timespec { tv_sec: s, tv_nsec: ns });
    }
    let s = t.index_i64(v, &OVERFLOW_ERROR)?;
    Ok(libc::timespec { tv_sec: s, tv_nsec: 0 })
}

fn time_of_ns(t: &mut Thread, v: VRef<'_>) -> Res<libc::timespec> {
    let n = t.index_i64(v, &OVERFLOW_ERROR)?;
    Ok(libc::timespec { tv_sec: n.div_euclid(1_000_000_000), tv_nsec: n.rem_euclid(1_000_000_000) })
}

/// `utime(path, times=None, *, ns=…, dir_fd=None, follow_symlinks=True)`
pub fn utime(t: &mut Thread, a: Args<'_>) -> Res {
    let p = path(t, "utime", "path", a.get(0), Takes::NameOrFd)?;
    let (times, ns) = (a.opt_none(1), a.opt(2));
    let (dir, follow) = (dir_fd(t, a.opt(3))?, flag(t, a.opt(4), true)?);
    if times.is_some() && ns.is_some() {
        return Err(t.value_error("utime: you may specify either 'times' or 'ns' but not both"));
    }
    let now = libc::timespec { tv_sec: 0, tv_nsec: libc::UTIME_NOW };
    let both = match (times, ns) {
        (Some(v), _) => match tuple(v).filter(|x| x.len() == 2) {
            Some(x) => [time_of(t, x.get(0))?, time_of(t, x.get(1))?],
            None => {
                return Err(t.type_error("utime: 'times' must be either a tuple of two ints or None"));
            }
        },
        (None, Some(v)) => match tuple(v).filter(|x| x.len() == 2) {
            Some(x) => [time_of_ns(t, x.get(0))?, time_of_ns(t, x.get(1))?],
            None => return Err(t.type_error("utime: 'ns' must be a tuple of two ints")),
        },
        (None, None) => [now, now],
    };
    no_dir_fd_with_fd(t, "utime", &p, dir, follow)?;
    let name = p.ptr() as usize;
    let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    // SAFETY: path and times live until the call returns.
    call_path(t, &p, || unsafe {
        match p.fd {
            Some(fd) => libc::futimens(fd, both.as_ptr()) as i64,
            None => libc::utimensat(dir, name as *const libc::c_char, both.as_ptr(), flags) as i64,
        }
    })?;
    Ok(Value::NONE)
}

/// `truncate(path, length)`
pub fn truncate(t: &mut Thread, a: Args<'_>) -> Res {
    let p = path(t, "truncate", "path", a.get(0), Takes::NameOrFd)?;
    let n = t.index_i64(a.get(1), &OVERFLOW_ERROR)?;
    let name = p.ptr() as usize;
    // SAFETY: the path lives until the call returns.
    call_path(t, &p, || unsafe {
        match p.fd {
            Some(fd) => libc::ftruncate(fd, n) as i64,
            None => libc::truncate(name as *const libc::c_char, n) as i64,
        }
    })?;
    Ok(Value::NONE)
}

// ---- extended attributes

fn xattr_names(t: &mut Thread, a: Args<'_>, f: &str, follow: usize) -> Res<(Path, Path, bool)> {
    let p = path(t, f, "path", a.get(0), Takes::NameOrFd)?;
    let n = path(t, f, "attribute", a.get(1), Takes::Name)?;
    let follow = flag(t, a.opt(follow), true)?;
    if p.fd.is_some() && !follow {
        return Err(t.value_error(format!("{f}: cannot use fd and follow_symlinks together")));
    }
    Ok((p, n, follow))
}

/// Reads into a buffer that grows until the answer fits.
fn growing(t: &mut Thread, p: &Path, f: impl Fn(*mut u8, usize) -> i64) -> Res<Vec<u8>> {
    for size in [256usize, 4096, 65536] {
        let mut b = vec![0u8; size];
        let to = b.as_mut_ptr() as usize;
        match syscall::retry(t, || f(to as *mut u8, size))? {
            Ok(n) => {
                b.truncate(n as usize);
                return Ok(b);
            }
            Err(libc::ERANGE) => {}
            Err(e) => return Err(path_error(t, e, p)),
        }
    }
    Err(path_error(t, libc::ERANGE, p))
}

/// `getxattr(path, attribute, *, follow_symlinks=True)`
pub fn getxattr(t: &mut Thread, a: Args<'_>) -> Res {
    let (p, n, follow) = xattr_names(t, a, "getxattr", 2)?;
    let (path_ptr, name) = (p.ptr() as usize, n.ptr() as usize);
    // SAFETY: names and buffer live until the call returns.
    let b = growing(t, &p, |to, size| unsafe {
        let (c, n) = (path_ptr as *const libc::c_char, name as *const libc::c_char);
        (match p.fd {
            Some(fd) => libc::fgetxattr(fd, n, to.cast(), size),
            None if follow => libc::getxattr(c, n, to.cast(), size),
            None => libc::lgetxattr(c, n, to.cast(), size),
        }) as i64
    })?;
    Ok(t.bytes(&b))
}

/// `setxattr(path, attribute, value, flags=0, *, follow_symlinks=True)`
pub fn setxattr(t: &mut Thread, a: Args<'_>) -> Res {
    let (p, n, follow) = xattr_names(t, a, "setxattr", 4)?;
    let value = syscall::bytes_arg(t, a.get(2))?;
    let flags = match a.opt(3) {
        Some(f) => t.arg_i32(f)?,
        None => 0,
    };
    let (path_ptr, name) = (p.ptr() as usize, n.ptr() as usize);
    // SAFETY: names and value live until the call returns.
    call_path(t, &p, || unsafe {
        let (c, n) = (path_ptr as *const libc::c_char, name as *const libc::c_char);
        let (v, len) = (value.as_ptr().cast(), value.len());
        (match p.fd {
            Some(fd) => libc::fsetxattr(fd, n, v, len, flags),
            None if follow => libc::setxattr(c, n, v, len, flags),
            None => libc::lsetxattr(c, n, v, len, flags),
        }) as i64
    })?;
    Ok(Value::NONE)
}

/// `removexattr(path, attribute, *, follow_symlinks=True)`
pub fn removexattr(t: &mut Thread, a: Args<'_>) -> Res {
    let (p, n, follow) = xattr_names(t, a, "removexattr", 2)?;
    let (path_ptr, name) = (p.ptr() as usize, n.ptr() as usize);
    // SAFETY: names live until the call returns.
    call_path(t, &p, || unsafe {
        let (c, n) = (path_ptr as *const libc::c_char, name as *const libc::c_char);
        (match p.fd {
            Some(fd) => libc::fremovexattr(fd, n),
            None if follow => libc::removexattr(c, n),
            None => libc::lremovexattr(c, n),
        }) as i64
    })?;
    Ok(Value::NONE)
}

/// `listxattr(path=None, *, follow_symlinks=True)`
pub fn listxattr(t: &mut Thread, a: Args<'_>) -> Res {
    let p = match a.opt(0) {
        Some(v) => path(t, "listxattr", "path", v, Takes::NameFdOrNone)?,
        None => path(t, "listxattr", "path", Value::NONE.r(), Takes::NameFdOrNone)?,
    };
    let follow = flag(t, a.opt(1), true)?;
    let path_ptr = p.ptr() as usize;
    // SAFETY: path and buffer live until the call returns.
    let b = growing(t, &p, |to, size| unsafe {
        let c = path_ptr as *const libc::c_char;
        (match p.fd {
            Some(fd) => libc::flistxattr(fd, to.cast(), size),
            None if follow => libc::listxattr(c, to.cast(), size),
            None => libc::llistxattr(c, to.cast(), size),
        }) as i64
    })?;
    let names = b.split(|c| *c == 0).filter(|n| !n.is_empty()).map(|n| syscall::decode_fs(t, n)).collect();
    Ok(weft_vm::types::list::List::new(t, names))
}
