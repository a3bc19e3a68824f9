//! `float`: immediate where the exponent allows it, else a boxed [`Float`]. Operators are in `float_ops.rs`,
//! the constructor and the methods in `float_methods.rs`.

use super::fixed;
use super::int::num;
use crate::Res;
use crate::object::{NativeType, Object, TypeSpec, ValueExt, Visitor, type_flag};
use crate::thread::Thread;
use weft_strategy::{Header, VRef, Value};

/// A float that is not immediate: very large, very small, infinite, NaN, or of a subclass.
#[repr(C)]
pub struct Float {
    pub(crate) h: Header,
    /// The number.
    pub value: f64,
}

// SAFETY: repr(C), header first, no references.
unsafe impl Object for Float {
    crate::layout!(Float, "float", false);
    fn traverse(&self, _v: Visitor) {}
    fn clear(&self) {}
}

/// `float`
pub static TYPE: NativeType = NativeType::fixed(&SPEC, fixed::FLOAT);
static SPEC: TypeSpec = TypeSpec {
    name: "float",
    doc: "Convert a string or number to a floating-point number, if possible.",
    flags: type_flag::BASETYPE | type_flag::IMMUTABLE | type_flag::MATCH_SELF,
    slots: super::float_ops::SLOTS,
    methods: super::float_methods::METHODS,
    getset: super::float_methods::GETSET,
    ..TypeSpec::new::<Float>()
};

/// A boxed float.
#[cold]
pub fn boxed(t: &Thread, v: f64) -> Value {
    float_object(t, fixed::FLOAT, v)
}

/// A float object of the given shape.
pub fn float_object(t: &Thread, shape: u32, v: f64) -> Value {
    t.make(shape, Float { h: Header::new(0, 0), value: v })
}

/// The float of a float value (subclasses included).
#[inline]
pub fn float(v: VRef<'_>) -> Option<f64> {
    if v.word().is_float() {
        return Some(v.word().as_float());
    }
    v.cast::<Float>().map(|f| f.value)
}

/// Is this a float and not of a subclass?
#[inline]
pub fn is_exact(v: VRef<'_>) -> bool {
    v.word().is_float() || v.has_shape(fixed::FLOAT)
}

/// `v.__float__()`, checked; `None` if there is no such method.
pub fn by_method(t: &mut Thread, v: VRef<'_>) -> Res<Option<f64>> {
    let Some(f) = v.ty().slots().float else { return Ok(None) };
    let r = f(t, v)?;
    let Some(x) = float(r.r()) else {
        let (o, n) = (v.ty().name(), r.r().ty().name());
        return Err(t.type_error(format!("{o}.__float__ returned non-float (type {n})")));
    };
    if !is_exact(r.r()) {
        let (o, n) = (v.ty().name(), r.r().ty().name());
        super::int::deprecated(
            t,
            format!(
                "{o}.__float__ returned non-float (type {n}).  The ability to return an instance of a strict subclass of \
                 float is deprecated, and may be removed in a future version of Python."
            ),
        )?;
    }
    Ok(Some(x))
}

/// `float(v)` for arguments: floats, `__float__`, `__index__`; TypeError, OverflowError.
pub fn as_f64(t: &mut Thread, v: VRef<'_>) -> Res<f64> {
    match as_f64_opt(t, v)? {
        Some(f) => Ok(f),
        None => {
            let n = v.ty().name();
            Err(t.type_error(format!("must be real number, not {n}")))
        }
    }
}

/// As [`as_f64`]; `None` for what is no real number.
pub fn as_f64_opt(t: &mut Thread, v: VRef<'_>) -> Res<Option<f64>> {
    if let Some(f) = float(v) {
        return Ok(Some(f));
    }
    if v.word().is_int() {
        return Ok(Some(v.word().as_int() as f64));
    }
    if let Some(f) = by_method(t, v)? {
        return Ok(Some(f));
    }
    if v.ty().slots().index.is_none() {
        return Ok(None);
    }
    let i = t.index(v)?;
    match num(i.r()).and_then(|n| n.to_f64()) {
        Some(f) => Ok(Some(f)),
        None => Err(t.overflow_error(weft_text::int::float::TOO_LARGE)),
    }
}
