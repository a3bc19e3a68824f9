//! Counting without the GIL: SHARED objects, atomically. A count that reaches zero frees nothing: others
//! may hold the object uncounted in their registers, so it is queued, once (`DEADQ`), and looked at in a
//! stop.

use std::sync::atomic::Ordering::Release;
use weft_strategy::header::{ONE, flag};
use weft_strategy::waits::Kind;
use weft_strategy::{Header, ThreadCore};

/// Deaths a thread notes before it asks for a drain.
pub const DEATHS_PER_DRAIN: usize = 4096;

/// Counts up.
pub fn up(h: &Header) {
    h.count_up_shared()
}

/// Counts down; the one who brings a SHARED object to zero queues it.
pub fn down(core: &ThreadCore, h: &Header) {
    if h.has(flag::TRACED) {
        h.shared().fetch_sub(ONE, Release);
    } else if h.count_down_shared() {
        core.push_dead(h);
        core.waits.add(Kind::SharedDeath, 1, 0);
        crate::reclaim::note_death(core, h)
    }
}
