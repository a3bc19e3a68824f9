//! Processes: fork, exec, spawn, wait, signals to them, their ids and groups.

use crate::syscall::{self, Takes, audit, call, check, errno, fs_name, path, path_error};
use std::ffi::CString;
use std::mem::MaybeUninit;
use weft_vm::dict::Dict;
use weft_vm::errors::{DEPRECATION_WARNING, OVERFLOW_ERROR};
use weft_vm::object::{Args, ValueExt};
use weft_vm::start::modules::{registry_get, registry_set};
use weft_vm::types::list::List;
use weft_vm::types::structseq::StructSeq;
use weft_vm::types::tuple::{Tuple, tuple};
use weft_vm::{Res, Thread, VRef, Value};

/// `posix.waitid_result`
pub static WAITID_RESULT: StructSeq = StructSeq::new(
    "posix.waitid_result",
    "waitid_result: Result from waitid.\n\nThis object may be accessed either as a tuple of\n  (si_pid, si_uid, si_signo, si_status, si_code),\nor via the attributes si_pid, si_uid, and so on.",
    &[("si_pid", ""), ("si_uid", ""), ("si_signo", ""), ("si_status", ""), ("si_code", "")],
    5,
);

// ---- fork

const HOOKS: [&str; 3] = ["fork.before", "fork.after_in_child", "fork.after_in_parent"];

/// `register_at_fork(*, before=…, after_in_child=…, after_in_parent=…)`
pub fn register_at_fork(t: &mut Thread, a: Args<'_>) -> Res {
    let names = ["before", "after_in_child", "after_in_parent"];
    if (0..3).all(|i| a.opt(i).is_none()) {
        return Err(t.type_error("At least one argument is required."));
    }
    for (i, name) in names.iter().enumerate() {
        if let Some(f) = a.opt(i)
            && !t.callable(f)
        {
            let n = f.ty().name();
            return Err(t.type_error(format!("'{name}' must be callable, not {n}")));
        }
    }
    for (i, key) in HOOKS.iter().enumerate() {
        let Some(f) = a.opt(i) else { continue };
        if registry_get(t, key).is_none() {
            let l = List::new(t, Vec::new());
            registry_set(t, key, l)
        }
        if let Some(l) = registry_get(t, key)
            && let Some(l) = l.cast::<List>()
        {
            l.push(t, f.to_value())
        }
    }
    Ok(Value::NONE)
}

fn run_hooks(t: &mut Thread, key: &str, reverse: bool) {
    let Some(l) = registry_get(t, key) else { return };
    let mut hooks = l.cast::<List>().map(|l| l.snapshot(t)).unwrap_or_default();
    if reverse {
        hooks.reverse()
    }
    for f in hooks {
        if t.call(f.r(), &[]).is_err() {
            weft_vm::errors::write_unraisable(t, "Exception ignored in fork hook", f.r())
        }
    }
}

/// What must happen before a fork.
pub fn before_fork(t: &mut Thread) {
    run_hooks(t, HOOKS[0], true)
}

/// What must happen in the parent after it.
pub fn after_fork_in_parent(t: &mut Thread) {
    run_hooks(t, HOOKS[2], false)
}

/// The Python hooks of a child whose reset is done.
pub fn run_child_hooks(t: &mut Thread) {
    run_hooks(t, HOOKS[1], false)
}

fn reset_after_fork(t: &mut Thread) {
    weft_vm::start::after_fork_in_child(t);
    crate::io::after_fork_in_child();
}

/// `fork()` between a stop and its end, so that no other thread is in the middle of something. 0 in the child,
/// where everything but the Python hooks is done.
pub fn raw_fork(t: &mut Thread, f: impl FnOnce() -> libc::pid_t) -> Result<libc::pid_t, i32> {
    weft_strategy::ops().stop_world(&t.core);
    let pid = f();
    let e = errno();
    if pid == 0 {
        reset_after_fork(t);
        return Ok(0);
    }
    weft_strategy::ops().start_world(&t.core);
    if pid < 0 { Err(e) } else { Ok(pid) }
}

fn forked(t: &mut Thread, f: impl FnOnce() -> libc::pid_t, name: &str) -> Res<libc::pid_t> {
    audit(t, &format!("os.{name}"), &[])?;
    before_fork(t);
    let threads = weft_strategy::registry::len();
    match raw_fork(t, f) {
        Ok(0) => {
            run_hooks(t, HOOKS[1], false);
            Ok(0)
        }
        r => {
            after_fork_in_parent(t);
            let pid = match r {
                Ok(pid) => pid,
                Err(e) => return Err(t.os_error(e, None)),
            };
            if threads > 1 {
                let me = std::process::id();
                let text = format!(
                    "This process (pid={me}) is multi-threaded, use of {name}() may lead to deadlocks in the child."
                );
                // There are two processes by now: no error can undo that.
                if weft_vm::start::warn::warn(t, &DEPRECATION_WARNING, &text).is_err() {
                    t.clear_raised()
                }
            }
            Ok(pid)
        }
    }
}

/// `fork()`
pub fn fork(t: &mut Thread, _a: Args<'_>) -> Res {
    // SAFETY: the world is stopped; the child resets what it must.
    let pid = forked(t, || unsafe { libc::fork() }, "fork")?;
    Ok(t.int(pid as i64))
}

/// `forkpty()`
pub fn forkpty(t: &mut Thread, _a: Args<'_>) -> Res {
    let mut master = -1;
    let none = std::ptr::null_mut();
    let m = &mut master as *mut i32;
    // SAFETY: as in `fork`; the descriptor is ours.
    let fork = || unsafe { libc::forkpty(m, none, std::ptr::null(), std::ptr::null()) };
    let pid = forked(t, fork, "forkpty")?;
    Ok(Tuple::new(t, vec![t.int(pid as i64), t.int(master as i64)]))
}

// ---- exec, spawn

/// Pointers to C strings, ended by null.
pub struct Pointers {
    _strings: Vec<CString>,
    pointers: Vec<*const libc::c_char>,
}

impl Pointers {
    /// Of these strings.
    pub fn new(strings: Vec<CString>) -> Pointers {
        let pointers = strings.iter().map(|s| s.as_ptr()).chain([std::ptr::null()]).collect();
        Pointers { _strings: strings, pointers }
    }

    /// For the system.
    pub fn as_ptr(&self) -> *const *const libc::c_char {
        self.pointers.as_ptr()
    }
}

/// `argv`: a tuple or list of paths.
pub fn argv(t: &mut Thread, v: VRef<'_>, f: &str) -> Res<Pointers> {
    if tuple(v).is_none() && v.cast::<List>().is_none() {
        return Err(t.type_error(format!("{f}: argv must be a tuple or list")));
    }
    let items = t.collect(v)?;
    if items.is_empty() {
        return Err(t.value_error(format!("{f}: argv must not be empty")));
    }
    let mut out = Vec::with_capacity(items.len());
    for i in &items {
        out.push(fs_name(t, i.r())?)
    }
    if out[0].as_bytes().is_empty() {
        return Err(t.value_error(format!("{f}: argv first element cannot be empty")));
    }
    Ok(Pointers::new(out))
}

/// An environment: a mapping of paths.
fn environment(t: &mut Thread, v: VRef<'_>, f: &str) -> Res<Pointers> {
    if v.cast::<Dict>().is_none() {
        let keys = weft_vm::names::keys();
        if t.getattr_opt(v, keys)?.is_none() {
            return Err(t.type_error(format!("{f}: environment must be a mapping object")));
        }
    }
    let keys = t.call_method(v, "keys", &[])?;
    let mut out = Vec::new();
    for k in t.collect(keys.r())? {
        let x = t.getitem(v, k.r())?;
        let (k, x) = (fs_name(t, k.r())?, fs_name(t, x.r())?);
        if k.as_bytes().is_empty() || k.as_bytes()[1..].contains(&b'=') {
            return Err(t.value_error("illegal environment variable name"));
        }
        let line = [k.as_bytes(), b"=", x.as_bytes()].concat();
        out.push(CString::new(line).unwrap_or_default())
    }
    Ok(Pointers::new(out))
}

/// `execv(path, argv)`
pub fn execv(t: &mut Thread, a: Args<'_>) -> Res {
    let p = path(t, "execv", "path", a.get(0), Takes::Name)?;
    let args = argv(t, a.get(1), "execv() arg 2")?;
    // SAFETY: strings and arrays are alive; the call returns only on failure.
    unsafe { libc::execv(p.ptr(), args.as_ptr()) };
    let e = errno();
    Err(path_error(t, e, &p))
}

/// `execve(path, argv, env)`
pub fn execve(t: &mut Thread, a: Args<'_>) -> Res {
    let p = path(t, "execve", "path", a.get(0), Takes::NameOrFd)?;
    let args = argv(t, a.get(1), "execve")?;
    let env = environment(t, a.get(2), "execve")?;
    // SAFETY: strings and arrays are alive; the calls return only on failure.
    unsafe {
        match p.fd {
            Some(fd) => libc::fexecve(fd, args.as_ptr(), env.as_ptr()),
            None => libc::execve(p.ptr(), args.as_ptr(), env.as_ptr()),
        }
    };
    let e = errno();
    Err(path_error(t, e, &p))
}

/// `posix_spawn(path, argv, env, /, *, …)`
pub fn posix_spawn(t: &mut Thread, a: Args<'_>) -> Res {
    spawn(t, a, false)
}

/// `posix_spawnp(path, argv, env, /, *, …)`
pub fn posix_spawnp(t: &mut Thread, a: Args<'_>) -> Res {
    spawn(t, a, true)
}

/// What `posix_spawn` needs beside the strings; destroyed by hand.
struct Plan {
    actions: libc::posix_spawn_file_actions_t,
    attributes: libc::posix_spawnattr_t,
}

fn spawn(t: &mut Thread, a: Args<'_>, search: bool) -> Res {
    let f = if search { "posix_spawnp" } else { "posix_spawn" };
    let p = path(t, f, "path", a.get(0), Takes::Name)?;
    let args = argv(t, a.get(1), f)?;
    let env = match a.get(2) {
        e if e.is_none() => None,
        e => Some(environment(t, e, f)?),
    };
    // SAFETY: initialised right below.
    let mut plan: Box<Plan> = Box::new(unsafe { MaybeUninit::zeroed().assume_init() });
    // SAFETY: both structs are ours and stay in their box.
    unsafe {
        libc::posix_spawn_file_actions_init(&mut plan.actions);
        libc::posix_spawnattr_init(&mut plan.attributes);
    }
    let r = fill_plan(t, a, f, &mut plan).and_then(|names| {
        let mut pid: libc::pid_t = 0;
        let run = if search { libc::posix_spawnp } else { libc::posix_spawn };
        // Only pointers that are read; the inherited environment is the C library's own.
        unsafe extern "C" {
            static environ: *const *const libc::c_char;
        }
        // SAFETY: everything pointed to is alive.
        let e = unsafe {
            let env = env.as_ref().map_or(environ, |e| e.as_ptr());
            run(&mut pid, p.ptr(), &plan.actions, &plan.attributes, args.as_ptr().cast(), env.cast())
        };
        drop(names);
        if e != 0 { Err(path_error(t, e, &p)) } else { Ok(t.int(pid as i64)) }
    });
    // SAFETY: initialised above.
    unsafe {
        libc::posix_spawn_file_actions_destroy(&mut plan.actions);
        libc::posix_spawnattr_destroy(&mut plan.attributes);
    }
    r
}

fn signal_set(t: &mut Thread, v: VRef<'_>) -> Res<libc::sigset_t> {
    // SAFETY: a signal set is plain data.
    let mut set: libc::sigset_t = unsafe { std::mem::zeroed() };
    // SAFETY: ours.
    unsafe { libc::sigemptyset(&mut set) };
    for s in t.collect(v)? {
        let n = t.index_i64(s.r(), &OVERFLOW_ERROR)?;
        if !(1..=64).contains(&n) {
            return Err(t.value_error(format!("signal number {n} out of range [1; 64]")));
        }
        // SAFETY: ours.
        unsafe { libc::sigaddset(&mut set, n as i32) };
    }
    Ok(set)
}

/// Fills attributes and actions; the names that the actions point to come back.
fn fill_plan(t: &mut Thread, a: Args<'_>, f: &str, plan: &mut Plan) -> Res<Vec<CString>> {
    let at = &mut plan.attributes;
    let mut flags = 0;
    if let Some(pg) = a.opt_none(4) {
        let pg = t.arg_i32(pg)?;
        // SAFETY: initialised by the caller, here and below.
        unsafe { libc::posix_spawnattr_setpgroup(at, pg) };
        flags |= libc::POSIX_SPAWN_SETPGROUP
    }
    if syscall::flag(t, a.opt(5), false)? {
        flags |= libc::POSIX_SPAWN_RESETIDS
    }
    if syscall::flag(t, a.opt(6), false)? {
        flags |= 0x80 // POSIX_SPAWN_SETSID
    }
    if let Some(m) = a.opt(7) {
        let set = signal_set(t, m)?;
        // SAFETY: as above.
        unsafe { libc::posix_spawnattr_setsigmask(at, &set) };
        flags |= libc::POSIX_SPAWN_SETSIGMASK
    }
    if let Some(m) = a.opt(8) {
        let set = signal_set(t, m)?;
        // SAFETY: as above.
        unsafe { libc::posix_spawnattr_setsigdefault(at, &set) };
        flags |= libc::POSIX_SPAWN_SETSIGDEF
    }
    if let Some(s) = a.opt_none(9) {
        let Some(s) = tuple(s).filter(|s| s.len() == 2) else {
            return Err(t.type_error(format!("{f}: scheduler must be a tuple or None")));
        };
        if !s.get(0).is_none() {
            let policy = t.arg_i32(s.get(0))?;
            // SAFETY: as above.
            unsafe { libc::posix_spawnattr_setschedpolicy(at, policy) };
            flags |= libc::POSIX_SPAWN_SETSCHEDULER
        }
        let n = super::system::sched_priority(t, s.get(1))?;
        let param = libc::sched_param { sched_priority: n };
        // SAFETY: as above.
        unsafe { libc::posix_spawnattr_setschedparam(at, &param) };
        flags |= libc::POSIX_SPAWN_SETSCHEDPARAM
    }
    // SAFETY: as above.
    unsafe { libc::posix_spawnattr_setflags(at, flags as libc::c_short) };
    let mut names = Vec::new();
    let Some(actions) = a.opt_none(3) else { return Ok(names) };
    for action in t.collect(actions)? {
        let bad = "Each file_actions element must be a non-empty tuple";
        let Some(x) = tuple(action.r()).filter(|x| !x.is_empty()) else { return Err(t.type_error(bad)) };
        let kind = t.arg_i32(x.get(0))?;
        let e = match (kind, x.len()) {
            (0, 5) => {
                let fd = t.arg_i32(x.get(1))?;
                let name = fs_name(t, x.get(2))?;
                let (flags, mode) = (t.arg_i32(x.get(3))?, t.arg_i32(x.get(4))?);
                // SAFETY: the name is kept until the spawn.
                let e = unsafe {
                    libc::posix_spawn_file_actions_addopen(
                        &mut plan.actions,
                        fd,
                        name.as_ptr(),
                        flags,
                        mode as libc::mode_t,
                    )
                };
                names.push(name);
                e
            }
            (1, 2) => {
                let fd = t.arg_i32(x.get(1))?;
                // SAFETY: as above.
                unsafe { libc::posix_spawn_file_actions_addclose(&mut plan.actions, fd) }
            }
            (2, 3) => {
                let (from, to) = (t.arg_i32(x.get(1))?, t.arg_i32(x.get(2))?);
                // SAFETY: as above.
                unsafe { libc::posix_spawn_file_actions_adddup2(&mut plan.actions, from, to) }
            }
            (3, 2) => {
                let fd = t.arg_i32(x.get(1))?;
                for n in fd.max(0)..1024 {
                    // SAFETY: as above; closing what is not open is no error for glibc's spawn.
                    if unsafe { libc::fcntl(n, libc::F_GETFD) } >= 0 {
                        // SAFETY: as above.
                        unsafe { libc::posix_spawn_file_actions_addclose(&mut plan.actions, n) };
                    }
                }
                0
            }
            (0..=3, _) => {
                return Err(t.type_error("A file_actions tuple has the wrong number of elements"));
            }
            _ => return Err(t.type_error("Unknown file_actions identifier")),
        };
        if e != 0 {
            return Err(t.os_error(e, None));
        }
    }
    Ok(names)
}

// ---- waiting

fn pid_status(t: &Thread, pid: i64, status: i32) -> Value {
    Tuple::new(t, vec![t.int(pid), t.int(status as i64)])
}

fn wait_for(t: &mut Thread, pid: i32, options: i32) -> Res<(i64, i32)> {
    let status = std::sync::atomic::AtomicI32::new(0);
    let p = status.as_ptr() as usize;
    // SAFETY: the status lives until the call returns.
    let r = call(t, || unsafe { libc::waitpid(pid, p as *mut i32, options) } as i64)?;
    Ok((r, status.into_inner()))
}

/// `waitpid(pid, options)`
pub fn waitpid(t: &mut Thread, a: Args<'_>) -> Res {
    let (pid, options) = (t.arg_i32(a.get(0))?, t.arg_i32(a.get(1))?);
    let (pid, status) = wait_for(t, pid, options)?;
    Ok(pid_status(t, pid, status))
}

/// `wait()`
pub fn wait(t: &mut Thread, _a: Args<'_>) -> Res {
    let (pid, status) = wait_for(t, -1, 0)?;
    Ok(pid_status(t, pid, status))
}

fn wait_usage(t: &mut Thread, pid: i32, options: i32) -> Res {
    let mut status = 0;
    // SAFETY: plain data.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    let (s, u) = (&mut status as *mut i32 as usize, &mut usage as *mut libc::rusage as usize);
    // SAFETY: both live until the call returns.
    let r = call(t, || unsafe { libc::wait4(pid, s as *mut i32, options, u as *mut libc::rusage) as i64 })?;
    let usage = crate::resource::usage_value(t, &usage);
    Ok(Tuple::new(t, vec![t.int(r), t.int(status as i64), usage]))
}

/// `wait3(options)`
pub fn wait3(t: &mut Thread, a: Args<'_>) -> Res {
    let options = t.arg_i32(a.get(0))?;
    wait_usage(t, -1, options)
}

/// `wait4(pid, options)`
pub fn wait4(t: &mut Thread, a: Args<'_>) -> Res {
    let (pid, options) = (t.arg_i32(a.get(0))?, t.arg_i32(a.get(1))?);
    wait_usage(t, pid, options)
}

/// `waitid(idtype, id, options)`
pub fn waitid(t: &mut Thread, a: Args<'_>) -> Res {
    let (kind, id, options) = (t.arg_i32(a.get(0))?, t.arg_i32(a.get(1))?, t.arg_i32(a.get(2))?);
    // SAFETY: plain data.
    let mut info: libc::siginfo_t = unsafe { std::mem::zeroed() };
    let p = &mut info as *mut libc::siginfo_t as usize;
    // SAFETY: the struct lives until the call returns.
    call(t, || unsafe {
        libc::waitid(kind as libc::idtype_t, id as libc::id_t, p as *mut libc::siginfo_t, options) as i64
    })?;
    // SAFETY: filled for a child, or zero.
    let (pid, uid, status) = unsafe { (info.si_pid(), info.si_uid(), info.si_status()) };
    if pid == 0 {
        return Ok(Value::NONE);
    }
    let v = [pid as i64, uid as i64, info.si_signo as i64, status as i64, info.si_code as i64];
    let v = v.iter().map(|n| t.int(*n)).collect();
    Ok(WAITID_RESULT.make(t, v))
}

/// `waitstatus_to_exitcode(status)`
pub fn waitstatus_to_exitcode(t: &mut Thread, a: Args<'_>) -> Res {
    let s = t.arg_i32(a.get(0))?;
    if libc::WIFEXITED(s) {
        return Ok(t.int(libc::WEXITSTATUS(s) as i64));
    }
    if libc::WIFSIGNALED(s) {
        return Ok(t.int(-libc::WTERMSIG(s) as i64));
    }
    if libc::WIFSTOPPED(s) {
        let n = libc::WSTOPSIG(s);
        return Err(t.value_error(format!("process stopped by delivery of signal {n}")));
    }
    Err(t.value_error(format!("invalid wait status: {s}")))
}

macro_rules! status {
    ($($name:ident $f:ident $kind:ident;)*) => { $(
        #[doc = concat!("`", stringify!($f), "(status)`")]
        pub fn $name(t: &mut Thread, a: Args<'_>) -> Res {
            let s = t.arg_i32(a.get(0))?;
            Ok(status!(@$kind t, libc::$f(s)))
        }
    )* };
    (@bool $t:ident, $e:expr) => { Value::bool($e) };
    (@int $t:ident, $e:expr) => { $t.int($e as i64) };
}

status! {
    wcoredump WCOREDUMP bool;
    wifcontinued WIFCONTINUED bool;
    wifstopped WIFSTOPPED bool;
    wifsignaled WIFSIGNALED bool;
    wifexited WIFEXITED bool;
    wexitstatus WEXITSTATUS int;
    wtermsig WTERMSIG int;
    wstopsig WSTOPSIG int;
}

// ---- ending and signalling

/// `_exit(status)`
pub fn exit(t: &mut Thread, a: Args<'_>) -> Res {
    let n = t.arg_i32(a.get(0))?;
    // SAFETY: ends the process.
    unsafe { libc::_exit(n) }
}

/// `abort()`
pub fn abort(_t: &mut Thread, _a: Args<'_>) -> Res {
    std::process::abort()
}

/// `kill(pid, signal)`
pub fn kill(t: &mut Thread, a: Args<'_>) -> Res {
    let (pid, n) = (t.arg_i32(a.get(0))?, t.arg_i32(a.get(1))?);
    audit(t, "os.kill", &[a.get(0), a.get(1)])?;
    // SAFETY: plain system call.
    let r = unsafe { libc::kill(pid, n) };
    check(t, r as i64)?;
    // A signal to this very process is handled before the next line.
    t.safepoint()?;
    Ok(Value::NONE)
}

/// `killpg(pgid, signal)`
pub fn killpg(t: &mut Thread, a: Args<'_>) -> Res {
    let (pid, n) = (t.arg_i32(a.get(0))?, t.arg_i32(a.get(1))?);
    // SAFETY: plain system call.
    let r = unsafe { libc::killpg(pid, n) };
    check(t, r as i64)?;
    t.safepoint()?;
    Ok(Value::NONE)
}

/// `system(command)`
pub fn system(t: &mut Thread, a: Args<'_>) -> Res {
    let c = fs_name(t, a.get(0))?;
    audit(t, "os.system", &[a.get(0)])?;
    let p = c.as_ptr() as usize;
    // SAFETY: the command lives until the call returns.
    let n = t.blocking(|| unsafe { libc::system(p as *const libc::c_char) });
    Ok(t.int(n as i64))
}

/// `pidfd_open(pid, flags=0)`
pub fn pidfd_open(t: &mut Thread, a: Args<'_>) -> Res {
    let pid = t.arg_i32(a.get(0))?;
    let flags = match a.opt(1) {
        Some(f) => t.arg_i64(f)? as libc::c_uint,
        None => 0,
    };
    // SAFETY: plain system call.
    let r = unsafe { libc::syscall(libc::SYS_pidfd_open, pid, flags) };
    let fd = check(t, r)?;
    Ok(t.int(fd))
}

// ---- ids

macro_rules! ids {
    ($($name:ident)*) => { $(
        #[doc = concat!("`", stringify!($name), "()`")]
        pub fn $name(t: &mut Thread, _a: Args<'_>) -> Res {
            // SAFETY: plain system call.
            Ok(t.int(unsafe { libc::$name() } as i64))
        }
    )* };
}
ids! { getpid getppid getuid geteuid getgid getegid getpgrp }

macro_rules! of_pid {
    ($($name:ident)*) => { $(
        #[doc = concat!("`", stringify!($name), "(pid)`")]
        pub fn $name(t: &mut Thread, a: Args<'_>) -> Res {
            let pid = t.arg_i32(a.get(0))?;
            // SAFETY: plain system call.
            let r = unsafe { libc::$name(pid) };
            let n = check(t, r as i64)?;
            Ok(t.int(n))
        }
    )* };
}
of_pid! { getpgid getsid }

macro_rules! set_ids {
    ($($name:ident($($i:literal $what:literal),*);)*) => { $(
        #[doc = concat!("`", stringify!($name), "`")]
        pub fn $name(t: &mut Thread, a: Args<'_>) -> Res {
            let ids = [$(super::stat::id_arg(t, a.get($i), $what)?),*];
            // SAFETY: plain system call.
            let r = unsafe { libc::$name($(ids[$i]),*) };
            check(t, r as i64)?;
            Ok(Value::NONE)
        }
    )* };
}
set_ids! {
    setuid(0 "uid");
    seteuid(0 "uid");
    setgid(0 "gid");
    setegid(0 "gid");
    setreuid(0 "uid", 1 "uid");
    setregid(0 "gid", 1 "gid");
    setresuid(0 "uid", 1 "uid", 2 "uid");
    setresgid(0 "gid", 1 "gid", 2 "gid");
}

/// `getresuid()`
pub fn getresuid(t: &mut Thread, _a: Args<'_>) -> Res {
    let (mut a, mut b, mut c) = (0, 0, 0);
    // SAFETY: three numbers of ours.
    let r = unsafe { libc::getresuid(&mut a, &mut b, &mut c) };
    check(t, r as i64)?;
    Ok(Tuple::new(t, [a, b, c].iter().map(|n| t.int(*n as i64)).collect()))
}

/// `getresgid()`
pub fn getresgid(t: &mut Thread, _a: Args<'_>) -> Res {
    let (mut a, mut b, mut c) = (0, 0, 0);
    // SAFETY: three numbers of ours.
    let r = unsafe { libc::getresgid(&mut a, &mut b, &mut c) };
    check(t, r as i64)?;
    Ok(Tuple::new(t, [a, b, c].iter().map(|n| t.int(*n as i64)).collect()))
}

/// `setsid()`
pub fn setsid(t: &mut Thread, _a: Args<'_>) -> Res {
    // SAFETY: plain system call.
    let r = unsafe { libc::setsid() };
    check(t, r as i64)?;
    Ok(Value::NONE)
}

/// `setpgrp()`
pub fn setpgrp(t: &mut Thread, _a: Args<'_>) -> Res {
    // SAFETY: plain system call.
    let r = unsafe { libc::setpgid(0, 0) };
    check(t, r as i64)?;
    Ok(Value::NONE)
}

/// `setpgid(pid, pgrp)`
pub fn setpgid(t: &mut Thread, a: Args<'_>) -> Res {
    let (pid, pg) = (t.arg_i32(a.get(0))?, t.arg_i32(a.get(1))?);
    // SAFETY: plain system call.
    let r = unsafe { libc::setpgid(pid, pg) };
    check(t, r as i64)?;
    Ok(Value::NONE)
}

/// `getgroups()`
pub fn getgroups(t: &mut Thread, _a: Args<'_>) -> Res {
    let mut g = vec![0; 65536];
    // SAFETY: the array is ours.
    let r = unsafe { libc::getgroups(g.len() as i32, g.as_mut_ptr()) };
    let n = check(t, r as i64)? as usize;
    Ok(List::new(t, g[..n].iter().map(|g| t.int(*g as i64)).collect()))
}

/// `setgroups(groups)`
pub fn setgroups(t: &mut Thread, a: Args<'_>) -> Res {
    let mut g = Vec::new();
    for v in t.collect(a.get(0))? {
        g.push(super::stat::id_arg(t, v.r(), "gid")?)
    }
    // SAFETY: the array is ours.
    let r = unsafe { libc::setgroups(g.len(), g.as_ptr()) };
    check(t, r as i64)?;
    Ok(Value::NONE)
}

/// `getgrouplist(user, group)`
pub fn getgrouplist(t: &mut Thread, a: Args<'_>) -> Res {
    let user = fs_name(t, a.get(0))?;
    let group = super::stat::id_arg(t, a.get(1), "gid")?;
    let mut g = vec![0; 65536];
    let mut n = g.len() as i32;
    // SAFETY: name and array are ours.
    let r = unsafe { libc::getgrouplist(user.as_ptr(), group, g.as_mut_ptr(), &mut n) };
    check(t, r as i64)?;
    Ok(List::new(t, g[..n as usize].iter().map(|g| t.int(*g as i64)).collect()))
}

/// `initgroups(username, gid)`
pub fn initgroups(t: &mut Thread, a: Args<'_>) -> Res {
    let user = fs_name(t, a.get(0))?;
    let group = super::stat::id_arg(t, a.get(1), "gid")?;
    // SAFETY: the name is ours.
    let r = unsafe { libc::initgroups(user.as_ptr(), group) };
    check(t, r as i64)?;
    Ok(Value::NONE)
}

/// `getpriority(which, who)`
pub fn getpriority(t: &mut Thread, a: Args<'_>) -> Res {
    let (which, who) = (t.arg_i32(a.get(0))?, t.arg_i32(a.get(1))?);
    // SAFETY: plain system call; -1 may be an answer.
    let n = unsafe {
        *libc::__errno_location() = 0;
        libc::getpriority(which as _, who as _)
    };
    match errno() {
        e if n == -1 && e != 0 => Err(t.os_error(e, None)),
        _ => Ok(t.int(n as i64)),
    }
}

/// `setpriority(which, who, priority)`
pub fn setpriority(t: &mut Thread, a: Args<'_>) -> Res {
    let (which, who, n) = (t.arg_i32(a.get(0))?, t.arg_i32(a.get(1))?, t.arg_i32(a.get(2))?);
    // SAFETY: plain system call.
    let r = unsafe { libc::setpriority(which as _, who as _, n) };
    check(t, r as i64)?;
    Ok(Value::NONE)
}

/// `nice(increment)`
pub fn nice(t: &mut Thread, a: Args<'_>) -> Res {
    let n = t.arg_i32(a.get(0))?;
    // SAFETY: plain system call; -1 may be an answer.
    let r = unsafe {
        *libc::__errno_location() = 0;
        libc::nice(n)
    };
    match errno() {
        e if r == -1 && e != 0 => Err(t.os_error(e, None)),
        _ => Ok(t.int(r as i64)),
    }
}

/// `getlogin()`
pub fn getlogin(t: &mut Thread, _a: Args<'_>) -> Res {
    unsafe extern "C" {
        // Not in the libc crate for Linux.
        fn getlogin_r(buf: *mut libc::c_char, size: libc::size_t) -> libc::c_int;
    }
    let mut b = vec![0u8; 256];
    // SAFETY: the buffer is ours.
    let e = unsafe { getlogin_r(b.as_mut_ptr().cast(), b.len()) };
    if e != 0 {
        return Err(t.os_error(e, None));
    }
    let n = b.iter().position(|c| *c == 0).unwrap_or(0);
    Ok(syscall::decode_fs(t, &b[..n]))
}

/// `setns(fd, nstype=0)`
pub fn setns(t: &mut Thread, a: Args<'_>) -> Res {
    let fd = syscall::fileno(t, a.get(0))?;
    let kind = match a.opt(1) {
        Some(k) => t.arg_i32(k)?,
        None => 0,
    };
    // SAFETY: plain system call.
    let r = unsafe { libc::setns(fd, kind) };
    check(t, r as i64)?;
    Ok(Value::NONE)
}

/// `unshare(flags)`
pub fn unshare(t: &mut Thread, a: Args<'_>) -> Res {
    let flags = t.arg_i32(a.get(0))?;
    // SAFETY: plain system call.
    let r = unsafe { libc::unshare(flags) };
    check(t, r as i64)?;
    Ok(Value::NONE)
}
