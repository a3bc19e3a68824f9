//! Starting and ending the interpreter, and what the whole process shares.

pub mod audit;
mod finish;
pub mod flags;
mod fork;
pub mod frozen;
pub mod modules;
pub mod relock;
pub mod unraisable;
pub mod warn;

pub use finish::finalize;
pub use fork::{after_fork_in_child, at_fork_in_child, publish_roots};

use crate::dict::Dict;
use crate::object::ValueExt;
use crate::thread::Thread;
use crate::types::code::CodeObject;
use crate::types::module::Module;
use crate::{Res, names};
use modules::{roots, set_root};
use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering::*};
use weft_strategy::contract::{Hooks, choose, set_hooks};
use weft_strategy::core::breaker;
use weft_strategy::{VRef, Value, registry};

/// How to start.
#[derive(Clone, Debug)]
pub struct Config {
    /// With the GIL?
    pub gil: bool,
    /// Seed of str hashing (`PYTHONHASHSEED`); none: random.
    pub hash_seed: Option<u32>,
    /// Native stack of the main thread, in bytes.
    pub stack_size: usize,
}

static FINALIZING: AtomicBool = AtomicBool::new(false);
/// The others have stopped for good.
static ALONE: AtomicBool = AtomicBool::new(false);
static MAIN: AtomicPtr<weft_strategy::ThreadCore> = AtomicPtr::new(std::ptr::null_mut());

/// Makes the interpreter: strategy, heap, types, `builtins`. The thread returned is attached.
pub fn init(config: &Config) -> Box<Thread> {
    if config.gil {
        choose::<weft_gil::Gil>()
    } else {
        choose::<weft_nogil::FreeThreaded>()
    }
    set_hooks(Hooks {
        traverse: crate::gc::traverse,
        registers: crate::gc::thread_registers,
        companions: crate::types::weakref::companions,
        is_urgent: crate::gc::is_urgent,
        clear_weakrefs: crate::types::weakref::clear_in_stop,
        waiting: crate::contention::waiting,
        waited: crate::contention::waited,
    });
    let key = match config.hash_seed {
        Some(0) => weft_text::hash::siphash::Key { k0: 0, k1: 0 },
        Some(seed) => weft_text::hash::siphash::Key::from_seed(seed),
        None => {
            let mut b = [0u8; 16];
            // SAFETY: fills the buffer; on failure the key is just not random.
            unsafe { libc::getrandom(b.as_mut_ptr().cast(), 16, 0) };
            let half = |b: &[u8]| u64::from_ne_bytes(b.try_into().unwrap_or([7; 8]));
            weft_text::hash::siphash::Key { k0: half(&b[..8]), k1: half(&b[8..]) }
        }
    };
    crate::hash::set_key(key.k0, key.k1);
    crate::object::shape::init();
    crate::types::prepare_fixed();
    crate::types::cells::init();
    let mut t = Thread::new(config.stack_size);
    t.start();
    MAIN.store(&*t.core as *const _ as *mut _, Release);
    crate::intern::init(&t);
    names::init(&t);
    crate::types::create_fixed(&t);
    let sys_modules = Dict::new(&t);
    crate::types::code::make_traced(&t, sys_modules.r().header().expect("dict"));
    set_root(&roots().modules, sys_modules);
    import_native(&mut t, "builtins").expect("builtins");
    t
}

/// Is this the main thread?
pub fn is_main(t: &Thread) -> bool {
    std::ptr::eq(&*t.core, MAIN.load(Acquire))
}

/// In the child of a fork: this thread is the main one.
pub fn set_main(t: &Thread) {
    MAIN.store(&*t.core as *const _ as *mut _, Release)
}

/// The main thread's identifier.
pub fn main_ident() -> u64 {
    let core = MAIN.load(Acquire);
    if core.is_null() {
        return 0;
    }
    // SAFETY: the main thread, and what it points to, live as long as the process.
    unsafe { (*((*core).vm.get() as *const Thread)).ident }
}

/// Must this thread not run any more (a daemon thread after the main thread has finished)?
pub fn is_finalizing_for(t: &Thread) -> bool {
    FINALIZING.load(Relaxed) && !is_main(t)
}

/// Does one thread run at a time?
pub fn has_gil() -> bool {
    weft_strategy::ops().gil
}

/// `sys.setswitchinterval`
pub fn set_switch_interval(interval: std::time::Duration) {
    weft_strategy::ops().set_switch_interval(interval)
}

/// Is the interpreter shutting down?
pub fn is_finalizing() -> bool {
    FINALIZING.load(Relaxed)
}

/// From now on only the main thread runs.
pub fn begin_finalizing(t: &Thread) {
    FINALIZING.store(true, Release);
    registry::for_each(|c| c.set_breaker(breaker::PARK));
    if registry::len() > 1 {
        // When the world has stood still once, no other is between two safepoints: none comes back.
        weft_strategy::ops().stop_world(&t.core);
        weft_strategy::ops().start_world(&t.core);
    }
    ALONE.store(true, Release)
}

/// Will no other thread ever run again? Locks that others hold will not be given back then.
pub fn is_alone(t: &Thread) -> bool {
    ALONE.load(Acquire) && is_main(t)
}

/// The native module `name`, made if it is not in `sys.modules` yet.
pub fn import_native(t: &mut Thread, name: &str) -> Res {
    if let Some(d) = roots().modules.load()
        && let Some(d) = d.cast::<Dict>()
        && let Some(m) = t.dict_get(d, name)
    {
        return Ok(m);
    }
    let Some(spec) = modules::find(name) else {
        return Err(t.raise_text(&crate::errors::MODULE_NOT_FOUND_ERROR, format!("No module named '{name}'")));
    };
    let m = t.native_module(spec)?;
    if let Some(md) = m.cast::<Module>() {
        let dict = md.dict();
        crate::types::code::make_traced(t, dict.header());
        if name == "builtins" {
            set_root(&roots().builtins, dict.as_vref().to_value())
        }
        if name == "sys" {
            set_root(&roots().sys, dict.as_vref().to_value())
        }
    }
    if let Some(d) = roots().modules.load()
        && let Some(d) = d.cast::<Dict>()
    {
        t.dict_set(d, name, m.clone())
    }
    Ok(m)
}

/// The system has no memory for `size` bytes.
#[cold]
pub fn out_of_memory(size: usize) -> ! {
    eprintln!("Fatal Python error: out of memory allocating {size} bytes");
    std::process::abort()
}

/// A function native code wants run at the main thread's next safepoint.
pub type PendingCall = Box<dyn FnOnce(&mut Thread) -> Res<()> + Send>;

static PENDING_CALLS: parking_lot::Mutex<Vec<PendingCall>> = parking_lot::Mutex::new(Vec::new());

/// Queues a call for the main thread.
pub fn queue_call(f: PendingCall) {
    PENDING_CALLS.lock().push(f);
    let main = MAIN.load(Acquire);
    if !main.is_null() {
        // SAFETY: the main thread's core lives as long as the process.
        unsafe { &*main }.set_breaker(breaker::CALLS)
    }
}

/// Runs what is queued for the running thread.
pub fn run_pending_calls(t: &mut Thread) -> Res<()> {
    let calls = if is_main(t) { std::mem::take(&mut *PENDING_CALLS.lock()) } else { Vec::new() };
    for c in calls {
        c(t)?
    }
    if let Some(f) = LOCALS_HOOK.get() {
        f(t)
    }
    Ok(())
}

static LOCALS_HOOK: std::sync::OnceLock<fn(&mut Thread)> = std::sync::OnceLock::new();

/// Says what gives up a thread's namespaces of thread-local objects that are gone. Called at the safepoint after
/// `breaker::CALLS` was set.
pub fn set_locals_hook(f: fn(&mut Thread)) {
    let _ = LOCALS_HOOK.set(f);
}

type SignalHook = fn(&mut Thread) -> Res<()>;
static SIGNAL_HOOK: parking_lot::Mutex<Option<SignalHook>> = parking_lot::Mutex::new(None);

/// Says what delivers signals: the `_signal` module.
pub fn set_signal_hook(f: SignalHook) {
    *SIGNAL_HOOK.lock() = Some(f)
}

/// Asks the main thread to look for signals. Async-signal-safe.
pub fn wake_for_signal() {
    let main = MAIN.load(Acquire);
    if !main.is_null() {
        // SAFETY: the main thread's core lives as long as the process.
        unsafe { &*main }.set_breaker(breaker::SIGNAL)
    }
}

/// Runs Python signal handlers.
pub fn run_signal_handlers(t: &mut Thread) -> Res<()> {
    let f = *SIGNAL_HOOK.lock();
    match f {
        Some(f) => f(t),
        None => Ok(()),
    }
}

/// Reports an exception that cannot be raised, through `sys.unraisablehook`.
pub fn unraisable(t: &mut Thread, message: &str, e: Value, object: VRef<'_>) {
    unraisable::report(t, message, e, object)
}

/// Writes to the process's standard error, whatever `sys.stderr` is.
pub fn stderr_bytes(mut b: &[u8]) {
    while !b.is_empty() {
        // SAFETY: reads the slice only.
        let n = unsafe { libc::write(2, b.as_ptr().cast(), b.len()) };
        if n <= 0 {
            return;
        }
        b = b.get(n as usize..).unwrap_or_default()
    }
}

/// `sys.modules`
pub fn modules(_t: &Thread) -> Option<Value> {
    roots().modules.load()
}

/// An attribute of the sys module.
pub fn sys_attr(t: &Thread, name: VRef<'_>) -> Option<Value> {
    roots().sys.get(t)?.cast::<Dict>()?.get_str(t, name).map(|v| v.to_value())
}

/// Sets an attribute of the sys module.
pub fn set_sys_attr(t: &Thread, name: &str, v: Value) {
    if let Some(d) = roots().sys.get(t).and_then(|d| d.cast::<Dict>()) {
        t.dict_set(d, name, v)
    }
}

/// The dict of the builtins module.
pub fn builtins_dict(t: &Thread) -> Value {
    roots().builtins.load().unwrap_or_else(|| Dict::new(t))
}

/// Loads code that somebody else may have written: it is verified first.
pub fn load_code(t: &mut Thread, code: weft_bytecode::Code) -> Res {
    if weft_bytecode::verify::verify(&code).is_err() {
        return Err(t.value_error("invalid bytecode"));
    }
    Ok(CodeObject::load(t, &code.into()))
}

/// Loads code that is part of the binary.
pub fn load_packed(t: &mut Thread, name: &str, file: &'static [u8]) -> Res {
    match weft_bytecode::marshal::from_binary(file) {
        Ok(c) => Ok(CodeObject::load(t, &c)),
        Err(_) => {
            Err(t.raise_text(&crate::errors::IMPORT_ERROR, format!("packed module '{name}' is damaged")))
        }
    }
}
