//! Methods of `object`.

use crate::object::{GetSet, MethodDef, Slots};

/// Behaviour.
pub const SLOTS: Slots = Slots { ..Slots::EMPTY };
/// Methods.
pub static METHODS: &[MethodDef] = crate::methods! {};
/// Computed attributes.
pub static GETSET: &[GetSet] = &[];

/// `__dict__` of instances.
pub static DICT: GetSet =
    GetSet { name: "__dict__", get: |_, _| Ok(weft_strategy::Value::NONE), set: None, doc: "" };
/// `__weakref__` of instances.
pub static WEAKREF: GetSet =
    GetSet { name: "__weakref__", get: |_, _| Ok(weft_strategy::Value::NONE), set: None, doc: "" };
