//! The operators of `int`. Operands may be immediates, big objects, bools and subclasses' instances; anything else
//! answers NotImplemented. Small numbers are computed in 64 bits, the rest by the big-integer crate.

use super::int::{MAX_BITS, Num, decimal, exact, memory_error, num};
use super::tuple::Tuple;
use crate::object::{Cmp, Slots};
use crate::ops::ordering_is;
use crate::thread::Thread;
use crate::{Res, binary};
use dashu_int::IBig;
use weft_strategy::{VRef, Value};
use weft_text::int::{arith, float};

/// Behaviour.
pub const SLOTS: Slots = Slots {
    repr: Some(repr),
    hash: Some(|_, v| Ok(super::int::hash_of_int(v).unwrap_or(0))),
    compare: Some(compare),
    new: Some(super::int_methods::new),
    bool: Some(|_, v| Ok(!num(v).is_some_and(|n| n.is_zero()))),
    binary: binary![
        Add => add, Sub => sub, Mul => mul, TrueDiv => true_div, FloorDiv => floor_div, Mod => modulo, Pow => pow,
        LShift => lshift, RShift => rshift, And => and, Or => or, Xor => xor, DivMod => divmod,
    ],
    pow_mod: Some(pow_mod),
    neg: Some(neg),
    pos: Some(same),
    abs: Some(abs),
    invert: Some(invert),
    int: Some(same),
    float: Some(to_float),
    index: Some(same),
    ..Slots::EMPTY
};

const NO: Res = Ok(Value::NOT_IMPLEMENTED);

/// Both operands as numbers, or NotImplemented.
macro_rules! operands {
    ($a:ident, $b:ident) => {
        match (num($a), num($b)) {
            (Some(x), Some(y)) => (x, y),
            _ => return NO,
        }
    };
}

fn repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let Some(n) = num(v) else { return NO };
    if let Num::Small(i) = n
        && (0..10).contains(&i)
    {
        return Ok(t.str_ascii(&[b'0' + i as u8]));
    }
    let s = decimal(t, n)?;
    Ok(t.str_ascii(s.as_bytes()))
}

fn compare(_t: &mut Thread, a: VRef<'_>, b: VRef<'_>, op: Cmp) -> Res {
    let o = match operands!(a, b) {
        (Num::Small(x), Num::Small(y)) => x.cmp(&y),
        (x, y) => x.big().cmp(&y.big()),
    };
    Ok(Value::bool(ordering_is(o, op)))
}

/// Refuses results of more bits than memory should hold.
fn check_bits(t: &mut Thread, bits: usize) -> Res<()> {
    if bits > MAX_BITS { Err(memory_error(t)) } else { Ok(()) }
}

fn add(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    Ok(match operands!(a, b) {
        (Num::Small(x), Num::Small(y)) => match x.checked_add(y) {
            Some(z) => t.int(z),
            None => t.big_int(IBig::from(x) + IBig::from(y)),
        },
        (Num::Big(x), Num::Big(y)) => t.big_int(x + y),
        (Num::Big(x), Num::Small(y)) | (Num::Small(y), Num::Big(x)) => t.big_int(x + IBig::from(y)),
    })
}

fn sub(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    Ok(match operands!(a, b) {
        (Num::Small(x), Num::Small(y)) => match x.checked_sub(y) {
            Some(z) => t.int(z),
            None => t.big_int(IBig::from(x) - IBig::from(y)),
        },
        (x, y) => t.big_int(&*x.big() - &*y.big()),
    })
}

fn mul(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    let (x, y) = operands!(a, b);
    if let (Num::Small(x), Num::Small(y)) = (x, y) {
        return Ok(match x.checked_mul(y) {
            Some(z) => t.int(z),
            None => t.big_int(IBig::from(x as i128 * y as i128)),
        });
    }
    check_bits(t, x.bits().saturating_add(y.bits()))?;
    Ok(t.big_int(&*x.big() * &*y.big()))
}

fn true_div(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    let r = match operands!(a, b) {
        (Num::Small(x), Num::Small(y)) => float::true_div_i64(x, y),
        (x, y) => float::true_div(&x.big(), &y.big()),
    };
    match r {
        Ok(f) => Ok(t.float(f)),
        Err(e @ float::TrueDivError::Zero) => Err(t.zero_division_error(e.message())),
        Err(e) => Err(t.overflow_error(e.message())),
    }
}

fn by_zero(t: &mut Thread) -> Res {
    Err(t.zero_division_error("division by zero"))
}

fn floor_div(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    let (x, y) = operands!(a, b);
    if let (Num::Small(x), Num::Small(y)) = (x, y)
        && let Some(q) = arith::floor_div_i64(x, y)
    {
        return Ok(t.int(q));
    }
    match arith::floor_div_mod(&x.big(), &y.big()) {
        Some((q, _)) => Ok(t.big_int(q)),
        None => by_zero(t),
    }
}

fn modulo(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    let (x, y) = operands!(a, b);
    if let (Num::Small(x), Num::Small(y)) = (x, y)
        && let Some(r) = arith::floor_mod_i64(x, y)
    {
        return Ok(t.int(r));
    }
    match arith::floor_div_mod(&x.big(), &y.big()) {
        Some((_, r)) => Ok(t.big_int(r)),
        None => by_zero(t),
    }
}

fn divmod(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    let (x, y) = operands!(a, b);
    let (q, r) = if let (Num::Small(x), Num::Small(y)) = (x, y)
        && let (Some(q), Some(r)) = (arith::floor_div_i64(x, y), arith::floor_mod_i64(x, y))
    {
        (t.int(q), t.int(r))
    } else {
        match arith::floor_div_mod(&x.big(), &y.big()) {
            Some((q, r)) => (t.big_int(q), t.big_int(r)),
            None => return by_zero(t),
        }
    };
    Ok(Tuple::new(t, vec![q, r]))
}

/// Data model: with a negative exponent both operands become floats first.
fn pow(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    let (x, y) = operands!(a, b);
    if y.is_negative() {
        let (Some(x), Some(y)) = (x.to_f64(), y.to_f64()) else {
            return Err(t.overflow_error(float::TOO_LARGE));
        };
        let r = super::float_ops::power(t, x, y);
        return r;
    }
    match (x, y) {
        (Num::Small(1), _) => return Ok(t.int(1)),
        (Num::Small(0), y) => return Ok(t.int(y.is_zero() as i64)),
        (Num::Small(-1), y) => return Ok(t.int(if is_odd(y) { -1 } else { 1 })),
        (Num::Small(x), Num::Small(y)) if y < 64 => {
            if let Some(z) = x.checked_pow(y as u32) {
                return Ok(t.int(z));
            }
        }
        _ => {}
    }
    let Num::Small(n) = y else { return Err(memory_error(t)) };
    check_bits(t, (x.bits() - 1).saturating_mul(n as usize))?;
    if let Num::Small(2) = x {
        return Ok(t.big_int(IBig::ONE << n as usize));
    }
    Ok(t.big_int(arith::pow(&x.big(), n as usize)))
}

fn is_odd(n: Num<'_>) -> bool {
    match n {
        Num::Small(i) => i & 1 != 0,
        Num::Big(b) => b & IBig::ONE != IBig::ZERO,
    }
}

fn pow_mod(t: &mut Thread, a: VRef<'_>, b: VRef<'_>, m: VRef<'_>) -> Res {
    let (Some(x), Some(y), Some(m)) = (num(a), num(b), num(m)) else { return NO };
    match arith::pow_mod(&x.big(), &y.big(), &m.big()) {
        Ok(v) => Ok(t.big_int(v)),
        Err(e) => Err(t.value_error(e.message())),
    }
}

fn lshift(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    let (x, y) = operands!(a, b);
    if y.is_negative() {
        return Err(t.value_error("negative shift count"));
    }
    if x.is_zero() {
        return Ok(t.int(0));
    }
    let Num::Small(n) = y else { return Err(t.overflow_error("too many digits in integer")) };
    if let Num::Small(x) = x
        && n < 63
        && x.unsigned_abs().leading_zeros() as i64 > n + 1
    {
        return Ok(t.int(x << n));
    }
    check_bits(t, x.bits().saturating_add(n as usize))?;
    Ok(t.big_int(arith::shift_left(&x.big(), n as usize)))
}

fn rshift(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    let (x, y) = operands!(a, b);
    if y.is_negative() {
        return Err(t.value_error("negative shift count"));
    }
    match (x, y) {
        (Num::Small(x), Num::Small(n)) => Ok(t.int(x >> n.min(63))),
        (Num::Big(x), Num::Small(n)) if (n as usize) < MAX_BITS * 2 => {
            Ok(t.big_int(arith::shift_right(x, n as usize)))
        }
        (x, _) => Ok(t.int(if x.is_negative() { -1 } else { 0 })),
    }
}

macro_rules! bitwise {
    ($name:ident, $op:tt) => {
        fn $name(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
            Ok(match operands!(a, b) {
                (Num::Small(x), Num::Small(y)) => t.int(x $op y),
                (x, y) => t.big_int(&*x.big() $op &*y.big()),
            })
        }
    };
}
bitwise!(and, &);
bitwise!(or, |);
bitwise!(xor, ^);

/// The exact int: `+x`, `int(x)`, `operator.index(x)`.
pub fn same(t: &mut Thread, v: VRef<'_>) -> Res {
    Ok(exact(t, v).unwrap_or(Value::NOT_IMPLEMENTED))
}

fn neg(t: &mut Thread, v: VRef<'_>) -> Res {
    let Some(n) = num(v) else { return NO };
    Ok(match n {
        Num::Small(i) if i != i64::MIN => t.int(-i),
        n => t.big_int(-&*n.big()),
    })
}

fn abs(t: &mut Thread, v: VRef<'_>) -> Res {
    match num(v) {
        Some(n) if n.is_negative() => neg(t, v),
        _ => same(t, v),
    }
}

fn invert(t: &mut Thread, v: VRef<'_>) -> Res {
    let Some(n) = num(v) else { return NO };
    Ok(match n {
        Num::Small(i) => t.int(!i),
        Num::Big(b) => t.big_int(-(b + IBig::ONE)),
    })
}

fn to_float(t: &mut Thread, v: VRef<'_>) -> Res {
    let Some(n) = num(v) else { return NO };
    match n.to_f64() {
        Some(f) => Ok(t.float(f)),
        None => Err(t.overflow_error(float::TOO_LARGE)),
    }
}
