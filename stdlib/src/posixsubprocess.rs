//! `_posixsubprocess`: `fork_exec`, the heart of `subprocess`.
//!
//! Everything the child needs is prepared before the fork; in the child only system calls are made (unless there
//! is a `preexec_fn`). What goes wrong there is told through `errpipe_write` as `Exception:errno:text`.

use crate::posix::process::{self, Pointers, raw_fork};
use crate::syscall::{errno, fs_name};
use std::ffi::CString;
use weft_vm::object::{Args, ModuleSpec, ValueExt};
use weft_vm::types::tuple::tuple;
use weft_vm::{Res, Thread, VRef, methods};

/// `_posixsubprocess`
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "_posixsubprocess",
    doc: "A POSIX helper for the subprocess module.",
    functions: methods! {
        "fork_exec(args, executable_list, close_fds, pass_fds, cwd, env, p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite, errpipe_read, errpipe_write, restore_signals, call_setsid, pgid_to_set, gid, extra_groups, uid, child_umask, preexec_fn, /)" => fork_exec, "Spawn a fresh new child process.\n\nFork a child process, close parent file descriptors as appropriate in the\nchild and duplicate the few that are needed before calling exec() in the\nchild process.";
    },
    init: None,
};

/// All a child needs.
struct Plan {
    argv: Option<Pointers>,
    executables: Vec<CString>,
    env: Option<Pointers>,
    close_fds: bool,
    keep: Vec<i32>,
    cwd: Option<CString>,
    /// p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite, errpipe_read, errpipe_write
    fds: [i32; 8],
    restore_signals: bool,
    setsid: bool,
    pgid: i32,
    gid: Option<u32>,
    groups: Option<Vec<libc::gid_t>>,
    uid: Option<u32>,
    umask: i32,
}

fn strings(t: &mut Thread, v: VRef<'_>) -> Res<Vec<CString>> {
    let mut out = Vec::new();
    for x in t.collect(v)? {
        out.push(fs_name(t, x.r())?)
    }
    Ok(out)
}

fn plan(t: &mut Thread, a: Args<'_>) -> Res<Plan> {
    let close_fds = t.truth(a.get(2))?;
    let Some(keep) = tuple(a.get(3)) else {
        let n = a.get(3).ty().name();
        return Err(t.type_error(format!("fork_exec() argument 4 must be tuple, not {n}")));
    };
    let mut kept = Vec::new();
    for v in keep.iter() {
        let fd = t.arg_i32(v)?;
        if fd < 0 || kept.last().is_some_and(|l| *l >= fd) {
            return Err(t.value_error("bad value(s) in fds_to_keep"));
        }
        kept.push(fd)
    }
    let mut fds = [0; 8];
    for (i, fd) in fds.iter_mut().enumerate() {
        *fd = t.arg_i32(a.get(6 + i))?
    }
    if close_fds && fds[7] < 3 {
        return Err(t.value_error("errpipe_write must be >= 3"));
    }
    let args = a.get(0);
    let argv = if args.is_none() { None } else { Some(Pointers::new(strings(t, args)?)) };
    let executables = strings(t, a.get(1))?;
    let env = match a.get(5) {
        e if e.is_none() => None,
        e => Some(Pointers::new(strings(t, e)?)),
    };
    let cwd = match a.get(4) {
        c if c.is_none() => None,
        c => Some(fs_name(t, c)?),
    };
    let id = |t: &mut Thread, v: VRef<'_>, what: &str| -> Res<Option<u32>> {
        if v.is_none() { Ok(None) } else { crate::posix::stat::id_arg(t, v, what).map(Some) }
    };
    let groups = match a.get(18) {
        g if g.is_none() => None,
        g => {
            let mut out = Vec::new();
            for v in t.collect(g)? {
                out.push(crate::posix::stat::id_arg(t, v.r(), "gid")?)
            }
            Some(out)
        }
    };
    Ok(Plan {
        argv,
        executables,
        env,
        close_fds,
        keep: kept,
        cwd,
        fds,
        restore_signals: t.truth(a.get(14))?,
        setsid: t.truth(a.get(15))?,
        pgid: t.arg_i32(a.get(16))?,
        gid: id(t, a.get(17), "gid")?,
        groups,
        uid: id(t, a.get(19), "uid")?,
        umask: t.arg_i32(a.get(20))?,
    })
}

fn fork_exec(t: &mut Thread, a: Args<'_>) -> Res {
    let p = plan(t, a)?;
    let preexec = a.opt_none(21);
    if preexec.is_some() && weft_vm::start::is_finalizing() {
        return Err(t.raise_text(
            &weft_vm::errors::PYTHON_FINALIZATION_ERROR,
            "preexec_fn not supported at interpreter shutdown",
        ));
    }
    if preexec.is_some() {
        process::before_fork(t)
    }
    // With signals blocked, so that no handler of ours runs in the child.
    // SAFETY: signal sets are plain data.
    let (mut all, mut old): (libc::sigset_t, libc::sigset_t) = unsafe { std::mem::zeroed() };
    // SAFETY: both ours.
    unsafe {
        libc::sigfillset(&mut all);
        libc::pthread_sigmask(libc::SIG_BLOCK, &all, &mut old);
    }
    let r = if preexec.is_some() {
        // SAFETY: the world is stopped; the child runs Python after the reset.
        raw_fork(t, || unsafe { libc::fork() })
    } else {
        // The child makes only system calls and never comes back.
        // SAFETY: everything it uses was prepared.
        match unsafe { libc::fork() } {
            -1 => Err(errno()),
            pid => Ok(pid),
        }
    };
    if r == Ok(0) {
        // SAFETY: the old mask is ours.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &old, std::ptr::null_mut()) };
        child(t, &p, preexec)
    }
    // SAFETY: as above.
    unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &old, std::ptr::null_mut()) };
    if preexec.is_some() {
        process::after_fork_in_parent(t)
    }
    match r {
        Ok(pid) => Ok(t.int(pid as i64)),
        Err(e) => Err(t.os_error(e, None)),
    }
}

/// What went wrong where.
enum Failure {
    /// A system call, and whether it was exec or chdir that failed.
    System(i32, &'static str),
    Preexec,
}

fn child(t: &mut Thread, p: &Plan, preexec: Option<VRef<'_>>) -> ! {
    let f = match setup_and_exec(t, p, preexec) {
        Ok(never) => match never {},
        Err(f) => f,
    };
    let text = match f {
        Failure::System(e, what) => format!("OSError:{e:X}:{what}"),
        Failure::Preexec => "SubprocessError:0:Exception occurred in preexec_fn.".to_string(),
    };
    // SAFETY: system calls only; the parent reads what is written.
    unsafe {
        libc::write(p.fds[7], text.as_ptr().cast(), text.len());
        libc::_exit(255)
    }
}

fn ok(r: i32, what: &'static str) -> Result<i32, Failure> {
    if r < 0 { Err(Failure::System(errno(), what)) } else { Ok(r) }
}

fn inheritable(fd: i32) -> Result<(), Failure> {
    // SAFETY: plain system calls.
    unsafe {
        let f = ok(libc::fcntl(fd, libc::F_GETFD), "noexec")?;
        ok(libc::fcntl(fd, libc::F_SETFD, f & !libc::FD_CLOEXEC), "noexec")?;
    }
    Ok(())
}

fn setup_and_exec(
    t: &mut Thread,
    p: &Plan,
    preexec: Option<VRef<'_>>,
) -> Result<std::convert::Infallible, Failure> {
    let [p2cread, p2cwrite, c2pread, mut c2pwrite, errread, mut errwrite, errpipe_read, errpipe_write] =
        p.fds;
    // SAFETY: system calls on prepared data, here and below.
    unsafe {
        for fd in &p.keep {
            if *fd != errpipe_write {
                inheritable(*fd)?
            }
        }
        for fd in [p2cwrite, c2pread, errread, errpipe_read] {
            if fd >= 0 {
                ok(libc::close(fd), "noexec")?;
            }
        }
        // A descriptor below its place would be overwritten by the ones before it.
        if c2pwrite == 0 {
            c2pwrite = ok(libc::dup(c2pwrite), "noexec")?
        }
        while errwrite == 0 || errwrite == 1 {
            errwrite = ok(libc::dup(errwrite), "noexec")?
        }
        for (from, to) in [(p2cread, 0), (c2pwrite, 1), (errwrite, 2)] {
            if from == to {
                inheritable(from)?
            } else if from >= 0 {
                ok(libc::dup2(from, to), "noexec")?;
            }
        }
        if let Some(cwd) = &p.cwd {
            ok(libc::chdir(cwd.as_ptr()), "noexec:chdir")?;
        }
        if p.umask >= 0 {
            libc::umask(p.umask as libc::mode_t);
        }
        if p.restore_signals {
            for s in [libc::SIGPIPE, libc::SIGXFSZ] {
                libc::signal(s, libc::SIG_DFL);
            }
        }
        if p.setsid {
            ok(libc::setsid(), "noexec")?;
        }
        if p.pgid >= 0 {
            ok(libc::setpgid(0, p.pgid), "noexec")?;
        }
        if let Some(g) = &p.groups {
            ok(libc::syscall(libc::SYS_setgroups, g.len(), g.as_ptr()) as i32, "noexec")?;
        }
        if let Some(g) = p.gid {
            ok(libc::syscall(libc::SYS_setregid, g, g) as i32, "noexec")?;
        }
        if let Some(u) = p.uid {
            ok(libc::syscall(libc::SYS_setreuid, u, u) as i32, "noexec")?;
        }
        if let Some(f) = preexec {
            process::run_child_hooks(t);
            if t.call(f, &[]).is_err() {
                t.clear_raised();
                return Err(Failure::Preexec);
            }
        }
        if p.close_fds {
            close_all_but(&p.keep, errpipe_write)
        }
        unsafe extern "C" {
            static environ: *const *const libc::c_char;
        }
        let env = p.env.as_ref().map_or(environ, |e| e.as_ptr());
        let argv = p.argv.as_ref().map_or(std::ptr::null(), |v| v.as_ptr());
        let mut error = libc::ENOENT;
        for e in &p.executables {
            libc::execve(e.as_ptr(), argv, env);
            let now = errno();
            if now != libc::ENOENT && now != libc::ENOTDIR {
                error = now;
                break;
            }
            error = now
        }
        Err(Failure::System(error, ""))
    }
}

/// Closes everything from 3 up but `keep` (sorted), `also` too unless it is kept.
fn close_all_but(keep: &[i32], _also: i32) {
    let mut from = 3;
    for fd in keep.iter().filter(|fd| **fd >= 3) {
        crate::posix::files::close_range(from, *fd);
        from = fd + 1
    }
    // SAFETY: plain call.
    let max = unsafe { libc::sysconf(libc::_SC_OPEN_MAX) }.clamp(256, 1 << 20) as i32;
    // SAFETY: plain system call.
    if unsafe { libc::syscall(libc::SYS_close_range, from as u32, u32::MAX, 0u32) } != 0 {
        crate::posix::files::close_range(from, max)
    }
}
