//! Object locks with the GIL: the lock byte is written for the sake of debug walks only, since no other
//! thread can run before the guard is gone.

use std::sync::atomic::Ordering::Relaxed;
use weft_strategy::Header;

/// Marks the object as locked.
pub fn lock(h: &Header) {
    debug_assert!(h.lock_byte().load(Relaxed) == 0, "a guard was held across a safepoint");
    h.lock_byte().store(1, Relaxed)
}

/// Marks it as free.
pub fn unlock(h: &Header) {
    h.lock_byte().store(0, Relaxed)
}
