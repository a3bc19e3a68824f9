//! What Python sees of native functions.

use crate::object::{GetSet, MethodDef, Slots};

/// Behaviour.
pub const SLOTS: Slots = Slots { ..Slots::EMPTY };
/// Methods.
pub static METHODS: &[MethodDef] = crate::methods! {};
/// Computed attributes.
pub static GETSET: &[GetSet] = &[];
