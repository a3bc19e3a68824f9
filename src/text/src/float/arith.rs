//! Division with remainder, and powers, of floats as Python defines them.

/// `divmod(a, b)` for a divisor that is not zero: the remainder has the divisor's sign, the quotient is integral.
pub fn floor_div_mod(a: f64, b: f64) -> (f64, f64) {
    let mut rest = a % b;
    // Exact but for rounding, because a - rest is nearly a multiple of b.
    let mut quotient = (a - rest) / b;
    if rest == 0.0 {
        rest = 0.0f64.copysign(b);
    } else if (b < 0.0) != (rest < 0.0) {
        rest += b;
        quotient -= 1.0;
    }
    if quotient == 0.0 {
        return (0.0f64.copysign(a / b), rest);
    }
    let floor = quotient.floor();
    (if quotient - floor > 0.5 { floor + 1.0 } else { floor }, rest)
}

/// `a % b` for a divisor that is not zero.
pub fn floor_mod(a: f64, b: f64) -> f64 {
    let rest = a % b;
    if rest == 0.0 {
        0.0f64.copysign(b)
    } else if (b < 0.0) != (rest < 0.0) {
        rest + b
    } else {
        rest
    }
}

/// Why a power is no float.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PowError {
    /// `ZeroDivisionError`: zero to a negative power.
    ZeroToNegative,
    /// `OverflowError`, errno 34.
    Overflow,
    /// A negative number to a fractional power: the caller goes on with complex numbers.
    Complex,
}

/// `a ** b`
pub fn pow(a: f64, b: f64) -> Result<f64, PowError> {
    if a == 0.0 && b < 0.0 && b.is_finite() {
        return Err(PowError::ZeroToNegative);
    }
    if a < 0.0 && a.is_finite() && b.is_finite() && b.fract() != 0.0 {
        return Err(PowError::Complex);
    }
    let power = a.powf(b);
    if power.is_infinite() && a.is_finite() && b.is_finite() {
        return Err(PowError::Overflow);
    }
    Ok(power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn division() {
        assert_eq!(floor_div_mod(7.5, -2.0), (-4.0, -0.5));
        assert_eq!(floor_div_mod(-7.5, 2.0), (-4.0, 0.5));
        assert_eq!(floor_div_mod(1.0, 0.1).0, 9.0);
        assert!(
            floor_div_mod(-0.0, 1.0).0.is_sign_negative() && floor_div_mod(4.0, -2.0).1.is_sign_negative()
        );
        assert_eq!(floor_div_mod(1.0, f64::NEG_INFINITY), (-1.0, f64::NEG_INFINITY));
        assert_eq!(floor_mod(-1e-20, 3.0), 3.0);
    }

    #[test]
    fn powers() {
        assert_eq!(pow(0.0, -1.0), Err(PowError::ZeroToNegative));
        assert_eq!(pow(-8.0, 1.0 / 3.0), Err(PowError::Complex));
        assert_eq!(pow(10.0, 400.0), Err(PowError::Overflow));
        assert_eq!(pow(1.0, f64::NAN), Ok(1.0));
        assert_eq!(pow(0.0, f64::NEG_INFINITY), Ok(f64::INFINITY));
        assert_eq!(pow(f64::NEG_INFINITY, 0.5), Ok(f64::INFINITY));
    }
}
