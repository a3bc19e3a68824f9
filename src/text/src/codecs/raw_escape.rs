//! `raw_unicode_escape`: Latin-1, with `\uXXXX` and `\UXXXXXXXX` after an odd number of backslashes.

use super::Fault;
use crate::{repr, wtf8};

/// Reads up to `count` hexadecimal digits; yields the value of those that are there and their number.
pub(super) fn read_hex(digits: &[u8], count: usize) -> (u32, usize) {
    let digit = |b: &u8| char::from(*b).to_digit(16);
    digits.iter().take(count).map_while(digit).fold((0, 0), |(v, n), d| (v << 4 | d, n + 1))
}

/// `raw_unicode_escape`
pub fn decode(input: &[u8], mut at: usize, is_final: bool, out: &mut Vec<u8>) -> Result<usize, Fault> {
    while let Some(&byte) = input.get(at) {
        let next = input.get(at + 1);
        let (count, truncated) = match (byte, next) {
            (b'\\', None) if !is_final => return Ok(at),
            (b'\\', Some(b'u')) => (4, "truncated \\uXXXX escape"),
            (b'\\', Some(b'U')) => (8, "truncated \\UXXXXXXXX escape"),
            (b'\\', Some(&other)) => {
                out.push(byte);
                wtf8::push(out, other.into());
                at += 2;
                continue;
            }
            _ => {
                wtf8::push(out, byte.into());
                at += 1;
                continue;
            }
        };
        let (point, read) = read_hex(&input[at + 2..], count);
        let end = at + 2 + read;
        if read < count {
            if end == input.len() && !is_final {
                return Ok(at);
            }
            return Err(Fault { start: at, end, reason: truncated });
        }
        if point > wtf8::MAX {
            return Err(Fault { start: at, end, reason: "\\Uxxxxxxxx out of range" });
        }
        wtf8::push(out, point);
        at = end;
    }
    Ok(at)
}

/// `raw_unicode_escape`, which takes everything.
pub fn encode(text: &[u8], out: &mut Vec<u8>) {
    for point in wtf8::points(text) {
        match u8::try_from(point) {
            Ok(byte) => out.push(byte),
            Err(_) => repr::push_escape(out, point),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::codecs::Codec::RawUnicodeEscape as Raw;
    use crate::codecs::tests::{decoded, encoded, partly};

    #[test]
    fn decodes() {
        let (short, long) = ("truncated \\uXXXX escape", "truncated \\UXXXXXXXX escape");
        for (input, text, faults) in [
            (&br"\u0041"[..], "A", vec![]),
            (br"\\u0041", r"\\u0041", vec![]),
            (br"\\\u0041", r"\\A", vec![]),
            (br"\u004", "?", vec![(0, 5, short)]),
            (br"\u00zz", "?zz", vec![(0, 4, short)]),
            (br"\U0001f600", "😀", vec![]),
            (br"\U00110000", "?", vec![(0, 10, "\\Uxxxxxxxx out of range")]),
            (br"\U0011", "?", vec![(0, 6, long)]),
            (br"\x41", r"\x41", vec![]),
            (b"\xff\\", "ÿ\\", vec![]),
        ] {
            assert_eq!(decoded(Raw, input), (text.as_bytes().to_vec(), faults), "{}", input.escape_ascii());
        }
        assert_eq!(partly(Raw, b"\\"), (vec![], 0));
        assert_eq!(partly(Raw, b"\\\\"), (b"\\\\".to_vec(), 2));
        assert_eq!(partly(Raw, b"a\\u12"), (b"a".to_vec(), 1));
    }

    #[test]
    fn encodes() {
        assert_eq!(encoded(Raw, "aé→😀\\".as_bytes()).0, b"a\xe9\\u2192\\U0001f600\\");
    }
}
