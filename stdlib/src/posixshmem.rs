//! `_posixshmem`: named shared memory.

use crate::syscall::{self, fs_name};
use weft_vm::object::{Args, ModuleSpec};
use weft_vm::{Res, Thread, Value, methods};

/// `_posixshmem`
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "_posixshmem",
    doc: "POSIX shared memory module",
    functions: methods! {
        "shm_open(path, flags, mode=511)" => shm_open, "Open a shared memory object.  Returns a file descriptor (integer).";
        "shm_unlink(path)" => shm_unlink, "Remove a shared memory object (similar to unlink()).";
    },
    init: None,
};

fn shm_open(t: &mut Thread, a: Args<'_>) -> Res {
    let name = fs_name(t, a.get(0))?;
    let flags = t.arg_i32(a.get(1))? | libc::O_CLOEXEC;
    let mode = match a.opt(2) {
        Some(m) => t.arg_i32(m)?,
        None => 0o777,
    };
    let p = name.as_ptr() as usize;
    // SAFETY: the name lives until the call returns.
    let open = || unsafe { libc::shm_open(p as *const libc::c_char, flags, mode as libc::mode_t) as i64 };
    match syscall::retry(t, open)? {
        Ok(fd) => Ok(t.int(fd)),
        Err(e) => Err(t.os_error(e, Some(a.get(0)))),
    }
}

fn shm_unlink(t: &mut Thread, a: Args<'_>) -> Res {
    let name = fs_name(t, a.get(0))?;
    let p = name.as_ptr() as usize;
    // SAFETY: the name lives until the call returns.
    match syscall::retry(t, || unsafe { libc::shm_unlink(p as *const libc::c_char) as i64 })? {
        Ok(_) => Ok(Value::NONE),
        Err(e) => Err(t.os_error(e, Some(a.get(0)))),
    }
}
