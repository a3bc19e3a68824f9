//! `bool`: two immediate words.

use super::fixed;
use crate::object::{NativeType, Slots, TypeSpec, type_flag};

/// `bool`
pub static TYPE: NativeType = NativeType::fixed(&SPEC, fixed::BOOL);
static SPEC: TypeSpec = TypeSpec {
    name: "bool",
    base: Some(&super::int::TYPE),
    flags: type_flag::IMMUTABLE,
    slots: Slots { ..Slots::EMPTY },
    ..TypeSpec::new::<super::int::BigInt>()
};
