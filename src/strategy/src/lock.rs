//! The byte lock in every header, and where threads wait for it.
//!
//! 0 free, 1 taken, 2 taken and somebody waits. A holder never reaches a safepoint, so waits are short
//! and a waiting thread need not detach. The parking table is ours, small and resettable: after a fork
//! a lock inside a foreign library's table may be held for ever.
//!
//! A guard on a LOCAL object sets the byte plainly and looks at the owner again when dropped, for the
//! object may have been published meanwhile.

use crate::contract::ops;
use crate::core::{me, with_core};
use crate::header::Header;
use crate::patience::Patience;
use crate::sync::atomic::{AtomicU8, Ordering::*};
use crate::sync::{Condvar, Mutex};
use crate::waits::{self, Kind};
use std::marker::PhantomData;
use std::time::Duration;

const FREE: u8 = 0;
const TAKEN: u8 = 1;
const WAITED_FOR: u8 = 2;
/// How long a thread waits before it parks. Locks are held for less than a microsecond, unless their holder has lost its
/// processor.
const PATIENCE: Duration = Duration::from_micros(if cfg!(weft_loom) { 0 } else { 250 });

/// Holds the lock of one object. Bound to a shared borrow of the thread, so that no safepoint can come while it lives.
pub struct Guard<'t> {
    object: &'t Header,
    _thread: PhantomData<(&'t (), *mut ())>,
}

/// Locks `object` for this thread. The lifetime is that of a shared borrow of the running thread.
#[inline(always)]
pub fn lock<'t, T>(_thread: &'t T, object: &'t Header) -> Guard<'t> {
    if object.owner() == me() {
        object.lock_byte().store(TAKEN, Relaxed);
    } else {
        with_core(|c| ops().lock(c, object));
    }
    Guard { object, _thread: PhantomData }
}

/// As [`lock`], unless another thread holds the lock.
pub fn try_lock<'t, T>(_thread: &'t T, object: &'t Header) -> Option<Guard<'t>> {
    if object.owner() == me() {
        object.lock_byte().store(TAKEN, Relaxed);
    } else if !ops().gil && object.lock_byte().compare_exchange(FREE, TAKEN, Acquire, Relaxed).is_err() {
        return None;
    }
    Some(Guard { object, _thread: PhantomData })
}

/// Locks two objects in the order of their addresses; once if they are the same.
pub fn lock_two<'t, T>(t: &'t T, a: &'t Header, b: &'t Header) -> (Guard<'t>, Option<Guard<'t>>) {
    if std::ptr::eq(a, b) {
        return (lock(t, a), None);
    }
    let (first, second) = if (a as *const Header) < b { (a, b) } else { (b, a) };
    let g = lock(t, first);
    (g, Some(lock(t, second)))
}

impl Drop for Guard<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        if self.object.owner() == me() {
            self.object.lock_byte().store(FREE, Relaxed);
        } else {
            with_core(|c| ops().unlock(c, self.object));
        }
    }
}

/// Where the waiters of some locks sleep.
pub struct Bucket {
    mutex: Mutex<()>,
    wake: Condvar,
}

impl Bucket {
    /// Nobody sleeps.
    #[cfg(not(weft_loom))]
    pub const fn new() -> Bucket {
        Bucket { mutex: Mutex::new(()), wake: Condvar::new() }
    }

    /// Nobody sleeps.
    #[cfg(weft_loom)]
    pub fn new() -> Bucket {
        Bucket { mutex: Mutex::new(()), wake: Condvar::new() }
    }

    /// Takes a lock byte whose waiters sleep here; `object` is whose byte it is, for the statistics.
    pub fn lock(&self, byte: &AtomicU8, object: Option<&Header>) {
        if byte.compare_exchange(FREE, TAKEN, Acquire, Relaxed).is_err() {
            self.lock_taken(byte, object)
        }
    }

    #[cold]
    fn lock_taken(&self, byte: &AtomicU8, object: Option<&Header>) {
        let mut patience = Patience::new(PATIENCE);
        while patience.wait(false) {
            if byte.load(Relaxed) == FREE && byte.compare_exchange(FREE, TAKEN, Acquire, Relaxed).is_ok() {
                if let Some(o) = object {
                    waits::met(Kind::ObjectLock, o)
                }
                return;
            }
        }
        let waiting = waits::begin(Kind::ObjectLock, object);
        self.sleep_until_taken(byte);
        waiting.end()
    }

    fn sleep_until_taken(&self, byte: &AtomicU8) {
        let mut held = self.mutex.lock().unwrap_or_else(|e| e.into_inner());
        // Taken as WAITED_FOR: others may wait besides us, the unlocker must look.
        while byte.swap(WAITED_FOR, Acquire) != FREE {
            held = self.wake.wait(held).unwrap_or_else(|e| e.into_inner());
        }
    }

    /// Gives it back.
    pub fn unlock(&self, byte: &AtomicU8) {
        if byte.swap(FREE, Release) == WAITED_FOR {
            // A waiter holds the mutex from its look at the byte until it sleeps, so it cannot miss this.
            let _held = self.mutex.lock().unwrap_or_else(|e| e.into_inner());
            self.wake.notify_all();
        }
    }
}

impl Default for Bucket {
    fn default() -> Bucket {
        Bucket::new()
    }
}

#[cfg(not(weft_loom))]
const BUCKETS: usize = 64;
#[cfg(not(weft_loom))]
static TABLE: [Bucket; BUCKETS] = [const { Bucket::new() }; BUCKETS];

fn bucket(byte: &AtomicU8) -> &'static Bucket {
    #[cfg(not(weft_loom))]
    {
        let a = byte as *const AtomicU8 as usize;
        &TABLE[(a >> 4 ^ a >> 10) % BUCKETS]
    }
    #[cfg(weft_loom)]
    {
        let _ = byte;
        panic!("models have buckets of their own")
    }
}

/// Takes an object's lock byte, waiting if need be.
pub fn lock_byte(h: &Header) {
    bucket(h.lock_byte()).lock(h.lock_byte(), Some(h))
}

/// Gives an object's lock byte back.
pub fn unlock_byte(h: &Header) {
    bucket(h.lock_byte()).unlock(h.lock_byte())
}

/// In the child of a fork: nobody waits any more.
///
/// # Safety
/// Only one thread exists.
pub unsafe fn reset_parking() {
    #[cfg(not(weft_loom))]
    {
        for b in &TABLE {
            let p = b as *const Bucket as *mut Bucket;
            // SAFETY: one thread, and a std mutex or condvar has nothing to drop.
            unsafe { p.write(Bucket::new()) }
        }
    }
}
