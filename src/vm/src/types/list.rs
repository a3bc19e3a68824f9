//! `list`: a length and a pointer to a buffer of slots. Methods are in `list_methods.rs`.
//!
//! Growth makes a new buffer and retires the old one; nothing is ever moved within a buffer that another
//! thread may read except by word stores. Who changes a SHARED list takes its lock; the `_locked` functions expect
//! it to be held. Readers take none: of one item by looking twice at the buffer, of many by looking whether the list
//! was changed meanwhile ([`List::read`]).

use super::fixed;
use super::slice::Unpacked;
use crate::object::{Object, Visitor};
use crate::thread::Thread;
use std::alloc::{Layout as Mem, alloc_zeroed, dealloc, realloc};
use std::sync::atomic::{AtomicPtr, AtomicU32, AtomicUsize, Ordering::*, fence};
use weft_strategy::lock::{Guard, lock};
use weft_strategy::{Header, Retired, Slot, VRef, Value, Word};

/// The list object.
#[repr(C)]
pub struct List {
    h: Header,
    len: AtomicUsize,
    buffer: AtomicPtr<Slot>,
    capacity: AtomicUsize,
    /// Odd while a thread changes a SHARED list otherwise than by appending, another number afterwards: readers of many
    /// items take no lock, but look whether it stayed the same even number.
    changes: AtomicU32,
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
        let n = self.len.load(Relaxed);
        let p = self.buffer.load(Relaxed);
        let capacity = self.capacity.load(Relaxed);
        self.len.store(0, Relaxed);
        self.buffer.store(std::ptr::null_mut(), Relaxed);
        self.capacity.store(0, Relaxed);
        if p.is_null() {
            return;
        }
        for i in 0..n {
            // SAFETY: below the length; the list is dead or garbage, and so is its buffer: a word that owns nothing may stay.
            unsafe {
                if (*p.add(i)).word().is_counted() {
                    (*p.add(i)).clear_dead()
                }
            }
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

/// Gives a buffer of `size` bytes another capacity, where it is if possible. Slots from `keep` on are empty.
///
/// # Safety
/// Nobody else uses it; `keep` items fit both.
unsafe fn resize_buffer(old: *mut Slot, size: usize, capacity: usize, keep: usize) -> *mut Slot {
    let mem = Mem::array::<Slot>(capacity).unwrap_or_else(|_| crate::start::out_of_memory(usize::MAX));
    // SAFETY: as the caller promises; an empty slot is a zero.
    unsafe {
        let p: *mut Slot = realloc(old.cast(), Mem::from_size_align_unchecked(size, 8), mem.size()).cast();
        if p.is_null() {
            crate::start::out_of_memory(mem.size())
        }
        p.add(keep).write_bytes(0, capacity - keep);
        p
    }
}

/// Turns a vector into a buffer in place: buffer, items, capacity. Slots and values are both one word.
fn into_buffer(items: Vec<Value>) -> (*mut Slot, usize, usize) {
    let mut v = std::mem::ManuallyDrop::new(items);
    let (p, n, capacity) = (v.as_mut_ptr(), v.len(), v.capacity());
    if capacity == 0 {
        return (std::ptr::null_mut(), 0, 0);
    }
    // SAFETY: each value is read once and its slot written in its place; slots beyond are made empty. The memory is
    // that of `capacity` words aligned to 8, as `free_buffer` expects.
    unsafe {
        for i in 0..n {
            let value = p.add(i).read();
            p.cast::<Slot>().add(i).write(Slot::new(value))
        }
        p.cast::<Slot>().add(n).write_bytes(0, capacity - n);
    }
    (p.cast(), n, capacity)
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

/// A change of a SHARED list under way; its lock is held.
struct Change<'l>(Option<&'l List>);

impl Drop for Change<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        if let Some(l) = self.0 {
            l.changes.store(l.changes.load(Relaxed).wrapping_add(1), Release)
        }
    }
}

impl List {
    /// A list of these items.
    pub fn new(t: &Thread, items: Vec<Value>) -> Value {
        List::with_shape(t, fixed::LIST, items)
    }

    /// A list of a subclass.
    pub fn with_shape(t: &Thread, shape: u32, items: Vec<Value>) -> Value {
        let (buffer, n, capacity) = into_buffer(items);
        t.make(
            shape,
            List {
                h: Header::new(0, 0),
                len: AtomicUsize::new(n),
                buffer: AtomicPtr::new(buffer),
                capacity: AtomicUsize::new(capacity),
                changes: AtomicU32::new(0),
            },
        )
    }

    /// A list of the values of filled slots, one part behind the other, which no other thread changes meanwhile.
    pub fn of_slots<const N: usize>(t: &Thread, parts: [&[Slot]; N]) -> Value {
        let n = parts.iter().map(|p| p.len()).sum();
        let mut buffer: *mut Slot = std::ptr::null_mut();
        if n > 0 {
            let mem = Mem::array::<Slot>(n).unwrap_or_else(|_| crate::start::out_of_memory(usize::MAX));
            // SAFETY: not zero-sized; as many slots are written as there is room for.
            unsafe {
                buffer = std::alloc::alloc(mem).cast();
                if buffer.is_null() {
                    crate::start::out_of_memory(mem.size())
                }
                let mut to = buffer;
                for s in parts.into_iter().flatten() {
                    to.write(Slot::copy_of(t, s));
                    to = to.add(1)
                }
            }
        }
        t.make(
            fixed::LIST,
            List {
                h: Header::new(0, 0),
                len: AtomicUsize::new(n),
                buffer: AtomicPtr::new(buffer),
                capacity: AtomicUsize::new(n),
                changes: AtomicU32::new(0),
            },
        )
    }

    /// The slots, if only this thread can see the list.
    #[inline(always)]
    pub fn own_slots(&self) -> Option<&[Slot]> {
        if self.h.owner() == weft_strategy::me() { Some(self.slots()) } else { None }
    }

    /// A plain list with the same items.
    pub fn copy(&self, t: &Thread) -> Value {
        match self.own_slots() {
            Some(slots) => List::of_slots(t, [slots]),
            None => List::new(t, self.snapshot(t)),
        }
    }

    /// Its header.
    pub fn header(&self) -> &Header {
        &self.h
    }

    /// Number of items.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len.load(Acquire)
    }

    /// Items there is room for.
    pub fn capacity(&self) -> usize {
        self.capacity.load(Relaxed)
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

    /// Announces a change, other than an append, to those who read without the lock; the list is locked, and stays so
    /// for as long as the announcement stands.
    #[inline(always)]
    fn change(&self) -> Change<'_> {
        if self.h.owner() == weft_strategy::me() {
            return Change(None);
        }
        self.changes.store(self.changes.load(Relaxed).wrapping_add(1), Relaxed);
        // Who sees a store of the change sees the odd number, too.
        fence(Release);
        Change(Some(self))
    }

    /// Calls `f` with the slots as they are at one moment. Without the lock, if no other thread changes the list
    /// meanwhile; then `f` may have been called with slots of different moments before, and what it said is dropped.
    #[inline]
    pub fn read<'t, R>(&'t self, t: &'t Thread, mut f: impl FnMut(&'t [Slot]) -> R) -> R {
        if self.h.owner() == weft_strategy::me() {
            return f(self.slots());
        }
        let seen = self.changes.load(Acquire);
        if seen & 1 == 0
            && let Some(slots) = self.slots_unlocked()
        {
            let r = f(slots);
            fence(Acquire);
            if self.changes.load(Relaxed) == seen {
                return r;
            }
        }
        let _g = self.lock(t);
        f(self.slots())
    }

    /// Slots that are in use, of a list that may be changing; see [`List::get_unlocked`].
    #[inline(always)]
    fn slots_unlocked(&self) -> Option<&[Slot]> {
        let n = self.len();
        let buffer = self.buffer.load(Acquire);
        let capacity = self.capacity.load(Acquire);
        if buffer != self.buffer.load(Acquire) {
            return None;
        }
        if n == 0 || buffer.is_null() {
            return if n == 0 { Some(&[]) } else { None };
        }
        if n > capacity {
            return None;
        }
        // SAFETY: the buffer has that many slots, and is memory until this thread's next safepoint.
        Some(unsafe { std::slice::from_raw_parts(buffer, n) })
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
        if let Some(v) = self.get_unlocked(t, i) {
            return Some(v);
        }
        if self.is_surely_shorter(i) {
            return None;
        }
        let _g = self.lock(t);
        let s = self.slots().get(i)?;
        // SAFETY: loaded just now, alive until the next safepoint.
        s.get(t).map(|v| unsafe { v.extend() })
    }

    /// Item `i` of a SHARED list without its lock, if nobody changes the buffer at the same moment.
    ///
    /// Buffers are retired, not freed, before this thread's next safepoint, so the buffer loaded is memory still; what
    /// must be known is that it has a slot `i`. Writers keep `capacity` at most that of the buffer to be seen, and
    /// make it larger only behind the new buffer: a capacity between two loads of the same buffer is not too large.
    /// Only the null pointer can come back (a list cleared, filled and cleared again), and it has no slots.
    #[inline(always)]
    fn get_unlocked<'t>(&'t self, t: &'t Thread, i: usize) -> Option<VRef<'t>> {
        if i >= self.len() {
            return None;
        }
        let buffer = self.buffer.load(Acquire);
        let capacity = self.capacity.load(Acquire);
        if i >= capacity || buffer.is_null() || buffer != self.buffer.load(Acquire) {
            return None;
        }
        // SAFETY: see above; slots are words or empty.
        unsafe { (*buffer.add(i)).get(t) }
    }

    /// Is there no item `i`, without a doubt: nobody is changing the list at this moment? The end of every loop.
    fn is_surely_shorter(&self, i: usize) -> bool {
        let seen = self.changes.load(Acquire);
        let n = self.len();
        fence(Acquire);
        seen & 1 == 0 && i >= n && self.changes.load(Relaxed) == seen
    }

    /// Makes another buffer the list's; the list is locked. The order is what [`List::get_unlocked`] relies on.
    fn set_buffer(&self, buffer: *mut Slot, capacity: usize) {
        self.capacity.store(self.capacity.load(Relaxed).min(capacity), Release);
        self.buffer.store(buffer, Release);
        self.capacity.store(capacity, Release);
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
            let _change = self.change();
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
        // The buffers of a list that others can see are kept until the next drain: fewer of them.
        let more = if self.h.owner() == weft_strategy::me() { n >> 3 } else { n >> 1 };
        let capacity = n + more + if n < 9 { 3 } else { 6 };
        self.replace_buffer(t, capacity & !3, self.len());
    }

    /// A new buffer with the first `keep` items; the list is locked. References beyond `keep` must be gone.
    fn replace_buffer(&self, t: &Thread, capacity: usize, keep: usize) {
        let old = self.buffer.load(Relaxed);
        if self.h.owner() == weft_strategy::me() && !old.is_null() && capacity > 0 {
            let size = self.capacity.load(Relaxed) * 8;
            // SAFETY: only this thread can see the list; its old buffer has that size.
            let new = unsafe { resize_buffer(old, size, capacity, keep) };
            self.set_buffer(new, capacity);
            return;
        }
        let new = new_buffer(capacity);
        for i in 0..keep {
            // SAFETY: both buffers have room; the references move.
            unsafe { (*new.add(i)).set_word((*old.add(i)).word()) }
        }
        let size = self.capacity.load(Relaxed) * 8;
        self.set_buffer(new, capacity);
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
        let _change = self.change();
        self.remove_locked(i)
    }

    /// Inserts before item `i` (clamped).
    pub fn insert(&self, t: &Thread, i: usize, v: Value) {
        self.insert_at(t, |_| i, v)
    }

    /// Inserts before the item that `place` chooses, given the length (clamped).
    pub fn insert_at(&self, t: &Thread, place: impl FnOnce(usize) -> usize, v: Value) {
        self.publish(&v);
        let _g = self.lock(t);
        let _change = self.change();
        let n = self.len();
        let i = place(n);
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
        self.read(t, List::copy_of)
    }

    /// Owned copies of the values of some slots.
    pub fn copy_of(slots: &[Slot]) -> Vec<Value> {
        List::copies(slots.len(), slots.iter())
    }

    /// Owned copies of the values of at most `count` slots.
    #[inline]
    pub fn copies<'s>(count: usize, slots: impl Iterator<Item = &'s Slot>) -> Vec<Value> {
        let mut items = Vec::with_capacity(count);
        items.extend(slots.filter_map(|s| s.load()));
        items
    }

    /// `self[s] = from` in place, where both are this thread's own and nothing moves: the range is as long as `from`. The
    /// two are different lists. False: something else.
    pub fn replace_own(&self, t: &Thread, s: Unpacked, from: &List) -> bool {
        let me = t.id();
        if self.h.owner() != me || from.h.owner() != me || std::ptr::eq(self, from) || s.step != 1 {
            return false;
        }
        let (to, from) = (self.slots(), from.slots());
        let (a, b) = s.range(to.len());
        let Some(to) = to.get(a..b).filter(|to| to.len() == from.len()) else { return false };
        for (to, from) in to.iter().zip(from) {
            drop(to.swap(&self.h, from.load()))
        }
        true
    }

    /// Owned copies of a range, clamped.
    pub fn snapshot_range(&self, t: &Thread, from: usize, to: usize) -> Vec<Value> {
        self.read(t, |s| List::copy_of(s.get(from..to.min(s.len())).unwrap_or_default()))
    }

    /// Takes all items out, leaving an empty list.
    pub fn take_all(&self, t: &Thread) -> Vec<Value> {
        let _g = self.lock(t);
        let _change = self.change();
        let v: Vec<Value> = self.slots().iter().filter_map(|s| s.take(&self.h)).collect();
        self.len.store(0, Release);
        let (old, size) = (self.buffer.load(Relaxed), self.capacity.load(Relaxed) * 8);
        self.set_buffer(std::ptr::null_mut(), 0);
        self.retire(t, old, size);
        v
    }

    /// Replaces all items at once; gives the old ones. Bulk operations build a new content and publish it here.
    pub fn replace_all(&self, t: &Thread, items: Vec<Value>) -> Vec<Value> {
        self.publish_all(&items);
        let _g = self.lock(t);
        let _change = self.change();
        self.replace_all_locked(t, items)
    }

    fn replace_all_locked(&self, t: &Thread, items: Vec<Value>) -> Vec<Value> {
        let (new, n, capacity) = into_buffer(items);
        if self.buffer.load(Relaxed).is_null() {
            self.set_buffer(new, capacity);
            self.len.store(n, Release);
            return Vec::new();
        }
        let old_items: Vec<Value> = self.slots().iter().filter_map(|s| s.take(&self.h)).collect();
        let (old, size) = (self.buffer.load(Relaxed), self.capacity.load(Relaxed) * 8);
        // Readers that take no lock read the length first, then the buffer: never a length beyond the buffer.
        self.len.store(0, Release);
        self.set_buffer(new, capacity);
        self.len.store(n, Release);
        self.retire(t, old, size);
        old_items
    }

    /// Ends a sort: puts the items back. Gives what somebody put into the list meanwhile, and whether they touched it.
    pub fn put_back(&self, t: &Thread, items: Vec<Value>) -> (Vec<Value>, bool) {
        self.publish_all(&items);
        let _g = self.lock(t);
        let _change = self.change();
        let touched = !self.buffer.load(Relaxed).is_null();
        (self.replace_all_locked(t, items), touched)
    }

    fn publish_all(&self, items: &[Value]) {
        if self.h.owner() != weft_strategy::me() {
            for v in items {
                weft_strategy::publish(v.r())
            }
        }
    }

    /// Appends many at once.
    pub fn extend(&self, t: &Thread, items: Vec<Value>) {
        self.publish_all(&items);
        let _g = self.lock(t);
        self.extend_locked(t, items)
    }

    /// Appends many at once; the list is locked and the values published if need be.
    pub fn extend_locked(&self, t: &Thread, items: Vec<Value>) {
        let _change = self.change();
        let (n, more) = (self.len(), items.len());
        if n == 0 && self.buffer.load(Relaxed).is_null() {
            drop(self.replace_all_locked(t, items));
            return;
        }
        if n + more > self.capacity.load(Relaxed) {
            let wanted = n + more;
            self.replace_buffer(t, (wanted + (wanted >> 3) + 3) & !3, n)
        }
        let p = self.buffer.load(Relaxed);
        for (i, v) in items.into_iter().enumerate() {
            // SAFETY: below the capacity.
            unsafe { (*p.add(n + i)).set_word(Slot::new(v).word()) }
        }
        self.len.store(n + more, Release)
    }

    /// Replaces the items from `from` to `to` (clamped) by others, in one step; gives the old ones, to be dropped when
    /// the lock is no longer held.
    pub fn splice(
        &self,
        t: &Thread,
        bounds: impl FnOnce(usize) -> (usize, usize),
        items: Vec<Value>,
    ) -> Vec<Value> {
        self.publish_all(&items);
        let _g = self.lock(t);
        let _change = self.change();
        let n = self.len();
        let (from, to) = bounds(n);
        let (from, more) = (from.min(n), items.len());
        let to = to.clamp(from, n);
        if from == 0 && to == n {
            return self.replace_all_locked(t, items);
        }
        if more == to - from {
            // As many as before: each in its place. Dropping the old one only notes its death.
            for (s, v) in self.slots()[from..to].iter().zip(items) {
                s.set(&self.h, v)
            }
            return Vec::new();
        }
        let old: Vec<Value> = self.slots()[from..to].iter().filter_map(|s| s.take(&self.h)).collect();
        let len = n - old.len() + more;
        if len > self.capacity.load(Relaxed) {
            self.replace_buffer(t, (len + (len >> 3) + 3) & !3, n);
        }
        let p = self.buffer.load(Relaxed);
        let shift = |k: usize| {
            // SAFETY: both places are below the capacity; the reference moves.
            unsafe { (*p.add(k + more - (to - from))).set_word((*p.add(k)).word()) }
        };
        if more < to - from {
            (to..n).for_each(|k| {
                // SAFETY: as above.
                unsafe { (*p.add(k - (to - from - more))).set_word((*p.add(k)).word()) }
            });
            for k in len..n {
                // SAFETY: its reference has moved.
                unsafe { (*p.add(k)).set_word(Word::UNBOUND) }
            }
        } else if more > to - from {
            (to..n).rev().for_each(shift);
        }
        for (k, v) in items.into_iter().enumerate() {
            // SAFETY: below the capacity; what was there has been taken or moved.
            unsafe { (*p.add(from + k)).set_word(Slot::new(v).word()) }
        }
        self.len.store(len, Release);
        old
    }

    /// Replaces the items at `start`, `start + step`, … if there are as many as `items`; else gives their number.
    pub fn set_stepped(
        &self,
        t: &Thread,
        places: impl FnOnce(usize) -> (usize, i64, usize),
        items: Vec<Value>,
    ) -> Result<Vec<Value>, usize> {
        self.publish_all(&items);
        let _g = self.lock(t);
        let _change = self.change();
        let slots = self.slots();
        let (start, step, count) = places(slots.len());
        if count != items.len() {
            return Err(count);
        }
        let mut at = start as i64;
        let mut old = Vec::with_capacity(count);
        for v in items {
            if let Some(s) = slots.get(at as usize) {
                old.extend(s.swap(&self.h, Some(v)))
            }
            at = at.wrapping_add(step)
        }
        Ok(old)
    }

    /// Removes the items at `start`, `start + step`, …; gives them.
    pub fn delete_stepped(
        &self,
        t: &Thread,
        places: impl FnOnce(usize) -> (usize, i64, usize),
    ) -> Vec<Value> {
        let _g = self.lock(t);
        let _change = self.change();
        let slots = self.slots();
        let (start, step, count) = places(slots.len());
        if count == 0 {
            return Vec::new();
        }
        // From low to high.
        let (low, step) = if step < 0 {
            ((start as i64 + step * (count as i64 - 1)) as usize, step.unsigned_abs() as usize)
        } else {
            (start, step as usize)
        };
        let mut old = Vec::with_capacity(count);
        let mut to = low;
        for k in low..slots.len() {
            if (k - low) % step == 0 && old.len() < count {
                old.extend(slots[k].take(&self.h))
            } else {
                if k != to {
                    // SAFETY: the reference moves down to a slot that is empty or has moved.
                    unsafe {
                        slots[to].set_word(slots[k].word());
                        slots[k].set_word(Word::UNBOUND)
                    }
                }
                to += 1
            }
        }
        self.len.store(to, Release);
        old
    }

    /// Reverses in place.
    pub fn reverse(&self, t: &Thread) {
        let _g = self.lock(t);
        let _change = self.change();
        let slots = self.slots();
        let n = slots.len();
        for i in 0..n / 2 {
            let (a, b) = (slots[i].word(), slots[n - 1 - i].word());
            // SAFETY: two references change places.
            unsafe {
                slots[i].set_word(b);
                slots[n - 1 - i].set_word(a);
            }
        }
    }

    /// Removes and gives the last item.
    #[inline]
    pub fn pop(&self, t: &Thread) -> Option<Value> {
        let _g = self.lock(t);
        let _change = self.change();
        let n = self.len();
        let v = self.slots().get(n.checked_sub(1)?)?.take(&self.h);
        self.len.store(n - 1, Release);
        v
    }

    /// Removes and gives the item that `place` chooses, given the length.
    pub fn remove_at(&self, t: &Thread, place: impl FnOnce(usize) -> Option<usize>) -> Option<Value> {
        let g = self.lock(t);
        let change = self.change();
        let i = place(self.len())?;
        let v = self.remove_locked(i);
        drop((change, g));
        v
    }

    /// Removes the first item that is `v`, looking at place `hint` first. False if it is not there.
    pub fn remove_same(&self, t: &Thread, v: VRef<'_>, hint: usize) -> bool {
        let g = self.lock(t);
        let change = self.change();
        let slots = self.slots();
        let is = |s: &Slot| s.word().same(v.word());
        let at = if slots.get(hint).is_some_and(is) { Some(hint) } else { slots.iter().position(is) };
        let old = at.and_then(|i| self.remove_locked(i));
        drop((change, g));
        old.is_some()
    }

    fn remove_locked(&self, i: usize) -> Option<Value> {
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

    /// Looks for the first item from `from` to `to` that equals `v`, as long as no Python is needed to tell.
    /// `Err(i)`: item `i` needs to be asked.
    pub fn scan(&self, t: &Thread, v: VRef<'_>, from: usize, to: usize) -> Result<Option<usize>, usize> {
        self.read(t, |slots| {
            let to = to.min(slots.len());
            for (i, s) in slots.iter().enumerate().take(to).skip(from) {
                let Some(x) = s.get(t) else { continue };
                match super::sequence::quick_equal(x, v) {
                    Some(true) => return Ok(Some(i)),
                    Some(false) => {}
                    None => return Err(i),
                }
            }
            Ok(None)
        })
    }
}
