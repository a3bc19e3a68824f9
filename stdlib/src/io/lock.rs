//! The lock of a buffered stream: held across calls of the raw stream, so that waiting for it blocks.
//!
//! Not an object's byte lock: its holder runs Python and blocks. It is a futex, and it knows in which
//! process it was taken: the child of a fork takes over a lock whose holder stayed behind in the parent.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::*};
use weft_vm::{Raised, Thread};

const FREE: u32 = 0;
const HELD: u32 = 1;
const WAITED_FOR: u32 = 2;

/// Forks between the first process and this one.
static GENERATION: AtomicU32 = AtomicU32::new(0);

/// In the child of a fork: locks held by other threads are free.
pub fn after_fork_in_child() {
    GENERATION.fetch_add(1, AcqRel);
}

/// The lock.
pub struct IoLock {
    state: AtomicU32,
    generation: AtomicU32,
    owner: AtomicU64,
    depth: AtomicU32,
}

/// Holds it.
pub struct Held<'a>(&'a IoLock);

impl Default for IoLock {
    fn default() -> IoLock {
        IoLock::new()
    }
}

impl IoLock {
    /// A free lock.
    pub const fn new() -> IoLock {
        IoLock {
            state: AtomicU32::new(FREE),
            generation: AtomicU32::new(0),
            owner: AtomicU64::new(0),
            depth: AtomicU32::new(0),
        }
    }

    /// Does the running thread hold it?
    pub fn is_mine(&self, t: &Thread) -> bool {
        self.owner.load(Relaxed) == t.ident && self.state.load(Relaxed) != FREE
    }

    /// Takes the lock; `None` if this thread holds it already.
    pub fn acquire(&self, t: &mut Thread) -> Result<Option<Held<'_>>, Raised> {
        if self.try_acquire(t.ident) {
            return Ok(Some(Held(self)));
        }
        if self.is_mine(t) {
            return Ok(None);
        }
        if self.generation.load(Acquire) != GENERATION.load(Acquire) {
            // Its holder does not exist in this process.
            self.owner.store(0, Relaxed);
            self.state.store(FREE, Release);
        }
        let me = t.ident;
        if weft_vm::start::is_alone(t) {
            // Nor will it ever come back at the end of the program.
            self.depth.store(0, Relaxed);
            self.state.store(HELD, Release);
            self.taken(me);
            return Ok(Some(Held(self)));
        }
        loop {
            let done = t.blocking(|| self.wait(me));
            if done {
                return Ok(Some(Held(self)));
            }
            t.safepoint()?;
        }
    }

    /// Takes the lock; a thread that holds it already just goes on.
    pub fn acquire_again(&self, t: &mut Thread) -> Result<Held<'_>, Raised> {
        match self.acquire(t)? {
            Some(h) => Ok(h),
            None => {
                self.depth.fetch_add(1, Relaxed);
                Ok(Held(self))
            }
        }
    }

    fn try_acquire(&self, me: u64) -> bool {
        if self.state.compare_exchange(FREE, HELD, Acquire, Relaxed).is_err() {
            return false;
        }
        self.taken(me);
        true
    }

    fn taken(&self, me: u64) {
        self.owner.store(me, Relaxed);
        self.generation.store(GENERATION.load(Relaxed), Relaxed);
    }

    /// Waits until the lock is ours; false when a signal came.
    fn wait(&self, me: u64) -> bool {
        loop {
            if self.state.swap(WAITED_FOR, Acquire) == FREE {
                self.taken(me);
                return true;
            }
            // SAFETY: the word lives as long as the lock.
            let r = unsafe {
                libc::syscall(
                    libc::SYS_futex,
                    self.state.as_ptr(),
                    libc::FUTEX_WAIT | libc::FUTEX_PRIVATE_FLAG,
                    WAITED_FOR,
                    std::ptr::null::<libc::timespec>(),
                )
            };
            if r == -1 && crate::syscall::errno() == libc::EINTR {
                return false;
            }
        }
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        let l = self.0;
        if l.depth.load(Relaxed) > 0 {
            l.depth.fetch_sub(1, Relaxed);
            return;
        }
        l.owner.store(0, Relaxed);
        if l.state.swap(FREE, Release) == WAITED_FOR {
            // SAFETY: only the address is used.
            unsafe {
                libc::syscall(
                    libc::SYS_futex,
                    l.state.as_ptr(),
                    libc::FUTEX_WAKE | libc::FUTEX_PRIVATE_FLAG,
                    1,
                );
            }
        }
    }
}
