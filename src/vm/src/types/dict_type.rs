//! `dict`: its type, operators and methods. The table is in `crate::dict`, updating in `dict_update.rs`, views in
//! `dict_views.rs`.

use super::sequence::{self, Joiner};
use super::{dict_iter, dict_update, dict_views, fixed};
use crate::dict::{Dict, key_hash};
use crate::object::{Args, CallArgs, Cmp, NativeType, Slots, Type, TypeSpec, ValueExt, type_flag};
use crate::thread::Thread;
use crate::types::tuple::Tuple;
use crate::{Res, binary, methods, names};
use dict_iter::Kind;
use weft_strategy::{VRef, Value};

/// `dict`
pub static TYPE: NativeType = NativeType::fixed(&SPEC, fixed::DICT);
static SPEC: TypeSpec = TypeSpec {
    name: "dict",
    doc: "dict() -> new empty dictionary\ndict(mapping) -> new dictionary initialized from a mapping object's\n    (key, value) pairs\ndict(iterable) -> new dictionary initialized as if via:\n    d = {}\n    for k, v in iterable:\n        d[k] = v\ndict(**kwargs) -> new dictionary initialized with the name=value pairs\n    in the keyword argument list.  For example:  dict(one=1, two=2)",
    flags: type_flag::BASETYPE | type_flag::IMMUTABLE | type_flag::MAPPING | type_flag::MATCH_SELF,
    slots: Slots {
        repr: Some(repr),
        compare: Some(compare),
        iter: Some(iter),
        new: Some(|t, cls, _| Ok(Dict::with_shape(t, cls.shape()))),
        init: Some(init),
        len: Some(|_, v| Ok(this(v).len())),
        getitem: Some(getitem),
        setitem: Some(setitem),
        contains: Some(contains),
        binary: binary![Or => or],
        inplace: binary![Or => |t, a, b| {
            dict_update::from_argument(t, a, b)?;
            Ok(a.to_value())
        }],
        ..Slots::EMPTY
    },
    methods: methods! {
        "__getitem__(self, key, /)" => |t, a| getitem(t, a.get(0), a.get(1)), "Return self[key].";
        "__contains__(self, key, /)" => |t, a| Ok(Value::bool(contains(t, a.get(0), a.get(1))?)), "True if the dictionary has the specified key, else False.";
        "__sizeof__(self, /)" => |t, a| Ok(t.int_usize(this(a.get(0)).bytes())), "Return the size of the dict in memory.";
        "get(self, key, default=None, /)" => get, "Return the value for key if key is in the dictionary, else default.";
        "setdefault(self, key, default=None, /)" => setdefault, "Insert key with a value of default if key is not in the dictionary.\n\nReturn the value for key if key is in the dictionary, else default.";
        "pop(self, key, default=<unrepresentable>, /)" => pop, "D.pop(k[,d]) -> v, remove specified key and return the corresponding value.\n\nIf the key is not found, return the default if given; otherwise,\nraise a KeyError.";
        "popitem(self, /)" => popitem, "Remove and return a (key, value) pair as a 2-tuple.\n\nPairs are returned in LIFO (last-in, first-out) order.\nRaises KeyError if the dict is empty.";
        "keys(self, /)" => |t, a| Ok(dict_views::new(t, a.get(0), Kind::Keys)), "Return a set-like object providing a view on the dict's keys.";
        "items(self, /)" => |t, a| Ok(dict_views::new(t, a.get(0), Kind::Items)), "Return a set-like object providing a view on the dict's items.";
        "values(self, /)" => |t, a| Ok(dict_views::new(t, a.get(0), Kind::Values)), "Return an object providing a view on the dict's values.";
        "update(self, /, *args, **kwargs)" => update, "D.update([E, ]**F) -> None.  Update D from mapping/iterable E and F.\nIf E is present and has a .keys() method, then does:  for k in E.keys(): D[k] = E[k]\nIf E is present and lacks a .keys() method, then does:  for k, v in E: D[k] = v\nIn either case, this is followed by: for k in F:  D[k] = F[k]";
        class "fromkeys(type, iterable, value=None, /)" => fromkeys, "Create a new dictionary with keys from iterable and values set to value.";
        "clear(self, /)" => clear, "Remove all items from the dict.";
        "copy(self, /)" => |t, a| Ok(this(a.get(0)).copy(t)), "Return a shallow copy of the dict.";
        "__reversed__(self, /)" => |t, a| Ok(dict_iter::new_reverse(t, a.get(0), Kind::Keys)), "Return a reverse iterator over the dict keys.";
        class "__class_getitem__(type, object, /)" => sequence::class_getitem, "See PEP 585";
    },
    ..TypeSpec::new::<Dict>()
};

fn this(v: VRef<'_>) -> &Dict {
    v.cast().expect("a dict")
}

fn init(t: &mut Thread, v: VRef<'_>, args: CallArgs<'_>) -> Res<()> {
    sequence::arity(t, "dict", args, 0, 1)?;
    if let Some(other) = args.positional().first() {
        dict_update::from_argument(t, v, *other)?
    }
    for (name, value) in args.keywords() {
        this(v).set(t, name, value.to_value())?
    }
    Ok(())
}

/// Iterates over keys.
pub fn iter(t: &mut Thread, v: VRef<'_>) -> Res {
    Ok(dict_iter::new(t, v, Kind::Keys))
}

fn getitem(t: &mut Thread, v: VRef<'_>, key: VRef<'_>) -> Res {
    if let Some(x) = this(v).get(t, key)? {
        return Ok(x);
    }
    if !v.has_shape(fixed::DICT)
        && let Some(r) = t.call_special(v, names::__missing__(), &[key])
    {
        return r;
    }
    Err(t.key_error(key))
}

fn setitem(t: &mut Thread, v: VRef<'_>, key: VRef<'_>, value: Option<VRef<'_>>) -> Res<()> {
    match value {
        Some(x) => this(v).set(t, key, x.to_value()),
        None => match this(v).remove(t, key)? {
            Some(_) => Ok(()),
            None => Err(t.key_error(key)),
        },
    }
}

fn contains(t: &mut Thread, v: VRef<'_>, key: VRef<'_>) -> Res<bool> {
    if let Some(found) = this(v).look(t, key) {
        return Ok(found.is_some());
    }
    let hash = key_hash(t, key)?;
    Ok(this(v).find(t, hash, key)?.is_some())
}

fn repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let d = this(v);
    if d.is_empty() {
        return Ok(t.str("{}"));
    }
    t.repr_once(v, "{...}", |t| {
        let mut j = Joiner::new("{");
        for (k, x) in d.items(t) {
            j.separate();
            j.repr(t, k.r())?;
            j.push(b": ");
            j.repr(t, x.r())?
        }
        Ok(j.finish(t, "}"))
    })
}

fn compare(t: &mut Thread, a: VRef<'_>, b: VRef<'_>, op: Cmp) -> Res {
    let (Some(x), Some(y)) = (a.cast::<Dict>(), b.cast::<Dict>()) else { return Ok(Value::NOT_IMPLEMENTED) };
    match op {
        Cmp::Eq => Ok(Value::bool(equal(t, x, y)?)),
        Cmp::Ne => Ok(Value::bool(!equal(t, x, y)?)),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn equal(t: &mut Thread, a: &Dict, b: &Dict) -> Res<bool> {
    // Keys and values are compared by identity first, so a dict equals itself, also one that others are changing.
    if std::ptr::eq(a, b) {
        return Ok(true);
    }
    if a.len() != b.len() {
        return Ok(false);
    }
    for (hash, key, x) in a.items_hashed(t) {
        let Some(y) = b.get_hashed(t, hash, key.r())? else { return Ok(false) };
        if !t.equal(y.r(), x.r())? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// `a | b` (PEP 584)
fn or(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    let (Some(x), Some(_)) = (a.cast::<Dict>(), b.cast::<Dict>()) else { return Ok(Value::NOT_IMPLEMENTED) };
    let new = x.copy(t);
    dict_update::from_argument(t, new.r(), b)?;
    Ok(new)
}

// ---- methods

fn get(t: &mut Thread, a: Args<'_>) -> Res {
    match this(a.get(0)).get(t, a.get(1))? {
        Some(v) => Ok(v),
        None => Ok(a.opt(2).map_or(Value::NONE, |v| v.to_value())),
    }
}

fn setdefault(t: &mut Thread, a: Args<'_>) -> Res {
    let default = a.opt(2).map_or(Value::NONE, |v| v.to_value());
    this(a.get(0)).set_default(t, a.get(1), default)
}

fn pop(t: &mut Thread, a: Args<'_>) -> Res {
    let d = this(a.get(0));
    // An empty dict does not even hash the key.
    let found = if d.is_empty() { None } else { d.remove(t, a.get(1))? };
    match (found, a.opt(2)) {
        (Some(v), _) => Ok(v),
        (None, Some(default)) => Ok(default.to_value()),
        (None, None) => Err(t.key_error(a.get(1))),
    }
}

fn popitem(t: &mut Thread, a: Args<'_>) -> Res {
    match this(a.get(0)).pop_last(t) {
        Some((k, v)) => Ok(Tuple::few(t, [k, v])),
        None => {
            let text = t.str("popitem(): dictionary is empty");
            Err(t.key_error(text.r()))
        }
    }
}

fn update(t: &mut Thread, a: Args<'_>) -> Res {
    let n = a.rest().len();
    if n > 1 {
        return Err(t.type_error(format!("update expected at most 1 argument, got {n}")));
    }
    if let Some(other) = a.rest().first() {
        dict_update::from_argument(t, a.get(0), *other)?
    }
    if let Some(k) = a.kwargs().and_then(|k| k.cast::<Dict>()) {
        this(a.get(0)).merge(t, k, true)?
    }
    Ok(Value::NONE)
}

fn fromkeys(t: &mut Thread, a: Args<'_>) -> Res {
    let value = a.opt(2).map_or(Value::NONE, |v| v.to_value());
    let new = t.call(a.get(0), &[])?;
    let d = new.exact::<Dict>(fixed::DICT);
    if let Some(d) = d {
        // Sets and dicts know the hashes of their items.
        let hashed = match a.get(1).header().map(|h| h.shape()) {
            Some(fixed::SET | fixed::FROZENSET) => {
                a.get(1).cast::<super::set::Set>().map(|s| s.items_hashed(t))
            }
            Some(fixed::DICT) => a
                .get(1)
                .cast::<Dict>()
                .map(|s| s.items_hashed(t).into_iter().map(|(hash, key, _)| (hash, key)).collect()),
            _ => None,
        };
        if let Some(items) = hashed {
            for (hash, key) in items {
                d.set_hashed(t, hash, key.r(), value.clone())?
            }
            return Ok(new);
        }
    }
    let known = super::list_type::known_items(t, a.get(1));
    let put = |t: &mut Thread, key: Value| match d {
        Some(d) => d.set(t, key.r(), value.clone()),
        None => t.setitem(new.r(), key.r(), Some(value.r())),
    };
    match known {
        Some(keys) => {
            for k in keys {
                put(t, k)?
            }
        }
        None => t.for_each(a.get(1), put)?,
    }
    Ok(new)
}

fn clear(t: &mut Thread, a: Args<'_>) -> Res {
    this(a.get(0)).clear_all(t);
    Ok(Value::NONE)
}

/// Kept beside the methods: a type whose instances iterate as dicts do.
pub fn iterates_as_dict(t: &Thread, cls: &Type) -> bool {
    cls.slots().iter.map(|f| f as usize) == TYPE.get(t).slots().iter.map(|f| f as usize)
}
