//! `typing.Union`, which is `types.UnionType` since 3.14: `int | str`.

use super::attrs::{getter, or_none, slot_get};
use super::genericalias::{self, GenericAlias, tuple_items, type_repr};
use super::tuple::Tuple;
use super::typeobj::as_type;
use super::{fixed, heaptype, object, str::text, typevar};
use crate::Res;
use crate::object::{Args, Cmp, MethodDef, NativeType, Slots, TypeSpec, ValueExt, type_flag};
use crate::thread::Thread;
use weft_strategy::{Header, Slot, VRef, Value};

/// A union of types.
#[repr(C)]
pub struct Union {
    pub(crate) h: Header,
    /// `__args__`, a tuple without duplicates
    pub args: Slot,
    /// `__parameters__`, once asked for.
    pub parameters: Slot,
}
crate::object!(Union, "typing.Union", true, [args, parameters]);

/// `typing.Union`
pub static TYPE: NativeType = NativeType::new(&SPEC);
static SPEC: TypeSpec = TypeSpec {
    name: "typing.Union",
    doc: "Represent a union type\n\nE.g. for int | str",
    flags: type_flag::IMMUTABLE | type_flag::NO_NEW | type_flag::WEAKREFS,
    slots: Slots {
        repr: Some(repr),
        hash: Some(hash),
        compare: Some(compare),
        getattr: Some(object::generic_getattr),
        getitem: Some(getitem),
        binary: crate::binary![Or => type_or],
        ..Slots::EMPTY
    },
    methods: METHODS,
    getset: &[
        getter!("__args__", slot_get!(Union, args)),
        getter!("__name__", |t, _| Ok(t.str("Union")), "Name of the type"),
        getter!("__qualname__", |t, _| Ok(t.str("Union")), "Qualified name of the type"),
        getter!("__origin__", |t, _| Ok(TYPE.get(t).to_value()), "Always returns the type"),
        getter!("__parameters__", |t, v| parameters(t, this(v)), "Type variables in the types.UnionType."),
    ],
    ..TypeSpec::new::<Union>()
};

static METHODS: &[MethodDef] = crate::methods! {
    "__mro_entries__(self, bases, /)" => |t, a| {
        let s = t.repr_text(a.get(0))?;
        Err(t.type_error(format!("Cannot subclass {s}")))
    };
    "__instancecheck__(self, instance, /)" => |t, a| check(t, a, false);
    "__subclasscheck__(self, subclass, /)" => |t, a| check(t, a, true);
    class "__class_getitem__(cls, object, /)" => class_getitem, "Create a union containing the given types";
};

fn this<'t>(v: VRef<'t>) -> &'t Union {
    v.cast().expect("the descriptor checked the receiver")
}

fn members(u: &Union) -> Vec<Value> {
    tuple_items(&or_none(&u.args))
}

fn parameters(t: &mut Thread, u: &Union) -> Res {
    if let Some(p) = u.parameters.load() {
        return Ok(p);
    }
    let args = members(u);
    let p = genericalias::parameters(t, &args)?;
    let _ = u.parameters.fill(&u.h, p.clone());
    Ok(p)
}

fn repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let mut parts = Vec::new();
    for a in members(this(v)) {
        parts.push(t.recurse(|t| type_repr(t, a.r()))?)
    }
    Ok(t.str(&parts.join(" | ")))
}

/// Does not depend on the order.
fn hash(t: &mut Thread, v: VRef<'_>) -> Res<i64> {
    let mut hashes = Vec::new();
    for a in members(this(v)) {
        hashes.push(t.hash(a.r())?)
    }
    Ok(weft_text::hash::collection::of_frozenset(hashes))
}

fn contains_all(t: &mut Thread, a: &[Value], b: &[Value]) -> Res<bool> {
    for x in a {
        if !contains(t, b, x)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn compare(t: &mut Thread, a: VRef<'_>, b: VRef<'_>, op: Cmp) -> Res {
    let (Some(x), Some(y)) = (a.cast::<Union>(), b.cast::<Union>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if !matches!(op, Cmp::Eq | Cmp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let (x, y) = (members(x), members(y));
    let equal = x.len() == y.len() && contains_all(t, &x, &y)?;
    Ok(Value::bool(equal == (op == Cmp::Eq)))
}

fn check(t: &mut Thread, a: Args<'_>, subclass: bool) -> Res {
    for m in members(a.this::<Union>()) {
        if m.cast::<GenericAlias>().is_some() {
            let f = if subclass { "issubclass" } else { "isinstance" };
            return Err(t.type_error(format!("{f}() argument 2 cannot be a parameterized generic")));
        }
        let yes =
            if subclass { heaptype::issubclass(t, a.get(1), m.r())? } else { t.isinstance(a.get(1), m.r())? };
        if yes {
            return Ok(Value::TRUE);
        }
    }
    Ok(Value::FALSE)
}

fn getitem(t: &mut Thread, v: VRef<'_>, item: VRef<'_>) -> Res {
    let u = this(v);
    let (args, params) = (members(u), parameters(t, u)?);
    let new = genericalias::substitute(t, v, &args, &params, item)?;
    from_args(t, new)
}

// ---- making ------------------------------------------------------------------------------------------------

/// Equality of members: generic aliases need the same class, too.
fn contains(t: &mut Thread, list: &[Value], v: &Value) -> Res<bool> {
    for x in list {
        let alias = x.cast::<GenericAlias>().is_some() == v.cast::<GenericAlias>().is_some();
        if x.is(v.r()) || alias && std::ptr::eq(x.r().ty(), v.r().ty()) && t.equal(x.r(), v.r())? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The union of some types: nested unions flattened, duplicates dropped; a single one is itself.
pub fn from_args(t: &mut Thread, args: Vec<Value>) -> Res {
    let mut out: Vec<Value> = Vec::new();
    let mut stack: Vec<Value> = args.into_iter().rev().collect();
    while let Some(v) = stack.pop() {
        if let Some(u) = v.cast::<Union>() {
            stack.extend(members(u).into_iter().rev());
            continue;
        }
        let v = if v.is_none() {
            super::singletons::NONE.get(t).to_value()
        } else if text(v.r()).is_some() && v.r().has_shape(fixed::STR) {
            forward_ref(t, v.r())?
        } else {
            v
        };
        if !contains(t, &out, &v)? {
            out.push(v)
        }
    }
    if out.len() == 1 {
        return Ok(out.remove(0));
    }
    let shape = TYPE.shape(t);
    let args = Tuple::new(t, out);
    Ok(t.make(shape, Union { h: Header::new(0, 0), args: Slot::new(args), parameters: Slot::empty() }))
}

fn forward_ref(t: &mut Thread, s: VRef<'_>) -> Res {
    let m = crate::interp::hooks::import_module(t, "annotationlib")?;
    let f = t.attr(m.r(), "ForwardRef")?;
    t.call(f.r(), &[s])
}

fn class_getitem(t: &mut Thread, a: Args<'_>) -> Res {
    let items = match a.get(1).cast::<Tuple>() {
        Some(x) => x.iter().map(|v| v.to_value()).collect(),
        None => vec![a.get(1).to_value()],
    };
    if items.is_empty() {
        return Err(t.type_error("Cannot take a Union of no types."));
    }
    from_args(t, items)
}

/// May this stand beside `|` in a union?
fn unionable(t: &Thread, v: VRef<'_>) -> bool {
    v.is_none()
        || as_type(v).is_some()
        || v.cast::<GenericAlias>().is_some()
        || v.cast::<Union>().is_some()
        || typevar::is_alias_type(t, v)
}

/// `type | other`
pub fn type_or(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    if !unionable(t, a) || !unionable(t, b) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    from_args(t, vec![a.to_value(), b.to_value()])
}

/// `a | b` for type parameters: anything goes.
pub fn any_or(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    from_args(t, vec![a.to_value(), b.to_value()])
}
