//! Functions of floats. Which arguments are outside a function's domain, and the texts, are CPython's; the values are the
//! C library's, as CPython's are.

use weft_vm::object::Args;
use weft_vm::types::int;
use weft_vm::types::tuple::Tuple;
use weft_vm::{Raised, Res, Thread, VRef, Value};

mod c {
    unsafe extern "C" {
        pub fn erf(x: f64) -> f64;
        pub fn erfc(x: f64) -> f64;
        pub fn asinh(x: f64) -> f64;
        pub fn acosh(x: f64) -> f64;
        pub fn atanh(x: f64) -> f64;
        pub fn ldexp(x: f64, e: i32) -> f64;
    }
}

/// The error function.
pub fn erf(x: f64) -> f64 {
    // SAFETY: a pure function of the C library.
    unsafe { c::erf(x) }
}

/// The complementary error function.
pub fn erfc(x: f64) -> f64 {
    // SAFETY: a pure function of the C library.
    unsafe { c::erfc(x) }
}

/// The inverse hyperbolic sine.
pub fn asinh_of(x: f64) -> f64 {
    // SAFETY: a pure function of the C library.
    unsafe { c::asinh(x) }
}

/// "math domain error"
#[cold]
pub fn domain(t: &mut Thread) -> Raised {
    t.value_error("math domain error")
}

/// "math range error"
#[cold]
pub fn range(t: &mut Thread) -> Raised {
    t.overflow_error("math range error")
}

/// What was expected, and what came.
#[cold]
pub fn expected(t: &mut Thread, what: &str, x: f64) -> Raised {
    t.value_error(format!("expected {what}, got {}", weft_text::float::repr(x)))
}

/// A function without errors.
pub fn total(t: &mut Thread, a: Args<'_>, f: fn(f64) -> f64) -> Res {
    let x = t.arg_f64(a.get(0))?;
    Ok(t.float(f(x)))
}

/// A predicate.
pub fn is(t: &mut Thread, a: Args<'_>, f: fn(f64) -> bool) -> Res {
    let x = t.arg_f64(a.get(0))?;
    Ok(Value::bool(f(x)))
}

/// A function of two numbers without errors.
pub fn two(t: &mut Thread, a: Args<'_>, f: fn(f64, f64) -> f64) -> Res {
    let x = t.arg_f64(a.get(0))?;
    let y = t.arg_f64(a.get(1))?;
    Ok(t.float(f(x, y)))
}

/// Defined from -1 to 1.
pub fn unit(t: &mut Thread, a: Args<'_>, f: fn(f64) -> f64) -> Res {
    let x = t.arg_f64(a.get(0))?;
    if x.abs() > 1.0 {
        return Err(expected(t, "a number in range from -1 up to 1", x));
    }
    Ok(t.float(f(x)))
}

/// Defined for finite numbers.
pub fn finite(t: &mut Thread, a: Args<'_>, f: fn(f64) -> f64) -> Res {
    let x = t.arg_f64(a.get(0))?;
    if x.is_infinite() {
        return Err(expected(t, "a finite input", x));
    }
    Ok(t.float(f(x)))
}

/// May overflow.
pub fn growing(t: &mut Thread, a: Args<'_>, f: fn(f64) -> f64) -> Res {
    let x = t.arg_f64(a.get(0))?;
    let r = f(x);
    if r.is_infinite() && x.is_finite() {
        return Err(range(t));
    }
    Ok(t.float(r))
}

/// `acosh(x)`
pub fn acosh(t: &mut Thread, a: Args<'_>) -> Res {
    let x = t.arg_f64(a.get(0))?;
    if x < 1.0 {
        return Err(expected(t, "argument value not less than 1", x));
    }
    // SAFETY: a pure function of the C library.
    Ok(t.float(unsafe { c::acosh(x) }))
}

/// `atanh(x)`
pub fn atanh(t: &mut Thread, a: Args<'_>) -> Res {
    let x = t.arg_f64(a.get(0))?;
    if x.abs() >= 1.0 {
        return Err(expected(t, "a number between -1 and 1", x));
    }
    // SAFETY: a pure function of the C library.
    Ok(t.float(unsafe { c::atanh(x) }))
}

/// `sqrt(x)`
pub fn sqrt(t: &mut Thread, a: Args<'_>) -> Res {
    let x = t.arg_f64(a.get(0))?;
    if x < 0.0 {
        return Err(expected(t, "a nonnegative input", x));
    }
    Ok(t.float(x.sqrt()))
}

/// `log1p(x)`
pub fn log1p(t: &mut Thread, a: Args<'_>) -> Res {
    let x = t.arg_f64(a.get(0))?;
    if x <= -1.0 {
        return Err(expected(t, "argument value > -1", x));
    }
    // The C library's log1p may lose the sign of zero.
    Ok(t.float(if x == 0.0 { x } else { x.ln_1p() }))
}

/// A logarithm of a float, or of an int of any size: `log(m * 2**e) = log(m) + e * log(2)`.
pub fn log_value(t: &mut Thread, v: VRef<'_>, f: fn(f64) -> f64) -> Res<f64> {
    if int::is_int(v) {
        if let Some(i) = int::to_i64(v) {
            if i <= 0 {
                return Err(t.value_error("expected a positive input"));
            }
            return Ok(f(i as f64));
        }
        if int::is_negative(v) {
            return Err(t.value_error("expected a positive input"));
        }
        let big = int::to_big(v).unwrap_or(dashu_int::IBig::ZERO);
        if let Some(x) = weft_text::int::float::to_f64(&big) {
            return Ok(f(x));
        }
        let shift = weft_text::int::arith::bit_length(&big).saturating_sub(64);
        let top = weft_text::int::arith::shift_right(&big, shift);
        let top = weft_text::int::float::to_f64(&top).unwrap_or(f64::INFINITY);
        let (m, e) = split(top);
        return Ok(f(m) + f(2.0) * (e as f64 + shift as f64));
    }
    let x = t.arg_f64(v)?;
    if x <= 0.0 {
        return Err(expected(t, "a positive input", x));
    }
    Ok(f(x))
}

/// `log2(x)`, `log10(x)`
pub fn log_to(t: &mut Thread, v: VRef<'_>, f: fn(f64) -> f64) -> Res {
    let r = log_value(t, v, f)?;
    Ok(t.float(r))
}

/// `log(x, base)`
pub fn log(t: &mut Thread, a: Args<'_>) -> Res {
    let x = log_value(t, a.get(0), f64::ln)?;
    let Some(base) = a.opt(1) else { return Ok(t.float(x)) };
    let base = log_value(t, base, f64::ln)?;
    if base == 0.0 {
        return Err(t.zero_division_error("division by zero"));
    }
    Ok(t.float(x / base))
}

/// Mantissa in `[0.5, 1)` and exponent.
pub fn split(x: f64) -> (f64, i32) {
    if x == 0.0 || !x.is_finite() {
        return (x, 0);
    }
    let bits = x.to_bits();
    let exponent = (bits >> 52 & 0x7FF) as i32;
    if exponent == 0 {
        // Denormal: scale up first.
        let (m, e) = split(x * 2f64.powi(64));
        return (m, e - 64);
    }
    (f64::from_bits(bits & !(0x7FF << 52) | 1022 << 52), exponent - 1022)
}

/// `x * 2**e`, correctly rounded.
pub fn scale(x: f64, e: i32) -> f64 {
    // SAFETY: a pure function of the C library.
    unsafe { c::ldexp(x, e) }
}

/// `frexp(x)`
pub fn frexp(t: &mut Thread, a: Args<'_>) -> Res {
    let x = t.arg_f64(a.get(0))?;
    let (m, e) = split(x);
    Ok(Tuple::new(t, vec![t.float(m), t.int(e as i64)]))
}

/// `ldexp(x, i)`
pub fn ldexp(t: &mut Thread, a: Args<'_>) -> Res {
    let x = t.arg_f64(a.get(0))?;
    if !int::is_int(a.get(1)) {
        return Err(t.type_error("Expected an int as second argument to ldexp."));
    }
    let negative = int::is_negative(a.get(1));
    let e = int::to_i64(a.get(1)).unwrap_or(if negative { i64::MIN } else { i64::MAX });
    if x == 0.0 || !x.is_finite() {
        return Ok(t.float(x));
    }
    let r = scale(x, e.clamp(-100_000, 100_000) as i32);
    if r.is_infinite() {
        return Err(range(t));
    }
    Ok(t.float(r))
}

/// `modf(x)`
pub fn modf(t: &mut Thread, a: Args<'_>) -> Res {
    let x = t.arg_f64(a.get(0))?;
    let whole = x.trunc();
    let part = if x.is_infinite() { 0f64.copysign(x) } else { (x - whole).copysign(x) };
    Ok(Tuple::new(t, vec![t.float(part), t.float(whole)]))
}

/// `fma(x, y, z)`
pub fn fma(t: &mut Thread, a: Args<'_>) -> Res {
    let (x, y, z) = (t.arg_f64(a.get(0))?, t.arg_f64(a.get(1))?, t.arg_f64(a.get(2))?);
    let r = x.mul_add(y, z);
    if r.is_nan() && !x.is_nan() && !y.is_nan() && !z.is_nan() {
        return Err(t.value_error("invalid operation in fma"));
    }
    if r.is_infinite() && x.is_finite() && y.is_finite() && z.is_finite() {
        return Err(t.overflow_error("overflow in fma"));
    }
    Ok(t.float(r))
}

/// `fmod(x, y)`
pub fn fmod(t: &mut Thread, a: Args<'_>) -> Res {
    let (x, y) = (t.arg_f64(a.get(0))?, t.arg_f64(a.get(1))?);
    if y.is_infinite() && x.is_finite() {
        return Ok(t.float(x));
    }
    let r = x % y;
    if r.is_nan() && !x.is_nan() && !y.is_nan() {
        return Err(domain(t));
    }
    Ok(t.float(r))
}

/// `remainder(x, y)`: IEEE 754's.
pub fn remainder(t: &mut Thread, a: Args<'_>) -> Res {
    let (x, y) = (t.arg_f64(a.get(0))?, t.arg_f64(a.get(1))?);
    if x.is_nan() || y.is_nan() {
        return Ok(t.float(x + y));
    }
    if x.is_infinite() || y == 0.0 {
        return Err(domain(t));
    }
    if y.is_infinite() {
        return Ok(t.float(x));
    }
    let (ax, ay) = (x.abs(), y.abs());
    // m is x modulo y, c the way up to the next multiple; both are exact.
    let m = ax % ay;
    let c = ay - m;
    let r = if m < c {
        m
    } else if m > c {
        -c
    } else {
        // Halfway: to the even multiple.
        m - 2.0 * ((0.5 * (ax - m)) % ay)
    };
    Ok(t.float(1f64.copysign(x) * r))
}

/// `pow(x, y)`: C's, with Python's errors.
pub fn pow(t: &mut Thread, a: Args<'_>) -> Res {
    let (x, y) = (t.arg_f64(a.get(0))?, t.arg_f64(a.get(1))?);
    let r = x.powf(y);
    if x.is_finite() && y.is_finite() {
        if r.is_nan() {
            return Err(domain(t));
        }
        if r.is_infinite() {
            return Err(if x == 0.0 { domain(t) } else { range(t) });
        }
    }
    Ok(t.float(r))
}

/// `isclose(a, b)` (PEP 485)
pub fn isclose(t: &mut Thread, a: Args<'_>) -> Res {
    let (x, y) = (t.arg_f64(a.get(0))?, t.arg_f64(a.get(1))?);
    let relative = match a.opt(2) {
        Some(v) => t.arg_f64(v)?,
        None => 1e-9,
    };
    let absolute = match a.opt(3) {
        Some(v) => t.arg_f64(v)?,
        None => 0.0,
    };
    if relative < 0.0 || absolute < 0.0 {
        return Err(t.value_error("tolerances must be non-negative"));
    }
    if x == y {
        return Ok(Value::TRUE);
    }
    if x.is_infinite() || y.is_infinite() {
        return Ok(Value::FALSE);
    }
    let diff = (y - x).abs();
    Ok(Value::bool(diff <= (relative * y).abs() || diff <= (relative * x).abs() || diff <= absolute))
}

/// The value of the last bit.
pub fn ulp(x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    let x = x.abs();
    if x.is_infinite() {
        return x;
    }
    let up = x.next_up();
    if up.is_infinite() { x - x.next_down() } else { up - x }
}

/// `nextafter(x, y, steps)`
pub fn nextafter(t: &mut Thread, a: Args<'_>) -> Res {
    let (x, y) = (t.arg_f64(a.get(0))?, t.arg_f64(a.get(1))?);
    let steps = match a.opt_none(2) {
        None => 1,
        Some(n) => {
            let n = t.index(n)?;
            if int::is_negative(n.r()) {
                return Err(t.value_error("steps must be a non-negative integer"));
            }
            int::to_i64(n.r()).map_or(u64::MAX, |n| n as u64)
        }
    };
    if steps == 0 || x.is_nan() {
        return Ok(t.float(x));
    }
    if y.is_nan() || x == y {
        return Ok(t.float(y));
    }
    // Floats in order are integers in order: negative ones count down from zero.
    let place = |f: f64| {
        let bits = (f.to_bits() & !(1 << 63)) as i128;
        if f.is_sign_negative() { -bits } else { bits }
    };
    let (from, to) = (place(x), place(y));
    let at = if to > from { (from + steps as i128).min(to) } else { (from - steps as i128).max(to) };
    let r = if at == to {
        y
    } else {
        let magnitude = f64::from_bits(at.unsigned_abs() as u64);
        if at < 0 || at == 0 && x.is_sign_negative() { -magnitude } else { magnitude }
    };
    Ok(t.float(r))
}
