//! Hash values, equal to CPython's bit for bit.
//!
//! Equality across types binds the numbers (`hash(1) == hash(1.0) == hash(True)`) and makes [`number`] a law of the
//! language; the rest is equal so that what leaks an order (sets, `PYTHONHASHSEED`) behaves as people know it.

pub mod collection;
pub mod number;
pub mod siphash;

/// -1 means "error" in CPython's C interface, so no object hashes to it.
#[inline]
pub const fn not_minus_one(hash: i64) -> i64 {
    if hash == -1 { -2 } else { hash }
}

/// The hash of an object that has only its identity: the address, its dead low bits moved out of the way.
#[inline]
pub const fn of_address(address: usize) -> i64 {
    not_minus_one((address as u64).rotate_right(4) as i64)
}
