//! Constructor, methods and attributes of `float`.

use super::float::{as_f64, as_f64_opt, by_method, float, float_object, is_exact};
use super::str::text;
use super::tuple::Tuple;
use super::typeobj::as_type;
use crate::object::{Args, CallArgs, GetSet, MethodDef, Type, ValueExt};
use crate::thread::Thread;
use crate::types::fixed;
use crate::{Res, methods};
use weft_strategy::{VRef, Value};
use weft_text::Kind;
use weft_text::float::{hex, parse, round};
use weft_text::int::float as int_float;

/// Methods.
pub static METHODS: &[MethodDef] = methods! {
    "conjugate(self, /)" => |t, a| super::float_ops::same(t, a.get(0)), "Return self, the complex conjugate of any float.";
    "__trunc__(self, /)" => |t, a| to_int(t, a.get(0)), "Return the Integral closest to x between 0 and x.";
    "__floor__(self, /)" => |t, a| integral(t, this(a).floor()), "Return the floor as an Integral.";
    "__ceil__(self, /)" => |t, a| integral(t, this(a).ceil()), "Return the ceiling as an Integral.";
    "__round__(self, ndigits=None, /)" => round_method, "Return the Integral closest to x, rounding half toward even.\n\nWhen an argument is passed, work like built-in round(x, ndigits).";
    "as_integer_ratio(self, /)" => as_integer_ratio, "Return a pair of integers, whose ratio is exactly equal to the original float.";
    class "from_number(type, number, /)" => from_number, "Convert real number to a floating-point number.";
    class "fromhex(type, string, /)" => fromhex, "Create a floating-point number from a hexadecimal string.";
    "hex(self, /)" => |t, a| Ok(t.str(&hex::hex(this(a)))), "Return a hexadecimal representation of a floating-point number.";
    "is_integer(self, /)" => |_, a| {
        let f = this(a);
        Ok(Value::bool(f.is_finite() && f.fract() == 0.0))
    }, "Return True if the float is an integer.";
    "__getnewargs__(self, /)" => |t, a| {
        let f = t.float(this(a));
        Ok(Tuple::new(t, vec![f]))
    };
    class "__getformat__(type, typestr, /)" => getformat, "You probably don't want to use this function: it exists for the test suite.";
    "__format__(self, format_spec, /)" => super::str_format::float_format_method, "Formats the float according to format_spec.";
};

/// Computed attributes.
pub static GETSET: &[GetSet] = &[
    GetSet { name: "real", get: super::float_ops::same, set: None, doc: "the real part of a complex number" },
    GetSet {
        name: "imag",
        get: |t, _| Ok(t.float(0.0)),
        set: None,
        doc: "the imaginary part of a complex number",
    },
];

fn this(a: Args<'_>) -> f64 {
    float(a.get(0)).unwrap_or(0.0)
}

/// `float(x)`
pub fn new(t: &mut Thread, cls: &Type, args: CallArgs<'_>) -> Res {
    let inits = |c: &Type| c.slots().init.map(|f| f as usize);
    if args.keyword_len() > 0 && inits(cls) == inits(super::float::TYPE.get(t)) {
        return Err(t.type_error("float() takes no keyword arguments"));
    }
    let f = match args.positional() {
        [] => 0.0,
        [x] => {
            if cls.shape() == fixed::FLOAT && is_exact(*x) {
                return Ok(x.to_value());
            }
            convert(t, *x)?
        }
        more => {
            let n = more.len();
            return Err(t.type_error(format!("float expected at most 1 argument, got {n}")));
        }
    };
    Ok(if cls.shape() == fixed::FLOAT { t.float(f) } else { float_object(t, cls.shape(), f) })
}

/// The number of a number or of a text.
fn convert(t: &mut Thread, x: VRef<'_>) -> Res<f64> {
    let parsed = if let Some(s) = text(x) {
        if let Some(f) = by_method(t, x)? {
            return Ok(f);
        }
        parse::parse(s.bytes(), Kind::Str)
    } else {
        // A float's subclass may have a `__float__` of its own.
        if float(x).is_some()
            && let Some(f) = by_method(t, x)?
        {
            return Ok(f);
        }
        if let Some(f) = as_f64_opt(t, x)? {
            return Ok(f);
        }
        match super::buffers::bytes_of(t, x)? {
            Some(b) => parse::parse(&b, Kind::Bytes),
            None => {
                let n = x.ty().name();
                return Err(
                    t.type_error(format!("float() argument must be a string or a real number, not '{n}'"))
                );
            }
        }
    };
    match parsed {
        Some(f) => Ok(f),
        None => {
            let shown = t.repr_text(x)?;
            Err(t.value_error(parse::invalid_message(&shown)))
        }
    }
}

/// The int of an integral float; ValueError for NaN, OverflowError for infinity.
fn integral(t: &mut Thread, f: f64) -> Res {
    match int_float::from_f64(f) {
        Some(n) => Ok(t.int_of(n)),
        None if f.is_nan() => Err(t.value_error(int_float::from_f64_message(f))),
        None => Err(t.overflow_error(int_float::from_f64_message(f))),
    }
}

/// `int(x)`, towards zero.
pub fn to_int(t: &mut Thread, v: VRef<'_>) -> Res {
    integral(t, float(v).unwrap_or(0.0))
}

fn round_method(t: &mut Thread, a: Args<'_>) -> Res {
    let f = this(a);
    match a.opt_none(1) {
        None => match round::round_to_int(f) {
            Some(n) => Ok(t.int_of(n)),
            None => integral(t, f),
        },
        Some(digits) => {
            let digits = t.index_clamped(digits)?;
            match round::round(f, digits) {
                Some(r) => Ok(t.float(r)),
                None => Err(t.overflow_error(round::TOO_LARGE)),
            }
        }
    }
}

fn as_integer_ratio(t: &mut Thread, a: Args<'_>) -> Res {
    let f = this(a);
    match round::as_integer_ratio(f) {
        Some((n, d)) => {
            let parts = vec![t.int_of(n), t.int_of(d)];
            Ok(Tuple::new(t, parts))
        }
        None if f.is_nan() => Err(t.value_error(round::as_integer_ratio_message(f))),
        None => Err(t.overflow_error(round::as_integer_ratio_message(f))),
    }
}

/// The float as an instance of the class that a class method was called on.
fn of_class(t: &mut Thread, cls: VRef<'_>, v: Value) -> Res {
    if as_type(cls).is_some_and(|c| c.shape() == fixed::FLOAT) {
        return Ok(v);
    }
    t.call(cls, &[v.r()])
}

fn from_number(t: &mut Thread, a: Args<'_>) -> Res {
    if is_exact(a.get(1)) && as_type(a.get(0)).is_some_and(|c| c.shape() == fixed::FLOAT) {
        return Ok(a.get(1).to_value());
    }
    let f = as_f64(t, a.get(1))?;
    let v = t.float(f);
    of_class(t, a.get(0), v)
}

fn fromhex(t: &mut Thread, a: Args<'_>) -> Res {
    let Some(s) = text(a.get(1)) else {
        return Err(t.type_error("bad argument type for built-in operation"));
    };
    match hex::from_hex(s.bytes()) {
        Ok(f) => {
            let v = t.float(f);
            of_class(t, a.get(0), v)
        }
        Err(e @ hex::HexError::Invalid) => Err(t.value_error(e.message())),
        Err(e) => Err(t.overflow_error(e.message())),
    }
}

fn getformat(t: &mut Thread, a: Args<'_>) -> Res {
    let s = t.arg_str_named(a.get(1), "__getformat__", "1")?;
    match s.bytes() {
        b"double" | b"float" => {
            let order = if cfg!(target_endian = "little") { "little" } else { "big" };
            Ok(t.str(&format!("IEEE, {order}-endian")))
        }
        _ => Err(t.value_error("__getformat__() argument 1 must be 'double' or 'float'")),
    }
}
