//! Case mapping and the `is...` predicates of `str`, with Unicode's full mappings.
//!
//! Most text is ASCII and takes the short way; the rest goes by code point. The one mapping that depends on context is the
//! capital sigma: it becomes the final form after a letter and not before one (Unicode 3.13, Final_Sigma).

use crate::unicode::{self, Mapped};
use crate::wtf8::{self, points};

const CAPITAL_SIGMA: u32 = 0x3a3;

/// `str.lower`
pub fn lower(text: &[u8]) -> Vec<u8> {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    map(text, |offset, point| lower_at(text, offset, point))
}

/// `str.upper`
pub fn upper(text: &[u8]) -> Vec<u8> {
    if text.is_ascii() {
        return text.to_ascii_uppercase();
    }
    map(text, |_, point| unicode::to_upper(point))
}

/// `str.casefold`
pub fn casefold(text: &[u8]) -> Vec<u8> {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    map(text, |_, point| unicode::to_folded(point))
}

/// `str.swapcase`
pub fn swapcase(text: &[u8]) -> Vec<u8> {
    map(text, |offset, point| {
        if unicode::is_upper(point) {
            lower_at(text, offset, point)
        } else if unicode::is_lower(point) {
            unicode::to_upper(point)
        } else {
            Mapped::One(point)
        }
    })
}

/// `str.capitalize`: the first in title case, the rest in lower case.
pub fn capitalize(text: &[u8]) -> Vec<u8> {
    map(text, |offset, point| match offset {
        0 => unicode::to_title(point),
        _ => lower_at(text, offset, point),
    })
}

/// `str.title`: title case where a run of cased code points starts, lower case inside it.
pub fn title(text: &[u8]) -> Vec<u8> {
    let mut inside = false;
    map(text, |offset, point| {
        let mapped = if inside { lower_at(text, offset, point) } else { unicode::to_title(point) };
        inside = unicode::is_cased(point);
        mapped
    })
}

fn map(text: &[u8], mut mapping: impl FnMut(usize, u32) -> Mapped) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for (offset, point) in wtf8::point_indices(text) {
        mapping(offset, point).for_each(|p| wtf8::push(&mut out, p));
    }
    out
}

fn lower_at(text: &[u8], offset: usize, point: u32) -> Mapped {
    if point == CAPITAL_SIGMA { Mapped::One(lower_sigma(text, offset)) } else { unicode::to_lower(point) }
}

fn lower_sigma(text: &[u8], offset: usize) -> u32 {
    let cased = |p: Option<u32>| p.is_some_and(unicode::is_cased);
    let ignorable = |&p: &u32| unicode::is_case_ignorable(p);
    let before = points(&text[..offset]).rev().find(|p| !ignorable(p));
    let after = points(&text[offset + wtf8::width(CAPITAL_SIGMA)..]).find(|p| !ignorable(p));
    if cased(before) && !cased(after) { 0x3c2 } else { 0x3c3 }
}

macro_rules! all {
    ($($name:ident $ascii:expr, $point:path;)*) => {$(
        #[doc = concat!("`str.", stringify!($name), "`: not empty, and all code points are.")]
        pub fn $name(text: &[u8]) -> bool {
            let ascii: fn(&u8) -> bool = $ascii;
            !text.is_empty() && if text.is_ascii() { text.iter().all(ascii) } else { points(text).all($point) }
        }
    )*};
}

all! {
    isalpha u8::is_ascii_alphabetic, unicode::is_alpha;
    isalnum u8::is_ascii_alphanumeric, unicode::is_alnum;
    isdecimal u8::is_ascii_digit, unicode::is_decimal;
    isdigit u8::is_ascii_digit, unicode::is_digit;
    isnumeric u8::is_ascii_digit, unicode::is_numeric;
    isspace |b| matches!(b, 9..=13 | 28..=32), unicode::is_space;
}

/// `str.isprintable`: true for the empty string.
pub fn isprintable(text: &[u8]) -> bool {
    points(text).all(unicode::is_printable)
}

/// `str.isidentifier`: keywords count as well.
pub fn isidentifier(text: &[u8]) -> bool {
    let mut points = points(text);
    points.next().is_some_and(unicode::is_identifier_start) && points.all(unicode::is_identifier_continue)
}

/// `str.islower`: some lower case, nothing in upper or title case.
pub fn islower(text: &[u8]) -> bool {
    let other = |p| unicode::is_upper(p) || unicode::is_title(p);
    !points(text).any(other) && points(text).any(unicode::is_lower)
}

/// `str.isupper`: some upper case, nothing in lower or title case.
pub fn isupper(text: &[u8]) -> bool {
    let other = |p| unicode::is_lower(p) || unicode::is_title(p);
    !points(text).any(other) && points(text).any(unicode::is_upper)
}

/// `str.istitle`: upper or title case only where a run starts, lower case only inside one, and there is a run.
pub fn istitle(text: &[u8]) -> bool {
    let (mut inside, mut any) = (false, false);
    for point in points(text) {
        let starts = unicode::is_upper(point) || unicode::is_title(point);
        let continues = unicode::is_lower(point);
        if starts && inside || continues && !inside {
            return false;
        }
        inside = starts || continues;
        any |= inside;
    }
    any
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(method: fn(&[u8]) -> Vec<u8>, text: &str, wanted: &str) {
        assert_eq!(String::from_utf8(method(text.as_bytes())).unwrap(), wanted);
    }

    #[test]
    fn maps() {
        check(lower, "HeLLo", "hello");
        check(lower, "ΌΔΟΣ ΑΣ' Σ", "όδος ας' σ");
        check(lower, "ΑΣΑ", "ασα");
        check(upper, "straße ﬁ", "STRASSE FI");
        check(casefold, "Straße", "strasse");
        check(swapcase, "aBß", "AbSS");
        check(capitalize, "ǆuro ΑΣ", "ǅuro ας");
        check(title, "hello they're wörld ß", "Hello They'Re Wörld Ss");
        check(title, "ʰab", "ʰab");
        assert_eq!(upper(b"a\xed\xa0\x80"), b"A\xed\xa0\x80");
    }

    #[test]
    fn predicates() {
        let is = |f: fn(&[u8]) -> bool, text: &str| f(text.as_bytes());
        assert!(is(isalpha, "héllo") && !is(isalpha, "") && !is(isalpha, "a1"));
        assert!(is(isalnum, "a1½") && is(isnumeric, "½") && !is(isdigit, "½") && is(isdigit, "²"));
        assert!(is(isspace, " \t\u{1f}\u{3000}") && is(isspace, "\u{1c}") && !is(isspace, ""));
        assert!(is(islower, "a1") && !is(islower, "1") && !is(islower, "aB") && is(isupper, "A1"));
        assert!(is(istitle, "Hello World") && !is(istitle, "Hello world") && !is(istitle, "HeLlo"));
        assert!(is(isidentifier, "ñame_1") && !is(isidentifier, "1a") && !is(isidentifier, ""));
        assert!(is(isprintable, "") && is(isprintable, "a b") && !is(isprintable, "a\n"));
    }
}
