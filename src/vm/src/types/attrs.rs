//! Small things that all attribute tables need: reading a slot, refusing a deletion, naming a type.

use super::str::text;
use crate::object::ValueExt;
use crate::thread::Thread;
use crate::{Raised, Res};
use weft_strategy::{Header, Slot, VRef, Value};

/// The value in a slot, `None` when empty.
#[inline]
pub fn or_none(s: &Slot) -> Value {
    s.load().unwrap_or(Value::NONE)
}

/// The text in a slot that holds a str; empty otherwise.
pub fn slot_text(s: &Slot) -> String {
    s.load().map(|v| text_of(v.r())).unwrap_or_default()
}

/// The text of a str; empty for anything else.
pub fn text_of(v: VRef<'_>) -> String {
    text(v).map(|s| s.to_string()).unwrap_or_default()
}

/// Sets a slot, or empties it.
pub fn put(s: &Slot, h: &Header, v: Option<VRef<'_>>) {
    drop(s.swap(h, v.map(|v| v.to_value())))
}

/// Getter of a slot: `slot_get!(Method, func)`.
macro_rules! slot_get {
    ($ty:ty, $field:ident) => {
        |_, v| {
            use $crate::object::ValueExt as _;
            Ok(v.cast::<$ty>()
                .map_or(weft_strategy::Value::NONE, |o| $crate::types::attrs::or_none(&o.$field)))
        }
    };
}
pub(crate) use slot_get;

/// A read-only attribute.
macro_rules! getter {
    ($name:literal, $get:expr $(, $doc:literal)?) => {
        $crate::object::GetSet { name: $name, get: $get, set: None, doc: concat!($($doc)?) }
    };
}
pub(crate) use getter;

/// A field of the object that can be read only.
macro_rules! member {
    ($name:literal, $get:expr $(, $doc:literal)?) => {
        $crate::object::GetSet {
            name: $name,
            get: $get,
            set: Some(|t, v, _| Err(t.attribute_error_text(v, $name, "readonly attribute".into()))),
            doc: concat!($($doc)?),
        }
    };
}
pub(crate) use member;

/// An attribute with a setter.
macro_rules! getsetter {
    ($name:literal, $get:expr, $set:expr $(, $doc:literal)?) => {
        $crate::object::GetSet { name: $name, get: $get, set: Some($set), doc: concat!($($doc)?) }
    };
}
pub(crate) use getsetter;

/// TypeError unless the value is a str that is being set, not deleted: `{what} must be set to a string object`.
pub fn need_str<'v>(t: &mut Thread, v: Option<VRef<'v>>, what: &str) -> Result<VRef<'v>, Raised> {
    match v {
        Some(v) if text(v).is_some() => Ok(v),
        _ => Err(t.type_error(format!("{what} must be set to a string object"))),
    }
}

/// Is `v` a dict (subclasses included)?
pub fn as_dict<'t>(v: VRef<'t>) -> Option<&'t crate::dict::Dict> {
    v.cast::<crate::dict::Dict>()
}

/// Binds the arguments of a constructor that is a slot and so has no table entry: parameters by name, the first
/// `posonly` of them by position only.
pub fn bind<'f>(
    t: &mut Thread,
    function: &str,
    params: &[&str],
    required: usize,
    posonly: usize,
    args: crate::object::CallArgs<'f>,
) -> Res<Vec<Option<VRef<'f>>>> {
    let p = args.positional();
    if p.len() > params.len() {
        let (max, n) = (params.len(), p.len() + args.keyword_len());
        let s = if max == 1 { "" } else { "s" };
        return Err(t.type_error(if posonly == max {
            let most = if required == max { "" } else { "at most " };
            format!("{function} expected {most}{max} argument{s}, got {n}")
        } else {
            let bound = if required == max { "exactly" } else { "at most" };
            format!("{function}() takes {bound} {max} argument{s} ({n} given)")
        }));
    }
    let mut out: Vec<Option<VRef<'f>>> = p.iter().map(|v| Some(*v)).collect();
    out.resize(params.len(), None);
    for (k, v) in args.keywords() {
        let key = text_of(k);
        match params.iter().position(|p| *p == key).filter(|i| *i >= posonly) {
            Some(i) if out[i].is_none() => out[i] = Some(v),
            Some(i) => {
                let pos = i + 1;
                return Err(t.type_error(format!(
                    "argument for {function}() given by name ('{key}') and position ({pos})"
                )));
            }
            None if posonly == params.len() => {
                return Err(t.type_error(format!("{function}() takes no keyword arguments")));
            }
            None => {
                return Err(t.type_error(format!("{function}() got an unexpected keyword argument '{key}'")));
            }
        }
    }
    if let Some(i) = (0..required).find(|i| out[*i].is_none()) {
        if posonly > i {
            let n = p.len();
            let s = if required == 1 { "" } else { "s" };
            let least = if required == params.len() { "" } else { "at least " };
            return Err(t.type_error(format!("{function} expected {least}{required} argument{s}, got {n}")));
        }
        let (name, pos) = (params[i], i + 1);
        return Err(t.type_error(format!("{function}() missing required argument '{name}' (pos {pos})")));
    }
    Ok(out)
}
