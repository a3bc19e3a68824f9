//! The lock itself, and the world, which stands still while one holds it.
//!
//! A waiter that has waited a switch interval without the lock changing hands asks the holder to give
//! it up at its next safepoint. A holder that was asked waits until another thread has taken the lock,
//! or it could win it back at once (the "convoy" that CPython 3.2 ended the same way).

use std::sync::atomic::{AtomicU64, Ordering::*};
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::Duration;
use weft_strategy::core::breaker;
use weft_strategy::waits::{self, Kind};
use weft_strategy::{ThreadCore, registry};

struct Lock {
    holder: Option<usize>,
    /// Counts hand-overs: a waiter sees by it whether the lock moved while it slept.
    turns: u64,
    waiters: usize,
    /// Threads that handed the lock over and wait until it was taken.
    handing: usize,
}

struct World {
    lock: Mutex<Lock>,
    freed: Condvar,
    taken: Condvar,
    interval_ns: AtomicU64,
}

static WORLD: World = World {
    lock: Mutex::new(Lock { holder: None, turns: 0, waiters: 0, handing: 0 }),
    freed: Condvar::new(),
    taken: Condvar::new(),
    interval_ns: AtomicU64::new(5_000_000),
};

fn guard() -> MutexGuard<'static, Lock> {
    WORLD.lock.lock().unwrap_or_else(|e| e.into_inner())
}

fn name(core: &ThreadCore) -> usize {
    core as *const ThreadCore as usize
}

/// Takes the lock, asking its holder to hand over after each interval.
pub fn take(core: &ThreadCore) {
    let mut l = guard();
    let mut waiting = None;
    if l.holder.is_some() {
        // Looking up the place takes time that the holder should not have to wait.
        drop(l);
        waiting = Some(waits::begin(Kind::Gil, None));
        l = guard();
    }
    l.waiters += 1;
    while let Some(holder) = l.holder {
        let seen = l.turns;
        let interval = Duration::from_nanos(WORLD.interval_ns.load(Relaxed));
        let (next, timeout) = WORLD.freed.wait_timeout(l, interval).unwrap_or_else(|e| e.into_inner());
        l = next;
        if timeout.timed_out() && l.turns == seen && l.holder == Some(holder) {
            registry::for_each(|c| {
                if name(c) == holder {
                    c.set_breaker(breaker::GIL_WANTED)
                }
            });
        }
    }
    l.waiters -= 1;
    l.holder = Some(name(core));
    l.turns += 1;
    // Waking is a system call, even if nobody sleeps.
    if l.handing > 0 {
        WORLD.taken.notify_all()
    }
    drop(l);
    if let Some(w) = waiting {
        w.end()
    }
}

/// Drops the lock.
pub fn give(core: &ThreadCore) {
    let mut l = guard();
    debug_assert!(l.holder == Some(name(core)));
    l.holder = None;
    core.clear_breaker(breaker::GIL_WANTED);
    if l.waiters > 0 {
        WORLD.freed.notify_one()
    }
}

/// Hands the lock over if another thread asked for it.
pub fn safepoint(core: &ThreadCore) {
    if core.breaker.load(Relaxed) & breaker::GIL_WANTED == 0 {
        return;
    }
    let mut l = guard();
    core.clear_breaker(breaker::GIL_WANTED);
    if l.waiters == 0 {
        return;
    }
    l.holder = None;
    core.waits.add(Kind::GilHandover, 1, 0);
    let seen = l.turns;
    WORLD.freed.notify_one();
    l.handing += 1;
    while l.turns == seen && l.waiters > 0 {
        l = WORLD.taken.wait(l).unwrap_or_else(|e| e.into_inner());
    }
    l.handing -= 1;
    drop(l);
    take(core)
}

/// The world stands still while the lock is held.
pub fn stop(_core: &ThreadCore) {}

/// See [`stop`].
pub fn start(_core: &ThreadCore) {}

/// Seconds a waiter lets pass before it asks.
pub fn set_switch_interval(interval: Duration) {
    WORLD.interval_ns.store(interval.as_nanos().max(1000) as u64, Relaxed)
}

/// The child's only thread holds the lock.
pub fn after_fork_in_child(core: &ThreadCore) {
    let interval = WORLD.interval_ns.load(Relaxed);
    let p = &raw const WORLD as *mut World;
    // SAFETY: one thread exists after a fork; std's locks have nothing to drop.
    unsafe {
        p.write(World {
            lock: Mutex::new(Lock { holder: Some(name(core)), turns: 1, waiters: 0, handing: 0 }),
            freed: Condvar::new(),
            taken: Condvar::new(),
            interval_ns: AtomicU64::new(interval),
        });
        registry::reset(core);
        weft_strategy::lock::reset_parking();
    }
}
