//! `fcntl`: control of descriptors and locks on files.

use crate::syscall::{self, audit, call, fileno};
use weft_vm::object::{Args, ModuleSpec, ValueExt};
use weft_vm::types::bytes::Bytes;
use weft_vm::types::int;
use weft_vm::types::str::text;
use weft_vm::{Res, Thread, VRef, Value, methods};

/// `fcntl`
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "fcntl",
    doc: "This module performs file control and I/O control on file\ndescriptors.  It is an interface to the fcntl() and ioctl() Unix\nroutines.  File descriptors can be obtained with the fileno() method of\na file or socket object.",
    functions: methods! {
        "fcntl(fd, cmd, arg=0, /)" => fcntl, "Perform the operation `cmd` on file descriptor fd.";
        "ioctl(fd, request, arg=b'', mutate_flag=True, /)" => ioctl, "Perform the operation request on file descriptor fd.";
        "flock(fd, operation, /)" => flock, "Perform the lock operation on file descriptor fd.";
        "lockf(fd, cmd, len=0, start=0, whence=0, /)" => lockf, "A wrapper around the fcntl() locking calls.";
    },
    init: Some(init),
};

macro_rules! constants {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name as i64),)*] };
}
static CONSTANTS: &[(&str, i64)] = constants! {
    LOCK_SH LOCK_EX LOCK_NB LOCK_UN F_DUPFD F_DUPFD_CLOEXEC F_GETFD F_SETFD F_GETFL F_SETFL F_GETLK F_SETLK F_SETLKW
    F_OFD_GETLK F_OFD_SETLK F_OFD_SETLKW F_GETOWN F_SETOWN F_GETPIPE_SZ F_SETPIPE_SZ F_RDLCK F_UNLCK F_WRLCK
    F_SETLEASE F_GETLEASE F_NOTIFY F_ADD_SEALS F_GET_SEALS F_SEAL_SEAL F_SEAL_SHRINK F_SEAL_GROW F_SEAL_WRITE
    FD_CLOEXEC
    TCGETA TCGETS TCSBRK TCSETA TCSETAF TCSETAW TCSETS TCSETSF TCSETSW TCXONC TCFLSH TIOCCONS TIOCEXCL
    TIOCGPGRP TIOCGSERIAL TIOCGSOFTCAR TIOCGWINSZ TIOCINQ TIOCLINUX TIOCMBIC TIOCMBIS TIOCMGET TIOCMSET TIOCM_CAR
    TIOCM_CD TIOCM_CTS TIOCM_DSR TIOCM_DTR TIOCM_LE TIOCM_RI TIOCM_RNG TIOCM_RTS TIOCM_SR TIOCM_ST TIOCNOTTY
    TIOCNXCL TIOCOUTQ TIOCSCTTY TIOCSPGRP TIOCSSERIAL TIOCSSOFTCAR TIOCSTI TIOCSWINSZ FIOCLEX FIONBIO FIONCLEX FIONREAD
};

fn init(t: &mut Thread, m: VRef<'_>) -> Res<()> {
    for (name, n) in CONSTANTS {
        t.module_set(m, name, t.int(*n))
    }
    for (name, n) in [
        ("F_GETSIG", 11),
        ("F_SETSIG", 10),
        ("F_EXLCK", 4),
        ("F_SHLCK", 8),
        ("F_GETLK64", 5),
        ("F_SETLK64", 6),
        ("F_SETLKW64", 7),
        ("LOCK_MAND", 32),
        ("LOCK_READ", 64),
        ("LOCK_WRITE", 128),
        ("LOCK_RW", 192),
        ("DN_ACCESS", 1),
        ("DN_MODIFY", 2),
        ("DN_CREATE", 4),
        ("DN_DELETE", 8),
        ("DN_RENAME", 16),
        ("DN_ATTRIB", 32),
        ("DN_MULTISHOT", 1 << 31),
        ("FASYNC", 8192),
        ("FICLONE", 0x40049409),
        ("FICLONERANGE", 0x4020940d),
        ("FIOASYNC", 0x5452),
        ("F_GETOWNER_UIDS", 17),
        ("F_SETOWN_EX", 15),
        ("F_GETOWN_EX", 16),
        ("F_GET_RW_HINT", 1035),
        ("F_SET_RW_HINT", 1036),
        ("F_GET_FILE_RW_HINT", 1037),
        ("F_SET_FILE_RW_HINT", 1038),
        ("F_DUPFD_QUERY", 1027),
        ("F_SEAL_FUTURE_WRITE", 16),
        ("F_OWNER_TID", 0),
        ("F_OWNER_PID", 1),
        ("F_OWNER_PGRP", 2),
    ] {
        t.module_set(m, name, t.int(n))
    }
    Ok(())
}

/// Room for the answer of a call with a bytes argument.
const ROOM: usize = 1024;

fn fcntl(t: &mut Thread, a: Args<'_>) -> Res {
    let (fd, cmd) = (fileno(t, a.get(0))?, t.arg_i32(a.get(1))?);
    audit(t, "fcntl.fcntl", &[a.get(0), a.get(1), a.opt(2).unwrap_or(Value::NONE.r())])?;
    let bytes = match a.opt(2) {
        Some(v) if text(v).is_some() || v.cast::<Bytes>().is_some() || v.ty().slots().buffer.is_some() => {
            Some(match text(v) {
                Some(s) => s.bytes().to_vec(),
                None => syscall::bytes_arg(t, v)?,
            })
        }
        _ => None,
    };
    let Some(b) = bytes else {
        let arg = match a.opt(2) {
            Some(v) => t.index_clamped(v)?,
            None => 0,
        };
        // SAFETY: a number as argument.
        let r = call(t, || unsafe { libc::fcntl(fd, cmd, arg as libc::c_int) } as i64)?;
        return Ok(t.int(r));
    };
    if b.len() > ROOM {
        return Err(t.value_error("fcntl argument 3 is too long"));
    }
    let mut room = vec![0u8; ROOM + 8];
    room[..b.len()].copy_from_slice(&b);
    let p = room.as_mut_ptr() as usize;
    // SAFETY: more room than any structure of fcntl needs.
    call(t, || unsafe { libc::fcntl(fd, cmd, p as *mut libc::c_void) } as i64)?;
    Ok(t.bytes(&room[..b.len()]))
}

fn ioctl(t: &mut Thread, a: Args<'_>) -> Res {
    let fd = fileno(t, a.get(0))?;
    let request = t.index_clamped(a.get(1))? as libc::c_ulong;
    let mutate = syscall::flag(t, a.opt(3), true)?;
    audit(t, "fcntl.ioctl", &[a.get(0), a.get(1), a.opt(2).unwrap_or(Value::NONE.r())])?;
    let arg = a.opt(2);
    if arg.is_none_or(int::is_int) {
        let n = match arg {
            Some(v) => t.index_clamped(v)?,
            None => 0,
        };
        // SAFETY: a number as argument.
        let r = call(t, || unsafe { libc::ioctl(fd, request, n as libc::c_int) } as i64)?;
        return Ok(t.int(r));
    }
    let Some(v) = arg else { return Ok(Value::NONE) };
    let writable = v.cast::<Bytes>().is_none() && text(v).is_none() && mutate;
    if writable && let Ok(view) = syscall::buffer(t, v, true) {
        let mut room = vec![0u8; view.len.max(ROOM) + 8];
        room[..view.len].copy_from_slice(view.as_slice());
        let p = room.as_mut_ptr() as usize;
        // SAFETY: at least as much room as the caller says the request needs.
        let r = call(t, || unsafe { libc::ioctl(fd, request, p as *mut libc::c_void) } as i64);
        if r.is_ok() {
            crate::io::copy_to_view(&view, 0, &room[..view.len]);
        }
        view.release(t);
        return Ok(t.int(r?));
    }
    if t.raised().is_some() {
        t.clear_raised()
    }
    let b = match text(v) {
        Some(s) => s.bytes().to_vec(),
        None => syscall::bytes_arg(t, v)?,
    };
    if b.len() > ROOM {
        return Err(t.value_error("ioctl argument 3 is too long"));
    }
    let mut room = vec![0u8; ROOM + 8];
    room[..b.len()].copy_from_slice(&b);
    let p = room.as_mut_ptr() as usize;
    // SAFETY: more room than the caller says the request needs.
    call(t, || unsafe { libc::ioctl(fd, request, p as *mut libc::c_void) } as i64)?;
    Ok(t.bytes(&room[..b.len()]))
}

fn flock(t: &mut Thread, a: Args<'_>) -> Res {
    let (fd, op) = (fileno(t, a.get(0))?, t.arg_i32(a.get(1))?);
    // SAFETY: plain system call.
    call(t, || unsafe { libc::flock(fd, op) } as i64)?;
    Ok(Value::NONE)
}

fn lockf(t: &mut Thread, a: Args<'_>) -> Res {
    let (fd, cmd) = (fileno(t, a.get(0))?, t.arg_i32(a.get(1))?);
    let kind = if cmd == libc::LOCK_UN {
        libc::F_UNLCK
    } else if cmd & libc::LOCK_SH != 0 {
        libc::F_RDLCK
    } else if cmd & libc::LOCK_EX != 0 {
        libc::F_WRLCK
    } else {
        return Err(t.value_error("unrecognized lockf argument"));
    };
    let len = match a.opt(2) {
        Some(v) => t.arg_i64(v)?,
        None => 0,
    };
    let start = match a.opt(3) {
        Some(v) => t.arg_i64(v)?,
        None => 0,
    };
    let whence = match a.opt(4) {
        Some(v) => t.arg_i32(v)?,
        None => 0,
    };
    // SAFETY: plain data.
    let mut l: libc::flock = unsafe { std::mem::zeroed() };
    l.l_type = kind as libc::c_short;
    l.l_whence = whence as libc::c_short;
    l.l_start = start;
    l.l_len = len;
    let op = if cmd & libc::LOCK_NB != 0 { libc::F_SETLK } else { libc::F_SETLKW };
    let p = &l as *const libc::flock as usize;
    // SAFETY: the struct lives until the call returns.
    call(t, || unsafe { libc::fcntl(fd, op, p as *const libc::flock) } as i64)?;
    Ok(Value::NONE)
}
