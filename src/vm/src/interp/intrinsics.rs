//! Operations too rare for an opcode.

use super::{Base, put_value, value};
use crate::errors;
use crate::thread::{Frame, Thread};
use crate::types::typevar;
use crate::{Raised, Res, names};
use weft_bytecode::Instr;
use weft_bytecode::ops::Intrinsic;
use weft_strategy::Value;

/// # Safety
/// Registers of the running frame.
pub unsafe fn intrinsic(t: &mut Thread, f: *mut Frame, base: Base, i: Instr) -> Res<()> {
    let Some(which) = Intrinsic::from_u8(i.f()) else { return Err(t.system_error("unknown intrinsic")) };
    // SAFETY: as the caller promises; the verifier knows each intrinsic's arity.
    let arg = |n: u16| unsafe { value(base, i.b() + n) };
    let v = match which {
        Intrinsic::Print => {
            let x = arg(0);
            let Some(hook) = crate::start::sys_attr(t, names::displayhook()) else {
                return Err(t.runtime_error("lost sys.displayhook"));
            };
            t.call(hook.r(), &[x.r()])?
        }
        Intrinsic::ImportStar => {
            let m = arg(0);
            // SAFETY: the frame runs.
            let Some(l) = (unsafe { (*f).locals.clone() }) else { return Err(t.system_error("no locals")) };
            super::imports::import_star(t, m.r(), l.r())?;
            Value::NONE
        }
        Intrinsic::StopIterationError => stop_iteration_error(t, f, arg(0))?,
        Intrinsic::TypeVar => typevar::type_var(t, arg(0), None, None)?,
        Intrinsic::TypeVarWithBound => typevar::type_var(t, arg(0), Some(arg(1)), None)?,
        Intrinsic::TypeVarWithConstraints => typevar::type_var(t, arg(0), None, Some(arg(1)))?,
        Intrinsic::ParamSpec => typevar::param_spec(t, arg(0))?,
        Intrinsic::TypeVarTuple => typevar::type_var_tuple(t, arg(0))?,
        Intrinsic::SetTypeParamDefault => typevar::set_default(t, arg(0), arg(1))?,
        Intrinsic::SubscriptGeneric => typevar::subscript_generic(t, arg(0))?,
        Intrinsic::TypeAlias => typevar::type_alias(t, arg(0), arg(1), arg(2))?,
    };
    // SAFETY: as the caller promises.
    unsafe { put_value(t, base, i.a(), v) }
    t.process_pending();
    Ok(())
}

/// PEP 479: StopIteration (and StopAsyncIteration) leaving a generator becomes RuntimeError.
fn stop_iteration_error(t: &mut Thread, f: *mut Frame, e: Value) -> Res {
    use weft_bytecode::code::flags;
    // SAFETY: the frame runs.
    let kind = unsafe { (*(*f).code).flags };
    let text = if errors::STOP_ITERATION.is_instance(t, e.r()) {
        if kind & flags::ASYNC_GENERATOR != 0 {
            "async generator raised StopIteration"
        } else if kind & flags::COROUTINE != 0 {
            "coroutine raised StopIteration"
        } else {
            "generator raised StopIteration"
        }
    } else if kind & flags::ASYNC_GENERATOR != 0 && errors::STOP_ASYNC_ITERATION.is_instance(t, e.r()) {
        "async generator raised StopAsyncIteration"
    } else {
        return Ok(e);
    };
    let Raised = t.runtime_error(text);
    let new = t.take_raised();
    if let Some(x) = errors::exc(new.r()) {
        x.cause.set(&x.h, e.clone());
        x.context.set(&x.h, e);
        x.suppress.store(true, std::sync::atomic::Ordering::Release);
    }
    Ok(new)
}
