//! `frame.f_locals` of functions (PEP 667): a mapping that reads and writes the frame's variables themselves.
//!
//! A variable lives in a register of the active frame, in a register that a suspended generator keeps, or in what a
//! finished frame left to its frame object; cells are looked through. A register that is set keeps its old value alive
//! in the frame object, because a native further up may be borrowing it.

use super::attrs::{as_dict, or_none};
use super::code::CodeObject;
use super::frame::FrameObject;
use super::function::Function;
use super::generator::{Generator, state};
use super::list::List;
use super::{cell::Cell, fixed, str::text};
use crate::dict::Dict;
use crate::interp::hooks;
use crate::object::{Cmp, MethodDef, NativeType, Slots, TypeSpec, ValueExt, type_flag};
use crate::thread::Thread;
use crate::{Res, names};
use std::sync::atomic::Ordering::*;
use weft_strategy::{Header, Slot, VRef, Value, Word};

/// The proxy.
#[repr(C)]
pub struct FrameLocalsProxy {
    pub(crate) h: Header,
    /// The frame object.
    pub frame: Slot,
}
crate::object!(FrameLocalsProxy, "FrameLocalsProxy", true, [frame]);

/// `FrameLocalsProxy`
pub static TYPE: NativeType = NativeType::new(&SPEC);
static SPEC: TypeSpec = TypeSpec {
    name: "FrameLocalsProxy",
    flags: type_flag::IMMUTABLE | type_flag::MAPPING,
    slots: Slots {
        repr: Some(|t, v| {
            let d = snapshot(t, frame(v));
            t.repr(d.r())
        }),
        compare: Some(compare),
        hash: Some(super::dunder::unhashable),
        len: Some(|t, v| Ok(snapshot(t, frame(v)).cast::<Dict>().map_or(0, |d| d.len()))),
        iter: Some(|t, v| {
            let k = keys(t, v);
            t.iter(k.r())
        }),
        contains: Some(|t, v, k| Ok(get(t, frame(v), k)?.is_some())),
        getitem: Some(|t, v, k| match get(t, frame(v), k)? {
            Some(x) => Ok(x),
            None if text(k).is_some() => {
                let n = t.repr_text(k)?;
                Err(t.raise_text(&crate::errors::KEY_ERROR, format!("local variable {n} is not defined")))
            }
            None => Err(t.key_error(k)),
        }),
        setitem: Some(|t, v, k, x| match x {
            Some(x) => set(t, frame(v), k, x),
            None => Err(t.value_error("cannot remove variables from FrameLocalsProxy")),
        }),
        binary: crate::binary![Or => or],
        inplace: crate::binary![Or => |t, a, b| {
            update_from(t, a, b)?;
            Ok(a.to_value())
        }],
        new: Some(|t, cls, args| {
            let [f] = args.positional() else {
                let n = args.args.len();
                return Err(t.type_error(format!("FrameLocalsProxy expected 1 argument, got {n}")));
            };
            if f.cast::<FrameObject>().is_none() {
                let n = f.ty().name();
                return Err(t.type_error(format!("expect frame, not {n}")));
            }
            Ok(t.make(cls.shape(), FrameLocalsProxy { h: Header::new(0, 0), frame: Slot::new(f.to_value()) }))
        }),
        ..Slots::EMPTY
    },
    methods: METHODS,
    ..TypeSpec::new::<FrameLocalsProxy>()
};

static METHODS: &[MethodDef] = crate::methods! {
    "keys(self, /)" => |t, a| Ok(keys(t, a.get(0)));
    "values(self, /)" => |t, a| {
        let all = items(t, a.get(0)).into_iter().map(|(_, v)| v).collect();
        Ok(List::new(t, all))
    };
    "items(self, /)" => |t, a| {
        let all = items(t, a.get(0));
        let all = all.into_iter().map(|(k, v)| super::tuple::Tuple::new(t, vec![k, v])).collect();
        Ok(List::new(t, all))
    };
    "copy(self, /)" => |t, a| Ok(snapshot(t, frame(a.get(0))));
    "__copy__(self, /)" => |t, a| Ok(snapshot(t, frame(a.get(0))));
    "get(self, key, default=None, /)" => |t, a| {
        Ok(get(t, frame(a.get(0)), a.get(1))?.or(a.opt(2).map(|d| d.to_value())).unwrap_or(Value::NONE))
    };
    "update(self, other, /)" => |t, a| update_from(t, a.get(0), a.get(1)).map(|()| Value::NONE);
    "setdefault(self, key, default=None, /)" => |t, a| {
        if let Some(x) = get(t, frame(a.get(0)), a.get(1))? {
            return Ok(x);
        }
        let d = a.opt(2).map_or(Value::NONE, |d| d.to_value());
        set(t, frame(a.get(0)), a.get(1), d.r())?;
        Ok(d)
    };
    "pop(self, key, default=<unrepresentable>, /)" => |t, _| Err(t.value_error("cannot remove local variables from FrameLocalsProxy"));
    "__reversed__(self, /)" => |t, a| {
        let mut k: Vec<Value> = items(t, a.get(0)).into_iter().map(|(k, _)| k).collect();
        k.reverse();
        let l = List::new(t, k);
        t.iter(l.r())
    };
};

/// `f_locals`: the mapping of a module or class body, a proxy for functions.
pub fn of(t: &mut Thread, v: VRef<'_>) -> Res {
    let f: &FrameObject = v.cast().expect("the descriptor checked the receiver");
    let optimized = f.code.load().is_some_and(|c| {
        c.cast::<CodeObject>().is_some_and(|c| c.code.flags & weft_bytecode::code::flags::OPTIMIZED != 0)
    });
    if !optimized {
        if let Some(l) = f.locals.load() {
            return Ok(l);
        }
        return Ok(super::frame_attrs::globals(f));
    }
    let shape = TYPE.shape(t);
    Ok(t.make(shape, FrameLocalsProxy { h: Header::new(0, 0), frame: Slot::new(v.to_value()) }))
}

fn frame<'t>(v: VRef<'t>) -> &'t FrameObject {
    let p: &FrameLocalsProxy = v.cast().expect("the descriptor checked the receiver");
    p.frame.get(p).and_then(|f| f.cast()).expect("a proxy keeps its frame")
}

/// The registers that a finished frame left behind.
pub fn kept(f: &FrameObject) -> &[Slot] {
    // SAFETY: written once, when the frame finishes, before anybody can see it.
    unsafe { &**f.registers.get() }
}

/// Reads register `n`, wherever it is now; cells are looked through.
fn read(t: &Thread, f: &FrameObject, co: &CodeObject, n: usize) -> Option<Value> {
    let cell = co.code.cells.contains(&(n as u16));
    if let Some(p) = hooks::active(t, f) {
        // SAFETY: an active frame has all its registers.
        return unsafe { hooks::variable(t, *(*p).base.add(n), cell) };
    }
    let v = match f.generator.load() {
        Some(g) => with_suspended(&g, |slots| slots.get(n).and_then(|s| s.load()))??,
        None => kept(f).get(n)?.load()?,
    };
    match v.cast::<Cell>() {
        Some(c) if cell => c.value.load(),
        _ => Some(v),
    }
}

/// Looks at the registers of a suspended generator; nobody resumes it meanwhile.
fn with_suspended<R>(g: &Value, f: impl FnOnce(&[Slot]) -> R) -> Option<R> {
    let g = g.cast::<Generator>()?;
    for s in [state::CREATED, state::SUSPENDED, state::DELEGATING] {
        if g.state.compare_exchange(s, state::RUNNING, AcqRel, Acquire).is_ok() {
            // SAFETY: claimed: nobody else moves the registers.
            let r = f(unsafe { &**g.registers.get() });
            g.state.store(s, Release);
            return Some(r);
        }
    }
    None
}

/// Writes register `n`.
fn write(t: &Thread, f: &FrameObject, co: &CodeObject, n: usize, v: Value) {
    let cell = co.code.cells.contains(&(n as u16));
    let into_cell = |old: &Value, v: &Value| match old.cast::<Cell>() {
        Some(c) if cell => {
            c.value.set(&c.h, v.clone());
            true
        }
        _ => false,
    };
    if let Some(p) = hooks::active(t, f) {
        // SAFETY: an active frame has all its registers; the old word moves into the frame object's list.
        unsafe {
            let at = (*p).base.add(n);
            let old = *at;
            let held = (!old.is_unbound()).then(|| VRef::from_word(old).to_value());
            if let Some(h) = &held
                && into_cell(h, &v)
            {
                return;
            }
            *at = v.into_word();
            if let Some(h) = held {
                keep(t, f, h);
                if old.is_counted() {
                    keep(t, f, Value::from_owned(old))
                }
            }
        }
        return;
    }
    let put = |slots: &[Slot], h: &Header| {
        if let Some(s) = slots.get(n) {
            let old = s.load();
            if !old.as_ref().is_some_and(|o| into_cell(o, &v)) {
                s.set(h, v.clone())
            }
        }
    };
    match f.generator.load() {
        Some(g) => {
            if let Some(h) = g.r().header() {
                with_suspended(&g, |slots| put(slots, h));
            }
        }
        None => put(kept(f), &f.h),
    }
}

/// Keeps a value alive as long as the frame object.
fn keep(t: &Thread, f: &FrameObject, v: Value) {
    if f.replaced.is_empty() {
        let _ = f.replaced.fill(&f.h, List::new(t, Vec::new()));
    }
    if let Some(l) = f.replaced.load()
        && let Some(l) = l.cast::<List>()
    {
        l.push(t, v)
    }
}

fn code(f: &FrameObject) -> Option<Value> {
    f.code.load().filter(|c| c.cast::<CodeObject>().is_some())
}

fn free_cells(f: &FrameObject) -> Vec<Value> {
    f.func
        .load()
        .and_then(|x| x.cast::<Function>().and_then(|x| x.cells().map(|c| c.iter().map(|v| v.to_value()).collect())))
        .unwrap_or_default()
}

fn name_of(w: Word) -> VRef<'static> {
    // SAFETY: names of code are interned, immortal.
    unsafe { VRef::from_word(w) }
}

fn hidden(name: VRef<'_>) -> bool {
    text(name).is_some_and(|s| s.bytes().first() == Some(&b'.'))
}

/// All bound variables as a new dict.
pub fn snapshot(t: &Thread, f: &FrameObject) -> Value {
    let out = Dict::new(t);
    if let (Some(d), Some(c)) = (as_dict(out.r()), code(f))
        && let Some(co) = c.cast::<CodeObject>()
    {
        for (n, w) in co.local_names.iter().enumerate() {
            if let Some(v) = read(t, f, co, n)
                && !hidden(name_of(*w))
            {
                d.set_str(t, name_of(*w), v)
            }
        }
        for (c, w) in free_cells(f).iter().zip(co.free_names.iter()) {
            if let Some(v) = c.cast::<Cell>().and_then(|c| c.value.load())
                && !hidden(name_of(*w))
            {
                d.set_str(t, name_of(*w), v)
            }
        }
        if let Some(extra) = f.extra.load()
            && let Some(e) = as_dict(extra.r())
        {
            for (k, v) in e.items(t) {
                if k.r().has_shape(fixed::STR) {
                    d.set_str(t, k.r(), v)
                }
            }
        }
    }
    out
}

/// Where a name is: a register, a free variable's cell, or neither.
enum Place {
    Register(usize),
    Free(Value),
    Extra,
}

fn place(t: &Thread, f: &FrameObject, co: &CodeObject, key: VRef<'_>) -> Place {
    if text(key).is_none() {
        return Place::Extra;
    }
    let key = crate::intern::intern_value(t, key);
    if let Some(n) = co.local_names.iter().rposition(|w| w.same(key.word())) {
        return Place::Register(n);
    }
    match co.free_names.iter().position(|w| w.same(key.word())) {
        Some(i) => free_cells(f).into_iter().nth(i).map_or(Place::Extra, Place::Free),
        None => Place::Extra,
    }
}

fn get(t: &mut Thread, f: &FrameObject, key: VRef<'_>) -> Res<Option<Value>> {
    let Some(c) = code(f) else { return Ok(None) };
    let Some(co) = c.cast::<CodeObject>() else { return Ok(None) };
    Ok(match place(t, f, co, key) {
        Place::Register(n) => read(t, f, co, n),
        Place::Free(c) => c.cast::<Cell>().and_then(|c| c.value.load()),
        Place::Extra => match f.extra.load().as_ref().and_then(|e| as_dict(e.r())) {
            Some(d) => d.get(t, key)?,
            None => None,
        },
    })
}

fn set(t: &mut Thread, f: &FrameObject, key: VRef<'_>, v: VRef<'_>) -> Res<()> {
    let Some(c) = code(f) else { return Ok(()) };
    let Some(co) = c.cast::<CodeObject>() else { return Ok(()) };
    match place(t, f, co, key) {
        Place::Register(n) => write(t, f, co, n, v.to_value()),
        Place::Free(c) => {
            if let Some(c) = c.cast::<Cell>() {
                c.value.set(&c.h, v.to_value())
            }
        }
        Place::Extra => {
            if f.extra.is_empty() {
                let _ = f.extra.fill(&f.h, Dict::new(t));
            }
            let extra = or_none(&f.extra);
            if let Some(d) = as_dict(extra.r()) {
                d.set(t, key, v.to_value())?
            }
        }
    }
    Ok(())
}

fn items(t: &Thread, v: VRef<'_>) -> Vec<(Value, Value)> {
    snapshot(t, frame(v)).cast::<Dict>().map(|d| d.items(t)).unwrap_or_default()
}

fn keys(t: &Thread, v: VRef<'_>) -> Value {
    let all = items(t, v).into_iter().map(|(k, _)| k).collect();
    List::new(t, all)
}

fn update_from(t: &mut Thread, v: VRef<'_>, other: VRef<'_>) -> Res<()> {
    let pairs = match as_dict(other) {
        Some(d) => d.items(t),
        None if other.cast::<FrameLocalsProxy>().is_some() => items(t, other),
        None => {
            let mut out = Vec::new();
            let keys = t.call_method_named(other, names::keys(), &[])?;
            for k in t.collect(keys.r())? {
                let x = t.getitem(other, k.r())?;
                out.push((k, x))
            }
            out
        }
    };
    for (k, x) in pairs {
        set(t, frame(v), k.r(), x.r())?
    }
    Ok(())
}

fn as_plain(t: &Thread, v: VRef<'_>) -> Option<Value> {
    if v.cast::<FrameLocalsProxy>().is_some() {
        return Some(snapshot(t, frame(v)));
    }
    as_dict(v).map(|d| d.copy(t))
}

fn or(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    let (Some(x), Some(y)) = (as_plain(t, a), as_plain(t, b)) else { return Ok(Value::NOT_IMPLEMENTED) };
    if let (Some(x), Some(y)) = (as_dict(x.r()), as_dict(y.r())) {
        for (k, v) in y.items(t) {
            x.set(t, k.r(), v)?
        }
    }
    Ok(x)
}

fn compare(t: &mut Thread, a: VRef<'_>, b: VRef<'_>, op: Cmp) -> Res {
    if !matches!(op, Cmp::Eq | Cmp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let equal = match (a.cast::<FrameLocalsProxy>(), b.cast::<FrameLocalsProxy>()) {
        (Some(x), Some(y)) => or_none(&x.frame).is(or_none(&y.frame).r()),
        _ => {
            let (Some(x), Some(y)) = (as_plain(t, a), as_plain(t, b)) else {
                return Ok(Value::NOT_IMPLEMENTED);
            };
            t.equal(x.r(), y.r())?
        }
    };
    Ok(Value::bool(equal == (op == Cmp::Eq)))
}
