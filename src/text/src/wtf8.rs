//! How a Python string is stored: generalised UTF-8.
//!
//! A `str` is a sequence of code points 0..=0x10FFFF, lone surrogates included. Each is encoded as UTF-8 would, surrogates
//! as three bytes (ED A0..BF 80..BF). A high surrogate followed by a low one stays two code points, because Python never
//! merges them; so, unlike in strict WTF-8, concatenation is concatenation of bytes. Invariants every function relies on
//! and preserves: each code point is in its shortest form and complete. Hence byte order is code point order, a needle
//! found as bytes is found as text, and text without surrogates is UTF-8.
//!
//! Two units appear: *offset*, in bytes, and *index*, in code points.

/// The largest code point, `sys.maxunicode`.
pub const MAX: u32 = 0x10ffff;

/// Whether the byte starts a code point.
#[inline]
pub const fn is_start(byte: u8) -> bool {
    byte as i8 >= -0x40
}

/// Bytes that the encoding of `point` takes.
#[inline]
pub const fn width(point: u32) -> usize {
    match point {
        0..0x80 => 1,
        0x80..0x800 => 2,
        0x800..0x10000 => 3,
        _ => 4,
    }
}

/// Bytes of the code point that starts with this byte.
#[inline]
pub const fn width_of_start(byte: u8) -> usize {
    match byte {
        0..0x80 => 1,
        0x80..0xe0 => 2,
        0xe0..0xf0 => 3,
        _ => 4,
    }
}

/// The code point at `offset`, a boundary before the end, and its width.
#[inline]
pub fn decode(text: &[u8], offset: usize) -> (u32, usize) {
    let first = text[offset];
    let low = |i: usize| u32::from(text[offset + i] & 0x3f);
    match width_of_start(first) {
        1 => (u32::from(first), 1),
        2 => (u32::from(first & 0x1f) << 6 | low(1), 2),
        3 => (u32::from(first & 0x0f) << 12 | low(1) << 6 | low(2), 3),
        _ => (u32::from(first & 0x07) << 18 | low(1) << 12 | low(2) << 6 | low(3), 4),
    }
}

/// The code point that ends at `end`, a boundary after the beginning, and its width.
#[inline]
pub fn decode_before(text: &[u8], end: usize) -> (u32, usize) {
    let mut start = end - 1;
    while !is_start(text[start]) {
        start -= 1;
    }
    decode(text, start)
}

/// Appends a code point.
#[inline]
pub fn push(out: &mut Vec<u8>, point: u32) {
    let tail = |shift: u32| 0x80 | (point >> shift & 0x3f) as u8;
    match width(point) {
        1 => out.push(point as u8),
        2 => out.extend([0xc0 | (point >> 6) as u8, tail(0)]),
        3 => out.extend([0xe0 | (point >> 12) as u8, tail(6), tail(0)]),
        _ => out.extend([0xf0 | (point >> 18) as u8, tail(12), tail(6), tail(0)]),
    }
}

/// The text of one code point.
pub fn from_point(point: u32) -> Vec<u8> {
    let mut out = Vec::with_capacity(4);
    push(&mut out, point);
    out
}

/// The text of many code points.
pub fn from_points(points: impl IntoIterator<Item = u32>) -> Vec<u8> {
    let mut out = Vec::new();
    points.into_iter().for_each(|point| push(&mut out, point));
    out
}

/// Code points with their offsets, from either end. See [`points`] for the code points alone.
#[derive(Clone, Debug)]
pub struct PointIndices<'a> {
    text: &'a [u8],
    start: usize,
    end: usize,
}

impl Iterator for PointIndices<'_> {
    type Item = (usize, u32);

    #[inline]
    fn next(&mut self) -> Option<(usize, u32)> {
        if self.start == self.end {
            return None;
        }
        let (point, width) = decode(self.text, self.start);
        self.start += width;
        Some((self.start - width, point))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let bytes = self.end - self.start;
        (bytes.div_ceil(4), Some(bytes))
    }
}

impl DoubleEndedIterator for PointIndices<'_> {
    #[inline]
    fn next_back(&mut self) -> Option<(usize, u32)> {
        if self.start == self.end {
            return None;
        }
        let (point, width) = decode_before(self.text, self.end);
        self.end -= width;
        Some((self.end, point))
    }
}

/// The code points with their offsets.
pub fn point_indices(text: &[u8]) -> PointIndices<'_> {
    PointIndices { text, start: 0, end: text.len() }
}

/// The code points.
pub fn points(text: &[u8]) -> impl DoubleEndedIterator<Item = u32> + Clone + '_ {
    point_indices(text).map(|(_, point)| point)
}

/// How many code points, `len(str)`.
#[inline]
pub fn count(text: &[u8]) -> usize {
    text.iter().filter(|&&byte| is_start(byte)).count()
}

/// Whether every code point is below 128.
#[inline]
pub fn is_ascii(text: &[u8]) -> bool {
    text.is_ascii()
}

/// The offset of the code point with this index; the length of the text for the index just past the last; else nothing.
pub fn offset_of(text: &[u8], index: usize) -> Option<usize> {
    const STEP: usize = 64;
    let (mut offset, mut left) = (0, index);
    while let Some(block) = text.get(offset..offset + STEP) {
        let starts = count(block);
        if starts > left {
            break;
        }
        left -= starts;
        offset += STEP;
    }
    let rest = text[offset..].iter().enumerate().filter(|&(_, &byte)| is_start(byte));
    match rest.map(|(i, _)| offset + i).nth(left) {
        Some(found) => Some(found),
        None => (count(&text[offset..]) == left).then_some(text.len()),
    }
}

/// The index of the code point at this offset, a boundary.
#[inline]
pub fn index_of(text: &[u8], offset: usize) -> usize {
    count(&text[..offset])
}

/// The code point with this index.
pub fn get(text: &[u8], index: usize) -> Option<u32> {
    offset_of(text, index).filter(|&offset| offset < text.len()).map(|offset| decode(text, offset).0)
}

/// The code points from index `start` up to, not including, `end`; both are clamped to the text.
pub fn slice(text: &[u8], start: usize, end: usize) -> &[u8] {
    let from = offset_of(text, start).unwrap_or(text.len());
    let rest = &text[from..];
    let len = offset_of(rest, end.saturating_sub(start)).unwrap_or(rest.len());
    &rest[..len]
}

/// An extended slice: `count` code points from index `start` on, `step` apart (negative: backwards). All must exist.
pub fn slice_by_step(text: &[u8], start: usize, step: isize, count: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(count);
    let Some(offset) = offset_of(text, start).filter(|_| count > 0) else {
        return out;
    };
    let mut take = |points: &mut dyn Iterator<Item = u32>| points.take(count).for_each(|p| push(&mut out, p));
    if step > 0 {
        take(&mut points(&text[offset..]).step_by(step.unsigned_abs()));
    } else {
        let end = offset + width_of_start(text[offset]);
        take(&mut points(&text[..end]).rev().step_by(step.unsigned_abs()));
    }
    out
}

/// The text backwards, code point by code point.
pub fn reverse(text: &[u8]) -> Vec<u8> {
    from_points(points(text).rev())
}

/// The largest code point, 0 for empty text. It decides CPython's internal width (below 0x100, 0x10000 or more).
pub fn max_point(text: &[u8]) -> u32 {
    if text.is_ascii() {
        text.iter().copied().max().unwrap_or(0).into()
    } else {
        points(text).max().unwrap_or(0)
    }
}

/// Whether the code point is a surrogate.
#[inline]
pub const fn is_surrogate(point: u32) -> bool {
    point & !0x7ff == 0xd800
}

/// The offset of the first lone surrogate, what keeps the text from being UTF-8.
pub fn find_surrogate(text: &[u8]) -> Option<usize> {
    memchr::memchr_iter(0xed, text).find(|&i| text.get(i + 1).is_some_and(|&next| next >= 0xa0))
}

/// The text as UTF-8, unless it holds surrogates.
#[inline]
pub fn as_str(text: &[u8]) -> Option<&str> {
    std::str::from_utf8(text).ok()
}

/// Whether the bytes are what a `str` may hold.
pub fn is_valid(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    while let Err(error) = std::str::from_utf8(rest) {
        match rest[error.valid_up_to()..] {
            [0xed, 0xa0..=0xbf, 0x80..=0xbf, ref after @ ..] => rest = after,
            _ => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_points() -> impl Strategy<Value = Vec<u32>> {
        let point = prop_oneof![0..0x80u32, 0..0x800u32, 0..0x10000u32, 0xd7f0..0xe010u32, 0..=MAX];
        proptest::collection::vec(point, 0..200)
    }

    #[test]
    fn surrogates_stay_apart() {
        let text = from_points([0xd83d, 0xde00]);
        assert_eq!(text.len(), 6);
        assert!(is_valid(&text) && as_str(&text).is_none());
        assert_eq!(find_surrogate(&text), Some(0));
        assert_eq!(find_surrogate("\u{d7ff}\u{e000}".as_bytes()), None);
        assert!(!is_valid(b"\xed\xa0") && !is_valid(b"\xc0\x80"));
    }

    proptest! {
        #[test]
        fn like_a_vector(points_in in any_points(), a in 0usize..210, b in 0usize..210, step in -5isize..5) {
            let text = from_points(points_in.iter().copied());
            prop_assert!(is_valid(&text));
            prop_assert_eq!(points(&text).collect::<Vec<_>>(), points_in.clone());
            prop_assert_eq!(count(&text), points_in.len());
            prop_assert_eq!(get(&text, a), points_in.get(a).copied());
            prop_assert_eq!(max_point(&text), points_in.iter().copied().max().unwrap_or(0));
            match offset_of(&text, a) {
                Some(offset) => prop_assert_eq!(index_of(&text, offset), a),
                None => prop_assert!(a > points_in.len()),
            }
            let (from, to) = (a.min(points_in.len()), b.min(points_in.len()));
            let part = points_in.get(from..to).unwrap_or(&[]);
            prop_assert_eq!(slice(&text, a, b), from_points(part.iter().copied()));
            prop_assert_eq!(reverse(&text), from_points(points_in.iter().rev().copied()));
            if step != 0 && a < points_in.len() {
                let wanted: Vec<u32> = (0..).map(|i| a as isize + i * step)
                    .take_while(|&i| i >= 0 && (i as usize) < points_in.len()).map(|i| points_in[i as usize]).collect();
                prop_assert_eq!(slice_by_step(&text, a, step, wanted.len()), from_points(wanted));
            }
        }
    }
}
