//! Local variables from outside: `frame.f_locals` (PEP 667).
//!
//! For a function the mapping is a proxy that reads and writes the variables themselves, wherever they are at the
//! moment; names that are no variables of the code go into a dict beside it. What somebody overwrites in a frame that
//! runs is kept until the frame ends, for the instruction it is at may be using it.

use super::cell::Cell;
use super::code::CodeObject;
use super::frame::FrameObject;
use super::generator::{Generator, state};
use super::list::List;
use super::str::text;
use crate::dict::Dict;
use crate::object::{Args, BinOp, NativeType, Slots, TypeSpec, ValueExt, type_flag};
use crate::thread::{Frame, Thread};
use crate::{Res, binary, methods};
use std::sync::atomic::Ordering::*;
use weft_strategy::{Header, Slot, VRef, Value, Word};

/// Where the variables of a frame object are now.
pub enum Place<'a> {
    /// In registers of this thread.
    Running(*mut Frame),
    /// In a suspended generator.
    Suspended(&'a Generator),
    /// In the frame object.
    Finished,
    /// In registers of another thread.
    Foreign,
}

/// Where the variables are.
pub fn place<'a>(t: &'a Thread, fo: &'a FrameObject) -> Place<'a> {
    let f = fo.frame.load(Acquire);
    if !f.is_null() {
        return if crate::interp::hooks::is_mine(t, f) { Place::Running(f) } else { Place::Foreign };
    }
    match fo.generator.get(t).and_then(|g| g.cast::<Generator>()) {
        Some(g) if g.state.load(Acquire) == state::RUNNING => Place::Foreign,
        Some(g) => Place::Suspended(g),
        None => Place::Finished,
    }
}

/// The frame's code.
pub fn code_of(fo: &FrameObject) -> Option<&CodeObject> {
    fo.code.get(fo).and_then(|c| c.cast::<CodeObject>())
}

/// What register `n` holds, not looked through.
fn register(t: &Thread, fo: &FrameObject, n: usize) -> Option<Value> {
    match place(t, fo) {
        Place::Running(f) => {
            // SAFETY: an active frame of this thread, which has that many registers.
            let w = unsafe { *(*f).base.add(n) };
            // SAFETY: register words are alive.
            if w.is_unbound() { None } else { Some(unsafe { VRef::from_word(w) }.to_value()) }
        }
        Place::Suspended(g) => g.registers().get(n).and_then(|s| s.load()),
        // SAFETY: the box is replaced when the frame object dies only.
        Place::Finished => unsafe { (&**fo.registers.get()).get(n).and_then(|s| s.load()) },
        Place::Foreign => None,
    }
}

/// Is the frame of a module or class inside a comprehension, whose variables are in registers?
pub fn has_hidden(t: &Thread, fo: &FrameObject) -> bool {
    let Some(code) = code_of(fo) else { return false };
    code.flags & weft_bytecode::code::flags::OPTIMIZED == 0
        && code.running().local_names.iter().enumerate().any(|(n, w)| {
            // SAFETY: names are immortal.
            !hidden(unsafe { VRef::from_word(*w) }) && register(t, fo, n).is_some()
        })
}

/// The variable in register `n`, through its cell if it is in one.
fn variable(t: &Thread, fo: &FrameObject, code: &CodeObject, n: usize) -> Option<Value> {
    let v = register(t, fo, n)?;
    if code.code().cells.contains(&(n as u16))
        && let Some(c) = v.cast::<Cell>()
    {
        return c.value.load();
    }
    Some(v)
}

fn free_cell(t: &Thread, fo: &FrameObject, n: usize) -> Option<Value> {
    let f = fo.func.get(t)?.cast::<super::function::Function>()?;
    let closure = f.closure.get(t)?.cast::<super::tuple::Tuple>()?;
    if n < closure.len() { Some(closure.get(n).to_value()) } else { None }
}

/// Names the compiler made up (`.0`) are not variables.
fn hidden(name: VRef<'_>) -> bool {
    text(name).is_some_and(|s| s.bytes().first() == Some(&b'.'))
}

/// A name in a code object: a register (the inner one, if a comprehension has a variable of the same name that is
/// bound), or a free variable.
enum Found {
    Register(usize),
    Free(usize),
}

fn find(t: &Thread, fo: &FrameObject, code: &CodeObject, name: VRef<'_>) -> Option<Found> {
    let same = |w: &Word| w.same(name.word());
    let mut first = None;
    for (n, _) in code.running().local_names.iter().enumerate().filter(|(_, w)| same(w)) {
        first = first.or(Some(n));
        if Some(n) != first && register(t, fo, n).is_some() {
            return Some(Found::Register(n));
        }
    }
    first.map(Found::Register).or_else(|| code.running().free_names.iter().position(same).map(Found::Free))
}

fn lookup(t: &Thread, fo: &FrameObject, name: VRef<'_>) -> Option<Value> {
    let code = code_of(fo)?;
    match find(t, fo, code, name)? {
        Found::Register(n) => variable(t, fo, code, n),
        Found::Free(n) => free_cell(t, fo, n)?.cast::<Cell>()?.value.load(),
    }
}

/// Sets a variable; `Err` gives the value back if the code has no such variable.
fn assign(t: &mut Thread, fo: &FrameObject, name: VRef<'_>, v: Value) -> Result<(), Value> {
    let Some(code) = code_of(fo) else { return Err(v) };
    let n = match find(t, fo, code, name) {
        None => return Err(v),
        Some(Found::Free(n)) => {
            if let Some(c) = free_cell(t, fo, n)
                && let Some(c) = c.cast::<Cell>()
            {
                c.value.set(&c.h, v)
            }
            return Ok(());
        }
        Some(Found::Register(n)) => n,
    };
    if code.code().cells.contains(&(n as u16))
        && let Some(c) = register(t, fo, n)
        && let Some(c) = c.cast::<Cell>()
    {
        c.value.set(&c.h, v);
        return Ok(());
    }
    match place(t, fo) {
        Place::Running(f) => {
            // SAFETY: an active frame of this thread; what was in the register is kept as long as the frame.
            unsafe {
                let p = (*f).base.add(n);
                let old = std::mem::replace(&mut *p, v.into_word());
                if old.is_heap() {
                    let old = if old.is_counted() {
                        Value::from_owned(old)
                    } else {
                        VRef::from_word(old).to_value()
                    };
                    let kept = match fo.replaced.load() {
                        Some(l) => l,
                        None => {
                            let l = List::new(t, Vec::new());
                            fo.replaced.set(&fo.h, l.clone());
                            l
                        }
                    };
                    if let Some(l) = kept.cast::<List>() {
                        l.push(t, old)
                    }
                }
            }
        }
        Place::Suspended(g) => {
            if let Some(s) = g.registers().get(n) {
                s.set(&g.h, v)
            }
        }
        Place::Finished => {
            // SAFETY: the box is replaced when the frame object dies only.
            if let Some(s) = unsafe { (&**fo.registers.get()).get(n) } {
                s.set(&fo.h, v)
            }
        }
        Place::Foreign => {}
    }
    Ok(())
}

/// All variables that are bound, in the order of the code, then the names that are none.
pub fn items(t: &Thread, fo: &FrameObject) -> Vec<(Value, Value)> {
    let mut out: Vec<(Value, Value)> = Vec::new();
    let Some(code) = code_of(fo) else { return out };
    let mut add = |name: VRef<'static>, v: Option<Value>| {
        let Some(v) = v.filter(|_| !hidden(name)) else { return };
        match out.iter_mut().find(|(k, _)| k.is(name)) {
            Some(entry) => entry.1 = v,
            None => out.push((name.to_value(), v)),
        }
    };
    for (n, w) in code.running().local_names.iter().enumerate() {
        // SAFETY: names are immortal.
        add(unsafe { VRef::from_word(*w) }, variable(t, fo, code, n))
    }
    for (n, w) in code.running().free_names.iter().enumerate() {
        let v = free_cell(t, fo, n).and_then(|c| c.cast::<Cell>().and_then(|c| c.value.load()));
        // SAFETY: names are immortal.
        add(unsafe { VRef::from_word(*w) }, v)
    }
    if let Some(d) = fo.extra_locals.get(t).and_then(|d| d.cast::<Dict>()) {
        out.extend(d.items(t))
    }
    out
}

/// As a dict of its own.
pub fn snapshot(t: &mut Thread, fo: &FrameObject) -> Res {
    let d = Dict::new(t);
    if let Some(dict) = d.cast::<Dict>() {
        for (k, v) in items(t, fo) {
            dict.set(t, k.r(), v)?
        }
    }
    Ok(d)
}

/// `FrameLocalsProxy`
#[repr(C)]
pub struct FrameLocals {
    pub(crate) h: Header,
    /// The frame object.
    pub frame: Slot,
}
crate::object!(FrameLocals, "FrameLocalsProxy", true, [frame]);

/// `FrameLocalsProxy`
pub static TYPE: NativeType = NativeType::new(&SPEC);
static SPEC: TypeSpec = TypeSpec {
    name: "FrameLocalsProxy",
    doc: "Variables of a frame as a mapping that writes through.",
    flags: type_flag::IMMUTABLE | type_flag::MAPPING,
    slots: Slots {
        repr: Some(|t, v| {
            t.repr_once(v, "{...}", |t| {
                let d = dict(t, v)?;
                t.repr(d.r())
            })
        }),
        compare: Some(|t, a, b, op| {
            let other = if b.cast::<FrameLocals>().is_some() { dict(t, b)? } else { b.to_value() };
            let d = dict(t, a)?;
            t.compare(d.r(), other.r(), op)
        }),
        new: Some(|t, ty, args| {
            if args.args.len() != 1 || args.keyword_len() != 0 {
                let n = args.args.len();
                return Err(t.type_error(format!("FrameLocalsProxy expected 1 argument, got {n}")));
            }
            let f = args.args.get(0);
            if f.cast::<FrameObject>().is_none() {
                let n = f.ty().name();
                return Err(t.type_error(format!("expect frame, not {n}")));
            }
            Ok(t.make(ty.shape(), FrameLocals { h: Header::new(0, 0), frame: Slot::new(f.to_value()) }))
        }),
        iter: Some(|t, v| {
            let k = key_list(t, v);
            t.iter(k.r())
        }),
        len: Some(|t, v| {
            Ok(frame_of(v).map_or(0, |f| f.cast::<FrameObject>().map_or(0, |f| items(t, f).len())))
        }),
        getitem: Some(get_item),
        setitem: Some(set_item),
        contains: Some(|t, v, k| Ok(find_item(t, v, k)?.is_some())),
        binary: binary![Or => or],
        inplace: binary![Or => |t, a, b| { update_from(t, a, b)?; Ok(a.to_value()) }],
        ..Slots::EMPTY
    },
    methods: methods! {
        "__contains__(self, key, /)" => |t, a| Ok(Value::bool(find_item(t, a.get(0), a.get(1))?.is_some()));
        "__getitem__(self, key, /)" => |t, a| get_item(t, a.get(0), a.get(1));
        "update(self, other, /)" => |t, a| { update_from(t, a.get(0), a.get(1))?; Ok(Value::NONE) }, "Set variables from another mapping or from pairs.";
        "__reversed__(self, /)" => |t, a| { let k = key_list(t, a.get(0)); t.call_method(k.r(), "__reversed__", &[]) };
        "copy(self, /)" => |t, a| dict(t, a.get(0)), "The variables as a dict.";
        "keys(self, /)" => |t, a| Ok(key_list(t, a.get(0))), "List of names.";
        "values(self, /)" => |t, a| { let v = all(t, a.get(0)).into_iter().map(|x| x.1).collect(); Ok(List::new(t, v)) }, "List of values.";
        "items(self, /)" => |t, a| {
            let v = all(t, a.get(0)).into_iter().map(|(k, v)| super::tuple::Tuple::new(t, vec![k, v])).collect();
            Ok(List::new(t, v))
        }, "List of pairs.";
        "get(self, key, default=None, /)" => |t, a| {
            Ok(find_item(t, a.get(0), a.get(1))?.unwrap_or(a.opt(2).map_or(Value::NONE, |v| v.to_value())))
        }, "The variable, or the default.";
        "setdefault(self, key, default=None, /)" => |t, a| {
            if let Some(v) = find_item(t, a.get(0), a.get(1))? {
                return Ok(v);
            }
            let v = a.opt(2).map_or(Value::NONE, |v| v.to_value());
            set_item(t, a.get(0), a.get(1), Some(v.r()))?;
            Ok(v)
        }, "The variable; the default is set if there is none.";
        "pop(self, key, default=<unrepresentable>, /)" => pop, "Remove a name that is no variable of the code.";
    },
    ..TypeSpec::new::<FrameLocals>()
};

/// A proxy of a frame.
pub fn new(t: &Thread, frame: VRef<'_>) -> Value {
    let shape = TYPE.shape(t);
    t.make(shape, FrameLocals { h: Header::new(0, 0), frame: Slot::new(frame.to_value()) })
}

fn frame_of(v: VRef<'_>) -> Option<Value> {
    v.cast::<FrameLocals>().and_then(|p| p.frame.load())
}

fn all(t: &Thread, v: VRef<'_>) -> Vec<(Value, Value)> {
    frame_of(v).and_then(|f| f.cast::<FrameObject>().map(|f| items(t, f))).unwrap_or_default()
}

fn dict(t: &mut Thread, v: VRef<'_>) -> Res {
    match frame_of(v).as_ref().and_then(|f| f.cast::<FrameObject>()) {
        Some(f) => snapshot(t, f),
        None => Ok(Dict::new(t)),
    }
}

fn key_list(t: &Thread, v: VRef<'_>) -> Value {
    let k = all(t, v).into_iter().map(|x| x.0).collect();
    List::new(t, k)
}

fn find_item(t: &mut Thread, v: VRef<'_>, k: VRef<'_>) -> Res<Option<Value>> {
    let Some(f) = frame_of(v) else { return Ok(None) };
    let Some(fo) = f.cast::<FrameObject>() else { return Ok(None) };
    if text(k).is_some() {
        let name = crate::intern::intern_value(t, k);
        if let Some(v) = lookup(t, fo, name.r()) {
            return Ok(Some(v));
        }
    }
    match fo.extra_locals.load() {
        Some(d) => match d.cast::<Dict>() {
            Some(d) => d.get(t, k),
            None => Ok(None),
        },
        None => Ok(None),
    }
}

fn get_item(t: &mut Thread, v: VRef<'_>, k: VRef<'_>) -> Res {
    match find_item(t, v, k)? {
        Some(v) => Ok(v),
        None => {
            let k = t.repr_text(k)?;
            Err(t.raise_text(&crate::errors::KEY_ERROR, format!("local variable '{k}' is not defined")))
        }
    }
}

fn set_item(t: &mut Thread, v: VRef<'_>, k: VRef<'_>, x: Option<VRef<'_>>) -> Res<()> {
    let Some(f) = frame_of(v) else { return Ok(()) };
    let Some(fo) = f.cast::<FrameObject>() else { return Ok(()) };
    let known = text(k).is_some() && {
        let name = crate::intern::intern_value(t, k);
        code_of(fo).is_some_and(|c| find(t, fo, c, name.r()).is_some())
    };
    let Some(x) = x else {
        if known {
            return Err(t.value_error("cannot remove local variables from FrameLocalsProxy"));
        }
        let d = fo.extra_locals.load();
        return match d.as_ref() {
            Some(d) => t.setitem(d.r(), k, None),
            None => Err(t.key_error(k)),
        };
    };
    let mut x = x.to_value();
    if known {
        if matches!(place(t, fo), Place::Foreign) {
            return Err(t.runtime_error("cannot set a variable of a frame that runs in another thread"));
        }
        let name = crate::intern::intern_value(t, k);
        match assign(t, fo, name.r(), x) {
            Ok(()) => {
                t.process_pending();
                return Ok(());
            }
            Err(back) => x = back,
        }
    }
    let d = match fo.extra_locals.load() {
        Some(d) => d,
        None => {
            let d = Dict::new(t);
            fo.extra_locals.set(&fo.h, d.clone());
            d
        }
    };
    match d.cast::<Dict>() {
        Some(d) => d.set(t, k, x),
        None => Ok(()),
    }
}

fn update_from(t: &mut Thread, v: VRef<'_>, other: VRef<'_>) -> Res<()> {
    let d = Dict::new(t);
    if other.cast::<FrameLocals>().is_some() {
        let o = dict(t, other)?;
        t.call_method(d.r(), "update", &[o.r()])?;
    } else {
        t.call_method(d.r(), "update", &[other])?;
    }
    let pairs = d.cast::<Dict>().map(|d| d.items(t)).unwrap_or_default();
    for (k, x) in pairs {
        set_item(t, v, k.r(), Some(x.r()))?
    }
    Ok(())
}

fn or(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    let plain = |t: &mut Thread, v: VRef<'_>| {
        if v.cast::<FrameLocals>().is_some() { dict(t, v) } else { Ok(v.to_value()) }
    };
    let (a, b) = (plain(t, a)?, plain(t, b)?);
    if a.cast::<Dict>().is_none() || b.cast::<Dict>().is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    t.binary(BinOp::Or, a.r(), b.r())
}

fn pop(t: &mut Thread, a: Args<'_>) -> Res {
    let (v, k) = (a.get(0), a.get(1));
    let Some(f) = frame_of(v) else { return Ok(Value::NONE) };
    let Some(fo) = f.cast::<FrameObject>() else { return Ok(Value::NONE) };
    if text(k).is_some() {
        let name = crate::intern::intern_value(t, k);
        if code_of(fo).is_some_and(|c| find(t, fo, c, name.r()).is_some()) {
            return Err(t.value_error("cannot remove local variables from FrameLocalsProxy"));
        }
    }
    let mut args = vec![k];
    args.extend(a.opt(2));
    match fo.extra_locals.load() {
        Some(d) => t.call_method(d.r(), "pop", &args),
        None => match a.opt(2) {
            Some(d) => Ok(d.to_value()),
            None => Err(t.key_error(k)),
        },
    }
}
