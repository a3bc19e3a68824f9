//! `None`, `NotImplemented`, `Ellipsis`: immediate words with types.

use super::fixed;
use super::object::Plain;
use crate::object::{NativeType, Slots, TypeSpec, type_flag};
use crate::thread::Thread;
use crate::{Raised, Res};
use weft_strategy::{VRef, Value, Word};

/// A fixed hash makes the order of sets of None reproducible, as in CPython since 3.12.
pub const HASH_OF_NONE: i64 = 0xFCA8_6420;

/// `types.NoneType`
pub static NONE: NativeType = NativeType::fixed(&NONE_SPEC, fixed::NONE);
static NONE_SPEC: TypeSpec = TypeSpec {
    name: "NoneType",
    doc: "The type of the None singleton.",
    flags: type_flag::IMMUTABLE,
    slots: Slots {
        repr: Some(|t, _| Ok(t.str("None"))),
        bool: Some(|_, _| Ok(false)),
        hash: Some(|_, _| Ok(HASH_OF_NONE)),
        new: Some(|t, ty, a| no_arguments(t, ty.name(), a.args.len()).map(|()| Value::NONE)),
        ..Slots::EMPTY
    },
    ..TypeSpec::new::<Plain>()
};

/// `types.NotImplementedType`
pub static NOT_IMPLEMENTED: NativeType = NativeType::fixed(&NOT_IMPLEMENTED_SPEC, fixed::NOT_IMPLEMENTED);
static NOT_IMPLEMENTED_SPEC: TypeSpec = TypeSpec {
    name: "NotImplementedType",
    doc: "The type of the NotImplemented singleton.",
    flags: type_flag::IMMUTABLE,
    slots: Slots {
        repr: Some(|t, _| Ok(t.str("NotImplemented"))),
        bool: Some(|t, _| Err(t.type_error("NotImplemented should not be used in a boolean context"))),
        new: Some(|t, ty, a| no_arguments(t, ty.name(), a.args.len()).map(|()| Value::NOT_IMPLEMENTED)),
        ..Slots::EMPTY
    },
    methods: crate::methods! { "__reduce__(self, /)" => |t, _| Ok(t.str("NotImplemented")); },
    ..TypeSpec::new::<Plain>()
};

/// `types.EllipsisType`
pub static ELLIPSIS: NativeType = NativeType::fixed(&ELLIPSIS_SPEC, fixed::ELLIPSIS);
static ELLIPSIS_SPEC: TypeSpec = TypeSpec {
    name: "ellipsis",
    doc: "The type of the Ellipsis singleton.",
    flags: type_flag::IMMUTABLE,
    slots: Slots {
        repr: Some(|t, _| Ok(t.str("Ellipsis"))),
        new: Some(|t, _, a| no_arguments(t, "EllipsisType".into(), a.args.len()).map(|()| Value::ELLIPSIS)),
        ..Slots::EMPTY
    },
    methods: crate::methods! { "__reduce__(self, /)" => |t, _| Ok(t.str("Ellipsis")); },
    ..TypeSpec::new::<Plain>()
};

fn no_arguments(t: &mut Thread, name: String, n: usize) -> Result<(), Raised> {
    if n == 0 { Ok(()) } else { Err(t.type_error(format!("{name} takes no arguments"))) }
}

impl Thread {
    /// Which of the singletons (or an int, a float) a word is, for messages.
    pub fn describe(&mut self, v: VRef<'_>) -> Res<String> {
        let r = self.repr(v)?;
        Ok(super::str::text(r.r()).map(|s| s.to_string()).unwrap_or_default())
    }
}

/// The word of `None`, for callers that need a reference.
pub fn none() -> VRef<'static> {
    VRef::immediate(Word::NONE)
}
