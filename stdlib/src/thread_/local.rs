//! `_thread._local`: an object with a namespace for each thread.
//!
//! The namespaces are edges of the *thread*, not of the object: each thread keeps a dict from the object's
//! number to its namespace, so what a thread puts there stays its own, and is given up when the thread
//! ends. When the object dies, its number is struck off; threads notice at their next use of any local.

use std::cell::Cell;
use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering::*};
use weft_vm::object::{CallArgs, Args, NativeType, Object, Slots, Type, TypeSpec, ValueExt, Visitor, type_flag};
use weft_vm::types::{object, str::text, tuple::{Tuple, tuple}};
use weft_vm::{Res, Slot, Thread, VRef, Value, dict::Dict, intern, names};
use weft_strategy::Header;

/// A `_local` object.
#[repr(C)]
pub struct Local {
    h: Header,
    number: AtomicU64,
    /// Arguments for `__init__` in each thread: positional values, then those by keyword.
    args: Slot,
    /// Names of the latter, or empty.
    names: Slot,
}

// SAFETY: repr(C), header first; both slots are visited.
unsafe impl Object for Local {
    weft_vm::layout!(Local, "_local", true);
    fn traverse(&self, v: Visitor) {
        v(self.args.word());
        v(self.names.word());
    }
    fn clear(&self) {
        self.args.clear_dead();
        self.names.clear_dead();
        strike_off(self.number.swap(0, AcqRel))
    }
}

/// `_thread._local`
pub static TYPE: NativeType = NativeType::new(&SPEC);
static SPEC: TypeSpec = TypeSpec {
    name: "_thread._local",
    doc: "Thread-local data",
    flags: type_flag::BASETYPE | type_flag::IMMUTABLE | type_flag::WEAKREFS,
    slots: Slots {
        new: Some(new),
        getattr: Some(getattr),
        setattr: Some(setattr),
        ..Slots::EMPTY
    },
    ..TypeSpec::new::<Local>()
};

/// Numbers in use, and how often one was struck off.
static ALIVE: parking_lot::Mutex<Option<HashSet<u64>>> = parking_lot::Mutex::new(None);
static STRUCK: AtomicU64 = AtomicU64::new(0);
static NEXT: AtomicU64 = AtomicU64::new(1);

thread_local! {
    /// `STRUCK` as this thread last saw it.
    static SEEN: Cell<u64> = const { Cell::new(0) };
}

fn strike_off(number: u64) {
    if number != 0 && ALIVE.lock().as_mut().is_some_and(|s| s.remove(&number)) {
        STRUCK.fetch_add(1, Release);
        // The thread that sees it die gives up its namespace soon, the others at their next use of any local.
        if let Some(core) = weft_strategy::core::current() {
            // SAFETY: the core of the running thread.
            unsafe { &*core }.set_breaker(weft_strategy::core::breaker::CALLS)
        }
    }
}

/// Gives up this thread's namespaces of objects that are gone.
pub fn forget_dead(t: &mut Thread) {
    let now = STRUCK.load(Acquire);
    if SEEN.replace(now) == now {
        return;
    }
    let Some(all) = t.locals.locals.clone() else { return };
    let Some(all) = all.cast::<Dict>() else { return };
    let alive = ALIVE.lock().clone().unwrap_or_default();
    for (k, _) in all.items(t) {
        if !alive.contains(&(k.word().as_int() as u64)) {
            // An int key: no Python code runs, and it cannot fail.
            let _ = all.remove(t, k.r());
        }
    }
}

fn overridden_init(cls: &Type) -> bool {
    let plain = object::TYPE.spec.slots.init.map(|f| f as usize);
    cls.slots().init.map(|f| f as usize) != plain
}

fn new(t: &mut Thread, cls: &Type, args: CallArgs<'_>) -> Res {
    if !args.args.is_empty() && !overridden_init(cls) {
        return Err(t.type_error("Initialization arguments are not supported"));
    }
    let number = NEXT.fetch_add(1, Relaxed);
    ALIVE.lock().get_or_insert_default().insert(number);
    let mut values: Vec<Value> = args.positional().iter().map(|v| v.to_value()).collect();
    values.extend(args.keywords().iter().map(|(_, v)| v.to_value()));
    let values = Tuple::new(t, values);
    let v = t.make(
        cls.shape(),
        Local {
            h: Header::new(0, 0),
            number: AtomicU64::new(number),
            args: Slot::new(values),
            names: Slot::from_option(args.names.map(|n| n.to_value())),
        },
    );
    // The making thread's `__init__` is called by whoever calls the class.
    make_namespace(t, number)?;
    Ok(v)
}

fn make_namespace(t: &mut Thread, number: u64) -> Res {
    let all = match &t.locals.locals {
        Some(d) => d.clone(),
        None => {
            let d = Dict::new(t);
            t.locals.locals = Some(d.clone());
            d
        }
    };
    let d = Dict::new(t);
    let key = t.int(number as i64);
    if let Some(all) = all.cast::<Dict>() {
        all.set(t, key.r(), d.clone())?
    }
    Ok(d)
}

/// The running thread's namespace of `v`; made, and `__init__` called, at a thread's first use.
fn namespace(t: &mut Thread, v: VRef<'_>) -> Res {
    forget_dead(t);
    let Some(l) = v.cast::<Local>() else { return Err(t.type_error("expected a _thread._local object")) };
    let number = l.number.load(Acquire);
    let key = t.int(number as i64);
    if let Some(all) = t.locals.locals.clone()
        && let Some(all) = all.cast::<Dict>()
        && let Some(d) = all.get(t, key.r())?
    {
        return Ok(d);
    }
    let d = make_namespace(t, number)?;
    let cls = v.ty();
    if overridden_init(cls)
        && let Some(init) = cls.slots().init
    {
        let (args, names) = (l.args.load(), l.names.load());
        let refs: Vec<VRef<'_>> =
            args.as_ref().and_then(|a| tuple(a.r())).map_or(Vec::new(), |a| a.iter().collect());
        let call = CallArgs { args: Args::of(&refs), names: names.as_ref().map(|n| n.r()) };
        if let Err(e) = init(t, v, call) {
            // The next use tries again.
            if let Some(all) = t.locals.locals.clone()
                && let Some(all) = all.cast::<Dict>()
            {
                let raised = t.take_raised();
                let _ = all.remove(t, key.r());
                t.reraise(raised);
            }
            return Err(e);
        }
    }
    Ok(d)
}

/// As `object.__getattribute__`, with the thread's namespace for the instance's dict.
fn getattr(t: &mut Thread, v: VRef<'_>, name: VRef<'_>) -> Res {
    let d = namespace(t, v)?;
    let name = intern::intern_value(t, name);
    if name.is(names::__dict__()) {
        return Ok(d);
    }
    let ty = v.ty();
    let in_class = ty.lookup(t, name.r()).map(|f| f.to_value());
    if let Some(f) = &in_class {
        let slots = f.r().ty().slots();
        if slots.descr_set.is_some()
            && let Some(get) = slots.descr_get
        {
            return get(t, f.r(), Some(v), ty);
        }
    }
    if let Some(x) = d.cast::<Dict>().and_then(|d| d.get_str(t, name.r())) {
        return Ok(x.to_value());
    }
    match in_class {
        Some(f) => t.bind_descriptor(f.r(), Some(v), ty),
        None => Err(no_attribute(t, v, name.r())),
    }
}

fn no_attribute(t: &mut Thread, v: VRef<'_>, name: VRef<'_>) -> weft_vm::Raised {
    let (cls, n) = (t.type_full_name(v.ty()), text(name).map(|s| s.to_string()).unwrap_or_default());
    t.attribute_error_text(v, &n, format!("'{cls}' object has no attribute '{n}'"))
}

fn setattr(t: &mut Thread, v: VRef<'_>, name: VRef<'_>, value: Option<VRef<'_>>) -> Res<()> {
    let d = namespace(t, v)?;
    let name = intern::intern_value(t, name);
    if name.is(names::__dict__()) {
        let cls = t.type_full_name(v.ty());
        return Err(t.attribute_error_text(
            v,
            "__dict__",
            format!("'{cls}' object attribute '__dict__' is read-only"),
        ));
    }
    let in_class = v.ty().lookup(t, name.r()).map(|f| f.to_value());
    if let Some(f) = &in_class
        && let Some(set) = f.r().ty().slots().descr_set
    {
        return set(t, f.r(), v, value);
    }
    let Some(d) = d.cast::<Dict>() else { return Ok(()) };
    match value {
        Some(x) => {
            d.set_str(t, name.r(), x.to_value());
            Ok(())
        }
        None => match d.remove_str(t, name.r()) {
            Some(_) => Ok(()),
            None => Err(no_attribute(t, v, name.r())),
        },
    }
}
