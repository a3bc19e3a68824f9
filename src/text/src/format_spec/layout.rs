//! Laying a number out: sign, prefix, digits in groups, padding.
//!
//! With `0` before the width the padding zeros are digits and grouped with them, so how many are needed depends on the
//! separators: `format(1234, "010,")` is `00,001,234`.

use super::{Align, Grouping, SignOption, Spec};
use crate::wtf8;

/// A number's text in parts.
pub(super) struct Number<'a> {
    pub negative: bool,
    /// `0x` and the like.
    pub prefix: &'a str,
    /// Digits before the point; empty for `inf` and `nan`.
    pub whole: &'a str,
    /// Digits after the point, and the point if there is one.
    pub fraction: Option<&'a str>,
    /// Exponent, percent sign, `inf`, `nan`.
    pub rest: &'a str,
}

impl<'a> Number<'a> {
    /// Takes apart the text of a float's magnitude.
    pub fn of_float(negative: bool, magnitude: &'a str) -> Self {
        let digits = |text: &str| text.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(text.len());
        let (whole, rest) = magnitude.split_at(digits(magnitude));
        match rest.strip_prefix('.') {
            None => Self { negative, prefix: "", whole, fraction: None, rest },
            Some(rest) => {
                let (fraction, rest) = rest.split_at(digits(rest));
                Self { negative, prefix: "", whole, fraction: Some(fraction), rest }
            }
        }
    }

    /// The number as the specification wants it.
    pub fn lay_out(&self, spec: &Spec, group_size: usize) -> Vec<u8> {
        let sign = match (self.negative, spec.sign) {
            (true, _) => "-",
            (false, Some(SignOption::Plus)) => "+",
            (false, Some(SignOption::Space)) => " ",
            _ => "",
        };
        let mut tail = String::new();
        if let Some(fraction) = self.fraction {
            tail.push('.');
            push_fraction(&mut tail, fraction, spec.fraction_grouping);
        }
        tail.push_str(self.rest);
        let zeros_are_digits = spec.fill == u32::from(b'0') && spec.align == Align::AfterSign;
        let others = sign.len() + self.prefix.len() + tail.len();
        let least = if zeros_are_digits { spec.width.saturating_sub(others) } else { 0 };
        let whole = group_whole(self.whole, spec.grouping, group_size, least);
        let head = [sign, self.prefix].concat();
        pad_parts(head.as_bytes(), &[whole.as_bytes(), tail.as_bytes()].concat(), spec)
    }
}

/// Digits before the point with separators counted from the right, and zeros in front to make `least` characters.
fn group_whole(digits: &str, grouping: Option<Grouping>, size: usize, least: usize) -> String {
    let Some(grouping) = grouping.filter(|_| !digits.is_empty()) else {
        return digits.to_owned();
    };
    // Groups from the right; what is missing counts the separators that come with the zeros.
    let mut reversed = String::with_capacity(digits.len() * 4 / 3 + 1);
    let mut left = digits.bytes().rev();
    let mut missing = least;
    loop {
        let length = size.min(left.len().max(missing).max(1));
        reversed.extend((0..length).map(|_| left.next().map_or('0', char::from)));
        missing = missing.saturating_sub(length);
        if left.len() == 0 && missing == 0 {
            return reversed.chars().rev().collect();
        }
        reversed.push(grouping.char());
        missing = missing.saturating_sub(1);
    }
}

/// Digits after the point with separators counted from the left.
fn push_fraction(out: &mut String, digits: &str, grouping: Option<Grouping>) {
    for (i, digit) in digits.chars().enumerate() {
        if let Some(grouping) = grouping.filter(|_| i > 0 && i % 3 == 0) {
            out.push(grouping.char());
        }
        out.push(digit);
    }
}

/// Fills up to the width around a text.
pub(super) fn pad(text: &[u8], spec: &Spec) -> Vec<u8> {
    pad_parts(b"", text, spec)
}

/// Fills up to the width around or, for `=`, between two parts.
fn pad_parts(head: &[u8], body: &[u8], spec: &Spec) -> Vec<u8> {
    let used = wtf8::count(head) + wtf8::count(body);
    let missing = spec.width.saturating_sub(used);
    let (before, between) = match spec.align {
        Align::Left => (0, 0),
        Align::Right => (missing, 0),
        Align::Center => (missing / 2, 0),
        Align::AfterSign => (0, missing),
    };
    let fill = wtf8::from_point(spec.fill);
    let mut out = Vec::with_capacity(head.len() + body.len() + missing * fill.len());
    out.extend(fill.repeat(before));
    out.extend_from_slice(head);
    out.extend(fill.repeat(between));
    out.extend_from_slice(body);
    out.extend(fill.repeat(missing - before - between));
    out
}
