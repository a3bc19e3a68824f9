//! Codecs: text from bytes and bytes from text.
//!
//! A decoder appends to `out` what it makes of `input[at..]` until the end or the first [`Fault`]. The caller then asks an
//! error handler (a built-in one is in [`handlers`]), appends its replacement and calls again from where the handler says.
//! Without `is_final` an incomplete sequence at the end is no fault: the decoder returns how much it consumed, and the rest
//! comes again with the next input. No decoder keeps state between calls.
//!
//! Encoders work the same from text to bytes. Their positions are offsets into the text; `UnicodeEncodeError` has indices,
//! see [`crate::wtf8::index_of`].

pub mod charmap;
pub mod escape;
pub mod handlers;
pub mod raw_escape;
pub mod single;
pub mod utf16;
pub mod utf32;
pub mod utf7;
pub mod utf8;

pub use crate::int::bytes::Endian;
use handlers::Handler;

/// What cannot be decoded or encoded: the span and the reason of a `UnicodeError`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// First byte concerned.
    pub start: usize,
    /// Just behind the last.
    pub end: usize,
    /// As the exception says.
    pub reason: &'static str,
}

/// The codecs that need nothing but the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    /// `ascii`
    Ascii,
    /// `latin-1`
    Latin1,
    /// `utf-8`
    Utf8,
    /// `utf-7`
    Utf7,
    /// `utf-16-le`, `utf-16-be`; for `utf-16` see [`utf16::byte_order`].
    Utf16(Endian),
    /// `utf-32-le`, `utf-32-be`; for `utf-32` see [`utf32::byte_order`].
    Utf32(Endian),
    /// `raw_unicode_escape`
    RawUnicodeEscape,
}

impl Codec {
    /// Decodes on from `at`; yields how much of the input is consumed.
    pub fn decode(self, input: &[u8], at: usize, is_final: bool, out: &mut Vec<u8>) -> Result<usize, Fault> {
        match self {
            Self::Ascii => single::decode_ascii(input, at, out),
            Self::Latin1 => Ok(single::decode_latin1(input, at, out)),
            Self::Utf8 => utf8::decode(input, at, is_final, out),
            Self::Utf7 => utf7::decode(input, at, is_final, out),
            Self::Utf16(endian) => utf16::decode(input, at, endian, is_final, out),
            Self::Utf32(endian) => utf32::decode(input, at, endian, is_final, out),
            Self::RawUnicodeEscape => raw_escape::decode(input, at, is_final, out),
        }
    }

    /// Encodes on from offset `at` to the end.
    pub fn encode(self, text: &[u8], at: usize, out: &mut Vec<u8>) -> Result<(), Fault> {
        match self {
            Self::Ascii => single::encode_ascii(text, at, out),
            Self::Latin1 => single::encode_latin1(text, at, out),
            Self::Utf8 => utf8::encode(text, at, out),
            Self::Utf16(endian) => utf16::encode(text, at, endian, out),
            Self::Utf32(endian) => utf32::encode(text, at, endian, out),
            Self::Utf7 => {
                utf7::encode(&text[at..], out);
                Ok(())
            }
            Self::RawUnicodeEscape => {
                raw_escape::encode(&text[at..], out);
                Ok(())
            }
        }
    }

    /// Decodes everything with a built-in handler; a fault is one it does not take.
    pub fn decode_all(self, input: &[u8], handler: Handler) -> Result<Vec<u8>, Fault> {
        let mut out = Vec::with_capacity(input.len());
        let mut at = 0;
        while let Err(fault) = self.decode(input, at, true, &mut out) {
            let (replacement, next) = handler.on_decode(self, input, fault).ok_or(fault)?;
            out.extend(replacement);
            at = next;
        }
        Ok(out)
    }

    /// Encodes everything with a built-in handler; a fault is one it does not take.
    pub fn encode_all(self, text: &[u8], handler: Handler) -> Result<Vec<u8>, Fault> {
        let mut out = Vec::with_capacity(text.len());
        let mut at = 0;
        while let Err(fault) = self.encode(text, at, &mut out) {
            let (replacement, next) = handler.on_encode(self, text, fault).ok_or(fault)?;
            match replacement {
                handlers::Replacement::Bytes(bytes) => out.extend(bytes),
                handlers::Replacement::Text(text) => self.encode(&text, 0, &mut out).map_err(|_| fault)?,
            }
            at = next;
        }
        Ok(out)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// What the codec makes of the input with `?` for each fault, and the faults.
    pub fn decoded(codec: Codec, input: &[u8]) -> (Vec<u8>, Vec<(usize, usize, &'static str)>) {
        let (mut out, mut faults, mut at) = (Vec::new(), Vec::new(), 0);
        while let Err(fault) = codec.decode(input, at, true, &mut out) {
            faults.push((fault.start, fault.end, fault.reason));
            out.push(b'?');
            at = fault.end;
        }
        (out, faults)
    }

    /// What decoding without the end in sight yields, and how much it consumes.
    pub fn partly(codec: Codec, input: &[u8]) -> (Vec<u8>, usize) {
        let mut out = Vec::new();
        let consumed = codec.decode(input, 0, false, &mut out).unwrap();
        (out, consumed)
    }

    /// What encoding the text yields with `?` for each fault, and the faults as offsets.
    pub fn encoded(codec: Codec, text: &[u8]) -> (Vec<u8>, Vec<(usize, usize, &'static str)>) {
        let (mut out, mut faults, mut at) = (Vec::new(), Vec::new(), 0);
        while let Err(fault) = codec.encode(text, at, &mut out) {
            faults.push((fault.start, fault.end, fault.reason));
            codec.encode(b"?", 0, &mut out).unwrap();
            at = fault.end;
        }
        (out, faults)
    }
}
