//! `_abc`: registries and caches of abstract base classes (PEP 3119).
//!
//! The caches are sets of shape numbers, which are never given out twice: so they keep no class alive and need no weak
//! references. Only the registry, which is walked, holds weak references.

use crate::support::{Guarded, native};
use foldhash::fast::FixedState;
use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering::*};
use weft_strategy::Header;
use weft_vm::object::{Args, ModuleSpec, NativeType, Object, Type, TypeSpec, ValueExt, Visitor, type_flag};
use weft_vm::types::heaptype::issubclass;
use weft_vm::types::list::List;
use weft_vm::types::tuple::Tuple;
use weft_vm::types::typeobj::as_type;
use weft_vm::types::weakref::{self, WeakRef};
use weft_vm::{Res, Slot, Thread, VRef, Value, methods, names};

/// The module.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "_abc",
    doc: "Module contains faster C implementation of abc.ABCMeta",
    functions: methods! {
        "get_cache_token()" => |t, _| Ok(t.int(TOKEN.load(Acquire) as i64)), "Returns the current ABC cache token.\n\nThe token is an opaque object (supporting equality testing) identifying the\ncurrent version of the ABC cache for virtual subclasses. The token changes\nwith every call to register() on any ABC.";
        "_abc_init(self, /)" => abc_init, "Internal ABC helper for class set-up. Should be never used outside abc module.";
        "_reset_registry(self, /)" => reset_registry, "Internal ABC helper to reset registry of a given class.\n\nShould be only used by refleak.py";
        "_reset_caches(self, /)" => reset_caches, "Internal ABC helper to reset both caches of a given class.\n\nShould be only used by refleak.py";
        "_get_dump(self, /)" => get_dump, "Internal ABC helper for cache and registry debugging.\n\nReturn shallow copies of registry, of both caches, and\nnegative cache version. Don't call this function directly,\ninstead use ABC._dump_registry() for a nice repr.";
        "_abc_register(self, subclass, /)" => register, "Internal ABC helper for subclasss registration. Should be never used outside abc module.";
        "_abc_instancecheck(self, instance, /)" => instancecheck, "Internal ABC helper for instance checks. Should be never used outside abc module.";
        "_abc_subclasscheck(self, subclass, /)" => subclasscheck, "Internal ABC helper for subclasss checks. Should be never used outside abc module.";
    },
    init: None,
};

/// Changes with every registration: negative caches older than it are void.
static TOKEN: AtomicU64 = AtomicU64::new(0);

#[derive(Default)]
struct Caches {
    /// Shapes of classes that are subclasses, and of ones that are not.
    yes: HashSet<u32, FixedState>,
    no: HashSet<u32, FixedState>,
    /// Token that `no` is good for.
    version: u64,
}

#[repr(C)]
struct AbcData {
    h: Header,
    /// List of weak references.
    registry: Slot,
    caches: Guarded<Caches>,
}

// SAFETY: repr(C), header first; the registry is the only reference.
unsafe impl Object for AbcData {
    weft_vm::layout!(AbcData, "_abc._abc_data", true);
    fn traverse(&self, v: Visitor) {
        v(self.registry.word())
    }
    fn clear(&self) {
        self.registry.clear_dead();
        self.caches.clear_dead()
    }
}

static DATA: NativeType = NativeType::new(&DATA_SPEC);
static DATA_SPEC: TypeSpec = TypeSpec {
    name: "_abc._abc_data",
    doc: "Internal state held by ABC machinery.",
    flags: type_flag::IMMUTABLE | type_flag::NO_NEW,
    ..TypeSpec::new::<AbcData>()
};

/// The data of a class.
fn data(t: &mut Thread, cls: VRef<'_>) -> Res {
    let d = t.getattr(cls, names::_abc_impl())?;
    if d.cast::<AbcData>().is_none() {
        return Err(t.type_error("_abc_impl is set to a wrong type"));
    }
    Ok(d)
}

fn is_abstract(t: &mut Thread, v: VRef<'_>) -> Res<bool> {
    match t.getattr_opt(v, names::__isabstractmethod__())? {
        Some(flag) => t.truth(flag.r()),
        None => Ok(false),
    }
}

fn abc_init(t: &mut Thread, a: Args<'_>) -> Res {
    let cls = a.get(0);
    compute_abstract_methods(t, cls)?;
    let registry = List::new(t, Vec::new());
    let data = t.make(
        DATA.shape(t),
        AbcData { h: Header::new(0, 0), registry: Slot::new(registry), caches: Guarded::default() },
    );
    t.setattr(cls, names::_abc_impl(), Some(data.r()))?;
    if let Some(ty) = as_type(cls)
        && let Some(flags) = t.dict_get(ty.dict(), "__abc_tpflags__")
    {
        // Bits 5 and 6: instances match sequence or mapping patterns.
        let n = weft_vm::types::int::to_i64(flags.r()).unwrap_or(0);
        let (sequence, mapping) = (n & 1 << 5 != 0, n & 1 << 6 != 0);
        if sequence && mapping {
            return Err(t.type_error(
                "__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING",
            ));
        }
        ty.change_flags(
            if sequence { type_flag::SEQUENCE } else { 0 } | if mapping { type_flag::MAPPING } else { 0 },
            0,
        );
        ty.dict().remove_str(t, weft_vm::intern::intern(t, "__abc_tpflags__"));
    }
    Ok(Value::NONE)
}

fn compute_abstract_methods(t: &mut Thread, cls: VRef<'_>) -> Res<()> {
    let mut found: Vec<Value> = Vec::new();
    let own = match as_type(cls) {
        Some(ty) => ty.dict().items(t),
        None => Vec::new(),
    };
    for (name, v) in own {
        if is_abstract(t, v.r())? {
            found.push(name)
        }
    }
    let bases = t.getattr(cls, names::__bases__())?;
    let Some(bases) = bases.cast::<Tuple>() else {
        return Err(t.type_error("__bases__ is not tuple"));
    };
    for base in bases.iter() {
        let Some(inherited) = t.getattr_opt(base, names::__abstractmethods__())? else { continue };
        for name in t.collect(inherited.r())? {
            let interned = weft_vm::intern::intern_value(t, name.r());
            if let Some(v) = t.getattr_opt(cls, interned.r())?
                && is_abstract(t, v.r())?
            {
                found.push(name)
            }
        }
    }
    let list = List::new(t, found);
    let frozenset = weft_vm::types::set::FROZENSET.get(t).to_value();
    let set = t.call(frozenset.r(), &[list.r()])?;
    t.setattr(cls, names::__abstractmethods__(), Some(set.r()))
}

fn register(t: &mut Thread, a: Args<'_>) -> Res {
    let (cls, sub) = (a.get(0), a.get(1));
    let Some(subclass) = as_type(sub) else { return Err(t.type_error("Can only register classes")) };
    if issubclass(t, sub, cls)? {
        return Ok(sub.to_value());
    }
    // The other way round this would be a cycle.
    if issubclass(t, cls, sub)? {
        return Err(t.runtime_error("Refusing to create an inheritance cycle"));
    }
    let d = data(t, cls)?;
    let d: &AbcData = native(d.r());
    let weak = weak(t, subclass);
    if let Some(list) = d.registry.load() {
        native::<List>(list.r()).push(t, weak)
    }
    TOKEN.fetch_add(1, AcqRel);
    if let Some(ty) = as_type(cls) {
        let collection = ty.flags() & (type_flag::SEQUENCE | type_flag::MAPPING);
        if collection != 0 {
            spread(t, sub, collection)?
        }
    }
    Ok(sub.to_value())
}

/// A registered collection and its subclasses match patterns as the ABC does.
fn spread(t: &mut Thread, cls: VRef<'_>, flags: u32) -> Res<()> {
    let Some(ty) = as_type(cls) else { return Ok(()) };
    if ty.has(type_flag::IMMUTABLE) || ty.flags() & (type_flag::SEQUENCE | type_flag::MAPPING) == flags {
        return Ok(());
    }
    ty.change_flags(flags, (type_flag::SEQUENCE | type_flag::MAPPING) & !flags);
    for sub in subclasses(t, cls)? {
        t.recurse(|t| spread(t, sub.r(), flags))?
    }
    Ok(())
}

fn subclasses(t: &mut Thread, cls: VRef<'_>) -> Res<Vec<Value>> {
    let subs = t.call_method(cls, "__subclasses__", &[])?;
    if subs.cast::<List>().is_none() {
        return Err(t.type_error("__subclasses__() must return a list"));
    }
    t.collect(subs.r())
}

fn weak(t: &Thread, ty: &Type) -> Value {
    let h = weft_vm::object::header_of(ty);
    weakref::existing(h).unwrap_or_else(|| weakref::make(t, weft_vm::types::fixed::WEAKREF, h, None))
}

/// What the caches know about a class.
fn cached(t: &Thread, d: &AbcData, ty: &Type) -> Option<bool> {
    let (shape, token) = (ty.shape(), TOKEN.load(Acquire));
    d.caches.with(t, &d.h, |c| {
        if c.yes.contains(&shape) {
            Some(true)
        } else if c.version == token && c.no.contains(&shape) {
            Some(false)
        } else {
            None
        }
    })
}

fn remember(t: &Thread, d: &AbcData, ty: &Type, token: u64, yes: bool) {
    let shape = ty.shape();
    d.caches.with(t, &d.h, |c| {
        if yes {
            c.yes.insert(shape);
        } else {
            if c.version != token {
                c.no.clear();
                c.version = token
            }
            c.no.insert(shape);
        }
    })
}

fn instancecheck(t: &mut Thread, a: Args<'_>) -> Res {
    let (cls, instance) = (a.get(0), a.get(1));
    let d = data(t, cls)?;
    let d: &AbcData = native(d.r());
    let sub = t.getattr(instance, names::__class__())?;
    if let Some(ty) = as_type(sub.r())
        && cached(t, d, ty) == Some(true)
    {
        return Ok(Value::TRUE);
    }
    let real = instance.ty().to_value();
    if real.is(sub.r()) {
        if cached(t, d, instance.ty()) == Some(false) {
            return Ok(Value::FALSE);
        }
        return t.call_method_named(cls, names::__subclasscheck__(), &[sub.r()]);
    }
    let r = t.call_method_named(cls, names::__subclasscheck__(), &[sub.r()])?;
    if t.truth(r.r())? {
        return Ok(r);
    }
    t.call_method_named(cls, names::__subclasscheck__(), &[real.r()])
}

fn subclasscheck(t: &mut Thread, a: Args<'_>) -> Res {
    let (cls, sub) = (a.get(0), a.get(1));
    let Some(subclass) = as_type(sub) else {
        return Err(t.type_error("issubclass() arg 1 must be a class"));
    };
    let d = data(t, cls)?;
    let d: &AbcData = native(d.r());
    if let Some(known) = cached(t, d, subclass) {
        return Ok(Value::bool(known));
    }
    let token = TOKEN.load(Acquire);
    let r = is_virtual_subclass(t, cls, sub, subclass, d)?;
    remember(t, d, subclass, token, r);
    Ok(Value::bool(r))
}

fn is_virtual_subclass(t: &mut Thread, cls: VRef<'_>, sub: VRef<'_>, subclass: &Type, d: &AbcData) -> Res<bool> {
    let ok = t.call_method_named(cls, names::__subclasshook__(), &[sub])?;
    if ok.word() == weft_vm::Word::TRUE || ok.word() == weft_vm::Word::FALSE {
        return Ok(ok.word() == weft_vm::Word::TRUE);
    }
    if !weft_vm::ops::not_implemented(&ok) {
        return Err(t.raise_text(
            &weft_vm::errors::ASSERTION_ERROR,
            "__subclasshook__ must return either False, True, or NotImplemented",
        ));
    }
    if subclass.mro().iter().any(|k| k.is(cls)) {
        return Ok(true);
    }
    let registry = match d.registry.load() {
        Some(list) => native::<List>(list.r()).snapshot(t),
        None => Vec::new(),
    };
    for weak in registry {
        let Some(registered) = weak.cast::<WeakRef>().and_then(|w| w.get(t)) else { continue };
        if issubclass(t, sub, registered.r())? {
            return Ok(true);
        }
    }
    for other in subclasses(t, cls)? {
        if issubclass(t, sub, other.r())? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn reset_registry(t: &mut Thread, a: Args<'_>) -> Res {
    let d = data(t, a.get(0))?;
    if let Some(list) = native::<AbcData>(d.r()).registry.load() {
        drop(native::<List>(list.r()).take_all(t))
    }
    Ok(Value::NONE)
}

fn reset_caches(t: &mut Thread, a: Args<'_>) -> Res {
    let d = data(t, a.get(0))?;
    let d: &AbcData = native(d.r());
    d.caches.with(t, &d.h, |c| *c = Caches::default());
    Ok(Value::NONE)
}

fn get_dump(t: &mut Thread, a: Args<'_>) -> Res {
    let d = data(t, a.get(0))?;
    let d: &AbcData = native(d.r());
    let registry = d.registry.load().map_or(Vec::new(), |l| native::<List>(l.r()).snapshot(t));
    let alive = registry.into_iter().filter(|w| w.cast::<WeakRef>().is_some_and(|w| w.get(t).is_some()));
    let alive: Vec<Value> = alive.collect();
    let version = d.caches.with(t, &d.h, |c| c.version);
    let registry = weft_vm::types::set::new_set(t, alive)?;
    let yes = weft_vm::types::set::new_set(t, Vec::new())?;
    let no = weft_vm::types::set::new_set(t, Vec::new())?;
    Ok(Tuple::new(t, vec![registry, yes, no, t.int(version as i64)]))
}
