//! `binascii`: binary data as text, and checksums.

use crate::support::{arg_u32_wrapping, ascii_or_bytes, bytes, flag};
use weft_vm::errors::Exc;
use weft_vm::object::{Args, ModuleSpec, NativeType, TypeSpec, type_flag};
use weft_vm::types::str::text;
use weft_vm::{Raised, Res, Thread, VRef, methods};

/// The module.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "binascii",
    doc: "Conversion between binary data and ASCII",
    functions: methods! {
        "a2b_uu(data, /)" => a2b_uu, "Decode a line of uuencoded data.";
        "b2a_uu(data, /, *, backtick=False)" => b2a_uu, "Uuencode line of data.";
        "a2b_base64(data, /, *, strict_mode=False)" => a2b_base64, "Decode a line of base64 data.\n\n  strict_mode\n    When set to True, bytes that are not in the base64 standard are not allowed.\n    The same applies to excess data after padding (= / ==).";
        "b2a_base64(data, /, *, newline=True)" => b2a_base64, "Base64-code line of data.";
        "a2b_hex(hexstr, /)" => a2b_hex, "Binary data of hexadecimal representation.\n\nhexstr must contain an even number of hex digits (upper or lower case).\nThis function is also available as \"unhexlify()\".";
        "unhexlify(hexstr, /)" => a2b_hex, "Binary data of hexadecimal representation.\n\nhexstr must contain an even number of hex digits (upper or lower case).";
        "b2a_hex(data, sep=<unrepresentable>, bytes_per_sep=1)" => b2a_hex, "Hexadecimal representation of binary data.\n\n  sep\n    An optional single character or byte to separate hex bytes.\n  bytes_per_sep\n    How many bytes between separators.  Positive values count from the\n    right, negative values count from the left.\n\nThe return value is a bytes object.  This function is also\navailable as \"hexlify()\".";
        "hexlify(data, sep=<unrepresentable>, bytes_per_sep=1)" => b2a_hex, "Hexadecimal representation of binary data.\n\n  sep\n    An optional single character or byte to separate hex bytes.\n  bytes_per_sep\n    How many bytes between separators.  Positive values count from the\n    right, negative values count from the left.\n\nThe return value is a bytes object.  This function is also\navailable as \"b2a_hex()\".";
        "crc_hqx(data, crc, /)" => crc_hqx, "Compute CRC-CCITT incrementally.";
        "crc32(data, crc=0, /)" => crc32, "Compute CRC-32 incrementally.";
        "a2b_qp(data, header=False)" => a2b_qp, "Decode a string of qp-encoded data.";
        "b2a_qp(data, quotetabs=False, istext=True, header=False)" => b2a_qp, "Encode a string using quoted-printable encoding.\n\nOn encoding, when istext is set, newlines are not encoded, and white\nspace at end of lines is.  When istext is not set, \\r and \\n (CR/LF)\nare both encoded.  When quotetabs is set, space and tabs are encoded.";
    },
    init: Some(init),
};

fn init(t: &mut Thread, m: VRef<'_>) -> Result<(), Raised> {
    t.module_add_type(m, &ERROR);
    t.module_add_type(m, &INCOMPLETE);
    Ok(())
}

static ERROR: NativeType = NativeType::new(&ERROR_SPEC);
static ERROR_SPEC: TypeSpec = TypeSpec {
    name: "binascii.Error",
    base: Some(&weft_vm::errors::VALUE_ERROR),
    flags: type_flag::BASETYPE,
    ..TypeSpec::new::<Exc>()
};
static INCOMPLETE: NativeType = NativeType::new(&INCOMPLETE_SPEC);
static INCOMPLETE_SPEC: TypeSpec = TypeSpec {
    name: "binascii.Incomplete",
    base: Some(&weft_vm::errors::EXCEPTION),
    flags: type_flag::BASETYPE,
    ..TypeSpec::new::<Exc>()
};

#[cold]
fn error(t: &mut Thread, text: impl AsRef<str>) -> Raised {
    t.raise_text(&ERROR, text)
}

// ---- uuencode

fn a2b_uu(t: &mut Thread, a: Args<'_>) -> Res {
    let b = ascii_or_bytes(t, a.get(0))?;
    let Some((first, mut rest)) = b.split_first() else { return Err(error(t, "Missing length byte")) };
    let n = (first.wrapping_sub(b' ') & 0x3F) as usize;
    let mut out = Vec::with_capacity(n);
    let (mut bits, mut held) = (0u32, 0);
    while out.len() < n {
        let mut c = 0;
        if let Some((x, after)) = rest.split_first() {
            match x {
                // A line that was cut short counts as spaces.
                b'\n' | b'\r' => {}
                b' '..=96 => {
                    c = (x - b' ') & 0x3F;
                    rest = after
                }
                _ => return Err(error(t, "Illegal char")),
            }
        }
        bits = bits << 6 | c as u32;
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push((bits >> held) as u8)
        }
    }
    if rest.iter().any(|c| !matches!(c, b' ' | b'`' | b'\n' | b'\r')) {
        return Err(error(t, "Trailing garbage"));
    }
    Ok(t.bytes(&out))
}

fn b2a_uu(t: &mut Thread, a: Args<'_>) -> Res {
    let backtick = flag(t, a.opt(1), false)?;
    let b = bytes(t, a.get(0))?;
    if b.len() > 45 {
        return Err(error(t, "At most 45 bytes at once"));
    }
    let digit = |d: u8| if d == 0 && backtick { b'`' } else { d + b' ' };
    let mut out = vec![digit(b.len() as u8)];
    for c in b.chunks(3) {
        let n = (c[0] as u32) << 16 | (c.get(1).copied().unwrap_or(0) as u32) << 8 | c.get(2).copied().unwrap_or(0) as u32;
        for shift in [18, 12, 6, 0] {
            out.push(digit((n >> shift & 0x3F) as u8))
        }
    }
    out.push(b'\n');
    Ok(t.bytes(&out))
}

// ---- base64

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn base64_value(c: u8) -> Option<u8> {
    Some(match c {
        b'A'..=b'Z' => c - b'A',
        b'a'..=b'z' => c - b'a' + 26,
        b'0'..=b'9' => c - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}

fn a2b_base64(t: &mut Thread, a: Args<'_>) -> Res {
    let strict = flag(t, a.opt(1), false)?;
    let b = ascii_or_bytes(t, a.get(0))?;
    if strict && b.first() == Some(&b'=') {
        return Err(error(t, "Leading padding not allowed"));
    }
    let mut out = Vec::with_capacity(b.len() / 4 * 3 + 3);
    let (mut place, mut left, mut pads) = (0, 0u8, 0);
    let mut padded = false;
    for (i, c) in b.iter().enumerate() {
        if *c == b'=' {
            padded = true;
            pads += 1;
            if place >= 2 && place + pads >= 4 {
                // Enough padding: what follows is not read, and must not be there in strict mode.
                if strict && i + 1 < b.len() {
                    let text = if b[i + 1] == b'=' { "Excess padding not allowed" } else { "Excess data after padding" };
                    return Err(error(t, text));
                }
                return Ok(t.bytes(&out));
            }
            if strict && place == 0 {
                return Err(error(t, "Excess padding not allowed"));
            }
            continue;
        }
        let Some(v) = base64_value(*c) else {
            if strict {
                return Err(error(t, "Only base64 data is allowed"));
            }
            continue;
        };
        if strict && padded && place != 1 {
            return Err(error(t, "Discontinuous padding not allowed"));
        }
        pads = 0;
        match place {
            0 => left = v,
            1 => {
                out.push(left << 2 | v >> 4);
                left = v & 15
            }
            2 => {
                out.push(left << 4 | v >> 2);
                left = v & 3
            }
            _ => out.push(left << 6 | v),
        }
        place = (place + 1) % 4;
        if place == 2 && padded && strict {
            break;
        }
    }
    match place {
        0 => Ok(t.bytes(&out)),
        1 => {
            let n = out.len() / 3 * 4 + 1;
            Err(error(t, format!(
                "Invalid base64-encoded string: number of data characters ({n}) cannot be 1 more than a multiple of 4"
            )))
        }
        _ => Err(error(t, "Incorrect padding")),
    }
}

fn b2a_base64(t: &mut Thread, a: Args<'_>) -> Res {
    let newline = flag(t, a.opt(1), true)?;
    let b = bytes(t, a.get(0))?;
    let mut out = Vec::with_capacity(b.len() / 3 * 4 + 5);
    for c in b.chunks(3) {
        let n = (c[0] as u32) << 16 | (c.get(1).copied().unwrap_or(0) as u32) << 8 | c.get(2).copied().unwrap_or(0) as u32;
        for (i, shift) in [18, 12, 6, 0].into_iter().enumerate() {
            out.push(if i > c.len() { b'=' } else { BASE64[(n >> shift & 0x3F) as usize] })
        }
    }
    if newline {
        out.push(b'\n')
    }
    Ok(t.bytes(&out))
}

// ---- hexadecimal

fn a2b_hex(t: &mut Thread, a: Args<'_>) -> Res {
    let b = ascii_or_bytes(t, a.get(0))?;
    if b.len() % 2 != 0 {
        return Err(error(t, "Odd-length string"));
    }
    let digit = |c: u8| (c as char).to_digit(16).map(|d| d as u8);
    let mut out = Vec::with_capacity(b.len() / 2);
    for c in b.chunks_exact(2) {
        match (digit(c[0]), digit(c[1])) {
            (Some(x), Some(y)) => out.push(x << 4 | y),
            _ => return Err(error(t, "Non-hexadecimal digit found")),
        }
    }
    Ok(t.bytes(&out))
}

fn b2a_hex(t: &mut Thread, a: Args<'_>) -> Res {
    let b = bytes(t, a.get(0))?;
    let separator = match a.opt(1) {
        None => None,
        Some(v) => {
            let s = match text(v) {
                Some(s) if s.len() == 1 => {
                    let c = s.code_point(0);
                    if c > 255 {
                        return Err(t.value_error("sep must be ASCII."));
                    }
                    vec![c as u8]
                }
                Some(_) => Vec::new(),
                None => match crate::support::bytes_opt(t, v)? {
                    Some(b) => b.into_owned(),
                    None => return Err(t.type_error("sep must be str or bytes.")),
                },
            };
            match s[..] {
                [c] => Some(c),
                _ => return Err(t.value_error("sep must be length 1.")),
            }
        }
    };
    let group = match a.opt(2) {
        Some(n) => t.arg_i32(n)? as isize,
        None => 1,
    };
    let out = weft_text::bytes::hex(&b, separator, group);
    Ok(t.bytes(&out))
}

// ---- checksums

fn crc_hqx(t: &mut Thread, a: Args<'_>) -> Res {
    let b = bytes(t, a.get(0))?;
    let mut crc = arg_u32_wrapping(t, a.get(1))? as u16;
    for c in b.iter() {
        crc ^= (*c as u16) << 8;
        for _ in 0..8 {
            crc = if crc & 0x8000 != 0 { crc << 1 ^ 0x1021 } else { crc << 1 }
        }
    }
    Ok(t.int(crc as i64))
}

/// `crc32(data, crc=0)`, in `zlib` too.
pub fn crc32(t: &mut Thread, a: Args<'_>) -> Res {
    let start = match a.opt(1) {
        Some(v) => arg_u32_wrapping(t, v)?,
        None => 0,
    };
    let b = bytes(t, a.get(0))?;
    let mut h = crc32fast::Hasher::new_with_initial(start);
    if b.len() > 5 * 1024 { t.blocking(|| h.update(&b)) } else { h.update(&b) }
    Ok(t.int(h.finalize() as i64))
}

// ---- quoted-printable

fn a2b_qp(t: &mut Thread, a: Args<'_>) -> Res {
    let header = flag(t, a.opt(1), false)?;
    let b = ascii_or_bytes(t, a.get(0))?;
    let digit = |c: Option<&u8>| c.and_then(|c| (*c as char).to_digit(16)).map(|d| d as u8);
    let mut out = Vec::with_capacity(b.len());
    let mut i = 0;
    while i < b.len() {
        match b[i] {
            b'=' => {
                i += 1;
                let Some(c) = b.get(i) else { break };
                if matches!(c, b'\n' | b'\r') {
                    // A soft line break: up to the end of the line goes away.
                    while i < b.len() && b[i] != b'\n' {
                        i += 1
                    }
                    i += 1
                } else if *c == b'=' {
                    out.push(b'=');
                    i += 1
                } else if let (Some(x), Some(y)) = (digit(b.get(i)), digit(b.get(i + 1))) {
                    out.push(x << 4 | y);
                    i += 2
                } else {
                    out.push(b'=')
                }
            }
            b'_' if header => {
                out.push(b' ');
                i += 1
            }
            c => {
                out.push(c);
                i += 1
            }
        }
    }
    Ok(t.bytes(&out))
}

/// Longest line.
const LINE: usize = 76;

fn b2a_qp(t: &mut Thread, a: Args<'_>) -> Res {
    let quotetabs = flag(t, a.opt(1), false)?;
    let istext = flag(t, a.opt(2), true)?;
    let header = flag(t, a.opt(3), false)?;
    let b = bytes(t, a.get(0))?;
    // Line breaks come out as the first one came in.
    let crlf = b.iter().position(|c| *c == b'\n').is_some_and(|i| i > 0 && b[i - 1] == b'\r');
    let newline: &[u8] = if crlf { b"\r\n" } else { b"\n" };
    let mut out: Vec<u8> = Vec::with_capacity(b.len() + b.len() / 8);
    let mut line = 0;
    let quote = |out: &mut Vec<u8>, c: u8| {
        const HEX: &[u8; 16] = b"0123456789ABCDEF";
        out.extend_from_slice(&[b'=', HEX[(c >> 4) as usize], HEX[(c & 15) as usize]])
    };
    let mut i = 0;
    while i < b.len() {
        let c = b[i];
        let next = b.get(i + 1).copied();
        let at_end = next.is_none() || next == Some(b'\n') || next == Some(b'\r') && b.get(i + 2) == Some(&b'\n');
        let must = c > 126
            || c == b'='
            || header && c == b'_'
            || c == b'.' && line == 0 && (next.is_none() || matches!(next, Some(b'\n' | b'\r' | 0)))
            || !istext && matches!(c, b'\r' | b'\n')
            || matches!(c, b'\t' | b' ') && next.is_none()
            || c < 33 && !matches!(c, b'\r' | b'\n' | b'\t' | b' ')
            || c < 33 && c != b'\r' && c != b'\n' && (quotetabs || c != b'\t' && c != b' ');
        if must && !(header && c == b' ') {
            if line + 3 >= LINE {
                out.push(b'=');
                out.extend_from_slice(newline);
                line = 0
            }
            quote(&mut out, c);
            line += 3;
            i += 1;
            continue;
        }
        if istext && (c == b'\n' || c == b'\r' && next == Some(b'\n')) {
            // White space before a line break is quoted.
            if let Some(last @ (b' ' | b'\t')) = out.last().copied() {
                out.pop();
                quote(&mut out, last)
            }
            out.extend_from_slice(newline);
            line = 0;
            i += if c == b'\r' { 2 } else { 1 };
            continue;
        }
        if next.is_some() && !at_end && line + 1 >= LINE {
            out.push(b'=');
            out.extend_from_slice(newline);
            line = 0
        }
        line += 1;
        out.push(if header && c == b' ' { b'_' } else { c });
        i += 1
    }
    Ok(t.bytes(&out))
}
