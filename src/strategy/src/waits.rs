//! What threads waited for, and how often they met: counters of each thread, added up when somebody asks.
//!
//! Only paths that wait anyway, or that have just lost a race, come here: nothing on a fast path counts. A
//! thread writes its own counters, plainly; others read them. With [`want_places`] (`-X contention`) the VM is
//! told of each wait as well, and notes the Python line and the kind of object.

use crate::contract::hooks;
use crate::core::{ThreadCore, current};
use crate::header::Header;
use crate::registry;
// std's atomics on purpose: models have no need to explore statistics.
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::Instant;

/// What is counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(usize)]
pub enum Kind {
    /// Waited for the GIL.
    Gil,
    /// Gave the GIL up because another thread asked for it. No time.
    GilHandover,
    /// Found an object's byte lock taken; the time is that of those waits that slept.
    ObjectLock,
    /// Found that another thread had changed a shared count meanwhile. No time. Only counting down can see it.
    Count,
    /// Slept for a `threading` lock.
    Lock,
    /// Slept for an item of a `queue.SimpleQueue`.
    Queue,
    /// Waited until another thread's stop of the world was over.
    Stop,
    /// Stopped the world; the time is from asking to letting go.
    StopWorld,
    /// Collected garbage.
    Collection,
    /// Looked which of the SHARED objects that died can be freed.
    Drain,
    /// Saw a SHARED object die. No time.
    SharedDeath,
}

impl Kind {
    /// All of them, in the order of their numbers.
    pub const ALL: [Kind; 11] = [
        Kind::Gil,
        Kind::GilHandover,
        Kind::ObjectLock,
        Kind::Count,
        Kind::Lock,
        Kind::Queue,
        Kind::Stop,
        Kind::StopWorld,
        Kind::Collection,
        Kind::Drain,
        Kind::SharedDeath,
    ];

    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Gil => "gil",
            Kind::GilHandover => "gil_handover",
            Kind::ObjectLock => "object_lock",
            Kind::Count => "count",
            Kind::Lock => "lock",
            Kind::Queue => "queue",
            Kind::Stop => "stop",
            Kind::StopWorld => "stop_world",
            Kind::Collection => "gc",
            Kind::Drain => "drain",
            Kind::SharedDeath => "shared_death",
        }
    }
}

/// How many kinds there are.
pub const KINDS: usize = Kind::ALL.len();

/// How often, for how long, and for how long at most.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Total {
    /// Occurrences.
    pub count: u64,
    /// Nanoseconds in all.
    pub ns: u64,
    /// Nanoseconds of the longest.
    pub longest_ns: u64,
}

impl Total {
    /// Adds what others counted.
    pub fn add(&mut self, other: Total) {
        self.count += other.count;
        self.ns += other.ns;
        self.longest_ns = self.longest_ns.max(other.longest_ns)
    }
}

struct Cell {
    count: AtomicU64,
    ns: AtomicU64,
    longest_ns: AtomicU64,
}

impl Cell {
    const fn new() -> Cell {
        Cell { count: AtomicU64::new(0), ns: AtomicU64::new(0), longest_ns: AtomicU64::new(0) }
    }
}

/// The counters of one thread.
pub struct Waits([Cell; KINDS]);

impl Waits {
    /// All zero.
    pub const fn new() -> Waits {
        Waits([const { Cell::new() }; KINDS])
    }

    /// Counts `n` occurrences that took `ns` together. By the thread whose counters they are: no atomic addition.
    pub fn add(&self, kind: Kind, n: u64, ns: u64) {
        let c = &self.0[kind as usize];
        c.count.store(c.count.load(Relaxed) + n, Relaxed);
        c.ns.store(c.ns.load(Relaxed) + ns, Relaxed);
        c.longest_ns.store(c.longest_ns.load(Relaxed).max(ns), Relaxed)
    }

    /// What was counted.
    pub fn total(&self, kind: Kind) -> Total {
        let c = &self.0[kind as usize];
        Total { count: c.count.load(Relaxed), ns: c.ns.load(Relaxed), longest_ns: c.longest_ns.load(Relaxed) }
    }

    fn take_over(&self, other: &Waits) {
        for k in Kind::ALL {
            let (c, t) = (&self.0[k as usize], other.total(k));
            c.count.fetch_add(t.count, Relaxed);
            c.ns.fetch_add(t.ns, Relaxed);
            c.longest_ns.fetch_max(t.longest_ns, Relaxed);
        }
    }

    fn clear(&self) {
        for c in &self.0 {
            for n in [&c.count, &c.ns, &c.longest_ns] {
                n.store(0, Relaxed)
            }
        }
    }
}

impl Default for Waits {
    fn default() -> Waits {
        Waits::new()
    }
}

/// Counters of threads that have ended.
static ENDED: Waits = Waits::new();

/// A thread leaves the registry: what it counted stays.
pub(crate) fn thread_ends(core: &ThreadCore) {
    ENDED.take_over(&core.waits)
}

/// The sum over all threads, ended ones included.
pub fn totals() -> [Total; KINDS] {
    let mut sum = Kind::ALL.map(|k| ENDED.total(k));
    registry::for_each(|c| {
        for k in Kind::ALL {
            sum[k as usize].add(c.waits.total(k))
        }
    });
    sum
}

/// In the child of a fork: it counts for itself.
pub fn after_fork_in_child(core: &ThreadCore) {
    ENDED.clear();
    core.waits.clear()
}

/// `-X contention`: is the VM to be told of waits?
static PLACES: AtomicBool = AtomicBool::new(false);

/// From now on the VM is told of waits ([`crate::Hooks::waiting`]).
pub fn want_places() {
    PLACES.store(true, Relaxed)
}

/// Is the VM told of waits?
pub fn places_wanted() -> bool {
    PLACES.load(Relaxed)
}

/// A wait under way.
#[must_use]
pub struct Waiting {
    kind: Kind,
    place: u32,
    since: Instant,
}

/// A wait begins: for `object`, if it is one. The place is looked up now, before the thread sleeps.
#[cold]
pub fn begin(kind: Kind, object: Option<&Header>) -> Waiting {
    let place = if places_wanted() { (hooks().waiting)(kind, object) } else { 0 };
    Waiting { kind, place, since: Instant::now() }
}

impl Waiting {
    /// It is over.
    pub fn end(self) {
        let ns = self.since.elapsed().as_nanos() as u64;
        note(self.kind, ns);
        if self.place != 0 {
            (hooks().waited)(self.place, 1, ns)
        }
    }
}

/// Something of this kind happened to the running thread and took so long.
pub fn note(kind: Kind, ns: u64) {
    if let Some(core) = current() {
        // SAFETY: the running thread's core.
        unsafe { &*core }.waits.add(kind, 1, ns)
    }
}

/// Two threads met at `object`, and this one had to try again, which takes no time worth measuring.
#[cold]
#[inline(never)]
pub fn met(kind: Kind, object: &Header) {
    note(kind, 0);
    if places_wanted() {
        (hooks().waited)((hooks().waiting)(kind, Some(object)), 1, 0)
    }
}
