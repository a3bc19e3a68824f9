//! Threads without the GIL: each has an owner id of its own; attaching only waits out a stop.

use crate::world;
use std::sync::Mutex;
use weft_strategy::{ThreadCore, registry};

/// Ids given back by ended threads, and the next new one.
struct Ids {
    free: Vec<u16>,
    next: u16,
}

static IDS: Mutex<Ids> = Mutex::new(Ids { free: Vec::new(), next: 1 });

/// A new thread, detached.
///
/// # Panics
/// When 65533 threads exist; the VM refuses to start so many.
pub fn new_core() -> Box<ThreadCore> {
    let mut ids = IDS.lock().unwrap_or_else(|e| e.into_inner());
    let id = ids.free.pop().unwrap_or_else(|| {
        let id = ids.next;
        assert!(id < u16::MAX - 1, "too many threads");
        ids.next += 1;
        id
    });
    drop(ids);
    let core = Box::new(ThreadCore::new(id));
    registry::add(&core);
    core
}

/// A thread has ended. What it still owned is garbage that only the collector reaches, so the next
/// thread with this id may own it.
pub fn drop_core(core: Box<ThreadCore>) {
    registry::remove(&core);
    IDS.lock().unwrap_or_else(|e| e.into_inner()).free.push(core.id())
}

/// In the child of a fork: the lock is new.
///
/// # Safety
/// Only one thread exists.
pub unsafe fn reset_ids() {
    let p = &raw const IDS as *mut Mutex<Ids>;
    // SAFETY: one thread. Ids of vanished threads are not given out again: their objects keep them.
    unsafe { p.write(Mutex::new(Ids { free: Vec::new(), next: (*p).get_mut().map_or(1, |i| i.next) })) }
}

/// Waits until the thread may run.
pub fn attach(core: &ThreadCore) {
    world::enter(core)
}

/// The thread runs no Python.
pub fn detach(core: &ThreadCore) {
    world::leave(core)
}
