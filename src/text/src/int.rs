//! Python's `int`: text in and out, arithmetic that Rust's integers or the big-integer crate do not have as Python wants it.
//!
//! Addition, multiplication and the bit operations are [`dashu_int::IBig`]'s own and are not repeated here. [`Int`] is what
//! functions return that mostly yield small numbers: the caller makes an immediate of one and a heap object of the other.

pub mod arith;
pub mod bytes;
pub mod float;
pub mod parse;
pub mod text;

use dashu_int::IBig;

/// An integer, `Small` whenever it fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Int {
    /// Fits 64 bits.
    Small(i64),
    /// Does not.
    Big(IBig),
}

impl Int {
    /// The same number as a big integer.
    pub fn into_big(self) -> IBig {
        match self {
            Self::Small(value) => IBig::from(value),
            Self::Big(value) => value,
        }
    }
}

impl From<i64> for Int {
    fn from(value: i64) -> Self {
        Self::Small(value)
    }
}

impl From<IBig> for Int {
    fn from(value: IBig) -> Self {
        i64::try_from(&value).map_or_else(|_| Self::Big(value), Self::Small)
    }
}

impl From<i128> for Int {
    fn from(value: i128) -> Self {
        i64::try_from(value).map_or_else(|_| Self::Big(IBig::from(value)), Self::Small)
    }
}
