//! `_contextvars` (PEP 567): variables whose values belong to a context.
//!
//! A context holds a dict from variable to value that is never changed once it is there: setting a variable
//! replaces it by a changed copy. So copying a context copies one reference. The current context is the
//! thread's.

use crate::forward;
use std::sync::atomic::{AtomicBool, Ordering::*};
use weft_strategy::{Header, Slot};
use weft_vm::object::{
    Args, CallArgs, Cmp, GetSet, ModuleSpec, NativeType, Slots, Type, TypeSpec, ValueExt, as_vref, type_flag,
};
use weft_vm::types::list::List;
use weft_vm::types::str::text;
use weft_vm::{Raised, Res, Thread, VRef, Value, dict::Dict, errors, methods, object};

/// The module.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "_contextvars",
    doc: "Context Variables",
    functions: methods! {
        "copy_context()" => copy_context, "Return a copy of the current context.";
    },
    init: Some(init),
};

fn init(t: &mut Thread, m: VRef<'_>) -> Res<()> {
    for ty in [&CONTEXT, &VAR, &TOKEN] {
        t.module_add_type(m, ty)
    }
    Ok(())
}

// ---- Context

/// A context.
#[repr(C)]
pub struct Context {
    h: Header,
    /// The dict; empty: no variable is set.
    vars: Slot,
    /// Is some thread running in it?
    entered: AtomicBool,
}
object!(Context, "Context", true, [vars]);

/// `contextvars.Context`
pub static CONTEXT: NativeType = NativeType::new(&CONTEXT_SPEC);
static CONTEXT_SPEC: TypeSpec = TypeSpec {
    name: "_contextvars.Context",
    flags: type_flag::IMMUTABLE | type_flag::WEAKREFS | type_flag::MAPPING,
    slots: Slots {
        new: Some(new_context),
        hash: Some(|t, v| {
            let n = t.type_full_name(v.ty());
            Err(t.type_error(format!("unhashable type: '{n}'")))
        }),
        compare: Some(compare),
        iter: Some(|t, v| {
            let keys = context_items(t, v).into_iter().map(|(k, _)| k).collect();
            let l = List::new(t, keys);
            t.iter(l.r())
        }),
        len: Some(|t, v| Ok(vars_of(t, v).and_then(|d| d.cast::<Dict>().map(|d| d.len())).unwrap_or(0))),
        getitem: Some(|t, v, key| match context_get(t, v, key)? {
            Some(x) => Ok(x),
            None => Err(t.key_error(key)),
        }),
        contains: Some(|t, v, key| Ok(context_get(t, v, key)?.is_some())),
        ..Slots::EMPTY
    },
    methods: methods! {
        "run(self, callable, /, *args, **kwargs)" => run, "Call a function in this context.";
        "copy(self, /)" => copy, "Return a shallow copy of the context object.";
        "get(self, key, default=None, /)" => get_item, "Return the value for `key` if `key` has the value in the context object.";
        "keys(self, /)" => keys, "Return a list of all variables in the context object.";
        "values(self, /)" => values, "Return a list of all variables' values in the context object.";
        "items(self, /)" => items, "Return a list of 2-tuples of variables and their values.";
    },
    ..TypeSpec::new::<Context>()
};

fn make_context(t: &Thread, vars: Option<Value>) -> Value {
    let shape = CONTEXT.shape(t);
    let c = Context { h: Header::new(0, 0), vars: Slot::from_option(vars), entered: AtomicBool::new(false) };
    t.make(shape, c)
}

fn new_context(t: &mut Thread, _cls: &Type, args: CallArgs<'_>) -> Res {
    if !args.args.is_empty() {
        return Err(t.type_error("Context() does not accept any arguments"));
    }
    Ok(make_context(t, None))
}

/// The thread's context, made if it has none.
fn current(t: &mut Thread) -> Value {
    if let Some(c) = &t.locals.context {
        return c.clone();
    }
    let c = make_context(t, None);
    if let Some(c) = c.cast::<Context>() {
        c.entered.store(true, Relaxed)
    }
    t.locals.context = Some(c.clone());
    c
}

fn copy_context(t: &mut Thread, _a: Args<'_>) -> Res {
    Ok(copy_current(t))
}

/// A copy of the thread's context.
pub fn copy_current(t: &mut Thread) -> Value {
    let c = current(t);
    let vars = vars_of(t, c.r());
    make_context(t, vars)
}

fn copy(t: &mut Thread, a: Args<'_>) -> Res {
    let vars = a.this::<Context>().vars.load();
    Ok(make_context(t, vars))
}

fn vars_of(_t: &Thread, v: VRef<'_>) -> Option<Value> {
    v.cast::<Context>()?.vars.load()
}

fn context_items(t: &Thread, v: VRef<'_>) -> Vec<(Value, Value)> {
    vars_of(t, v).and_then(|d| d.cast::<Dict>().map(|d| d.items(t))).unwrap_or_default()
}

/// The value of a variable in a context; TypeError if the key is no variable.
fn context_get(t: &mut Thread, v: VRef<'_>, key: VRef<'_>) -> Res<Option<Value>> {
    if key.cast::<ContextVar>().is_none() {
        let r = t.repr_text(key)?;
        return Err(t.type_error(format!("a ContextVar key was expected, got {r}")));
    }
    match vars_of(t, v) {
        Some(d) => match d.cast::<Dict>() {
            Some(d) => d.get(t, key),
            None => Ok(None),
        },
        None => Ok(None),
    }
}

fn compare(t: &mut Thread, a: VRef<'_>, b: VRef<'_>, op: Cmp) -> Res {
    if !matches!(op, Cmp::Eq | Cmp::Ne) || a.cast::<Context>().is_none() || b.cast::<Context>().is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let empty = Dict::new(t);
    let x = vars_of(t, a).unwrap_or_else(|| empty.clone());
    let y = vars_of(t, b).unwrap_or(empty);
    let equal = t.equal(x.r(), y.r())?;
    Ok(Value::bool(equal == (op == Cmp::Eq)))
}

fn run(t: &mut Thread, a: Args<'_>) -> Res {
    run_in(t, a.get(0), |t| forward::call(t, a.get(1), a.rest(), a.kwargs()))
}

/// Runs `f` in a context; TypeError if it is none, RuntimeError if somebody runs in it.
pub fn run_in(t: &mut Thread, context: VRef<'_>, f: impl FnOnce(&mut Thread) -> Res) -> Res {
    let Some(c) = context.cast::<Context>() else {
        return Err(t.type_error("an instance of Context was expected"));
    };
    if c.entered.swap(true, AcqRel) {
        let r = t.repr_text(as_vref(c))?;
        return Err(t.runtime_error(format!("cannot enter context: {r} is already entered")));
    }
    let outer = t.locals.context.replace(as_vref(c).to_value());
    t.locals.context_version += 1;
    let r = f(t);
    t.locals.context = outer;
    t.locals.context_version += 1;
    c.entered.store(false, Release);
    r
}

fn get_item(t: &mut Thread, a: Args<'_>) -> Res {
    match context_get(t, a.get(0), a.get(1))? {
        Some(v) => Ok(v),
        None => Ok(a.opt(2).map_or(Value::NONE, |d| d.to_value())),
    }
}

fn list_iter(t: &mut Thread, items: Vec<Value>) -> Res {
    let l = List::new(t, items);
    t.iter(l.r())
}

fn keys(t: &mut Thread, a: Args<'_>) -> Res {
    let items = context_items(t, a.get(0)).into_iter().map(|(k, _)| k).collect();
    list_iter(t, items)
}

fn values(t: &mut Thread, a: Args<'_>) -> Res {
    let items = context_items(t, a.get(0)).into_iter().map(|(_, v)| v).collect();
    list_iter(t, items)
}

fn items(t: &mut Thread, a: Args<'_>) -> Res {
    let items = context_items(t, a.get(0))
        .into_iter()
        .map(|(k, v)| weft_vm::types::tuple::Tuple::new(t, vec![k, v]))
        .collect();
    list_iter(t, items)
}

// ---- ContextVar

/// A context variable.
#[repr(C)]
pub struct ContextVar {
    h: Header,
    name: Slot,
    /// Empty: none.
    default: Slot,
}
object!(ContextVar, "ContextVar", true, [name, default]);

/// `contextvars.ContextVar`
pub static VAR: NativeType = NativeType::new(&VAR_SPEC);
static VAR_SPEC: TypeSpec = TypeSpec {
    name: "_contextvars.ContextVar",
    flags: type_flag::IMMUTABLE,
    slots: Slots { new: Some(new_var), repr: Some(var_repr), ..Slots::EMPTY },
    methods: methods! {
        "get(self, default=<unrepresentable>, /)" => get, "Return a value for the context variable for the current context.";
        "set(self, value, /)" => set, "Set a new value for the context variable in the current context; returns a token to undo it.";
        "reset(self, token, /)" => reset, "Reset the context variable to what it was before the set() that made the token.";
        class "__class_getitem__(cls, object, /)" => class_getitem, "See PEP 585";
    },
    getset: &[GetSet { name: "name", get: |_, v| Ok(slot_or_none(v.cast::<ContextVar>().map(|c| &c.name))), set: None, doc: "" }],
    ..TypeSpec::new::<ContextVar>()
};

fn slot_or_none(s: Option<&Slot>) -> Value {
    s.and_then(|s| s.load()).unwrap_or(Value::NONE)
}

fn class_getitem(t: &mut Thread, a: Args<'_>) -> Res {
    weft_vm::types::genericalias::new(t, a.get(0), a.get(1))
}

fn new_var(t: &mut Thread, cls: &Type, args: CallArgs<'_>) -> Res {
    let mut name = args.positional().first().copied();
    let mut default = None;
    if args.positional_len() > 1 {
        let n = args.positional_len();
        return Err(t.type_error(format!("ContextVar() takes exactly 1 positional argument ({n} given)")));
    }
    for (k, v) in args.keywords() {
        match text(k).map(|k| k.bytes()) {
            Some(b"default") => default = Some(v),
            Some(b"name") if name.is_none() => name = Some(v),
            _ => {
                let k = t.str_text(k)?;
                return Err(
                    t.type_error(format!("ContextVar() got an unexpected keyword argument '{k}'"))
                );
            }
        }
    }
    let Some(name) = name else {
        return Err(t.type_error("ContextVar() missing required argument 'name' (pos 1)"));
    };
    if text(name).is_none() {
        return Err(t.type_error("context variable name must be a str"));
    }
    let v = ContextVar {
        h: Header::new(0, 0),
        name: Slot::new(name.to_value()),
        default: Slot::from_option(default.map(|d| d.to_value())),
    };
    Ok(t.make(cls.shape(), v))
}

fn var_repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let Some(c) = v.cast::<ContextVar>() else { return Ok(t.str("<ContextVar>")) };
    let name = slot_or_none(Some(&c.name));
    let name = t.repr_text(name.r())?;
    let default = match c.default.load() {
        Some(d) => format!(" default={}", t.repr_text(d.r())?),
        None => String::new(),
    };
    Ok(t.str(&format!("<ContextVar name={name}{default} at {:#x}>", v.word().identity())))
}

fn get(t: &mut Thread, a: Args<'_>) -> Res {
    if let Some(c) = t.locals.context.clone()
        && let Some(v) = context_get(t, c.r(), a.get(0))?
    {
        return Ok(v);
    }
    if let Some(d) = a.opt(1) {
        return Ok(d.to_value());
    }
    match a.this::<ContextVar>().default.load() {
        Some(d) => Ok(d),
        None => Err(t.raise_with(&errors::LOOKUP_ERROR, vec![a.get(0).to_value()])),
    }
}

/// Replaces the context's dict by a copy with the variable set, or without it.
fn change(t: &mut Thread, context: VRef<'_>, var: VRef<'_>, value: Option<Value>) -> Res<()> {
    let Some(c) = context.cast::<Context>() else { return Ok(()) };
    let new = match c.vars.load() {
        Some(d) => match d.cast::<Dict>() {
            Some(d) => d.copy(t),
            None => Dict::new(t),
        },
        None => Dict::new(t),
    };
    if let Some(d) = new.cast::<Dict>() {
        match value {
            Some(v) => d.set(t, var, v)?,
            None => {
                d.remove(t, var)?;
            }
        }
    }
    c.vars.set(&c.h, new);
    t.locals.context_version += 1;
    Ok(())
}

/// A new variable without a default, for native modules.
pub fn make_var(t: &Thread, name: &str) -> Value {
    let v = ContextVar { h: Header::new(0, 0), name: Slot::new(t.str(name)), default: Slot::empty() };
    t.make(VAR.shape(t), v)
}

/// The value of a variable in the thread's context.
pub fn value_of(t: &mut Thread, var: VRef<'_>) -> Res<Option<Value>> {
    match t.locals.context.clone() {
        Some(c) => context_get(t, c.r(), var),
        None => Ok(None),
    }
}

/// Sets a variable in the thread's context.
pub fn assign(t: &mut Thread, var: VRef<'_>, value: Value) -> Res<()> {
    let context = current(t);
    change(t, context.r(), var, Some(value))
}

fn set(t: &mut Thread, a: Args<'_>) -> Res {
    let var = a.get(0);
    let context = current(t);
    let old = context_get(t, context.r(), var)?;
    change(t, context.r(), var, Some(a.get(1).to_value()))?;
    let shape = TOKEN.shape(t);
    let token = Token {
        h: Header::new(0, 0),
        context: Slot::new(context),
        var: Slot::new(var.to_value()),
        old: Slot::from_option(old),
        used: AtomicBool::new(false),
    };
    Ok(t.make(shape, token))
}

fn reset(t: &mut Thread, a: Args<'_>) -> Res {
    undo(t, a.get(0), a.get(1))
}

fn undo(t: &mut Thread, var: VRef<'_>, token: VRef<'_>) -> Res {
    let Some(k) = token.cast::<Token>() else {
        let r = t.repr_text(token)?;
        return Err(t.type_error(format!("expected an instance of Token, got {r}")));
    };
    let fail = |t: &mut Thread, value_error: bool, what: &str| -> Raised {
        match t.repr_text(token) {
            Ok(r) if value_error => t.value_error(format!("{r} {what}")),
            Ok(r) => t.runtime_error(format!("{r} {what}")),
            Err(e) => e,
        }
    };
    if k.used.load(Acquire) {
        return Err(fail(t, false, "has already been used once"));
    }
    if !slot_or_none(Some(&k.var)).is(var) {
        return Err(fail(t, true, "was created by a different ContextVar"));
    }
    let context = current(t);
    if !slot_or_none(Some(&k.context)).is(context.r()) {
        return Err(fail(t, true, "was created in a different Context"));
    }
    if k.used.swap(true, AcqRel) {
        return Err(fail(t, false, "has already been used once"));
    }
    change(t, context.r(), var, k.old.load())?;
    Ok(Value::NONE)
}

// ---- Token

/// Undoes one `set`.
#[repr(C)]
pub struct Token {
    h: Header,
    context: Slot,
    var: Slot,
    /// Empty: the variable was not set.
    old: Slot,
    used: AtomicBool,
}
object!(Token, "Token", true, [context, var, old]);

/// `contextvars.Token`
pub static TOKEN: NativeType = NativeType::new(&TOKEN_SPEC);
static TOKEN_SPEC: TypeSpec = TypeSpec {
    name: "_contextvars.Token",
    flags: type_flag::IMMUTABLE,
    slots: Slots {
        new: Some(|t, _, _| Err(t.runtime_error("Tokens can only be created by ContextVars"))),
        repr: Some(token_repr),
        hash: Some(|t, v| {
            let n = t.type_full_name(v.ty());
            Err(t.type_error(format!("unhashable type: '{n}'")))
        }),
        ..Slots::EMPTY
    },
    methods: methods! {
        "__enter__(self, /)" => |_, a| Ok(a.get(0).to_value()), "Enter into Token context manager.";
        "__exit__(self, type, val, tb, /)" => token_exit, "Exit from Token context manager, restore the linked ContextVar.";
        class "__class_getitem__(cls, object, /)" => class_getitem, "See PEP 585";
    },
    getset: &[
        GetSet { name: "var", get: |_, v| Ok(slot_or_none(v.cast::<Token>().map(|k| &k.var))), set: None, doc: "" },
        GetSet { name: "old_value", get: old_value, set: None, doc: "" },
    ],
    setup: Some(|t, _ty, d| {
        let missing = missing(t);
        t.dict_set(d, "MISSING", missing)
    }),
    ..TypeSpec::new::<Token>()
};

/// What `Token.MISSING` is.
#[repr(C)]
pub struct Missing {
    h: Header,
}
object!(Missing, "Token.MISSING", false, []);

static MISSING: NativeType = NativeType::new(&MISSING_SPEC);
static MISSING_SPEC: TypeSpec = TypeSpec {
    name: "Token.MISSING",
    flags: type_flag::IMMUTABLE | type_flag::NO_NEW,
    slots: Slots { repr: Some(|t, _| Ok(t.str("<Token.MISSING>"))), ..Slots::EMPTY },
    ..TypeSpec::new::<Missing>()
};

fn missing(t: &Thread) -> Value {
    let shape = MISSING.shape(t);
    t.make(shape, Missing { h: Header::new(0, 0) })
}

fn old_value(t: &mut Thread, v: VRef<'_>) -> Res {
    match v.cast::<Token>().and_then(|k| k.old.load()) {
        Some(v) => Ok(v),
        None => {
            let ty = TOKEN.get(t).to_value();
            t.attr(ty.r(), "MISSING")
        }
    }
}

fn token_repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let Some(k) = v.cast::<Token>() else { return Ok(t.str("<Token>")) };
    let var = slot_or_none(Some(&k.var));
    let var = t.repr_text(var.r())?;
    let used = if k.used.load(Acquire) { " used" } else { "" };
    Ok(t.str(&format!("<Token{used} var={var} at {:#x}>", v.word().identity())))
}

fn token_exit(t: &mut Thread, a: Args<'_>) -> Res {
    let var = slot_or_none(Some(&a.this::<Token>().var));
    undo(t, var.r(), a.get(0))
}
