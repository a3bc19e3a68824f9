//! UTF-7 (RFC 2152): ASCII, and between `+` and `-` UTF-16 in base 64 without padding.

use super::{Endian, Fault};
use crate::{codecs::utf16, wtf8};

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn from_base64(byte: u8) -> Option<u32> {
    Some(u32::from(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    }))
}

/// A section in base 64: bits not yet a unit, and the high surrogate that waits for its partner.
#[derive(Default)]
struct Section {
    bits: u32,
    buffer: u32,
    high: Option<u32>,
}

impl Section {
    fn push(&mut self, sextet: u32, out: &mut Vec<u8>) {
        self.buffer = self.buffer << 6 | sextet;
        self.bits += 6;
        if self.bits < 16 {
            return;
        }
        self.bits -= 16;
        let unit = self.buffer >> self.bits;
        self.buffer &= (1 << self.bits) - 1;
        match (self.high.take(), unit) {
            (Some(high), 0xdc00..0xe000) => {
                wtf8::push(out, 0x10000 + (high - 0xd800) * 0x400 + (unit - 0xdc00));
                return;
            }
            (Some(high), _) => wtf8::push(out, high),
            (None, _) => {}
        }
        match unit {
            0xd800..0xdc00 => self.high = Some(unit),
            _ => wtf8::push(out, unit),
        }
    }

    /// What is wrong with the bits left over when the section ends.
    fn leftover(&self) -> Option<&'static str> {
        match self.bits {
            6.. => Some("partial character in shift sequence"),
            _ if self.buffer != 0 => Some("non-zero padding bits in shift sequence"),
            _ => None,
        }
    }
}

/// `utf-7`. Not final, an open section is left for the next time as a whole.
pub fn decode(input: &[u8], mut at: usize, is_final: bool, out: &mut Vec<u8>) -> Result<usize, Fault> {
    while let Some(&byte) = input.get(at) {
        match byte {
            b'+' => match section(input, at, is_final, out)? {
                Some(next) => at = next,
                None => return Ok(at),
            },
            0..0x80 => {
                out.push(byte);
                at += 1;
            }
            _ => {
                return Err(Fault { start: at, end: at + 1, reason: "unexpected special character" });
            }
        }
    }
    Ok(at)
}

/// Decodes the section that starts at a `+`; yields where it ends, or nothing if that is not in sight.
fn section(input: &[u8], start: usize, is_final: bool, out: &mut Vec<u8>) -> Result<Option<usize>, Fault> {
    let fault = |end: usize, reason| Err(Fault { start, end, reason });
    match input.get(start + 1) {
        Some(b'-') => {
            out.push(b'+');
            return Ok(Some(start + 2));
        }
        Some(&byte) if from_base64(byte).is_none() => {
            return fault(start + 2, "ill-formed sequence");
        }
        _ => {}
    }
    let written = out.len();
    let mut section = Section::default();
    for (at, &byte) in input.iter().enumerate().skip(start + 1) {
        if let Some(sextet) = from_base64(byte) {
            section.push(sextet, out);
            continue;
        }
        if let Some(reason) = section.leftover() {
            return fault(at + 1, reason);
        }
        if let Some(high) = section.high.filter(|_| byte < 0x80) {
            wtf8::push(out, high);
        }
        return Ok(Some(at + usize::from(byte == b'-')));
    }
    if !is_final {
        out.truncate(written);
        return Ok(None);
    }
    if section.high.is_some() || section.leftover().is_some() {
        return fault(input.len(), "unterminated shift sequence");
    }
    Ok(Some(input.len()))
}

/// What stands for itself outside a section.
fn is_direct(point: u32) -> bool {
    match u8::try_from(point) {
        Ok(b'+' | b'\\' | b'~') => false,
        Ok(byte) => matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~'),
        Err(_) => false,
    }
}

/// `utf-7`, which takes everything, surrogates too.
pub fn encode(text: &[u8], out: &mut Vec<u8>) {
    let mut units = Vec::new();
    for point in wtf8::points(text) {
        let is_plus = point == u32::from(b'+');
        if !is_direct(point) && (!is_plus || !units.is_empty()) {
            utf16::push(&mut units, point, Endian::Big);
            continue;
        }
        if !units.is_empty() {
            push_section(out, &units);
            units.clear();
            // Any other character ends the section by itself.
            if point == u32::from(b'-') || from_base64(point as u8).is_some() {
                out.push(b'-');
            }
        }
        out.push(point as u8);
        if is_plus {
            out.push(b'-');
        }
    }
    if !units.is_empty() {
        push_section(out, &units);
        out.push(b'-');
    }
}

fn push_section(out: &mut Vec<u8>, units: &[u8]) {
    out.push(b'+');
    for chunk in units.chunks(3) {
        let triple = chunk.iter().enumerate().fold(0, |v, (i, &b)| v | u32::from(b) << (16 - 8 * i));
        // One byte takes two sextets, two take three, three take four.
        out.extend((0..=chunk.len()).map(|i| ALPHABET[(triple >> (18 - 6 * i) & 63) as usize]));
    }
}

#[cfg(test)]
mod tests {
    use crate::codecs::Codec::Utf7;
    use crate::codecs::tests::{decoded, encoded, partly};

    #[test]
    fn decodes() {
        let (padding, partial) =
            ("non-zero padding bits in shift sequence", "partial character in shift sequence");
        for (input, text, faults) in [
            (&b"+AGE-"[..], &b"a"[..], vec![]),
            (b"+AGE", b"a", vec![]),
            (b"+-", b"+", vec![]),
            (b"+", b"", vec![]),
            (b"a+b", b"a?", vec![(1, 3, "unterminated shift sequence")]),
            (b"+2D3eAA-", "😀".as_bytes(), vec![]),
            (b"+2D0-", b"\xed\xa0\xbd", vec![]),
            (b"+2D3-", b"?", vec![(0, 5, padding)]),
            (b"+\xff", b"?", vec![(0, 2, "ill-formed sequence")]),
            (b"\xff", b"?", vec![(0, 1, "unexpected special character")]),
            (b"+AGEA-", b"a?", vec![(0, 6, partial)]),
            (b"+AGE!a", b"a!a", vec![]),
            (b"+A\xff", b"?", vec![(0, 3, partial)]),
            (b"+2D0AYQ-", b"\xed\xa0\xbda", vec![]),
            (b"~\\", b"~\\", vec![]),
        ] {
            assert_eq!(decoded(Utf7, input), (text.to_vec(), faults), "{}", input.escape_ascii());
        }
        assert_eq!(partly(Utf7, b"a+AGE"), (b"a".to_vec(), 1));
        assert_eq!(partly(Utf7, b"a+"), (b"a".to_vec(), 1));
    }

    #[test]
    fn encodes() {
        let (out, _) = encoded(Utf7, "a+é😀b-c\\~é-é!é".as_bytes());
        assert_eq!(out, b"a+-+AOnYPd4A-b-c+AFwAfgDp--+AOk!+AOk-");
        assert_eq!(encoded(Utf7, b"a\xed\xa0\x80\xed\xb0\x80b").0, b"a+2ADcAA-b");
    }
}
