//! Python's `complex`: text in and out, and arithmetic.
//!
//! Multiplication and division recover the infinities that the textbook formulas turn into NaN (C11, Annex G.5.1). With
//! one real operand the formulas have no imaginary part for it, which matters for signed zeros, infinities and NaN; hence
//! the functions with `real` in their names (new in 3.14).

use crate::Kind;
use crate::float::parse::{parse_ascii, strip_underscores};
use crate::float::text::repr_part;
use crate::int::parse::numeral;
use std::ops::{Add, Sub};

/// A complex number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Complex {
    /// Real part.
    pub re: f64,
    /// Imaginary part.
    pub im: f64,
}

/// Short for the constructor.
pub const fn complex(re: f64, im: f64) -> Complex {
    Complex { re, im }
}

const ONE: Complex = complex(1.0, 0.0);

/// The text of the `ZeroDivisionError` of a division.
pub const DIVISION_BY_ZERO: &str = "division by zero";
/// The text of the `OverflowError` of `abs`.
pub const ABS_TOO_LARGE: &str = "absolute value too large";

/// Why a power does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PowError {
    /// `ZeroDivisionError`
    Zero,
    /// `OverflowError`
    Overflow,
}

impl PowError {
    /// The text of the exception.
    pub fn message(self) -> &'static str {
        match self {
            Self::Zero => "zero to a negative or complex power",
            Self::Overflow => "complex exponentiation",
        }
    }
}

impl Add for Complex {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        complex(self.re + other.re, self.im + other.im)
    }
}

impl Sub for Complex {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        complex(self.re - other.re, self.im - other.im)
    }
}

/// One for an infinity, zero for the rest, the sign kept.
fn boxed(part: f64) -> f64 {
    if part.is_infinite() { 1f64.copysign(part) } else { 0f64.copysign(part) }
}

fn zero_if_nan(part: f64) -> f64 {
    if part.is_nan() { 0f64.copysign(part) } else { part }
}

impl Complex {
    fn boxed(self) -> Self {
        complex(boxed(self.re), boxed(self.im))
    }

    fn without_nan(self) -> Self {
        complex(zero_if_nan(self.re), zero_if_nan(self.im))
    }

    fn is_infinite(self) -> bool {
        self.re.is_infinite() || self.im.is_infinite()
    }

    fn is_finite(self) -> bool {
        self.re.is_finite() && self.im.is_finite()
    }

    fn is_lost(self) -> bool {
        self.re.is_nan() && self.im.is_nan()
    }

    /// The product, with infinities recovered.
    #[allow(clippy::should_implement_trait)]
    pub fn mul(self, other: Self) -> Self {
        let products = [self.re * other.re, self.im * other.im, self.re * other.im, self.im * other.re];
        let product = complex(products[0] - products[1], products[2] + products[3]);
        if !product.is_lost() {
            return product;
        }
        let (mut a, mut b) = (self, other);
        if a.is_infinite() {
            (a, b) = (a.boxed(), b.without_nan());
        }
        if b.is_infinite() {
            (a, b) = (a.without_nan(), b.boxed());
        }
        if !self.is_infinite() && !other.is_infinite() {
            if !products.iter().any(|p| p.is_infinite()) {
                return product;
            }
            (a, b) = (a.without_nan(), b.without_nan());
        }
        complex(f64::INFINITY * (a.re * b.re - a.im * b.im), f64::INFINITY * (a.re * b.im + a.im * b.re))
    }

    /// `complex * real`, either way round.
    pub fn mul_real(self, other: f64) -> Self {
        complex(self.re * other, self.im * other)
    }

    /// `complex + real`, either way round.
    pub fn add_real(self, other: f64) -> Self {
        complex(self.re + other, self.im)
    }

    /// `complex - real`
    pub fn sub_real(self, other: f64) -> Self {
        complex(self.re - other, self.im)
    }

    /// `real - complex`
    pub fn real_sub(real: f64, other: Self) -> Self {
        complex(real - other.re, -other.im)
    }

    /// The quotient by Smith's method, with infinities and zeros recovered; nothing for division by zero.
    pub fn checked_div(self, other: Self) -> Option<Self> {
        let quotient = if other.re.abs() >= other.im.abs() {
            if other.re == 0.0 {
                return None;
            }
            let ratio = other.im / other.re;
            let bottom = other.re + other.im * ratio;
            complex((self.re + self.im * ratio) / bottom, (self.im - self.re * ratio) / bottom)
        } else if other.im.abs() >= other.re.abs() {
            let ratio = other.re / other.im;
            let bottom = other.re * ratio + other.im;
            complex((self.re * ratio + self.im) / bottom, (self.im * ratio - self.re) / bottom)
        } else {
            complex(f64::NAN, f64::NAN)
        };
        if !quotient.is_lost() {
            return Some(quotient);
        }
        let across = |a: Self, b: Self, scale: f64| {
            complex(scale * (a.re * b.re + a.im * b.im), scale * (a.im * b.re - a.re * b.im))
        };
        Some(if self.is_infinite() && other.is_finite() {
            across(self.boxed(), other, f64::INFINITY)
        } else if other.is_infinite() && self.is_finite() {
            across(self, other.boxed(), 0.0)
        } else {
            quotient
        })
    }

    /// `complex / real`; nothing for division by zero.
    pub fn div_real(self, other: f64) -> Option<Self> {
        (other != 0.0).then(|| complex(self.re / other, self.im / other))
    }

    /// `real / complex`; nothing for division by zero.
    pub fn real_div(real: f64, other: Self) -> Option<Self> {
        let quotient = if other.re.abs() >= other.im.abs() {
            if other.re == 0.0 {
                return None;
            }
            let ratio = other.im / other.re;
            let bottom = other.re + other.im * ratio;
            complex(real / bottom, -real * ratio / bottom)
        } else if other.im.abs() >= other.re.abs() {
            let ratio = other.re / other.im;
            let bottom = other.re * ratio + other.im;
            complex(real * ratio / bottom, -real / bottom)
        } else {
            complex(f64::NAN, f64::NAN)
        };
        if quotient.is_lost() && real.is_finite() && other.is_infinite() {
            let other = other.boxed();
            return Some(complex(0.0 * (real * other.re), 0.0 * (-real * other.im)));
        }
        Some(quotient)
    }

    /// `self ** exponent`: by multiplication for integers up to 100, else by logarithm.
    pub fn pow(self, exponent: Self) -> Result<Self, PowError> {
        let by_multiplication =
            exponent.im == 0.0 && exponent.re.fract() == 0.0 && exponent.re.abs() <= 100.0;
        let power =
            if by_multiplication { self.pow_int(exponent.re as i32)? } else { self.pow_polar(exponent)? };
        if power.is_infinite() { Err(PowError::Overflow) } else { Ok(power) }
    }

    fn pow_int(self, exponent: i32) -> Result<Self, PowError> {
        let count = exponent.unsigned_abs();
        let (mut power, mut square) = (ONE, self);
        for bit in 0..u32::BITS - count.leading_zeros() {
            if count >> bit & 1 == 1 {
                power = power.mul(square);
            }
            square = square.mul(square);
        }
        if exponent > 0 { Ok(power) } else { ONE.checked_div(power).ok_or(PowError::Zero) }
    }

    fn pow_polar(self, exponent: Self) -> Result<Self, PowError> {
        if self.re == 0.0 && self.im == 0.0 {
            let defined = exponent.im == 0.0 && exponent.re >= 0.0;
            return if defined { Ok(complex(0.0, 0.0)) } else { Err(PowError::Zero) };
        }
        let size = self.re.hypot(self.im);
        let angle = self.im.atan2(self.re);
        let mut length = size.powf(exponent.re);
        let mut phase = angle * exponent.re;
        if exponent.im != 0.0 {
            length *= (-angle * exponent.im).exp();
            phase += exponent.im * size.ln();
        }
        // The cosine of infinity is a domain error, which CPython takes for that of zero.
        if phase.is_infinite() {
            return Err(PowError::Zero);
        }
        Ok(complex(length * phase.cos(), length * phase.sin()))
    }

    /// `abs`; nothing on overflow.
    pub fn abs(self) -> Option<f64> {
        let size = self.re.hypot(self.im);
        (size.is_finite() || !self.is_finite()).then_some(size)
    }
}

/// `repr(complex)`: without the real part if that is zero, unless negative zero.
pub fn repr(value: Complex) -> String {
    let imaginary = repr_part(value.im);
    if value.re == 0.0 && !value.re.is_sign_negative() {
        return format!("{imaginary}j");
    }
    let sign = if imaginary.starts_with('-') { "" } else { "+" };
    format!("({}{sign}{imaginary}j)", repr_part(value.re))
}

/// Why a text is no complex number: a `ValueError`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseError {
    /// Not of the form a+bj.
    Malformed,
    /// An underscore that is not between digits.
    Underscore,
}

impl ParseError {
    /// The text of the `ValueError`; `repr` is that of the argument.
    pub fn message(self, repr: &str) -> String {
        match self {
            Self::Malformed => "complex() arg is a malformed string".to_owned(),
            Self::Underscore => format!("could not convert string to complex: {repr}"),
        }
    }
}

/// `complex(text)`
pub fn parse(text: &[u8]) -> Result<Complex, ParseError> {
    let text = strip_underscores(numeral(text, Kind::Str)).ok_or(ParseError::Underscore)?;
    let inner = match &text[..] {
        [b'(', inner @ .., b')'] => inner.trim_ascii(),
        text => text,
    };
    parse_sum(inner).ok_or(ParseError::Malformed)
}

/// A float, an imaginary number, or a float and an imaginary number with its sign.
fn parse_sum(text: &[u8]) -> Option<Complex> {
    let first = float_length(text);
    let (number, rest) = text.split_at(first);
    match rest {
        [] => Some(complex(parse_ascii(number)?, 0.0)),
        [b'+' | b'-', ..] if first > 0 => {
            let [coefficient @ .., b'j' | b'J'] = rest else {
                return None;
            };
            Some(complex(parse_ascii(number)?, parse_coefficient(coefficient)?))
        }
        _ => {
            let [coefficient @ .., b'j' | b'J'] = text else {
                return None;
            };
            Some(complex(0.0, parse_coefficient(coefficient)?))
        }
    }
}

/// What stands before the `j`: a float, a sign, or nothing.
fn parse_coefficient(text: &[u8]) -> Option<f64> {
    match text {
        b"" | b"+" => Some(1.0),
        b"-" => Some(-1.0),
        _ => parse_ascii(text),
    }
}

/// How much of the text, from its beginning, is a float.
fn float_length(text: &[u8]) -> usize {
    let digits = |from: usize| text[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let sign = usize::from(matches!(text.first(), Some(b'+' | b'-')));
    for name in [&b"infinity"[..], b"inf", b"nan"] {
        if text[sign..].get(..name.len()).is_some_and(|t| t.eq_ignore_ascii_case(name)) {
            return sign + name.len();
        }
    }
    let whole = digits(sign);
    let mut end = sign + whole;
    let mut fraction = 0;
    if text.get(end) == Some(&b'.') {
        fraction = digits(end + 1);
        end += 1 + fraction;
    }
    if whole + fraction == 0 {
        return 0;
    }
    if matches!(text.get(end), Some(b'e' | b'E')) {
        let exponent_sign = usize::from(matches!(text.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits((end + 1 + exponent_sign).min(text.len()));
        if exponent > 0 {
            end += 1 + exponent_sign + exponent;
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    const INF: f64 = f64::INFINITY;
    const NAN: f64 = f64::NAN;

    #[test]
    fn reprs() {
        for (re, im, text) in [
            (0.0, 2.0, "2j"),
            (-0.0, 2.0, "(-0+2j)"),
            (0.0, -0.0, "-0j"),
            (1.0, NAN, "(1+nanj)"),
            (NAN, -INF, "(nan-infj)"),
            (1e16, 1.5, "(1e+16+1.5j)"),
            (-0.0, -0.0, "(-0-0j)"),
        ] {
            assert_eq!(repr(complex(re, im)), text);
        }
    }

    #[test]
    fn parses() {
        for (text, wanted) in [
            ("1+2j", "(1+2j)"),
            (" ( 1-2j ) ", "(1-2j)"),
            ("j", "1j"),
            ("-j", "-1j"),
            ("1+j", "(1+1j)"),
            ("1_0+2_0j", "(10+20j)"),
            ("nan+infj", "(nan+infj)"),
            ("1e5j", "100000j"),
            ("infinityj", "infj"),
            ("+1.5", "(1.5+0j)"),
            ("1-J", "(1-1j)"),
            ("١+٢j", "(1+2j)"),
            ("(j)", "1j"),
            ("1e+5-1e-5j", "(100000-1e-05j)"),
        ] {
            assert_eq!(parse(text.as_bytes()).map(repr), Ok(wanted.to_owned()), "{text}");
        }
        for text in [
            "1+2", "", "1 + 2j", "(1+2j", "1+2jj", "1\0", "()", "((j))", "1+2j)", "--1j", "1+-2j", ".j", "+",
            "1j2", "j1", "1e+j", "1.5.j", "+-j", "infj1",
        ] {
            assert_eq!(parse(text.as_bytes()), Err(ParseError::Malformed), "{text}");
        }
        assert_eq!(parse(b"1__0j"), Err(ParseError::Underscore));
    }

    fn shown(value: Option<Complex>) -> String {
        value.map_or("none".to_owned(), repr)
    }

    #[test]
    fn products() {
        let product = |a: Complex, b| repr(a.mul(b));
        assert_eq!(product(complex(1.0, 2.0), complex(INF, NAN)), "(inf+infj)");
        assert_eq!(product(complex(INF, 0.0), complex(0.0, 1.0)), "(nan+infj)");
        assert_eq!(product(complex(INF, NAN), complex(INF, NAN)), "(inf+nanj)");
        assert_eq!(product(complex(INF, 1.0), complex(1.0, 2.0)), "(inf+infj)");
        assert_eq!(repr(complex(1.0, 2.0).mul_real(-0.0)), "(-0-0j)");
        assert_eq!(repr(Complex::real_sub(0.0, complex(1.0, 0.0))), "(-1-0j)");
    }

    #[test]
    fn quotients() {
        let quotient = |a: Complex, b| shown(a.checked_div(b));
        let a = complex(1.0, 2.0);
        assert_eq!(quotient(a, complex(3.0, -4.0)), "(-0.2+0.4j)");
        assert_eq!(quotient(complex(INF, 1.0), a), "(inf-infj)");
        assert_eq!(quotient(complex(1.0, 1.0), complex(INF, INF)), "0j");
        assert_eq!(quotient(a, complex(NAN, 1.0)), "(nan+nanj)");
        assert_eq!(quotient(a, complex(0.0, -0.0)), "none");
        assert_eq!(shown(complex(INF, NAN).div_real(2.0)), "(inf+nanj)");
        assert_eq!(shown(Complex::real_div(1.0, complex(INF, 0.0))), "-0j");
        assert_eq!(shown(Complex::real_div(INF, complex(1.0, 1.0))), "(inf-infj)");
        assert_eq!(shown(Complex::real_div(2.0, a)), "(0.4-0.8j)");
    }

    #[test]
    fn powers() {
        let a = complex(1.0, 2.0);
        let power = |base: Complex, re, im| base.pow(complex(re, im)).map(repr).map_err(|e| e.message());
        let is = |text: &str| Ok(text.to_owned());
        assert_eq!(power(a, 2.0, 0.0), is("(-3+4j)"));
        assert_eq!(power(a, -3.0, 0.0), is("(-0.08800000000000001+0.016j)"));
        assert_eq!(power(a, 100.0, 0.0), is("(-6.443164690985892e+34-6.113241307762508e+34j)"));
        assert_eq!(power(a, 101.0, 0.0), is("(5.783317924538885e+34-1.8999570689734468e+35j)"));
        assert_eq!(power(a, 1.0, 1.0), is("(-0.24720004426291722+0.6964504870825432j)"));
        assert_eq!(power(complex(0.0, 0.0), 0.0, 0.0), is("(1+0j)"));
        assert_eq!(power(complex(0.0, 0.0), -1.0, 0.0), Err("zero to a negative or complex power"));
        assert_eq!(power(complex(0.0, 0.0), 0.0, 1.0), Err("zero to a negative or complex power"));
        assert_eq!(power(a, INF, 0.0), Err("zero to a negative or complex power"));
        assert_eq!(power(complex(1e200, 1.0), 2.0, 0.0), Err("complex exponentiation"));
        assert_eq!(power(complex(2.0, 0.0), -1.0, 0.0), is("(0.5+0j)"));
        assert_eq!(complex(1.7e308, 1.7e308).abs(), None);
        assert_eq!(complex(INF, NAN).abs(), Some(INF));
    }
}
