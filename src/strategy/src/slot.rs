//! `Slot`: the only legal field for a reference inside a heap object.
//!
//! A slot word is zero (empty), an immediate, a counted pointer (the slot owns one reference) or an
//! uncounted pointer to a TRACED or IMMORTAL object. The word's own tag says which, so an object that
//! becomes TRACED later may still have counted slots.
//!
//! Writing needs the object that holds the slot: a SHARED holder publishes the value first (invariant
//! I1: what a SHARED object leads to is SHARED).

use crate::core::me;
use crate::header::{Header, NOBODY, flag};
use crate::sync::atomic::{AtomicU64, Ordering::*};
use crate::value::{VRef, Value, count_up};
use crate::word::Word;

/// A reference field.
#[repr(transparent)]
pub struct Slot(AtomicU64);

/// The word that a slot keeps for an owned value: TRACED objects give their reference back.
#[inline(always)]
fn to_slot_word(v: Option<Value>) -> Word {
    let Some(v) = v else { return Word::UNBOUND };
    let w = v.word();
    // SAFETY: counted words point to live objects.
    if w.is_counted() && unsafe { &*w.ptr() }.owner() == NOBODY {
        return to_slot_word_shared(v);
    }
    v.into_word()
}

#[cold]
fn to_slot_word_shared(v: Value) -> Word {
    let w = v.word();
    // SAFETY: counted words point to live objects.
    if unsafe { &*w.ptr() }.has(flag::TRACED | flag::IMMORTAL) {
        drop(v);
        Word::free_standing(w.ptr())
    } else {
        v.into_word()
    }
}

/// The owned value of a word that came out of a slot: the slot's reference, or a new one.
#[inline(always)]
fn from_slot_word(w: Word) -> Option<Value> {
    if w.is_unbound() {
        return None;
    }
    if w.is_heap() && !w.is_counted() {
        // SAFETY: slot words point to live objects.
        count_up(unsafe { &*w.ptr() });
        // SAFETY: counted just now.
        return Some(unsafe { Value::from_owned(Word::counted(w.ptr())) });
    }
    // SAFETY: an immediate, or the slot's own reference moves out.
    Some(unsafe { Value::from_owned(w) })
}

impl Slot {
    /// An empty slot.
    pub const fn empty() -> Slot {
        #[cfg(not(weft_loom))]
        {
            Slot(AtomicU64::new(0))
        }
        #[cfg(weft_loom)]
        {
            panic!("loom atomics have no const constructor")
        }
    }

    /// A filled slot of an object that only this thread knows.
    #[inline(always)]
    pub fn new(v: Value) -> Slot {
        Slot(AtomicU64::new(to_slot_word(Some(v)).0))
    }

    /// As [`Slot::new`], of a borrowed value: what only the collector frees is not even counted for the moment.
    #[inline(always)]
    pub fn of(v: VRef<'_>) -> Slot {
        let w = v.word();
        // SAFETY: heap words of values point to live objects.
        if w.is_heap() && unsafe { &*w.ptr() }.has(flag::TRACED | flag::IMMORTAL) {
            return Slot(AtomicU64::new(Word::free_standing(w.ptr()).0));
        }
        Slot(AtomicU64::new(v.to_value().into_word().0))
    }

    /// As [`Slot::of`], of what another slot holds.
    #[inline(always)]
    pub fn copy_of<T>(t: &T, s: &Slot) -> Slot {
        match s.get(t) {
            Some(v) => Slot::of(v),
            None => Slot(AtomicU64::new(0)),
        }
    }

    /// As [`Slot::new`], maybe empty.
    #[inline(always)]
    pub fn from_option(v: Option<Value>) -> Slot {
        Slot(AtomicU64::new(to_slot_word(v).0))
    }

    /// The raw word.
    #[inline(always)]
    pub fn word(&self) -> Word {
        Word(self.0.load(Acquire))
    }

    /// Is there no value?
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.word().is_unbound()
    }

    /// Borrows the value until the next safepoint; `t` is any shared borrow of the thread (or of what
    /// keeps the holder alive without a safepoint).
    #[inline(always)]
    pub fn get<'t, T>(&self, _t: &'t T) -> Option<VRef<'t>> {
        let w = self.word();
        if w.is_unbound() {
            return None;
        }
        // SAFETY: loaded just now; objects are freed at safepoints only, which need `&mut`.
        Some(unsafe { VRef::from_word(w) })
    }

    /// An owned reference to the value.
    #[inline(always)]
    pub fn load(&self) -> Option<Value> {
        let w = self.word();
        if w.is_unbound() {
            return None;
        }
        // SAFETY: loaded just now.
        Some(unsafe { VRef::from_word(w) }.to_value())
    }

    /// Puts `v` into the slot of `holder`, gives back what was there.
    #[inline(always)]
    pub fn swap(&self, holder: &Header, v: Option<Value>) -> Option<Value> {
        if holder.owner() == me() {
            // Only this thread can see the holder.
            let old = Word(self.0.load(Relaxed));
            self.0.store(to_slot_word(v).0, Release);
            return from_slot_word(old);
        }
        self.swap_foreign(v)
    }

    #[cold]
    #[inline(never)]
    fn swap_foreign(&self, v: Option<Value>) -> Option<Value> {
        if let Some(v) = &v {
            crate::contract::publish(v.r());
        }
        from_slot_word(Word(self.0.swap(to_slot_word(v).0, AcqRel)))
    }

    /// Puts `v` into the slot of `holder`; what was there is dropped.
    #[inline(always)]
    pub fn set(&self, holder: &Header, v: Value) {
        drop(self.swap(holder, Some(v)))
    }

    /// Empties the slot of `holder`.
    #[inline(always)]
    pub fn take(&self, holder: &Header) -> Option<Value> {
        self.swap(holder, None)
    }

    /// Empties the slot of an object that is being freed: nobody else can see it.
    #[inline(always)]
    pub fn clear_dead(&self) {
        let w = Word(self.0.load(Relaxed));
        self.0.store(0, Relaxed);
        if w.is_counted() {
            // SAFETY: the slot's reference moves out; an uncounted word owns none.
            drop(unsafe { Value::from_owned(w) })
        }
    }

    /// Fills the slot if it is empty, in one atomic step; gives `v` back if it is not. For lazy fields.
    pub fn fill(&self, holder: &Header, v: Value) -> Result<(), Value> {
        if holder.owner() != me() {
            crate::contract::publish(v.r());
        }
        let w = to_slot_word(Some(v));
        match self.0.compare_exchange(0, w.0, AcqRel, Acquire) {
            Ok(_) => Ok(()),
            // `to_slot_word` gave the reference back for uncounted words; `from_slot_word` takes one anew.
            Err(_) => match from_slot_word(w) {
                Some(v) => Err(v),
                None => Ok(()),
            },
        }
    }

    /// Overwrites the raw word. For the interpreter, the collector and bulk moves, which move references as they are.
    ///
    /// # Safety
    /// The caller keeps the count exact and the holder is its own, or published values only are stored.
    #[inline(always)]
    pub unsafe fn set_word(&self, w: Word) {
        self.0.store(w.0, Release)
    }
}

const _: () = assert!(size_of::<Slot>() == 8);
