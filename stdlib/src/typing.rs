//! `_typing`: what `typing` takes from the interpreter.

use weft_vm::object::ModuleSpec;
use weft_vm::{Raised, Thread, VRef, methods};

/// The module.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "_typing",
    doc: "Primitives and accelerators for the typing module.\n",
    functions: methods! {
        "_idfunc(x, /)" => |_, a| Ok(a.get(0).to_value());
    },
    init: Some(init),
};

fn init(t: &mut Thread, m: VRef<'_>) -> Result<(), Raised> {
    weft_vm::types::typevar::add_to_module(t, m);
    Ok(())
}
