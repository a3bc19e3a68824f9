//! `float.hex` and `float.fromhex`.

use crate::int::float::{compose, decompose};
use crate::{Kind, split};

/// `float.hex`
pub fn hex(value: f64) -> String {
    if !value.is_finite() {
        return super::repr(value);
    }
    let sign = if value.is_sign_negative() { "-" } else { "" };
    let (mantissa, exponent) = decompose(value);
    if mantissa == 0 {
        return format!("{sign}0x0.0p+0");
    }
    let (first, rest) = (mantissa >> 52, mantissa & ((1 << 52) - 1));
    format!("{sign}0x{first}.{rest:013x}p{:+}", exponent + 52)
}

/// Why a text is no hexadecimal float.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HexError {
    /// `ValueError`
    Invalid,
    /// `OverflowError`
    Overflow,
}

impl HexError {
    /// The text of the exception.
    pub fn message(self) -> &'static str {
        match self {
            Self::Invalid => "invalid hexadecimal floating-point string",
            Self::Overflow => "hexadecimal value too large to represent as a float",
        }
    }
}

/// `float.fromhex`
pub fn from_hex(text: &[u8]) -> Result<f64, HexError> {
    let text = split::strip(text, split::Side::Both, Kind::Bytes);
    let (negative, text) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let signed = |value: f64| if negative { -value } else { value };
    if text.eq_ignore_ascii_case(b"inf") || text.eq_ignore_ascii_case(b"infinity") {
        return Ok(signed(f64::INFINITY));
    }
    if text.eq_ignore_ascii_case(b"nan") {
        return Ok(signed(f64::NAN));
    }
    let digits = match text {
        [b'0', b'x' | b'X', rest @ ..] => rest,
        _ => text,
    };
    let number = Number::read(digits).ok_or(HexError::Invalid)?;
    compose(negative, number.mantissa, number.sticky, number.exponent).ok_or(HexError::Overflow)
}

/// What the digits amount to: the first sixteen that count, and whether any later one is not zero.
#[derive(Default)]
struct Number {
    mantissa: u64,
    sticky: bool,
    exponent: i64,
    digits: usize,
}

impl Number {
    fn read(text: &[u8]) -> Option<Self> {
        let end = text.iter().position(|b| matches!(b, b'p' | b'P')).unwrap_or(text.len());
        let (digits, power) = text.split_at(end);
        let mut number = Self::default();
        let mut after_point = false;
        for &byte in digits {
            match byte {
                b'.' if !after_point => after_point = true,
                _ => number.push(char::from(byte).to_digit(16)?, after_point),
            }
        }
        if let [_, power @ ..] = power {
            number.exponent = number.exponent.saturating_add(read_power(power)?);
        }
        (number.digits > 0).then_some(number)
    }

    fn push(&mut self, digit: u32, after_point: bool) {
        self.digits += 1;
        self.exponent -= 4 * i64::from(after_point);
        if self.mantissa >> 60 == 0 {
            self.mantissa = self.mantissa << 4 | u64::from(digit);
        } else {
            self.sticky |= digit != 0;
            self.exponent += 4;
        }
    }
}

/// A signed decimal number, held within a range that no float nor any text in memory exceeds.
fn read_power(text: &[u8]) -> Option<i64> {
    const FAR: i64 = 1 << 59;
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let value = digits.iter().fold(0i64, |v, b| (v * 10 + i64::from(b - b'0')).min(FAR));
    Some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn writes() {
        assert_eq!(hex(3.0), "0x1.8000000000000p+1");
        assert_eq!(hex(-0.1), "-0x1.999999999999ap-4");
        assert_eq!(hex(-0.0), "-0x0.0p+0");
        assert_eq!(hex(5e-324), "0x0.0000000000001p-1022");
        assert_eq!(hex(f64::NEG_INFINITY), "-inf");
    }

    #[test]
    fn reads() {
        for (text, value) in [
            ("0x1.8p1", 3.0),
            (" -.8 ", -0.5),
            ("1.", 1.0),
            ("0x1p-1074", 5e-324),
            ("0x1p-1075", 0.0),
            ("0x1.00000000000008p0", 1.0),
            ("0x1.000000000000080000000000000001p0", 1f64.next_up()),
            ("0x0p99999", 0.0),
            ("0X1P+3", 8.0),
            ("-INF", f64::NEG_INFINITY),
            ("0x1p-99999999999999999999", 0.0),
        ] {
            assert_eq!(from_hex(text.as_bytes()), Ok(value), "{text}");
        }
        for text in ["", "0x", "0x.", "p1", "0x1p", "0x1p+", "1..2", "0x1g", "1 2", "0x1p1.", "--1"] {
            assert_eq!(from_hex(text.as_bytes()), Err(HexError::Invalid), "{text}");
        }
        assert_eq!(from_hex(b"0x1p1024"), Err(HexError::Overflow));
        assert_eq!(from_hex(b"0x1.fffffffffffff8p1023"), Err(HexError::Overflow));
    }

    proptest! {
        #[test]
        fn round_trip(bits: u64) {
            let value = f64::from_bits(bits);
            prop_assume!(value.is_finite());
            prop_assert_eq!(from_hex(hex(value).as_bytes()).unwrap().to_bits(), bits);
        }
    }
}
