//! Asynchronous generators: what Python sees of them, and the awaitables they give.

use crate::object::{GetSet, MethodDef, NativeType, Slots, TypeSpec, type_flag};
use crate::thread::Thread;
use weft_strategy::{Header, Slot, Value};

/// A value on its way out of an asynchronous generator, told apart from what its awaits yield.
#[repr(C)]
pub struct Wrapped {
    pub(crate) h: Header,
    /// The value.
    pub value: Slot,
}
crate::object!(Wrapped, "async_generator_wrapped_value", true, [value]);

static WRAPPED: NativeType = NativeType::new(&WRAPPED_SPEC);
static WRAPPED_SPEC: TypeSpec = TypeSpec {
    name: "async_generator_wrapped_value",
    flags: type_flag::IMMUTABLE | type_flag::NO_NEW,
    ..TypeSpec::new::<Wrapped>()
};

/// Marks a value as yielded by the generator itself.
pub fn wrap(t: &Thread, v: Value) -> Value {
    let shape = WRAPPED.shape(t);
    t.make(shape, Wrapped { h: Header::new(0, 0), value: Slot::new(v) })
}

/// Behaviour.
pub const SLOTS: Slots = Slots { ..Slots::EMPTY };
/// Methods.
pub static METHODS: &[MethodDef] = crate::methods! {};
/// Computed attributes.
pub static GETSET: &[GetSet] = &[];
