//! What the strategies know of a thread: its owner id, its pending deaths, its breaker.
//!
//! A thread's `ThreadCore` is reachable from its own OS thread through a thread-local pointer, so that
//! `Value::clone` and `drop` need no argument, and from others through the world's registry (only the
//! atomic fields are touched from there, or any field while the world is stopped).

use crate::header::{Header, flag};
use crate::sync::atomic::{AtomicU8, AtomicU32, Ordering::*};
use crate::tally::Tallies;
use crate::waits::Waits;
use std::cell::{Cell, UnsafeCell};
use std::ptr::null;

/// Reasons to leave the fast path at the next safepoint; bits of [`ThreadCore::breaker`].
pub mod breaker {
    /// The world is to stop.
    pub const STOP: u32 = 1;
    /// Another thread wants the GIL.
    pub const GIL_WANTED: u32 = 2;
    /// A signal arrived (main thread).
    pub const SIGNAL: u32 = 4;
    /// The dead queue should be drained.
    pub const DRAIN: u32 = 16;
    /// An asynchronous exception was set.
    pub const ASYNC_EXC: u32 = 32;
    /// A collection is due.
    pub const COLLECT: u32 = 64;
    /// The interpreter is finalizing: a daemon thread parks for ever.
    pub const PARK: u32 = 128;
    /// Calls queued for this thread.
    pub const CALLS: u32 = 256;
}

/// Values of [`ThreadCore::state`].
pub mod state {
    /// Not running Python, may not touch objects.
    pub const DETACHED: u8 = 0;
    /// Running Python.
    pub const ATTACHED: u8 = 1;
    /// Stopped at a safepoint.
    pub const STOPPED: u8 = 2;
}

/// Strategy-side part of a thread. Nothing that another thread writes lies in the same pair of cache lines.
#[repr(C, align(128))]
pub struct ThreadCore {
    id: Cell<u16>,
    /// [`state`]
    pub state: AtomicU8,
    /// [`breaker`] bits.
    pub breaker: AtomicU32,
    /// Not 0: objects wait on the pending list. Apart from the breaker, because only the thread itself writes it,
    /// plainly, at each death.
    dying: AtomicU32,
    pending: UnsafeCell<Vec<*const Header>>,
    /// SHARED objects this thread saw die, not yet handed to the queue.
    dead: UnsafeCell<Vec<*const Header>>,
    /// What this thread counts of TRACED objects.
    pub tallies: Tallies,
    /// When this thread last found a lock taken, and how long it then stayed away.
    pub(crate) met: Cell<Option<(std::time::Instant, std::time::Duration)>>,
    /// Counts of SHARED objects, to look at one now and then.
    shared_counts: Cell<u32>,
    /// What this thread waited for.
    pub waits: Waits,
    /// The VM's thread.
    pub vm: Cell<*mut ()>,
}

// SAFETY: other threads touch `state`, `breaker` and `waits` only, or anything while the world is stopped.
unsafe impl Sync for ThreadCore {}
// SAFETY: a core is made by the starting thread and given to the new one.
unsafe impl Send for ThreadCore {}

thread_local! {
    static ME: Cell<u16> = const { Cell::new(u16::MAX) };
    static CORE: Cell<*const ThreadCore> = const { Cell::new(null()) };
}

/// Owner id of the running thread.
#[inline(always)]
pub fn me() -> u16 {
    ME.get()
}

/// The running thread's core.
///
/// # Panics
/// On an OS thread that is not attached to the VM.
#[inline(always)]
pub fn with_core<R>(f: impl FnOnce(&ThreadCore) -> R) -> R {
    let p = CORE.get();
    assert!(!p.is_null(), "this OS thread has no Python thread");
    // SAFETY: set by `enter` for as long as the core lives on this thread.
    f(unsafe { &*p })
}

/// The running thread's core, if it has one.
pub fn current() -> Option<*const ThreadCore> {
    let p = CORE.get();
    if p.is_null() { None } else { Some(p) }
}

impl ThreadCore {
    /// A core with owner id `id`, detached.
    pub fn new(id: u16) -> ThreadCore {
        ThreadCore {
            id: Cell::new(id),
            state: AtomicU8::new(state::DETACHED),
            breaker: AtomicU32::new(0),
            dying: AtomicU32::new(0),
            pending: UnsafeCell::new(Vec::new()),
            dead: UnsafeCell::new(Vec::new()),
            tallies: Tallies::new(),
            met: Cell::new(None),
            shared_counts: Cell::new(0),
            waits: Waits::new(),
            vm: Cell::new(std::ptr::null_mut()),
        }
    }

    /// Owner id.
    #[inline(always)]
    pub fn id(&self) -> u16 {
        self.id.get()
    }

    /// Makes this the core of the running OS thread.
    ///
    /// # Safety
    /// `self` outlives its use on this OS thread (until [`leave`]).
    pub unsafe fn enter(&self) {
        ME.set(self.id.get());
        CORE.set(self);
    }

    /// Counts the counts of SHARED objects; true every so many times. Own thread only.
    #[inline(always)]
    pub fn sample(&self) -> bool {
        let n = self.shared_counts.get().wrapping_add(1);
        self.shared_counts.set(n);
        n & 15 == 0
    }

    /// How often this thread counted a SHARED object, atomically. Own thread, or a guess.
    pub fn shared_counts(&self) -> u32 {
        self.shared_counts.get()
    }

    /// Asks the thread to look up at its next safepoint.
    pub fn set_breaker(&self, bits: u32) {
        self.breaker.fetch_or(bits, AcqRel);
    }

    /// Is there anything to do at a safepoint? Own thread only.
    #[inline(always)]
    pub fn is_called(&self) -> bool {
        self.breaker.load(Relaxed) | self.dying.load(Relaxed) != 0
    }

    /// The pending list has been worked off. Own thread only.
    pub fn pending_done(&self) {
        self.dying.store(0, Relaxed)
    }

    /// Takes the request back.
    pub fn clear_breaker(&self, bits: u32) {
        self.breaker.fetch_and(!bits, AcqRel);
    }

    /// Puts a LOCAL object with count zero onto the pending list. Own thread only.
    #[inline]
    pub fn push_pending(&self, h: &Header) {
        if h.has(flag::PENDING) {
            return;
        }
        h.set_flags_plain(flag::PENDING);
        // SAFETY: own thread, and no reference into the list outlives a call.
        let list = unsafe { &mut *self.pending.get() };
        if list.is_empty() {
            self.dying.store(1, Relaxed);
        }
        list.push(h);
    }

    /// Takes one object off the pending list. Own thread only.
    #[inline]
    pub fn pop_pending(&self) -> Option<*const Header> {
        // SAFETY: as in `push_pending`.
        unsafe { &mut *self.pending.get() }.pop()
    }

    /// How many deaths are pending. Own thread only.
    #[inline]
    pub fn pending_len(&self) -> usize {
        // SAFETY: as in `push_pending`.
        unsafe { &*self.pending.get() }.len()
    }

    /// Notes the death of a SHARED object. Own thread only.
    pub fn push_dead(&self, h: &Header) {
        // SAFETY: as in `push_pending`.
        unsafe { &mut *self.dead.get() }.push(h)
    }

    /// Takes all noted deaths. Own thread, or the world is stopped.
    ///
    /// # Safety
    /// Nobody else uses the list now.
    pub unsafe fn take_dead(&self) -> Vec<*const Header> {
        // SAFETY: as the caller promises.
        std::mem::take(unsafe { &mut *self.dead.get() })
    }

    /// How many deaths are noted. Own thread only.
    pub fn dead_len(&self) -> usize {
        // SAFETY: own thread.
        unsafe { &*self.dead.get() }.len()
    }
}

/// The running OS thread has no core any more.
pub fn leave() {
    ME.set(u16::MAX);
    CORE.set(null());
}
