//! Who awaits a future: what `asyncio.capture_call_graph()` follows.
//!
//! Mostly that is one task, so the slot holds the one; only where there are more, a set.

use super::future::Future;
use weft_strategy::lock::lock;
use weft_vm::object::{Args, ValueExt};
use weft_vm::types::{fixed, set};
use weft_vm::{Res, Thread, VRef, Value};

fn as_set<'t>(v: VRef<'t>) -> Option<&'t set::Set> {
    v.exact::<set::Set>(fixed::SET)
}

/// `waiter` awaits `fut`.
pub fn add(t: &mut Thread, fut: &Future, waiter: VRef<'_>) -> Res<()> {
    loop {
        match fut.awaited_by.load() {
            None => {
                if fut.awaited_by.fill(&fut.h, waiter.to_value()).is_ok() {
                    return Ok(());
                }
            }
            Some(one) if one.is(waiter) => return Ok(()),
            Some(many) if as_set(many.r()).is_some() => return set::add(t, many.r(), waiter),
            Some(one) => {
                let both = set::new_set(t, vec![one.clone(), waiter.to_value()])?;
                if fut.h.owner() != weft_strategy::me() {
                    weft_strategy::publish(both.r())
                }
                let _g = lock(t, &fut.h);
                if fut.awaited_by.get(t).is_some_and(|now| now.is(one.r())) {
                    fut.awaited_by.set(&fut.h, both);
                    return Ok(());
                }
            }
        }
    }
}

/// `waiter` awaits `fut` no longer.
pub fn discard(t: &mut Thread, fut: &Future, waiter: VRef<'_>) -> Res<()> {
    let Some(now) = fut.awaited_by.load() else { return Ok(()) };
    if let Some(many) = as_set(now.r()) {
        let hash = t.hash(waiter)?;
        many.discard(t, hash, waiter)?;
        return Ok(());
    }
    if now.is(waiter) {
        let _g = lock(t, &fut.h);
        if fut.awaited_by.get(t).is_some_and(|v| v.is(waiter)) {
            drop(fut.awaited_by.take(&fut.h))
        }
    }
    Ok(())
}

/// `_asyncio_awaited_by`
pub fn get(t: &mut Thread, fut: &Future) -> Res {
    let Some(now) = fut.awaited_by.load() else { return Ok(Value::NONE) };
    let items = match as_set(now.r()) {
        Some(many) => many.items(t),
        None => vec![now],
    };
    let s = set::new_set(t, items)?;
    let frozen = weft_vm::object::shape(fixed::FROZENSET).ty().to_value();
    t.call(frozen.r(), &[s.r()])
}

/// `future_add_to_awaited_by(fut, waiter)`: of other futures than ours nothing is recorded.
pub fn add_function(t: &mut Thread, a: Args<'_>) -> Res {
    if let (Some(f), Some(_)) = (Future::of(a.get(0)), Future::of(a.get(1))) {
        add(t, f, a.get(1))?
    }
    Ok(Value::NONE)
}

/// `future_discard_from_awaited_by(fut, waiter)`
pub fn discard_function(t: &mut Thread, a: Args<'_>) -> Res {
    if let (Some(f), Some(_)) = (Future::of(a.get(0)), Future::of(a.get(1))) {
        discard(t, f, a.get(1))?
    }
    Ok(Value::NONE)
}
