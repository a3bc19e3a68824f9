//! `_asyncio.Task`: what Python sees of tasks.

use super::future::Future;
use super::future_type::{self, field, settable, this as future};
use super::task::{self, Task};
use crate::support::{class_getitem, native, or_none};
use std::sync::atomic::Ordering::*;
use weft_vm::object::{
    Args, CallArgs, GetSet, MethodDef, NativeType, Slots, Type, TypeSpec, type_flag,
};
use weft_vm::{Res, Thread, VRef, Value, methods};

/// `_asyncio.Task`
pub static TYPE: NativeType = NativeType::new(&SPEC);
static SPEC: TypeSpec = TypeSpec {
    name: "_asyncio.Task",
    doc: "A coroutine wrapped in a Future.",
    base: Some(&future_type::TYPE),
    flags: type_flag::BASETYPE | type_flag::IMMUTABLE | type_flag::WEAKREFS,
    slots: Slots {
        new: Some(new),
        init: initializer!("Task(self, coro, *, loop=None, name=None, context=None, eager_start=False)" => task::init),
        repr: Some(|t, v| {
            future(v).need_loop(t)?;
            task::base_function(t, "asyncio.base_tasks", "_task_repr", &[v])
        }),
        finalize: Some(task::finalize),
        ..Slots::EMPTY
    },
    methods: METHODS,
    getset: GETSET,
    ..TypeSpec::new::<Task>()
};

fn new(t: &mut Thread, cls: &Type, _args: CallArgs<'_>) -> Res {
    Ok(t.make(cls.shape(), Task::blank()))
}

fn this(v: VRef<'_>) -> &Task {
    native(v)
}

static METHODS: &[MethodDef] = methods! {
    "set_result(self, result, /)" => |t, _| Err(t.runtime_error("Task does not support set_result operation"));
    "set_exception(self, exception, /)" => |t, _| Err(t.runtime_error("Task does not support set_exception operation"));
    "cancel(self, /, msg=None)" => |t, a| a.this::<Task>().cancel(t, a.opt_none(1)).map(Value::bool), "Request that this task cancel itself.\n\nA CancelledError is thrown into the coroutine at its next step; the coroutine may catch it\nand go on. Returns False if the task is done already. Counts as a request until uncancel()\nis called.";
    "cancelling(self, /)" => |t, a| Ok(t.int(a.this::<Task>().cancels.load(Acquire))), "Return the count of the task's cancellation requests.\n\nIt is increased by cancel() and decreased by uncancel().";
    "uncancel(self, /)" => |t, a| Ok(t.int(a.this::<Task>().uncancel())), "Decrement the task's count of cancellation requests.\n\nTo be used by tasks that catch CancelledError and go on. Returns the remaining number.";
    "get_stack(self, /, *, limit=None)" => get_stack, "Return the list of stack frames for this task's coroutine, oldest first.\n\nOf a task that failed these are the frames of the traceback; of others that are done there\nare none. The limit keeps the newest frames of a stack, the oldest of a traceback.";
    "print_stack(self, /, *, limit=None, file=None)" => print_stack, "Print the stack or traceback for this task's coroutine.\n\nThe frames are those of get_stack(); the file is sys.stderr if none is given.";
    "_make_cancelled_error(self, /)" => |t, a| a.this::<Future>().cancelled_error(t), "Create the CancelledError to raise if the Task is cancelled.\n\nTo be called once only: a saved exception is given away.";
    "get_name(self, /)" => |t, a| Ok(a.this::<Task>().get_name(t));
    "set_name(self, value, /)" => set_name;
    "get_coro(self, /)" => |_, a| Ok(or_none(&a.this::<Task>().coroutine));
    "get_context(self, /)" => |_, a| Ok(or_none(&a.this::<Task>().context));
    class "__class_getitem__(cls, object, /)" => class_getitem, "Tasks are generic over the return type of their wrapped coroutines";
};

fn none() -> VRef<'static> {
    VRef::immediate(weft_strategy::Word::NONE)
}

fn get_stack(t: &mut Thread, a: Args<'_>) -> Res {
    let args = [a.get(0), a.opt(1).unwrap_or(none())];
    task::base_function(t, "asyncio.base_tasks", "_task_get_stack", &args)
}

fn print_stack(t: &mut Thread, a: Args<'_>) -> Res {
    let args = [a.get(0), a.opt(1).unwrap_or(none()), a.opt(2).unwrap_or(none())];
    task::base_function(t, "asyncio.base_tasks", "_task_print_stack", &args)
}

fn set_name(t: &mut Thread, a: Args<'_>) -> Res {
    let name = task::name_of(t, a.get(1))?;
    let task = a.this::<Task>();
    task.name.set(&task.future.h, name);
    Ok(Value::NONE)
}

static GETSET: &[GetSet] = &[
    field!(
        "_log_destroy_pending",
        |_, v| Ok(Value::bool(this(v).log_destroy.load(Acquire))),
        |t, v, x| {
            let x = settable(t, v, x, "_log_destroy_pending")?;
            let on = t.truth(x)?;
            this(v).log_destroy.store(on, Release);
            Ok(())
        }
    ),
    field!("_must_cancel", |_, v| Ok(Value::bool(this(v).must_cancel.load(Acquire)))),
    field!("_coro", |_, v| Ok(or_none(&this(v).coroutine))),
    field!("_fut_waiter", |_, v| Ok(or_none(&this(v).waiter))),
];
