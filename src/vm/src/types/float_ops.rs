//! The operators of `float`. The other operand may be an int; anything else answers NotImplemented.

use super::float::float;
use super::int::num;
use super::tuple::Tuple;
use crate::errors::OVERFLOW_ERROR;
use crate::object::{Cmp, Slots};
use crate::thread::Thread;
use crate::{Raised, Res, binary};
use std::cmp::Ordering;
use weft_strategy::{VRef, Value};
use weft_text::float::arith;
use weft_text::int::float as int_float;

/// Behaviour.
pub const SLOTS: Slots = Slots {
    repr: Some(repr),
    hash: Some(hash),
    compare: Some(compare),
    new: Some(super::float_methods::new),
    bool: Some(|_, v| Ok(float(v) != Some(0.0))),
    binary: binary![
        Add => |t, a, b| arithmetic(t, a, b, |x, y| x + y),
        Sub => |t, a, b| arithmetic(t, a, b, |x, y| x - y),
        Mul => |t, a, b| arithmetic(t, a, b, |x, y| x * y),
        TrueDiv => |t, a, b| division(t, a, b, |t, x, y| t.float(x / y)),
        FloorDiv => |t, a, b| division(t, a, b, |t, x, y| t.float(arith::floor_div_mod(x, y).0)),
        Mod => |t, a, b| division(t, a, b, |t, x, y| t.float(arith::floor_mod(x, y))),
        DivMod => |t, a, b| division(t, a, b, |t, x, y| {
            let (q, r) = arith::floor_div_mod(x, y);
            Tuple::new(t, vec![t.float(q), t.float(r)])
        }),
        Pow => pow,
    ],
    pow_mod: Some(pow_mod),
    neg: Some(|t, v| Ok(t.float(-float(v).unwrap_or(0.0)))),
    pos: Some(same),
    abs: Some(|t, v| Ok(t.float(float(v).unwrap_or(0.0).abs()))),
    int: Some(super::float_methods::to_int),
    float: Some(same),
    ..Slots::EMPTY
};

/// The exact float of a float value: `+x`, `float(x)`.
pub fn same(t: &mut Thread, v: VRef<'_>) -> Res {
    if super::float::is_exact(v) {
        return Ok(v.to_value());
    }
    Ok(t.float(float(v).unwrap_or(0.0)))
}

/// A float or an int as float; `None` for anything else.
#[inline]
fn operand(t: &mut Thread, v: VRef<'_>) -> Result<Option<f64>, Raised> {
    if let Some(f) = float(v) {
        return Ok(Some(f));
    }
    match num(v) {
        None => Ok(None),
        Some(n) => match n.to_f64() {
            Some(f) => Ok(Some(f)),
            None => Err(t.overflow_error(int_float::TOO_LARGE)),
        },
    }
}

#[inline]
fn operands(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res<Option<(f64, f64)>> {
    let Some(x) = operand(t, a)? else { return Ok(None) };
    let Some(y) = operand(t, b)? else { return Ok(None) };
    Ok(Some((x, y)))
}

#[inline]
fn arithmetic(t: &mut Thread, a: VRef<'_>, b: VRef<'_>, f: fn(f64, f64) -> f64) -> Res {
    match operands(t, a, b)? {
        Some((x, y)) => Ok(t.float(f(x, y))),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

#[inline]
fn division(t: &mut Thread, a: VRef<'_>, b: VRef<'_>, f: fn(&mut Thread, f64, f64) -> Value) -> Res {
    match operands(t, a, b)? {
        Some((_, 0.0)) => Err(t.zero_division_error("division by zero")),
        Some((x, y)) => Ok(f(t, x, y)),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn pow(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    match operands(t, a, b)? {
        Some((x, y)) => power(t, x, y),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

/// `x ** y`: complex for a negative number to a fractional power.
pub fn power(t: &mut Thread, x: f64, y: f64) -> Res {
    match arith::pow(x, y) {
        Ok(z) => Ok(t.float(z)),
        Err(arith::PowError::ZeroToNegative) => Err(t.zero_division_error("zero to a negative power")),
        Err(arith::PowError::Overflow) => {
            let args = vec![t.int(34), t.str("Numerical result out of range")];
            Err(t.raise_with(&OVERFLOW_ERROR, args))
        }
        Err(arith::PowError::Complex) => {
            super::complex::power(t, weft_text::complex::complex(x, 0.0), weft_text::complex::complex(y, 0.0))
        }
    }
}

fn pow_mod(t: &mut Thread, _a: VRef<'_>, _b: VRef<'_>, _m: VRef<'_>) -> Res {
    Err(t.type_error("pow() 3rd argument not allowed unless all arguments are integers"))
}

fn repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let s = weft_text::float::text::repr(float(v).unwrap_or(0.0));
    Ok(t.str_ascii(s.as_bytes()))
}

/// NaN hashes by identity, since it equals nothing.
fn hash(_t: &mut Thread, v: VRef<'_>) -> Res<i64> {
    let f = float(v).unwrap_or(0.0);
    Ok(weft_text::hash::number::of_f64(f).unwrap_or_else(|| crate::hash::hash_pointer(v.word().identity())))
}

/// Floats and ints compare exactly, without rounding the int.
fn compare(_t: &mut Thread, a: VRef<'_>, b: VRef<'_>, op: Cmp) -> Res {
    let Some(x) = float(a) else { return Ok(Value::NOT_IMPLEMENTED) };
    let o = match float(b) {
        Some(y) => x.partial_cmp(&y),
        None => match compare_with_int(x, b) {
            Some(o) => o,
            None => return Ok(Value::NOT_IMPLEMENTED),
        },
    };
    Ok(Value::bool(match o {
        Some(o) => crate::ops::ordering_is(o, op),
        None => op == Cmp::Ne,
    }))
}

/// How `x` compares with an int; nothing for other values, nothing inside for NaN.
pub fn compare_with_int(x: f64, i: VRef<'_>) -> Option<Option<Ordering>> {
    use super::int::Num;
    Some(match num(i)? {
        Num::Small(i) => int_float::compare_i64(i, x).map(Ordering::reverse),
        Num::Big(b) => int_float::compare(b, x).map(Ordering::reverse),
    })
}
