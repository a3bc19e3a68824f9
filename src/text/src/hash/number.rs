//! The numeric hash: any rational number modulo the prime 2**61 - 1, so that equal numbers hash equal whatever their type
//! (library reference, "Hashing of numeric types").

use super::not_minus_one;
use crate::int::float::decompose;
use dashu_int::ops::UnsignedAbs;
use dashu_int::{IBig, Sign};

/// `sys.hash_info.width - 3` bits of modulus.
pub const BITS: u32 = 61;
/// `sys.hash_info.modulus`
pub const MODULUS: u64 = (1 << BITS) - 1;
/// `sys.hash_info.inf`
pub const INFINITY: i64 = 314_159;
/// `sys.hash_info.imag`
pub const IMAGINARY: u64 = 1_000_003;

fn with_sign(negative: bool, residue: u64) -> i64 {
    let value = residue as i64;
    not_minus_one(if negative { -value } else { value })
}

/// Of an integer of 64 bits.
#[inline]
pub fn of_i64(value: i64) -> i64 {
    if value.unsigned_abs() < MODULUS {
        return if value == -1 { -2 } else { value };
    }
    with_sign(value < 0, value.unsigned_abs() % MODULUS)
}

/// Of any integer.
pub fn of_big(value: &IBig) -> i64 {
    with_sign(value.sign() == Sign::Negative, value.unsigned_abs() % MODULUS)
}

/// Of a float; nothing for NaN, which hashes by the object's identity.
pub fn of_f64(value: f64) -> Option<i64> {
    if value.is_nan() {
        return None;
    }
    if value.is_infinite() {
        return Some(if value > 0.0 { INFINITY } else { -INFINITY });
    }
    // Modulo 2**61 - 1 a multiplication by a power of two is a rotation of 61 bits.
    let (mantissa, exponent) = decompose(value);
    let by = exponent.rem_euclid(BITS as i32) as u32;
    let rotated = u128::from(mantissa) << by;
    let residue = (rotated % u128::from(MODULUS)) as u64;
    Some(with_sign(value < 0.0, residue))
}

/// Of a complex number from the hashes of its parts.
pub fn of_complex(real: i64, imaginary: i64) -> i64 {
    not_minus_one((real as u64).wrapping_add(IMAGINARY.wrapping_mul(imaginary as u64)) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known() {
        assert_eq!((of_i64(-1), of_i64(i64::MIN), of_i64(1 << 61)), (-2, -4, 1));
        assert_eq!(of_f64(0.5), Some(1152921504606846976));
        assert_eq!(of_f64(-1.0), Some(-2));
        assert_eq!(of_f64(3.25), Some(576460752303423491));
        assert_eq!(of_f64(1e-320), Some(33957085184));
        assert_eq!(of_f64(f64::NEG_INFINITY), Some(-314159));
        assert_eq!(of_complex(of_i64(1), of_i64(2)), 2000007);
    }

    proptest! {
        #[test]
        fn types_agree(value: i64) {
            prop_assert_eq!(of_big(&IBig::from(value)), of_i64(value));
            let float = value as f64;
            prop_assert_eq!(of_f64(float), Some(of_big(&IBig::from(float as i128))));
        }
    }
}
