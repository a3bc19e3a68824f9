//! `_imp`: what importlib asks of the runtime.

use std::cell::Cell;
use weft_vm::dict::Dict;
use weft_vm::object::{Args, ModuleSpec, ValueExt};
use weft_vm::start::frozen;
use weft_vm::types::list::List;
use weft_vm::types::str::text;
use weft_vm::types::tuple::Tuple;
use weft_vm::{Raised, Res, Thread, VRef, Value, methods, start};

/// The declaration.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "_imp",
    doc: "(Extremely) low-level import machinery bits as used by importlib.",
    functions: methods! {
        "lock_held()" => |_, _| Ok(Value::bool(HELD.get() > 0)), "Is the import lock held by this thread?";
        "acquire_lock()" => |_, _| { HELD.set(HELD.get() + 1); Ok(Value::NONE) }, "Take the import lock. Modules have locks of their own; this one only counts.";
        "release_lock()" => release_lock, "Give the import lock back.";
        "extension_suffixes()" => |t, _| Ok(List::new(t, Vec::new())), "File name endings of extension modules: there are none.";
        "is_builtin(name, /)" => |t, a| { let n = name(t, a.get(0))?; let is = start::modules::find(&n).is_some(); Ok(t.int(is as i64)) }, "1 if the name is that of a built-in module, else 0.";
        "is_frozen(name, /)" => |t, a| { let n = name(t, a.get(0))?; Ok(Value::bool(frozen::find(&n).is_some())) }, "Is there a frozen module of that name?";
        "is_frozen_package(name, /)" => |t, a| { let f = find(t, a.get(0))?; Ok(Value::bool(f.is_package)) }, "Is the frozen module a package?";
        "find_frozen(name, /, *, withdata=False)" => find_frozen, "What is known of a frozen module, or None.";
        "get_frozen_object(name, data=None, /)" => get_frozen_object, "Code object of a frozen module.";
        "init_frozen(name, /)" => init_frozen, "Initialize a frozen module.";
        "create_builtin(spec, /)" => create_builtin, "Create a built-in module.";
        "exec_builtin(mod, /)" => |t, _| Ok(t.int(0)), "Initialize a built-in module: it is, when made.";
        "create_dynamic(spec, file=<unrepresentable>, /)" => no_extensions, "Create an extension module.";
        "exec_dynamic(mod, /)" => |t, _| Ok(t.int(0)), "Initialize an extension module.";
        "_fix_co_filename(code, path, /)" => |_, _| Ok(Value::NONE), "Change the file name of a code object; weft's are right from the start.";
        "source_hash(key, source)" => source_hash, "Hash of source for hash-based .pyc files.";
        "_frozen_module_names()" => |t, _| { let v = frozen::names().iter().map(|n| t.str(n)).collect(); Ok(List::new(t, v)) }, "Names of the frozen modules.";
        "_override_frozen_modules_for_tests(override, /)" => |_, _| Ok(Value::NONE), "For CPython's tests.";
        "_override_multi_interp_extensions_check(override, /)" => |t, _| Ok(t.int(0)), "For CPython's tests.";
    },
    init: Some(|t, m| {
        let s = t.str(start::flags::flags().check_hash_pycs);
        t.module_set(m, "check_hash_based_pycs", s);
        let n = t.int(weft_bytecode::marshal::VERSION as i64);
        t.module_set(m, "pyc_magic_number_token", n);
        Ok(())
    }),
};

thread_local! {
    static HELD: Cell<usize> = const { Cell::new(0) };
}

fn release_lock(t: &mut Thread, _a: Args<'_>) -> Res {
    match HELD.get().checked_sub(1) {
        Some(n) => {
            HELD.set(n);
            Ok(Value::NONE)
        }
        None => Err(t.runtime_error("not holding the import lock")),
    }
}

fn name(t: &mut Thread, v: VRef<'_>) -> Result<String, Raised> {
    t.arg_str(v).map(|s| s.to_string())
}

fn find(t: &mut Thread, v: VRef<'_>) -> Result<frozen::Frozen, Raised> {
    let n = name(t, v)?;
    match frozen::find(&n) {
        Some(f) => Ok(f),
        None => Err(t.raise_text(&weft_vm::errors::IMPORT_ERROR, format!("No such frozen object named '{n}'"))),
    }
}

fn find_frozen(t: &mut Thread, a: Args<'_>) -> Res {
    let n = name(t, a.get(0))?;
    let Some(f) = frozen::find(&n) else { return Ok(Value::NONE) };
    let orig = f.origname.map_or(Value::NONE, |o| t.str(o));
    Ok(Tuple::new(t, vec![Value::NONE, Value::bool(f.is_package), orig]))
}

fn get_frozen_object(t: &mut Thread, a: Args<'_>) -> Res {
    let f = find(t, a.get(0))?;
    match weft_bytecode::marshal::from_bytes(f.code) {
        Ok(c) => start::load_code(t, &c),
        Err(_) => {
            let n = text(a.get(0)).map(|s| s.to_string()).unwrap_or_default();
            Err(t.raise_text(&weft_vm::errors::IMPORT_ERROR, format!("Frozen object named '{n}' is invalid")))
        }
    }
}

fn init_frozen(t: &mut Thread, a: Args<'_>) -> Res {
    let n = name(t, a.get(0))?;
    let Some(f) = frozen::find(&n) else { return Ok(Value::NONE) };
    weft_vm::import::run_packed(t, &n, f.code)
}

fn create_builtin(t: &mut Thread, a: Args<'_>) -> Res {
    let n = t.attr(a.get(0), "name")?;
    let n = name(t, n.r())?;
    // `sys.modules` gets it from importlib; one that was made before is made once only.
    let already = start::modules(t).and_then(|m| t.dict_get(m.cast::<Dict>()?, &n));
    match already {
        Some(m) => Ok(m),
        None => start::import_native(t, &n),
    }
}

fn no_extensions(t: &mut Thread, a: Args<'_>) -> Res {
    let n = t.attr(a.get(0), "name")?;
    let n = name(t, n.r())?;
    Err(t.raise_text(
        &weft_vm::errors::IMPORT_ERROR,
        format!("extension modules of CPython cannot be loaded: '{n}'"),
    ))
}

/// SipHash-1-3 of the source under a key given as number, in eight little-endian bytes (PEP 552).
fn source_hash(t: &mut Thread, a: Args<'_>) -> Res {
    let k0 = t.arg_i64(a.get(0))? as u64;
    let Some(b) = a.get(1).cast::<weft_vm::types::bytes::Bytes>() else {
        let n = a.get(1).ty().name();
        return Err(t.type_error(format!("a bytes-like object is required, not '{n}'")));
    };
    let h = weft_text::hash::siphash::of_bytes(weft_text::hash::siphash::Key { k0, k1: 0 }, b.as_slice());
    Ok(t.bytes(&h.to_le_bytes()))
}
