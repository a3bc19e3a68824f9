//! UTF-8. Our text is UTF-8 but for surrogates, so this is a check and a copy.

use super::Fault;
use crate::wtf8;

/// `utf-8`
pub fn decode(input: &[u8], at: usize, is_final: bool, out: &mut Vec<u8>) -> Result<usize, Fault> {
    let rest = &input[at..];
    let Err(error) = std::str::from_utf8(rest) else {
        out.extend_from_slice(rest);
        return Ok(input.len());
    };
    out.extend_from_slice(&rest[..error.valid_up_to()]);
    let start = at + error.valid_up_to();
    let (length, reason) = match error.error_len() {
        None if is_final => (input.len() - start, "unexpected end of data"),
        None => return Ok(start),
        // What starts no sequence: continuations, overlong forms, beyond U+10FFFF.
        Some(_) if !matches!(input[start], 0xc2..=0xf4) => (1, "invalid start byte"),
        Some(length) => (length, "invalid continuation byte"),
    };
    Err(Fault { start, end: start + length, reason })
}

/// `utf-8`; a fault spans neighbouring surrogates.
pub fn encode(text: &[u8], at: usize, out: &mut Vec<u8>) -> Result<(), Fault> {
    let rest = &text[at..];
    let Some(bad) = wtf8::find_surrogate(rest) else {
        out.extend_from_slice(rest);
        return Ok(());
    };
    out.extend_from_slice(&rest[..bad]);
    let after = wtf8::point_indices(&rest[bad..]).find(|&(_, p)| !wtf8::is_surrogate(p));
    let end = after.map_or(text.len(), |(offset, _)| at + bad + offset);
    Err(Fault { start: at + bad, end, reason: super::utf16::SURROGATE })
}

#[cfg(test)]
mod tests {
    use crate::codecs::Codec::Utf8;
    use crate::codecs::tests::{decoded, encoded, partly};

    #[test]
    fn faults() {
        let (start, next, end) =
            ("invalid start byte", "invalid continuation byte", "unexpected end of data");
        for (input, faults) in [
            (&b"\xff"[..], vec![(0, 1, start)]),
            (b"a\xe2\x82", vec![(1, 3, end)]),
            (b"\xe2\x82a", vec![(0, 2, next)]),
            (b"\xf0\x9f\x98", vec![(0, 3, end)]),
            (b"\xf0\x9fa", vec![(0, 2, next)]),
            (b"\xed\xa0\x80", vec![(0, 1, next), (1, 2, start), (2, 3, start)]),
            (b"\xed\xa0", vec![(0, 1, next), (1, 2, start)]),
            (b"\xc0\x80", vec![(0, 1, start), (1, 2, start)]),
            (b"\xf4\x90\x80\x80", vec![(0, 1, next), (1, 2, start), (2, 3, start), (3, 4, start)]),
            (b"\xe0\x80", vec![(0, 1, next), (1, 2, start)]),
            (b"\xc3", vec![(0, 1, end)]),
        ] {
            assert_eq!(decoded(Utf8, input).1, faults, "{input:x?}");
        }
        assert_eq!(partly(Utf8, b"a\xe2\x82"), (b"a".to_vec(), 1));
    }

    #[test]
    fn surrogates() {
        let faults = vec![(1, 7, "surrogates not allowed")];
        assert_eq!(encoded(Utf8, b"a\xed\xa0\x80\xed\xb0\x80b"), (b"a?b".to_vec(), faults));
    }
}
