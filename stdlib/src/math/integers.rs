//! Number theory: ints of any size.

use dashu_int::IBig;
use weft_text::int::arith;
use weft_vm::object::{Args, ValueExt};
use weft_vm::types::float::float;
use weft_vm::types::int::{is_int, is_negative, to_big, to_i64};
use weft_vm::{Res, Thread, VRef, Value, names};

fn big(v: &Value) -> IBig {
    to_big(v.r()).unwrap_or(IBig::ZERO)
}

fn int_of(t: &mut Thread, v: VRef<'_>) -> Res<IBig> {
    let i = t.index(v)?;
    Ok(big(&i))
}

/// `gcd(*integers)`
pub fn gcd(t: &mut Thread, a: Args<'_>) -> Res {
    let mut r = t.int(0);
    for v in a.rest() {
        let x = t.index(*v)?;
        r = match (to_i64(r.r()), to_i64(x.r())) {
            (Some(p), Some(q)) => {
                let g = arith::gcd_i64(p, q);
                match i64::try_from(g) {
                    Ok(g) => t.int(g),
                    Err(_) => t.big_int(g.into()),
                }
            }
            _ => t.big_int(arith::gcd(&big(&r), &big(&x))),
        }
    }
    Ok(r)
}

/// `lcm(*integers)`
pub fn lcm(t: &mut Thread, a: Args<'_>) -> Res {
    let mut r = IBig::ONE;
    for v in a.rest() {
        let x = int_of(t, *v)?;
        if x == IBig::ZERO || r == IBig::ZERO {
            r = IBig::ZERO;
            continue;
        }
        let g = arith::gcd(&r, &x);
        r = r / g * x;
        if r < IBig::ZERO {
            r = -r
        }
    }
    Ok(t.big_int(r))
}

/// The product of `from..=to`.
fn product(from: u64, to: u64) -> IBig {
    multiply(from..=to)
}

/// The product of many numbers: first of as many together as fit a word, then by halves so that factors are of equal
/// size.
fn multiply(numbers: impl Iterator<Item = u64>) -> IBig {
    fn part(words: &[u64]) -> IBig {
        match *words {
            [] => IBig::ONE,
            [a] => a.into(),
            [a, b] => (u128::from(a) * u128::from(b)).into(),
            _ => {
                let (low, high) = words.split_at(words.len() / 2);
                part(low) * part(high)
            }
        }
    }
    let mut words = Vec::new();
    let mut word = 1u64;
    for n in numbers {
        match word.checked_mul(n) {
            Some(w) => word = w,
            None => words.push(std::mem::replace(&mut word, n)),
        }
    }
    words.push(word);
    part(&words)
}

/// Largest result in bits that is computed rather than refused.
const MAX_BITS: u64 = 1 << 36;

/// `factorial(n)`
pub fn factorial(t: &mut Thread, a: Args<'_>) -> Res {
    factorial_of(t, a.get(0))
}

fn factorial_of(t: &mut Thread, v: VRef<'_>) -> Res {
    let n = t.index(v)?;
    if is_negative(n.r()) {
        return Err(t.value_error("factorial() not defined for negative values"));
    }
    let Some(n) = to_i64(n.r()) else {
        return Err(t.overflow_error(format!("factorial() argument should not exceed {}", i64::MAX)));
    };
    check_size(t, n as u64, 64 - n.leading_zeros() as u64)?;
    let n = n as u64;
    if n <= 20 {
        return Ok(t.int((2..=n).product::<u64>() as i64));
    }
    // All factors of two together are a shift.
    let odd = multiply((2..=n).map(|i| i >> i.trailing_zeros()));
    Ok(t.big_int(odd << (n - u64::from(n.count_ones())) as usize))
}

/// MemoryError for a product of `factors` numbers of `bits` bits that no memory holds.
fn check_size(t: &mut Thread, factors: u64, bits: u64) -> Res<()> {
    if factors.checked_mul(bits.max(1)).is_none_or(|n| n > MAX_BITS) {
        return Err(crate::support::memory_error(t));
    }
    Ok(())
}

/// n (n-1) … (n-k+1)
fn falling(n: &IBig, k: u64) -> IBig {
    if let Ok(n) = u64::try_from(n) {
        return product(n - k + 1, n);
    }
    fn part(n: &IBig, from: u64, to: u64) -> IBig {
        if to - from < 4 {
            return (from..to).fold(IBig::ONE, |p, i| p * (n - IBig::from(i)));
        }
        let middle = from + (to - from) / 2;
        part(n, from, middle) * part(n, middle, to)
    }
    part(n, 0, k)
}

/// n and k, both not negative.
fn two(t: &mut Thread, a: Args<'_>) -> Res<(IBig, IBig)> {
    let n = int_of(t, a.get(0))?;
    let k = int_of(t, a.get(1))?;
    if n < IBig::ZERO {
        return Err(t.value_error("n must be a non-negative integer"));
    }
    if k < IBig::ZERO {
        return Err(t.value_error("k must be a non-negative integer"));
    }
    Ok((n, k))
}

/// `perm(n, k)`
pub fn perm(t: &mut Thread, a: Args<'_>) -> Res {
    if a.opt_none(1).is_none() {
        return factorial_of(t, a.get(0));
    }
    let (n, k) = two(t, a)?;
    if k > n {
        return Ok(t.int(0));
    }
    let Some(k) = i64::try_from(&k).ok() else {
        return Err(t.overflow_error(format!("k must not exceed {}", i64::MAX)));
    };
    check_size(t, k as u64, arith::bit_length(&n) as u64)?;
    Ok(t.big_int(falling(&n, k as u64)))
}

/// `comb(n, k)`
pub fn comb(t: &mut Thread, a: Args<'_>) -> Res {
    let (n, k) = two(t, a)?;
    if k > n {
        return Ok(t.int(0));
    }
    let other = &n - &k;
    let k = k.min(other);
    let Some(k) = i64::try_from(&k).ok() else {
        return Err(t.overflow_error(format!("min(n - k, k) must not exceed {}", i64::MAX)));
    };
    check_size(t, k as u64, arith::bit_length(&n) as u64)?;
    Ok(t.big_int(falling(&n, k as u64) / product(2, k as u64)))
}

/// `isqrt(n)`
pub fn isqrt(t: &mut Thread, a: Args<'_>) -> Res {
    let n = int_of(t, a.get(0))?;
    match arith::isqrt(&n) {
        Some(r) => Ok(t.big_int(r)),
        None => Err(t.value_error("isqrt() argument must be nonnegative")),
    }
}

/// The int of a float without fraction.
fn whole(t: &mut Thread, x: f64) -> Res {
    if x.abs() < 1e18 {
        return Ok(t.int(x as i64));
    }
    match weft_text::int::float::from_f64(x) {
        Some(i) => Ok(t.big_int(i.into_big())),
        None if x.is_nan() => Err(t.value_error(weft_text::int::float::from_f64_message(x))),
        None => Err(t.overflow_error(weft_text::int::float::from_f64_message(x))),
    }
}

fn rounded(t: &mut Thread, v: VRef<'_>, name: VRef<'static>, f: fn(f64) -> f64) -> Res {
    let plain_float = v.word().is_float() || v.has_shape(weft_vm::types::fixed::FLOAT);
    if plain_float && let Some(x) = float(v) {
        return whole(t, f(x));
    }
    if v.word().is_int() {
        return Ok(v.to_value());
    }
    if let Some(r) = t.call_special(v, name, &[]) {
        return r;
    }
    let x = t.arg_f64(v)?;
    whole(t, f(x))
}

/// `floor(x)`
pub fn floor(t: &mut Thread, a: Args<'_>) -> Res {
    rounded(t, a.get(0), names::__floor__(), f64::floor)
}

/// `ceil(x)`
pub fn ceil(t: &mut Thread, a: Args<'_>) -> Res {
    rounded(t, a.get(0), names::__ceil__(), f64::ceil)
}

/// `trunc(x)`
pub fn trunc(t: &mut Thread, a: Args<'_>) -> Res {
    let v = a.get(0);
    if v.word().is_float() {
        return whole(t, v.word().as_float().trunc());
    }
    if is_int(v) && v.word().is_int() {
        return Ok(v.to_value());
    }
    match t.call_special(v, names::__trunc__(), &[]) {
        Some(r) => r,
        None => {
            let n = v.ty().name();
            Err(t.type_error(format!("type {n} doesn't define __trunc__ method")))
        }
    }
}
