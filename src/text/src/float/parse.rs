//! `float(text)`: white space around, digits of any script, single underscores between digits, `inf`, `infinity`, `nan`.

use crate::Kind;
use crate::int::parse::numeral;
use std::borrow::Cow;

/// The text of the `ValueError`; `repr` is that of the argument.
pub fn invalid_message(repr: &str) -> String {
    format!("could not convert string to float: {repr}")
}

/// The float that a text means.
pub fn parse(text: &[u8], kind: Kind) -> Option<f64> {
    parse_ascii(&strip_underscores(numeral(text, kind))?)
}

/// The float that ASCII text without underscores means. Rust's grammar is Python's; its `E` and names take either case too.
pub(crate) fn parse_ascii(text: &[u8]) -> Option<f64> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// The text without underscores, provided each stands between digits.
pub(crate) fn strip_underscores(text: Cow<'_, [u8]>) -> Option<Cow<'_, [u8]>> {
    if memchr::memchr(b'_', &text).is_none() {
        return Some(text);
    }
    let is_digit = |i: usize| text.get(i).is_some_and(u8::is_ascii_digit);
    let placed = memchr::memchr_iter(b'_', &text).all(|i| i > 0 && is_digit(i - 1) && is_digit(i + 1));
    placed.then(|| text.iter().copied().filter(|&b| b != b'_').collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts() {
        for (text, value) in [
            (" 1.5\n", 1.5),
            ("1_0.2_5e1_0", 10.25e10),
            (".5", 0.5),
            ("5.", 5.0),
            ("-1e-5", -1e-5),
            ("1E5", 1e5),
            ("INF", f64::INFINITY),
            ("-Infinity", f64::NEG_INFINITY),
            ("١٫".trim_end_matches('٫'), 1.0),
            ("1e400", f64::INFINITY),
            ("\u{3000}2\u{a0}", 2.0),
            ("+0", 0.0),
        ] {
            assert_eq!(parse(text.as_bytes(), Kind::Str), Some(value), "{text}");
        }
        assert!(parse(b"NaN", Kind::Str).is_some_and(f64::is_nan));
        assert!(parse(b"-nan", Kind::Bytes).is_some_and(f64::is_nan));
    }

    #[test]
    fn rejects() {
        for text in [
            "", ".", "e5", "1_", "_1", "1__0", "1_.5", "1._5", "1e_5", "1e", "0x1p3", "1 2", "infin", "1\0",
            "²",
        ] {
            assert_eq!(parse(text.as_bytes(), Kind::Str), None, "{text}");
        }
        assert_eq!(parse(b"\xff", Kind::Bytes), None);
    }
}
