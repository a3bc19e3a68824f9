//! The sixteen bytes at the start of every heap object, the same in every mode.
//!
//! The fields are separate atomics that never overlap, so that plain accesses of the owner and atomic
//! ones of others cannot tear. An object is in one of these states:
//!
//! - LOCAL: `owner` is a thread's id. Only that thread can reach it; `local` counts all references, plainly.
//! - SHARED: `owner == 0`. References from the heap and owned values are counted in `shared`, atomically.
//! - TRACED: SHARED with the `TRACED` flag. Heap slots are not counted; each thread tallies its owned values
//!   (`tally.rs`; with the GIL they are counted in `shared`). A SHARED object may become TRACED.
//! - IMMORTAL: SHARED with the `IMMORTAL` flag. Nothing is counted.
//! - free cell: `shape == 0`; the link of the free list lies behind the header.

use crate::sync::atomic::{AtomicU8, AtomicU16, AtomicU32, Ordering::*};

/// Owner id of objects that no single thread owns.
pub const NOBODY: u16 = 0;
/// One reference in `shared`.
pub const ONE: u32 = 4;
/// `shared`: the object was found in a register during the present stop.
pub const HELD: u32 = 1;
/// `shared`: the object stands in the dead queue.
pub const DEADQ: u32 = 2;

/// Bits of `flags`.
pub mod flag {
    /// Only the collector frees it; heap slots hold it uncounted.
    pub const TRACED: u8 = 1;
    /// Never freed, never counted.
    pub const IMMORTAL: u8 = 2;
    /// The weak reference table has an entry.
    pub const WEAKREFS: u8 = 4;
    /// `__del__` has run (PEP 442: once).
    pub const FINALIZED: u8 = 8;
    /// Stands on a thread's pending list.
    pub const PENDING: u8 = 16;
    /// It was there at a collection: a young collection does not look at it again. A new header has no flags, so
    /// whatever is made is young.
    pub const OLD: u8 = 32;
    /// Mark of the collector, valid during a collection.
    pub const MARKED: u8 = 64;
    /// Frozen by `gc.freeze()`.
    pub const FROZEN: u8 = 128;
}

/// The object header.
#[repr(C, align(16))]
pub struct Header {
    owner: AtomicU16,
    lock: AtomicU8,
    flags: AtomicU8,
    local: AtomicU32,
    shared: AtomicU32,
    shape: AtomicU32,
}

#[cfg(not(weft_loom))]
const _: () = assert!(size_of::<Header>() == 16 && align_of::<Header>() == 16);

impl Header {
    /// A new LOCAL object with one reference.
    #[inline(always)]
    pub fn new(owner: u16, shape: u32) -> Header {
        Header {
            owner: AtomicU16::new(owner),
            lock: AtomicU8::new(0),
            flags: AtomicU8::new(0),
            local: AtomicU32::new(1),
            shared: AtomicU32::new(0),
            shape: AtomicU32::new(shape),
        }
    }

    /// Id of the owning thread, [`NOBODY`] if shared.
    #[inline(always)]
    pub fn owner(&self) -> u16 {
        self.owner.load(Relaxed)
    }

    /// Makes the object LOCAL to `id` or (0) SHARED. The caller is its owner, or the world is stopped.
    #[inline(always)]
    pub fn set_owner(&self, id: u16) {
        self.owner.store(id, Relaxed)
    }

    /// The shape number; 0 is a free cell.
    #[inline(always)]
    pub fn shape(&self) -> u32 {
        self.shape.load(Acquire)
    }

    /// Publishes a new shape; slots it describes were stored before.
    #[inline(always)]
    pub fn set_shape(&self, shape: u32) {
        self.shape.store(shape, Release)
    }

    /// The lock byte, for the strategies.
    #[inline(always)]
    pub fn lock_byte(&self) -> &AtomicU8 {
        &self.lock
    }

    /// The atomic count word, for the strategies.
    #[inline(always)]
    pub fn shared(&self) -> &AtomicU32 {
        &self.shared
    }

    /// The owner's count.
    #[inline(always)]
    pub fn local(&self) -> u32 {
        self.local.load(Relaxed)
    }

    /// Writes the owner's count. Owner only (or world stopped).
    #[inline(always)]
    pub fn set_local(&self, n: u32) {
        self.local.store(n, Relaxed)
    }

    /// All flags.
    #[inline(always)]
    pub fn flags(&self) -> u8 {
        self.flags.load(Relaxed)
    }

    /// Is any of these flags set?
    #[inline(always)]
    pub fn has(&self, f: u8) -> bool {
        self.flags.load(Relaxed) & f != 0
    }

    /// Sets flags, returns what was set before.
    #[inline]
    pub fn set_flags(&self, f: u8) -> u8 {
        self.flags.fetch_or(f, AcqRel)
    }

    /// Sets flags of an object that only this thread can reach.
    #[inline(always)]
    pub fn set_flags_plain(&self, f: u8) {
        self.flags.store(self.flags.load(Relaxed) | f, Relaxed)
    }

    /// Clears flags of an object that only this thread can reach.
    #[inline(always)]
    pub fn clear_flags_plain(&self, f: u8) {
        self.flags.store(self.flags.load(Relaxed) & !f, Relaxed)
    }

    /// Clears flags.
    #[inline]
    pub fn clear_flags(&self, f: u8) {
        self.flags.fetch_and(!f, AcqRel);
    }

    /// All references that are counted, in whichever state. Exact only for the owner or in a stop.
    pub fn count(&self) -> u64 {
        (self.plain_count() as i64 + crate::tally::total(self)).max(0) as u64
    }

    /// The references that the header itself counts: all but those that threads tally of a TRACED object.
    #[inline(always)]
    pub fn plain_count(&self) -> u64 {
        let local = if self.owner() == NOBODY { 0 } else { self.local() };
        local as u64 + (self.shared.load(Acquire) / ONE) as u64
    }

    /// Changes what a SHARED object keeps in `local`, which is not a count (see `tally.rs`), if it still is `seen`.
    pub(crate) fn change_local(&self, seen: u32, new: u32) -> Result<(), u32> {
        self.local.compare_exchange(seen, new, AcqRel, Acquire).map(|_| ())
    }

    /// Moves the owner's count into `shared` and gives up ownership. Owner only.
    #[inline]
    pub fn make_shared(&self) {
        let n = self.local();
        self.shared.fetch_add(n * ONE, Relaxed);
        self.local.store(0, Relaxed);
        self.owner.store(NOBODY, Release);
    }

    /// Counts up a SHARED object.
    #[inline]
    pub fn count_up_shared(&self) {
        self.shared.fetch_add(ONE, Relaxed);
    }

    /// Counts down a SHARED object. True: that was the last reference, and the caller, alone, queues the death.
    #[inline]
    pub fn count_down_shared(&self) -> bool {
        let mut now = self.shared.load(Relaxed);
        let mut fought = false;
        loop {
            debug_assert!(now >= ONE, "count underflow");
            let mut next = now - ONE;
            let dies = next < ONE && next & DEADQ == 0;
            if dies {
                next |= DEADQ
            }
            match self.shared.compare_exchange_weak(now, next, AcqRel, Relaxed) {
                Ok(_) => return dies,
                Err(seen) => {
                    now = seen;
                    if !std::mem::replace(&mut fought, true) {
                        crate::waits::met(crate::waits::Kind::Count, self)
                    }
                }
            }
        }
    }

    /// In a drain: has an object that stands in the dead queue come back to life? Then it leaves the queue.
    #[inline]
    pub fn leave_queue_if_alive(&self) -> bool {
        if self.shared.load(Acquire) < ONE {
            return false;
        }
        self.shared.fetch_and(!DEADQ, AcqRel);
        true
    }

    /// In a drain: the object leaves the dead queue, whatever its count.
    pub fn leave_queue(&self) {
        self.shared.fetch_and(!DEADQ, AcqRel);
    }

    /// In a stop: was the object found in a register?
    #[inline(always)]
    pub fn is_held(&self) -> bool {
        self.shared.load(Relaxed) & HELD != 0
    }

    /// In a stop: notes that a register holds the SHARED object, or (at its end) forgets it.
    pub fn set_held(&self, held: bool) {
        if held {
            self.shared.fetch_or(HELD, AcqRel);
        } else {
            self.shared.fetch_and(!HELD, AcqRel);
        }
    }

    /// The reverse of [`Header::make_shared`]: nobody else can reach the object (shown in a stop).
    pub fn make_local(&self, owner: u16, count: u32) {
        self.shared.store(0, Relaxed);
        self.local.store(count, Relaxed);
        self.owner.store(owner, Release);
    }
}
