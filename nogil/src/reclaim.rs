//! The dead queue and its drain.
//!
//! SHARED objects whose count fell to zero wait here, for another thread may still hold them in a
//! register, uncounted, and may even store them somewhere again. A drain stops the world, looks which of
//! them nothing holds *now*, clears their weak references in the same stop, and takes them (and what dies
//! with them, transitively) as LOCAL: the thread then frees them in the ordinary way after the restart, finalizers
//! included. A stop looks at so many objects at most that it takes about a millisecond; the rest waits for the next,
//! which comes at once.
//!
//! A drain comes when a thread has noted many deaths, when it detaches, when an object dies that somebody waits
//! for (a finalizer, weak references) as long as that takes little of the run time, and at the latest a tick
//! after the first death.

use crate::count::DEATHS_PER_DRAIN;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::*};
use std::sync::{Condvar, Mutex, OnceLock};
use std::time::{Duration, Instant};
use weft_strategy::contract::hooks;
use weft_strategy::core::{breaker, state};
use weft_strategy::header::{DEADQ, ONE, flag};
use weft_strategy::waits::Kind;
use weft_strategy::{Header, NOBODY, Retired, ThreadCore, Word, registry};

struct Queue(Vec<*const Header>);
// SAFETY: the pointers are followed in a stop only.
unsafe impl Send for Queue {}

struct Buffers(Vec<Retired>);
// SAFETY: freed in a stop, when no reader is left.
unsafe impl Send for Buffers {}

/// Deaths that a drain found still held.
static QUEUE: Mutex<Queue> = Mutex::new(Queue(Vec::new()));
static BUFFERS: Mutex<Buffers> = Mutex::new(Buffers(Vec::new()));
static RETIRED_BYTES: AtomicUsize = AtomicUsize::new(0);

/// Deaths that no drain has looked at yet.
static WAITING: Mutex<Queue> = Mutex::new(Queue(Vec::new()));

/// Deaths that one stop looks at.
const DEATHS_PER_STOP: usize = 4096;
/// Objects that one stop takes. What those that come too late lead to dies when they are freed.
const TAKEN_PER_STOP: usize = 4 * DEATHS_PER_STOP;

/// Retired bytes that ask for a drain.
const RETIRED_LIMIT: usize = 1 << 20;

fn queue() -> std::sync::MutexGuard<'static, Queue> {
    QUEUE.lock().unwrap_or_else(|e| e.into_inner())
}

fn waiting() -> std::sync::MutexGuard<'static, Queue> {
    WAITING.lock().unwrap_or_else(|e| e.into_inner())
}

/// Are there deaths that no drain has looked at yet?
pub fn is_unfinished() -> bool {
    UNFINISHED.load(Relaxed)
}

static UNFINISHED: AtomicBool = AtomicBool::new(false);

/// When the last drain ended and how long it took, in nanoseconds since [`epoch`].
static LAST_END: AtomicU64 = AtomicU64::new(0);
static LAST_COST: AtomicU64 = AtomicU64::new(0);
/// Urgent drains may take one part in so many of the run time.
const URGENT_SHARE: u64 = 20;

fn now() -> u64 {
    static EPOCH: OnceLock<Instant> = OnceLock::new();
    EPOCH.get_or_init(Instant::now).elapsed().as_nanos() as u64
}

/// Is it long enough since the last drain that another one would not take more than its share of the run time?
fn is_affordable() -> bool {
    now().saturating_sub(LAST_END.load(Relaxed)) >= LAST_COST.load(Relaxed) * URGENT_SHARE
}

/// A thread that noted deaths is about to detach: should it drain before? Not if threads do so all the time, waiting for
/// each other; then the next drain is not far.
pub fn before_detach(core: &ThreadCore) -> bool {
    let drains = core.dead_len() >= DEATHS_PER_DRAIN / 8 || registry::len() == 1 || is_affordable();
    if !drains {
        LEFT.store(true, Release)
    }
    drains
}

/// A thread detached with deaths in its list.
static LEFT: AtomicBool = AtomicBool::new(false);

/// A death was noted: asks for a drain when enough have come together, or at once for objects whose
/// death others wait for.
pub fn note_death(core: &ThreadCore, h: &Header) {
    let n = core.dead_len();
    // A program with one thread sees deaths in the order it expects, whatever that costs.
    let may_be_urgent = || registry::len() == 1 || is_affordable();
    if n >= DEATHS_PER_DRAIN || (hooks().is_urgent)(h) && may_be_urgent() {
        core.set_breaker(breaker::DRAIN)
    } else if n == 1 && !HOLD.load(Relaxed) {
        ticker::want()
    }
}

/// No clock is started for deaths: the interpreter is starting.
static HOLD: AtomicBool = AtomicBool::new(false);

/// While `on`, deaths wait for other reasons to drain. Whoever ends that drains.
pub fn hold(on: bool) {
    HOLD.store(on, Relaxed)
}

/// A thread of its own that asks for a drain some time after the first death, in case nothing else does.
mod ticker {
    use super::*;

    /// Time from a death to the drain.
    const TICK: Duration = Duration::from_millis(10);
    /// Longest time between drains that free nothing.
    const LONGEST: Duration = Duration::from_millis(640);

    static WANTED: AtomicBool = AtomicBool::new(false);
    static RUNS: AtomicBool = AtomicBool::new(false);
    static LOCK: Mutex<()> = Mutex::new(());
    static WAKE: Condvar = Condvar::new();

    /// Somebody should drain soon.
    pub fn want() {
        if WANTED.swap(true, AcqRel) {
            return;
        }
        if !RUNS.swap(true, AcqRel) {
            let made = std::thread::Builder::new().name("weft-ticker".into()).stack_size(64 << 10).spawn(run);
            if made.is_err() {
                RUNS.store(false, Release);
                WANTED.store(false, Release)
            }
            return;
        }
        let _l = LOCK.lock().unwrap_or_else(|e| e.into_inner());
        WAKE.notify_one()
    }

    fn run() {
        // Signals are for the main thread.
        // SAFETY: the set is filled before it is used.
        unsafe {
            let mut all = std::mem::zeroed();
            libc::sigfillset(&mut all);
            libc::pthread_sigmask(libc::SIG_BLOCK, &all, std::ptr::null_mut());
        }
        let mut pause = TICK;
        loop {
            {
                let mut l = LOCK.lock().unwrap_or_else(|e| e.into_inner());
                while !WANTED.load(Acquire) {
                    l = WAKE.wait(l).unwrap_or_else(|e| e.into_inner())
                }
            }
            std::thread::sleep(pause);
            WANTED.store(false, Release);
            let mut asked = false;
            registry::for_each(|c| {
                if !asked && c.state.load(Acquire) == state::ATTACHED {
                    c.set_breaker(breaker::DRAIN);
                    asked = true
                }
            });
            // Nobody runs: nobody can let go of anything either.
            if asked {
                pause = TICK
            } else if LEFT.load(Acquire) || is_unfinished() || !queue().0.is_empty() {
                WANTED.store(true, Release);
                pause = (pause * 2).min(LONGEST)
            }
        }
    }

    /// In the child of a fork: the thread is gone.
    ///
    /// # Safety
    /// Only one thread exists.
    pub unsafe fn reset() {
        RUNS.store(false, Relaxed);
        WANTED.store(false, Relaxed);
        let (l, w) = (&raw const LOCK as *mut Mutex<()>, &raw const WAKE as *mut Condvar);
        // SAFETY: one thread; neither has anything to drop.
        unsafe {
            l.write(Mutex::new(()));
            w.write(Condvar::new())
        }
    }
}

/// Keeps a buffer until no reader can be looking at it.
pub fn retire(core: &ThreadCore, b: Retired) {
    let bytes = RETIRED_BYTES.fetch_add(b.size, Relaxed) + b.size;
    BUFFERS.lock().unwrap_or_else(|e| e.into_inner()).0.push(b);
    if bytes > RETIRED_LIMIT {
        core.set_breaker(breaker::DRAIN)
    }
}

/// Takes what nothing holds; see the head of the file. While [`is_unfinished`], more is to come.
pub fn drain(core: &ThreadCore) {
    let start = now();
    crate::world::stop(core);
    LEFT.store(false, Relaxed);
    let mut dead = std::mem::take(&mut waiting().0);
    if dead.is_empty() {
        dead = std::mem::take(&mut queue().0);
    }
    // SAFETY: the world is stopped.
    registry::for_each(|c| dead.append(&mut unsafe { c.take_dead() }));
    if dead.len() > DEATHS_PER_STOP {
        waiting().0 = dead.split_off(DEATHS_PER_STOP)
    }
    if !dead.is_empty() {
        let held = mark_held();
        take_dead(core, dead);
        for h in held {
            // SAFETY: held by a register, so alive.
            unsafe { &*h }.set_held(false)
        }
    }
    let buffers = std::mem::take(&mut BUFFERS.lock().unwrap_or_else(|e| e.into_inner()).0);
    RETIRED_BYTES.store(0, Relaxed);
    core.clear_breaker(breaker::DRAIN);
    let unfinished = !waiting().0.is_empty();
    UNFINISHED.store(unfinished, Relaxed);
    let rest = unfinished || !queue().0.is_empty();
    crate::world::start(core);
    for b in buffers {
        // SAFETY: no reader crosses a safepoint with a buffer pointer, and all were at one since it was retired.
        unsafe { (b.free)(b.ptr, b.size) }
    }
    let end = now();
    LAST_COST.store(end - start, Relaxed);
    core.waits.add(Kind::Drain, 1, end - start);
    LAST_END.store(end, Relaxed);
    if rest {
        ticker::want()
    }
}

/// Flags every SHARED object that a register of any thread holds.
fn mark_held() -> Vec<*const Header> {
    let mut held = Vec::new();
    let registers = hooks().registers;
    registry::for_each(|c| {
        registers(c, &mut |w: Word| {
            if w.is_heap() {
                // SAFETY: register words point to live objects.
                let h = unsafe { &*w.ptr() };
                if h.owner() == NOBODY && !h.is_held() {
                    h.set_held(true);
                    held.push(h as *const Header);
                }
            }
        })
    });
    held
}

/// Addresses need little mixing.
#[derive(Default)]
struct ByAddress(u64);

impl Hasher for ByAddress {
    fn write(&mut self, _: &[u8]) {}
    fn write_usize(&mut self, n: usize) {
        self.0 = (n as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(20)
    }
    fn finish(&self) -> u64 {
        self.0
    }
}

/// Takes the objects of `dead` that are dead indeed, and what only they hold.
fn take_dead(core: &ThreadCore, dead: Vec<*const Header>) {
    let hooks = hooks();
    let mut taken: Vec<*const Header> = Vec::new();
    for h in dead {
        // SAFETY: a queued object is not freed before it leaves the queue.
        let o = unsafe { &*h };
        if o.has(flag::TRACED) {
            // Threads came to fight over its count meanwhile: it is the collector's.
            o.leave_queue();
            continue;
        }
        if o.leave_queue_if_alive() {
            continue;
        }
        if o.is_held() || o.has(flag::PENDING) {
            queue().0.push(h);
        } else {
            o.make_local(core.id(), 0);
            taken.push(h);
        }
    }
    let roots = taken.len();
    // Edges from taken objects into objects that still live, by object.
    let mut edges: HashMap<*const Header, u32, BuildHasherDefault<ByAddress>> = HashMap::default();
    let mut next = 0;
    while next < taken.len() {
        let h = taken[next];
        next += 1;
        // SAFETY: taken just now.
        let o = unsafe { &*h };
        if o.has(flag::WEAKREFS) {
            (hooks.clear_weakrefs)(o)
        }
        if taken.len() >= TAKEN_PER_STOP {
            continue;
        }
        (hooks.traverse)(o, &mut |w| {
            if !w.is_counted() || taken.len() >= TAKEN_PER_STOP {
                return;
            }
            // SAFETY: slot words point to live objects.
            let child = unsafe { &*w.ptr() };
            if child.owner() != NOBODY
                || child.has(flag::TRACED | flag::IMMORTAL | flag::PENDING)
                || child.is_held()
            {
                return;
            }
            let n = edges.entry(child).or_insert(0);
            *n += 1;
            let shared = child.shared().load(Acquire);
            if shared / ONE == *n && shared & DEADQ == 0 {
                child.make_local(core.id(), *n);
                taken.push(child);
            }
        });
    }
    for h in &taken[..roots] {
        // SAFETY: taken just now; its count is zero.
        core.push_pending(unsafe { &**h })
    }
}

/// In the child of a fork: new locks, the queue is kept.
///
/// # Safety
/// Only one thread exists.
pub unsafe fn reset() {
    for p in [&raw const QUEUE as *mut Mutex<Queue>, &raw const WAITING as *mut Mutex<Queue>] {
        // SAFETY: one thread. The list moves into the new mutex.
        unsafe {
            let list = (*p).get_mut().map_or(Vec::new(), |q| std::mem::take(&mut q.0));
            p.write(Mutex::new(Queue(list)))
        }
    }
    let q = &raw const BUFFERS as *mut Mutex<Buffers>;
    // SAFETY: as above.
    unsafe {
        let list = (*q).get_mut().map_or(Vec::new(), |b| std::mem::take(&mut b.0));
        q.write(Mutex::new(Buffers(list)));
        ticker::reset();
    }
}
