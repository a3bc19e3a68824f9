//! `defaultdict`: a dict with one more slot, the factory of missing values.
//!
//! Its native part is `dict`'s, so that all of dict's code works on it; the factory is in the instance part, an inline
//! slot as `__slots__` makes them.

use crate::support::{class_getitem, push_str, repr_once};
use weft_vm::dict::Dict;
use weft_vm::object::{Args, CallArgs, GetSet, NativeType, Slots, TypeSpec, ValueExt, shape_of, type_flag};
use weft_vm::types::dict_type;
use weft_vm::types::tuple::Tuple;
use weft_vm::{Res, Thread, VRef, Value, methods};

/// `collections.defaultdict`
pub static TYPE: NativeType = NativeType::new(&SPEC);
static SPEC: TypeSpec = TypeSpec {
    name: "collections.defaultdict",
    doc: "defaultdict(default_factory=None, /, [...]) --> dict with default factory\n\nThe default factory is called without arguments to produce\na new value when a key is not present, in __getitem__ only.\nA defaultdict compares equal to a dict with the same items.\nAll remaining arguments are treated the same as if they were\npassed to the dict constructor, including keyword arguments.",
    base: Some(&dict_type::TYPE),
    flags: type_flag::BASETYPE | type_flag::IMMUTABLE | type_flag::WEAKREFS,
    extra_slots: 1,
    slots: Slots {
        init: Some(init),
        repr: Some(repr),
        binary: weft_vm::binary![Or => or],
        ..Slots::EMPTY
    },
    methods: methods! {
        "__missing__(self, key, /)" => missing, "__missing__(key) # Called by __getitem__ for missing key; pseudo-code:\n  if self.default_factory is None: raise KeyError((key,))\n  self[key] = value = self.default_factory()\n  return value\n";
        "copy(self, /)" => |t, a| copy_of(t, a.get(0)), "D.copy() -> a shallow copy of D.";
        "__copy__(self, /)" => |t, a| copy_of(t, a.get(0)), "D.copy() -> a shallow copy of D.";
        "__reduce__(self, /)" => reduce, "Return state information for pickling.";
        class "__class_getitem__(cls, object, /)" => class_getitem, "See PEP 585";
    },
    getset: &[GetSet {
        name: "default_factory",
        get: |_, v| Ok(factory(v)),
        set: Some(|_, v, x| {
            set_factory(v, x.map_or(Value::NONE, |x| x.to_value()));
            Ok(())
        }),
        doc: "Factory for default value called by __missing__().",
    }],
    ..TypeSpec::new::<Dict>()
};

fn factory(v: VRef<'_>) -> Value {
    v.header().and_then(|h| shape_of(h).slot(h, 0).load()).unwrap_or(Value::NONE)
}

fn set_factory(v: VRef<'_>, f: Value) {
    if let Some(h) = v.header() {
        shape_of(h).slot(h, 0).set(h, f)
    }
}

fn init(t: &mut Thread, v: VRef<'_>, args: CallArgs<'_>) -> Res<()> {
    let mut rest = args;
    let mut new = Value::NONE;
    if let Some(f) = args.positional().first() {
        if !f.is_none() && !t.callable(*f) {
            return Err(t.type_error("first argument must be callable or None"));
        }
        new = f.to_value();
        rest = args.skip_first();
    }
    set_factory(v, new);
    match dict_type::TYPE.get(t).slots().init {
        Some(f) => f(t, v, rest),
        None => Ok(()),
    }
}

fn missing(t: &mut Thread, a: Args<'_>) -> Res {
    let f = factory(a.get(0));
    if f.is_none() {
        return Err(t.key_error(a.get(1)));
    }
    let value = t.call(f.r(), &[])?;
    t.setitem(a.get(0), a.get(1), Some(value.r()))?;
    Ok(value)
}

/// `type(self)(self.default_factory, self)`
fn copy_of(t: &mut Thread, v: VRef<'_>) -> Res {
    let f = factory(v);
    let cls = v.ty().to_value();
    t.call(cls.r(), &[f.r(), v])
}

fn reduce(t: &mut Thread, a: Args<'_>) -> Res {
    let v = a.get(0);
    let f = factory(v);
    let args = Tuple::new(t, if f.is_none() { vec![] } else { vec![f] });
    let items = t.call_method(v, "items", &[])?;
    let it = t.iter(items.r())?;
    Ok(Tuple::new(t, vec![v.ty().to_value(), args, Value::NONE, Value::NONE, it]))
}

fn repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let Some(base) = dict_type::TYPE.get(t).slots().repr else { return Ok(t.str("?")) };
    let items = base(t, v)?;
    let mut out = format!("{}(", v.ty().name()).into_bytes();
    let f = factory(v);
    let text = if f.is_none() { t.str("None") } else { repr_once(t, v, "...", |t| t.repr(f.r()))? };
    push_str(&mut out, text.r());
    out.extend_from_slice(b", ");
    push_str(&mut out, items.r());
    out.push(b')');
    Ok(t.str_wtf8(&out))
}

fn or(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    let ours = if TYPE.is_instance(t, a) { a } else { b };
    if a.cast::<Dict>().is_none() || b.cast::<Dict>().is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let f = factory(ours);
    let cls = ours.ty().to_value();
    let new = t.call(cls.r(), &[f.r(), a])?;
    let update = t.attr(new.r(), "update")?;
    t.call(update.r(), &[b])?;
    Ok(new)
}
