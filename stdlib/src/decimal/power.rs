//! Exponential, logarithms and powers, correctly rounded.
//!
//! Values are computed in binary fixed point (an integer times 2^-bits) to some digits more than asked for. When the
//! error could change the rounding, the same is done again with twice as many spare digits (Ziv's strategy). It ends:
//! but for cases known beforehand the results are irrational (Lindemann), so they lie at some distance from every
//! number with finitely many digits. A power may be rational; what looks like a number of few digits
//! after very many is one.

use super::arith::{div, small_integer};
use super::coef::{Coef, power_of_ten};
use super::compare::numeric;
use super::number::{Ctx, MAX_DIGITS, Num, Rounding, finish, flag, invalid, nan_of, room};
use dashu_int::ops::{BitTest, UnsignedAbs};
use dashu_int::{IBig, Sign, UBig};
use std::cell::RefCell;
use std::cmp::Ordering;

thread_local! {
    /// The logarithm of ten with the most bits anyone wanted.
    static LN10: RefCell<(usize, UBig)> = const { RefCell::new((0, UBig::ZERO)) };
}

/// Bits that hold a number of decimal digits.
fn bits_of(digits: usize) -> usize {
    digits * 3322 / 1000 + 2
}

/// 2^bits · atanh(1/n)
fn atanh_inverse(n: u32, bits: usize) -> IBig {
    let square = IBig::from(n) * IBig::from(n);
    let mut power = (IBig::ONE << bits) / IBig::from(n);
    let mut sum = power.clone();
    let mut k = 1u32;
    while !power.is_zero() {
        power /= &square;
        k += 2;
        sum += &power / IBig::from(k)
    }
    sum
}

/// 2^bits · ln 10, within one unit.
fn ln10(bits: usize) -> IBig {
    LN10.with_borrow_mut(|(have, value)| {
        if *have < bits {
            let b = bits + 64;
            // Machin-like: ln 10 = 46 atanh(1/31) + 34 atanh(1/49) + 20 atanh(1/161).
            let v = atanh_inverse(31, b) * IBig::from(46)
                + atanh_inverse(49, b) * IBig::from(34)
                + atanh_inverse(161, b) * IBig::from(20);
            // Each atanh may lack a unit for each of its terms; 32 spare bits cover that.
            (*have, *value) = (b - 32, (v >> 32usize).unsigned_abs())
        }
        IBig::from(&*value >> (*have - bits))
    })
}

/// 2^bits · e^(x / 2^bits) for |x| below 2^(bits + 2), with an error of a few units.
fn exp_fixed(x: &IBig, bits: usize) -> IBig {
    // e^x = (e^(x / 2^s))^(2^s): each squaring doubles the error.
    let s = (bits as f64).sqrt() as usize / 2 + 3;
    let b = bits + 2 * s + 10;
    let r = x << (b - bits - s);
    let one = IBig::ONE << b;
    let (mut sum, mut term, mut n) = (&one + &r, r.clone(), 2u32);
    loop {
        term = ((term * &r) >> b) / IBig::from(n);
        if term.bit_len() <= 1 {
            break;
        }
        sum += &term;
        n += 1
    }
    for _ in 0..s {
        sum = (&sum * &sum) >> b
    }
    sum >> (b - bits)
}

/// 2^bits · ln(m / 2^bits) for m / 2^bits between 0.3 and 3.2, with an error of a few units.
fn ln_fixed(m: &IBig, bits: usize) -> IBig {
    let near = (m >> (bits - 60)).unsigned_abs();
    let near = u64::try_from(&near).unwrap_or(1) as f64 / (1u64 << 60) as f64;
    let mut y = IBig::from((near.ln() * (1u64 << 60) as f64) as i64);
    let mut have = 60;
    let mut good = 48;
    // Halley: y + 2 (m - e^y) / (m + e^y) has three times as many good bits.
    while good < bits + 2 {
        good = (good * 3 - 4).min(bits + 3);
        let b = (good + 8).min(bits + 8);
        y = shift(&y, have, b);
        have = b;
        let e = exp_fixed(&y, b);
        let m = shift(m, bits, b);
        let step = ((&m - &e) << (b + 1)) / (&m + &e);
        y += step
    }
    shift(&y, have, bits)
}

/// From one number of bits to another.
fn shift(v: &IBig, from: usize, to: usize) -> IBig {
    if to >= from { v << (to - from) } else { v >> (from - to) }
}

/// 2^bits · coef · 10^exp, rounded down.
fn fixed(coef: &UBig, exp: i64, bits: usize) -> IBig {
    IBig::from(if exp >= 0 {
        (coef * power_of_ten(exp as usize)) << bits
    } else {
        (coef << bits) / power_of_ten(exp.unsigned_abs() as usize)
    })
}

/// An approximation with at least the wanted number of digits, the last of which may be off by two.
struct Near {
    neg: bool,
    coef: UBig,
    exp: i64,
}

/// Digits of v / 2^bits, where v is good to some `digits` digits.
fn to_decimal(v: &IBig, bits: usize, digits: usize) -> Near {
    let neg = v.sign() == Sign::Negative;
    let v = v.unsigned_abs();
    // floor(log10(v / 2^bits)), perhaps one too low.
    let log = ((v.bit_len() as f64 - 1.0 - bits as f64) * std::f64::consts::LOG10_2).floor() as i64;
    let scale = digits as i64 - log;
    let coef =
        if scale >= 0 { (v * power_of_ten(scale as usize)) >> bits } else { (v / power_of_ten(-scale as usize)) >> bits };
    Near { neg, coef, exp: -scale }
}

/// Rounds what `near` computes for ever more digits, until there is no doubt.
fn settle(c: &Ctx, st: &mut u32, maybe_exact: bool, near: impl Fn(usize) -> Option<Near>) -> Num {
    let Some(prec) = room(c.prec, st) else { return Num::nan() };
    let mut spare = 4;
    loop {
        let Some(n) = near(prec + spare) else { return invalid(st, flag::MEMORY) };
        let coef = Coef::from_big(n.coef);
        let digits = coef.digits();
        if digits > prec + 2 {
            let extra = digits - prec;
            let tail = coef.low_digits(extra).big().into_owned();
            let unit = power_of_ten(extra);
            let half = &unit >> 1;
            let close = |at: &UBig| {
                let off = if tail > *at { &tail - at } else { at - &tail };
                off <= UBig::from(4u8)
            };
            if !close(&UBig::ZERO) && !close(&half) && !close(&unit) {
                // A last digit that says that more follows.
                let coef = coef.shift_left(1).add(&Coef::ONE);
                return finish(Num::finite(n.neg, coef, n.exp - 1), c, st);
            }
            if maybe_exact && spare > 2 * prec + 40 {
                // To so many digits only the number itself is that close.
                let (q, _) = coef.add(&Coef::from_u128(5)).cut(extra - 1);
                let (q, k) = q.strip(usize::MAX);
                let n = Num::finite(n.neg, q, n.exp + (extra - 1 + k) as i64);
                let n = pad(n, c);
                let n = finish(n, c, st);
                *st |= flag::INEXACT | flag::ROUNDED;
                if *st & flag::SUBNORMAL != 0 {
                    *st |= flag::UNDERFLOW
                }
                return n;
            }
        }
        spare = spare * 2 + 4;
        if spare as i64 > MAX_DIGITS {
            return invalid(st, flag::MEMORY);
        }
    }
}

/// With zeros up to the precision.
fn pad(n: Num, c: &Ctx) -> Num {
    match c.prec - n.coef.digits() as i64 {
        k if k > 0 => Num::finite(n.neg, n.coef.shift_left(k as usize), n.exp - k),
        _ => n,
    }
}

/// 1 with something tiny added or taken away.
fn about_one(above: bool, c: &Ctx, st: &mut u32) -> Num {
    let Some(p) = room(c.prec + 2, st) else { return Num::nan() };
    let one = Coef::ONE.shift_left(p);
    let coef = if above { one.add(&Coef::ONE) } else { one.sub(&Coef::ONE) };
    finish(Num::finite(false, coef, -(p as i64)), c, st)
}

/// What is beyond every exponent, or below.
fn out_of_range(neg: bool, large: bool, c: &Ctx, st: &mut u32) -> Num {
    let exp = if large { c.emax + 1 } else { c.etiny() - 2 };
    finish(Num::finite(neg, Coef::ONE, exp), c, st)
}

/// e^a
pub fn exp(a: &Num, c: &Ctx, st: &mut u32) -> Num {
    if let Some(n) = nan_of(a, None, c, st) {
        return n;
    }
    if a.is_inf() {
        return if a.neg { Num::zero(false, 0) } else { Num::inf(false) };
    }
    if a.is_zero() {
        return Num::int(1);
    }
    let c = &c.rounding(Rounding::HalfEven);
    let adjusted = a.adjusted();
    if adjusted >= 19 {
        return out_of_range(false, !a.neg, c, st);
    }
    if adjusted < -(c.prec + 1) {
        // The neighbours of 1 are farther away.
        *st |= flag::INEXACT | flag::ROUNDED;
        if room(c.prec, st).is_none() {
            return Num::nan();
        }
        return finish(pad(Num::int(1), c), c, st);
    }
    if beyond(a, c, st) {
        return out_of_range(false, !a.neg, c, st);
    }
    let coef = a.coef.big();
    settle(c, st, false, |digits| {
        let whole = adjusted.max(0) as usize;
        let bits = bits_of(digits + whole) + 12;
        // Digits far behind the point do not count.
        let x = fixed_cut(&coef, a.exp, bits);
        Some(exp_to_decimal(if a.neg { -x } else { x }, bits, digits, false))
    })
}

/// As [`fixed`], without multiplying out what is not seen.
fn fixed_cut(coef: &UBig, exp: i64, bits: usize) -> IBig {
    let digits = Coef::from_big(coef.clone()).digits() as i64;
    // Digits behind the last bit.
    let unseen = -exp - (bits as i64) * 302 / 1000 - 3;
    if unseen > 0 {
        if unseen >= digits {
            return IBig::ZERO;
        }
        return fixed(&(coef / power_of_ten(unseen as usize)), exp + unseen, bits);
    }
    fixed(coef, exp, bits)
}

/// e^(x / 2^bits) in decimal.
fn exp_to_decimal(x: IBig, bits: usize, digits: usize, neg: bool) -> Near {
    // e^x = 10^k · e^r
    let ten = ln10(bits);
    let mut k = &x / &ten;
    if x.sign() == Sign::Negative {
        k -= IBig::ONE
    }
    let r = x - &k * ten;
    let e = exp_fixed(&r, bits);
    let n = to_decimal(&e, bits, digits);
    Near { neg, coef: n.coef, exp: n.exp + i64::try_from(&k).unwrap_or(0) }
}

/// Is e^a certainly beyond the exponents?
fn beyond(a: &Num, c: &Ctx, _st: &mut u32) -> bool {
    let quick = Ctx { prec: 25, rounding: Rounding::HalfEven, ..Ctx::MAX };
    let mut ignored = 0;
    // 2.302585 < ln 10 < 2.302586
    let factor = |n: i128, k: i64, micro: u128| {
        super::arith::mul(
            &Num::finite(false, Coef::from_u128((n + k as i128).unsigned_abs()), 0),
            &Num::finite(false, Coef::from_u128(micro), -6),
            &quick,
            &mut 0,
        )
    };
    let bound = if a.neg {
        factor(c.etiny() as i128, -3, 2_302_586)
    } else {
        factor(c.emax as i128, 2, 2_302_586)
    };
    let magnitude = finish(a.clone().with_sign(false), &quick, &mut ignored);
    numeric(&magnitude, &bound) == Ordering::Greater
}

/// coef · 10^exp as 10^k · m with m between 0.316 and 3.17; gives the exponent of m for the coefficient, and k.
fn split(a: &Num) -> (i64, i64) {
    let digits = a.coef.digits() as i64;
    let k = a.exp + digits - 1;
    // m = coef / 10^(digits - 1) in [1, 10), or a tenth of that.
    let lead = a.coef.cut((digits - 2).max(0) as usize).0.small().unwrap_or(10);
    let lead = if digits == 1 { lead * 10 } else { lead };
    if lead >= 31 { (-digits, k + 1) } else { (1 - digits, k) }
}

/// Digits that cancel in ln(m) because m is near 1.
fn cancelled(a: &Num, exp: i64) -> usize {
    let one = Coef::ONE.shift_left(exp.unsigned_abs() as usize);
    let off = if a.coef.compare(&one) == Ordering::Less { one.sub(&a.coef) } else { a.coef.sub(&one) };
    one.digits() - off.digits().min(one.digits())
}

/// ln a, or log10 a
pub fn log(a: &Num, ten: bool, c: &Ctx, st: &mut u32) -> Num {
    if let Some(n) = nan_of(a, None, c, st) {
        return n;
    }
    if a.is_zero() {
        return Num::inf(true);
    }
    if a.neg {
        return invalid(st, flag::INVALID_OPERATION);
    }
    if a.is_inf() {
        return Num::inf(false);
    }
    let c = &c.rounding(Rounding::HalfEven);
    if !ten && a.coef.is_power_of_ten() && a.adjusted() == 0 {
        return Num::int(0);
    }
    if ten && a.coef.is_power_of_ten() {
        return finish(Num::int(a.adjusted()), c, st);
    }
    let coef = a.coef.big();
    let (exp, k) = split(a);
    let lost = if k == 0 { cancelled(a, exp) } else { 0 };
    settle(c, st, false, |digits| {
        let bits = bits_of(digits + lost + 19) + 12;
        let v = ln_fixed(&fixed(&coef, exp, bits), bits);
        let v = if ten { (v << bits) / ln10(bits) + (IBig::from(k) << bits) } else { v + ln10(bits) * IBig::from(k) };
        Some(to_decimal(&v, bits, digits))
    })
}

/// a^b
pub fn pow(a: &Num, b: &Num, c: &Ctx, st: &mut u32) -> Num {
    if let Some(n) = nan_of(a, Some(b), c, st) {
        return n;
    }
    if b.is_zero() {
        return if a.is_zero() { invalid(st, flag::INVALID_OPERATION) } else { Num::int(1) };
    }
    let whole = b.is_integer();
    let neg = a.neg && b.is_odd_integer();
    if a.is_zero() {
        return if b.neg { Num::inf(neg) } else { Num::zero(neg, 0) };
    }
    if a.neg && !whole {
        return invalid(st, flag::INVALID_OPERATION);
    }
    if a.is_inf() {
        return if b.neg { Num::zero(neg, 0) } else { Num::inf(neg) };
    }
    let one = numeric(&a.clone().with_sign(false), &Num::int(1));
    if one == Ordering::Equal {
        return power_of_one(a, b, neg, whole, c, st);
    }
    if b.is_inf() {
        return if (one == Ordering::Greater) != b.neg { Num::inf(false) } else { Num::zero(false, 0) };
    }
    if whole && let Some(n) = exact_power(a, b, neg, c, st) {
        return n;
    }
    real_power(a, b, neg, (one == Ordering::Greater) != b.neg, c, st)
}

/// (±1)^b, with as many zeros as the exponent of 1 asks for.
fn power_of_one(a: &Num, b: &Num, neg: bool, whole: bool, c: &Ctx, st: &mut u32) -> Num {
    let most = c.prec - 1;
    let zeros = if !whole {
        *st |= flag::INEXACT | flag::ROUNDED;
        most
    } else {
        let times = rescaled_integer(b).unwrap_or(i64::MAX).unsigned_abs();
        let wanted = if b.neg { 0 } else { (-a.exp as i128) * times as i128 };
        if wanted > most as i128 {
            *st |= flag::ROUNDED
        }
        wanted.clamp(0, most as i128) as i64
    };
    match room(zeros, st) {
        Some(k) => Num::finite(neg, Coef::ONE.shift_left(k), -zeros),
        None => Num::nan(),
    }
}

/// The value of a whole number, if it fits.
fn rescaled_integer(b: &Num) -> Option<i64> {
    let n = if b.exp > 0 {
        if b.exp > 18 {
            return None;
        }
        b.coef.shift_left(b.exp as usize)
    } else {
        b.coef.cut(b.exp.unsigned_abs().min(1 << 40) as usize).0
    };
    small_integer(&Num::finite(b.neg, n, 0))
}

/// A power that has few enough digits to be multiplied out, rounded once.
fn exact_power(a: &Num, b: &Num, neg: bool, c: &Ctx, st: &mut u32) -> Option<Num> {
    let n = rescaled_integer(b)?;
    let times = n.unsigned_abs();
    let (base, zeros) = if a.coef.digits() > 1 && !a.coef.is_odd() { a.coef.strip(usize::MAX) } else { (a.coef.clone(), 0) };
    let bits = base.big().bit_len() as u64;
    let limit = (bits_of(usize::try_from(c.prec).ok()?.min(1 << 24)) as u64 * 3).max(2000);
    let single = base.small() == Some(1);
    if !single && times.checked_mul(bits)? > limit {
        return None;
    }
    let exp = (a.exp as i128 + zeros as i128) * times as i128;
    if exp.abs() > 3_000_000_000_000_000_000 {
        return None;
    }
    let power = if single { Coef::ONE } else { Coef::from_big(base.big().pow(times as usize)) };
    let (mut coef, mut exp) = (power, exp as i64);
    // The zeros that were taken off count as digits, as far as there is room for them.
    if zeros > 0 {
        let back = (zeros as i128 * times as i128).min((c.prec - coef.digits() as i64).max(0) as i128);
        let back = room(back as i64, st)?;
        coef = coef.shift_left(back);
        exp -= back as i64;
        if n > 0 && (back as i128) < zeros as i128 * times as i128 {
            *st |= flag::ROUNDED
        }
    }
    let power = Num::finite(neg, coef, exp);
    if n > 0 {
        return Some(finish(power, c, st));
    }
    Some(div(&Num::finite(neg, Coef::ONE, 0), &power.with_sign(false), c, st))
}

/// a^b = e^(b ln a) for |a| that is not 1.
fn real_power(a: &Num, b: &Num, neg: bool, large: bool, c: &Ctx, st: &mut u32) -> Num {
    // The order of magnitude of b · ln a.
    let quick = Ctx { prec: 25, rounding: Rounding::HalfEven, ..Ctx::MAX };
    let positive = a.clone().with_sign(false);
    let short = finish(positive.clone(), &Ctx { prec: 2000.max(c.prec), ..Ctx::MAX }, &mut 0);
    let product = super::arith::mul(&log(&short, false, &quick, &mut 0), b, &quick, &mut 0);
    if product.is_nan() {
        return invalid(st, flag::MEMORY);
    }
    let adjusted = product.adjusted();
    if adjusted >= 19 || beyond(&product, c, st) {
        return out_of_range(neg, large, c, st);
    }
    if adjusted < -(c.prec + 3) {
        *st |= flag::INEXACT | flag::ROUNDED;
        return about_one(large, c, st).with_sign(neg);
    }
    let coef = positive.coef.big();
    let (exp, k) = split(&positive);
    let lost = if k == 0 { cancelled(&positive, exp) } else { 0 };
    let size = b.coef.big();
    let b_digits = b.adjusted().max(0) as usize + 1;
    settle(c, st, true, |digits| {
        // ln a to as many digits as the product has, and those that b has before the point.
        let bits = bits_of(digits + lost + 20 + b_digits + adjusted.max(0) as usize) + 16;
        let v = ln_fixed(&fixed(&coef, exp, bits), bits) + ln10(bits) * IBig::from(k);
        let v = v * IBig::from(size.clone().into_owned());
        let v = if b.exp >= 0 {
            v * IBig::from(power_of_ten(b.exp as usize))
        } else {
            v / IBig::from(power_of_ten(b.exp.unsigned_abs() as usize))
        };
        Some(exp_to_decimal(if b.neg { -v } else { v }, bits, digits, neg))
    })
}
