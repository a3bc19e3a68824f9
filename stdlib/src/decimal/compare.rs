//! Order: by value, and the total order of representations.

use super::number::{Kind, Num};
use std::cmp::Ordering;

/// Order of two numbers that are not NaN.
#[inline]
pub fn numeric(a: &Num, b: &Num) -> Ordering {
    if a.is_finite() && b.is_finite() && a.exp == b.exp && a.neg == b.neg {
        let o = a.coef.compare(&b.coef);
        return if a.neg { o.reverse() } else { o };
    }
    let sign = |n: &Num| match (n.is_zero(), n.neg) {
        (true, _) => 0,
        (_, true) => -1,
        _ => 1,
    };
    let (x, y) = (sign(a), sign(b));
    if x != y || x == 0 {
        return x.cmp(&y);
    }
    let o = magnitude(a, b);
    if a.neg { o.reverse() } else { o }
}

/// Order of two magnitudes, neither zero nor NaN.
fn magnitude(a: &Num, b: &Num) -> Ordering {
    match (a.is_inf(), b.is_inf()) {
        (true, true) => return Ordering::Equal,
        (true, _) => return Ordering::Greater,
        (_, true) => return Ordering::Less,
        _ => {}
    }
    // With equal adjusted exponents the exponents differ by no more than the numbers have digits.
    a.adjusted().cmp(&b.adjusted()).then_with(|| {
        if a.exp >= b.exp {
            a.coef.shift_left((a.exp - b.exp) as usize).compare(&b.coef)
        } else {
            a.coef.compare(&b.coef.shift_left((b.exp - a.exp) as usize))
        }
    })
}

/// The total order: -NaN < -sNaN < -Infinity < ... < -0 < 0 < ... < sNaN < NaN, equal values by exponent.
pub fn compare_total(a: &Num, b: &Num) -> Ordering {
    if a.neg != b.neg {
        return b.neg.cmp(&a.neg);
    }
    let o = total_magnitude(a, b);
    if a.neg { o.reverse() } else { o }
}

/// The total order of magnitudes.
pub fn total_magnitude(a: &Num, b: &Num) -> Ordering {
    let rank = |n: &Num| match n.kind {
        Kind::Finite => 0,
        Kind::Inf => 1,
        Kind::Snan => 2,
        Kind::Nan => 3,
    };
    rank(a).cmp(&rank(b)).then_with(|| match a.kind {
        Kind::Inf => Ordering::Equal,
        Kind::Nan | Kind::Snan => a.coef.compare(&b.coef),
        Kind::Finite => match (a.is_zero(), b.is_zero()) {
            (false, false) => magnitude(a, b).then(a.exp.cmp(&b.exp)),
            (x, y) => y.cmp(&x).then(a.exp.cmp(&b.exp)),
        },
    })
}
