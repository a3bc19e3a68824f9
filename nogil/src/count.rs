//! Counting without the GIL: SHARED objects, atomically. A count that reaches zero frees nothing: others
//! may hold the object uncounted in their registers, so it is queued, once (`DEADQ`), and looked at in a
//! stop.

use std::sync::atomic::Ordering::*;
use weft_strategy::header::{DEADQ, ONE, flag};
use weft_strategy::{Header, ThreadCore};

/// Deaths a thread notes before it asks for a drain.
pub const DEATHS_PER_DRAIN: usize = 4096;

/// Counts up.
pub fn up(h: &Header) {
    h.shared().fetch_add(ONE, Relaxed);
}

/// Counts down; the one who brings a SHARED object to zero queues it.
pub fn down(core: &ThreadCore, h: &Header) {
    if h.has(flag::TRACED) {
        h.shared().fetch_sub(ONE, Release);
        return;
    }
    let mut now = h.shared().load(Relaxed);
    loop {
        debug_assert!(now >= ONE, "count underflow");
        let mut next = now - ONE;
        let dies = next < ONE && next & DEADQ == 0;
        if dies {
            next |= DEADQ
        }
        match h.shared().compare_exchange_weak(now, next, AcqRel, Relaxed) {
            Ok(_) if dies => {
                core.push_dead(h);
                crate::reclaim::note_death(core, h);
                return;
            }
            Ok(_) => return,
            Err(seen) => now = seen,
        }
    }
}
