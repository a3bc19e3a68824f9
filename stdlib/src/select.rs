//! `select`: waiting for many descriptors at once, by `select`, `poll` and `epoll`.
//!
//! Waits end at their deadline however often signals interrupt them (PEP 475).

use crate::syscall::{check, errno, fileno};
use std::cell::UnsafeCell;
use std::mem::ManuallyDrop;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering::*};
use std::time::{Duration, Instant};
use weft_strategy::Header;
use weft_strategy::lock::lock;
use weft_vm::errors::OS_ERROR;
use weft_vm::object::{
    Args, GetSet, ModuleSpec, NativeType, Object, Slots, TypeSpec, ValueExt, Visitor, type_flag,
};
use weft_vm::types::list::List;
use weft_vm::types::tuple::Tuple;
use weft_vm::{Res, Thread, VRef, Value, methods};

/// `select`
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "select",
    doc: "This module supports asynchronous I/O on multiple file descriptors.\n\n*** IMPORTANT NOTICE ***\nOn Windows, only sockets are supported; on Unix, all file descriptors.",
    functions: methods! {
        "select(rlist, wlist, xlist, timeout=None, /)" => select, "Wait until one or more file descriptors are ready for some kind of I/O.";
        "poll()" => |t, _| { let s = POLL.shape(t); Ok(make_poll(t, s)) }, "Returns a polling object.\n\nThis object supports registering and unregistering file descriptors, and then\npolling them for I/O events.";
    },
    init: Some(init),
};

macro_rules! constants {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name as i64),)*] };
}
static CONSTANTS: &[(&str, i64)] = constants! {
    POLLIN POLLPRI POLLOUT POLLERR POLLHUP POLLNVAL POLLRDNORM POLLRDBAND POLLWRNORM POLLWRBAND POLLRDHUP
    EPOLLIN EPOLLPRI EPOLLOUT EPOLLERR EPOLLHUP EPOLLRDHUP EPOLLRDNORM EPOLLRDBAND EPOLLWRNORM EPOLLWRBAND
    EPOLLMSG EPOLLEXCLUSIVE EPOLLONESHOT EPOLL_CLOEXEC EPOLLWAKEUP
};

fn init(t: &mut Thread, m: VRef<'_>) -> Res<()> {
    for (name, n) in CONSTANTS {
        t.module_set(m, name, t.int(*n))
    }
    t.module_set(m, "EPOLLET", t.int(1 << 31));
    t.module_set(m, "POLLMSG", t.int(1024));
    t.module_set(m, "PIPE_BUF", t.int(libc::PIPE_BUF as i64));
    t.module_set(m, "error", OS_ERROR.get(t).to_value());
    t.module_add_type(m, &EPOLL);
    Ok(())
}

// ---- deadlines

/// Seconds, or `None` for ever; `negative` is what a negative number means.
fn timeout_arg(t: &mut Thread, v: Option<VRef<'_>>, scale: f64) -> Res<Option<f64>> {
    let Some(v) = v.filter(|v| !v.is_none()) else { return Ok(None) };
    let ok = v.word().is_float() || v.ty().slots().float.is_some() || v.ty().slots().index.is_some();
    if !ok {
        return Err(t.type_error("timeout must be a real number or None"));
    }
    let f = t.arg_f64(v)? / scale;
    if f.is_nan() {
        return Err(t.value_error("Invalid value NaN (not a number)"));
    }
    if f > 9.2e9 {
        return Err(t.overflow_error("timeout is too large"));
    }
    Ok(Some(f))
}

/// Calls `f` with the milliseconds left until it is not interrupted any more.
fn wait_until<R>(
    t: &mut Thread,
    seconds: Option<f64>,
    mut f: impl FnMut(i32) -> Result<R, i32>,
) -> Res<Option<R>> {
    let end = seconds.map(|s| Instant::now() + Duration::from_secs_f64(s.max(0.0)));
    loop {
        let left = match end {
            None => -1,
            Some(e) => {
                let left = e.saturating_duration_since(Instant::now());
                // Round up: a wait must not end early.
                i32::try_from(left.as_nanos().div_ceil(1_000_000)).unwrap_or(i32::MAX)
            }
        };
        match t.blocking(|| f(left)) {
            Ok(r) => return Ok(Some(r)),
            Err(libc::EINTR) => {
                t.safepoint()?;
                if end.is_some_and(|e| Instant::now() >= e) {
                    return Ok(None);
                }
            }
            Err(e) => return Err(t.os_error(e, None)),
        }
    }
}

// ---- select

fn descriptors(t: &mut Thread, v: VRef<'_>) -> Res<Vec<(i32, Value)>> {
    if v.ty().slots().iter.is_none() && v.ty().slots().getitem.is_none() {
        return Err(t.type_error("arguments 1-3 must be sequences"));
    }
    let mut out = Vec::new();
    for x in t.collect(v)? {
        let fd = fileno(t, x.r())?;
        if fd as usize >= libc::FD_SETSIZE {
            return Err(t.value_error("filedescriptor out of range in select()"));
        }
        out.push((fd, x));
        if out.len() > libc::FD_SETSIZE {
            return Err(t.value_error("too many file descriptors in select()"));
        }
    }
    Ok(out)
}

fn select(t: &mut Thread, a: Args<'_>) -> Res {
    let seconds = timeout_arg(t, a.opt(3), 1.0)?;
    if seconds.is_some_and(|s| s < 0.0) {
        return Err(t.value_error("timeout must be non-negative"));
    }
    let lists = [descriptors(t, a.get(0))?, descriptors(t, a.get(1))?, descriptors(t, a.get(2))?];
    let n = lists.iter().flatten().map(|(fd, _)| fd + 1).max().unwrap_or(0);
    let fds: Vec<Vec<i32>> = lists.iter().map(|l| l.iter().map(|(fd, _)| *fd).collect()).collect();
    let ready = wait_until(t, seconds, |left| {
        // SAFETY: plain data; descriptors are below FD_SETSIZE.
        unsafe {
            let mut sets: [libc::fd_set; 3] = std::mem::zeroed();
            for (set, fds) in sets.iter_mut().zip(&fds) {
                libc::FD_ZERO(set);
                for fd in fds {
                    libc::FD_SET(*fd, set)
                }
            }
            let mut tv = libc::timeval {
                tv_sec: (left / 1000) as libc::time_t,
                tv_usec: (left % 1000) as libc::suseconds_t * 1000,
            };
            let p = if left < 0 { std::ptr::null_mut() } else { &mut tv };
            let [r, w, x] = &mut sets;
            if libc::select(n, r, w, x, p) < 0 { Err(errno()) } else { Ok(sets) }
        }
    })?;
    let out = lists
        .into_iter()
        .enumerate()
        .map(|(i, l)| {
            let is_set = |fd: i32| {
                // SAFETY: as above.
                ready.as_ref().is_some_and(|s| unsafe { libc::FD_ISSET(fd, &s[i]) })
            };
            List::new(t, l.into_iter().filter(|(fd, _)| is_set(*fd)).map(|(_, v)| v).collect())
        })
        .collect();
    Ok(Tuple::new(t, out))
}

// ---- poll

/// A polling object.
#[repr(C)]
struct Poll {
    h: Header,
    /// Registered descriptors with their events, in order of the descriptors; under the byte lock.
    fds: UnsafeCell<ManuallyDrop<Vec<(i32, i16)>>>,
    running: AtomicBool,
}

// SAFETY: repr(C), header first, no references.
unsafe impl Object for Poll {
    weft_vm::layout!(Poll, "select.poll", false);
    fn traverse(&self, _v: Visitor) {}
    fn clear(&self) {
        // SAFETY: the object is dead; an empty vector owns no memory.
        unsafe { **self.fds.get() = Vec::new() }
    }
}

static POLL: NativeType = NativeType::new(&POLL_SPEC);
static POLL_SPEC: TypeSpec = TypeSpec {
    name: "select.poll",
    flags: type_flag::IMMUTABLE | type_flag::NO_NEW,
    methods: methods! {
        "register(self, fd, eventmask=select.POLLIN | select.POLLPRI | select.POLLOUT, /)" => poll_register, "Register a file descriptor with the polling object.";
        "modify(self, fd, eventmask, /)" => poll_modify, "Modify an already registered file descriptor.";
        "unregister(self, fd, /)" => poll_unregister, "Remove a file descriptor being tracked by the polling object.";
        "poll(self, timeout=None, /)" => poll_poll, "Polls the set of registered file descriptors.\n\nReturns a list containing any descriptors that have events or errors to\nreport, as a list of (fd, event) 2-tuples.";
    },
    ..TypeSpec::new::<Poll>()
};

fn make_poll(t: &Thread, shape: u32) -> Value {
    t.make(
        shape,
        Poll {
            h: Header::new(0, 0),
            fds: UnsafeCell::new(ManuallyDrop::new(Vec::new())),
            running: AtomicBool::new(false),
        },
    )
}

impl Poll {
    fn with<R>(&self, t: &Thread, f: impl FnOnce(&mut Vec<(i32, i16)>) -> R) -> R {
        let _g = lock(t, &self.h);
        // SAFETY: locked.
        f(unsafe { &mut *self.fds.get() })
    }
}

fn events_arg(t: &mut Thread, v: VRef<'_>) -> Res<i16> {
    let n = t.index(v)?;
    match weft_vm::types::int::to_i64(n.r()) {
        Some(n) if n < 0 => Err(t.value_error("value must be positive")),
        Some(n) if n <= u16::MAX as i64 => Ok(n as u16 as i16),
        _ => Err(t.overflow_error("Python int too large for C unsigned short")),
    }
}

fn poll_register(t: &mut Thread, a: Args<'_>) -> Res {
    let fd = fileno(t, a.get(1))?;
    let events = match a.opt(2) {
        Some(e) => events_arg(t, e)?,
        None => libc::POLLIN | libc::POLLPRI | libc::POLLOUT,
    };
    a.this::<Poll>().with(t, |l| match l.iter_mut().find(|(f, _)| *f == fd) {
        Some(x) => x.1 = events,
        None => l.push((fd, events)),
    });
    Ok(Value::NONE)
}

fn poll_modify(t: &mut Thread, a: Args<'_>) -> Res {
    let fd = fileno(t, a.get(1))?;
    let events = events_arg(t, a.get(2))?;
    let found = a.this::<Poll>().with(t, |l| l.iter_mut().find(|(f, _)| *f == fd).map(|x| x.1 = events));
    match found {
        Some(()) => Ok(Value::NONE),
        None => Err(t.os_error(libc::ENOENT, None)),
    }
}

fn poll_unregister(t: &mut Thread, a: Args<'_>) -> Res {
    let fd = fileno(t, a.get(1))?;
    let gone = a.this::<Poll>().with(t, |l| {
        let n = l.len();
        l.retain(|(f, _)| *f != fd);
        l.len() < n
    });
    if gone {
        return Ok(Value::NONE);
    }
    let fd = t.int(fd as i64);
    Err(t.key_error(fd.r()))
}

fn poll_poll(t: &mut Thread, a: Args<'_>) -> Res {
    let p: &Poll = a.this();
    let seconds = timeout_arg(t, a.opt(1), 1000.0)?.filter(|s| *s >= 0.0);
    if p.running.swap(true, AcqRel) {
        return Err(t.runtime_error("concurrent poll() invocation"));
    }
    let list = p.with(t, |l| l.clone());
    let mut fds: Vec<libc::pollfd> =
        list.iter().map(|(fd, events)| libc::pollfd { fd: *fd, events: *events, revents: 0 }).collect();
    let (at, n) = (fds.as_mut_ptr() as usize, fds.len() as libc::nfds_t);
    let r = wait_until(t, seconds, |left| {
        // SAFETY: the array lives until the call returns.
        let r = unsafe { libc::poll(at as *mut libc::pollfd, n, left) };
        if r < 0 { Err(errno()) } else { Ok(r) }
    });
    p.running.store(false, Release);
    let ready = r?.unwrap_or(0) > 0;
    let out = fds
        .iter()
        .filter(|f| ready && f.revents != 0)
        .map(|f| Tuple::new(t, vec![t.int(f.fd as i64), t.int(f.revents as u16 as i64)]))
        .collect();
    Ok(List::new(t, out))
}

// ---- epoll

/// An epoll object.
#[repr(C)]
struct Epoll {
    h: Header,
    /// -1: closed
    fd: AtomicI32,
}

// SAFETY: repr(C), header first, no references.
unsafe impl Object for Epoll {
    weft_vm::layout!(Epoll, "select.epoll", false);
    fn traverse(&self, _v: Visitor) {}
    fn clear(&self) {
        let fd = self.fd.swap(-1, AcqRel);
        if fd >= 0 {
            // SAFETY: our own descriptor.
            unsafe { libc::close(fd) };
        }
    }
}

static EPOLL: NativeType = NativeType::new(&EPOLL_SPEC);
static EPOLL_SPEC: TypeSpec = TypeSpec {
    name: "select.epoll",
    doc: "Returns an epolling object.",
    slots: Slots { new: constructor!("epoll(cls, sizehint=-1, flags=0)" => epoll_new), ..Slots::EMPTY },
    methods: methods! {
        "close(self, /)" => |t, a| epoll_close(t, a.this()), "Close the epoll control file descriptor.";
        "fileno(self, /)" => |t, a| { let fd = open_fd(t, a.this())?; Ok(t.int(fd as i64)) }, "Return the epoll control file descriptor.";
        "register(self, /, fd, eventmask=select.EPOLLIN | select.EPOLLPRI | select.EPOLLOUT)" => |t, a| epoll_ctl(t, a, libc::EPOLL_CTL_ADD), "Registers a new fd or raises an OSError if the fd is already registered.";
        "modify(self, /, fd, eventmask)" => |t, a| epoll_ctl(t, a, libc::EPOLL_CTL_MOD), "Modify event mask for a registered file descriptor.";
        "unregister(self, /, fd)" => |t, a| epoll_ctl(t, a, libc::EPOLL_CTL_DEL), "Remove a registered file descriptor from the epoll object.";
        "poll(self, /, timeout=None, maxevents=-1)" => epoll_poll, "Wait for events on the epoll file descriptor.";
        "__enter__(self, /)" => |t, a| { open_fd(t, a.this())?; Ok(a.get(0).to_value()) };
        "__exit__(self, exc_type=None, exc_value=None, exc_tb=None, /)" => |t, a| t.call_method(a.get(0), "close", &[]);
        class "fromfd(cls, fd, /)" => |t, a| {
            let fd = t.arg_i32(a.get(1))?;
            let shape = weft_vm::types::typeobj::as_type(a.get(0)).map_or(0, |c| c.shape());
            Ok(t.make(shape, Epoll { h: Header::new(0, 0), fd: AtomicI32::new(fd) }))
        }, "Create an epoll object from a given control fd.";
    },
    getset: &[GetSet {
        name: "closed",
        get: |_, v| Ok(Value::bool(v.cast::<Epoll>().is_none_or(|e| e.fd.load(Acquire) < 0))),
        set: None,
        doc: "True if the epoll handler is closed",
    }],
    ..TypeSpec::new::<Epoll>()
};

fn epoll_new(t: &mut Thread, a: Args<'_>) -> Res {
    if let Some(n) = a.opt(1) {
        let n = t.arg_i32(n)?;
        if n < -1 || n == 0 {
            return Err(t.value_error("negative sizehint"));
        }
    }
    if let Some(f) = a.opt(2) {
        let f = t.arg_i32(f)?;
        if f & !libc::EPOLL_CLOEXEC != 0 {
            return Err(t.raise_text(&OS_ERROR, "invalid flags"));
        }
    }
    // SAFETY: plain system call.
    let r = unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) };
    let fd = check(t, r as i64)? as i32;
    let shape = weft_vm::types::typeobj::as_type(a.get(0)).map_or(0, |c| c.shape());
    Ok(t.make(shape, Epoll { h: Header::new(0, 0), fd: AtomicI32::new(fd) }))
}

fn open_fd(t: &mut Thread, e: &Epoll) -> Res<i32> {
    match e.fd.load(Acquire) {
        fd if fd >= 0 => Ok(fd),
        _ => Err(t.value_error("I/O operation on closed epoll object")),
    }
}

fn epoll_close(t: &mut Thread, e: &Epoll) -> Res {
    let fd = e.fd.swap(-1, AcqRel);
    if fd >= 0 {
        // SAFETY: our own descriptor.
        let r = t.blocking(|| if unsafe { libc::close(fd) } < 0 { Err(errno()) } else { Ok(()) });
        if let Err(e) = r {
            return Err(t.os_error(e, None));
        }
    }
    Ok(Value::NONE)
}

fn epoll_ctl(t: &mut Thread, a: Args<'_>, op: i32) -> Res {
    let ep = open_fd(t, a.this())?;
    let fd = fileno(t, a.get(1))?;
    let events = match a.opt(2) {
        Some(m) => t.arg_i64(m)? as u32,
        None => (libc::EPOLLIN | libc::EPOLLPRI | libc::EPOLLOUT) as u32,
    };
    let mut ev = libc::epoll_event { events, u64: fd as u64 };
    // SAFETY: ours.
    let r = unsafe { libc::epoll_ctl(ep, op, fd, &mut ev) };
    check(t, r as i64)?;
    Ok(Value::NONE)
}

fn epoll_poll(t: &mut Thread, a: Args<'_>) -> Res {
    let ep = open_fd(t, a.this())?;
    let seconds = timeout_arg(t, a.opt(1), 1.0)?.filter(|s| *s >= 0.0);
    let max = match a.opt(2) {
        Some(n) => t.arg_i32(n)?,
        None => -1,
    };
    let max = match max {
        -1 => libc::FD_SETSIZE as i32 - 1,
        n if n < 1 => {
            return Err(t.value_error(format!("maxevents must be greater than 0, got {n}")));
        }
        n => n.min(1 << 16),
    };
    let mut events = vec![libc::epoll_event { events: 0, u64: 0 }; max as usize];
    let at = events.as_mut_ptr() as usize;
    let n = wait_until(t, seconds, |left| {
        // SAFETY: the array lives until the call returns.
        let r = unsafe { libc::epoll_wait(ep, at as *mut libc::epoll_event, max, left) };
        if r < 0 { Err(errno()) } else { Ok(r) }
    })?;
    let out = events[..n.unwrap_or(0) as usize]
        .iter()
        .map(|e| {
            let (fd, events) = (e.u64, e.events);
            Tuple::new(t, vec![t.int(fd as i32 as i64), t.int(events as i64)])
        })
        .collect();
    Ok(List::new(t, out))
}
