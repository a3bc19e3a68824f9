//! Starting and ending the interpreter, and what the whole process shares.

pub mod warn;

use crate::Res;
use crate::thread::Thread;
use std::sync::atomic::{AtomicBool, Ordering::*};
use weft_strategy::{VRef, Value};

static FINALIZING: AtomicBool = AtomicBool::new(false);

/// Must this thread not run any more (a daemon thread after the main thread has finished)?
pub fn is_finalizing_for(_t: &Thread) -> bool {
    FINALIZING.load(Relaxed)
}

/// The system has no memory for `size` bytes.
#[cold]
pub fn out_of_memory(size: usize) -> ! {
    eprintln!("Fatal Python error: out of memory allocating {size} bytes");
    std::process::abort()
}

/// Calls queued for the main thread.
pub fn run_pending_calls(_t: &mut Thread) -> Res<()> {
    Ok(())
}

/// Runs Python signal handlers.
pub fn run_signal_handlers(_t: &mut Thread) -> Res<()> {
    Ok(())
}

/// Reports an exception that cannot be raised.
pub fn unraisable(_t: &mut Thread, message: &str, _e: Value, _object: VRef<'_>) {
    eprintln!("{message}")
}

/// `sys.modules`
pub fn modules(_t: &Thread) -> Option<Value> {
    None
}

/// An attribute of the sys module.
pub fn sys_attr(_t: &Thread, _name: VRef<'_>) -> Option<Value> {
    None
}

/// The dict of the builtins module.
pub fn builtins_dict(t: &Thread) -> Value {
    crate::dict::Dict::new(t)
}
