//! Integer arithmetic as Python defines it: division rounds towards minus infinity, the remainder has the divisor's sign.

use dashu_int::fast_div::ConstDivisor;
use dashu_int::ops::{BitTest, DivRem, ExtendedGcd, Gcd, SquareRoot, UnsignedAbs};
use dashu_int::{IBig, Sign, UBig};

/// `divmod`; nothing for a zero divisor.
pub fn floor_div_mod(a: &IBig, b: &IBig) -> Option<(IBig, IBig)> {
    if b.is_zero() {
        return None;
    }
    let (quotient, remainder) = a.div_rem(b);
    if remainder.is_zero() || remainder.sign() == b.sign() {
        return Some((quotient, remainder));
    }
    Some((quotient - IBig::ONE, remainder + b))
}

/// `a // b` of small numbers; nothing for a zero divisor and for the one overflow, `i64::MIN // -1`.
#[inline]
pub fn floor_div_i64(a: i64, b: i64) -> Option<i64> {
    let quotient = a.checked_div(b)?;
    Some(if a % b != 0 && (a < 0) != (b < 0) { quotient - 1 } else { quotient })
}

/// `a % b` of small numbers; nothing for a zero divisor.
#[inline]
pub fn floor_mod_i64(a: i64, b: i64) -> Option<i64> {
    if b == 0 {
        return None;
    }
    let remainder = a.wrapping_rem(b);
    Some(if remainder != 0 && (remainder < 0) != (b < 0) { remainder + b } else { remainder })
}

/// `a << by`.
pub fn shift_left(a: &IBig, by: usize) -> IBig {
    a << by
}

/// `a >> by`, rounding towards minus infinity.
pub fn shift_right(a: &IBig, by: usize) -> IBig {
    // dashu 0.4.2 rounds some negative numbers of two words towards zero.
    if a.sign() == Sign::Negative { !(!a >> by) } else { a >> by }
}

/// `a ** exponent`.
pub fn pow(a: &IBig, exponent: usize) -> IBig {
    a.pow(exponent)
}

/// Why a modular power does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PowModError {
    /// The modulus is zero.
    ZeroModulus,
    /// The exponent is negative and the base shares a factor with the modulus.
    NotInvertible,
}

impl PowModError {
    /// The text of the `ValueError`.
    pub fn message(self) -> &'static str {
        match self {
            Self::ZeroModulus => "pow() 3rd argument cannot be 0",
            Self::NotInvertible => "base is not invertible for the given modulus",
        }
    }
}

/// `pow(base, exponent, modulus)`; the result has the modulus's sign.
pub fn pow_mod(base: &IBig, exponent: &IBig, modulus: &IBig) -> Result<IBig, PowModError> {
    if modulus.is_zero() {
        return Err(PowModError::ZeroModulus);
    }
    let size = modulus.unsigned_abs();
    let result = if size.is_one() {
        UBig::ZERO
    } else {
        let base = residue(base, &size);
        let base = match exponent.sign() {
            Sign::Positive => base,
            Sign::Negative => inverse(&base, &size).ok_or(PowModError::NotInvertible)?,
        };
        let ring = ConstDivisor::new(size);
        ring.reduce(base).pow(&exponent.unsigned_abs()).residue()
    };
    let result = IBig::from(result);
    Ok(if modulus.sign() == Sign::Negative && !result.is_zero() { result + modulus } else { result })
}

/// The number in `0..size` that differs from `a` by a multiple of `size`.
fn residue(a: &IBig, size: &UBig) -> UBig {
    let rest = a.unsigned_abs() % size;
    if a.sign() == Sign::Negative && !rest.is_zero() { size - rest } else { rest }
}

fn inverse(a: &UBig, size: &UBig) -> Option<UBig> {
    if a.is_zero() {
        return None;
    }
    let (gcd, factor, _) = a.gcd_ext(size);
    gcd.is_one().then(|| residue(&factor, size))
}

/// `math.gcd`, never negative.
pub fn gcd(a: &IBig, b: &IBig) -> IBig {
    match (a.is_zero(), b.is_zero()) {
        (true, _) => IBig::from(b.unsigned_abs()),
        (_, true) => IBig::from(a.unsigned_abs()),
        _ => IBig::from(a.gcd(b)),
    }
}

/// `math.gcd` of small numbers.
pub fn gcd_i64(a: i64, b: i64) -> u64 {
    let (mut a, mut b) = (a.unsigned_abs(), b.unsigned_abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// `math.isqrt`; nothing for negative numbers.
pub fn isqrt(a: &IBig) -> Option<IBig> {
    (a.sign() == Sign::Positive).then(|| IBig::from(a.unsigned_abs().sqrt()))
}

/// `int.bit_length`: bits of the magnitude.
pub fn bit_length(a: &IBig) -> usize {
    magnitude_bits(a.as_sign_words().1)
}

fn magnitude_bits(words: &[dashu_int::Word]) -> usize {
    let top = words.last().map_or(0, |top| top.leading_zeros() as usize);
    words.len() * dashu_int::Word::BITS as usize - top
}

/// `int.bit_count`: ones of the magnitude.
pub fn bit_count(a: &IBig) -> usize {
    a.as_sign_words().1.iter().map(|word| word.count_ones() as usize).sum()
}

/// `round(a, -digits)`: to a multiple of a power of ten, ties to the even one.
pub fn round_to_tens(a: &IBig, digits: usize) -> IBig {
    // Half of 10**digits is beyond what has fewer than 3.3 bits a digit.
    if digits > a.bit_len() {
        return IBig::ZERO;
    }
    let unit = IBig::from(10).pow(digits);
    let Some((quotient, remainder)) = floor_div_mod(a, &unit) else {
        return a.clone();
    };
    let up = match (&remainder * IBig::from(2)).cmp(&unit) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Equal => quotient.bit(0),
    };
    if up { a - remainder + unit } else { a - remainder }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn big(value: i128) -> IBig {
        IBig::from(value)
    }

    #[test]
    fn modular_powers() {
        let pow = |b, e, m| pow_mod(&big(b), &big(e), &big(m));
        assert_eq!(pow(3, 200, 13), Ok(big(9)));
        assert_eq!(pow(3, -1, 7), Ok(big(5)));
        assert_eq!(pow(3, 2, -7), Ok(big(-5)));
        assert_eq!(pow(-3, 3, 10), Ok(big(3)));
        assert_eq!(pow(38, -1, 97), Ok(big(23)));
        assert_eq!(pow(2, -1, 4), Err(PowModError::NotInvertible));
        assert_eq!(pow(2, 3, 0), Err(PowModError::ZeroModulus));
        assert_eq!(pow(0, 0, 1), Ok(big(0)));
        assert_eq!(pow(0, 0, 7), Ok(big(1)));
        assert_eq!(pow(0, -1, 7), Err(PowModError::NotInvertible));
        assert_eq!(pow(0, -1, 1), Ok(big(0)));
    }

    #[test]
    fn bits() {
        assert_eq!((bit_length(&big(-8)), bit_length(&big(0)), bit_length(&big(1 << 64))), (4, 0, 65));
        assert_eq!((bit_count(&big(-7)), bit_count(&big(0))), (3, 0));
        assert_eq!(shift_right(&big(-1), 200), big(-1));
        assert_eq!(shift_right(&big(-5), 1), big(-3));
    }

    #[test]
    fn rounding() {
        let round = |a, n| round_to_tens(&big(a), n);
        assert_eq!(
            (round(15, 1), round(25, 1), round(-15, 1), round(-25, 1)),
            (big(20), big(20), big(-20), big(-20))
        );
        assert_eq!(
            (round(1234, 2), round(55, 5), round(5, 1), round(0, 1)),
            (big(1200), big(0), big(0), big(0))
        );
        assert_eq!((round(51, 2), round(50, 2), round(150, 2)), (big(100), big(0), big(200)));
    }

    proptest! {
        #[test]
        fn division(a: i64, b in any::<i64>().prop_filter("zero", |&b| b != 0)) {
            let (q, r) = floor_div_mod(&big(a.into()), &big(b.into())).unwrap();
            prop_assert_eq!(&q * big(b.into()) + &r, big(a.into()));
            prop_assert!(r.is_zero() || r.sign() == IBig::from(b).sign());
            if let Some(small) = floor_div_i64(a, b) { prop_assert_eq!(q, big(small.into())); }
            prop_assert_eq!(Some(r), floor_mod_i64(a, b).map(|r| big(r.into())));
        }

        #[test]
        fn small_agrees(a in -50i64..50, b in -50i64..50) {
            prop_assert_eq!(gcd(&big(a.into()), &big(b.into())), IBig::from(gcd_i64(a, b)));
        }

        #[test]
        fn square_roots(a in 0i128..) {
            let root = isqrt(&big(a)).unwrap();
            prop_assert!(&root * &root <= big(a) && (&root + IBig::ONE) * (&root + IBig::ONE) > big(a));
        }
    }
}
