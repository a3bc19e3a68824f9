//! A lock that a thread may take again while it holds it: the import lock, the lock of the warnings filters.
//!
//! Waiting happens detached, so a holder may run any Python. After a fork the child calls [`Relock::reset`].

use crate::thread::Thread;
use std::sync::{Condvar, Mutex, MutexGuard};

/// The lock.
pub struct Relock {
    state: Mutex<State>,
    freed: Condvar,
}

#[derive(Clone, Copy)]
struct State {
    /// `ident` of the holder.
    owner: u64,
    /// How often it has taken the lock; 0: nobody holds it.
    depth: u32,
    /// Threads that wait. Waking nobody costs a system call.
    waiting: u32,
}

const FREE: State = State { owner: 0, depth: 0, waiting: 0 };

impl Relock {
    /// A lock that nobody holds.
    pub const fn new() -> Relock {
        Relock { state: Mutex::new(FREE), freed: Condvar::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|e| e.into_inner())
    }

    /// Takes it, waiting if another thread holds it.
    pub fn acquire(&self, t: &mut Thread) {
        let me = t.ident;
        if self.try_take(me) {
            return;
        }
        if super::is_alone(t) {
            // Its holder will not come back.
            let mut s = self.state();
            *s = State { owner: me, depth: 1, ..*s };
            return;
        }
        t.blocking(|| {
            let mut s = self.state();
            while s.depth > 0 && s.owner != me {
                s.waiting += 1;
                s = self.freed.wait(s).unwrap_or_else(|e| e.into_inner());
                s.waiting -= 1
            }
            *s = State { owner: me, depth: s.depth + 1, ..*s }
        })
    }

    fn try_take(&self, me: u64) -> bool {
        let mut s = self.state();
        let mine = s.depth == 0 || s.owner == me;
        if mine {
            *s = State { owner: me, depth: s.depth + 1, ..*s }
        }
        mine
    }

    /// Gives it back; false if this thread does not hold it.
    pub fn release(&self, t: &Thread) -> bool {
        let mut s = self.state();
        if s.depth == 0 || s.owner != t.ident {
            return false;
        }
        s.depth -= 1;
        if s.depth == 0 && s.waiting > 0 {
            self.freed.notify_one()
        }
        true
    }

    /// Does anybody hold it?
    pub fn is_held(&self) -> bool {
        self.state().depth > 0
    }

    /// Does this thread hold it?
    pub fn is_mine(&self, t: &Thread) -> bool {
        let s = self.state();
        s.depth > 0 && s.owner == t.ident
    }

    /// In the child of a fork: nobody holds it.
    ///
    /// # Safety
    /// Only one thread exists.
    pub unsafe fn reset(&self) {
        let p = self as *const Relock as *mut Relock;
        // SAFETY: one thread, and std's locks have nothing to drop.
        unsafe { p.write(Relock::new()) }
    }
}

impl Default for Relock {
    fn default() -> Relock {
        Relock::new()
    }
}
