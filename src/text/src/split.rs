//! Taking text apart: split, rsplit, splitlines, partition, strip, for `str` and `bytes` alike.
//!
//! Pieces borrow from the text; the caller makes objects of them.

use crate::{Kind, search, unicode, wtf8};
use memchr::memmem;

/// The separator (not empty) at each of its first `max` occurrences.
pub fn split<'a>(text: &'a [u8], separator: &[u8], max: Option<usize>) -> Vec<&'a [u8]> {
    let max = max.unwrap_or(usize::MAX);
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut cut = |at: usize| {
        pieces.push(&text[start..at]);
        start = at + separator.len();
    };
    match *separator {
        [byte] => memchr::memchr_iter(byte, text).take(max).for_each(&mut cut),
        _ => memmem::find_iter(text, separator).take(max).for_each(&mut cut),
    }
    pieces.push(&text[start..]);
    pieces
}

/// The same from the right end; the pieces are still in the order of the text.
pub fn rsplit<'a>(text: &'a [u8], separator: &[u8], max: Option<usize>) -> Vec<&'a [u8]> {
    let max = max.unwrap_or(usize::MAX);
    let mut pieces = Vec::new();
    let mut rest = text;
    while pieces.len() < max
        && let Some(at) = search::rfind(rest, separator)
    {
        pieces.push(&rest[at + separator.len()..]);
        rest = &rest[..at];
    }
    pieces.push(rest);
    pieces.reverse();
    pieces
}

/// Splits at runs of white space, ignoring those at the ends; what is left after `max` splits loses its leading space only.
pub fn split_spaces(text: &[u8], max: Option<usize>, kind: Kind) -> Vec<&[u8]> {
    let max = max.unwrap_or(usize::MAX);
    let mut pieces = Vec::new();
    if kind == Kind::Str && max == usize::MAX && text.is_ascii() {
        pieces.extend(text.split(|b| matches!(b, 9..=13 | 28..=32)).filter(|p| !p.is_empty()));
        return pieces;
    }
    let mut rest = trim_start(text, kind);
    while !rest.is_empty() {
        let end = if pieces.len() < max { word_end(rest, kind) } else { rest.len() };
        pieces.push(&rest[..end]);
        rest = trim_start(&rest[end..], kind);
    }
    pieces
}

/// The same from the right end; the pieces are still in the order of the text.
pub fn rsplit_spaces(text: &[u8], max: Option<usize>, kind: Kind) -> Vec<&[u8]> {
    let max = max.unwrap_or(usize::MAX);
    let mut pieces = Vec::new();
    let mut rest = trim_end(text, kind);
    while !rest.is_empty() {
        let start = if pieces.len() < max { last_word_start(rest, kind) } else { 0 };
        pieces.push(&rest[start..]);
        rest = trim_end(&rest[..start], kind);
    }
    pieces.reverse();
    pieces
}

/// Whether a `bytes` method takes the byte as white space.
#[inline]
pub fn is_byte_space(byte: u8) -> bool {
    matches!(byte, 9..=13 | 32)
}

fn word_end(text: &[u8], kind: Kind) -> usize {
    let end = match kind {
        Kind::Bytes => text.iter().position(|&b| is_byte_space(b)),
        Kind::Str => wtf8::point_indices(text).find(|&(_, p)| unicode::is_space(p)).map(|(i, _)| i),
    };
    end.unwrap_or(text.len())
}

fn last_word_start(text: &[u8], kind: Kind) -> usize {
    match kind {
        Kind::Bytes => text.iter().rposition(|&b| is_byte_space(b)).map_or(0, |i| i + 1),
        Kind::Str => wtf8::point_indices(text)
            .rfind(|&(_, p)| unicode::is_space(p))
            .map_or(0, |(i, p)| i + wtf8::width(p)),
    }
}

/// The lines, with their ends if asked. `bytes` break at `\n`, `\r` and `\r\n` only.
pub fn splitlines(text: &[u8], keep_ends: bool, kind: Kind) -> Vec<&[u8]> {
    let mut lines = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (end, next) = line_end(rest, kind);
        lines.push(&rest[..if keep_ends { next } else { end }]);
        rest = &rest[next..];
    }
    lines
}

/// Where the first line's content ends and where the next line starts.
fn line_end(text: &[u8], kind: Kind) -> (usize, usize) {
    let end = match kind {
        Kind::Bytes => memchr::memchr2(b'\n', b'\r', text),
        Kind::Str => wtf8::point_indices(text).find(|&(_, p)| unicode::is_line_break(p)).map(|(i, _)| i),
    };
    match end {
        None => (text.len(), text.len()),
        Some(end) if text[end..].starts_with(b"\r\n") => (end, end + 2),
        Some(end) => (end, end + wtf8::width_of_start(text[end])),
    }
}

/// What is before and after the first occurrence of the separator.
pub fn partition<'a>(text: &'a [u8], separator: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    search::find(text, separator).map(|at| (&text[..at], &text[at + separator.len()..]))
}

/// What is before and after the last occurrence of the separator.
pub fn rpartition<'a>(text: &'a [u8], separator: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    search::rfind(text, separator).map(|at| (&text[..at], &text[at + separator.len()..]))
}

/// At which end to strip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// `lstrip`
    Left,
    /// `rstrip`
    Right,
    /// `strip`
    Both,
}

/// The text without leading or trailing white space.
pub fn strip(text: &[u8], side: Side, kind: Kind) -> &[u8] {
    let text = if side == Side::Right { text } else { trim_start(text, kind) };
    if side == Side::Left { text } else { trim_end(text, kind) }
}

fn trim_start(text: &[u8], kind: Kind) -> &[u8] {
    match kind {
        Kind::Bytes => trim_start_by(text, |b| is_byte_space(b as u8), kind),
        Kind::Str => trim_start_by(text, unicode::is_space, kind),
    }
}

fn trim_end(text: &[u8], kind: Kind) -> &[u8] {
    match kind {
        Kind::Bytes => trim_end_by(text, |b| is_byte_space(b as u8), kind),
        Kind::Str => trim_end_by(text, unicode::is_space, kind),
    }
}

/// The text without those leading or trailing units that occur in `set`.
pub fn strip_set<'a>(text: &'a [u8], set: &[u8], side: Side, kind: Kind) -> &'a [u8] {
    let set = UnitSet::new(set, kind);
    let text = if side == Side::Right { text } else { trim_start_by(text, |u| set.contains(u), kind) };
    if side == Side::Left { text } else { trim_end_by(text, |u| set.contains(u), kind) }
}

fn trim_start_by(text: &[u8], strip: impl Fn(u32) -> bool, kind: Kind) -> &[u8] {
    let start = match kind {
        Kind::Bytes => text.iter().position(|&b| !strip(b.into())),
        Kind::Str => wtf8::point_indices(text).find(|&(_, p)| !strip(p)).map(|(i, _)| i),
    };
    &text[start.unwrap_or(text.len())..]
}

fn trim_end_by(text: &[u8], strip: impl Fn(u32) -> bool, kind: Kind) -> &[u8] {
    let end = match kind {
        Kind::Bytes => text.iter().rposition(|&b| !strip(b.into())).map(|i| i + 1),
        Kind::Str => wtf8::point_indices(text).rfind(|&(_, p)| !strip(p)).map(|(i, p)| i + wtf8::width(p)),
    };
    &text[..end.unwrap_or(0)]
}

/// A set of code points or bytes: a bit each for the first 256, the rest in order.
struct UnitSet {
    low: [u64; 4],
    high: Vec<u32>,
}

impl UnitSet {
    fn new(set: &[u8], kind: Kind) -> Self {
        let mut units = Self { low: [0; 4], high: Vec::new() };
        match kind {
            Kind::Bytes => set.iter().for_each(|&b| units.insert(b.into())),
            Kind::Str => wtf8::points(set).for_each(|p| units.insert(p)),
        }
        units.high.sort_unstable();
        units
    }

    fn insert(&mut self, unit: u32) {
        match self.low.get_mut(unit as usize / 64) {
            Some(word) => *word |= 1 << (unit % 64),
            None => self.high.push(unit),
        }
    }

    fn contains(&self, unit: u32) -> bool {
        match self.low.get(unit as usize / 64) {
            Some(word) => word >> (unit % 64) & 1 == 1,
            None => self.high.binary_search(&unit).is_ok(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn strs(pieces: Vec<&[u8]>) -> Vec<&str> {
        pieces.into_iter().map(|p| std::str::from_utf8(p).unwrap()).collect()
    }

    #[test]
    fn splits() {
        assert_eq!(strs(split(b"a,b,c", b",", None)), ["a", "b", "c"]);
        assert_eq!(strs(split(b"a,b,c", b",", Some(1))), ["a", "b,c"]);
        assert_eq!(strs(rsplit(b"a,b,c", b",", Some(1))), ["a,b", "c"]);
        assert_eq!(strs(split(b"", b",", None)), [""]);
        assert_eq!(strs(split(b"--a--", b"--", None)), ["", "a", ""]);
    }

    #[test]
    fn splits_at_space() {
        assert_eq!(strs(split_spaces(b" a b  c ", None, Kind::Str)), ["a", "b", "c"]);
        assert_eq!(strs(split_spaces(b" a b  c ", Some(1), Kind::Str)), ["a", "b  c "]);
        assert_eq!(strs(rsplit_spaces(b" a b  c ", Some(1), Kind::Str)), [" a b", "c"]);
        assert_eq!(strs(rsplit_spaces(b" a b  c ", Some(0), Kind::Str)), [" a b  c"]);
        assert!(split_spaces(b"  ", None, Kind::Str).is_empty());
        assert_eq!(strs(split_spaces("a\u{3000}b".as_bytes(), None, Kind::Str)), ["a", "b"]);
        assert_eq!(split_spaces(b"a\x1cb", None, Kind::Bytes).len(), 1);
        assert_eq!(split_spaces(b"a\x1cb", None, Kind::Str).len(), 2);
    }

    #[test]
    fn lines() {
        let text = "a\r\nb\u{2028}c\n\nd".as_bytes();
        assert_eq!(strs(splitlines(text, false, Kind::Str)), ["a", "b", "c", "", "d"]);
        assert_eq!(strs(splitlines(text, true, Kind::Bytes)), ["a\r\n", "b\u{2028}c\n", "\n", "d"]);
        assert!(splitlines(b"", false, Kind::Str).is_empty());
        assert_eq!(strs(splitlines(b"a\n", false, Kind::Str)), ["a"]);
    }

    #[test]
    fn strips() {
        assert_eq!(strip("\u{a0} x\n".as_bytes(), Side::Both, Kind::Str), b"x");
        assert_eq!(strip(b" x ", Side::Left, Kind::Bytes), b"x ");
        assert_eq!(strip_set("éxéyé".as_bytes(), "é".as_bytes(), Side::Right, Kind::Str), "éxéy".as_bytes());
        assert_eq!(strip_set("→x→".as_bytes(), "→".as_bytes(), Side::Both, Kind::Str), b"x");
        assert_eq!(strip_set(b"\xff\x01\xff", b"\xff", Side::Both, Kind::Bytes), b"\x01");
        assert_eq!(rpartition(b"a.b.c", b"."), Some((&b"a.b"[..], &b"c"[..])));
        assert_eq!(partition(b"a.b.c", b"-"), None);
    }

    proptest! {
        #[test]
        fn like_std(text in "[a ,é\u{3000}]{0,30}", max in 0usize..5) {
            let bytes = text.as_bytes();
            prop_assert_eq!(strs(split(bytes, b",", Some(max))), text.splitn(max + 1, ',').collect::<Vec<_>>());
            let mut right: Vec<_> = text.rsplitn(max + 1, ',').collect();
            right.reverse();
            prop_assert_eq!(strs(rsplit(bytes, b",", Some(max))), right);
            prop_assert_eq!(strs(split_spaces(bytes, None, Kind::Str)), text.split_whitespace().collect::<Vec<_>>());
            prop_assert_eq!(strs(rsplit_spaces(bytes, None, Kind::Str)), text.split_whitespace().collect::<Vec<_>>());
        }
    }
}
