//! `_thread`: OS threads, locks, thread-local data. `threading` is written on top of it.

mod handle;
mod local;
mod lock;
mod rlock;

pub use handle::shutdown;

use weft_vm::object::{Args, ModuleSpec};
use weft_vm::types::structseq::StructSeq;
use weft_vm::types::tuple::tuple;
use weft_vm::{Res, Thread, VRef, Value, errors, intern, methods, start};

/// The module.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "_thread",
    doc: "This module provides primitive operations to write multi-threaded programs.\nThe 'threading' module provides a more convenient interface.",
    functions: methods! {
        "start_new_thread(function, args, kwargs={}, /)" => handle::start_new_thread, "Start a new thread that calls function(*args, **kwargs), and return its identifier.";
        "start_new(function, args, kwargs={}, /)" => handle::start_new_thread, "An obsolete synonym of start_new_thread().";
        "start_joinable_thread(function, handle=None, daemon=True)" => handle::start_joinable_thread, "For internal use only: start a new thread that can be waited for.";
        "daemon_threads_allowed()" => daemon_threads_allowed, "Return True if daemon threads are allowed in the current interpreter.";
        "allocate_lock()" => lock::allocate, "Create a new lock object.";
        "allocate()" => lock::allocate, "An obsolete synonym of allocate_lock().";
        "exit_thread()" => exit, "An obsolete synonym of exit().";
        "exit()" => exit, "Raise SystemExit, which ends the thread silently.";
        "interrupt_main(signum=signal.SIGINT, /)" => interrupt_main, "Simulate the arrival of the given signal in the main thread.";
        "get_ident()" => get_ident, "Return a number that identifies the running thread among those alive.";
        "get_native_id()" => get_native_id, "Return the number that the operating system gave the running thread.";
        "_count()" => count, "Return how many threads have been started and not ended yet.";
        "stack_size(size=0, /)" => handle::stack_size, "Set the stack size of threads started from now on; return the previous setting.";
        "_excepthook(args, /)" => excepthook, "Handle an uncaught exception of Thread.run().";
        "_is_main_interpreter()" => is_main_interpreter, "Return True if the current interpreter is the main one.";
        "_shutdown()" => shutdown_, "Wait for all threads that are not daemons.";
        "_make_thread_handle(ident, /)" => handle::of_running, "Internal only: a handle of a thread that runs already.";
        "_get_main_thread_ident()" => main_ident, "Internal only: the identifier of the main thread.";
        "_get_name()" => get_name, "Get the name of the current thread.";
        "set_name(name)" => set_name, "Set the name of the current thread.";
    },
    init: Some(init),
};

/// Longest thread name the system keeps, in bytes.
const NAME_MAX: usize = 15;

/// What an excepthook gets.
static HOOK_ARGS: StructSeq = StructSeq::new(
    "_thread._ExceptHookArgs",
    "ExceptHookArgs\n\nType used to pass arguments to threading.excepthook.",
    &[
        ("exc_type", "Exception type"),
        ("exc_value", "Exception value"),
        ("exc_traceback", "Exception traceback"),
        ("thread", "Thread"),
    ],
    4,
);

fn init(t: &mut Thread, m: VRef<'_>) -> Res<()> {
    t.module_add_type(m, &lock::TYPE);
    let lock = lock::TYPE.get(t).to_value();
    t.module_set(m, "LockType", lock);
    t.module_add_type(m, &rlock::TYPE);
    t.module_add_type(m, &local::TYPE);
    t.module_add_type(m, &handle::TYPE);
    let args = HOOK_ARGS.get(t).to_value();
    t.module_set(m, "_ExceptHookArgs", args);
    let error = errors::RUNTIME_ERROR.get(t).to_value();
    t.module_set(m, "error", error);
    let max = t.float(lock::TIMEOUT_MAX);
    t.module_set(m, "TIMEOUT_MAX", max);
    let n = t.int_usize(NAME_MAX);
    t.module_set(m, "_NAME_MAXLEN", n);
    start::at_fork_in_child(handle::after_fork);
    start::set_locals_hook(local::forget_dead);
    Ok(())
}

fn daemon_threads_allowed(_t: &mut Thread, _a: Args<'_>) -> Res {
    Ok(Value::TRUE)
}

fn is_main_interpreter(_t: &mut Thread, _a: Args<'_>) -> Res {
    Ok(Value::TRUE)
}

fn exit(t: &mut Thread, _a: Args<'_>) -> Res {
    Err(t.raise_with(&errors::SYSTEM_EXIT, Vec::new()))
}

fn interrupt_main(t: &mut Thread, a: Args<'_>) -> Res {
    let n = match a.opt(0) {
        Some(v) => t.arg_i32(v)?,
        None => libc::SIGINT,
    };
    if !(1..65).contains(&n) {
        return Err(t.value_error("signal number out of range"));
    }
    crate::signal::simulate(n);
    Ok(Value::NONE)
}

fn get_ident(t: &mut Thread, _a: Args<'_>) -> Res {
    Ok(t.int_usize(t.ident as usize))
}

fn get_native_id(t: &mut Thread, _a: Args<'_>) -> Res {
    // SAFETY: no preconditions.
    Ok(t.int(unsafe { libc::gettid() } as i64))
}

fn main_ident(t: &mut Thread, _a: Args<'_>) -> Res {
    Ok(t.int_usize(start::main_ident() as usize))
}

fn count(t: &mut Thread, _a: Args<'_>) -> Res {
    Ok(t.int_usize(handle::count()))
}

fn shutdown_(t: &mut Thread, _a: Args<'_>) -> Res {
    handle::shutdown(t)?;
    Ok(Value::NONE)
}

fn get_name(t: &mut Thread, _a: Args<'_>) -> Res {
    let mut buf = [0u8; 64];
    // SAFETY: the buffer is as long as said.
    unsafe { libc::pthread_getname_np(libc::pthread_self(), buf.as_mut_ptr().cast(), buf.len()) };
    let name = buf.split(|b| *b == 0).next().unwrap_or_default();
    Ok(crate::syscall::decode_fs(t, name))
}

fn set_name(t: &mut Thread, a: Args<'_>) -> Res {
    let name = t.arg_str_named(a.get(0), "set_name", "'name'")?;
    // Names that are too long are cut, wherever that is in a character.
    let name = name.to_string().into_bytes();
    let mut bytes: Vec<u8> = name.into_iter().take(NAME_MAX).collect();
    bytes.push(0);
    // SAFETY: a terminated string.
    unsafe { libc::pthread_setname_np(libc::pthread_self(), bytes.as_ptr().cast()) };
    Ok(Value::NONE)
}

/// `threading.excepthook`: prints what ended a thread, SystemExit excepted.
fn excepthook(t: &mut Thread, a: Args<'_>) -> Res {
    let args = a.get(0);
    if !HOOK_ARGS.is_instance(t, args) {
        return Err(t.type_error("_thread.excepthook argument type must be ExceptHookArgs"));
    }
    let Some(fields) = tuple(args).filter(|f| f.len() == 4) else { return Ok(Value::NONE) };
    let (ty, value, tb, thread) = (fields.get(0), fields.get(1), fields.get(2), fields.get(3));
    if ty.is(errors::SYSTEM_EXIT.get(t).to_value().r()) {
        return Ok(Value::NONE);
    }
    let stderr = intern::intern(t, "stderr");
    let mut file = start::sys_attr(t, stderr).filter(|f| !f.is_none());
    if file.is_none() && !thread.is_none() {
        // The thread remembers the stream it was made with.
        let name = intern::intern(t, "_stderr");
        file = t.getattr_opt(thread, name)?.filter(|f| !f.is_none());
    }
    let Some(file) = file else { return Ok(Value::NONE) };
    let name = match thread.is_none() {
        true => None,
        false => {
            let name = intern::intern(t, "name");
            t.getattr_opt(thread, name)?
        }
    };
    let who = match name {
        Some(n) => t.str_text(n.r())?,
        None => t.ident.to_string(),
    };
    let head = t.str(&format!("Exception in thread {who}:\n"));
    t.call_method(file.r(), "write", &[head.r()])?;
    let module = weft_vm::interp::hooks::import_module(t, "traceback")?;
    let print = t.attr(module.r(), "print_exception")?;
    t.call_kw(print.r(), &[ty, value, tb], &[("file", file.r())])?;
    if let Err(e) = t.call_method(file.r(), "flush", &[]) {
        let _ = e;
        t.clear_raised()
    }
    Ok(Value::NONE)
}
