//! The built-in error handlers, for codecs that need not call Python code. `namereplace` needs character names and so is
//! the caller's.

use super::{Codec, Fault, utf16, utf32};
use crate::{repr, wtf8};

/// What to do about a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handler {
    /// Raise.
    Strict,
    /// Leave it out.
    Ignore,
    /// U+FFFD, or `?` when encoding.
    Replace,
    /// `\xff`, `\u1234`.
    BackslashReplace,
    /// `&#8364;`, when encoding.
    XmlCharRefReplace,
    /// A byte as a lone surrogate and back (PEP 383).
    SurrogateEscape,
    /// Lone surrogates as the encodings of Unicode would have them.
    SurrogatePass,
}

/// What an encoder puts in place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replacement {
    /// To be encoded; if that fails the original fault is raised.
    Text(Vec<u8>),
    /// As it is.
    Bytes(Vec<u8>),
}

impl Handler {
    /// The handler that is registered under this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "strict" => Self::Strict,
            "ignore" => Self::Ignore,
            "replace" => Self::Replace,
            "backslashreplace" => Self::BackslashReplace,
            "xmlcharrefreplace" => Self::XmlCharRefReplace,
            "surrogateescape" => Self::SurrogateEscape,
            "surrogatepass" => Self::SurrogatePass,
            _ => return None,
        })
    }

    /// The text in place of a fault and where to go on; nothing if the fault is to be raised.
    pub fn on_decode(self, codec: Codec, input: &[u8], fault: Fault) -> Option<(Vec<u8>, usize)> {
        let bad = &input[fault.start..fault.end];
        match self {
            Self::Strict | Self::XmlCharRefReplace => None,
            Self::Ignore => Some((Vec::new(), fault.end)),
            Self::Replace => Some((wtf8::from_point(0xfffd), fault.end)),
            Self::BackslashReplace => {
                let mut text = Vec::with_capacity(4 * bad.len());
                bad.iter().for_each(|&byte| repr::push_escape(&mut text, byte.into()));
                Some((text, fault.end))
            }
            Self::SurrogateEscape => {
                let escaped = bad.iter().take_while(|b| !b.is_ascii());
                let text = wtf8::from_points(escaped.map(|&b| 0xdc00 + u32::from(b)));
                let count = text.len() / 3;
                (count > 0).then_some((text, fault.start + count))
            }
            Self::SurrogatePass => {
                let (point, width) = encoded_surrogate(codec, &input[fault.start..])?;
                Some((wtf8::from_point(point), fault.start + width))
            }
        }
    }

    /// The replacement for a fault and the offset where to go on; nothing if the fault is to be raised.
    pub fn on_encode(self, codec: Codec, text: &[u8], fault: Fault) -> Option<(Replacement, usize)> {
        let points = wtf8::points(&text[fault.start..fault.end]);
        let mut out = Vec::new();
        match self {
            Self::Strict => return None,
            Self::Ignore => {}
            Self::Replace => points.for_each(|_| out.push(b'?')),
            Self::BackslashReplace => points.for_each(|p| repr::push_escape(&mut out, p)),
            Self::XmlCharRefReplace => points.for_each(|p| out.extend(format!("&#{p};").bytes())),
            Self::SurrogateEscape => {
                let bytes: Vec<u8> = points
                    .map_while(|p| p.checked_sub(0xdc00).filter(|b| matches!(b, 0x80..0x100)))
                    .map(|byte| byte as u8)
                    .collect();
                let next = fault.start + 3 * bytes.len();
                return (!bytes.is_empty()).then_some((Replacement::Bytes(bytes), next));
            }
            Self::SurrogatePass => {
                for point in points {
                    if !wtf8::is_surrogate(point) {
                        return None;
                    }
                    push_surrogate(codec, point, &mut out)?;
                }
                return Some((Replacement::Bytes(out), fault.end));
            }
        }
        Some((Replacement::Text(out), fault.end))
    }
}

/// The surrogate with which the input starts, and its width.
fn encoded_surrogate(codec: Codec, input: &[u8]) -> Option<(u32, usize)> {
    let (width, big_endian) = match codec {
        Codec::Utf8 => {
            let valid = matches!(input, [0xed, 0xa0..=0xbf, 0x80..=0xbf, ..]);
            return valid.then(|| wtf8::decode(input, 0));
        }
        Codec::Utf16(endian) => (2, endian == super::Endian::Big),
        Codec::Utf32(endian) => (4, endian == super::Endian::Big),
        _ => return None,
    };
    let unit = input.get(..width)?;
    let add = |value: u32, &byte: &u8| value << 8 | u32::from(byte);
    let point = if big_endian { unit.iter().fold(0, add) } else { unit.iter().rev().fold(0, add) };
    wtf8::is_surrogate(point).then_some((point, width))
}

fn push_surrogate(codec: Codec, point: u32, out: &mut Vec<u8>) -> Option<()> {
    match codec {
        Codec::Utf8 => wtf8::push(out, point),
        Codec::Utf16(endian) => utf16::push(out, point, endian),
        Codec::Utf32(endian) => utf32::push(out, point, endian),
        _ => return None,
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::super::Endian;
    use super::*;

    #[test]
    fn decoding() {
        let utf8 = |handler| Codec::Utf8.decode_all(b"\xed\xa0\x80\xff\xe2\x82", handler);
        assert_eq!(utf8(Handler::Ignore), Ok(vec![]));
        assert_eq!(utf8(Handler::Replace), Ok("\u{fffd}".repeat(5).into_bytes()));
        assert_eq!(utf8(Handler::BackslashReplace), Ok(br"\xed\xa0\x80\xff\xe2\x82".to_vec()));
        let escaped = wtf8::from_points([0xdced, 0xdca0, 0xdc80, 0xdcff, 0xdce2, 0xdc82]);
        assert_eq!(utf8(Handler::SurrogateEscape), Ok(escaped));
        assert_eq!(utf8(Handler::SurrogatePass).map_err(|f| f.start), Err(3));
        let big = Codec::Utf16(Endian::Big);
        assert_eq!(big.decode_all(b"\xd8\0\0a", Handler::SurrogatePass), Ok(b"\xed\xa0\x80a".to_vec()));
        let little = Codec::Utf16(Endian::Little);
        assert_eq!(little.decode_all(b"\0\xd8a", Handler::BackslashReplace), Ok(br"\x00\xd8\x61".to_vec()));
        assert!(little.decode_all(b"\0\xd8a", Handler::SurrogateEscape).is_err());
    }

    #[test]
    fn encoding() {
        let text = ["aé→😀".as_bytes(), &b"\xed\xa0\x80"[..]].concat();
        let ascii = |handler| Codec::Ascii.encode_all(&text, handler);
        assert_eq!(ascii(Handler::Replace), Ok(b"a????".to_vec()));
        assert_eq!(ascii(Handler::BackslashReplace), Ok(br"a\xe9\u2192\U0001f600\ud800".to_vec()));
        assert_eq!(ascii(Handler::XmlCharRefReplace), Ok(b"a&#233;&#8594;&#128512;&#55296;".to_vec()));
        assert_eq!(ascii(Handler::SurrogateEscape).map_err(|f| f.start), Err(1));
        let surrogates = wtf8::from_points([0xd800, 0x61]);
        let passed = Codec::Utf32(Endian::Big).encode_all(&surrogates, Handler::SurrogatePass);
        assert_eq!(passed, Ok(b"\0\0\xd8\0\0\0\0a".to_vec()));
        let escaped = wtf8::from_points([0x61, 0xdcff]);
        assert_eq!(Codec::Utf8.encode_all(&escaped, Handler::SurrogateEscape), Ok(b"a\xff".to_vec()));
    }
}
