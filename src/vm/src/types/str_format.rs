//! `format()`: specifications applied to str, int, float and complex; and `str.format`.

use super::complex::complex;
use super::float::float;
use super::int::{Num, max_str_digits, memory_error, num};
use super::str::{Str, text};
use super::{fixed, int, str_type};
use crate::dict::Dict;
use crate::object::{Args, ValueExt};
use crate::thread::Thread;
use crate::{Raised, Res, names};
use weft_strategy::{VRef, Value};
use weft_text::format_spec::{self, FormatError};
use weft_text::template::{self, FieldName, Key, Step, Template};

/// Raises what the text crate says of a specification.
#[cold]
fn format_error(t: &mut Thread, e: FormatError) -> Raised {
    match e {
        FormatError::Value(s) => t.value_error(s),
        FormatError::Overflow(s) => t.overflow_error(s),
        FormatError::Memory => memory_error(t),
    }
}

fn done(t: &mut Thread, r: Result<Vec<u8>, FormatError>) -> Res {
    match r {
        Ok(b) => Ok(t.str_wtf8(&b)),
        Err(e) => Err(format_error(t, e)),
    }
}

fn apply_str(t: &mut Thread, v: VRef<'_>, s: &Str, spec: &[u8]) -> Res {
    if spec.is_empty() {
        return str_type::same(t, v);
    }
    let r = format_spec::format_str(s.bytes(), spec, &v.ty().name());
    done(t, r)
}

fn apply_int(t: &mut Thread, v: VRef<'_>, n: Num<'_>, spec: &[u8]) -> Res {
    let name = v.ty().name();
    let r = match n {
        Num::Small(i) => format_spec::format_i64(i, spec, &name),
        Num::Big(b) => format_spec::format_int(b, spec, &name, max_str_digits()),
    };
    done(t, r)
}

fn apply_float(t: &mut Thread, v: VRef<'_>, f: f64, spec: &[u8]) -> Res {
    let r = format_spec::format_f64(f, spec, &v.ty().name());
    done(t, r)
}

fn spec_arg<'f>(t: &mut Thread, a: Args<'f>) -> Result<&'f [u8], Raised> {
    match text(a.get(1)) {
        Some(s) => Ok(s.bytes()),
        None => {
            let n = a.get(1).ty().name();
            Err(t.type_error(format!("__format__() argument must be str, not {n}")))
        }
    }
}

/// `str.__format__`
pub fn str_format_method(t: &mut Thread, a: Args<'_>) -> Res {
    let spec = spec_arg(t, a)?;
    match text(a.get(0)) {
        Some(_) if spec.is_empty() => t.to_str(a.get(0)),
        Some(s) => apply_str(t, a.get(0), s, spec),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

/// `int.__format__`
pub fn int_format_method(t: &mut Thread, a: Args<'_>) -> Res {
    let spec = spec_arg(t, a)?;
    match num(a.get(0)) {
        Some(_) if spec.is_empty() => t.to_str(a.get(0)),
        Some(n) => apply_int(t, a.get(0), n, spec),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

/// `float.__format__`
pub fn float_format_method(t: &mut Thread, a: Args<'_>) -> Res {
    let spec = spec_arg(t, a)?;
    match float(a.get(0)) {
        Some(_) if spec.is_empty() => t.to_str(a.get(0)),
        Some(f) => apply_float(t, a.get(0), f, spec),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

/// `complex.__format__`
pub fn complex_format_method(t: &mut Thread, a: Args<'_>) -> Res {
    let spec = spec_arg(t, a)?;
    match complex(a.get(0)) {
        Some(_) if spec.is_empty() => t.to_str(a.get(0)),
        Some(c) => {
            let r = format_spec::format_complex(c.re, c.im, spec, &a.get(0).ty().name());
            done(t, r)
        }
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

/// `format(v, spec)`; without a specification as with an empty one.
pub fn format_value(t: &mut Thread, v: VRef<'_>, spec: Option<VRef<'_>>) -> Res {
    let spec_text = match spec {
        None => &[][..],
        Some(s) => match text(s) {
            Some(s) => s.bytes(),
            None => {
                let n = s.ty().name();
                return Err(t.type_error(format!("format() argument 2 must be str, not {n}")));
            }
        },
    };
    // The exact builtin types need no call.
    if let Some(s) = v.exact::<Str>(fixed::STR) {
        return apply_str(t, v, s, spec_text);
    }
    if int::is_exact(v)
        && let Some(n) = num(v)
    {
        return if spec_text.is_empty() { t.to_str(v) } else { apply_int(t, v, n, spec_text) };
    }
    if super::float::is_exact(v)
        && let Some(f) = float(v)
    {
        return if spec_text.is_empty() { t.to_str(v) } else { apply_float(t, v, f, spec_text) };
    }
    if v.is_none() && spec_text.is_empty() {
        return t.to_str(v);
    }
    let empty = t.str("");
    let spec = spec.unwrap_or(empty.r());
    match t.call_special(v, names::__format__(), &[spec]) {
        None => {
            let n = v.ty().name();
            Err(t.type_error(format!("Type {n} doesn't define __format__")))
        }
        Some(r) => {
            let r = r?;
            if text(r.r()).is_some() {
                return Ok(r);
            }
            let n = r.r().ty().name();
            Err(t.type_error(format!("__format__ must return a str, not {n}")))
        }
    }
}

/// `ascii(v)`
pub fn ascii(t: &mut Thread, v: VRef<'_>) -> Res {
    let r = t.repr(v)?;
    let escaped = text(r.r()).and_then(|s| weft_text::repr::ascii_of_repr(s.bytes()));
    Ok(match escaped {
        Some(b) => t.str_wtf8(&b),
        None => r,
    })
}

/// What the fields of a template refer to.
struct Fields<'f> {
    args: Option<&'f [VRef<'f>]>,
    /// A dict of keyword arguments, or any mapping (`format_map`).
    names: Option<VRef<'f>>,
    numbering: Numbering,
}

/// Fields are numbered by the template or by us, not both.
#[derive(Clone, Copy)]
enum Numbering {
    Unknown,
    Automatic(usize),
    Manual,
}

/// `str.format(*args, **kwargs)`
pub fn format_method(t: &mut Thread, a: Args<'_>) -> Res {
    let mut fields = Fields { args: Some(a.rest()), names: a.kwargs(), numbering: Numbering::Unknown };
    let out = expand(t, a.this::<Str>().bytes(), &mut fields, 2)?;
    Ok(t.str_wtf8(&out))
}

/// `str.format_map(mapping)`
pub fn format_map_method(t: &mut Thread, a: Args<'_>) -> Res {
    let mut fields = Fields { args: None, names: Some(a.get(1)), numbering: Numbering::Unknown };
    let out = expand(t, a.this::<Str>().bytes(), &mut fields, 2)?;
    Ok(t.str_wtf8(&out))
}

fn expand(t: &mut Thread, text_of: &[u8], fields: &mut Fields<'_>, depth: u32) -> Res<Vec<u8>> {
    if depth == 0 {
        return Err(t.value_error(template::TOO_DEEP));
    }
    let mut out = Vec::with_capacity(text_of.len() + 16);
    for piece in Template::new(text_of) {
        let piece = piece.map_err(|e| t.value_error(e))?;
        out.extend_from_slice(piece.literal);
        let Some(field) = piece.field else { continue };
        let mut v = field_value(t, field.name, fields)?;
        if let Some(c) = field.conversion {
            v = match char::from_u32(c) {
                Some('r') => t.repr(v.r())?,
                Some('s') => t.to_str(v.r())?,
                Some('a') => ascii(t, v.r())?,
                _ => return Err(t.value_error(template::unknown_conversion(c))),
            };
        }
        let r = if field.nested {
            let spec = expand(t, field.spec, fields, depth - 1)?;
            let spec = t.str_wtf8(&spec);
            format_value(t, v.r(), Some(spec.r()))?
        } else if field.spec.is_empty() {
            format_value(t, v.r(), None)?
        } else {
            let spec = t.str_wtf8(field.spec);
            format_value(t, v.r(), Some(spec.r()))?
        };
        if let Some(s) = text(r.r()) {
            out.extend_from_slice(s.bytes())
        }
    }
    Ok(out)
}

/// `arg_name ("." attribute_name | "[" element_index "]")*`
fn field_value(t: &mut Thread, name: &[u8], fields: &mut Fields<'_>) -> Res {
    let parsed = FieldName::parse(name).map_err(|e| t.value_error(e))?;
    let mut v = match parsed.first {
        Key::Name(n) if !n.is_empty() => named(t, n, fields)?,
        Key::Name(_) => {
            let i = match fields.numbering {
                Numbering::Manual => return Err(t.value_error(template::TO_AUTOMATIC)),
                Numbering::Automatic(i) => i,
                Numbering::Unknown => 0,
            };
            fields.numbering = Numbering::Automatic(i + 1);
            numbered(t, i, fields)?
        }
        Key::Index(i) => {
            if let Numbering::Automatic(_) = fields.numbering {
                return Err(t.value_error(template::TO_MANUAL));
            }
            fields.numbering = Numbering::Manual;
            numbered(t, i, fields)?
        }
    };
    for step in parsed {
        v = match step.map_err(|e| t.value_error(e))? {
            Step::Attribute(n) => {
                let n = crate::intern::intern_bytes(t, n);
                t.getattr(v.r(), n)?
            }
            Step::Item(Key::Index(i)) => {
                let k = t.int_usize(i);
                t.getitem(v.r(), k.r())?
            }
            Step::Item(Key::Name(n)) => {
                let k = t.str_wtf8(n);
                t.getitem(v.r(), k.r())?
            }
        };
    }
    Ok(v)
}

fn numbered(t: &mut Thread, i: usize, fields: &Fields<'_>) -> Res {
    match fields.args {
        None => Err(t.value_error("Format string contains positional fields")),
        Some(args) => match args.get(i) {
            Some(v) => Ok(v.to_value()),
            None => Err(t.index_error(template::out_of_range(i))),
        },
    }
}

fn named(t: &mut Thread, name: &[u8], fields: &Fields<'_>) -> Res {
    let key = t.str_wtf8(name);
    match fields.names {
        None => Err(t.key_error(key.r())),
        Some(m) => match m.exact::<Dict>(fixed::DICT) {
            Some(d) => match d.get(t, key.r())? {
                Some(v) => Ok(v),
                None => Err(t.key_error(key.r())),
            },
            None => t.getitem(m, key.r()),
        },
    }
}
