//! Sums that lose nothing to rounding: fsum, sumprod, hypot, dist; and prod.

use super::functions::{scale, split};
use weft_vm::object::{Args, BinOp, ValueExt};
use weft_vm::types::float::float;
use weft_vm::types::tuple::Tuple;
use weft_vm::{Raised, Res, Thread, VRef, Value};

/// A sum as non-overlapping parts of increasing size (Shewchuk 1997).
#[derive(Default)]
struct Exact {
    parts: Vec<f64>,
}

impl Exact {
    /// Adds; false when the sum overflows.
    fn add(&mut self, mut x: f64) -> bool {
        let mut kept = 0;
        for j in 0..self.parts.len() {
            let mut y = self.parts[j];
            if x.abs() < y.abs() {
                std::mem::swap(&mut x, &mut y)
            }
            let hi = x + y;
            let lo = y - (hi - x);
            if lo != 0.0 {
                self.parts[kept] = lo;
                kept += 1
            }
            x = hi
        }
        self.parts.truncate(kept);
        if !x.is_finite() {
            return false;
        }
        if x != 0.0 {
            self.parts.push(x)
        }
        true
    }

    /// The sum, rounded once, half to even.
    fn round(&self) -> f64 {
        let p = &self.parts;
        let Some((last, rest)) = p.split_last() else { return 0.0 };
        let (mut hi, mut lo) = (*last, 0.0);
        let mut n = rest.len();
        while n > 0 {
            n -= 1;
            let (x, y) = (hi, p[n]);
            hi = x + y;
            lo = y - (hi - x);
            if lo != 0.0 {
                break;
            }
        }
        // Halfway cases are decided by the sign of what follows.
        if n > 0 && (lo < 0.0 && p[n - 1] < 0.0 || lo > 0.0 && p[n - 1] > 0.0) {
            let y = lo * 2.0;
            let x = hi + y;
            if y == x - hi {
                hi = x
            }
        }
        hi
    }
}

/// `fsum(seq)`
pub fn fsum(t: &mut Thread, a: Args<'_>) -> Res {
    let mut sum = Exact::default();
    let (mut special, mut infinities) = (0.0, 0.0);
    let mut overflow = false;
    t.for_each(a.get(0), |t, v| {
        let x = t.arg_f64(v.r())?;
        if !x.is_finite() {
            if x.is_infinite() {
                infinities += x
            }
            special += x;
            return Ok(());
        }
        if !sum.add(x) {
            overflow = true;
            return Err(t.overflow_error("intermediate overflow in fsum"));
        }
        Ok(())
    })?;
    if special != 0.0 {
        if infinities.is_nan() {
            return Err(t.value_error("-inf + inf in fsum"));
        }
        return Ok(t.float(special));
    }
    Ok(t.float(sum.round()))
}

/// The length of a vector: scaled by a power of two, squares summed without loss, the root corrected once.
fn norm(v: &[f64]) -> f64 {
    let max = v.iter().fold(0.0, |m: f64, x| if x.is_nan() { m } else { m.max(x.abs()) });
    if max.is_infinite() {
        return max;
    }
    if v.iter().any(|x| x.is_nan()) {
        return f64::NAN;
    }
    if max == 0.0 || v.len() < 2 {
        return max;
    }
    let (_, e) = split(max);
    let mut sum = Exact::default();
    for x in v {
        let x = scale(*x, -e);
        let square = x * x;
        sum.add(square);
        sum.add(x.mul_add(x, -square));
    }
    let h = sum.round().sqrt();
    let square = h * h;
    sum.add(-square);
    sum.add(-h.mul_add(h, -square));
    scale(h + sum.round() / (2.0 * h), e)
}

/// `hypot(*coordinates)`
pub fn hypot(t: &mut Thread, a: Args<'_>) -> Res {
    let mut v = Vec::with_capacity(a.rest().len());
    for x in a.rest() {
        v.push(t.arg_f64(*x)?)
    }
    Ok(t.float(norm(&v)))
}

/// `dist(p, q)`
pub fn dist(t: &mut Thread, a: Args<'_>) -> Res {
    let p = point(t, a.get(0))?;
    let q = point(t, a.get(1))?;
    if p.len() != q.len() {
        return Err(t.value_error("both points must have the same number of dimensions"));
    }
    let d: Vec<f64> = p.iter().zip(&q).map(|(x, y)| (x - y).abs()).collect();
    Ok(t.float(norm(&d)))
}

fn point(t: &mut Thread, v: VRef<'_>) -> Res<Vec<f64>> {
    let items = match v.cast::<Tuple>() {
        Some(tu) => tu.iter().map(|v| v.to_value()).collect(),
        None => t.collect(v)?,
    };
    let mut out = Vec::with_capacity(items.len());
    for x in &items {
        out.push(t.arg_f64(x.r())?)
    }
    Ok(out)
}

/// `sumprod(p, q)`
pub fn sumprod(t: &mut Thread, a: Args<'_>) -> Res {
    let p = t.iter(a.get(0))?;
    let q = t.iter(a.get(1))?;
    let mut total = t.int(0);
    // Floats (and ints among them) are summed exactly as long as they stay finite.
    let mut exact: Option<Exact> = None;
    loop {
        let (x, y) = (t.next(p.r())?, t.next(q.r())?);
        let (x, y) = match (x, y) {
            (Some(x), Some(y)) => (x, y),
            (None, None) => break,
            _ => return Err(t.value_error("Inputs are not the same length")),
        };
        if let Some((fx, fy)) = float_pair(&x, &y, exact.is_some()) {
            let product = fx * fy;
            let mut sum = exact.take().unwrap_or_default();
            if product.is_finite() && sum.add(product) && sum.add(fx.mul_add(fy, -product)) {
                exact = Some(sum);
                continue;
            }
            // Out of range: what was summed so far goes on as an ordinary float.
            let so_far = t.float(sum.round());
            total = t.binary(BinOp::Add, total.r(), so_far.r())?;
        } else if let Some(sum) = exact.take() {
            let so_far = t.float(sum.round());
            total = t.binary(BinOp::Add, total.r(), so_far.r())?;
        }
        let product = t.binary(BinOp::Mul, x.r(), y.r())?;
        total = t.binary(BinOp::Add, total.r(), product.r())?;
    }
    if let Some(sum) = exact {
        let so_far = t.float(sum.round());
        total = t.binary(BinOp::Add, total.r(), so_far.r())?;
    }
    Ok(total)
}

/// Two numbers that multiply as floats: one is a float, or both are ints among floats.
fn float_pair(x: &Value, y: &Value, among_floats: bool) -> Option<(f64, f64)> {
    let exact_float = |v: &Value| {
        let plain = v.word().is_float() || v.r().has_shape(weft_vm::types::fixed::FLOAT);
        if plain { float(v.r()) } else { None }
    };
    let small = |v: &Value| {
        let w = v.word();
        if w.is_int() && w.as_int().unsigned_abs() < 1 << 53 { Some(w.as_int() as f64) } else { None }
    };
    match (exact_float(x), exact_float(y)) {
        (Some(a), Some(b)) => Some((a, b)),
        (Some(a), None) => Some((a, small(y)?)),
        (None, Some(b)) => Some((small(x)?, b)),
        (None, None) if among_floats => Some((small(x)?, small(y)?)),
        _ => None,
    }
}

/// `prod(iterable, start=1)`
pub fn prod(t: &mut Thread, a: Args<'_>) -> Res {
    let mut total = match a.opt(1) {
        Some(v) => v.to_value(),
        None => t.int(1),
    };
    t.for_each(a.get(0), |t, x| {
        let r: Result<Value, Raised> = t.binary(BinOp::Mul, total.r(), x.r());
        total = r?;
        Ok(())
    })?;
    Ok(total)
}
