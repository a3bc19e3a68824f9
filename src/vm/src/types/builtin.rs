//! `builtin_function_or_method`: a native function, maybe bound to its receiver or module.

use super::fixed;
use crate::Res;
use crate::object::{CallArgs, MethodDef, NativeType, Slots, TypeSpec, ValueExt, type_flag};
use crate::thread::Thread;
use weft_strategy::{Header, Slot, VRef, Value};

/// A native function object.
#[repr(C)]
pub struct Builtin {
    pub(crate) h: Header,
    /// What it runs.
    pub def: &'static MethodDef,
    /// Receiver, passed as first argument (`[].append`); empty for module functions.
    pub this: Slot,
    /// `__module__`
    pub module: Slot,
}

crate::object!(Builtin, "builtin_function_or_method", true, [this, module]);

/// `types.BuiltinFunctionType`
pub static TYPE: NativeType = NativeType::fixed(&SPEC, fixed::BUILTIN);
static SPEC: TypeSpec = TypeSpec {
    name: "builtin_function_or_method",
    flags: type_flag::IMMUTABLE | type_flag::WEAKREFS,
    slots: Slots { call: Some(call), ..super::builtin_attrs::SLOTS },
    methods: super::builtin_attrs::METHODS,
    getset: super::builtin_attrs::GETSET,
    ..TypeSpec::new::<Builtin>()
};

impl Builtin {
    /// A module function.
    pub fn function(t: &Thread, def: &'static MethodDef, module: Option<Value>) -> Value {
        t.make(
            fixed::BUILTIN,
            Builtin { h: Header::new(0, 0), def, this: Slot::empty(), module: Slot::from_option(module) },
        )
    }

    /// A bound method.
    pub fn bound(t: &Thread, def: &'static MethodDef, this: Value) -> Value {
        t.make(
            fixed::BUILTIN,
            Builtin { h: Header::new(0, 0), def, this: Slot::new(this), module: Slot::empty() },
        )
    }
}

fn call(t: &mut Thread, callee: VRef<'_>, args: CallArgs<'_>) -> Res {
    let b: &Builtin = callee.cast().expect("builtin");
    // SAFETY: the receiver is held by the function object, which the caller holds.
    let this = b.this.get(b).map(|v| unsafe { v.extend() });
    crate::call::bind::call_native(t, b.def, this, args)
}
