//! The methods of `decimal.Decimal`.

use super::context::{argument, current, of_decimal1, of_decimal2, rounding_of, run, state_of};
use super::number::{Kind, Num, Rounding};
use super::object::{self, Decimal, convert, copied_sign, make, number_class, same_quantum, to_float, to_int};
use super::{arith, compare, digits, format, power, text};
use std::sync::atomic::Ordering::Relaxed;
use weft_vm::object::{Args, MethodDef, ValueExt};
use weft_vm::start::modules::registry_get;
use weft_vm::types::int;
use weft_vm::types::tuple::Tuple;
use weft_vm::{Res, Thread, VRef, Value, methods};

/// The table.
pub static METHODS: &[MethodDef] = methods! {
    "exp(self, /, context=None)" => |t, a| of_decimal1(t, a, power::exp), "e ** self";
    "ln(self, /, context=None)" => |t, a| of_decimal1(t, a, |x, c, st| power::log(x, false, c, st)), "The natural logarithm.";
    "log10(self, /, context=None)" => |t, a| of_decimal1(t, a, |x, c, st| power::log(x, true, c, st)), "The logarithm to base 10.";
    "logb(self, /, context=None)" => |t, a| of_decimal1(t, a, arith::logb), "The exponent of the first digit.";
    "logical_invert(self, /, context=None)" => |t, a| of_decimal1(t, a, digits::invert), "Each digit inverted.";
    "next_minus(self, /, context=None)" => |t, a| of_decimal1(t, a, |x, c, st| arith::next(x, false, c, st)), "The neighbour below.";
    "next_plus(self, /, context=None)" => |t, a| of_decimal1(t, a, |x, c, st| arith::next(x, true, c, st)), "The neighbour above.";
    "normalize(self, /, context=None)" => |t, a| of_decimal1(t, a, arith::normalize), "Without trailing zeros.";
    "sqrt(self, /, context=None)" => |t, a| of_decimal1(t, a, arith::sqrt), "The square root.";
    "to_integral(self, /, rounding=None, context=None)" => |t, a| to_integral(t, a, false), "Rounded to an integer.";
    "to_integral_exact(self, /, rounding=None, context=None)" => |t, a| to_integral(t, a, true), "Rounded to an integer, with the signals of rounding.";
    "to_integral_value(self, /, rounding=None, context=None)" => |t, a| to_integral(t, a, false), "Rounded to an integer.";

    "compare(self, /, other, context=None)" => |t, a| of_decimal2(t, a, object::compare), "-1, 0 or 1, or NaN.";
    "compare_signal(self, /, other, context=None)" => |t, a| of_decimal2(t, a, object::compare_signal), "As compare(); all NaNs signal.";
    "compare_total(self, /, other, context=None)" => |t, a| of_decimal2(t, a, |x, y, _, _| object::order(compare::compare_total(x, y))), "Compare representations.";
    "compare_total_mag(self, /, other, context=None)" => |t, a| of_decimal2(t, a, |x, y, _, _| object::order(compare::total_magnitude(x, y))), "Compare representations without signs.";
    "copy_sign(self, /, other, context=None)" => |t, a| of_decimal2(t, a, |x, y, _, _| copied_sign(x, y)), "With the sign of other.";
    "logical_and(self, /, other, context=None)" => |t, a| of_decimal2(t, a, |x, y, c, st| digits::combine(x, y, c, st, |p, q| p & q)), "Digit by digit: and.";
    "logical_or(self, /, other, context=None)" => |t, a| of_decimal2(t, a, |x, y, c, st| digits::combine(x, y, c, st, |p, q| p | q)), "Digit by digit: or.";
    "logical_xor(self, /, other, context=None)" => |t, a| of_decimal2(t, a, |x, y, c, st| digits::combine(x, y, c, st, |p, q| p ^ q)), "Digit by digit: exclusive or.";
    "max(self, /, other, context=None)" => |t, a| of_decimal2(t, a, |x, y, c, st| arith::choose(x, y, true, false, c, st)), "The larger one.";
    "max_mag(self, /, other, context=None)" => |t, a| of_decimal2(t, a, |x, y, c, st| arith::choose(x, y, true, true, c, st)), "The one with the larger magnitude.";
    "min(self, /, other, context=None)" => |t, a| of_decimal2(t, a, |x, y, c, st| arith::choose(x, y, false, false, c, st)), "The smaller one.";
    "min_mag(self, /, other, context=None)" => |t, a| of_decimal2(t, a, |x, y, c, st| arith::choose(x, y, false, true, c, st)), "The one with the smaller magnitude.";
    "next_toward(self, /, other, context=None)" => |t, a| of_decimal2(t, a, arith::next_toward), "The neighbour in the direction of other.";
    "remainder_near(self, /, other, context=None)" => |t, a| of_decimal2(t, a, arith::rem_near), "self - n * other for the integer n nearest to self / other.";
    "rotate(self, /, other, context=None)" => |t, a| of_decimal2(t, a, |x, y, c, st| digits::shift(x, y, true, c, st)), "With the digits rotated other places to the left.";
    "scaleb(self, /, other, context=None)" => |t, a| of_decimal2(t, a, arith::scaleb), "With other added to the exponent.";
    "shift(self, /, other, context=None)" => |t, a| of_decimal2(t, a, |x, y, c, st| digits::shift(x, y, false, c, st)), "With the digits moved other places to the left.";
    "same_quantum(self, /, other, context=None)" => |t, a| {
        argument(t, a.opt_none(2))?;
        let y = convert(t, a.get(1))?;
        Ok(Value::bool(same_quantum(num(a), &y)))
    }, "The same exponent?";
    "quantize(self, /, exp, rounding=None, context=None)" => quantize, "Rounded to the exponent of exp.";
    "fma(self, /, other, third, context=None)" => |t, a| {
        let c = argument(t, a.opt_none(3))?;
        let y = convert(t, a.get(1))?;
        let z = convert(t, a.get(2))?;
        run(t, c.r(), |c, st| arith::fma(num(a), &y, &z, c, st))
    }, "self * other + third, rounded once.";

    "adjusted(self, /)" => |t, a| {
        let n = num(a);
        Ok(t.int(if n.is_finite() && !n.is_zero() {
            n.adjusted()
        } else if n.is_zero() {
            n.exp
        } else {
            0
        }))
    }, "The exponent of the first digit.";
    "canonical(self, /)" => |_, a| Ok(a.get(0).to_value()), "The number itself.";
    "conjugate(self, /)" => |_, a| Ok(a.get(0).to_value()), "The number itself.";
    "radix(self, /)" => |t, _| Ok(make(t, Num::int(10))), "Decimal(10)";
    "copy_abs(self, /)" => |t, a| Ok(make(t, num(a).clone().with_sign(false))), "Without its sign.";
    "copy_negate(self, /)" => |t, a| Ok(make(t, num(a).clone().with_sign(!num(a).neg))), "With the other sign.";

    "is_canonical(self, /)" => |_, _| Ok(Value::TRUE), "True: there is one form only.";
    "is_finite(self, /)" => |_, a| Ok(Value::bool(num(a).is_finite())), "Neither infinity nor NaN?";
    "is_infinite(self, /)" => |_, a| Ok(Value::bool(num(a).is_inf())), "Infinity of either sign?";
    "is_nan(self, /)" => |_, a| Ok(Value::bool(num(a).is_nan())), "NaN of either kind?";
    "is_qnan(self, /)" => |_, a| Ok(Value::bool(num(a).kind == Kind::Nan)), "Quiet NaN?";
    "is_snan(self, /)" => |_, a| Ok(Value::bool(num(a).kind == Kind::Snan)), "Signalling NaN?";
    "is_signed(self, /)" => |_, a| Ok(Value::bool(num(a).neg)), "Negative sign?";
    "is_zero(self, /)" => |_, a| Ok(Value::bool(num(a).is_zero())), "Zero of either sign?";
    "is_normal(self, /, context=None)" => |t, a| {
        let c = argument(t, a.opt_none(1))?;
        Ok(Value::bool(state_of(c.r()).is_some_and(|s| num(a).is_normal(&s.ctx()))))
    }, "Finite, not zero and not subnormal?";
    "is_subnormal(self, /, context=None)" => |t, a| {
        let c = argument(t, a.opt_none(1))?;
        Ok(Value::bool(state_of(c.r()).is_some_and(|s| num(a).is_subnormal(&s.ctx()))))
    }, "Subnormal in the context?";
    "number_class(self, /, context=None)" => |t, a| {
        let c = argument(t, a.opt_none(1))?;
        Ok(t.str(state_of(c.r()).map_or("NaN", |s| number_class(num(a), &s.ctx()))))
    }, "The class as a text.";

    "as_tuple(self, /)" => as_tuple, "As a named tuple (sign, digits, exponent).";
    "as_integer_ratio(self, /)" => as_integer_ratio, "As a fraction in lowest terms, with a positive denominator.";
    "to_eng_string(self, /, context=None)" => |t, a| {
        let c = argument(t, a.opt_none(1))?;
        let capitals = state_of(c.r()).is_none_or(|s| s.capitals.load(Relaxed));
        Ok(t.str(&text::to_text(num(a), true, capitals)))
    }, "In engineering notation: the exponent is a multiple of 3.";
    class "from_float(cls, f, /)" => |t, a| {
        let n = object::of_float(t, a.get(1))?;
        object::of_class(t, a.get(0), n)
    }, "The exact value of a float or an int.";
    class "from_number(cls, number, /)" => |t, a| {
        let n = match object::operand(a.get(1)) {
            Some(n) => n.into_owned(),
            None if weft_vm::types::float::float(a.get(1)).is_some() => object::of_float(t, a.get(1))?,
            None => convert(t, a.get(1))?.into_owned(),
        };
        object::of_class(t, a.get(0), n)
    }, "The exact value of a number.";

    "__copy__(self, /)" => |_, a| Ok(a.get(0).to_value());
    "__deepcopy__(self, object, /)" => |_, a| Ok(a.get(0).to_value());
    "__reduce__(self, /)" => |t, a| {
        let cls = a.get(0).ty().to_value();
        let s = t.to_str(a.get(0))?;
        let args = Tuple::new(t, vec![s]);
        Ok(Tuple::new(t, vec![cls, args]))
    };
    "__format__(self, fmtarg, override=None, /)" => format::format, "Formats the Decimal according to fmtarg.";
    "__round__(self, ndigits=None, /)" => round;
    "__floor__(self, /)" => |t, a| to_int(t, num(a), Rounding::Floor);
    "__ceil__(self, /)" => |t, a| to_int(t, num(a), Rounding::Ceiling);
    "__trunc__(self, /)" => |t, a| to_int(t, num(a), Rounding::Down);
    "__complex__(self, /)" => |t, a| {
        let f = to_float(t, num(a))?;
        Ok(t.complex(f, 0.0))
    };
    "__sizeof__(self, /)" => |t, a| {
        let big = if num(a).coef.small().is_some() { 0 } else { num(a).coef.digits() * 5 / 12 };
        Ok(t.int_usize(size_of::<Decimal>() + big))
    };
};

fn num<'f>(a: Args<'f>) -> &'f Num {
    a.this::<Decimal>().num()
}

/// An optional `rounding` argument.
fn mode(t: &mut Thread, v: Option<VRef<'_>>) -> Res<Option<Rounding>> {
    v.map(|v| rounding_of(t, v)).transpose()
}

fn to_integral(t: &mut Thread, a: Args<'_>, exact: bool) -> Res {
    let c = argument(t, a.opt_none(2))?;
    let mode = mode(t, a.opt_none(1))?;
    run(t, c.r(), |c, st| arith::to_integral(num(a), exact, &c.rounding(mode.unwrap_or(c.rounding)), st))
}

fn quantize(t: &mut Thread, a: Args<'_>) -> Res {
    let c = argument(t, a.opt_none(3))?;
    let mode = mode(t, a.opt_none(2))?;
    let y = convert(t, a.get(1))?;
    run(t, c.r(), |c, st| arith::quantize(num(a), &y, &c.rounding(mode.unwrap_or(c.rounding)), st))
}

fn round(t: &mut Thread, a: Args<'_>) -> Res {
    let Some(n) = a.opt(1) else { return to_int(t, num(a), Rounding::HalfEven) };
    let exp = match int::num(n) {
        None => return Err(t.type_error("optional arg must be an integer")),
        Some(int::Num::Small(i)) => i.checked_neg().unwrap_or(i64::MAX),
        Some(_) => return Err(t.overflow_error("Python int too large to convert to C ssize_t")),
    };
    let c = current(t)?;
    run(t, c.r(), |c, st| arith::quantize(num(a), &Num::finite(false, super::coef::Coef::ONE, exp), c, st))
}

fn as_tuple(t: &mut Thread, a: Args<'_>) -> Res {
    let n = num(a);
    let digits: Vec<Value> = match n.kind {
        Kind::Inf => vec![t.int(0)],
        Kind::Nan | Kind::Snan if n.coef.is_zero() => Vec::new(),
        _ => n.coef.text().bytes().map(|d| t.int((d - b'0') as i64)).collect(),
    };
    let digits = Tuple::new(t, digits);
    let sign = t.int(n.neg as i64);
    let exp = match n.kind {
        Kind::Finite => t.int(n.exp),
        Kind::Inf => t.str("F"),
        Kind::Nan => t.str("n"),
        Kind::Snan => t.str("N"),
    };
    match registry_get(t, "decimal.DecimalTuple") {
        Some(c) => t.call(c.r(), &[sign.r(), digits.r(), exp.r()]),
        None => Ok(Tuple::new(t, vec![sign, digits, exp])),
    }
}

fn as_integer_ratio(t: &mut Thread, a: Args<'_>) -> Res {
    let n = num(a);
    match n.kind {
        Kind::Inf => return Err(t.overflow_error("cannot convert Infinity to integer ratio")),
        Kind::Nan | Kind::Snan => return Err(t.value_error("cannot convert NaN to integer ratio")),
        Kind::Finite => {}
    }
    let mut st = 0;
    let Some(k) = super::number::room(n.exp.saturating_abs(), &mut st) else {
        return Err(crate::support::memory_error(t));
    };
    let (p, q) = if n.is_zero() {
        (t.int(0), t.int(1))
    } else if n.exp >= 0 {
        (object::int_of(t, &n.coef.shift_left(k), n.neg), t.int(1))
    } else {
        use dashu_int::ops::Gcd;
        let (p, q) = (n.coef.big().into_owned(), super::coef::power_of_ten(k));
        let g = (&p).gcd(&q);
        let (p, q) = (super::coef::Coef::from_big(p / &g), super::coef::Coef::from_big(q / g));
        (object::int_of(t, &p, n.neg), object::int_of(t, &q, false))
    };
    Ok(Tuple::new(t, vec![p, q]))
}
