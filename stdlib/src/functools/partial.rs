//! `partial`: a function with some of its arguments. `Placeholder` leaves a place among them open.

use crate::support::{class_getitem, native, or_none, push_repr, push_str, repr_once};
use std::sync::atomic::{AtomicUsize, Ordering::*};
use weft_strategy::Header;
use weft_vm::dict::Dict;
use weft_vm::object::{Args, CallArgs, GetSet, NativeType, Slots, Type, TypeSpec, ValueExt, type_flag};
use weft_vm::start::modules::{registry_get, registry_set};
use weft_vm::types::function::Method;
use weft_vm::types::object::{instance_dict, instance_items, set_instance_dict};
use weft_vm::types::tuple::Tuple;
use weft_vm::{Res, Slot, Thread, VRef, Value, methods, object};

#[repr(C)]
struct Partial {
    h: Header,
    func: Slot,
    /// A tuple, maybe with placeholders.
    args: Slot,
    /// A dict.
    keywords: Slot,
    /// Placeholders in `args`.
    open: AtomicUsize,
}
object!(Partial, "functools.partial", true, [func, args, keywords]);

/// `functools.partial`
pub static TYPE: NativeType = NativeType::new(&SPEC);
static SPEC: TypeSpec = TypeSpec {
    name: "functools.partial",
    doc: "Create a new function with partial application of the given arguments and keywords.",
    flags: type_flag::BASETYPE | type_flag::IMMUTABLE | type_flag::HAS_DICT | type_flag::WEAKREFS,
    slots: Slots {
        new: Some(new),
        call: Some(call),
        repr: Some(repr),
        descr_get: Some(|t, v, instance, _| match instance {
            None => Ok(v.to_value()),
            Some(i) => Ok(Method::new(t, v.to_value(), i.to_value())),
        }),
        ..Slots::EMPTY
    },
    methods: methods! {
        "__reduce__(self, /)" => reduce;
        "__setstate__(self, object, /)" => setstate;
        class "__class_getitem__(cls, object, /)" => class_getitem, "See PEP 585";
    },
    getset: &[
        GetSet { name: "func", get: |_, v| Ok(or_none(&native::<Partial>(v).func)), set: Some(crate::support::read_only), doc: "function object to use in future partial calls" },
        GetSet { name: "args", get: |_, v| Ok(or_none(&native::<Partial>(v).args)), set: Some(crate::support::read_only), doc: "tuple of arguments to future partial calls" },
        GetSet { name: "keywords", get: |_, v| Ok(or_none(&native::<Partial>(v).keywords)), set: Some(crate::support::read_only), doc: "dictionary of keyword arguments to future partial calls" },
    ],
    ..TypeSpec::new::<Partial>()
};

// ---- Placeholder

#[repr(C)]
struct Placeholder {
    h: Header,
}
object!(Placeholder, "functools._PlaceholderType", false, []);

/// `functools._PlaceholderType`
pub static PLACEHOLDER_TYPE: NativeType = NativeType::new(&PLACEHOLDER_SPEC);
static PLACEHOLDER_SPEC: TypeSpec = TypeSpec {
    name: "functools._PlaceholderType",
    doc: "The type of the Placeholder singleton.\n\nUsed as a placeholder for partial arguments.",
    flags: type_flag::IMMUTABLE,
    slots: Slots {
        new: Some(|t, _, a| {
            if !a.args.is_empty() {
                return Err(t.type_error("PlaceholderType takes no arguments"));
            }
            Ok(placeholder(t))
        }),
        repr: Some(|t, _| Ok(t.str("Placeholder"))),
        ..Slots::EMPTY
    },
    methods: methods! { "__reduce__(self, /)" => |t, _| Ok(t.str("Placeholder")); },
    ..TypeSpec::new::<Placeholder>()
};

/// The singleton.
pub fn placeholder(t: &Thread) -> Value {
    const NAME: &str = "functools.Placeholder";
    match registry_get(t, NAME) {
        Some(p) => p,
        None => {
            let p = t.make(PLACEHOLDER_TYPE.shape(t), Placeholder { h: Header::new(0, 0) });
            registry_set(t, NAME, p.clone());
            p
        }
    }
}

fn is_open(v: VRef<'_>) -> bool {
    v.cast::<Placeholder>().is_some()
}

// ---- partial

fn new(t: &mut Thread, cls: &Type, args: CallArgs<'_>) -> Res {
    let p = args.positional();
    let Some((func, given)) = p.split_first() else {
        return Err(t.type_error("type 'partial' takes at least one argument"));
    };
    if !t.callable(*func) {
        return Err(t.type_error("the first argument must be callable"));
    }
    if given.last().is_some_and(|v| is_open(*v)) {
        return Err(t.type_error("trailing Placeholders are not allowed"));
    }
    let named = args.keywords();
    if named.iter().any(|(_, v)| is_open(*v)) {
        return Err(t.type_error("Placeholder cannot be passed as a keyword argument"));
    }
    let mut func = func.to_value();
    let mut all: Vec<Value> = Vec::new();
    let mut keywords = Dict::new(t);
    let mut rest = given.iter();
    // A partial of a plain partial becomes one partial; open places are filled from the left.
    let inner = func.clone();
    if inner.r().header().is_some_and(|h| h.shape() == TYPE.shape(t))
        && let Some(base) = inner.cast::<Partial>()
    {
        let (f, a, k) = (or_none(&base.func), or_none(&base.args), or_none(&base.keywords));
        if let Some(a) = a.cast::<Tuple>() {
            for v in a.iter() {
                let v = if is_open(v) { rest.next().copied().unwrap_or(v) } else { v };
                all.push(v.to_value())
            }
        }
        if let Some(k) = k.cast::<Dict>() {
            keywords = k.copy(t)
        }
        func = f
    }
    all.extend(rest.map(|v| v.to_value()));
    if let Some(d) = keywords.cast::<Dict>() {
        for (name, v) in named {
            d.set_str(t, name, v.to_value())
        }
    }
    let open = all.iter().filter(|v| is_open(v.r())).count();
    let args = Tuple::new(t, all);
    Ok(t.make(
        cls.shape(),
        Partial {
            h: Header::new(0, 0),
            func: Slot::new(func),
            args: Slot::new(args),
            keywords: Slot::new(keywords),
            open: AtomicUsize::new(open),
        },
    ))
}

fn call(t: &mut Thread, v: VRef<'_>, args: CallArgs<'_>) -> Res {
    let p: &Partial = native(v);
    let (Some(func), Some(own), Some(keywords)) = (p.func.load(), p.args.load(), p.keywords.load()) else {
        return Err(t.type_error("invalid partial state"));
    };
    let given = args.positional();
    let open = p.open.load(Acquire);
    if given.len() < open {
        return Err(t.type_error(format!(
            "missing positional arguments in 'partial' call; expected at least {open}, got {}",
            given.len()
        )));
    }
    let own: &Tuple = native(own.r());
    let mut all: Vec<VRef<'_>> = Vec::with_capacity(own.len() + args.args.len());
    let mut rest = given.iter().copied();
    for x in own.iter() {
        // SAFETY: both tuples and registers are rooted for this call.
        let x = unsafe { x.extend() };
        all.push(if open > 0 && is_open(x) { rest.next().unwrap_or(x) } else { x })
    }
    all.extend(rest);
    let dict: &Dict = native(keywords.r());
    if dict.is_empty() {
        all.extend((given.len()..args.args.len()).map(|i| args.args.get(i)));
        return t.call_with(func.r(), None, CallArgs { args: Args::of(&all), names: args.names });
    }
    let mut named = dict.items(t);
    for (name, x) in args.keywords() {
        let key = weft_vm::intern::intern_value(t, name);
        match named.iter_mut().find(|(n, _)| same_name(n.r(), key.r())) {
            Some(pair) => pair.1 = x.to_value(),
            None => named.push((key, x.to_value())),
        }
    }
    let (names, values): (Vec<Value>, Vec<Value>) = named.into_iter().unzip();
    let names = Tuple::new(t, names);
    let mut words: Vec<VRef<'_>> = all;
    words.extend(values.iter().map(|v| v.r()));
    t.call_named(func.r(), &words, names.r())
}

fn same_name(a: VRef<'_>, b: VRef<'_>) -> bool {
    use weft_vm::types::str::text;
    a.is(b) || matches!((text(a), text(b)), (Some(x), Some(y)) if x.bytes() == y.bytes())
}

fn repr(t: &mut Thread, v: VRef<'_>) -> Res {
    repr_once(t, v, "...", |t| {
        let name = t.type_full_name(v.ty());
        let p: &Partial = native(v);
        let mut out = format!("{name}(").into_bytes();
        let (func, args, keywords) = (or_none(&p.func), or_none(&p.args), or_none(&p.keywords));
        push_repr(t, &mut out, func.r())?;
        if let Some(args) = args.cast::<Tuple>() {
            for x in args.iter() {
                out.extend_from_slice(b", ");
                push_repr(t, &mut out, x)?
            }
        }
        if let Some(d) = keywords.cast::<Dict>() {
            for (k, x) in d.items(t) {
                out.extend_from_slice(b", ");
                let k = t.to_str(k.r())?;
                push_str(&mut out, k.r());
                out.push(b'=');
                push_repr(t, &mut out, x.r())?
            }
        }
        out.push(b')');
        Ok(t.str_wtf8(&out))
    })
}

fn reduce(t: &mut Thread, a: Args<'_>) -> Res {
    let v = a.get(0);
    let p: &Partial = a.this();
    let (func, args, keywords) = (or_none(&p.func), or_none(&p.args), or_none(&p.keywords));
    let dict = match v.header() {
        Some(h) if !instance_items(t, h).is_empty() => instance_dict(t, h).map_or(Value::NONE, |d| d.to_value()),
        _ => Value::NONE,
    };
    let first = Tuple::new(t, vec![func.clone()]);
    let state = Tuple::new(t, vec![func, args, keywords, dict]);
    Ok(Tuple::new(t, vec![v.ty().to_value(), first, state]))
}

fn setstate(t: &mut Thread, a: Args<'_>) -> Res {
    let p: &Partial = a.this();
    let state = a.get(1).cast::<Tuple>().filter(|s| s.len() == 4);
    let Some(state) = state.filter(|s| {
        t.callable(s.get(0))
            && s.get(1).cast::<Tuple>().is_some()
            && (s.get(2).is_none() || s.get(2).cast::<Dict>().is_some())
    }) else {
        return Err(t.type_error("invalid partial state"));
    };
    let args: &Tuple = native(state.get(1));
    if !args.is_empty() && is_open(args.get(args.len() - 1)) {
        return Err(t.type_error("trailing Placeholders are not allowed"));
    }
    let plain = Tuple::of(t, args.as_slice());
    let keywords = match state.get(2).cast::<Dict>() {
        Some(d) if !state.get(2).has_shape(weft_vm::types::fixed::DICT) => d.copy(t),
        Some(_) => state.get(2).to_value(),
        None => Dict::new(t),
    };
    p.open.store(args.iter().filter(|v| is_open(*v)).count(), Release);
    p.func.set(&p.h, state.get(0).to_value());
    p.args.set(&p.h, plain);
    p.keywords.set(&p.h, keywords);
    if !state.get(3).is_none()
        && let Some(h) = a.get(0).header()
    {
        set_instance_dict(t, h, state.get(3).to_value());
    }
    Ok(Value::NONE)
}
