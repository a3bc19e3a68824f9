//! What Python sees of types: names, bases, documentation, annotations (PEP 649), flags.

use super::attrs::{as_dict, getsetter, getter, or_none, slot_get, text_of};
use super::mappingproxy::MappingProxy;
use super::typeobj::{Type, as_type};
use super::{fixed, heaptype, list::List, object_methods, str::text, tuple::Tuple};
use crate::dict::Dict;
use crate::object::{Args, BinOp, Binary, GetSet, MethodDef, ValueExt, header_of, type_flag};
use crate::thread::Thread;
use crate::{Raised, Res, names};
use weft_strategy::{Header, Slot, VRef, Value};

/// Methods.
pub static METHODS: &[MethodDef] = crate::methods! {
    "mro(self, /)" => mro, "Return a type's method resolution order.";
    "__subclasses__(self, /)" => subclasses, "Return a list of immediate subclasses.";
    class "__prepare__(cls, /, *args, **kwds)" => |t, _| Ok(Dict::new(t)),
        "Create the namespace for the class statement";
    "__instancecheck__(self, instance, /)" => |t, a| heaptype::real_isinstance(t, a.get(1), a.get(0)).map(Value::bool),
        "Check if an object is an instance.";
    "__subclasscheck__(self, subclass, /)" => |t, a| heaptype::real_issubclass(t, a.get(1), a.get(0)).map(Value::bool),
        "Check if a class is a subclass.";
    "__dir__(self, /)" => dir, "Specialized __dir__ implementation for types.";
    "__sizeof__(self, /)" => |t, _| Ok(t.int_usize(size_of::<Type>() + size_of::<crate::object::Slots>())),
        "Return memory consumption of the type object.";
};

/// Computed attributes.
pub static GETSET: &[GetSet] = &[
    getsetter!("__name__", slot_get!(Type, name), set_name),
    getsetter!("__qualname__", slot_get!(Type, qualname), set_qualname),
    getsetter!("__bases__", slot_get!(Type, bases), set_bases),
    getter!("__base__", slot_get!(Type, base)),
    getter!("__mro__", |_, c| {
        let ty = class(c);
        Ok(if ty.is_incomplete() { Value::NONE } else { ty.mro.load().unwrap_or(Value::NONE) })
    }),
    getsetter!("__module__", get_module, set_module),
    getsetter!("__abstractmethods__", get_abstractmethods, set_abstractmethods),
    getter!("__dict__", get_dict),
    getsetter!("__doc__", get_doc, set_doc),
    getter!("__text_signature__", get_text_signature),
    getsetter!("__annotations__", get_annotations, set_annotations),
    getsetter!("__annotate__", get_annotate, set_annotate),
    getsetter!("__type_params__", get_type_params, set_type_params),
    getter!("__basicsize__", |t, v| Ok(t.int_usize(class(v).native_layout().size + inst_bytes(class(v))))),
    getter!("__itemsize__", |t, v| Ok(t.int(item_size(class(v))))),
    getter!("__flags__", |t, v| {
        let bits = cpython_flags(t, class(v));
        Ok(t.int(bits))
    }),
    getter!("__weakrefoffset__", |t, v| Ok(t.int(if class(v).has(type_flag::WEAKREFS) { -32 } else { 0 }))),
    getter!("__dictoffset__", |t, v| Ok(t.int(if class(v).has(type_flag::HAS_DICT) { -1 } else { 0 }))),
];

/// Operators of types: `int | str`.
pub const BINARY: [Option<Binary>; BinOp::COUNT] = crate::binary![Or => super::union::type_or];

fn class<'t>(v: VRef<'t>) -> &'t Type {
    as_type(v).expect("the descriptor checked the receiver")
}

fn own<'t>(t: &'t Thread, c: &'t Type, name: VRef<'_>) -> Option<Value> {
    c.dict().get_str(t, name).map(|v| v.to_value())
}

/// TypeError unless attributes of the class may be set, and a value is given.
fn check_set<'v>(t: &mut Thread, c: &Type, v: Option<VRef<'v>>, name: &str) -> Result<VRef<'v>, Raised> {
    if c.has(type_flag::IMMUTABLE) {
        let n = c.name();
        return Err(t.type_error(format!("cannot set '{name}' attribute of immutable type '{n}'")));
    }
    match v {
        Some(v) => Ok(v),
        None => {
            let n = c.name();
            Err(t.type_error(format!("cannot delete '{name}' attribute of immutable type '{n}'")))
        }
    }
}

// ---- names -------------------------------------------------------------------------------------------------

fn set_name(t: &mut Thread, c: VRef<'_>, v: Option<VRef<'_>>) -> Res<()> {
    let ty = class(c);
    let v = check_set(t, ty, v, "__name__")?;
    let Some(s) = text(v) else {
        let (n, got) = (ty.name(), v.ty().name());
        return Err(t.type_error(format!("can only assign string to {n}.__name__, not '{got}'")));
    };
    if s.bytes().contains(&0) {
        return Err(t.value_error("type name must not contain null characters"));
    }
    ty.name.set(header_of(ty), v.to_value());
    Ok(())
}

fn set_qualname(t: &mut Thread, c: VRef<'_>, v: Option<VRef<'_>>) -> Res<()> {
    let ty = class(c);
    let v = check_set(t, ty, v, "__qualname__")?;
    if text(v).is_none() {
        let (n, got) = (ty.name(), v.ty().name());
        return Err(t.type_error(format!("can only assign string to {n}.__qualname__, not '{got}'")));
    }
    ty.qualname.set(header_of(ty), v.to_value());
    Ok(())
}

fn get_module(t: &mut Thread, c: VRef<'_>) -> Res {
    let ty = class(c);
    if let Some(spec) = ty.spec {
        let module = spec.name.rsplit_once('.').map_or("builtins", |(m, _)| m);
        return Ok(crate::intern::intern(t, module).to_value());
    }
    match own(t, ty, names::__module__()) {
        Some(m) => Ok(m),
        None => Err(t.attribute_error_text(c, "__module__", "__module__".into())),
    }
}

fn set_module(t: &mut Thread, c: VRef<'_>, v: Option<VRef<'_>>) -> Res<()> {
    let ty = class(c);
    let v = check_set(t, ty, v, "__module__")?;
    ty.invalidate();
    // The line belongs to the module that the class statement was in.
    drop(ty.dict().remove_str(t, names::__firstlineno__()));
    ty.dict().set_str(t, names::__module__(), v.to_value());
    Ok(())
}

// ---- bases -------------------------------------------------------------------------------------------------

fn mro(t: &mut Thread, a: Args<'_>) -> Res {
    let m = heaptype::c3(t, class(a.get(0)))?;
    let items = t.collect(m.r())?;
    Ok(List::new(t, items))
}

/// The direct subclasses, oldest first.
pub fn subclass_values(c: &Type) -> Vec<Value> {
    // SAFETY: a type leaves its bases' lists before it is freed.
    c.subclasses.lock().iter().map(|s| unsafe { &**s }.to_value()).collect()
}

fn subclasses(t: &mut Thread, a: Args<'_>) -> Res {
    let all = subclass_values(class(a.get(0)));
    Ok(List::new(t, all))
}

/// What a change of bases replaces, so that it can be undone.
struct Saved {
    class: Value,
    mro: Option<Value>,
}

/// Works the MRO of a class and of all its subclasses out anew.
fn update_mro(t: &mut Thread, c: &Type, undo: &mut Vec<Saved>) -> Res<()> {
    let class_value = c.to_value();
    let meta = class_value.r().ty();
    let new = heaptype::compute_mro(t, c, meta)?;
    undo.push(Saved { class: c.to_value(), mro: c.mro.swap(header_of(c), Some(new)) });
    for s in subclass_values(c) {
        t.recurse(|t| update_mro(t, class(s.r()), undo))?
    }
    Ok(())
}

fn set_bases(t: &mut Thread, c: VRef<'_>, v: Option<VRef<'_>>) -> Res<()> {
    let ty = class(c);
    let v = check_set(t, ty, v, "__bases__")?;
    let n = ty.name();
    let Some(bases) = v.cast::<Tuple>() else {
        let got = v.ty().name();
        return Err(t.type_error(format!("can only assign tuple to {n}.__bases__, not {got}")));
    };
    if bases.is_empty() {
        return Err(t.type_error(format!("can only assign non-empty tuple to {n}.__bases__, not ()")));
    }
    for b in bases.iter() {
        let Some(base) = as_type(b) else {
            let got = b.ty().name();
            return Err(t.type_error(format!("{n}.__bases__ must be tuple of classes, not '{got}'")));
        };
        // An `mro()` that is running may have changed bases whose MROs are still the old ones.
        let derived = std::iter::successors(Some(base), |b| b.base()).any(|b| std::ptr::eq(b, ty));
        if derived || base.is_subtype(ty) {
            return Err(t.type_error("a __bases__ item causes an inheritance cycle"));
        }
    }
    let new_base = heaptype::best_base(t, bases)?;
    if let Some(old) = ty.base() {
        let (x, y) = (new_base.name(), old.name());
        // `object` frees its instances in another way than classes with a `__dict__` do.
        let plain = super::object::TYPE.get(t);
        let frees = |c: &Type| std::ptr::eq(c, plain) || !c.has(type_flag::HEAP);
        if frees(old) != frees(new_base) {
            return Err(t.type_error(format!("__bases__ assignment: '{x}' deallocator differs from '{y}'")));
        }
        if !base_compatible(t, old, new_base) {
            return Err(t.type_error(format!("__bases__ assignment: '{x}' object layout differs from '{y}'")));
        }
    }
    let h = header_of(ty);
    let old_bases = ty.bases.swap(h, Some(v.to_value()));
    let old_base = ty.base.swap(h, Some(new_base.to_value()));
    ty.invalidate();
    let mut undo = Vec::new();
    let updated = update_mro(t, ty, &mut undo);
    // An `mro()` may have set the bases itself: those are in force, and everything is done.
    let replaced = !ty.bases.get(t).is_some_and(|b| b.is(v));
    if let Err(e) = updated {
        if !replaced {
            for s in undo {
                let c = class(s.class.r());
                drop(c.mro.swap(header_of(c), s.mro))
            }
            drop(ty.bases.swap(h, old_bases));
            drop(ty.base.swap(h, old_base));
        }
        ty.invalidate();
        return Err(e);
    }
    if replaced {
        ty.invalidate();
        return Ok(());
    }
    let this: *const Type = ty;
    if let Some(old) = old_bases.as_ref().and_then(|b| b.cast::<Tuple>()) {
        for b in old.iter().filter_map(as_type) {
            b.subclasses.lock().retain(|s| !std::ptr::eq(*s, this))
        }
    }
    for b in bases.iter().filter_map(as_type) {
        b.subclasses.lock().push(this)
    }
    crate::interp::forget_slots(ty);
    heaptype::after_change(t, ty, "__bases__");
    Ok(())
}

/// May the base of a class be exchanged? Its instances must not need another layout.
fn base_compatible(t: &Thread, old: &Type, new: &Type) -> bool {
    std::ptr::eq(old, new)
        || std::ptr::eq(old.native_layout(), new.native_layout())
            && old.nslots == new.nslots
            && (old.nslots == 0 || object_methods::same_layout(t, old, new))
}

// ---- dict, documentation -----------------------------------------------------------------------------------

/// A read-only view of a mapping.
pub fn mapping_proxy(t: &Thread, mapping: Value) -> Value {
    t.make(fixed::MAPPINGPROXY, MappingProxy { h: Header::new(0, 0), mapping: Slot::new(mapping) })
}

fn get_dict(t: &mut Thread, c: VRef<'_>) -> Res {
    Ok(mapping_proxy(t, or_none(&class(c).dict)))
}

fn dir(t: &mut Thread, a: Args<'_>) -> Res {
    let all = Dict::new(t);
    let Some(d) = as_dict(all.r()) else { return Ok(Value::NONE) };
    object_methods::merge_class_dict(t, d, a.get(0))?;
    Ok(object_methods::key_list(t, d))
}

/// Where the signature ends in a doc text of the form `name(…)\n--\n\nrest`.
fn split_doc(doc: &str) -> (Option<&str>, &str) {
    match doc.split_once(")\n--\n\n") {
        Some((head, rest)) if head.contains('(') => {
            let open = head.find('(').unwrap_or(0);
            (Some(&doc[open..head.len() + 1]), rest)
        }
        _ => (None, doc),
    }
}

fn get_doc(t: &mut Thread, c: VRef<'_>) -> Res {
    let ty = class(c);
    if let Some(spec) = ty.spec.filter(|s| !s.doc.is_empty()) {
        return Ok(t.str(split_doc(spec.doc).1));
    }
    let Some(d) = own(t, ty, names::__doc__()) else { return Ok(Value::NONE) };
    t.bind_descriptor(d.r(), None, ty)
}

fn set_doc(t: &mut Thread, c: VRef<'_>, v: Option<VRef<'_>>) -> Res<()> {
    let ty = class(c);
    let v = check_set(t, ty, v, "__doc__")?;
    ty.invalidate();
    ty.dict().set_str(t, names::__doc__(), v.to_value());
    Ok(())
}

fn get_text_signature(t: &mut Thread, c: VRef<'_>) -> Res {
    Ok(match class(c).spec.and_then(|s| split_doc(s.doc).0) {
        Some(s) => t.str(s),
        None => Value::NONE,
    })
}

// ---- abstract methods --------------------------------------------------------------------------------------

fn get_abstractmethods(t: &mut Thread, c: VRef<'_>) -> Res {
    let ty = class(c);
    // `type` has this descriptor in its own dict, which is not a set of names.
    if !std::ptr::eq(ty, heaptype::TYPE.get(t))
        && let Some(a) = own(t, ty, names::__abstractmethods__())
    {
        return Ok(a);
    }
    Err(t.attribute_error_text(c, "__abstractmethods__", "__abstractmethods__".into()))
}

fn set_abstractmethods(t: &mut Thread, c: VRef<'_>, v: Option<VRef<'_>>) -> Res<()> {
    let ty = class(c);
    match v {
        Some(v) => {
            let any = t.truth(v)?;
            ty.invalidate();
            ty.dict().set_str(t, names::__abstractmethods__(), v.to_value());
            if any {
                ty.change_flags(type_flag::ABSTRACT, 0)
            } else {
                ty.change_flags(0, type_flag::ABSTRACT)
            }
        }
        None => {
            ty.invalidate();
            if ty.dict().remove_str(t, names::__abstractmethods__()).is_none() {
                return Err(t.attribute_error_text(c, "__abstractmethods__", "__abstractmethods__".into()));
            }
            ty.change_flags(0, type_flag::ABSTRACT)
        }
    }
    Ok(())
}

// ---- annotations -------------------------------------------------------------------------------------------

fn has_no(t: &mut Thread, c: VRef<'_>, name: &str) -> Raised {
    let n = class(c).name();
    t.attribute_error_text(c, name, format!("type object '{n}' has no attribute '{name}'"))
}

/// Calls an annotate function for the values themselves (PEP 649, format VALUE); the result must be a dict.
pub fn call_annotate(t: &mut Thread, annotate: VRef<'_>) -> Res {
    let one = t.int(1);
    let r = t.call(annotate, &[one.r()])?;
    if as_dict(r.r()).is_none() {
        let n = r.r().ty().name();
        return Err(t.type_error(format!("__annotate__() must return a dict, not {n}")));
    }
    Ok(r)
}

fn get_annotations(t: &mut Thread, c: VRef<'_>) -> Res {
    let ty = class(c);
    if ty.has(type_flag::IMMUTABLE) {
        return Err(has_no(t, c, "__annotations__"));
    }
    for name in [names::__annotations__(), names::__annotations_cache__()] {
        if let Some(a) = own(t, ty, name) {
            return t.bind_descriptor(a.r(), None, ty);
        }
    }
    let annotate = t.getattr(c, names::__annotate__())?;
    let a = if t.callable(annotate.r()) { call_annotate(t, annotate.r())? } else { Dict::new(t) };
    ty.invalidate();
    ty.dict().set_str(t, names::__annotations_cache__(), a.clone());
    Ok(a)
}

fn set_annotations(t: &mut Thread, c: VRef<'_>, v: Option<VRef<'_>>) -> Res<()> {
    let ty = class(c);
    if ty.has(type_flag::IMMUTABLE) {
        let n = ty.name();
        return Err(t.type_error(format!("cannot set '__annotations__' attribute of immutable type '{n}'")));
    }
    ty.invalidate();
    let d = ty.dict();
    match v {
        Some(v) => {
            let plain = d.get_str(t, names::__annotations__()).is_some();
            let name = if plain { names::__annotations__() } else { names::__annotations_cache__() };
            d.set_str(t, name, v.to_value())
        }
        None => {
            if d.remove_str(t, names::__annotations__()).is_none()
                && d.remove_str(t, names::__annotations_cache__()).is_none()
            {
                return Err(t.attribute_error_text(c, "__annotations__", "__annotations__".into()));
            }
        }
    }
    drop(d.remove_str(t, names::__annotate_func__()));
    drop(d.remove_str(t, names::__annotate__()));
    Ok(())
}

fn get_annotate(t: &mut Thread, c: VRef<'_>) -> Res {
    let ty = class(c);
    if ty.has(type_flag::IMMUTABLE) {
        return Err(has_no(t, c, "__annotate__"));
    }
    for name in [names::__annotate_func__(), names::__annotate__()] {
        if let Some(a) = own(t, ty, name) {
            return t.bind_descriptor(a.r(), None, ty);
        }
    }
    ty.invalidate();
    ty.dict().set_str(t, names::__annotate_func__(), Value::NONE);
    Ok(Value::NONE)
}

fn set_annotate(t: &mut Thread, c: VRef<'_>, v: Option<VRef<'_>>) -> Res<()> {
    let ty = class(c);
    let Some(v) = v else { return Err(t.type_error("cannot delete __annotate__ attribute")) };
    check_set(t, ty, Some(v), "__annotate__")?;
    if !v.is_none() && !t.callable(v) {
        return Err(t.type_error("__annotate__ must be callable or None"));
    }
    ty.invalidate();
    let d = ty.dict();
    d.set_str(t, names::__annotate_func__(), v.to_value());
    if !v.is_none() {
        drop(d.remove_str(t, names::__annotations_cache__()))
    }
    Ok(())
}

fn get_type_params(t: &mut Thread, c: VRef<'_>) -> Res {
    let ty = class(c);
    if !std::ptr::eq(ty, heaptype::TYPE.get(t))
        && let Some(p) = own(t, ty, names::__type_params__())
    {
        return Ok(p);
    }
    Ok(super::tuple::empty(t))
}

fn set_type_params(t: &mut Thread, c: VRef<'_>, v: Option<VRef<'_>>) -> Res<()> {
    let ty = class(c);
    let v = check_set(t, ty, v, "__type_params__")?;
    ty.invalidate();
    ty.dict().set_str(t, names::__type_params__(), v.to_value());
    Ok(())
}

// ---- numbers that CPython's C structs have -----------------------------------------------------------------

fn inst_bytes(c: &Type) -> usize {
    8 * c.nslots as usize
}

fn item_size(c: &Type) -> i64 {
    if c.native_layout().var_size.is_none() {
        return 0;
    }
    if std::ptr::eq(c.native_layout(), <Tuple as crate::object::Object>::layout()) { 8 } else { 1 }
}

/// `tp_flags` as CPython numbers them (Include/object.h), which `inspect` and `copyreg` look at.
fn cpython_flags(t: &Thread, c: &Type) -> i64 {
    let mut bits: i64 = 1 << 12 | 1 << 18 | 1 << 19;
    let map = [
        (type_flag::SEQUENCE, 5),
        (type_flag::MAPPING, 6),
        (type_flag::NO_NEW, 7),
        (type_flag::IMMUTABLE, 8),
        (type_flag::HEAP, 9),
        (type_flag::BASETYPE, 10),
        (type_flag::METHOD_DESCRIPTOR, 17),
        (type_flag::ABSTRACT, 20),
        (type_flag::MATCH_SELF, 22),
    ];
    for (f, shift) in map {
        if c.has(f) {
            bits |= 1 << shift
        }
    }
    if c.native_layout().collectable {
        bits |= 1 << 14
    }
    if c.has(type_flag::HEAP) {
        if c.has(type_flag::HAS_DICT) {
            bits |= 1 << 4 | 1 << 2
        }
        if c.has(type_flag::WEAKREFS) {
            bits |= 1 << 3
        }
    }
    let families: [(&'static crate::object::NativeType, i64); 8] = [
        (&super::int::TYPE, 24),
        (&super::list_type::TYPE, 25),
        (&super::tuple_type::TYPE, 26),
        (&super::bytes::TYPE, 27),
        (&super::str_type::TYPE, 28),
        (&super::dict_type::TYPE, 29),
        (&crate::errors::BASE_EXCEPTION, 30),
        (&heaptype::TYPE, 31),
    ];
    for (family, shift) in families {
        if c.is_subtype(family.get(t)) {
            bits |= 1 << shift
        }
    }
    bits
}

/// `cls.__module__` for messages and reprs; empty if it has none.
pub fn module_text(t: &mut Thread, c: &Type) -> String {
    let v = c.to_value();
    match t.getattr_opt(v.r(), names::__module__()) {
        Ok(Some(m)) => text_of(m.r()),
        Ok(None) => String::new(),
        Err(_) => {
            t.clear_raised();
            String::new()
        }
    }
}
