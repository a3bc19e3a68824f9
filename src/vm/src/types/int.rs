//! `int`: immediate words of 62 bits, else a [`BigInt`] object.
//!
//! A number that fits an immediate is always immediate, except as instance of a subclass. Operators are in
//! `int_ops.rs`, the constructor and the methods in `int_methods.rs`.

use super::fixed;
use crate::object::{NativeType, Object, TypeSpec, ValueExt, Visitor, type_flag};
use crate::thread::Thread;
use crate::{Raised, Res};
use dashu_int::IBig;
use std::borrow::Cow;
use std::mem::ManuallyDrop;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use weft_strategy::{Header, VRef, Value, Word};
use weft_text::int::Int;

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
static SPEC: TypeSpec = TypeSpec {
    name: "int",
    doc: "int([x]) -> integer\nint(x, base=10) -> integer\n\nConvert a number or string to an integer, 0 without arguments. A number is converted with\n\
          x.__int__(); floats are truncated towards zero.\n\nWith a base, x must be a str, bytes or bytearray: an integer literal in that base, maybe\n\
          signed and surrounded by whitespace. Bases are 0 and 2-36; base 0 reads the base from\nthe literal's prefix.",
    flags: type_flag::BASETYPE | type_flag::IMMUTABLE | type_flag::MATCH_SELF,
    slots: super::int_ops::SLOTS,
    methods: super::int_methods::METHODS,
    getset: super::int_methods::GETSET,
    ..TypeSpec::new::<BigInt>()
};

/// Ints wider than this are refused with MemoryError (4 GiB).
pub const MAX_BITS: usize = 1 << 35;

/// `sys.get_int_max_str_digits()`; 0 is no limit.
static MAX_STR_DIGITS: AtomicUsize = AtomicUsize::new(weft_text::int::text::DEFAULT_DIGIT_LIMIT);

/// `sys.get_int_max_str_digits()`; 0 is no limit.
pub fn max_str_digits() -> usize {
    MAX_STR_DIGITS.load(Relaxed)
}

/// `sys.set_int_max_str_digits()`; the caller has checked the number.
pub fn set_max_str_digits(n: usize) {
    MAX_STR_DIGITS.store(n, Relaxed)
}

/// MemoryError without a text, as a failed allocation raises it.
#[cold]
pub fn memory_error(t: &mut Thread) -> Raised {
    t.raise_with(&crate::errors::MEMORY_ERROR, Vec::new())
}

/// Issues a DeprecationWarning.
pub fn deprecated(t: &mut Thread, text: impl AsRef<str>) -> Res<()> {
    crate::start::warn::warn(t, &crate::errors::DEPRECATION_WARNING, text.as_ref())
}

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

    /// An int from what the text crate computes.
    pub fn int_of(&self, v: Int) -> Value {
        match v {
            Int::Small(i) => self.int(i),
            Int::Big(b) => self.big_int(b),
        }
    }
}

/// An int object of the given shape.
pub fn int_object(t: &Thread, shape: u32, v: IBig) -> Value {
    t.make(shape, BigInt { h: Header::new(0, 0), value: std::cell::UnsafeCell::new(ManuallyDrop::new(v)) })
}

/// An operand: small whenever it fits, whatever object holds it.
#[derive(Clone, Copy)]
pub enum Num<'a> {
    /// Fits 64 bits.
    Small(i64),
    /// Does not.
    Big(&'a IBig),
}

impl<'a> Num<'a> {
    /// As a big integer.
    pub fn big(self) -> Cow<'a, IBig> {
        match self {
            Num::Small(i) => Cow::Owned(IBig::from(i)),
            Num::Big(b) => Cow::Borrowed(b),
        }
    }

    /// Zero?
    pub fn is_zero(self) -> bool {
        matches!(self, Num::Small(0))
    }

    /// Below zero?
    pub fn is_negative(self) -> bool {
        match self {
            Num::Small(i) => i < 0,
            Num::Big(b) => *b < IBig::ZERO,
        }
    }

    /// Bits of the magnitude.
    pub fn bits(self) -> usize {
        match self {
            Num::Small(i) => (u64::BITS - i.unsigned_abs().leading_zeros()) as usize,
            Num::Big(b) => weft_text::int::arith::bit_length(b),
        }
    }

    /// The nearest float; `None` beyond the floats.
    pub fn to_f64(self) -> Option<f64> {
        match self {
            Num::Small(i) => Some(i as f64),
            Num::Big(b) => weft_text::int::float::to_f64(b),
        }
    }
}

/// The int of an int value (bools and subclasses included).
#[inline]
pub fn num(v: VRef<'_>) -> Option<Num<'_>> {
    let w = v.word();
    if w.is_int() {
        return Some(Num::Small(w.as_int()));
    }
    if w == Word::TRUE || w == Word::FALSE {
        return Some(Num::Small((w == Word::TRUE) as i64));
    }
    let b = v.cast::<BigInt>()?.value();
    Some(match i64::try_from(b) {
        Ok(i) => Num::Small(i),
        Err(_) => Num::Big(b),
    })
}

/// The exact int of an int value: of a bool its number, of a subclass's instance its plain value.
pub fn exact(t: &Thread, v: VRef<'_>) -> Option<Value> {
    if v.word().is_int() || v.has_shape(fixed::INT) {
        return Some(v.to_value());
    }
    Some(match num(v)? {
        Num::Small(i) => t.int(i),
        Num::Big(b) => t.big_int(b.clone()),
    })
}

/// Is this an int (bools and subclasses included)?
#[inline]
pub fn is_int(v: VRef<'_>) -> bool {
    let w = v.word();
    w.is_int() || w == Word::TRUE || w == Word::FALSE || v.cast::<BigInt>().is_some()
}

/// Is this an int and not of a subclass?
#[inline]
pub fn is_exact(v: VRef<'_>) -> bool {
    v.word().is_int() || v.has_shape(fixed::INT)
}

/// The int as an i64, if it is one and fits.
#[inline]
pub fn to_i64(v: VRef<'_>) -> Option<i64> {
    match num(v)? {
        Num::Small(i) => Some(i),
        Num::Big(_) => None,
    }
}

/// The int as a big integer, if it is an int.
pub fn to_big(v: VRef<'_>) -> Option<IBig> {
    Some(num(v)?.big().into_owned())
}

/// Is it an int below zero?
pub fn is_negative(v: VRef<'_>) -> bool {
    num(v).is_some_and(|n| n.is_negative())
}

/// The hash of an int; `None` for anything else.
pub fn hash_of_int(v: VRef<'_>) -> Option<i64> {
    Some(match num(v)? {
        Num::Small(i) => weft_text::hash::number::of_i64(i),
        Num::Big(b) => weft_text::hash::number::of_big(b),
    })
}

/// `str(int)`; ValueError beyond `sys.get_int_max_str_digits()`.
pub fn decimal(t: &mut Thread, n: Num<'_>) -> Res<String> {
    match n {
        Num::Small(i) => Ok(i.to_string()),
        Num::Big(b) => {
            let limit = max_str_digits();
            weft_text::int::text::decimal(b, limit)
                .ok_or_else(|| t.value_error(weft_text::int::text::limit_message(limit)))
        }
    }
}
