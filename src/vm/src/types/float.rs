//! `float`: immediate where the exponent allows it, else a boxed [`Float`].

use super::fixed;
use crate::Res;
use crate::object::{NativeType, Object, Slots, TypeSpec, ValueExt, Visitor};
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
static SPEC: TypeSpec =
    TypeSpec { name: "float", slots: Slots { ..Slots::EMPTY }, ..TypeSpec::new::<Float>() };

/// A boxed float.
#[cold]
pub fn boxed(t: &Thread, v: f64) -> Value {
    t.make(fixed::FLOAT, Float { h: Header::new(0, 0), value: v })
}

/// The float of a float value (subclasses included).
#[inline]
pub fn float(v: VRef<'_>) -> Option<f64> {
    if v.word().is_float() {
        return Some(v.word().as_float());
    }
    v.cast::<Float>().map(|f| f.value)
}

/// `float(v)` for arguments: floats, `__float__`, `__index__`; TypeError, OverflowError.
pub fn as_f64(t: &mut Thread, v: VRef<'_>) -> Res<f64> {
    if let Some(f) = float(v) {
        return Ok(f);
    }
    if let Some(i) = super::int::to_i64(v) {
        return Ok(i as f64);
    }
    let n = v.ty().name();
    Err(t.type_error(format!("must be real number, not {n}")))
}
