//! The system and the process's surroundings: environment, names, clocks, randomness, limits, scheduling.

use crate::syscall::{self, call, check, decode_fs, errno, fs_name};
use std::ffi::CStr;
use std::os::unix::ffi::OsStrExt;
use weft_vm::dict::Dict;
use weft_vm::errors::OVERFLOW_ERROR;
use weft_vm::object::{Args, ValueExt};
use weft_vm::types::list::List;
use weft_vm::types::str::text;
use weft_vm::types::structseq::StructSeq;
use weft_vm::types::tuple::Tuple;
use weft_vm::{Res, Thread, VRef, Value};

/// `posix.uname_result`
pub static UNAME_RESULT: StructSeq = StructSeq::new(
    "posix.uname_result",
    "uname_result: Result from os.uname().\n\nThis object may be accessed either as a tuple of\n  (sysname, nodename, release, version, machine),\nor via the attributes sysname, nodename, release, version, and machine.",
    &[
        ("sysname", "operating system name"),
        ("nodename", "name of machine on network (implementation-defined)"),
        ("release", "operating system release"),
        ("version", "operating system version"),
        ("machine", "hardware identifier"),
    ],
    5,
);

/// `posix.times_result`
pub static TIMES_RESULT: StructSeq = StructSeq::new(
    "posix.times_result",
    "times_result: Result from os.times().\n\nThis object may be accessed either as a tuple of\n  (user, system, children_user, children_system, elapsed),\nor via the attributes user, system, children_user, children_system,\nand elapsed.",
    &[
        ("user", "user time"),
        ("system", "system time"),
        ("children_user", "user time of children"),
        ("children_system", "system time of children"),
        ("elapsed", "elapsed time since an arbitrary point in the past"),
    ],
    5,
);

/// `posix.sched_param`
pub static SCHED_PARAM: StructSeq = StructSeq::new(
    "posix.sched_param",
    "Currently has only one field: sched_priority",
    &[("sched_priority", "the scheduling priority")],
    1,
);

// ---- environment

/// The environment as bytes, for `posix.environ`.
pub fn environ(t: &mut Thread) -> Res {
    let d = Dict::new(t);
    for (k, v) in std::env::vars_os() {
        if k.is_empty() {
            continue;
        }
        let (k, v) = (t.bytes(k.as_bytes()), t.bytes(v.as_bytes()));
        if let Some(d) = d.cast::<Dict>() {
            d.set(t, k.r(), v)?
        }
    }
    Ok(d)
}

/// `_create_environ()`
pub fn create_environ(t: &mut Thread, _a: Args<'_>) -> Res {
    environ(t)
}

/// Other threads may read the environment in C; changes take turns at least among ourselves.
static ENVIRONMENT: parking_lot::Mutex<()> = parking_lot::Mutex::new(());

/// `putenv(name, value)`
pub fn putenv(t: &mut Thread, a: Args<'_>) -> Res {
    let (k, v) = (fs_name(t, a.get(0))?, fs_name(t, a.get(1))?);
    if k.as_bytes().contains(&b'=') {
        return Err(t.value_error("illegal environment variable name"));
    }
    let _one = ENVIRONMENT.lock();
    // SAFETY: both strings are ours and copied.
    let r = unsafe { libc::setenv(k.as_ptr(), v.as_ptr(), 1) };
    check(t, r as i64)?;
    Ok(Value::NONE)
}

/// `unsetenv(name)`
pub fn unsetenv(t: &mut Thread, a: Args<'_>) -> Res {
    let k = fs_name(t, a.get(0))?;
    let _one = ENVIRONMENT.lock();
    // SAFETY: the string is ours.
    let r = unsafe { libc::unsetenv(k.as_ptr()) };
    check(t, r as i64)?;
    Ok(Value::NONE)
}

// ---- names

fn c_text(t: &Thread, b: &[libc::c_char]) -> Value {
    let b: Vec<u8> = b.iter().take_while(|c| **c != 0).map(|c| *c as u8).collect();
    decode_fs(t, &b)
}

/// `uname()`
pub fn uname(t: &mut Thread, _a: Args<'_>) -> Res {
    // SAFETY: plain data, filled by the call.
    let mut u: libc::utsname = unsafe { std::mem::zeroed() };
    // SAFETY: ours.
    let r = unsafe { libc::uname(&mut u) };
    check(t, r as i64)?;
    let v = vec![
        c_text(t, &u.sysname),
        c_text(t, &u.nodename),
        c_text(t, &u.release),
        c_text(t, &u.version),
        c_text(t, &u.machine),
    ];
    Ok(UNAME_RESULT.make(t, v))
}

/// `strerror(code)`
pub fn strerror(t: &mut Thread, a: Args<'_>) -> Res {
    let n = t.arg_i32(a.get(0))?;
    Ok(t.str(&weft_vm::errors::exc_methods::strerror(n)))
}

/// `ctermid()`
pub fn ctermid(t: &mut Thread, _a: Args<'_>) -> Res {
    Ok(t.str("/dev/tty"))
}

/// `cpu_count()`
pub fn cpu_count(t: &mut Thread, _a: Args<'_>) -> Res {
    // SAFETY: plain call.
    let n = unsafe { libc::sysconf(libc::_SC_NPROCESSORS_ONLN) };
    Ok(if n < 1 { Value::NONE } else { t.int(n) })
}

/// `getloadavg()`
pub fn getloadavg(t: &mut Thread, _a: Args<'_>) -> Res {
    let mut l = [0f64; 3];
    // SAFETY: room for three.
    if unsafe { libc::getloadavg(l.as_mut_ptr(), 3) } != 3 {
        return Err(t.raise_text(&weft_vm::errors::OS_ERROR, "Load averages are unobtainable"));
    }
    Ok(Tuple::new(t, l.iter().map(|x| t.float(*x)).collect()))
}

/// `times()`
pub fn times(t: &mut Thread, _a: Args<'_>) -> Res {
    // SAFETY: plain data, filled by the call.
    let mut m: libc::tms = unsafe { std::mem::zeroed() };
    // SAFETY: ours.
    let now = unsafe { libc::times(&mut m) };
    // SAFETY: plain call.
    let hz = unsafe { libc::sysconf(libc::_SC_CLK_TCK) }.max(1) as f64;
    let v = [m.tms_utime, m.tms_stime, m.tms_cutime, m.tms_cstime, now];
    let v = v.iter().map(|n| t.float(*n as f64 / hz)).collect();
    Ok(TIMES_RESULT.make(t, v))
}

/// `umask(mask)`
pub fn umask(t: &mut Thread, a: Args<'_>) -> Res {
    let m = t.arg_i32(a.get(0))?;
    // SAFETY: plain system call.
    Ok(t.int(unsafe { libc::umask(m as libc::mode_t) } as i64))
}

/// `sync()`
pub fn sync(t: &mut Thread, _a: Args<'_>) -> Res {
    // SAFETY: plain system call.
    t.blocking(|| unsafe { libc::sync() });
    Ok(Value::NONE)
}

/// `major(device)`
pub fn major(t: &mut Thread, a: Args<'_>) -> Res {
    let d = t.arg_i64(a.get(0))? as libc::dev_t;
    Ok(t.int(libc::major(d) as i64))
}

/// `minor(device)`
pub fn minor(t: &mut Thread, a: Args<'_>) -> Res {
    let d = t.arg_i64(a.get(0))? as libc::dev_t;
    Ok(t.int(libc::minor(d) as i64))
}

/// `makedev(major, minor)`
pub fn makedev(t: &mut Thread, a: Args<'_>) -> Res {
    let (x, y) = (t.arg_i64(a.get(0))?, t.arg_i64(a.get(1))?);
    Ok(t.big_int(libc::makedev(x as u32, y as u32).into()))
}

// ---- randomness

fn random(t: &mut Thread, size: usize, flags: libc::c_uint, all: bool) -> Res<Vec<u8>> {
    let mut b = syscall::buffer_of(t, size)?;
    let mut at = 0;
    while at < size {
        let (to, n) = (b.as_mut_ptr() as usize + at, size - at);
        // SAFETY: within the buffer, which lives until the call returns.
        let got = call(t, || unsafe { libc::getrandom(to as *mut libc::c_void, n, flags) } as i64)?;
        at += got as usize;
        if !all {
            b.truncate(at);
            break;
        }
    }
    Ok(b)
}

/// `urandom(size)`
pub fn urandom(t: &mut Thread, a: Args<'_>) -> Res {
    let n = t.index_i64(a.get(0), &OVERFLOW_ERROR)?;
    if n < 0 {
        return Err(t.value_error("negative argument not allowed"));
    }
    let b = random(t, n as usize, 0, true)?;
    Ok(t.bytes(&b))
}

/// `getrandom(size, flags=0)`
pub fn getrandom(t: &mut Thread, a: Args<'_>) -> Res {
    let n = t.index_i64(a.get(0), &OVERFLOW_ERROR)?;
    let flags = match a.opt(1) {
        Some(f) => t.arg_i32(f)?,
        None => 0,
    };
    if n < 0 {
        return Err(t.os_error(libc::EINVAL, None));
    }
    let b = random(t, n as usize, flags as libc::c_uint, false)?;
    Ok(t.bytes(&b))
}

// ---- configuration

fn config_name(t: &mut Thread, v: VRef<'_>, table: &[(&str, i32)]) -> Res<i32> {
    if weft_vm::types::int::is_int(v) {
        return t.arg_i32(v);
    }
    let Some(s) = text(v) else {
        return Err(t.type_error("configuration names must be strings or integers"));
    };
    let s = s.to_string();
    match table.iter().find(|(n, _)| *n == s) {
        Some((_, n)) => Ok(*n),
        None => Err(t.value_error("unrecognized configuration name")),
    }
}

/// `sysconf(name)`
pub fn sysconf(t: &mut Thread, a: Args<'_>) -> Res {
    let n = config_name(t, a.get(0), super::names::SYSCONF)?;
    // SAFETY: plain call; -1 may be an answer.
    let r = unsafe {
        *libc::__errno_location() = 0;
        libc::sysconf(n)
    };
    match errno() {
        e if r == -1 && e != 0 => Err(t.os_error(e, None)),
        _ => Ok(t.int(r)),
    }
}

/// `confstr(name)`
pub fn confstr(t: &mut Thread, a: Args<'_>) -> Res {
    let n = config_name(t, a.get(0), super::names::CONFSTR)?;
    let mut b = vec![0u8; 4096];
    // SAFETY: the buffer is ours.
    let r = unsafe {
        *libc::__errno_location() = 0;
        libc::confstr(n, b.as_mut_ptr().cast(), b.len())
    };
    match errno() {
        e if r == 0 && e != 0 => Err(t.os_error(e, None)),
        _ if r == 0 => Ok(Value::NONE),
        _ => Ok(decode_fs(t, &b[..(r - 1).min(b.len())])),
    }
}

/// `pathconf(path, name)`
pub fn pathconf(t: &mut Thread, a: Args<'_>) -> Res {
    let p = syscall::path(t, "pathconf", "path", a.get(0), syscall::Takes::NameOrFd)?;
    let n = config_name(t, a.get(1), super::names::PATHCONF)?;
    // SAFETY: the path is alive; -1 may be an answer.
    let r = unsafe {
        *libc::__errno_location() = 0;
        match p.fd {
            Some(fd) => libc::fpathconf(fd, n),
            None => libc::pathconf(p.ptr(), n),
        }
    };
    match errno() {
        e if r == -1 && e != 0 => Err(syscall::path_error(t, e, &p)),
        _ => Ok(t.int(r)),
    }
}

/// `fpathconf(fd, name)`
pub fn fpathconf(t: &mut Thread, a: Args<'_>) -> Res {
    let fd = t.arg_i32(a.get(0))?;
    let n = config_name(t, a.get(1), super::names::PATHCONF)?;
    // SAFETY: plain call; -1 may be an answer.
    let r = unsafe {
        *libc::__errno_location() = 0;
        libc::fpathconf(fd, n)
    };
    match errno() {
        e if r == -1 && e != 0 => Err(t.os_error(e, None)),
        _ => Ok(t.int(r)),
    }
}

// ---- scheduling

/// `sched_yield()`
pub fn sched_yield(t: &mut Thread, _a: Args<'_>) -> Res {
    // SAFETY: plain system call.
    t.blocking(|| unsafe { libc::sched_yield() });
    Ok(Value::NONE)
}

/// `sched_getaffinity(pid)`
pub fn sched_getaffinity(t: &mut Thread, a: Args<'_>) -> Res {
    let pid = t.arg_i32(a.get(0))?;
    // SAFETY: plain data.
    let mut set: libc::cpu_set_t = unsafe { std::mem::zeroed() };
    // SAFETY: ours.
    let r = unsafe { libc::sched_getaffinity(pid, size_of::<libc::cpu_set_t>(), &mut set) };
    check(t, r as i64)?;
    // SAFETY: below the size of the set.
    let cpus = (0..libc::CPU_SETSIZE as usize).filter(|i| unsafe { libc::CPU_ISSET(*i, &set) });
    let list = List::new(t, cpus.map(|i| t.int_usize(i)).collect());
    let class = weft_vm::types::set::SET.get(t).to_value();
    t.call(class.r(), &[list.r()])
}

/// `sched_setaffinity(pid, mask)`
pub fn sched_setaffinity(t: &mut Thread, a: Args<'_>) -> Res {
    let pid = t.arg_i32(a.get(0))?;
    // SAFETY: plain data.
    let mut set: libc::cpu_set_t = unsafe { std::mem::zeroed() };
    for v in t.collect(a.get(1))? {
        let n = t.arg_i32(v.r())?;
        if n < 0 {
            return Err(t.value_error("negative CPU number"));
        }
        if n >= libc::CPU_SETSIZE {
            return Err(t.overflow_error("CPU number too large"));
        }
        // SAFETY: below the size of the set.
        unsafe { libc::CPU_SET(n as usize, &mut set) }
    }
    // SAFETY: ours.
    let r = unsafe { libc::sched_setaffinity(pid, size_of::<libc::cpu_set_t>(), &set) };
    check(t, r as i64)?;
    Ok(Value::NONE)
}

/// The priority in a `sched_param`.
pub fn sched_priority(t: &mut Thread, v: VRef<'_>) -> Res<i32> {
    if !SCHED_PARAM.is_instance(t, v) {
        return Err(t.type_error("must have a sched_param object"));
    }
    let n = t.attr(v, "sched_priority")?;
    t.arg_i32(n.r())
}

/// `sched_get_priority_max(policy)`
pub fn sched_get_priority_max(t: &mut Thread, a: Args<'_>) -> Res {
    let p = t.arg_i32(a.get(0))?;
    // SAFETY: plain system call.
    let r = unsafe { libc::sched_get_priority_max(p) };
    let n = check(t, r as i64)?;
    Ok(t.int(n))
}

/// `sched_get_priority_min(policy)`
pub fn sched_get_priority_min(t: &mut Thread, a: Args<'_>) -> Res {
    let p = t.arg_i32(a.get(0))?;
    // SAFETY: plain system call.
    let r = unsafe { libc::sched_get_priority_min(p) };
    let n = check(t, r as i64)?;
    Ok(t.int(n))
}

/// `sched_getscheduler(pid)`
pub fn sched_getscheduler(t: &mut Thread, a: Args<'_>) -> Res {
    let p = t.arg_i32(a.get(0))?;
    // SAFETY: plain system call.
    let r = unsafe { libc::sched_getscheduler(p) };
    let n = check(t, r as i64)?;
    Ok(t.int(n))
}

/// `sched_setscheduler(pid, policy, param)`
pub fn sched_setscheduler(t: &mut Thread, a: Args<'_>) -> Res {
    let (pid, policy) = (t.arg_i32(a.get(0))?, t.arg_i32(a.get(1))?);
    let p = libc::sched_param { sched_priority: sched_priority(t, a.get(2))? };
    // SAFETY: ours.
    let r = unsafe { libc::sched_setscheduler(pid, policy, &p) };
    check(t, r as i64)?;
    Ok(Value::NONE)
}

/// `sched_getparam(pid)`
pub fn sched_getparam(t: &mut Thread, a: Args<'_>) -> Res {
    let pid = t.arg_i32(a.get(0))?;
    let mut p = libc::sched_param { sched_priority: 0 };
    // SAFETY: ours.
    let r = unsafe { libc::sched_getparam(pid, &mut p) };
    check(t, r as i64)?;
    Ok(SCHED_PARAM.make(t, vec![t.int(p.sched_priority as i64)]))
}

/// `sched_setparam(pid, param)`
pub fn sched_setparam(t: &mut Thread, a: Args<'_>) -> Res {
    let pid = t.arg_i32(a.get(0))?;
    let p = libc::sched_param { sched_priority: sched_priority(t, a.get(1))? };
    // SAFETY: ours.
    let r = unsafe { libc::sched_setparam(pid, &p) };
    check(t, r as i64)?;
    Ok(Value::NONE)
}

/// `sched_rr_get_interval(pid)`
pub fn sched_rr_get_interval(t: &mut Thread, a: Args<'_>) -> Res {
    let pid = t.arg_i32(a.get(0))?;
    let mut i = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: ours.
    let r = unsafe { libc::sched_rr_get_interval(pid, &mut i) };
    check(t, r as i64)?;
    Ok(t.float(i.tv_sec as f64 + 1e-9 * i.tv_nsec as f64))
}

// ---- paths as text

/// `_path_normpath(path)`: what `os.path.normpath` does.
pub fn path_normpath(t: &mut Thread, a: Args<'_>) -> Res {
    let v = a.get(0);
    let named = syscall::fspath(t, v)?;
    if let Some(s) = text(named.r()) {
        let n = normpath(s.bytes());
        return Ok(t.str_wtf8(&n));
    }
    let b = syscall::bytes_arg(t, named.r())?;
    Ok(t.bytes(&normpath(&b)))
}

fn normpath(p: &[u8]) -> Vec<u8> {
    if p.is_empty() {
        return b".".to_vec();
    }
    let root = root_len(p);
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in p[root..].split(|c| *c == b'/') {
        match part {
            b"" | b"." => {}
            b".." if root == 0 && parts.last().is_none_or(|l| *l == b"..") => parts.push(part),
            b".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    let mut out = p[..root.min(2)].to_vec();
    if root > 2 || root == 1 {
        out = b"/".to_vec()
    }
    out.extend(parts.join(&b'/'));
    if out.is_empty() { b".".to_vec() } else { out }
}

/// Slashes that make a path absolute: POSIX gives exactly two a meaning of their own.
fn root_len(p: &[u8]) -> usize {
    let n = p.iter().take_while(|c| **c == b'/').count();
    match n {
        0 => 0,
        2 => 2,
        _ => 1,
    }
}

/// `_path_splitroot_ex(p)`: drive (empty), root, the rest.
pub fn path_splitroot_ex(t: &mut Thread, a: Args<'_>) -> Res {
    let named = syscall::fspath(t, a.get(0))?;
    if let Some(s) = text(named.r()) {
        let n = root_len(s.bytes());
        let (root, rest) = s.bytes().split_at(n);
        return Ok(Tuple::new(t, vec![t.str(""), t.str_wtf8(root), t.str_wtf8(rest)]));
    }
    let b = syscall::bytes_arg(t, named.r())?;
    let (root, rest) = b.split_at(root_len(&b));
    Ok(Tuple::new(t, vec![t.bytes(b""), t.bytes(root), t.bytes(rest)]))
}

/// `fspath(path)`
pub fn fspath(t: &mut Thread, a: Args<'_>) -> Res {
    syscall::fspath(t, a.get(0))
}

// ---- pseudo-terminals

/// `posix_openpt(oflag)`
pub fn posix_openpt(t: &mut Thread, a: Args<'_>) -> Res {
    let f = t.arg_i32(a.get(0))? | libc::O_CLOEXEC;
    // SAFETY: plain system call.
    let r = unsafe { libc::posix_openpt(f) };
    let fd = check(t, r as i64)?;
    Ok(t.int(fd))
}

/// `grantpt(fd)`
pub fn grantpt(t: &mut Thread, a: Args<'_>) -> Res {
    let fd = syscall::fileno(t, a.get(0))?;
    // SAFETY: plain system call.
    let r = unsafe { libc::grantpt(fd) };
    check(t, r as i64)?;
    Ok(Value::NONE)
}

/// `unlockpt(fd)`
pub fn unlockpt(t: &mut Thread, a: Args<'_>) -> Res {
    let fd = syscall::fileno(t, a.get(0))?;
    // SAFETY: plain system call.
    let r = unsafe { libc::unlockpt(fd) };
    check(t, r as i64)?;
    Ok(Value::NONE)
}

/// `ptsname(fd)`
pub fn ptsname(t: &mut Thread, a: Args<'_>) -> Res {
    let fd = syscall::fileno(t, a.get(0))?;
    let mut b = vec![0u8; 256];
    // SAFETY: the buffer is ours.
    let e = unsafe { libc::ptsname_r(fd, b.as_mut_ptr().cast(), b.len()) };
    if e != 0 {
        return Err(t.os_error(e, None));
    }
    let name = CStr::from_bytes_until_nul(&b).map(|c| c.to_bytes()).unwrap_or_default();
    Ok(decode_fs(t, name))
}

/// `_inputhook()`, `_is_inputhook_installed()`: there is none.
pub fn no_inputhook(_t: &mut Thread, _a: Args<'_>) -> Res {
    Ok(Value::FALSE)
}

// ---- timerfd

/// `timerfd_create(clockid, /, *, flags=0)`
pub fn timerfd_create(t: &mut Thread, a: Args<'_>) -> Res {
    let clock = t.arg_i32(a.get(0))?;
    let flags = match a.opt(1) {
        Some(f) => t.arg_i32(f)?,
        None => libc::TFD_CLOEXEC,
    };
    // SAFETY: plain system call.
    let r = unsafe { libc::timerfd_create(clock, flags) };
    let fd = check(t, r as i64)?;
    Ok(t.int(fd))
}

fn timer_value(t: &Thread, s: &libc::timespec, ns: bool) -> Value {
    if ns {
        t.int(s.tv_sec.saturating_mul(1_000_000_000).saturating_add(s.tv_nsec))
    } else {
        t.float(s.tv_sec as f64 + 1e-9 * s.tv_nsec as f64)
    }
}

fn timer_arg(t: &mut Thread, v: Option<VRef<'_>>, ns: bool) -> Res<libc::timespec> {
    let n = match v {
        None => 0,
        Some(v) if ns => t.index_i64(v, &OVERFLOW_ERROR)?,
        Some(v) => {
            let f = t.arg_f64(v)?;
            if !(-9.2e9..9.2e9).contains(&f) {
                return Err(t.overflow_error("timestamp too large to convert to C PyTime_t"));
            }
            (f * 1e9).floor() as i64
        }
    };
    Ok(libc::timespec { tv_sec: n.div_euclid(1_000_000_000), tv_nsec: n.rem_euclid(1_000_000_000) })
}

fn timer_pair(t: &Thread, s: &libc::itimerspec, ns: bool) -> Value {
    Tuple::new(t, vec![timer_value(t, &s.it_value, ns), timer_value(t, &s.it_interval, ns)])
}

fn settime(t: &mut Thread, a: Args<'_>, ns: bool) -> Res {
    let fd = syscall::fileno(t, a.get(0))?;
    let flags = match a.opt(1) {
        Some(f) => t.arg_i32(f)?,
        None => 0,
    };
    let new =
        libc::itimerspec { it_value: timer_arg(t, a.opt(2), ns)?, it_interval: timer_arg(t, a.opt(3), ns)? };
    let zero = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    let mut old = libc::itimerspec { it_value: zero, it_interval: zero };
    // SAFETY: both ours.
    let r = unsafe { libc::timerfd_settime(fd, flags, &new, &mut old) };
    check(t, r as i64)?;
    Ok(timer_pair(t, &old, ns))
}

/// `timerfd_settime(fd, /, *, flags=0, initial=0.0, interval=0.0)`
pub fn timerfd_settime(t: &mut Thread, a: Args<'_>) -> Res {
    settime(t, a, false)
}

/// `timerfd_settime_ns(fd, /, *, flags=0, initial=0, interval=0)`
pub fn timerfd_settime_ns(t: &mut Thread, a: Args<'_>) -> Res {
    settime(t, a, true)
}

fn gettime(t: &mut Thread, a: Args<'_>, ns: bool) -> Res {
    let fd = syscall::fileno(t, a.get(0))?;
    let zero = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    let mut now = libc::itimerspec { it_value: zero, it_interval: zero };
    // SAFETY: ours.
    let r = unsafe { libc::timerfd_gettime(fd, &mut now) };
    check(t, r as i64)?;
    Ok(timer_pair(t, &now, ns))
}

/// `timerfd_gettime(fd)`
pub fn timerfd_gettime(t: &mut Thread, a: Args<'_>) -> Res {
    gettime(t, a, false)
}

/// `timerfd_gettime_ns(fd)`
pub fn timerfd_gettime_ns(t: &mut Thread, a: Args<'_>) -> Res {
    gettime(t, a, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_normalised_as_posixpath_does() {
        for (p, n) in [
            ("", "."),
            ("/", "/"),
            ("//", "//"),
            ("///", "/"),
            ("//a", "//a"),
            ("///a/./b/../c", "/a/c"),
            ("a/../..", ".."),
            ("../a", "../a"),
            ("/..", "/"),
            ("./", "."),
            ("a//b/", "a/b"),
        ] {
            assert_eq!(normpath(p.as_bytes()), n.as_bytes(), "{p}");
        }
    }
}
