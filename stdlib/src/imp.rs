//! `_imp`: what importlib cannot do in Python. The import lock, native modules, modules in the binary.

use weft_bytecode::marshal;
use weft_text::hash::siphash;
use weft_vm::dict::Dict;
use weft_vm::errors::IMPORT_ERROR;
use weft_vm::object::{Args, ModuleSpec, ValueExt};
use weft_vm::start::frozen::{self, Frozen};
use weft_vm::start::relock::Relock;
use weft_vm::start::{self, flags::flags, modules};
use weft_vm::types::buffers::bytelike;
use weft_vm::types::code::{self, CodeObject};
use weft_vm::types::list::List;
use weft_vm::types::module::Module;
use weft_vm::types::str::text;
use weft_vm::types::tuple::Tuple;
use weft_vm::{Raised, Res, Thread, VRef, Value, intern, names};

/// The declaration.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "_imp",
    doc: "(Extremely) low-level import machinery bits as used by importlib.",
    functions: weft_vm::methods! {
        "lock_held()" => |_, _| Ok(Value::bool(IMPORT_LOCK.is_held())), "Return True if the import lock is currently held, else False.";
        "acquire_lock()" => acquire_lock, "Acquires the interpreter's import lock for the current thread.";
        "release_lock()" => release_lock, "Release the interpreter's import lock.";
        "is_builtin(name, /)" => is_builtin, "Returns True if the module name corresponds to a built-in module.";
        "create_builtin(spec, /)" => create_builtin, "Create an extension module.";
        "exec_builtin(mod, /)" => |t, _| Ok(t.int(0)), "Initialize a built-in module.";
        "is_frozen(name, /)" => is_frozen, "Returns True if the module name corresponds to a frozen module.";
        "is_frozen_package(name, /)" => is_frozen_package, "Returns True if the module name is of a frozen package.";
        "find_frozen(name, /, *, withdata=False)" => find_frozen, "Return info about the corresponding frozen module (if there is one) or None.";
        "get_frozen_object(name, data=None, /)" => get_frozen_object, "Create a code object for a frozen module.";
        "init_frozen(name, /)" => init_frozen, "Initializes a frozen module.";
        "extension_suffixes()" => |t, _| Ok(List::new(t, Vec::new())), "Returns the list of file suffixes used to identify extension modules.";
        "create_dynamic(spec, file=None, /)" => create_dynamic, "Create an extension module.";
        "exec_dynamic(mod, /)" => |t, _| Ok(t.int(0)), "Initialize an extension module.";
        "_fix_co_filename(code, path, /)" => fix_co_filename, "Changes code.co_filename to specify the passed-in file path.";
        "source_hash(key, source)" => source_hash, "Hash of a source text, for .pyc files that are checked by it.";
        "_frozen_module_names()" => frozen_module_names, "Returns the list of available frozen modules.";
        "_override_frozen_modules_for_tests(override, /)" => override_frozen, "(internal-only) Override PyConfig.use_frozen_modules.";
        "_override_multi_interp_extensions_check(override, /)" => override_multi_interp, "(internal-only) Override PyInterpreterConfig.check_multi_interp_extensions.";
    },
    init: Some(init),
};

/// Held while importlib's tables of module locks are changed.
static IMPORT_LOCK: Relock = Relock::new();

/// First four bytes of `.pyc` files: the version of our bytecode format, then a line end that text-mode copies break.
/// CPython's numbers count from 3000 for Python 3; ours have a high first half.
const PYC_MAGIC: u32 = 0x0A0D_0000 | 0x5700 | (marshal::VERSION & 0xFF);

fn init(t: &mut Thread, m: VRef<'_>) -> Res<()> {
    start::at_fork_in_child(|| {
        // SAFETY: called in the child of a fork, where one thread exists.
        unsafe {
            IMPORT_LOCK.reset();
            start::warn::LOCK.reset();
        }
    });
    t.module_set(m, "pyc_magic_number_token", t.int(PYC_MAGIC.into()));
    t.module_set(m, "check_hash_based_pycs", t.str(flags().check_hash_pycs));
    Ok(())
}

fn acquire_lock(t: &mut Thread, _: Args<'_>) -> Res {
    IMPORT_LOCK.acquire(t);
    Ok(Value::NONE)
}

fn release_lock(t: &mut Thread, _: Args<'_>) -> Res {
    if IMPORT_LOCK.release(t) { Ok(Value::NONE) } else { Err(t.runtime_error("not holding the import lock")) }
}

fn name_arg(t: &mut Thread, v: VRef<'_>, function: &str) -> Res<String> {
    let which = if function == "find_frozen" || function == "get_frozen_object" { "1" } else { "" };
    match text(v) {
        Some(s) => Ok(s.to_string()),
        None => {
            let n = v.ty().name();
            let sep = if which.is_empty() { "" } else { " " };
            Err(t.type_error(format!("{function}() argument{sep}{which} must be str, not {n}")))
        }
    }
}

/// 1: a native module; -1: one that is there from the start and cannot be made anew; 0: none.
fn is_builtin(t: &mut Thread, a: Args<'_>) -> Res {
    let name = name_arg(t, a.get(0), "is_builtin")?;
    let n = match name.as_str() {
        "sys" | "builtins" => -1,
        n => i64::from(modules::find(n).is_some()),
    };
    Ok(t.int(n))
}

fn create_builtin(t: &mut Thread, a: Args<'_>) -> Res {
    let name = t.attr(a.get(0), "name")?;
    let Some(name) = text(name.r()).map(|s| s.to_string()) else {
        let n = name.r().ty().name();
        return Err(t.type_error(format!("name must be string, not {n}")));
    };
    if modules::find(&name).is_none() {
        return Ok(Value::NONE);
    }
    start::import_native(t, &name)
}

fn no_such(t: &mut Thread, name: &str) -> Raised {
    import_error(t, name, format!("No such frozen object named '{name}'"))
}

/// ImportError with `name`.
fn import_error(t: &mut Thread, name: &str, message: String) -> Raised {
    let class = IMPORT_ERROR.get(t).to_value();
    let (message, name) = (t.str(&message), t.str(name));
    match t.call_kw(class.r(), &[message.r()], &[("name", name.r())]) {
        Ok(e) => t.raise(e),
        Err(e) => e,
    }
}

fn is_frozen(t: &mut Thread, a: Args<'_>) -> Res {
    let name = name_arg(t, a.get(0), "is_frozen")?;
    Ok(Value::bool(frozen::find(&name).is_some()))
}

fn is_frozen_package(t: &mut Thread, a: Args<'_>) -> Res {
    let name = name_arg(t, a.get(0), "is_frozen_package")?;
    match frozen::find(&name) {
        Some(f) => Ok(Value::bool(f.is_package)),
        None => Err(no_such(t, &name)),
    }
}

/// `(data, is_package, origname)`
fn find_frozen(t: &mut Thread, a: Args<'_>) -> Res {
    let name = name_arg(t, a.get(0), "find_frozen")?;
    let Some(f) = frozen::find(&name) else { return Ok(Value::NONE) };
    let with_data = match a.opt(1) {
        Some(v) => t.truth(v)?,
        None => false,
    };
    let data = if with_data {
        let b = t.bytes(f.code);
        let view = start::builtins_dict(t).cast::<Dict>().and_then(|d| t.dict_get(d, "memoryview"));
        match view {
            Some(v) => t.call(v.r(), &[b.r()])?,
            None => b,
        }
    } else {
        Value::NONE
    };
    let origname = f.origname.map_or(Value::NONE, |o| t.str(o));
    Ok(Tuple::new(t, vec![data, Value::bool(f.is_package), origname]))
}

/// The code object of marshalled bytes.
fn load(t: &mut Thread, name: &str, data: &[u8]) -> Res {
    match marshal::from_bytes(data) {
        Ok(c) => start::load_code(t, c),
        Err(_) => Err(import_error(t, name, format!("Frozen object named '{name}' is invalid"))),
    }
}

fn get_frozen_object(t: &mut Thread, a: Args<'_>) -> Res {
    let name = name_arg(t, a.get(0), "get_frozen_object")?;
    if let Some(data) = a.opt_none(1) {
        let data = bytelike(t, data)?.into_owned();
        return load(t, &name, &data);
    }
    match frozen::find(&name) {
        Some(f) => start::load_packed(t, &name, f.code),
        None => Err(no_such(t, &name)),
    }
}

fn init_frozen(t: &mut Thread, a: Args<'_>) -> Res {
    let name = name_arg(t, a.get(0), "init_frozen")?;
    let Some(f) = frozen::find(&name) else { return Ok(Value::NONE) };
    let code = start::load_packed(t, &name, f.code)?;
    let m = Module::new(t, &name, None);
    prepare(t, &m, f);
    if let Some(d) = start::modules(t)
        && let Some(d) = d.cast::<Dict>()
    {
        t.dict_set(d, &name, m.clone())
    }
    let dict = m.cast::<Module>().map_or(Value::NONE, |m| m.dict().as_vref().to_value());
    if let Some(c) = code::code(code.r()) {
        weft_vm::interp::run_code(t, c, dict.r(), None)?;
    }
    Ok(m)
}

/// What a frozen module's namespace has before its code runs.
fn prepare(t: &Thread, m: &Value, f: Frozen) {
    let Some(m) = m.cast::<Module>() else { return };
    let d = m.dict();
    d.set_str(t, names::__builtins__(), start::builtins_dict(t));
    if f.is_package {
        d.set_str(t, names::__path__(), List::new(t, Vec::new()))
    }
    let origname = f.origname.map_or(Value::NONE, |o| t.str(o));
    t.dict_set(d, "__origname__", origname)
}

/// Extension modules of CPython cannot be loaded: their objects are laid out otherwise.
fn create_dynamic(t: &mut Thread, a: Args<'_>) -> Res {
    let name = t.attr(a.get(0), "name")?;
    let name = t.str_text(name.r())?;
    Err(import_error(t, &name, format!("extension module '{name}' cannot be loaded: no C API")))
}

fn fix_co_filename(t: &mut Thread, a: Args<'_>) -> Res {
    let Some(c) = code::code(a.get(0)) else {
        let n = a.get(0).ty().name();
        return Err(t.type_error(format!("_fix_co_filename() argument 1 must be code, not {n}")));
    };
    if text(a.get(1)).is_none() {
        let n = a.get(1).ty().name();
        return Err(t.type_error(format!("_fix_co_filename() argument 2 must be str, not {n}")));
    }
    let Some(old) = c.filename.load() else { return Ok(Value::NONE) };
    let new = intern::intern_value(t, a.get(1));
    rename(t, c, &old, &new);
    Ok(Value::NONE)
}

/// Replaces the file name of code and of the code in it, where it is the old one.
fn rename(t: &Thread, c: &CodeObject, old: &Value, new: &Value) {
    let same = c.filename.load().is_some_and(|f| f.is(old.r()) || text(f.r()).map(|s| s.bytes()) == text(old.r()).map(|s| s.bytes()));
    if !same {
        return;
    }
    c.filename.set(c.header(), new.clone());
    for s in &c.tables(t).const_slots {
        if let Some(inner) = s.load()
            && let Some(inner) = code::code(inner.r())
        {
            rename(t, inner, old, new)
        }
    }
}

fn source_hash(t: &mut Thread, a: Args<'_>) -> Res {
    let key = t.arg_i64(a.get(0))?;
    let source = bytelike(t, a.get(1))?;
    let hash = siphash::plain(siphash::Key { k0: key as u64, k1: 0 }, &source);
    Ok(t.bytes(&hash.to_le_bytes()))
}

fn frozen_module_names(t: &mut Thread, _: Args<'_>) -> Res {
    Ok(List::new(t, frozen::names().into_iter().map(|n| t.str(n)).collect()))
}

fn override_frozen(t: &mut Thread, a: Args<'_>) -> Res {
    t.arg_i32(a.get(0))?;
    Ok(Value::NONE)
}

fn override_multi_interp(t: &mut Thread, a: Args<'_>) -> Res {
    t.arg_i32(a.get(0))?;
    Err(t.runtime_error("_imp._override_multi_interp_extensions_check() cannot be used in the main interpreter"))
}
