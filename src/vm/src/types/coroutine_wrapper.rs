//! `coroutine_wrapper`: what `coroutine.__await__()` gives, an iterator that drives the coroutine.

use crate::interp::generator::{Resume, resume};
use crate::object::{NativeType, Slots, TypeSpec, ValueExt, type_flag};
use crate::thread::Thread;
use crate::types::generator_methods;
use weft_strategy::{Header, Slot, Value};

/// The wrapper.
#[repr(C)]
pub struct CoroutineWrapper {
    pub(crate) h: Header,
    /// The coroutine.
    pub coroutine: Slot,
}
crate::object!(CoroutineWrapper, "coroutine_wrapper", true, [coroutine]);

/// `coroutine_wrapper`
pub static TYPE: NativeType = NativeType::new(&SPEC);
static SPEC: TypeSpec = TypeSpec {
    name: "coroutine_wrapper",
    flags: type_flag::IMMUTABLE | type_flag::NO_NEW,
    slots: Slots {
        iter: Some(|_, v| Ok(v.to_value())),
        send: Some(|t, v, sent| {
            let c = v.cast::<CoroutineWrapper>().and_then(|w| w.coroutine.load()).unwrap_or(Value::NONE);
            resume(t, c.r(), Resume::Send(sent.to_value()))
        }),
        next: Some(|t, v| {
            let Some(c) = v.cast::<CoroutineWrapper>().and_then(|w| w.coroutine.load()) else {
                return Ok(None);
            };
            match resume(t, c.r(), Resume::Send(Value::NONE))? {
                Ok(v) => Ok(Some(v)),
                Err(v) => Err(t.stop_iteration(Some(v))),
            }
        }),
        ..Slots::EMPTY
    },
    methods: crate::methods! {
        "send(self, arg, /)" => |t, a| {
            let c = a.this::<CoroutineWrapper>().coroutine.load().unwrap_or(Value::NONE);
            generator_methods::send(t, c.r(), a.get(1))
        };
        "throw(self, typ, val=<unrepresentable>, tb=<unrepresentable>, /)" => |t, a| {
            let c = a.this::<CoroutineWrapper>().coroutine.load().unwrap_or(Value::NONE);
            let e = generator_methods::thrown(t, a)?;
            match resume(t, c.r(), Resume::Throw(e))? {
                Ok(v) => Ok(v),
                Err(v) => Err(t.stop_iteration(Some(v))),
            }
        };
        "close(self, /)" => |t, a| {
            let c = a.this::<CoroutineWrapper>().coroutine.load().unwrap_or(Value::NONE);
            crate::interp::generator::close(t, c.r())
        };
    },
    ..TypeSpec::new::<CoroutineWrapper>()
};

/// A wrapper of the given shape.
pub fn new(t: &Thread, shape: u32, coroutine: Value) -> Value {
    t.make(shape, CoroutineWrapper { h: Header::new(0, 0), coroutine: Slot::new(coroutine) })
}
