//! `decimal.Decimal`: the object around a number, its constructor and its operators.

use super::context::{self, current, state_of};
use super::context_methods::{divmod, signal_nan};
use super::number::{Ctx, Kind, Num, Rounding, flag, nan_of, rescale};
use super::{arith, coef::Coef, compare, decimal_methods, number, power, text};
use std::borrow::Cow;
use std::cell::UnsafeCell;
use std::cmp::Ordering;
use std::mem::ManuallyDrop;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use weft_strategy::Header;
use weft_vm::binary;
use weft_vm::object::{
    Args, CallArgs, Cmp, GetSet, NativeType, Object, Slots, Type, TypeSpec, ValueExt, Visitor, type_flag,
};
use weft_vm::start::modules::registry_get;
use weft_vm::types::complex::Complex;
use weft_vm::types::list::List;
use weft_vm::types::str::text as str_of;
use weft_vm::types::tuple::Tuple;
use weft_vm::types::{float, int};
use weft_vm::{Raised, Res, Thread, VRef, Value};

/// The object. It never changes.
#[repr(C)]
pub struct Decimal {
    h: Header,
    num: UnsafeCell<ManuallyDrop<Num>>,
    /// 0: not known yet, or 0.
    hash: AtomicI64,
}

// SAFETY: repr(C), header first, no references.
unsafe impl Object for Decimal {
    weft_vm::layout!(Decimal, "decimal.Decimal", false);
    fn traverse(&self, _v: Visitor) {}
    fn clear(&self) {
        // SAFETY: the object is dead; zero owns no memory, so clearing twice is harmless.
        unsafe {
            drop(ManuallyDrop::into_inner(std::mem::replace(
                &mut *self.num.get(),
                ManuallyDrop::new(Num::zero(false, 0)),
            )))
        }
    }
}

impl Decimal {
    /// The number.
    #[inline(always)]
    pub fn num(&self) -> &Num {
        // SAFETY: written when made and when dead only.
        unsafe { &*self.num.get() }
    }
}

/// `decimal.Decimal`
pub static TYPE: NativeType = NativeType::new(&SPEC);
static SPEC: TypeSpec = TypeSpec {
    name: "decimal.Decimal",
    doc: "Decimal(value='0', context=None)\n--\n\nA number of the decimal floating-point arithmetic, made exactly of value: a str, an int, a \
          float,\na Decimal or a tuple (sign, digits, exponent). If that is not possible, the context says\nwhat happens.\n",
    flags: type_flag::IMMUTABLE | type_flag::BASETYPE,
    slots: Slots {
        new: Some(new),
        repr: Some(|t, v| {
            let s = text_in_context(t, v)?;
            Ok(t.str(&format!("Decimal('{s}')")))
        }),
        str: Some(|t, v| {
            let s = text_in_context(t, v)?;
            Ok(t.str_ascii(s.as_bytes()))
        }),
        hash: Some(hash),
        compare: Some(rich_compare),
        bool: Some(|_, v| Ok(!num_of(v).is_zero())),
        binary: binary![
            Add => |t, a, b| operate(t, a, b, |x, y, c, st| arith::add(x, y, false, c, st)),
            Sub => |t, a, b| operate(t, a, b, |x, y, c, st| arith::add(x, y, true, c, st)),
            Mul => |t, a, b| operate(t, a, b, arith::mul),
            TrueDiv => |t, a, b| operate(t, a, b, arith::div),
            FloorDiv => |t, a, b| operate(t, a, b, arith::div_int),
            Mod => |t, a, b| operate(t, a, b, arith::rem),
            Pow => |t, a, b| operate(t, a, b, power::pow),
            DivMod => |t, a, b| {
                let (Some(x), Some(y)) = (operand(a), operand(b)) else { return Ok(Value::NOT_IMPLEMENTED) };
                let c = current(t)?;
                divmod(t, c, &x, &y)
            },
        ],
        pow_mod: Some(|t, a, b, m| {
            let (Some(x), Some(y), Some(m)) = (operand(a), operand(b), operand(m)) else {
                return Ok(Value::NOT_IMPLEMENTED);
            };
            let c = current(t)?;
            context::run(t, c.r(), |c, st| arith::power_mod(&x, &y, &m, c, st))
        }),
        neg: Some(|t, v| operate1(t, v, arith::minus)),
        pos: Some(|t, v| operate1(t, v, arith::plus)),
        abs: Some(|t, v| operate1(t, v, arith::abs)),
        int: Some(|t, v| to_int(t, num_of(v), Rounding::Down)),
        float: Some(|t, v| {
            let f = to_float(t, num_of(v))?;
            Ok(t.float(f))
        }),
        ..Slots::EMPTY
    },
    methods: decimal_methods::METHODS,
    getset: &[
        GetSet { name: "real", get: |_, v| Ok(v.to_value()), set: None, doc: "" },
        GetSet { name: "imag", get: |t, _| Ok(make(t, Num::int(0))), set: None, doc: "" },
    ],
    ..TypeSpec::new::<Decimal>()
};

/// A Decimal.
#[inline]
pub fn make(t: &Thread, n: Num) -> Value {
    make_as(t, TYPE.shape(t), n)
}

#[inline]
fn make_as(t: &Thread, shape: u32, n: Num) -> Value {
    t.make(
        shape,
        Decimal { h: Header::new(0, 0), num: UnsafeCell::new(ManuallyDrop::new(n)), hash: AtomicI64::new(0) },
    )
}

/// The number of a Decimal.
///
/// # Panics
/// For another type, which the tables do not let through.
#[inline]
fn num_of<'t>(v: VRef<'t>) -> &'t Num {
    crate::support::native::<Decimal>(v).num()
}

/// The number of a Decimal or an int.
#[inline]
pub fn operand<'t>(v: VRef<'t>) -> Option<Cow<'t, Num>> {
    if let Some(d) = v.cast::<Decimal>() {
        return Some(Cow::Borrowed(d.num()));
    }
    of_int(v).map(Cow::Owned)
}

fn of_int(v: VRef<'_>) -> Option<Num> {
    Some(match int::num(v)? {
        int::Num::Small(i) => Num::int(i),
        int::Num::Big(b) => {
            use dashu_int::ops::UnsignedAbs;
            let (neg, n) = (int::is_negative(v), b.unsigned_abs());
            Num::finite(neg, Coef::from_big(n), 0)
        }
    })
}

/// As [`operand`]; TypeError for others.
#[inline]
pub fn convert<'f>(t: &mut Thread, v: VRef<'f>) -> Result<Cow<'f, Num>, Raised> {
    match operand(v) {
        Some(n) => Ok(n),
        None => Err(no_conversion(t, v)),
    }
}

#[cold]
fn no_conversion(t: &mut Thread, v: VRef<'_>) -> Raised {
    let n = v.ty().error_name();
    t.type_error(format!("conversion from {n} to Decimal is not supported"))
}

#[inline]
fn operate(t: &mut Thread, a: VRef<'_>, b: VRef<'_>, f: impl FnOnce(&Num, &Num, &Ctx, &mut u32) -> Num) -> Res {
    let (Some(x), Some(y)) = (operand(a), operand(b)) else { return Ok(Value::NOT_IMPLEMENTED) };
    let c = current(t)?;
    context::run(t, c.r(), |c, st| f(&x, &y, c, st))
}

#[inline]
fn operate1(t: &mut Thread, v: VRef<'_>, f: context::Op1) -> Res {
    let c = current(t)?;
    context::run(t, c.r(), |c, st| f(num_of(v), c, st))
}

// ---- making

fn new(t: &mut Thread, cls: &Type, args: CallArgs<'_>) -> Res {
    let n = args.positional_len() + args.keyword_len();
    if n > 2 {
        return Err(t.type_error(format!("function takes at most 2 arguments ({n} given)")));
    }
    let mut given = [None; 2];
    for (g, v) in given.iter_mut().zip(args.positional()) {
        *g = Some(*v)
    }
    if args.keyword_len() > 0 {
        for (k, v) in args.keywords() {
            match str_of(k).map(|k| k.bytes()) {
                Some(b"value") if given[0].is_none() => given[0] = Some(v),
                Some(b"context") if given[1].is_none() => given[1] = Some(v),
                _ => {
                    let k = t.str_text(k)?;
                    return Err(t.type_error(format!("this function got an unexpected keyword argument '{k}'")));
                }
            }
        }
    }
    let c = context::argument(t, given[1].filter(|c| !c.is_none()))?;
    let shape = cls.shape();
    let Some(v) = given[0] else { return Ok(make_as(t, shape, Num::int(0))) };
    let plain = TYPE.shape(t);
    if shape == plain && v.has_shape(plain) {
        return Ok(v.to_value());
    }
    let mut st = 0;
    let n = if let Some(s) = str_of(v) {
        text::exact(text::parse(&text::numeral(s.bytes())), &mut st)
    } else if let Some(n) = operand(v) {
        text::within(n.into_owned(), &mut st)
    } else if let Some(n) = of_sequence(t, v)? {
        text::exact(Some(n), &mut st)
    } else if float::float(v).is_some() {
        if let Some(s) = state_of(c.r()).cloned() {
            s.add(t, flag::FLOAT_OPERATION)?
        }
        of_float(t, v)?
    } else {
        return Err(no_conversion(t, v));
    };
    if st != 0
        && let Some(s) = state_of(c.r()).cloned()
    {
        s.add(t, st)?
    }
    Ok(make_as(t, shape, n))
}

/// `Context.create_decimal(num)`
pub fn create(t: &mut Thread, a: Args<'_>) -> Res {
    let Some(v) = a.opt(1) else { return Ok(make(t, Num::int(0))) };
    let n = if let Some(s) = str_of(v) {
        text::parse(&text::strict_numeral(s.bytes()))
    } else if let Some(n) = operand(v) {
        Some(n.into_owned())
    } else if let Some(n) = of_sequence(t, v)? {
        Some(n)
    } else if float::float(v).is_some() {
        if let Some(s) = state_of(a.get(0)).cloned() {
            s.add(t, flag::FLOAT_OPERATION)?
        }
        Some(of_float(t, v)?)
    } else {
        return Err(no_conversion(t, v));
    };
    context::run(t, a.get(0), |c, st| text::rounded(n, c, st))
}

/// The exact value of a float or an int.
pub fn of_float(t: &mut Thread, v: VRef<'_>) -> Res<Num> {
    if let Some(n) = of_int(v) {
        return Ok(n);
    }
    let Some(f) = float::float(v) else { return Err(t.type_error("argument must be int or float")) };
    Ok(exact_float(f))
}

fn exact_float(f: f64) -> Num {
    let neg = f.is_sign_negative();
    if f.is_nan() {
        return Num::nan().with_sign(neg);
    }
    if f.is_infinite() {
        return Num::inf(neg);
    }
    let (mantissa, exponent) = weft_text::int::float::decompose(f.abs());
    if mantissa == 0 {
        return Num::zero(neg, 0);
    }
    let zeros = mantissa.trailing_zeros();
    let (m, e) = (dashu_int::UBig::from(mantissa >> zeros), exponent + zeros as i32);
    // m / 2^k = m · 5^k / 10^k
    let k = e.unsigned_abs() as usize;
    if e >= 0 {
        Num::finite(neg, Coef::from_big(m << k), 0)
    } else {
        Num::finite(neg, Coef::from_big(m * dashu_int::UBig::from(5u8).pow(k)), -(k as i64))
    }
}

/// The number of a tuple or list (sign, digits, exponent).
fn of_sequence(t: &mut Thread, v: VRef<'_>) -> Res<Option<Num>> {
    let items: Vec<Value> = if let Some(l) = v.cast::<List>() {
        l.snapshot(t)
    } else if let Some(tuple) = v.cast::<Tuple>() {
        tuple.iter().map(|v| v.to_value()).collect()
    } else {
        return Ok(None);
    };
    let [sign, digits, exp] = &items[..] else {
        return Err(t.value_error("argument must be a sequence of length 3"));
    };
    let neg = match int::to_i64(sign.r()) {
        Some(0) => false,
        Some(1) => true,
        _ => return Err(t.value_error("sign must be an integer with the value 0 or 1")),
    };
    let kind = match str_of(exp.r()) {
        Some(s) => match s.bytes() {
            b"F" => Kind::Inf,
            b"n" => Kind::Nan,
            b"N" => Kind::Snan,
            _ => return Err(t.value_error("string argument in the third position must be 'F', 'n' or 'N'")),
        },
        None => Kind::Finite,
    };
    let exponent = match (kind, int::num(exp.r())) {
        (Kind::Finite, None) => return Err(t.value_error("exponent must be an integer")),
        (Kind::Finite, Some(int::Num::Small(i))) => i.clamp(-number::FAR, number::FAR),
        (Kind::Finite, Some(_)) => {
            return Err(t.overflow_error("Python int too large to convert to C ssize_t"));
        }
        _ => 0,
    };
    let digits: Vec<Value> = if let Some(d) = digits.cast::<Tuple>() {
        d.iter().map(|v| v.to_value()).collect()
    } else if let Some(l) = digits.cast::<List>() {
        l.snapshot(t)
    } else {
        return Err(t.value_error("coefficient must be a tuple of digits"));
    };
    let mut text = Vec::with_capacity(digits.len());
    for d in digits {
        match int::to_i64(d.r()) {
            Some(d @ 0..=9) => text.push(b'0' + d as u8),
            _ => return Err(t.value_error("coefficient must be a tuple of digits")),
        }
    }
    if kind == Kind::Inf {
        return Ok(Some(Num::inf(neg)));
    }
    let coef = if text.is_empty() { Coef::ZERO } else { Coef::parse(&text) };
    Ok(Some(Num { kind, neg, coef, exp: exponent }))
}

/// `Decimal.from_float` and `Decimal.from_number`: the class is called for subclasses.
pub fn of_class(t: &mut Thread, cls: VRef<'_>, n: Num) -> Res {
    let v = make(t, n);
    if TYPE.get(t).to_value().is(cls) {
        return Ok(v);
    }
    t.call(cls, &[v.r()])
}

// ---- conversions

fn text_in_context(t: &mut Thread, v: VRef<'_>) -> Res<String> {
    let n = num_of(v);
    let plain = n.is_finite() && n.exp <= 0;
    // The context only says whether exponents are written with a capital.
    let capitals = plain && n.exp > -6
        || state_of(current(t)?.r()).is_none_or(|s| s.capitals.load(Relaxed));
    Ok(text::to_text(n, false, capitals))
}

/// `int(n)`
pub fn to_int(t: &mut Thread, n: &Num, rounding: Rounding) -> Res {
    match n.kind {
        Kind::Inf => return Err(t.overflow_error("cannot convert Infinity to integer")),
        Kind::Nan | Kind::Snan => return Err(t.value_error("cannot convert NaN to integer")),
        Kind::Finite => {}
    }
    let mut st = 0;
    let Some((n, _)) = rescale(n, 0, rounding, &mut st) else { return Err(crate::support::memory_error(t)) };
    Ok(int_of(t, &n.coef, n.neg))
}

/// An int of a coefficient.
pub fn int_of(t: &Thread, c: &Coef, neg: bool) -> Value {
    if let Coef::Small([lo, 0]) = c
        && *lo < 1 << 62
    {
        return t.int(if neg { -(*lo as i64) } else { *lo as i64 });
    }
    let n = dashu_int::IBig::from(c.big().into_owned());
    t.big_int(if neg { -n } else { n })
}

/// `float(n)`
pub fn to_float(t: &mut Thread, n: &Num) -> Res<f64> {
    match n.kind {
        Kind::Snan => return Err(t.value_error("cannot convert signaling NaN to float")),
        Kind::Nan => return Ok(if n.neg { -f64::NAN } else { f64::NAN }),
        Kind::Inf => return Ok(if n.neg { f64::NEG_INFINITY } else { f64::INFINITY }),
        Kind::Finite => {}
    }
    if let Coef::Small([lo, 0]) = n.coef
        && lo <= 1 << 53
        && n.exp.unsigned_abs() <= 22
    {
        // Both are exact, so the quotient or product is rounded once.
        let p = super::coef::TENS[n.exp.unsigned_abs() as usize] as f64;
        let f = if n.exp < 0 { lo as f64 / p } else { lo as f64 * p };
        return Ok(if n.neg { -f } else { f });
    }
    Ok(text::to_text(n, false, true).parse().unwrap_or(f64::NAN))
}

fn hash(t: &mut Thread, v: VRef<'_>) -> Res<i64> {
    let d: &Decimal = crate::support::native(v);
    let known = d.hash.load(Relaxed);
    if known != 0 {
        return Ok(known);
    }
    let n = d.num();
    let h = match n.kind {
        Kind::Snan => return Err(t.type_error("Cannot hash a signaling NaN value")),
        Kind::Nan => weft_vm::hash::hash_pointer(v.word().identity()),
        Kind::Inf => {
            if n.neg {
                -weft_text::hash::number::INFINITY
            } else {
                weft_text::hash::number::INFINITY
            }
        }
        Kind::Finite => finite_hash(n),
    };
    d.hash.store(h, Relaxed);
    Ok(h)
}

/// coef · 10^exp modulo the prime 2^61 - 1 (library reference, "Hashing of numeric types").
fn finite_hash(n: &Num) -> i64 {
    const P: u128 = weft_text::hash::number::MODULUS as u128;
    let power = |mut base: u128, mut e: u64| {
        let mut r = 1u128;
        while e > 0 {
            if e & 1 == 1 {
                r = r * base % P
            }
            base = base * base % P;
            e >>= 1
        }
        r
    };
    let c = match n.coef.small() {
        Some(c) => c % P,
        None => (&*n.coef.big() % (P as u64)) as u128,
    };
    // 10^(p - 1) = 1, so exponents count modulo p - 1 and negative ones turn positive.
    let e = n.exp.rem_euclid((P - 1) as i64) as u64;
    let h = (c * power(10, e) % P) as i64;
    match if n.neg { -h } else { h } {
        -1 => -2,
        h => h,
    }
}

// ---- order

/// -1, 0 or 1
pub fn order(o: Ordering) -> Num {
    Num::int(o as i64)
}

/// `compare`
pub fn compare(x: &Num, y: &Num, c: &Ctx, st: &mut u32) -> Num {
    nan_of(x, Some(y), c, st).unwrap_or_else(|| order(compare::numeric(x, y)))
}

/// `compare_signal`
pub fn compare_signal(x: &Num, y: &Num, c: &Ctx, st: &mut u32) -> Num {
    signal_nan(x, y, c, st).unwrap_or_else(|| order(compare::numeric(x, y)))
}

fn rich_compare(t: &mut Thread, a: VRef<'_>, b: VRef<'_>, op: Cmp) -> Res {
    let Some(d) = a.cast::<Decimal>() else { return Ok(Value::NOT_IMPLEMENTED) };
    let x = d.num();
    let equality = matches!(op, Cmp::Eq | Cmp::Ne);
    if let Some(y) = operand(b) {
        return compare_numbers(t, x, &y, op);
    }
    let real = match b.cast::<Complex>() {
        Some(c) if equality => {
            if c.im != 0.0 {
                return Ok(Value::bool(op == Cmp::Ne));
            }
            Some(c.re)
        }
        _ => float::float(b),
    };
    if let Some(f) = real {
        let c = current(t)?;
        if let Some(s) = state_of(c.r()).cloned() {
            if equality { s.note(flag::FLOAT_OPERATION) } else { s.add(t, flag::FLOAT_OPERATION)? }
        }
        return compare_numbers(t, x, &exact_float(f), op);
    }
    compare_rational(t, x, b, op)
}

/// With a `numbers.Rational`: x · denominator with the numerator.
fn compare_rational(t: &mut Thread, x: &Num, b: VRef<'_>, op: Cmp) -> Res {
    if str_of(b).is_some() || b.is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let Some(rational) = registry_get(t, "decimal.Rational") else { return Ok(Value::NOT_IMPLEMENTED) };
    if !t.isinstance(b, rational.r())? {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let p = t.attr(b, "numerator")?;
    let q = t.attr(b, "denominator")?;
    let (Some(p), Some(q)) = (of_int(p.r()), of_int(q.r())) else { return Ok(Value::NOT_IMPLEMENTED) };
    let x = if x.is_finite() { Num::finite(x.neg, x.coef.mul(&q.coef), x.exp) } else { x.clone() };
    compare_numbers(t, &x, &p, op)
}

fn compare_numbers(t: &mut Thread, x: &Num, y: &Num, op: Cmp) -> Res {
    if x.is_nan() || y.is_nan() {
        // NaN equals nothing; ordering it, or comparing a signalling one at all, is invalid.
        if !matches!(op, Cmp::Eq | Cmp::Ne) || x.kind == Kind::Snan || y.kind == Kind::Snan {
            let c = current(t)?;
            if let Some(s) = state_of(c.r()).cloned() {
                s.add(t, flag::INVALID_OPERATION)?
            }
        }
        return Ok(Value::bool(op == Cmp::Ne));
    }
    Ok(Value::bool(weft_vm::ops::ordering_is(compare::numeric(x, y), op)))
}

// ---- classification

/// The same exponent, or both infinite, or both NaN?
pub fn same_quantum(x: &Num, y: &Num) -> bool {
    match (x.is_finite(), y.is_finite()) {
        (true, true) => x.exp == y.exp,
        (false, false) => x.is_inf() == y.is_inf(),
        _ => false,
    }
}

/// x with the sign of y.
pub fn copied_sign(x: &Num, y: &Num) -> Num {
    x.clone().with_sign(y.neg)
}

/// The class of a number by name.
pub fn number_class(n: &Num, c: &Ctx) -> &'static str {
    match n.kind {
        Kind::Nan => "NaN",
        Kind::Snan => "sNaN",
        Kind::Inf if n.neg => "-Infinity",
        Kind::Inf => "+Infinity",
        Kind::Finite => match (n.is_zero(), n.is_subnormal(c), n.neg) {
            (true, _, true) => "-Zero",
            (true, _, false) => "+Zero",
            (_, true, true) => "-Subnormal",
            (_, true, false) => "+Subnormal",
            (_, _, true) => "-Normal",
            _ => "+Normal",
        },
    }
}
