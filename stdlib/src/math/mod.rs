//! `math`: functions of floats, and number theory on ints.
//!
//! | file | functions |
//! |---|---|
//! | `functions.rs` | the one- and two-argument functions of floats, with their domain errors |
//! | `gamma.rs` | gamma and lgamma by Lanczos' approximation |
//! | `sums.rs` | fsum, sumprod, hypot, dist, prod |
//! | `integers.rs` | gcd, lcm, factorial, comb, perm, isqrt, floor, ceil, trunc |

mod functions;
mod gamma;
mod integers;
mod sums;

use weft_vm::object::ModuleSpec;
use weft_vm::{Raised, Thread, VRef, methods};

/// The module.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "math",
    doc: "This module provides access to the mathematical functions\ndefined by the C standard.",
    functions: FUNCTIONS,
    init: Some(init),
};

fn init(t: &mut Thread, m: VRef<'_>) -> Result<(), Raised> {
    use std::f64::consts;
    for (name, v) in [
        ("pi", consts::PI),
        ("e", consts::E),
        ("tau", consts::TAU),
        ("inf", f64::INFINITY),
        ("nan", f64::NAN),
    ] {
        t.module_set(m, name, t.float(v))
    }
    Ok(())
}

use functions as f;
use integers as i;
use sums as s;

static FUNCTIONS: &[weft_vm::object::MethodDef] = methods! {
    "acos(x, /)" => |t, a| f::unit(t, a, f64::acos), "Return the arc cosine (measured in radians) of x.\n\nThe result is between 0 and pi.";
    "acosh(x, /)" => f::acosh, "Return the inverse hyperbolic cosine of x.";
    "asin(x, /)" => |t, a| f::unit(t, a, f64::asin), "Return the arc sine (measured in radians) of x.\n\nThe result is between -pi/2 and pi/2.";
    "asinh(x, /)" => |t, a| f::total(t, a, f::asinh_of), "Return the inverse hyperbolic sine of x.";
    "atan(x, /)" => |t, a| f::total(t, a, f64::atan), "Return the arc tangent (measured in radians) of x.\n\nThe result is between -pi/2 and pi/2.";
    "atan2(y, x, /)" => |t, a| f::two(t, a, f64::atan2), "Return the arc tangent (measured in radians) of y/x.\n\nUnlike atan(y/x), the signs of both x and y are considered.";
    "atanh(x, /)" => f::atanh, "Return the inverse hyperbolic tangent of x.";
    "cbrt(x, /)" => |t, a| f::total(t, a, f64::cbrt), "Return the cube root of x.";
    "ceil(x, /)" => i::ceil, "Return the ceiling of x as an Integral.\n\nThis is the smallest integer >= x.";
    "copysign(x, y, /)" => |t, a| f::two(t, a, f64::copysign), "Return a float with the magnitude (absolute value) of x but the sign of y.\n\nOn platforms that support signed zeros, copysign(1.0, -0.0)\nreturns -1.0.\n";
    "cos(x, /)" => |t, a| f::finite(t, a, f64::cos), "Return the cosine of x (measured in radians).";
    "cosh(x, /)" => |t, a| f::growing(t, a, f64::cosh), "Return the hyperbolic cosine of x.";
    "degrees(x, /)" => |t, a| f::total(t, a, |x| x * (180.0 / std::f64::consts::PI)), "Convert angle x from radians to degrees.";
    "dist(p, q, /)" => s::dist, "Return the Euclidean distance between two points p and q.\n\nThe points should be specified as sequences (or iterables) of\ncoordinates.  Both inputs must have the same dimension.\n\nRoughly equivalent to:\n    sqrt(sum((px - qx) ** 2.0 for px, qx in zip(p, q)))";
    "erf(x, /)" => |t, a| f::total(t, a, f::erf), "Error function at x.";
    "erfc(x, /)" => |t, a| f::total(t, a, f::erfc), "Complementary error function at x.";
    "exp(x, /)" => |t, a| f::growing(t, a, f64::exp), "Return e raised to the power of x.";
    "exp2(x, /)" => |t, a| f::growing(t, a, f64::exp2), "Return 2 raised to the power of x.";
    "expm1(x, /)" => |t, a| f::growing(t, a, f64::exp_m1), "Return exp(x)-1.\n\nThis function avoids the loss of precision involved in the direct evaluation of exp(x)-1 for small x.";
    "fabs(x, /)" => |t, a| f::total(t, a, f64::abs), "Return the absolute value of the float x.";
    "factorial(n, /)" => i::factorial, "Find n!.";
    "floor(x, /)" => i::floor, "Return the floor of x as an Integral.\n\nThis is the largest integer <= x.";
    "fma(x, y, z, /)" => f::fma, "Fused multiply-add operation.\n\nCompute (x * y) + z with a single round.";
    "fmod(x, y, /)" => f::fmod, "Return fmod(x, y), according to platform C.\n\nx % y may differ.";
    "frexp(x, /)" => f::frexp, "Return the mantissa and exponent of x, as pair (m, e).\n\nm is a float and e is an int, such that x = m * 2.**e.\nIf x is 0, m and e are both 0.  Else 0.5 <= abs(m) < 1.0.";
    "fsum(seq, /)" => s::fsum, "Return an accurate floating-point sum of values in the iterable seq.\n\nAssumes IEEE-754 floating-point arithmetic.";
    "gamma(x, /)" => gamma::gamma, "Gamma function at x.";
    "gcd(*integers)" => i::gcd, "Greatest Common Divisor.";
    "hypot(*coordinates)" => s::hypot, "Multidimensional Euclidean distance from the origin to a point.\n\nRoughly equivalent to:\n    sqrt(sum(x**2 for x in coordinates))\n\nFor a two dimensional point (x, y), gives the hypotenuse\nusing the Pythagorean theorem:  sqrt(x*x + y*y).\n\nFor example, the hypotenuse of a 3/4/5 right triangle is:\n\n    >>> hypot(3.0, 4.0)\n    5.0\n";
    "isclose(a, b, *, rel_tol=1e-09, abs_tol=0.0)" => f::isclose, "Determine whether two floating-point numbers are close in value.\n\n  rel_tol\n    maximum difference for being considered \"close\", relative to the\n    magnitude of the input values\n  abs_tol\n    maximum difference for being considered \"close\", regardless of the\n    magnitude of the input values\n\nReturn True if a is close in value to b, and False otherwise.\n\nFor the values to be considered close, the difference between them\nmust be smaller than at least one of the tolerances.\n\n-inf, inf and NaN behave similarly to the IEEE 754 Standard.  That\nis, NaN is not close to anything, even itself.  inf and -inf are\nonly close to themselves.";
    "isfinite(x, /)" => |t, a| f::is(t, a, f64::is_finite), "Return True if x is neither an infinity nor a NaN, and False otherwise.";
    "isinf(x, /)" => |t, a| f::is(t, a, f64::is_infinite), "Return True if x is a positive or negative infinity, and False otherwise.";
    "isnan(x, /)" => |t, a| f::is(t, a, f64::is_nan), "Return True if x is a NaN (not a number), and False otherwise.";
    "isqrt(n, /)" => i::isqrt, "Return the integer part of the square root of the input.";
    "lcm(*integers)" => i::lcm, "Least Common Multiple.";
    "ldexp(x, i, /)" => f::ldexp, "Return x * (2**i).\n\nThis is essentially the inverse of frexp().";
    "lgamma(x, /)" => gamma::lgamma, "Natural logarithm of absolute value of Gamma function at x.";
    "log(x, base=e, /)" => f::log, "log(x, [base=math.e])\nReturn the logarithm of x to the given base.\n\nIf the base is not specified, returns the natural logarithm (base e) of x.";
    "log1p(x, /)" => f::log1p, "Return the natural logarithm of 1+x (base e).\n\nThe result is computed in a way which is accurate for x near zero.";
    "log10(x, /)" => |t, a| f::log_to(t, a.get(0), f64::log10), "Return the base 10 logarithm of x.";
    "log2(x, /)" => |t, a| f::log_to(t, a.get(0), f64::log2), "Return the base 2 logarithm of x.";
    "modf(x, /)" => f::modf, "Return the fractional and integer parts of x.\n\nBoth results carry the sign of x and are floats.";
    "nextafter(x, y, /, *, steps=None)" => f::nextafter, "Return the floating-point value the given number of steps after x towards y.\n\nIf steps is not specified or is None, it defaults to 1.\n\nRaises a TypeError, if x or y is not a double, or if steps is not an integer.\nRaises ValueError if steps is negative.";
    "perm(n, k=None, /)" => i::perm, "Number of ways to choose k items from n items without repetition and with order.\n\nEvaluates to n! / (n - k)! when k <= n and evaluates\nto zero when k > n.\n\nIf k is not specified or is None, then k defaults to n\nand the function returns n!.\n\nRaises TypeError if either of the arguments are not integers.\nRaises ValueError if either of the arguments are negative.";
    "comb(n, k, /)" => i::comb, "Number of ways to choose k items from n items without repetition and without order.\n\nEvaluates to n! / (k! * (n - k)!) when k <= n and evaluates\nto zero when k > n.\n\nAlso called the binomial coefficient because it is equivalent\nto the coefficient of k-th term in polynomial expansion of the\nexpression (1 + x)**n.\n\nRaises TypeError if either of the arguments are not integers.\nRaises ValueError if either of the arguments are negative.";
    "pow(x, y, /)" => f::pow, "Return x**y (x to the power of y).";
    "prod(iterable, /, *, start=1)" => s::prod, "Calculate the product of all the elements in the input iterable.\n\nThe default start value for the product is 1.\n\nWhen the iterable is empty, return the start value.  This function is\nintended specifically for use with numeric values and may reject\nnon-numeric types.";
    "radians(x, /)" => |t, a| f::total(t, a, |x| x * (std::f64::consts::PI / 180.0)), "Convert angle x from degrees to radians.";
    "remainder(x, y, /)" => f::remainder, "Difference between x and the closest integer multiple of y.\n\nReturn x - n*y where n*y is the closest integer multiple of y.\nIn the case where x is exactly halfway between two multiples of\ny, the nearest even value of n is used. The result is always exact.";
    "sin(x, /)" => |t, a| f::finite(t, a, f64::sin), "Return the sine of x (measured in radians).";
    "sinh(x, /)" => |t, a| f::growing(t, a, f64::sinh), "Return the hyperbolic sine of x.";
    "sqrt(x, /)" => f::sqrt, "Return the square root of x.";
    "sumprod(p, q, /)" => s::sumprod, "Return the sum of products of values from two iterables p and q.\n\nRoughly equivalent to:\n\n    sum(itertools.starmap(operator.mul, zip(p, q, strict=True)))\n\nFor float and mixed int/float inputs, the intermediate products\nand sums are computed with extended precision.";
    "tan(x, /)" => |t, a| f::finite(t, a, f64::tan), "Return the tangent of x (measured in radians).";
    "tanh(x, /)" => |t, a| f::total(t, a, f64::tanh), "Return the hyperbolic tangent of x.";
    "trunc(x, /)" => i::trunc, "Truncates the Real x to the nearest Integral toward 0.\n\nUses the __trunc__ magic method.";
    "ulp(x, /)" => |t, a| f::total(t, a, f::ulp), "Return the value of the least significant bit of the float x.";
};
