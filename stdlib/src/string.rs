//! `_string`: the parser of `str.format` templates, for `string.Formatter`.

use crate::support::{itself, native, pair};
use std::sync::atomic::{AtomicUsize, Ordering::*};
use weft_strategy::Header;
use weft_text::template::{FieldName, Key, Step, Template};
use weft_vm::object::{Args, ModuleSpec, NativeType, Slots, TypeSpec, type_flag};
use weft_vm::types::str::Str;
use weft_vm::types::tuple::Tuple;
use weft_vm::{Raised, Res, Slot, Thread, VRef, Value, methods, object};

/// The module.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "_string",
    doc: "string helper module",
    functions: methods! {
        "formatter_parser(string, /)" => parser, "Parse the argument as a format string.";
        "formatter_field_name_split(string, /)" => field_name_split, "Split the argument as a field name.";
    },
    init: None,
};

/// What was parsed, then maybe an error, given out one by one.
#[repr(C)]
struct Parts {
    h: Header,
    /// A tuple.
    items: Slot,
    /// Text of a ValueError, or empty.
    error: Slot,
    index: AtomicUsize,
}
object!(Parts, "formatteriterator", true, [items, error]);

static FORMATTER_ITERATOR: NativeType = NativeType::new(&FORMATTER_SPEC);
static FORMATTER_SPEC: TypeSpec = TypeSpec {
    name: "formatteriterator",
    flags: type_flag::IMMUTABLE | type_flag::NO_NEW,
    slots: Slots { iter: Some(itself), next: Some(next), ..Slots::EMPTY },
    ..TypeSpec::new::<Parts>()
};

static FIELD_ITERATOR: NativeType = NativeType::new(&FIELD_SPEC);
static FIELD_SPEC: TypeSpec = TypeSpec {
    name: "fieldnameiterator",
    flags: type_flag::IMMUTABLE | type_flag::NO_NEW,
    slots: Slots { iter: Some(itself), next: Some(next), ..Slots::EMPTY },
    ..TypeSpec::new::<Parts>()
};

fn parts(t: &Thread, ty: &'static NativeType, items: Vec<Value>, error: Option<String>) -> Value {
    let items = Slot::new(Tuple::new(t, items));
    let error = Slot::from_option(error.map(|e| t.str(&e)));
    t.make(ty.shape(t), Parts { h: Header::new(0, 0), items, error, index: AtomicUsize::new(0) })
}

fn next(t: &mut Thread, v: VRef<'_>) -> Res<Option<Value>> {
    let p: &Parts = native(v);
    let Some(items) = p.items.load() else { return Ok(None) };
    let items: &Tuple = native(items.r());
    let i = p.index.fetch_add(1, AcqRel);
    if i < items.len() {
        return Ok(Some(items.get(i).to_value()));
    }
    p.index.store(items.len(), Release);
    match p.error.take(&p.h) {
        None => Ok(None),
        Some(e) => Err(t.raise_with(&weft_vm::errors::VALUE_ERROR, vec![e])),
    }
}

fn argument<'f>(t: &mut Thread, a: Args<'f>) -> Result<&'f Str, Raised> {
    t.arg_str(a.get(0))
}

fn parser(t: &mut Thread, a: Args<'_>) -> Res {
    let s = argument(t, a)?;
    let mut items = Vec::new();
    let mut error = None;
    for piece in Template::new(s.bytes()) {
        let piece = match piece {
            Ok(p) => p,
            Err(e) => {
                error = Some(e.to_string());
                break;
            }
        };
        let literal = t.str_wtf8(piece.literal);
        let (name, spec, conversion) = match piece.field {
            None => (Value::NONE, Value::NONE, Value::NONE),
            Some(f) => {
                (t.str_wtf8(f.name), t.str_wtf8(f.spec), f.conversion.map_or(Value::NONE, |c| t.str_char(c)))
            }
        };
        items.push(Tuple::new(t, vec![literal, name, spec, conversion]))
    }
    Ok(parts(t, &FORMATTER_ITERATOR, items, error))
}

fn key(t: &Thread, k: Key<'_>) -> Value {
    match k {
        Key::Index(i) => t.int_usize(i),
        Key::Name(n) => t.str_wtf8(n),
    }
}

fn field_name_split(t: &mut Thread, a: Args<'_>) -> Res {
    let s = argument(t, a)?;
    let name = match FieldName::parse(s.bytes()) {
        Ok(n) => n,
        Err(e) => return Err(t.value_error(e)),
    };
    let first = key(t, name.first.clone());
    let mut items = Vec::new();
    let mut error = None;
    for step in name {
        match step {
            Ok(Step::Attribute(n)) => items.push(pair(t, Value::TRUE, t.str_wtf8(n))),
            Ok(Step::Item(k)) => items.push(pair(t, Value::FALSE, key(t, k))),
            Err(e) => error = Some(e.to_string()),
        }
    }
    let rest = parts(t, &FIELD_ITERATOR, items, error);
    Ok(pair(t, first, rest))
}
