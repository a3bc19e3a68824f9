//! `complex`.

use super::fixed;
use crate::object::{NativeType, Object, Slots, TypeSpec, Visitor};
use crate::thread::Thread;
use weft_strategy::{Header, Value};

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
static SPEC: TypeSpec =
    TypeSpec { name: "complex", slots: Slots { ..Slots::EMPTY }, ..TypeSpec::new::<Complex>() };

impl Thread {
    /// A complex number.
    pub fn complex(&self, re: f64, im: f64) -> Value {
        self.make(fixed::COMPLEX, Complex { h: Header::new(0, 0), re, im })
    }
}
