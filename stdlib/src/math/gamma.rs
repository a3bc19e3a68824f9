//! Gamma and its logarithm: Lanczos' approximation with g = 6.0246… and 13 terms (the parameters CPython and Boost use), with a
//! compensation for the rounding of `x + g - 1/2`, so that results equal CPython's.

use super::functions::{expected, range};
use std::f64::consts::PI;
use weft_vm::object::Args;
use weft_vm::{Res, Thread};

const G: f64 = 6.024680040776729583740234375;
const G_MINUS_HALF: f64 = 5.524680040776729583740234375;

const NUMERATOR: [f64; 13] = [
    23531376880.410759688572007674451636754734846804940,
    42919803642.649098768957899047001988850926355848959,
    35711959237.355668049440185451547166705960488635843,
    17921034426.037209699919755754458931112671403265390,
    6039542586.3520280050642916443072979210699388420708,
    1439720407.3117216736632230727949123939715485786372,
    248874557.86205415651146038641322942321632125127801,
    31426415.585400194380614231628318205362874684987640,
    2876370.6289353724412254090516208496135991145378768,
    186056.26539522349504029498971604569928220784236328,
    8071.6720023658162106380029022722506138218516325024,
    210.82427775157934587250973392071336271166969580291,
    2.5066282746310002701649081771338373386264310793408,
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
