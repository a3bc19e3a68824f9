//! Operations on digits: logical ones, shift and rotate.

use super::arith::small_integer;
use super::coef::Coef;
use super::number::{Ctx, Num, flag, invalid, nan_of, room};

/// The digits of a logical operand, the last one first: a positive number of zeros and ones with exponent 0. Those beyond
/// the precision do not count.
fn logical(n: &Num) -> Option<Vec<u8>> {
    if !n.is_finite() || n.neg || n.exp != 0 {
        return None;
    }
    let d: Vec<u8> = n.coef.text().bytes().rev().map(|b| b - b'0').collect();
    d.iter().all(|d| *d <= 1).then_some(d)
}

fn from_bits(bits: impl DoubleEndedIterator<Item = bool>) -> Num {
    let text: Vec<u8> = bits.rev().map(|b| b'0' + b as u8).skip_while(|b| *b == b'0').collect();
    Num::finite(false, if text.is_empty() { Coef::ZERO } else { Coef::parse(&text) }, 0)
}

/// Digit by digit.
pub fn combine(a: &Num, b: &Num, c: &Ctx, st: &mut u32, f: fn(bool, bool) -> bool) -> Num {
    let (Some(x), Some(y)) = (logical(a), logical(b)) else {
        return invalid(st, flag::INVALID_OPERATION);
    };
    let n = x.len().max(y.len()).min(usize::try_from(c.prec).unwrap_or(usize::MAX));
    let bit = |v: &[u8], i: usize| v.get(i).is_some_and(|d| *d == 1);
    from_bits((0..n).map(|i| f(bit(&x, i), bit(&y, i))))
}

/// All digits of the precision inverted.
pub fn invert(a: &Num, c: &Ctx, st: &mut u32) -> Num {
    let Some(x) = logical(a) else { return invalid(st, flag::INVALID_OPERATION) };
    let Some(n) = room(c.prec, st) else { return Num::nan() };
    from_bits((0..n).map(|i| x.get(i).is_none_or(|d| *d == 0)))
}

/// Shifted or rotated within the precision by b digits, to the left if b is positive.
pub fn shift(a: &Num, b: &Num, rotate: bool, c: &Ctx, st: &mut u32) -> Num {
    if let Some(n) = nan_of(a, Some(b), c, st) {
        return n;
    }
    let Some(by) = small_integer(b).filter(|n| n.unsigned_abs() <= c.prec as u64) else {
        return invalid(st, flag::INVALID_OPERATION);
    };
    if a.is_inf() {
        return a.clone();
    }
    let prec = c.prec as usize;
    let k = by.unsigned_abs() as usize;
    let kept = a.coef.low_digits(prec);
    let coef = match (rotate, by >= 0) {
        (false, false) => kept.cut(k).0,
        (false, true) => match room(if kept.is_zero() { 0 } else { by }, st) {
            // Only what stays within the precision is kept.
            Some(k) => kept.low_digits(prec - k.min(prec)).shift_left(k),
            None => return Num::nan(),
        },
        (true, left) => {
            let left = if left { k } else { prec - k };
            let head = kept.cut(prec - left).0;
            let tail = kept.low_digits(prec - left);
            let Some(left) = room(if tail.is_zero() { 0 } else { left as i64 }, st) else { return Num::nan() };
            tail.shift_left(left).add(&head)
        }
    };
    Num::finite(a.neg, coef, a.exp)
}
