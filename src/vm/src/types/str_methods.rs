//! The methods of `str`: arguments and results around what `weft_text` computes.

use super::bounds;
use super::list::List;
use super::str::{Str, text};
use super::str_type::part;
use super::tuple::Tuple;
use super::{fixed, str_format, str_type};
use crate::dict::Dict;
use crate::object::{Args, MethodDef, ValueExt};
use crate::thread::Thread;
use crate::{Raised, Res, methods};
use weft_strategy::{VRef, Value};
use weft_text::split::Side;
use weft_text::{Kind, case, pad, search, split, wtf8};

/// Methods.
pub static METHODS: &[MethodDef] = methods! {
    "encode(self, /, encoding='utf-8', errors='strict')" => encode, "Encode the string using the codec registered for encoding.";
    "replace(self, old, new, /, count=-1)" => replace, "Return a copy with all occurrences of substring old replaced by new.\n\nAt most count of them if count is given.";
    "split(self, /, sep=None, maxsplit=-1)" => |t, a| split_method(t, a, split::split, split::split_spaces), "Return a list of the substrings in the string, using sep as the separator string.";
    "rsplit(self, /, sep=None, maxsplit=-1)" => |t, a| split_method(t, a, split::rsplit, split::rsplit_spaces), "Return a list of the substrings in the string, splitting from the end.";
    "join(self, iterable, /)" => |t, a| join(t, a.get(0), a.get(1)), "Concatenate any number of strings, with the string between them.\n\nExample: '.'.join(['ab', 'pq', 'rs']) -> 'ab.pq.rs'";
    "capitalize(self, /)" => |t, a| mapped(t, a, case::capitalize), "Return a capitalized version of the string.";
    "casefold(self, /)" => |t, a| mapped(t, a, case::casefold), "Return a version of the string suitable for caseless comparisons.";
    "title(self, /)" => |t, a| mapped(t, a, case::title), "Return a version of the string where each word is titlecased.";
    "center(self, width, fillchar=' ', /)" => |t, a| justify(t, a, pad::Place::Center), "Return a centered string of length width.";
    "count(self, sub, start=None, end=None, /)" => count, "Return the number of non-overlapping occurrences of substring sub in S[start:end].";
    "expandtabs(self, /, tabsize=8)" => expandtabs, "Return a copy where all tab characters are expanded using spaces.";
    "find(self, sub, start=None, end=None, /)" => |t, a| found(t, a, "find", search::find, true), "Return the lowest index in S where substring sub is found within S[start:end], or -1.";
    "partition(self, sep, /)" => partition, "Partition the string into three parts at the first separator: the part before,\nthe separator itself, and the part after.";
    "index(self, sub, start=None, end=None, /)" => |t, a| found(t, a, "index", search::find, false), "As S.find, but raises ValueError when the substring is not found.";
    "ljust(self, width, fillchar=' ', /)" => |t, a| justify(t, a, pad::Place::Left), "Return a left-justified string of length width.";
    "lower(self, /)" => |t, a| mapped(t, a, case::lower), "Return a copy of the string converted to lowercase.";
    "lstrip(self, chars=None, /)" => |t, a| strip(t, a, "lstrip", Side::Left), "Return a copy of the string with leading whitespace (or chars) removed.";
    "rfind(self, sub, start=None, end=None, /)" => |t, a| found(t, a, "rfind", search::rfind, true), "Return the highest index in S where substring sub is found within S[start:end], or -1.";
    "rindex(self, sub, start=None, end=None, /)" => |t, a| found(t, a, "rindex", search::rfind, false), "As S.rfind, but raises ValueError when the substring is not found.";
    "rjust(self, width, fillchar=' ', /)" => |t, a| justify(t, a, pad::Place::Right), "Return a right-justified string of length width.";
    "rstrip(self, chars=None, /)" => |t, a| strip(t, a, "rstrip", Side::Right), "Return a copy of the string with trailing whitespace (or chars) removed.";
    "rpartition(self, sep, /)" => rpartition, "Partition the string into three parts at the last separator.";
    "splitlines(self, /, keepends=False)" => splitlines, "Return a list of the lines in the string, breaking at line boundaries.";
    "strip(self, chars=None, /)" => |t, a| strip(t, a, "strip", Side::Both), "Return a copy of the string with leading and trailing whitespace (or chars) removed.";
    "swapcase(self, /)" => |t, a| mapped(t, a, case::swapcase), "Convert uppercase characters to lowercase and lowercase characters to uppercase.";
    "translate(self, table, /)" => translate, "Replace each character in the string using the given translation table.";
    "upper(self, /)" => |t, a| mapped(t, a, case::upper), "Return a copy of the string converted to uppercase.";
    "startswith(self, prefix, start=None, end=None, /)" => |t, a| affix(t, a, "startswith", |s, x| s.starts_with(x)), "Return True if the string starts with the specified prefix, False otherwise.";
    "endswith(self, suffix, start=None, end=None, /)" => |t, a| affix(t, a, "endswith", |s, x| s.ends_with(x)), "Return True if the string ends with the specified suffix, False otherwise.";
    "removeprefix(self, prefix, /)" => |t, a| remove_affix(t, a, "removeprefix", |s, x| s.strip_prefix(x)), "Return a str with the given prefix string removed if present.";
    "removesuffix(self, suffix, /)" => |t, a| remove_affix(t, a, "removesuffix", |s, x| s.strip_suffix(x)), "Return a str with the given suffix string removed if present.";
    "isascii(self, /)" => |_, a| Ok(Value::bool(this(a).is_ascii())), "Return True if all characters in the string are ASCII, False otherwise.";
    "islower(self, /)" => |_, a| test(a, case::islower), "Return True if the string is a lowercase string, False otherwise.";
    "isupper(self, /)" => |_, a| test(a, case::isupper), "Return True if the string is an uppercase string, False otherwise.";
    "istitle(self, /)" => |_, a| test(a, case::istitle), "Return True if the string is a title-cased string, False otherwise.";
    "isspace(self, /)" => |_, a| test(a, case::isspace), "Return True if the string is a whitespace string, False otherwise.";
    "isdecimal(self, /)" => |_, a| test(a, case::isdecimal), "Return True if the string is a decimal string, False otherwise.";
    "isdigit(self, /)" => |_, a| test(a, case::isdigit), "Return True if the string is a digit string, False otherwise.";
    "isnumeric(self, /)" => |_, a| test(a, case::isnumeric), "Return True if the string is a numeric string, False otherwise.";
    "isalpha(self, /)" => |_, a| test(a, case::isalpha), "Return True if the string is an alphabetic string, False otherwise.";
    "isalnum(self, /)" => |_, a| test(a, case::isalnum), "Return True if the string is an alpha-numeric string, False otherwise.";
    "isidentifier(self, /)" => |_, a| test(a, case::isidentifier), "Return True if the string is a valid Python identifier, False otherwise.";
    "isprintable(self, /)" => |_, a| test(a, case::isprintable), "Return True if all characters in the string are printable, False otherwise.";
    "zfill(self, width, /)" => zfill, "Pad a numeric string with zeros on the left, to fill a field of the given width.";
    "format(self, /, *args, **kwargs)" => str_format::format_method, "Return a formatted version of the string, using substitutions from args and kwargs.\n\nThe substitutions are identified by braces ('{' and '}').";
    "format_map(self, mapping, /)" => str_format::format_map_method, "Return a formatted version of the string, using substitutions from mapping.\n\nThe substitutions are identified by braces ('{' and '}').";
    "__format__(self, format_spec, /)" => str_format::str_format_method, "Return a formatted version of the string as described by format_spec.";
    static "maketrans(x, y=<unrepresentable>, z=<unrepresentable>, /)" => maketrans, "Return a translation table usable for str.translate().";
    "__getnewargs__(self, /)" => |t, a| {
        let s = t.str_wtf8(this(a).bytes());
        Ok(Tuple::new(t, vec![s]))
    };
    "__sizeof__(self, /)" => sizeof, "Return the size of the string in memory, in bytes.";
};

fn this(a: Args<'_>) -> &Str {
    a.this::<Str>()
}

fn test(a: Args<'_>, f: fn(&[u8]) -> bool) -> Res {
    Ok(Value::bool(f(this(a).bytes())))
}

fn mapped(t: &mut Thread, a: Args<'_>, f: fn(&[u8]) -> Vec<u8>) -> Res {
    Ok(t.str_wtf8(&f(this(a).bytes())))
}

/// The receiver where nothing changed: itself if it is exactly a str.
fn unchanged(t: &mut Thread, a: Args<'_>) -> Res {
    str_type::same(t, a.get(0))
}

fn arg<'f>(t: &mut Thread, v: VRef<'f>, function: &str, n: &str) -> Result<&'f Str, Raised> {
    match text(v) {
        Some(s) => Ok(s),
        None if n.is_empty() => {
            let x = v.ty().name();
            Err(t.type_error(format!("{function}() argument must be str, not {x}")))
        }
        None => t.arg_str_named(v, function, n),
    }
}

fn encode(t: &mut Thread, a: Args<'_>) -> Res {
    if let Some(e) = a.opt(1) {
        t.arg_str_named(e, "encode", "'encoding'")?;
    }
    if let Some(e) = a.opt(2) {
        t.arg_str_named(e, "encode", "'errors'")?;
    }
    crate::codecs::encode(t, a.get(0), a.opt(1), a.opt(2))
}

fn replace(t: &mut Thread, a: Args<'_>) -> Res {
    let old = arg(t, a.get(1), "replace", "1")?;
    let new = arg(t, a.get(2), "replace", "2")?;
    let max = bounds::count(t, a.opt(3))?;
    let s = this(a);
    bounds::check_replacement(t, s.bytes(), old.bytes(), new.bytes(), max, Kind::Str)?;
    match search::replace(s.bytes(), old.bytes(), new.bytes(), max, Kind::Str) {
        Some(r) => Ok(t.str_wtf8(&r)),
        None => unchanged(t, a),
    }
}

fn list_of(t: &Thread, s: &Str, parts: Vec<&[u8]>) -> Value {
    let items = parts.into_iter().map(|p| part(t, s, p)).collect();
    List::new(t, items)
}

type SplitAt = for<'a> fn(&'a [u8], &[u8], Option<usize>) -> Vec<&'a [u8]>;
type SplitSpaces = fn(&[u8], Option<usize>, Kind) -> Vec<&[u8]>;

fn split_method(t: &mut Thread, a: Args<'_>, at: SplitAt, spaces: SplitSpaces) -> Res {
    let max = bounds::count(t, a.opt(2))?;
    let s = this(a);
    let parts = match a.opt_none(1) {
        None => spaces(s.bytes(), max, Kind::Str),
        Some(sep) => match text(sep) {
            None => {
                let n = sep.ty().name();
                return Err(t.type_error(format!("must be str or None, not {n}")));
            }
            Some(sep) if sep.is_empty() => return Err(t.value_error("empty separator")),
            Some(sep) => at(s.bytes(), sep.bytes(), max),
        },
    };
    Ok(list_of(t, s, parts))
}

fn splitlines(t: &mut Thread, a: Args<'_>) -> Res {
    let keep = match a.opt(1) {
        Some(k) => t.truth(k)?,
        None => false,
    };
    let s = this(a);
    Ok(list_of(t, s, split::splitlines(s.bytes(), keep, Kind::Str)))
}

/// `sep.join(iterable)`
pub fn join(t: &mut Thread, sep: VRef<'_>, iterable: VRef<'_>) -> Res {
    if iterable.ty().slots().iter.is_none() && iterable.ty().slots().getitem.is_none() {
        return Err(t.type_error("can only join an iterable"));
    }
    let Some(sep) = text(sep) else { return Ok(Value::NOT_IMPLEMENTED) };
    // The items of a list that only this thread can see, and of a tuple, stay where they are: nothing here runs Python
    // before the str is made.
    if let Some(slots) = iterable.exact::<List>(fixed::LIST).and_then(|l| l.own_slots()) {
        // SAFETY: a filled slot and a VRef are both one word.
        let items = unsafe { std::slice::from_raw_parts(slots.as_ptr().cast(), slots.len()) };
        return join_items(t, sep, items);
    }
    let items = t.collect(iterable)?;
    let items: Vec<VRef<'_>> = items.iter().map(|v| v.r()).collect();
    join_items(t, sep, &items)
}

fn join_items(t: &mut Thread, sep: &Str, items: &[VRef<'_>]) -> Res {
    if let [only] = items
        && only.has_shape(fixed::STR)
    {
        return Ok(only.to_value());
    }
    let (mut chars, mut len) = (0usize, 0usize);
    for (i, v) in items.iter().enumerate() {
        let Some(s) = text(*v) else {
            let n = v.ty().name();
            return Err(t.type_error(format!("sequence item {i}: expected str instance, {n} found")));
        };
        chars += s.len();
        len = len.saturating_add(s.bytes().len());
    }
    let gaps = items.len().saturating_sub(1);
    chars += sep.len() * gaps;
    len = len.saturating_add(sep.bytes().len().saturating_mul(gaps));
    if len == 0 {
        return Ok(t.str(""));
    }
    if len > weft_text::LARGEST_WIDTH {
        return Err(super::int::memory_error(t));
    }
    let between = sep.bytes();
    let parts = items
        .iter()
        .enumerate()
        .flat_map(|(i, v)| [if i > 0 { between } else { &[] }, text(*v).map_or(&[][..], |s| s.bytes())]);
    Ok(Str::of_parts(t, chars, len, parts))
}

fn justify(t: &mut Thread, a: Args<'_>, place: pad::Place) -> Res {
    let width = bounds::width(t, a.get(1))?;
    let fill = match a.opt(2) {
        None => &b" "[..],
        Some(f) => match text(f) {
            Some(s) if s.len() == 1 => s.bytes(),
            Some(_) => return Err(t.type_error("The fill character must be exactly one character long")),
            None => {
                let n = f.ty().name();
                return Err(t.type_error(format!("The fill character must be a unicode character, not {n}")));
            }
        },
    };
    match pad::justify(this(a).bytes(), width, fill, place, Kind::Str) {
        Some(r) => Ok(t.str_wtf8(&r)),
        None => unchanged(t, a),
    }
}

fn zfill(t: &mut Thread, a: Args<'_>) -> Res {
    let width = bounds::width(t, a.get(1))?;
    match pad::zfill(this(a).bytes(), width, Kind::Str) {
        Some(r) => Ok(t.str_wtf8(&r)),
        None => unchanged(t, a),
    }
}

fn expandtabs(t: &mut Thread, a: Args<'_>) -> Res {
    let size = match a.opt(1) {
        Some(n) => usize::try_from(t.arg_i32(n)?).unwrap_or(0),
        None => 8,
    };
    let b = this(a).bytes();
    check_tabs(t, b, size)?;
    Ok(t.str_wtf8(&pad::expandtabs(b, size, Kind::Str)))
}

/// Refuses tabs that expand beyond any memory.
pub fn check_tabs(t: &mut Thread, b: &[u8], size: usize) -> Res<()> {
    let tabs = b.iter().filter(|c| **c == b'\t').count();
    if tabs.saturating_mul(size).saturating_add(b.len()) > weft_text::LARGEST_WIDTH {
        return Err(t.overflow_error("new string is too long"));
    }
    Ok(())
}

/// The part of the text that `start` and `end` select; nothing if `start` lies behind it.
fn window<'f>(t: &mut Thread, a: Args<'f>) -> Res<Option<(&'f [u8], usize)>> {
    let s = this(a);
    if a.opt_none(2).is_none() && a.opt_none(3).is_none() {
        return Ok(Some((s.bytes(), 0)));
    }
    let start = bounds::bound(t, a.opt(2))?;
    let end = bounds::bound(t, a.opt(3))?;
    let (start, end) = bounds::range(start, end, s.len());
    if start > end {
        return Ok(None);
    }
    Ok(Some((s.slice(start, end), s.offset(start))))
}

fn found(
    t: &mut Thread,
    a: Args<'_>,
    function: &str,
    f: fn(&[u8], &[u8]) -> Option<usize>,
    or_minus_one: bool,
) -> Res {
    let sub = arg(t, a.get(1), function, "1")?;
    let at = window(t, a)?.and_then(|(w, at)| Some(f(w, sub.bytes())? + at));
    match at {
        Some(at) => Ok(t.int_usize(this(a).char_at_offset(at))),
        None if or_minus_one => Ok(t.int(-1)),
        None => Err(t.value_error("substring not found")),
    }
}

fn count(t: &mut Thread, a: Args<'_>) -> Res {
    let sub = arg(t, a.get(1), "count", "1")?;
    let n = window(t, a)?.map_or(0, |(w, _)| search::count(w, sub.bytes(), Kind::Str));
    Ok(t.int_usize(n))
}

fn affix(t: &mut Thread, a: Args<'_>, function: &str, f: fn(&[u8], &[u8]) -> bool) -> Res {
    let window = window(t, a)?.map(|w| w.0);
    let x = a.get(1);
    if let Some(x) = text(x) {
        return Ok(Value::bool(window.is_some_and(|w| f(w, x.bytes()))));
    }
    let Some(choices) = x.cast::<Tuple>() else {
        let n = x.ty().name();
        return Err(t.type_error(format!("{function} first arg must be str or a tuple of str, not {n}")));
    };
    for c in choices.iter() {
        let Some(x) = text(c) else {
            let n = c.ty().name();
            return Err(t.type_error(format!("tuple for {function} must only contain str, not {n}")));
        };
        if window.is_some_and(|w| f(w, x.bytes())) {
            return Ok(Value::TRUE);
        }
    }
    Ok(Value::FALSE)
}

type Strip = for<'a> fn(&'a [u8], &[u8]) -> Option<&'a [u8]>;

fn remove_affix(t: &mut Thread, a: Args<'_>, function: &str, f: Strip) -> Res {
    let x = arg(t, a.get(1), function, "")?;
    match f(this(a).bytes(), x.bytes()) {
        Some(r) if r.len() < this(a).bytes().len() => Ok(part(t, this(a), r)),
        _ => unchanged(t, a),
    }
}

fn strip(t: &mut Thread, a: Args<'_>, function: &str, side: Side) -> Res {
    let s = this(a);
    let r = match a.opt_none(1) {
        None => split::strip(s.bytes(), side, Kind::Str),
        Some(x) => match text(x) {
            Some(set) => split::strip_set(s.bytes(), set.bytes(), side, Kind::Str),
            None => return Err(t.type_error(format!("{function} arg must be None or str"))),
        },
    };
    if r.len() == s.bytes().len() { unchanged(t, a) } else { Ok(part(t, s, r)) }
}

fn separator<'f>(t: &mut Thread, v: VRef<'f>) -> Result<&'f Str, Raised> {
    match text(v) {
        None => {
            let n = v.ty().name();
            Err(t.type_error(format!("must be str, not {n}")))
        }
        Some(s) if s.is_empty() => Err(t.value_error("empty separator")),
        Some(s) => Ok(s),
    }
}

fn partition(t: &mut Thread, a: Args<'_>) -> Res {
    let sep = separator(t, a.get(1))?;
    let s = this(a);
    let parts = match split::partition(s.bytes(), sep.bytes()) {
        Some((x, y)) => vec![part(t, s, x), a.get(1).to_value(), part(t, s, y)],
        None => vec![unchanged(t, a)?, t.str(""), t.str("")],
    };
    Ok(Tuple::new(t, parts))
}

fn rpartition(t: &mut Thread, a: Args<'_>) -> Res {
    let sep = separator(t, a.get(1))?;
    let s = this(a);
    let parts = match split::rpartition(s.bytes(), sep.bytes()) {
        Some((x, y)) => vec![part(t, s, x), a.get(1).to_value(), part(t, s, y)],
        None => vec![t.str(""), t.str(""), unchanged(t, a)?],
    };
    Ok(Tuple::new(t, parts))
}

/// `str.maketrans(x[, y[, z]])`
fn maketrans(t: &mut Thread, a: Args<'_>) -> Res {
    let made = Dict::new(t);
    let Some(d) = made.cast::<Dict>() else { return Ok(Value::NONE) };
    let x = a.get(0);
    let Some(y) = a.opt(1) else {
        let Some(from) = x.cast::<Dict>() else {
            return Err(t.type_error("if you give only one argument to maketrans it must be a dict"));
        };
        for (k, v) in from.items(t) {
            let key = match text(k.r()) {
                Some(s) if s.len() == 1 => t.int(s.code_point(0) as i64),
                Some(_) => return Err(t.value_error("string keys in translatetable must be of length 1")),
                None if super::int::is_int(k.r()) => k.clone(),
                None => return Err(t.type_error("keys in translate table mustbe strings or integers")),
            };
            d.set(t, key.r(), v)?;
        }
        return Ok(made);
    };
    let Some(from) = text(x) else {
        return Err(t.type_error("first maketrans argument must be a string if there is a second argument"));
    };
    let to = arg(t, y, "maketrans", "2")?;
    let delete = match a.opt(2) {
        Some(z) => Some(arg(t, z, "maketrans", "3")?),
        None => None,
    };
    if from.len() != to.len() {
        return Err(t.value_error("the first two maketrans arguments must have equal length"));
    }
    for (k, v) in wtf8::points(from.bytes()).zip(wtf8::points(to.bytes())) {
        let (k, v) = (t.int(k as i64), t.int(v as i64));
        d.set(t, k.r(), v)?;
    }
    for k in delete.into_iter().flat_map(|s| wtf8::points(s.bytes())) {
        let k = t.int(k as i64);
        d.set(t, k.r(), Value::NONE)?;
    }
    Ok(made)
}

/// What a translation table says of a character.
enum Translated {
    Same,
    Text(Vec<u8>),
}

fn look_up(t: &mut Thread, table: VRef<'_>, c: u32) -> Res<Translated> {
    let key = t.int(c as i64);
    let v = match table.exact::<Dict>(fixed::DICT) {
        Some(d) => match d.get(t, key.r())? {
            Some(v) => v,
            None => return Ok(Translated::Same),
        },
        None => match t.getitem(table, key.r()) {
            Ok(v) => v,
            Err(e) => {
                if t.raised_is(&crate::errors::LOOKUP_ERROR) {
                    t.clear_raised();
                    return Ok(Translated::Same);
                }
                return Err(e);
            }
        },
    };
    if v.is_none() {
        return Ok(Translated::Text(Vec::new()));
    }
    if let Some(s) = text(v.r()) {
        return Ok(Translated::Text(s.bytes().to_vec()));
    }
    if !super::int::is_int(v.r()) {
        return Err(t.type_error("character mapping must return integer, None or str"));
    }
    match super::int::to_i64(v.r()).and_then(|i| u32::try_from(i).ok()).filter(|c| *c <= wtf8::MAX) {
        Some(c) => Ok(Translated::Text(wtf8::from_point(c))),
        None => Err(t.value_error("character mapping must be in range(0x110000)")),
    }
}

fn translate(t: &mut Thread, a: Args<'_>) -> Res {
    let table = a.get(1);
    let s = this(a);
    let mut out = Vec::with_capacity(s.bytes().len());
    // Each ASCII character is looked up once, as CPython does for ASCII text.
    let mut cache: Vec<Option<Translated>> = Vec::new();
    cache.resize_with(128, || None);
    for c in wtf8::points(s.bytes()) {
        let fresh;
        let r = match cache.get_mut(c as usize) {
            Some(entry) => {
                if entry.is_none() {
                    *entry = Some(look_up(t, table, c)?)
                }
                entry.as_ref()
            }
            None => {
                fresh = look_up(t, table, c)?;
                Some(&fresh)
            }
        };
        match r {
            Some(Translated::Text(b)) => out.extend_from_slice(b),
            _ => wtf8::push(&mut out, c),
        }
        if out.len() > weft_text::LARGEST_WIDTH {
            return Err(super::int::memory_error(t));
        }
    }
    Ok(t.str_wtf8(&out))
}

/// What CPython's representation takes: one, two or four bytes a character behind the head.
fn sizeof(t: &mut Thread, a: Args<'_>) -> Res {
    let s = this(a);
    let n = s.len();
    Ok(t.int_usize(match wtf8::max_point(s.bytes()) {
        _ if s.is_ascii() => 41 + n,
        0..0x100 => 57 + n,
        0x100..0x10000 => 58 + 2 * n,
        _ => 60 + 4 * n,
    }))
}
