//! `list`: a length and a pointer to a buffer of slots. Methods are in `list_methods.rs`.
//!
//! Growth makes a new buffer and retires the old one; nothing is ever moved within a buffer that another
//! thread may read except by word stores. Every access of a SHARED list takes its lock; the `_locked`
//! functions expect it to be held.

use super::fixed;
use crate::object::{Object, Visitor};
use crate::thread::Thread;
use std::alloc::{Layout as Mem, alloc_zeroed, dealloc};
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering::*};
use weft_strategy::lock::{Guard, lock};
use weft_strategy::{Header, Retired, Slot, VRef, Value, Word};

/// The list object.
#[repr(C)]
pub struct List {
    h: Header,
    len: AtomicUsize,
    buffer: AtomicPtr<Slot>,
    capacity: AtomicUsize,
}

// SAFETY: repr(C), header first; the items are visited.
unsafe impl Object for List {
    crate::layout!(List, "list", true);
    fn traverse(&self, v: Visitor) {
        for s in self.slots() {
            v(s.word())
        }
    }
    fn clear(&self) {
        let n = self.len.swap(0, AcqRel);
        let p = self.buffer.swap(std::ptr::null_mut(), AcqRel);
        let capacity = self.capacity.swap(0, AcqRel);
        if p.is_null() {
            return;
        }
        for i in 0..n {
            // SAFETY: below the length; the list is dead or garbage.
            unsafe { (*p.add(i)).clear_dead() }
        }
        // SAFETY: allocated by `new_buffer` with this capacity.
        unsafe { free_buffer(p.cast(), capacity * 8) }
    }
}

fn new_buffer(capacity: usize) -> *mut Slot {
    if capacity == 0 {
        return std::ptr::null_mut();
    }
    let mem = Mem::array::<Slot>(capacity).unwrap_or_else(|_| crate::start::out_of_memory(usize::MAX));
    // SAFETY: not zero-sized.
    let p = unsafe { alloc_zeroed(mem) };
    if p.is_null() {
        crate::start::out_of_memory(mem.size())
    }
    p.cast()
}

/// Frees a buffer of `size` bytes.
///
/// # Safety
/// Allocated by `new_buffer` with that size; nobody uses it.
unsafe fn free_buffer(p: *mut u8, size: usize) {
    if size > 0 {
        // SAFETY: as the caller promises.
        unsafe { dealloc(p, Mem::from_size_align_unchecked(size, 8)) }
    }
}

impl List {
    /// A list of these items.
    pub fn new(t: &Thread, items: Vec<Value>) -> Value {
        List::with_shape(t, fixed::LIST, items)
    }

    /// A list of a subclass.
    pub fn with_shape(t: &Thread, shape: u32, items: Vec<Value>) -> Value {
        let n = items.len();
        let buffer = new_buffer(n);
        for (i, v) in items.into_iter().enumerate() {
            // SAFETY: within the new buffer.
            unsafe { buffer.add(i).write(Slot::new(v)) }
        }
        t.make(
            shape,
            List {
                h: Header::new(0, 0),
                len: AtomicUsize::new(n),
                buffer: AtomicPtr::new(buffer),
                capacity: AtomicUsize::new(n),
            },
        )
    }

    /// Number of items.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len.load(Acquire)
    }

    /// No items?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Locks the list.
    #[inline(always)]
    pub fn lock<'t>(&'t self, t: &'t Thread) -> Guard<'t> {
        lock(t, &self.h)
    }

    /// The slots in use; the list is locked, LOCAL, or the world stopped.
    #[inline(always)]
    pub(crate) fn slots(&self) -> &[Slot] {
        let n = self.len();
        if n == 0 {
            return &[];
        }
        // SAFETY: the first `len` slots are initialised; buffers are retired, not freed, while they may be read.
        unsafe { std::slice::from_raw_parts(self.buffer.load(Acquire), n) }
    }

    /// Item `i` as a register word: counted if it is this thread's, see `Strategy::load_register`.
    #[inline(always)]
    pub fn get<'t>(&'t self, t: &'t Thread, i: usize) -> Option<VRef<'t>> {
        if self.h.owner() == weft_strategy::me() {
            return self.slots().get(i).and_then(|s| s.get(t));
        }
        let _g = self.lock(t);
        let s = self.slots().get(i)?;
        // SAFETY: loaded just now, alive until the next safepoint.
        s.get(t).map(|v| unsafe { v.extend() })
    }

    /// An owned reference to item `i`.
    #[inline]
    pub fn load(&self, t: &Thread, i: usize) -> Option<Value> {
        self.get(t, i).map(|v| v.to_value())
    }

    /// Replaces item `i`; false if there is none.
    pub fn set(&self, t: &Thread, i: usize, v: Value) -> bool {
        self.publish(&v);
        let old;
        {
            let _g = self.lock(t);
            let Some(s) = self.slots().get(i) else { return false };
            old = s.swap(&self.h, Some(v));
        }
        drop(old);
        true
    }

    /// A value about to be stored in a SHARED list is published before the lock is taken.
    #[inline(always)]
    fn publish(&self, v: &Value) {
        if self.h.owner() != weft_strategy::me() {
            weft_strategy::publish(v.r())
        }
    }

    /// Appends.
    #[inline]
    pub fn push(&self, t: &Thread, v: Value) {
        self.publish(&v);
        let _g = self.lock(t);
        self.push_locked(t, v)
    }

    /// Appends; the list is locked and the value published if need be.
    pub fn push_locked(&self, t: &Thread, v: Value) {
        let n = self.len();
        if n == self.capacity.load(Relaxed) {
            self.grow(t, n + 1)
        }
        // SAFETY: below the capacity.
        unsafe { (*self.buffer.load(Relaxed).add(n)).set_word(Slot::new(v).word()) }
        self.len.store(n + 1, Release)
    }

    /// Room for `n` items; the list is locked.
    #[cold]
    fn grow(&self, t: &Thread, n: usize) {
        let capacity = n + (n >> 3) + if n < 9 { 3 } else { 6 };
        self.replace_buffer(t, capacity & !3, self.len());
    }

    /// A new buffer with the first `keep` items; the list is locked. References beyond `keep` must be gone.
    fn replace_buffer(&self, t: &Thread, capacity: usize, keep: usize) {
        let new = new_buffer(capacity);
        let old = self.buffer.load(Relaxed);
        for i in 0..keep {
            // SAFETY: both buffers have room; the references move.
            unsafe { (*new.add(i)).set_word((*old.add(i)).word()) }
        }
        let size = self.capacity.load(Relaxed) * 8;
        self.buffer.store(new, Release);
        self.capacity.store(capacity, Relaxed);
        self.retire(t, old, size);
    }

    fn retire(&self, t: &Thread, old: *mut Slot, size: usize) {
        if old.is_null() {
            return;
        }
        if self.h.owner() == weft_strategy::me() {
            // SAFETY: only this thread can see the list.
            unsafe { free_buffer(old.cast(), size) }
        } else {
            weft_strategy::ops().retire(&t.core, Retired { ptr: old.cast(), size, free: free_buffer })
        }
    }

    /// Removes and gives item `i`.
    pub fn remove(&self, t: &Thread, i: usize) -> Option<Value> {
        let _g = self.lock(t);
        let n = self.len();
        let slots = self.slots();
        let v = slots.get(i)?.take(&self.h);
        for k in i + 1..n {
            // SAFETY: the references move down by one; the last slot becomes empty below.
            unsafe { slots[k - 1].set_word(slots[k].word()) }
        }
        if i + 1 < n {
            // SAFETY: its reference has moved.
            unsafe { slots[n - 1].set_word(Word::UNBOUND) }
        }
        self.len.store(n - 1, Release);
        v
    }

    /// Inserts before item `i` (clamped).
    pub fn insert(&self, t: &Thread, i: usize, v: Value) {
        self.publish(&v);
        let _g = self.lock(t);
        let n = self.len();
        if n == self.capacity.load(Relaxed) {
            self.grow(t, n + 1)
        }
        let i = i.min(n);
        let p = self.buffer.load(Relaxed);
        // SAFETY: below the capacity; references move up by one.
        unsafe {
            for k in (i..n).rev() {
                (*p.add(k + 1)).set_word((*p.add(k)).word())
            }
            (*p.add(i)).set_word(Slot::new(v).word());
        }
        self.len.store(n + 1, Release)
    }

    /// Owned copies of the items: a snapshot.
    pub fn snapshot(&self, t: &Thread) -> Vec<Value> {
        let _g = self.lock(t);
        self.slots().iter().filter_map(|s| s.load()).collect()
    }

    /// Owned copies of a range, clamped.
    pub fn snapshot_range(&self, t: &Thread, from: usize, to: usize) -> Vec<Value> {
        let _g = self.lock(t);
        let s = self.slots();
        let to = to.min(s.len());
        if from >= to { Vec::new() } else { s[from..to].iter().filter_map(|s| s.load()).collect() }
    }

    /// Takes all items out, leaving an empty list.
    pub fn take_all(&self, t: &Thread) -> Vec<Value> {
        let _g = self.lock(t);
        let v: Vec<Value> = self.slots().iter().filter_map(|s| s.take(&self.h)).collect();
        self.len.store(0, Release);
        let (old, size) = (self.buffer.load(Relaxed), self.capacity.load(Relaxed) * 8);
        self.buffer.store(std::ptr::null_mut(), Release);
        self.capacity.store(0, Relaxed);
        self.retire(t, old, size);
        v
    }

    /// Replaces all items at once; gives the old ones. Bulk operations build a new content and publish it here.
    pub fn replace_all(&self, t: &Thread, items: Vec<Value>) -> Vec<Value> {
        for v in &items {
            self.publish(v)
        }
        let n = items.len();
        let new = new_buffer(n);
        for (i, v) in items.into_iter().enumerate() {
            // SAFETY: within the new buffer.
            unsafe { new.add(i).write(Slot::new(v)) }
        }
        let _g = self.lock(t);
        let old_items: Vec<Value> = self.slots().iter().filter_map(|s| s.take(&self.h)).collect();
        let (old, size) = (self.buffer.load(Relaxed), self.capacity.load(Relaxed) * 8);
        // Readers that take no lock read the length first, then the buffer: never a length beyond the buffer.
        self.len.store(0, Release);
        self.buffer.store(new, Release);
        self.capacity.store(n, Relaxed);
        self.len.store(n, Release);
        self.retire(t, old, size);
        old_items
    }

    /// Appends many at once.
    pub fn extend(&self, t: &Thread, items: Vec<Value>) {
        for v in &items {
            self.publish(v)
        }
        let _g = self.lock(t);
        let (n, more) = (self.len(), items.len());
        if n + more > self.capacity.load(Relaxed) {
            let wanted = n + more;
            self.replace_buffer(t, if n == 0 { wanted } else { wanted + (wanted >> 3) + 3 & !3 }, n)
        }
        let p = self.buffer.load(Relaxed);
        for (i, v) in items.into_iter().enumerate() {
            // SAFETY: below the capacity.
            unsafe { (*p.add(n + i)).set_word(Slot::new(v).word()) }
        }
        self.len.store(n + more, Release)
    }
}
