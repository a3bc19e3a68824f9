//! Files by descriptor: opening, reading, writing, positions, flags, pipes and other special descriptors.

use crate::syscall::{self, Takes, buffer, buffer_of, call, call_path, check, dir_fd, flag, path};
use weft_vm::errors::OVERFLOW_ERROR;
use weft_vm::object::buffer::View;
use weft_vm::object::{Args, ValueExt};
use weft_vm::types::structseq::StructSeq;
use weft_vm::types::tuple::Tuple;
use weft_vm::{Res, Thread, VRef, Value};

/// `os.terminal_size`
pub static TERMINAL_SIZE: StructSeq = StructSeq::new(
    "os.terminal_size",
    "A tuple of (columns, lines) for holding terminal window size",
    &[
        ("columns", "width of the terminal window in characters"),
        ("lines", "height of the terminal window in characters"),
    ],
    2,
);

/// Largest transfer the kernel makes at once.
const MOST: usize = 0x7fff_f000;

fn fd(t: &mut Thread, a: Args<'_>, i: usize) -> Res<i32> {
    t.arg_i32(a.get(i))
}

fn offset(t: &mut Thread, v: VRef<'_>) -> Res<i64> {
    t.index_i64(v, &OVERFLOW_ERROR)
}

fn length(t: &mut Thread, v: VRef<'_>) -> Res<usize> {
    let n = t.index_i64(v, &OVERFLOW_ERROR)?;
    if n < 0 { Err(t.os_error(libc::EINVAL, None)) } else { Ok((n as usize).min(MOST)) }
}

/// `open(path, flags, mode=0o777, *, dir_fd=None)`
pub fn open(t: &mut Thread, a: Args<'_>) -> Res {
    let p = path(t, "open", "path", a.get(0), Takes::Name)?;
    let flags = t.arg_i32(a.get(1))? | libc::O_CLOEXEC;
    let mode = match a.opt(2) {
        Some(m) => t.arg_i32(m)?,
        None => 0o777,
    };
    let dir = dir_fd(t, a.opt(3))?;
    let name = p.ptr() as usize;
    // SAFETY: the path lives until the call returns.
    let fd = call_path(t, &p, || unsafe {
        libc::openat(dir, name as *const libc::c_char, flags, mode as libc::c_uint) as i64
    })?;
    Ok(t.int(fd))
}

/// `close(fd)`
pub fn close(t: &mut Thread, a: Args<'_>) -> Res {
    let fd = fd(t, a, 0)?;
    // SAFETY: plain system call. Not repeated: after EINTR the descriptor is closed.
    let r = t.blocking(|| if unsafe { libc::close(fd) } < 0 { Err(syscall::errno()) } else { Ok(()) });
    match r {
        Err(e) if e != libc::EINTR => Err(t.os_error(e, None)),
        _ => Ok(Value::NONE),
    }
}

/// `closerange(fd_low, fd_high)`
pub fn closerange(t: &mut Thread, a: Args<'_>) -> Res {
    let (low, high) = (fd(t, a, 0)?, fd(t, a, 1)?);
    t.blocking(|| close_range(low, high));
    Ok(Value::NONE)
}

/// Closes all descriptors from `low` up to, not including, `high`.
pub fn close_range(low: i32, high: i32) {
    let low = low.max(0);
    if low >= high {
        return;
    }
    // SAFETY: plain system calls.
    unsafe {
        if libc::syscall(libc::SYS_close_range, low as u32, (high - 1) as u32, 0u32) == 0 {
            return;
        }
        for fd in low..high {
            libc::close(fd);
        }
    }
}

/// `read(fd, length)`
pub fn read(t: &mut Thread, a: Args<'_>) -> Res {
    let (fd, n) = (fd(t, a, 0)?, length(t, a.get(1))?);
    let mut b = buffer_of(t, n)?;
    let to = b.as_mut_ptr() as usize;
    // SAFETY: the buffer lives until the call returns.
    let got = call(t, || unsafe { libc::read(fd, to as *mut libc::c_void, n) } as i64)?;
    Ok(t.bytes(&b[..got as usize]))
}

/// `pread(fd, length, offset)`
pub fn pread(t: &mut Thread, a: Args<'_>) -> Res {
    let (fd, n) = (fd(t, a, 0)?, length(t, a.get(1))?);
    let at = offset(t, a.get(2))?;
    let mut b = buffer_of(t, n)?;
    let to = b.as_mut_ptr() as usize;
    // SAFETY: the buffer lives until the call returns.
    let got = call(t, || unsafe { libc::pread(fd, to as *mut libc::c_void, n, at) } as i64)?;
    Ok(t.bytes(&b[..got as usize]))
}

/// `readinto(fd, buffer)`
pub fn readinto(t: &mut Thread, a: Args<'_>) -> Res {
    let fd = fd(t, a, 0)?;
    let view = buffer(t, a.get(1), true)?;
    let (to, n) = (view.ptr as usize, view.len.min(MOST));
    // SAFETY: the view pins the memory.
    let r = call(t, || unsafe { libc::read(fd, to as *mut libc::c_void, n) } as i64);
    view.release(t);
    Ok(t.int(r?))
}

/// `write(fd, data)`
pub fn write(t: &mut Thread, a: Args<'_>) -> Res {
    let fd = fd(t, a, 0)?;
    let view = buffer(t, a.get(1), false)?;
    let (from, n) = (view.ptr as usize, view.len.min(MOST));
    // SAFETY: the view pins the memory.
    let r = call(t, || unsafe { libc::write(fd, from as *const libc::c_void, n) } as i64);
    view.release(t);
    Ok(t.int(r?))
}

/// `pwrite(fd, buffer, offset)`
pub fn pwrite(t: &mut Thread, a: Args<'_>) -> Res {
    let fd = fd(t, a, 0)?;
    let at = offset(t, a.get(2))?;
    let view = buffer(t, a.get(1), false)?;
    let (from, n) = (view.ptr as usize, view.len.min(MOST));
    // SAFETY: the view pins the memory.
    let r = call(t, || unsafe { libc::pwrite(fd, from as *const libc::c_void, n, at) } as i64);
    view.release(t);
    Ok(t.int(r?))
}

/// Views of a sequence of buffers; the function sees them as an `iovec` array.
fn vectored(
    t: &mut Thread,
    buffers: VRef<'_>,
    writable: bool,
    f: impl Fn(*const libc::iovec, i32) -> i64,
) -> Res {
    if buffers.ty().slots().getitem.is_none() {
        let what = if writable { "readv" } else { "writev" };
        return Err(t.type_error(format!("{what}() arg 2 must be a sequence")));
    }
    let items = t.collect(buffers)?;
    let mut views: Vec<View> = Vec::with_capacity(items.len());
    let mut failed = None;
    for i in &items {
        match buffer(t, i.r(), writable) {
            Ok(v) => views.push(v),
            Err(e) => {
                failed = Some(e);
                break;
            }
        }
    }
    let r = match failed {
        Some(e) => Err(e),
        None => {
            let iov: Vec<libc::iovec> =
                views.iter().map(|v| libc::iovec { iov_base: v.ptr.cast(), iov_len: v.len }).collect();
            let (p, n) = (iov.as_ptr() as usize, iov.len() as i32);
            call(t, || f(p as *const libc::iovec, n))
        }
    };
    for v in views {
        v.release(t)
    }
    Ok(t.int(r?))
}

/// `readv(fd, buffers)`
pub fn readv(t: &mut Thread, a: Args<'_>) -> Res {
    let fd = fd(t, a, 0)?;
    // SAFETY: the views pin the memory.
    vectored(t, a.get(1), true, |p, n| unsafe { libc::readv(fd, p, n) } as i64)
}

/// `writev(fd, buffers)`
pub fn writev(t: &mut Thread, a: Args<'_>) -> Res {
    let fd = fd(t, a, 0)?;
    // SAFETY: the views pin the memory.
    vectored(t, a.get(1), false, |p, n| unsafe { libc::writev(fd, p, n) } as i64)
}

/// `preadv(fd, buffers, offset, flags=0)`
pub fn preadv(t: &mut Thread, a: Args<'_>) -> Res {
    let (fd, at) = (fd(t, a, 0)?, offset(t, a.get(2))?);
    let flags = match a.opt(3) {
        Some(f) => t.arg_i32(f)?,
        None => 0,
    };
    // SAFETY: the views pin the memory.
    vectored(t, a.get(1), true, |p, n| unsafe { libc::preadv2(fd, p, n, at, flags) } as i64)
}

/// `pwritev(fd, buffers, offset, flags=0)`
pub fn pwritev(t: &mut Thread, a: Args<'_>) -> Res {
    let (fd, at) = (fd(t, a, 0)?, offset(t, a.get(2))?);
    let flags = match a.opt(3) {
        Some(f) => t.arg_i32(f)?,
        None => 0,
    };
    // SAFETY: the views pin the memory.
    vectored(t, a.get(1), false, |p, n| unsafe { libc::pwritev2(fd, p, n, at, flags) } as i64)
}

/// `lseek(fd, position, whence)`
pub fn lseek(t: &mut Thread, a: Args<'_>) -> Res {
    let (fd, at, whence) = (fd(t, a, 0)?, offset(t, a.get(1))?, t.arg_i32(a.get(2))?);
    // SAFETY: plain system call.
    let r = call(t, || unsafe { libc::lseek(fd, at, whence) })?;
    Ok(t.int(r))
}

/// A call on one descriptor that gives nothing.
fn simple(t: &mut Thread, v: VRef<'_>, f: impl Fn(i32) -> i32) -> Res {
    let fd = syscall::fileno(t, v)?;
    call(t, || f(fd) as i64)?;
    Ok(Value::NONE)
}

/// `fsync(fd)`
pub fn fsync(t: &mut Thread, a: Args<'_>) -> Res {
    // SAFETY: plain system call.
    simple(t, a.get(0), |fd| unsafe { libc::fsync(fd) })
}

/// `fdatasync(fd)`
pub fn fdatasync(t: &mut Thread, a: Args<'_>) -> Res {
    // SAFETY: plain system call.
    simple(t, a.get(0), |fd| unsafe { libc::fdatasync(fd) })
}

/// `fchdir(fd)`
pub fn fchdir(t: &mut Thread, a: Args<'_>) -> Res {
    // SAFETY: plain system call.
    simple(t, a.get(0), |fd| unsafe { libc::fchdir(fd) })
}

/// `ftruncate(fd, length)`
pub fn ftruncate(t: &mut Thread, a: Args<'_>) -> Res {
    let (fd, n) = (fd(t, a, 0)?, offset(t, a.get(1))?);
    // SAFETY: plain system call.
    call(t, || unsafe { libc::ftruncate(fd, n) } as i64)?;
    Ok(Value::NONE)
}

/// `posix_fallocate(fd, offset, length)`
pub fn posix_fallocate(t: &mut Thread, a: Args<'_>) -> Res {
    let (fd, at, n) = (fd(t, a, 0)?, offset(t, a.get(1))?, offset(t, a.get(2))?);
    loop {
        // SAFETY: plain system call; it gives the error.
        match t.blocking(|| unsafe { libc::posix_fallocate(fd, at, n) }) {
            0 => return Ok(Value::NONE),
            libc::EINTR => t.safepoint()?,
            e => return Err(t.os_error(e, None)),
        }
    }
}

/// `posix_fadvise(fd, offset, length, advice)`
pub fn posix_fadvise(t: &mut Thread, a: Args<'_>) -> Res {
    let (fd, at, n, advice) =
        (fd(t, a, 0)?, offset(t, a.get(1))?, offset(t, a.get(2))?, t.arg_i32(a.get(3))?);
    // SAFETY: plain system call; it gives the error.
    match t.blocking(|| unsafe { libc::posix_fadvise(fd, at, n, advice) }) {
        0 => Ok(Value::NONE),
        e => Err(t.os_error(e, None)),
    }
}

/// `lockf(fd, command, length)`
pub fn lockf(t: &mut Thread, a: Args<'_>) -> Res {
    let (fd, command, n) = (fd(t, a, 0)?, t.arg_i32(a.get(1))?, offset(t, a.get(2))?);
    // SAFETY: plain system call.
    call(t, || unsafe { libc::lockf(fd, command, n) } as i64)?;
    Ok(Value::NONE)
}

/// `isatty(fd)`
pub fn isatty(t: &mut Thread, a: Args<'_>) -> Res {
    let fd = fd(t, a, 0)?;
    // SAFETY: plain system call.
    Ok(Value::bool(t.blocking(|| unsafe { libc::isatty(fd) }) == 1))
}

// ---- copies and pipes

/// `dup(fd)`: the copy is not inherited.
pub fn dup(t: &mut Thread, a: Args<'_>) -> Res {
    let fd = fd(t, a, 0)?;
    // SAFETY: plain system call.
    let n = call(t, || unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) } as i64)?;
    Ok(t.int(n))
}

/// `dup2(fd, fd2, inheritable=True)`
pub fn dup2(t: &mut Thread, a: Args<'_>) -> Res {
    let (fd, to) = (fd(t, a, 0)?, fd(t, a, 1)?);
    let inheritable = flag(t, a.opt(2), true)?;
    if fd < 0 || to < 0 {
        return Err(t.os_error(libc::EBADF, None));
    }
    // SAFETY: plain system calls.
    let n = call(t, || unsafe {
        if inheritable || fd == to {
            libc::dup2(fd, to) as i64
        } else {
            libc::dup3(fd, to, libc::O_CLOEXEC) as i64
        }
    })?;
    Ok(t.int(n))
}

/// `pipe()`
pub fn pipe(t: &mut Thread, _a: Args<'_>) -> Res {
    make_pipe(t, libc::O_CLOEXEC)
}

/// `pipe2(flags)`
pub fn pipe2(t: &mut Thread, a: Args<'_>) -> Res {
    let flags = t.arg_i32(a.get(0))?;
    make_pipe(t, flags)
}

fn make_pipe(t: &mut Thread, flags: i32) -> Res {
    let mut fds = [0i32; 2];
    // SAFETY: room for two descriptors.
    let r = unsafe { libc::pipe2(fds.as_mut_ptr(), flags) };
    check(t, r as i64)?;
    Ok(Tuple::new(t, vec![t.int(fds[0] as i64), t.int(fds[1] as i64)]))
}

/// `get_inheritable(fd)`
pub fn get_inheritable(t: &mut Thread, a: Args<'_>) -> Res {
    let fd = fd(t, a, 0)?;
    // SAFETY: plain system call.
    let f = unsafe { libc::fcntl(fd, libc::F_GETFD) };
    let f = check(t, f as i64)?;
    Ok(Value::bool(f & libc::FD_CLOEXEC as i64 == 0))
}

/// `set_inheritable(fd, inheritable)`
pub fn set_inheritable(t: &mut Thread, a: Args<'_>) -> Res {
    let fd = fd(t, a, 0)?;
    let on = t.truth(a.get(1))?;
    // SAFETY: plain system calls.
    let r = unsafe {
        let f = libc::fcntl(fd, libc::F_GETFD);
        if f < 0 {
            f
        } else {
            let f = if on { f & !libc::FD_CLOEXEC } else { f | libc::FD_CLOEXEC };
            libc::fcntl(fd, libc::F_SETFD, f)
        }
    };
    check(t, r as i64)?;
    Ok(Value::NONE)
}

/// `get_blocking(fd)`
pub fn get_blocking(t: &mut Thread, a: Args<'_>) -> Res {
    let fd = fd(t, a, 0)?;
    // SAFETY: plain system call.
    let f = unsafe { libc::fcntl(fd, libc::F_GETFL) };
    let f = check(t, f as i64)?;
    Ok(Value::bool(f & libc::O_NONBLOCK as i64 == 0))
}

/// `set_blocking(fd, blocking)`
pub fn set_blocking(t: &mut Thread, a: Args<'_>) -> Res {
    let fd = fd(t, a, 0)?;
    let on = t.truth(a.get(1))?;
    // SAFETY: plain system calls.
    let r = unsafe {
        let f = libc::fcntl(fd, libc::F_GETFL);
        if f < 0 {
            f
        } else {
            let f = if on { f & !libc::O_NONBLOCK } else { f | libc::O_NONBLOCK };
            libc::fcntl(fd, libc::F_SETFL, f)
        }
    };
    check(t, r as i64)?;
    Ok(Value::NONE)
}

// ---- copying in the kernel

fn offset_or_none(t: &mut Thread, v: Option<VRef<'_>>) -> Res<Option<i64>> {
    match v.filter(|v| !v.is_none()) {
        Some(v) => Ok(Some(offset(t, v)?)),
        None => Ok(None),
    }
}

/// `sendfile(out_fd, in_fd, offset, count)`
pub fn sendfile(t: &mut Thread, a: Args<'_>) -> Res {
    let (out, from) = (fd(t, a, 0)?, fd(t, a, 1)?);
    let (at, n) = (offset_or_none(t, a.opt(2))?, length(t, a.get(3))?);
    // SAFETY: the offset lives until the call returns.
    let r = call(t, || unsafe {
        let mut o = at.unwrap_or(0);
        let p = if at.is_some() { &mut o as *mut i64 } else { std::ptr::null_mut() };
        libc::sendfile(out, from, p, n) as i64
    })?;
    Ok(t.int(r))
}

/// `copy_file_range(src, dst, count, offset_src=None, offset_dst=None)`
pub fn copy_file_range(t: &mut Thread, a: Args<'_>) -> Res {
    let (src, dst) = (fd(t, a, 0)?, fd(t, a, 1)?);
    let n = t.index_i64(a.get(2), &OVERFLOW_ERROR)?;
    if n < 0 {
        return Err(t.value_error("negative value for 'count' not allowed"));
    }
    let (from, to) = (offset_or_none(t, a.opt(3))?, offset_or_none(t, a.opt(4))?);
    // SAFETY: the offsets live until the call returns.
    let r = call(t, || unsafe {
        let (mut x, mut y) = (from.unwrap_or(0), to.unwrap_or(0));
        let px = if from.is_some() { &mut x as *mut i64 } else { std::ptr::null_mut() };
        let py = if to.is_some() { &mut y as *mut i64 } else { std::ptr::null_mut() };
        libc::copy_file_range(src, px, dst, py, n as usize, 0) as i64
    })?;
    Ok(t.int(r))
}

/// `splice(src, dst, count, offset_src=None, offset_dst=None, flags=0)`
pub fn splice(t: &mut Thread, a: Args<'_>) -> Res {
    let (src, dst) = (fd(t, a, 0)?, fd(t, a, 1)?);
    let n = t.index_i64(a.get(2), &OVERFLOW_ERROR)?;
    if n < 0 {
        return Err(t.value_error("negative value for 'count' not allowed"));
    }
    let (from, to) = (offset_or_none(t, a.opt(3))?, offset_or_none(t, a.opt(4))?);
    let flags = match a.opt(5) {
        Some(f) => t.arg_i32(f)?,
        None => 0,
    };
    // SAFETY: the offsets live until the call returns.
    let r = call(t, || unsafe {
        let (mut x, mut y) = (from.unwrap_or(0), to.unwrap_or(0));
        let px = if from.is_some() { &mut x as *mut i64 } else { std::ptr::null_mut() };
        let py = if to.is_some() { &mut y as *mut i64 } else { std::ptr::null_mut() };
        libc::splice(src, px, dst, py, n as usize, flags as libc::c_uint) as i64
    })?;
    Ok(t.int(r))
}

// ---- special descriptors

/// `eventfd(initval, flags=EFD_CLOEXEC)`
pub fn eventfd(t: &mut Thread, a: Args<'_>) -> Res {
    let n = t.arg_i64(a.get(0))? as libc::c_uint;
    let flags = match a.opt(1) {
        Some(f) => t.arg_i32(f)?,
        None => libc::EFD_CLOEXEC,
    };
    // SAFETY: plain system call.
    let fd = call(t, || unsafe { libc::eventfd(n, flags) } as i64)?;
    Ok(t.int(fd))
}

/// `eventfd_read(fd)`
pub fn eventfd_read(t: &mut Thread, a: Args<'_>) -> Res {
    let fd = fd(t, a, 0)?;
    let value = std::sync::atomic::AtomicU64::new(0);
    let p = value.as_ptr() as usize;
    // SAFETY: eight bytes of ours.
    call(t, || unsafe { libc::read(fd, p as *mut libc::c_void, 8) } as i64)?;
    Ok(t.big_int(value.into_inner().into()))
}

/// `eventfd_write(fd, value)`
pub fn eventfd_write(t: &mut Thread, a: Args<'_>) -> Res {
    let fd = fd(t, a, 0)?;
    let n = t.arg_i64(a.get(1))? as u64;
    let p = &n as *const u64 as usize;
    // SAFETY: eight bytes of ours.
    call(t, || unsafe { libc::write(fd, p as *const libc::c_void, 8) } as i64)?;
    Ok(Value::NONE)
}

/// `memfd_create(name, flags=MFD_CLOEXEC)`
pub fn memfd_create(t: &mut Thread, a: Args<'_>) -> Res {
    let name = syscall::fs_name(t, a.get(0))?;
    let flags = match a.opt(1) {
        Some(f) => t.arg_i64(f)? as libc::c_uint,
        None => libc::MFD_CLOEXEC,
    };
    let p = name.as_ptr() as usize;
    // SAFETY: the name lives until the call returns.
    let fd = call(t, || unsafe { libc::memfd_create(p as *const libc::c_char, flags) } as i64)?;
    Ok(t.int(fd))
}

/// `get_terminal_size(fd=1)`
pub fn get_terminal_size(t: &mut Thread, a: Args<'_>) -> Res {
    let fd = match a.opt(0) {
        Some(v) => t.arg_i32(v)?,
        None => 1,
    };
    let mut w = libc::winsize { ws_row: 0, ws_col: 0, ws_xpixel: 0, ws_ypixel: 0 };
    // SAFETY: the struct is ours.
    let r = unsafe { libc::ioctl(fd, libc::TIOCGWINSZ, &mut w) };
    check(t, r as i64)?;
    Ok(TERMINAL_SIZE.make(t, vec![t.int(w.ws_col as i64), t.int(w.ws_row as i64)]))
}

/// `ttyname(fd)`
pub fn ttyname(t: &mut Thread, a: Args<'_>) -> Res {
    let fd = fd(t, a, 0)?;
    let mut b = vec![0u8; 256];
    // SAFETY: the buffer is ours.
    let e = unsafe { libc::ttyname_r(fd, b.as_mut_ptr().cast(), b.len()) };
    if e != 0 {
        return Err(t.os_error(e, None));
    }
    let n = b.iter().position(|c| *c == 0).unwrap_or(0);
    Ok(syscall::decode_fs(t, &b[..n]))
}

/// `openpty()`
pub fn openpty(t: &mut Thread, _a: Args<'_>) -> Res {
    let (mut master, mut slave) = (0, 0);
    let none = std::ptr::null_mut();
    // SAFETY: the two descriptors are ours.
    let r = unsafe { libc::openpty(&mut master, &mut slave, none, std::ptr::null(), std::ptr::null()) };
    check(t, r as i64)?;
    for fd in [master, slave] {
        // SAFETY: plain system call.
        unsafe { libc::ioctl(fd, libc::FIOCLEX) };
    }
    Ok(Tuple::new(t, vec![t.int(master as i64), t.int(slave as i64)]))
}

/// `login_tty(fd)`
pub fn login_tty(t: &mut Thread, a: Args<'_>) -> Res {
    let fd = fd(t, a, 0)?;
    // SAFETY: plain system call.
    let r = unsafe { libc::login_tty(fd) };
    check(t, r as i64)?;
    Ok(Value::NONE)
}

/// `tcgetpgrp(fd)`
pub fn tcgetpgrp(t: &mut Thread, a: Args<'_>) -> Res {
    let fd = fd(t, a, 0)?;
    // SAFETY: plain system call.
    let r = unsafe { libc::tcgetpgrp(fd) };
    let n = check(t, r as i64)?;
    Ok(t.int(n))
}

/// `tcsetpgrp(fd, pgid)`
pub fn tcsetpgrp(t: &mut Thread, a: Args<'_>) -> Res {
    let (fd, pg) = (fd(t, a, 0)?, t.arg_i32(a.get(1))?);
    // SAFETY: plain system call.
    let r = unsafe { libc::tcsetpgrp(fd, pg) };
    check(t, r as i64)?;
    Ok(Value::NONE)
}

/// `device_encoding(fd)`
pub fn device_encoding(t: &mut Thread, a: Args<'_>) -> Res {
    let fd = fd(t, a, 0)?;
    // SAFETY: plain system call.
    if unsafe { libc::isatty(fd) } == 1 { Ok(t.str("UTF-8")) } else { Ok(Value::NONE) }
}
