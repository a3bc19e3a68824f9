//! The import system's native side: `__import__`, and bringing up the embedded importlib.
//!
//! Finding and loading is importlib's business (Lib/importlib/_bootstrap*.py, run from the packed library as
//! `_frozen_importlib` and `_frozen_importlib_external`, as in CPython). Here is only the short way for modules
//! that are in `sys.modules` already.

use crate::dict::Dict;
use crate::object::{Args, ValueExt};
use crate::thread::Thread;
use crate::types::module::Module;
use crate::types::str::text;
use crate::types::tuple::Tuple;
use crate::{Raised, Res, names, start};
use weft_strategy::{VRef, Value};

/// `builtins.__import__(name, globals=None, locals=None, fromlist=(), level=0)`
pub fn builtin_import(t: &mut Thread, a: Args<'_>) -> Res {
    let name = a.get(0);
    let level = match a.opt(4) {
        Some(l) => t.arg_i64(l)?,
        None => 0,
    };
    import(t, name, a.opt_none(1), a.opt_none(3), level)
}

/// Imports a module; gives what the statement binds: the module named if there is a `fromlist`, else its top package.
pub fn import(t: &mut Thread, name: VRef<'_>, globals: Option<VRef<'_>>, fromlist: Option<VRef<'_>>, level: i64) -> Res {
    if text(name).is_none() {
        let n = name.ty().name();
        return Err(t.type_error(format!("module name must be a string, got {n}")));
    }
    if level < 0 {
        return Err(t.value_error("level must be >= 0"));
    }
    let absolute = if level > 0 { resolve(t, name, globals, level)? } else { name.to_value() };
    let full = text(absolute.r()).map(|s| s.to_string()).unwrap_or_default();
    if full.is_empty() {
        return Err(t.value_error("Empty module name"));
    }
    let module = match loaded(t, absolute.r())? {
        Some(m) => m,
        None => find_and_load(t, absolute.r())?,
    };
    let has_from = match fromlist {
        Some(f) => t.truth(f)?,
        None => false,
    };
    if has_from {
        let is_package = t.getattr_opt(module.r(), names::__path__())?.is_some();
        if !is_package {
            return Ok(module);
        }
        let Some(f) = fromlist else { return Ok(module) };
        let lib = importlib(t)?;
        let builtin = builtin_import_value(t);
        return t.call_method(lib.r(), "_handle_fromlist", &[module.r(), f, builtin.r()]);
    }
    let asked = text(name).map(|s| s.to_string()).unwrap_or_default();
    let Some((front, _)) = asked.split_once('.') else {
        if level == 0 || !asked.is_empty() {
            return Ok(module);
        }
        return Ok(module);
    };
    if level == 0 {
        let front = crate::intern::intern(t, front);
        return match loaded(t, front)? {
            Some(m) => Ok(m),
            None => find_and_load(t, front),
        };
    }
    // `from . import`-less relative import: the package of the first component asked for.
    let cut = asked.len() - front.len();
    let top = &full[..full.len() - cut];
    let key = t.str(top);
    match loaded(t, key.r())? {
        Some(m) => Ok(m),
        None => {
            let k = t.repr_text(key.r())?;
            Err(t.raise_text(&crate::errors::KEY_ERROR, format!("{k} not in sys.modules as expected")))
        }
    }
}

fn builtin_import_value(t: &Thread) -> Value {
    start::builtins_dict(t)
        .cast::<Dict>()
        .and_then(|d| d.get_str(t, names::__import__()).map(|v| v.to_value()))
        .unwrap_or(Value::NONE)
}

/// The importlib that was brought up at start.
fn importlib(t: &mut Thread) -> Res {
    match start::modules::registry_get(t, "importlib") {
        Some(l) => Ok(l),
        None => Err(t.raise_text(&crate::errors::IMPORT_ERROR, "the import system is not there yet")),
    }
}

/// The module in `sys.modules`, once it is fully loaded (another thread may be at it).
fn loaded(t: &mut Thread, name: VRef<'_>) -> Res<Option<Value>> {
    let Some(modules) = start::modules(t) else { return Ok(None) };
    let found = match modules.cast::<Dict>() {
        Some(d) => d.get(t, name)?,
        None => Some(t.getitem(modules.r(), name)?),
    };
    let Some(m) = found else { return Ok(None) };
    if m.is_none() {
        return Ok(None);
    }
    let spec = match m.cast::<Module>() {
        Some(md) => md.dict().get_str(t, names::__spec__()).map(|s| s.to_value()),
        None => t.getattr_opt(m.r(), names::__spec__())?,
    };
    if let Some(s) = spec
        && !s.is_none()
        && let Some(i) = t.getattr_opt(s.r(), names::_initializing())?
        && t.truth(i.r())?
    {
        let lib = importlib(t)?;
        t.call_method(lib.r(), "_lock_unlock_module", &[name])?;
    }
    Ok(Some(m))
}

fn find_and_load(t: &mut Thread, name: VRef<'_>) -> Res {
    if let Some(lib) = start::modules::registry_get(t, "importlib") {
        let import = builtin_import_value(t);
        return t.call_method(lib.r(), "_find_and_load", &[name, import.r()]);
    }
    let n = t.str_text(name)?;
    start::import_native(t, &n)
}

/// The absolute name of a relative import (5.7).
fn resolve(t: &mut Thread, name: VRef<'_>, globals: Option<VRef<'_>>, level: i64) -> Res {
    let Some(g) = globals else {
        return Err(t.raise_text(&crate::errors::KEY_ERROR, "'__name__' not in globals"));
    };
    let Some(g) = g.cast::<Dict>() else { return Err(t.type_error("globals must be a dict")) };
    let get = |t: &Thread, n: VRef<'_>| g.get_str(t, n).map(|v| v.to_value()).filter(|v| !v.is_none());
    let package = match get(t, names::__package__()) {
        Some(p) => p,
        None => match get(t, names::__spec__()) {
            Some(s) => t.attr(s.r(), "parent")?,
            None => {
                let Some(n) = get(t, names::__name__()) else {
                    return Err(t.raise_text(&crate::errors::KEY_ERROR, "'__name__' not in globals"));
                };
                let full = t.str_text(n.r())?;
                if get(t, names::__path__()).is_some() {
                    n
                } else {
                    t.str(full.rsplit_once('.').map_or("", |p| p.0))
                }
            }
        },
    };
    let Some(p) = text(package.r()).map(|s| s.to_string()) else {
        return Err(t.type_error("package must be a string"));
    };
    if p.is_empty() {
        return Err(t.raise_text(
            &crate::errors::IMPORT_ERROR,
            "attempted relative import with no known parent package",
        ));
    }
    let mut base = p.as_str();
    for _ in 1..level {
        match base.rsplit_once('.') {
            Some((b, _)) => base = b,
            None => {
                return Err(t.raise_text(
                    &crate::errors::IMPORT_ERROR,
                    "attempted relative import beyond top-level package",
                ));
            }
        }
    }
    let n = t.str_text(name)?;
    Ok(t.str(&if n.is_empty() { base.to_string() } else { format!("{base}.{n}") }))
}

/// Runs packed code as the module `name`, without importlib; gives the module.
pub fn run_packed(t: &mut Thread, name: &str, code: &[u8]) -> Res {
    let code = match weft_bytecode::marshal::from_bytes(code) {
        Ok(c) => c,
        Err(_) => return Err(t.value_error(format!("bad packed code of {name}"))),
    };
    let code = start::load_code(t, &code)?;
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
        t.dict_set(d, "__builtins__", builtins)
    }
    let Some(c) = crate::types::code::code(code.r()) else { return Err(Raised) };
    crate::interp::run_code(t, c, dict.r(), None)?;
    Ok(m)
}

/// Brings up importlib from its packed code. `sys` and `_imp` exist.
pub fn bring_up(t: &mut Thread, bootstrap: &[u8]) -> Res<()> {
    let sys = start::import_native(t, "sys")?;
    let imp = start::import_native(t, "_imp")?;
    let lib = run_packed(t, "_frozen_importlib", bootstrap)?;
    t.call_method(lib.r(), "_install", &[sys.r(), imp.r()])?;
    start::modules::registry_set(t, "importlib", lib.clone());
    t.call_method(lib.r(), "_install_external_importers", &[])?;
    let _ = Tuple::of;
    Ok(())
}
