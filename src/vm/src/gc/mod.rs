//! The cycle collector: one, stop-the-world, for every strategy.
//!
//! Reference counts free nearly everything; what is left is cycles, and TRACED objects (types, code,
//! modules), which only the collector frees. A collection (a) stops the world and finds what nothing holds:
//! `trial.rs` among the objects made since the last collection, `mark.rs` among all; (b) clears weak references to
//! that, lets the world run, calls weakref callbacks and finalizers, once each (PEP 442); (c) looks again what has come
//! back to life, and clears and frees the rest, while the world runs again if it can (`sweep.rs`). `inspect.rs` is for
//! Python's questions, `check.rs` for ours.
//!
//! Whatever lives through a collection is old. Most garbage is young, so most collections look at the young only, and
//! take as long as there are young objects; when the heap has grown by a quarter, everything is looked at.

#[cfg(feature = "debug-checks")]
pub mod check;
pub mod inspect;
mod mark;
mod sweep;
mod trial;

pub use inspect::{frozen_count, get_objects, get_referents, get_referrers, is_tracked, set_frozen};

use crate::interp::RootScan;
use crate::object::{Visitor, shape_of};
use crate::thread::Thread;
use std::sync::atomic::{AtomicBool, AtomicIsize, AtomicU32, AtomicU64, AtomicUsize, Ordering::*};
use weft_strategy::waits::{self, Kind};
use weft_strategy::{Header, ThreadCore, Value, registry};

/// Visits all references of an object, instance part included.
pub fn traverse(h: &Header, v: Visitor) {
    let s = shape_of(h);
    (s.layout.traverse)(h, v);
    if s.has_inst {
        v(s.ext(h).word());
        for i in 0..s.ninline as usize {
            v(s.slot(h, i).word())
        }
    }
}

/// Visits the register words of a thread, and what its frames keep besides.
pub fn thread_registers(c: &ThreadCore, v: Visitor) {
    let t = c.vm.get() as *const Thread;
    if t.is_null() {
        return;
    }
    // SAFETY: the world is stopped, or it is the running thread; frames up to the running one are initialised.
    unsafe {
        for w in (*t).registers() {
            v(*w)
        }
        let last = (*t).frame.get();
        if last.is_null() {
            return;
        }
        let mut f = (*t).first_frame();
        while f <= last {
            v((*f).keep);
            f = f.add(1)
        }
    }
}

/// Does somebody wait for the object's death?
pub fn is_urgent(h: &Header) -> bool {
    h.has(weft_strategy::flag::WEAKREFS) || shape_of(h).ty().has_finalizer()
}

// ---- when to collect

/// `gc.isenabled()`
static ENABLED: AtomicBool = AtomicBool::new(true);
/// A collection is under way: another is not begun from its callbacks.
static COLLECTING: AtomicBool = AtomicBool::new(false);
/// Net allocations that make a young collection due: `max(threshold0, live / 4)`, but not so many that it takes long.
static LIMIT: AtomicIsize = AtomicIsize::new(crate::thread::GC_THRESHOLD);
/// So many at most, unless the threshold is higher.
const MOST_YOUNG: isize = 16_384;
/// Live collectable objects: after the last full collection, and about now, not counting what was made since the last
/// collection of any kind.
static LIVE_FULL: AtomicIsize = AtomicIsize::new(0);
static LIVE: AtomicIsize = AtomicIsize::new(0);
/// Collections of generation 0 since the last of another one, and of generation 1 since the last full one.
static COUNTS: [AtomicU32; 2] = [const { AtomicU32::new(0) }; 2];
/// `gc.get_threshold()`
static THRESHOLDS: [AtomicU32; 3] = [const { AtomicU32::new(10) }; 3];
static THRESHOLD_SET: AtomicBool = AtomicBool::new(false);
/// Collections, objects collected, uncollectable ones, by generation as Python sees them.
static STATS: [[AtomicU64; 3]; 3] = [const { [const { AtomicU64::new(0) }; 3] }; 3];
/// `gc.set_debug()`
static DEBUG: AtomicU32 = AtomicU32::new(0);

/// `gc.DEBUG_*`
pub mod debug {
    /// Print statistics.
    pub const STATS: u32 = 1;
    /// Print collectable objects.
    pub const COLLECTABLE: u32 = 2;
    /// Print uncollectable objects.
    pub const UNCOLLECTABLE: u32 = 4;
    /// Keep unreachable objects in `gc.garbage`.
    pub const SAVEALL: u32 = 32;
    /// What helps to find leaks.
    pub const LEAK: u32 = COLLECTABLE | UNCOLLECTABLE | SAVEALL;
}

/// How many net allocations make it worth asking whether a collection is due.
#[inline(always)]
pub(crate) fn limit() -> isize {
    LIMIT.load(Relaxed)
}

/// Turns automatic collection on or off; gives the previous setting.
pub fn enable(on: bool) -> bool {
    ENABLED.swap(on, AcqRel)
}

/// Is automatic collection on?
pub fn is_enabled() -> bool {
    ENABLED.load(Acquire)
}

/// The flags of `gc.set_debug()`.
pub fn debug_flags() -> u32 {
    DEBUG.load(Relaxed)
}

/// Sets them.
pub fn set_debug_flags(f: u32) {
    DEBUG.store(f, Relaxed)
}

/// The thresholds as Python sees them.
pub fn thresholds() -> [u32; 3] {
    if !THRESHOLD_SET.load(Acquire) {
        return [crate::thread::GC_THRESHOLD as u32, 10, 10];
    }
    [THRESHOLDS[0].load(Relaxed), THRESHOLDS[1].load(Relaxed), THRESHOLDS[2].load(Relaxed)]
}

/// Sets them. The first is the least number of net allocations between collections, 0: never collect; the
/// others mean nothing.
pub fn set_thresholds(n: [u32; 3]) {
    for (to, from) in THRESHOLDS.iter().zip(n) {
        to.store(from, Relaxed)
    }
    THRESHOLD_SET.store(true, Release);
    set_limit()
}

fn set_limit() {
    let first = thresholds()[0] as isize;
    let some = (LIVE.load(Relaxed) / 4).min(MOST_YOUNG);
    LIMIT.store(if first == 0 { isize::MAX } else { first.max(some) }, Relaxed)
}

/// Has so much lived through young collections that everything should be looked at? The cost of that is spread over the
/// growth of the heap by a quarter.
fn is_full_due() -> bool {
    let traced = NEWLY_TRACED.load(Relaxed) + TRACED_BEFORE.load(Relaxed);
    let old = LIVE_FULL.load(Relaxed);
    let grown = LIVE.load(Relaxed) - old + (traced * TRACED_WEIGHT) as isize;
    grown >= (thresholds()[0] as isize).max(old / 4)
}

/// The interpreter is starting: what is made now stays, and looking for garbage waits until [`begin`].
pub fn hold() {
    LIMIT.store(START_LIMIT, Relaxed);
    weft_nogil::reclaim::hold(true)
}

/// Unless a `sitecustomize` is a program of its own.
const START_LIMIT: isize = 50_000;

/// The interpreter is up: what exists now is taken for alive.
pub fn begin(t: &mut Thread) {
    weft_nogil::reclaim::hold(false);
    if t.core.dead_len() > 0 {
        t.drain()
    }
    let live = t.heap.net.swap(0, Relaxed).max(0);
    LIVE.store(live, Relaxed);
    LIVE_FULL.store(live, Relaxed);
    set_limit()
}

/// Is there anything whose end somebody would notice: objects with finalizers, weak references with callbacks? Not
/// counting what lies in or below `permanent` by two steps. For the end of the program.
pub fn anything_waits(t: &Thread, permanent: &[Value]) -> bool {
    if registry::len() > 1 || debug_flags() != 0 || inspect::has_callbacks(t) {
        return true;
    }
    let mut known: Vec<*const Header> =
        permanent.iter().filter_map(|v| v.r().header().map(|h| h as _)).collect();
    let mut from = 0;
    for _ in 0..2 {
        let to = known.len();
        for i in from..to {
            // SAFETY: `permanent` leads to it, and nothing runs meanwhile.
            traverse(unsafe { &*known[i] }, &mut |w| {
                if w.is_heap() {
                    known.push(w.ptr())
                }
            })
        }
        from = to
    }
    let mut found = false;
    crate::heap::walk(|h| {
        found = found
            || sweep::wants_finalizer(h) && !known.contains(&(h as *const Header))
            || crate::types::weakref::has_callback(h)
    });
    found
}

/// Collections, collected, uncollectable objects of a generation.
pub fn stats(generation: usize) -> [u64; 3] {
    [0, 1, 2].map(|i| STATS[generation.min(2)][i].load(Relaxed))
}

/// Objects that became the collector's since the last collection.
static NEWLY_TRACED: AtomicUsize = AtomicUsize::new(0);
/// The same, between the last full collection and the last one.
static TRACED_BEFORE: AtomicUsize = AtomicUsize::new(0);
/// Each of them weighs as much as so many new objects, for when it dies it stays.
const TRACED_WEIGHT: usize = 8;

/// An object that was counted is the collector's from now on.
pub fn traced(_h: &Header) {
    let n = NEWLY_TRACED.fetch_add(1, Relaxed) + 1;
    if (n * TRACED_WEIGHT).is_multiple_of(256) && (n * TRACED_WEIGHT) as isize >= limit() {
        weft_strategy::with_core(|c| c.set_breaker(weft_strategy::core::breaker::COLLECT))
    }
}

/// Net allocations of collectable objects since the last collection, of all threads.
pub fn net_allocations() -> isize {
    let mut sum = (NEWLY_TRACED.load(Relaxed) * TRACED_WEIGHT) as isize;
    registry::for_each(|c| {
        let t = c.vm.get() as *const Thread;
        if !t.is_null() {
            // SAFETY: a thread takes its pointer out of its core before it goes, and leaves the list, whose lock is
            // held, before it is freed; the counter is atomic.
            sum += unsafe { (*t).heap.net.load(Relaxed) }
        }
    });
    sum
}

/// How many collections there were of generation 0 since the last of another, and of 1 since the last full one.
pub fn counts() -> [u32; 2] {
    [0, 1].map(|i| COUNTS[i].load(Relaxed))
}

/// Collects if enough has been allocated.
pub fn collect_if_due(t: &mut Thread) {
    if !is_enabled() || net_allocations() < limit() {
        return;
    }
    if COLLECTING.load(Acquire) {
        wait_for_collector(t)
    } else {
        collect_generation(t, if is_full_due() { 2 } else { 0 });
    }
}

/// Another thread is freeing garbage, which may take longer than making it. If this one is far ahead, it waits, or the
/// next collection would have so much more to look at.
fn wait_for_collector(t: &mut Thread) {
    let far = limit().saturating_mul(FAR_AHEAD);
    let mut patience = 20;
    while patience > 0 && sweep::is_freeing() && net_allocations() >= far {
        patience -= 1;
        t.blocking(|| std::thread::sleep(std::time::Duration::from_micros(50)))
    }
}

/// So many times what makes a collection due.
const FAR_AHEAD: isize = 3;

/// A full collection; gives the number of unreachable objects found.
pub fn collect(t: &mut Thread) -> usize {
    collect_generation(t, 2)
}

/// A collection, of the young if `generation` is 0, else of everything, with `gc.callbacks` called around it. Gives the
/// number of unreachable objects found.
pub fn collect_generation(t: &mut Thread, generation: usize) -> usize {
    if COLLECTING.swap(true, AcqRel) {
        return 0;
    }
    let raised = t.raised().map(|v| v.to_value());
    t.clear_raised();
    inspect::call_callbacks(t, "start", generation, 0);
    #[cfg(feature = "debug-checks")]
    for line in check::check(t) {
        eprintln!("heap check: {line}")
    }
    let young = generation == 0;
    let pause = waits::begin(Kind::Collection, None);
    let found = sweep::collect(t, young);
    pause.end();
    let traced = NEWLY_TRACED.swap(0, Relaxed);
    if young {
        LIVE.fetch_add(found.live, Relaxed);
        TRACED_BEFORE.fetch_add(traced, Relaxed);
    } else {
        LIVE.store(found.live, Relaxed);
        LIVE_FULL.store(found.live, Relaxed);
        TRACED_BEFORE.store(0, Relaxed)
    }
    set_limit();
    count_collection(generation.min(2), found.garbage);
    COLLECTING.store(false, Release);
    inspect::call_callbacks(t, "stop", generation, found.garbage);
    if let Some(e) = raised {
        t.reraise(e);
    }
    found.garbage
}

fn count_collection(generation: usize, garbage: usize) {
    let s = &STATS[generation];
    s[0].fetch_add(1, Relaxed);
    s[1].fetch_add(garbage as u64, Relaxed);
    for (i, n) in COUNTS.iter().enumerate() {
        match i.cmp(&generation) {
            std::cmp::Ordering::Less => n.store(0, Relaxed),
            std::cmp::Ordering::Equal => {
                n.fetch_add(1, Relaxed);
            }
            std::cmp::Ordering::Greater => {}
        }
    }
}

/// In the child of a fork: whoever was collecting is gone.
pub fn after_fork_in_child() {
    COLLECTING.store(false, Release);
    sweep::after_fork_in_child()
}
