//! `_struct`: Python values from and to bytes laid out as C structs.
//!
//! A format is parsed to fields with their offsets; packing and unpacking walk over them. Native formats (`@`) are those
//! of 64-bit Linux: little-endian, aligned.

use crate::support::{Guarded, bytes, bytes_opt, itself, native};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::*};
use weft_strategy::Header;
use weft_text::codecs::Endian;
use weft_vm::errors::Exc;
use weft_vm::object::{
    GetSet, ModuleSpec, NativeType, Object, Slots, TypeSpec, ValueExt, Visitor, type_flag,
};
use weft_vm::types::bytes::Bytes;
use weft_vm::types::complex::Complex;
use weft_vm::types::str::text;
use weft_vm::types::tuple::Tuple;
use weft_vm::types::{float, int};
use weft_vm::{Raised, Res, Slot, Thread, VRef, Value, methods};

/// The module.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "_struct",
    doc: "Functions to convert between Python values and C structs.\nPython bytes objects are used to hold the data representing the C struct\nand also as format strings (explained below) to describe the layout of data\nin the C struct.\n\nThe optional first format char indicates byte order, size and alignment:\n  @: native order, size & alignment (default)\n  =: native order, std. size & alignment\n  <: little-endian, std. size & alignment\n  >: big-endian, std. size & alignment\n  !: same as >\n\nThe remaining chars indicate types of args and must match exactly;\nthese can be preceded by a decimal repeat count:\n  x: pad byte (no data); c:char; b:signed byte; B:unsigned byte;\n  ?: _Bool (requires C99; if not available, char is used instead)\n  h:short; H:unsigned short; i:int; I:unsigned int;\n  l:long; L:unsigned long; f:float; d:double; e:half-float.\nSpecial cases (preceding decimal count indicates length):\n  s:string (array of char); p: pascal string (with count byte).\nSpecial cases (only available in native format):\n  n:ssize_t; N:size_t;\n  P:an integer type that is wide enough to hold a pointer.\nSpecial case (not in native mode unless 'long long' in platform C):\n  q:long long; Q:unsigned long long\nWhitespace between formats is ignored.\n\nThe variable struct.error is an exception raised on errors.",
    functions: methods! {
        "_clearcache()" => |_, _| Ok(Value::NONE), "Clear the internal cache.";
        "calcsize(format, /)" => |t, a| {
            let f = format(t, a.get(0))?;
            Ok(t.int_usize(f.size))
        }, "Return size in bytes of the struct described by the format string.";
        "iter_unpack(format, buffer, /)" => |t, a| {
            let f = format(t, a.get(0))?;
            iter_unpack(t, f, a.get(1))
        }, "Return an iterator yielding tuples unpacked from the given bytes.\n\nThe bytes are unpacked according to the format string, like\na repeated invocation of unpack_from().\n\nRequires that the bytes length be a multiple of the format struct size.";
        "pack(*args)" => |t, a| {
            let Some((f, values)) = a.rest().split_first() else { return Err(t.type_error("missing format argument")) };
            let f = format(t, *f)?;
            pack(t, &f, values, "pack")
        }, "pack(format, v1, v2, ...) -> bytes\n\nReturn a bytes object containing the values v1, v2, ... packed according\nto the format string.  See help(struct) for more on format strings.";
        "pack_into(*args)" => |t, a| {
            let Some((f, values)) = a.rest().split_first() else { return Err(t.type_error("missing format argument")) };
            let f = format(t, *f)?;
            pack_into(t, &f, values)
        }, "pack_into(format, buffer, offset, v1, v2, ...)\n\nPack the values v1, v2, ... according to the format string and write\nthe packed bytes into the writable buffer buf starting at offset.  Note\nthat the offset is a required argument.  See help(struct) for more\non format strings.";
        "unpack(format, buffer, /)" => |t, a| {
            let f = format(t, a.get(0))?;
            unpack(t, &f, a.get(1))
        }, "Return a tuple containing values unpacked according to the format string.\n\nThe buffer's size in bytes must be calcsize(format).\n\nSee help(struct) for more on format strings.";
        "unpack_from(format, /, buffer, offset=0)" => |t, a| {
            let f = format(t, a.get(0))?;
            unpack_from(t, &f, a.get(1), a.opt(2))
        }, "Return a tuple containing values unpacked according to the format string.\n\nThe buffer's size, minus offset, must be at least calcsize(format).\n\nSee help(struct) for more on format strings.";
    },
    init: Some(init),
};

fn init(t: &mut Thread, m: VRef<'_>) -> Result<(), Raised> {
    t.module_add_type(m, &STRUCT);
    t.module_add_type(m, &ERROR);
    Ok(())
}

/// `struct.error`
static ERROR: NativeType = NativeType::new(&ERROR_SPEC);
static ERROR_SPEC: TypeSpec = TypeSpec {
    name: "struct.error",
    base: Some(&weft_vm::errors::EXCEPTION),
    flags: type_flag::BASETYPE,
    ..TypeSpec::new::<Exc>()
};

#[cold]
fn error(t: &mut Thread, text: impl AsRef<str>) -> Raised {
    t.raise_text(&ERROR, text)
}

// ---- formats

/// Fields of the same type in a row.
#[derive(Clone, Copy)]
struct Field {
    code: u8,
    /// Bytes of one.
    size: usize,
    /// How many; for `s` and `p` the length of the one.
    count: usize,
    offset: usize,
}

/// A parsed format.
pub struct Format {
    text: String,
    fields: Vec<Field>,
    endian: Endian,
    size: usize,
    /// Number of values.
    items: usize,
}

/// Size of a type; standard sizes differ from native ones for `l` and `L`, and have no `n`, `N`, `P`.
fn size_of_code(code: u8, native: bool) -> Option<usize> {
    Some(match code {
        b'x' | b'c' | b'b' | b'B' | b'?' | b's' | b'p' => 1,
        b'h' | b'H' | b'e' => 2,
        b'i' | b'I' | b'f' => 4,
        b'l' | b'L' => if native { 8 } else { 4 },
        b'q' | b'Q' | b'd' | b'F' => 8,
        b'D' => 16,
        b'n' | b'N' | b'P' if native => 8,
        _ => return None,
    })
}

/// What a type is aligned to.
fn alignment(code: u8, size: usize) -> usize {
    match code {
        b'F' => 4,
        b'D' => 8,
        _ => size,
    }
}

fn parse(bytes: &[u8]) -> Result<Format, &'static str> {
    const TOO_LONG: &str = "total struct size too long";
    if bytes.contains(&0) {
        return Err("embedded null character");
    }
    let (mut native, mut endian, mut rest) = (true, Endian::Little, bytes);
    if let Some((first, after)) = bytes.split_first() {
        match first {
            b'@' => rest = after,
            b'=' | b'<' => (native, rest) = (false, after),
            b'>' | b'!' => (native, endian, rest) = (false, Endian::Big, after),
            _ => {}
        }
    }
    let (mut fields, mut size, mut items) = (Vec::new(), 0usize, 0usize);
    let mut it = rest.iter().copied().peekable();
    while let Some(mut code) = it.next() {
        if code.is_ascii_whitespace() || code == 0x0B {
            continue;
        }
        let mut count = 1usize;
        if code.is_ascii_digit() {
            count = (code - b'0') as usize;
            while let Some(d) = it.peek().filter(|c| c.is_ascii_digit()) {
                count = count.checked_mul(10).and_then(|n| n.checked_add((d - b'0') as usize)).ok_or(TOO_LONG)?;
                it.next();
            }
            code = it.next().ok_or("repeat count given without format specifier")?;
        }
        let one = size_of_code(code, native).ok_or("bad char in struct format")?;
        if native {
            size = size.checked_next_multiple_of(alignment(code, one)).ok_or(TOO_LONG)?
        }
        if code != b'x' {
            fields.push(Field { code, size: one, count, offset: size });
            items = items.checked_add(if matches!(code, b's' | b'p') { 1 } else { count }).ok_or(TOO_LONG)?
        }
        size = one.checked_mul(count).and_then(|n| n.checked_add(size)).ok_or(TOO_LONG)?;
        if size > isize::MAX as usize {
            return Err(TOO_LONG);
        }
    }
    let text = String::from_utf8_lossy(bytes).into_owned();
    Ok(Format { text, fields, endian, size, items })
}

/// The format of an argument: ASCII str or bytes.
fn format(t: &mut Thread, v: VRef<'_>) -> Res<Arc<Format>> {
    let b = match (text(v), v.cast::<Bytes>()) {
        (Some(s), _) if s.is_ascii() => s.bytes(),
        (Some(_), _) => {
            let ascii = t.str("ascii");
            return Err(match t.call_method(v, "encode", &[ascii.r()]) {
                Err(e) => e,
                Ok(_) => error(t, "bad char in struct format"),
            });
        }
        (None, Some(b)) => b.as_slice(),
        (None, None) => {
            let n = v.ty().name();
            return Err(t.type_error(format!("Struct() argument 1 must be a str or bytes object, not {n}")));
        }
    };
    if let Some(f) = LATELY.with_borrow(|l| l.iter().find(|(of, _)| **of == *b).map(|(_, f)| f.clone())) {
        return Ok(f);
    }
    match parse(b) {
        Ok(f) => {
            let f = Arc::new(f);
            LATELY.with_borrow_mut(|l| {
                l.truncate(REMEMBERED - 1);
                l.insert(0, (b.into(), f.clone()))
            });
            Ok(f)
        }
        Err(e) => Err(error(t, e)),
    }
}

/// Formats that a thread remembers.
const REMEMBERED: usize = 8;

thread_local! {
    /// The formats this thread has translated lately.
    static LATELY: std::cell::RefCell<Vec<(Box<[u8]>, Arc<Format>)>> = const { std::cell::RefCell::new(Vec::new()) };
}

// ---- values

/// Bounds of an integer type.
fn bounds(size: usize, signed: bool) -> (i128, i128) {
    let bits = size as u32 * 8;
    if signed { (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) } else { (0, (1 << bits) - 1) }
}

fn pack_int(t: &mut Thread, f: &Field, endian: Endian, v: VRef<'_>, out: &mut [u8]) -> Res<()> {
    let i = if v.word().is_int() {
        v.to_value()
    } else if int::is_int(v) || v.ty().slots().index.is_some() {
        t.index(v)?
    } else {
        return Err(error(t, "required argument is not an integer"));
    };
    let signed = f.code.is_ascii_lowercase();
    let n = match int::to_i64(i.r()) {
        Some(n) => Some(n as i128),
        None => int::to_big(i.r()).and_then(|b| i128::try_from(&b).ok()),
    };
    if f.code == b'P' {
        // A pointer: any 64 bits, signed or not.
        let Some(n) = n.filter(|n| *n >= i64::MIN as i128 && *n <= u64::MAX as i128) else {
            return Err(error(t, "int too large to convert"));
        };
        out.copy_from_slice(&(n as u64).to_le_bytes());
        return Ok(());
    }
    let (low, high) = bounds(f.size, signed);
    let Some(n) = n.filter(|n| *n >= low && *n <= high) else {
        return Err(error(t, format!("'{}' format requires {low} <= number <= {high}", f.code as char)));
    };
    let le = n.to_le_bytes();
    out.copy_from_slice(&le[..f.size]);
    if endian == Endian::Big {
        out.reverse()
    }
    Ok(())
}

/// Half precision of a float, rounded half to even; `None` on overflow (IEEE 754 binary16).
pub fn to_half(x: f64) -> Option<u16> {
    let sign = if x.is_sign_negative() { 0x8000 } else { 0 };
    if x.is_nan() {
        return Some(sign | 0x7E00);
    }
    if x.is_infinite() {
        return Some(sign | 0x7C00);
    }
    let x = x.abs();
    if x == 0.0 {
        return Some(sign);
    }
    let e = (x.to_bits() >> 52 & 0x7FF) as i32 - 1023;
    if e >= 16 {
        return None;
    }
    // In units of the last place; denormals have that of 2^-24.
    let unit = if e < -14 { -24 } else { e - 10 };
    let scaled = x * 2f64.powi(-unit);
    let n = scaled.round_ties_even() as u32;
    // A normal number's n has the leading bit that the exponent field implies: it adds one to that field.
    let bits = if e < -14 { n } else { (((e + 14) as u32) << 10) + n };
    if bits >= 0x7C00 { None } else { Some(sign | bits as u16) }
}

/// The float of a half-precision number.
pub fn from_half(h: u16) -> f64 {
    let sign = if h & 0x8000 != 0 { -1.0 } else { 1.0 };
    let (e, m) = ((h >> 10 & 31) as i32, (h & 0x3FF) as f64);
    sign * match e {
        0 => m * 2f64.powi(-24),
        31 if m == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1024.0 + m) * 2f64.powi(e - 25),
    }
}

/// Single precision, or OverflowError.
fn to_single(t: &mut Thread, x: f64) -> Res<f32> {
    let y = x as f32;
    if y.is_infinite() && x.is_finite() {
        return Err(t.overflow_error("float too large to pack with f format"));
    }
    Ok(y)
}

fn put<const N: usize>(out: &mut [u8], endian: Endian, le: [u8; N]) {
    out.copy_from_slice(&le);
    if endian == Endian::Big {
        out.reverse()
    }
}

fn pack_float(t: &mut Thread, code: u8, endian: Endian, x: f64, out: &mut [u8]) -> Res<()> {
    match code {
        b'e' => match to_half(x) {
            Some(h) => put(out, endian, h.to_le_bytes()),
            None => return Err(t.overflow_error("float too large to pack with e format")),
        },
        b'f' => put(out, endian, to_single(t, x)?.to_le_bytes()),
        _ => put(out, endian, x.to_le_bytes()),
    }
    Ok(())
}

fn pack_one(t: &mut Thread, fmt: &Format, f: &Field, v: VRef<'_>, out: &mut [u8]) -> Res<()> {
    match f.code {
        b'c' => match v.cast::<Bytes>() {
            Some(b) if b.as_slice().len() == 1 => out.copy_from_slice(b.as_slice()),
            _ => return Err(error(t, "char format requires a bytes object of length 1")),
        },
        b'?' => out[0] = t.truth(v)? as u8,
        b's' | b'p' => {
            let is_bytes = v.cast::<Bytes>().is_some() || v.has_shape(weft_vm::types::fixed::BYTEARRAY);
            let Some(b) = (if is_bytes { bytes_opt(t, v)? } else { None }) else {
                return Err(error(t, format!("argument for '{}' must be a bytes object", f.code as char)));
            };
            if f.code == b's' {
                let n = b.len().min(out.len());
                out[..n].copy_from_slice(&b[..n]);
                out[n..].fill(0)
            } else if let Some((length, body)) = out.split_first_mut() {
                let n = b.len().min(body.len());
                *length = n.min(255) as u8;
                body[..n].copy_from_slice(&b[..n]);
                body[n..].fill(0)
            }
        }
        b'e' | b'f' | b'd' => {
            let x = match float::float(v) {
                Some(x) => x,
                None => match t.arg_f64(v) {
                    Err(_) if t.raised_is(&weft_vm::errors::TYPE_ERROR) => {
                        t.clear_raised();
                        return Err(error(t, "required argument is not a float"));
                    }
                    r => r?,
                },
            };
            pack_float(t, f.code, fmt.endian, x, out)?
        }
        b'F' | b'D' => {
            let (re, im) = match v.cast::<Complex>() {
                Some(c) => (c.re, c.im),
                None => match t.arg_f64(v) {
                    Err(_) if t.raised_is(&weft_vm::errors::TYPE_ERROR) => {
                        t.clear_raised();
                        return Err(error(t, "required argument is not a complex"));
                    }
                    r => (r?, 0.0),
                },
            };
            let (a, b) = out.split_at_mut(f.size / 2);
            let code = if f.code == b'F' { b'f' } else { b'd' };
            pack_float(t, code, fmt.endian, re, a)?;
            pack_float(t, code, fmt.endian, im, b)?
        }
        _ => pack_int(t, f, fmt.endian, v, out)?,
    }
    Ok(())
}

fn pack_values(t: &mut Thread, fmt: &Format, values: &[VRef<'_>], out: &mut [u8]) -> Res<()> {
    let mut values = values.iter();
    for f in &fmt.fields {
        if matches!(f.code, b's' | b'p') {
            if let Some(v) = values.next() {
                pack_one(t, fmt, f, *v, &mut out[f.offset..f.offset + f.count])?
            }
            continue;
        }
        for (i, v) in values.by_ref().take(f.count).enumerate() {
            let at = f.offset + i * f.size;
            pack_one(t, fmt, f, *v, &mut out[at..at + f.size])?
        }
    }
    Ok(())
}

fn check_count(t: &mut Thread, fmt: &Format, n: usize, name: &str) -> Res<()> {
    if n == fmt.items {
        return Ok(());
    }
    Err(error(t, format!("{name} expected {} items for packing (got {n})", fmt.items)))
}

fn pack_bytes(t: &mut Thread, fmt: &Format, values: &[VRef<'_>]) -> Res<Vec<u8>> {
    let mut out: Vec<u8> = crate::support::room(t, fmt.size)?;
    out.resize(fmt.size, 0);
    pack_values(t, fmt, values, &mut out)?;
    Ok(out)
}

fn pack(t: &mut Thread, fmt: &Format, values: &[VRef<'_>], name: &str) -> Res {
    check_count(t, fmt, values.len(), name)?;
    let out = pack_bytes(t, fmt, values)?;
    Ok(t.bytes(&out))
}

/// `(buffer, offset, values…)`
fn pack_into(t: &mut Thread, fmt: &Format, args: &[VRef<'_>]) -> Res {
    if args.len() < 2 {
        return Err(error(
            t,
            if args.is_empty() { "pack_into expected buffer argument" } else { "pack_into expected offset argument" },
        ));
    }
    check_count(t, fmt, args.len() - 2, "pack_into")?;
    let offset = t.index_i64(args[1], &weft_vm::errors::INDEX_ERROR)?;
    // Values are converted first: that may run Python, which could change the buffer.
    let Some(export) = args[0].ty().slots().buffer else {
        let n = args[0].ty().name();
        return Err(t.type_error(format!("argument must be read-write bytes-like object, not {n}")));
    };
    let view = match export(t, args[0], true) {
        Ok(v) => v,
        Err(_) if t.raised_is(&weft_vm::errors::BUFFER_ERROR) => {
            t.clear_raised();
            let n = args[0].ty().name();
            return Err(t.type_error(format!("argument must be read-write bytes-like object, not {n}")));
        }
        Err(e) => return Err(e),
    };
    let r = place(t, fmt, offset, view.len).and_then(|at| {
        let out = pack_bytes(t, fmt, &args[2..])?;
        // SAFETY: within the view, which keeps its bytes in place; padding stays as it is.
        let to = unsafe { std::slice::from_raw_parts_mut(view.ptr.add(at), fmt.size) };
        for f in &fmt.fields {
            let end = f.offset + f.size * f.count;
            to[f.offset..end].copy_from_slice(&out[f.offset..end])
        }
        Ok(())
    });
    view.release(t);
    r.map(|()| Value::NONE)
}

/// Where packing into a buffer of `len` bytes starts.
fn place(t: &mut Thread, fmt: &Format, offset: i64, len: usize) -> Res<usize> {
    let size = fmt.size;
    let at = if offset < 0 {
        if offset + size as i64 > 0 {
            return Err(error(t, format!("no space to pack {size} bytes at offset {offset}")));
        }
        if offset + (len as i64) < 0 {
            return Err(error(t, format!("offset {offset} out of range for {len}-byte buffer")));
        }
        (offset + len as i64) as usize
    } else {
        offset as usize
    };
    if len < at || len - at < size {
        let need = at as u128 + size as u128;
        return Err(error(t, format!(
            "pack_into requires a buffer of at least {need} bytes for packing {size} bytes at offset {at} (actual buffer size is {len})"
        )));
    }
    Ok(at)
}

fn unpack_float(code: u8, endian: Endian, b: &[u8]) -> f64 {
    let mut le = [0; 8];
    let n = b.len().min(8);
    le[..n].copy_from_slice(&b[..n]);
    if endian == Endian::Big {
        le[..n].reverse()
    }
    match code {
        b'e' => from_half(u16::from_le_bytes([le[0], le[1]])),
        b'f' => f32::from_le_bytes([le[0], le[1], le[2], le[3]]) as f64,
        _ => f64::from_le_bytes(le),
    }
}

fn unpack_one(t: &Thread, fmt: &Format, f: &Field, b: &[u8]) -> Value {
    match f.code {
        b'c' | b's' => t.bytes(b),
        b'p' => match b.split_first() {
            Some((n, body)) => t.bytes(&body[..(*n as usize).min(body.len())]),
            None => t.bytes(b""),
        },
        b'?' => Value::bool(b.iter().any(|x| *x != 0)),
        b'e' | b'f' | b'd' => t.float(unpack_float(f.code, fmt.endian, b)),
        b'F' | b'D' => {
            let (re, im) = b.split_at(f.size / 2);
            let code = if f.code == b'F' { b'f' } else { b'd' };
            t.complex(unpack_float(code, fmt.endian, re), unpack_float(code, fmt.endian, im))
        }
        _ => {
            let mut le = [0u8; 8];
            le[..b.len()].copy_from_slice(b);
            if fmt.endian == Endian::Big {
                le[..b.len()].reverse()
            }
            let n = u64::from_le_bytes(le);
            let shift = 64 - 8 * b.len() as u32;
            if f.code.is_ascii_lowercase() {
                t.int(((n << shift) as i64) >> shift)
            } else {
                match i64::try_from(n) {
                    Ok(n) => t.int(n),
                    Err(_) => t.big_int(n.into()),
                }
            }
        }
    }
}

fn unpack_bytes(t: &Thread, fmt: &Format, b: &[u8]) -> Value {
    let mut out = Vec::with_capacity(fmt.items);
    for f in &fmt.fields {
        if matches!(f.code, b's' | b'p') {
            out.push(unpack_one(t, fmt, f, &b[f.offset..f.offset + f.count]));
            continue;
        }
        for i in 0..f.count {
            let at = f.offset + i * f.size;
            out.push(unpack_one(t, fmt, f, &b[at..at + f.size]))
        }
    }
    Tuple::new(t, out)
}

fn unpack(t: &mut Thread, fmt: &Format, v: VRef<'_>) -> Res {
    let b = bytes(t, v)?;
    if b.len() != fmt.size {
        return Err(error(t, format!("unpack requires a buffer of {} bytes", fmt.size)));
    }
    Ok(unpack_bytes(t, fmt, &b))
}

fn unpack_from(t: &mut Thread, fmt: &Format, v: VRef<'_>, offset: Option<VRef<'_>>) -> Res {
    let offset = match offset {
        Some(o) => t.index_i64(o, &weft_vm::errors::OVERFLOW_ERROR)?,
        None => 0,
    };
    let b = bytes(t, v)?;
    let (size, len) = (fmt.size, b.len());
    let at = if offset < 0 {
        if offset + size as i64 > 0 {
            return Err(error(t, format!("not enough data to unpack {size} bytes at offset {offset}")));
        }
        if offset + (len as i64) < 0 {
            return Err(error(t, format!("offset {offset} out of range for {len}-byte buffer")));
        }
        (offset + len as i64) as usize
    } else {
        offset as usize
    };
    match b.get(at..).and_then(|b| b.get(..size)) {
        Some(b) => Ok(unpack_bytes(t, fmt, b)),
        None => {
            let need = at as u128 + size as u128;
            Err(error(t, format!(
                "unpack_from requires a buffer of at least {need} bytes for unpacking {size} bytes at offset {at} (actual buffer size is {len})"
            )))
        }
    }
}

// ---- Struct

#[repr(C)]
struct Struct {
    h: Header,
    format: Guarded<Option<Arc<Format>>>,
}

// SAFETY: repr(C), header first, no references.
unsafe impl Object for Struct {
    weft_vm::layout!(Struct, "_struct.Struct", false);
    fn traverse(&self, _v: Visitor) {}
    fn clear(&self) {
        self.format.clear_dead()
    }
}

static STRUCT: NativeType = NativeType::new(&STRUCT_SPEC);
static STRUCT_SPEC: TypeSpec = TypeSpec {
    name: "_struct.Struct",
    doc: "Struct(fmt) --> compiled struct object",
    flags: type_flag::BASETYPE | type_flag::WEAKREFS,
    slots: Slots {
        new: Some(|t, cls, _| Ok(t.make(cls.shape(), Struct { h: Header::new(0, 0), format: Guarded::default() }))),
        init: initializer!("Struct(self, format)" => |t, a| {
            let f = format(t, a.get(1))?;
            let s: &Struct = a.this();
            drop(s.format.with(t, &s.h, |old| old.replace(f)));
            Ok(Value::NONE)
        }),
        repr: Some(|t, v| {
            let f = of(t, native(v))?;
            let name = v.ty().name();
            Ok(t.str(&format!("{name}('{}')", f.text)))
        }),
        ..Slots::EMPTY
    },
    methods: methods! {
        "iter_unpack(self, buffer, /)" => |t, a| {
            let f = of(t, a.this())?;
            iter_unpack(t, f, a.get(1))
        }, "Return an iterator yielding tuples.\n\nTuples are unpacked from the given bytes source, like a repeated\ninvocation of unpack_from().\n\nRequires that the bytes length be a multiple of the struct size.";
        "pack(self, *args)" => |t, a| {
            let f = of(t, a.this())?;
            pack(t, &f, a.rest(), "pack")
        }, "S.pack(v1, v2, ...) -> bytes\n\nReturn a bytes object containing values v1, v2, ... packed according\nto the format string S.format.  See help(struct) for more on format\nstrings.";
        "pack_into(self, *args)" => |t, a| {
            let f = of(t, a.this())?;
            pack_into(t, &f, a.rest())
        }, "S.pack_into(buffer, offset, v1, v2, ...)\n\nPack the values v1, v2, ... according to the format string S.format\nand write the packed bytes into the writable buffer buf starting at\noffset.  Note that the offset is a required argument.  See\nhelp(struct) for more on format strings.";
        "unpack(self, buffer, /)" => |t, a| {
            let f = of(t, a.this())?;
            unpack(t, &f, a.get(1))
        }, "Return a tuple containing unpacked values.\n\nUnpack according to the format string Struct.format. The buffer's size\nin bytes must be Struct.size.\n\nSee help(struct) for more on format strings.";
        "unpack_from(self, /, buffer, offset=0)" => |t, a| {
            let f = of(t, a.this())?;
            unpack_from(t, &f, a.get(1), a.opt(2))
        }, "Return a tuple containing unpacked values.\n\nValues are unpacked according to the format string Struct.format.\n\nThe buffer's size in bytes, starting at position offset, must be\nat least Struct.size.\n\nSee help(struct) for more on format strings.";
        "__sizeof__(self, /)" => |t, a| {
            let f = of(t, a.this())?;
            Ok(t.int_usize(size_of::<Struct>() + size_of::<Format>() + f.fields.len() * size_of::<Field>()))
        }, "Returns size in memory, in bytes.";
    },
    getset: &[
        GetSet {
            name: "format",
            get: |t, v| {
                let f = of(t, native(v))?;
                Ok(t.str(&f.text))
            },
            set: None,
            doc: "struct format string",
        },
        GetSet {
            name: "size",
            get: |t, v| {
                let s: &Struct = native(v);
                let f = s.format.with(t, &s.h, |f| f.clone());
                Ok(t.int(f.map_or(-1, |f| f.size as i64)))
            },
            set: None,
            doc: "struct size in bytes",
        },
    ],
    ..TypeSpec::new::<Struct>()
};

fn of(t: &mut Thread, s: &Struct) -> Res<Arc<Format>> {
    match s.format.with(t, &s.h, |f| f.clone()) {
        Some(f) => Ok(f),
        None => Err(t.runtime_error("Struct object is not initialized")),
    }
}

// ---- iter_unpack

#[repr(C)]
struct Unpacker {
    h: Header,
    /// Bytes, copied from the source.
    source: Slot,
    format: Guarded<Option<Arc<Format>>>,
    at: AtomicUsize,
}

// SAFETY: repr(C), header first; the source is the only reference.
unsafe impl Object for Unpacker {
    weft_vm::layout!(Unpacker, "_struct.unpack_iterator", true);
    fn traverse(&self, v: Visitor) {
        v(self.source.word())
    }
    fn clear(&self) {
        self.source.clear_dead();
        self.format.clear_dead()
    }
}

static UNPACKER: NativeType = NativeType::new(&UNPACKER_SPEC);
static UNPACKER_SPEC: TypeSpec = TypeSpec {
    name: "_struct.unpack_iterator",
    flags: type_flag::IMMUTABLE | type_flag::NO_NEW,
    slots: Slots {
        iter: Some(itself),
        next: Some(|t, v| {
            let u: &Unpacker = native(v);
            let Some(f) = u.format.with(t, &u.h, |f| f.clone()) else { return Ok(None) };
            let Some(source) = u.source.load() else { return Ok(None) };
            let at = u.at.fetch_add(f.size, AcqRel);
            let b = source.cast::<Bytes>().and_then(|b| b.as_slice().get(at..)?.get(..f.size));
            Ok(b.map(|b| unpack_bytes(t, &f, b)))
        }),
        ..Slots::EMPTY
    },
    methods: methods! {
        "__length_hint__(self, /)" => |t, a| {
            let u: &Unpacker = a.this();
            let size = u.format.with(t, &u.h, |f| f.as_ref().map_or(1, |f| f.size.max(1)));
            let len = u.source.load().and_then(|s| s.cast::<Bytes>().map(|b| b.as_slice().len())).unwrap_or(0);
            Ok(t.int_usize(len.saturating_sub(u.at.load(Acquire)) / size))
        };
    },
    ..TypeSpec::new::<Unpacker>()
};

fn iter_unpack(t: &mut Thread, f: Arc<Format>, v: VRef<'_>) -> Res {
    if f.size == 0 {
        return Err(error(t, "cannot iteratively unpack with a struct of length 0"));
    }
    let source = match v.has_shape(weft_vm::types::fixed::BYTES) {
        true => v.to_value(),
        false => {
            let b = bytes(t, v)?;
            t.bytes(&b)
        }
    };
    let len = source.cast::<Bytes>().map_or(0, |b| b.as_slice().len());
    if len % f.size != 0 {
        return Err(error(
            t,
            format!("iterative unpacking requires a buffer of a multiple of {} bytes", f.size),
        ));
    }
    Ok(t.make(
        UNPACKER.shape(t),
        Unpacker { h: Header::new(0, 0), source: Slot::new(source), format: Guarded::new(Some(f)), at: AtomicUsize::new(0) },
    ))
}
