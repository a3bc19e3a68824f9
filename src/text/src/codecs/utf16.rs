//! UTF-16 in either byte order.

use super::{Endian, Fault};
use crate::wtf8;

/// Why encoders refuse a lone surrogate.
pub const SURROGATE: &str = "surrogates not allowed";

/// The byte order that a mark at the beginning tells, and the mark's length; nothing if the mark is incomplete. Without a
/// mark `utf-16` is in the machine's order, and this says little endian.
pub fn byte_order(input: &[u8], is_final: bool) -> Option<(Endian, usize)> {
    match input {
        [0xff, 0xfe, ..] => Some((Endian::Little, 2)),
        [0xfe, 0xff, ..] => Some((Endian::Big, 2)),
        [_, _, ..] => Some((Endian::Little, 0)),
        _ => is_final.then_some((Endian::Little, 0)),
    }
}

/// The mark that `utf-16` writes.
pub const MARK: &[u8] = b"\xff\xfe";

/// `utf-16-le` or `utf-16-be`
pub fn decode(
    input: &[u8],
    at: usize,
    endian: Endian,
    is_final: bool,
    out: &mut Vec<u8>,
) -> Result<usize, Fault> {
    let (units, tail) = input[at..].as_chunks::<2>();
    let unit = |i: usize| units.get(i).map(|&unit| read(unit, endian));
    let mut i = 0;
    while let Some(first) = unit(i) {
        let start = at + 2 * i;
        match (first, unit(i + 1)) {
            (0xd800..0xdc00, Some(second @ 0xdc00..0xe000)) => {
                wtf8::push(out, 0x10000 + (first - 0xd800) * 0x400 + (second - 0xdc00));
                i += 1;
            }
            (0xd800..0xdc00, Some(_)) => {
                return Err(Fault { start, end: start + 2, reason: "illegal UTF-16 surrogate" });
            }
            (0xd800..0xdc00, None) if is_final => {
                return Err(Fault { start, end: input.len(), reason: "unexpected end of data" });
            }
            (0xd800..0xdc00, None) => return Ok(start),
            (0xdc00..0xe000, _) => {
                return Err(Fault { start, end: start + 2, reason: "illegal encoding" });
            }
            _ => wtf8::push(out, first),
        }
        i += 1;
    }
    let end = input.len() - tail.len();
    if is_final && !tail.is_empty() {
        return Err(Fault { start: end, end: input.len(), reason: "truncated data" });
    }
    Ok(end)
}

fn read(unit: [u8; 2], endian: Endian) -> u32 {
    u32::from(match endian {
        Endian::Little => u16::from_le_bytes(unit),
        Endian::Big => u16::from_be_bytes(unit),
    })
}

/// The units of a code point; a lone surrogate is itself.
pub(super) fn push(out: &mut Vec<u8>, point: u32, endian: Endian) {
    let mut unit = |unit: u32| {
        out.extend(match endian {
            Endian::Little => (unit as u16).to_le_bytes(),
            Endian::Big => (unit as u16).to_be_bytes(),
        })
    };
    match point.checked_sub(0x10000) {
        None => unit(point),
        Some(beyond) => {
            unit(0xd800 + (beyond >> 10));
            unit(0xdc00 + (beyond & 0x3ff));
        }
    }
}

/// `utf-16-le` or `utf-16-be`
pub fn encode(text: &[u8], at: usize, endian: Endian, out: &mut Vec<u8>) -> Result<(), Fault> {
    out.reserve(2 * (text.len() - at));
    for (offset, point) in wtf8::point_indices(&text[at..]) {
        if wtf8::is_surrogate(point) {
            return Err(Fault { start: at + offset, end: at + offset + 3, reason: SURROGATE });
        }
        push(out, point, endian);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codecs::Codec::Utf16;
    use crate::codecs::tests::{decoded, encoded, partly};

    #[test]
    fn faults() {
        let little = Utf16(Endian::Little);
        for (input, text, faults) in [
            (&b"\x00"[..], "?", vec![(0, 1, "truncated data")]),
            (b"\x00\xd8\x00", "?", vec![(0, 3, "unexpected end of data")]),
            (b"\x00\xd8a\x00", "?a", vec![(0, 2, "illegal UTF-16 surrogate")]),
            (b"\x00\xdca", "??", vec![(0, 2, "illegal encoding"), (2, 3, "truncated data")]),
            (b"\x00\xd8\x00\xd8\x00\xdc", "?\u{10000}", vec![(0, 2, "illegal UTF-16 surrogate")]),
            (b"=\xd8\x00\xde", "😀", vec![]),
        ] {
            assert_eq!(decoded(little, input), (text.as_bytes().to_vec(), faults), "{input:x?}");
        }
        assert_eq!(partly(little, b"\x00\xd8\x00"), (vec![], 0));
        assert_eq!(partly(little, b"a\x00b"), (b"a".to_vec(), 2));
    }

    #[test]
    fn encodes() {
        assert_eq!(encoded(Utf16(Endian::Big), "a😀".as_bytes()).0, b"\0a\xd8\x3d\xde\x00");
        let (out, faults) = encoded(Utf16(Endian::Little), b"\xed\xa0\x80\xed\xb0\x80");
        assert_eq!((out, faults.len()), (b"?\0?\0".to_vec(), 2));
    }

    #[test]
    fn marks() {
        assert_eq!(byte_order(b"\xfe\xff\0a", true), Some((Endian::Big, 2)));
        assert_eq!(byte_order(b"\xff", false), None);
        assert_eq!(byte_order(b"a\0", true), Some((Endian::Little, 0)));
    }
}
