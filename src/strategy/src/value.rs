//! `Value` owns a reference, `VRef` borrows one.
//!
//! `Value::drop` never frees and never runs code: at zero the object goes onto the thread's pending
//! list, which the VM empties at safepoints. So no destructor runs under a live borrow, and deep
//! structures die without recursion. Both types stay on their thread (`!Send`): another thread gets an
//! object only through a published slot.

use crate::core::{me, with_core};
use crate::header::{Header, flag};
use crate::word::Word;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::num::NonZeroU64;
use std::ptr::NonNull;

/// An owned reference to any Python value. Eight bytes, and so is `Option<Value>`.
#[repr(transparent)]
pub struct Value(NonZeroU64, PhantomData<*mut ()>);

const _: () = assert!(size_of::<Value>() == 8 && size_of::<Option<Value>>() == 8);

/// A borrowed value, good until the next safepoint of its thread (or while its frame's registers hold it).
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct VRef<'t>(NonZeroU64, PhantomData<(&'t (), *mut ())>);

/// Counts one reference up.
#[inline(always)]
pub fn count_up(h: &Header) {
    if h.owner() == me() { h.set_local(h.local() + 1) } else { count_up_foreign(h) }
}

#[cold]
#[inline(never)]
fn count_up_foreign(h: &Header) {
    if !h.has(flag::IMMORTAL) {
        crate::contract::ops().count_up(h)
    }
}

/// Counts one reference down; at zero the object is put where it will be freed later.
#[inline(always)]
pub fn count_down(h: &Header) {
    if h.owner() == me() {
        let n = h.local() - 1;
        h.set_local(n);
        if n == 0 {
            with_core(|c| c.push_pending(h))
        }
    } else {
        count_down_foreign(h)
    }
}

#[cold]
#[inline(never)]
fn count_down_foreign(h: &Header) {
    if !h.has(flag::IMMORTAL) {
        with_core(|c| crate::contract::ops().count_down(c, h))
    }
}

impl Value {
    /// `None`
    pub const NONE: Value = Value::immediate(Word::NONE);
    /// `True`
    pub const TRUE: Value = Value::immediate(Word::TRUE);
    /// `False`
    pub const FALSE: Value = Value::immediate(Word::FALSE);
    /// `...`
    pub const ELLIPSIS: Value = Value::immediate(Word::ELLIPSIS);
    /// `NotImplemented`
    pub const NOT_IMPLEMENTED: Value = Value::immediate(Word::NOT_IMPLEMENTED);

    const fn immediate(w: Word) -> Value {
        match NonZeroU64::new(w.0) {
            Some(n) => Value(n, PhantomData),
            None => panic!("unbound"),
        }
    }

    /// A bool.
    #[inline(always)]
    pub fn bool(b: bool) -> Value {
        Value::immediate(Word::bool(b))
    }

    /// Takes over the reference that `w` owns.
    ///
    /// # Safety
    /// `w` is an immediate, or a counted word whose reference nobody else will give up.
    #[inline(always)]
    pub unsafe fn from_owned(w: Word) -> Value {
        debug_assert!(w.0 != 0 && (!w.is_heap() || w.is_counted()));
        // SAFETY: the caller gives a bound word.
        Value(unsafe { NonZeroU64::new_unchecked(w.0) }, PhantomData)
    }

    /// Takes over the reference to a heap object that has just been made.
    ///
    /// # Safety
    /// `h` is a live object and the caller owns one reference to it.
    #[inline(always)]
    pub unsafe fn from_new(h: NonNull<Header>) -> Value {
        // SAFETY: as the caller promises.
        unsafe { Value::from_owned(Word::counted(h.as_ptr())) }
    }

    /// Gives the reference away: the word owns it now.
    #[inline(always)]
    pub fn into_word(self) -> Word {
        Word(ManuallyDrop::new(self).0.get())
    }

    /// The word, for looking at.
    #[inline(always)]
    pub fn word(&self) -> Word {
        Word(self.0.get())
    }

    /// Borrows.
    #[inline(always)]
    pub fn r(&self) -> VRef<'_> {
        VRef(self.0, PhantomData)
    }

    /// The same object?
    #[inline(always)]
    pub fn is(&self, other: VRef<'_>) -> bool {
        self.word().same(other.word())
    }

    /// Is this `None`?
    #[inline(always)]
    pub fn is_none(&self) -> bool {
        self.word() == Word::NONE
    }

    /// An immediate int or float, if the number is in range.
    #[inline(always)]
    pub fn from_immediate(w: Word) -> Value {
        debug_assert!(!w.is_heap());
        Value::immediate(w)
    }
}

impl Clone for Value {
    #[inline(always)]
    fn clone(&self) -> Value {
        self.r().to_value()
    }
}

impl Drop for Value {
    #[inline(always)]
    fn drop(&mut self) {
        let w = self.word();
        if w.is_counted() {
            // SAFETY: a counted word points to a live object.
            count_down(unsafe { &*w.ptr() })
        }
    }
}

impl<'t> VRef<'t> {
    /// Wraps a bound word.
    ///
    /// # Safety
    /// The object lives for `'t`: it is rooted in a register, owned by a `Value`, or loaded since the last safepoint.
    #[inline(always)]
    pub unsafe fn from_word(w: Word) -> VRef<'t> {
        debug_assert!(w.0 != 0);
        // SAFETY: the caller gives a bound word.
        VRef(unsafe { NonZeroU64::new_unchecked(w.0) }, PhantomData)
    }

    /// `None`, and the other immediates.
    #[inline(always)]
    pub fn immediate(w: Word) -> VRef<'static> {
        debug_assert!(!w.is_heap() && w.0 != 0);
        match NonZeroU64::new(w.0) {
            Some(n) => VRef(n, PhantomData),
            None => VRef::immediate(Word::NONE),
        }
    }

    /// The word.
    #[inline(always)]
    pub fn word(self) -> Word {
        Word(self.0.get())
    }

    /// An owned reference to the same object.
    #[inline(always)]
    pub fn to_value(self) -> Value {
        let w = self.word();
        if w.is_heap() {
            // SAFETY: heap words point to live objects.
            count_up(unsafe { &*w.ptr() });
            // SAFETY: the reference was just counted.
            unsafe { Value::from_owned(Word::counted(w.ptr())) }
        } else {
            Value(self.0, PhantomData)
        }
    }

    /// The same object?
    #[inline(always)]
    pub fn is(self, other: VRef<'_>) -> bool {
        self.word().same(other.word())
    }

    /// Is this `None`?
    #[inline(always)]
    pub fn is_none(self) -> bool {
        self.word() == Word::NONE
    }

    /// The heap object, if it is one.
    #[inline(always)]
    pub fn header(self) -> Option<&'t Header> {
        let w = self.word();
        // SAFETY: heap words point to live objects, alive for 't.
        if w.is_heap() { Some(unsafe { &*w.ptr() }) } else { None }
    }

    /// The same borrow with another lifetime.
    ///
    /// # Safety
    /// The object lives for `'u`.
    #[inline(always)]
    pub unsafe fn extend<'u>(self) -> VRef<'u> {
        VRef(self.0, PhantomData)
    }
}
