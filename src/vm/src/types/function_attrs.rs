//! What Python sees of functions and bound methods.

use crate::object::{GetSet, MethodDef, Slots};

/// Behaviour.
pub const SLOTS: Slots = Slots { ..Slots::EMPTY };
/// Methods.
pub static METHODS: &[MethodDef] = crate::methods! {};
/// Computed attributes.
pub static GETSET: &[GetSet] = &[];

/// Behaviour of bound methods.
pub const METHOD_SLOTS: Slots = Slots { ..Slots::EMPTY };
/// Methods of bound methods.
pub static METHOD_METHODS: &[MethodDef] = crate::methods! {};
/// Computed attributes of bound methods.
pub static METHOD_GETSET: &[GetSet] = &[];
