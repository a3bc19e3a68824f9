//! Between integers and floats, exactly or correctly rounded: ties to even, overflow told apart.

use super::Int;
use super::arith::bit_length;
use dashu_int::ops::{BitTest, DivRem, UnsignedAbs};
use dashu_int::{IBig, Sign, UBig};
use std::cmp::Ordering;

/// The text of the `OverflowError` when an integer exceeds the floats.
pub const TOO_LARGE: &str = "int too large to convert to float";

/// A finite float as `mantissa * 2**exponent`, sign apart; the mantissa is below 2**53.
pub fn decompose(value: f64) -> (u64, i32) {
    let bits = value.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    match (bits >> 52 & 0x7ff) as i32 {
        0 => (fraction, -1074),
        exponent => (fraction | 1 << 52, exponent - 1075),
    }
}

/// The float nearest to `mantissa * 2**exponent`; `sticky` tells that something less than one unit of the mantissa is
/// missing, for which the mantissa must have 55 bits or more. Nothing on overflow.
pub fn compose(negative: bool, mantissa: u64, sticky: bool, exponent: i64) -> Option<f64> {
    let signed = |magnitude: f64| if negative { -magnitude } else { magnitude };
    if mantissa == 0 {
        return Some(signed(0.0));
    }
    let bits = 64 - i64::from(mantissa.leading_zeros());
    // The weight of the last bit that the result keeps: 53 bits, or down to the smallest subnormal.
    let unit = (exponent + bits - 53).max(-1074);
    let kept = match unit - exponent {
        ..=0 => mantissa << (exponent - unit),
        65.. => 0,
        dropped => round_shift(mantissa, dropped as u32, sticky),
    };
    // A carry out of the 53rd bit runs into the exponent field, which is just what is wanted.
    let value = if kept < 1 << 52 {
        f64::from_bits(kept)
    } else if unit > 971 {
        return None;
    } else {
        f64::from_bits(((unit + 1074) as u64) * (1 << 52) + kept)
    };
    value.is_finite().then(|| signed(value))
}

/// `value >> by`, to the nearest, ties to even.
fn round_shift(value: u64, by: u32, sticky: bool) -> u64 {
    let wide = u128::from(value);
    let kept = wide >> by;
    let rest = wide & ((1 << by) - 1);
    let up = match rest.cmp(&(1 << (by - 1))) {
        Ordering::Less => false,
        Ordering::Greater => true,
        Ordering::Equal => sticky || kept & 1 == 1,
    };
    (kept + u128::from(up)) as u64
}

/// The float nearest to an integer; nothing if it is too large.
pub fn to_f64(value: &IBig) -> Option<f64> {
    let negative = value.sign() == Sign::Negative;
    let (mantissa, sticky, exponent) = top_bits(&value.unsigned_abs());
    compose(negative, mantissa, sticky, exponent)
}

/// The highest 64 bits, whether others are set, and how many there are below.
fn top_bits(magnitude: &UBig) -> (u64, bool, i64) {
    let below = magnitude.bit_len().saturating_sub(64);
    let top = magnitude >> below;
    let sticky = below > 0 && magnitude.trailing_zeros().is_some_and(|zeros| zeros < below);
    (u64::try_from(&top).unwrap_or(u64::MAX), sticky, below as i64)
}

/// The integer part of a float; nothing for infinities and NaN.
pub fn from_f64(value: f64) -> Option<Int> {
    if !value.is_finite() {
        return None;
    }
    if value.abs() < 9.2e18 {
        return Some(Int::Small(value as i64));
    }
    let (mantissa, exponent) = decompose(value);
    let magnitude = IBig::from(mantissa) << exponent.unsigned_abs() as usize;
    Some(Int::from(if value < 0.0 { -magnitude } else { magnitude }))
}

/// Why `int(float)` has no result: an `OverflowError` for infinity, a `ValueError` for NaN.
pub fn from_f64_message(value: f64) -> &'static str {
    if value.is_nan() {
        "cannot convert float NaN to integer"
    } else {
        "cannot convert float infinity to integer"
    }
}

/// Why a true division has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrueDivError {
    /// `ZeroDivisionError`
    Zero,
    /// `OverflowError`
    Overflow,
}

impl TrueDivError {
    /// The text of the exception.
    pub fn message(self) -> &'static str {
        match self {
            Self::Zero => "division by zero",
            Self::Overflow => "integer division result too large for a float",
        }
    }
}

/// `a / b`, the float nearest to the quotient.
pub fn true_div(a: &IBig, b: &IBig) -> Result<f64, TrueDivError> {
    if b.is_zero() {
        return Err(TrueDivError::Zero);
    }
    let negative = (a.sign() == Sign::Negative) != (b.sign() == Sign::Negative);
    if a.is_zero() {
        return Ok(if negative { -0.0 } else { 0.0 });
    }
    // Scale so that the quotient has 63 or 64 bits.
    let shift = bit_length(a) as i64 - bit_length(b) as i64 - 63;
    let (mut top, mut bottom) = (a.unsigned_abs(), b.unsigned_abs());
    if shift < 0 {
        top <<= shift.unsigned_abs() as usize
    } else {
        bottom <<= shift as usize
    }
    let (quotient, rest) = top.div_rem(bottom);
    let quotient = u64::try_from(&quotient).map_err(|_| TrueDivError::Overflow)?;
    compose(negative, quotient, !rest.is_zero(), shift).ok_or(TrueDivError::Overflow)
}

/// `a / b` of small numbers.
pub fn true_div_i64(a: i64, b: i64) -> Result<f64, TrueDivError> {
    const EXACT: u64 = 1 << 53;
    if b == 0 {
        return Err(TrueDivError::Zero);
    }
    if a.unsigned_abs() <= EXACT && b.unsigned_abs() <= EXACT {
        // Python's zero has no sign: 0 / -5 is -0.0 all the same.
        return Ok(a as f64 / b as f64);
    }
    true_div(&IBig::from(a), &IBig::from(b))
}

/// How an integer compares with a float, exactly; nothing for NaN.
pub fn compare(a: &IBig, b: f64) -> Option<Ordering> {
    if b.is_nan() {
        return None;
    }
    let Some(whole) = from_f64(b) else {
        return Some(if b > 0.0 { Ordering::Less } else { Ordering::Greater });
    };
    let by_fraction = || 0.0.partial_cmp(&(b - b.trunc())).unwrap_or(Ordering::Equal);
    Some(a.cmp(&whole.into_big()).then_with(by_fraction))
}

/// How a small integer compares with a float, exactly; nothing for NaN.
#[inline]
pub fn compare_i64(a: i64, b: f64) -> Option<Ordering> {
    if a.unsigned_abs() <= 1 << 53 || b.is_nan() {
        return (a as f64).partial_cmp(&b);
    }
    if b >= 9_223_372_036_854_775_808.0 {
        return Some(Ordering::Less);
    }
    if b < -9_223_372_036_854_775_808.0 {
        return Some(Ordering::Greater);
    }
    // So large a float in this range has no fraction, or a is larger in magnitude by whole units.
    Some(a.cmp(&(b as i64)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn edges() {
        let power = |e: usize| IBig::ONE << e;
        assert_eq!(to_f64(&power(1024)), None);
        assert_eq!(to_f64(&(power(1024) - power(970))), None);
        assert_eq!(to_f64(&(power(1024) - power(970) - IBig::ONE)), Some(f64::MAX));
        assert_eq!(to_f64(&(power(53) + IBig::ONE)), Some(9007199254740992.0));
        assert_eq!(to_f64(&(power(153) + power(100))), Some(2f64.powi(153)));
        assert_eq!(to_f64(&(power(153) + power(100) + IBig::ONE)), Some(2f64.powi(153).next_up()));
        assert_eq!(true_div(&power(2000), &power(1999)), Ok(2.0));
        assert_eq!(true_div(&IBig::ONE, &power(1074)), Ok(f64::from_bits(1)));
        assert_eq!(true_div(&IBig::ONE, &power(1075)), Ok(0.0));
        assert_eq!(true_div(&IBig::from(3), &power(1076)), Ok(f64::from_bits(1)));
        assert_eq!(true_div(&power(1024), &IBig::ONE), Err(TrueDivError::Overflow));
        assert_eq!(from_f64(-1e300).map(Int::into_big).and_then(|v| to_f64(&v)), Some(-1e300));
        assert_eq!(from_f64(f64::NAN), None);
    }

    #[test]
    fn composes() {
        assert_eq!(compose(false, 1, false, -1074), Some(f64::from_bits(1)));
        assert_eq!(compose(false, 3, false, -1076), Some(f64::from_bits(1)));
        assert_eq!(compose(true, u64::MAX, false, -1138), Some(-f64::MIN_POSITIVE * f64::EPSILON * 1.0));
        assert_eq!(compose(false, u64::MAX, false, 960), None);
        assert_eq!(compose(false, 1, false, 1023), Some(2f64.powi(1023)));
        assert_eq!(compose(false, 1, false, i64::MIN / 2), Some(0.0));
    }

    proptest! {
        #[test]
        fn like_hardware(a: u64, b: i128, x: f64) {
            prop_assert_eq!(compose(false, a, false, 0), Some(a as f64));
            prop_assert_eq!(to_f64(&IBig::from(b)), Some(b as f64));
            if x.is_finite() {
                let (mantissa, exponent) = decompose(x);
                prop_assert_eq!(compose(x.is_sign_negative(), mantissa, false, exponent.into()).unwrap().to_bits(), x.to_bits());
            }
        }

        #[test]
        fn divides(a in -(1i64 << 53)..(1 << 53), b in 1i64..(1 << 53), k in 0usize..200) {
            let (x, y) = (IBig::from(a) << k, IBig::from(b) << k);
            prop_assert_eq!(true_div(&x, &y).unwrap(), a as f64 / b as f64);
        }

        #[test]
        fn compares(a: i64, nudge in -3i64..3) {
            let b = (a as f64).next_up() * 1.0 + nudge as f64;
            prop_assert_eq!(compare_i64(a, b), compare(&IBig::from(a), b));
            prop_assert_eq!(compare_i64(nudge, nudge as f64 + 0.5), Some(Ordering::Less));
        }
    }
}
