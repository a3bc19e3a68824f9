//! `set` and `frozenset`: a dict's table with keys only.

use super::fixed;
use crate::object::{NativeType, Object, Slots, TypeSpec, Visitor};
use crate::thread::Thread;
use weft_strategy::{Header, Value};

/// The set object, mutable or frozen.
#[repr(C)]
pub struct Set {
    pub(crate) h: Header,
}

// SAFETY: repr(C), header first, no references.
unsafe impl Object for Set {
    crate::layout!(Set, "set", true);
    fn traverse(&self, _v: Visitor) {}
    fn clear(&self) {}
}

/// `set`
pub static SET: NativeType = NativeType::fixed(&SPEC, fixed::SET);
static SPEC: TypeSpec = TypeSpec { name: "set", slots: Slots { ..Slots::EMPTY }, ..TypeSpec::new::<Set>() };
/// `frozenset`
pub static FROZENSET: NativeType = NativeType::fixed(&FROZEN_SPEC, fixed::FROZENSET);
static FROZEN_SPEC: TypeSpec =
    TypeSpec { name: "frozenset", slots: Slots { ..Slots::EMPTY }, ..TypeSpec::new::<Set>() };

/// A frozenset of constants: numbers, str, bytes, None and tuples of them, whose comparison runs no Python.
pub fn frozen_from_consts(t: &Thread, items: Vec<Value>) -> Value {
    let _ = items;
    t.make(fixed::FROZENSET, Set { h: Header::new(0, 0) })
}

/// A set of these items; TypeError if one is not hashable.
pub fn new_set(t: &mut Thread, items: Vec<Value>) -> crate::Res {
    let _ = items;
    Ok(t.make(fixed::SET, Set { h: Header::new(0, 0) }))
}

/// `s.add(item)`
pub fn add(t: &mut Thread, s: weft_strategy::VRef<'_>, item: weft_strategy::VRef<'_>) -> crate::Res<()> {
    let _ = (t, s, item);
    Ok(())
}
