//! The native codecs, run with any error handler.
//!
//! The pure part (`weft_text::codecs`) stops at a fault; here the handler is asked and the codec goes on where the
//! handler says.

use super::handlers::{Errors, Fixed, ask_decode, ask_encode, raise_decode, raise_encode};
use crate::Res;
use crate::thread::Thread;
use crate::types::str::Str;
use std::borrow::Cow;
use weft_strategy::VRef;
use weft_text::codecs::handlers::Replacement;
use weft_text::codecs::{Codec, Endian, Fault, escape, utf16, utf32};
use weft_text::wtf8;

/// A native codec.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Native {
    /// One that needs nothing but its input.
    Plain(Codec),
    /// `utf-16`: with a mark, in the machine's order otherwise.
    Utf16,
    /// `utf-32`, likewise.
    Utf32,
    /// `unicode_escape`
    UnicodeEscape,
}

impl Native {
    /// The default.
    pub const UTF8: Native = Native::Plain(Codec::Utf8);

    /// The codec of an encoding's name.
    pub fn from_name(name: &[u8]) -> Option<Native> {
        if name.len() > 20 {
            return None;
        }
        let key: Vec<u8> = name
            .iter()
            .map(|c| if matches!(c, b'-' | b' ') { b'_' } else { c.to_ascii_lowercase() })
            .collect();
        Some(match &key[..] {
            b"utf_8" | b"utf8" | b"u8" => Native::UTF8,
            b"ascii" | b"us_ascii" | b"646" => Native::Plain(Codec::Ascii),
            b"latin_1" | b"latin1" | b"iso_8859_1" | b"iso8859_1" | b"l1" | b"latin" | b"8859" => {
                Native::Plain(Codec::Latin1)
            }
            b"utf_16" | b"utf16" | b"u16" => Native::Utf16,
            b"utf_16_le" | b"utf_16le" => Native::Plain(Codec::Utf16(Endian::Little)),
            b"utf_16_be" | b"utf_16be" => Native::Plain(Codec::Utf16(Endian::Big)),
            b"utf_32" | b"utf32" | b"u32" => Native::Utf32,
            b"utf_32_le" | b"utf_32le" => Native::Plain(Codec::Utf32(Endian::Little)),
            b"utf_32_be" | b"utf_32be" => Native::Plain(Codec::Utf32(Endian::Big)),
            b"utf_7" | b"utf7" | b"u7" => Native::Plain(Codec::Utf7),
            b"unicode_escape" => Native::UnicodeEscape,
            b"raw_unicode_escape" => Native::Plain(Codec::RawUnicodeEscape),
            _ => return None,
        })
    }

    /// The name in error texts.
    fn name(self) -> &'static str {
        match self {
            Native::Plain(Codec::Ascii) => "ascii",
            Native::Plain(Codec::Latin1) => "latin-1",
            Native::Plain(Codec::Utf8) => "utf-8",
            Native::Plain(Codec::Utf7) => "utf7",
            Native::Plain(Codec::Utf16(Endian::Little)) => "utf-16-le",
            Native::Plain(Codec::Utf16(Endian::Big)) => "utf-16-be",
            Native::Plain(Codec::Utf32(Endian::Little)) => "utf-32-le",
            Native::Plain(Codec::Utf32(Endian::Big)) => "utf-32-be",
            Native::Plain(Codec::RawUnicodeEscape) => "rawunicodeescape",
            Native::Utf16 => "utf-16",
            Native::Utf32 => "utf-32",
            Native::UnicodeEscape => "unicodeescape",
        }
    }

    /// The codec whose units the built-in handlers write.
    fn plain(self) -> Codec {
        match self {
            Native::Plain(c) => c,
            Native::Utf16 => Codec::Utf16(Endian::Little),
            Native::Utf32 => Codec::Utf32(Endian::Little),
            Native::UnicodeEscape => Codec::Ascii,
        }
    }
}

/// Decodes: the text, and how much of the input is consumed (all of it if `is_final`).
pub fn decode(
    t: &mut Thread,
    codec: Native,
    input: &[u8],
    errors: &Errors<'_>,
    is_final: bool,
) -> Res<(Vec<u8>, usize)> {
    let (codec, start) = match codec {
        Native::Utf16 => match utf16::byte_order(input, is_final) {
            Some((order, mark)) => (Native::Plain(Codec::Utf16(order)), mark),
            None => return Ok((Vec::new(), 0)),
        },
        Native::Utf32 => match utf32::byte_order(input, is_final) {
            Some((order, mark)) => (Native::Plain(Codec::Utf32(order)), mark),
            None => return Ok((Vec::new(), 0)),
        },
        other => (other, 0),
    };
    if codec == Native::UnicodeEscape {
        let mut first_invalid = None;
        let r = run_decoder(
            t,
            codec.name(),
            codec.plain(),
            input,
            start,
            errors,
            is_final,
            |b, at, fin, out| {
                let mut escapes = escape::Escapes { lookup: &super::points_of_name, first_invalid };
                let r = escape::decode(b, at, fin, &mut escapes, out);
                first_invalid = escapes.first_invalid;
                r
            },
        )?;
        if let Some(at) = first_invalid {
            warn_escape(t, input, at)?
        }
        return Ok(r);
    }
    let plain = codec.plain();
    run_decoder(t, codec.name(), plain, input, start, errors, is_final, |b, at, fin, out| {
        plain.decode(b, at, fin, out)
    })
}

/// DeprecationWarning for a backslash without meaning.
pub fn warn_escape(t: &mut Thread, input: &[u8], at: usize) -> Res<()> {
    let Some(c) = input.get(at + 1) else { return Ok(()) };
    let octal = (b'4'..=b'7').contains(c);
    let shown = if octal {
        String::from_utf8_lossy(&input[at + 1..input.len().min(at + 4)]).into_owned()
    } else {
        (*c as char).to_string()
    };
    let what = if octal { "octal escape" } else { "escape" };
    crate::types::int::deprecated(
        t,
        format!("\"\\{shown}\" is an invalid {what} sequence. Such sequences will not work in the future. "),
    )
}

/// Runs a decoder to its end, asking the handler at each fault.
#[allow(clippy::too_many_arguments)]
pub fn run_decoder(
    t: &mut Thread,
    name: &str,
    plain: Codec,
    input: &[u8],
    start: usize,
    errors: &Errors<'_>,
    is_final: bool,
    mut step: impl FnMut(&[u8], usize, bool, &mut Vec<u8>) -> Result<usize, Fault>,
) -> Res<(Vec<u8>, usize)> {
    let mut input = Cow::Borrowed(input);
    let mut out = Vec::with_capacity(input.len());
    let mut at = start;
    loop {
        let fault = match step(&input, at, is_final, &mut out) {
            Ok(consumed) => return Ok((out, consumed)),
            Err(fault) => fault,
        };
        match errors.fixed() {
            Some(Fixed::Handler(h)) => match h.on_decode(plain, &input, fault) {
                Some((replacement, next)) => {
                    out.extend(replacement);
                    at = next
                }
                None => return Err(raise_decode(t, name, &input, fault, h)),
            },
            Some(Fixed::NameReplace) => {
                return Err(t.type_error("don't know how to handle UnicodeDecodeError in error callback"));
            }
            None => {
                let (replacement, next, object) = ask_decode(t, name, &input, fault, errors)?;
                if let Some(object) = object {
                    input = Cow::Owned(object)
                }
                out.extend(replacement);
                at = next
            }
        }
        if out.len() > weft_text::LARGEST_WIDTH {
            return Err(crate::types::int::memory_error(t));
        }
    }
}

/// Encodes everything.
pub fn encode(t: &mut Thread, codec: Native, s: &Str, v: VRef<'_>, errors: &Errors<'_>) -> Res<Vec<u8>> {
    let text = s.bytes();
    let mut out = Vec::with_capacity(text.len());
    match codec {
        Native::Utf16 => out.extend_from_slice(utf16::MARK),
        Native::Utf32 => out.extend_from_slice(utf32::MARK),
        Native::UnicodeEscape => {
            escape::encode(text, &mut out);
            return Ok(out);
        }
        Native::Plain(_) => {}
    }
    let plain = codec.plain();
    run_encoder(t, codec.name(), plain, s, v, errors, out, |b, at, out| plain.encode(b, at, out))
}

/// Runs an encoder to its end, asking the handler at each fault.
#[allow(clippy::too_many_arguments)]
pub fn run_encoder(
    t: &mut Thread,
    name: &str,
    plain: Codec,
    s: &Str,
    v: VRef<'_>,
    errors: &Errors<'_>,
    mut out: Vec<u8>,
    mut step: impl FnMut(&[u8], usize, &mut Vec<u8>) -> Result<(), Fault>,
) -> Res<Vec<u8>> {
    let text = s.bytes();
    let mut at = 0;
    while let Err(fault) = step(text, at, &mut out) {
        let span = (s.char_at_offset(fault.start), s.char_at_offset(fault.end));
        let (replacement, next) = match errors.fixed() {
            Some(Fixed::Handler(h)) => match h.on_encode(plain, text, fault) {
                Some(r) => r,
                None => return Err(raise_encode(t, name, v, span, fault.reason)),
            },
            Some(Fixed::NameReplace) => {
                (Replacement::Text(name_replaced(&text[fault.start..fault.end])), fault.end)
            }
            None => {
                let (replacement, next) = ask_encode(t, name, v, s, span, fault.reason, errors)?;
                (replacement, s.offset(next))
            }
        };
        match replacement {
            Replacement::Bytes(b) => out.extend(b),
            // What the codec cannot encode either is no replacement.
            Replacement::Text(r) => {
                if step(&r, 0, &mut out).is_err() {
                    return Err(raise_encode(t, name, v, span, fault.reason));
                }
            }
        }
        if out.len() > weft_text::LARGEST_WIDTH {
            return Err(crate::types::int::memory_error(t));
        }
        at = next
    }
    Ok(out)
}

/// `\N{EURO SIGN}`, or an escape for a code point without name.
pub fn name_replaced(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for c in wtf8::points(text) {
        match super::name_of_point(c) {
            Some(n) => out.extend(format!("\\N{{{n}}}").bytes()),
            None => weft_text::repr::push_escape(&mut out, c),
        }
    }
    out
}
