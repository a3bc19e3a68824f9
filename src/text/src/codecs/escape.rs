//! `unicode_escape`, the escapes of string literals, and `escape_decode`, those of bytes literals.

use super::Fault;
use super::raw_escape::read_hex;
use crate::{repr, wtf8};

/// What decoding needs and finds beside the text.
pub struct Escapes<'a> {
    /// The code points of a character name, for `\N{name}`.
    pub lookup: &'a dyn Fn(&[u8]) -> Option<Vec<u32>>,
    /// Offset of the first backslash whose escape has no meaning, for the warning.
    pub first_invalid: Option<usize>,
}

/// Reasons a final decoder gives for an escape that is not complete.
const END: &str = "\\ at end of string";
const NAME: &str = "malformed \\N character escape";

/// An escape's meaning: how far it goes and what it stands for.
enum Meaning {
    Point(u32, usize),
    Points(Vec<u32>, usize),
    /// Nothing: the backslash and the next character stay.
    Invalid,
    /// The input may go on; with the reason if it does not.
    Incomplete(&'static str),
    Wrong(usize, &'static str),
}

/// `unicode_escape`: Latin-1 with escapes.
pub fn decode(
    input: &[u8],
    mut at: usize,
    is_final: bool,
    escapes: &mut Escapes,
    out: &mut Vec<u8>,
) -> Result<usize, Fault> {
    while let Some(&byte) = input.get(at) {
        if byte != b'\\' {
            wtf8::push(out, byte.into());
            at += 1;
            continue;
        }
        match meaning(input, at, escapes) {
            Meaning::Point(point, end) => {
                wtf8::push(out, point);
                at = end;
            }
            Meaning::Points(points, end) => {
                points.iter().for_each(|&p| wtf8::push(out, p));
                at = end;
            }
            Meaning::Invalid => {
                escapes.first_invalid.get_or_insert(at);
                out.push(b'\\');
                at += 1;
                wtf8::push(out, input[at].into());
                at += 1;
            }
            Meaning::Incomplete(_) if !is_final => return Ok(at),
            Meaning::Incomplete(reason) => {
                return Err(Fault { start: at, end: input.len(), reason });
            }
            Meaning::Wrong(end, reason) => {
                return Err(Fault { start: at, end, reason });
            }
        }
    }
    Ok(at)
}

fn meaning(input: &[u8], at: usize, escapes: &mut Escapes) -> Meaning {
    let Some(&letter) = input.get(at + 1) else {
        return Meaning::Incomplete(END);
    };
    match letter {
        b'\n' => Meaning::Points(Vec::new(), at + 2),
        b'0'..=b'7' => {
            let (point, end) = octal(input, at + 1);
            if point > 0o377 {
                escapes.first_invalid.get_or_insert(at);
            }
            Meaning::Point(point, end)
        }
        b'x' => hex(input, at, 2, "truncated \\xXX escape"),
        b'u' => hex(input, at, 4, "truncated \\uXXXX escape"),
        b'U' => hex(input, at, 8, "truncated \\UXXXXXXXX escape"),
        b'N' => named(input, at, escapes),
        _ => simple(letter).map_or(Meaning::Invalid, |byte| Meaning::Point(byte.into(), at + 2)),
    }
}

/// The escapes of one letter.
fn simple(letter: u8) -> Option<u8> {
    Some(match letter {
        b'\\' | b'\'' | b'"' => letter,
        b'a' => 7,
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 11,
        _ => return None,
    })
}

/// Up to three octal digits and where they end.
fn octal(input: &[u8], start: usize) -> (u32, usize) {
    let digits = input[start..].iter().take(3).take_while(|b| matches!(b, b'0'..=b'7'));
    digits.fold((0, start), |(value, end), b| (value << 3 | u32::from(b - b'0'), end + 1))
}

fn hex(input: &[u8], at: usize, count: usize, truncated: &'static str) -> Meaning {
    let (point, read) = read_hex(&input[at + 2..], count);
    let end = at + 2 + read;
    if read == count {
        return match point {
            0..=wtf8::MAX => Meaning::Point(point, end),
            _ => Meaning::Wrong(end, "illegal Unicode character"),
        };
    }
    if end == input.len() { Meaning::Incomplete(truncated) } else { Meaning::Wrong(end, truncated) }
}

fn named(input: &[u8], at: usize, escapes: &Escapes) -> Meaning {
    match input.get(at + 2) {
        None => return Meaning::Incomplete(NAME),
        Some(b'{') => {}
        Some(_) => return Meaning::Wrong(at + 2, NAME),
    }
    let start = at + 3;
    let Some(length) = memchr::memchr(b'}', &input[start..]) else {
        return Meaning::Incomplete(NAME);
    };
    if length == 0 {
        return Meaning::Wrong(start, NAME);
    }
    let end = start + length + 1;
    match (escapes.lookup)(&input[start..start + length]) {
        Some(points) => Meaning::Points(points, end),
        None => Meaning::Wrong(end, "unknown Unicode character name"),
    }
}

/// `unicode_escape`, which takes everything and yields ASCII. Quotes stay as they are.
pub fn encode(text: &[u8], out: &mut Vec<u8>) {
    for point in wtf8::points(text) {
        match point {
            0x5c => out.extend(b"\\\\"),
            0x09 => out.extend(b"\\t"),
            0x0a => out.extend(b"\\n"),
            0x0d => out.extend(b"\\r"),
            0x20..0x7f => out.push(point as u8),
            _ => repr::push_escape(out, point),
        }
    }
}

/// `codecs.escape_decode`: the bytes that the inside of a bytes literal means, and the offset of the first escape without
/// meaning. An error is the offset of a `\x` without two digits ("invalid \x escape at position") or of a backslash at
/// the end ("Trailing \ in string").
pub fn decode_bytes(input: &[u8]) -> Result<(Vec<u8>, Option<usize>), BytesEscapeError> {
    let mut out = Vec::with_capacity(input.len());
    let (mut at, mut first_invalid) = (0, None);
    while let Some(&byte) = input.get(at) {
        if byte != b'\\' {
            out.push(byte);
            at += 1;
            continue;
        }
        let letter = *input.get(at + 1).ok_or(BytesEscapeError::Trailing)?;
        let mut end = at + 2;
        match letter {
            b'\n' => {}
            b'0'..=b'7' => {
                let (value, octal_end) = octal(input, at + 1);
                if value > 0o377 {
                    first_invalid.get_or_insert(at);
                }
                out.push(value as u8);
                end = octal_end;
            }
            b'x' => {
                let (value, read) = read_hex(&input[end..], 2);
                if read < 2 {
                    return Err(BytesEscapeError::Hex(at));
                }
                out.push(value as u8);
                end += 2;
            }
            _ => match simple(letter) {
                Some(byte) => out.push(byte),
                None => {
                    first_invalid.get_or_insert(at);
                    out.extend([b'\\', letter]);
                }
            },
        }
        at = end;
    }
    Ok((out, first_invalid))
}

/// Why [`decode_bytes`] has no result: a `ValueError`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BytesEscapeError {
    /// A backslash at the end.
    Trailing,
    /// A `\x` at this offset without two digits.
    Hex(usize),
}

impl BytesEscapeError {
    /// The text of the `ValueError`.
    pub fn message(self) -> String {
        match self {
            Self::Trailing => "Trailing \\ in string".to_owned(),
            Self::Hex(at) => format!("invalid \\x escape at position {at}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(input: &[u8]) -> (String, Vec<(usize, usize, &'static str)>) {
        let lookup = |name: &[u8]| (name == b"SPACE").then(|| vec![0x20]);
        let mut escapes = Escapes { lookup: &lookup, first_invalid: None };
        let (mut out, mut faults, mut at) = (Vec::new(), Vec::new(), 0);
        while let Err(fault) = decode(input, at, true, &mut escapes, &mut out) {
            faults.push((fault.start, fault.end, fault.reason));
            out.push(b'?');
            at = fault.end;
        }
        (String::from_utf8(out).unwrap(), faults)
    }

    #[test]
    fn decodes() {
        let two = "truncated \\xXX escape";
        for (input, text, faults) in [
            (&br#"\n\\\'\"\a\b\f\r\t\v"#[..], "\n\\'\"\x07\x08\x0c\r\t\x0b", vec![]),
            (br"\x4", "?", vec![(0, 3, two)]),
            (br"\xzz", "?zz", vec![(0, 2, two)]),
            (br"\U00110000", "?", vec![(0, 10, "illegal Unicode character")]),
            (br"\U0011z", "?z", vec![(0, 6, "truncated \\UXXXXXXXX escape")]),
            (br"\N{SPACE}", " ", vec![]),
            (br"\N{foo}", "?", vec![(0, 7, "unknown Unicode character name")]),
            (br"\N{}", "?}", vec![(0, 3, NAME)]),
            (br"\N{SPACE", "?", vec![(0, 8, NAME)]),
            (br"\Nx", "?x", vec![(0, 2, NAME)]),
            (br"\q", "\\q", vec![]),
            (br"\777\18", "\u{1ff}\u{1}8", vec![]),
            (b"\\\n\xe9", "é", vec![]),
            (b"a\\", "a?", vec![(1, 2, END)]),
            (br"a\x4g\x41", "a?gA", vec![(1, 4, two)]),
        ] {
            assert_eq!(decoded(input), (text.to_owned(), faults), "{}", input.escape_ascii());
        }
    }

    #[test]
    fn encodes() {
        let mut out = Vec::new();
        encode("aé→😀\\\n\t\r'\"\0\x7f".as_bytes(), &mut out);
        assert_eq!(out, br#"a\xe9\u2192\U0001f600\\\n\t\r'"\x00\x7f"#);
    }

    #[test]
    fn literals() {
        assert_eq!(decode_bytes(br"a\x41\101\q"), Ok((br"aAA\q".to_vec(), Some(9))));
        assert_eq!(decode_bytes(br"ab\x4"), Err(BytesEscapeError::Hex(2)));
        assert_eq!(decode_bytes(b"\\"), Err(BytesEscapeError::Trailing));
    }
}
