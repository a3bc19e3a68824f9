//! ASCII and Latin-1: a byte for a code point.

use super::Fault;
use crate::wtf8;

const BEYOND_ASCII: &str = "ordinal not in range(128)";
const BEYOND_LATIN1: &str = "ordinal not in range(256)";

/// `ascii`
pub fn decode_ascii(input: &[u8], at: usize, out: &mut Vec<u8>) -> Result<usize, Fault> {
    let rest = &input[at..];
    match rest.iter().position(|b| !b.is_ascii()) {
        None => {
            out.extend_from_slice(rest);
            Ok(input.len())
        }
        Some(bad) => {
            out.extend_from_slice(&rest[..bad]);
            Err(Fault { start: at + bad, end: at + bad + 1, reason: BEYOND_ASCII })
        }
    }
}

/// `latin-1`, which takes everything.
pub fn decode_latin1(input: &[u8], at: usize, out: &mut Vec<u8>) -> usize {
    let rest = &input[at..];
    if rest.is_ascii() {
        out.extend_from_slice(rest);
    } else {
        rest.iter().for_each(|&byte| wtf8::push(out, byte.into()));
    }
    input.len()
}

/// `ascii`; a fault spans all neighbours that do not fit.
pub fn encode_ascii(text: &[u8], at: usize, out: &mut Vec<u8>) -> Result<(), Fault> {
    let rest = &text[at..];
    let fits = rest.iter().position(|b| !b.is_ascii()).unwrap_or(rest.len());
    out.extend_from_slice(&rest[..fits]);
    if fits == rest.len() {
        return Ok(());
    }
    let run = rest[fits..].iter().position(u8::is_ascii).unwrap_or(rest.len() - fits);
    let start = at + fits;
    Err(Fault { start, end: start + run, reason: BEYOND_ASCII })
}

/// `latin-1`; a fault spans all neighbours that do not fit.
pub fn encode_latin1(text: &[u8], at: usize, out: &mut Vec<u8>) -> Result<(), Fault> {
    let rest = &text[at..];
    if rest.is_ascii() {
        out.extend_from_slice(rest);
        return Ok(());
    }
    let mut points = wtf8::point_indices(rest);
    while let Some((offset, point)) = points.next() {
        match u8::try_from(point) {
            Ok(byte) => out.push(byte),
            Err(_) => {
                let run = points.find(|&(_, p)| p < 0x100).map_or(rest.len(), |(offset, _)| offset);
                return Err(Fault { start: at + offset, end: at + run, reason: BEYOND_LATIN1 });
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::codecs::Codec::{Ascii, Latin1};
    use crate::codecs::tests::{decoded, encoded};

    #[test]
    fn decodes() {
        let reason = "ordinal not in range(128)";
        assert_eq!(decoded(Ascii, b"a\xff\xfe"), (b"a??".to_vec(), vec![(1, 2, reason), (2, 3, reason)]));
        assert_eq!(decoded(Latin1, b"a\xe9").0, "aé".as_bytes());
    }

    #[test]
    fn encodes() {
        let (out, faults) = encoded(Latin1, "aéÿ→→b→".as_bytes());
        assert_eq!(out, b"a\xe9\xff?b?");
        assert_eq!(faults.iter().map(|f| (f.0, f.1)).collect::<Vec<_>>(), [(5, 11), (12, 15)]);
        let (out, faults) = encoded(Ascii, "aéÿ→→b→".as_bytes());
        assert_eq!((out, faults[0].1), (b"a?b?".to_vec(), 11));
    }
}
