//! `repr` of `str` and `bytes`, and `ascii`.
//!
//! Single quotes, unless the text has single quotes and no double ones. What is not printable is escaped with the shortest
//! of `\x`, `\u` and `\U`.

use crate::{unicode, wtf8};

const HEX: &[u8; 16] = b"0123456789abcdef";

/// `repr(str)`, itself a `str`.
pub fn repr(text: &[u8]) -> Vec<u8> {
    quoted(text, unicode::is_printable)
}

/// `ascii(str)`: everything beyond ASCII escaped.
pub fn ascii(text: &[u8]) -> Vec<u8> {
    quoted(text, |_| false)
}

/// `ascii` of any object: its `repr` with everything beyond ASCII escaped. Nothing if there is nothing to escape.
pub fn ascii_of_repr(repr: &[u8]) -> Option<Vec<u8>> {
    if repr.is_ascii() {
        return None;
    }
    let mut out = Vec::with_capacity(repr.len() * 2);
    for point in wtf8::points(repr) {
        if point < 0x80 { out.push(point as u8) } else { push_escape(&mut out, point) }
    }
    Some(out)
}

/// `repr(bytes)`.
pub fn repr_bytes(bytes: &[u8]) -> Vec<u8> {
    let quote = quote_for(bytes);
    let mut out = Vec::with_capacity(bytes.len() + 3);
    out.extend([b'b', quote]);
    for &byte in bytes {
        if byte < 0x80 { push_ascii(&mut out, byte, quote) } else { push_escape(&mut out, byte.into()) }
    }
    out.push(quote);
    out
}

fn quoted(text: &[u8], printable: impl Fn(u32) -> bool) -> Vec<u8> {
    let quote = quote_for(text);
    let mut out = Vec::with_capacity(text.len() + 2);
    out.push(quote);
    for point in wtf8::points(text) {
        if point < 0x80 {
            push_ascii(&mut out, point as u8, quote);
        } else if printable(point) {
            wtf8::push(&mut out, point);
        } else {
            push_escape(&mut out, point);
        }
    }
    out.push(quote);
    out
}

fn quote_for(text: &[u8]) -> u8 {
    let has = |quote| memchr::memchr(quote, text).is_some();
    if has(b'\'') && !has(b'"') { b'"' } else { b'\'' }
}

fn push_ascii(out: &mut Vec<u8>, byte: u8, quote: u8) {
    match byte {
        b'\\' => out.extend(b"\\\\"),
        b'\t' => out.extend(b"\\t"),
        b'\n' => out.extend(b"\\n"),
        b'\r' => out.extend(b"\\r"),
        0x20..0x7f if byte == quote => out.extend([b'\\', byte]),
        0x20..0x7f => out.push(byte),
        _ => push_escape(out, byte.into()),
    }
}

/// Appends `\xhh`, `\uhhhh` or `\Uhhhhhhhh`.
pub fn push_escape(out: &mut Vec<u8>, point: u32) {
    let (letter, digits) = match point {
        0..0x100 => (b'x', 2),
        0x100..0x10000 => (b'u', 4),
        _ => (b'U', 8),
    };
    out.extend([b'\\', letter]);
    out.extend((0..digits).rev().map(|i| HEX[(point >> (4 * i) & 15) as usize]));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings() {
        let repr = |text: &str| String::from_utf8(repr(text.as_bytes())).unwrap();
        assert_eq!(repr("it's"), r#""it's""#);
        assert_eq!(repr(r#"it's "x""#), r#"'it\'s "x"'"#);
        assert_eq!(repr("a\\\t\n\r\0\u{7f}"), r"'a\\\t\n\r\x00\x7f'");
        assert_eq!(repr("é\u{ad}\u{2028}\u{e0001}😀"), r"'é\xad\u2028\U000e0001😀'");
        assert_eq!(super::repr(b"\xed\xa0\x80"), br"'\ud800'");
    }

    #[test]
    fn ascii_and_bytes() {
        assert_eq!(ascii("é→😀'".as_bytes()), br#""\xe9\u2192\U0001f600'""#);
        assert_eq!(repr_bytes(b"a'\xff\n"), br#"b"a'\xff\n""#);
        assert_eq!(ascii_of_repr("<é>".as_bytes()).unwrap(), br"<\xe9>");
        assert_eq!(ascii_of_repr(b"<e>"), None);
    }
}
