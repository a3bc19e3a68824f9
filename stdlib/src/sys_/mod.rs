//! `sys`: the interpreter seen from Python.
//!
//! What the process was told at start comes from [`weft_vm::start::flags`]; what Python code rebinds here
//! (`path`, hooks, streams) is looked up again by whoever uses it.

mod contention;
mod frames;
pub mod hooks;
mod info;
mod jit;
mod limits;
mod monitoring;
mod names;
mod printer;
pub mod streams;
mod trace;

use weft_vm::dict::Dict;
use weft_vm::errors::{SYSTEM_EXIT, exc};
use weft_vm::object::{Args, ModuleSpec, ValueExt};
use weft_vm::start::flags::{Flags, flags};
use weft_vm::start::{audit, modules};
use weft_vm::types::list::List;
use weft_vm::types::set;
use weft_vm::types::str::text;
use weft_vm::types::tuple::{Tuple, tuple};
use weft_vm::{Res, Thread, VRef, Value};

/// The declaration.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "sys",
    doc: "This module provides access to some objects used or maintained by the\ninterpreter and to functions that interact strongly with the interpreter.",
    functions: weft_vm::methods! {
        // hooks
        "displayhook(object, /)" => hooks::displayhook, "Print an object to sys.stdout and also save it in builtins._";
        "excepthook(exctype, value, traceback, /)" => hooks::excepthook, "Handle an exception by displaying it with a traceback on sys.stderr.";
        "unraisablehook(unraisable, /)" => hooks::unraisablehook, "Handle an unraisable exception.";
        "breakpointhook(*args, **kwargs)" => hooks::breakpointhook, "This hook function is called by built-in breakpoint().";
        "audit(event, /, *args)" => audit_event, "Passes the event to any audit hooks that are attached.";
        "addaudithook(hook)" => |t, a| { audit::add_hook(t, a.get(0))?; Ok(Value::NONE) }, "Adds a new audit hook callback.";
        // exceptions
        "exc_info()" => exc_info, "Return current exception information: (type, value, traceback).";
        "exception()" => |t, _| Ok(t.handled().map_or(Value::NONE, |e| e.to_value())), "Return the current exception.";
        "exit(status=None, /)" => exit, "Exit the interpreter by raising SystemExit(status).";
        // frames
        "_getframe(depth=0, /)" => frames::getframe, "Return a frame object from the call stack.";
        "_getframemodulename(depth=0)" => frames::getframemodulename, "Return the name of the module for a calling frame.";
        "_current_frames()" => frames::current_frames, "Return a dict mapping each thread's thread id to its current stack frame.";
        "_current_exceptions()" => frames::current_exceptions, "Return a dict mapping each thread's identifier to its current raised exception.";
        // tracing
        "settrace(function, /)" => trace::settrace, "Set the global debug tracing function.";
        "gettrace()" => trace::gettrace, "Return the global debug tracing function set with sys.settrace.";
        "setprofile(function, /)" => trace::setprofile, "Set the profiling function.";
        "getprofile()" => trace::getprofile, "Return the profiling function set with sys.setprofile.";
        "_settraceallthreads(function, /)" => trace::settraceallthreads, "Set the global debug tracing function in all running threads.";
        "_setprofileallthreads(function, /)" => trace::setprofileallthreads, "Set the profiling function in all running threads.";
        "call_tracing(func, args, /)" => trace::call_tracing, "Call func(*args), while tracing is enabled.";
        "set_asyncgen_hooks(firstiter=None, finalizer=None)" => trace::set_asyncgen_hooks, "Set a finalizer for async generators objects.";
        "get_asyncgen_hooks()" => trace::get_asyncgen_hooks, "Return the installed asynchronous generators hooks.";
        "set_coroutine_origin_tracking_depth(depth)" => trace::set_origin_depth, "Enable or disable origin tracking for coroutine objects in this thread.";
        "get_coroutine_origin_tracking_depth()" => |t, _| Ok(t.int(t.locals.origin_depth.into())), "Check status of origin tracking for coroutine objects in this thread.";
        // limits and settings
        "getrecursionlimit()" => limits::getrecursionlimit, "Return the current value of the recursion limit.";
        "setrecursionlimit(limit, /)" => limits::setrecursionlimit, "Set the maximum depth of the Python interpreter stack to n.";
        "getswitchinterval()" => limits::getswitchinterval, "Return the current thread switch interval; see sys.setswitchinterval().";
        "setswitchinterval(interval, /)" => limits::setswitchinterval, "Set the ideal thread switching delay inside the Python interpreter.";
        "get_int_max_str_digits()" => limits::get_int_max_str_digits, "Return the maximum string digits limit for non-binary int<->str conversions.";
        "set_int_max_str_digits(maxdigits)" => limits::set_int_max_str_digits, "Set the maximum string digits limit for non-binary int<->str conversions.";
        "getdlopenflags()" => limits::getdlopenflags, "Return the current value of the flags that are used for dlopen calls.";
        "setdlopenflags(flags, /)" => limits::setdlopenflags, "Set the flags used by the interpreter for dlopen calls.";
        "_get_cpu_count_config()" => |t, _| Ok(t.int(flags().cpu_count.map_or(-1, i64::from))), "The number of CPUs given at start, or -1.";
        // text
        "intern(string, /)" => intern, "Enter the given string into the table of interned strings.";
        "_is_interned(string, /)" => is_interned, "Return True if the given string is \"interned\".";
        "_is_immortal(op, /)" => |_, a| Ok(Value::bool(weft_vm::interp::foreign::reference_count(a.get(0).word()).is_none())), "Return True if the given object is never freed.";
        "getunicodeinternedsize(*, _only_immortal=False)" => |t, _| Ok(t.int_usize(weft_vm::intern::count())), "Return the number of interned strings.";
        "getdefaultencoding()" => |t, _| Ok(t.str("utf-8")), "Return the current default encoding used by the Unicode implementation.";
        "getfilesystemencoding()" => |t, _| Ok(t.str("utf-8")), "Return the encoding used to convert Unicode filenames to OS filenames.";
        "getfilesystemencodeerrors()" => |t, _| Ok(t.str("surrogateescape")), "Return the error mode used Unicode to OS filename conversion.";
        // memory
        "getrefcount(object, /)" => limits::getrefcount, "Return the reference count of object.";
        "getsizeof(object, default=None)" => limits::getsizeof, "Return the size of object in bytes.";
        "getallocatedblocks()" => limits::getallocatedblocks, "Return the number of memory blocks currently allocated.";
        "_debugmallocstats()" => |_, _| Ok(Value::NONE), "Print statistics of the allocator to stderr: there are none.";
        "_clear_type_cache()" => |_, _| Ok(Value::NONE), "Clear the internal type lookup cache.";
        "_clear_internal_caches()" => |_, _| Ok(Value::NONE), "Clear all internal performance-related caches.";
        "_clear_type_descriptors(type, /)" => clear_type_descriptors, "Remove __dict__ and __weakref__ from a type's dictionary.";
        "_contention()" => contention::contention, "What threads waited for, how often and for how long; with -X contention also where.";
        // process
        "is_finalizing()" => |_, _| Ok(Value::bool(weft_vm::start::is_finalizing())), "Return True if Python is exiting.";
        "_is_gil_enabled()" => |_, _| Ok(Value::bool(weft_vm::start::has_gil())), "Return True if the GIL is currently enabled and False otherwise.";
        "is_remote_debug_enabled()" => |_, _| Ok(Value::FALSE), "Return True if remote debugging is enabled, False otherwise.";
        "remote_exec(pid, script)" => remote_exec, "Executes a file containing Python code in a given remote Python process.";
        "activate_stack_trampoline(backend, /)" => activate_stack_trampoline, "Activate stack profiler trampoline *backend*.";
        "deactivate_stack_trampoline()" => |_, _| Ok(Value::NONE), "Deactivate the current stack profiler trampoline backend.";
        "is_stack_trampoline_active()" => |_, _| Ok(Value::FALSE), "Return *True* if a stack profiler trampoline is active.";
    },
    init: Some(init),
};

/// A list of texts.
fn texts(t: &Thread, items: &[String]) -> Value {
    List::new(t, items.iter().map(|s| os_text(t, s)).collect())
}

/// Text of the command line or the environment.
fn os_text(t: &Thread, s: &str) -> Value {
    t.str(s)
}

fn option(t: &Thread, s: &Option<String>) -> Value {
    s.as_ref().map_or(Value::NONE, |s| os_text(t, s))
}

fn init(t: &mut Thread, m: VRef<'_>) -> Res<()> {
    let f = flags();
    let Some(sys_modules) = modules::roots().modules.load() else {
        return Err(t.system_error("no sys.modules"));
    };
    t.module_set(m, "modules", sys_modules);
    for name in ["displayhook", "excepthook", "unraisablehook", "breakpointhook"] {
        let hook = t.attr(m, name)?;
        t.module_set(m, &format!("__{name}__"), hook)
    }
    for (name, fd) in [("stdout", 1), ("stderr", 2)] {
        let early = printer::new(t, fd);
        t.module_set(m, &format!("__{name}__"), early.clone());
        t.module_set(m, name, early)
    }
    paths(t, m, f);
    let xoptions = Dict::new(t);
    if let Some(d) = xoptions.cast::<Dict>() {
        for (name, value) in &f.xoptions {
            let value = value.as_ref().map_or(Value::TRUE, |v| t.str(v));
            t.dict_set(d, name, value)
        }
    }
    t.module_set(m, "_xoptions", xoptions);
    t.module_set(m, "warnoptions", texts(t, &f.warnoptions));
    t.module_set(m, "dont_write_bytecode", Value::bool(f.dont_write_bytecode));
    t.module_set(m, "pycache_prefix", option(t, &f.pycache_prefix));
    let builtin = modules::names().into_iter().map(|n| weft_vm::intern::intern(t, n).to_value()).collect();
    t.module_set(m, "builtin_module_names", Tuple::new(t, builtin));
    let library =
        names::STDLIB.split_whitespace().map(|n| weft_vm::intern::intern(t, n).to_value()).collect();
    t.module_set(m, "stdlib_module_names", set::frozen_from_consts(t, library));
    info::add(t, m)?;
    monitoring::add(t, m)?;
    jit::add(t, m)
}

/// Where things are and what runs.
fn paths(t: &Thread, m: VRef<'_>, f: &Flags) {
    for (name, list) in [("argv", &f.argv), ("orig_argv", &f.orig_argv), ("path", &f.path)] {
        t.module_set(m, name, texts(t, list))
    }
    for name in ["path_hooks", "meta_path"] {
        t.module_set(m, name, List::new(t, Vec::new()))
    }
    t.module_set(m, "path_importer_cache", Dict::new(t));
    for (name, text) in [
        ("prefix", &f.prefix),
        ("exec_prefix", &f.exec_prefix),
        ("base_prefix", &f.base_prefix),
        ("base_exec_prefix", &f.base_exec_prefix),
        ("executable", &f.executable),
        ("_base_executable", &f.base_executable),
    ] {
        t.module_set(m, name, os_text(t, text))
    }
    t.module_set(m, "_stdlib_dir", option(t, &f.stdlib_dir));
    t.module_set(m, "_home", option(t, &f.home));
}

fn audit_event(t: &mut Thread, a: Args<'_>) -> Res {
    let event = t.arg_str_named(a.get(0), "audit", "1")?.to_string();
    audit::audit(t, &event, a.rest())?;
    Ok(Value::NONE)
}

fn exc_info(t: &mut Thread, _: Args<'_>) -> Res {
    let Some(e) = t.handled().map(|e| e.to_value()) else {
        return Ok(Tuple::new(t, vec![Value::NONE; 3]));
    };
    let traceback = exc(e.r()).and_then(|x| x.traceback.load()).unwrap_or(Value::NONE);
    Ok(Tuple::new(t, vec![e.r().ty().to_value(), e, traceback]))
}

/// `raise SystemExit(status)`: a tuple gives the arguments, an instance is raised itself.
fn exit(t: &mut Thread, a: Args<'_>) -> Res {
    let class = SYSTEM_EXIT.get(t).to_value();
    let e = match a.opt_none(0) {
        None => t.call(class.r(), &[])?,
        Some(v) if SYSTEM_EXIT.is_instance(t, v) => v.to_value(),
        Some(v) => match tuple(v) {
            Some(args) => t.call(class.r(), args.as_slice())?,
            None => t.call(class.r(), &[v])?,
        },
    };
    Err(t.raise(e))
}

fn intern(t: &mut Thread, a: Args<'_>) -> Res {
    let v = a.get(0);
    if !v.has_shape(weft_vm::types::fixed::STR) {
        if text(v).is_some() {
            let n = v.ty().name();
            return Err(t.type_error(format!("can't intern {n}")));
        }
        let n = v.ty().name();
        return Err(t.type_error(format!("intern() argument must be str, not {n}")));
    }
    Ok(weft_vm::intern::intern_value(t, v))
}

fn is_interned(t: &mut Thread, a: Args<'_>) -> Res {
    let v = a.get(0);
    if text(v).is_none() {
        let n = v.ty().name();
        return Err(t.type_error(format!("_is_interned() argument must be str, not {n}")));
    }
    Ok(Value::bool(weft_vm::intern::is_interned(v)))
}

fn clear_type_descriptors(t: &mut Thread, a: Args<'_>) -> Res {
    use weft_vm::object::type_flag;
    let Some(ty) = weft_vm::types::typeobj::as_type(a.get(0)) else {
        let n = a.get(0).ty().name();
        return Err(t.type_error(format!("_clear_type_descriptors() argument must be type, not {n}")));
    };
    if ty.flags() & type_flag::IMMUTABLE != 0 {
        return Err(t.type_error("argument is immutable"));
    }
    for name in ["__dict__", "__weakref__"] {
        let n = weft_vm::intern::intern(t, name);
        if ty.dict().remove_str(t, n).is_some() {
            weft_vm::types::heaptype::after_change(t, ty, name)
        }
    }
    Ok(Value::NONE)
}

fn remote_exec(t: &mut Thread, a: Args<'_>) -> Res {
    t.index(a.get(0))?;
    Err(t.raise_text(&weft_vm::errors::RUNTIME_ERROR, "Remote debugging is not enabled"))
}

fn activate_stack_trampoline(t: &mut Thread, a: Args<'_>) -> Res {
    let name = t.arg_str_named(a.get(0), "activate_stack_trampoline", "")?.to_string();
    if name == "perf" || name == "perf_jit" {
        return Err(t.value_error("perf trampoline not available"));
    }
    Err(t.value_error(format!("invalid backend: {name}")))
}
