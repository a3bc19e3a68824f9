//! Numbers from text and to text.

use super::coef::Coef;
use super::number::{Ctx, FAR, Kind, Num, finish, flag};
use std::borrow::Cow;

/// A text as [`parse`] wants it: without white space around and underscores, digits of any script in ASCII.
pub fn numeral(text: &[u8]) -> Cow<'_, [u8]> {
    let n = weft_text::int::parse::numeral(text, weft_text::Kind::Str);
    if !n.contains(&b'_') {
        return n;
    }
    Cow::Owned(n.iter().copied().filter(|b| *b != b'_').collect())
}

/// As [`numeral`], but white space and underscores stay and are errors.
pub fn strict_numeral(text: &[u8]) -> Cow<'_, [u8]> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let as_ascii = |point: u32| match point {
        0..0x80 => point as u8,
        _ => weft_text::unicode::decimal(point).map_or(b'?', |digit| b'0' + digit),
    };
    Cow::Owned(weft_text::wtf8::points(text).map(as_ascii).collect())
}

/// A numeric string of the specification, exactly; `None` when it is none.
pub fn parse(text: &[u8]) -> Option<Num> {
    let (neg, body) = match text.first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    match body.first()? {
        b'0'..=b'9' | b'.' => parse_finite(neg, body),
        _ => parse_special(neg, body),
    }
}

fn parse_special(neg: bool, body: &[u8]) -> Option<Num> {
    if body.eq_ignore_ascii_case(b"inf") || body.eq_ignore_ascii_case(b"infinity") {
        return Some(Num::inf(neg));
    }
    let (kind, digits) = if body.len() >= 3 && body[..3].eq_ignore_ascii_case(b"nan") {
        (Kind::Nan, &body[3..])
    } else if body.len() >= 4 && body[..4].eq_ignore_ascii_case(b"snan") {
        (Kind::Snan, &body[4..])
    } else {
        return None;
    };
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let coef = if digits.is_empty() { Coef::ZERO } else { Coef::parse(digits) };
    Some(Num { kind, coef, exp: 0, neg })
}

fn parse_finite(neg: bool, body: &[u8]) -> Option<Num> {
    let whole = body.iter().position(|b| !b.is_ascii_digit()).unwrap_or(body.len());
    let mut rest = &body[whole..];
    let mut fraction: &[u8] = b"";
    if rest.first() == Some(&b'.') {
        let n = rest[1..].iter().position(|b| !b.is_ascii_digit()).unwrap_or(rest.len() - 1);
        fraction = &rest[1..1 + n];
        rest = &rest[1 + n..]
    }
    if whole + fraction.len() == 0 {
        return None;
    }
    let exp = match rest {
        [] => 0,
        [b'e' | b'E', e @ ..] => parse_exponent(e)?,
        _ => return None,
    };
    let coef = if fraction.is_empty() {
        Coef::parse(&body[..whole])
    } else if whole + fraction.len() <= 38 {
        let mut d = [0u8; 38];
        d[..whole].copy_from_slice(&body[..whole]);
        d[whole..whole + fraction.len()].copy_from_slice(fraction);
        Coef::parse(&d[..whole + fraction.len()])
    } else {
        Coef::parse(&[&body[..whole], fraction].concat())
    };
    Some(Num::finite(neg, coef, exp - fraction.len() as i64))
}

fn parse_exponent(e: &[u8]) -> Option<i64> {
    let (neg, digits) = match e.first()? {
        b'-' => (true, &e[1..]),
        b'+' => (false, &e[1..]),
        _ => (false, e),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let mut n = 0i64;
    for d in digits {
        n = n.saturating_mul(10).saturating_add((d & 15) as i64).min(FAR)
    }
    Some(if neg { -n } else { n })
}

/// From text as `Decimal()` takes it: exactly, or InvalidOperation.
pub fn exact(n: Option<Num>, st: &mut u32) -> Num {
    let Some(n) = n else {
        *st |= flag::CONVERSION_SYNTAX;
        return Num::nan();
    };
    within(n, st)
}

/// A number that the largest context holds without rounding, or InvalidOperation.
pub fn within(n: Num, st: &mut u32) -> Num {
    let mut s = 0;
    let n = finish(n, &Ctx::MAX, &mut s);
    if s & (flag::INEXACT | flag::ROUNDED | flag::CLAMPED) != 0 {
        *st |= flag::INVALID_OPERATION;
        return Num::nan();
    }
    *st |= s & flag::MEMORY;
    n
}

/// From text as `Context.create_decimal()` takes it: rounded.
pub fn rounded(n: Option<Num>, c: &Ctx, st: &mut u32) -> Num {
    let Some(n) = n else {
        *st |= flag::CONVERSION_SYNTAX;
        return Num::nan();
    };
    if n.is_nan() && n.coef.digits() as i64 > c.prec - c.clamp as i64 && !n.coef.is_zero() {
        *st |= flag::CONVERSION_SYNTAX;
        return Num::nan();
    }
    finish(n, c, st)
}

/// Scientific or engineering notation.
pub fn to_text(n: &Num, engineering: bool, capitals: bool) -> String {
    let mut s = String::with_capacity(40);
    if n.neg {
        s.push('-')
    }
    match n.kind {
        Kind::Inf => s.push_str("Infinity"),
        Kind::Nan | Kind::Snan => {
            s.push_str(if n.kind == Kind::Nan { "NaN" } else { "sNaN" });
            if !n.coef.is_zero() {
                n.coef.push_digits(&mut s)
            }
        }
        Kind::Finite => {
            let start = s.len();
            n.coef.push_digits(&mut s);
            place_point(&mut s, start, n, engineering, capitals)
        }
    }
    s
}

/// Sets point and exponent in the digits that start at `start`.
fn place_point(s: &mut String, start: usize, n: &Num, engineering: bool, capitals: bool) {
    let digits = (s.len() - start) as i64;
    // Digits before the point if there were no exponent.
    let left = n.exp + digits;
    let before = if n.exp <= 0 && left > -6 {
        left
    } else if !engineering {
        1
    } else if n.coef.is_zero() {
        (left + 1).rem_euclid(3) - 1
    } else {
        (left - 1).rem_euclid(3) + 1
    };
    if before <= 0 {
        let zeros = "0".repeat(before.unsigned_abs() as usize);
        s.insert_str(start, &format!("0.{zeros}"))
    } else if before < digits {
        s.insert(start + before as usize, '.')
    } else {
        s.extend(std::iter::repeat_n('0', (before - digits) as usize))
    }
    let exp = left - before;
    if exp != 0 {
        use std::fmt::Write;
        let _ = write!(s, "{}{exp:+}", if capitals { 'E' } else { 'e' });
    }
}
