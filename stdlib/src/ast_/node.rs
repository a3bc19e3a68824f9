//! `ast.AST`: the base of all node classes. Construction checks and completes fields by the class's table.

use weft_vm::dict::Dict;
use weft_vm::errors::DEPRECATION_WARNING;
use weft_vm::object::{Args, CallArgs, GetSet, NativeType, Slots, TypeSpec, ValueExt, type_flag};
use weft_vm::start::warn::warn;
use weft_vm::types::list::List;
use weft_vm::types::object::{Plain, instance_dict, instance_items, make_instance, set_instance_dict};
use weft_vm::types::str::{Str, text};
use weft_vm::types::tuple::Tuple;
use weft_vm::types::typeobj;
use weft_vm::{Res, Thread, VRef, Value, intern};

/// `ast.AST`
pub static TYPE: NativeType = NativeType::new(&SPEC);
static SPEC: TypeSpec = TypeSpec {
    name: "ast.AST",
    // Attributes are set on it by `ast.py` and by tests.
    flags: type_flag::BASETYPE | type_flag::HAS_DICT | type_flag::WEAKREFS,
    slots: Slots {
        repr: Some(|t, v| {
            let s = repr(t, v, MAX_REPR_DEPTH)?;
            Ok(t.str_wtf8(&s))
        }),
        new: Some(|t, cls, _| Ok(make_instance(t, cls.shape()))),
        init: Some(init),
        ..Slots::EMPTY
    },
    methods: weft_vm::methods! {
        "__reduce__(self, /)" => reduce;
        "__replace__(self, /, **fields)" => replace, "Return a copy of the AST node with new values for the specified fields.";
    },
    getset: &[GetSet {
        name: "__dict__",
        get: |t, v| Ok(dict_of(t, v)),
        set: Some(set_dict),
        doc: "",
    }],
    ..TypeSpec::new::<Plain>()
};

/// Nodes deeper than this are shown as `Name(...)`.
const MAX_REPR_DEPTH: usize = 3;

fn dict_of(t: &Thread, v: VRef<'_>) -> Value {
    v.header().and_then(|h| instance_dict(t, h)).map_or_else(|| Dict::new(t), |d| d.to_value())
}

fn set_dict(t: &mut Thread, v: VRef<'_>, d: Option<VRef<'_>>) -> Res<()> {
    match (v.header(), d.filter(|d| d.cast::<Dict>().is_some())) {
        (Some(h), Some(d)) => {
            set_instance_dict(t, h, d.to_value());
            Ok(())
        }
        _ => Err(t.type_error("__dict__ must be set to a dictionary")),
    }
}

/// `_fields` and the like of a node's class, as texts.
pub fn class_names(t: &mut Thread, v: VRef<'_>, which: &str) -> Res<Vec<Value>> {
    let class = v.ty().to_value();
    let name = intern::intern(t, which);
    match t.getattr_opt(class.r(), name)? {
        Some(names) => t.collect(names.r()),
        None => Ok(Vec::new()),
    }
}

fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}

fn same(a: &Value, b: VRef<'_>) -> bool {
    a.is(b) || text(a.r()).map(Str::bytes) == text(b).map(Str::bytes)
}

fn init(t: &mut Thread, v: VRef<'_>, args: CallArgs<'_>) -> Res<()> {
    let class = v.ty().name();
    let fields = class_names(t, v, "_fields")?;
    let given = args.positional();
    if given.len() > fields.len() {
        let n = fields.len();
        return Err(t.type_error(format!(
            "{class} constructor takes at most {n} positional argument{}",
            plural(n)
        )));
    }
    let mut missing: Vec<Value> = fields.get(given.len()..).unwrap_or_default().to_vec();
    for (name, value) in fields.iter().zip(given) {
        t.setattr(v, name.r(), Some(*value))?
    }
    let attributes = if args.keyword_len() > 0 { class_names(t, v, "_attributes")? } else { Vec::new() };
    for (key, value) in args.keywords() {
        if let Some(i) = missing.iter().position(|f| same(f, key)) {
            missing.remove(i);
        } else if fields.iter().any(|f| same(f, key)) {
            let k = t.repr_text(key)?;
            return Err(t.type_error(format!("{class} got multiple values for argument {k}")));
        } else if !attributes.iter().any(|a| same(a, key)) {
            let k = t.repr_text(key)?;
            let text = format!(
                "{class}.__init__ got an unexpected keyword argument {k}. Support for arbitrary keyword arguments is deprecated and will be removed in Python 3.15."
            );
            warn(t, &DEPRECATION_WARNING, &text)?
        }
        t.setattr(v, key, Some(value))?
    }
    complete(t, v, &class, missing)
}

/// Gives fields without a value their default: an empty list, `Load()`, nothing for optional ones.
fn complete(t: &mut Thread, v: VRef<'_>, class: &str, missing: Vec<Value>) -> Res<()> {
    if missing.is_empty() {
        return Ok(());
    }
    let owner = v.ty().to_value();
    let name = intern::intern(t, "_field_types");
    let Some(types) = t.getattr_opt(owner.r(), name)? else { return Ok(()) };
    for field in missing {
        let f = t.str_text(field.r())?;
        let ty = match types.cast::<Dict>() {
            Some(d) => d.get(t, field.r())?,
            None => None,
        };
        let Some(ty) = ty else {
            let text = format!(
                "Field {} is missing from {class}._field_types. This will become an error in Python 3.15.",
                quoted(&f)
            );
            warn(t, &DEPRECATION_WARNING, &text)?;
            continue;
        };
        match default_of(t, &ty)? {
            Default::Absent => {}
            Default::Value(x) => t.setattr(v, field.r(), Some(x.r()))?,
            Default::Required => {
                let text = format!(
                    "{class}.__init__ missing 1 required positional argument: {}. This will become an error in Python 3.15.",
                    quoted(&f)
                );
                warn(t, &DEPRECATION_WARNING, &text)?
            }
        }
    }
    Ok(())
}

fn quoted(s: &str) -> String {
    format!("'{s}'")
}

enum Default {
    /// The class attribute None serves.
    Absent,
    Value(Value),
    Required,
}

fn default_of(t: &mut Thread, ty: &Value) -> Res<Default> {
    if let Some(class) = typeobj::as_type(ty.r()) {
        if class.name() == "expr_context" {
            return Ok(super::singleton(t, "Load").map_or(Default::Required, Default::Value));
        }
        return Ok(Default::Required);
    }
    Ok(match ty.r().ty().name().as_str() {
        "Union" | "UnionType" => Default::Absent,
        "GenericAlias" => Default::Value(List::new(t, Vec::new())),
        _ => Default::Required,
    })
}

fn reduce(t: &mut Thread, a: Args<'_>) -> Res {
    let v = a.get(0);
    let rest = Dict::new(t);
    if let (Some(d), Some(h)) = (rest.cast::<Dict>(), v.header()) {
        for (k, x) in instance_items(t, h) {
            d.set(t, k.r(), x)?
        }
    }
    // Leading fields are given to the constructor, so that it misses nothing; their values come with the state.
    let mut leading = Vec::new();
    for f in class_names(t, v, "_fields")? {
        let there = match rest.cast::<Dict>() {
            Some(d) => d.get(t, f.r())?.is_some(),
            None => false,
        };
        if !there {
            break;
        }
        leading.push(Value::NONE)
    }
    let args = Tuple::new(t, leading);
    Ok(Tuple::new(t, vec![v.ty().to_value(), args, rest]))
}

fn replace(t: &mut Thread, a: Args<'_>) -> Res {
    let v = a.get(0);
    let class = v.ty().name();
    let mut known = class_names(t, v, "_fields")?;
    known.extend(class_names(t, v, "_attributes")?);
    let all = Dict::new(t);
    let Some(d) = all.cast::<Dict>() else { return Ok(Value::NONE) };
    if let Some(h) = v.header() {
        for (k, x) in instance_items(t, h) {
            d.set(t, k.r(), x)?
        }
    }
    if let Some(changes) = a.kwargs().and_then(|k| k.cast::<Dict>()) {
        for (k, x) in changes.items(t) {
            let there = d.get(t, k.r())?.is_some();
            if !there && !known.iter().any(|f| same(f, k.r())) {
                let k = t.repr_text(k.r())?;
                return Err(t.type_error(format!("{class}.__replace__ got an unexpected keyword argument {k}.")));
            }
            d.set(t, k.r(), x)?
        }
    }
    let items = d.items(t);
    let names = Tuple::new(t, items.iter().map(|(k, _)| k.clone()).collect());
    let values: Vec<VRef<'_>> = items.iter().map(|(_, x)| x.r()).collect();
    let class = v.ty().to_value();
    if values.is_empty() { t.call(class.r(), &[]) } else { t.call_named(class.r(), &values, names.r()) }
}

/// `Name(id='x', ctx=Load())`, at most `depth` levels of it.
fn repr(t: &mut Thread, v: VRef<'_>, depth: usize) -> Res<Vec<u8>> {
    let class = v.ty().name();
    let mut out = class.clone().into_bytes();
    let fields = class_names(t, v, "_fields")?;
    if depth == 0 {
        out.extend_from_slice(b"(...)");
        return Ok(out);
    }
    if fields.is_empty() {
        // A base class has no fields of its own and is shown with its module.
        let full = if typeobj_is_base(t, v) { format!("ast.{class}()") } else { format!("{class}()") };
        return Ok(full.into_bytes());
    }
    out.push(b'(');
    for (i, f) in fields.iter().enumerate() {
        if i > 0 {
            out.extend_from_slice(b", ")
        }
        out.extend_from_slice(text(f.r()).map_or(&b""[..], Str::bytes));
        out.push(b'=');
        let value = t.getattr(v, f.r())?;
        let shown = shown(t, value.r(), depth)?;
        out.extend_from_slice(&shown)
    }
    out.push(b')');
    Ok(out)
}

fn typeobj_is_base(t: &Thread, v: VRef<'_>) -> bool {
    std::ptr::eq(v.ty(), TYPE.get(t))
}

fn shown(t: &mut Thread, v: VRef<'_>, depth: usize) -> Res<Vec<u8>> {
    if TYPE.is_instance(t, v) {
        return t.recurse(|t| repr(t, v, depth - 1));
    }
    let (items, open, close) = if let Some(l) = v.cast::<List>() {
        (l.snapshot(t), b'[', b']')
    } else if let Some(x) = v.cast::<Tuple>() {
        (x.iter().map(|x| x.to_value()).collect(), b'(', b')')
    } else {
        let r = t.repr(v)?;
        return Ok(text(r.r()).map_or(Vec::new(), |s| s.bytes().to_vec()));
    };
    let mut out = vec![open];
    let n = items.len();
    for (i, item) in items.iter().enumerate() {
        // First and last only.
        if n > 2 && i > 0 && i + 1 < n {
            if i == 1 {
                out.extend_from_slice(b", ...")
            }
            continue;
        }
        if i > 0 {
            out.extend_from_slice(b", ")
        }
        let s = if TYPE.is_instance(t, item.r()) {
            t.recurse(|t| repr(t, item.r(), depth - 1))?
        } else {
            let r = t.repr(item.r())?;
            text(r.r()).map_or(Vec::new(), |s| s.bytes().to_vec())
        };
        out.extend_from_slice(&s)
    }
    out.push(close);
    Ok(out)
}
