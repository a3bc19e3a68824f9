//! `abs`, `divmod`, `pow`, `round`, `sum`; numbers as text in other bases.

use crate::object::{Args, BinOp, ValueExt};
use crate::ops::iterate::{Consumer, Fed};
use crate::thread::Thread;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::Bytes;
use crate::types::str::text;
use crate::types::{fixed, float, int};
use crate::{Res, names};
use weft_strategy::{VRef, Value, Word};

pub fn abs(t: &mut Thread, a: Args<'_>) -> Res {
    match a.get(0).ty().slots().abs {
        Some(f) => f(t, a.get(0)),
        None => {
            let n = a.get(0).ty().name();
            Err(t.type_error(format!("bad operand type for abs(): '{n}'")))
        }
    }
}

pub fn divmod(t: &mut Thread, a: Args<'_>) -> Res {
    t.binary(BinOp::DivMod, a.get(0), a.get(1))
}

pub fn pow(t: &mut Thread, a: Args<'_>) -> Res {
    match a.opt_none(2) {
        Some(m) => t.power_mod(a.get(0), a.get(1), m),
        None => t.binary(BinOp::Pow, a.get(0), a.get(1)),
    }
}

pub fn round(t: &mut Thread, a: Args<'_>) -> Res {
    let digits = a.opt_none(1);
    let args: Vec<VRef<'_>> = digits.into_iter().collect();
    match t.call_special(a.get(0), names::__round__(), &args) {
        Some(r) => r,
        None => {
            let n = a.get(0).ty().name();
            Err(t.type_error(format!("type {n} doesn't define __round__ method")))
        }
    }
}

fn in_base(t: &mut Thread, v: VRef<'_>, base: u32) -> Res {
    let n = t.index(v)?;
    let digits = match int::to_i64(n.r()) {
        Some(i) => weft_text::int::text::radix_i64(i, base),
        None => match int::to_big(n.r()) {
            Some(b) => weft_text::int::text::radix(&b, base),
            None => String::new(),
        },
    };
    Ok(t.str(&digits))
}

pub fn bin(t: &mut Thread, a: Args<'_>) -> Res {
    in_base(t, a.get(0), 2)
}

pub fn oct(t: &mut Thread, a: Args<'_>) -> Res {
    in_base(t, a.get(0), 8)
}

pub fn hex(t: &mut Thread, a: Args<'_>) -> Res {
    in_base(t, a.get(0), 16)
}

/// Floats are added with the error of each addition kept (Neumaier 1974), as CPython does since 3.12.
struct Compensated {
    sum: f64,
    error: f64,
}

impl Compensated {
    fn add(&mut self, x: f64) {
        let total = self.sum + x;
        self.error += if self.sum.abs() >= x.abs() { (self.sum - total) + x } else { (x - total) + self.sum };
        self.sum = total
    }

    fn value(&self) -> f64 {
        if self.error != 0.0 && self.error.is_finite() { self.sum + self.error } else { self.sum }
    }
}

/// The float of a float object, subclasses not counted.
fn exact_float(v: VRef<'_>) -> Option<f64> {
    if v.word().is_float() || v.has_shape(fixed::FLOAT) { float::float(v) } else { None }
}

/// An int that is no bool and no instance of a subclass, if it fits.
fn exact_int(v: VRef<'_>) -> Option<i64> {
    if v.word().is_int() || v.has_shape(fixed::INT) { int::to_i64(v) } else { None }
}

/// Adds up ints, until something else comes.
struct Ints {
    sum: i64,
    other: Option<Value>,
}

impl Consumer for Ints {
    fn fast(&mut self, _t: &Thread, v: Value) -> Fed {
        let sum = if v.word().is_int() { self.sum.checked_add(v.word().as_int()) } else { None };
        match sum {
            Some(n) => {
                self.sum = n;
                Fed::More
            }
            None => Fed::Back(v),
        }
    }
    fn slow(&mut self, t: &mut Thread, v: Value) -> Res<bool> {
        if let Fed::Back(v) = self.fast(t, v) {
            self.other = Some(v);
            return Ok(false);
        }
        Ok(true)
    }
}

pub fn sum(t: &mut Thread, a: Args<'_>) -> Res {
    let it = t.iter(a.get(0))?;
    let mut total = match a.opt(1) {
        None => t.int(0),
        Some(s) => {
            let hint = if text(s).is_some() {
                Some("strings [use ''.join(seq) instead]")
            } else if s.cast::<Bytes>().is_some() {
                Some("bytes [use b''.join(seq) instead]")
            } else if s.cast::<ByteArray>().is_some() {
                Some("bytearray [use b''.join(seq) instead]")
            } else {
                None
            };
            if let Some(h) = hint {
                return Err(t.type_error(format!("sum() can't sum {h}")));
            }
            s.to_value()
        }
    };
    // Machine ints while they last, from a generator without suspending it.
    if it.r().has_shape(fixed::GENERATOR)
        && let Some(n) = exact_int(total.r())
    {
        let mut ints = Ints { sum: n, other: None };
        t.drive(it.r(), &mut ints)?;
        total = t.int(ints.sum);
        match ints.other {
            None => return Ok(total),
            Some(x) => total = t.binary(BinOp::Add, total.r(), x.r())?,
        }
    }
    // Machine ints while they last.
    if let Some(mut n) = exact_int(total.r()) {
        let other = loop {
            let Some(x) = t.next(it.r())? else { return Ok(t.int(n)) };
            let i = exact_int(x.r()).or_else(|| if is_bool(&x) { int::to_i64(x.r()) } else { None });
            match i.and_then(|i| n.checked_add(i)) {
                Some(sum) => n = sum,
                None => break x,
            }
        };
        let so_far = t.int(n);
        total = t.binary(BinOp::Add, so_far.r(), other.r())?
    }
    if let Some(f) = exact_float(total.r()) {
        let mut c = Compensated { sum: f, error: 0.0 };
        loop {
            let Some(x) = t.next(it.r())? else { return Ok(t.float(c.value())) };
            if let Some(f) = exact_float(x.r()) {
                c.add(f)
            } else if let Some(i) = exact_int(x.r()) {
                c.add(i as f64)
            } else {
                let so_far = t.float(c.value());
                total = t.binary(BinOp::Add, so_far.r(), x.r())?;
                break;
            }
        }
    }
    while let Some(x) = t.next(it.r())? {
        total = t.binary(BinOp::Add, total.r(), x.r())?
    }
    Ok(total)
}

fn is_bool(v: &Value) -> bool {
    v.word() == Word::TRUE || v.word() == Word::FALSE
}
