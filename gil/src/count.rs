//! Counting with the GIL: only TRACED objects come here, for their owned values. Plain, not atomic.

use std::sync::atomic::Ordering::Relaxed;
use weft_strategy::Header;
use weft_strategy::header::ONE;

/// Counts an owned value of a TRACED object.
pub fn up(h: &Header) {
    h.shared().store(h.shared().load(Relaxed) + ONE, Relaxed)
}

/// Counts it down. The collector frees TRACED objects, nothing happens at zero.
pub fn down(h: &Header) {
    debug_assert!(h.shared().load(Relaxed) >= ONE, "count underflow");
    h.shared().store(h.shared().load(Relaxed) - ONE, Relaxed)
}
