//! `atexit`: functions to call when the program ends. They are a list in the process-wide registry.

use weft_vm::object::{Args, ModuleSpec, ValueExt};
use weft_vm::start::modules::{registry_get, registry_set};
use weft_vm::types::list::List;
use weft_vm::types::tuple::{Tuple, tuple};
use weft_vm::{Res, Thread, VRef, Value, errors, methods};

/// The module.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "atexit",
    doc: "allow programmer to define multiple exit functions to be executed\nupon normal program termination.\n\nTwo public functions, register and unregister, are defined.",
    functions: methods! {
        "register(func, /, *args, **kwargs)" => register, "Register a function to be executed upon normal program termination; returns it.";
        "unregister(func, /)" => unregister, "Unregister an exit function; all registrations of it are removed.";
        "_clear()" => clear, "Clear the list of exit functions.";
        "_run_exitfuncs()" => run, "Run all registered exit functions, the last registered first.";
        "_ncallbacks()" => count, "Return the number of registered exit functions.";
    },
    init: None,
};

const KEY: &str = "atexit";

/// The list of `(func, args, kwargs)`.
fn functions(t: &Thread) -> Value {
    registry_get(t, KEY).unwrap_or_else(|| {
        let l = List::new(t, Vec::new());
        registry_set(t, KEY, l);
        registry_get(t, KEY).unwrap_or(Value::NONE)
    })
}

fn register(t: &mut Thread, a: Args<'_>) -> Res {
    let func = a.get(0);
    if !t.callable(func) {
        return Err(t.type_error("the first argument must be callable"));
    }
    let args = Tuple::new(t, a.rest_values());
    let kwargs = a.kwargs().map_or(Value::NONE, |k| k.to_value());
    let entry = Tuple::new(t, vec![func.to_value(), args, kwargs]);
    if let Some(l) = functions(t).cast::<List>() {
        l.push(t, entry)
    }
    Ok(func.to_value())
}

fn unregister(t: &mut Thread, a: Args<'_>) -> Res {
    let list = functions(t);
    let Some(l) = list.cast::<List>() else { return Ok(Value::NONE) };
    // `__eq__` may change the list: look through a copy, remove what is still there.
    for entry in l.snapshot(t) {
        let Some(e) = tuple(entry.r()) else { continue };
        if t.equal(e.get(0), a.get(0))? {
            remove(t, l, &entry)
        }
    }
    Ok(Value::NONE)
}

fn remove(t: &Thread, l: &List, entry: &Value) {
    let at = l.snapshot(t).iter().position(|x| x.is(entry.r()));
    if let Some(i) = at {
        l.remove(t, i);
    }
}

fn clear(t: &mut Thread, _a: Args<'_>) -> Res {
    if let Some(l) = functions(t).cast::<List>() {
        l.take_all(t);
    }
    Ok(Value::NONE)
}

fn count(t: &mut Thread, _a: Args<'_>) -> Res {
    let n = functions(t).cast::<List>().map_or(0, |l| l.len());
    Ok(t.int_usize(n))
}

fn run(t: &mut Thread, _a: Args<'_>) -> Res {
    let list = functions(t);
    let Some(l) = list.cast::<List>() else { return Ok(Value::NONE) };
    // Functions may register others: those are called, too.
    while let Some(entry) = l.len().checked_sub(1).and_then(|i| l.remove(t, i)) {
        let Some(e) = tuple(entry.r()) else { continue };
        let args: Vec<VRef<'_>> = tuple(e.get(1)).map_or(Vec::new(), |a| a.iter().collect());
        let r = crate::forward::call(t, e.get(0), &args, Some(e.get(2)));
        if r.is_err() {
            let text = format!(
                "Exception ignored in atexit callback {}",
                describe(t, e.get(0))
            );
            errors::write_unraisable(t, &text, weft_vm::types::singletons::none())
        }
    }
    Ok(Value::NONE)
}

/// The repr of a function whose exception is being reported.
fn describe(t: &mut Thread, f: VRef<'_>) -> String {
    let e = t.take_raised();
    let text = t.repr_text(f).unwrap_or_else(|_| {
        t.clear_raised();
        String::from("<unknown>")
    });
    t.reraise(e);
    text
}
