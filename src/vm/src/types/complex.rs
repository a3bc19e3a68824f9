//! `complex`.

use super::float::{as_f64_opt, float, is_exact};
use super::int::num;
use super::str::text;
use super::tuple::Tuple;
use super::typeobj::as_type;
use super::{fixed, float_ops};
use crate::object::{
    Args, Binding, CallArgs, Cmp, GetSet, MethodDef, NativeType, Object, Slots, Type, TypeSpec, ValueExt,
    Visitor, type_flag,
};
use crate::thread::Thread;
use crate::{Raised, Res, binary, methods, names};
use std::cmp::Ordering;
use weft_strategy::{Header, VRef, Value};
use weft_text::complex::{self as num_complex, Complex as C, PowError};
use weft_text::hash::number;

/// A complex number.
#[repr(C)]
pub struct Complex {
    pub(crate) h: Header,
    /// Real part.
    pub re: f64,
    /// Imaginary part.
    pub im: f64,
}

// SAFETY: repr(C), header first, no references.
unsafe impl Object for Complex {
    crate::layout!(Complex, "complex", false);
    fn traverse(&self, _v: Visitor) {}
    fn clear(&self) {}
}

/// `complex`
pub static TYPE: NativeType = NativeType::fixed(&SPEC, fixed::COMPLEX);
static SPEC: TypeSpec = TypeSpec {
    name: "complex",
    doc: "Create a complex number from a string or numbers.\n\nA string is parsed; a single number is converted. With 'real' or 'imag' the number\nhas these components.",
    flags: type_flag::BASETYPE | type_flag::IMMUTABLE,
    slots: Slots {
        repr: Some(|t, v| Ok(t.str(&num_complex::repr(get(v))))),
        hash: Some(hash),
        compare: Some(compare),
        new: Some(new),
        bool: Some(|_, v| Ok(get(v) != num_complex::complex(0.0, 0.0))),
        binary: binary![Add => add, Sub => sub, Mul => mul, TrueDiv => div, Pow => pow],
        pow_mod: Some(|t, _, _, _| Err(t.value_error("complex modulo"))),
        neg: Some(|t, v| Ok(t.complex(-get(v).re, -get(v).im))),
        pos: Some(same),
        abs: Some(abs),
        ..Slots::EMPTY
    },
    methods: METHODS,
    getset: &[
        GetSet {
            name: "real",
            get: |t, v| Ok(t.float(get(v).re)),
            set: None,
            doc: "the real part of a complex number",
        },
        GetSet {
            name: "imag",
            get: |t, v| Ok(t.float(get(v).im)),
            set: None,
            doc: "the imaginary part of a complex number",
        },
    ],
    ..TypeSpec::new::<Complex>()
};

static METHODS: &[MethodDef] = methods! {
    "conjugate(self, /)" => |t, a| Ok(t.complex(get(a.get(0)).re, -get(a.get(0)).im)), "Return the complex conjugate of its argument. (3-4j).conjugate() == 3+4j.";
    "__complex__(self, /)" => |t, a| same(t, a.get(0)), "Convert this value to exact type complex.";
    "__getnewargs__(self, /)" => |t, a| {
        let c = get(a.get(0));
        Ok(Tuple::new(t, vec![t.float(c.re), t.float(c.im)]))
    };
    "__format__(self, format_spec, /)" => super::str_format::complex_format_method, "Convert to a string according to format_spec.";
    class "from_number(type, number, /)" => from_number, "Convert number to a complex floating-point number.";
};

impl Thread {
    /// A complex number.
    pub fn complex(&self, re: f64, im: f64) -> Value {
        complex_object(self, fixed::COMPLEX, re, im)
    }
}

fn complex_object(t: &Thread, shape: u32, re: f64, im: f64) -> Value {
    t.make(shape, Complex { h: Header::new(0, 0), re, im })
}

/// The number of a complex value (subclasses included).
pub fn complex(v: VRef<'_>) -> Option<C> {
    v.cast::<Complex>().map(|c| C { re: c.re, im: c.im })
}

fn get(v: VRef<'_>) -> C {
    complex(v).unwrap_or(C { re: 0.0, im: 0.0 })
}

/// The exact complex number of an instance.
fn same(t: &mut Thread, v: VRef<'_>) -> Res {
    if v.has_shape(fixed::COMPLEX) {
        return Ok(v.to_value());
    }
    let c = get(v);
    Ok(t.complex(c.re, c.im))
}

/// An operand: complex, or real.
enum Part {
    C(C),
    R(f64),
}

impl Part {
    fn complex(self) -> C {
        match self {
            Part::C(c) => c,
            Part::R(f) => num_complex::complex(f, 0.0),
        }
    }
}

fn operand(t: &mut Thread, v: VRef<'_>) -> Result<Option<Part>, Raised> {
    if let Some(c) = complex(v) {
        return Ok(Some(Part::C(c)));
    }
    if let Some(f) = float(v) {
        return Ok(Some(Part::R(f)));
    }
    match num(v) {
        None => Ok(None),
        Some(n) => match n.to_f64() {
            Some(f) => Ok(Some(Part::R(f))),
            None => Err(t.overflow_error(weft_text::int::float::TOO_LARGE)),
        },
    }
}

macro_rules! operands {
    ($t:ident, $a:ident, $b:ident) => {
        match (operand($t, $a)?, operand($t, $b)?) {
            (Some(x), Some(y)) => (x, y),
            _ => return Ok(Value::NOT_IMPLEMENTED),
        }
    };
}

fn give(t: &mut Thread, c: C) -> Res {
    Ok(t.complex(c.re, c.im))
}

fn add(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    let c = match operands!(t, a, b) {
        (Part::C(x), Part::R(y)) | (Part::R(y), Part::C(x)) => x.add_real(y),
        (x, y) => x.complex() + y.complex(),
    };
    give(t, c)
}

fn sub(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    let c = match operands!(t, a, b) {
        (Part::C(x), Part::R(y)) => x.sub_real(y),
        (Part::R(x), Part::C(y)) => C::real_sub(x, y),
        (x, y) => x.complex() - y.complex(),
    };
    give(t, c)
}

fn mul(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    let c = match operands!(t, a, b) {
        (Part::C(x), Part::R(y)) | (Part::R(y), Part::C(x)) => x.mul_real(y),
        (x, y) => x.complex().mul(y.complex()),
    };
    give(t, c)
}

fn div(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    let c = match operands!(t, a, b) {
        (Part::C(x), Part::R(y)) => x.div_real(y),
        (Part::R(x), Part::C(y)) => C::real_div(x, y),
        (x, y) => x.complex().checked_div(y.complex()),
    };
    match c {
        Some(c) => give(t, c),
        None => Err(t.zero_division_error(num_complex::DIVISION_BY_ZERO)),
    }
}

fn pow(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    let (x, y) = operands!(t, a, b);
    power(t, x.complex(), y.complex())
}

/// `x ** y`
pub fn power(t: &mut Thread, x: C, y: C) -> Res {
    match x.pow(y) {
        Ok(c) => give(t, c),
        Err(e @ PowError::Zero) => Err(t.zero_division_error(e.message())),
        Err(e @ PowError::Overflow) => Err(t.overflow_error(e.message())),
    }
}

fn abs(t: &mut Thread, v: VRef<'_>) -> Res {
    match get(v).abs() {
        Some(f) => Ok(t.float(f)),
        None => Err(t.overflow_error(num_complex::ABS_TOO_LARGE)),
    }
}

fn hash(_t: &mut Thread, v: VRef<'_>) -> Res<i64> {
    let c = get(v);
    let part = |f: f64| number::of_f64(f).unwrap_or_else(|| crate::hash::hash_pointer(v.word().identity()));
    Ok(number::of_complex(part(c.re), part(c.im)))
}

/// Only equality is defined.
fn compare(_t: &mut Thread, a: VRef<'_>, b: VRef<'_>, op: Cmp) -> Res {
    if !matches!(op, Cmp::Eq | Cmp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let Some(x) = complex(a) else { return Ok(Value::NOT_IMPLEMENTED) };
    let equal = if let Some(y) = complex(b) {
        x == y
    } else if let Some(y) = float(b) {
        x.re == y && x.im == 0.0
    } else if let Some(o) = float_ops::compare_with_int(x.re, b) {
        o == Some(Ordering::Equal) && x.im == 0.0
    } else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    Ok(Value::bool(equal == (op == Cmp::Eq)))
}

static NEW: MethodDef = MethodDef::new("complex(cls, /, real=0, imag=0)", new_bound, "", Binding::Plain);

fn new(t: &mut Thread, cls: &Type, args: CallArgs<'_>) -> Res {
    let c = cls.to_value();
    crate::call::bind::call_native(t, &NEW, Some(c.r()), args)
}

fn of_class(t: &Thread, cls: VRef<'_>, c: C) -> Value {
    let shape = as_type(cls).map_or(fixed::COMPLEX, |c| c.shape());
    complex_object(t, shape, c.re, c.im)
}

fn new_bound(t: &mut Thread, a: Args<'_>) -> Res {
    let cls = a.get(0);
    let (real, imag) = (a.opt(1), a.opt(2));
    if let (Some(x), None) = (real, imag) {
        if x.has_shape(fixed::COMPLEX) && as_type(cls).is_some_and(|c| c.shape() == fixed::COMPLEX) {
            return Ok(x.to_value());
        }
        if let Some(s) = text(x) {
            return match num_complex::parse(s.bytes()) {
                Ok(c) => Ok(of_class(t, cls, c)),
                Err(e) => {
                    let shown = t.repr_text(x)?;
                    Err(t.value_error(e.message(&shown)))
                }
            };
        }
        return match convert(t, x)? {
            Some(p) => Ok(of_class(t, cls, p.complex())),
            None => {
                let n = x.ty().name();
                Err(t.type_error(format!("complex() argument must be a string or a number, not {n}")))
            }
        };
    }
    let re = component(t, real, "real")?;
    let im = component(t, imag, "imag")?;
    // real + imag*1j, with the parts that are complex themselves.
    let mut c = C { re: 0.0, im: 0.0 };
    match re {
        Part::C(r) => c = r,
        Part::R(f) => c.re = f,
    }
    match im {
        Part::C(i) => {
            c.re -= i.im;
            c.im += i.re
        }
        Part::R(f) if matches!(re, Part::C(_)) => c.im += f,
        Part::R(f) => c.im = f,
    }
    Ok(of_class(t, cls, c))
}

/// `real` or `imag`: a real number; complex ones are deprecated.
fn component(t: &mut Thread, v: Option<VRef<'_>>, name: &str) -> Res<Part> {
    let Some(v) = v else { return Ok(Part::R(0.0)) };
    let n = v.ty().name();
    let part = if name == "real" { convert(t, v)? } else { real_or_complex(t, v)? };
    match part {
        Some(Part::C(c)) => {
            super::int::deprecated(t, format!("complex() argument '{name}' must be a real number, not {n}"))?;
            Ok(Part::C(c))
        }
        Some(p) => Ok(p),
        None => Err(t.type_error(format!("complex() argument '{name}' must be a real number, not {n}"))),
    }
}

fn real_or_complex(t: &mut Thread, v: VRef<'_>) -> Res<Option<Part>> {
    if let Some(c) = complex(v) {
        return Ok(Some(Part::C(c)));
    }
    Ok(as_f64_opt(t, v)?.map(Part::R))
}

/// A number by `__complex__`, `__float__` or `__index__`.
fn convert(t: &mut Thread, v: VRef<'_>) -> Res<Option<Part>> {
    if v.has_shape(fixed::COMPLEX) {
        return Ok(Some(Part::C(get(v))));
    }
    if is_exact(v) || v.word().is_int() {
        return Ok(as_f64_opt(t, v)?.map(Part::R));
    }
    if let Some(r) = t.call_special(v, names::__complex__(), &[]) {
        let r = r?;
        let n = r.r().ty().name();
        let Some(c) = complex(r.r()) else {
            return Err(t.type_error(format!("__complex__ returned non-complex (type {n})")));
        };
        if !r.r().has_shape(fixed::COMPLEX) {
            super::int::deprecated(
                t,
                format!(
                    "__complex__ returned non-complex (type {n}).  The ability to return an instance of a strict subclass \
                     of complex is deprecated, and may be removed in a future version of Python."
                ),
            )?;
        }
        return Ok(Some(Part::C(c)));
    }
    real_or_complex(t, v)
}

/// `complex(v)` for arguments (`cmath`): TypeError for what is no number.
pub fn as_complex(t: &mut Thread, v: VRef<'_>) -> Res<C> {
    match convert(t, v)? {
        Some(p) => Ok(p.complex()),
        None => {
            let n = v.ty().name();
            Err(t.type_error(format!("must be real number, not {n}")))
        }
    }
}

fn from_number(t: &mut Thread, a: Args<'_>) -> Res {
    let c = as_complex(t, a.get(1))?;
    let v = t.complex(c.re, c.im);
    if as_type(a.get(0)).is_some_and(|c| c.shape() == fixed::COMPLEX) {
        return Ok(v);
    }
    t.call(a.get(0), &[v.r()])
}
