//! What Python sees of types.

use crate::object::{BinOp, Binary, GetSet, MethodDef, Slots};

/// Behaviour.
pub const SLOTS: Slots = Slots { ..Slots::EMPTY };
/// Methods.
pub static METHODS: &[MethodDef] = crate::methods! {};
/// Computed attributes.
pub static GETSET: &[GetSet] = &[];

/// Operators of types: `int | str`.
pub const BINARY: [Option<Binary>; BinOp::COUNT] = [None; BinOp::COUNT];
