//! `_sysconfig`: variables of the build that no file tells.

use weft_vm::dict::Dict;
use weft_vm::object::{Args, ModuleSpec, ValueExt};
use weft_vm::{Res, Thread, Value};

/// The declaration.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "_sysconfig",
    doc: "A helper for the sysconfig module.",
    functions: weft_vm::methods! {
        "config_vars()" => config_vars, "Returns a dictionary containing build variables intended to be exposed by sysconfig.";
    },
    init: None,
};

fn config_vars(t: &mut Thread, _: Args<'_>) -> Res {
    let vars = Dict::new(t);
    if let Some(d) = vars.cast::<Dict>() {
        let multiarch = format!("{}-linux-gnu", std::env::consts::ARCH);
        t.dict_set(d, "Py_GIL_DISABLED", t.int((!weft_vm::start::has_gil()).into()));
        t.dict_set(d, "Py_DEBUG", t.int(0));
        t.dict_set(d, "EXT_SUFFIX", Value::NONE);
        t.dict_set(d, "SOABI", Value::NONE);
        t.dict_set(d, "MULTIARCH", t.str(&multiarch));
        t.dict_set(d, "WITH_DOC_STRINGS", t.int(1));
    }
    Ok(vars)
}
