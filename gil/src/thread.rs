//! Threads with the GIL: all have the same owner id; attaching takes the lock.

use crate::world;
use std::sync::atomic::Ordering::Release;
use weft_strategy::core::state;
use weft_strategy::{ThreadCore, registry};

/// The owner id of every object: whoever holds the lock.
pub const HOLDER: u16 = 1;

/// A new thread, detached.
pub fn new_core() -> Box<ThreadCore> {
    let core = Box::new(ThreadCore::new(HOLDER));
    registry::add(&core);
    core
}

/// A thread has ended.
pub fn drop_core(core: Box<ThreadCore>) {
    registry::remove(&core)
}

/// Takes the lock.
pub fn attach(core: &ThreadCore) {
    world::take(core);
    core.state.store(state::ATTACHED, Release);
}

/// Drops the lock.
pub fn detach(core: &ThreadCore) {
    core.state.store(state::DETACHED, Release);
    world::give(core);
}
