//! Ending: what happens between the last statement of the program and the end of the process.
//!
//! In CPython's order: threads that are not daemons are waited for, `atexit` functions are called, the
//! standard streams are flushed, daemon threads stop where they are, what can be freed is freed and
//! finalized, the streams are flushed again.

use super::{begin_finalizing, import_native, modules::roots, sys_attr};
use crate::dict::Dict;
use crate::object::ValueExt;
use crate::thread::Thread;
use weft_strategy::Value;

/// Ends the interpreter. False: the standard output could not be flushed (exit status 120).
pub fn finalize(t: &mut Thread) -> bool {
    wait_for_threads(t);
    call_exit_functions(t);
    let mut flushed = flush_streams(t);
    begin_finalizing();
    t.process_pending();
    if crate::gc::anything_waits(t, &standard_streams(t)) {
        crate::gc::collect(t);
        clear_modules(t);
        crate::gc::collect(t);
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

/// Empties the namespace of the main module, so that what the program left is finalized while everything
/// it may need is still there.
fn clear_modules(t: &mut Thread) {
    let Some(main) = roots().modules.load().and_then(|m| t.dict_get(m.cast::<Dict>()?, "__main__")) else {
        return;
    };
    let Some(d) = main.cast::<crate::types::module::Module>().map(|m| m.dict()) else { return };
    // Names of one underscore first, then the others, as CPython does it.
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
