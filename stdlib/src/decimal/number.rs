//! Decimal numbers and how they are rounded (General Decimal Arithmetic Specification 1.70).
//!
//! A number is a sign, a coefficient and an exponent, or an infinity, or a NaN with a payload. An operation computes
//! exactly, or to more digits than asked for with what is left over marked in the last one, and ends in [`finish`],
//! which rounds to the context's precision and keeps to its exponents. What was remarkable is added to a set of
//! [`flag`]s; whether one of them raises is decided by the caller.

use super::coef::{Coef, Lost};

/// Conditions, as bits. The first four make up InvalidOperation together with INVALID_OPERATION.
#[allow(missing_docs)]
pub mod flag {
    pub const CLAMPED: u32 = 1;
    pub const CONVERSION_SYNTAX: u32 = 2;
    pub const DIVISION_BY_ZERO: u32 = 4;
    pub const DIVISION_IMPOSSIBLE: u32 = 8;
    pub const DIVISION_UNDEFINED: u32 = 0x10;
    pub const INEXACT: u32 = 0x40;
    pub const INVALID_CONTEXT: u32 = 0x80;
    pub const INVALID_OPERATION: u32 = 0x100;
    /// Needs more memory than there is: MemoryError.
    pub const MEMORY: u32 = 0x200;
    pub const FLOAT_OPERATION: u32 = 0x400;
    pub const OVERFLOW: u32 = 0x800;
    pub const ROUNDED: u32 = 0x1000;
    pub const SUBNORMAL: u32 = 0x2000;
    pub const UNDERFLOW: u32 = 0x4000;
    /// All that are InvalidOperation.
    pub const INVALID: u32 =
        CONVERSION_SYNTAX | DIVISION_IMPOSSIBLE | DIVISION_UNDEFINED | INVALID_CONTEXT | INVALID_OPERATION;
    /// All that programs see.
    pub const ALL: u32 = 0x7fff & !(0x20 | MEMORY);
}

/// Largest precision of a context.
pub const MAX_PREC: i64 = 999_999_999_999_999_999;
/// Largest exponent of a context.
pub const MAX_EMAX: i64 = 999_999_999_999_999_999;
/// Smallest exponent of a context.
pub const MIN_EMIN: i64 = -999_999_999_999_999_999;
/// Exponents beyond this mean the same.
pub const FAR: i64 = 2_000_000_000_000_000_001;
/// More digits are refused with MemoryError.
pub const MAX_DIGITS: i64 = 100_000_000;

/// How to round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
#[allow(missing_docs)]
pub enum Rounding {
    Up,
    Down,
    Ceiling,
    Floor,
    HalfUp,
    HalfDown,
    HalfEven,
    Up05,
}

impl Rounding {
    /// All, by number.
    pub const ALL: [Rounding; 8] = {
        use Rounding::*;
        [Up, Down, Ceiling, Floor, HalfUp, HalfDown, HalfEven, Up05]
    };
    /// Their names, by number.
    pub const NAMES: [&'static str; 8] = [
        "ROUND_UP",
        "ROUND_DOWN",
        "ROUND_CEILING",
        "ROUND_FLOOR",
        "ROUND_HALF_UP",
        "ROUND_HALF_DOWN",
        "ROUND_HALF_EVEN",
        "ROUND_05UP",
    ];

    /// The mode of this name.
    pub fn named(name: &[u8]) -> Option<Rounding> {
        Self::NAMES.iter().position(|n| n.as_bytes() == name).map(|i| Self::ALL[i])
    }

    /// Does the coefficient `c`, behind which `lost` was cut off, go up?
    #[inline]
    pub fn goes_up(self, c: &Coef, neg: bool, lost: Lost) -> bool {
        match self {
            _ if lost == Lost::Nothing => false,
            Rounding::Down => false,
            Rounding::Up => true,
            Rounding::Ceiling => !neg,
            Rounding::Floor => neg,
            Rounding::HalfUp => lost >= Lost::Half,
            Rounding::HalfDown => lost > Lost::Half,
            Rounding::HalfEven => lost > Lost::Half || (lost == Lost::Half && c.is_odd()),
            Rounding::Up05 => matches!(c.last_digit(), 0 | 5),
        }
    }
}

/// The part of a context that arithmetic reads.
#[derive(Clone, Copy, Debug)]
pub struct Ctx {
    /// Digits.
    pub prec: i64,
    /// Largest adjusted exponent.
    pub emax: i64,
    /// Smallest adjusted exponent of normal numbers.
    pub emin: i64,
    /// Mode.
    pub rounding: Rounding,
    /// Exponents stay below `etop`, too.
    pub clamp: bool,
}

impl Ctx {
    /// Room for all numbers that there are.
    pub const MAX: Ctx =
        Ctx { prec: MAX_PREC, emax: MAX_EMAX, emin: MIN_EMIN, rounding: Rounding::HalfEven, clamp: false };

    /// Smallest exponent of subnormal numbers.
    pub fn etiny(&self) -> i64 {
        self.emin - (self.prec - 1)
    }

    /// Largest exponent of a number with all digits.
    pub fn etop(&self) -> i64 {
        self.emax - (self.prec - 1)
    }

    /// The same with another rounding.
    pub fn rounding(self, rounding: Rounding) -> Ctx {
        Ctx { rounding, ..self }
    }
}

/// What a number is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Kind {
    Finite,
    Inf,
    Nan,
    Snan,
}

/// A decimal number. The coefficient of a NaN is its payload.
#[derive(Clone, Debug)]
pub struct Num {
    /// The coefficient.
    pub coef: Coef,
    /// The exponent, 0 for special values.
    pub exp: i64,
    /// Kind.
    pub kind: Kind,
    /// Sign.
    pub neg: bool,
}

impl Num {
    /// ± coef · 10^exp
    #[inline]
    pub fn finite(neg: bool, coef: Coef, exp: i64) -> Num {
        Num { coef, exp, kind: Kind::Finite, neg }
    }

    /// ± Infinity
    pub fn inf(neg: bool) -> Num {
        Num { coef: Coef::ZERO, exp: 0, kind: Kind::Inf, neg }
    }

    /// NaN
    pub fn nan() -> Num {
        Num { coef: Coef::ZERO, exp: 0, kind: Kind::Nan, neg: false }
    }

    /// A small int.
    pub fn int(i: i64) -> Num {
        Num::finite(i < 0, Coef::Small([i.unsigned_abs(), 0]), 0)
    }

    /// 0 · 10^exp
    pub fn zero(neg: bool, exp: i64) -> Num {
        Num::finite(neg, Coef::ZERO, exp)
    }

    /// Neither infinity nor NaN?
    #[inline(always)]
    pub fn is_finite(&self) -> bool {
        self.kind == Kind::Finite
    }

    /// Infinity?
    pub fn is_inf(&self) -> bool {
        self.kind == Kind::Inf
    }

    /// NaN of either kind?
    #[inline(always)]
    pub fn is_nan(&self) -> bool {
        matches!(self.kind, Kind::Nan | Kind::Snan)
    }

    /// Zero?
    #[inline(always)]
    pub fn is_zero(&self) -> bool {
        self.kind == Kind::Finite && self.coef.is_zero()
    }

    /// Exponent of the first digit.
    #[inline]
    pub fn adjusted(&self) -> i64 {
        self.exp + self.coef.digits() as i64 - 1
    }

    /// A whole number?
    pub fn is_integer(&self) -> bool {
        if !self.is_finite() {
            return false;
        }
        if self.exp >= 0 || self.coef.is_zero() {
            return true;
        }
        // More digits behind the point than there are cannot all be zero.
        self.exp.unsigned_abs() < self.coef.digits() as u64 && self.coef.cut(-self.exp as usize).1 == Lost::Nothing
    }

    /// An odd whole number?
    pub fn is_odd_integer(&self) -> bool {
        self.is_integer()
            && match self.exp {
                0 => self.coef.is_odd(),
                e if e > 0 => false,
                e => self.coef.cut(e.unsigned_abs() as usize).0.is_odd(),
            }
    }

    /// The same with a sign.
    pub fn with_sign(mut self, neg: bool) -> Num {
        self.neg = neg;
        self
    }

    /// Normal in a context?
    pub fn is_normal(&self, c: &Ctx) -> bool {
        self.is_finite() && !self.is_zero() && self.adjusted() >= c.emin
    }

    /// Subnormal in a context?
    pub fn is_subnormal(&self, c: &Ctx) -> bool {
        self.is_finite() && !self.is_zero() && self.adjusted() < c.emin
    }
}

/// Sets flags and gives NaN.
#[cold]
pub fn invalid(st: &mut u32, flags: u32) -> Num {
    *st |= flags;
    Num::nan()
}

/// A number of digits, or of zeros to be added, that we are willing to hold.
pub fn room(n: i64, st: &mut u32) -> Option<usize> {
    if n > MAX_DIGITS {
        *st |= flag::MEMORY;
        return None;
    }
    Some(n.max(0) as usize)
}

/// The result for NaN operands: the first signalling one, else the first, made quiet.
#[inline]
pub fn nan_of(a: &Num, b: Option<&Num>, c: &Ctx, st: &mut u32) -> Option<Num> {
    if a.is_finite() && b.is_none_or(|b| b.is_finite()) {
        return None;
    }
    nan_of_specials([Some(a), b, None], c, st)
}

/// As [`nan_of`], of up to three.
pub fn nan_of_specials(all: [Option<&Num>; 3], c: &Ctx, st: &mut u32) -> Option<Num> {
    let all = || all.into_iter().flatten();
    if let Some(n) = all().find(|n| n.kind == Kind::Snan) {
        *st |= flag::INVALID_OPERATION;
        return Some(quiet(n, c));
    }
    all().find(|n| n.kind == Kind::Nan).map(|n| quiet(n, c))
}

fn quiet(n: &Num, c: &Ctx) -> Num {
    Num { kind: Kind::Nan, coef: payload(&n.coef, c), exp: 0, neg: n.neg }
}

fn payload(p: &Coef, c: &Ctx) -> Coef {
    p.low_digits(usize::try_from(c.prec - c.clamp as i64).unwrap_or(0))
}

fn overflow(neg: bool, c: &Ctx, st: &mut u32) -> Num {
    *st |= flag::OVERFLOW | flag::INEXACT | flag::ROUNDED;
    let to_inf = match c.rounding {
        Rounding::Down | Rounding::Up05 => false,
        Rounding::Ceiling => !neg,
        Rounding::Floor => neg,
        _ => true,
    };
    if to_inf { Num::inf(neg) } else { largest(neg, c, st) }
}

/// The largest finite number of a context.
pub fn largest(neg: bool, c: &Ctx, st: &mut u32) -> Num {
    match room(c.prec, st) {
        Some(p) => Num::finite(neg, Coef::ONE.shift_left(p).sub(&Coef::ONE), c.etop()),
        None => Num::nan(),
    }
}

/// Rounds to the context.
#[inline]
pub fn finish(n: Num, c: &Ctx, st: &mut u32) -> Num {
    if n.is_finite() && !c.clamp && !n.coef.is_zero() {
        let digits = n.coef.digits() as i64;
        let adjusted = n.exp + digits - 1;
        if digits <= c.prec && adjusted >= c.emin && adjusted <= c.emax {
            return n;
        }
    }
    finish_slow(n, c, st)
}

#[inline(never)]
fn finish_slow(mut n: Num, c: &Ctx, st: &mut u32) -> Num {
    match n.kind {
        Kind::Inf => return n,
        Kind::Nan | Kind::Snan => {
            n.coef = payload(&n.coef, c);
            return n;
        }
        Kind::Finite => {}
    }
    let (etiny, etop) = (c.etiny(), c.etop());
    if n.coef.is_zero() {
        let e = n.exp.clamp(etiny, if c.clamp { etop } else { c.emax });
        if e != n.exp {
            *st |= flag::CLAMPED;
            n.exp = e
        }
        return n;
    }
    let digits = n.coef.digits() as i64;
    let mut exp_min = n.exp + digits - c.prec;
    if exp_min > etop {
        return overflow(n.neg, c, st);
    }
    let subnormal = exp_min < etiny;
    if subnormal {
        exp_min = etiny
    }
    if n.exp < exp_min {
        let (mut q, lost) = n.coef.cut((exp_min - n.exp) as usize);
        *st |= flag::ROUNDED;
        if c.rounding.goes_up(&q, n.neg, lost) {
            q = q.add(&Coef::ONE);
            if q.digits() as i64 > c.prec {
                q = q.cut(1).0;
                exp_min += 1
            }
        }
        if lost != Lost::Nothing {
            *st |= flag::INEXACT;
            if subnormal {
                *st |= flag::UNDERFLOW
            }
        }
        if subnormal {
            *st |= flag::SUBNORMAL
        }
        if exp_min > etop {
            return overflow(n.neg, c, st);
        }
        if q.is_zero() {
            *st |= flag::CLAMPED
        }
        n.coef = q;
        n.exp = exp_min;
    } else if subnormal {
        *st |= flag::SUBNORMAL
    }
    if c.clamp && n.exp > etop {
        *st |= flag::CLAMPED;
        match room(n.exp - etop, st) {
            Some(k) => n.coef = n.coef.shift_left(k),
            None => return Num::nan(),
        }
        n.exp = etop
    }
    n
}

/// The same value with exponent `exp`, rounded to it, and what that lost. `None` when there is no memory for the zeros.
pub fn rescale(n: &Num, exp: i64, rounding: Rounding, st: &mut u32) -> Option<(Num, Lost)> {
    if n.coef.is_zero() {
        return Some((Num::zero(n.neg, exp), Lost::Nothing));
    }
    if n.exp >= exp {
        let k = room(n.exp - exp, st)?;
        return Some((Num::finite(n.neg, n.coef.shift_left(k), exp), Lost::Nothing));
    }
    let (mut q, lost) = n.coef.cut((exp - n.exp) as usize);
    if rounding.goes_up(&q, n.neg, lost) {
        q = q.add(&Coef::ONE)
    }
    Some((Num::finite(n.neg, q, exp), lost))
}
