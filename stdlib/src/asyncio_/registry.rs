//! All tasks, so that `all_tasks()` can tell them.
//!
//! Tasks stand in tables without being held: a task takes itself out when it dies. A thread puts its tasks into one table,
//! which others look into only when they are asked for all tasks, or when a task dies on another thread.
//!
//! Tasks of other kinds are the library's: in a WeakSet, or, while they run eagerly, in a set.

use super::future::Future;
use super::task::Task;
use parking_lot::Mutex;
use std::sync::atomic::Ordering::*;
use weft_strategy::Header;
use weft_vm::gc::inspect;
use weft_vm::object::{Args, ValueExt, header_of};
use weft_vm::start::modules::{registry_get, registry_set};
use weft_vm::types::set;
use weft_vm::{Res, Thread, VRef, Value};

const PARTS: usize = 16;
static TABLE: [Mutex<Vec<u64>>; PARTS] = [const { Mutex::new(Vec::new()) }; PARTS];

/// Registers a task, once.
pub fn add(t: &Thread, task: &Task) {
    if task.place.load(Acquire) != 0 {
        return;
    }
    let part = t.id() as usize % PARTS;
    let mut table = TABLE[part].lock();
    // Another thread may have been faster, into another part.
    if task.place.compare_exchange(0, u32::MAX, AcqRel, Acquire).is_err() {
        return;
    }
    task.part.store(part as u8, Relaxed);
    table.push(header_of(task) as *const Header as u64);
    task.place.store(table.len() as u32, Release)
}

/// Takes a task out.
pub fn remove(task: &Task) {
    loop {
        match task.place.load(Acquire) {
            0 => return,
            u32::MAX => std::hint::spin_loop(),
            _ => {
                let mut table = TABLE[task.part.load(Relaxed) as usize % PARTS].lock();
                let place = task.place.load(Acquire);
                let at = place as usize;
                let me = header_of(task) as *const Header as u64;
                if place == u32::MAX || at == 0 || table.get(at - 1) != Some(&me) {
                    continue;
                }
                table.swap_remove(at - 1);
                if let Some(moved) = table.get(at - 1) {
                    // SAFETY: a task leaves the table before it is freed.
                    unsafe { &*(*moved as *const Task) }.place.store(place, Release)
                }
                if table.is_empty() && table.capacity() > 1024 {
                    *table = Vec::new()
                }
                task.place.store(0, Release);
                return;
            }
        }
    }
}

/// The tasks of a loop that are not done.
fn of_loop(t: &mut Thread, event_loop: VRef<'_>) -> Vec<Value> {
    let id = event_loop.word().identity();
    inspect::pick(t, || {
        let mut found: Vec<&'static Header> = Vec::new();
        for part in &TABLE {
            for at in part.lock().iter() {
                // SAFETY: a task leaves the table before it is freed.
                let task = unsafe { &*(*at as *const Task) };
                if task.future.event_loop.word().identity() == id && task.future.is_pending() {
                    found.push(&task.future.h)
                }
            }
        }
        found
    })
}

// ---- tasks of other kinds

const SCHEDULED: &str = "asyncio.scheduled";
const EAGER: &str = "asyncio.eager";

fn scheduled(t: &mut Thread) -> Res {
    if let Some(s) = registry_get(t, SCHEDULED) {
        return Ok(s);
    }
    let class = super::current::from_module(t, "weakref", "WeakSet")?;
    let s = t.call(class.r(), &[])?;
    // Whoever was faster wins.
    if let Some(s) = registry_get(t, SCHEDULED) {
        return Ok(s);
    }
    registry_set(t, SCHEDULED, s.clone());
    Ok(s)
}

fn eager(t: &mut Thread) -> Value {
    if let Some(s) = registry_get(t, EAGER) {
        return s;
    }
    let s = set::empty(t);
    registry_set(t, EAGER, s.clone());
    s
}

/// `_register_task(task)`
pub fn register(t: &mut Thread, a: Args<'_>) -> Res {
    match a.get(0).cast::<Task>() {
        Some(task) => add(t, task),
        None => {
            let s = scheduled(t)?;
            t.call_method(s.r(), "add", &[a.get(0)])?;
        }
    }
    Ok(Value::NONE)
}

/// `_unregister_task(task)`
pub fn unregister(t: &mut Thread, a: Args<'_>) -> Res {
    match a.get(0).cast::<Task>() {
        Some(task) => remove(task),
        None => {
            let s = scheduled(t)?;
            t.call_method(s.r(), "discard", &[a.get(0)])?;
        }
    }
    Ok(Value::NONE)
}

/// `_register_eager_task(task)`
pub fn register_eager(t: &mut Thread, a: Args<'_>) -> Res {
    match a.get(0).cast::<Task>() {
        Some(task) => add(t, task),
        None => {
            let s = eager(t);
            set::add(t, s.r(), a.get(0))?
        }
    }
    Ok(Value::NONE)
}

/// `_unregister_eager_task(task)`
pub fn unregister_eager(t: &mut Thread, a: Args<'_>) -> Res {
    match a.get(0).cast::<Task>() {
        Some(task) => remove(task),
        None => {
            let s = eager(t);
            t.call_method(s.r(), "discard", &[a.get(0)])?;
        }
    }
    Ok(Value::NONE)
}

/// The loop of any future: `get_loop()`, or `_loop` where that is missing.
pub fn loop_of(t: &mut Thread, v: VRef<'_>) -> Res {
    if let Some(f) = Future::of_exact(t, v) {
        return f.need_loop(t);
    }
    let name = weft_vm::intern::intern(t, "get_loop");
    match t.getattr_opt(v, name)? {
        Some(f) => t.call(f.r(), &[]),
        None => t.attr(v, "_loop"),
    }
}

/// `all_tasks(loop=None)`
pub fn all_tasks(t: &mut Thread, a: Args<'_>) -> Res {
    let event_loop = match a.opt_none(0) {
        Some(l) => l.to_value(),
        None => super::current::running(t, a)?,
    };
    // Eager ones first: one that becomes an ordinary task meanwhile is not missed.
    let mut others = match registry_get(t, EAGER) {
        Some(s) => t.collect(s.r())?,
        None => Vec::new(),
    };
    if let Some(s) = registry_get(t, SCHEDULED) {
        others.extend(t.collect(s.r())?)
    }
    let mut tasks = of_loop(t, event_loop.r());
    for v in others {
        let done = t.call_method(v.r(), "done", &[])?;
        if !t.truth(done.r())? && loop_of(t, v.r())?.is(event_loop.r()) {
            tasks.push(v)
        }
    }
    set::new_set(t, tasks)
}
