//! `cmath`: functions of complex numbers. The values are the C library's (C99, Annex G); the errors are Python's.

use std::f64::consts;
use weft_vm::object::{Args, ModuleSpec, ValueExt};
use weft_vm::types::complex::Complex;
use weft_vm::types::tuple::Tuple;
use weft_vm::{Raised, Res, Thread, VRef, Value, methods, names};

/// A C `double complex`: passed and returned like a struct of two doubles.
#[repr(C)]
#[derive(Clone, Copy)]
struct C {
    re: f64,
    im: f64,
}

mod c {
    use super::C;
    unsafe extern "C" {
        pub fn cacos(z: C) -> C;
        pub fn cacosh(z: C) -> C;
        pub fn casin(z: C) -> C;
        pub fn casinh(z: C) -> C;
        pub fn catan(z: C) -> C;
        pub fn catanh(z: C) -> C;
        pub fn ccos(z: C) -> C;
        pub fn ccosh(z: C) -> C;
        pub fn cexp(z: C) -> C;
        pub fn clog(z: C) -> C;
        pub fn csin(z: C) -> C;
        pub fn csinh(z: C) -> C;
        pub fn csqrt(z: C) -> C;
        pub fn ctan(z: C) -> C;
        pub fn ctanh(z: C) -> C;
    }
}

/// The module.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "cmath",
    doc: "Mathematical functions of complex numbers.",
    functions: methods! {
        "acos(z, /)" => |t, a| apply(t, a, c::cacos, never), "Return the arc cosine of z.";
        "acosh(z, /)" => |t, a| apply(t, a, c::cacosh, never), "Return the inverse hyperbolic cosine of z.";
        "asin(z, /)" => |t, a| apply(t, a, c::casin, never), "Return the arc sine of z.";
        "asinh(z, /)" => |t, a| apply(t, a, c::casinh, never), "Return the inverse hyperbolic sine of z.";
        "atan(z, /)" => |t, a| apply(t, a, c::catan, |z| z.re == 0.0 && z.im.abs() == 1.0), "Return the arc tangent of z.";
        "atanh(z, /)" => |t, a| apply(t, a, c::catanh, |z| z.im == 0.0 && z.re.abs() == 1.0), "Return the inverse hyperbolic tangent of z.";
        "cos(z, /)" => |t, a| apply(t, a, c::ccos, |z| z.re.is_infinite() && !z.im.is_nan()), "Return the cosine of z.";
        "cosh(z, /)" => |t, a| apply(t, a, c::ccosh, |z| z.im.is_infinite() && !z.re.is_nan()), "Return the hyperbolic cosine of z.";
        "exp(z, /)" => |t, a| apply(t, a, c::cexp, |z| z.im.is_infinite() && (z.re.is_finite() || z.re == f64::INFINITY)), "Return the exponential value e**z.";
        "isclose(a, b, *, rel_tol=1e-09, abs_tol=0.0)" => isclose, "Whether two complex numbers differ by at most rel_tol times the larger magnitude, or by at most abs_tol.\n\nInfinities are close to themselves only, NaN to nothing.";
        "isfinite(z, /)" => |t, a| number(t, a.get(0)).map(|z| Value::bool(z.re.is_finite() && z.im.is_finite())), "Return True if both the real and imaginary parts of z are finite, else False.";
        "isinf(z, /)" => |t, a| number(t, a.get(0)).map(|z| Value::bool(z.re.is_infinite() || z.im.is_infinite())), "Checks if the real or imaginary part of z is infinite.";
        "isnan(z, /)" => |t, a| number(t, a.get(0)).map(|z| Value::bool(z.re.is_nan() || z.im.is_nan())), "Checks if the real or imaginary part of z not a number (NaN).";
        "log(z, base=<unrepresentable>, /)" => log, "log(z[, base]) -> the logarithm of z to the given base.\n\nIf the base is not specified, returns the natural logarithm (base e) of z.";
        "log10(z, /)" => |t, a| {
            let z = number(t, a.get(0))?;
            let r = ln(t, z)?;
            Ok(t.complex(r.re / consts::LN_10, r.im / consts::LN_10))
        }, "Return the base-10 logarithm of z.";
        "phase(z, /)" => |t, a| number(t, a.get(0)).map(|z| t.float(z.im.atan2(z.re))), "Return argument, also known as the phase angle, of a complex.";
        "polar(z, /)" => polar, "Convert a complex from rectangular coordinates to polar coordinates.\n\nr is the distance from 0 and phi the phase angle.";
        "rect(r, phi, /)" => rect, "Convert from polar coordinates to rectangular coordinates.";
        "sin(z, /)" => |t, a| apply(t, a, c::csin, |z| z.re.is_infinite() && !z.im.is_nan()), "Return the sine of z.";
        "sinh(z, /)" => |t, a| apply(t, a, c::csinh, |z| z.im.is_infinite() && !z.re.is_nan()), "Return the hyperbolic sine of z.";
        "sqrt(z, /)" => |t, a| apply(t, a, c::csqrt, never), "Return the square root of z.";
        "tan(z, /)" => |t, a| apply(t, a, c::ctan, |z| z.re.is_infinite() && z.im.is_finite()), "Return the tangent of z.";
        "tanh(z, /)" => |t, a| apply(t, a, c::ctanh, |z| z.im.is_infinite() && z.re.is_finite()), "Return the hyperbolic tangent of z.";
    },
    init: Some(init),
};

fn init(t: &mut Thread, m: VRef<'_>) -> Result<(), Raised> {
    for (name, v) in [
        ("pi", consts::PI),
        ("e", consts::E),
        ("tau", consts::TAU),
        ("inf", f64::INFINITY),
        ("nan", f64::NAN),
    ] {
        t.module_set(m, name, t.float(v))
    }
    t.module_set(m, "infj", t.complex(0.0, f64::INFINITY));
    t.module_set(m, "nanj", t.complex(0.0, f64::NAN));
    Ok(())
}

fn never(_: C) -> bool {
    false
}

/// The complex number of an argument: complex, `__complex__`, or a real number.
fn number(t: &mut Thread, v: VRef<'_>) -> Res<C> {
    if let Some(z) = v.cast::<Complex>() {
        return Ok(C { re: z.re, im: z.im });
    }
    if let Some(r) = t.call_special(v, names::__complex__(), &[]) {
        let r = r?;
        return match r.cast::<Complex>() {
            Some(z) => Ok(C { re: z.re, im: z.im }),
            None => {
                let n = r.r().ty().name();
                Err(t.type_error(format!("__complex__ returned non-complex (type {n})")))
            }
        };
    }
    Ok(C { re: t.arg_f64(v)?, im: 0.0 })
}

fn domain(t: &mut Thread) -> Raised {
    t.value_error("math domain error")
}

/// Applies a function; `outside` says where it is not defined. Finite numbers whose value is not finite overflow.
fn apply(t: &mut Thread, a: Args<'_>, f: unsafe extern "C" fn(C) -> C, outside: fn(C) -> bool) -> Res {
    let z = number(t, a.get(0))?;
    if outside(z) {
        return Err(domain(t));
    }
    // SAFETY: a pure function of the C library.
    let r = unsafe { f(z) };
    let finite = |z: C| z.re.is_finite() && z.im.is_finite();
    if finite(z) && !finite(r) {
        return Err(t.overflow_error("math range error"));
    }
    Ok(t.complex(r.re, r.im))
}

fn ln(t: &mut Thread, z: C) -> Res<C> {
    if z.re == 0.0 && z.im == 0.0 {
        return Err(domain(t));
    }
    // SAFETY: a pure function of the C library.
    Ok(unsafe { c::clog(z) })
}

fn log(t: &mut Thread, a: Args<'_>) -> Res {
    let z = number(t, a.get(0))?;
    let x = ln(t, z)?;
    let Some(base) = a.opt(1) else { return Ok(t.complex(x.re, x.im)) };
    let base = number(t, base)?;
    let y = ln(t, base)?;
    let (x, y) = (t.complex(x.re, x.im), t.complex(y.re, y.im));
    t.binary(weft_vm::object::BinOp::TrueDiv, x.r(), y.r())
}

fn polar(t: &mut Thread, a: Args<'_>) -> Res {
    let z = number(t, a.get(0))?;
    let r = z.re.hypot(z.im);
    if r.is_infinite() && z.re.is_finite() && z.im.is_finite() {
        return Err(t.overflow_error("math range error"));
    }
    Ok(Tuple::new(t, vec![t.float(r), t.float(z.im.atan2(z.re))]))
}

fn rect(t: &mut Thread, a: Args<'_>) -> Res {
    let (r, phi) = (t.arg_f64(a.get(0))?, t.arg_f64(a.get(1))?);
    if phi.is_infinite() && r != 0.0 && !r.is_nan() {
        return Err(domain(t));
    }
    if phi == 0.0 {
        // So that an infinite r gives no NaN.
        return Ok(t.complex(r, r * phi));
    }
    if r.is_infinite() && phi.is_finite() {
        let (s, c) = phi.sin_cos();
        let inf = f64::INFINITY * 1f64.copysign(r);
        return Ok(t.complex(inf.copysign(c * r.signum()), inf.copysign(s * r.signum())));
    }
    let (s, c) = phi.sin_cos();
    Ok(t.complex(r * c, r * s))
}

fn isclose(t: &mut Thread, a: Args<'_>) -> Res {
    let (x, y) = (number(t, a.get(0))?, number(t, a.get(1))?);
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
    if x.re == y.re && x.im == y.im {
        return Ok(Value::TRUE);
    }
    if [x.re, x.im, y.re, y.im].iter().any(|p| p.is_infinite()) {
        return Ok(Value::FALSE);
    }
    let diff = (x.re - y.re).hypot(x.im - y.im);
    let (p, q) = (x.re.hypot(x.im), y.re.hypot(y.im));
    Ok(Value::bool(diff <= relative * q || diff <= relative * p || diff <= absolute))
}
