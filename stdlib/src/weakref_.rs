//! `_weakref`: what `weakref` is made of.

use weft_vm::object::{Args, ModuleSpec, ValueExt};
use weft_vm::types::list::List;
use weft_vm::types::weakref::{self, WeakRef};
use weft_vm::types::weakref_proxy;
use weft_vm::{Res, Thread, VRef, Value, dict::Dict, methods};

/// The module.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "_weakref",
    doc: "Weak-reference support module.",
    functions: methods! {
        "getweakrefcount(object, /)" => count, "Return the number of weak references to 'object'.";
        "getweakrefs(object, /)" => all, "Return a list of all weak reference objects pointing to 'object'.";
        "proxy(object, callback=None, /)" => proxy, "Create a proxy object that weakly references 'object'.";
        "_remove_dead_weakref(dct, key, /)" => remove_dead, "Atomically remove key from dict if it points to a dead weakref.";
    },
    init: Some(init),
};

fn init(t: &mut Thread, m: VRef<'_>) -> Res<()> {
    let ty = weakref::TYPE.get(t).to_value();
    t.module_set(m, "ref", ty.clone());
    t.module_set(m, "ReferenceType", ty);
    let ty = weakref_proxy::PROXY.get(t).to_value();
    t.module_set(m, "ProxyType", ty);
    let ty = weakref_proxy::CALLABLE_PROXY.get(t).to_value();
    t.module_set(m, "CallableProxyType", ty);
    Ok(())
}

fn count(t: &mut Thread, a: Args<'_>) -> Res {
    let n = a.get(0).header().map_or(0, weakref::count);
    Ok(t.int_usize(n))
}

fn all(t: &mut Thread, a: Args<'_>) -> Res {
    let refs = a.get(0).header().map_or(Vec::new(), weakref::all);
    Ok(List::new(t, refs))
}

fn proxy(t: &mut Thread, a: Args<'_>) -> Res {
    weakref_proxy::new(t, a.get(0), a.opt_none(1))
}

fn remove_dead(t: &mut Thread, a: Args<'_>) -> Res {
    let Some(d) = a.get(0).cast::<Dict>() else {
        let n = a.get(0).ty().name();
        return Err(t.type_error(format!("_remove_dead_weakref() argument 1 must be dict, not {n}")));
    };
    let key = a.get(1);
    let hash = t.hash(key)?;
    let Some(r) = d.get_hashed(t, hash, key)? else { return Ok(Value::NONE) };
    let Some(w) = r.cast::<WeakRef>() else { return Err(t.type_error("not a weakref")) };
    if w.get(t).is_none() {
        // Whoever put another reference there meanwhile keeps it.
        if let Some(now) = d.get_hashed(t, hash, key)?
            && now.is(r.r())
        {
            d.remove(t, key)?;
        }
    }
    Ok(Value::NONE)
}
