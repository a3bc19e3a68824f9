//! `_codecs`: what `codecs.py` builds on.

use super::handlers::Errors;
use super::native::{self, Native, run_decoder, run_encoder, warn_escape};
use crate::dict::Dict;
use crate::errors::LOOKUP_ERROR;
use crate::object::{Args, ModuleSpec, ValueExt};
use crate::thread::Thread;
use crate::types::buffers::bytelike;
use crate::types::bytes::Bytes;
use crate::types::int::{is_int, to_i64};
use crate::types::str::{Str, text};
use crate::types::tuple::Tuple;
use crate::{Raised, Res, methods};
use std::borrow::Cow;
use weft_strategy::{VRef, Value};
use weft_text::codecs::{Codec, Endian, Fault, charmap, escape, utf16, utf32};
use weft_text::wtf8;

/// The module.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "_codecs",
    doc: "",
    functions: methods! {
        "register(search_function, /)" => |t, a| super::register(t, a.get(0)).map(|()| Value::NONE), "Register a codec search function.";
        "unregister(search_function, /)" => |t, a| super::unregister(t, a.get(0)).map(|()| Value::NONE), "Unregister a codec search function and clear the registry's cache.";
        "lookup(encoding, /)" => |t, a| {
            name_arg(t, a.get(0), "lookup", "")?;
            super::lookup(t, a.get(0))
        }, "Looks up a codec tuple in the Python codec registry and returns a CodecInfo object.";
        "encode(obj, encoding='utf-8', errors='strict')" => |t, a| convert(t, a, "encode", 0), "Encodes obj using the codec registered for encoding.";
        "decode(obj, encoding='utf-8', errors='strict')" => |t, a| convert(t, a, "decode", 1), "Decodes obj using the codec registered for encoding.";
        "register_error(errors, handler, /)" => |t, a| {
            name_arg(t, a.get(0), "register_error", "1")?;
            super::register_error(t, a.get(0), a.get(1)).map(|()| Value::NONE)
        }, "Register the specified error handler under the name errors.";
        "_unregister_error(errors, /)" => |t, a| {
            name_arg(t, a.get(0), "_unregister_error", "")?;
            super::unregister_error(t, a.get(0)).map(Value::bool)
        }, "Un-register the specified error handler for the error handling `errors'.";
        "lookup_error(name, /)" => |t, a| {
            name_arg(t, a.get(0), "lookup_error", "")?;
            super::lookup_error(t, a.get(0))
        }, "Return the error handler for the specified error handling name or raise a LookupError.";
        "escape_decode(data, errors=None, /)" => escape_decode;
        "escape_encode(data, errors=None, /)" => escape_encode;
        "utf_7_decode(data, errors=None, final=False, /)" => |t, a| decode(t, a, Native::Plain(Codec::Utf7));
        "utf_7_encode(str, errors=None, /)" => |t, a| encode(t, a, Native::Plain(Codec::Utf7));
        "utf_8_decode(data, errors=None, final=False, /)" => |t, a| decode(t, a, Native::UTF8);
        "utf_8_encode(str, errors=None, /)" => |t, a| encode(t, a, Native::UTF8);
        "utf_16_decode(data, errors=None, final=False, /)" => |t, a| decode(t, a, Native::Utf16);
        "utf_16_le_decode(data, errors=None, final=False, /)" => |t, a| decode(t, a, Native::Plain(Codec::Utf16(Endian::Little)));
        "utf_16_be_decode(data, errors=None, final=False, /)" => |t, a| decode(t, a, Native::Plain(Codec::Utf16(Endian::Big)));
        "utf_16_ex_decode(data, errors=None, byteorder=0, final=False, /)" => |t, a| ex_decode(t, a, Native::Utf16);
        "utf_16_encode(str, errors=None, byteorder=0, /)" => |t, a| ordered_encode(t, a, Native::Utf16, Codec::Utf16);
        "utf_16_le_encode(str, errors=None, /)" => |t, a| encode(t, a, Native::Plain(Codec::Utf16(Endian::Little)));
        "utf_16_be_encode(str, errors=None, /)" => |t, a| encode(t, a, Native::Plain(Codec::Utf16(Endian::Big)));
        "utf_32_decode(data, errors=None, final=False, /)" => |t, a| decode(t, a, Native::Utf32);
        "utf_32_le_decode(data, errors=None, final=False, /)" => |t, a| decode(t, a, Native::Plain(Codec::Utf32(Endian::Little)));
        "utf_32_be_decode(data, errors=None, final=False, /)" => |t, a| decode(t, a, Native::Plain(Codec::Utf32(Endian::Big)));
        "utf_32_ex_decode(data, errors=None, byteorder=0, final=False, /)" => |t, a| ex_decode(t, a, Native::Utf32);
        "utf_32_encode(str, errors=None, byteorder=0, /)" => |t, a| ordered_encode(t, a, Native::Utf32, Codec::Utf32);
        "utf_32_le_encode(str, errors=None, /)" => |t, a| encode(t, a, Native::Plain(Codec::Utf32(Endian::Little)));
        "utf_32_be_encode(str, errors=None, /)" => |t, a| encode(t, a, Native::Plain(Codec::Utf32(Endian::Big)));
        "unicode_escape_decode(data, errors=None, final=True, /)" => |t, a| text_decode(t, a, Native::UnicodeEscape);
        "unicode_escape_encode(str, errors=None, /)" => |t, a| encode(t, a, Native::UnicodeEscape);
        "raw_unicode_escape_decode(data, errors=None, final=True, /)" => |t, a| text_decode(t, a, Native::Plain(Codec::RawUnicodeEscape));
        "raw_unicode_escape_encode(str, errors=None, /)" => |t, a| encode(t, a, Native::Plain(Codec::RawUnicodeEscape));
        "latin_1_decode(data, errors=None, /)" => |t, a| decode_all(t, a, Native::Plain(Codec::Latin1));
        "latin_1_encode(str, errors=None, /)" => |t, a| encode(t, a, Native::Plain(Codec::Latin1));
        "ascii_decode(data, errors=None, /)" => |t, a| decode_all(t, a, Native::Plain(Codec::Ascii));
        "ascii_encode(str, errors=None, /)" => |t, a| encode(t, a, Native::Plain(Codec::Ascii));
        "charmap_decode(data, errors=None, mapping=None, /)" => charmap_decode;
        "charmap_encode(str, errors=None, mapping=None, /)" => charmap_encode;
        "charmap_build(map, /)" => charmap_build;
        "readbuffer_encode(data, errors=None, /)" => |t, a| {
            let b = bytes_or_text(t, a.get(0))?.into_owned();
            let v = t.bytes(&b);
            Ok(pair(t, v, b.len()))
        };
    },
    init: None,
};

fn pair(t: &Thread, v: Value, n: usize) -> Value {
    Tuple::new(t, vec![v, t.int_usize(n)])
}

fn name_arg<'f>(t: &mut Thread, v: VRef<'f>, function: &str, n: &str) -> Result<&'f Str, Raised> {
    match text(v) {
        Some(s) => Ok(s),
        None => {
            let x = v.ty().name();
            let n = if n.is_empty() { String::new() } else { format!(" {n}") };
            Err(t.type_error(format!("{function}() argument{n} must be str, not {x}")))
        }
    }
}

/// `codecs.encode`, `codecs.decode`: any codec.
fn convert(t: &mut Thread, a: Args<'_>, function: &str, part: usize) -> Res {
    let default = t.str("utf-8");
    let name = a.opt(1).unwrap_or(default.r());
    name_arg(t, name, function, "'encoding'")?;
    if let Some(e) = a.opt(2) {
        name_arg(t, e, function, "'errors'")?;
    }
    let info = match super::lookup(t, name) {
        Ok(i) => i,
        // Without the encodings package the native codecs still work.
        Err(e) => {
            let native = text(name).and_then(|n| Native::from_name(n.bytes())).is_some();
            if !native || !t.raised_is(&LOOKUP_ERROR) {
                return Err(e);
            }
            t.clear_raised();
            return match part {
                0 => super::encode(t, a.get(0), Some(name), a.opt(2)),
                _ => {
                    let b = bytelike(t, a.get(0))?.into_owned();
                    super::decode(t, &b, Some(name), a.opt(2))
                }
            };
        }
    };
    super::call_codec(t, name, &info, a.get(0), a.opt(2), part)
}

fn errors_arg<'f>(t: &mut Thread, a: Args<'f>) -> Result<Errors<'f>, Raised> {
    if let Some(e) = a.opt_none(1)
        && text(e).is_none()
    {
        let n = e.ty().name();
        return Err(t.type_error(format!("argument 2 must be str or None, not {n}")));
    }
    Ok(Errors::of(a.opt(1)))
}

fn encode(t: &mut Thread, a: Args<'_>, codec: Native) -> Res {
    let errors = errors_arg(t, a)?;
    let s = t.arg_str_named(a.get(0), "encode", "1")?;
    let b = native::encode(t, codec, s, a.get(0), &errors)?;
    let v = t.bytes(&b);
    Ok(pair(t, v, s.len()))
}

fn ordered_encode(t: &mut Thread, a: Args<'_>, marked: Native, ordered: fn(Endian) -> Codec) -> Res {
    let order = match a.opt(2) {
        Some(o) => t.arg_i32(o)?,
        None => 0,
    };
    encode(
        t,
        a,
        match order {
            0 => marked,
            o if o < 0 => Native::Plain(ordered(Endian::Little)),
            _ => Native::Plain(ordered(Endian::Big)),
        },
    )
}

fn decode_with(t: &mut Thread, a: Args<'_>, codec: Native, is_final: bool) -> Res {
    let errors = errors_arg(t, a)?;
    let b = bytelike(t, a.get(0))?;
    let (s, n) = native::decode(t, codec, &b, &errors, is_final)?;
    let v = t.str_wtf8(&s);
    Ok(pair(t, v, n))
}

fn final_arg(t: &mut Thread, a: Args<'_>, i: usize, default: bool) -> Res<bool> {
    match a.opt(i) {
        Some(v) => t.truth(v),
        None => Ok(default),
    }
}

fn decode(t: &mut Thread, a: Args<'_>, codec: Native) -> Res {
    let is_final = final_arg(t, a, 2, false)?;
    decode_with(t, a, codec, is_final)
}

fn decode_all(t: &mut Thread, a: Args<'_>, codec: Native) -> Res {
    decode_with(t, a, codec, true)
}

/// The bytes of a buffer, or the UTF-8 of a str.
fn bytes_or_text<'f>(t: &mut Thread, v: VRef<'f>) -> Result<Cow<'f, [u8]>, Raised> {
    match text(v) {
        Some(s) => Ok(Cow::Borrowed(s.bytes())),
        None => bytelike(t, v),
    }
}

/// The escape codecs take str as well as bytes.
fn text_decode(t: &mut Thread, a: Args<'_>, codec: Native) -> Res {
    let is_final = final_arg(t, a, 2, true)?;
    let errors = errors_arg(t, a)?;
    let b = bytes_or_text(t, a.get(0))?;
    let (s, n) = native::decode(t, codec, &b, &errors, is_final)?;
    let v = t.str_wtf8(&s);
    Ok(pair(t, v, n))
}

/// Decodes and tells the byte order found: -1 little, 1 big, 0 not known yet.
fn ex_decode(t: &mut Thread, a: Args<'_>, codec: Native) -> Res {
    let order = match a.opt(2) {
        Some(o) => t.arg_i32(o)?,
        None => 0,
    };
    let is_final = final_arg(t, a, 3, false)?;
    let errors = errors_arg(t, a)?;
    let b = bytelike(t, a.get(0))?;
    let with_order = |e: Endian| match codec {
        Native::Utf16 => Native::Plain(Codec::Utf16(e)),
        _ => Native::Plain(Codec::Utf32(e)),
    };
    let (codec, skip, order) = match order {
        0 => {
            let found = match codec {
                Native::Utf16 => utf16::byte_order(&b, is_final),
                _ => utf32::byte_order(&b, is_final),
            };
            match found {
                // Without a mark the order stays open and the machine's is used.
                Some((e, 0)) => (with_order(e), 0, 0),
                Some((Endian::Little, n)) => (with_order(Endian::Little), n, -1),
                Some((e, n)) => (with_order(e), n, 1),
                None => {
                    let s = t.str("");
                    return Ok(Tuple::new(t, vec![s, t.int(0), t.int(0)]));
                }
            }
        }
        o if o < 0 => (with_order(Endian::Little), 0, -1),
        _ => (with_order(Endian::Big), 0, 1),
    };
    let (s, n) = native::decode(t, codec, &b[skip..], &errors, is_final)?;
    let s = t.str_wtf8(&s);
    Ok(Tuple::new(t, vec![s, t.int_usize(n + skip), t.int(order)]))
}

fn escape_decode(t: &mut Thread, a: Args<'_>) -> Res {
    let b = bytes_or_text(t, a.get(0))?;
    match escape::decode_bytes(&b) {
        Ok((out, invalid)) => {
            if let Some(at) = invalid {
                warn_escape(t, &b, at)?
            }
            let v = t.bytes(&out);
            Ok(pair(t, v, b.len()))
        }
        Err(e @ escape::BytesEscapeError::Hex(at)) => {
            let errors = a.opt_none(1).and_then(text).map_or(b"strict".to_vec(), |s| s.bytes().to_vec());
            match &errors[..] {
                b"strict" => Err(t.value_error(e.message())),
                b"replace" | b"ignore" => lenient(t, &b, at, errors == b"replace"),
                _ => {
                    let shown = String::from_utf8_lossy(&errors).into_owned();
                    Err(t.value_error(format!("decoding error; unknown error handling code: {shown}")))
                }
            }
        }
        Err(e) => Err(t.value_error(e.message())),
    }
}

/// Decodes escapes with broken `\x` left out or replaced by `?`.
fn lenient(t: &mut Thread, b: &[u8], first: usize, replace: bool) -> Res {
    let mut source = b.to_vec();
    let mut at = first;
    loop {
        // The broken escape is the backslash, the x, and a digit that may follow.
        let digits = source.get(at + 2).is_some_and(u8::is_ascii_hexdigit) as usize;
        let end = (at + 2 + digits).min(source.len());
        let with: &[u8] = if replace { b"?" } else { b"" };
        source.splice(at.min(end)..end, with.iter().copied());
        match escape::decode_bytes(&source) {
            Ok((out, _)) => {
                let v = t.bytes(&out);
                return Ok(pair(t, v, b.len()));
            }
            Err(escape::BytesEscapeError::Hex(next)) => at = next,
            Err(e) => return Err(t.value_error(e.message())),
        }
    }
}

fn escape_encode(t: &mut Thread, a: Args<'_>) -> Res {
    let Some(b) = a.get(0).cast::<Bytes>() else {
        let n = a.get(0).ty().name();
        return Err(t.type_error(format!("escape_encode() argument 1 must be bytes, not {n}")));
    };
    let mut out = Vec::with_capacity(b.as_slice().len());
    for c in b.as_slice() {
        match c {
            b'\'' | b'\\' => out.extend([b'\\', *c]),
            b'\t' => out.extend(b"\\t"),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            b' '..=b'~' => out.push(*c),
            c => out.extend(format!("\\x{c:02x}").bytes()),
        }
    }
    let v = t.bytes(&out);
    Ok(pair(t, v, b.as_slice().len()))
}

/// What a mapping says of each unit that occurs, asked before the codec runs: asking may run Python.
fn ask_mapping(t: &mut Thread, mapping: VRef<'_>, key: i64) -> Res<Option<Value>> {
    let k = t.int(key);
    match t.getitem(mapping, k.r()) {
        Ok(v) if v.is_none() => Ok(None),
        Ok(v) => Ok(Some(v)),
        Err(e) => {
            if !t.raised_is(&LOOKUP_ERROR) {
                return Err(e);
            }
            t.clear_raised();
            Ok(None)
        }
    }
}

fn charmap_decode(t: &mut Thread, a: Args<'_>) -> Res {
    let errors = errors_arg(t, a)?;
    let b = bytelike(t, a.get(0))?;
    let Some(mapping) = a.opt_none(2) else { return decode_all(t, a, Native::Plain(Codec::Latin1)) };
    let mut table: Vec<Option<Vec<u8>>> = vec![None; 256];
    if let Some(s) = text(mapping) {
        for (place, c) in table.iter_mut().zip(wtf8::points(s.bytes())) {
            *place = (c != 0xfffe).then(|| wtf8::from_point(c))
        }
    } else {
        let mut seen = [false; 256];
        for c in b.iter() {
            if std::mem::replace(&mut seen[*c as usize], true) {
                continue;
            }
            let Some(v) = ask_mapping(t, mapping, *c as i64)? else { continue };
            table[*c as usize] = if let Some(s) = text(v.r()) {
                (s.bytes() != "\u{fffe}".as_bytes()).then(|| s.bytes().to_vec())
            } else if is_int(v.r()) {
                match to_i64(v.r()).and_then(|i| u32::try_from(i).ok()).filter(|c| *c <= wtf8::MAX) {
                    Some(0xfffe) => None,
                    Some(c) => Some(wtf8::from_point(c)),
                    None => return Err(t.type_error("character mapping must be in range(0x110000)")),
                }
            } else {
                return Err(t.type_error("character mapping must return integer, None or str"));
            };
        }
    }
    let (s, n) = run_decoder(t, "charmap", Codec::Ascii, &b, 0, &errors, true, |b, at, _, out| {
        charmap::decode(b, at, |c| table[c as usize].as_deref(), out)
    })?;
    let v = t.str_wtf8(&s);
    Ok(pair(t, v, n))
}

fn charmap_encode(t: &mut Thread, a: Args<'_>) -> Res {
    let errors = errors_arg(t, a)?;
    let s = t.arg_str_named(a.get(0), "charmap_encode", "1")?;
    let Some(mapping) = a.opt_none(2) else { return encode(t, a, Native::Plain(Codec::Latin1)) };
    let mut table: std::collections::HashMap<u32, Vec<u8>> = std::collections::HashMap::new();
    // A replacement may bring in characters the text does not have: the usual ones are asked for too.
    let mut wanted: Vec<u32> = wtf8::points(s.bytes()).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let fits_all = wanted.len();
    wanted.extend(0x20..0x7f);
    for (i, c) in wanted.into_iter().enumerate() {
        if table.contains_key(&c) {
            continue;
        }
        let v = match ask_mapping(t, mapping, c as i64) {
            Ok(Some(v)) => v,
            Ok(None) => continue,
            Err(e) if i < fits_all => return Err(e),
            Err(_) => {
                t.clear_raised();
                continue;
            }
        };
        let b = if let Some(b) = v.cast::<Bytes>() {
            b.as_slice().to_vec()
        } else if is_int(v.r()) {
            match to_i64(v.r()).and_then(|i| u8::try_from(i).ok()) {
                Some(b) => vec![b],
                None if i >= fits_all => continue,
                None => return Err(t.type_error("character mapping must be in range(256)")),
            }
        } else if i >= fits_all {
            continue;
        } else {
            let n = v.r().ty().name();
            return Err(
                t.type_error(format!("character mapping must return integer, bytes or None, not {n}"))
            );
        };
        table.insert(c, b);
    }
    let step = |text: &[u8], at: usize, out: &mut Vec<u8>| {
        let mut points = wtf8::point_indices(&text[at..]);
        while let Some((offset, c)) = points.next() {
            match table.get(&c) {
                Some(b) => out.extend_from_slice(b),
                None => {
                    let run = points.find(|(_, c)| table.contains_key(c));
                    let end = run.map_or(text.len(), |(o, _)| at + o);
                    return Err(Fault { start: at + offset, end, reason: charmap::UNDEFINED });
                }
            }
        }
        Ok(())
    };
    let b = run_encoder(t, "charmap", Codec::Ascii, s, a.get(0), &errors, Vec::new(), step)?;
    let v = t.bytes(&b);
    Ok(pair(t, v, s.len()))
}

/// A dict from code point to byte: the table the other way round.
fn charmap_build(t: &mut Thread, a: Args<'_>) -> Res {
    let s = name_arg(t, a.get(0), "charmap_build", "")?;
    let made = Dict::new(t);
    let Some(d) = made.cast::<Dict>() else { return Ok(Value::NONE) };
    for (i, c) in wtf8::points(s.bytes()).take(256).enumerate() {
        if c != 0xfffe {
            let k = t.int(c as i64);
            let v = t.int(i as i64);
            d.set(t, k.r(), v)?;
        }
    }
    Ok(made)
}
