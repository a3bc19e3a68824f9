//! Trace and profile functions, and hooks of asynchronous generators: what a thread has set.

use weft_vm::interp::foreign;
use weft_vm::object::{Args, ValueExt};
use weft_vm::types::structseq::StructSeq;
use weft_vm::types::tuple::Tuple;
use weft_vm::{Res, Thread, VRef, Value};

/// What `sys.get_asyncgen_hooks` gives.
static ASYNCGEN_HOOKS: StructSeq = StructSeq::new(
    "asyncgen_hooks",
    "Hooks of asynchronous generators.",
    &[
        ("firstiter", "called when a generator is iterated for the first time"),
        ("finalizer", "called when one is about to be collected"),
    ],
    2,
)
.hidden();

fn or_none(v: &Option<Value>) -> Value {
    v.clone().unwrap_or(Value::NONE)
}

fn given(v: VRef<'_>) -> Option<Value> {
    if v.is_none() { None } else { Some(v.to_value()) }
}

/// `sys.settrace(function)`
pub fn settrace(t: &mut Thread, a: Args<'_>) -> Res {
    weft_vm::start::audit::audit(t, "sys.settrace", &[])?;
    t.locals.trace = given(a.get(0));
    weft_vm::interp::trace::refresh(t);
    Ok(Value::NONE)
}

/// `sys.gettrace()`
pub fn gettrace(t: &mut Thread, _: Args<'_>) -> Res {
    Ok(or_none(&t.locals.trace))
}

/// `sys.setprofile(function)`
pub fn setprofile(t: &mut Thread, a: Args<'_>) -> Res {
    weft_vm::start::audit::audit(t, "sys.setprofile", &[])?;
    t.locals.profile = given(a.get(0));
    weft_vm::interp::trace::refresh(t);
    Ok(Value::NONE)
}

/// `sys.getprofile()`
pub fn getprofile(t: &mut Thread, _: Args<'_>) -> Res {
    Ok(or_none(&t.locals.profile))
}

/// `sys._settraceallthreads(function)`
pub fn settraceallthreads(t: &mut Thread, a: Args<'_>) -> Res {
    let f = given(a.get(0));
    foreign::each_thread_locals(t, f, |l, f| std::mem::replace(&mut l.trace, f));
    Ok(Value::NONE)
}

/// `sys._setprofileallthreads(function)`
pub fn setprofileallthreads(t: &mut Thread, a: Args<'_>) -> Res {
    let f = given(a.get(0));
    foreign::each_thread_locals(t, f, |l, f| std::mem::replace(&mut l.profile, f));
    Ok(Value::NONE)
}

/// `sys.call_tracing(func, args)`
pub fn call_tracing(t: &mut Thread, a: Args<'_>) -> Res {
    let Some(args) = a.get(1).cast::<Tuple>() else {
        let n = a.get(1).ty().name();
        return Err(t.type_error(format!("call_tracing() argument 2 must be tuple, not {n}")));
    };
    weft_vm::interp::trace::traced_call(t, a.get(0), args.as_slice())
}

/// `sys.set_asyncgen_hooks(firstiter, finalizer)`: what is not given stays.
pub fn set_asyncgen_hooks(t: &mut Thread, a: Args<'_>) -> Res {
    for (i, name) in ["firstiter", "finalizer"].into_iter().enumerate() {
        if let Some(f) = a.opt_none(i)
            && !t.callable(f)
        {
            let n = f.ty().name();
            return Err(t.type_error(format!("callable {name} expected, got {n}")));
        }
    }
    for (i, event) in
        ["sys.set_asyncgen_hooks_finalizer", "sys.set_asyncgen_hooks_firstiter"].into_iter().enumerate()
    {
        if a.opt(1 - i).is_some() {
            weft_vm::start::audit::audit(t, event, &[])?
        }
    }
    if let Some(f) = a.opt(0) {
        t.locals.asyncgen_first = given(f)
    }
    if let Some(f) = a.opt(1) {
        t.locals.asyncgen_final = given(f)
    }
    Ok(Value::NONE)
}

/// `sys.get_asyncgen_hooks()`
pub fn get_asyncgen_hooks(t: &mut Thread, _: Args<'_>) -> Res {
    let fields = vec![or_none(&t.locals.asyncgen_first), or_none(&t.locals.asyncgen_final)];
    Ok(ASYNCGEN_HOOKS.make(t, fields))
}

/// `sys.set_coroutine_origin_tracking_depth(depth)`
pub fn set_origin_depth(t: &mut Thread, a: Args<'_>) -> Res {
    let n = t.arg_i32(a.get(0))?;
    let Ok(n) = u32::try_from(n) else { return Err(t.value_error("depth must be >= 0")) };
    t.locals.origin_depth = n;
    Ok(Value::NONE)
}
