//! A small machine for the models: threads with one register each, objects with real headers, one shared slot,
//! the real world to stop.
//!
//! An object's `payload` is a loom cell: freeing writes to it, so that a use after free, and any read that the
//! publishing write does not happen before, is reported as a race or fails an assertion.

use loom::cell::UnsafeCell;
use loom::sync::Mutex;
use loom::sync::atomic::{AtomicUsize, Ordering::*};
use weft_nogil::world::World;
use weft_strategy::header::ONE;
use weft_strategy::{Header, ThreadCore};

/// Content of a live object.
const ALIVE: u32 = 42;
/// Content of a freed one.
const FREED: u32 = 99;
/// Most threads a model has.
pub const THREADS: usize = 3;

/// An object.
pub struct Object {
    /// The real header.
    pub h: Header,
    payload: UnsafeCell<u32>,
    /// Its one slot: number of another object, 0: empty.
    pub slot: AtomicUsize,
    freed: AtomicUsize,
}

/// The machine. Objects are numbered from 1.
pub struct Machine {
    objects: Vec<Object>,
    /// A slot everybody can reach (a module's dict, say).
    pub root: AtomicUsize,
    /// Another one.
    pub other: AtomicUsize,
    world: World,
    cores: Vec<ThreadCore>,
    registers: Vec<UnsafeCell<usize>>,
    /// Deaths that wait for a drain.
    pub queue: Mutex<Vec<usize>>,
}

// SAFETY: registers are touched by their thread, or in a stop; loom checks that, as it does the payloads.
unsafe impl Sync for Machine {}
// SAFETY: as above.
unsafe impl Send for Machine {}

impl Machine {
    /// A machine with `threads` threads, all attached, and `objects` objects, LOCAL to thread 0.
    pub fn new(threads: usize, objects: usize) -> Machine {
        let m = Machine {
            objects: (0..objects)
                .map(|_| Object {
                    h: Header::new(1, 1),
                    payload: UnsafeCell::new(0),
                    slot: AtomicUsize::new(0),
                    freed: AtomicUsize::new(0),
                })
                .collect(),
            root: AtomicUsize::new(0),
            other: AtomicUsize::new(0),
            world: World::new(),
            cores: (0..threads).map(|i| ThreadCore::new(i as u16 + 1)).collect(),
            registers: (0..threads).map(|_| UnsafeCell::new(0)).collect(),
            queue: Mutex::new(Vec::new()),
        };
        for c in &m.cores {
            m.world.enter(c)
        }
        m
    }

    /// Object number `n`.
    pub fn object(&self, n: usize) -> &Object {
        &self.objects[n - 1]
    }

    /// What thread `t` has in its register.
    pub fn register(&self, t: usize) -> usize {
        // SAFETY: own register, or a stop.
        self.registers[t].with(|p| unsafe { *p })
    }

    /// Writes it.
    pub fn set_register(&self, t: usize, n: usize) {
        // SAFETY: own register.
        self.registers[t].with_mut(|p| unsafe { *p = n })
    }

    /// Fills in an object, as its maker does.
    pub fn initialise(&self, n: usize) {
        // SAFETY: nobody else knows it yet.
        self.object(n).payload.with_mut(|p| unsafe { *p = ALIVE })
    }

    /// Uses an object.
    pub fn touch(&self, n: usize) {
        if n != 0 {
            // SAFETY: loom tells if it is freed meanwhile.
            self.object(n).payload.with(|p| unsafe { assert_eq!(*p, ALIVE, "use after free") })
        }
    }

    /// Loads a slot into the register of thread `t`, uncounted.
    pub fn load(&self, t: usize, slot: &AtomicUsize) {
        let n = slot.load(Acquire);
        if n != 0 {
            assert_eq!(self.object(n).h.owner(), 0, "another thread's LOCAL object can be seen");
        }
        self.set_register(t, n)
    }

    /// Gives up a counted reference.
    pub fn drop_reference(&self, n: usize) {
        if n != 0 && self.object(n).h.count_down_shared() {
            self.queue.lock().unwrap().push(n)
        }
    }

    /// A safepoint of thread `t`.
    pub fn safepoint(&self, t: usize) {
        self.world.safepoint(&self.cores[t])
    }

    /// Thread `t` ends.
    pub fn leave(&self, t: usize) {
        self.set_register(t, 0);
        self.world.leave(&self.cores[t])
    }

    /// Thread `t` runs `f` while no other runs.
    pub fn stopped(&self, t: usize, f: impl FnOnce()) {
        let each = |f: &mut dyn FnMut(&ThreadCore)| self.cores.iter().for_each(f);
        self.world.stop(&self.cores[t], &each);
        f();
        self.world.start(&each)
    }

    /// Does some thread have the object in its register? In a stop.
    pub fn is_held(&self, n: usize) -> bool {
        (0..self.registers.len()).any(|t| self.register(t) == n)
    }

    /// References to an object.
    pub fn count(&self, n: usize) -> u32 {
        self.object(n).h.shared().load(Acquire) / ONE
    }

    /// Frees an object.
    pub fn free(&self, n: usize) {
        assert_eq!(self.object(n).freed.fetch_add(1, Relaxed), 0, "freed twice");
        // SAFETY: loom tells if somebody still reads it.
        self.object(n).payload.with_mut(|p| unsafe { *p = FREED })
    }

    /// Was the object freed?
    pub fn is_freed(&self, n: usize) -> bool {
        self.object(n).freed.load(Acquire) == 1
    }
}
