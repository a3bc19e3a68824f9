//! `dict`: its type and methods.

use super::fixed;
use crate::object::{NativeType, Slots, TypeSpec};

/// `dict`
pub static TYPE: NativeType = NativeType::fixed(&SPEC, fixed::DICT);
static SPEC: TypeSpec =
    TypeSpec { name: "dict", slots: Slots { ..Slots::EMPTY }, ..TypeSpec::new::<crate::dict::Dict>() };
