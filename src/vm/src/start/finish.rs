//! Ending: what happens between the last statement of the program and the end of the process.
//!
//! In CPython's order: threads that are not daemons are waited for, `atexit` functions are called, the
//! standard streams are flushed, daemon threads stop where they are, what can be freed is freed and
//! finalized, the streams are flushed again.

use super::{begin_finalizing, import_native, modules::roots, sys_attr};
use crate::dict::Dict;
use crate::names;
use crate::object::ValueExt;
use crate::thread::Thread;
use crate::types::fixed;
use crate::types::module::Module;
use crate::types::weakref::{self, WeakRef};
use weft_strategy::Value;

/// Ends the interpreter. False: the standard output could not be flushed (exit status 120).
pub fn finalize(t: &mut Thread) -> bool {
    wait_for_threads(t);
    call_exit_functions(t);
    crate::contention::program_ended();
    begin_finalizing(t);
    let mut flushed = flush_streams(t);
    t.process_pending();
    if crate::gc::anything_waits(t, &standard_streams(t)) {
        crate::gc::collect(t);
        drop_modules(t);
        flushed &= flush_streams(t);
    }
    flushed
}

/// The files that were open from the start. They are flushed, never closed.
fn standard_streams(t: &Thread) -> Vec<Value> {
    ["__stdin__", "__stdout__", "__stderr__"]
        .into_iter()
        .filter_map(|n| sys_attr(t, crate::intern::intern(t, n)))
        .collect()
}

/// `threading._shutdown()`, if the program has imported `threading`.
fn wait_for_threads(t: &mut Thread) {
    let threading = super::modules(t).and_then(|m| t.dict_get(m.cast::<Dict>()?, "threading"));
    let Some(threading) = threading else { return };
    let r = t.call_method(threading.r(), "_shutdown", &[]);
    if r.is_err() {
        crate::errors::write_unraisable(t, "Exception ignored on threading shutdown", threading.r())
    }
}

/// `atexit._run_exitfuncs()`, if anything has imported `atexit`.
fn call_exit_functions(t: &mut Thread) {
    let loaded = super::modules(t).and_then(|m| t.dict_get(m.cast::<Dict>()?, "atexit"));
    if loaded.is_none() {
        return;
    }
    if let Ok(m) = import_native(t, "atexit")
        && t.call_method(m.r(), "_run_exitfuncs", &[]).is_err()
    {
        t.clear_raised()
    }
}

/// Flushes `sys.stdout` and `sys.stderr`. False: the former failed.
fn flush_streams(t: &mut Thread) -> bool {
    let mut ok = true;
    for (name, tell) in [("stdout", true), ("stderr", false)] {
        let name = crate::intern::intern(t, name);
        let Some(f) = sys_attr(t, name).filter(|f| !f.is_none()) else { continue };
        if is_closed(t, &f) {
            continue;
        }
        if t.call_method(f.r(), "flush", &[]).is_err() {
            if tell {
                crate::errors::write_unraisable(t, "Exception ignored while flushing sys.stdout", f.r());
                ok = false
            } else {
                t.clear_raised()
            }
        }
    }
    ok
}

fn is_closed(t: &mut Thread, f: &Value) -> bool {
    let name = crate::intern::intern(t, "closed");
    let closed = match t.getattr_opt(f.r(), name) {
        Ok(Some(c)) => t.truth(c.r()),
        Ok(None) => Ok(false),
        Err(e) => Err(e),
    };
    match closed {
        Ok(c) => c,
        Err(_) => {
            t.clear_raised();
            false
        }
    }
}

/// Lets go of the program's own modules, so that what they hold is finalized while all it may need is still there.
/// A module that something else keeps alive has its names set to None. The library's modules stay: finalizers may
/// use them.
fn drop_modules(t: &mut Thread) {
    let Some(modules) = roots().modules.load() else { return };
    let Some(modules) = modules.cast::<Dict>() else { return };
    let folder = crate::intern::intern(t, "_stdlib_dir");
    let folder = sys_attr(t, folder).and_then(|f| Some(crate::types::str::text(f.r())?.to_string()));
    let mut dropped = Vec::new();
    for (name, m) in modules.items(t) {
        if is_users(t, &name, &m, folder.as_deref().unwrap_or_default())
            && let Some(h) = m.r().header()
        {
            dropped.push(weakref::make(t, fixed::WEAKREF, h, None));
            modules.remove_str(t, name.r());
        }
    }
    crate::gc::collect(t);
    let mut cleared = false;
    for w in dropped.iter().rev() {
        if let Some(m) = w.cast::<WeakRef>().and_then(|w| w.get(t)) {
            cleared = true;
            clear_module(t, &m)
        }
    }
    drop(dropped);
    if cleared {
        crate::gc::collect(t);
    }
}

/// Is this the main module, or one from a file outside the library's folder?
fn is_users(t: &Thread, name: &Value, m: &Value, library: &str) -> bool {
    let Some(m) = m.cast::<Module>() else { return false };
    if crate::types::str::text(name.r()).is_some_and(|n| n.as_str() == Some("__main__")) {
        return true;
    }
    let Some(file) = m.dict().get_str(t, names::__file__()) else { return false };
    crate::types::str::text(file).is_some_and(|f| f.as_str().is_some_and(|f| !f.starts_with(library)))
}

/// Sets a module's names to None: those of one underscore first, then the others, as CPython does it.
fn clear_module(t: &mut Thread, m: &Value) {
    let Some(d) = m.cast::<Module>().map(|m| m.dict()) else { return };
    for underscore in [true, false] {
        for (k, _) in d.items(t) {
            let name = crate::types::str::text(k.r()).map(|s| s.to_string()).unwrap_or_default();
            let private = name.starts_with('_') && !name.starts_with("__");
            if private == underscore && name != "__builtins__" {
                d.set_str(t, k.r(), Value::NONE);
                t.process_pending();
            }
        }
    }
}
