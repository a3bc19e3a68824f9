//! `faulthandler`: Python tracebacks where nothing else works any more: on fatal signals, on a user's signal, after
//! a time. They are written straight to a descriptor, without allocating and without running Python.
//!
//! From a signal handler or the watchdog, frames are read while their thread may be running. What they point to
//! is code, which only the collector frees; a line number may be off by an instruction.

use crate::clock::{Round, nanoseconds};
use crate::syscall::fileno;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU32, Ordering::*};
use std::time::Duration;
use weft_strategy::{ThreadCore, ops, registry};
use weft_vm::interp::hooks::call_at;
use weft_vm::object::{Args, ModuleSpec};
use weft_vm::start::modules::registry_set;
use weft_vm::thread::park;
use weft_vm::{Raised, Res, Thread, VRef, Value, intern, methods, start};

/// The module.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "faulthandler",
    doc: "faulthandler module.",
    functions: methods! {
        "enable(file=sys.stderr, all_threads=True)" => enable, "Enable the fault handler.";
        "disable()" => disable, "Disable the fault handler.";
        "is_enabled()" => is_enabled, "Check if the handler is enabled.";
        "dump_traceback(file=sys.stderr, all_threads=True)" => dump_traceback, "Dump the traceback of the current thread, or of all threads, into file.";
        "dump_c_stack(file=sys.stderr)" => dump_c_stack, "Dump the C stack of the current thread.";
        "dump_traceback_later(timeout, repeat=False, file=sys.stderr, exit=False)" => dump_later, "Dump the traceback of all threads in timeout seconds, or each timeout seconds if repeat is true.";
        "cancel_dump_traceback_later()" => cancel_later, "Cancel the previous call to dump_traceback_later().";
        "register(signum, file=sys.stderr, all_threads=True, chain=False)" => register, "Register a handler for the signal 'signum'.";
        "unregister(signum, /)" => unregister, "Unregister the handler of the signal 'signum' registered by register().";
        "_read_null()" => sigsegv, "Raise a SIGSEGV signal.";
        "_sigsegv(release_gil=False, /)" => sigsegv, "Raise a SIGSEGV signal.";
        "_sigabrt()" => sigabrt, "Raise a SIGABRT signal.";
        "_sigfpe()" => sigfpe, "Raise a SIGFPE signal.";
        "_fatal_error_c_thread()" => sigabrt, "Abort the process.";
        "_stack_overflow()" => sigsegv, "Recursive call to raise a stack overflow.";
    },
    init: None,
};

const FATAL: [(i32, &str); 5] = [
    (libc::SIGBUS, "Bus error"),
    (libc::SIGILL, "Illegal instruction"),
    (libc::SIGFPE, "Floating-point exception"),
    (libc::SIGABRT, "Aborted"),
    (libc::SIGSEGV, "Segmentation fault"),
];
/// Frames of one thread that are shown.
const MOST_FRAMES: usize = 100;

static ENABLED: AtomicBool = AtomicBool::new(false);
static FATAL_FD: AtomicI32 = AtomicI32::new(2);
/// Descriptor of each registered signal; -1: none.
static USER_FD: [AtomicI32; 65] = [const { AtomicI32::new(-1) }; 65];
static USER_CHAIN: [AtomicBool; 65] = [const { AtomicBool::new(false) }; 65];
static USER_OLD: [parking_lot::Mutex<Option<libc::sigaction>>; 65] =
    [const { parking_lot::Mutex::new(None) }; 65];

// ---- writing

/// Collects a line and writes it, on the stack only.
struct Out {
    fd: i32,
    buf: [u8; 512],
    len: usize,
}

impl Out {
    fn new(fd: i32) -> Out {
        Out { fd, buf: [0; 512], len: 0 }
    }

    fn flush(&mut self) {
        let mut at = 0;
        while at < self.len {
            // SAFETY: within the buffer.
            let n = unsafe { libc::write(self.fd, self.buf.as_ptr().add(at).cast(), self.len - at) };
            if n <= 0 {
                break;
            }
            at += n as usize
        }
        self.len = 0
    }
}

impl std::fmt::Write for Out {
    fn write_str(&mut self, s: &str) -> std::fmt::Result {
        for b in s.bytes() {
            if self.len == self.buf.len() {
                self.flush()
            }
            self.buf[self.len] = b;
            self.len += 1
        }
        Ok(())
    }
}

macro_rules! say {
    ($out:expr, $($arg:tt)*) => {{
        use std::fmt::Write;
        // Writing into the buffer cannot fail.
        let _ = write!($out, $($arg)*);
        $out.flush()
    }};
}

/// Writes bytes as text, other than ASCII escaped.
fn text(out: &mut Out, b: &[u8]) {
    use std::fmt::Write;
    for c in b {
        let _ = if (32..127).contains(c) { out.write_char(*c as char) } else { write!(out, "\\x{c:02x}") };
    }
}

fn frames(out: &mut Out, t: &Thread) {
    for depth in 0..MOST_FRAMES {
        let Some(c) = call_at(t, depth) else {
            if depth == 0 {
                say!(out, "  <no Python frame>\n")
            }
            return;
        };
        // SAFETY: see the head of the file.
        unsafe {
            let code = (*c.code).code();
            say!(out, "  File \"");
            text(out, &code.filename);
            match weft_bytecode::locations::line_at(code, c.at) {
                Some(n) => say!(out, "\", line {n} in "),
                None => say!(out, "\", line ??? in "),
            }
            text(out, &code.name);
            say!(out, "\n")
        }
    }
    say!(out, "  ...\n")
}

fn thread_of(c: &ThreadCore) -> Option<&Thread> {
    let t = c.vm.get() as *const Thread;
    // SAFETY: a thread takes its pointer out of its core before it goes.
    if t.is_null() { None } else { Some(unsafe { &*t }) }
}

/// The thread this OS thread is.
fn running() -> Option<&'static Thread> {
    // SAFETY: the core of the running OS thread.
    weft_strategy::core::current().and_then(|c| thread_of(unsafe { &*c }))
}

fn header(out: &mut Out, t: &Thread, what: &str) {
    let mut name = [0u8; 32];
    // SAFETY: the buffer is as long as said; the thread exists.
    unsafe { libc::pthread_getname_np(t.ident as libc::pthread_t, name.as_mut_ptr().cast(), name.len()) };
    say!(out, "{what} 0x{:016x} [", t.ident);
    text(out, name.split(|b| *b == 0).next().unwrap_or_default());
    say!(out, "] (most recent call first):\n")
}

/// All threads, the running one last.
fn all_threads(out: &mut Out) {
    let me = running();
    let mut first = true;
    registry::for_each(|c| {
        if let Some(t) = thread_of(c).filter(|t| !me.is_some_and(|m| std::ptr::eq(*t, m))) {
            if !first {
                say!(out, "\n")
            }
            first = false;
            header(out, t, "Thread");
            frames(out, t)
        }
    });
    if let Some(t) = me {
        if !first {
            say!(out, "\n")
        }
        header(out, t, "Current thread");
        frames(out, t)
    }
}

// ---- the interface

/// The descriptor of the file argument; the file is kept alive under `key`.
fn target(t: &mut Thread, file: Option<VRef<'_>>, key: &str) -> Res<i32> {
    let file = match file {
        Some(f) => f.to_value(),
        None => {
            let name = intern::intern(t, "stderr");
            match start::sys_attr(t, name) {
                Some(f) if !f.is_none() => f,
                Some(_) => return Err(t.runtime_error("sys.stderr is None")),
                None => return Err(t.runtime_error("unable to get sys.stderr")),
            }
        }
    };
    let fd = fileno(t, file.r())?;
    if !weft_vm::types::int::is_int(file.r()) && t.call_method(file.r(), "flush", &[]).is_err() {
        t.clear_raised()
    }
    registry_set(t, key, file);
    Ok(fd)
}

fn flag(t: &mut Thread, v: Option<VRef<'_>>, default: bool) -> Res<bool> {
    v.map_or(Ok(default), |v| t.truth(v))
}

fn dump_traceback(t: &mut Thread, a: Args<'_>) -> Res {
    let fd = target(t, a.opt_none(0), "faulthandler.dump")?;
    let all = flag(t, a.opt(1), true)?;
    let mut out = Out::new(fd);
    if all {
        ops().stop_world(&t.core);
        all_threads(&mut out);
        ops().start_world(&t.core)
    } else {
        say!(out, "Stack (most recent call first):\n");
        frames(&mut out, t)
    }
    Ok(Value::NONE)
}

fn dump_c_stack(t: &mut Thread, a: Args<'_>) -> Res {
    let fd = target(t, a.opt_none(0), "faulthandler.dump")?;
    let mut out = Out::new(fd);
    say!(out, "Current thread's C stack trace (most recent call first):\n  <cannot get C stack on this system>\n");
    Ok(Value::NONE)
}

fn install(n: i32, f: extern "C" fn(libc::c_int), flags: i32) -> Option<libc::sigaction> {
    // SAFETY: zeros are valid sigactions.
    let (mut new, mut old): (libc::sigaction, libc::sigaction) = unsafe { std::mem::zeroed() };
    new.sa_sigaction = f as *const () as usize;
    new.sa_flags = flags;
    // SAFETY: the handlers do what this file's head says.
    if unsafe { libc::sigaction(n, &new, &mut old) } == 0 { Some(old) } else { None }
}

fn enable(t: &mut Thread, a: Args<'_>) -> Res {
    let fd = target(t, a.opt_none(0), "faulthandler.fatal")?;
    FATAL_FD.store(fd, Relaxed);
    if !ENABLED.swap(true, AcqRel) {
        for (n, _) in FATAL {
            install(n, fatal, libc::SA_NODEFER | libc::SA_ONSTACK | libc::SA_RESETHAND);
        }
    }
    Ok(Value::NONE)
}

fn disable(_t: &mut Thread, _a: Args<'_>) -> Res {
    let was = ENABLED.swap(false, AcqRel);
    if was {
        for (n, _) in FATAL {
            // SAFETY: the default action.
            unsafe { libc::signal(n, libc::SIG_DFL) };
        }
    }
    Ok(Value::bool(was))
}

fn is_enabled(_t: &mut Thread, _a: Args<'_>) -> Res {
    Ok(Value::bool(ENABLED.load(Acquire)))
}

extern "C" fn fatal(n: libc::c_int) {
    let name = FATAL.iter().find(|(s, _)| *s == n).map_or("unknown signal", |(_, name)| name);
    let mut out = Out::new(FATAL_FD.load(Relaxed));
    say!(out, "Fatal Python error: {name}\n\n");
    match running() {
        Some(t) => {
            header(&mut out, t, "Current thread");
            frames(&mut out, t)
        }
        None => say!(out, "<no Python thread>\n"),
    }
    // The handler was reset: this ends the process the way the signal would have.
    // SAFETY: a signal to ourselves.
    unsafe { libc::raise(n) };
}

fn sigsegv(t: &mut Thread, _a: Args<'_>) -> Res {
    // SAFETY: a signal to ourselves.
    unsafe { libc::raise(libc::SIGSEGV) };
    t.safepoint()?;
    Ok(Value::NONE)
}

fn sigabrt(_t: &mut Thread, _a: Args<'_>) -> Res {
    std::process::abort()
}

fn sigfpe(t: &mut Thread, _a: Args<'_>) -> Res {
    // SAFETY: a signal to ourselves.
    unsafe { libc::raise(libc::SIGFPE) };
    t.safepoint()?;
    Ok(Value::NONE)
}

// ---- users' signals

fn user_signal(t: &mut Thread, v: VRef<'_>) -> Res<usize> {
    let n = t.arg_i32(v)?;
    if FATAL.iter().any(|(s, _)| *s == n) {
        return Err(t.runtime_error(format!("signal {n} cannot be registered, use enable() instead")));
    }
    if !(1..65).contains(&n) {
        return Err(t.value_error("signal number out of range"));
    }
    Ok(n as usize)
}

fn register(t: &mut Thread, a: Args<'_>) -> Res {
    let n = user_signal(t, a.get(0))?;
    let fd = target(t, a.opt_none(1), &format!("faulthandler.signal{n}"))?;
    let chain = flag(t, a.opt(3), false)?;
    USER_CHAIN[n].store(chain, Relaxed);
    if USER_FD[n].swap(fd, AcqRel) < 0 {
        match install(n as i32, user, libc::SA_ONSTACK | libc::SA_RESTART) {
            Some(old) => *USER_OLD[n].lock() = Some(old),
            None => {
                USER_FD[n].store(-1, Release);
                return Err(t.last_os_error(None));
            }
        }
    }
    Ok(Value::NONE)
}

fn unregister(t: &mut Thread, a: Args<'_>) -> Res {
    let n = user_signal(t, a.get(0))?;
    let was = USER_FD[n].swap(-1, AcqRel) >= 0;
    if was && let Some(old) = USER_OLD[n].lock().take() {
        // SAFETY: what was installed before.
        unsafe { libc::sigaction(n as i32, &old, std::ptr::null_mut()) };
    }
    Ok(Value::bool(was))
}

extern "C" fn user(n: libc::c_int) {
    let fd = USER_FD.get(n as usize).map_or(-1, |f| f.load(Acquire));
    if fd < 0 {
        return;
    }
    // SAFETY: errno is the running OS thread's.
    let errno = unsafe { *libc::__errno_location() };
    let mut out = Out::new(fd);
    if let Some(t) = running() {
        header(&mut out, t, "Current thread");
        frames(&mut out, t)
    }
    if USER_CHAIN[n as usize].load(Relaxed)
        && let Some(old) = USER_OLD[n as usize].try_lock().and_then(|o| *o)
        && old.sa_sigaction != libc::SIG_DFL
        && old.sa_sigaction != libc::SIG_IGN
    {
        // SAFETY: the previous handler, which takes the number (further arguments it may take are not there to be
        // had; handlers of this program take none).
        unsafe { std::mem::transmute::<usize, extern "C" fn(libc::c_int)>(old.sa_sigaction)(n) }
    }
    // SAFETY: as above.
    unsafe { *libc::__errno_location() = errno }
}

// ---- after a time

/// The watchdog in force: 0 waits, 1 is cancelled.
static WATCHDOG: parking_lot::Mutex<Option<Arc<AtomicU32>>> = parking_lot::Mutex::new(None);

fn cancel() {
    if let Some(w) = WATCHDOG.lock().take() {
        w.store(1, Release);
        park::wake(&w, u32::MAX)
    }
}

fn cancel_later(_t: &mut Thread, _a: Args<'_>) -> Res {
    cancel();
    Ok(Value::NONE)
}

fn dump_later(t: &mut Thread, a: Args<'_>) -> Res {
    let ns = nanoseconds(t, a.get(0), Round::Timeout)?;
    if ns <= 0 {
        return Err(t.value_error("timeout must be greater than 0"));
    }
    let repeat = flag(t, a.opt(1), false)?;
    let fd = target(t, a.opt_none(2), "faulthandler.later")?;
    let exit = flag(t, a.opt(3), false)?;
    cancel();
    let word = Arc::new(AtomicU32::new(0));
    *WATCHDOG.lock() = Some(word.clone());
    let made = std::thread::Builder::new().name("weft-watchdog".into()).stack_size(256 << 10).spawn(move || {
        watch(&word, Duration::from_nanos(ns as u64), repeat, fd, exit)
    });
    match made {
        Ok(_) => Ok(Value::NONE),
        Err(_) => Err(no_thread(t)),
    }
}

fn no_thread(t: &mut Thread) -> Raised {
    t.runtime_error("unable to start watchdog thread")
}

fn watch(word: &AtomicU32, after: Duration, repeat: bool, fd: i32, exit: bool) {
    // SAFETY: the set is filled before it is used. Signals are for the main thread.
    unsafe {
        let mut all = std::mem::zeroed();
        libc::sigfillset(&mut all);
        libc::pthread_sigmask(libc::SIG_BLOCK, &all, std::ptr::null_mut());
    }
    loop {
        let until = std::time::Instant::now() + after;
        while word.load(Acquire) == 0 {
            let left = until.saturating_duration_since(std::time::Instant::now());
            if left.is_zero() {
                break;
            }
            park::wait(word, 0, Some(left));
        }
        if word.load(Acquire) != 0 {
            return;
        }
        let mut out = Out::new(fd);
        let (s, us) = (after.as_secs(), after.subsec_micros());
        say!(out, "Timeout ({}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
        if us != 0 {
            say!(out, ".{us:06}")
        }
        say!(out, ")!\n");
        all_threads(&mut out);
        if exit {
            // SAFETY: ends the process at once, as asked for.
            unsafe { libc::_exit(1) }
        }
        if !repeat {
            return;
        }
    }
}
