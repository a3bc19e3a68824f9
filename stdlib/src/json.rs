//! `_json`: the hot parts of `json`: string literals here, reading in `json_scan.rs`, writing in `json_encode.rs`.

use weft_text::wtf8;
use weft_vm::object::{Args, ModuleSpec, ValueExt};
use weft_vm::types::str::{Str, text};
use weft_vm::types::tuple::Tuple;
use weft_vm::{Raised, Res, Thread, VRef, methods};

/// The module.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "_json",
    doc: "json speedups\n",
    functions: methods! {
        "encode_basestring_ascii(string, /)" => |t, a| encode(t, a, true), "encode_basestring_ascii(string) -> string\n\nReturn an ASCII-only JSON representation of a Python string";
        "encode_basestring(string, /)" => |t, a| encode(t, a, false), "encode_basestring(string) -> string\n\nReturn a JSON representation of a Python string";
        "scanstring(string, end, strict=True, /)" => scanstring, "scanstring(string, end, strict=True) -> (string, end)\n\nScan the string s for a JSON string. End is the index of the\ncharacter in s after the quote that started the JSON string.\nUnescapes all valid JSON string escape sequences and raises ValueError\non attempt to decode an invalid string. If strict is False then literal\ncontrol characters are allowed in the string.\n\nReturns a tuple of the decoded string and the index of the character in s\nafter the end quote.";
    },
    init: Some(|t, m| {
        for (name, ty) in [("make_scanner", &crate::json_scan::TYPE), ("make_encoder", &crate::json_encode::TYPE)] {
            let ty = ty.get(t).to_value();
            t.module_set(m, name, ty)
        }
        Ok(())
    }),
};

/// A JSON string literal.
pub fn push_literal(out: &mut Vec<u8>, s: &[u8], ascii: bool) {
    out.push(b'"');
    let mut at = 0;
    let mut plain = 0;
    let flush = |out: &mut Vec<u8>, from: usize, to: usize| out.extend_from_slice(&s[from..to]);
    while at < s.len() {
        let c = s[at];
        let short: &[u8] = match c {
            b'"' => b"\\\"",
            b'\\' => b"\\\\",
            b'\n' => b"\\n",
            b'\r' => b"\\r",
            b'\t' => b"\\t",
            0x0C => b"\\f",
            0x08 => b"\\b",
            0..0x20 => b"",
            0x7F.. if ascii => b"",
            _ => {
                at += 1;
                continue;
            }
        };
        flush(out, plain, at);
        if !short.is_empty() {
            out.extend_from_slice(short);
            at += 1
        } else {
            let (point, width) = wtf8::decode(s, at);
            if point >= 0x10000 {
                let v = point - 0x10000;
                let (high, low) = (0xD800 + (v >> 10), 0xDC00 + (v & 0x3FF));
                out.extend_from_slice(format!("\\u{high:04x}\\u{low:04x}").as_bytes())
            } else {
                out.extend_from_slice(format!("\\u{point:04x}").as_bytes())
            }
            at += width
        }
        plain = at
    }
    flush(out, plain, at);
    out.push(b'"')
}

fn encode(t: &mut Thread, a: Args<'_>, ascii: bool) -> Res {
    let Some(s) = text(a.get(0)) else {
        let n = a.get(0).ty().name();
        return Err(t.type_error(format!("first argument must be a string, not {n}")));
    };
    let mut out = Vec::with_capacity(s.bytes().len() + 2);
    push_literal(&mut out, s.bytes(), ascii);
    Ok(t.str_wtf8(&out))
}

/// Raises `json.JSONDecodeError(msg, doc, pos)`.
pub fn decode_error(t: &mut Thread, message: &str, document: VRef<'_>, pos: usize) -> Raised {
    let class = match crate::support::import(t, "json.decoder") {
        Ok(json) => match t.attr(json.r(), "decoder").and_then(|d| t.attr(d.r(), "JSONDecodeError")) {
            Ok(c) => c,
            Err(e) => return e,
        },
        Err(e) => return e,
    };
    let message = t.str(message);
    let pos = t.int_usize(pos);
    match t.call(class.r(), &[message.r(), document, pos.r()]) {
        Ok(e) => t.raise(e),
        Err(e) => e,
    }
}

fn hex4(b: &[u8]) -> Option<u32> {
    let d = b.get(..4)?;
    if d.iter().all(u8::is_ascii_hexdigit) { u32::from_str_radix(std::str::from_utf8(d).ok()?, 16).ok() } else { None }
}

fn scanstring(t: &mut Thread, a: Args<'_>) -> Res {
    let Some(s) = text(a.get(0)) else {
        let n = a.get(0).ty().name();
        return Err(t.type_error(format!("first argument must be a string, not {n}")));
    };
    let end = t.index_i64(a.get(1), &weft_vm::errors::OVERFLOW_ERROR)?;
    let strict = crate::support::flag(t, a.opt(2), true)?;
    let Some(end) = usize::try_from(end).ok().filter(|e| *e <= s.len()) else {
        return Err(t.value_error("end is out of bounds"));
    };
    match scan(s, end, strict) {
        Ok((out, end)) => {
            let out = t.str_wtf8(&out);
            Ok(Tuple::new(t, vec![out, t.int_usize(end)]))
        }
        Err((message, pos)) => Err(decode_error(t, message, a.get(0), pos)),
    }
}

/// The text of a literal whose opening quote is before character `start`, and the character after its end.
fn scan(s: &Str, start: usize, strict: bool) -> Result<(Vec<u8>, usize), (&'static str, usize)> {
    match scan_bytes(s.bytes(), s.offset(start), strict) {
        Ok((out, end)) => Ok((out, s.char_at_offset(end))),
        // A literal may be asked for where no quote stands before it.
        Err((UNTERMINATED, _)) => Err((UNTERMINATED, start.saturating_sub(1))),
        Err((message, at)) => Err((message, s.char_at_offset(at))),
    }
}

const UNTERMINATED: &str = "Unterminated string starting at";

/// [`scan`], with places in bytes.
pub fn scan_bytes(b: &[u8], start: usize, strict: bool) -> Result<(Vec<u8>, usize), (&'static str, usize)> {
    const OPEN: &str = UNTERMINATED;
    let begin = start.saturating_sub(1);
    let place = |at: usize| at;
    let mut at = start;
    let mut out = Vec::new();
    loop {
        let from = at;
        while at < b.len() && b[at] != b'"' && b[at] != b'\\' && (b[at] >= 0x20 || !strict) {
            at += 1
        }
        out.extend_from_slice(&b[from..at]);
        let Some(c) = b.get(at) else { return Err((OPEN, begin)) };
        match c {
            b'"' => return Ok((out, place(at + 1))),
            b'\\' => {}
            _ => return Err(("Invalid control character at", place(at))),
        }
        at += 1;
        let Some(c) = b.get(at) else { return Err((OPEN, begin)) };
        let plain = match c {
            b'"' | b'\\' | b'/' => *c,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => {
                let Some(mut point) = hex4(&b[at + 1..]) else {
                    return Err(("Invalid \\uXXXX escape", place(at)));
                };
                at += 5;
                if (0xD800..0xDC00).contains(&point)
                    && b[at..].starts_with(b"\\u")
                    && let Some(low @ 0xDC00..0xE000) = hex4(&b[at + 2..])
                {
                    point = 0x10000 + ((point - 0xD800) << 10 | (low - 0xDC00));
                    at += 6
                }
                wtf8::push(&mut out, point);
                continue;
            }
            _ => return Err(("Invalid \\escape", place(at - 1))),
        };
        out.push(plain);
        at += 1
    }
}
