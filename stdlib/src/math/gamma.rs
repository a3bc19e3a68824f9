//! Gamma and its logarithm: Lanczos' approximation with g = 6.0246… and 13 terms (the parameters CPython and Boost use), with a
//! compensation for the rounding of `x + g - 1/2`, so that results equal CPython's.

use super::functions::{expected, range};
use std::f64::consts::PI;
use weft_vm::object::Args;
use weft_vm::{Res, Thread};

const G: f64 = 6.024_680_040_776_73;
const G_MINUS_HALF: f64 = 5.524_680_040_776_73;

const NUMERATOR: [f64; 13] = [
    23_531_376_880.410_76,
    42_919_803_642.649_1,
    35_711_959_237.355_67,
    17_921_034_426.037_21,
    6_039_542_586.352_028,
    1_439_720_407.311_721_6,
    248_874_557.862_054_17,
    31_426_415.585_400_194,
    2_876_370.628_935_372_5,
    186_056.265_395_223_48,
    8_071.672_002_365_816,
    210.824_277_751_579_36,
    2.506_628_274_631_000_2,
];

const DENOMINATOR: [f64; 13] = [
    0.0,
    39916800.0,
    120543840.0,
    150917976.0,
    105258076.0,
    45995730.0,
    13339535.0,
    2637558.0,
    357423.0,
    32670.0,
    1925.0,
    66.0,
    1.0,
];

/// The rational part of the approximation, for positive x.
fn lanczos(x: f64) -> f64 {
    let (mut num, mut den) = (0.0, 0.0);
    if x < 5.0 {
        for i in (0..13).rev() {
            num = num * x + NUMERATOR[i];
            den = den * x + DENOMINATOR[i]
        }
    } else {
        // In powers of 1/x, against overflow.
        for i in 0..13 {
            num = num / x + NUMERATOR[i];
            den = den / x + DENOMINATOR[i]
        }
    }
    num / den
}

/// sin(πx), accurate near integers.
fn sin_pi(x: f64) -> f64 {
    let y = x.abs() % 2.0;
    let r = match (2.0 * y).round() as i32 {
        0 => (PI * y).sin(),
        1 => (PI * (y - 0.5)).cos(),
        2 => (PI * (1.0 - y)).sin(),
        3 => -(PI * (y - 1.5)).cos(),
        _ => (PI * (y - 2.0)).sin(),
    };
    1f64.copysign(x) * r
}

/// `gamma(x)`
pub fn gamma(t: &mut Thread, a: Args<'_>) -> Res {
    let x = t.arg_f64(a.get(0))?;
    if x.is_nan() || x == f64::INFINITY {
        return Ok(t.float(x));
    }
    if x == f64::NEG_INFINITY || x == 0.0 || x < 0.0 && x == x.floor() {
        return Err(expected(t, "a noninteger or positive integer", x));
    }
    let r = gamma_of(x);
    if r.is_infinite() {
        return Err(range(t));
    }
    Ok(t.float(r))
}

fn gamma_of(x: f64) -> f64 {
    if x == x.floor() && x <= 23.0 {
        // Exact factorials.
        return (1..x as u64).fold(1.0, |f, i| f * i as f64);
    }
    let ax = x.abs();
    if ax < 1e-20 {
        return 1.0 / x;
    }
    if ax > 200.0 {
        return if x < 0.0 { 0.0 / sin_pi(x) } else { f64::INFINITY };
    }
    let y = ax + G_MINUS_HALF;
    // z: the rounding error of y.
    let z = if ax > G_MINUS_HALF { (y - ax) - G_MINUS_HALF } else { (y - G_MINUS_HALF) - ax };
    let z = z * G / y;
    if x < 0.0 {
        let mut r = -PI / sin_pi(ax) / ax * y.exp() / lanczos(ax);
        r -= z * r;
        if ax < 140.0 {
            r / y.powf(ax - 0.5)
        } else {
            let root = y.powf(ax / 2.0 - 0.25);
            r / root / root
        }
    } else {
        let mut r = lanczos(ax) / y.exp();
        r += z * r;
        if ax < 140.0 {
            r * y.powf(ax - 0.5)
        } else {
            let root = y.powf(ax / 2.0 - 0.25);
            r * root * root
        }
    }
}

/// `lgamma(x)`
pub fn lgamma(t: &mut Thread, a: Args<'_>) -> Res {
    let x = t.arg_f64(a.get(0))?;
    if x.is_nan() {
        return Ok(t.float(x));
    }
    if x.is_infinite() {
        return Ok(t.float(f64::INFINITY));
    }
    if x == x.floor() && x <= 2.0 {
        if x <= 0.0 {
            return Err(expected(t, "a noninteger or positive integer", x));
        }
        return Ok(t.float(0.0));
    }
    let ax = x.abs();
    if ax < 1e-20 {
        return Ok(t.float(-ax.ln()));
    }
    let mut r = lanczos(ax).ln() - G;
    r += (ax - 0.5) * ((ax + G - 0.5).ln() - 1.0);
    if x < 0.0 {
        // Reflection.
        const LN_PI: f64 = 1.144729885849400174143427351353058711647;
        r = LN_PI - sin_pi(ax).abs().ln() - ax.ln() - r
    }
    if r.is_infinite() {
        return Err(range(t));
    }
    Ok(t.float(r))
}
