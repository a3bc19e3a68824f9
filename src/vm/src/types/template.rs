//! `string.templatelib`: Template and Interpolation, what t-strings make (PEP 750).

use super::str::text;
use super::str_type::str_concat;
use super::tuple::{Tuple, tuple};
use crate::object::{
    Args, Binding, CallArgs, GetSet, MethodDef, NativeType, Slots, Type, TypeSpec, ValueExt, type_flag,
};
use crate::thread::Thread;
use crate::{Res, methods, names};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use weft_strategy::{Header, Slot, VRef, Value};

/// A Template: one more string than interpolations.
#[repr(C)]
pub struct Template {
    pub(crate) h: Header,
    strings: Slot,
    interpolations: Slot,
}
crate::object!(Template, "string.templatelib.Template", true, [strings, interpolations]);

/// An Interpolation.
#[repr(C)]
pub struct Interpolation {
    pub(crate) h: Header,
    value: Slot,
    expression: Slot,
    conversion: Slot,
    format_spec: Slot,
}
crate::object!(
    Interpolation,
    "string.templatelib.Interpolation",
    true,
    [value, expression, conversion, format_spec]
);

/// `string.templatelib.Template`
pub static TEMPLATE: NativeType = NativeType::new(&TEMPLATE_SPEC);
static TEMPLATE_SPEC: TypeSpec = TypeSpec {
    name: "string.templatelib.Template",
    doc: "Template object",
    flags: type_flag::IMMUTABLE,
    slots: Slots {
        repr: Some(template_repr),
        new: Some(template_new),
        iter: Some(iter),
        concat: Some(concat),
        ..Slots::EMPTY
    },
    methods: methods! {
        class "__class_getitem__(type, object, /)" => |t, a| super::heaptype::generic_alias(t, a.get(0), a.get(1)), "See PEP 585";
        "__reduce__(self, /)" => template_reduce;
    },
    getset: &[
        GetSet {
            name: "strings",
            get: |_, v| Ok(field(v, |x: &Template| &x.strings)),
            set: Some(|t, v, _| Err(t.attribute_error_text(v, "strings", "readonly attribute".into()))),
            doc: "Strings",
        },
        GetSet {
            name: "interpolations",
            get: |_, v| Ok(field(v, |x: &Template| &x.interpolations)),
            set: Some(|t, v, _| {
                Err(t.attribute_error_text(v, "interpolations", "readonly attribute".into()))
            }),
            doc: "Interpolations",
        },
        GetSet { name: "values", get: values, set: None, doc: "Values of interpolations" },
    ],
    ..TypeSpec::new::<Template>()
};

/// `string.templatelib.Interpolation`
pub static INTERPOLATION: NativeType = NativeType::new(&INTERPOLATION_SPEC);
static INTERPOLATION_SPEC: TypeSpec = TypeSpec {
    name: "string.templatelib.Interpolation",
    doc: "Interpolation object",
    flags: type_flag::IMMUTABLE,
    slots: Slots { repr: Some(interpolation_repr), new: Some(interpolation_new), ..Slots::EMPTY },
    methods: methods! {
        class "__class_getitem__(type, object, /)" => |t, a| super::heaptype::generic_alias(t, a.get(0), a.get(1)), "See PEP 585";
        "__reduce__(self, /)" => |t, a| {
            let parts = parts(a.get(0));
            Ok(Tuple::new(t, vec![a.get(0).ty().to_value(), Tuple::new(t, parts)]))
        }, "Return state information for pickling.";
    },
    getset: &[
        GetSet {
            name: "value",
            get: |_, v| Ok(field(v, |x: &Interpolation| &x.value)),
            set: Some(|t, v, _| Err(t.attribute_error_text(v, "value", "readonly attribute".into()))),
            doc: "Value",
        },
        GetSet {
            name: "expression",
            get: |_, v| Ok(field(v, |x: &Interpolation| &x.expression)),
            set: Some(|t, v, _| Err(t.attribute_error_text(v, "expression", "readonly attribute".into()))),
            doc: "Expression",
        },
        GetSet {
            name: "conversion",
            get: |_, v| Ok(field(v, |x: &Interpolation| &x.conversion)),
            set: Some(|t, v, _| Err(t.attribute_error_text(v, "conversion", "readonly attribute".into()))),
            doc: "Conversion",
        },
        GetSet {
            name: "format_spec",
            get: |_, v| Ok(field(v, |x: &Interpolation| &x.format_spec)),
            set: Some(|t, v, _| Err(t.attribute_error_text(v, "format_spec", "readonly attribute".into()))),
            doc: "Format specifier",
        },
    ],
    setup: Some(|t, _, d| {
        let names = ["value", "expression", "conversion", "format_spec"]
            .map(|n| crate::intern::intern(t, n).to_value())
            .to_vec();
        d.set_str(t, names::__match_args__(), Tuple::new(t, names))
    }),
    ..TypeSpec::new::<Interpolation>()
};

fn field<T: crate::object::Object>(v: VRef<'_>, f: fn(&T) -> &Slot) -> Value {
    v.cast::<T>().and_then(|x| f(x).load()).unwrap_or(Value::NONE)
}

/// An Interpolation.
pub fn new_interpolation(t: &Thread, value: Value, text_of: Value, conversion: Value, spec: Value) -> Value {
    let spec = if text(spec.r()).is_some() { spec } else { t.str("") };
    let shape = INTERPOLATION.shape(t);
    t.make(
        shape,
        Interpolation {
            h: Header::new(0, 0),
            value: Slot::new(value),
            expression: Slot::new(text_of),
            conversion: Slot::new(conversion),
            format_spec: Slot::new(spec),
        },
    )
}

/// A Template of a tuple of strings and a tuple of interpolations, one fewer.
pub fn new_template(t: &Thread, strings: Value, interpolations: Value) -> Value {
    let shape = TEMPLATE.shape(t);
    t.make(
        shape,
        Template {
            h: Header::new(0, 0),
            strings: Slot::new(strings),
            interpolations: Slot::new(interpolations),
        },
    )
}

static NEW: MethodDef = MethodDef::new(
    "Interpolation(cls, value, expression='', conversion=None, format_spec='')",
    new_bound,
    "",
    Binding::Plain,
);

fn interpolation_new(t: &mut Thread, cls: &Type, args: CallArgs<'_>) -> Res {
    let c = cls.to_value();
    crate::call::bind::call_native(t, &NEW, Some(c.r()), args)
}

fn new_bound(t: &mut Thread, a: Args<'_>) -> Res {
    let expression = match a.opt(2) {
        Some(e) => {
            t.arg_str_named(e, "Interpolation", "'expression'")?;
            e.to_value()
        }
        None => t.str(""),
    };
    let conversion = match a.opt_none(3) {
        Some(c) => match t.arg_str_named(c, "Interpolation", "'conversion'")?.bytes() {
            b"s" | b"a" | b"r" => c.to_value(),
            _ => {
                return Err(
                    t.value_error("Interpolation() argument 'conversion' must be one of 's', 'a' or 'r'")
                );
            }
        },
        None => Value::NONE,
    };
    let spec = match a.opt(4) {
        Some(s) => {
            t.arg_str_named(s, "Interpolation", "'format_spec'")?;
            s.to_value()
        }
        None => t.str(""),
    };
    Ok(new_interpolation(t, a.get(1).to_value(), expression, conversion, spec))
}

fn parts(v: VRef<'_>) -> Vec<Value> {
    vec![
        field(v, |x: &Interpolation| &x.value),
        field(v, |x: &Interpolation| &x.expression),
        field(v, |x: &Interpolation| &x.conversion),
        field(v, |x: &Interpolation| &x.format_spec),
    ]
}

fn interpolation_repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let mut out = b"Interpolation(".to_vec();
    for (i, p) in parts(v).into_iter().enumerate() {
        if i > 0 {
            out.extend(b", ")
        }
        let r = t.repr(p.r())?;
        out.extend_from_slice(text(r.r()).map_or(&[], |s| s.bytes()))
    }
    out.push(b')');
    Ok(t.str_wtf8(&out))
}

/// `Template(*args)`: neighbouring strings are joined, missing ones are empty.
fn template_new(t: &mut Thread, _cls: &Type, args: CallArgs<'_>) -> Res {
    if args.keyword_len() > 0 {
        return Err(t.type_error("Template.__new__ only accepts *args arguments"));
    }
    let (mut strings, mut interpolations) = (vec![t.str("")], Vec::new());
    for x in args.positional() {
        if let Some(s) = text(*x) {
            let joined = match strings.last().and_then(|l| text(l.r())) {
                Some(l) if !l.is_empty() => str_concat(t, l, s),
                _ => x.to_value(),
            };
            strings.pop();
            strings.push(joined)
        } else if x.cast::<Interpolation>().is_some() {
            interpolations.push(x.to_value());
            strings.push(t.str(""))
        } else {
            let n = x.ty().name();
            return Err(t.type_error(format!(
                "Template.__new__ *args need to be of type 'str' or 'Interpolation', got {n}"
            )));
        }
    }
    Ok(new_template(t, Tuple::new(t, strings), Tuple::new(t, interpolations)))
}

fn template_repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let (s, i) = both(v);
    let (s, i) = (t.repr(s.r())?, t.repr(i.r())?);
    let (s, i) = (text(s.r()).map_or(&[][..], |s| s.bytes()), text(i.r()).map_or(&[][..], |s| s.bytes()));
    Ok(t.str_wtf8(&[b"Template(strings=", s, b", interpolations=", i, b")"].concat()))
}

fn both(v: VRef<'_>) -> (Value, Value) {
    (field(v, |x: &Template| &x.strings), field(v, |x: &Template| &x.interpolations))
}

fn items(v: &Value) -> Vec<Value> {
    tuple(v.r()).map_or_else(Vec::new, |t| t.iter().map(|x| x.to_value()).collect())
}

fn values(t: &mut Thread, v: VRef<'_>) -> Res {
    let i = field(v, |x: &Template| &x.interpolations);
    let found = items(&i).iter().map(|x| field(x.r(), |x: &Interpolation| &x.value)).collect();
    Ok(Tuple::new(t, found))
}

/// `Template + Template`: the strings that meet are joined.
fn concat(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    if b.cast::<Template>().is_none() {
        let n = b.ty().name();
        return Err(t.type_error(format!(
            "can only concatenate string.templatelib.Template (not \"{n}\") to string.templatelib.Template"
        )));
    }
    let ((s, i), (p, q)) = (both(a), both(b));
    let (mut strings, more) = (items(&s), items(&p));
    let mut more = more.into_iter();
    if let (Some(l), Some(f)) = (strings.pop(), more.next()) {
        let joined = match (text(l.r()), text(f.r())) {
            (Some(l), Some(f)) => str_concat(t, l, f),
            _ => l,
        };
        strings.push(joined)
    }
    strings.extend(more);
    let mut interpolations = items(&i);
    interpolations.extend(items(&q));
    Ok(new_template(t, Tuple::new(t, strings), Tuple::new(t, interpolations)))
}

/// `(string.templatelib._template_unpickle, (strings, interpolations))`
fn template_reduce(t: &mut Thread, a: Args<'_>) -> Res {
    let module = crate::interp::hooks::import_module(t, "string.templatelib")?;
    let f = t.attr(module.r(), "_template_unpickle")?;
    let (s, i) = both(a.get(0));
    Ok(Tuple::new(t, vec![f, Tuple::new(t, vec![s, i])]))
}

/// Iterator of templates: strings that are not empty and interpolations, in order.
#[repr(C)]
pub struct TemplateIter {
    pub(crate) h: Header,
    template: Slot,
    /// Even: string, odd: interpolation.
    index: AtomicUsize,
}
crate::object!(TemplateIter, "string.templatelib.TemplateIter", true, [template]);

/// `string.templatelib.TemplateIter`
pub static ITERATOR: NativeType = NativeType::new(&ITERATOR_SPEC);
static ITERATOR_SPEC: TypeSpec = TypeSpec {
    name: "string.templatelib.TemplateIter",
    doc: "Template iterator object",
    flags: type_flag::IMMUTABLE | type_flag::NO_NEW,
    slots: Slots { iter: Some(|_, v| Ok(v.to_value())), next: Some(next), ..Slots::EMPTY },
    ..TypeSpec::new::<TemplateIter>()
};

fn iter(t: &mut Thread, v: VRef<'_>) -> Res {
    let shape = ITERATOR.shape(t);
    Ok(t.make(
        shape,
        TemplateIter { h: Header::new(0, 0), template: Slot::new(v.to_value()), index: AtomicUsize::new(0) },
    ))
}

fn next(_t: &mut Thread, v: VRef<'_>) -> Res<Option<Value>> {
    let Some(it) = v.cast::<TemplateIter>() else { return Ok(None) };
    let Some(template) = it.template.load() else { return Ok(None) };
    let (strings, interpolations) = both(template.r());
    loop {
        let i = it.index.fetch_add(1, Relaxed);
        let from = if i % 2 == 0 { &strings } else { &interpolations };
        let Some(x) = tuple(from.r()).filter(|t| i / 2 < t.len()).map(|t| t.get(i / 2).to_value()) else {
            return Ok(None);
        };
        if text(x.r()).is_none_or(|s| !s.is_empty()) || i % 2 == 1 {
            return Ok(Some(x));
        }
    }
}
