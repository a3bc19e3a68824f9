//! `_thread._ThreadHandle`: what one can wait for, and how an OS thread is started.
//!
//! The state lies outside the object heap and is shared with the OS thread, which touches nothing else once
//! it has left the VM.

use super::lock::Timeout;
use crate::clock::{Round, deadline, nanoseconds};
use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, AtomicU64, AtomicUsize, Ordering::*};
use weft_vm::object::{
    Args, CallArgs, GetSet, NativeType, Object, Slots, Type, TypeSpec, ValueExt, Visitor, type_flag,
};
use weft_vm::thread::{Memory, park};
use weft_vm::types::tuple::tuple;
use weft_vm::{Raised, Res, Thread, VRef, Value, Word, dict::Dict, errors, methods, start};
use weft_strategy::Header;

const NOT_STARTED: u32 = 0;
const STARTING: u32 = 1;
const RUNNING: u32 = 2;
const DONE: u32 = 3;

/// How far a thread has come.
pub struct State {
    word: AtomicU32,
    ident: AtomicU64,
    daemon: AtomicBool,
}

impl State {
    fn new(word: u32, ident: u64) -> Arc<State> {
        Arc::new(State {
            word: AtomicU32::new(word),
            ident: AtomicU64::new(ident),
            daemon: AtomicBool::new(true),
        })
    }

    fn to(&self, state: u32) {
        self.word.store(state, Release);
        park::wake(&self.word, u32::MAX)
    }

    fn is_done(&self) -> bool {
        self.word.load(Acquire) == DONE
    }

    /// Waits until the thread has ended; false when the time is over.
    fn join(&self, t: &mut Thread, timeout: Timeout) -> Res<bool> {
        let until = match timeout {
            Timeout::Now => return Ok(self.is_done()),
            Timeout::After(ns) => deadline(ns),
            Timeout::Never => None,
        };
        loop {
            let seen = self.word.load(Acquire);
            if seen == DONE {
                return Ok(true);
            }
            if !t.park(&self.word, seen, until)? {
                return Ok(self.is_done());
            }
        }
    }
}

/// Threads that were started and have not ended: `_shutdown` waits for those that are no daemons.
static STARTED: parking_lot::Mutex<Vec<Arc<State>>> = parking_lot::Mutex::new(Vec::new());
/// Threads that native code has started and that have not ended.
static COUNT: AtomicUsize = AtomicUsize::new(0);
/// `stack_size()`; 0: the default.
static STACK: AtomicUsize = AtomicUsize::new(0);
/// Stack of a new OS thread unless the program says otherwise; memory comes when it is used.
const DEFAULT_STACK: usize = 16 << 20;
/// Least stack a thread gets, whatever the program says.
const LEAST_STACK: usize = 1 << 20;
/// More threads than this at a time are refused: owner ids have 16 bits.
const MOST_THREADS: usize = 60_000;

/// A handle object.
#[repr(C)]
pub struct Handle {
    h: Header,
    /// From `Arc::into_raw`; null once cleared.
    state: AtomicPtr<State>,
}

// SAFETY: repr(C), header first, no references; the Arc is given up in `clear`.
unsafe impl Object for Handle {
    weft_vm::layout!(Handle, "_ThreadHandle", false);
    fn traverse(&self, _v: Visitor) {}
    fn clear(&self) {
        let p = self.state.swap(std::ptr::null_mut(), AcqRel);
        if !p.is_null() {
            // SAFETY: the object's claim.
            drop(unsafe { Arc::from_raw(p) })
        }
    }
}

/// `_thread._ThreadHandle`
pub static TYPE: NativeType = NativeType::new(&SPEC);
static SPEC: TypeSpec = TypeSpec {
    name: "_thread._ThreadHandle",
    flags: type_flag::IMMUTABLE,
    slots: Slots { new: Some(new), repr: Some(repr), ..Slots::EMPTY },
    methods: methods! {
        "join(self, timeout=None, /)" => join, "Wait until the thread has ended.";
        "is_done(self, /)" => is_done, "Tell whether the thread has ended.";
        "_set_done(self, /)" => set_done, "Say that the thread has ended.";
    },
    getset: &[GetSet { name: "ident", get: ident, set: None, doc: "" }],
    ..TypeSpec::new::<Handle>()
};

fn make(t: &Thread, shape: u32, state: Arc<State>) -> Value {
    let state = AtomicPtr::new(Arc::into_raw(state) as *mut State);
    t.make(shape, Handle { h: Header::new(0, 0), state })
}

impl Handle {
    fn state(&self) -> Arc<State> {
        let p = self.state.load(Acquire);
        if p.is_null() {
            return State::new(DONE, 0);
        }
        // SAFETY: the object has a claim as long as it lives.
        unsafe {
            Arc::increment_strong_count(p);
            Arc::from_raw(p)
        }
    }
}

fn new(t: &mut Thread, cls: &Type, _args: CallArgs<'_>) -> Res {
    Ok(make(t, cls.shape(), State::new(NOT_STARTED, 0)))
}

/// `_make_thread_handle(ident)`: of a thread that runs already.
pub fn of_running(t: &mut Thread, a: Args<'_>) -> Res {
    let ident = t.arg_i64(a.get(0))?;
    let shape = TYPE.shape(t);
    let state = State::new(RUNNING, ident as u64);
    note_started(state.clone());
    Ok(make(t, shape, state))
}

fn repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let ident = v.cast::<Handle>().map_or(0, |h| h.state().ident.load(Relaxed));
    let name = t.type_full_name(v.ty());
    Ok(t.str(&format!("<{name} object: ident={ident}>")))
}

fn ident(t: &mut Thread, v: VRef<'_>) -> Res {
    let ident = v.cast::<Handle>().map_or(0, |h| h.state().ident.load(Relaxed));
    Ok(t.int_usize(ident as usize))
}

fn is_done(_t: &mut Thread, a: Args<'_>) -> Res {
    Ok(Value::bool(a.this::<Handle>().state().is_done()))
}

fn set_done(t: &mut Thread, a: Args<'_>) -> Res {
    let s = a.this::<Handle>().state();
    if s.word.load(Acquire) == NOT_STARTED {
        return Err(t.runtime_error("thread not started"));
    }
    s.to(DONE);
    Ok(Value::NONE)
}

fn join(t: &mut Thread, a: Args<'_>) -> Res {
    let timeout = match a.opt_none(1) {
        None => Timeout::Never,
        Some(v) => match nanoseconds(t, v, Round::Timeout)? {
            ns if ns < 0 => Timeout::Never,
            0 => Timeout::Now,
            ns => Timeout::After(ns),
        },
    };
    let s = a.this::<Handle>().state();
    if s.word.load(Acquire) == NOT_STARTED {
        return Err(t.runtime_error("thread not started"));
    }
    if s.ident.load(Relaxed) == t.ident && !s.is_done() {
        return Err(t.runtime_error("Cannot join current thread"));
    }
    if start::is_finalizing() && !s.is_done() && s.daemon.load(Relaxed) {
        return Err(t.raise_text(
            &errors::PYTHON_FINALIZATION_ERROR,
            "cannot join a daemon thread at interpreter shutdown",
        ));
    }
    s.join(t, timeout)?;
    Ok(Value::NONE)
}

/// Waits for the threads that are not daemons.
pub fn shutdown(t: &mut Thread) -> Res<()> {
    loop {
        let next = {
            let mut list = STARTED.lock();
            list.retain(|s| !s.is_done());
            list.iter().find(|s| !s.daemon.load(Relaxed) && s.ident.load(Relaxed) != t.ident).cloned()
        };
        match next {
            Some(s) => s.join(t, Timeout::Never)?,
            None => return Ok(()),
        };
    }
}

/// Puts a state on the list of those that run.
fn note_started(state: Arc<State>) {
    let mut list = STARTED.lock();
    list.retain(|s| !s.is_done() && Arc::strong_count(s) > 1);
    list.push(state)
}

/// In the child of a fork: the other threads are gone.
pub fn after_fork() {
    // SAFETY: one thread exists; the old lock may be held by one that is gone.
    unsafe { STARTED.force_unlock_fair_if_locked() };
    // SAFETY: no preconditions.
    let me = unsafe { libc::pthread_self() } as u64;
    STARTED.lock().retain(|s| {
        let mine = s.ident.load(Relaxed) == me;
        if !mine {
            s.word.store(DONE, Release)
        }
        mine
    });
    COUNT.store(SPAWNED.get() as usize, Relaxed);
    ORPHANED.store(SPAWNED.get(), Relaxed)
}

thread_local! {
    /// Was this OS thread started by [`spawn`]?
    static SPAWNED: Cell<bool> = const { Cell::new(false) };
}

/// In a process forked by a thread that is not the main one: nothing waits for the threads of the program, so the
/// process ends with the last of them.
static ORPHANED: AtomicBool = AtomicBool::new(false);

trait ForceUnlock {
    /// Unlocks a lock whose holder is gone.
    ///
    /// # Safety
    /// No other thread exists.
    unsafe fn force_unlock_fair_if_locked(&self);
}

impl<T> ForceUnlock for parking_lot::Mutex<T> {
    unsafe fn force_unlock_fair_if_locked(&self) {
        if self.is_locked() {
            // SAFETY: as the caller promises.
            unsafe { self.force_unlock() }
        }
    }
}

/// `_count()`
pub fn count() -> usize {
    COUNT.load(Relaxed)
}

/// `stack_size(size=0)`
pub fn stack_size(t: &mut Thread, a: Args<'_>) -> Res {
    let old = STACK.load(Relaxed);
    if let Some(v) = a.opt(0) {
        let n = t.arg_i64(v)?;
        if n != 0 && n < 53_248 {
            return Err(t.value_error("size must be at least 53248 bytes"));
        }
        STACK.store(n as usize, Relaxed)
    }
    Ok(t.int_usize(old))
}

/// What a new OS thread needs. The words own published references.
struct Boot {
    func: Word,
    args: Word,
    kwargs: Word,
    stack: usize,
    memory: Memory,
    state: Arc<State>,
}
// SAFETY: the references are to published objects (or the GIL orders all access to them).
unsafe impl Send for Boot {}

/// Starts an OS thread that calls `func(*args, **kwargs)`.
fn spawn(
    t: &mut Thread,
    func: VRef<'_>,
    args: Value,
    kwargs: Option<VRef<'_>>,
    state: Arc<State>,
) -> Result<(), Raised> {
    if start::is_finalizing() {
        state.to(NOT_STARTED);
        return Err(t.raise_text(
            &errors::PYTHON_FINALIZATION_ERROR,
            "can't create new thread at interpreter shutdown",
        ));
    }
    start::publish_roots(t);
    let stack = match STACK.load(Relaxed) {
        0 => DEFAULT_STACK,
        n => n.max(LEAST_STACK),
    };
    let memory = if weft_strategy::registry::len() < MOST_THREADS { Memory::reserve() } else { None };
    let Some(memory) = memory else {
        state.to(NOT_STARTED);
        return Err(t.runtime_error("can't start new thread"));
    };
    let hand_over = |v: Value| {
        weft_strategy::publish(v.r());
        v.into_word()
    };
    let boot = Boot {
        func: hand_over(func.to_value()),
        args: hand_over(args),
        kwargs: kwargs.map_or(Word::UNBOUND, |k| hand_over(k.to_value())),
        stack,
        memory,
        state: state.clone(),
    };
    let words = [boot.func, boot.args, boot.kwargs];
    COUNT.fetch_add(1, Relaxed);
    let started = std::thread::Builder::new().stack_size(stack).spawn(move || run(boot));
    match started {
        Ok(_detached) => {
            note_started(state);
            Ok(())
        }
        Err(_) => {
            COUNT.fetch_sub(1, Relaxed);
            for w in words.into_iter().filter(|w| !w.is_unbound()) {
                // SAFETY: the thread that was to own them does not exist.
                drop(unsafe { Value::from_owned(w) })
            }
            state.to(NOT_STARTED);
            Err(t.runtime_error("can't start new thread"))
        }
    }
}

/// Ends the process when a thread panics: its part of the runtime's state would be left half-changed, and others would
/// wait for it for ever. The panic's message has been printed.
struct PanicIsFatal;

impl Drop for PanicIsFatal {
    fn drop(&mut self) {
        if std::thread::panicking() {
            std::process::abort()
        }
    }
}

/// The life of a started thread.
fn run(boot: Boot) {
    let _guard = PanicIsFatal;
    let Boot { func, args, kwargs, stack, memory, state } = boot;
    SPAWNED.set(true);
    let mut t = Thread::in_memory(memory, stack);
    state.ident.store(t.ident, Relaxed);
    state.to(RUNNING);
    t.start();
    // SAFETY: the references were handed over to this thread.
    let func = unsafe { Value::from_owned(func) };
    // SAFETY: as above.
    let args = unsafe { Value::from_owned(args) };
    // SAFETY: as above.
    let kwargs = (!kwargs.is_unbound()).then(|| unsafe { Value::from_owned(kwargs) });
    let words: Vec<VRef<'_>> = tuple(args.r()).map_or(Vec::new(), |a| a.iter().collect());
    let r = crate::forward::call(&mut t, func.r(), &words, kwargs.as_ref().map(|k| k.r()));
    if r.is_err() {
        if t.raised_is(&errors::SYSTEM_EXIT) {
            t.clear_raised()
        } else {
            let e = t.take_raised();
            let who = t.repr_text(func.r()).unwrap_or_default();
            t.clear_raised();
            let text = format!("Exception ignored in thread started by {who}");
            start::unraisable(&mut t, &text, e, weft_vm::types::singletons::none());
        }
    }
    // Whoever sees that the function is gone may ask how many threads there are.
    let others = COUNT.fetch_sub(1, Relaxed) - 1;
    drop((func, args, kwargs));
    t.process_pending();
    t.finish();
    state.to(DONE);
    if others == 0 && ORPHANED.load(Relaxed) {
        std::process::exit(0)
    }
}

/// `start_new_thread(function, args, kwargs={}, /)`
pub fn start_new_thread(t: &mut Thread, a: Args<'_>) -> Res {
    let func = a.get(0);
    if !t.callable(func) {
        return Err(t.type_error("first arg must be callable"));
    }
    if tuple(a.get(1)).is_none() {
        return Err(t.type_error("2nd arg must be a tuple"));
    }
    let kwargs = a.opt(2);
    if kwargs.is_some_and(|k| k.cast::<Dict>().is_none()) {
        return Err(t.type_error("optional 3rd arg must be a dictionary"));
    }
    let state = State::new(STARTING, 0);
    spawn(t, func, a.get(1).to_value(), kwargs, state.clone())?;
    Ok(started_ident(t, &state))
}

/// Waits until a started thread has said who it is.
fn started_ident(t: &mut Thread, s: &State) -> Value {
    while s.word.load(Acquire) == STARTING {
        t.park_uninterrupted(&s.word, STARTING, None);
    }
    t.int_usize(s.ident.load(Relaxed) as usize)
}

/// `start_joinable_thread(function, handle=None, daemon=True)`
pub fn start_joinable_thread(t: &mut Thread, a: Args<'_>) -> Res {
    let func = a.get(0);
    if !t.callable(func) {
        return Err(t.type_error("thread function must be callable"));
    }
    let daemon = match a.opt(2) {
        Some(d) => t.truth(d)?,
        None => true,
    };
    let handle = match a.opt_none(1) {
        None => {
            let shape = TYPE.shape(t);
            make(t, shape, State::new(NOT_STARTED, 0))
        }
        Some(h) => h.to_value(),
    };
    let Some(h) = handle.cast::<Handle>() else {
        return Err(t.type_error("'handle' must be a _ThreadHandle"));
    };
    let state = h.state();
    if state.word.compare_exchange(NOT_STARTED, STARTING, AcqRel, Acquire).is_err() {
        return Err(t.runtime_error("thread already started"));
    }
    state.daemon.store(daemon, Relaxed);
    let args = weft_vm::types::tuple::empty(t);
    spawn(t, func, args, None, state.clone())?;
    started_ident(t, &state);
    Ok(handle)
}
