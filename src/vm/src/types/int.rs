//! `int`: immediate words of 62 bits, else a [`BigInt`] object.
//!
//! A number that fits an immediate is always immediate, except as instance of a subclass.

use super::fixed;
use crate::object::{NativeType, Object, Slots, TypeSpec, ValueExt, Visitor};
use crate::thread::Thread;
use dashu_int::IBig;
use std::mem::ManuallyDrop;
use weft_strategy::{Header, VRef, Value, Word};

/// An int that is not immediate: too large, or of a subclass.
#[repr(C)]
pub struct BigInt {
    pub(crate) h: Header,
    value: std::cell::UnsafeCell<ManuallyDrop<IBig>>,
}

// SAFETY: repr(C), header first, no references.
unsafe impl Object for BigInt {
    crate::layout!(BigInt, "int", false);
    fn traverse(&self, _v: Visitor) {}
    fn clear(&self) {
        // SAFETY: the object is dead; zero owns no memory, so clearing twice is harmless.
        unsafe {
            drop(ManuallyDrop::into_inner(std::mem::replace(
                &mut *self.value.get(),
                ManuallyDrop::new(IBig::ZERO),
            )))
        }
    }
}

impl BigInt {
    /// The number.
    pub fn value(&self) -> &IBig {
        // SAFETY: written when made and when dead only.
        unsafe { &*self.value.get() }
    }
}

/// `int`
pub static TYPE: NativeType = NativeType::fixed(&SPEC, fixed::INT);
static SPEC: TypeSpec =
    TypeSpec { name: "int", slots: Slots { ..Slots::EMPTY }, ..TypeSpec::new::<BigInt>() };

impl Thread {
    /// An int of any size.
    pub fn big_int(&self, v: IBig) -> Value {
        if let Ok(i) = i64::try_from(&v)
            && let Some(w) = Word::int(i)
        {
            return Value::from_immediate(w);
        }
        int_object(self, fixed::INT, v)
    }
}

/// An int object of the given shape.
pub fn int_object(t: &Thread, shape: u32, v: IBig) -> Value {
    t.make(shape, BigInt { h: Header::new(0, 0), value: std::cell::UnsafeCell::new(ManuallyDrop::new(v)) })
}

/// Is this an int (bools and subclasses included)?
#[inline]
pub fn is_int(v: VRef<'_>) -> bool {
    let w = v.word();
    w.is_int() || w == Word::TRUE || w == Word::FALSE || v.cast::<BigInt>().is_some()
}

/// The int as an i64, if it is one and fits.
#[inline]
pub fn to_i64(v: VRef<'_>) -> Option<i64> {
    let w = v.word();
    if w.is_int() {
        return Some(w.as_int());
    }
    if w == Word::TRUE || w == Word::FALSE {
        return Some((w == Word::TRUE) as i64);
    }
    i64::try_from(v.cast::<BigInt>()?.value()).ok()
}

/// The int as a big integer, if it is an int.
pub fn to_big(v: VRef<'_>) -> Option<IBig> {
    match to_i64(v) {
        Some(i) => Some(i.into()),
        None => Some(v.cast::<BigInt>()?.value().clone()),
    }
}

/// Is it an int below zero?
pub fn is_negative(v: VRef<'_>) -> bool {
    match to_i64(v) {
        Some(i) => i < 0,
        None => v.cast::<BigInt>().is_some_and(|b| *b.value() < IBig::ZERO),
    }
}

/// The hash of an int; `None` for anything else.
pub fn hash_of_int(v: VRef<'_>) -> Option<i64> {
    match to_i64(v) {
        Some(i) => Some(weft_text::hash::number::of_i64(i)),
        None => Some(weft_text::hash::number::of_big(v.cast::<BigInt>()?.value())),
    }
}
