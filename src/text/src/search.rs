//! Finding, counting and replacing, for `str` and `bytes` alike.
//!
//! In our encoding a needle found as bytes is found as text, so these work on bytes; [`Kind`] matters only for the empty
//! needle, which is found between units.

use crate::{Kind, wtf8};
use memchr::memmem;

/// Offset of the first occurrence. The empty needle is found at 0.
#[inline]
pub fn find(text: &[u8], needle: &[u8]) -> Option<usize> {
    match *needle {
        [byte] => memchr::memchr(byte, text),
        _ => memmem::find(text, needle),
    }
}

/// Offset of the last occurrence. The empty needle is found at the end.
#[inline]
pub fn rfind(text: &[u8], needle: &[u8]) -> Option<usize> {
    match *needle {
        [byte] => memchr::memrchr(byte, text),
        _ => memmem::rfind(text, needle),
    }
}

/// Whether the needle occurs, `in`.
#[inline]
pub fn contains(text: &[u8], needle: &[u8]) -> bool {
    find(text, needle).is_some()
}

/// How often the needle occurs without overlap; for the empty needle one more than the units of the text.
pub fn count(text: &[u8], needle: &[u8], kind: Kind) -> usize {
    match *needle {
        [] => units(text, kind) + 1,
        [byte] => memchr::memchr_iter(byte, text).count(),
        _ => memmem::find_iter(text, needle).count(),
    }
}

fn units(text: &[u8], kind: Kind) -> usize {
    match kind {
        Kind::Str => wtf8::count(text),
        Kind::Bytes => text.len(),
    }
}

/// The text with the first `max` (or all) occurrences of `old` replaced; nothing when it would not change, so that the
/// caller can hand out the same object.
pub fn replace(text: &[u8], old: &[u8], new: &[u8], max: Option<usize>, kind: Kind) -> Option<Vec<u8>> {
    let max = max.unwrap_or(usize::MAX);
    if max == 0 || old == new {
        return None;
    }
    if old.is_empty() {
        return Some(interleave(text, new, max, kind));
    }
    let mut out = Vec::new();
    let mut copied = 0;
    let mut put = |at: usize| {
        if copied == 0 && out.is_empty() {
            out.reserve(text.len() + new.len().saturating_sub(old.len()));
        }
        out.extend_from_slice(&text[copied..at]);
        out.extend_from_slice(new);
        copied = at + old.len();
    };
    match *old {
        [byte] => memchr::memchr_iter(byte, text).take(max).for_each(&mut put),
        _ => memmem::find_iter(text, old).take(max).for_each(&mut put),
    }
    if copied == 0 {
        return None;
    }
    out.extend_from_slice(&text[copied..]);
    Some(out)
}

/// `new` before each of the units and at the end, at most `max` times.
fn interleave(text: &[u8], new: &[u8], max: usize, kind: Kind) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + new.len() * max.min(units(text, kind) + 1));
    let mut left = max;
    for &byte in text {
        if left > 0 && (kind == Kind::Bytes || wtf8::is_start(byte)) {
            out.extend_from_slice(new);
            left -= 1;
        }
        out.push(byte);
    }
    if left > 0 {
        out.extend_from_slice(new);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn replaced(text: &str, old: &str, new: &str, max: Option<usize>) -> Option<String> {
        replace(text.as_bytes(), old.as_bytes(), new.as_bytes(), max, Kind::Str)
            .map(|v| String::from_utf8(v).unwrap())
    }

    #[test]
    fn finds() {
        assert_eq!(find(b"hello", b"l"), Some(2));
        assert_eq!(rfind(b"hello", b"l"), Some(3));
        assert_eq!(find("añb".as_bytes(), "ñ".as_bytes()), Some(1));
        assert_eq!((find(b"ab", b""), rfind(b"ab", b"")), (Some(0), Some(2)));
        assert_eq!(count(b"aaaa", b"aa", Kind::Str), 2);
        assert_eq!(count("é".as_bytes(), b"", Kind::Str), 2);
        assert_eq!(count("é".as_bytes(), b"", Kind::Bytes), 3);
    }

    #[test]
    fn replaces() {
        assert_eq!(replaced("aXbX", "X", "yy", None).as_deref(), Some("ayybyy"));
        assert_eq!(replaced("aXbX", "X", "", Some(1)).as_deref(), Some("abX"));
        assert_eq!(replaced("aé", "", "-", None).as_deref(), Some("-a-é-"));
        assert_eq!(replaced("aé", "", "-", Some(2)).as_deref(), Some("-a-é"));
        assert_eq!(replaced("", "", "-", None).as_deref(), Some("-"));
        assert_eq!(replaced("abc", "x", "-", None), None);
        assert_eq!(replaced("abc", "abc", "", None).as_deref(), Some(""));
    }

    proptest! {
        #[test]
        fn like_std(text in "[abé]{0,30}", old in "[abé]{1,3}", new in "[abé]{0,3}", max in 0usize..5) {
            let ours = replaced(&text, &old, &new, Some(max)).unwrap_or_else(|| text.clone());
            prop_assert_eq!(ours, text.replacen(&old, &new, max));
            prop_assert_eq!(count(text.as_bytes(), old.as_bytes(), Kind::Str), text.matches(&old).count());
        }
    }
}
