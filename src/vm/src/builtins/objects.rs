//! Attributes, classes, text and identity of any object.

use super::sys;
use crate::object::{Args, CallArgs, ValueExt};
use crate::thread::Thread;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::Bytes;
use crate::types::list::List;
use crate::types::str::text;
use crate::types::tuple::Tuple;
use crate::types::{fixed, heaptype};
use crate::{Raised, Res, names};
use weft_strategy::{VRef, Value};

fn name_arg(t: &mut Thread, v: VRef<'_>) -> Res {
    crate::ops::attribute_name(t, v)
}

pub fn getattr(t: &mut Thread, a: Args<'_>) -> Res {
    let name = name_arg(t, a.get(1))?;
    match a.opt(2) {
        None => t.getattr(a.get(0), name.r()),
        Some(default) => Ok(t.getattr_opt(a.get(0), name.r())?.unwrap_or_else(|| default.to_value())),
    }
}

pub fn hasattr(t: &mut Thread, a: Args<'_>) -> Res {
    let name = name_arg(t, a.get(1))?;
    Ok(Value::bool(t.getattr_opt(a.get(0), name.r())?.is_some()))
}

pub fn setattr(t: &mut Thread, a: Args<'_>) -> Res {
    let name = name_arg(t, a.get(1))?;
    t.setattr(a.get(0), name.r(), Some(a.get(2)))?;
    Ok(Value::NONE)
}

pub fn delattr(t: &mut Thread, a: Args<'_>) -> Res {
    let name = name_arg(t, a.get(1))?;
    t.setattr(a.get(0), name.r(), None)?;
    Ok(Value::NONE)
}

pub fn isinstance(t: &mut Thread, a: Args<'_>) -> Res {
    t.isinstance(a.get(0), a.get(1)).map(Value::bool)
}

pub fn issubclass(t: &mut Thread, a: Args<'_>) -> Res {
    heaptype::issubclass(t, a.get(0), a.get(1)).map(Value::bool)
}

pub fn callable(t: &mut Thread, a: Args<'_>) -> Res {
    Ok(Value::bool(t.callable(a.get(0))))
}

pub fn hash(t: &mut Thread, a: Args<'_>) -> Res {
    let h = t.hash(a.get(0))?;
    Ok(t.int(h))
}

pub fn id(t: &mut Thread, a: Args<'_>) -> Res {
    let n = a.get(0).word().identity();
    Ok(match i64::try_from(n) {
        Ok(i) => t.int(i),
        Err(_) => t.big_int(n.into()),
    })
}

pub fn len(t: &mut Thread, a: Args<'_>) -> Res {
    let v = a.get(0);
    let n = match v.header().map_or(0, |h| h.shape()) {
        fixed::LIST => v.cast::<List>().map_or(0, |l| l.len()),
        fixed::TUPLE => v.cast::<Tuple>().map_or(0, |l| l.len()),
        _ => t.len(v)?,
    };
    Ok(t.int_usize(n))
}

pub fn repr(t: &mut Thread, a: Args<'_>) -> Res {
    t.repr(a.get(0))
}

/// `ascii(v)`
pub fn ascii(t: &mut Thread, a: Args<'_>) -> Res {
    let r = t.repr(a.get(0))?;
    Ok(match text(r.r()).and_then(|s| weft_text::repr::ascii_of_repr(s.bytes())) {
        Some(b) => t.str_wtf8(&b),
        None => r,
    })
}

pub fn chr(t: &mut Thread, a: Args<'_>) -> Res {
    let n = t.index_clamped(a.get(0))?;
    match u32::try_from(n) {
        Ok(c) if c < 0x110000 => Ok(t.str_char(c)),
        _ => Err(t.value_error("chr() arg not in range(0x110000)")),
    }
}

pub fn ord(t: &mut Thread, a: Args<'_>) -> Res {
    let v = a.get(0);
    let length = |t: &mut Thread, n: usize| -> Raised {
        t.type_error(format!("ord() expected a character, but string of length {n} found"))
    };
    if let Some(s) = text(v) {
        return if s.len() == 1 { Ok(t.int(s.code_point(0) as i64)) } else { Err(length(t, s.len())) };
    }
    if let Some(b) = v.cast::<Bytes>() {
        return match b.as_slice() {
            [b] => Ok(t.int(*b as i64)),
            many => Err(length(t, many.len())),
        };
    }
    if v.cast::<ByteArray>().is_some() {
        let n = t.len(v)?;
        return if n == 1 {
            t.getitem(v, VRef::immediate(weft_strategy::Word::small_int(0)))
        } else {
            Err(length(t, n))
        };
    }
    let n = v.ty().name();
    Err(t.type_error(format!("ord() expected string of length 1, but {n} found")))
}

pub fn format(t: &mut Thread, a: Args<'_>) -> Res {
    let spec = match a.opt(1) {
        Some(s) if text(s).is_some() => s.to_value(),
        Some(s) => {
            let n = s.ty().name();
            return Err(t.type_error(format!("format() argument 2 must be str, not {n}")));
        }
        None => t.str(""),
    };
    format_value(t, a.get(0), spec.r())
}

/// `format(v, spec)`; `spec` is a str.
pub fn format_value(t: &mut Thread, v: VRef<'_>, spec: VRef<'_>) -> Res {
    if v.has_shape(fixed::STR) && text(spec).is_some_and(|s| s.is_empty()) {
        return Ok(v.to_value());
    }
    let Some(r) = t.call_special(v, names::__format__(), &[spec]) else {
        let n = v.ty().name();
        return Err(t.type_error(format!("Type {n} doesn't define __format__")));
    };
    let r = r?;
    if text(r.r()).is_none() {
        let n = r.r().ty().name();
        return Err(t.type_error(format!("__format__ must return a str, not {n}")));
    }
    Ok(r)
}

pub fn vars(t: &mut Thread, a: Args<'_>) -> Res {
    let Some(v) = a.opt(0) else { return crate::interp::hooks::current_locals(t) };
    match t.getattr_opt(v, names::__dict__())? {
        Some(d) => Ok(d),
        None => Err(t.type_error("vars() argument must have __dict__ attribute")),
    }
}

/// `dir([object])`: sorted.
pub fn dir(t: &mut Thread, a: Args<'_>) -> Res {
    let items = match a.opt(0) {
        None => {
            let l = crate::interp::hooks::current_locals(t)?;
            let keys = t.call_method_named(l.r(), names::keys(), &[])?;
            t.collect(keys.r())?
        }
        Some(v) => {
            let Some(r) = t.call_special(v, names::__dir__(), &[]) else {
                return Err(t.type_error("object does not provide __dir__"));
            };
            let r = r?;
            t.collect(r.r())?
        }
    };
    let list = List::new(t, items);
    t.call_method_named(list.r(), names::sort(), &[])?;
    Ok(list)
}

pub fn breakpoint(t: &mut Thread, a: Args<'_>) -> Res {
    let Some(hook) = sys(t, "breakpointhook") else { return Err(t.runtime_error("lost sys.breakpointhook")) };
    call_through(t, hook.r(), a)
}

/// Calls `f` with `*args` and `**kwargs` of a native function.
pub fn call_through(t: &mut Thread, f: VRef<'_>, a: Args<'_>) -> Res {
    let mut all: Vec<VRef<'_>> = a.rest().to_vec();
    let items = match a.kwargs().and_then(crate::types::attrs::as_dict) {
        Some(d) => d.items(t),
        None => Vec::new(),
    };
    let keys = items.iter().map(|(k, _)| k.clone()).collect();
    // SAFETY: `items` owns the values for the call.
    all.extend(items.iter().map(|(_, v)| unsafe { v.r().extend::<'_>() }));
    let names = crate::types::tuple::Tuple::new(t, keys);
    let names = Some(names.r()).filter(|_| !items.is_empty());
    t.call_with(f, None, CallArgs { args: Args::of(&all), names })
}
