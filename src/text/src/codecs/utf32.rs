//! UTF-32 in either byte order.

use super::utf16::SURROGATE;
use super::{Endian, Fault};
use crate::wtf8;

/// The byte order that a mark at the beginning tells, and the mark's length; nothing if the mark is incomplete. Without a
/// mark `utf-32` is in the machine's order, and this says little endian.
pub fn byte_order(input: &[u8], is_final: bool) -> Option<(Endian, usize)> {
    match input {
        [0xff, 0xfe, 0, 0, ..] => Some((Endian::Little, 4)),
        [0, 0, 0xfe, 0xff, ..] => Some((Endian::Big, 4)),
        [_, _, _, _, ..] => Some((Endian::Little, 0)),
        _ => is_final.then_some((Endian::Little, 0)),
    }
}

/// The mark that `utf-32` writes.
pub const MARK: &[u8] = b"\xff\xfe\0\0";

/// `utf-32-le` or `utf-32-be`
pub fn decode(
    input: &[u8],
    at: usize,
    endian: Endian,
    is_final: bool,
    out: &mut Vec<u8>,
) -> Result<usize, Fault> {
    let (units, tail) = input[at..].as_chunks::<4>();
    for (i, &unit) in units.iter().enumerate() {
        let point = match endian {
            Endian::Little => u32::from_le_bytes(unit),
            Endian::Big => u32::from_be_bytes(unit),
        };
        let reason = match point {
            0xd800..0xe000 => "code point in surrogate code point range(0xd800, 0xe000)",
            0..=wtf8::MAX => {
                wtf8::push(out, point);
                continue;
            }
            _ => "code point not in range(0x110000)",
        };
        return Err(Fault { start: at + 4 * i, end: at + 4 * i + 4, reason });
    }
    let end = input.len() - tail.len();
    if is_final && !tail.is_empty() {
        return Err(Fault { start: end, end: input.len(), reason: "truncated data" });
    }
    Ok(end)
}

pub(super) fn push(out: &mut Vec<u8>, point: u32, endian: Endian) {
    out.extend(match endian {
        Endian::Little => point.to_le_bytes(),
        Endian::Big => point.to_be_bytes(),
    });
}

/// `utf-32-le` or `utf-32-be`
pub fn encode(text: &[u8], at: usize, endian: Endian, out: &mut Vec<u8>) -> Result<(), Fault> {
    out.reserve(4 * (text.len() - at));
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
    use crate::codecs::Codec::Utf32;
    use crate::codecs::tests::{decoded, encoded};

    #[test]
    fn faults() {
        let little = Utf32(Endian::Little);
        let reasons = |input: &[u8]| decoded(little, input).1;
        assert_eq!(reasons(b"a\0\0\0bc"), [(4, 6, "truncated data")]);
        assert_eq!(reasons(b"\xff\xff\xff\xff"), [(0, 4, "code point not in range(0x110000)")]);
        assert_eq!(reasons(b"\0\xd8\0\0")[0].1, 4);
        assert_eq!(encoded(Utf32(Endian::Big), "😀".as_bytes()).0, b"\0\x01\xf6\0");
    }
}
