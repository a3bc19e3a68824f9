//! `str`: its type and methods.

use super::fixed;
use crate::object::{NativeType, Slots, TypeSpec};

/// `str`
pub static TYPE: NativeType = NativeType::fixed(&SPEC, fixed::STR);
static SPEC: TypeSpec =
    TypeSpec { name: "str", slots: Slots { ..Slots::EMPTY }, ..TypeSpec::new::<super::str::Str>() };

/// `a + b`
pub fn str_concat(
    t: &crate::thread::Thread,
    a: &super::str::Str,
    b: &super::str::Str,
) -> weft_strategy::Value {
    t.str_wtf8(&[a.bytes(), b.bytes()].concat())
}

/// `format(v, spec)`
pub fn format_value(
    t: &mut crate::thread::Thread,
    v: weft_strategy::VRef<'_>,
    _spec: Option<weft_strategy::VRef<'_>>,
) -> crate::Res {
    t.to_str(v)
}
