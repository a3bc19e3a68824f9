//! `types.GenericAlias` (PEP 585): `list[int]`, and the substitution of type parameters that unions share.

use super::attrs::{getter, or_none, slot_get, text_of};
use super::list::List;
use super::tuple::Tuple;
use super::typeobj::as_type;
use super::{heaptype, object, str::text};
use crate::object::{Args, CallArgs, Cmp, NativeType, Slots, Type, TypeSpec, ValueExt, type_flag};
use crate::thread::Thread;
use crate::{Res, names};
use std::sync::atomic::{AtomicBool, Ordering::*};
use weft_strategy::{Header, Slot, VRef, Value};

/// A generic alias.
#[repr(C)]
pub struct GenericAlias {
    pub(crate) h: Header,
    /// `__origin__`
    pub origin: Slot,
    /// `__args__`, a tuple
    pub args: Slot,
    /// `__parameters__`, once asked for.
    pub parameters: Slot,
    /// `*tuple[int, ...]`
    pub starred: AtomicBool,
}
crate::object!(GenericAlias, "types.GenericAlias", true, [origin, args, parameters]);

/// `types.GenericAlias`
pub static TYPE: NativeType = NativeType::new(&SPEC);
static SPEC: TypeSpec = TypeSpec {
    name: "types.GenericAlias",
    doc: "GenericAlias(origin, args, /)\n--\n\nRepresent a PEP 585 generic type\n\nFor t = list[int], t.__origin__ is list and t.__args__ is (int,).",
    flags: type_flag::BASETYPE | type_flag::IMMUTABLE | type_flag::WEAKREFS,
    slots: Slots {
        repr: Some(repr),
        hash: Some(hash),
        compare: Some(compare),
        call: Some(call),
        getattr: Some(getattr),
        iter: Some(iter),
        getitem: Some(getitem),
        new: Some(make_new),
        binary: crate::binary![Or => super::union::type_or],
        ..Slots::EMPTY
    },
    methods: crate::methods! {
        "__mro_entries__(self, bases, /)" => |t, a| {
            let o = or_none(&a.this::<GenericAlias>().origin);
            Ok(Tuple::new(t, vec![o]))
        };
        "__instancecheck__(self, instance, /)" => |t, _| Err(t.type_error("isinstance() argument 2 cannot be a parameterized generic"));
        "__subclasscheck__(self, subclass, /)" => |t, _| Err(t.type_error("issubclass() argument 2 cannot be a parameterized generic"));
        "__reduce__(self, /)" => reduce;
        "__dir__(self, /)" => dir;
    },
    getset: &[
        getter!("__origin__", slot_get!(GenericAlias, origin)),
        getter!("__args__", slot_get!(GenericAlias, args)),
        getter!("__unpacked__", |_, v| Ok(Value::bool(this(v).starred.load(Acquire)))),
        getter!(
            "__parameters__",
            |t, v| parameters_of_alias(t, this(v)),
            "Type variables in the GenericAlias."
        ),
        getter!("__typing_unpacked_tuple_args__", |t, v| {
            let g = this(v);
            let o = or_none(&g.origin);
            let is_tuple = as_type(o.r()).is_some_and(|c| std::ptr::eq(c, super::tuple_type::TYPE.get(t)));
            Ok(if g.starred.load(Acquire) && is_tuple { or_none(&g.args) } else { Value::NONE })
        }),
    ],
    ..TypeSpec::new::<GenericAlias>()
};

fn this<'t>(v: VRef<'t>) -> &'t GenericAlias {
    v.cast().expect("the descriptor checked the receiver")
}

fn args_of(g: &GenericAlias) -> Vec<Value> {
    tuple_items(&or_none(&g.args))
}

pub(crate) fn tuple_items(v: &Value) -> Vec<Value> {
    v.cast::<Tuple>().map(|x| x.iter().map(|i| i.to_value()).collect()).unwrap_or_default()
}

/// `origin[args]`
pub fn new(t: &mut Thread, origin: VRef<'_>, args: VRef<'_>) -> Res {
    let shape = TYPE.shape(t);
    Ok(make(t, shape, origin, args, false))
}

fn make(t: &Thread, shape: u32, origin: VRef<'_>, args: VRef<'_>, starred: bool) -> Value {
    let args = match args.cast::<Tuple>() {
        Some(_) => args.to_value(),
        None => Tuple::of(t, &[args]),
    };
    let g = GenericAlias {
        h: Header::new(0, 0),
        origin: Slot::new(origin.to_value()),
        args: Slot::new(args),
        parameters: Slot::empty(),
        starred: AtomicBool::new(starred),
    };
    t.make(shape, g)
}

fn make_new(t: &mut Thread, cls: &Type, args: CallArgs<'_>) -> Res {
    if args.keyword_len() > 0 {
        return Err(t.type_error("GenericAlias() takes no keyword arguments"));
    }
    let p = args.positional();
    if p.len() != 2 {
        let n = p.len();
        return Err(t.type_error(format!("GenericAlias expected 2 arguments, got {n}")));
    }
    Ok(make(t, cls.shape(), p[0], p[1], false))
}

// ---- text --------------------------------------------------------------------------------------------------

/// How a type is shown inside `[]` and `|`: classes by name, everything else by repr.
pub fn type_repr(t: &mut Thread, v: VRef<'_>) -> Res<String> {
    if v.word() == weft_strategy::Word::ELLIPSIS {
        return Ok("...".into());
    }
    if let Some(c) = as_type(v)
        && std::ptr::eq(c, super::singletons::NONE.get(t))
    {
        return Ok("None".into());
    }
    if v.cast::<GenericAlias>().is_none()
        && let Some(q) = t.getattr_opt(v, names::__qualname__())?
        && let Some(m) = t.getattr_opt(v, names::__module__())?
        && !m.is_none()
    {
        let (q, m) = (t.str_text(q.r())?, t.str_text(m.r())?);
        return Ok(if m == "builtins" { q } else { format!("{m}.{q}") });
    }
    t.repr_text(v)
}

fn repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let g = this(v);
    let o = or_none(&g.origin);
    let mut s = if g.starred.load(Acquire) { "*".to_string() } else { String::new() };
    s += &type_repr(t, o.r())?;
    s.push('[');
    let args = args_of(g);
    for (i, a) in args.iter().enumerate() {
        if i > 0 {
            s += ", "
        }
        match a.cast::<List>() {
            // The parameter list of a Callable-like class.
            Some(l) => {
                let mut inner = Vec::new();
                for x in l.snapshot(t) {
                    inner.push(t.recurse(|t| type_repr(t, x.r()))?)
                }
                s += &format!("[{}]", inner.join(", "))
            }
            None => s += &t.recurse(|t| type_repr(t, a.r()))?,
        }
    }
    if args.is_empty() {
        s += "()"
    }
    s.push(']');
    Ok(t.str(&s))
}

// ---- behaviour ---------------------------------------------------------------------------------------------

fn hash(t: &mut Thread, v: VRef<'_>) -> Res<i64> {
    let g = this(v);
    let (o, a) = (or_none(&g.origin), or_none(&g.args));
    let h = t.hash(o.r())? ^ t.hash(a.r())?;
    Ok(if h == -1 { -2 } else { h })
}

fn compare(t: &mut Thread, a: VRef<'_>, b: VRef<'_>, op: Cmp) -> Res {
    let (Some(x), Some(y)) = (a.cast::<GenericAlias>(), b.cast::<GenericAlias>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if !matches!(op, Cmp::Eq | Cmp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let (ox, oy) = (or_none(&x.origin), or_none(&y.origin));
    let (ax, ay) = (or_none(&x.args), or_none(&y.args));
    let equal = x.starred.load(Acquire) == y.starred.load(Acquire)
        && t.equal(ox.r(), oy.r())?
        && t.equal(ax.r(), ay.r())?;
    Ok(Value::bool(equal == (op == Cmp::Eq)))
}

/// Calls the origin and remembers the alias in the result's `__orig_class__`, if that can be set.
fn call(t: &mut Thread, v: VRef<'_>, args: CallArgs<'_>) -> Res {
    let o = or_none(&this(v).origin);
    let r = t.call_with(o.r(), None, args)?;
    if t.setattr(r.r(), names::__orig_class__(), Some(v)).is_err() {
        if !t.raised_is(&crate::errors::ATTRIBUTE_ERROR) && !t.raised_is(&crate::errors::TYPE_ERROR) {
            return Err(crate::Raised);
        }
        t.clear_raised()
    }
    Ok(r)
}

/// Attributes that are the alias's own; all others are the origin's.
const OWN: [&str; 11] = [
    "__class__",
    "__origin__",
    "__args__",
    "__unpacked__",
    "__parameters__",
    "__typing_unpacked_tuple_args__",
    "__mro_entries__",
    "__reduce_ex__",
    "__reduce__",
    "__copy__",
    "__deepcopy__",
];

fn getattr(t: &mut Thread, v: VRef<'_>, name: VRef<'_>) -> Res {
    let n = text_of(name);
    if OWN.contains(&n.as_str())
        || (!n.starts_with("__") && v.ty().has(type_flag::HEAP) && v.ty().lookup(t, name).is_some())
    {
        return object::generic_getattr(t, v, name);
    }
    let o = or_none(&this(v).origin);
    t.getattr(o.r(), name)
}

/// `*alias`: iterating gives the starred alias once.
fn iter(t: &mut Thread, v: VRef<'_>) -> Res {
    let g = this(v);
    let (o, a) = (or_none(&g.origin), or_none(&g.args));
    let shape = TYPE.shape(t);
    let starred = make(t, shape, o.r(), a.r(), true);
    let one = Tuple::new(t, vec![starred]);
    t.iter(one.r())
}

fn reduce(t: &mut Thread, a: Args<'_>) -> Res {
    let g: &GenericAlias = a.this();
    let (o, args) = (or_none(&g.origin), or_none(&g.args));
    if g.starred.load(Acquire) {
        let next = crate::builtins::named(t, "next");
        let shape = TYPE.shape(t);
        let plain = make(t, shape, o.r(), args.r(), false);
        let it = t.iter(plain.r())?;
        let pair = Tuple::new(t, vec![it]);
        return Ok(Tuple::new(t, vec![next, pair]));
    }
    let class = TYPE.get(t).to_value();
    let pair = Tuple::new(t, vec![o, args]);
    Ok(Tuple::new(t, vec![class, pair]))
}

fn dir(t: &mut Thread, a: Args<'_>) -> Res {
    let o = or_none(&a.this::<GenericAlias>().origin);
    let d = t.call_method(o.r(), "__dir__", &[]);
    let d = match d {
        Ok(d) => d,
        Err(_) => {
            // `type.__dir__` needs the class as argument.
            t.clear_raised();
            let f = heaptype::TYPE.get(t).to_value();
            t.call_method(f.r(), "__dir__", &[o.r()])?
        }
    };
    let mut items = t.collect(d.r())?;
    for n in OWN {
        let s = t.str(n);
        let mut have = false;
        for i in &items {
            have |= text(i.r()).is_some_and(|x| x.bytes() == n.as_bytes())
        }
        if !have {
            items.push(s)
        }
    }
    Ok(List::new(t, items))
}

// ---- parameters and substitution ---------------------------------------------------------------------------

fn parameters_of_alias(t: &mut Thread, g: &GenericAlias) -> Res {
    if let Some(p) = g.parameters.load() {
        return Ok(p);
    }
    let args = args_of(g);
    let p = parameters(t, &args)?;
    let _ = g.parameters.fill(&g.h, p.clone());
    Ok(p)
}

fn push_unique(list: &mut Vec<Value>, v: Value) {
    if !list.iter().any(|x| x.is(v.r())) {
        list.push(v)
    }
}

/// Collects the type parameters in `args`, each once, in order: what has `__typing_subst__`, and the `__parameters__`
/// of what has those.
pub fn parameters(t: &mut Thread, args: &[Value]) -> Res {
    let mut out = Vec::new();
    for a in args {
        // Classes are no parameters, whatever they inherit.
        if as_type(a.r()).is_some() {
            continue;
        }
        if t.getattr_opt(a.r(), names::__typing_subst__())?.is_some() {
            push_unique(&mut out, a.clone());
            continue;
        }
        if a.cast::<List>().is_some() || a.cast::<Tuple>().is_some() {
            let inner = t.collect(a.r())?;
            let p = t.recurse(|t| parameters(t, &inner))?;
            tuple_items(&p).into_iter().for_each(|v| push_unique(&mut out, v));
            continue;
        }
        if let Some(p) = t.getattr_opt(a.r(), names::__parameters__())?
            && p.cast::<Tuple>().is_some()
        {
            tuple_items(&p).into_iter().for_each(|v| push_unique(&mut out, v))
        }
    }
    Ok(Tuple::new(t, out))
}

/// Arguments in `[]` with starred tuples unpacked.
fn unpack(t: &mut Thread, item: VRef<'_>) -> Res<Vec<Value>> {
    let items = match item.cast::<Tuple>() {
        Some(x) => x.iter().map(|v| v.to_value()).collect(),
        None => vec![item.to_value()],
    };
    let mut out = Vec::new();
    for i in items {
        if as_type(i.r()).is_none()
            && let Some(sub) = t.getattr_opt(i.r(), names::__typing_unpacked_tuple_args__())?
            && sub.cast::<Tuple>().is_some_and(|s| {
                !s.as_slice().last().is_some_and(|l| l.word() == weft_strategy::Word::ELLIPSIS)
            })
        {
            out.extend(tuple_items(&sub));
            continue;
        }
        out.push(i)
    }
    Ok(out)
}

/// The arguments with the type parameters replaced by `item`; `this` is for error texts.
pub fn substitute(
    t: &mut Thread,
    this: VRef<'_>,
    args: &[Value],
    params: &Value,
    item: VRef<'_>,
) -> Res<Vec<Value>> {
    let params = tuple_items(params);
    if params.is_empty() {
        let s = t.repr_text(this)?;
        return Err(t.type_error(format!("{s} is not a generic class")));
    }
    let unpacked = unpack(t, item)?;
    let mut items = Tuple::new(t, unpacked);
    for p in &params {
        if let Some(f) = t.getattr_opt(p.r(), names::__typing_prepare_subst__())?.filter(|f| !f.is_none()) {
            let r = t.call(f.r(), &[this, items.r()])?;
            items = match r.cast::<Tuple>() {
                Some(_) => r,
                None => Tuple::new(t, vec![r]),
            }
        }
    }
    let items = tuple_items(&items);
    if items.len() != params.len() {
        let few = items.len() < params.len();
        let (s, n, m) = (t.repr_text(this)?, items.len(), params.len());
        let (word, least) = if few { ("few", "at least ") } else { ("many", "") };
        return Err(t.type_error(format!("Too {word} arguments for {s}; actual {n}, expected {least}{m}")));
    }
    let mut out = Vec::new();
    for a in args {
        if as_type(a.r()).is_some() {
            out.push(a.clone());
            continue;
        }
        if a.cast::<Tuple>().is_some() || a.cast::<List>().is_some() {
            let inner = t.collect(a.r())?;
            let p = parameters(t, &inner)?;
            if !tuple_items(&p).is_empty() {
                let picked = pick(&tuple_items(&p), &params, &items);
                let sub = Tuple::new(t, picked);
                let new = t.recurse(|t| substitute(t, this, &inner, &p, sub.r()))?;
                out.push(if a.cast::<List>().is_some() { List::new(t, new) } else { Tuple::new(t, new) });
                continue;
            }
            out.push(a.clone());
            continue;
        }
        if let Some(f) = t.getattr_opt(a.r(), names::__typing_subst__())? {
            let i = params.iter().position(|p| p.is(a.r())).unwrap_or(0);
            let r = t.call(f.r(), &[items[i].r()])?;
            let unpacked = t.getattr_opt(a.r(), names::__typing_prepare_subst__())?.is_some()
                && r.cast::<Tuple>().is_some()
                && t.getattr_opt(a.r(), names::__bound__())?.is_none();
            if unpacked {
                out.extend(tuple_items(&r))
            } else {
                out.push(r)
            }
            continue;
        }
        // Something generic itself: give it its share.
        let own = t.getattr_opt(a.r(), names::__parameters__())?;
        let own = own.map(|o| tuple_items(&o)).unwrap_or_default();
        if own.is_empty() {
            out.push(a.clone());
            continue;
        }
        let starred = a.cast::<GenericAlias>().is_some_and(|g| g.starred.load(Acquire));
        let picked = Tuple::new(t, pick(&own, &params, &items));
        let r = t.recurse(|t| t.getitem(a.r(), picked.r()))?;
        if starred
            && let Some(sub) = t.getattr_opt(r.r(), names::__typing_unpacked_tuple_args__())?
            && sub.cast::<Tuple>().is_some()
        {
            out.extend(tuple_items(&sub))
        } else {
            out.push(r)
        }
    }
    Ok(out)
}

/// The arguments for the parameters `own`; those of a TypeVarTuple are spread.
fn pick(own: &[Value], params: &[Value], items: &[Value]) -> Vec<Value> {
    let mut out = Vec::new();
    for o in own {
        match params.iter().position(|p| p.is(o.r())) {
            Some(i)
                if o.cast::<super::typevar::TypeVarTuple>().is_some()
                    && items[i].cast::<Tuple>().is_some() =>
            {
                out.extend(tuple_items(&items[i]))
            }
            Some(i) => out.push(items[i].clone()),
            None => out.push(o.clone()),
        }
    }
    out
}

fn getitem(t: &mut Thread, v: VRef<'_>, item: VRef<'_>) -> Res {
    let g = this(v);
    let (o, params) = (or_none(&g.origin), parameters_of_alias(t, g)?);
    let args = args_of(g);
    let new = substitute(t, v, &args, &params, item)?;
    let new = Tuple::new(t, new);
    Ok(make(t, v.ty().shape(), o.r(), new.r(), g.starred.load(Acquire)))
}
