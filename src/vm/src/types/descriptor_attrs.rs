//! What Python sees of descriptors.

use crate::object::{GetSet, MethodDef, Slots};

/// Behaviour.
pub const SLOTS: Slots = Slots { ..Slots::EMPTY };
/// Methods.
pub static METHODS: &[MethodDef] = crate::methods! {};
/// Computed attributes.
pub static GETSET: &[GetSet] = &[];

/// Behaviour of method-wrapper.
pub const WRAPPER_SLOTS: Slots = Slots { ..Slots::EMPTY };
/// Computed attributes of method-wrapper.
pub static WRAPPER_GETSET: &[GetSet] = &[];
