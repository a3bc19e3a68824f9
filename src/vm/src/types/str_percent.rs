//! `format % values` for str and bytes (printf-style formatting).

use super::int::{Num, max_str_digits, memory_error, num};
use super::str::{Str, text};
use super::tuple::Tuple;
use super::{bytearray, bytes, fixed, int_methods};
use crate::dict::Dict;
use crate::errors::TYPE_ERROR;
use crate::object::ValueExt;
use crate::thread::Thread;
use crate::{Raised, Res, names};
use weft_strategy::{VRef, Value};
use weft_text::percent::{Amount, Directive, Format, Parser, Piece, message};
use weft_text::{Kind, wtf8};

/// `str % values`
pub fn modulo(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    let Some(s) = text(a) else { return Ok(Value::NOT_IMPLEMENTED) };
    let mut short = Short { bytes: [0; SHORT], len: 0 };
    let done = match (b.cast::<Tuple>(), b.exact::<Dict>(fixed::DICT)) {
        (Some(items), _) => short.fill(t, s.bytes(), items.as_slice(), None),
        (None, Some(d)) => short.fill(t, s.bytes(), &[], Some(d)),
        (None, None) => short.fill(t, s.bytes(), &[b], None),
    };
    if done.is_some() {
        return Ok(t.str_wtf8(&short.bytes[..short.len]));
    }
    let out = percent(t, s.bytes(), b, Kind::Str)?;
    Ok(t.str_wtf8(&out))
}

const SHORT: usize = 256;

/// A short result of plain `%s` and `%d` with strs and small ints, the most usual of formats.
struct Short {
    bytes: [u8; SHORT],
    len: usize,
}

impl Short {
    fn put(&mut self, b: &[u8]) -> Option<()> {
        let end = self.len.checked_add(b.len())?;
        self.bytes.get_mut(self.len..end)?.copy_from_slice(b);
        self.len = end;
        Some(())
    }

    fn put_int(&mut self, n: i64) -> Option<()> {
        let mut digits = [0u8; 20];
        let (mut at, mut rest) = (digits.len(), n.unsigned_abs());
        loop {
            at -= 1;
            digits[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        if n < 0 {
            at -= 1;
            digits[at] = b'-'
        }
        self.put(&digits[at..])
    }

    /// `None`: something is not that plain.
    fn fill(&mut self, t: &Thread, format: &[u8], items: &[VRef<'_>], mapping: Option<&Dict>) -> Option<()> {
        let mut items = items.iter();
        let mut rest = format;
        while let Some(at) = rest.iter().position(|b| *b == b'%') {
            self.put(&rest[..at])?;
            let kind = *rest.get(at + 1)?;
            rest = &rest[at + 2..];
            if kind == b'%' {
                self.put(b"%")?;
                continue;
            }
            let (kind, v) = match mapping {
                None => (kind, *items.next()?),
                Some(d) if kind == b'(' => {
                    let end =
                        rest.iter().position(|b| matches!(b, b'(' | b')')).filter(|n| rest[*n] == b')')?;
                    let key = t.str_wtf8(&rest[..end]);
                    let kind = *rest.get(end + 1)?;
                    rest = &rest[end + 2..];
                    (kind, d.get_str(t, key.r())?)
                }
                Some(_) => return None,
            };
            match v.exact::<Str>(fixed::STR) {
                Some(s) if kind == b's' => self.put(s.bytes())?,
                None if matches!(kind, b's' | b'd') && v.word().is_int() => {
                    self.put_int(v.word().as_int())?
                }
                _ => return None,
            }
        }
        self.put(rest)?;
        if items.next().is_none() { Some(()) } else { None }
    }
}

/// The values, taken one after the other, or by key from a mapping.
struct Values<'f> {
    /// The items of a tuple, or one value.
    items: Vec<VRef<'f>>,
    next: usize,
    /// What `%(key)` looks into.
    mapping: Option<VRef<'f>>,
    /// The value of the last key; positions are over once there was one.
    keyed: Option<Value>,
    by_key: bool,
}

impl<'f> Values<'f> {
    fn new(v: VRef<'f>, kind: Kind) -> Values<'f> {
        let tuple = v.cast::<Tuple>();
        let is_text = text(v).is_some()
            || kind == Kind::Bytes
                && (v.cast::<bytes::Bytes>().is_some() || v.cast::<bytearray::ByteArray>().is_some());
        let mapping = v.ty().slots().getitem.is_some() && tuple.is_none() && !is_text;
        Values {
            items: tuple.map_or_else(|| vec![v], |t| t.iter().collect()),
            next: 0,
            mapping: mapping.then_some(v),
            keyed: None,
            by_key: false,
        }
    }

    fn take(&mut self, t: &mut Thread) -> Res {
        if self.by_key {
            return self.keyed.take().ok_or_else(|| t.type_error(message::NOT_ENOUGH));
        }
        match self.items.get(self.next) {
            Some(v) => {
                self.next += 1;
                Ok(v.to_value())
            }
            None => Err(t.type_error(message::NOT_ENOUGH)),
        }
    }

    /// The number for a `*`.
    fn star(&mut self, t: &mut Thread) -> Res<i64> {
        let v = self.take(t)?;
        match num(v.r()) {
            None => Err(t.type_error(message::STAR)),
            Some(Num::Small(i)) => Ok(i),
            Some(Num::Big(_)) => Err(t.overflow_error("Python int too large to convert to C ssize_t")),
        }
    }
}

/// Formats; the result is text or bytes, as the format is.
pub fn percent(t: &mut Thread, format: &[u8], values: VRef<'_>, kind: Kind) -> Res<Vec<u8>> {
    let mut values = Values::new(values, kind);
    let mut out = Vec::with_capacity(format.len() + 32);
    for piece in Parser::new(format, kind) {
        match piece.map_err(|e| t.value_error(e.message()))? {
            Piece::Literal(b) => out.extend_from_slice(b),
            Piece::Directive(d) => directive(t, &d, &mut values, kind, &mut out)?,
        }
        if out.len() > weft_text::LARGEST_WIDTH {
            return Err(memory_error(t));
        }
    }
    if !values.by_key && values.next < values.items.len() && values.mapping.is_none() {
        let text = if kind == Kind::Str { message::NOT_ALL } else { message::NOT_ALL_BYTES };
        return Err(t.type_error(text));
    }
    Ok(out)
}

fn directive(
    t: &mut Thread,
    d: &Directive<'_>,
    values: &mut Values<'_>,
    kind: Kind,
    out: &mut Vec<u8>,
) -> Res<()> {
    if let Some(key) = d.key {
        let Some(m) = values.mapping else { return Err(t.type_error(message::MAPPING)) };
        let key = if kind == Kind::Str { t.str_wtf8(key) } else { t.bytes(key) };
        values.keyed = Some(t.getitem(m, key.r())?);
        values.by_key = true;
    }
    let width = if d.width == Amount::Argument { values.star(t)? } else { 0 };
    let precision = if d.precision == Amount::Argument { values.star(t)? } else { 0 };
    let precision =
        i32::try_from(precision).map_err(|_| t.overflow_error("Python int too large to convert to C int"))?;
    let Some(format) = d.format(width as isize, precision) else { return Err(memory_error(t)) };
    let v = values.take(t)?;
    let letter = d.letter();
    let simple = format == Format::default();
    match letter {
        's' | 'r' | 'a' | 'b' if kind == Kind::Bytes || letter != 'b' => {
            if kind == Kind::Bytes && matches!(letter, 's' | 'b') {
                let b = bytes_operand(t, v.r())?;
                out.extend(format.text(&b, kind));
                return Ok(());
            }
            let s = match letter {
                's' => t.to_str(v.r())?,
                'r' if kind == Kind::Str => t.repr(v.r())?,
                _ => super::str_format::ascii(t, v.r())?,
            };
            let s = text(s.r()).map_or(&[][..], |s| s.bytes());
            if simple { out.extend_from_slice(s) } else { out.extend(format.text(s, kind)) }
        }
        'c' => {
            let unit = char_operand(t, v.r(), kind)?;
            out.extend(format.unit(&unit, kind))
        }
        'd' | 'i' | 'u' | 'o' | 'x' | 'X' => {
            let n = int_operand(t, v.r(), letter)?;
            match num(n.r()) {
                Some(Num::Small(i)) if simple && matches!(letter, 'd' | 'i' | 'u') => {
                    out.extend_from_slice(i.to_string().as_bytes())
                }
                Some(n) => match format.int(&n.big(), letter, max_str_digits()) {
                    Ok(b) => out.extend(b),
                    Err(e) => return Err(t.value_error(e)),
                },
                None => {}
            }
        }
        'e' | 'E' | 'f' | 'F' | 'g' | 'G' => {
            let f = match kind {
                Kind::Str => t.arg_f64(v.r())?,
                Kind::Bytes => match super::float::as_f64_opt(t, v.r())? {
                    Some(f) => f,
                    None => {
                        let n = v.r().ty().name();
                        return Err(t.type_error(format!("float argument required, not {n}")));
                    }
                },
            };
            out.extend(format.float(f, letter))
        }
        _ => return Err(t.value_error(d.unsupported())),
    }
    Ok(())
}

/// `%d` truncates numbers, `%x` and `%o` want integers.
fn int_operand(t: &mut Thread, v: VRef<'_>, letter: char) -> Res {
    if super::int::is_int(v) {
        return Ok(v.to_value());
    }
    let slots = v.ty().slots();
    let decimal = matches!(letter, 'd' | 'i' | 'u');
    let is_number = slots.int.is_some()
        || slots.index.is_some()
        || slots.float.is_some()
        || super::complex::complex(v).is_some();
    if is_number {
        let r = if decimal { int_methods::from_number(t, v) } else { t.index(v) };
        match r {
            Ok(n) => return Ok(n),
            Err(e) => {
                if !t.raised_is(&TYPE_ERROR) {
                    return Err(e);
                }
                t.clear_raised()
            }
        }
    }
    let n = v.ty().name();
    Err(t.type_error(message::number(letter, &n)))
}

fn char_operand(t: &mut Thread, v: VRef<'_>, kind: Kind) -> Res<Vec<u8>> {
    match kind {
        Kind::Str => {
            if let Some(s) = text(v) {
                if s.len() == 1 {
                    return Ok(s.bytes().to_vec());
                }
                let what = format!("a string of length {}", s.len());
                return Err(t.type_error(message::char(kind, &what)));
            }
        }
        Kind::Bytes => {
            let what = if v.cast::<bytes::Bytes>().is_some() {
                "bytes"
            } else if v.cast::<bytearray::ByteArray>().is_some() {
                "bytearray"
            } else {
                ""
            };
            if !what.is_empty() {
                let b = super::buffers::bytes_of(t, v)?.unwrap_or_default();
                if b.len() == 1 {
                    return Ok(b);
                }
                let what = format!("a {what} object of length {}", b.len());
                return Err(t.type_error(message::char(kind, &what)));
            }
        }
    }
    if v.ty().slots().index.is_none() {
        let n = v.ty().name();
        return Err(t.type_error(message::char(kind, &n)));
    }
    let i = t.index_clamped(v)?;
    match kind {
        Kind::Str => match u32::try_from(i).ok().filter(|c| *c <= wtf8::MAX) {
            Some(c) => Ok(wtf8::from_point(c)),
            None => Err(t.overflow_error(message::CHAR_RANGE)),
        },
        Kind::Bytes => match u8::try_from(i) {
            Ok(b) => Ok(vec![b]),
            Err(_) => Err(t.overflow_error(message::BYTE_RANGE)),
        },
    }
}

/// `%b` and `%s` of bytes: a buffer, or an object with `__bytes__`.
fn bytes_operand(t: &mut Thread, v: VRef<'_>) -> Result<Vec<u8>, Raised> {
    if v.cast::<bytes::Bytes>().is_none()
        && v.cast::<bytearray::ByteArray>().is_none()
        && let Some(r) = t.call_special(v, names::__bytes__(), &[])
    {
        let r = r?;
        if let Some(b) = r.cast::<bytes::Bytes>() {
            return Ok(b.as_slice().to_vec());
        }
        let n = r.r().ty().name();
        return Err(t.type_error(format!("__bytes__ returned non-bytes (type {n})")));
    }
    match super::buffers::bytes_of(t, v)? {
        Some(b) => Ok(b),
        None => {
            let n = v.ty().name();
            Err(t.type_error(message::bytes(&n)))
        }
    }
}
