//! `str`: its type and methods.

use super::fixed;
use crate::object::{NativeType, Slots, TypeSpec};

/// `str`
pub static TYPE: NativeType = NativeType::fixed(&SPEC, fixed::STR);
static SPEC: TypeSpec =
    TypeSpec { name: "str", slots: Slots { ..Slots::EMPTY }, ..TypeSpec::new::<super::str::Str>() };
