//! Encoding and decoding for text streams: UTF-8, ASCII and Latin-1 natively, anything else through `codecs`.

use crate::syscall::{decode_error, encode_error};
use weft_text::codecs::Codec;
use weft_text::codecs::handlers::Handler;
use weft_vm::object::ValueExt;
use weft_vm::types::bytes::Bytes;
use weft_vm::types::str::text;
use weft_vm::{Res, Thread, VRef, Value};

/// A codec with its error handler that needs no Python.
pub type Native = (Codec, Handler);

/// The native codec of an encoding, if there is one and the handler is built in.
pub fn native(encoding: &str, errors: &str) -> Option<Native> {
    let name: String = encoding
        .chars()
        .map(|c| match c {
            '_' | ' ' => '-',
            c => c.to_ascii_lowercase(),
        })
        .collect();
    let codec = match name.as_str() {
        "utf-8" | "utf8" | "u8" | "cp65001" | "utf" => Codec::Utf8,
        "ascii" | "us-ascii" | "646" => Codec::Ascii,
        "latin-1" | "latin1" | "iso-8859-1" | "iso8859-1" | "8859" | "cp819" | "latin" | "l1" => {
            Codec::Latin1
        }
        _ => return None,
    };
    Some((codec, Handler::from_name(errors)?))
}

/// Name of a native codec in errors.
pub fn name(c: Codec) -> &'static str {
    match c {
        Codec::Ascii => "ascii",
        Codec::Latin1 => "latin-1",
        _ => "utf-8",
    }
}

/// Encodes a str; UnicodeEncodeError.
pub fn encode(t: &mut Thread, (codec, handler): Native, s: &[u8]) -> Res<Vec<u8>> {
    match codec.encode_all(s, handler) {
        Ok(b) => Ok(b),
        Err(f) => {
            let object = t.str_wtf8(s);
            Err(encode_error(t, name(codec), object.r(), f))
        }
    }
}

/// Decodes `input`, whose incomplete end is left in it; what remains comes again with more input.
pub fn decode(t: &mut Thread, (codec, handler): Native, input: &mut Vec<u8>, is_final: bool) -> Res<Vec<u8>> {
    match decode_step((codec, handler), input, is_final) {
        Ok(s) => Ok(s),
        Err(f) => Err(decode_error(t, name(codec), input, f)),
    }
}

/// As [`decode`], with the fault.
pub fn decode_step(
    (codec, handler): Native,
    input: &mut Vec<u8>,
    is_final: bool,
) -> Result<Vec<u8>, weft_text::codecs::Fault> {
    let mut out = Vec::with_capacity(input.len());
    let mut at = 0;
    loop {
        match codec.decode(input, at, is_final, &mut out) {
            Ok(n) => {
                let n = if is_final { input.len() } else { n };
                input.drain(..n.min(input.len()));
                return Ok(out);
            }
            Err(f) => {
                let (replacement, next) = handler.on_decode(codec, input, f).ok_or(f)?;
                out.extend(replacement);
                at = next
            }
        }
    }
}

/// `codecs.lookup(encoding)`, which must be a text encoding.
pub fn lookup(t: &mut Thread, encoding: VRef<'_>) -> Res {
    let codecs = weft_vm::interp::hooks::import_module(t, "codecs")?;
    let info = t.call_method(codecs.r(), "lookup", &[encoding])?;
    let name = weft_vm::intern::intern(t, "_is_text_encoding");
    if let Some(x) = t.getattr_opt(info.r(), name)?
        && !t.truth(x.r())?
    {
        let e = text(encoding).map(|s| s.to_string()).unwrap_or_default();
        return Err(t.raise_text(
            &weft_vm::errors::LOOKUP_ERROR,
            format!("'{e}' is not a text encoding; use codecs.open() to handle arbitrary codecs"),
        ));
    }
    Ok(info)
}

/// An incremental encoder or decoder of a codec.
pub fn incremental(t: &mut Thread, info: VRef<'_>, what: &str, errors: VRef<'_>) -> Res {
    let f = t.attr(info, what)?;
    t.call(f.r(), &[errors])
}

/// The bytes an encoder gave.
pub fn encoder_result(t: &mut Thread, v: &Value) -> Res<Vec<u8>> {
    match v.cast::<Bytes>() {
        Some(b) => Ok(b.as_slice().to_vec()),
        None => {
            let n = v.r().ty().name();
            Err(t.type_error(format!("encoder should return a bytes object, not '{n}'")))
        }
    }
}

/// The text a decoder gave.
pub fn decoder_result(t: &mut Thread, v: &Value) -> Res<Vec<u8>> {
    match text(v.r()) {
        Some(s) => Ok(s.bytes().to_vec()),
        None => {
            let n = v.r().ty().name();
            Err(t.type_error(format!("decoder should return a string result, not '{n}'")))
        }
    }
}
