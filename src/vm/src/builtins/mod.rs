//! The `builtins` module.

use crate::object::{Args, ModuleSpec, ValueExt};
use crate::thread::Thread;
use crate::Res;
use std::io::Write;
use weft_strategy::{VRef, Value};

/// The declaration.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "builtins",
    doc: "Built-in functions, types, exceptions, and other objects.",
    functions: crate::methods! {
        "print(*args, sep=' ', end='\\n', file=None, flush=False)" => print;
        "len(obj, /)" => |t, a| { let n = t.len(a.get(0))?; Ok(t.int_usize(n)) };
        "repr(obj, /)" => |t, a| t.repr(a.get(0));
        "iter(obj, /)" => |t, a| t.iter(a.get(0));
        "isinstance(obj, class_or_tuple, /)" => |t, a| Ok(Value::bool(t.isinstance(a.get(0), a.get(1))?));
        "__build_class__(func, name, /, *bases, metaclass=None, **kwds)" => build_class;
    },
    init: Some(init),
};

fn print(t: &mut Thread, a: Args<'_>) -> Res {
    let mut out = Vec::new();
    for (i, v) in a.rest().iter().enumerate() {
        if i > 0 {
            out.push(b' ')
        }
        let s = t.to_str(*v)?;
        out.extend_from_slice(crate::types::str::text(s.r()).map(|s| s.bytes()).unwrap_or_default());
    }
    match a.opt(1) {
        Some(e) => out.extend_from_slice(crate::types::str::text(e).map(|s| s.bytes()).unwrap_or_default()),
        None => out.push(b'\n'),
    }
    let _ = std::io::stdout().write_all(&out);
    Ok(Value::NONE)
}

fn build_class(t: &mut Thread, a: Args<'_>) -> Res {
    let ns = crate::dict::Dict::new(t);
    let bases = crate::types::tuple::Tuple::of(t, a.rest());
    crate::interp::hooks::run_function_with_locals(t, a.get(0), ns.clone())?;
    let meta = crate::types::heaptype::TYPE.get(t).to_value();
    t.call(meta.r(), &[a.get(1), bases.r(), ns.r()])
}

fn init(t: &mut Thread, m: VRef<'_>) -> Res<()> {
    for (name, ty) in crate::errors::ALL {
        t.module_set(m, name, ty.get(t).to_value())
    }
    for id in 1..crate::object::shape::FIRST_DYNAMIC {
        if id <= 52 {
            let ty = crate::object::shape(id).ty();
            t.module_set(m, &ty.name(), ty.to_value())
        }
    }
    let _ = m.ty();
    Ok(())
}

/// A builtin by name.
pub fn get(t: &Thread, n: VRef<'_>) -> Option<Value> {
    let d = crate::start::builtins_dict(t);
    d.cast::<crate::dict::Dict>()?.get_str(t, n).map(|v| v.to_value())
}
/// placeholder
pub fn named(t: &Thread, n: &str) -> Value {
    get(t, crate::intern::intern(t, n)).unwrap_or(Value::NONE)
}
/// placeholder
pub fn of_globals(_t: &Thread, _n: VRef<'_>) -> Value {
    Value::NONE
}
/// placeholder
pub fn loaded_module(_t: &Thread, _n: &str) -> Option<Value> {
    None
}
