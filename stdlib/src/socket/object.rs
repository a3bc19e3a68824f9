//! The `socket` object.
//!
//! A socket with a timeout is non-blocking for the system; operations wait for it with `poll` until they can go
//! on or the time is over. Signals do not shorten or prolong that.

use super::address::{Address, address_arg};
use crate::syscall::{self, audit, buffer, buffer_of, errno};
use std::sync::atomic::{AtomicI32, AtomicU64, Ordering::*};
use std::time::{Duration, Instant};
use weft_strategy::Header;
use weft_vm::call::bind::call_native;
use weft_vm::errors::{OS_ERROR, OVERFLOW_ERROR, RESOURCE_WARNING, TIMEOUT_ERROR};
use weft_vm::object::buffer::View;
use weft_vm::object::{
    Args, Binding, GetSet, MethodDef, NativeType, Object, Slots, TypeSpec, ValueExt, Visitor, type_flag,
};
use weft_vm::types::int;
use weft_vm::types::list::List;
use weft_vm::types::tuple::{Tuple, tuple};
use weft_vm::{Raised, Res, Thread, VRef, Value, methods};

/// Bits of `f64` -1: no timeout.
const NO_TIMEOUT: f64 = -1.0;

/// `socket.getdefaulttimeout()`
pub static DEFAULT_TIMEOUT: AtomicU64 = AtomicU64::new(0xBFF0_0000_0000_0000);

/// The object.
#[repr(C)]
pub struct Socket {
    h: Header,
    /// -1: closed
    pub fd: AtomicI32,
    family: AtomicI32,
    kind: AtomicI32,
    proto: AtomicI32,
    /// Seconds as `f64` bits; negative: none.
    timeout: AtomicU64,
}

// SAFETY: repr(C), header first, no references.
unsafe impl Object for Socket {
    weft_vm::layout!(Socket, "_socket.socket", false);
    fn traverse(&self, _v: Visitor) {}
    fn clear(&self) {
        let fd = self.fd.swap(-1, AcqRel);
        if fd >= 0 {
            // SAFETY: our own descriptor.
            unsafe { libc::close(fd) };
        }
    }
}

/// `_socket.socket`
pub static TYPE: NativeType = NativeType::new(&SPEC);
static SPEC: TypeSpec = TypeSpec {
    name: "_socket.socket",
    doc: "socket(family=AF_INET, type=SOCK_STREAM, proto=0) -> socket object\nsocket(family=-1, type=-1, proto=-1, fileno=None) -> socket object\n\nOpen a socket of the given type.",
    flags: type_flag::BASETYPE | type_flag::IMMUTABLE,
    slots: Slots {
        repr: Some(repr),
        new: Some(|t, cls, _| {
            Ok(t.make(
                cls.shape(),
                Socket {
                    h: Header::new(0, 0),
                    fd: AtomicI32::new(-1),
                    family: AtomicI32::new(0),
                    kind: AtomicI32::new(0),
                    proto: AtomicI32::new(0),
                    timeout: AtomicU64::new(NO_TIMEOUT.to_bits()),
                },
            ))
        }),
        init: Some(|t, v, a| call_native(t, &INIT, Some(v), a).map(drop)),
        finalize: Some(finalize),
        ..Slots::EMPTY
    },
    methods: methods! {
        "_accept(self, /)" => accept, "_accept() -> (integer, address info)";
        "bind(self, address, /)" => bind, "Bind the socket to a local address.";
        "close(self, /)" => close, "Close the socket.  It cannot be used after this call.";
        "connect(self, address, /)" => |t, a| connect(t, a, false), "Connect the socket to a remote address.";
        "connect_ex(self, address, /)" => |t, a| connect(t, a, true), "This is like connect(address), but returns an error code (the errno value)\ninstead of raising an exception when an error occurs.";
        "detach(self, /)" => |t, a| { let fd = this(a.get(0)).fd.swap(-1, AcqRel); Ok(t.int(fd as i64)) }, "Close the socket object without closing the underlying file descriptor.";
        "fileno(self, /)" => |t, a| { let fd = this(a.get(0)).fd.load(Acquire); Ok(t.int(fd as i64)) }, "Return the integer file descriptor of the socket.";
        "getpeername(self, /)" => |t, a| name_of(t, a, libc::getpeername), "Return the address of the remote endpoint.";
        "getsockname(self, /)" => |t, a| name_of(t, a, libc::getsockname), "Return the address of the local endpoint.";
        "getsockopt(self, level, option, buflen=0, /)" => getsockopt, "Get a socket option.";
        "setsockopt(self, level, option, value, optlen=None, /)" => setsockopt, "Set a socket option.";
        "gettimeout(self, /)" => |t, a| Ok(timeout_value(t, this(a.get(0)).timeout())), "Returns the timeout in seconds (float) associated with socket operations.";
        "settimeout(self, timeout, /)" => settimeout, "Set a timeout on socket operations.";
        "getblocking(self, /)" => |_, a| Ok(Value::bool(this(a.get(0)).timeout() != 0.0)), "Returns True if socket is in blocking mode, or False if it is in non-blocking mode.";
        "setblocking(self, flag, /)" => setblocking, "Set the socket to blocking (flag is true) or non-blocking (false).";
        "listen(self, backlog=128, /)" => listen, "Enable a server to accept connections.";
        "recv(self, bufsize, flags=0, /)" => recv, "Receive up to buffersize bytes from the socket.";
        "recv_into(self, /, buffer, nbytes=0, flags=0)" => |t, a| recv_into(t, a, false), "A version of recv() that stores its data into a buffer rather than creating\na new string.";
        "recvfrom(self, bufsize, flags=0, /)" => recvfrom, "Like recv(buffersize, flags) but also return the sender's address info.";
        "recvfrom_into(self, /, buffer, nbytes=0, flags=0)" => |t, a| recv_into(t, a, true), "Like recv_into(buffer[, nbytes[, flags]]) but also return the sender's address info.";
        "recvmsg(self, bufsize, ancbufsize=0, flags=0, /)" => recvmsg, "Receive normal data (up to bufsize bytes) and ancillary data from the socket.";
        "recvmsg_into(self, buffers, ancbufsize=0, flags=0, /)" => recvmsg_into, "Receive normal data and ancillary data from the socket, scattering the\nnon-ancillary data into a series of buffers.";
        "send(self, data, flags=0, /)" => send, "Send a data string to the socket.";
        "sendall(self, data, flags=0, /)" => sendall, "Send a data string to the socket, all of it.";
        "sendto(self, data, flags_or_address, address=None, /)" => sendto, "Like send(data, flags) but allows specifying the destination address.";
        "sendmsg(self, buffers, ancdata=(), flags=0, address=None, /)" => sendmsg, "Send normal and ancillary data to the socket.";
        "shutdown(self, how, /)" => shutdown, "Shut down the reading side of the socket (flag == SHUT_RD), the writing side\nof the socket (flag == SHUT_WR), or both ends (flag == SHUT_RDWR).";
    },
    getset: &[
        GetSet {
            name: "family",
            get: |t, v| Ok(t.int(this(v).family.load(Relaxed) as i64)),
            set: None,
            doc: "the socket family",
        },
        GetSet {
            name: "type",
            get: |t, v| Ok(t.int(this(v).kind.load(Relaxed) as i64)),
            set: None,
            doc: "the socket type",
        },
        GetSet {
            name: "proto",
            get: |t, v| Ok(t.int(this(v).proto.load(Relaxed) as i64)),
            set: None,
            doc: "the socket protocol",
        },
        GetSet {
            name: "timeout",
            get: |t, v| Ok(timeout_value(t, this(v).timeout())),
            set: None,
            doc: "the socket timeout",
        },
    ],
    ..TypeSpec::new::<Socket>()
};

static INIT: MethodDef =
    MethodDef::new("socket(self, family=-1, type=-1, proto=-1, fileno=None)", init, "", Binding::Plain);

fn this(v: VRef<'_>) -> &Socket {
    v.cast().expect("a socket")
}

impl Socket {
    fn timeout(&self) -> f64 {
        f64::from_bits(self.timeout.load(Relaxed))
    }
}

/// Seconds, or None for a negative number.
pub fn timeout_value(t: &Thread, s: f64) -> Value {
    if s < 0.0 { Value::NONE } else { t.float(s) }
}

/// A timeout argument: seconds, negative for None.
pub fn timeout_arg(t: &mut Thread, v: VRef<'_>) -> Res<f64> {
    if v.is_none() {
        return Ok(NO_TIMEOUT);
    }
    let f = t.arg_f64(v)?;
    if f.is_nan() {
        return Err(t.value_error("Invalid value NaN (not a number)"));
    }
    if f < 0.0 {
        return Err(t.value_error("Timeout value out of range"));
    }
    if f > 9.2e9 {
        return Err(t.overflow_error("timeout doesn't fit into C timeval"));
    }
    Ok(f)
}

fn set_nonblocking(fd: i32, on: bool) -> i32 {
    let on: libc::c_int = on as libc::c_int;
    // SAFETY: a number of ours.
    unsafe { libc::ioctl(fd, libc::FIONBIO, &on) }
}

fn init(t: &mut Thread, a: Args<'_>) -> Res {
    let s = this(a.get(0));
    let mut n = [-1; 3];
    for (i, x) in n.iter_mut().enumerate() {
        if let Some(v) = a.opt(i + 1) {
            *x = t.arg_i32(v)?
        }
    }
    let [mut family, mut kind, mut proto] = n;
    let given = match a.opt_none(4) {
        Some(v) => {
            if v.word().is_float() {
                return Err(t.type_error("integer argument expected, got float"));
            }
            let fd = t.arg_i32(v)?;
            if fd < 0 {
                return Err(t.value_error("negative file descriptor"));
            }
            Some(fd)
        }
        None => None,
    };
    syscall::audit(t, "socket.__new__", &[a.get(0)])?;
    let fd = match given {
        Some(fd) => {
            let mut address = Address::empty();
            // SAFETY: room for any address.
            let r = unsafe { libc::getsockname(fd, (&raw mut address.storage).cast(), &mut address.len) };
            if r < 0 {
                let e = errno();
                if family == -1 || e == libc::EBADF || e == libc::ENOTSOCK {
                    return Err(t.os_error(e, None));
                }
            }
            if family == -1 {
                family = address.storage.ss_family as i32
            }
            if kind == -1 {
                kind = option(fd, libc::SO_TYPE).map_err(|e| t.os_error(e, None))?
            }
            if proto == -1 {
                proto = option(fd, libc::SO_PROTOCOL).map_err(|e| t.os_error(e, None))?
            }
            fd
        }
        None => {
            if family == -1 {
                family = libc::AF_INET
            }
            if kind == -1 {
                kind = libc::SOCK_STREAM
            }
            if proto == -1 {
                proto = 0
            }
            // SAFETY: plain system call.
            let r = unsafe { libc::socket(family, kind | libc::SOCK_CLOEXEC, proto) };
            syscall::check(t, r as i64)? as i32
        }
    };
    let old = s.fd.swap(fd, AcqRel);
    if old >= 0 {
        // SAFETY: our own descriptor.
        unsafe { libc::close(old) };
    }
    s.family.store(family, Relaxed);
    s.kind.store(kind & !(libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC), Relaxed);
    s.proto.store(proto, Relaxed);
    let timeout =
        if kind & libc::SOCK_NONBLOCK != 0 { 0.0 } else { f64::from_bits(DEFAULT_TIMEOUT.load(Relaxed)) };
    s.timeout.store(timeout.to_bits(), Relaxed);
    if timeout >= 0.0 {
        set_nonblocking(fd, true);
    }
    Ok(Value::NONE)
}

fn option(fd: i32, what: i32) -> Result<i32, i32> {
    let (mut n, mut len) = (0i32, 4 as libc::socklen_t);
    // SAFETY: a number of ours.
    let r = unsafe { libc::getsockopt(fd, libc::SOL_SOCKET, what, (&raw mut n).cast(), &mut len) };
    if r < 0 { Err(errno()) } else { Ok(n) }
}

fn finalize(t: &mut Thread, v: VRef<'_>) {
    let s = this(v);
    if s.fd.load(Acquire) < 0 {
        return;
    }
    let done = match t.repr_text(v) {
        Ok(r) => weft_vm::start::warn::warn(t, &RESOURCE_WARNING, &format!("unclosed {r}")),
        Err(e) => Err(e),
    };
    if done.is_err() {
        weft_vm::errors::write_unraisable(t, "Exception ignored while finalizing socket", v)
    }
    let fd = s.fd.swap(-1, AcqRel);
    // SAFETY: our own descriptor.
    t.blocking(|| unsafe { libc::close(fd) });
}

fn repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let s = this(v);
    let n = |a: &AtomicI32| a.load(Relaxed);
    Ok(t.str(&format!(
        "<socket object, fd={}, family={}, type={}, proto={}>",
        n(&s.fd),
        n(&s.family),
        n(&s.kind),
        n(&s.proto)
    )))
}

// ---- operations that may wait

/// Waits until the descriptor is ready; false when the time is over.
fn wait(t: &mut Thread, fd: i32, events: i16, end: Option<Instant>) -> Res<bool> {
    loop {
        let left = match end {
            None => -1,
            Some(e) => {
                let left = e.saturating_duration_since(Instant::now());
                i32::try_from(left.as_nanos().div_ceil(1_000_000)).unwrap_or(i32::MAX)
            }
        };
        let r = t.blocking(|| {
            let mut p = libc::pollfd { fd, events, revents: 0 };
            // SAFETY: ours.
            let r = unsafe { libc::poll(&mut p, 1, left) };
            if r < 0 { Err(errno()) } else { Ok(r) }
        });
        match r {
            Ok(0) => return Ok(false),
            Ok(_) => return Ok(true),
            Err(libc::EINTR) => t.safepoint()?,
            Err(e) => return Err(t.os_error(e, None)),
        }
    }
}

fn timed_out(t: &mut Thread) -> Raised {
    t.raise_text(&TIMEOUT_ERROR, "timed out")
}

/// When an operation of this socket that starts now must end.
fn deadline(s: &Socket) -> Option<Instant> {
    let seconds = s.timeout();
    if seconds > 0.0 { Some(Instant::now() + Duration::from_secs_f64(seconds)) } else { None }
}

/// Runs a call until it does not say "again".
fn run(t: &mut Thread, s: &Socket, events: i16, end: Option<Instant>, f: impl Fn(i32) -> i64) -> Res<i64> {
    let fd = s.fd.load(Acquire);
    loop {
        if end.is_some() && !wait(t, fd, events, end)? {
            return Err(timed_out(t));
        }
        match syscall::retry(t, || f(fd))? {
            Ok(n) => return Ok(n),
            Err(libc::EAGAIN) if end.is_some() => {}
            Err(e) => return Err(t.os_error(e, None)),
        }
    }
}

fn accept(t: &mut Thread, a: Args<'_>) -> Res {
    let s = this(a.get(0));
    let mut address = Address::empty();
    let (p, n) = ((&raw mut address.storage) as usize, (&raw mut address.len) as usize);
    let end = deadline(s);
    // SAFETY: the address lives until the call returns.
    let fd = run(t, s, libc::POLLIN, end, |fd| unsafe {
        libc::accept4(fd, p as *mut libc::sockaddr, n as *mut libc::socklen_t, libc::SOCK_CLOEXEC) as i64
    })?;
    Ok(Tuple::new(t, vec![t.int(fd), address.value(t)]))
}

fn bind(t: &mut Thread, a: Args<'_>) -> Res {
    let s = this(a.get(0));
    let address = address_arg(t, s.family.load(Relaxed), a.get(1), "bind")?;
    audit(t, "socket.bind", &[a.get(0), a.get(1)])?;
    let fd = s.fd.load(Acquire);
    // SAFETY: the address lives until the call returns.
    syscall::call(t, || unsafe { libc::bind(fd, address.ptr(), address.len) } as i64)?;
    Ok(Value::NONE)
}

fn connect(t: &mut Thread, a: Args<'_>, ex: bool) -> Res {
    let s = this(a.get(0));
    let f = if ex { "connect_ex" } else { "connect" };
    let address = address_arg(t, s.family.load(Relaxed), a.get(1), f)?;
    audit(t, "socket.connect", &[a.get(0), a.get(1)])?;
    let (fd, timeout) = (s.fd.load(Acquire), s.timeout());
    let end = deadline(s);
    // SAFETY: the address lives until the call returns.
    let r =
        t.blocking(|| if unsafe { libc::connect(fd, address.ptr(), address.len) } < 0 { errno() } else { 0 });
    let must_wait = match r {
        libc::EINTR => {
            t.safepoint()?;
            timeout != 0.0
        }
        libc::EINPROGRESS => timeout > 0.0,
        _ => false,
    };
    let mut e = r;
    if must_wait {
        if !wait(t, fd, libc::POLLOUT, end)? {
            if ex {
                return Ok(t.int(libc::EAGAIN as i64));
            }
            return Err(timed_out(t));
        }
        e = option(fd, libc::SO_ERROR).unwrap_or_else(|e| e);
        if e == libc::EISCONN {
            e = 0
        }
    }
    if ex {
        return Ok(t.int(e as i64));
    }
    if e != 0 { Err(t.os_error(e, None)) } else { Ok(Value::NONE) }
}

fn close(t: &mut Thread, a: Args<'_>) -> Res {
    let fd = this(a.get(0)).fd.swap(-1, AcqRel);
    if fd >= 0 {
        // SAFETY: our own descriptor.
        let r = t.blocking(|| if unsafe { libc::close(fd) } < 0 { errno() } else { 0 });
        if r != 0 && r != libc::ECONNRESET && r != libc::EINTR {
            return Err(t.os_error(r, None));
        }
    }
    Ok(Value::NONE)
}

fn name_of(
    t: &mut Thread,
    a: Args<'_>,
    f: unsafe extern "C" fn(i32, *mut libc::sockaddr, *mut libc::socklen_t) -> i32,
) -> Res {
    let fd = this(a.get(0)).fd.load(Acquire);
    let mut address = Address::empty();
    // SAFETY: room for any address.
    let r = unsafe { f(fd, (&raw mut address.storage).cast(), &mut address.len) };
    syscall::check(t, r as i64)?;
    Ok(address.value(t))
}

fn listen(t: &mut Thread, a: Args<'_>) -> Res {
    let n = match a.opt(1) {
        Some(n) => t.arg_i32(n)?.max(0),
        None => 128,
    };
    let fd = this(a.get(0)).fd.load(Acquire);
    // SAFETY: plain system call.
    let r = unsafe { libc::listen(fd, n) };
    syscall::check(t, r as i64)?;
    Ok(Value::NONE)
}

fn shutdown(t: &mut Thread, a: Args<'_>) -> Res {
    let how = t.arg_i32(a.get(1))?;
    let fd = this(a.get(0)).fd.load(Acquire);
    // SAFETY: plain system call.
    let r = unsafe { libc::shutdown(fd, how) };
    syscall::check(t, r as i64)?;
    Ok(Value::NONE)
}

fn settimeout(t: &mut Thread, a: Args<'_>) -> Res {
    let seconds = timeout_arg(t, a.get(1))?;
    set_timeout(t, this(a.get(0)), seconds)
}

fn setblocking(t: &mut Thread, a: Args<'_>) -> Res {
    let on = t.truth(a.get(1))?;
    set_timeout(t, this(a.get(0)), if on { NO_TIMEOUT } else { 0.0 })
}

fn set_timeout(t: &mut Thread, s: &Socket, seconds: f64) -> Res {
    s.timeout.store(seconds.to_bits(), Relaxed);
    let r = set_nonblocking(s.fd.load(Acquire), seconds >= 0.0);
    syscall::check(t, r as i64)?;
    Ok(Value::NONE)
}

// ---- options

fn getsockopt(t: &mut Thread, a: Args<'_>) -> Res {
    let fd = this(a.get(0)).fd.load(Acquire);
    let (level, what) = (t.arg_i32(a.get(1))?, t.arg_i32(a.get(2))?);
    let n = match a.opt(3) {
        Some(n) => t.arg_i32(n)?,
        None => 0,
    };
    if n == 0 {
        let (mut x, mut len) = (0i32, 4 as libc::socklen_t);
        // SAFETY: a number of ours.
        let r = unsafe { libc::getsockopt(fd, level, what, (&raw mut x).cast(), &mut len) };
        syscall::check(t, r as i64)?;
        return Ok(t.int(x as i64));
    }
    if !(1..=1024).contains(&n) {
        return Err(t.raise_text(&OS_ERROR, "getsockopt buflen out of range"));
    }
    let (mut b, mut len) = (vec![0u8; n as usize], n as libc::socklen_t);
    // SAFETY: a buffer of ours.
    let r = unsafe { libc::getsockopt(fd, level, what, b.as_mut_ptr().cast(), &mut len) };
    syscall::check(t, r as i64)?;
    Ok(t.bytes(&b[..(len as usize).min(b.len())]))
}

fn setsockopt(t: &mut Thread, a: Args<'_>) -> Res {
    let fd = this(a.get(0)).fd.load(Acquire);
    let (level, what) = (t.arg_i32(a.get(1))?, t.arg_i32(a.get(2))?);
    let value = a.get(3);
    let r = if let Some(n) = a.opt_none(4) {
        let n = t.arg_i64(n)? as libc::socklen_t;
        // SAFETY: a null value of a length.
        unsafe { libc::setsockopt(fd, level, what, std::ptr::null(), n) }
    } else if int::is_int(value) {
        let x = t.arg_i32(value)?;
        // SAFETY: a number of ours.
        unsafe { libc::setsockopt(fd, level, what, (&raw const x).cast(), 4) }
    } else {
        let b = syscall::bytes_arg(t, value)?;
        // SAFETY: a buffer of ours.
        unsafe { libc::setsockopt(fd, level, what, b.as_ptr().cast(), b.len() as libc::socklen_t) }
    };
    syscall::check(t, r as i64)?;
    Ok(Value::NONE)
}

// ---- receiving

fn flags_arg(t: &mut Thread, v: Option<VRef<'_>>) -> Res<i32> {
    match v {
        Some(v) => t.arg_i32(v),
        None => Ok(0),
    }
}

fn size_arg(t: &mut Thread, v: VRef<'_>, f: &str) -> Res<usize> {
    let n = t.index_i64(v, &OVERFLOW_ERROR)?;
    usize::try_from(n).map_err(|_| t.value_error(format!("negative buffersize in {f}")))
}

fn recv(t: &mut Thread, a: Args<'_>) -> Res {
    let s = this(a.get(0));
    let n = size_arg(t, a.get(1), "recv")?;
    let flags = flags_arg(t, a.opt(2))?;
    let mut b = buffer_of(t, n)?;
    let p = b.as_mut_ptr() as usize;
    let end = deadline(s);
    // SAFETY: the buffer lives until the call returns.
    let got = run(t, s, libc::POLLIN, end, |fd| unsafe {
        libc::recv(fd, p as *mut libc::c_void, n, flags) as i64
    })?;
    Ok(t.bytes(&b[..got as usize]))
}

fn receive_from(t: &mut Thread, s: &Socket, p: usize, n: usize, flags: i32) -> Res<(usize, Address)> {
    let mut address = Address::empty();
    let (ap, al) = ((&raw mut address.storage) as usize, (&raw mut address.len) as usize);
    let end = deadline(s);
    // SAFETY: buffer and address live until the call returns.
    let got = run(t, s, libc::POLLIN, end, |fd| unsafe {
        libc::recvfrom(
            fd,
            p as *mut libc::c_void,
            n,
            flags,
            ap as *mut libc::sockaddr,
            al as *mut libc::socklen_t,
        ) as i64
    })?;
    Ok((got as usize, address))
}

fn recvfrom(t: &mut Thread, a: Args<'_>) -> Res {
    let s = this(a.get(0));
    let n = size_arg(t, a.get(1), "recvfrom")?;
    let flags = flags_arg(t, a.opt(2))?;
    let mut b = buffer_of(t, n)?;
    let p = b.as_mut_ptr() as usize;
    let (got, address) = receive_from(t, s, p, n, flags)?;
    Ok(Tuple::new(t, vec![t.bytes(&b[..got]), address.value(t)]))
}

fn recv_into(t: &mut Thread, a: Args<'_>, with_address: bool) -> Res {
    let s = this(a.get(0));
    let f = if with_address { "recvfrom_into" } else { "recv_into" };
    let n = match a.opt(2) {
        Some(n) => size_arg(t, n, f)?,
        None => 0,
    };
    let flags = flags_arg(t, a.opt(3))?;
    let view = buffer(t, a.get(1), true)?;
    if n > view.len {
        view.release(t);
        return Err(t.value_error("buffer too small for requested bytes"));
    }
    let (p, n) = (view.ptr as usize, if n == 0 { view.len } else { n });
    let r = if with_address {
        receive_from(t, s, p, n, flags)
    } else {
        let end = deadline(s);
        // SAFETY: the view pins the memory.
        run(t, s, libc::POLLIN, end, |fd| unsafe { libc::recv(fd, p as *mut libc::c_void, n, flags) as i64 })
            .map(|n| (n as usize, Address::empty()))
    };
    view.release(t);
    let (got, address) = r?;
    if with_address {
        return Ok(Tuple::new(t, vec![t.int_usize(got), address.value(t)]));
    }
    Ok(t.int_usize(got))
}

/// Receives into pinned memory, with ancillary data: (bytes, ancillary data, flags, address).
fn receive_message(
    t: &mut Thread,
    s: &Socket,
    iov: &mut [libc::iovec],
    room: usize,
    flags: i32,
) -> Res<(usize, Value, i32, Address)> {
    let mut control = buffer_of(t, room.next_multiple_of(8))?;
    let mut address = Address::empty();
    // SAFETY: plain data.
    let mut m: libc::msghdr = unsafe { std::mem::zeroed() };
    m.msg_name = (&raw mut address.storage).cast();
    m.msg_namelen = address.len;
    m.msg_iov = iov.as_mut_ptr();
    m.msg_iovlen = iov.len();
    if room > 0 {
        m.msg_control = control.as_mut_ptr().cast();
        m.msg_controllen = room;
    }
    let p = (&raw mut m) as usize;
    let end = deadline(s);
    // SAFETY: the message and what it points to live until the call returns.
    let got = run(t, s, libc::POLLIN, end, |fd| unsafe {
        libc::recvmsg(fd, p as *mut libc::msghdr, flags) as i64
    })?;
    address.len = m.msg_namelen;
    let mut items = Vec::new();
    // SAFETY: the system filled the control buffer; its macros walk it within its length.
    unsafe {
        let mut c = if room > 0 { libc::CMSG_FIRSTHDR(&m) } else { std::ptr::null_mut() };
        while let Some(h) = c.as_ref() {
            let data = libc::CMSG_DATA(c);
            let at = data as usize - control.as_ptr() as usize;
            let n =
                h.cmsg_len.saturating_sub(libc::CMSG_LEN(0) as usize).min(control.len().saturating_sub(at));
            let b = t.bytes(&control[at..at + n]);
            items.push(Tuple::new(t, vec![t.int(h.cmsg_level as i64), t.int(h.cmsg_type as i64), b]));
            c = libc::CMSG_NXTHDR(&m, c)
        }
    }
    Ok((got as usize, List::new(t, items), m.msg_flags, address))
}

fn message_address(t: &Thread, s: &Socket, a: &Address) -> Value {
    // A connected stream tells no sender.
    if s.family.load(Relaxed) != libc::AF_UNIX && a.len == 0 { Value::NONE } else { a.value(t) }
}

fn recvmsg(t: &mut Thread, a: Args<'_>) -> Res {
    let s = this(a.get(0));
    let n = size_arg(t, a.get(1), "recvmsg()")?;
    let room = match a.opt(2) {
        Some(n) => size_arg(t, n, "recvmsg()")?,
        None => 0,
    };
    let flags = flags_arg(t, a.opt(3))?;
    let mut b = buffer_of(t, n)?;
    let mut iov = [libc::iovec { iov_base: b.as_mut_ptr().cast(), iov_len: n }];
    let (got, items, flags, address) = receive_message(t, s, &mut iov, room, flags)?;
    let v = vec![t.bytes(&b[..got]), items, t.int(flags as i64), message_address(t, s, &address)];
    Ok(Tuple::new(t, v))
}

/// Views of several buffers; given back with [`release_all`].
fn views(t: &mut Thread, v: VRef<'_>, writable: bool) -> Res<Vec<View>> {
    let items = t.collect(v)?;
    let mut out = Vec::with_capacity(items.len());
    for i in &items {
        match buffer(t, i.r(), writable) {
            Ok(v) => out.push(v),
            Err(e) => {
                release_all(t, out);
                return Err(e);
            }
        }
    }
    Ok(out)
}

fn release_all(t: &Thread, views: Vec<View>) {
    for v in views {
        v.release(t)
    }
}

fn recvmsg_into(t: &mut Thread, a: Args<'_>) -> Res {
    let s = this(a.get(0));
    let room = match a.opt(2) {
        Some(n) => size_arg(t, n, "recvmsg_into()")?,
        None => 0,
    };
    let flags = flags_arg(t, a.opt(3))?;
    let views = views(t, a.get(1), true)?;
    let mut iov: Vec<libc::iovec> =
        views.iter().map(|v| libc::iovec { iov_base: v.ptr.cast(), iov_len: v.len }).collect();
    let r = receive_message(t, s, &mut iov, room, flags);
    release_all(t, views);
    let (got, items, flags, address) = r?;
    let v = vec![t.int_usize(got), items, t.int(flags as i64), message_address(t, s, &address)];
    Ok(Tuple::new(t, v))
}

// ---- sending

fn send(t: &mut Thread, a: Args<'_>) -> Res {
    let s = this(a.get(0));
    let flags = flags_arg(t, a.opt(2))?;
    let view = buffer(t, a.get(1), false)?;
    let (p, n, end) = (view.ptr as usize, view.len, deadline(s));
    // SAFETY: the view pins the memory.
    let r = run(t, s, libc::POLLOUT, end, |fd| unsafe {
        libc::send(fd, p as *const libc::c_void, n, flags | libc::MSG_NOSIGNAL) as i64
    });
    view.release(t);
    Ok(t.int(r?))
}

fn sendall(t: &mut Thread, a: Args<'_>) -> Res {
    let s = this(a.get(0));
    let flags = flags_arg(t, a.opt(2))?;
    let view = buffer(t, a.get(1), false)?;
    let end = deadline(s);
    let mut at = 0;
    let mut r = Ok(0);
    while at < view.len {
        let (p, n) = (view.ptr as usize + at, view.len - at);
        // SAFETY: the view pins the memory.
        r = run(t, s, libc::POLLOUT, end, |fd| unsafe {
            libc::send(fd, p as *const libc::c_void, n, flags | libc::MSG_NOSIGNAL) as i64
        })
        .and_then(|n| t.safepoint().map(|()| n));
        match r {
            Ok(n) => at += n as usize,
            Err(_) => break,
        }
    }
    view.release(t);
    r?;
    Ok(Value::NONE)
}

fn sendto(t: &mut Thread, a: Args<'_>) -> Res {
    let s = this(a.get(0));
    let (flags, to) = match a.opt(3) {
        Some(to) => (t.arg_i32(a.get(2))?, to),
        None => (0, a.get(2)),
    };
    let address = address_arg(t, s.family.load(Relaxed), to, "sendto")?;
    audit(t, "socket.sendto", &[a.get(0), to])?;
    let view = buffer(t, a.get(1), false)?;
    let (p, n, end) = (view.ptr as usize, view.len, deadline(s));
    // SAFETY: the view pins the memory; the address lives until the call returns.
    let r = run(t, s, libc::POLLOUT, end, |fd| unsafe {
        libc::sendto(fd, p as *const libc::c_void, n, flags | libc::MSG_NOSIGNAL, address.ptr(), address.len)
            as i64
    });
    view.release(t);
    Ok(t.int(r?))
}

/// Ancillary data as the system wants it.
fn control(t: &mut Thread, v: VRef<'_>) -> Res<Vec<u64>> {
    let mut parts = Vec::new();
    for item in t.collect(v)? {
        let Some(x) = tuple(item.r()).filter(|x| x.len() == 3) else {
            return Err(t.type_error("[sendmsg() ancillary data items] must be tuples of 3"));
        };
        let (level, kind) = (t.arg_i32(x.get(0))?, t.arg_i32(x.get(1))?);
        parts.push((level, kind, syscall::bytes_arg(t, x.get(2))?))
    }
    // SAFETY: arithmetic on lengths.
    let space = |n: usize| unsafe { libc::CMSG_SPACE(n as u32) as usize };
    let total: usize = parts.iter().map(|p| space(p.2.len())).sum();
    let mut out = vec![0u64; total.div_ceil(8)];
    let base = out.as_mut_ptr().cast::<u8>();
    let mut at = 0;
    for (level, kind, data) in parts {
        // SAFETY: each header with its data lies within its space.
        unsafe {
            let h = base.add(at).cast::<libc::cmsghdr>();
            (*h).cmsg_level = level;
            (*h).cmsg_type = kind;
            (*h).cmsg_len = libc::CMSG_LEN(data.len() as u32) as usize;
            std::ptr::copy_nonoverlapping(data.as_ptr(), libc::CMSG_DATA(h), data.len());
        }
        at += space(data.len())
    }
    Ok(out)
}

fn sendmsg(t: &mut Thread, a: Args<'_>) -> Res {
    let s = this(a.get(0));
    let mut ancillary = match a.opt(2) {
        Some(v) => control(t, v)?,
        None => Vec::new(),
    };
    let flags = flags_arg(t, a.opt(3))?;
    let address = match a.opt_none(4) {
        Some(v) => Some(address_arg(t, s.family.load(Relaxed), v, "sendmsg")?),
        None => None,
    };
    let views = views(t, a.get(1), false)?;
    let mut iov: Vec<libc::iovec> =
        views.iter().map(|v| libc::iovec { iov_base: v.ptr.cast(), iov_len: v.len }).collect();
    // SAFETY: plain data.
    let mut m: libc::msghdr = unsafe { std::mem::zeroed() };
    if let Some(x) = &address {
        m.msg_name = x.ptr() as *mut libc::c_void;
        m.msg_namelen = x.len;
    }
    m.msg_iov = iov.as_mut_ptr();
    m.msg_iovlen = iov.len();
    if !ancillary.is_empty() {
        m.msg_control = ancillary.as_mut_ptr().cast();
        m.msg_controllen = ancillary.len() * 8;
    }
    let (p, end) = ((&raw const m) as usize, deadline(s));
    // SAFETY: the message and what it points to live until the call returns.
    let r = run(t, s, libc::POLLOUT, end, |fd| unsafe {
        libc::sendmsg(fd, p as *const libc::msghdr, flags | libc::MSG_NOSIGNAL) as i64
    });
    release_all(t, views);
    Ok(t.int(r?))
}
