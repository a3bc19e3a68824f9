//! `repr` of constants, near enough to compare dumps with CPython's.

use dashu_int::UBig;
use std::fmt::Write;

/// `repr` of a big int.
pub fn int_repr(negative: bool, magnitude: &[u8]) -> String {
    format!("{}{}", if negative { "-" } else { "" }, UBig::from_le_bytes(magnitude))
}

/// `repr` of a float.
pub fn float_repr(value: f64) -> String {
    let magnitude = value.abs();
    if value.is_nan() {
        return "nan".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf".into() } else { "-inf".into() };
    }
    if magnitude != 0.0 && !(1e-4..1e16).contains(&magnitude) {
        let text = format!("{value:e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let exponent: i32 = exponent.parse().unwrap_or(0);
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{digits}e{sign}{:02}", exponent.abs());
    }
    let text = format!("{value}");
    if text.contains('.') { text } else { text + ".0" }
}

/// `repr` of a complex number.
pub fn complex_repr(real: f64, imag: f64) -> String {
    let short = |value: f64| {
        let text = float_repr(value);
        text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
    };
    match real == 0.0 && real.is_sign_positive() {
        true => format!("{}j", short(imag)),
        false => {
            let sign = if imag.is_sign_negative() { "" } else { "+" };
            format!("({}{sign}{}j)", short(real), short(imag))
        }
    }
}

/// `repr` of WTF-8 text. Which characters are printable is decided roughly.
pub fn str_repr(text: &[u8]) -> String {
    let quote = if text.contains(&b'\'') && !text.contains(&b'"') { '"' } else { '\'' };
    let mut out = String::from(quote);
    let mut rest = text;
    while !rest.is_empty() {
        let valid = match std::str::from_utf8(rest) {
            Ok(_) => rest.len(),
            Err(error) => error.valid_up_to(),
        };
        let (head, tail) = rest.split_at(valid);
        for c in std::str::from_utf8(head).unwrap_or("").chars() {
            escape(&mut out, c, quote);
        }
        rest = match tail {
            [0xED, b, c, after @ ..] => {
                let code = 0xD000 | u32::from(b & 0x3F) << 6 | u32::from(c & 0x3F);
                let _ = write!(out, "\\u{code:04x}");
                after
            }
            _ => &[],
        };
    }
    out.push(quote);
    out
}

fn escape(out: &mut String, c: char, quote: char) {
    let _ = match c {
        '\n' => write!(out, "\\n"),
        '\r' => write!(out, "\\r"),
        '\t' => write!(out, "\\t"),
        '\\' => write!(out, "\\\\"),
        c if c == quote => write!(out, "\\{c}"),
        ' '..='~' => write!(out, "{c}"),
        c if (c as u32) < 0x100 && (c.is_control() || c == '\u{A0}' || c == '\u{AD}') => {
            write!(out, "\\x{:02x}", c as u32)
        }
        c if printable(c) => write!(out, "{c}"),
        c if (c as u32) < 0x1_0000 => write!(out, "\\u{:04x}", c as u32),
        c => write!(out, "\\U{:08x}", c as u32),
    };
}

/// Whether a character shows when printed; combining ones do, after another.
fn printable(c: char) -> bool {
    let shown = ['x', c];
    let text: String = shown.iter().collect();
    text.escape_debug().count() == 2
}

/// `repr` of bytes.
pub fn bytes_repr(bytes: &[u8]) -> String {
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') { b'"' } else { b'\'' };
    let mut out = format!("b{}", quote as char);
    for &b in bytes {
        let _ = match b {
            b'\n' => write!(out, "\\n"),
            b'\r' => write!(out, "\\r"),
            b'\t' => write!(out, "\\t"),
            b'\\' => write!(out, "\\\\"),
            b if b == quote => write!(out, "\\{}", b as char),
            b' '..=b'~' => write!(out, "{}", b as char),
            b => write!(out, "\\x{b:02x}"),
        };
    }
    out.push(quote as char);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn like_python() {
        assert_eq!(float_repr(1e16), "1e+16");
        assert_eq!(float_repr(1.5e-7), "1.5e-07");
        assert_eq!(float_repr(3.0), "3.0");
        assert_eq!(complex_repr(0.0, 2.0), "2j");
        assert_eq!(str_repr("it's\n".as_bytes()), "\"it's\\n\"");
        assert_eq!(str_repr(&[0xED, 0xA0, 0x80]), "'\\ud800'");
        assert_eq!(bytes_repr(b"a'\xff"), "b\"a'\\xff\"");
        assert_eq!(int_repr(true, &[0, 1]), "-256");
    }
}
