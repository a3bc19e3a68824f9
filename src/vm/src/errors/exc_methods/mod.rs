//! What exceptions do: construction, display, the attributes of particular classes.
//!
//! One file per family; each has the three tables that `classes.rs` refers to.

pub mod base;
pub mod group;
mod named;
pub mod os;
mod small;
pub mod syntax;
mod unicode;

pub use base::add_note;
pub use named::{attribute, import, name};
pub use os::strerror;
pub use small::{key, stop_iteration, system_exit};
pub use unicode::{unicode_decode, unicode_encode, unicode_translate};

use super::{Exc, exc};
use crate::object::{CallArgs, ValueExt};
use crate::thread::Thread;
use crate::types::attrs::or_none;
use crate::types::str::text;
use crate::types::tuple::Tuple;
use crate::{Raised, Res};
use weft_strategy::{VRef, Value};

/// An attribute that is one of [`Exc::fields`]; `None` while empty.
macro_rules! field {
    ($name:literal, $i:expr $(, $doc:literal)?) => {
        $crate::object::GetSet {
            name: $name,
            get: |_, v| Ok($crate::errors::exc(v)
                .map_or(weft_strategy::Value::NONE, |e| $crate::types::attrs::or_none(&e.fields[$i]))),
            set: Some(|_, v, x| {
                if let Some(e) = $crate::errors::exc(v) {
                    $crate::types::attrs::put(&e.fields[$i], &e.h, x)
                }
                Ok(())
            }),
            doc: concat!($($doc)?),
        }
    };
}
pub(crate) use field;

/// The exception a method was called on.
pub(crate) fn this<'t>(v: VRef<'t>) -> &'t Exc {
    exc(v).expect("the descriptor checked the receiver")
}

/// `args`
pub(crate) fn args_of(e: &Exc) -> Vec<Value> {
    e.args
        .load()
        .and_then(|a| a.cast::<Tuple>().map(|a| a.iter().map(|v| v.to_value()).collect()))
        .unwrap_or_default()
}

/// TypeError when a class takes no keyword arguments and some are given.
pub(crate) fn no_keywords(t: &mut Thread, v: VRef<'_>, args: CallArgs<'_>) -> Result<(), Raised> {
    if args.keyword_len() == 0 {
        return Ok(());
    }
    let n = v.ty().name();
    Err(t.type_error(format!("{n}() takes no keyword arguments")))
}

/// Takes the keyword arguments of a class that knows the names in `known`: name, field.
pub(crate) fn take_keywords(
    t: &mut Thread,
    class: &str,
    e: &Exc,
    args: CallArgs<'_>,
    known: &[(&str, usize)],
) -> Res<()> {
    for (k, v) in args.keywords() {
        let key = text(k).map(|s| s.to_string()).unwrap_or_default();
        match known.iter().find(|(n, _)| *n == key) {
            Some((_, i)) => e.set_field(*i, v.to_value()),
            None => {
                return Err(t.type_error(format!("{class}() got an unexpected keyword argument '{key}'")));
            }
        }
    }
    Ok(())
}

/// The value of a field, if it is set to something else than `None`.
pub(crate) fn field_value(e: &Exc, i: usize) -> Option<Value> {
    e.fields[i].load().filter(|v| !v.is_none())
}

/// `(type(self), args, state)`, without a state that is none.
pub(crate) fn reduced(t: &Thread, v: VRef<'_>, args: Option<Value>, state: Option<Value>) -> Value {
    let args = args.unwrap_or_else(|| or_none(&this(v).args));
    let mut all = vec![v.ty().to_value(), args];
    all.extend(state);
    Tuple::new(t, all)
}
