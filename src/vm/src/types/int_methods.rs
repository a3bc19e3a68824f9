//! Constructor, methods and attributes of `int`.

use super::int::{Num, exact, int_object, is_exact, is_int, max_str_digits, memory_error, num};
use super::str::text;
use super::tuple::Tuple;
use super::typeobj::as_type;
use crate::object::{Args, Binding, CallArgs, GetSet, MethodDef, Type, ValueExt};
use crate::thread::Thread;
use crate::types::fixed;
use crate::{Res, methods};
use weft_strategy::{VRef, Value};
use weft_text::Kind;
use weft_text::int::{arith, bytes, parse};

/// Methods.
pub static METHODS: &[MethodDef] = methods! {
    "conjugate(self, /)" => |t, a| super::int_ops::same(t, a.get(0)), "Returns self, the complex conjugate of any int.";
    "bit_length(self, /)" => |t, a| Ok(t.int_usize(num(a.get(0)).map_or(0, |n| n.bits()))), "Number of bits necessary to represent self in binary.";
    "bit_count(self, /)" => bit_count, "Number of ones in the binary representation of the absolute value of self.";
    "to_bytes(self, /, length=1, byteorder='big', *, signed=False)" => to_bytes, "Return an array of bytes representing an integer.";
    class "from_bytes(type, /, bytes, byteorder='big', *, signed=False)" => from_bytes, "Return the integer represented by the given array of bytes.";
    "as_integer_ratio(self, /)" => |t, a| {
        let n = super::int_ops::same(t, a.get(0))?;
        Ok(Tuple::new(t, vec![n, t.int(1)]))
    }, "Return a pair of integers, whose ratio is equal to the original int.";
    "is_integer(self, /)" => |_, _| Ok(Value::TRUE), "Returns True. Exists for duck type compatibility with float.is_integer.";
    "__trunc__(self, /)" => |t, a| super::int_ops::same(t, a.get(0)), "Truncating an Integral returns itself.";
    "__floor__(self, /)" => |t, a| super::int_ops::same(t, a.get(0)), "Flooring an Integral returns itself.";
    "__ceil__(self, /)" => |t, a| super::int_ops::same(t, a.get(0)), "Ceiling of an Integral returns itself.";
    "__round__(self, ndigits=None, /)" => round, "Rounding an Integral returns itself; with ndigits, to a multiple of a power of ten.";
    "__getnewargs__(self, /)" => |t, a| {
        let n = super::int_ops::same(t, a.get(0))?;
        Ok(Tuple::new(t, vec![n]))
    };
    "__format__(self, format_spec, /)" => super::str_format::int_format_method, "Convert to a string according to format_spec.";
    "__sizeof__(self, /)" => |t, a| {
        let digits = num(a.get(0)).map_or(0, |n| n.bits()).div_ceil(30).max(1);
        Ok(t.int_usize(24 + 4 * digits))
    }, "Returns size in memory, in bytes.";
};

/// Computed attributes.
pub static GETSET: &[GetSet] = &[
    GetSet { name: "real", get: super::int_ops::same, set: None, doc: "the real part of a complex number" },
    GetSet {
        name: "imag",
        get: |t, _| Ok(t.int(0)),
        set: None,
        doc: "the imaginary part of a complex number",
    },
    GetSet {
        name: "numerator",
        get: super::int_ops::same,
        set: None,
        doc: "the numerator of a rational number in lowest terms",
    },
    GetSet {
        name: "denominator",
        get: |t, _| Ok(t.int(1)),
        set: None,
        doc: "the denominator of a rational number in lowest terms",
    },
];

static NEW: MethodDef = MethodDef::new("int(cls, x=0, /, base=10)", new_bound, "", Binding::Plain);

/// `int(x)`, `int(x, base)`
pub fn new(t: &mut Thread, cls: &Type, args: CallArgs<'_>) -> Res {
    if args.names.is_none() && args.args.len() <= 1 && cls.shape() == fixed::INT {
        return match args.args.opt(0) {
            Some(x) => from_number(t, x),
            None => Ok(t.int(0)),
        };
    }
    let given = args.args.len();
    if given > 2 {
        return Err(t.type_error(format!("int expected at most 2 arguments, got {given}")));
    }
    let c = cls.to_value();
    crate::call::bind::call_native(t, &NEW, Some(c.r()), args)
}

fn new_bound(t: &mut Thread, a: Args<'_>) -> Res {
    let Some(cls) = as_type(a.get(0)) else { return Ok(Value::NOT_IMPLEMENTED) };
    let v = match (a.opt(1), a.opt(2)) {
        (None, None) => t.int(0),
        (None, Some(_)) => return Err(t.type_error("int() missing string argument")),
        (Some(x), None) => from_number(t, x)?,
        (Some(x), Some(base)) => {
            let base = t.index_clamped(base)?;
            let base = u32::try_from(base).unwrap_or(u32::MAX);
            if base != 0 && !(2..=36).contains(&base) {
                return Err(t.value_error(parse::BAD_BASE));
            }
            if text(x).is_some() || x.cast::<super::bytes::Bytes>().is_some() || is_bytearray(x) {
                from_text(t, x, base)?
            } else {
                return Err(t.type_error("int() can't convert non-string with explicit base"));
            }
        }
    };
    of_class(t, cls, v)
}

fn is_bytearray(v: VRef<'_>) -> bool {
    v.cast::<super::bytearray::ByteArray>().is_some()
}

/// The int as an instance of `cls`.
pub fn of_class(t: &mut Thread, cls: &Type, v: Value) -> Res {
    if cls.shape() == fixed::INT {
        return Ok(v);
    }
    match num(v.r()) {
        Some(n) => Ok(int_object(t, cls.shape(), n.big().into_owned())),
        None => Ok(v),
    }
}

/// `int(x)`: `__int__`, `__index__`, then text.
pub fn from_number(t: &mut Thread, x: VRef<'_>) -> Res {
    if is_exact(x) {
        return Ok(x.to_value());
    }
    let slots = x.ty().slots();
    if let Some(f) = slots.int {
        let r = f(t, x)?;
        if is_exact(r.r()) {
            return Ok(r);
        }
        return checked_int(t, r, "__int__");
    }
    if slots.index.is_some() {
        let r = t.index(x)?;
        return checked_int(t, r, "__index__");
    }
    from_text(t, x, 10)
}

/// The exact int of what a conversion method returned.
fn checked_int(t: &mut Thread, r: Value, method: &str) -> Res {
    let n = r.r().ty().name();
    if !is_int(r.r()) {
        return Err(t.type_error(format!("{method} returned non-int (type {n})")));
    }
    if is_exact(r.r()) {
        return Ok(r);
    }
    super::int::deprecated(
        t,
        format!(
            "{method} returned non-int (type {n}).  The ability to return an instance of a strict subclass of int is \
             deprecated, and may be removed in a future version of Python."
        ),
    )?;
    Ok(exact(t, r.r()).unwrap_or(r))
}

/// The int that a str, bytes or other buffer spells.
fn from_text(t: &mut Thread, x: VRef<'_>, base: u32) -> Res {
    let limit = max_str_digits();
    let parsed = if let Some(s) = text(x) {
        parse::parse(s.bytes(), base, limit, Kind::Str)
    } else if let Some(b) = super::buffers::bytes_of(t, x)? {
        parse::parse(&b, base, limit, Kind::Bytes)
    } else {
        let n = x.ty().name();
        return Err(t.type_error(format!(
            "int() argument must be a string, a bytes-like object or a real number, not '{n}'"
        )));
    };
    match parsed {
        Ok(n) => Ok(t.int_of(n)),
        Err(parse::ParseError::Base) => Err(t.value_error(parse::BAD_BASE)),
        Err(parse::ParseError::TooManyDigits { digits }) => {
            Err(t.value_error(parse::too_many_digits_message(limit, digits)))
        }
        Err(parse::ParseError::Invalid) => {
            let shown = if text(x).is_some() || x.cast::<super::bytes::Bytes>().is_some() {
                t.repr_text(x)?
            } else {
                let b = super::buffers::bytes_of(t, x)?.unwrap_or_default();
                String::from_utf8_lossy(&weft_text::repr::repr_bytes(&b)).into_owned()
            };
            let shown: String = shown.chars().take(200).collect();
            Err(t.value_error(parse::invalid_message(base, &shown)))
        }
    }
}

fn bit_count(t: &mut Thread, a: Args<'_>) -> Res {
    Ok(match num(a.get(0)) {
        Some(Num::Small(i)) => t.int(i.unsigned_abs().count_ones() as i64),
        Some(Num::Big(b)) => t.int_usize(arith::bit_count(b)),
        None => t.int(0),
    })
}

/// `'big'` or `'little'`.
fn byte_order(t: &mut Thread, v: Option<VRef<'_>>, function: &str) -> Res<bytes::Endian> {
    let Some(v) = v else { return Ok(bytes::Endian::Big) };
    match t.arg_str_named(v, function, "'byteorder'")?.bytes() {
        b"big" => Ok(bytes::Endian::Big),
        b"little" => Ok(bytes::Endian::Little),
        _ => Err(t.value_error("byteorder must be either 'little' or 'big'")),
    }
}

fn to_bytes(t: &mut Thread, a: Args<'_>) -> Res {
    let length = match a.opt(1) {
        Some(n) => t.arg_ssize(n)?,
        None => 1,
    };
    let order = byte_order(t, a.opt(2), "to_bytes")?;
    let signed = match a.opt(3) {
        Some(v) => t.truth(v)?,
        None => false,
    };
    if length < 0 {
        return Err(t.value_error("length argument must be non-negative"));
    }
    if length as usize > super::int::MAX_BITS / 8 {
        return Err(memory_error(t));
    }
    let Some(n) = num(a.get(0)) else { return Ok(Value::NOT_IMPLEMENTED) };
    match bytes::to_bytes(&n.big(), length as usize, order, signed) {
        Ok(b) => Ok(t.bytes(&b)),
        Err(e) => Err(t.overflow_error(e.message())),
    }
}

fn from_bytes(t: &mut Thread, a: Args<'_>) -> Res {
    let order = byte_order(t, a.opt(2), "from_bytes")?;
    let signed = match a.opt(3) {
        Some(v) => t.truth(v)?,
        None => false,
    };
    let b = super::buffers::bytes_from_object(t, a.get(1))?;
    let v = t.int_of(bytes::from_bytes(&b, order, signed));
    let is_int = as_type(a.get(0)).is_some_and(|c| c.shape() == fixed::INT);
    if is_int { Ok(v) } else { t.call(a.get(0), &[v.r()]) }
}

/// `round(n, ndigits)`: ties go to the even multiple.
fn round(t: &mut Thread, a: Args<'_>) -> Res {
    let this = a.get(0);
    let Some(digits) = a.opt_none(1) else { return super::int_ops::same(t, this) };
    let digits = t.index_clamped(digits)?;
    let Some(n) = num(this) else { return Ok(Value::NOT_IMPLEMENTED) };
    if digits >= 0 {
        return super::int_ops::same(t, this);
    }
    let tens = digits.unsigned_abs() as usize;
    // Beyond this the multiple is more than twice the number: the answer is 0.
    if tens > n.bits() / 3 + 2 {
        return Ok(t.int(0));
    }
    Ok(t.big_int(arith::round_to_tens(&n.big(), tens)))
}
