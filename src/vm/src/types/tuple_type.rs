//! `tuple`: its type and methods.

use super::fixed;
use crate::object::{NativeType, Slots, TypeSpec};

/// `tuple`
pub static TYPE: NativeType = NativeType::fixed(&SPEC, fixed::TUPLE);
static SPEC: TypeSpec =
    TypeSpec { name: "tuple", slots: Slots { ..Slots::EMPTY }, ..TypeSpec::new::<super::tuple::Tuple>() };
