//! Items of memory views: the native single-character formats of `struct`.

use super::bytes::Bytes;
use super::int::{Num, num};
use crate::object::ValueExt;
use crate::thread::Thread;
use crate::{Raised, Res};
use weft_strategy::{VRef, Value};

/// A kind of item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    /// `c`: bytes of length 1.
    Char,
    /// `?`
    Bool,
    /// An integer: bytes, signed.
    Int(u8, bool),
    /// `e`
    Half,
    /// `f`
    Single,
    /// `d`
    Double,
}

impl Item {
    /// The kind of a format: one character, maybe behind `@`.
    pub fn of(format: &str) -> Option<Item> {
        let code = match format.as_bytes() {
            [c] | [b'@', c] => *c,
            _ => return None,
        };
        Some(match code {
            b'c' => Item::Char,
            b'?' => Item::Bool,
            b'b' => Item::Int(1, true),
            b'B' => Item::Int(1, false),
            b'h' => Item::Int(2, true),
            b'H' => Item::Int(2, false),
            b'i' => Item::Int(4, true),
            b'I' => Item::Int(4, false),
            b'l' | b'q' | b'n' => Item::Int(8, true),
            b'L' | b'Q' | b'N' | b'P' => Item::Int(8, false),
            b'e' => Item::Half,
            b'f' => Item::Single,
            b'd' => Item::Double,
            _ => return None,
        })
    }

    /// Bytes of an item.
    pub fn size(self) -> usize {
        match self {
            Item::Char | Item::Bool => 1,
            Item::Int(n, _) => n as usize,
            Item::Half => 2,
            Item::Single => 4,
            Item::Double => 8,
        }
    }

    /// Does equality of items differ from equality of bytes?
    pub fn is_float(self) -> bool {
        matches!(self, Item::Half | Item::Single | Item::Double)
    }

    /// Is it a byte (`B`, `b`, `c`)?
    pub fn is_byte(self) -> bool {
        matches!(self, Item::Char | Item::Int(1, _))
    }
}

/// The value of an item's bytes.
pub fn load(t: &Thread, item: Item, b: &[u8]) -> Value {
    let mut wide = [0; 8];
    let n = b.len().min(8);
    wide[..n].copy_from_slice(&b[..n]);
    let bits = u64::from_le_bytes(if cfg!(target_endian = "little") {
        wide
    } else {
        let mut w = [0; 8];
        for (to, from) in w.iter_mut().zip(b.iter().rev()) {
            *to = *from
        }
        w
    });
    match item {
        Item::Char => t.bytes(b),
        Item::Bool => Value::bool(bits != 0),
        Item::Int(8, false) => t.big_int(bits.into()),
        Item::Int(size, signed) => {
            let unused = 64 - 8 * size as u32;
            t.int(if signed { (bits << unused) as i64 >> unused } else { bits as i64 })
        }
        Item::Half => t.float(from_half(bits as u16)),
        Item::Single => t.float(f32::from_bits(bits as u32) as f64),
        Item::Double => t.float(f64::from_bits(bits)),
    }
}

/// The bytes of a value as an item; TypeError, ValueError.
pub fn store(t: &mut Thread, item: Item, format: &str, v: VRef<'_>) -> Res<Vec<u8>> {
    let code = format.trim_start_matches('@').to_string();
    let wrong_type = |t: &mut Thread| t.type_error(format!("memoryview: invalid type for format '{code}'"));
    let wrong_value =
        |t: &mut Thread| t.value_error(format!("memoryview: invalid value for format '{code}'"));
    Ok(match item {
        Item::Char => match v.cast::<Bytes>().map(Bytes::as_slice) {
            None => return Err(wrong_type(t)),
            Some([c]) => vec![*c],
            Some(_) => return Err(wrong_value(t)),
        },
        Item::Bool => vec![t.truth(v)? as u8],
        Item::Int(size, signed) => {
            if v.ty().slots().index.is_none() {
                return Err(wrong_type(t));
            }
            let i = t.index(v)?;
            let wide: i128 = match num(i.r()) {
                Some(Num::Small(i)) => i as i128,
                Some(Num::Big(b)) => match i128::try_from(b) {
                    Ok(i) => i,
                    Err(_) => return Err(wrong_value(t)),
                },
                None => return Err(wrong_type(t)),
            };
            let bits = 8 * size as u32;
            let (low, high) = if signed {
                (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1)
            } else {
                (0, (1i128 << bits) - 1)
            };
            if wide < low || wide > high {
                return Err(wrong_value(t));
            }
            native(wide as u64, size as usize)
        }
        Item::Half | Item::Single | Item::Double => {
            let f = match super::float::as_f64_opt(t, v)? {
                Some(f) => f,
                None => return Err(wrong_type(t)),
            };
            match item {
                Item::Double => f.to_ne_bytes().to_vec(),
                Item::Single => single(t, f)?.to_ne_bytes().to_vec(),
                _ => half(t, f)?.to_ne_bytes().to_vec(),
            }
        }
    })
}

fn native(bits: u64, size: usize) -> Vec<u8> {
    if cfg!(target_endian = "little") {
        bits.to_le_bytes()[..size].to_vec()
    } else {
        bits.to_be_bytes()[8 - size..].to_vec()
    }
}

fn single(t: &mut Thread, f: f64) -> Result<f32, Raised> {
    let s = f as f32;
    if s.is_infinite() && f.is_finite() {
        return Err(t.overflow_error("float too large to pack with f format"));
    }
    Ok(s)
}

/// IEEE 754 binary16 as a float.
pub fn from_half(h: u16) -> f64 {
    let sign = if h >> 15 != 0 { -1.0 } else { 1.0 };
    let (exponent, fraction) = ((h >> 10 & 31) as i32, (h & 1023) as f64);
    sign * match exponent {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        e => (1024.0 + fraction) * 2f64.powi(e - 25),
    }
}

/// The nearest binary16, ties to even; OverflowError.
pub fn half(t: &mut Thread, f: f64) -> Result<u16, Raised> {
    let sign = if f.is_sign_negative() { 0x8000 } else { 0 };
    if f.is_nan() {
        return Ok(sign | 0x7e00);
    }
    let a = f.abs();
    if a.is_infinite() {
        return Ok(sign | 0x7c00);
    }
    // Rounded at 65520: half-way between the largest number and the next power of two.
    if a >= 65520.0 {
        return Err(t.overflow_error("float too large to pack with e format"));
    }
    if a < 2f64.powi(-14) {
        return Ok(sign | (a * 2f64.powi(24)).round_ties_even() as u16);
    }
    let exponent = ((a.to_bits() >> 52) as i32 & 0x7ff) - 1023;
    let fraction = (a * 2f64.powi(10 - exponent)).round_ties_even() as u32;
    // A carry out of the fraction moves into the exponent by itself.
    Ok(sign | (((exponent + 14) as u32) << 10).wrapping_add(fraction) as u16)
}
