//! `_signal`: Python signal handlers.
//!
//! The handler that the system calls only notes the signal, writes to the wakeup descriptor and asks the main
//! thread to look; the Python function runs in the main thread at its next safepoint. Functions are a tuple
//! per signal in the process-wide registry, replaced as a whole.

use crate::clock::{Round, nanoseconds};
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering::*};
use weft_vm::object::{Args, ModuleSpec, ValueExt};
use weft_vm::start::modules::{registry_get, registry_set};
use weft_vm::types::list::List;
use weft_vm::types::structseq::StructSeq;
use weft_vm::types::tuple::Tuple;
use weft_vm::{Raised, Res, Thread, VRef, Value, errors, methods, start};

/// The module.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "_signal",
    doc: "This module provides mechanisms to use signal handlers in Python.",
    functions: methods! {
        "default_int_handler(signalnum, frame, /)" => default_int_handler, "The default handler for SIGINT: raises KeyboardInterrupt.";
        "alarm(seconds, /)" => alarm, "Arrange for SIGALRM to arrive after the given number of seconds.";
        "setitimer(which, seconds, interval=0.0, /)" => setitimer, "Set an interval timer, and return its old values.";
        "getitimer(which, /)" => getitimer, "Return the current values of an interval timer.";
        "signal(signalnum, handler, /)" => signal, "Set what happens on a signal: SIG_DFL, SIG_IGN, or a function of the signal number and the interrupted frame.";
        "raise_signal(signalnum, /)" => raise_signal, "Send a signal to the executing process.";
        "strsignal(signalnum, /)" => strsignal, "Return the system description of the given signal.";
        "getsignal(signalnum, /)" => getsignal, "Return what happens on a signal; None if the handler is not Python's.";
        "set_wakeup_fd(fd, /, *, warn_on_full_buffer=True)" => set_wakeup_fd, "Set the file descriptor that signal numbers are written to, and return the previous one.";
        "siginterrupt(signalnum, flag, /)" => siginterrupt, "Change whether the signal interrupts system calls.";
        "pause()" => pause, "Wait until a signal arrives.";
        "pidfd_send_signal(pidfd, signalnum, siginfo=None, flags=0, /)" => pidfd_send_signal, "Send a signal to a process referred to by a pid file descriptor.";
        "pthread_kill(thread_id, signalnum, /)" => pthread_kill, "Send a signal to a thread.";
        "pthread_sigmask(how, mask, /)" => pthread_sigmask, "Fetch and change the signal mask of the calling thread.";
        "sigpending()" => sigpending, "Return the set of signals that are pending for the calling thread.";
        "sigwait(sigset, /)" => sigwait, "Wait until one of the signals is pending; take it and return its number.";
        "sigwaitinfo(sigset, /)" => sigwaitinfo, "Wait until one of the signals is pending; take it and return what is known about it.";
        "sigtimedwait(sigset, timeout, /)" => sigtimedwait, "As sigwaitinfo(), but only for so many seconds.";
        "valid_signals()" => valid_signals, "Return the set of signal numbers that can be used on this platform.";
    },
    init: Some(init),
};

/// Signal numbers are below this.
const NSIG: i32 = 65;
/// `SIG_DFL` and `SIG_IGN` as Python ints.
const DEFAULT: i64 = 0;
const IGNORE: i64 = 1;

static SIGINFO: StructSeq = StructSeq::new(
    "signal.struct_siginfo",
    "struct_siginfo: Result from sigwaitinfo or sigtimedwait.\n\nThis object may be accessed either as a tuple of\n(si_signo, si_code, si_errno, si_pid, si_uid, si_status, si_band),\nor via the attributes si_signo, si_code, and so on.",
    &[
        ("si_signo", "signal number"),
        ("si_code", "signal code"),
        ("si_errno", "errno associated with this signal"),
        ("si_pid", "sending process ID"),
        ("si_uid", "real user ID of sending process"),
        ("si_status", "exit value or signal"),
        ("si_band", "band event for SIGPOLL"),
    ],
    7,
);

/// Signals that arrived and whose functions have not run.
static ARRIVED: [AtomicBool; NSIG as usize] = [const { AtomicBool::new(false) }; NSIG as usize];
static WAKEUP_FD: AtomicI32 = AtomicI32::new(-1);
static WARN_FULL: AtomicBool = AtomicBool::new(true);
/// errno of a wakeup write that failed and should be reported; 0: none.
static WAKEUP_ERROR: AtomicI32 = AtomicI32::new(0);

const NAMES: &[(&str, i32)] = &[
    ("SIGHUP", libc::SIGHUP),
    ("SIGINT", libc::SIGINT),
    ("SIGQUIT", libc::SIGQUIT),
    ("SIGILL", libc::SIGILL),
    ("SIGTRAP", libc::SIGTRAP),
    ("SIGABRT", libc::SIGABRT),
    ("SIGIOT", libc::SIGABRT),
    ("SIGBUS", libc::SIGBUS),
    ("SIGFPE", libc::SIGFPE),
    ("SIGKILL", libc::SIGKILL),
    ("SIGUSR1", libc::SIGUSR1),
    ("SIGSEGV", libc::SIGSEGV),
    ("SIGUSR2", libc::SIGUSR2),
    ("SIGPIPE", libc::SIGPIPE),
    ("SIGALRM", libc::SIGALRM),
    ("SIGTERM", libc::SIGTERM),
    ("SIGSTKFLT", libc::SIGSTKFLT),
    ("SIGCHLD", libc::SIGCHLD),
    ("SIGCLD", libc::SIGCHLD),
    ("SIGCONT", libc::SIGCONT),
    ("SIGSTOP", libc::SIGSTOP),
    ("SIGTSTP", libc::SIGTSTP),
    ("SIGTTIN", libc::SIGTTIN),
    ("SIGTTOU", libc::SIGTTOU),
    ("SIGURG", libc::SIGURG),
    ("SIGXCPU", libc::SIGXCPU),
    ("SIGXFSZ", libc::SIGXFSZ),
    ("SIGVTALRM", libc::SIGVTALRM),
    ("SIGPROF", libc::SIGPROF),
    ("SIGWINCH", libc::SIGWINCH),
    ("SIGIO", libc::SIGIO),
    ("SIGPOLL", libc::SIGPOLL),
    ("SIGPWR", libc::SIGPWR),
    ("SIGSYS", libc::SIGSYS),
    ("ITIMER_REAL", libc::ITIMER_REAL),
    ("ITIMER_VIRTUAL", libc::ITIMER_VIRTUAL),
    ("ITIMER_PROF", libc::ITIMER_PROF),
    ("SIG_BLOCK", libc::SIG_BLOCK),
    ("SIG_UNBLOCK", libc::SIG_UNBLOCK),
    ("SIG_SETMASK", libc::SIG_SETMASK),
    ("SIG_DFL", DEFAULT as i32),
    ("SIG_IGN", IGNORE as i32),
    ("NSIG", NSIG),
];

fn init(t: &mut Thread, m: VRef<'_>) -> Res<()> {
    for (name, n) in NAMES {
        let v = t.int(*n as i64);
        t.module_set(m, name, v)
    }
    for (name, n) in [("SIGRTMIN", libc::SIGRTMIN()), ("SIGRTMAX", libc::SIGRTMAX())] {
        let v = t.int(n as i64);
        t.module_set(m, name, v)
    }
    let e = errors::OS_ERROR.get(t).to_value();
    let class = make_itimer_error(t, &e)?;
    t.module_set(m, "ItimerError", class);
    let ty = SIGINFO.get(t).to_value();
    t.module_set(m, "struct_siginfo", ty);
    start::set_signal_hook(deliver);
    start::at_fork_in_child(forget_arrived);
    let default_int = t.attr(m, "default_int_handler")?;
    let table: Vec<Value> = (0..NSIG).map(|n| present_handler(t, n)).collect();
    let table = List::new(t, table);
    registry_set(t, KEY, table);
    // SIGINT raises KeyboardInterrupt, unless whoever started us wants it ignored.
    if handler(t, libc::SIGINT).word() == weft_vm::Word::small_int(DEFAULT as i32) {
        set_handler(t, libc::SIGINT, default_int);
        install(libc::SIGINT, Action::Note);
    }
    Ok(())
}

const KEY: &str = "signal";

fn make_itimer_error(t: &mut Thread, base: &Value) -> Res {
    let bases = Tuple::new(t, vec![base.clone()]);
    let name = t.str("itimer_error");
    let d = weft_vm::dict::Dict::new(t);
    if let Some(d) = d.cast::<weft_vm::dict::Dict>() {
        let module = t.str("signal");
        t.dict_set(d, "__module__", module)
    }
    let ty = weft_vm::types::heaptype::TYPE.get(t).to_value();
    t.call(ty.r(), &[name.r(), bases.r(), d.r()])
}

/// What the system does with a signal before Python has said anything.
fn present_handler(t: &Thread, n: i32) -> Value {
    if n == 0 {
        return Value::NONE;
    }
    // SAFETY: zeros are a valid sigaction; it is written.
    let mut old: libc::sigaction = unsafe { std::mem::zeroed() };
    // SAFETY: only asks.
    if unsafe { libc::sigaction(n, std::ptr::null(), &mut old) } != 0 {
        return Value::NONE;
    }
    match old.sa_sigaction {
        libc::SIG_DFL => t.int(DEFAULT),
        libc::SIG_IGN => t.int(IGNORE),
        // Installed at the start of the interpreter.
        f if f == arrived as *const () as usize => t.int(DEFAULT),
        _ => Value::NONE,
    }
}

/// At the start of the interpreter, before anything imports this module: SIGINT raises KeyboardInterrupt, writing to a
/// closed pipe is an error.
pub fn install_at_start() {
    // SAFETY: zeros are a valid sigaction; it is written.
    let mut old: libc::sigaction = unsafe { std::mem::zeroed() };
    // SAFETY: only asks.
    unsafe { libc::sigaction(libc::SIGINT, std::ptr::null(), &mut old) };
    if old.sa_sigaction == libc::SIG_DFL {
        start::set_signal_hook(deliver);
        install(libc::SIGINT, Action::Note);
    }
    install(libc::SIGPIPE, Action::Ignore);
    install(libc::SIGXFSZ, Action::Ignore);
}

fn handler(t: &Thread, n: i32) -> Value {
    let Some(table) = registry_get(t, KEY) else { return Value::NONE };
    table.cast::<List>().and_then(|l| l.load(t, n as usize)).unwrap_or(Value::NONE)
}

fn set_handler(t: &Thread, n: i32, v: Value) {
    if let Some(table) = registry_get(t, KEY)
        && let Some(l) = table.cast::<List>()
    {
        l.set(t, n as usize, v);
    }
}

// ---- arrival

/// What to do when a signal arrives.
enum Action {
    Default,
    Ignore,
    Note,
}

fn install(n: i32, action: Action) -> bool {
    // SAFETY: zeros are a valid sigaction.
    let mut new: libc::sigaction = unsafe { std::mem::zeroed() };
    new.sa_sigaction = match action {
        Action::Default => libc::SIG_DFL,
        Action::Ignore => libc::SIG_IGN,
        Action::Note => arrived as *const () as usize,
    };
    // Without SA_RESTART: blocking calls come back, and run Python handlers, before they go on (PEP 475).
    new.sa_flags = libc::SA_ONSTACK;
    // SAFETY: the handler does only what is async-signal-safe.
    unsafe { libc::sigaction(n, &new, std::ptr::null_mut()) == 0 }
}

/// Called by the system, on any thread.
extern "C" fn arrived(n: libc::c_int) {
    // SAFETY: errno is the running OS thread's.
    let errno = unsafe { *libc::__errno_location() };
    note(n);
    // SAFETY: as above.
    unsafe { *libc::__errno_location() = errno }
}

fn note(n: i32) {
    let Some(a) = ARRIVED.get(n as usize) else { return };
    a.store(true, Release);
    start::wake_for_signal();
    let fd = WAKEUP_FD.load(Relaxed);
    if fd >= 0 {
        let byte = n as u8;
        // SAFETY: one byte of ours; write is async-signal-safe.
        if unsafe { libc::write(fd, (&raw const byte).cast(), 1) } < 0 {
            // SAFETY: errno is the running OS thread's.
            let e = unsafe { *libc::__errno_location() };
            let full = e == libc::EAGAIN || e == libc::EWOULDBLOCK;
            if !full || WARN_FULL.load(Relaxed) {
                WAKEUP_ERROR.store(e, Release)
            }
        }
    }
}

/// As if the signal had arrived (`_thread.interrupt_main`): nothing happens if it is ignored or left to
/// the system.
pub fn simulate(n: i32) {
    // SAFETY: zeros are a valid sigaction; it is written.
    let mut old: libc::sigaction = unsafe { std::mem::zeroed() };
    // SAFETY: only asks.
    let known = unsafe { libc::sigaction(n, std::ptr::null(), &mut old) } == 0;
    if known && old.sa_sigaction == arrived as *const () as usize {
        note(n)
    }
}

fn forget_arrived() {
    for a in &ARRIVED {
        a.store(false, Relaxed)
    }
}

/// Calls the functions of signals that arrived. In the main thread, at a safepoint.
fn deliver(t: &mut Thread) -> Res<()> {
    if !start::is_main(t) {
        start::wake_for_signal();
        return Ok(());
    }
    let e = WAKEUP_ERROR.swap(0, AcqRel);
    if e != 0 {
        let raised = t.os_error(e, None);
        let _ = raised;
        errors::write_unraisable(
            t,
            "Exception ignored when trying to write to the signal wakeup fd",
            weft_vm::types::singletons::none(),
        )
    }
    for n in 1..NSIG {
        if !ARRIVED[n as usize].swap(false, AcqRel) {
            continue;
        }
        if n == libc::SIGINT && registry_get(t, KEY).is_none() {
            return Err(t.raise_with(&errors::KEYBOARD_INTERRUPT, Vec::new()));
        }
        let f = handler(t, n);
        if f.is_none() || f.word().is_int() {
            continue;
        }
        let frame = weft_vm::interp::hooks::frame_object_at(t, 0).unwrap_or(Value::NONE);
        let number = t.int(n as i64);
        if let Err(e) = t.call(f.r(), &[number.r(), frame.r()]) {
            // The others are looked at next time.
            start::wake_for_signal();
            return Err(e);
        }
    }
    Ok(())
}

fn default_int_handler(t: &mut Thread, _a: Args<'_>) -> Res {
    Err(t.raise_with(&errors::KEYBOARD_INTERRUPT, Vec::new()))
}

// ---- setting handlers

fn number(t: &mut Thread, v: VRef<'_>) -> Res<i32> {
    let n = t.arg_i32(v)?;
    if !(1..NSIG).contains(&n) {
        return Err(t.value_error("signal number out of range"));
    }
    Ok(n)
}

fn signal(t: &mut Thread, a: Args<'_>) -> Res {
    let n = t.arg_i32(a.get(0))?;
    if !start::is_main(t) {
        return Err(t.value_error("signal only works in main thread of the main interpreter"));
    }
    if !(1..NSIG).contains(&n) {
        return Err(t.value_error("signal number out of range"));
    }
    let f = a.get(1);
    let as_number = if weft_vm::types::int::is_int(f) { weft_vm::types::int::to_i64(f) } else { None };
    let action = match as_number {
        Some(DEFAULT) => Action::Default,
        Some(IGNORE) => Action::Ignore,
        _ if t.callable(f) => Action::Note,
        _ => {
            return Err(t.type_error(
                "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object",
            ));
        }
    };
    let new = match action {
        Action::Default => t.int(DEFAULT),
        Action::Ignore => t.int(IGNORE),
        Action::Note => f.to_value(),
    };
    // What arrived before belongs to the old handler.
    t.safepoint()?;
    if !install(n, action) {
        return Err(t.last_os_error(None));
    }
    let old = handler(t, n);
    set_handler(t, n, new);
    Ok(old)
}

fn getsignal(t: &mut Thread, a: Args<'_>) -> Res {
    let n = number(t, a.get(0))?;
    Ok(handler(t, n))
}

fn siginterrupt(t: &mut Thread, a: Args<'_>) -> Res {
    let n = number(t, a.get(0))?;
    let interrupt = t.arg_i32(a.get(1))? != 0;
    // SAFETY: zeros are a valid sigaction; it is written.
    let mut act: libc::sigaction = unsafe { std::mem::zeroed() };
    // SAFETY: changes one flag of the present action.
    let r = unsafe {
        libc::sigaction(n, std::ptr::null(), &mut act);
        if interrupt { act.sa_flags &= !libc::SA_RESTART } else { act.sa_flags |= libc::SA_RESTART }
        libc::sigaction(n, &act, std::ptr::null_mut())
    };
    if r < 0 {
        return Err(t.last_os_error(None));
    }
    Ok(Value::NONE)
}

fn strsignal(t: &mut Thread, a: Args<'_>) -> Res {
    let n = number(t, a.get(0))?;
    // SAFETY: a terminated string, good until the next call in this thread.
    let text = unsafe {
        let p = libc::strsignal(n);
        if p.is_null() {
            return Ok(Value::NONE);
        }
        std::ffi::CStr::from_ptr(p).to_string_lossy().into_owned()
    };
    if text.starts_with("Unknown signal") {
        return Ok(Value::NONE);
    }
    Ok(t.str(&text))
}

fn set_wakeup_fd(t: &mut Thread, a: Args<'_>) -> Res {
    let fd = t.arg_i32(a.get(0))?;
    let warn = match a.opt(1) {
        Some(w) => t.truth(w)?,
        None => true,
    };
    if !start::is_main(t) {
        return Err(t.value_error("set_wakeup_fd only works in main thread of the main interpreter"));
    }
    if fd != -1 {
        // SAFETY: zeros are a valid stat; it is written.
        let mut st: libc::stat = unsafe { std::mem::zeroed() };
        // SAFETY: asks about a descriptor.
        if unsafe { libc::fstat(fd, &mut st) } != 0 {
            return Err(t.last_os_error(None));
        }
        // SAFETY: asks about a descriptor.
        let flags = unsafe { libc::fcntl(fd, libc::F_GETFL) };
        if flags & libc::O_NONBLOCK == 0 {
            return Err(t.value_error(format!("the fd {fd} must be in non-blocking mode")));
        }
    }
    WARN_FULL.store(warn, Relaxed);
    Ok(t.int(WAKEUP_FD.swap(fd, AcqRel) as i64))
}

// ---- sending

fn raise_signal(t: &mut Thread, a: Args<'_>) -> Res {
    let n = t.arg_i32(a.get(0))?;
    // SAFETY: a signal to ourselves.
    let r = t.blocking(|| unsafe { libc::raise(n) });
    if r != 0 {
        return Err(t.last_os_error(None));
    }
    t.safepoint()?;
    Ok(Value::NONE)
}

fn pthread_kill(t: &mut Thread, a: Args<'_>) -> Res {
    let ident = t.arg_i64(a.get(0))?;
    let n = t.arg_i32(a.get(1))?;
    // SAFETY: as in CPython, the caller vouches for the thread.
    let r = unsafe { libc::pthread_kill(ident as libc::pthread_t, n) };
    if r != 0 {
        return Err(t.os_error(r, None));
    }
    t.safepoint()?;
    Ok(Value::NONE)
}

fn pidfd_send_signal(t: &mut Thread, a: Args<'_>) -> Res {
    let fd = t.arg_i32(a.get(0))?;
    let n = t.arg_i32(a.get(1))?;
    let flags = match a.opt(3) {
        Some(f) => t.arg_i32(f)?,
        None => 0,
    };
    if a.opt_none(2).is_some() {
        return Err(t.type_error("siginfo must be None"));
    }
    // SAFETY: plain numbers and a null pointer.
    let r = unsafe {
        libc::syscall(libc::SYS_pidfd_send_signal, fd, n, std::ptr::null::<libc::siginfo_t>(), flags)
    };
    if r < 0 {
        return Err(t.last_os_error(None));
    }
    Ok(Value::NONE)
}

// ---- timers

fn alarm(t: &mut Thread, a: Args<'_>) -> Res {
    let n = t.arg_i32(a.get(0))?;
    // SAFETY: no preconditions.
    Ok(t.int(unsafe { libc::alarm(n as u32) } as i64))
}

fn to_timeval(ns: i64) -> libc::timeval {
    // Never zero for a time that is not: that would stop the timer.
    let us = if ns > 0 { (ns / 1000).max(1) } else { ns / 1000 };
    libc::timeval { tv_sec: us / 1_000_000, tv_usec: us % 1_000_000 }
}

fn timer_values(t: &Thread, v: &libc::itimerval) -> Value {
    let secs = |x: &libc::timeval| x.tv_sec as f64 + x.tv_usec as f64 * 1e-6;
    Tuple::new(t, vec![t.float(secs(&v.it_value)), t.float(secs(&v.it_interval))])
}

fn itimer_error(t: &mut Thread) -> Raised {
    let errno = std::io::Error::last_os_error();
    let code = errno.raw_os_error().unwrap_or(0);
    let text = errors::exc_methods::strerror(code);
    let args = [t.int(code as i64), t.str(&text)];
    let class = weft_vm::interp::hooks::import_module(t, "_signal").and_then(|m| t.attr(m.r(), "ItimerError"));
    match class.and_then(|c| t.call(c.r(), &[args[0].r(), args[1].r()])) {
        Ok(e) => t.raise(e),
        Err(e) => e,
    }
}

fn setitimer(t: &mut Thread, a: Args<'_>) -> Res {
    let which = t.arg_i32(a.get(0))?;
    let first = nanoseconds(t, a.get(1), Round::Timeout)?;
    let again = match a.opt(2) {
        Some(v) => nanoseconds(t, v, Round::Timeout)?,
        None => 0,
    };
    let new = libc::itimerval { it_value: to_timeval(first), it_interval: to_timeval(again) };
    // SAFETY: zeros are a valid itimerval; both are ours.
    let mut old: libc::itimerval = unsafe { std::mem::zeroed() };
    // SAFETY: as above.
    if unsafe { libc::setitimer(which as _, &new, &mut old) } != 0 {
        return Err(itimer_error(t));
    }
    Ok(timer_values(t, &old))
}

fn getitimer(t: &mut Thread, a: Args<'_>) -> Res {
    let which = t.arg_i32(a.get(0))?;
    // SAFETY: zeros are a valid itimerval; it is written.
    let mut old: libc::itimerval = unsafe { std::mem::zeroed() };
    // SAFETY: as above.
    if unsafe { libc::getitimer(which as _, &mut old) } != 0 {
        return Err(itimer_error(t));
    }
    Ok(timer_values(t, &old))
}

// ---- waiting, masks

fn pause(t: &mut Thread, _a: Args<'_>) -> Res {
    // SAFETY: no preconditions.
    t.blocking(|| unsafe { libc::pause() });
    t.safepoint()?;
    Ok(Value::NONE)
}

fn to_sigset(t: &mut Thread, v: VRef<'_>) -> Res<libc::sigset_t> {
    // SAFETY: emptied before use.
    let mut set: libc::sigset_t = unsafe { std::mem::zeroed() };
    // SAFETY: the set is ours.
    unsafe { libc::sigemptyset(&mut set) };
    for item in t.collect(v)? {
        let n = t.arg_i64(item.r())?;
        if !(1..NSIG as i64).contains(&n) {
            return Err(t.value_error(format!("signal number {n} out of range [1; 64]")));
        }
        // SAFETY: as above. The numbers that the C library keeps for itself are refused, which is fine.
        unsafe { libc::sigaddset(&mut set, n as i32) };
    }
    Ok(set)
}

fn from_sigset(t: &mut Thread, set: &libc::sigset_t) -> Res {
    // SAFETY: only asks.
    let numbers = (1..NSIG).filter(|n| unsafe { libc::sigismember(set, *n) } == 1);
    let items: Vec<Value> = numbers.map(|n| t.int(n as i64)).collect();
    weft_vm::types::set::new_set(t, items)
}

fn pthread_sigmask(t: &mut Thread, a: Args<'_>) -> Res {
    let how = t.arg_i32(a.get(0))?;
    let set = to_sigset(t, a.get(1))?;
    // SAFETY: zeros are a valid set; it is written.
    let mut old: libc::sigset_t = unsafe { std::mem::zeroed() };
    // SAFETY: both sets are ours.
    let r = unsafe { libc::pthread_sigmask(how, &set, &mut old) };
    if r != 0 {
        return Err(t.os_error(r, None));
    }
    // Unblocking lets a pending signal in.
    t.safepoint()?;
    from_sigset(t, &old)
}

fn sigpending(t: &mut Thread, _a: Args<'_>) -> Res {
    // SAFETY: zeros are a valid set; it is written.
    let mut set: libc::sigset_t = unsafe { std::mem::zeroed() };
    // SAFETY: as above.
    if unsafe { libc::sigpending(&mut set) } != 0 {
        return Err(t.last_os_error(None));
    }
    from_sigset(t, &set)
}

fn valid_signals(t: &mut Thread, _a: Args<'_>) -> Res {
    // SAFETY: filled before use.
    let mut set: libc::sigset_t = unsafe { std::mem::zeroed() };
    // SAFETY: the set is ours.
    unsafe { libc::sigfillset(&mut set) };
    from_sigset(t, &set)
}

fn sigwait(t: &mut Thread, a: Args<'_>) -> Res {
    let set = to_sigset(t, a.get(0))?;
    loop {
        let mut n = 0;
        // SAFETY: both are ours.
        match t.blocking(|| unsafe { libc::sigwait(&set, &mut n) }) {
            0 => return Ok(t.int(n as i64)),
            libc::EINTR => t.safepoint()?,
            e => return Err(t.os_error(e, None)),
        }
    }
}

fn info(t: &mut Thread, i: &libc::siginfo_t) -> Value {
    // SAFETY: the fields that the kernel fills for this kind of signal; others read as what lies there.
    let (pid, uid, status, band) = unsafe { (i.si_pid(), i.si_uid(), i.si_status(), band_of(i)) };
    let fields = vec![
        t.int(i.si_signo as i64),
        t.int(i.si_code as i64),
        t.int(i.si_errno as i64),
        t.int(pid as i64),
        t.int(uid as i64),
        t.int(status as i64),
        t.int(band),
    ];
    SIGINFO.make(t, fields)
}

/// `si_band`, which the libc crate has no accessor for: the first word behind the three ints (padded).
///
/// # Safety
/// A siginfo_t of Linux.
unsafe fn band_of(i: &libc::siginfo_t) -> i64 {
    // SAFETY: the structure is 128 bytes long.
    unsafe { (&raw const *i).cast::<i64>().add(2).read() }
}

fn sigwaitinfo(t: &mut Thread, a: Args<'_>) -> Res {
    let set = to_sigset(t, a.get(0))?;
    loop {
        // SAFETY: zeros are a valid siginfo_t; it is written.
        let mut i: libc::siginfo_t = unsafe { std::mem::zeroed() };
        // SAFETY: both are ours.
        let (n, errno) = t.blocking(|| unsafe { (libc::sigwaitinfo(&set, &mut i), *libc::__errno_location()) });
        if n >= 0 {
            return Ok(info(t, &i));
        }
        if errno != libc::EINTR {
            return Err(t.os_error(errno, None));
        }
        t.safepoint()?
    }
}

fn sigtimedwait(t: &mut Thread, a: Args<'_>) -> Res {
    let set = to_sigset(t, a.get(0))?;
    let ns = nanoseconds(t, a.get(1), Round::Timeout)?;
    if ns < 0 {
        return Err(t.value_error("timeout must be non-negative"));
    }
    let end = crate::clock::deadline(ns);
    loop {
        let left = end.map_or(std::time::Duration::from_secs(1 << 30), |e| {
            e.saturating_duration_since(std::time::Instant::now())
        });
        let ts = libc::timespec { tv_sec: left.as_secs() as i64, tv_nsec: left.subsec_nanos() as i64 };
        // SAFETY: zeros are a valid siginfo_t; it is written.
        let mut i: libc::siginfo_t = unsafe { std::mem::zeroed() };
        let (n, errno) =
            // SAFETY: all are ours.
            t.blocking(|| unsafe { (libc::sigtimedwait(&set, &mut i, &ts), *libc::__errno_location()) });
        if n >= 0 {
            return Ok(info(t, &i));
        }
        match errno {
            libc::EAGAIN => return Ok(Value::NONE),
            libc::EINTR => t.safepoint()?,
            e => return Err(t.os_error(e, None)),
        }
    }
}

