//! `classmethod` and `staticmethod`.

use super::fixed;
use crate::object::{NativeType, Slots, TypeSpec};
use crate::thread::Thread;
use weft_strategy::{Header, Slot, Value};

/// A wrapper that changes how a function binds. Serves both types.
#[repr(C)]
pub struct Wrapper {
    pub(crate) h: Header,
    /// `__func__`
    pub func: Slot,
    /// `__dict__`, made on demand
    pub dict: Slot,
}
crate::object!(Wrapper, "staticmethod", true, [func, dict]);

/// `staticmethod`
pub static STATICMETHOD: NativeType = NativeType::fixed(&STATIC_SPEC, fixed::STATICMETHOD);
static STATIC_SPEC: TypeSpec =
    TypeSpec { name: "staticmethod", slots: Slots { ..Slots::EMPTY }, ..TypeSpec::new::<Wrapper>() };

/// `classmethod`
pub static CLASSMETHOD: NativeType = NativeType::fixed(&CLASS_SPEC, fixed::CLASSMETHOD);
static CLASS_SPEC: TypeSpec =
    TypeSpec { name: "classmethod", slots: Slots { ..Slots::EMPTY }, ..TypeSpec::new::<Wrapper>() };

/// A static method.
pub fn new_static(t: &Thread, f: Value) -> Value {
    t.make(fixed::STATICMETHOD, Wrapper { h: Header::new(0, 0), func: Slot::new(f), dict: Slot::empty() })
}

/// A class method.
pub fn new_class(t: &Thread, f: Value) -> Value {
    t.make(fixed::CLASSMETHOD, Wrapper { h: Header::new(0, 0), func: Slot::new(f), dict: Slot::empty() })
}
