//! The methods of `bytes` and `bytearray`: one table for both, and what only a bytearray can do.
//!
//! Results are of the receiver's kind. A bytearray is read under its lock; arguments are converted before.

use super::bounds;
use super::buffers::{byte, bytelike, bytelike_opt};
use super::bytearray::ByteArray;
use super::bytes::Bytes;
use super::list::List;
use super::str::text;
use super::tuple::Tuple;
use super::typeobj::as_type;
use super::{buffers, fixed};
use crate::object::{Args, MethodDef, ValueExt};
use crate::thread::Thread;
use crate::{Raised, Res, methods};
use std::borrow::Cow;
use weft_strategy::{VRef, Value};
use weft_text::split::Side;
use weft_text::{Kind, bytes, pad, search, split};

macro_rules! with_common {
    ($($extra:tt)*) => { methods! {
        "capitalize(self, /)" => |t, a| mapped(t, a, bytes::capitalize), "Return a copy with only its first byte capitalized and the rest lower-cased.";
        "center(self, width, fillchar=b' ', /)" => |t, a| justify(t, a, "center", pad::Place::Center), "Return a centered copy of length width.";
        "count(self, sub, start=None, end=None, /)" => count, "Return the number of non-overlapping occurrences of subsection sub in B[start:end].";
        "decode(self, /, encoding='utf-8', errors='strict')" => decode, "Decode the bytes using the codec registered for encoding.";
        "endswith(self, suffix, start=None, end=None, /)" => |t, a| affix(t, a, "endswith", |s, x| s.ends_with(x)), "Return True if the bytes end with the specified suffix, False otherwise.";
        "expandtabs(self, /, tabsize=8)" => expandtabs, "Return a copy where all tab characters are expanded using spaces.";
        "find(self, sub, start=None, end=None, /)" => |t, a| found(t, a, search::find, true), "Return the lowest index in B where subsection sub is found within B[start:end], or -1.";
        class "fromhex(type, string, /)" => fromhex, "Create a bytes object from a string of hexadecimal numbers.\n\nSpaces between two numbers are accepted.";
        "hex(self, /, sep=<unrepresentable>, bytes_per_sep=1)" => hex, "Create a string of hexadecimal numbers from the bytes.";
        "index(self, sub, start=None, end=None, /)" => |t, a| found(t, a, search::find, false), "As B.find, but raises ValueError when the subsection is not found.";
        "isalnum(self, /)" => |t, a| test(t, a, bytes::isalnum), "Return True if all bytes are alphanumeric and there is at least one.";
        "isalpha(self, /)" => |t, a| test(t, a, bytes::isalpha), "Return True if all bytes are alphabetic and there is at least one.";
        "isascii(self, /)" => |t, a| test(t, a, <[u8]>::is_ascii), "Return True if B is empty or all bytes are ASCII, False otherwise.";
        "isdigit(self, /)" => |t, a| test(t, a, bytes::isdigit), "Return True if all bytes are digits and there is at least one.";
        "islower(self, /)" => |t, a| test(t, a, bytes::islower), "Return True if all cased bytes are lowercase and there is at least one.";
        "isspace(self, /)" => |t, a| test(t, a, bytes::isspace), "Return True if all bytes are whitespace and there is at least one.";
        "istitle(self, /)" => |t, a| test(t, a, bytes::istitle), "Return True if B is a titlecased string and there is at least one cased byte.";
        "isupper(self, /)" => |t, a| test(t, a, bytes::isupper), "Return True if all cased bytes are uppercase and there is at least one.";
        "join(self, iterable_of_bytes, /)" => join, "Concatenate any number of bytes objects, with the receiver between them.";
        "ljust(self, width, fillchar=b' ', /)" => |t, a| justify(t, a, "ljust", pad::Place::Left), "Return a left-justified copy of length width.";
        "lower(self, /)" => |t, a| mapped(t, a, <[u8]>::to_ascii_lowercase), "Return a copy with all ASCII characters converted to lowercase.";
        "lstrip(self, bytes=None, /)" => |t, a| strip(t, a, Side::Left), "Strip leading bytes contained in the argument, or ASCII whitespace.";
        static "maketrans(frm, to, /)" => maketrans, "Return a translation table usable for the bytes or bytearray translate method.";
        "partition(self, sep, /)" => partition, "Partition the bytes into three parts at the first separator.";
        "removeprefix(self, prefix, /)" => |t, a| remove_affix(t, a, |s, x| s.strip_prefix(x)), "Return a copy with the given prefix removed if present.";
        "removesuffix(self, suffix, /)" => |t, a| remove_affix(t, a, |s, x| s.strip_suffix(x)), "Return a copy with the given suffix removed if present.";
        "replace(self, old, new, count=-1, /)" => replace, "Return a copy with all (or at most count) occurrences of old replaced by new.";
        "rfind(self, sub, start=None, end=None, /)" => |t, a| found(t, a, search::rfind, true), "Return the highest index in B where subsection sub is found within B[start:end], or -1.";
        "rindex(self, sub, start=None, end=None, /)" => |t, a| found(t, a, search::rfind, false), "As B.rfind, but raises ValueError when the subsection is not found.";
        "rjust(self, width, fillchar=b' ', /)" => |t, a| justify(t, a, "rjust", pad::Place::Right), "Return a right-justified copy of length width.";
        "rpartition(self, sep, /)" => rpartition, "Partition the bytes into three parts at the last separator.";
        "rsplit(self, /, sep=None, maxsplit=-1)" => |t, a| split_method(t, a, split::rsplit, split::rsplit_spaces), "Return a list of the sections in the bytes, splitting from the end.";
        "rstrip(self, bytes=None, /)" => |t, a| strip(t, a, Side::Right), "Strip trailing bytes contained in the argument, or ASCII whitespace.";
        "split(self, /, sep=None, maxsplit=-1)" => |t, a| split_method(t, a, split::split, split::split_spaces), "Return a list of the sections in the bytes, using sep as the delimiter.";
        "splitlines(self, /, keepends=False)" => splitlines, "Return a list of the lines in the bytes, breaking at line boundaries.";
        "startswith(self, prefix, start=None, end=None, /)" => |t, a| affix(t, a, "startswith", |s, x| s.starts_with(x)), "Return True if the bytes start with the specified prefix, False otherwise.";
        "strip(self, bytes=None, /)" => |t, a| strip(t, a, Side::Both), "Strip leading and trailing bytes contained in the argument, or ASCII whitespace.";
        "swapcase(self, /)" => |t, a| mapped(t, a, bytes::swapcase), "Return a copy with uppercase ASCII characters converted to lowercase and vice versa.";
        "title(self, /)" => |t, a| mapped(t, a, bytes::title), "Return a titlecased copy.";
        "translate(self, table, /, delete=b'')" => translate, "Return a copy with each byte mapped by the table, those in delete left out.";
        "upper(self, /)" => |t, a| mapped(t, a, <[u8]>::to_ascii_uppercase), "Return a copy with all ASCII characters converted to uppercase.";
        "zfill(self, width, /)" => zfill, "Pad a numeric string with zeros on the left, to fill a field of the given width.";
        "__buffer__(self, flags, /)" => buffers::dunder_buffer, "Return a buffer object that exposes the underlying memory of the object.";
        $($extra)*
    } };
}

/// Methods of bytes.
pub static BYTES: &[MethodDef] = with_common! {
    "__bytes__(self, /)" => |t, a| {
        if a.get(0).has_shape(fixed::BYTES) {
            return Ok(a.get(0).to_value());
        }
        Ok(t.bytes(a.this::<Bytes>().as_slice()))
    }, "Convert this value to exact type bytes.";
    "__getnewargs__(self, /)" => |t, a| {
        let b = t.bytes(a.this::<Bytes>().as_slice());
        Ok(Tuple::new(t, vec![b]))
    };
    "__sizeof__(self, /)" => |t, a| Ok(t.int_usize(33 + a.this::<Bytes>().as_slice().len())), "Size of object in memory, in bytes.";
};

/// Methods of bytearray.
pub static BYTEARRAY: &[MethodDef] = with_common! {
    "append(self, item, /)" => |t, a| {
        let c = byte(t, a.get(1), "byte")?;
        a.this::<ByteArray>().append(t, &[c])?;
        Ok(Value::NONE)
    }, "Append a single item to the end of the bytearray.";
    "clear(self, /)" => |t, a| {
        a.this::<ByteArray>().change(t, |v| *v = Vec::new())?;
        Ok(Value::NONE)
    }, "Remove all items from the bytearray.";
    "copy(self, /)" => |t, a| {
        let b = a.this::<ByteArray>().read(t, <[u8]>::to_vec);
        Ok(t.bytearray(b))
    }, "Return a copy of B.";
    "extend(self, iterable_of_ints, /)" => extend, "Append all the items from the iterable to the end of the bytearray.";
    "insert(self, index, item, /)" => insert, "Insert a single item into the bytearray before the given index.";
    "pop(self, index=-1, /)" => pop, "Remove and return a single item from B.\n\nIf no index argument is given, will pop the last item.";
    "remove(self, value, /)" => remove, "Remove the first occurrence of a value in the bytearray.";
    "reverse(self, /)" => |t, a| {
        a.this::<ByteArray>().write(t, <[u8]>::reverse);
        Ok(Value::NONE)
    }, "Reverse the order of the values in B in place.";
    "resize(self, size, /)" => resize, "Resize the internal buffer of bytearray to len.";
    "__alloc__(self, /)" => |t, a| {
        let n = a.this::<ByteArray>().capacity(t);
        Ok(t.int_usize(n + 1))
    }, "Return the number of bytes actually allocated.";
    "__reduce__(self, /)" => |t, a| reduce(t, a.get(0), 2), "Return state information for pickling.";
    "__reduce_ex__(self, proto=0, /)" => |t, a| {
        let proto = match a.opt(1) {
            Some(p) => t.arg_i32(p)?,
            None => 0,
        };
        reduce(t, a.get(0), proto)
    }, "Return state information for pickling.";
    "__release_buffer__(self, buffer, /)" => buffers::dunder_release_buffer, "Release the buffer object that exposes the underlying memory of the object.";
    "__sizeof__(self, /)" => |t, a| {
        let n = a.this::<ByteArray>().capacity(t);
        Ok(t.int_usize(57 + n))
    }, "Returns the size of the bytearray object in memory, in bytes.";
};

/// Looks at the bytes of a bytes or bytearray.
pub fn with<R>(t: &Thread, v: VRef<'_>, f: impl FnOnce(&[u8]) -> R) -> R {
    if let Some(b) = v.cast::<Bytes>() {
        return f(b.as_slice());
    }
    match v.cast::<ByteArray>() {
        Some(b) => b.read(t, f),
        None => f(&[]),
    }
}

/// Bytes of the receiver's kind.
fn like(t: &Thread, v: VRef<'_>, b: &[u8]) -> Value {
    if v.cast::<ByteArray>().is_some() { t.bytearray(b.to_vec()) } else { t.bytes(b) }
}

/// The receiver where nothing changed: itself if it is exactly bytes.
fn unchanged(t: &Thread, v: VRef<'_>) -> Value {
    if v.has_shape(fixed::BYTES) {
        return v.to_value();
    }
    let b = with(t, v, <[u8]>::to_vec);
    like(t, v, &b)
}

fn test(t: &mut Thread, a: Args<'_>, f: fn(&[u8]) -> bool) -> Res {
    Ok(Value::bool(with(t, a.get(0), f)))
}

fn mapped(t: &mut Thread, a: Args<'_>, f: fn(&[u8]) -> Vec<u8>) -> Res {
    let b = with(t, a.get(0), f);
    Ok(like(t, a.get(0), &b))
}

/// What `in` looks for: a byte, or a sequence of them.
pub fn contained<'f>(t: &mut Thread, v: VRef<'f>) -> Result<Cow<'f, [u8]>, Raised> {
    if v.ty().slots().index.is_some() {
        return Ok(Cow::Owned(vec![byte(t, v, "byte")?]));
    }
    bytelike(t, v)
}

/// What the methods of searching look for.
fn needle<'f>(t: &mut Thread, v: VRef<'f>) -> Result<Cow<'f, [u8]>, Raised> {
    if let Some(b) = bytelike_opt(t, v)? {
        return Ok(b);
    }
    if v.ty().slots().index.is_none() {
        let n = v.ty().name();
        return Err(t.type_error(format!("argument should be integer or bytes-like object, not '{n}'")));
    }
    contained(t, v)
}

/// `start` and `end` as a function from a text to the part they select.
fn window(t: &mut Thread, a: Args<'_>) -> Res<impl Fn(&[u8]) -> Option<(usize, usize)> + use<>> {
    let start = bounds::bound(t, a.opt(2))?;
    let end = bounds::bound(t, a.opt(3))?;
    Ok(move |b: &[u8]| {
        let (start, end) = bounds::range(start, end, b.len());
        (start <= end).then_some((start, end))
    })
}

fn found(t: &mut Thread, a: Args<'_>, f: fn(&[u8], &[u8]) -> Option<usize>, or_minus_one: bool) -> Res {
    let x = needle(t, a.get(1))?;
    let w = window(t, a)?;
    let at = with(t, a.get(0), |b| w(b).and_then(|(from, to)| Some(f(&b[from..to], &x)? + from)));
    match at {
        Some(at) => Ok(t.int_usize(at)),
        None if or_minus_one => Ok(t.int(-1)),
        None => Err(t.value_error("subsection not found")),
    }
}

fn count(t: &mut Thread, a: Args<'_>) -> Res {
    let x = needle(t, a.get(1))?;
    let w = window(t, a)?;
    let n = with(t, a.get(0), |b| w(b).map_or(0, |(from, to)| search::count(&b[from..to], &x, Kind::Bytes)));
    Ok(t.int_usize(n))
}

fn affix(t: &mut Thread, a: Args<'_>, function: &str, f: fn(&[u8], &[u8]) -> bool) -> Res {
    let w = window(t, a)?;
    let x = a.get(1);
    if let Some(choices) = x.cast::<Tuple>() {
        for c in choices.iter() {
            let c = bytelike(t, c)?;
            if with(t, a.get(0), |b| w(b).is_some_and(|(from, to)| f(&b[from..to], &c))) {
                return Ok(Value::TRUE);
            }
        }
        return Ok(Value::FALSE);
    }
    let Some(x) = bytelike_opt(t, x)? else {
        let n = x.ty().name();
        return Err(t.type_error(format!("{function} first arg must be bytes or a tuple of bytes, not {n}")));
    };
    Ok(Value::bool(with(t, a.get(0), |b| w(b).is_some_and(|(from, to)| f(&b[from..to], &x)))))
}

type Strip = for<'a> fn(&'a [u8], &[u8]) -> Option<&'a [u8]>;

fn remove_affix(t: &mut Thread, a: Args<'_>, f: Strip) -> Res {
    let x = bytelike(t, a.get(1))?;
    let r = with(t, a.get(0), |b| f(b, &x).map(<[u8]>::to_vec));
    Ok(match r {
        Some(r) if !x.is_empty() => like(t, a.get(0), &r),
        _ => unchanged(t, a.get(0)),
    })
}

fn strip(t: &mut Thread, a: Args<'_>, side: Side) -> Res {
    let set = match a.opt_none(1) {
        Some(x) => Some(bytelike(t, x)?),
        None => None,
    };
    let r = with(t, a.get(0), |b| {
        let r = match &set {
            None => split::strip(b, side, Kind::Bytes),
            Some(set) => split::strip_set(b, set, side, Kind::Bytes),
        };
        (r.len() < b.len()).then(|| r.to_vec())
    });
    Ok(match r {
        Some(r) => like(t, a.get(0), &r),
        None => unchanged(t, a.get(0)),
    })
}

fn justify(t: &mut Thread, a: Args<'_>, function: &str, place: pad::Place) -> Res {
    let width = bounds::width(t, a.get(1))?;
    let fill = match a.opt(2) {
        None => b' ',
        Some(f) if f.cast::<Bytes>().is_some() || f.cast::<ByteArray>().is_some() => {
            let what = if f.cast::<Bytes>().is_some() { "bytes" } else { "bytearray" };
            let b = with(t, f, <[u8]>::to_vec);
            match b[..] {
                [c] => c,
                _ => {
                    let n = b.len();
                    return Err(t.type_error(format!(
                        "{function}(): argument 2 must be a byte string of length 1, not a {what} object of length {n}"
                    )));
                }
            }
        }
        Some(f) => {
            let n = f.ty().name();
            return Err(
                t.type_error(format!("{function}() argument 2 must be a byte string of length 1, not {n}"))
            );
        }
    };
    let r = with(t, a.get(0), |b| pad::justify(b, width, &[fill], place, Kind::Bytes));
    Ok(match r {
        Some(r) => like(t, a.get(0), &r),
        None => unchanged(t, a.get(0)),
    })
}

fn zfill(t: &mut Thread, a: Args<'_>) -> Res {
    let width = bounds::width(t, a.get(1))?;
    let r = with(t, a.get(0), |b| pad::zfill(b, width, Kind::Bytes));
    Ok(match r {
        Some(r) => like(t, a.get(0), &r),
        None => unchanged(t, a.get(0)),
    })
}

fn expandtabs(t: &mut Thread, a: Args<'_>) -> Res {
    let size = match a.opt(1) {
        Some(n) => usize::try_from(t.arg_i32(n)?).unwrap_or(0),
        None => 8,
    };
    let b = with(t, a.get(0), <[u8]>::to_vec);
    super::str_methods::check_tabs(t, &b, size)?;
    Ok(like(t, a.get(0), &pad::expandtabs(&b, size, Kind::Bytes)))
}

fn replace(t: &mut Thread, a: Args<'_>) -> Res {
    let old = bytelike(t, a.get(1))?;
    let new = bytelike(t, a.get(2))?;
    let max = bounds::count(t, a.opt(3))?;
    let b = match a.get(0).cast::<Bytes>() {
        Some(b) => Cow::Borrowed(b.as_slice()),
        None => Cow::Owned(with(t, a.get(0), <[u8]>::to_vec)),
    };
    bounds::check_replacement(t, &b, &old, &new, max, Kind::Bytes)?;
    Ok(match search::replace(&b, &old, &new, max, Kind::Bytes) {
        Some(r) => like(t, a.get(0), &r),
        None => unchanged(t, a.get(0)),
    })
}

/// Parts of the receiver as values of its kind.
fn parts(t: &mut Thread, v: VRef<'_>, f: impl FnOnce(&[u8]) -> Vec<&[u8]>) -> Vec<Value> {
    if let Some(b) = v.cast::<Bytes>() {
        return f(b.as_slice()).into_iter().map(|p| t.bytes(p)).collect();
    }
    let b = with(t, v, <[u8]>::to_vec);
    f(&b).into_iter().map(|p| t.bytearray(p.to_vec())).collect()
}

type SplitAt = for<'a> fn(&'a [u8], &[u8], Option<usize>) -> Vec<&'a [u8]>;
type SplitSpaces = fn(&[u8], Option<usize>, Kind) -> Vec<&[u8]>;

fn split_method(t: &mut Thread, a: Args<'_>, at: SplitAt, spaces: SplitSpaces) -> Res {
    let max = bounds::count(t, a.opt(2))?;
    let items = match a.opt_none(1) {
        None => parts(t, a.get(0), |b| spaces(b, max, Kind::Bytes)),
        Some(sep) => {
            let sep = separator(t, sep)?;
            parts(t, a.get(0), |b| at(b, &sep, max))
        }
    };
    Ok(List::new(t, items))
}

fn splitlines(t: &mut Thread, a: Args<'_>) -> Res {
    let keep = match a.opt(1) {
        Some(k) => t.truth(k)?,
        None => false,
    };
    let items = parts(t, a.get(0), |b| split::splitlines(b, keep, Kind::Bytes));
    Ok(List::new(t, items))
}

fn separator<'f>(t: &mut Thread, v: VRef<'f>) -> Result<Cow<'f, [u8]>, Raised> {
    let b = bytelike(t, v)?;
    if b.is_empty() { Err(t.value_error("empty separator")) } else { Ok(b) }
}

/// The separator as `partition` gives it back: bytes as they are, for a bytearray a copy.
fn separator_value(t: &Thread, a: Args<'_>, sep: &[u8]) -> Value {
    if a.get(0).cast::<ByteArray>().is_some() { t.bytearray(sep.to_vec()) } else { a.get(1).to_value() }
}

fn partition(t: &mut Thread, a: Args<'_>) -> Res {
    let sep = separator(t, a.get(1))?;
    let mut items = parts(t, a.get(0), |b| split::partition(b, &sep).map_or(Vec::new(), |(x, y)| vec![x, y]));
    if items.is_empty() {
        items = vec![unchanged(t, a.get(0)), like(t, a.get(0), &[]), like(t, a.get(0), &[])];
    } else {
        items.insert(1, separator_value(t, a, &sep))
    }
    Ok(Tuple::new(t, items))
}

fn rpartition(t: &mut Thread, a: Args<'_>) -> Res {
    let sep = separator(t, a.get(1))?;
    let mut items =
        parts(t, a.get(0), |b| split::rpartition(b, &sep).map_or(Vec::new(), |(x, y)| vec![x, y]));
    if items.is_empty() {
        items = vec![like(t, a.get(0), &[]), like(t, a.get(0), &[]), unchanged(t, a.get(0))];
    } else {
        items.insert(1, separator_value(t, a, &sep))
    }
    Ok(Tuple::new(t, items))
}

fn join(t: &mut Thread, a: Args<'_>) -> Res {
    let iterable = a.get(1);
    if iterable.ty().slots().iter.is_none() && iterable.ty().slots().getitem.is_none() {
        return Err(t.type_error("can only join an iterable"));
    }
    let items = t.collect(iterable)?;
    if let [only] = &items[..]
        && only.r().has_shape(fixed::BYTES)
        && a.get(0).cast::<Bytes>().is_some()
    {
        return Ok(only.clone());
    }
    let sep = with(t, a.get(0), <[u8]>::to_vec);
    let mut out = Vec::new();
    for (i, v) in items.iter().enumerate() {
        let Some(b) = bytelike_opt(t, v.r())? else {
            let n = v.r().ty().name();
            return Err(t.type_error(format!("sequence item {i}: expected a bytes-like object, {n} found")));
        };
        let more = if i > 0 { sep.len() } else { 0 } + b.len();
        if out.len() + more > weft_text::LARGEST_WIDTH || out.try_reserve(more).is_err() {
            return Err(super::int::memory_error(t));
        }
        if i > 0 {
            out.extend_from_slice(&sep)
        }
        out.extend_from_slice(&b)
    }
    Ok(like(t, a.get(0), &out))
}

fn decode(t: &mut Thread, a: Args<'_>) -> Res {
    if let Some(e) = a.opt(1) {
        t.arg_str_named(e, "decode", "'encoding'")?;
    }
    if let Some(e) = a.opt(2) {
        t.arg_str_named(e, "decode", "'errors'")?;
    }
    match a.get(0).cast::<Bytes>() {
        Some(b) => crate::codecs::decode(t, b.as_slice(), a.opt(1), a.opt(2)),
        None => {
            let b = with(t, a.get(0), <[u8]>::to_vec);
            crate::codecs::decode(t, &b, a.opt(1), a.opt(2))
        }
    }
}

fn fromhex(t: &mut Thread, a: Args<'_>) -> Res {
    let x = a.get(1);
    let source = match text(x) {
        Some(s) => Cow::Borrowed(s.bytes()),
        None => match bytelike_opt(t, x)? {
            Some(b) => b,
            None => {
                let n = x.ty().name();
                return Err(t.type_error(format!("fromhex() argument must be str or bytes-like, not {n}")));
            }
        },
    };
    let b = bytes::from_hex(&source).map_err(|e| t.value_error(e.message()))?;
    let Some(cls) = as_type(a.get(0)) else { return Ok(Value::NOT_IMPLEMENTED) };
    match cls.shape() {
        fixed::BYTES => Ok(t.bytes(&b)),
        fixed::BYTEARRAY => Ok(t.bytearray(b)),
        _ => {
            let v = t.bytes(&b);
            t.call(a.get(0), &[v.r()])
        }
    }
}

/// `sep` and `bytes_per_sep` of the `hex` methods, from argument 1 on.
pub fn hex_arguments(t: &mut Thread, a: Args<'_>) -> Res<(Option<u8>, isize)> {
    let group = match a.opt(2) {
        Some(n) => t.arg_i32(n)? as isize,
        None => 1,
    };
    let Some(sep) = a.opt(1) else { return Ok((None, 0)) };
    let n = t.len(sep)?;
    if n != 1 {
        return Err(t.value_error(bytes::SEPARATOR_LENGTH));
    }
    let b = match (text(sep), sep.cast::<Bytes>()) {
        (Some(s), _) => s.bytes(),
        (_, Some(b)) => b.as_slice(),
        _ => return Err(t.type_error("sep must be str or bytes.")),
    };
    match b {
        [c] if c.is_ascii() => Ok((Some(*c), group)),
        _ => Err(t.value_error(bytes::SEPARATOR_ASCII)),
    }
}

fn hex(t: &mut Thread, a: Args<'_>) -> Res {
    let (sep, group) = hex_arguments(t, a)?;
    let s = with(t, a.get(0), |b| bytes::hex(b, sep, group));
    Ok(t.str_ascii(&s))
}

fn maketrans(t: &mut Thread, a: Args<'_>) -> Res {
    let from = bytelike(t, a.get(0))?;
    let to = bytelike(t, a.get(1))?;
    match bytes::make_table(&from, &to) {
        Some(table) => Ok(t.bytes(&table)),
        None => Err(t.value_error(bytes::UNEQUAL_LENGTHS)),
    }
}

fn translate(t: &mut Thread, a: Args<'_>) -> Res {
    let table = match a.opt_none(1) {
        Some(x) => Some(bytelike(t, x)?),
        None => None,
    };
    let table: Option<[u8; 256]> = match table {
        Some(b) => match <[u8; 256]>::try_from(&b[..]) {
            Ok(b) => Some(b),
            Err(_) => return Err(t.value_error(bytes::TABLE_LENGTH)),
        },
        None => None,
    };
    let delete = match a.opt(2) {
        Some(x) => bytelike(t, x)?,
        None => Cow::Borrowed(&[][..]),
    };
    let r = with(t, a.get(0), |b| bytes::translate(b, table.as_ref(), &delete));
    Ok(like(t, a.get(0), &r))
}

fn extend(t: &mut Thread, a: Args<'_>) -> Res {
    let x = a.get(1);
    let more = match bytelike_opt(t, x)? {
        Some(b) => b.into_owned(),
        None if text(x).is_some() => {
            return Err(t.type_error("expected iterable of integers; got: 'str'"));
        }
        None if x.ty().slots().iter.is_none() && x.ty().slots().getitem.is_none() => {
            let n = x.ty().name();
            return Err(t.type_error(format!("can't extend bytearray with {n}")));
        }
        None => buffers::bytes_from_items(t, x, "bytearray")?,
    };
    a.this::<ByteArray>().append(t, &more)?;
    Ok(Value::NONE)
}

fn insert(t: &mut Thread, a: Args<'_>) -> Res {
    let i = t.arg_ssize(a.get(1))?;
    let c = byte(t, a.get(2), "byte")?;
    let room = a.this::<ByteArray>().change(t, |v| {
        let n = v.len();
        let i = if i < 0 { i.saturating_add(n as i64).max(0) as usize } else { (i as usize).min(n) };
        let ok = v.try_reserve(1).is_ok();
        if ok {
            v.insert(i, c)
        }
        ok
    })?;
    if room { Ok(Value::NONE) } else { Err(super::int::memory_error(t)) }
}

fn pop(t: &mut Thread, a: Args<'_>) -> Res {
    let i = match a.opt(1) {
        Some(i) => t.arg_ssize(i)?,
        None => -1,
    };
    let this = a.this::<ByteArray>();
    if this.len(t) == 0 {
        return Err(t.index_error("pop from empty bytearray"));
    }
    match this.change(t, |v| bounds::at(i, v.len()).map(|i| v.remove(i)))? {
        Some(c) => Ok(t.int(c as i64)),
        None => Err(t.index_error("pop index out of range")),
    }
}

fn remove(t: &mut Thread, a: Args<'_>) -> Res {
    let c = byte(t, a.get(1), "byte")?;
    let gone = a.this::<ByteArray>().change(t, |v| v.iter().position(|x| *x == c).map(|i| v.remove(i)))?;
    match gone {
        Some(_) => Ok(Value::NONE),
        None => Err(t.value_error("value not found in bytearray")),
    }
}

fn resize(t: &mut Thread, a: Args<'_>) -> Res {
    let n = t.arg_ssize(a.get(1))?;
    let Ok(n) = usize::try_from(n) else {
        return Err(t.value_error(format!("Can only resize to positive sizes, got {n}")));
    };
    if n > weft_text::LARGEST_WIDTH {
        return Err(super::int::memory_error(t));
    }
    a.this::<ByteArray>().change(t, |v| v.resize(n, 0))?;
    Ok(Value::NONE)
}

/// Before protocol 3 bytes are pickled as Latin-1 text.
fn reduce(t: &mut Thread, v: VRef<'_>, protocol: i32) -> Res {
    let b = with(t, v, <[u8]>::to_vec);
    let args = if b.is_empty() {
        super::tuple::empty(t)
    } else if protocol < 3 {
        let mut s = Vec::new();
        weft_text::codecs::single::decode_latin1(&b, 0, &mut s);
        Tuple::new(t, vec![t.str_wtf8(&s), t.str("latin-1")])
    } else {
        Tuple::new(t, vec![t.bytes(&b)])
    };
    // An exact bytearray has no state besides its bytes.
    let state = if v.has_shape(fixed::BYTEARRAY) {
        Value::NONE
    } else {
        t.call_method_named(v, crate::names::__getstate__(), &[])?
    };
    Ok(Tuple::new(t, vec![v.ty().to_value(), args, state]))
}
