//! `sys._jit`: what can be asked of a just-in-time compiler. There is none.

use weft_vm::object::ModuleSpec;
use weft_vm::{Res, Thread, VRef, Value};

static MODULE: ModuleSpec = ModuleSpec {
    name: "sys._jit",
    doc: "",
    functions: weft_vm::methods! {
        "is_available()" => |_, _| Ok(Value::FALSE), "Return True if the current Python executable supports JIT compilation, and False otherwise.";
        "is_enabled()" => |_, _| Ok(Value::FALSE), "Return True if JIT compilation is enabled for the current Python process (implies sys._jit.is_available()), and False otherwise.";
        "is_active()" => |_, _| Ok(Value::FALSE), "Return True if the topmost Python frame is currently executing JIT code, and False otherwise.";
    },
    init: None,
};

/// Adds it to `sys`.
pub fn add(t: &mut Thread, sys: VRef<'_>) -> Res<()> {
    let m = t.native_module(&MODULE)?;
    t.module_set(sys, "_jit", m);
    Ok(())
}
