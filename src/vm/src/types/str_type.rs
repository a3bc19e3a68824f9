//! `str`: its type, constructor and operators. Methods are in `str_methods.rs`, formatting in `str_format.rs`.

use super::bounds::{self, Subscript};
use super::fixed;
use super::str::{Str, text};
use super::typeobj::as_type;
use crate::object::{
    Args, Binding, CallArgs, Cmp, MethodDef, NativeType, Slots, Type, TypeSpec, ValueExt, type_flag,
};
use crate::ops::ordering_is;
use crate::thread::Thread;
use crate::{Res, binary};
use weft_strategy::{VRef, Value};
use weft_text::wtf8;

/// `str`
pub static TYPE: NativeType = NativeType::fixed(&SPEC, fixed::STR);
static SPEC: TypeSpec = TypeSpec {
    name: "str",
    doc: "str(object='') -> str\nstr(bytes_or_buffer[, encoding[, errors]]) -> str\n\nCreate a string from an object: with encoding or errors, decode its buffer;\n\
          otherwise the result of object.__str__(). encoding defaults to 'utf-8',\nerrors to 'strict'.",
    flags: type_flag::BASETYPE | type_flag::IMMUTABLE | type_flag::MATCH_SELF,
    slots: Slots {
        repr: Some(repr),
        str: Some(same),
        hash: Some(|_, v| Ok(text(v).map_or(0, |s| s.hash() as i64))),
        compare: Some(compare),
        iter: Some(super::str_iter::iter),
        new: Some(new),
        len: Some(|_, v| Ok(text(v).map_or(0, Str::len))),
        getitem: Some(getitem),
        contains: Some(contains),
        concat: Some(concat),
        repeat: Some(repeat),
        binary: binary![Mod => super::str_percent::modulo],
        ..Slots::EMPTY
    },
    methods: super::str_methods::METHODS,
    ..TypeSpec::new::<Str>()
};

/// A str of WTF-8 bytes that are a part of `of`: of ASCII text without looking at them.
#[inline]
pub fn part(t: &Thread, of: &Str, b: &[u8]) -> Value {
    if of.is_ascii() && b.len() > 1 {
        return Str::of_parts(t, b.len(), b.len(), std::iter::once(b));
    }
    t.str_wtf8(b)
}

/// `a + b`
pub fn str_concat(t: &Thread, a: &Str, b: &Str) -> Value {
    let (x, y) = (a.bytes(), b.bytes());
    Str::make(t, fixed::STR, a.len() + b.len(), x.len() + y.len(), |to| {
        to[..x.len()].copy_from_slice(x);
        to[x.len()..].copy_from_slice(y);
    })
}

/// All parts, each a str, one after the other: f-strings, `join`. `None` if one is not a str.
pub fn concat_many(t: &Thread, parts: &[VRef<'_>]) -> Option<Value> {
    let (mut chars, mut len) = (0, 0);
    for p in parts {
        let s = text(*p)?;
        chars += s.len();
        len += s.bytes().len();
    }
    if len == 0 {
        return Some(t.str(""));
    }
    Some(Str::make(t, fixed::STR, chars, len, |to| {
        let mut at = 0;
        for s in parts.iter().filter_map(|p| text(*p)) {
            let b = s.bytes();
            to[at..at + b.len()].copy_from_slice(b);
            at += b.len();
        }
    }))
}

fn repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let r = weft_text::repr::repr(text(v).map_or(&[], |s| s.bytes()));
    Ok(t.str_wtf8(&r))
}

/// The exact str of an instance.
pub fn same(t: &mut Thread, v: VRef<'_>) -> Res {
    if v.has_shape(fixed::STR) {
        return Ok(v.to_value());
    }
    Ok(t.str_wtf8(text(v).map_or(&[], |s| s.bytes())))
}

/// WTF-8 bytes are in the order of the code points.
fn compare(_t: &mut Thread, a: VRef<'_>, b: VRef<'_>, op: Cmp) -> Res {
    let (Some(x), Some(y)) = (text(a), text(b)) else { return Ok(Value::NOT_IMPLEMENTED) };
    Ok(Value::bool(match op {
        Cmp::Eq => x.bytes() == y.bytes(),
        Cmp::Ne => x.bytes() != y.bytes(),
        op => ordering_is(x.bytes().cmp(y.bytes()), op),
    }))
}

/// Characters `from` to `to` of a plain str.
pub fn slice(t: &Thread, v: VRef<'_>, s: &Str, from: usize, to: usize) -> Value {
    if from >= to {
        return t.str("");
    }
    if to - from == s.len() {
        return v.to_value();
    }
    part(t, s, s.slice(from, to))
}

fn getitem(t: &mut Thread, v: VRef<'_>, key: VRef<'_>) -> Res {
    let Some(s) = text(v) else { return Ok(Value::NOT_IMPLEMENTED) };
    let sub = bounds::subscript(t, key, |t, key| {
        let n = key.ty().name();
        t.type_error(format!("string indices must be integers, not '{n}'"))
    })?;
    match sub {
        Subscript::Index(i) => match bounds::at(i, s.len()) {
            Some(i) => {
                let from = s.offset(i);
                let b = &s.bytes()[from..];
                Ok(t.str_wtf8(&b[..super::str::char_len(b[0])]))
            }
            None => Err(t.index_error("string index out of range")),
        },
        Subscript::Slice(b) => {
            let span = b.fit(s.len());
            if span.count == s.len() && span.step == 1 {
                return same(t, v);
            }
            if span.count == 0 {
                return Ok(t.str(""));
            }
            if span.step == 1 {
                return Ok(part(t, s, s.slice(span.start, span.stop)));
            }
            if s.is_ascii() {
                let b = s.bytes();
                let picked: Vec<u8> = span.positions().map(|i| b[i]).collect();
                return Ok(part(t, s, &picked));
            }
            let picked = wtf8::slice_by_step(s.bytes(), span.start, span.step as isize, span.count);
            Ok(t.str_wtf8(&picked))
        }
    }
}

fn contains(t: &mut Thread, v: VRef<'_>, item: VRef<'_>) -> Res<bool> {
    let (Some(s), Some(x)) = (text(v), text(item)) else {
        let n = item.ty().name();
        return Err(t.type_error(format!("'in <string>' requires string as left operand, not {n}")));
    };
    Ok(weft_text::search::contains(s.bytes(), x.bytes()))
}

fn concat(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    let (Some(x), Some(y)) = (text(a), text(b)) else {
        let n = b.ty().error_name();
        return Err(t.type_error(format!("can only concatenate str (not \"{n}\") to str")));
    };
    if y.is_empty() && a.has_shape(fixed::STR) {
        return Ok(a.to_value());
    }
    if x.is_empty() && b.has_shape(fixed::STR) {
        return Ok(b.to_value());
    }
    Ok(str_concat(t, x, y))
}

fn repeat(t: &mut Thread, v: VRef<'_>, n: i64) -> Res {
    let Some(s) = text(v) else { return Ok(Value::NOT_IMPLEMENTED) };
    if n == 1 && v.has_shape(fixed::STR) {
        return Ok(v.to_value());
    }
    let total = bounds::repeated_len(t, s.bytes().len(), n)?;
    if total == 0 {
        return Ok(t.str(""));
    }
    let b = s.bytes();
    Ok(Str::make(t, fixed::STR, s.len() * n as usize, total, |to| match b {
        [c] => to.fill(*c),
        b => to.chunks_exact_mut(b.len()).for_each(|c| c.copy_from_slice(b)),
    }))
}

static NEW: MethodDef =
    MethodDef::new("str(cls, object='', encoding='utf-8', errors='strict')", new_bound, "", Binding::Plain);

fn new(t: &mut Thread, cls: &Type, args: CallArgs<'_>) -> Res {
    if args.names.is_none() && cls.shape() == fixed::STR {
        match args.args.len() {
            0 => return Ok(t.str("")),
            1 => return t.to_str(args.args.get(0)),
            _ => {}
        }
    }
    if args.positional_len() > 3 {
        let n = args.positional_len();
        return Err(t.type_error(format!("str expected at most 3 arguments, got {n}")));
    }
    let c = cls.to_value();
    crate::call::bind::call_native(t, &NEW, Some(c.r()), args)
}

fn new_bound(t: &mut Thread, a: Args<'_>) -> Res {
    let v = match (a.opt(1), a.opt(2), a.opt(3)) {
        (None, ..) => t.str(""),
        (Some(x), None, None) => t.to_str(x)?,
        (Some(x), encoding, errors) => {
            if let Some(e) = encoding {
                t.arg_str_named(e, "str", "'encoding'")?;
            }
            if let Some(e) = errors {
                t.arg_str_named(e, "str", "'errors'")?;
            }
            if text(x).is_some() {
                return Err(t.type_error("decoding str is not supported"));
            }
            let Some(b) = super::buffers::bytes_of(t, x)? else {
                let n = x.ty().name();
                return Err(t.type_error(format!("decoding to str: need a bytes-like object, {n} found")));
            };
            // Nothing is nothing in any encoding.
            if b.is_empty() { t.str("") } else { crate::codecs::decode(t, &b, encoding, errors)? }
        }
    };
    match as_type(a.get(0)) {
        Some(c) if c.shape() != fixed::STR => Ok(copy_as(t, c, v.r())),
        _ => Ok(v),
    }
}

/// The str as an instance of a subclass.
fn copy_as(t: &Thread, cls: &Type, v: VRef<'_>) -> Value {
    let Some(s) = text(v) else { return v.to_value() };
    Str::make(t, cls.shape(), s.len(), s.bytes().len(), |to| to.copy_from_slice(s.bytes()))
}

pub use super::str_format::format_value;
