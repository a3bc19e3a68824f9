//! Which native modules exist, and `sys.modules`.

use crate::dict::Dict;
use crate::object::{ModuleSpec, ValueExt};
use crate::thread::Thread;
use std::sync::OnceLock;
use weft_strategy::{Slot, Value};

static NATIVE: OnceLock<&'static [&'static ModuleSpec]> = OnceLock::new();

/// Says which native modules exist besides `builtins`. Once, before `init`.
pub fn register(modules: &'static [&'static ModuleSpec]) {
    let _ = NATIVE.set(modules);
}

/// The declaration of a native module.
pub fn find(name: &str) -> Option<&'static ModuleSpec> {
    if name == "builtins" {
        return Some(&crate::builtins::SPEC);
    }
    NATIVE.get()?.iter().find(|m| m.name == name).copied()
}

/// Names of all native modules.
pub fn names() -> Vec<&'static str> {
    let mut v: Vec<&str> = NATIVE.get().map_or(Vec::new(), |m| m.iter().map(|m| m.name).collect());
    v.push("builtins");
    v.sort();
    v
}

/// Objects the whole process shares: each a root of the collector, published when set.
pub struct Roots {
    /// `sys.modules`
    pub modules: Slot,
    /// Dict of the builtins module.
    pub builtins: Slot,
    /// The sys module's dict.
    pub sys: Slot,
    /// Codec search functions and error handlers, atexit functions, audit hooks and the like, by name.
    pub registry: Slot,
}

struct Shared(Roots);
// SAFETY: Slots are atomic words; the collector and all threads may read them.
unsafe impl Sync for Shared {}

static ROOTS: Shared = Shared(Roots {
    modules: Slot::empty(),
    builtins: Slot::empty(),
    sys: Slot::empty(),
    registry: Slot::empty(),
});

/// The process-wide roots.
pub fn roots() -> &'static Roots {
    &ROOTS.0
}

/// Sets a process-wide root: what it leads to becomes visible to every thread.
pub fn set_root(slot: &Slot, v: Value) {
    // A root is SHARED: its holder is no object, so the value is published by hand.
    weft_strategy::publish(v.r());
    static HOLDER: OnceLock<HolderHeader> = OnceLock::new();
    let h = HOLDER.get_or_init(|| {
        let h = weft_strategy::Header::new(0, 1);
        h.make_shared();
        HolderHeader(h)
    });
    slot.set(&h.0, v)
}

struct HolderHeader(weft_strategy::Header);
// SAFETY: a header is atomics.
unsafe impl Sync for HolderHeader {}
// SAFETY: as above.
unsafe impl Send for HolderHeader {}

/// All root slots, for the collector and for publication.
pub fn root_slots() -> [&'static Slot; 4] {
    let r = roots();
    [&r.modules, &r.builtins, &r.sys, &r.registry]
}

/// An entry of the process-wide registry.
pub fn registry_get(t: &Thread, name: &str) -> Option<Value> {
    let d = roots().registry.get(t)?;
    t.dict_get(d.cast::<Dict>()?, name)
}

/// Sets an entry of the process-wide registry.
pub fn registry_set(t: &Thread, name: &str, v: Value) {
    if roots().registry.is_empty() {
        let d = Dict::new(t);
        set_root(&roots().registry, d)
    }
    if let Some(d) = roots().registry.get(t).and_then(|d| d.cast::<Dict>()) {
        t.dict_set(d, name, v)
    }
}
