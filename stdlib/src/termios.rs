//! `termios`: terminal settings.

use crate::syscall::{call, fileno};
use weft_vm::dict::Dict;
use weft_vm::errors::EXCEPTION;
use weft_vm::object::{Args, ModuleSpec, ValueExt};
use weft_vm::start::modules::{registry_get, registry_set};
use weft_vm::types::bytes::Bytes;
use weft_vm::types::list::List;
use weft_vm::types::tuple::Tuple;
use weft_vm::{Raised, Res, Thread, VRef, Value, methods};

/// `termios`
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "termios",
    doc: "This module provides an interface to the Posix calls for tty I/O control.",
    functions: methods! {
        "tcgetattr(fd, /)" => tcgetattr, "Get the tty attributes for file descriptor fd.";
        "tcsetattr(fd, when, attributes, /)" => tcsetattr, "Set the tty attributes for file descriptor fd.";
        "tcsendbreak(fd, duration, /)" => |t, a| {
            let n = t.arg_i32(a.get(1))?;
            // SAFETY: plain system call.
            on_fd(t, a, |fd| unsafe { libc::tcsendbreak(fd, n) })
        }, "Send a break on file descriptor fd.";
        // SAFETY: plain system call.
        "tcdrain(fd, /)" => |t, a| on_fd(t, a, |fd| unsafe { libc::tcdrain(fd) }), "Wait until all output written to file descriptor fd has been transmitted.";
        "tcflush(fd, queue, /)" => |t, a| {
            let n = t.arg_i32(a.get(1))?;
            // SAFETY: plain system call.
            on_fd(t, a, |fd| unsafe { libc::tcflush(fd, n) })
        }, "Discard queued data on file descriptor fd.";
        "tcflow(fd, action, /)" => |t, a| {
            let n = t.arg_i32(a.get(1))?;
            // SAFETY: plain system call.
            on_fd(t, a, |fd| unsafe { libc::tcflow(fd, n) })
        }, "Suspend or resume input or output on file descriptor fd.";
        "tcgetwinsize(fd, /)" => tcgetwinsize, "Get the tty winsize for file descriptor fd.";
        "tcsetwinsize(fd, winsize, /)" => tcsetwinsize, "Set the tty winsize for file descriptor fd.";
    },
    init: Some(init),
};

fn init(t: &mut Thread, m: VRef<'_>) -> Res<()> {
    for (name, n) in CONSTANTS {
        t.module_set(m, name, t.int(*n))
    }
    let error = match registry_get(t, "termios.error") {
        Some(e) => e,
        None => {
            let meta = weft_vm::types::heaptype::TYPE.get(t).to_value();
            let name = t.str("error");
            let bases = Tuple::new(t, vec![EXCEPTION.get(t).to_value()]);
            let ns = Dict::new(t);
            if let Some(d) = ns.cast::<Dict>() {
                let module = t.str("termios");
                t.dict_set(d, "__module__", module)
            }
            let e = t.call(meta.r(), &[name.r(), bases.r(), ns.r()])?;
            registry_set(t, "termios.error", e.clone());
            e
        }
    };
    t.module_set(m, "error", error);
    Ok(())
}

/// termios.error of the system's last error.
fn error(t: &mut Thread, errno: i32) -> Raised {
    let Some(c) = registry_get(t, "termios.error") else { return t.os_error(errno, None) };
    let (n, text) = (t.int(errno as i64), t.str(&weft_vm::errors::exc_methods::strerror(errno)));
    match t.call(c.r(), &[n.r(), text.r()]) {
        Ok(e) => t.raise(e),
        Err(e) => e,
    }
}

fn run(t: &mut Thread, f: impl Fn() -> i32) -> Res<()> {
    match crate::syscall::retry(t, || f() as i64)? {
        Ok(_) => Ok(()),
        Err(e) => Err(error(t, e)),
    }
}

fn on_fd(t: &mut Thread, a: Args<'_>, f: impl Fn(i32) -> i32) -> Res {
    let fd = fileno(t, a.get(0))?;
    run(t, || f(fd))?;
    Ok(Value::NONE)
}

fn attributes(t: &mut Thread, fd: i32) -> Res<libc::termios> {
    // SAFETY: plain data, filled by the call.
    let mut x: libc::termios = unsafe { std::mem::zeroed() };
    let p = &mut x as *mut libc::termios as usize;
    // SAFETY: ours.
    run(t, || unsafe { libc::tcgetattr(fd, p as *mut libc::termios) })?;
    Ok(x)
}

fn tcgetattr(t: &mut Thread, a: Args<'_>) -> Res {
    let fd = fileno(t, a.get(0))?;
    let x = attributes(t, fd)?;
    let raw = x.c_lflag & libc::ICANON == 0;
    let cc = x
        .c_cc
        .iter()
        .enumerate()
        .map(
            |(i, c)| {
                if raw && (i == libc::VMIN || i == libc::VTIME) { t.int(*c as i64) } else { t.bytes(&[*c]) }
            },
        )
        .collect();
    // SAFETY: a filled struct.
    let (i, o) = unsafe { (libc::cfgetispeed(&x), libc::cfgetospeed(&x)) };
    let v = [x.c_iflag, x.c_oflag, x.c_cflag, x.c_lflag, i, o];
    let mut v: Vec<Value> = v.iter().map(|n| t.int(*n as i64)).collect();
    v.push(List::new(t, cc));
    Ok(List::new(t, v))
}

fn tcsetattr(t: &mut Thread, a: Args<'_>) -> Res {
    let fd = fileno(t, a.get(0))?;
    let when = t.arg_i32(a.get(1))?;
    let bad = "tcsetattr, arg 3: must be 7 element list";
    let Some(l) = a.get(2).cast::<List>() else { return Err(t.type_error(bad)) };
    let items = l.snapshot(t);
    if items.len() != 7 {
        return Err(t.type_error(bad));
    }
    let mut x = attributes(t, fd)?;
    let mut n = [0u32; 6];
    for (to, from) in n.iter_mut().zip(&items) {
        *to = t.arg_i64(from.r())? as u32
    }
    [x.c_iflag, x.c_oflag, x.c_cflag, x.c_lflag] = [n[0], n[1], n[2], n[3]];
    let cc = match items[6].cast::<List>() {
        Some(cc) => cc.snapshot(t),
        None => Vec::new(),
    };
    if cc.len() != x.c_cc.len() {
        let n = x.c_cc.len();
        return Err(t.type_error(format!("tcsetattr: attributes[6] must be {n} element list")));
    }
    for (to, from) in x.c_cc.iter_mut().zip(&cc) {
        match from.cast::<Bytes>() {
            Some(b) if b.as_slice().len() == 1 => *to = b.as_slice()[0],
            _ if weft_vm::types::int::is_int(from.r()) => *to = t.arg_i64(from.r())? as u8,
            _ => {
                return Err(t.type_error("tcsetattr: elements of attributes must be characters or integers"));
            }
        }
    }
    // SAFETY: ours.
    unsafe {
        libc::cfsetispeed(&mut x, n[4]);
        libc::cfsetospeed(&mut x, n[5]);
    }
    let p = &x as *const libc::termios as usize;
    // SAFETY: ours.
    run(t, || unsafe { libc::tcsetattr(fd, when, p as *const libc::termios) })?;
    Ok(Value::NONE)
}

fn tcgetwinsize(t: &mut Thread, a: Args<'_>) -> Res {
    let fd = fileno(t, a.get(0))?;
    // SAFETY: plain data, filled by the call.
    let mut w: libc::winsize = unsafe { std::mem::zeroed() };
    let p = &mut w as *mut libc::winsize as usize;
    // SAFETY: ours.
    run(t, || unsafe { libc::ioctl(fd, libc::TIOCGWINSZ, p as *mut libc::winsize) })?;
    Ok(Tuple::new(t, vec![t.int(w.ws_row as i64), t.int(w.ws_col as i64)]))
}

fn tcsetwinsize(t: &mut Thread, a: Args<'_>) -> Res {
    let fd = fileno(t, a.get(0))?;
    let v = t.collect(a.get(1))?;
    if v.len() != 2 {
        return Err(t.type_error("tcsetwinsize, arg 2: must be a two-item sequence"));
    }
    let (rows, columns) = (t.arg_i64(v[0].r())? as u16, t.arg_i64(v[1].r())? as u16);
    // SAFETY: plain data, filled by the call.
    let mut w: libc::winsize = unsafe { std::mem::zeroed() };
    let p = &mut w as *mut libc::winsize as usize;
    // SAFETY: ours.
    call(t, || unsafe { libc::ioctl(fd, libc::TIOCGWINSZ, p as *mut libc::winsize) as i64 })?;
    (w.ws_row, w.ws_col) = (rows, columns);
    let p = &w as *const libc::winsize as usize;
    // SAFETY: ours.
    call(t, || unsafe { libc::ioctl(fd, libc::TIOCSWINSZ, p as *const libc::winsize) as i64 })?;
    Ok(Value::NONE)
}

static CONSTANTS: &[(&str, i64)] = &[
    ("B0", 0),
    ("B1000000", 1000000),
    ("B110", 110),
    ("B115200", 115200),
    ("B1152000", 1152000),
    ("B1200", 1200),
    ("B134", 134),
    ("B14400", 14400),
    ("B150", 150),
    ("B1500000", 1500000),
    ("B1800", 1800),
    ("B19200", 19200),
    ("B200", 200),
    ("B2000000", 2000000),
    ("B230400", 230400),
    ("B2400", 2400),
    ("B2500000", 2500000),
    ("B28800", 28800),
    ("B300", 300),
    ("B3000000", 3000000),
    ("B3500000", 3500000),
    ("B38400", 38400),
    ("B4000000", 4000000),
    ("B460800", 460800),
    ("B4800", 4800),
    ("B50", 50),
    ("B500000", 500000),
    ("B57600", 57600),
    ("B576000", 576000),
    ("B600", 600),
    ("B7200", 7200),
    ("B75", 75),
    ("B76800", 76800),
    ("B921600", 921600),
    ("B9600", 9600),
    ("BRKINT", 2),
    ("BS0", 0),
    ("BS1", 8192),
    ("BSDLY", 8192),
    ("CBAUD", 4111),
    ("CBAUDEX", 4096),
    ("CDSUSP", 25),
    ("CEOF", 4),
    ("CEOL", 0),
    ("CEOT", 4),
    ("CERASE", 127),
    ("CFLUSH", 15),
    ("CIBAUD", 269418496),
    ("CINTR", 3),
    ("CKILL", 21),
    ("CLNEXT", 22),
    ("CLOCAL", 2048),
    ("CQUIT", 28),
    ("CR0", 0),
    ("CR1", 512),
    ("CR2", 1024),
    ("CR3", 1536),
    ("CRDLY", 1536),
    ("CREAD", 128),
    ("CRPRNT", 18),
    ("CRTSCTS", 2147483648),
    ("CS5", 0),
    ("CS6", 16),
    ("CS7", 32),
    ("CS8", 48),
    ("CSIZE", 48),
    ("CSTART", 17),
    ("CSTOP", 19),
    ("CSTOPB", 64),
    ("CSUSP", 26),
    ("CWERASE", 23),
    ("ECHO", 8),
    ("ECHOCTL", 512),
    ("ECHOE", 16),
    ("ECHOK", 32),
    ("ECHOKE", 2048),
    ("ECHONL", 64),
    ("ECHOPRT", 1024),
    ("EXTA", 19200),
    ("EXTB", 38400),
    ("EXTPROC", 65536),
    ("FF0", 0),
    ("FF1", 32768),
    ("FFDLY", 32768),
    ("FIOASYNC", 21586),
    ("FIOCLEX", 21585),
    ("FIONBIO", 21537),
    ("FIONCLEX", 21584),
    ("FIONREAD", 21531),
    ("FLUSHO", 4096),
    ("HUPCL", 1024),
    ("IBSHIFT", 16),
    ("ICANON", 2),
    ("ICRNL", 256),
    ("IEXTEN", 32768),
    ("IGNBRK", 1),
    ("IGNCR", 128),
    ("IGNPAR", 4),
    ("IMAXBEL", 8192),
    ("INLCR", 64),
    ("INPCK", 16),
    ("IOCSIZE_MASK", 1073676288),
    ("IOCSIZE_SHIFT", 16),
    ("ISIG", 1),
    ("ISTRIP", 32),
    ("IUCLC", 512),
    ("IUTF8", 16384),
    ("IXANY", 2048),
    ("IXOFF", 4096),
    ("IXON", 1024),
    ("NCCS", 32),
    ("NL0", 0),
    ("NL1", 256),
    ("NLDLY", 256),
    ("NOFLSH", 128),
    ("N_MOUSE", 2),
    ("N_PPP", 3),
    ("N_SLIP", 1),
    ("N_STRIP", 4),
    ("N_TTY", 0),
    ("OCRNL", 8),
    ("OFDEL", 128),
    ("OFILL", 64),
    ("OLCUC", 2),
    ("ONLCR", 4),
    ("ONLRET", 32),
    ("ONOCR", 16),
    ("OPOST", 1),
    ("PARENB", 256),
    ("PARMRK", 8),
    ("PARODD", 512),
    ("PENDIN", 16384),
    ("TAB0", 0),
    ("TAB1", 2048),
    ("TAB2", 4096),
    ("TAB3", 6144),
    ("TABDLY", 6144),
    ("TCFLSH", 21515),
    ("TCGETS", 21505),
    ("TCIFLUSH", 0),
    ("TCIOFF", 2),
    ("TCIOFLUSH", 2),
    ("TCION", 3),
    ("TCOFLUSH", 1),
    ("TCOOFF", 0),
    ("TCOON", 1),
    ("TCSADRAIN", 1),
    ("TCSAFLUSH", 2),
    ("TCSANOW", 0),
    ("TCSBRK", 21513),
    ("TCSBRKP", 21541),
    ("TCSETS", 21506),
    ("TCSETSF", 21508),
    ("TCSETSW", 21507),
    ("TCXONC", 21514),
    ("TIOCCONS", 21533),
    ("TIOCEXCL", 21516),
    ("TIOCGETD", 21540),
    ("TIOCGICOUNT", 21597),
    ("TIOCGLCKTRMIOS", 21590),
    ("TIOCGPGRP", 21519),
    ("TIOCGSERIAL", 21534),
    ("TIOCGSOFTCAR", 21529),
    ("TIOCGWINSZ", 21523),
    ("TIOCINQ", 21531),
    ("TIOCLINUX", 21532),
    ("TIOCMBIC", 21527),
    ("TIOCMBIS", 21526),
    ("TIOCMGET", 21525),
    ("TIOCMIWAIT", 21596),
    ("TIOCMSET", 21528),
    ("TIOCM_CAR", 64),
    ("TIOCM_CD", 64),
    ("TIOCM_CTS", 32),
    ("TIOCM_DSR", 256),
    ("TIOCM_DTR", 2),
    ("TIOCM_LE", 1),
    ("TIOCM_RI", 128),
    ("TIOCM_RNG", 128),
    ("TIOCM_RTS", 4),
    ("TIOCM_SR", 16),
    ("TIOCM_ST", 8),
    ("TIOCNOTTY", 21538),
    ("TIOCNXCL", 21517),
    ("TIOCOUTQ", 21521),
    ("TIOCPKT", 21536),
    ("TIOCPKT_DATA", 0),
    ("TIOCPKT_DOSTOP", 32),
    ("TIOCPKT_FLUSHREAD", 1),
    ("TIOCPKT_FLUSHWRITE", 2),
    ("TIOCPKT_NOSTOP", 16),
    ("TIOCPKT_START", 8),
    ("TIOCPKT_STOP", 4),
    ("TIOCSCTTY", 21518),
    ("TIOCSERCONFIG", 21587),
    ("TIOCSERGETLSR", 21593),
    ("TIOCSERGETMULTI", 21594),
    ("TIOCSERGSTRUCT", 21592),
    ("TIOCSERGWILD", 21588),
    ("TIOCSERSETMULTI", 21595),
    ("TIOCSERSWILD", 21589),
    ("TIOCSER_TEMT", 1),
    ("TIOCSETD", 21539),
    ("TIOCSLCKTRMIOS", 21591),
    ("TIOCSPGRP", 21520),
    ("TIOCSSERIAL", 21535),
    ("TIOCSSOFTCAR", 21530),
    ("TIOCSTI", 21522),
    ("TIOCSWINSZ", 21524),
    ("TOSTOP", 256),
    ("VDISCARD", 13),
    ("VEOF", 4),
    ("VEOL", 11),
    ("VEOL2", 16),
    ("VERASE", 2),
    ("VINTR", 0),
    ("VKILL", 3),
    ("VLNEXT", 15),
    ("VMIN", 6),
    ("VQUIT", 1),
    ("VREPRINT", 12),
    ("VSTART", 8),
    ("VSTOP", 9),
    ("VSUSP", 10),
    ("VSWTC", 7),
    ("VSWTCH", 7),
    ("VT0", 0),
    ("VT1", 16384),
    ("VTDLY", 16384),
    ("VTIME", 5),
    ("VWERASE", 14),
    ("XCASE", 4),
    ("XTABS", 6144),
    ("_POSIX_VDISABLE", 0),
];
