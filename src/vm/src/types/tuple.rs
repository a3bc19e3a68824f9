//! `tuple`: a head, then the items inline. Methods are in `tuple_methods.rs`.

use super::fixed;
use crate::object::{Object, ValueExt, Visitor};
use crate::thread::Thread;
use std::sync::atomic::{AtomicU64, Ordering::*};
use weft_strategy::{Header, Slot, VRef, Value, Word};

/// The tuple object.
#[repr(C)]
pub struct Tuple {
    h: Header,
    len: usize,
    /// Lazy hash; 0: not computed.
    pub(crate) hash: AtomicU64,
}

const HEAD: usize = size_of::<Tuple>();

// SAFETY: repr(C), header first; the items are visited.
unsafe impl Object for Tuple {
    crate::layout!(Tuple, "tuple", true, var Tuple::size_of_object);
    fn traverse(&self, v: Visitor) {
        for s in self.words() {
            v(s.word())
        }
    }
    fn clear(&self) {
        for s in self.words() {
            s.clear_dead()
        }
    }
}

impl Tuple {
    fn size_of_object(h: &Header) -> usize {
        // SAFETY: the shape says it is a Tuple.
        HEAD + 8 * unsafe { &*(h as *const Header).cast::<Tuple>() }.len
    }

    /// A tuple of these items.
    pub fn new(t: &Thread, items: Vec<Value>) -> Value {
        let n = items.len();
        Tuple::make(t, fixed::TUPLE, n, items.into_iter())
    }

    /// A tuple of a few items.
    pub fn few<const N: usize>(t: &Thread, items: [Value; N]) -> Value {
        Tuple::make(t, fixed::TUPLE, N, items.into_iter())
    }

    /// A tuple of a few items for an iterator of this thread's own that gives out one after the other: the one before, which
    /// `last` holds, if nobody else has it any more.
    #[inline]
    pub fn again<const N: usize>(t: &Thread, holder: &Header, last: &Slot, items: [Value; N]) -> Value {
        if let Some(v) = last.get(t)
            && let Some(h) = v.header()
            && h.owner() == weft_strategy::me()
            && h.local() == 1
            && let Some(tuple) = v.exact::<Tuple>(fixed::TUPLE)
            && tuple.len == N
        {
            for (slot, item) in tuple.words().iter().zip(items) {
                drop(slot.swap(h, Some(item)))
            }
            tuple.hash.store(0, Relaxed);
            return v.to_value();
        }
        let new = Tuple::few(t, items);
        // SHARED iterators give out new ones only: what they hold would be published.
        drop(last.swap(holder, Some(new.clone())));
        new
    }

    /// A tuple of `n` items from an iterator that has as many.
    pub fn make(t: &Thread, shape: u32, n: usize, items: impl Iterator<Item = Value>) -> Value {
        if n == 0 && shape == fixed::TUPLE {
            return empty(t);
        }
        let s = crate::object::shape(shape);
        let native = HEAD + 8 * n;
        let cell = t.allocate(native + s.inst_size(), true);
        // SAFETY: fresh memory of that size; the header goes last, and nothing in between can collect.
        unsafe {
            cell.cast::<Tuple>().write(Tuple { h: Header::new(0, 0), len: n, hash: AtomicU64::new(0) });
            let slots = cell.cast::<u8>().add(HEAD).cast::<Slot>();
            let mut made = 0;
            for v in items.take(n) {
                slots.add(made).write(Slot::new(v));
                made += 1;
            }
            while made < n {
                slots.add(made).write(Slot::new(Value::NONE));
                made += 1;
            }
            crate::object::clear_inst(cell, native, s);
            cell.write(Header::new(weft_strategy::me(), shape));
            Value::from_new(cell)
        }
    }

    /// A tuple of the values of filled slots, which no other thread changes meanwhile.
    pub fn of_slots(t: &Thread, slots: &[Slot]) -> Value {
        Tuple::make(t, fixed::TUPLE, slots.len(), slots.iter().map(|s| s.load().unwrap_or(Value::NONE)))
    }

    /// A tuple of borrowed items.
    pub fn of(t: &Thread, items: &[VRef<'_>]) -> Value {
        Tuple::make(t, fixed::TUPLE, items.len(), items.iter().map(|v| v.to_value()))
    }

    /// Number of items.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len
    }

    /// No items?
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The items' slots.
    #[inline(always)]
    pub fn words(&self) -> &[Slot] {
        // SAFETY: the items follow the head.
        unsafe { std::slice::from_raw_parts((self as *const Tuple).cast::<u8>().add(HEAD).cast(), self.len) }
    }

    /// Item `i`. A tuple never changes, so its items live as long as it is held.
    ///
    /// # Panics
    /// Out of range.
    #[inline(always)]
    pub fn get(&self, i: usize) -> VRef<'_> {
        // SAFETY: filled when made (cleared only when dead); held by the tuple.
        unsafe { VRef::from_word(self.words()[i].word()) }
    }

    /// The items.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = VRef<'_>> + ExactSizeIterator {
        (0..self.len).map(|i| self.get(i))
    }

    /// The items as one slice of borrowed values (slot words are values).
    pub fn as_slice(&self) -> &[VRef<'_>] {
        // SAFETY: a filled slot and a VRef are both one word, and a tuple's slots do not change.
        unsafe { std::slice::from_raw_parts(self.words().as_ptr().cast(), self.len) }
    }
}

static EMPTY: AtomicU64 = AtomicU64::new(0);

/// The empty tuple: always the same object.
pub fn empty(t: &Thread) -> Value {
    let w = EMPTY.load(Acquire);
    if w != 0 {
        // SAFETY: immortal.
        return unsafe { VRef::from_word(Word(w)) }.to_value();
    }
    let cell = t.allocate(HEAD + 8, true);
    // SAFETY: fresh memory.
    let v = unsafe {
        cell.cast::<Tuple>().write(Tuple { h: Header::new(0, 0), len: 0, hash: AtomicU64::new(0) });
        cell.write(Header::new(weft_strategy::me(), fixed::TUPLE));
        Value::from_new(cell)
    };
    if let Some(h) = v.r().header() {
        crate::intern::make_immortal(h)
    }
    let w = Word::free_standing(v.into_word().ptr());
    match EMPTY.compare_exchange(0, w.0, AcqRel, Acquire) {
        // SAFETY: immortal.
        Ok(_) => unsafe { VRef::from_word(w) }.to_value(),
        // SAFETY: immortal.
        Err(other) => unsafe { VRef::from_word(Word(other)) }.to_value(),
    }
}

/// The tuple of a value.
pub fn tuple(v: VRef<'_>) -> Option<&Tuple> {
    v.cast::<Tuple>()
}
