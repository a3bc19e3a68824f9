//! The contract between the VM and a threading strategy.
//!
//! `Strategy` is implemented twice, by `gil/` and `nogil/`, in files of the same names: compare two
//! siblings to learn what free threading changes. The interpreter loop is generic over the trait; native
//! code is compiled once and reaches the cold paths through [`Ops`], a table of the same functions. The
//! hot paths (owner test, plain count) need neither: they are the same in every mode, because with the
//! GIL every object has the same owner, whoever holds the lock.

use crate::core::{ThreadCore, with_core};
use crate::header::Header;
use crate::sync::Alone;
use crate::value::VRef;
use crate::waits::Kind;
use crate::word::Word;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

/// What a strategy is asked for. Every function is called by the running thread about itself, with its own core.
pub trait Strategy: Sized + Send + Sync + 'static {
    /// `gil` or `free-threaded`.
    const NAME: &'static str;
    /// Does one thread run at a time?
    const GIL: bool;

    // ---- count.rs
    /// Counts up an object that is not LOCAL to this thread and not IMMORTAL.
    fn count_up(h: &Header);
    /// Counts it down; at zero a SHARED object goes to the dead queue, a TRACED one just stays.
    fn count_down(core: &ThreadCore, h: &Header);

    // ---- slot.rs
    /// Makes an object and all it leads to SHARED, before it becomes reachable from a SHARED one.
    fn publish(core: &ThreadCore, h: &Header);
    /// The register form of a word just loaded from a slot: counted if the object is mine, else free-standing.
    fn load_register(w: Word) -> Word;

    // ---- lock.rs
    /// Takes the byte lock of a SHARED object.
    fn lock(core: &ThreadCore, h: &Header);
    /// Gives it back.
    fn unlock(core: &ThreadCore, h: &Header);

    // ---- thread.rs
    /// A new owner id and a place in the registry; the thread is detached.
    fn new_core() -> Box<ThreadCore>;
    /// The thread has ended (detached, its lists empty).
    fn drop_core(core: Box<ThreadCore>);
    /// Waits until the thread may run Python.
    fn attach(core: &ThreadCore);
    /// The thread runs no Python until it attaches again.
    fn detach(core: &ThreadCore);

    // ---- world.rs
    /// Cold part of a safepoint: hands over the lock, waits out a stop.
    fn safepoint(core: &ThreadCore);
    /// Returns when no other thread runs Python, until `start_world`. May run others' stops first.
    fn stop_world(core: &ThreadCore);
    /// Ends the stop.
    fn start_world(core: &ThreadCore);
    /// In the child of a fork: only this thread is left, every lock is new.
    fn after_fork_in_child(core: &ThreadCore);
    /// Seconds between hand-overs of the GIL (`sys.setswitchinterval`).
    fn set_switch_interval(interval: Duration);

    // ---- reclaim.rs
    /// Frees a buffer that readers may still be looking at, when they cannot be any more.
    fn retire(core: &ThreadCore, buffer: Retired);
    /// Finds the SHARED objects that nothing holds; they come onto this thread's pending list as LOCAL.
    fn drain(core: &ThreadCore);
}

/// A buffer to free later.
pub struct Retired {
    /// The memory.
    pub ptr: *mut u8,
    /// Its size in bytes, for accounting.
    pub size: usize,
    /// Frees it.
    pub free: unsafe fn(*mut u8, usize),
}

/// What strategies need of the VM; set once at start.
pub struct Hooks {
    /// Calls the function for each slot word of an object.
    pub traverse: fn(&Header, &mut dyn FnMut(Word)),
    /// Calls the function for each register word of a thread (world stopped, or own thread).
    pub registers: fn(&ThreadCore, &mut dyn FnMut(Word)),
    /// Calls the function for what must be published together with an object though no slot of it says so:
    /// weak references to it, the referent of a weak reference.
    pub companions: fn(&Header, &mut dyn FnMut(Word)),
    /// Does somebody wait for the death of such objects (finalizers, weak references)?
    pub is_urgent: fn(&Header) -> bool,
    /// A SHARED object became TRACED: only the collector will free it.
    pub traced: fn(&Header),
    /// Clears the weak references to an object that is about to die (world stopped).
    pub clear_weakrefs: fn(&Header),
    /// With `-X contention`: the running thread is about to wait. Gives the number of the place, never 0.
    pub waiting: fn(Kind, Option<&Header>) -> u32,
    /// So many waits at this place are over, and took so many nanoseconds together.
    pub waited: fn(u32, u64, u64),
}

static HOOKS: Alone<OnceLock<Hooks>> = Alone(OnceLock::new());

/// Sets the VM's hooks. Once, before the second thread starts.
pub fn set_hooks(hooks: Hooks) {
    let _ = HOOKS.0.set(hooks);
}

/// The VM's hooks.
pub fn hooks() -> &'static Hooks {
    HOOKS.0.get().expect("the VM sets its hooks at start")
}

macro_rules! table {
    ($($name:ident($($arg:ident: $ty:ty),*) $(-> $ret:ty)?;)*) => {
        /// The strategy in force, as a table of functions for code that is compiled once.
        pub struct Ops {
            /// [`Strategy::NAME`]
            pub name: &'static str,
            /// [`Strategy::GIL`]
            pub gil: bool,
            $($name: fn($($ty),*) $(-> $ret)?,)*
        }
        impl Ops {
            const fn of<S: Strategy>() -> Ops {
                Ops { name: S::NAME, gil: S::GIL, $($name: S::$name,)* }
            }
            $(
                #[doc = concat!("[`Strategy::", stringify!($name), "`]")]
                pub fn $name(&self, $($arg: $ty),*) $(-> $ret)? { (self.$name)($($arg),*) }
            )*
        }
    };
}

table! {
    count_up(h: &Header);
    count_down(core: &ThreadCore, h: &Header);
    publish(core: &ThreadCore, h: &Header);
    lock(core: &ThreadCore, h: &Header);
    unlock(core: &ThreadCore, h: &Header);
    new_core() -> Box<ThreadCore>;
    drop_core(core: Box<ThreadCore>);
    attach(core: &ThreadCore);
    detach(core: &ThreadCore);
    safepoint(core: &ThreadCore);
    stop_world(core: &ThreadCore);
    start_world(core: &ThreadCore);
    after_fork_in_child(core: &ThreadCore);
    set_switch_interval(interval: Duration);
    retire(core: &ThreadCore, buffer: Retired);
    drain(core: &ThreadCore);
}

static OPS: Alone<OnceLock<Ops>> = Alone(OnceLock::new());

/// Chooses the strategy for this process. The first choice stays.
pub fn choose<S: Strategy>() {
    let _ = OPS.0.set(Ops::of::<S>());
}

/// The strategy in force.
#[inline]
pub fn ops() -> &'static Ops {
    OPS.0.get().expect("a strategy is chosen at start")
}

/// Has the process ever had a second Python thread?
///
/// Until then nothing needs to be published: with one thread, an object that SHARED ones lead to may stay LOCAL and
/// is counted plainly. Whoever starts the second thread publishes what SHARED objects lead to, all at once, so that
/// invariant I1 holds from then on. A program without threads so pays nothing for being able to have some.
static THREADED: Alone<AtomicBool> = Alone(AtomicBool::new(cfg!(weft_loom)));

/// See [`THREADED`].
#[inline(always)]
pub fn is_threaded() -> bool {
    THREADED.0.load(Relaxed)
}

/// From here on [`publish`] publishes. The caller then publishes what SHARED objects lead to, before there is a second
/// thread.
pub fn set_threaded() {
    THREADED.0.store(true, Relaxed)
}

/// Makes a value and all it leads to reachable by other threads (free-threaded; nothing with the GIL, nor before the
/// second thread).
pub fn publish(v: VRef<'_>) {
    if is_threaded()
        && let Some(h) = v.header()
        && h.owner() == crate::core::me()
    {
        with_core(|c| ops().publish(c, h))
    }
}
