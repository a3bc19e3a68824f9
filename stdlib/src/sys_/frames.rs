//! Frames, seen through `sys`.

use weft_vm::dict::Dict;
use weft_vm::interp::{foreign, hooks};
use weft_vm::object::{Args, ValueExt};
use weft_vm::start::audit;
use weft_vm::types::function::Function;
use weft_vm::{Res, Thread, Value, names};

/// `sys._getframe(depth)`
pub fn getframe(t: &mut Thread, a: Args<'_>) -> Res {
    let depth = a.opt(0).map_or(Ok(0), |d| t.arg_i32(d))?;
    let Some(f) = hooks::frame_object_at(t, depth.max(0) as usize) else {
        return Err(t.value_error("call stack is not deep enough"));
    };
    audit::audit(t, "sys._getframe", &[f.r()])?;
    Ok(f)
}

/// `sys._getframemodulename(depth)`: `__module__` of the function that runs there.
pub fn getframemodulename(t: &mut Thread, a: Args<'_>) -> Res {
    let depth = a.opt(0).map_or(Ok(0), |d| t.arg_i32(d))?;
    if audit::active() {
        let d = t.int(depth.into());
        audit::audit(t, "sys._getframemodulename", &[d.r()])?;
    }
    let Some(f) = hooks::function_at(t, depth.max(0) as usize) else { return Ok(Value::NONE) };
    if f.cast::<Function>().is_none() {
        return Ok(Value::NONE);
    }
    let r = t.getattr_opt(f.r(), names::__module__());
    match r {
        Ok(v) => Ok(v.unwrap_or(Value::NONE)),
        Err(_) => {
            t.clear_raised();
            Ok(Value::NONE)
        }
    }
}

fn by_thread(t: &mut Thread, found: Vec<(u64, Value)>) -> Res {
    let result = Dict::new(t);
    if let Some(d) = result.cast::<Dict>() {
        for (ident, v) in found {
            let k = t.int_usize(ident as usize);
            d.set(t, k.r(), v)?
        }
    }
    Ok(result)
}

/// `sys._current_frames()`
pub fn current_frames(t: &mut Thread, _: Args<'_>) -> Res {
    audit::audit(t, "sys._current_frames", &[])?;
    let found = foreign::current_frames(t);
    by_thread(t, found)
}

/// `sys._current_exceptions()`
pub fn current_exceptions(t: &mut Thread, _: Args<'_>) -> Res {
    audit::audit(t, "sys._current_exceptions", &[])?;
    let found = foreign::current_exceptions(t);
    by_thread(t, found)
}
