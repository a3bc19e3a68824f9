//! Times as Python gives them to native code: seconds as int or float, turned into nanoseconds.

use std::time::{Duration, Instant};
use weft_vm::object::ValueExt;
use weft_vm::{Res, Thread, VRef};

/// How a fraction of a nanosecond is rounded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Round {
    /// Towards minus infinity.
    Floor,
    /// Away from zero: a timeout is never shorter than asked for.
    Timeout,
    /// To the nearest, ties to even.
    HalfEven,
}

/// Rounds a number of units.
pub fn round(x: f64, how: Round) -> f64 {
    match how {
        Round::Floor => x.floor(),
        Round::Timeout => {
            if x >= 0.0 {
                x.ceil()
            } else {
                x.floor()
            }
        }
        Round::HalfEven => x.round_ties_even(),
    }
}

const NANOS: f64 = 1e9;

/// Seconds as nanoseconds; TypeError, OverflowError, ValueError for NaN.
pub fn nanoseconds(t: &mut Thread, v: VRef<'_>, how: Round) -> Res<i64> {
    if is_float(v) {
        let x = t.arg_f64(v)?;
        if x.is_nan() {
            return Err(t.value_error("Invalid value NaN (not a number)"));
        }
        let ns = round(x * NANOS, how);
        // 2^63 is exact as a float; anything at or above it does not fit.
        if !(-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&ns) {
            return Err(out_of_range(t));
        }
        return Ok(ns as i64);
    }
    if v.ty().slots().index.is_none() {
        let n = v.ty().name();
        return Err(t.type_error(format!("'{n}' object cannot be interpreted as an integer or float")));
    }
    let i = t.index(v)?;
    match weft_vm::types::int::to_i64(i.r()).and_then(|s| s.checked_mul(1_000_000_000)) {
        Some(ns) => Ok(ns),
        None => Err(out_of_range(t)),
    }
}

fn is_float(v: VRef<'_>) -> bool {
    v.word().is_float() || v.ty().is_subtype(weft_vm::object::shape(weft_vm::types::fixed::FLOAT).ty())
}

fn out_of_range(t: &mut Thread) -> weft_vm::Raised {
    t.overflow_error("timestamp out of range for C PyTime_t")
}

/// The moment `ns` nanoseconds from now; `None` when it is beyond what the clock can say, that is: never.
pub fn deadline(ns: i64) -> Option<Instant> {
    Instant::now().checked_add(Duration::from_nanos(ns.max(0) as u64))
}
