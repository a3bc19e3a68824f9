//! The methods of `decimal.Context`.

use super::context::{Context, copy, of_context1, of_context2, reduce, run};
use super::number::{Ctx, Num, finish, flag, nan_of};
use super::object::{self, Decimal, convert, copied_sign, make, number_class, same_quantum};
use super::{arith, compare, digits, power, text};
use crate::support::native;
use std::sync::atomic::Ordering::Relaxed;
use weft_vm::object::{Args, MethodDef, ValueExt};
use weft_vm::types::tuple::Tuple;
use weft_vm::{Res, Thread, Value, methods};

/// The table.
pub static METHODS: &[MethodDef] = methods! {
    "abs(self, x, /)" => |t, a| of_context1(t, a, arith::abs), "The absolute value of x, rounded.";
    "exp(self, x, /)" => |t, a| of_context1(t, a, power::exp), "e ** x";
    "ln(self, x, /)" => |t, a| of_context1(t, a, |x, c, st| power::log(x, false, c, st)), "The natural logarithm of x.";
    "log10(self, x, /)" => |t, a| of_context1(t, a, |x, c, st| power::log(x, true, c, st)), "The logarithm of x to base 10.";
    "logb(self, x, /)" => |t, a| of_context1(t, a, arith::logb), "The exponent of the first digit of x.";
    "logical_invert(self, x, /)" => |t, a| of_context1(t, a, digits::invert), "Each digit of x inverted.";
    "minus(self, x, /)" => |t, a| of_context1(t, a, arith::minus), "-x, rounded.";
    "next_minus(self, x, /)" => |t, a| of_context1(t, a, |x, c, st| arith::next(x, false, c, st)), "The neighbour of x below.";
    "next_plus(self, x, /)" => |t, a| of_context1(t, a, |x, c, st| arith::next(x, true, c, st)), "The neighbour of x above.";
    "normalize(self, x, /)" => |t, a| of_context1(t, a, arith::normalize), "x without trailing zeros.";
    "plus(self, x, /)" => |t, a| of_context1(t, a, arith::plus), "+x, rounded.";
    "sqrt(self, x, /)" => |t, a| of_context1(t, a, arith::sqrt), "The square root of x.";
    "to_integral(self, x, /)" => |t, a| of_context1(t, a, |x, c, st| arith::to_integral(x, false, c, st)), "x rounded to an integer.";
    "to_integral_exact(self, x, /)" => |t, a| of_context1(t, a, |x, c, st| arith::to_integral(x, true, c, st)), "x rounded to an integer, with the signals of rounding.";
    "to_integral_value(self, x, /)" => |t, a| of_context1(t, a, |x, c, st| arith::to_integral(x, false, c, st)), "x rounded to an integer.";

    "add(self, x, y, /)" => |t, a| of_context2(t, a, |x, y, c, st| arith::add(x, y, false, c, st)), "x + y";
    "subtract(self, x, y, /)" => |t, a| of_context2(t, a, |x, y, c, st| arith::add(x, y, true, c, st)), "x - y";
    "multiply(self, x, y, /)" => |t, a| of_context2(t, a, arith::mul), "x * y";
    "divide(self, x, y, /)" => |t, a| of_context2(t, a, arith::div), "x / y";
    "divide_int(self, x, y, /)" => |t, a| of_context2(t, a, arith::div_int), "x / y without its fraction.";
    "remainder(self, x, y, /)" => |t, a| of_context2(t, a, arith::rem), "What divide_int leaves; it has the sign of x.";
    "remainder_near(self, x, y, /)" => |t, a| of_context2(t, a, arith::rem_near), "x - y * n for the integer n nearest to x / y.";
    "compare(self, x, y, /)" => |t, a| of_context2(t, a, object::compare), "-1, 0 or 1, or NaN.";
    "compare_signal(self, x, y, /)" => |t, a| of_context2(t, a, object::compare_signal), "As compare(); all NaNs signal.";
    "compare_total(self, x, y, /)" => |t, a| of_context2(t, a, |x, y, _, _| object::order(compare::compare_total(x, y))), "Compare representations.";
    "compare_total_mag(self, x, y, /)" => |t, a| of_context2(t, a, |x, y, _, _| object::order(compare::total_magnitude(x, y))), "Compare representations without signs.";
    "copy_sign(self, x, y, /)" => |t, a| of_context2(t, a, |x, y, _, _| copied_sign(x, y)), "x with the sign of y.";
    "logical_and(self, x, y, /)" => |t, a| of_context2(t, a, |x, y, c, st| digits::combine(x, y, c, st, |p, q| p & q)), "Digit by digit: and.";
    "logical_or(self, x, y, /)" => |t, a| of_context2(t, a, |x, y, c, st| digits::combine(x, y, c, st, |p, q| p | q)), "Digit by digit: or.";
    "logical_xor(self, x, y, /)" => |t, a| of_context2(t, a, |x, y, c, st| digits::combine(x, y, c, st, |p, q| p ^ q)), "Digit by digit: exclusive or.";
    "max(self, x, y, /)" => |t, a| of_context2(t, a, |x, y, c, st| arith::choose(x, y, true, false, c, st)), "The larger of x and y.";
    "max_mag(self, x, y, /)" => |t, a| of_context2(t, a, |x, y, c, st| arith::choose(x, y, true, true, c, st)), "The one with the larger magnitude.";
    "min(self, x, y, /)" => |t, a| of_context2(t, a, |x, y, c, st| arith::choose(x, y, false, false, c, st)), "The smaller of x and y.";
    "min_mag(self, x, y, /)" => |t, a| of_context2(t, a, |x, y, c, st| arith::choose(x, y, false, true, c, st)), "The one with the smaller magnitude.";
    "next_toward(self, x, y, /)" => |t, a| of_context2(t, a, arith::next_toward), "The neighbour of x in the direction of y.";
    "quantize(self, x, y, /)" => |t, a| of_context2(t, a, arith::quantize), "x rounded to the exponent of y.";
    "rotate(self, x, y, /)" => |t, a| of_context2(t, a, |x, y, c, st| digits::shift(x, y, true, c, st)), "x with its digits rotated y places to the left.";
    "scaleb(self, x, y, /)" => |t, a| of_context2(t, a, arith::scaleb), "x with y added to its exponent.";
    "shift(self, x, y, /)" => |t, a| of_context2(t, a, |x, y, c, st| digits::shift(x, y, false, c, st)), "x with its digits moved y places to the left.";
    "same_quantum(self, x, y, /)" => |t, a| {
        let x = convert(t, a.get(1))?;
        let y = convert(t, a.get(2))?;
        Ok(Value::bool(same_quantum(&x, &y)))
    }, "Have x and y the same exponent?";

    "fma(self, x, y, z, /)" => |t, a| {
        let x = convert(t, a.get(1))?;
        let y = convert(t, a.get(2))?;
        let z = convert(t, a.get(3))?;
        run(t, a.get(0), |c, st| arith::fma(&x, &y, &z, c, st))
    }, "x * y + z, rounded once.";
    "divmod(self, x, y, /)" => |t, a| {
        let x = convert(t, a.get(1))?;
        let y = convert(t, a.get(2))?;
        divmod(t, a.get(0).to_value(), &x, &y)
    }, "Quotient and remainder of the integer division.";
    "power(self, /, a, b, modulo=None)" => |t, a| {
        let x = convert(t, a.get(1))?;
        let y = convert(t, a.get(2))?;
        match a.opt_none(3) {
            Some(m) => {
                let m = convert(t, m)?;
                run(t, a.get(0), |c, st| arith::power_mod(&x, &y, &m, c, st))
            }
            None => run(t, a.get(0), |c, st| power::pow(&x, &y, c, st)),
        }
    }, "a ** b, or (a ** b) % modulo for integers.";

    "is_canonical(self, x, /)" => |t, a| only_decimal(t, a).map(|_| Value::TRUE), "True: there is one form only.";
    "canonical(self, x, /)" => |t, a| {
        only_decimal(t, a)?;
        Ok(a.get(1).to_value())
    }, "x itself.";
    "is_finite(self, x, /)" => |t, a| test(t, a, |x, _| x.is_finite()), "Neither infinity nor NaN?";
    "is_infinite(self, x, /)" => |t, a| test(t, a, |x, _| x.is_inf()), "Infinity of either sign?";
    "is_nan(self, x, /)" => |t, a| test(t, a, |x, _| x.is_nan()), "NaN of either kind?";
    "is_normal(self, x, /)" => |t, a| test(t, a, |x, c| x.is_normal(c)), "Finite, not zero and not subnormal?";
    "is_qnan(self, x, /)" => |t, a| test(t, a, |x, _| x.kind == super::number::Kind::Nan), "Quiet NaN?";
    "is_signed(self, x, /)" => |t, a| test(t, a, |x, _| x.neg), "Negative sign?";
    "is_snan(self, x, /)" => |t, a| test(t, a, |x, _| x.kind == super::number::Kind::Snan), "Signalling NaN?";
    "is_subnormal(self, x, /)" => |t, a| test(t, a, |x, c| x.is_subnormal(c)), "Subnormal in this context?";
    "is_zero(self, x, /)" => |t, a| test(t, a, |x, _| x.is_zero()), "Zero of either sign?";

    "Etiny(self, /)" => |t, a| Ok(t.int(a.this::<Context>().state().ctx().etiny())), "The smallest exponent of subnormal numbers.";
    "Etop(self, /)" => |t, a| Ok(t.int(a.this::<Context>().state().ctx().etop())), "The largest exponent of a number with all digits.";
    "radix(self, /)" => |t, _| Ok(make(t, Num::int(10))), "Decimal(10)";
    "_apply(self, object, /)" => |t, a| {
        only_decimal_arg(t, a)?;
        of_context1(t, a, |x, c, st| finish(x.clone(), c, st))
    };
    "copy_decimal(self, x, /)" => |t, a| {
        let x = convert(t, a.get(1))?.into_owned();
        Ok(make(t, x))
    }, "x as it is.";
    "copy_abs(self, x, /)" => |t, a| {
        let x = convert(t, a.get(1))?.into_owned();
        Ok(make(t, x.with_sign(false)))
    }, "x without its sign.";
    "copy_negate(self, x, /)" => |t, a| {
        let x = convert(t, a.get(1))?.into_owned();
        let neg = !x.neg;
        Ok(make(t, x.with_sign(neg)))
    }, "x with the other sign.";
    "number_class(self, x, /)" => |t, a| {
        let x = convert(t, a.get(1))?;
        let c = a.this::<Context>().state().ctx();
        Ok(t.str(number_class(&x, &c)))
    }, "The class of x as a text.";
    "to_sci_string(self, x, /)" => |t, a| string(t, a, false), "x as a text in scientific notation.";
    "to_eng_string(self, x, /)" => |t, a| string(t, a, true), "x as a text in engineering notation.";
    "create_decimal(self, num=\"0\", /)" => object::create, "A Decimal of num, rounded to this context.";
    "create_decimal_from_float(self, f, /)" => |t, a| {
        let n = object::of_float(t, a.get(1))?;
        run(t, a.get(0), |c, st| finish(n, c, st))
    }, "A Decimal of the float f, rounded to this context.";

    "clear_flags(self, /)" => |_, a| {
        a.this::<Context>().state().status.store(0, Relaxed);
        Ok(Value::NONE)
    }, "Forget what has happened.";
    "clear_traps(self, /)" => |_, a| {
        a.this::<Context>().state().traps.store(0, Relaxed);
        Ok(Value::NONE)
    }, "Nothing raises any more.";
    "copy(self, /)" => |t, a| Ok(copy(t, a.get(0))), "A copy.";
    "__copy__(self, /)" => |t, a| Ok(copy(t, a.get(0)));
    "__reduce__(self, /)" => reduce;
};

fn only_decimal(t: &mut Thread, a: Args<'_>) -> Res<()> {
    if a.get(1).cast::<Decimal>().is_some() { Ok(()) } else { Err(t.type_error("argument must be a Decimal")) }
}

fn only_decimal_arg(t: &mut Thread, a: Args<'_>) -> Res<()> {
    convert(t, a.get(1)).map(drop)
}

fn test(t: &mut Thread, a: Args<'_>, f: fn(&Num, &Ctx) -> bool) -> Res {
    let x = convert(t, a.get(1))?;
    Ok(Value::bool(f(&x, &a.this::<Context>().state().ctx())))
}

fn string(t: &mut Thread, a: Args<'_>, engineering: bool) -> Res {
    let x = convert(t, a.get(1))?;
    let capitals = native::<Context>(a.get(0)).state().capitals.load(Relaxed);
    Ok(t.str(&text::to_text(&x, engineering, capitals)))
}

/// divmod in a context
pub fn divmod(t: &mut Thread, c: Value, x: &Num, y: &Num) -> Res {
    let s = native::<Context>(c.r()).state().clone();
    let mut st = 0;
    let (q, r) = arith::div_mod(x, y, &s.ctx(), &mut st);
    s.add(t, st)?;
    let (q, r) = (make(t, q), make(t, r));
    Ok(Tuple::new(t, vec![q, r]))
}

/// NaN operands of a comparison that signals for all of them.
pub fn signal_nan(x: &Num, y: &Num, c: &Ctx, st: &mut u32) -> Option<Num> {
    let n = nan_of(x, Some(y), c, st)?;
    *st |= flag::INVALID_OPERATION;
    Some(n)
}
