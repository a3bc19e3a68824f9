//! Views of a dict: `dict_keys`, `dict_values`, `dict_items`. Keys and items behave as sets.

use super::dict_iter::{self, Kind};
use super::sequence::Joiner;
use super::set::{self, Set};
use super::set_type;
use super::tuple::Tuple;
use crate::dict::Dict;
use crate::object::{Args, Cmp, GetSet, MethodDef, NativeType, Slots, TypeSpec, ValueExt, type_flag};
use crate::thread::Thread;
use crate::{Res, binary, methods};
use weft_strategy::{Header, Slot, VRef, Value};

/// A view.
#[repr(C)]
pub struct DictView {
    pub(crate) h: Header,
    /// The dict.
    pub dict: Slot,
}
crate::object!(DictView, "dict_view", true, [dict]);

const SET_LIKE: Slots = Slots {
    repr: Some(repr),
    compare: Some(compare),
    iter: Some(iter),
    len: Some(len),
    contains: Some(contains),
    binary: binary![And => and, Or => or, Sub => sub, Xor => xor],
    ..Slots::EMPTY
};

static SET_LIKE_METHODS: &[MethodDef] = methods! {
    "isdisjoint(self, object, /)" => isdisjoint, "Return True if the view and the given iterable have a null intersection.";
    "__reversed__(self, /)" => reversed, "Return a reverse iterator over the view.";
};

static GETSET: [GetSet; 1] = [GetSet {
    name: "mapping",
    get: |t, v| {
        let d = dict_value(v);
        Ok(super::mappingproxy::new(t, d))
    },
    set: None,
    doc: "dictionary that this view refers to",
}];

/// `dict_keys`
pub static KEYS: NativeType = NativeType::new(&KEYS_SPEC);
static KEYS_SPEC: TypeSpec = TypeSpec {
    name: "dict_keys",
    flags: type_flag::IMMUTABLE | type_flag::NO_NEW,
    slots: SET_LIKE,
    methods: SET_LIKE_METHODS,
    getset: &GETSET,
    ..TypeSpec::new::<DictView>()
};
/// `dict_items`
pub static ITEMS: NativeType = NativeType::new(&ITEMS_SPEC);
static ITEMS_SPEC: TypeSpec = TypeSpec {
    name: "dict_items",
    flags: type_flag::IMMUTABLE | type_flag::NO_NEW,
    slots: SET_LIKE,
    methods: SET_LIKE_METHODS,
    getset: &GETSET,
    ..TypeSpec::new::<DictView>()
};
/// `dict_values`
pub static VALUES: NativeType = NativeType::new(&VALUES_SPEC);
static VALUES_SPEC: TypeSpec = TypeSpec {
    name: "dict_values",
    flags: type_flag::IMMUTABLE | type_flag::NO_NEW,
    slots: Slots { repr: Some(repr), iter: Some(iter), len: Some(len), ..Slots::EMPTY },
    methods: methods! {
        "__reversed__(self, /)" => reversed, "Return a reverse iterator over the dict values.";
    },
    getset: &GETSET,
    ..TypeSpec::new::<DictView>()
};

fn type_of_kind(kind: Kind) -> &'static NativeType {
    match kind {
        Kind::Keys => &KEYS,
        Kind::Values => &VALUES,
        Kind::Items => &ITEMS,
    }
}

/// A view of a dict.
pub fn new(t: &Thread, dict: VRef<'_>, kind: Kind) -> Value {
    let shape = type_of_kind(kind).shape(t);
    t.make(shape, DictView { h: Header::new(0, 0), dict: Slot::new(dict.to_value()) })
}

/// What a view shows, if `v` is one.
fn kind_of(t: &Thread, v: VRef<'_>) -> Option<Kind> {
    v.cast::<DictView>()?;
    [Kind::Keys, Kind::Values, Kind::Items]
        .into_iter()
        .find(|k| std::ptr::eq(v.ty(), type_of_kind(*k).get(t)))
}

fn dict_value(v: VRef<'_>) -> Value {
    v.cast::<DictView>().and_then(|v| v.dict.load()).unwrap_or(Value::NONE)
}

/// The dict of a view, for as long as the view is held.
fn dict_of(v: VRef<'_>) -> &Dict {
    let view: &DictView = v.cast().expect("a dict view");
    // SAFETY: the view's slot is set when it is made and holds the dict as long as the view lives.
    let d = view.dict.get(view).map(|d| unsafe { d.extend() });
    d.and_then(|d| d.cast()).expect("a view has a dict")
}

/// The content of a view of a plain dict, at once.
pub fn known_items(t: &Thread, v: VRef<'_>) -> Option<Vec<Value>> {
    v.cast::<DictView>()?;
    let kind = kind_of(t, v)?;
    let items = dict_of(v).items(t).into_iter();
    Some(match kind {
        Kind::Keys => items.map(|(k, _)| k).collect(),
        Kind::Values => items.map(|(_, x)| x).collect(),
        Kind::Items => items.map(|(k, x)| Tuple::few(t, [k, x])).collect(),
    })
}

fn iter(t: &mut Thread, v: VRef<'_>) -> Res {
    let kind = kind_of(t, v).unwrap_or(Kind::Keys);
    let d = dict_value(v);
    Ok(dict_iter::new(t, d.r(), kind))
}

fn len(_t: &mut Thread, v: VRef<'_>) -> Res<usize> {
    Ok(dict_of(v).len())
}

fn repr(t: &mut Thread, v: VRef<'_>) -> Res {
    t.repr_once(v, "...", |t| {
        let name = v.ty().name();
        let mut j = Joiner::new(&format!("{name}(["));
        for x in known_items(t, v).unwrap_or_default() {
            j.separate();
            j.repr(t, x.r())?
        }
        Ok(j.finish(t, "])"))
    })
}

fn contains(t: &mut Thread, v: VRef<'_>, item: VRef<'_>) -> Res<bool> {
    let d = dict_of(v);
    if kind_of(t, v) == Some(Kind::Keys) {
        let hash = crate::dict::key_hash(t, item)?;
        return Ok(d.find(t, hash, item)?.is_some());
    }
    let Some(pair) = item.cast::<Tuple>().filter(|p| p.len() == 2) else { return Ok(false) };
    match d.get(t, pair.get(0))? {
        Some(x) => t.equal(x.r(), pair.get(1)),
        None => Ok(false),
    }
}

// ---- as sets

/// Are all items of `a` in `b`?
fn all_in(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res<bool> {
    let it = t.iter(a)?;
    while let Some(x) = t.next(it.r())? {
        if !t.contains(b, x.r())? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn compare(t: &mut Thread, a: VRef<'_>, b: VRef<'_>, op: Cmp) -> Res {
    let set_like = b.cast::<Set>().is_some() || matches!(kind_of(t, b), Some(Kind::Keys | Kind::Items));
    if !set_like {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let (x, y) = (t.len(a)?, t.len(b)?);
    let yes = match op {
        Cmp::Eq => x == y && all_in(t, a, b)?,
        Cmp::Ne => !(x == y && all_in(t, a, b)?),
        Cmp::Lt => x < y && all_in(t, a, b)?,
        Cmp::Le => x <= y && all_in(t, a, b)?,
        Cmp::Gt => x > y && all_in(t, b, a)?,
        Cmp::Ge => x >= y && all_in(t, b, a)?,
    };
    Ok(Value::bool(yes))
}

/// `set(v)`
fn to_set(t: &mut Thread, v: VRef<'_>) -> Res {
    let s = set::empty(t);
    set_type::update_from(t, set::of(s.r()), v)?;
    Ok(s)
}

fn and(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    let (mut view, mut other) = if kind_of(t, a).is_some() { (a, b) } else { (b, a) };
    // The smaller one is gone through, if both can be asked.
    if kind_of(t, other).is_some_and(|k| k != Kind::Values) && t.len(other)? > t.len(view)? {
        std::mem::swap(&mut view, &mut other)
    }
    let result = set::empty(t);
    let it = t.iter(other)?;
    while let Some(x) = t.next(it.r())? {
        if contains(t, view, x.r())? {
            set::of(result.r()).add(t, x)?;
        }
    }
    Ok(result)
}

fn or(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    let s = to_set(t, a)?;
    set_type::update_from(t, set::of(s.r()), b)?;
    Ok(s)
}

fn sub(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    let s = to_set(t, a)?;
    set_type::difference_from(t, set::of(s.r()), b)?;
    Ok(s)
}

fn xor(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    let s = to_set(t, a)?;
    set_type::symmetric_from(t, set::of(s.r()), b)?;
    Ok(s)
}

fn isdisjoint(t: &mut Thread, a: Args<'_>) -> Res {
    let (mut view, mut other) = (a.get(0), a.get(1));
    if view.is(other) {
        return Ok(Value::bool(dict_of(view).is_empty()));
    }
    let set_like =
        other.cast::<Set>().is_some() || matches!(kind_of(t, other), Some(Kind::Keys | Kind::Items));
    if set_like && t.len(other)? > t.len(view)? {
        std::mem::swap(&mut view, &mut other)
    }
    let it = t.iter(other)?;
    while let Some(x) = t.next(it.r())? {
        if t.contains(view, x.r())? {
            return Ok(Value::FALSE);
        }
    }
    Ok(Value::TRUE)
}

fn reversed(t: &mut Thread, a: Args<'_>) -> Res {
    let kind = kind_of(t, a.get(0)).unwrap_or(Kind::Keys);
    let d = dict_value(a.get(0));
    Ok(dict_iter::new_reverse(t, d.r(), kind))
}

/// Is `v` a view of keys or items?
pub fn is_set_like(t: &Thread, v: VRef<'_>) -> bool {
    matches!(kind_of(t, v), Some(Kind::Keys | Kind::Items))
}
