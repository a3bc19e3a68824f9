//! `_weft_lib`: the packed library, for its importer (`stdlib/python/_weft_library.py`).

use weft_vm::object::{Args, ModuleSpec};
use weft_vm::types::str::text;
use weft_vm::types::tuple::Tuple;
use weft_vm::{Raised, Res, Thread, VRef, Value, methods, start};

/// Where the program given with `-c` is kept: a tuple of its code and its text.
pub const COMMAND: &str = "weft.command";

/// The declaration.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "_weft_lib",
    doc: "Access to the library packed into the binary.",
    functions: methods! {
        "find(name, /)" => find, "File name (below PREFIX) and whether it is a package, of a module; or None.";
        "code(name, /)" => code, "Code object of a module.";
        "source(name, /)" => source, "Source of a module, as bytes.";
        "command()" => |t, _| Ok(start::modules::registry_get(t, COMMAND).unwrap_or(Value::NONE)), "Code and text of the program given with -c, or None.";
        "names()" => names, "Names of all modules.";
    },
    init: Some(|t, m| {
        let p = t.str(weft_frozen::PREFIX);
        t.module_set(m, "PREFIX", p);
        Ok(())
    }),
};

fn module(t: &mut Thread, name: VRef<'_>) -> Result<weft_frozen::Module, Raised> {
    let n = t.arg_str(name)?.to_string();
    match weft_frozen::find(&n) {
        Some(m) => Ok(m),
        None => Err(t.raise_text(&weft_vm::errors::IMPORT_ERROR, format!("no packed module named '{n}'"))),
    }
}

fn find(t: &mut Thread, a: Args<'_>) -> Res {
    let n = t.arg_str(a.get(0))?.to_string();
    Ok(match weft_frozen::find(&n) {
        Some(m) => {
            let path = t.str(m.path);
            Tuple::new(t, vec![path, Value::bool(m.is_package)])
        }
        None => Value::NONE,
    })
}

fn code(t: &mut Thread, a: Args<'_>) -> Res {
    let m = module(t, a.get(0))?;
    let n = text(a.get(0)).map(|s| s.to_string()).unwrap_or_default();
    start::load_packed(t, &n, m.code())
}

fn source(t: &mut Thread, a: Args<'_>) -> Res {
    let m = module(t, a.get(0))?;
    Ok(t.bytes(&m.source()))
}

fn names(t: &mut Thread, _a: Args<'_>) -> Res {
    let names = weft_frozen::names().iter().map(|n| t.str(n)).collect();
    Ok(Tuple::new(t, names))
}
