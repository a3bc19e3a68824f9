//! `resource`: limits and usage.

use crate::syscall::check;
use weft_vm::errors::OVERFLOW_ERROR;
use weft_vm::object::{Args, ModuleSpec};
use weft_vm::types::int;
use weft_vm::types::structseq::{StructSeq, add_to_module};
use weft_vm::types::tuple::{Tuple, tuple};
use weft_vm::{Res, Thread, VRef, Value, methods};

/// `resource`
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "resource",
    doc: "",
    functions: methods! {
        "getrusage(who, /)" => getrusage;
        "getrlimit(resource, /)" => getrlimit;
        "setrlimit(resource, limits, /)" => setrlimit;
        "prlimit(pid, resource, limits=None, /)" => prlimit;
        "getpagesize()" => |t, _| {
            // SAFETY: plain call.
            Ok(t.int(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }))
        };
    },
    init: Some(init),
};

/// `resource.struct_rusage`
pub static RUSAGE: StructSeq = StructSeq::new(
    "resource.struct_rusage",
    "struct_rusage: Result from getrusage.\n\nThis object may be accessed either as a tuple of\n    (utime,stime,maxrss,ixrss,idrss,isrss,minflt,majflt,\n    nswap,inblock,oublock,msgsnd,msgrcv,nsignals,nvcsw,nivcsw)\nor via the attributes ru_utime, ru_stime, ru_maxrss, and so on.",
    &[
        ("ru_utime", "user time used"),
        ("ru_stime", "system time used"),
        ("ru_maxrss", "max. resident set size"),
        ("ru_ixrss", "shared memory size"),
        ("ru_idrss", "unshared data size"),
        ("ru_isrss", "unshared stack size"),
        ("ru_minflt", "page faults not requiring I/O"),
        ("ru_majflt", "page faults requiring I/O"),
        ("ru_nswap", "number of swap outs"),
        ("ru_inblock", "block input operations"),
        ("ru_oublock", "block output operations"),
        ("ru_msgsnd", "IPC messages sent"),
        ("ru_msgrcv", "IPC messages received"),
        ("ru_nsignals", "signals received"),
        ("ru_nvcsw", "voluntary context switches"),
        ("ru_nivcsw", "involuntary context switches"),
    ],
    16,
);

/// A `struct_rusage`.
pub fn usage_value(t: &Thread, u: &libc::rusage) -> Value {
    let time = |v: &libc::timeval| t.float(v.tv_sec as f64 + v.tv_usec as f64 * 1e-6);
    let mut v = vec![time(&u.ru_utime), time(&u.ru_stime)];
    v.extend(
        [
            u.ru_maxrss,
            u.ru_ixrss,
            u.ru_idrss,
            u.ru_isrss,
            u.ru_minflt,
            u.ru_majflt,
            u.ru_nswap,
            u.ru_inblock,
            u.ru_oublock,
            u.ru_msgsnd,
            u.ru_msgrcv,
            u.ru_nsignals,
            u.ru_nvcsw,
            u.ru_nivcsw,
        ]
        .iter()
        .map(|n| t.int(*n)),
    );
    RUSAGE.make(t, v)
}

fn getrusage(t: &mut Thread, a: Args<'_>) -> Res {
    let who = t.arg_i32(a.get(0))?;
    // SAFETY: plain data, filled by the call.
    let mut u: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: ours.
    if unsafe { libc::getrusage(who, &mut u) } < 0 {
        return match crate::syscall::errno() {
            libc::EINVAL => Err(t.value_error("invalid who parameter")),
            e => Err(t.os_error(e, None)),
        };
    }
    Ok(usage_value(t, &u))
}

fn resource(t: &mut Thread, v: VRef<'_>) -> Res<u32> {
    let n = t.arg_i32(v)?;
    if !(0..16).contains(&n) {
        return Err(t.value_error("invalid resource specified"));
    }
    Ok(n as u32)
}

fn limit_value(t: &Thread, n: libc::rlim_t) -> Value {
    if n == libc::RLIM_INFINITY { t.int(-1) } else { t.big_int(n.into()) }
}

fn pair(t: &Thread, l: &libc::rlimit) -> Value {
    Tuple::new(t, vec![limit_value(t, l.rlim_cur), limit_value(t, l.rlim_max)])
}

fn limit_arg(t: &mut Thread, v: VRef<'_>) -> Res<libc::rlim_t> {
    let i = t.index(v)?;
    if int::is_negative(i.r()) && int::to_i64(i.r()) != Some(-1) {
        return Err(t.value_error("Cannot convert negative int"));
    }
    match int::to_i64(i.r()) {
        Some(n) => Ok(n as libc::rlim_t),
        None => Err(t.raise_text(&OVERFLOW_ERROR, "Python int too large to convert to C rlim_t")),
    }
}

fn limits_arg(t: &mut Thread, v: VRef<'_>) -> Res<libc::rlimit> {
    let items = t.collect(v)?;
    let x = Tuple::new(t, items);
    let Some(x) = tuple(x.r()).filter(|x| x.len() == 2) else {
        return Err(t.value_error("expected a tuple of 2 integers"));
    };
    Ok(libc::rlimit { rlim_cur: limit_arg(t, x.get(0))?, rlim_max: limit_arg(t, x.get(1))? })
}

fn limit_error(t: &mut Thread) -> weft_vm::Raised {
    match crate::syscall::errno() {
        libc::EINVAL => t.value_error("current limit exceeds maximum limit"),
        libc::EPERM => t.value_error("not allowed to raise maximum limit"),
        e => t.os_error(e, None),
    }
}

fn getrlimit(t: &mut Thread, a: Args<'_>) -> Res {
    let n = resource(t, a.get(0))?;
    let mut l = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: ours.
    let r = unsafe { libc::getrlimit(n as _, &mut l) };
    check(t, r as i64)?;
    Ok(pair(t, &l))
}

fn setrlimit(t: &mut Thread, a: Args<'_>) -> Res {
    let n = resource(t, a.get(0))?;
    let l = limits_arg(t, a.get(1))?;
    // SAFETY: ours.
    if unsafe { libc::setrlimit(n as _, &l) } < 0 {
        return Err(limit_error(t));
    }
    Ok(Value::NONE)
}

fn prlimit(t: &mut Thread, a: Args<'_>) -> Res {
    let pid = t.arg_i32(a.get(0))?;
    let n = resource(t, a.get(1))?;
    let new = match a.opt_none(2) {
        Some(v) => Some(limits_arg(t, v)?),
        None => None,
    };
    let mut old = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    let p = new.as_ref().map_or(std::ptr::null(), |l| l as *const libc::rlimit);
    // SAFETY: ours.
    if unsafe { libc::prlimit(pid, n as _, p, &mut old) } < 0 {
        return Err(limit_error(t));
    }
    Ok(pair(t, &old))
}

fn init(t: &mut Thread, m: VRef<'_>) -> Res<()> {
    for (name, n) in [
        ("RLIMIT_CPU", libc::RLIMIT_CPU as i64),
        ("RLIMIT_FSIZE", libc::RLIMIT_FSIZE as i64),
        ("RLIMIT_DATA", libc::RLIMIT_DATA as i64),
        ("RLIMIT_STACK", libc::RLIMIT_STACK as i64),
        ("RLIMIT_CORE", libc::RLIMIT_CORE as i64),
        ("RLIMIT_NOFILE", libc::RLIMIT_NOFILE as i64),
        ("RLIMIT_OFILE", libc::RLIMIT_NOFILE as i64),
        ("RLIMIT_AS", libc::RLIMIT_AS as i64),
        ("RLIMIT_RSS", libc::RLIMIT_RSS as i64),
        ("RLIMIT_NPROC", libc::RLIMIT_NPROC as i64),
        ("RLIMIT_MEMLOCK", libc::RLIMIT_MEMLOCK as i64),
        ("RLIMIT_MSGQUEUE", libc::RLIMIT_MSGQUEUE as i64),
        ("RLIMIT_NICE", libc::RLIMIT_NICE as i64),
        ("RLIMIT_RTPRIO", libc::RLIMIT_RTPRIO as i64),
        ("RLIMIT_RTTIME", libc::RLIMIT_RTTIME as i64),
        ("RLIMIT_SIGPENDING", libc::RLIMIT_SIGPENDING as i64),
        ("RUSAGE_SELF", libc::RUSAGE_SELF as i64),
        ("RUSAGE_CHILDREN", libc::RUSAGE_CHILDREN as i64),
        ("RUSAGE_THREAD", libc::RUSAGE_THREAD as i64),
        ("RLIM_INFINITY", -1),
    ] {
        t.module_set(m, name, t.int(n))
    }
    t.module_set(m, "error", weft_vm::errors::OS_ERROR.get(t).to_value());
    add_to_module(t, m, &RUSAGE);
    Ok(())
}
