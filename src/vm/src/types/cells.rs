//! Attribute cells: where inline caches find what a name means on a type, or in a dict of builtins.
//!
//! A cell is one atomic word outside any object: the attribute's value, uncounted, or zero when it is not
//! known. A cache site holds a cell's number, never an object. Whoever changes a type empties its cells
//! *first*, then writes; a reader that still got the old value keeps a live object, because nothing is
//! freed before its next safepoint.

use std::collections::HashMap;
use std::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, Ordering::*};
use weft_strategy::{VRef, Word};

/// Cells that can exist (address space is reserved, 8 bytes each).
const TABLE: usize = 1 << 22;

static CELLS: AtomicPtr<AtomicU64> = AtomicPtr::new(std::ptr::null_mut());
static NEXT: AtomicU32 = AtomicU32::new(1);

/// Reserves the table. Called once at start.
pub fn init() {
    // SAFETY: a fresh anonymous mapping of zeros.
    let p = unsafe {
        libc::mmap(
            std::ptr::null_mut(),
            TABLE * 8,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
            -1,
            0,
        )
    };
    assert!(p != libc::MAP_FAILED, "no address space for attribute cells");
    CELLS.store(p.cast(), Release);
}

#[inline(always)]
fn cell(n: u32) -> &'static AtomicU64 {
    // SAFETY: numbers come from `cell_for`.
    unsafe { &*CELLS.load(Relaxed).add(n as usize) }
}

/// What the cell says; unbound: not known.
#[inline(always)]
pub fn read(n: u32) -> Word {
    Word(cell(n).load(Acquire))
}

/// What a cell's readers do with its value. Each use has cells of its own: should the attribute become something that
/// is used otherwise, the readers of the old use find their cell empty.
#[derive(Clone, Copy)]
pub enum Use {
    /// It is the result.
    Plain = 0,
    /// A function: called with the receiver, or the result if the class itself was asked.
    Method = 1,
    /// A data descriptor that is asked: `property` or one of a native type.
    Getter = 2,
    /// A function that is bound to the instance.
    Bound = 3,
    /// The function of a class method: called with the class.
    ClassMethod = 4,
    /// What `super` finds, above some class of the MRO.
    Super = 5,
}

/// Empties all cells there are.
pub fn clear_all() {
    for n in 1..NEXT.load(Acquire).min(TABLE as u32) {
        cell(n).store(0, Release)
    }
}

/// The cells of one type (or dict), by name and use.
#[derive(Default)]
pub struct TypeCells(parking_lot::Mutex<HashMap<(u64, u64), u32, foldhash::fast::FixedState>>);

impl TypeCells {
    /// The cell for a name and a use, filled with `value`, unless `still_valid` fails once the cell can be seen.
    pub fn fill(
        &self,
        name: VRef<'_>,
        use_: Use,
        value: VRef<'_>,
        still_valid: impl Fn() -> bool,
    ) -> Option<u32> {
        self.fill_key((name.word().identity() | use_ as u64, 0), value, still_valid)
    }

    /// As [`TypeCells::fill`], for what `super` finds above the class at `class`.
    pub fn fill_from(
        &self,
        name: VRef<'_>,
        class: u64,
        value: VRef<'_>,
        still_valid: impl Fn() -> bool,
    ) -> Option<u32> {
        self.fill_key((name.word().identity() | Use::Super as u64, class), value, still_valid)
    }

    fn fill_key(&self, key: (u64, u64), value: VRef<'_>, still_valid: impl Fn() -> bool) -> Option<u32> {
        let mut map = self.0.lock();
        let n = match map.get(&key) {
            Some(n) => *n,
            None => {
                let n = NEXT.fetch_add(1, Relaxed);
                if n as usize >= TABLE {
                    NEXT.store(TABLE as u32, Relaxed);
                    return None;
                }
                map.insert(key, n);
                n
            }
        };
        let w = value.word();
        let w = if w.is_heap() { Word::free_standing(w.ptr()) } else { w };
        // Not written needlessly: other threads read it, and its neighbours, all the time.
        if read(n) != w {
            cell(n).store(w.0, Release)
        }
        if !still_valid() {
            cell(n).store(0, Release);
            return None;
        }
        Some(n)
    }

    /// Empties all cells.
    pub fn clear(&self) {
        for n in self.0.lock().values() {
            cell(*n).store(0, Release)
        }
    }
}
