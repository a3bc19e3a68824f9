//! Methods of `object`: `__class__`, the default `__dir__`, `__format__` and what pickling and copying ask for.

use super::attrs::{as_dict, getsetter};
use super::object::{self, Plain};
use super::typeobj::{Type, as_type};
use super::{descriptor::MemberDescr, descriptor::MethodDescr, fixed, list::List, str::text, tuple::Tuple};
use crate::dict::Dict;
use crate::interp::hooks;
use crate::object::{Args, GetSet, MethodDef, Object, ValueExt, shape_of, type_flag};
use crate::thread::Thread;
use crate::{Raised, Res, names};
use weft_strategy::{VRef, Value};

/// Methods.
pub static METHODS: &[MethodDef] = crate::methods! {
    "__reduce_ex__(self, protocol, /)" => reduce_ex, "Helper for pickle.";
    "__reduce__(self, /)" => |t, a| common_reduce(t, a.get(0), 0), "Helper for pickle.";
    "__getstate__(self, /)" => |t, a| default_getstate(t, a.get(0), false), "Helper for pickle.";
    class "__subclasshook__(cls, object, /)" => |_, _| Ok(Value::NOT_IMPLEMENTED),
        "Abstract classes can override this to customize issubclass().\n\nIt is called early by abc.ABCMeta.__subclasscheck__() and should answer\nTrue, False or NotImplemented; with NotImplemented the usual algorithm\ndecides.\n";
    class "__init_subclass__(cls, /, *args, **kwargs)" => init_subclass,
        "Called when a class is subclassed.\n\nThe default does nothing; subclasses may override it.\n";
    "__format__(self, format_spec, /)" => format,
        "Default object formatter.\n\nReturn str(self) if format_spec is empty. Raise TypeError otherwise.";
    "__sizeof__(self, /)" => size_of, "Size of object in memory, in bytes.";
    "__dir__(self, /)" => |t, a| dir(t, a.get(0)), "Default dir() implementation.";
};

/// Computed attributes.
pub static GETSET: &[GetSet] =
    &[getsetter!("__class__", |_, v| Ok(v.ty().to_value()), set_class, "the object's class")];

/// `__dict__` of instances.
pub static DICT: GetSet = getsetter!("__dict__", get_dict, set_dict, "dictionary for instance variables");

/// `__weakref__` of instances.
pub static WEAKREF: GetSet = GetSet {
    name: "__weakref__",
    get: |_, v| {
        let refs = v.header().map(super::weakref::all).unwrap_or_default();
        Ok(refs.into_iter().next().unwrap_or(Value::NONE))
    },
    set: None,
    doc: "list of weak references to the object",
};

// ---- __dict__, __class__ -----------------------------------------------------------------------------------

pub(crate) fn get_dict(t: &mut Thread, v: VRef<'_>) -> Res {
    if let Some(d) = v.header().and_then(|h| object::instance_dict(t, h)) {
        return Ok(d.to_value());
    }
    Err(object::no_attribute(t, v, names::__dict__()))
}

pub(crate) fn set_dict(t: &mut Thread, v: VRef<'_>, d: Option<VRef<'_>>) -> Res<()> {
    let Some(d) = d else {
        // The instance begins anew, with an empty namespace.
        if v.header().is_some_and(|h| object::set_instance_dict(t, h, Dict::new(t))) {
            return Ok(());
        }
        return Err(object::no_attribute(t, v, names::__dict__()));
    };
    if as_dict(d).is_none() {
        let n = d.ty().name();
        return Err(t.type_error(format!("__dict__ must be set to a dictionary, not a '{n}'")));
    }
    if v.header().is_some_and(|h| object::set_instance_dict(t, h, d.to_value())) {
        return Ok(());
    }
    Err(object::no_attribute(t, v, names::__dict__()))
}

/// `__slots__` members by inline slot, for the layout check.
fn slot_members(t: &Thread, ty: &Type) -> Vec<(usize, String)> {
    let mut out: Vec<(usize, String)> = Vec::new();
    if ty.nslots == 0 {
        return out;
    }
    for c in ty.mro().iter().filter_map(as_type) {
        for (_, v) in c.dict().items(t) {
            if let Some(m) = v.cast::<MemberDescr>().filter(|m| m.field.is_none()) {
                out.push((m.index, super::attrs::slot_text(&m.name)))
            }
        }
    }
    out.sort();
    out
}

/// May an instance of `old` become one of `new`? Both parts of the object must mean the same.
pub fn same_layout(t: &Thread, old: &Type, new: &Type) -> bool {
    let f = type_flag::HAS_DICT | type_flag::WEAKREFS;
    std::ptr::eq(old.native_layout(), new.native_layout())
        && old.has_inst == new.has_inst
        && old.nslots == new.nslots
        && old.flags() & f == new.flags() & f
        && slot_members(t, old) == slot_members(t, new)
}

fn set_class(t: &mut Thread, v: VRef<'_>, class: Option<VRef<'_>>) -> Res<()> {
    let Some(class) = class else { return Err(t.type_error("can't delete __class__ attribute")) };
    let Some(new) = as_type(class) else {
        let n = class.ty().name();
        return Err(t.type_error(format!("__class__ must be set to a class, not '{n}' object")));
    };
    let old = v.ty();
    let module = super::module::TYPE.get(t);
    let both_modules = old.is_subtype(module) && new.is_subtype(module);
    if !both_modules && (old.has(type_flag::IMMUTABLE) || new.has(type_flag::IMMUTABLE)) {
        return Err(
            t.type_error("__class__ assignment only supported for mutable types or ModuleType subclasses")
        );
    }
    let differs = |t: &mut Thread| {
        let (n, o) = (new.name(), old.name());
        t.type_error(format!("__class__ assignment: '{n}' object layout differs from '{o}'"))
    };
    let Some(h) = v.header() else { return Err(differs(t)) };
    let layouts_agree = if both_modules {
        old.has_inst == new.has_inst && old.nslots == 0 && new.nslots == 0
    } else {
        same_layout(t, old, new)
    };
    if !layouts_agree {
        return Err(differs(t));
    }
    let changed = || {
        let _g = weft_strategy::lock::lock(t, h);
        shape_of(h).with_type(new).inspect(|s| h.set_shape(s.id)).is_some()
    };
    if changed() {
        return Ok(());
    }
    // Too many shapes: in dict mode there is always one.
    let _ = object::instance_dict(t, h);
    let _g = weft_strategy::lock::lock(t, h);
    if let Some(s) = shape_of(h).with_type(new) {
        h.set_shape(s.id)
    }
    Ok(())
}

// ---- small methods -----------------------------------------------------------------------------------------

fn init_subclass(t: &mut Thread, a: Args<'_>) -> Res {
    let n = as_type(a.get(0)).map(|c| c.name()).unwrap_or_default();
    if a.kwargs().is_some() {
        return Err(t.type_error(format!("{n}.__init_subclass__() takes no keyword arguments")));
    }
    if !a.rest().is_empty() {
        let given = a.rest().len();
        return Err(t.type_error(format!("{n}.__init_subclass__() takes no arguments ({given} given)")));
    }
    Ok(Value::NONE)
}

fn format(t: &mut Thread, a: Args<'_>) -> Res {
    let (v, spec) = (a.get(0), a.get(1));
    let Some(s) = text(spec) else {
        let n = spec.ty().name();
        return Err(t.type_error(format!("__format__() argument must be str, not {n}")));
    };
    if !s.is_empty() {
        let n = v.ty().name();
        return Err(t.type_error(format!("unsupported format string passed to {n}.__format__")));
    }
    t.to_str(v)
}

fn size_of(t: &mut Thread, a: Args<'_>) -> Res {
    let n = a.get(0).header().map_or(24, |h| {
        let s = shape_of(h);
        s.native_size(h) + s.inst_size()
    });
    Ok(t.int_usize(n))
}

/// Adds the names in the `__dict__` of a class and of its bases.
pub fn merge_class_dict(t: &mut Thread, into: &Dict, class: VRef<'_>) -> Res<()> {
    if let Some(d) = t.getattr_opt(class, names::__dict__())? {
        merge_keys(t, into, d.r())?
    }
    let Some(bases) = t.getattr_opt(class, names::__bases__())? else { return Ok(()) };
    for b in t.collect(bases.r())? {
        t.recurse(|t| merge_class_dict(t, into, b.r()))?
    }
    Ok(())
}

fn merge_keys(t: &mut Thread, into: &Dict, mapping: VRef<'_>) -> Res<()> {
    let keys = match as_dict(mapping) {
        Some(d) => d.items(t).into_iter().map(|(k, _)| k).collect(),
        None => t.collect(mapping)?,
    };
    for k in keys {
        into.set(t, k.r(), Value::NONE)?
    }
    Ok(())
}

/// The keys of a dict as a list.
pub fn key_list(t: &Thread, d: &Dict) -> Value {
    List::new(t, d.items(t).into_iter().map(|(k, _)| k).collect())
}

/// `object.__dir__`
pub fn dir(t: &mut Thread, v: VRef<'_>) -> Res {
    let all = Dict::new(t);
    let Some(d) = as_dict(all.r()) else { return Ok(Value::NONE) };
    if let Some(own) = t.getattr_opt(v, names::__dict__())?
        && as_dict(own.r()).is_some()
    {
        merge_keys(t, d, own.r())?
    }
    if let Some(class) = t.getattr_opt(v, names::__class__())? {
        merge_class_dict(t, d, class.r())?
    }
    Ok(key_list(t, d))
}

// ---- copying and pickling (PEP 307) ------------------------------------------------------------------------

fn reduce_ex(t: &mut Thread, a: Args<'_>) -> Res {
    let v = a.get(0);
    let protocol = t.arg_i32(a.get(1))?;
    let reduce = t.getattr_opt(v, names::__reduce__())?;
    if let Some(reduce) = reduce {
        let in_class = v.ty().lookup(t, names::__reduce__());
        let default = super::object::TYPE.get(t).lookup(t, names::__reduce__());
        let overridden = match (in_class, default) {
            (Some(x), Some(y)) => !x.is(y),
            _ => true,
        };
        if overridden {
            return t.call(reduce.r(), &[]);
        }
    }
    common_reduce(t, v, protocol)
}

fn copyreg(t: &mut Thread, name: &str) -> Res {
    let name = crate::intern::intern(t, name);
    let copyreg = crate::intern::intern(t, "copyreg");
    let loaded = crate::start::modules::roots()
        .modules
        .load()
        .and_then(|d| d.cast::<Dict>()?.get_str(t, copyreg).map(|m| m.to_value()));
    let m = match loaded {
        Some(m) => m,
        None => hooks::import_module(t, "copyreg")?,
    };
    t.getattr(m.r(), name)
}

fn common_reduce(t: &mut Thread, v: VRef<'_>, protocol: i32) -> Res {
    if protocol >= 2 {
        return reduce_newobj(t, v);
    }
    let f = copyreg(t, "_reduce_ex")?;
    let p = t.int(protocol as i64);
    t.call(f.r(), &[v, p.r()])
}

fn cannot_pickle(t: &mut Thread, v: VRef<'_>) -> Raised {
    let n = v.ty().name();
    t.type_error(format!("cannot pickle '{n}' object"))
}

/// What `__getnewargs_ex__` or `__getnewargs__` say: arguments and keyword arguments of `__new__`.
fn new_arguments(t: &mut Thread, v: VRef<'_>) -> Res<(Option<Value>, Option<Value>)> {
    if let Some(r) = t.call_special(v, names::__getnewargs_ex__(), &[]) {
        let r = r?;
        let Some(pair) = r.cast::<Tuple>() else {
            let n = r.r().ty().name();
            return Err(t.type_error(format!("__getnewargs_ex__ should return a tuple, not '{n}'")));
        };
        if pair.len() != 2 {
            let n = pair.len();
            return Err(
                t.value_error(format!("__getnewargs_ex__ should return a tuple of length 2, not {n}"))
            );
        }
        let (args, kwargs) = (pair.get(0), pair.get(1));
        if args.cast::<Tuple>().is_none() {
            let n = args.ty().name();
            return Err(t.type_error(format!(
                "first item of the tuple returned by __getnewargs_ex__ must be a tuple, not '{n}'"
            )));
        }
        if as_dict(kwargs).is_none() {
            let n = kwargs.ty().name();
            return Err(t.type_error(format!(
                "second item of the tuple returned by __getnewargs_ex__ must be a dict, not '{n}'"
            )));
        }
        return Ok((Some(args.to_value()), Some(kwargs.to_value())));
    }
    if let Some(r) = t.call_special(v, names::__getnewargs__(), &[]) {
        let r = r?;
        if r.cast::<Tuple>().is_none() {
            let n = r.r().ty().name();
            return Err(t.type_error(format!("__getnewargs__ should return a tuple, not '{n}'")));
        }
        return Ok((Some(r), None));
    }
    Ok((None, None))
}

/// Protocol 2 and later: `(copyreg.__newobj__, (cls, *args), state, list items, dict items)`.
fn reduce_newobj(t: &mut Thread, v: VRef<'_>) -> Res {
    if v.ty().slots().new.is_none() || v.ty().has(type_flag::NO_NEW) {
        return Err(cannot_pickle(t, v));
    }
    let (args, kwargs) = new_arguments(t, v)?;
    let class = v.ty().to_value();
    let (is_list, is_dict) = (v.cast::<List>().is_some(), as_dict(v).is_some());
    let has_args = args.is_some();
    let no_kwargs = kwargs.as_ref().is_none_or(|k| as_dict(k.r()).is_some_and(|d| d.is_empty()));
    let (f, new_args) = if no_kwargs {
        let mut all = vec![class];
        if let Some(a) = args.as_ref().and_then(|a| a.cast::<Tuple>()) {
            all.extend(a.iter().map(|v| v.to_value()))
        }
        (copyreg(t, "__newobj__")?, Tuple::new(t, all))
    } else {
        let all = vec![class, args.unwrap_or(Value::NONE), kwargs.unwrap_or(Value::NONE)];
        (copyreg(t, "__newobj_ex__")?, Tuple::new(t, all))
    };
    let state = getstate(t, v, !(has_args || is_list || is_dict))?;
    let list_items = if is_list { t.iter(v)? } else { Value::NONE };
    let dict_items = if is_dict {
        let items = t.call_method_named(v, names::items(), &[])?;
        t.iter(items.r())?
    } else {
        Value::NONE
    };
    Ok(Tuple::few(t, [f, new_args, state, list_items, dict_items]))
}

/// `v.__getstate__()`; `required` says that there is nothing else to rebuild the object from.
fn getstate(t: &mut Thread, v: VRef<'_>, required: bool) -> Res {
    let is_default = v
        .ty()
        .lookup(t, names::__getstate__())
        .is_some_and(|f| f.cast::<MethodDescr>().is_some_and(|d| std::ptr::eq(d.def, getstate_def())));
    if is_default && v.header().is_none_or(|h| object::instance_get(t, h, names::__getstate__()).is_none()) {
        return default_getstate(t, v, required);
    }
    let f = t.getattr(v, names::__getstate__())?;
    t.call(f.r(), &[])
}

fn getstate_def() -> &'static MethodDef {
    &METHODS[2]
}

fn slot_names(t: &mut Thread, class: &Type) -> Res {
    let own = class.dict().get_str(t, names::__slotnames__()).map(|v| v.to_value());
    let names = match own {
        Some(n) => n,
        None => {
            let f = copyreg(t, "_slotnames")?;
            let c = class.to_value();
            t.call(f.r(), &[c.r()])?
        }
    };
    if !names.is_none() && names.cast::<List>().is_none() {
        let (c, n) = (class.name(), names.r().ty().name());
        return Err(t.type_error(format!("{c}.__slotnames__ should be a list or None, not {n}")));
    }
    Ok(names)
}

/// `object.__getstate__`: the instance dict, with the values of `__slots__` if there are any.
pub fn default_getstate(t: &mut Thread, v: VRef<'_>, required: bool) -> Res {
    let ty = v.ty();
    if required && !std::ptr::eq(ty.native_layout(), Plain::layout()) && !v.has_shape(fixed::OBJECT) {
        return Err(cannot_pickle(t, v));
    }
    let has_attrs = v.header().is_some_and(|h| !object::instance_items(t, h).is_empty());
    let mut state = Value::NONE;
    if has_attrs {
        state = t.getattr(v, names::__dict__())?
    }
    let names = slot_names(t, ty)?;
    let Some(list) = names.cast::<List>() else { return Ok(state) };
    let slots = Dict::new(t);
    let Some(d) = as_dict(slots.r()) else { return Ok(state) };
    for n in list.snapshot(t) {
        if text(n.r()).is_some()
            && let Some(x) = t.getattr_opt(v, n.r())?
        {
            d.set_str(t, n.r(), x)
        }
    }
    if d.is_empty() { Ok(state) } else { Ok(Tuple::new(t, vec![state, slots])) }
}
