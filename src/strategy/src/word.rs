//! One 64-bit word that is any Python value.
//!
//! | low bits | meaning |
//! |---|---|
//! | `000`  | pointer to a heap object; whoever holds the word owns one reference (all zero: unbound) |
//! | `0010` | pointer to a heap object, not counted, free-standing: the object is shared, traced or immortal |
//! | `1010` | pointer to a heap object, not counted, borrowed: a lower frame's register holds the count |
//! | `x11`  | int of 62 bits, `v << 2 \| 3` |
//! | `100` `101` `001` | float, self-tagged: `rotl(bits + 2^60, 4)` (arXiv 2411.16544) |
//! | `110`  | the singletons |
//!
//! A `Word` carries no ownership by itself: it is what registers and slots hold and what the interpreter
//! computes with. `Value` and `VRef` are the safe forms.

use crate::header::Header;

/// A raw tagged word.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub struct Word(pub u64);

const FLOAT_BIAS: u64 = 1 << 60;
/// Which of the eight low-bit patterns are floats.
const FLOAT_TAGS: u8 = 1 << 0b001 | 1 << 0b100 | 1 << 0b101;
const TAG_MASK: u64 = 15;

/// Largest int that is immediate.
pub const INT_MAX: i64 = (1 << 61) - 1;
/// Smallest int that is immediate.
pub const INT_MIN: i64 = -(1 << 61);

impl Word {
    /// No value: an unbound register, an empty slot.
    pub const UNBOUND: Word = Word(0);
    /// `None`
    pub const NONE: Word = Word(6);
    /// `False`
    pub const FALSE: Word = Word(1 << 3 | 6);
    /// `True`
    pub const TRUE: Word = Word(2 << 3 | 6);
    /// `...`
    pub const ELLIPSIS: Word = Word(3 << 3 | 6);
    /// `NotImplemented`
    pub const NOT_IMPLEMENTED: Word = Word(4 << 3 | 6);
    /// Internal: a default that was not given.
    pub const MISSING: Word = Word(5 << 3 | 6);

    /// Not-counted, free-standing form of a heap pointer.
    pub const FREE_STANDING: u64 = 0b0010;
    /// Not-counted, borrowed form of a heap pointer.
    pub const BORROWED: u64 = 0b1010;

    /// An immediate int, if it fits in 62 bits.
    #[inline(always)]
    pub const fn int(v: i64) -> Option<Word> {
        if v >= INT_MIN && v <= INT_MAX { Some(Word((v << 2) as u64 | 3)) } else { None }
    }

    /// An immediate int known to fit.
    #[inline(always)]
    pub const fn small_int(v: i32) -> Word {
        Word(((v as i64) << 2) as u64 | 3)
    }

    /// An immediate bool.
    #[inline(always)]
    pub const fn bool(v: bool) -> Word {
        if v { Word::TRUE } else { Word::FALSE }
    }

    /// An immediate float, if its exponent is in the taggable range.
    #[inline(always)]
    pub const fn float(v: f64) -> Option<Word> {
        let w = v.to_bits().wrapping_add(FLOAT_BIAS).rotate_left(4);
        if Word(w).is_float() { Some(Word(w)) } else { None }
    }

    /// A pointer whose reference the word owns.
    #[inline(always)]
    pub fn counted(h: *const Header) -> Word {
        Word(h as u64)
    }

    /// A pointer without a reference, to an object that needs none.
    #[inline(always)]
    pub fn free_standing(h: *const Header) -> Word {
        Word(h as u64 | Word::FREE_STANDING)
    }

    /// Is this an immediate int (bool excluded)?
    #[inline(always)]
    pub const fn is_int(self) -> bool {
        self.0 & 3 == 3
    }

    /// Is this an immediate float?
    #[inline(always)]
    pub const fn is_float(self) -> bool {
        FLOAT_TAGS >> (self.0 & 7) & 1 != 0
    }

    /// Is this a heap pointer, counted or not? (`UNBOUND` is not.)
    #[inline(always)]
    pub const fn is_heap(self) -> bool {
        self.0 & 5 == 0 && self.0 != 0
    }

    /// Does whoever holds this word own a reference?
    #[inline(always)]
    pub const fn is_counted(self) -> bool {
        // One comparison for "low bits clear, but not all bits": pointers have no top bit, and 0 - 1 has.
        self.0.wrapping_sub(1) & (1 << 63 | 7) == 7
    }

    /// Is this a heap pointer that owns no reference, borrowed or free-standing?
    #[inline(always)]
    pub const fn is_uncounted(self) -> bool {
        self.0 & 7 == 2
    }

    /// [`Word::is_heap`] of a word that is known not to be `UNBOUND`.
    #[inline(always)]
    pub const fn is_bound_heap(self) -> bool {
        self.0 & 5 == 0
    }

    /// Is this the borrowed form (a lower frame's register holds the count)?
    #[inline(always)]
    pub const fn is_borrowed(self) -> bool {
        self.0 & TAG_MASK == Word::BORROWED
    }

    /// Is there no value?
    #[inline(always)]
    pub const fn is_unbound(self) -> bool {
        self.0 == 0
    }

    /// The int of an immediate int.
    #[inline(always)]
    pub const fn as_int(self) -> i64 {
        self.0 as i64 >> 2
    }

    /// The float of an immediate float.
    #[inline(always)]
    pub const fn as_float(self) -> f64 {
        f64::from_bits(self.0.rotate_right(4).wrapping_sub(FLOAT_BIAS))
    }

    /// The object of a heap word.
    #[inline(always)]
    pub const fn ptr(self) -> *mut Header {
        (self.0 & !TAG_MASK) as *mut Header
    }

    /// `is`: the same object, whatever the two words own.
    #[inline(always)]
    pub const fn same(self, other: Word) -> bool {
        self.0 == other.0
            || (self.0 & 5 == 0 && other.0 & 5 == 0 && self.0 & !TAG_MASK == other.0 & !TAG_MASK)
    }

    /// The word without ownership marks: `id()`, and a key for identity tables.
    #[inline(always)]
    pub const fn identity(self) -> u64 {
        if self.0 & 5 == 0 { self.0 & !TAG_MASK } else { self.0 }
    }

    /// The borrowed form of a counted word; any other word as it is.
    #[inline(always)]
    pub const fn borrow(self) -> Word {
        if self.is_counted() { Word(self.0 | Word::BORROWED) } else { self }
    }
}

impl std::fmt::Debug for Word {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.is_int() {
            write!(f, "int {}", self.as_int())
        } else if self.is_float() {
            write!(f, "float {}", self.as_float())
        } else {
            write!(f, "word {:#x}", self.0)
        }
    }
}

const _: () = assert!(size_of::<Word>() == 8);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ints_round_trip_at_the_edges() {
        for v in [0, 1, -1, INT_MAX, INT_MIN, 1 << 40] {
            let w = Word::int(v).unwrap();
            assert!(w.is_int() && !w.is_float() && !w.is_heap());
            assert_eq!(w.as_int(), v);
        }
        assert!(Word::int(INT_MAX + 1).is_none() && Word::int(INT_MIN - 1).is_none());
    }

    #[test]
    fn floats_round_trip_in_the_taggable_range() {
        for v in [0.0, -0.0, 1.0, -1.5, 1e-300, 5e-324, 1e70, -3.5e-70, 2f64.powi(256)] {
            let w = Word::float(v).unwrap();
            assert!(w.is_float() && !w.is_int() && !w.is_heap(), "{v}");
            assert_eq!(w.as_float().to_bits(), v.to_bits());
        }
        for v in [f64::NAN, f64::INFINITY, 1e200, 1e-100] {
            assert!(Word::float(v).is_none(), "{v}");
        }
    }

    #[test]
    fn singletons_are_nothing_else() {
        for w in [Word::NONE, Word::TRUE, Word::FALSE, Word::ELLIPSIS, Word::MISSING] {
            assert!(!w.is_int() && !w.is_float() && !w.is_heap() && !w.is_unbound());
        }
    }
}
