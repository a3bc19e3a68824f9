//! `import`: the statement's side of it. Finding and loading modules is the embedded importlib's business.

use super::attr::site_name;
use super::{Base, put, put_value, take, vreg};
use crate::dict::Dict;
use crate::object::ValueExt;
use crate::thread::{Frame, Thread};
use crate::types::str::text;
use crate::{Res, names};
use weft_bytecode::Instr;
use weft_bytecode::ops::KILL_B;
use weft_strategy::{VRef, Value, Word};

/// # Safety
/// Registers of the running frame.
pub unsafe fn import_name(t: &mut Thread, f: *mut Frame, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let level = take(base, i.b());
        let fromlist = take(base, i.b() + 1);
        let name = site_name(f, i.c());
        let func = &*(*f).func;
        let import = func.builtins_dict().get_str(t, names::__import__()).map(|v| v.to_value());
        let Some(import) = import else {
            let name = names::__import__();
            let _ = name;
            return Err(t.raise_text(&crate::errors::IMPORT_ERROR, "__import__ not found"));
        };
        let globals = func.globals.load().unwrap_or(Value::NONE);
        let locals = (*f).locals.clone().unwrap_or(Value::NONE);
        let v = t.call(import.r(), &[name, globals.r(), locals.r(), fromlist.r(), level.r()])?;
        put_value(t, base, i.a(), v);
        t.process_pending();
    }
    Ok(())
}

/// # Safety
/// Registers of the running frame.
pub unsafe fn import_from(t: &mut Thread, f: *mut Frame, base: Base, i: Instr) -> Res<()> {
    // SAFETY: as the caller promises.
    unsafe {
        let name = site_name(f, i.c());
        let v = from_module(t, vreg(base, i.b()), name)?;
        put_value(t, base, i.a(), v);
        if i.f() & KILL_B != 0 && i.a() != i.b() {
            put(t, base, i.b(), Word::UNBOUND)
        }
        t.process_pending();
    }
    Ok(())
}

/// `from module import name`: an attribute, or a submodule that is being imported (5.4.2).
pub fn from_module(t: &mut Thread, module: VRef<'_>, name: VRef<'_>) -> Res {
    if let Some(v) = t.getattr_opt(module, name)? {
        return Ok(v);
    }
    let package = t.getattr_opt(module, names::__name__())?;
    let n = text(name).map(|s| s.to_string()).unwrap_or_default();
    let pkg = package.as_ref().and_then(|p| text(p.r()).map(|s| s.to_string()));
    if let Some(p) = &pkg {
        let full = t.str(&format!("{p}.{n}"));
        if let Some(modules) = crate::start::modules(t)
            && let Some(d) = modules.cast::<Dict>()
            && let Some(m) = d.get(t, full.r())?
        {
            return Ok(m);
        }
    }
    crate::errors::import_from_error(t, module, package, name)
}

/// `from module import *` into the frame's locals.
pub fn import_star(t: &mut Thread, module: VRef<'_>, locals: VRef<'_>) -> Res<()> {
    let all = t.getattr_opt(module, names::__all__())?;
    let skip_private = all.is_none();
    let names_list = match all {
        Some(a) => t.collect(a.r())?,
        None => {
            let Some(d) = t.getattr_opt(module, names::__dict__())? else {
                return Err(t.raise_text(
                    &crate::errors::IMPORT_ERROR,
                    "from-import-* object has no __dict__ and no __all__",
                ));
            };
            let keys = t.call_method(d.r(), "keys", &[])?;
            t.collect(keys.r())?
        }
    };
    for name in names_list {
        let Some(s) = text(name.r()).map(|s| s.to_string()) else {
            let m =
                t.getattr_opt(module, names::__name__())?.map_or(Ok(String::new()), |m| t.str_text(m.r()))?;
            let n = name.r().ty().name();
            let what = if skip_private { "Key in" } else { "Item in" };
            let place = if skip_private { "__dict__" } else { "__all__" };
            return Err(t.type_error(format!("{what} {m}.{place} must be str, not {n}")));
        };
        if skip_private && s.starts_with('_') {
            continue;
        }
        let v = t.getattr(module, name.r())?;
        match locals.exact::<Dict>(crate::types::fixed::DICT) {
            Some(d) => d.set(t, name.r(), v)?,
            None => t.setitem(locals, name.r(), Some(v.r()))?,
        }
    }
    Ok(())
}
