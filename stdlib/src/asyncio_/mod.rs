//! `_asyncio`: futures and tasks, which event loop a thread runs, and which task.
//!
//! The event loop itself is the library's, in Python. Here is what it does most: futures ([`future`]), tasks and their
//! steps ([`task`], [`step`]), and what is asked about them ([`current`], [`registry`]).
//!
//! A future may be seen by several threads. Its state changes once, under its lock; whoever changes it takes the
//! callbacks along and calls them unlocked.

mod awaited;
mod callbacks;
mod current;
mod future;
mod future_type;
mod iter;
mod registry;
mod step;
mod task;
mod task_type;

use weft_vm::object::ModuleSpec;
use weft_vm::{Res, Thread, VRef, methods};

/// The module.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "_asyncio",
    doc: "Accelerator module for asyncio",
    functions: methods! {
        "_enter_task(loop, task)" => current::enter_task, "Enter into task execution or resume suspended task.\n\nTask belongs to loop.\n\nReturns None.";
        "_get_running_loop()" => current::running_or_none, "Return the running event loop or None.\n\nIt is that of the calling thread.";
        "_leave_task(loop, task)" => current::leave_task, "Leave task execution or suspend a task.\n\nTask belongs to loop.\n\nReturns None.";
        "_register_eager_task(task)" => registry::register_eager, "Register a task that starts eagerly.";
        "_register_task(task)" => registry::register, "Register a new task in asyncio as executed by loop.\n\nReturns None.";
        "_set_running_loop(loop, /)" => current::set_running, "Set the running event loop of the calling thread.";
        "_swap_current_task(loop, task)" => current::swap_task, "Replace the loop's current task and return the one before (which may be None).";
        "_unregister_eager_task(task)" => registry::unregister_eager, "Unregister a task that started eagerly.\n\nReturns None.";
        "_unregister_task(task)" => registry::unregister, "Unregister a task.\n\nReturns None.";
        "all_tasks(loop=None)" => registry::all_tasks, "Return a set of all tasks for the loop.";
        "current_task(loop=None)" => current::current_task, "Return a currently executed task.";
        "future_add_to_awaited_by(fut, waiter, /)" => awaited::add_function, "Record that `fut` is awaited on by `waiter`.";
        "future_discard_from_awaited_by(fut, waiter, /)" => awaited::discard_function, "Forget that `fut` is awaited on by `waiter`.";
        "get_event_loop()" => current::event_loop, "Return an asyncio event loop: the running one, or the one the policy gives.";
        "get_running_loop()" => current::running, "Return the running event loop.  Raise a RuntimeError if there is none.\n\nIt is that of the calling thread.";
    },
    init: Some(init),
};

fn init(t: &mut Thread, m: VRef<'_>) -> Res<()> {
    for ty in [&future_type::TYPE, &task_type::TYPE] {
        t.module_add_type(m, ty)
    }
    Ok(())
}
