//! Counting without the GIL: SHARED objects, atomically. A count that reaches zero frees nothing: others
//! may hold the object uncounted in their registers, so it is queued, once (`DEADQ`), and looked at in a
//! stop.

//!
//! TRACED objects are tallied by each thread for itself; a SHARED one that threads are seen to count by turns
//! becomes TRACED, unless somebody waits for its death.

use std::sync::atomic::Ordering::Relaxed;
use weft_strategy::contract::hooks;
use weft_strategy::header::{ONE, flag};
use weft_strategy::waits::Kind;
use weft_strategy::{Header, ThreadCore, contract, tally, with_core};

/// Deaths a thread notes before it asks for a drain.
pub const DEATHS_PER_DRAIN: usize = 4096;

/// Counts up.
pub fn up(h: &Header) {
    if h.has(flag::TRACED) {
        tally_value(h, 1)
    } else {
        h.count_up_shared();
        with_core(|c| look(c, h))
    }
}

/// Counts down; the one who brings a SHARED object to zero queues it.
pub fn down(core: &ThreadCore, h: &Header) {
    if h.has(flag::TRACED) {
        tally_value(h, -1)
    } else if h.count_down_shared() {
        core.push_dead(h);
        core.waits.add(Kind::SharedDeath, 1, 0);
        crate::reclaim::note_death(core, h)
    } else {
        look(core, h)
    }
}

/// Counts an owned value of a TRACED object. As long as there is one thread, where the GIL does.
#[inline(always)]
fn tally_value(h: &Header, by: i32) {
    if contract::is_threaded() {
        with_core(|c| tally::add(c, h, by))
    } else {
        let n = h.shared().load(Relaxed);
        h.shared().store(n.wrapping_add_signed(by * ONE as i32), Relaxed)
    }
}

/// Every now and then: do several threads count this object?
#[inline(always)]
fn look(core: &ThreadCore, h: &Header) {
    if core.sample() {
        look_closely(core, h)
    }
}

#[cold]
fn look_closely(core: &ThreadCore, h: &Header) {
    if tally::notice(h, core.id()) && !(hooks().is_urgent)(h) {
        tally::trace(h);
        (hooks().traced)(h)
    }
}
