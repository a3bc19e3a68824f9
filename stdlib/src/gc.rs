//! `gc`: the face of the cycle collector.

use weft_vm::gc::{self, debug};
use weft_vm::object::{Args, ModuleSpec};
use weft_vm::types::list::List;
use weft_vm::types::tuple::Tuple;
use weft_vm::{Res, Thread, VRef, Value, dict::Dict, methods};
use weft_vm::object::ValueExt;
use weft_strategy::flag;

/// The module.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "gc",
    doc: "This module provides access to the garbage collector for reference cycles.",
    functions: methods! {
        "enable()" => enable, "Enable automatic garbage collection.";
        "disable()" => disable, "Disable automatic garbage collection.";
        "isenabled()" => isenabled, "Returns true if automatic garbage collection is enabled.";
        "collect(generation=2)" => collect, "Run the garbage collector; returns the number of unreachable objects.\n\nGeneration 0 are the objects made since the last collection; 1 and 2 are all objects.";
        "get_count()" => get_count, "Return a three-tuple: net allocations since the last collection, collections of generation 0 since the last of\nanother, collections of generation 1 since the last full one.";
        "set_debug(flags, /)" => set_debug, "Set the garbage collection debugging flags.";
        "get_debug()" => get_debug, "Get the garbage collection debugging flags.";
        "set_threshold(*thresholds)" => set_threshold, "Set how many net allocations make a collection due, at least; 0 turns it off.";
        "get_threshold()" => get_threshold, "Return the current collection thresholds.";
        "get_objects(generation=None)" => get_objects, "Return a list of objects tracked by the collector (excluding the list returned).";
        "get_stats()" => get_stats, "Return a list of dictionaries containing per-generation statistics.";
        "is_tracked(obj, /)" => is_tracked, "Returns true if the object is tracked by the garbage collector.";
        "is_finalized(obj, /)" => is_finalized, "Returns true if the object has been already finalized by the GC.";
        "get_referrers(*objs)" => get_referrers, "Return the list of objects that directly refer to any of 'objs'.";
        "get_referents(*objs)" => get_referents, "Return the list of objects that are directly referred to by 'objs'.";
        "freeze()" => freeze, "Freeze all tracked objects: they are ignored in collections to come.";
        "unfreeze()" => unfreeze, "Unfreeze all frozen objects.";
        "get_freeze_count()" => get_freeze_count, "Return the number of frozen objects.";
    },
    init: Some(init),
};

fn init(t: &mut Thread, m: VRef<'_>) -> Res<()> {
    for (name, n) in [
        ("DEBUG_STATS", debug::STATS),
        ("DEBUG_COLLECTABLE", debug::COLLECTABLE),
        ("DEBUG_UNCOLLECTABLE", debug::UNCOLLECTABLE),
        ("DEBUG_SAVEALL", debug::SAVEALL),
        ("DEBUG_LEAK", debug::LEAK),
    ] {
        let v = t.int(n as i64);
        t.module_set(m, name, v)
    }
    let l = gc::inspect::garbage_list(t);
    t.module_set(m, "garbage", l);
    let l = gc::inspect::callback_list(t);
    t.module_set(m, "callbacks", l);
    Ok(())
}

fn enable(_t: &mut Thread, _a: Args<'_>) -> Res {
    gc::enable(true);
    Ok(Value::NONE)
}

fn disable(_t: &mut Thread, _a: Args<'_>) -> Res {
    gc::enable(false);
    Ok(Value::NONE)
}

fn isenabled(_t: &mut Thread, _a: Args<'_>) -> Res {
    Ok(Value::bool(gc::is_enabled()))
}

fn collect(t: &mut Thread, a: Args<'_>) -> Res {
    let generation = match a.opt(0) {
        Some(g) => t.arg_i32(g)?,
        None => 2,
    };
    if !(0..3).contains(&generation) {
        return Err(t.value_error("invalid generation"));
    }
    // What died before is not the collector's to find.
    if t.core.dead_len() > 0 {
        t.drain()
    }
    let n = gc::collect_generation(t, generation as usize);
    Ok(t.int_usize(n))
}

fn triple(t: &Thread, n: [i64; 3]) -> Value {
    Tuple::new(t, n.into_iter().map(|n| t.int(n)).collect())
}

fn get_count(t: &mut Thread, _a: Args<'_>) -> Res {
    let n = gc::net_allocations().max(0) as i64;
    let [young, middle] = gc::counts();
    Ok(triple(t, [n, young as i64, middle as i64]))
}

fn get_threshold(t: &mut Thread, _a: Args<'_>) -> Res {
    Ok(triple(t, gc::thresholds().map(|n| n as i64)))
}

fn set_threshold(t: &mut Thread, a: Args<'_>) -> Res {
    let given = a.rest();
    if !(1..=3).contains(&given.len()) {
        return Err(t.type_error("gc.set_threshold requires 1 to 3 arguments"));
    }
    let mut n = gc::thresholds();
    for (to, v) in n.iter_mut().zip(given) {
        *to = t.arg_i32(*v)?.max(0) as u32
    }
    gc::set_thresholds(n);
    Ok(Value::NONE)
}

fn set_debug(t: &mut Thread, a: Args<'_>) -> Res {
    let f = t.arg_i32(a.get(0))?;
    gc::set_debug_flags(f as u32);
    Ok(Value::NONE)
}

fn get_debug(t: &mut Thread, _a: Args<'_>) -> Res {
    Ok(t.int(gc::debug_flags() as i64))
}

fn get_objects(t: &mut Thread, a: Args<'_>) -> Res {
    let Some(g) = a.opt_none(0) else { return Ok(gc::get_objects(t, None)) };
    if g.ty().slots().index.is_none() {
        let n = g.ty().name();
        return Err(t.type_error(format!("argument should be integer or None, not '{n}'")));
    }
    match t.arg_i64(g)? {
        n if n >= 3 => Err(t.value_error(
            "generation parameter must be less than the number of available generations (3)",
        )),
        n if n < 0 => Err(t.value_error("generation parameter cannot be negative")),
        // There are the young and the old only.
        1 => Ok(List::new(t, Vec::new())),
        n => Ok(gc::get_objects(t, Some(n == 2))),
    }
}

fn get_stats(t: &mut Thread, _a: Args<'_>) -> Res {
    let mut out = Vec::new();
    for generation in 0..3 {
        let d = Dict::new(t);
        if let Some(dict) = d.cast::<Dict>() {
            for (name, n) in ["collections", "collected", "uncollectable"].into_iter().zip(gc::stats(generation)) {
                let n = t.int(n as i64);
                t.dict_set(dict, name, n)
            }
        }
        out.push(d)
    }
    Ok(List::new(t, out))
}

fn is_tracked(_t: &mut Thread, a: Args<'_>) -> Res {
    Ok(Value::bool(gc::is_tracked(a.get(0))))
}

fn is_finalized(_t: &mut Thread, a: Args<'_>) -> Res {
    Ok(Value::bool(a.get(0).header().is_some_and(|h| h.has(flag::FINALIZED))))
}

fn get_referrers(t: &mut Thread, a: Args<'_>) -> Res {
    Ok(gc::get_referrers(t, a.rest()))
}

fn get_referents(t: &mut Thread, a: Args<'_>) -> Res {
    Ok(gc::get_referents(t, a.rest()))
}

fn freeze(t: &mut Thread, _a: Args<'_>) -> Res {
    gc::set_frozen(t, true);
    Ok(Value::NONE)
}

fn unfreeze(t: &mut Thread, _a: Args<'_>) -> Res {
    gc::set_frozen(t, false);
    Ok(Value::NONE)
}

fn get_freeze_count(t: &mut Thread, _a: Args<'_>) -> Res {
    let n = gc::frozen_count(t);
    Ok(t.int_usize(n))
}
