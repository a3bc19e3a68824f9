//! `list`: its type and methods.

use super::fixed;
use crate::object::{NativeType, Slots, TypeSpec};

/// `list`
pub static TYPE: NativeType = NativeType::fixed(&SPEC, fixed::LIST);
static SPEC: TypeSpec =
    TypeSpec { name: "list", slots: Slots { ..Slots::EMPTY }, ..TypeSpec::new::<super::list::List>() };
