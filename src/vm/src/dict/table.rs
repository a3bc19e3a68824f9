//! The buffer behind a dict: index and entries in one allocation.
//!
//! The index is an open-addressing table of entry numbers, in bytes, 16 or 32 bits as the size demands; probing
//! is CPython's perturbation. A slot of the index is never given back before the table is rebuilt: a deleted
//! entry just has no value, which keeps probing simple for readers that take no lock.

use super::Probe;
use crate::object::ValueExt;
use crate::thread::Thread;
use crate::types::bytes::Bytes;
use crate::types::str::Str;
use crate::types::{fixed, sequence};
use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::sync::atomic::{AtomicU8, AtomicU16, AtomicU32, AtomicU64, AtomicUsize, Ordering::*};
use weft_strategy::{Header, Slot, VRef, Value, Word};

/// One entry. Deleted: no key, no value.
pub struct Entry {
    /// Hash of the key.
    pub hash: AtomicU64,
    /// Key.
    pub key: Slot,
    /// Value.
    pub value: Slot,
}

/// Head of the buffer; entries follow, then the index.
#[repr(C)]
pub struct Table {
    log2: u8,
    capacity: u32,
    len: AtomicUsize,
    /// No entry from here on is alive: where `popitem` begins to look.
    pub(super) top: AtomicUsize,
}

const MIN_LOG2: u8 = 3;

static EMPTY: Table = Table { log2: 0, capacity: 0, len: AtomicUsize::new(0), top: AtomicUsize::new(0) };

impl Table {
    /// The table of every empty dict.
    pub fn empty() -> *mut Table {
        &raw const EMPTY as *mut Table
    }

    fn layout(log2: u8) -> (usize, Layout) {
        let slots = 1usize << log2;
        let capacity = slots * 2 / 3;
        let width = if log2 <= 8 {
            1
        } else if log2 <= 16 {
            2
        } else {
            4
        };
        let size = size_of::<Table>() + capacity * size_of::<Entry>() + slots * width;
        (capacity, Layout::from_size_align(size, 16).expect("dict size"))
    }

    /// A table for at least `n` items, with room to grow by half.
    ///
    /// # Panics
    /// When memory is exhausted.
    pub fn with_capacity(n: usize) -> *mut Table {
        let mut log2 = MIN_LOG2;
        // Small dicts grow by doubling, as n + 1 > 2/3 of the slots.
        while (1usize << log2) * 2 / 3 < n + n / 3 + 1 {
            log2 += 1
        }
        let (capacity, layout) = Table::layout(log2);
        // SAFETY: the layout has a size.
        let p = unsafe { alloc_zeroed(layout) } as *mut Table;
        if p.is_null() {
            crate::start::out_of_memory(layout.size())
        }
        // SAFETY: fresh memory.
        unsafe {
            p.write(Table {
                log2,
                capacity: capacity as u32,
                len: AtomicUsize::new(0),
                top: AtomicUsize::new(0),
            })
        }
        p
    }

    /// Bytes of the buffer.
    pub fn bytes(&self) -> usize {
        Table::layout(self.log2).1.size()
    }

    /// Entries appended.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len.load(Acquire)
    }

    /// No room for another entry?
    #[inline(always)]
    pub fn is_full(&self) -> bool {
        self.len() >= self.capacity as usize
    }

    /// Is this the table of empty dicts?
    pub fn is_none(&self) -> bool {
        self.capacity == 0
    }

    /// Entries that can be appended still.
    pub fn room(&self) -> usize {
        self.capacity as usize - self.len()
    }

    /// Entry `i`, below `len`.
    #[inline(always)]
    pub fn entry(&self, i: usize) -> &Entry {
        debug_assert!(i < self.capacity as usize);
        // SAFETY: within the buffer.
        unsafe { &*(self as *const Table).add(1).cast::<Entry>().add(i) }
    }

    #[inline(always)]
    fn index_base(&self) -> *const u8 {
        // SAFETY: within the buffer.
        unsafe { (self as *const Table).add(1).cast::<Entry>().add(self.capacity as usize).cast() }
    }

    /// Content of an index slot: entry number + 1, or 0.
    #[inline(always)]
    fn index(&self, slot: usize) -> usize {
        // SAFETY: `slot` is masked by the caller; the width is that of `layout`.
        unsafe {
            if self.log2 <= 8 {
                (*self.index_base().add(slot).cast::<AtomicU8>()).load(Acquire) as usize
            } else if self.log2 <= 16 {
                (*self.index_base().add(slot * 2).cast::<AtomicU16>()).load(Acquire) as usize
            } else {
                (*self.index_base().add(slot * 4).cast::<AtomicU32>()).load(Acquire) as usize
            }
        }
    }

    fn set_index(&self, slot: usize, n: usize) {
        // SAFETY: as in `index`.
        unsafe {
            if self.log2 <= 8 {
                (*self.index_base().add(slot).cast::<AtomicU8>()).store(n as u8, Release)
            } else if self.log2 <= 16 {
                (*self.index_base().add(slot * 2).cast::<AtomicU16>()).store(n as u16, Release)
            } else {
                (*self.index_base().add(slot * 4).cast::<AtomicU32>()).store(n as u32, Release)
            }
        }
    }

    /// Looks for a key without calling Python.
    #[inline]
    pub fn probe(&self, t: &Thread, hash: u64, key: VRef<'_>) -> Probe {
        self.search(t, hash, key, 0)
    }

    /// Goes on looking behind the first `steps` steps, the last of which met another key. Steps are counted, not
    /// entries: probing may come to an entry more than once.
    pub fn probe_after(&self, t: &Thread, hash: u64, key: VRef<'_>, steps: usize) -> Probe {
        self.search(t, hash, key, steps)
    }

    #[inline]
    fn search(&self, t: &Thread, hash: u64, key: VRef<'_>, skip: usize) -> Probe {
        if self.capacity == 0 {
            return Probe::Absent;
        }
        let mask = (1usize << self.log2) - 1;
        let (mut slot, mut perturb) = (hash as usize & mask, hash);
        let mut steps = 0;
        loop {
            let n = self.index(slot);
            if n == 0 {
                return Probe::Absent;
            }
            let e = self.entry(n - 1);
            steps += 1;
            if steps > skip && e.hash.load(Relaxed) == hash {
                match compare(t, e.key.word(), key) {
                    Some(true) => return Probe::Found(n - 1),
                    Some(false) => {}
                    None => return Probe::Ask(n - 1, steps),
                }
            }
            perturb >>= 5;
            slot = (slot.wrapping_mul(5).wrapping_add(perturb as usize).wrapping_add(1)) & mask;
        }
    }

    /// Appends; there is room and the key is not there.
    pub fn push(&self, holder: &Header, hash: u64, key: Value, value: Value) {
        let i = self.len();
        let e = self.entry(i);
        e.hash.store(hash, Relaxed);
        e.key.set(holder, key);
        e.value.set(holder, value);
        self.len.store(i + 1, Release);
        self.top.store(i + 1, Relaxed);
        self.link(i, hash);
    }

    fn link(&self, i: usize, hash: u64) {
        let mask = (1usize << self.log2) - 1;
        let (mut slot, mut perturb) = (hash as usize & mask, hash);
        while self.index(slot) != 0 {
            perturb >>= 5;
            slot = (slot.wrapping_mul(5).wrapping_add(perturb as usize).wrapping_add(1)) & mask;
        }
        self.set_index(slot, i + 1)
    }

    /// Copies the live entries as they are into an empty table with room; the references belong to it from
    /// now on.
    ///
    /// # Safety
    /// This table is given up without dropping what it holds.
    pub unsafe fn move_into(&self, new: &Table) {
        let mut n = 0;
        for i in 0..self.len() {
            let e = self.entry(i);
            let value = e.value.word();
            if value.is_unbound() {
                continue;
            }
            let to = new.entry(n);
            let hash = e.hash.load(Relaxed);
            to.hash.store(hash, Relaxed);
            // SAFETY: the words move with their references.
            unsafe {
                to.key.set_word(e.key.word());
                to.value.set_word(value);
            }
            new.link(n, hash);
            n += 1;
        }
        new.len.store(n, Release);
        new.top.store(n, Relaxed);
    }

    /// A copy of the same size, with references of its own, of a table that holds `n` items and has no gaps; `None` if it
    /// has some, or is much larger than need be.
    pub fn duplicate<T>(&self, t: &T, n: usize) -> Option<*mut Table> {
        if self.len() != n || n * 6 < self.capacity as usize {
            return None;
        }
        let (_, layout) = Table::layout(self.log2);
        // SAFETY: the layout has a size.
        let p = unsafe { std::alloc::alloc(layout) } as *mut Table;
        if p.is_null() {
            crate::start::out_of_memory(layout.size())
        }
        // SAFETY: fresh memory of the same layout: the head, then as many entries, empty ones behind, then the index.
        unsafe {
            p.write(Table {
                log2: self.log2,
                capacity: self.capacity,
                len: AtomicUsize::new(n),
                top: AtomicUsize::new(n),
            });
            let entries = p.add(1).cast::<Entry>();
            for i in 0..n {
                let e = self.entry(i);
                entries.add(i).write(Entry {
                    hash: AtomicU64::new(e.hash.load(Relaxed)),
                    key: Slot::copy_of(t, &e.key),
                    value: Slot::copy_of(t, &e.value),
                })
            }
            entries.add(n).write_bytes(0, self.capacity as usize - n);
            let (from, to) = (self.index_base(), (*p).index_base() as *mut u8);
            std::ptr::copy_nonoverlapping(
                from,
                to,
                (p as *const u8).add(layout.size()).offset_from(to) as usize,
            );
        }
        Some(p)
    }

    /// Gives up all references, one by one.
    pub fn empty_out(&self, holder: &Header) {
        for i in 0..self.len() {
            let e = self.entry(i);
            drop(e.value.take(holder));
            drop(e.key.take(holder));
        }
    }

    /// Gives up all references of a dead dict's table, and the table.
    ///
    /// # Safety
    /// Nobody else can see the table.
    pub unsafe fn drop_contents(t: *mut Table) {
        if t == Table::empty() {
            return;
        }
        // SAFETY: as the caller promises.
        unsafe {
            for i in 0..(*t).len() {
                let e = (*t).entry(i);
                e.key.clear_dead();
                e.value.clear_dead();
            }
            Table::free(t.cast(), 0)
        }
    }

    /// Frees the buffer.
    ///
    /// # Safety
    /// Made by `with_capacity`; nobody uses it.
    pub unsafe fn free(p: *mut u8, _size: usize) {
        // SAFETY: as the caller promises.
        unsafe {
            let layout = Table::layout((*p.cast::<Table>()).log2).1;
            dealloc(p, layout)
        }
    }
}

/// Are two keys of equal hash the same? `None`: only `__eq__` can tell.
#[inline]
pub(crate) fn compare(_t: &Thread, have: Word, key: VRef<'_>) -> Option<bool> {
    if have.is_unbound() {
        return Some(false);
    }
    if have.same(key.word()) {
        return Some(true);
    }
    // SAFETY: loaded just now, alive until the next safepoint.
    let have = unsafe { VRef::from_word(have) };
    if let (Some(a), Some(b)) = (have.exact::<Str>(fixed::STR), key.exact::<Str>(fixed::STR)) {
        return Some(a.bytes() == b.bytes());
    }
    if let (Some(a), Some(b)) = (have.exact::<Bytes>(fixed::BYTES), key.exact::<Bytes>(fixed::BYTES)) {
        return Some(a.as_slice() == b.as_slice());
    }
    // Immediates of one kind, or next to a str, are different.
    let (a, b) = (have.word(), key.word());
    let str_and_immediate =
        !a.is_heap() && key.has_shape(fixed::STR) || !b.is_heap() && have.has_shape(fixed::STR);
    if a.is_int() && b.is_int() || str_and_immediate {
        return Some(false);
    }
    if a.is_heap() && b.is_heap() { compare_tuples(have, key) } else { None }
}

/// Apart, so that looking for other keys stays short.
#[inline(never)]
fn compare_tuples(have: VRef<'_>, key: VRef<'_>) -> Option<bool> {
    sequence::equal_tuples(sequence::plain_tuple(have)?, sequence::plain_tuple(key)?, sequence::TUPLE_DEPTH)
}
