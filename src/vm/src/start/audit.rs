//! Audit events (PEP 578): what natives report, and the hooks that hear it.
//!
//! Hooks are process-wide, in the order they were added, and cannot be removed. While there are none an event costs
//! one load.

use super::modules::{registry_get, registry_set};
use crate::Res;
use crate::object::ValueExt;
use crate::thread::Thread;
use crate::types::list::List;
use crate::types::tuple::Tuple;
use std::sync::atomic::{AtomicBool, Ordering::*};
use weft_strategy::VRef;

static ACTIVE: AtomicBool = AtomicBool::new(false);
const HOOKS: &str = "sys.audit_hooks";

/// Is there any hook?
#[inline]
pub fn active() -> bool {
    ACTIVE.load(Relaxed)
}

/// Reports an event: each hook is called with its name and the tuple of its arguments. A hook's exception is the
/// operation's.
#[inline]
pub fn audit(t: &mut Thread, event: &str, args: &[VRef<'_>]) -> Res<()> {
    if active() { run_hooks(t, event, args) } else { Ok(()) }
}

#[cold]
fn run_hooks(t: &mut Thread, event: &str, args: &[VRef<'_>]) -> Res<()> {
    let Some(hooks) = registry_get(t, HOOKS) else { return Ok(()) };
    let Some(hooks) = hooks.cast::<List>().map(|l| l.snapshot(t)) else { return Ok(()) };
    let event = crate::intern::intern(t, event);
    let args = Tuple::of(t, args);
    for hook in hooks {
        t.call(hook.r(), &[event, args.r()])?;
    }
    Ok(())
}

/// Adds a hook, after asking those that are there (`sys.addaudithook`): an Exception of theirs
/// keeps the new one out silently.
pub fn add_hook(t: &mut Thread, hook: VRef<'_>) -> Res<()> {
    if let Err(e) = audit(t, "sys.addaudithook", &[]) {
        if t.raised_is(&crate::errors::EXCEPTION) {
            t.clear_raised();
            return Ok(());
        }
        return Err(e);
    }
    let list = match registry_get(t, HOOKS) {
        Some(l) => l,
        None => {
            let l = List::new(t, Vec::new());
            registry_set(t, HOOKS, l.clone());
            registry_get(t, HOOKS).unwrap_or(l)
        }
    };
    if let Some(l) = list.cast::<List>() {
        l.push(t, hook.to_value())
    }
    ACTIVE.store(true, Release);
    Ok(())
}
