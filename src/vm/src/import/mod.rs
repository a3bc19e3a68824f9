//! Bringing up the embedded importlib: Lib/importlib/_bootstrap*.py, run from the packed library as
//! `_frozen_importlib` and `_frozen_importlib_external`, as in CPython. `__import__` itself is in
//! `builtins/importing.rs`.

use crate::dict::Dict;
use crate::object::ValueExt;
use crate::thread::Thread;
use crate::types::module::Module;
use crate::{Raised, Res, start};
use weft_strategy::Value;

/// Runs packed code as the module `name`, without importlib; gives the module.
pub fn run_packed(t: &mut Thread, name: &str, code: &'static [u8]) -> Res {
    let code = start::load_packed(t, name, code)?;
    let m = Module::new(t, name, None);
    if let Some(d) = start::modules(t).and_then(|d| d.cast::<Dict>().map(|_| d.clone()))
        && let Some(d) = d.cast::<Dict>()
    {
        t.dict_set(d, name, m.clone())
    }
    let dict = m.cast::<Module>().map(|m| m.dict().as_vref().to_value()).unwrap_or(Value::NONE);
    if let Some(h) = dict.r().header() {
        crate::types::code::make_traced(t, h)
    }
    let builtins = start::builtins_dict(t);
    if let Some(d) = dict.cast::<Dict>() {
        t.dict_set(d, "__builtins__", builtins);
        if let Some(orig) = start::frozen::find(name).and_then(|f| f.origname) {
            let orig = t.str(orig);
            t.dict_set(d, "__origname__", orig)
        }
    }
    let Some(c) = crate::types::code::code(code.r()) else { return Err(Raised) };
    crate::interp::run_code(t, c, dict.r(), None)?;
    Ok(m)
}

/// Brings up importlib from its packed code. `sys` and `_imp` exist.
pub fn bring_up(t: &mut Thread, bootstrap: &'static [u8]) -> Res<()> {
    let sys = start::import_native(t, "sys")?;
    let imp = start::import_native(t, "_imp")?;
    let lib = run_packed(t, "_frozen_importlib", bootstrap)?;
    t.call_method(lib.r(), "_install", &[sys.r(), imp.r()])?;
    start::modules::registry_set(t, "importlib", lib.clone());
    t.call_method(lib.r(), "_install_external_importers", &[])?;
    Ok(())
}
