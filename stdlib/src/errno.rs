//! `errno`: names of the system's error numbers.

use weft_vm::dict::Dict;
use weft_vm::object::{ModuleSpec, ValueExt};
use weft_vm::{Res, Thread, VRef, methods};

/// `errno`
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "errno",
    doc: "This module makes available standard errno system symbols.\n\nThe value of each symbol is the corresponding integer value,\ne.g., on most systems, errno.ENOENT equals the integer 2.",
    functions: methods! {},
    init: Some(init),
};

macro_rules! names {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name),)*] };
}

/// Where two names have one number, the later one is its name in `errorcode`.
static NAMES: &[(&str, i32)] = names! {
    ENODEV ENOCSI EHOSTUNREACH ENOMSG EUCLEAN EL2NSYNC EL2HLT ENODATA ENOTBLK ENOSYS EPIPE EINVAL EOVERFLOW EADV
    EINTR EUSERS ENOTEMPTY ENOBUFS EPROTO EREMOTE ENAVAIL ECHILD ELOOP EXDEV E2BIG ESRCH EMSGSIZE EAFNOSUPPORT
    EBADR EHOSTDOWN EPFNOSUPPORT ENOPROTOOPT EBUSY EAGAIN EWOULDBLOCK EBADFD EDOTDOT EISCONN ENOANO
    ESHUTDOWN ECHRNG ELIBBAD ENONET EBADE EBADF EMULTIHOP EIO EUNATCH EPROTOTYPE ENOSPC ENOEXEC EALREADY
    ENETDOWN ENOTNAM EACCES ELNRNG EILSEQ ENOTDIR ENOTUNIQ EPERM EDOM EXFULL ECONNREFUSED EISDIR
    EPROTONOSUPPORT EROFS EADDRNOTAVAIL EIDRM ECOMM ESRMNT EREMOTEIO EL3RST EBADMSG ENFILE ELIBMAX
    ESPIPE ENOLINK ENETRESET ETIMEDOUT ENOENT EEXIST EDQUOT ENOSTR EBADSLT EBADRQC ELIBACC EFAULT
    EFBIG EDEADLK ENOTCONN EDESTADDRREQ ELIBSCN ENOLCK EISNAM ECONNABORTED ENETUNREACH ESTALE ENOSR ENOMEM
    ENOTSOCK ESTRPIPE EMLINK ERANGE ELIBEXEC EL3HLT ECONNRESET EADDRINUSE EOPNOTSUPP EREMCHG ENAMETOOLONG
    ENOTTY ERESTART ESOCKTNOSUPPORT ETIME EBFONT EDEADLOCK ETOOMANYREFS EMFILE ETXTBSY EINPROGRESS ENXIO
    ENOPKG ECANCELED EKEYEXPIRED EKEYREJECTED EKEYREVOKED EMEDIUMTYPE ENOKEY ENOMEDIUM EOWNERDEAD
    ENOTRECOVERABLE ENOTSUP ERFKILL EHWPOISON
};

fn init(t: &mut Thread, m: VRef<'_>) -> Res<()> {
    let codes = Dict::new(t);
    for (name, n) in NAMES {
        t.module_set(m, name, t.int(*n as i64));
        if let Some(d) = codes.cast::<Dict>() {
            let n = t.int(*n as i64);
            let name = t.str(name);
            d.set(t, n.r(), name)?
        }
    }
    t.module_set(m, "errorcode", codes);
    Ok(())
}
