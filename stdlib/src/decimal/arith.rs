//! The operations that are exact but for one rounding at the end: sums, products, quotients, roots, neighbours.

use super::coef::{Coef, Lost};
use super::compare::{compare_total, numeric};
use super::number::{
    Ctx, Kind, MAX_EMAX, Num, Rounding, finish, flag, invalid, largest, nan_of, nan_of_specials, rescale, room,
};
use dashu_int::UBig;
use std::cmp::Ordering;

/// a + b, or a - b
#[inline]
pub fn add(a: &Num, b: &Num, subtract: bool, c: &Ctx, st: &mut u32) -> Num {
    let bneg = b.neg != subtract;
    if a.is_finite() && b.is_finite() && a.exp == b.exp {
        return finish(sum(a.neg, &a.coef, bneg, &b.coef, a.exp, c), c, st);
    }
    add_slow(a, b, bneg, c, st)
}

/// ± x ± y, both to the same exponent.
#[inline]
fn sum(xneg: bool, x: &Coef, yneg: bool, y: &Coef, exp: i64, c: &Ctx) -> Num {
    if xneg == yneg {
        return Num::finite(xneg, x.add(y), exp);
    }
    match x.compare(y) {
        Ordering::Greater => Num::finite(xneg, x.sub(y), exp),
        Ordering::Less => Num::finite(yneg, y.sub(x), exp),
        Ordering::Equal => Num::zero(c.rounding == Rounding::Floor, exp),
    }
}

fn add_slow(a: &Num, b: &Num, bneg: bool, c: &Ctx, st: &mut u32) -> Num {
    if let Some(n) = nan_of(a, Some(b), c, st) {
        return n;
    }
    match (a.is_inf(), b.is_inf()) {
        (true, true) if a.neg != bneg => return invalid(st, flag::INVALID_OPERATION),
        (true, _) => return Num::inf(a.neg),
        (_, true) => return Num::inf(bneg),
        _ => {}
    }
    let low = a.exp.min(b.exp);
    let n = match (a.is_zero(), b.is_zero()) {
        (true, true) => {
            let neg = if a.neg == bneg { a.neg } else { c.rounding == Rounding::Floor };
            Num::zero(neg, low)
        }
        (true, false) | (false, true) => {
            let (n, neg) = if b.is_zero() { (a, a.neg) } else { (b, bneg) };
            // Zeros are added at the end as far as the precision goes.
            let exp = low.max(n.exp - c.prec - 1).min(n.exp);
            match room(n.exp - exp, st) {
                Some(k) => Num::finite(neg, n.coef.shift_left(k), exp),
                None => return Num::nan(),
            }
        }
        _ => {
            let (hi, hineg, lo, loneg) = if a.exp >= b.exp { (a, a.neg, b, bneg) } else { (b, bneg, a, a.neg) };
            // What lies far behind the last digit counts as one unit there: it only says that there is something.
            let far = hi.exp + (hi.coef.digits() as i64 - c.prec - 2).min(-1);
            let one;
            let (locoef, loexp) = if lo.exp < far && lo.adjusted() < far {
                one = Coef::ONE;
                (&one, far)
            } else {
                (&lo.coef, lo.exp)
            };
            match room(hi.exp - loexp, st) {
                Some(k) => sum(hineg, &hi.coef.shift_left(k), loneg, locoef, loexp, c),
                None => return Num::nan(),
            }
        }
    };
    finish(n, c, st)
}

/// a · b before rounding; both finite.
fn product(a: &Num, b: &Num) -> Num {
    Num::finite(a.neg != b.neg, a.coef.mul(&b.coef), a.exp + b.exp)
}

/// a · b
#[inline]
pub fn mul(a: &Num, b: &Num, c: &Ctx, st: &mut u32) -> Num {
    if a.is_finite() && b.is_finite() {
        return finish(product(a, b), c, st);
    }
    mul_special(a, b, c, st)
}

fn mul_special(a: &Num, b: &Num, c: &Ctx, st: &mut u32) -> Num {
    if let Some(n) = nan_of(a, Some(b), c, st) {
        return n;
    }
    if a.is_zero() || b.is_zero() {
        return invalid(st, flag::INVALID_OPERATION);
    }
    Num::inf(a.neg != b.neg)
}

/// a · b + d, rounded once.
pub fn fma(a: &Num, b: &Num, d: &Num, c: &Ctx, st: &mut u32) -> Num {
    if (a.is_inf() && b.is_zero()) || (a.is_zero() && b.is_inf()) {
        return invalid(st, flag::INVALID_OPERATION);
    }
    if let Some(n) = nan_of_specials([Some(a), Some(b), Some(d)], c, st) {
        return n;
    }
    if a.is_finite() && b.is_finite() {
        return add(&product(a, b), d, false, c, st);
    }
    let p = mul_special(a, b, c, st);
    if p.is_nan() { p } else { add(&p, d, false, c, st) }
}

/// a / b
pub fn div(a: &Num, b: &Num, c: &Ctx, st: &mut u32) -> Num {
    if let Some(n) = nan_of(a, Some(b), c, st) {
        return n;
    }
    let neg = a.neg != b.neg;
    match (a.is_inf(), b.is_inf()) {
        (true, true) => return invalid(st, flag::INVALID_OPERATION),
        (true, _) => return Num::inf(neg),
        (_, true) => {
            *st |= flag::CLAMPED;
            return Num::zero(neg, c.etiny());
        }
        _ => {}
    }
    if b.is_zero() {
        if a.is_zero() {
            return invalid(st, flag::DIVISION_UNDEFINED);
        }
        *st |= flag::DIVISION_BY_ZERO;
        return Num::inf(neg);
    }
    let ideal = a.exp - b.exp;
    if a.is_zero() {
        return finish(Num::zero(neg, ideal), c, st);
    }
    // One digit more than the precision; behind it a remainder shows as a last digit that is neither 0 nor 5.
    let shift = b.coef.digits() as i64 - a.coef.digits() as i64 + c.prec + 1;
    let (q, r) = if c.prec > super::number::MAX_DIGITS {
        // Only a quotient that comes out even can be had.
        return exact_quotient(a, b, neg, ideal, c, st);
    } else if shift >= 0 {
        let Some(k) = room(shift, st) else { return Num::nan() };
        a.coef.shift_left(k).div_rem(&b.coef)
    } else {
        let Some(k) = room(-shift, st) else { return Num::nan() };
        a.coef.div_rem(&b.coef.shift_left(k))
    };
    let exp = ideal - shift;
    let n = if !r.is_zero() {
        Num::finite(neg, mark(q), exp)
    } else {
        let (q, k) = if exp < ideal { q.strip((ideal - exp) as usize) } else { (q, 0) };
        Num::finite(neg, q, exp + k as i64)
    };
    finish(n, c, st)
}

/// A quotient in a context of boundless precision.
fn exact_quotient(a: &Num, b: &Num, neg: bool, ideal: i64, c: &Ctx, st: &mut u32) -> Num {
    let (a_stripped, zeros) = a.coef.strip(usize::MAX);
    let mut d = b.coef.clone();
    // What the divisor has besides factors 2 and 5 must divide the dividend.
    let (mut twos, mut fives) = (0usize, 0usize);
    for (p, n) in [(2u128, &mut twos), (5, &mut fives)] {
        let p = Coef::from_u128(p);
        loop {
            let (q, r) = d.div_rem(&p);
            if !r.is_zero() {
                break;
            }
            d = q;
            *n += 1
        }
    }
    let (_, r) = a_stripped.div_rem(&d);
    if !r.is_zero() {
        *st |= flag::MEMORY;
        return Num::nan();
    }
    let k = twos.max(fives);
    let (q, _) = a_stripped.shift_left(k).div_rem(&b.coef);
    let exp = ideal + zeros as i64 - k as i64;
    let n = if exp >= ideal {
        match room(exp - ideal, st) {
            Some(k) => Num::finite(neg, q.shift_left(k), ideal),
            None => return Num::nan(),
        }
    } else {
        let (q, k) = q.strip((ideal - exp) as usize);
        Num::finite(neg, q, exp + k as i64)
    };
    finish(n, c, st)
}

/// Says in the last digit that more follows.
pub fn mark(q: Coef) -> Coef {
    if matches!(q.last_digit(), 0 | 5) { q.add(&Coef::ONE) } else { q }
}

/// Quotient rounded towards zero and remainder, both finite and `b` not zero; `None`: division impossible.
fn whole_division(a: &Num, b: &Num, c: &Ctx, st: &mut u32) -> Option<(Num, Num)> {
    let neg = a.neg != b.neg;
    let low = a.exp.min(b.exp);
    let apart = if a.is_zero() { 0 } else { a.adjusted() - b.adjusted() };
    if a.is_zero() || apart <= -2 {
        let (r, _) = rescale(a, low, Rounding::Down, st)?;
        return Some((Num::zero(neg, 0), r));
    }
    if apart <= c.prec {
        let k = room((a.exp - b.exp).abs(), st)?;
        let (q, r) = if a.exp >= b.exp {
            a.coef.shift_left(k).div_rem(&b.coef)
        } else {
            a.coef.div_rem(&b.coef.shift_left(k))
        };
        if q.digits() as i64 <= c.prec {
            return Some((Num::finite(neg, q, 0), Num::finite(a.neg, r, low)));
        }
    }
    *st |= flag::DIVISION_IMPOSSIBLE;
    None
}

/// a // b, rounded towards zero
pub fn div_int(a: &Num, b: &Num, c: &Ctx, st: &mut u32) -> Num {
    if let Some(n) = nan_of(a, Some(b), c, st) {
        return n;
    }
    let neg = a.neg != b.neg;
    match (a.is_inf(), b.is_inf()) {
        (true, true) => return invalid(st, flag::INVALID_OPERATION),
        (true, _) => return Num::inf(neg),
        (_, true) => return finish(Num::zero(neg, 0), c, st),
        _ => {}
    }
    if b.is_zero() {
        if a.is_zero() {
            return invalid(st, flag::DIVISION_UNDEFINED);
        }
        *st |= flag::DIVISION_BY_ZERO;
        return Num::inf(neg);
    }
    match whole_division(a, b, c, st) {
        Some((q, _)) => finish(q, c, st),
        None => Num::nan(),
    }
}

/// a % b with the sign of a
pub fn rem(a: &Num, b: &Num, c: &Ctx, st: &mut u32) -> Num {
    if let Some(n) = nan_of(a, Some(b), c, st) {
        return n;
    }
    if a.is_inf() {
        return invalid(st, flag::INVALID_OPERATION);
    }
    if b.is_inf() {
        return finish(a.clone(), c, st);
    }
    if b.is_zero() {
        return invalid(st, if a.is_zero() { flag::DIVISION_UNDEFINED } else { flag::INVALID_OPERATION });
    }
    match whole_division(a, b, c, st) {
        Some((_, r)) => finish(r, c, st),
        None => Num::nan(),
    }
}

/// divmod(a, b)
pub fn div_mod(a: &Num, b: &Num, c: &Ctx, st: &mut u32) -> (Num, Num) {
    if let Some(n) = nan_of(a, Some(b), c, st) {
        return (n.clone(), n);
    }
    let neg = a.neg != b.neg;
    if a.is_inf() {
        let q = if b.is_inf() { invalid(st, flag::INVALID_OPERATION) } else { Num::inf(neg) };
        return (q, invalid(st, flag::INVALID_OPERATION));
    }
    if b.is_inf() {
        return (finish(Num::zero(neg, 0), c, st), finish(a.clone(), c, st));
    }
    if b.is_zero() {
        if a.is_zero() {
            return (invalid(st, flag::DIVISION_UNDEFINED), Num::nan());
        }
        *st |= flag::DIVISION_BY_ZERO;
        return (Num::inf(neg), invalid(st, flag::INVALID_OPERATION));
    }
    match whole_division(a, b, c, st) {
        Some((q, r)) => (finish(q, c, st), finish(r, c, st)),
        None => (Num::nan(), Num::nan()),
    }
}

/// a - b · n where n is the whole number nearest to a / b, the even one of two
pub fn rem_near(a: &Num, b: &Num, c: &Ctx, st: &mut u32) -> Num {
    if let Some(n) = nan_of(a, Some(b), c, st) {
        return n;
    }
    if a.is_inf() {
        return invalid(st, flag::INVALID_OPERATION);
    }
    if b.is_zero() {
        return invalid(st, if a.is_zero() { flag::DIVISION_UNDEFINED } else { flag::INVALID_OPERATION });
    }
    if b.is_inf() {
        return finish(a.clone(), c, st);
    }
    let low = a.exp.min(b.exp);
    if a.is_zero() {
        return finish(Num::zero(a.neg, low), c, st);
    }
    let apart = a.adjusted() - b.adjusted();
    if apart > c.prec {
        return invalid(st, flag::DIVISION_IMPOSSIBLE);
    }
    if apart <= -2 {
        return match rescale(a, low, Rounding::Down, st) {
            Some((n, _)) => finish(n, c, st),
            None => Num::nan(),
        };
    }
    let Some(k) = room((a.exp - b.exp).abs(), st) else { return Num::nan() };
    let (x, y) =
        if a.exp >= b.exp { (a.coef.shift_left(k), b.coef.clone()) } else { (a.coef.clone(), b.coef.shift_left(k)) };
    let (mut q, mut r) = x.div_rem(&y);
    let mut neg = a.neg;
    let twice = r.add(&r);
    if twice.compare(&y).then(if q.is_odd() { Ordering::Greater } else { Ordering::Less }) == Ordering::Greater {
        r = y.sub(&r);
        q = q.add(&Coef::ONE);
        neg = !neg
    }
    if q.digits() as i64 > c.prec {
        return invalid(st, flag::DIVISION_IMPOSSIBLE);
    }
    let neg = if r.is_zero() { a.neg } else { neg };
    finish(Num::finite(neg, r, low), c, st)
}

/// +a
pub fn plus(a: &Num, c: &Ctx, st: &mut u32) -> Num {
    signed(a, a.neg, c, st)
}

/// -a
pub fn minus(a: &Num, c: &Ctx, st: &mut u32) -> Num {
    signed(a, !a.neg, c, st)
}

/// |a|
pub fn abs(a: &Num, c: &Ctx, st: &mut u32) -> Num {
    if a.is_nan() { plus(a, c, st) } else { signed(a, false, c, st) }
}

fn signed(a: &Num, neg: bool, c: &Ctx, st: &mut u32) -> Num {
    if let Some(n) = nan_of(a, None, c, st) {
        return n;
    }
    // Only rounding to -Infinity knows a negative zero.
    let neg = if a.is_zero() { neg && c.rounding == Rounding::Floor } else { neg };
    finish(a.clone().with_sign(neg), c, st)
}

/// a to the exponent of b
#[inline]
pub fn quantize(a: &Num, b: &Num, c: &Ctx, st: &mut u32) -> Num {
    if !a.is_finite() || !b.is_finite() {
        if let Some(n) = nan_of(a, Some(b), c, st) {
            return n;
        }
        return if a.is_inf() && b.is_inf() { a.clone() } else { invalid(st, flag::INVALID_OPERATION) };
    }
    quantize_to(a, b.exp, c, st)
}

/// a to an exponent
pub fn quantize_to(a: &Num, exp: i64, c: &Ctx, st: &mut u32) -> Num {
    if exp > c.emax || exp < c.etiny() {
        return invalid(st, flag::INVALID_OPERATION);
    }
    if a.is_zero() {
        return finish(Num::zero(a.neg, exp), c, st);
    }
    let adjusted = a.adjusted();
    if adjusted > c.emax || adjusted - exp + 1 > c.prec {
        return invalid(st, flag::INVALID_OPERATION);
    }
    let Some((n, lost)) = rescale(a, exp, c.rounding, st) else { return Num::nan() };
    if n.coef.digits() as i64 > c.prec || (!n.coef.is_zero() && n.adjusted() > c.emax) {
        return invalid(st, flag::INVALID_OPERATION);
    }
    if exp > a.exp {
        *st |= flag::ROUNDED;
        if lost != Lost::Nothing {
            *st |= flag::INEXACT
        }
    }
    if n.is_subnormal(c) {
        *st |= flag::SUBNORMAL
    }
    // Only clamping is left to be done.
    if c.clamp { finish(n, c, st) } else { n }
}

/// To a whole number, with or without the flags of rounding.
pub fn to_integral(a: &Num, exact: bool, c: &Ctx, st: &mut u32) -> Num {
    if let Some(n) = nan_of(a, None, c, st) {
        return n;
    }
    if !a.is_finite() || a.exp >= 0 {
        return a.clone();
    }
    if a.is_zero() {
        return Num::zero(a.neg, 0);
    }
    let Some((n, lost)) = rescale(a, 0, c.rounding, st) else { return Num::nan() };
    if exact {
        *st |= flag::ROUNDED;
        if lost != Lost::Nothing {
            *st |= flag::INEXACT
        }
    }
    n
}

/// Without trailing zeros.
pub fn normalize(a: &Num, c: &Ctx, st: &mut u32) -> Num {
    if let Some(n) = nan_of(a, None, c, st) {
        return n;
    }
    let n = finish(a.clone(), c, st);
    if !n.is_finite() {
        return n;
    }
    if n.coef.is_zero() {
        return Num::zero(n.neg, 0);
    }
    let most = if c.clamp { c.etop() } else { c.emax };
    let (coef, k) = n.coef.strip((most - n.exp).max(0) as usize);
    Num::finite(n.neg, coef, n.exp + k as i64)
}

/// The square root, ties to even whatever the context says.
pub fn sqrt(a: &Num, c: &Ctx, st: &mut u32) -> Num {
    if let Some(n) = nan_of(a, None, c, st) {
        return n;
    }
    let ideal = a.exp.div_euclid(2);
    if a.is_zero() {
        return finish(Num::zero(a.neg, ideal), c, st);
    }
    if a.neg {
        return invalid(st, flag::INVALID_OPERATION);
    }
    if a.is_inf() {
        return Num::inf(false);
    }
    let odd = a.exp.rem_euclid(2) == 1;
    let coef = if odd { a.coef.shift_left(1) } else { a.coef.clone() };
    // The root of a number of d digits has (d + 1) / 2; one more than the precision is wanted.
    let shift = c.prec + 1 - (coef.digits() as i64 + 1) / 2;
    let Some(k) = room(shift.saturating_abs().saturating_mul(2), st) else { return Num::nan() };
    let (x, lost) = if shift >= 0 { (coef.shift_left(k), Lost::Nothing) } else { coef.cut(k) };
    let (root, whole) = x.sqrt();
    let exp = ideal - shift;
    let n = if !whole || lost != Lost::Nothing {
        Num::finite(false, mark(root), exp)
    } else if exp < ideal {
        let (r, k) = root.strip((ideal - exp) as usize);
        Num::finite(false, r, exp + k as i64)
    } else {
        match room(exp - ideal, st) {
            Some(k) => Num::finite(false, root.shift_left(k), ideal),
            None => return Num::nan(),
        }
    };
    finish(n, &c.rounding(Rounding::HalfEven), st)
}

/// The neighbour above (or below).
pub fn next(a: &Num, up: bool, c: &Ctx, st: &mut u32) -> Num {
    if let Some(n) = nan_of(a, None, c, st) {
        return n;
    }
    if a.is_inf() {
        return if a.neg == up { largest(a.neg, c, st) } else { a.clone() };
    }
    let c = c.rounding(if up { Rounding::Ceiling } else { Rounding::Floor });
    let mut quiet = 0;
    let n = finish(a.clone(), &c, &mut quiet);
    if !n.is_finite() || quiet & flag::MEMORY != 0 {
        *st |= quiet & flag::MEMORY;
        return n;
    }
    if numeric(&n, a) != Ordering::Equal {
        return n;
    }
    // Less than the least there is, added.
    let least = Num::finite(!up, Coef::ONE, c.etiny() - 1);
    let n = add(a, &least, false, &c, &mut quiet);
    *st |= quiet & flag::MEMORY;
    n
}

/// The neighbour in the direction of b.
pub fn next_toward(a: &Num, b: &Num, c: &Ctx, st: &mut u32) -> Num {
    if let Some(n) = nan_of(a, Some(b), c, st) {
        return n;
    }
    let up = match numeric(a, b) {
        Ordering::Equal => return a.clone().with_sign(b.neg),
        o => o == Ordering::Less,
    };
    let n = next(a, up, c, st);
    if n.is_inf() {
        *st |= flag::OVERFLOW | flag::ROUNDED | flag::INEXACT
    } else if n.is_finite() && n.adjusted() < c.emin {
        *st |= flag::UNDERFLOW | flag::SUBNORMAL | flag::ROUNDED | flag::INEXACT;
        if n.is_zero() {
            *st |= flag::CLAMPED
        }
    }
    n
}

/// a · 10^b
pub fn scaleb(a: &Num, b: &Num, c: &Ctx, st: &mut u32) -> Num {
    if let Some(n) = nan_of(a, Some(b), c, st) {
        return n;
    }
    // Twice the sum of the largest exponent and precision is the limit of the specification.
    let limit = (MAX_EMAX as i128 + MAX_EMAX as i128).min(2 * (c.emax as i128 + c.prec as i128));
    let Some(by) = small_integer(b).filter(|n| (*n as i128).abs() <= limit) else {
        return invalid(st, flag::INVALID_OPERATION);
    };
    if a.is_inf() {
        return a.clone();
    }
    let exp = (a.exp as i128 + by as i128).clamp(-4 * MAX_EMAX as i128, 4 * MAX_EMAX as i128) as i64;
    finish(Num { exp, ..a.clone() }, c, st)
}

/// A whole number with exponent 0, if it fits.
pub fn small_integer(b: &Num) -> Option<i64> {
    if !b.is_finite() || b.exp != 0 {
        return None;
    }
    let n = i64::try_from(b.coef.small()?).ok()?;
    Some(if b.neg { -n } else { n })
}

/// The adjusted exponent as a number.
pub fn logb(a: &Num, c: &Ctx, st: &mut u32) -> Num {
    if let Some(n) = nan_of(a, None, c, st) {
        return n;
    }
    if a.is_inf() {
        return Num::inf(false);
    }
    if a.is_zero() {
        *st |= flag::DIVISION_BY_ZERO;
        return Num::inf(true);
    }
    finish(Num::int(a.adjusted()), c, st)
}

/// The larger (or smaller) of two, by value or by magnitude. A quiet NaN loses to a number.
pub fn choose(a: &Num, b: &Num, larger: bool, magnitude: bool, c: &Ctx, st: &mut u32) -> Num {
    if a.is_nan() || b.is_nan() {
        return match (a.kind, b.kind) {
            (Kind::Nan, Kind::Finite | Kind::Inf) => finish(b.clone(), c, st),
            (Kind::Finite | Kind::Inf, Kind::Nan) => finish(a.clone(), c, st),
            _ => nan_of(a, Some(b), c, st).unwrap_or_else(Num::nan),
        };
    }
    let by_value = if magnitude {
        numeric(&a.clone().with_sign(false), &b.clone().with_sign(false))
    } else {
        numeric(a, b)
    };
    let o = by_value.then_with(|| compare_total(a, b));
    let first = if larger { o != Ordering::Less } else { o == Ordering::Less };
    finish(if first { a } else { b }.clone(), c, st)
}

/// pow(a, b, m): whole numbers, exactly.
pub fn power_mod(a: &Num, b: &Num, m: &Num, c: &Ctx, st: &mut u32) -> Num {
    if let Some(n) = nan_of_specials([Some(a), Some(b), Some(m)], c, st) {
        return n;
    }
    let whole = a.is_integer() && b.is_integer() && m.is_integer();
    if !whole || (b.neg && !b.is_zero()) || m.is_zero() || m.adjusted() >= c.prec || (a.is_zero() && b.is_zero()) {
        return invalid(st, flag::INVALID_OPERATION);
    }
    let neg = a.neg && b.is_odd_integer();
    let mut value = |n: &Num| -> Option<UBig> {
        let (n, _) = rescale(n, 0, Rounding::Down, st)?;
        Some(n.coef.big().into_owned())
    };
    let Some(m) = value(m) else { return Num::nan() };
    if m.is_one() {
        return Num::zero(neg, 0);
    }
    // Powers of ten enter by their exponents, for these may be large.
    let ring = dashu_int::fast_div::ConstDivisor::new(m);
    let ten = ring.reduce(10u8);
    let base = if a.exp >= 0 {
        ring.reduce(a.coef.big().into_owned()) * ten.pow(&UBig::from(a.exp as u64))
    } else {
        match value(a) {
            Some(v) => ring.reduce(v),
            None => return Num::nan(),
        }
    };
    let r = if b.exp > 0 {
        let mut r = base.pow(&b.coef.big());
        let Some(k) = room(b.exp, st) else { return Num::nan() };
        let ten = UBig::from(10u8);
        for _ in 0..k {
            r = r.pow(&ten)
        }
        r
    } else {
        match value(b) {
            Some(v) => base.pow(&v),
            None => return Num::nan(),
        }
    };
    Num::finite(neg, Coef::from_big(r.residue()), 0)
}
