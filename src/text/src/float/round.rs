//! Rounding to decimal digits, and exact ratios.

use crate::int::Int;
use crate::int::arith::floor_div_mod;
use crate::int::float::{decompose, from_f64, to_f64};
use dashu_int::IBig;
use dashu_int::ops::BitTest;
use std::cmp::Ordering;

/// The text of the `OverflowError` when [`round`] has no result.
pub const TOO_LARGE: &str = "rounded value too large to represent";

/// `round(value, digits)`: the float nearest to the value's exact decimal expansion cut there, ties to even. Nothing on
/// overflow.
pub fn round(value: f64, digits: i64) -> Option<f64> {
    // Beyond these no digit changes, or none is left.
    const FINEST: i64 = 323;
    const COARSEST: i64 = -308;
    if !value.is_finite() || value == 0.0 || digits > FINEST {
        return Some(value);
    }
    if digits < COARSEST {
        return Some(0.0f64.copysign(value));
    }
    let magnitude = if digits >= 0 {
        let digits = digits as usize;
        format!("{:.digits$}", value.abs()).parse().ok().filter(|v: &f64| v.is_finite())?
    } else {
        round_to_tens(value.abs(), digits.unsigned_abs() as usize)?
    };
    Some(magnitude.copysign(value))
}

fn round_to_tens(value: f64, digits: usize) -> Option<f64> {
    let whole = from_f64(value)?.into_big();
    let unit = IBig::from(10).pow(digits);
    let (quotient, rest) = floor_div_mod(&whole, &unit)?;
    let has_fraction = value.fract() != 0.0;
    let up = match (rest * IBig::from(2)).cmp(&unit) {
        Ordering::Less => false,
        Ordering::Greater => true,
        Ordering::Equal => has_fraction || quotient.bit(0),
    };
    let quotient = if up { quotient + IBig::ONE } else { quotient };
    to_f64(&(quotient * unit))
}

/// `round(value)`: the nearest integer, ties to even. Nothing for infinities and NaN, see
/// [`from_f64_message`](crate::int::float::from_f64_message).
pub fn round_to_int(value: f64) -> Option<Int> {
    from_f64(value.round_ties_even())
}

/// `float.as_integer_ratio`: in lowest terms, the denominator positive. Nothing for infinities and NaN.
pub fn as_integer_ratio(value: f64) -> Option<(Int, Int)> {
    if !value.is_finite() {
        return None;
    }
    let (mantissa, exponent) = decompose(value);
    if mantissa == 0 {
        return Some((Int::Small(0), Int::Small(1)));
    }
    let zeros = mantissa.trailing_zeros();
    let odd = IBig::from(mantissa >> zeros);
    let odd = if value < 0.0 { -odd } else { odd };
    let exponent = exponent + zeros as i32;
    let power = exponent.unsigned_abs() as usize;
    Some(match exponent {
        0.. => (Int::from(odd << power), Int::Small(1)),
        _ => (Int::from(odd), Int::from(IBig::ONE << power)),
    })
}

/// Why there is no ratio: an `OverflowError` for infinity, a `ValueError` for NaN.
pub fn as_integer_ratio_message(value: f64) -> &'static str {
    if value.is_nan() {
        "cannot convert NaN to integer ratio"
    } else {
        "cannot convert Infinity to integer ratio"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds() {
        for (value, digits, wanted) in [
            (2.345f64, 2, 2.35f64),
            (2.675, 2, 2.67),
            (0.5, 0, 0.0),
            (1.5, 0, 2.0),
            (2.5, 0, 2.0),
            (-0.5, 0, -0.0),
            (1234.5, -2, 1200.0),
            (25.0, -1, 20.0),
            (25.000001, -1, 30.0),
            (5.0, -1, 0.0),
            (5.5, -1, 10.0),
            (1e300, -400, 0.0),
            (1e-300, 400, 1e-300),
            (1.25, 1, 1.2),
            (0.15, 1, 0.1),
            (1e23, -23, 1e23),
            (1e22, 2, 1e22),
        ] {
            let got = round(value, digits).unwrap();
            assert_eq!(
                (got, got.is_sign_negative()),
                (wanted, wanted.is_sign_negative()),
                "{value} {digits}"
            );
        }
        assert_eq!(round(f64::MAX, -308), None);
        assert_eq!(round_to_int(2.5), Some(Int::Small(2)));
        assert_eq!(round_to_int(f64::NAN), None);
    }

    #[test]
    fn ratios() {
        assert_eq!(as_integer_ratio(0.75), Some((Int::Small(3), Int::Small(4))));
        assert_eq!(as_integer_ratio(-10.0), Some((Int::Small(-10), Int::Small(1))));
        assert_eq!(as_integer_ratio(-0.0), Some((Int::Small(0), Int::Small(1))));
        let (numerator, denominator) = as_integer_ratio(5e-324).unwrap();
        assert_eq!((numerator, denominator), (Int::Small(1), Int::Big(IBig::ONE << 1074)));
    }
}
