//! `int(text, base)`.
//!
//! White space around, one sign, a prefix that fits the base, digits of any script, single underscores between digits.

use super::{Int, text};
use crate::{Kind, split, unicode, wtf8};
use dashu_int::IBig;
use std::borrow::Cow;

/// Why a text is no integer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParseError {
    /// See [`invalid_message`].
    Invalid,
    /// The base is neither 0 nor in 2..=36: [`BAD_BASE`].
    Base,
    /// More digits than `sys.set_int_max_str_digits` allows: [`too_many_digits_message`].
    TooManyDigits {
        /// How many there are.
        digits: usize,
    },
}

/// The text of [`ParseError::Base`].
pub const BAD_BASE: &str = "int() base must be >= 2 and <= 36, or 0";

/// The text of [`ParseError::Invalid`]; `repr` is that of the argument.
pub fn invalid_message(base: u32, repr: &str) -> String {
    format!("invalid literal for int() with base {base}: {repr}")
}

/// The text of [`ParseError::TooManyDigits`].
pub fn too_many_digits_message(limit: usize, digits: usize) -> String {
    format!(
        "Exceeds the limit ({limit} digits) for integer string conversion: value has {digits} digits; \
         use sys.set_int_max_str_digits() to increase the limit"
    )
}

/// A number's text as the ASCII parsers want it: without white space around, digits of other scripts as ASCII digits, any
/// other code point beyond ASCII as `?`. Inner white space beyond ASCII becomes a blank, which no number has either.
pub fn numeral(text: &[u8], kind: Kind) -> Cow<'_, [u8]> {
    let text = split::strip(text, split::Side::Both, kind);
    if kind == Kind::Bytes || text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let as_ascii = |point: u32| match point {
        0..0x80 => point as u8,
        _ => unicode::decimal(point).map_or(b'?', |digit| b'0' + digit),
    };
    Cow::Owned(wtf8::points(text).map(as_ascii).collect())
}

/// The integer that a text means. `base` 0 lets the prefix decide; `limit` is the greatest number of digits (0: no limit)
/// for bases that are not powers of two.
pub fn parse(text: &[u8], base: u32, limit: usize, kind: Kind) -> Result<Int, ParseError> {
    if base != 0 && !(2..=36).contains(&base) {
        return Err(ParseError::Base);
    }
    let text = numeral(text, kind);
    let (negative, rest) = match text.first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, &text[..]),
    };
    let (base, digits) = strip_prefix(rest, base)?;
    let digits = scan(digits, base)?;
    if text::is_over_limit(digits.digits.len(), limit) && !base.is_power_of_two() {
        return Err(ParseError::TooManyDigits { digits: digits.digits.len() });
    }
    if !digits.complete {
        return Err(ParseError::Invalid);
    }
    convert(&digits.digits, base, negative)
}

/// Takes `0x`, `0o` or `0b` off when base and text agree, and settles base 0.
fn strip_prefix(text: &[u8], base: u32) -> Result<(u32, &[u8]), ParseError> {
    let prefixed = match text {
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        _ => 0,
    };
    if prefixed != 0 && (base == 0 || base == prefixed) {
        let digits = &text[2..];
        return Ok((prefixed, digits.strip_prefix(b"_").unwrap_or(digits)));
    }
    // "Old" octal literals: with base 0 a decimal number may start with zero only if it is zero.
    if base == 0 && text.first() == Some(&b'0') && text.iter().any(|b| !matches!(b, b'0' | b'_')) {
        return Err(ParseError::Invalid);
    }
    Ok((if base == 0 { 10 } else { base }, text))
}

struct Digits<'a> {
    /// Digits alone, without underscores.
    digits: Cow<'a, [u8]>,
    /// Nothing followed them.
    complete: bool,
}

fn scan(text: &[u8], base: u32) -> Result<Digits<'_>, ParseError> {
    let is_digit = |b: u8| char::from(b).is_digit(base);
    let end = text.iter().position(|&b| b != b'_' && !is_digit(b)).unwrap_or(text.len());
    let (digits, complete) = (&text[..end], end == text.len());
    let misplaced = digits.is_empty()
        || digits.starts_with(b"_")
        || digits.ends_with(b"_")
        || digits.windows(2).any(|pair| pair == b"__");
    if misplaced {
        return Err(ParseError::Invalid);
    }
    let digits = match memchr::memchr(b'_', digits) {
        None => Cow::Borrowed(digits),
        Some(_) => Cow::Owned(digits.iter().copied().filter(|&b| b != b'_').collect()),
    };
    Ok(Digits { digits, complete })
}

fn convert(digits: &[u8], base: u32, negative: bool) -> Result<Int, ParseError> {
    // A digit takes log2(base) bits, so twelve digits of base 36 and eighteen decimal ones fit.
    if digits.len() <= 12 || base <= 10 && digits.len() <= 18 {
        let value = digits.iter().fold(0i64, |value, &b| {
            value * i64::from(base) + i64::from(char::from(b).to_digit(base).unwrap_or(0))
        });
        return Ok(Int::Small(if negative { -value } else { value }));
    }
    let ascii = std::str::from_utf8(digits).map_err(|_| ParseError::Invalid)?;
    let value = IBig::from_str_radix(ascii, base).map_err(|_| ParseError::Invalid)?;
    Ok(Int::from(if negative { -value } else { value }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn int(text: &str, base: u32) -> Result<Int, ParseError> {
        parse(text.as_bytes(), base, text::DEFAULT_DIGIT_LIMIT, Kind::Str)
    }

    #[test]
    fn accepts() {
        for (text, base, value) in [
            (" -12_3\n", 10, -123),
            ("+7", 10, 7),
            ("٣٤", 10, 34),
            ("0x_1F", 0, 31),
            ("0x1f", 16, 31),
            ("1f", 16, 31),
            ("0b101", 0, 5),
            ("0o17", 0, 15),
            ("00", 0, 0),
            ("0_0", 0, 0),
            ("zz", 36, 1295),
            ("0b1", 16, 0xb1),
            ("\u{a0}5\u{3000}", 10, 5),
            ("-9223372036854775808", 10, i64::MIN),
            ("010", 10, 10),
        ] {
            assert_eq!(int(text, base), Ok(Int::Small(value)), "{text}");
        }
        assert!(matches!(int("9223372036854775808", 10), Ok(Int::Big(_))));
    }

    #[test]
    fn rejects() {
        for (text, base) in [
            ("", 10),
            (" ", 10),
            ("_1", 10),
            ("1_", 10),
            ("1__0", 10),
            ("- 1", 10),
            ("1 2", 10),
            ("0x", 16),
            ("2", 2),
            ("0x1", 10),
            ("01", 0),
            ("0_1", 0),
            ("²", 10),
            ("0x__1", 0),
            ("+-1", 10),
            ("1\0", 10),
            ("1.5", 10),
        ] {
            assert_eq!(int(text, base), Err(ParseError::Invalid), "{text}");
        }
        assert_eq!(int("1", 1), Err(ParseError::Base));
        assert_eq!(parse(b"\xb2", 10, 0, Kind::Bytes), Err(ParseError::Invalid));
    }

    #[test]
    fn limits() {
        let long = "1".repeat(4301);
        assert_eq!(int(&long, 10), Err(ParseError::TooManyDigits { digits: 4301 }));
        assert!(int(&long, 16).is_ok() && int(&long[1..], 10).is_ok());
        assert!(parse(long.as_bytes(), 10, 0, Kind::Str).is_ok());
    }

    proptest! {
        #[test]
        fn round_trip(value: i128, base in 2u32..=36) {
            let big = IBig::from(value);
            prop_assert_eq!(int(&big.in_radix(base).to_string(), base).map(Int::into_big), Ok(big));
        }
    }
}
