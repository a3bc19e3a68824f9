//! `_warnings`: the part of `warnings` that native code needs too. What it does is in `weft_vm::start::warn`.

use weft_vm::dict::Dict;
use weft_vm::object::{Args, ModuleSpec, ValueExt};
use weft_vm::start::warn::{self, Explicit, LOCK};
use weft_vm::types::str::text;
use weft_vm::types::tuple::Tuple;
use weft_vm::{Res, Thread, VRef, Value, names};

/// The declaration.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "_warnings",
    doc: "_warnings provides basic warning filtering support.\nIt is a helper module to speed up interpreter start-up.",
    functions: weft_vm::methods! {
        "warn(message, category=None, stacklevel=1, source=None, *, skip_file_prefixes=())" => warn_, "Issue a warning, or maybe ignore it or raise an exception.";
        "warn_explicit(message, category, filename, lineno, module=None, registry=None, module_globals=None, source=None)" => warn_explicit, "Issue a warning, or maybe ignore it or raise an exception.";
        "_acquire_lock()" => acquire_lock;
        "_release_lock()" => release_lock;
        "_filters_mutated_lock_held()" => filters_mutated;
    },
    init: Some(init),
};

fn init(t: &mut Thread, m: VRef<'_>) -> Res<()> {
    let filters = warn::filters(t);
    t.module_set(m, "filters", filters);
    let once = warn::once_registry(t);
    t.module_set(m, "_onceregistry", once);
    t.module_set(m, "_defaultaction", t.str("default"));
    if let Some(v) = warn::context_variable(t)? {
        t.module_set(m, "_warnings_context", v)
    }
    Ok(())
}

fn warn_(t: &mut Thread, a: Args<'_>) -> Res {
    let level = a.opt(2).map_or(Ok(1), |l| t.arg_i64(l))?;
    let mut skip: &[VRef<'_>] = &[];
    if let Some(s) = a.opt(4) {
        let Some(prefixes) = s.cast::<Tuple>() else {
            let n = s.ty().name();
            return Err(t.type_error(format!("warn() argument 'skip_file_prefixes' must be tuple, not {n}")));
        };
        skip = prefixes.as_slice();
        if let Some(wrong) = skip.iter().find(|p| text(**p).is_none()) {
            let n = wrong.ty().name();
            return Err(t.type_error(format!("Found non-str '{n}' in skip_file_prefixes.")));
        }
    }
    warn::issue(t, a.get(0), a.opt(1), level, a.opt_none(3), skip)?;
    Ok(Value::NONE)
}

fn warn_explicit(t: &mut Thread, a: Args<'_>) -> Res {
    if text(a.get(2)).is_none() {
        let n = a.get(2).ty().name();
        return Err(t.type_error(format!("warn_explicit() argument 'filename' must be str, not {n}")));
    }
    let lineno = t.arg_i32(a.get(3))?.into();
    let line = match a.opt_none(6) {
        Some(globals) => source_line(t, globals, lineno)?,
        None => None,
    };
    let w = Explicit {
        message: a.get(0),
        category: a.get(1),
        filename: a.get(2),
        lineno,
        module: a.opt(4),
        registry: a.opt(5),
        source: a.opt_none(7),
        source_line: line.as_ref().map(|l| l.r()),
    };
    warn::explicit(t, w)?;
    Ok(Value::NONE)
}

/// The line as the module's loader gives it (PEP 302).
fn source_line(t: &mut Thread, globals: VRef<'_>, lineno: i64) -> Res<Option<Value>> {
    let Some(g) = globals.cast::<Dict>() else {
        let n = globals.ty().name();
        return Err(t.type_error(format!("module_globals must be a dict, not '{n}'")));
    };
    let loader = g.get_str(t, names::__loader__()).map(|l| l.to_value());
    let name = g.get_str(t, names::__name__()).map(|n| n.to_value());
    let (Some(loader), Some(name)) = (loader, name) else { return Ok(None) };
    let get_source = weft_vm::intern::intern(t, "get_source");
    let Some(f) = t.getattr_opt(loader.r(), get_source)? else { return Ok(None) };
    let source = t.call(f.r(), &[name.r()])?;
    if source.is_none() {
        return Ok(None);
    }
    let lines = t.call_method(source.r(), "splitlines", &[])?;
    let i = t.int(lineno - 1);
    t.getitem(lines.r(), i.r()).map(Some)
}

fn acquire_lock(t: &mut Thread, _: Args<'_>) -> Res {
    LOCK.acquire(t);
    Ok(Value::NONE)
}

fn release_lock(t: &mut Thread, _: Args<'_>) -> Res {
    if LOCK.release(t) { Ok(Value::NONE) } else { Err(t.runtime_error("cannot release un-acquired lock")) }
}

fn filters_mutated(t: &mut Thread, _: Args<'_>) -> Res {
    if !LOCK.is_mine(t) {
        return Err(t.runtime_error("warnings lock is not held"));
    }
    warn::filters_mutated();
    Ok(Value::NONE)
}
