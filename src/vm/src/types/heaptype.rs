//! `type`: calling a class, making a class, attributes of classes, isinstance.

use super::typeobj::{NewType, Type, as_type};
use super::{dunder, fixed, object, str, tuple::Tuple};
use crate::dict::Dict;
use crate::object::shape::MAX_INLINE;
use crate::object::{
    Args, Binding, CallArgs, MethodDef, NativeType, Object, Slots, TypeSpec, ValueExt, as_vref, header_of,
    shape, type_flag,
};
use crate::thread::Thread;
use crate::types::builtin::Builtin;
use crate::types::str::text;
use crate::{Raised, Res, names};
use std::sync::atomic::Ordering::*;
use weft_strategy::{VRef, Value, Word};

/// `type`
pub static TYPE: NativeType = NativeType::fixed(&SPEC, fixed::TYPE);
static SPEC: TypeSpec = TypeSpec {
    name: "type",
    doc: "type(object) -> the object's type\ntype(name, bases, dict, **kwds) -> a new type",
    flags: type_flag::BASETYPE | type_flag::IMMUTABLE | type_flag::WEAKREFS,
    slots: Slots {
        repr: Some(repr),
        call: Some(call),
        getattr: Some(getattr),
        setattr: Some(setattr),
        new: Some(type_new),
        init: Some(type_init),
        binary: super::type_attrs::BINARY,
        ..Slots::EMPTY
    },
    methods: super::type_attrs::METHODS,
    getset: super::type_attrs::GETSET,
    ..TypeSpec::new::<Type>()
};

fn repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let ty = as_type(v).expect("a type");
    let name = t.type_full_name(ty);
    Ok(t.str(&format!("<class '{name}'>")))
}

// ---- calling a class -------------------------------------------------------------------------------------

/// `cls(*args)`: `__new__`, then `__init__` if that gave an instance.
fn call(t: &mut Thread, callee: VRef<'_>, args: CallArgs<'_>) -> Res {
    let cls = as_type(callee).expect("a type");
    if std::ptr::eq(cls, TYPE.get(t)) && args.args.len() == 1 && args.names.is_none() {
        return Ok(args.args.get(0).ty().to_value());
    }
    let Some(new) = cls.slots().new.filter(|_| !cls.has(type_flag::NO_NEW)) else {
        let n = t.type_full_name(cls);
        return Err(t.type_error(format!("cannot create '{n}' instances")));
    };
    let v = new(t, cls, args)?;
    let ty = v.r().ty();
    if ty.is_subtype(cls)
        && let Some(init) = ty.slots().init
    {
        init(t, v.r(), args)?;
    }
    Ok(v)
}

/// `__new__` as found in a native type's dict: a static method that knows its type.
static NEW_DEF: MethodDef = MethodDef::new(
    "__new__(*args, **kwargs)",
    call_new,
    "Create and return a new object.  See help(type) for accurate signature.",
    Binding::Plain,
);

/// The `__new__` of a native type. Its receiver is the type, as in CPython.
pub fn new_wrapper(t: &Thread, ty: &Type) -> Value {
    Builtin::bound(t, &NEW_DEF, ty.to_value())
}

/// Is this the `__new__` of a native type?
pub fn is_native_new(f: VRef<'_>) -> bool {
    native_new_of(f).is_some()
}

/// The `new` slot behind a native `__new__`.
pub fn native_new_of(f: VRef<'_>) -> Option<Option<fn(&mut Thread, &Type, CallArgs<'_>) -> Res>> {
    let b = f.cast::<Builtin>()?;
    if !std::ptr::eq(b.def, &NEW_DEF) {
        return None;
    }
    let ty = b.this.get(b).and_then(as_type)?;
    Some(ty.slots().new)
}

/// `T.__new__(cls, …)`: `this` is T.
fn call_new(t: &mut Thread, a: Args<'_>) -> Res {
    // With `*args` only, the receiver is the first of the rest.
    let rest = a.rest();
    let owner = rest.first().copied().and_then(as_type);
    let Some(owner) = owner else { return Err(t.type_error("__new__ needs its type")) };
    let Some(cls) = rest.get(1) else {
        let n = owner.name();
        return Err(t.type_error(format!("{n}.__new__(): not enough arguments")));
    };
    let Some(cls) = as_type(*cls) else {
        let (n, x) = (owner.name(), cls.ty().name());
        return Err(t.type_error(format!("{n}.__new__(X): X is not a type object ({x})")));
    };
    if !cls.is_subtype(owner) {
        let (n, c) = (owner.name(), cls.name());
        return Err(t.type_error(format!("{n}.__new__({c}): {c} is not a subtype of {n}")));
    }
    if cls.has(type_flag::NO_NEW) {
        let n = t.type_full_name(cls);
        return Err(t.type_error(format!("cannot create '{n}' instances")));
    }
    // The class's most derived native base must be this one, or its native part would not be made.
    let new_of = |ty: &Type| ty.slots().new.map(|f| f as *const () as usize);
    if !std::ptr::eq(cls.native_layout(), owner.native_layout()) || new_of(native_base(cls)) != new_of(owner)
    {
        let (n, c) = (owner.name(), cls.name());
        let base = native_base(cls).name();
        return Err(t.type_error(format!("{n}.__new__({c}) is not safe, use {base}.__new__()")));
    }
    let Some(new) = owner.slots().new else {
        let n = owner.name();
        return Err(t.type_error(format!("cannot create '{n}' instances")));
    };
    if let Some(kw) = a.kwargs().and_then(|k| k.cast::<Dict>()) {
        let mut words: Vec<VRef<'_>> = rest[2..].to_vec();
        let mut names = Vec::new();
        let items = kw.items(t);
        for (k, _) in &items {
            names.push(k.clone())
        }
        let names = Tuple::new(t, names);
        // SAFETY: the dict roots its values for the call.
        words.extend(items.iter().map(|(_, v)| unsafe { v.r().extend::<'_>() }));
        return new(t, cls, CallArgs { args: Args::of(&words), names: Some(names.r()) });
    }
    new(t, cls, CallArgs { args: Args::of(&rest[2..]), names: None })
}

/// The nearest base that is a native type.
pub fn native_base(cls: &Type) -> &Type {
    let mut at = cls;
    while at.has(type_flag::HEAP) {
        match at.base() {
            Some(b) => at = b,
            None => break,
        }
    }
    at
}

/// TypeError: abstract class.
pub fn abstract_error(t: &mut Thread, cls: &Type) -> Raised {
    let names: Vec<String> = match cls.dict().get_str(t, names::__abstractmethods__()).map(|v| v.to_value()) {
        Some(set) => match t.collect(set.r()) {
            Ok(v) => v.iter().filter_map(|n| text(n.r()).map(|s| s.to_string())).collect(),
            Err(e) => return e,
        },
        None => Vec::new(),
    };
    let mut names = names;
    names.sort();
    let n = cls.name();
    let quoted: Vec<String> = names.iter().map(|m| format!("'{m}'")).collect();
    let s = if names.len() == 1 { "" } else { "s" };
    t.type_error(format!(
        "Can't instantiate abstract class {n} without an implementation for abstract method{s} {}",
        quoted.join(", ")
    ))
}

// ---- attributes ------------------------------------------------------------------------------------------

/// `type.__getattribute__`: data descriptors of the metaclass, then the class and its bases, then the metaclass.
pub fn getattr(t: &mut Thread, v: VRef<'_>, name: VRef<'_>) -> Res {
    if let Some(x) = find_attr(t, v, name)? {
        return Ok(x);
    }
    let cls = as_type(v).expect("a type");
    let (c, n) = (cls.name(), text(name).map(|s| s.to_string()).unwrap_or_default());
    Err(t.attribute_error_text(v, &n, format!("type object '{c}' has no attribute '{n}'")))
}

/// As [`getattr`], `None` for an attribute that the class does not have.
pub fn find_attr(t: &mut Thread, v: VRef<'_>, name: VRef<'_>) -> Res<Option<Value>> {
    let interned = crate::intern::intern_value(t, name);
    let name = interned.r();
    let cls = as_type(v).expect("a type");
    let meta = cls_meta(v);
    let in_meta = meta.lookup(t, name).map(|f| f.to_value());
    if let Some(f) = &in_meta {
        let s = f.r().ty().slots();
        if s.descr_set.is_some()
            && let Some(get) = s.descr_get
        {
            return get(t, f.r(), Some(v), meta).map(Some);
        }
    }
    if let Some(x) = cls.lookup(t, name).map(|f| f.to_value()) {
        return match x.r().ty().slots().descr_get {
            // A function asked of a class is itself.
            Some(_) if x.has_shape(fixed::FUNCTION) => Ok(Some(x)),
            Some(get) => get(t, x.r(), None, cls).map(Some),
            None => Ok(Some(x)),
        };
    }
    if let Some(f) = in_meta {
        return match f.r().ty().slots().descr_get {
            Some(get) => get(t, f.r(), Some(v), meta).map(Some),
            None => Ok(Some(f)),
        };
    }
    Ok(None)
}

fn cls_meta<'t>(v: VRef<'t>) -> &'t Type {
    v.ty()
}

/// `type.__setattr__`, `type.__delattr__`.
pub fn setattr(t: &mut Thread, v: VRef<'_>, name: VRef<'_>, value: Option<VRef<'_>>) -> Res<()> {
    let interned = crate::intern::intern_value(t, name);
    let name = interned.r();
    let cls = as_type(v).expect("a type");
    let n = text(name).map(|s| s.to_string()).unwrap_or_default();
    if cls.has(type_flag::IMMUTABLE) {
        let c = t.type_full_name(cls);
        let what = if value.is_some() { "set" } else { "delete" };
        let _ = what;
        return Err(t.type_error(format!("cannot set '{n}' attribute of immutable type '{c}'")));
    }
    let meta = cls_meta(v);
    if let Some(f) = meta.lookup(t, name).map(|f| f.to_value())
        && let Some(set) = f.r().ty().slots().descr_set
    {
        set(t, f.r(), v, value)?;
    } else {
        let data = |v: Option<VRef<'_>>| v.is_some_and(|v| v.ty().slots().descr_set.is_some());
        let hook = matches!(&*n, "__getattribute__" | "__getattr__" | "__setattr__" | "__delattr__");
        let risky = hook || data(value) || data(cls.lookup(t, name));
        cls.invalidate();
        match value {
            Some(x) => cls.dict().set_str(t, name, x.to_value()),
            None => {
                if cls.dict().remove_str(t, name).is_none() {
                    let c = cls.name();
                    return Err(t.attribute_error_text(
                        v,
                        &n,
                        format!("type object '{c}' has no attribute '{n}'"),
                    ));
                }
            }
        }
        if risky {
            crate::interp::forget_slots(cls)
        }
    }
    after_change(t, cls, &n);
    Ok(())
}

/// Brings slots and caches up to date after an attribute of a class changed.
pub fn after_change(t: &Thread, cls: &Type, name: &str) {
    cls.invalidate();
    if dunder::is_special(t, name) {
        update_with_subclasses(t, cls, &mut Vec::new())
    }
}

/// `path` leads to the class: bases that change while an `mro()` runs may make a cycle.
fn update_with_subclasses(t: &Thread, cls: &Type, path: &mut Vec<*const Type>) {
    let this = std::ptr::from_ref(cls);
    if path.contains(&this) {
        return;
    }
    dunder::update_slots(t, cls);
    let subs = cls.subclasses.lock().clone();
    path.push(this);
    for s in subs {
        // SAFETY: a type leaves its bases' lists before it is freed.
        update_with_subclasses(t, unsafe { &*s }, path)
    }
    path.pop();
}

impl Type {
    /// An instance ran out of inline slots: the next ones get more.
    pub(crate) fn want_more_slots(&self) {
        let n = self.ninline.load(Relaxed);
        if !self.has(type_flag::HEAP) || n as usize >= MAX_INLINE || !self.has_inst {
            return;
        }
        let wanted = (n + n / 2 + 2).min(MAX_INLINE as u16);
        self.ninline.store(wanted, Relaxed);
        let s = crate::object::shape::Plan {
            ty: std::ptr::NonNull::from(self),
            layout: self.native_layout(),
            has_inst: true,
            heap_class: true,
            has_dict: self.has(type_flag::HAS_DICT),
            nslots: self.nslots,
            ninline: wanted,
        }
        .make(None);
        self.set_shape(s.id);
    }
}

// ---- making a class ----------------------------------------------------------------------------------------

fn type_init(t: &mut Thread, _v: VRef<'_>, args: CallArgs<'_>) -> Res<()> {
    let n = args.positional_len();
    if n == 1 && args.keyword_len() > 0 {
        return Err(t.type_error("type.__init__() takes no keyword arguments"));
    }
    if n != 1 && n != 3 {
        return Err(t.type_error("type.__init__() takes 1 or 3 arguments"));
    }
    Ok(())
}

/// The most derived metaclass among `meta` and those of the bases (3.3.3.3).
pub fn winning_metaclass<'a>(t: &mut Thread, meta: &'a Type, bases: &'a Tuple) -> Result<&'a Type, Raised> {
    let mut winner = meta;
    for b in bases.iter() {
        let m = b.ty();
        if winner.is_subtype(m) {
            continue;
        }
        if m.is_subtype(winner) {
            // SAFETY: the metaclass lives as long as the base, which the tuple holds.
            winner = unsafe { &*(m as *const Type) };
            continue;
        }
        return Err(t.type_error(
            "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases",
        ));
    }
    Ok(winner)
}

/// `type.__new__(meta, name, bases, dict, **kwds)`
fn type_new(t: &mut Thread, meta: &Type, args: CallArgs<'_>) -> Res {
    let p = args.positional();
    if p.len() != 3 && std::ptr::eq(meta, TYPE.get(t)) {
        return Err(t.type_error("type() takes 1 or 3 arguments"));
    }
    if p.len() != 3 {
        return Err(t.type_error(
            "type.__new__() takes exactly 3 arguments (0 given)".replace("0", &p.len().to_string()),
        ));
    }
    let Some(_) = text(p[0]) else {
        let n = p[0].ty().name();
        return Err(t.type_error(format!("type.__new__() argument 1 must be str, not {n}")));
    };
    let Some(bases) = p[1].cast::<Tuple>() else {
        let n = p[1].ty().name();
        return Err(t.type_error(format!("type.__new__() argument 2 must be tuple, not {n}")));
    };
    let Some(ns) = p[2].cast::<Dict>() else {
        let n = p[2].ty().name();
        return Err(t.type_error(format!("type.__new__() argument 3 must be dict, not {n}")));
    };
    let winner = winning_metaclass(t, meta, bases)?;
    if !std::ptr::eq(winner, meta)
        && let Some(new) = winner.slots().new
        && new as usize != type_new as *const () as usize
    {
        return new(t, winner, args);
    }
    make_class(t, winner, p[0], p[1], ns, args)
}

/// The base whose native part the class gets, and which fixes its layout.
pub(crate) fn best_base<'a>(t: &mut Thread, bases: &'a Tuple) -> Result<&'a Type, Raised> {
    let mut best: Option<&Type> = None;
    for b in bases.iter() {
        let Some(base) = as_type(b) else {
            return Err(t.type_error("bases must be types"));
        };
        if !base.has(type_flag::BASETYPE) {
            let n = t.type_full_name(base);
            return Err(t.type_error(format!("type '{n}' is not an acceptable base type")));
        }
        if base.is_incomplete() {
            let n = base.name();
            return Err(t.type_error(format!("Cannot extend an incomplete type '{n}'")));
        }
        best = Some(match best {
            None => base,
            Some(old) => {
                if layout_extends(old, base) {
                    old
                } else if layout_extends(base, old) {
                    base
                } else {
                    return Err(t.type_error("multiple bases have instance lay-out conflict"));
                }
            }
        });
    }
    // SAFETY: held by the tuple.
    Ok(unsafe { &*(best.unwrap_or(object::TYPE.get(t)) as *const Type) })
}

/// Does `a`'s layout contain `b`'s? Bases are followed, not the MRO, which an `mro()` may have made up.
fn layout_extends(a: &Type, b: &Type) -> bool {
    let solid = layout_base(b);
    let mut at = Some(a);
    while let Some(ty) = at {
        if std::ptr::eq(ty, solid) {
            return true;
        }
        at = ty.base()
    }
    false
}

/// The nearest base, the type itself included, that adds something to the layout of its base.
fn layout_base(ty: &Type) -> &Type {
    let mut at = ty;
    while let Some(b) = at.base() {
        if b.nslots != at.nslots || !std::ptr::eq(at.native_layout(), b.native_layout()) || has_fields(at) {
            break;
        }
        at = b
    }
    at
}

/// An exception class with fields of its own? All have the same native part here, but not in CPython, where two such
/// cannot be bases of one class.
fn has_fields(ty: &Type) -> bool {
    std::ptr::eq(ty.native_layout(), crate::errors::Exc::layout())
        && ty.spec.is_some_and(|s| !s.getset.is_empty())
}

struct SlotPlan {
    names: Vec<Value>,
    dict: bool,
    weakref: bool,
}

/// Reads `__slots__`.
fn plan_slots(t: &mut Thread, class: &str, ns: &Dict, base: &Type) -> Res<Option<SlotPlan>> {
    let Some(slots) = ns.get_str(t, names::__slots__()).map(|v| v.to_value()) else { return Ok(None) };
    let items = if text(slots.r()).is_some() { vec![slots.clone()] } else { t.collect(slots.r())? };
    let mut plan = SlotPlan { names: Vec::new(), dict: false, weakref: false };
    let layout = base.native_layout();
    let var_sized = (layout.var_size.is_some() && !std::ptr::eq(layout, super::str::Str::layout()))
        || base.is_subtype(super::int::TYPE.get(t));
    for item in items {
        let Some(s) = text(item.r()).map(|s| s.to_string()) else {
            let n = item.r().ty().name();
            return Err(t.type_error(format!("__slots__ items must be strings, not '{n}'")));
        };
        if s == "__dict__" {
            if base.has(type_flag::HAS_DICT) || plan.dict {
                return Err(t.type_error("__dict__ slot disallowed: we already got one"));
            }
            plan.dict = true;
            continue;
        }
        if s == "__weakref__" {
            if plan.weakref || (base.has(type_flag::WEAKREFS) && base.has(type_flag::HEAP)) {
                return Err(t.type_error("__weakref__ slot disallowed: we already got one"));
            }
            plan.weakref = true;
            continue;
        }
        if var_sized
            || as_type(base.to_value().r()).is_some_and(|b| std::ptr::eq(b.native_layout(), Type::layout()))
        {
            let b = native_base(base).name();
            return Err(t.type_error(format!("nonempty __slots__ not supported for subtype of '{b}'")));
        }
        if !weft_text::case::isidentifier(s.as_bytes()) {
            return Err(t.type_error("__slots__ must be identifiers"));
        }
        let mangled = mangle(class, &s);
        let name = crate::intern::intern(t, &mangled);
        if ns.get_str(t, name).is_some()
            && mangled != "__qualname__"
            && mangled != "__classcell__"
            && mangled != "__module__"
        {
            return Err(t.value_error(format!("'{s}' in __slots__ conflicts with class variable")));
        }
        plan.names.push(name.to_value());
    }
    plan.names.sort_by(|a, b| text(a.r()).map(|s| s.bytes()).cmp(&text(b.r()).map(|s| s.bytes())));
    Ok(Some(plan))
}

/// Private name mangling (6.2.1).
pub fn mangle(class: &str, name: &str) -> String {
    if !name.starts_with("__") || name.ends_with("__") || name.contains('.') {
        return name.to_string();
    }
    let class = class.trim_start_matches('_');
    if class.is_empty() { name.to_string() } else { format!("_{class}{name}") }
}

fn make_class(
    t: &mut Thread,
    meta: &Type,
    name: VRef<'_>,
    bases_v: VRef<'_>,
    ns: &Dict,
    args: CallArgs<'_>,
) -> Res {
    let class_name = text(name).map(|s| s.to_string()).unwrap_or_default();
    if class_name.contains('\0') {
        return Err(t.value_error("type name must not contain null characters"));
    }
    let bases_value = if bases_v.cast::<Tuple>().is_some_and(|b| b.is_empty()) {
        let o = object::TYPE.get(t).to_value();
        Tuple::new(t, vec![o])
    } else {
        bases_v.to_value()
    };
    let bases = bases_value.cast::<Tuple>().expect("tuple");
    for b in bases.iter() {
        if as_type(b).is_none() {
            return Err(t.type_error("type() doesn't support MRO entry resolution; use types.new_class()"));
        }
    }
    let base = best_base(t, bases)?;
    let plan = plan_slots(t, &class_name, ns, base)?;
    let mut flags = type_flag::HEAP
        | type_flag::BASETYPE
        | (base.flags()
            & (type_flag::HAS_DICT | type_flag::WEAKREFS | type_flag::FINALIZER | type_flag::MATCH_SELF));
    for b in bases.iter().filter_map(as_type) {
        flags |= b.flags() & (type_flag::HAS_DICT | type_flag::WEAKREFS);
        // What patterns match it as is what the first base that is anything is matched as.
        if flags & (type_flag::SEQUENCE | type_flag::MAPPING) == 0 {
            flags |= b.flags() & (type_flag::SEQUENCE | type_flag::MAPPING)
        }
    }
    let is_meta = std::ptr::eq(base.native_layout(), <Type as Object>::layout());
    let (slot_names, dict) = match plan {
        Some(p) => {
            if p.weakref {
                flags |= type_flag::WEAKREFS
            }
            (p.names, p.dict)
        }
        None => {
            flags |= type_flag::WEAKREFS;
            (Vec::new(), true)
        }
    };
    // Modules and the like keep their dict in a slot of their own.
    let own_dict = std::ptr::eq(base.native_layout(), <super::module::Module as Object>::layout())
        || std::ptr::eq(base.native_layout(), <super::classmethod::Wrapper as Object>::layout());
    if dict && !is_meta && !own_dict {
        flags |= type_flag::HAS_DICT
    }
    let nslots = base.nslots + slot_names.len() as u16;
    let has_inst = !is_meta && (flags & type_flag::HAS_DICT != 0 || nslots > 0 || base.has_inst);
    let expected = static_attributes(t, ns)
        + bases
            .iter()
            .filter_map(as_type)
            .map(|b| (b.ninline.load(Relaxed) as usize).saturating_sub(b.nslots as usize))
            .max()
            .unwrap_or(0);
    let room = if flags & type_flag::HAS_DICT != 0 { expected.clamp(4, MAX_INLINE) } else { 0 };
    let ty = Type::alloc(
        t,
        NewType {
            name: name.to_value(),
            meta_shape: shape(meta.shape()).id,
            base: Some(base),
            layout: base.native_layout(),
            flags,
            slots: *base.slots(),
            nslots,
            ninline: if has_inst { nslots + room as u16 } else { 0 },
            has_inst,
            fixed: None,
            spec: None,
        },
    );
    // SAFETY: `alloc` left us its reference.
    let class = unsafe { Value::from_owned(Word::counted(header_of(ty))) };
    let h = header_of(ty);
    ty.bases.set(h, bases_value.clone());
    let dict_value = ns.copy(t);
    crate::types::code::make_traced(t, dict_value.r().header().expect("dict"));
    ty.dict.set(h, dict_value);
    let d = ty.dict();
    finish_namespace(t, ty, d, &class_name)?;
    for (i, n) in slot_names.iter().enumerate() {
        let m = super::descriptor::new_member(t, ty, n.clone(), base.nslots as usize + i);
        d.set_str(t, n.r(), m);
    }
    add_special_descriptors(t, ty, base, d, flags);
    if d.get_str(t, names::__doc__()).is_none() {
        d.set_str(t, names::__doc__(), Value::NONE)
    }
    // An `mro()` of the metaclass sees a class that has none yet.
    ty.mro.set(h, super::tuple::empty(t));
    let mro = compute_mro(t, ty, meta)?;
    ty.mro.set(h, mro);
    ty.invalidate();
    for b in bases.iter() {
        if let Some(b) = as_type(b) {
            b.subclasses.lock().push(ty)
        }
    }
    dunder::update_slots(t, ty);
    if let Some(a) = d.get_str(t, names::__abstractmethods__()).map(|v| v.to_value())
        && t.truth(a.r())?
    {
        ty.change_flags(type_flag::ABSTRACT, 0)
    }
    set_class_cell(t, ty, d)?;
    call_set_name(t, ty)?;
    call_init_subclass(t, ty, args)?;
    Ok(class)
}

/// How many attributes the methods of a class body set on `self`, as the compiler noted.
fn static_attributes(t: &Thread, ns: &Dict) -> usize {
    ns.get_str(t, names::__static_attributes__())
        .and_then(|v| v.cast::<Tuple>().map(|x| x.len()))
        .unwrap_or(0)
}

/// Turns what the class body left into what a class has: `__qualname__`, static and class methods, `__module__`, `__doc__`.
fn finish_namespace(t: &mut Thread, ty: &Type, d: &Dict, class_name: &str) -> Res<()> {
    let h = header_of(ty);
    if let Some(q) = d.remove_str(t, names::__qualname__()) {
        if text(q.r()).is_none() {
            let n = q.r().ty().name();
            return Err(t.type_error(format!("type __qualname__ must be a str, not {n}")));
        }
        ty.qualname.set(h, q);
    }
    if d.get_str(t, names::__module__()).is_none()
        && let Some(m) = crate::interp::current_globals(t)
            .and_then(|g| g.cast::<Dict>()?.get_str(t, names::__name__()).map(|v| v.to_value()))
    {
        d.set_str(t, names::__module__(), m)
    }
    if let Some(f) = d.get_str(t, names::__new__()).map(|v| v.to_value())
        && f.r().has_shape(fixed::FUNCTION)
    {
        let s = super::classmethod::new_static(t, f);
        d.set_str(t, names::__new__(), s)
    }
    for n in [names::__init_subclass__(), names::__class_getitem__()] {
        if let Some(f) = d.get_str(t, n).map(|v| v.to_value())
            && f.r().has_shape(fixed::FUNCTION)
        {
            let c = super::classmethod::new_class(t, f);
            d.set_str(t, n, c)
        }
    }
    // 3.3.1: a class that overrides __eq__ and does not define __hash__ has __hash__ set to None.
    if d.get_str(t, names::__eq__()).is_some() && d.get_str(t, names::__hash__()).is_none() {
        d.set_str(t, names::__hash__(), Value::NONE)
    }
    let _ = class_name;
    Ok(())
}

/// `__dict__` and `__weakref__` of instances, where the class is the first to have them.
fn add_special_descriptors(t: &Thread, ty: &Type, base: &Type, d: &Dict, flags: u32) {
    if flags & type_flag::HAS_DICT != 0
        && !base.has(type_flag::HAS_DICT)
        && d.get_str(t, names::__dict__()).is_none()
    {
        d.set_str(t, names::__dict__(), super::descriptor::new_getset(t, ty, &super::object_methods::DICT))
    }
    if flags & type_flag::WEAKREFS != 0
        && !base.has(type_flag::WEAKREFS)
        && d.get_str(t, names::__weakref__()).is_none()
    {
        d.set_str(
            t,
            names::__weakref__(),
            super::descriptor::new_getset(t, ty, &super::object_methods::WEAKREF),
        )
    }
}

/// The MRO: `mro()` of the metaclass if it overrides it, else C3.
pub(crate) fn compute_mro(t: &mut Thread, ty: &Type, meta: &Type) -> Res {
    if meta.has(type_flag::HEAP) {
        let name = crate::intern::intern(t, "mro");
        if let Some((_, owner)) = meta.lookup_where(t, name)
            && owner.has(type_flag::HEAP)
        {
            let class = ty.to_value();
            let r = match t.call_special(class.r(), name, &[]) {
                Some(r) => r?,
                None => return c3(t, ty),
            };
            let items = t.collect(r.r())?;
            for i in &items {
                if as_type(i.r()).is_none() {
                    let n = i.r().ty().name();
                    return Err(t.type_error(format!("mro() returned a non-class ('{n}')")));
                }
                // Methods found through the MRO rely on the layout of the class that has them.
                if let Some(b) = as_type(i.r()).filter(|b| !layout_extends(ty, b)) {
                    let n = b.name();
                    return Err(t.type_error(format!("mro() returned base with unsuitable layout ('{n}')")));
                }
            }
            return Ok(Tuple::new(t, items));
        }
    }
    c3(t, ty)
}

/// C3 linearization (2.3 MRO; Barrett et al., OOPSLA 1996) of a class, as a tuple.
pub fn c3(t: &mut Thread, ty: &Type) -> Res {
    let bases: Vec<Value> = match ty.bases.get(t).and_then(|b| b.cast::<Tuple>()) {
        Some(b) => b.iter().map(|v| v.to_value()).collect(),
        None => Vec::new(),
    };
    for (i, b) in bases.iter().enumerate() {
        if bases[..i].iter().any(|x| x.is(b.r())) {
            let n = as_type(b.r()).map(|b| b.name()).unwrap_or_default();
            return Err(t.type_error(format!("duplicate base class {n}")));
        }
    }
    let mut lists: Vec<Vec<Value>> = bases
        .iter()
        .filter_map(|b| as_type(b.r()).map(|b| b.mro().iter().map(|v| v.to_value()).collect()))
        .collect();
    lists.push(bases);
    let mut out = vec![ty.to_value()];
    loop {
        lists.retain(|l| !l.is_empty());
        if lists.is_empty() {
            return Ok(Tuple::new(t, out));
        }
        let head =
            lists.iter().map(|l| &l[0]).find(|h| !lists.iter().any(|l| l[1..].iter().any(|x| x.is(h.r()))));
        let Some(head) = head.cloned() else {
            let names: Vec<String> =
                lists.iter().filter_map(|l| as_type(l[0].r()).map(|c| c.name())).collect();
            let mut seen = Vec::new();
            for n in names {
                if !seen.contains(&n) {
                    seen.push(n)
                }
            }
            return Err(t.type_error(format!(
                "Cannot create a consistent method resolution order (MRO) for bases {}",
                seen.join(", ")
            )));
        };
        for l in &mut lists {
            if l[0].is(head.r()) {
                l.remove(0);
            }
        }
        out.push(head);
    }
}

/// Fills the `__class__` cell that methods of the body refer to.
fn set_class_cell(t: &mut Thread, ty: &Type, d: &Dict) -> Res<()> {
    if let Some(c) = d.remove_str(t, names::__classcell__()) {
        let Some(cell) = c.cast::<super::cell::Cell>() else {
            let n = c.r().ty().name();
            return Err(t.type_error(format!("__classcell__ must be a nonlocal cell, not <class '{n}'>")));
        };
        cell.value.set(&cell.h, ty.to_value());
    }
    if let Some(c) = d.remove_str(t, names::__classdictcell__())
        && let Some(cell) = c.cast::<super::cell::Cell>()
    {
        let dict = ty.dict.load().unwrap_or(Value::NONE);
        cell.value.set(&cell.h, dict);
    }
    Ok(())
}

/// `__set_name__` of everything in the namespace (3.3.3.6).
fn call_set_name(t: &mut Thread, ty: &Type) -> Res<()> {
    let class = ty.to_value();
    for (name, v) in ty.dict().items(t) {
        if v.r().ty().lookup(t, names::__set_name__()).is_some()
            && let Some(r) = t.call_special(v.r(), names::__set_name__(), &[class.r(), name.r()])
            && r.is_err()
        {
            let (vt, c) = (v.r().ty().name(), ty.name());
            let n = t.repr_after_error(name.r());
            crate::errors::exc_methods::add_note(
                t,
                &format!("Error calling __set_name__ on '{vt}' instance {n} in '{c}'"),
            );
            return Err(Raised);
        }
    }
    Ok(())
}

/// `super(cls, cls).__init_subclass__(**kwds)`
fn call_init_subclass(t: &mut Thread, ty: &Type, args: CallArgs<'_>) -> Res<()> {
    let class = ty.to_value();
    let found = ty
        .mro()
        .iter()
        .skip(1)
        .find_map(|b| as_type(b)?.dict().get_str(t, names::__init_subclass__()).map(|f| f.to_value()));
    let Some(f) = found else { return Ok(()) };
    let f = match f.r().ty().slots().descr_get {
        Some(get) => get(t, f.r(), Some(class.r()), ty)?,
        None => f,
    };
    let kw = args.keywords();
    let values: Vec<VRef<'_>> = kw.iter().map(|(_, v)| *v).collect();
    let names = args.names.map(|n| n.to_value());
    t.call_with(f.r(), None, CallArgs { args: Args::of(&values), names: names.as_ref().map(|n| n.r()) })?;
    Ok(())
}

// ---- isinstance, issubclass -------------------------------------------------------------------------------

/// `isinstance(v, cls)` where no Python is asked: of classes whose class is `type`, and tuples of them.
#[inline]
pub(crate) fn plain_isinstance(t: &Thread, v: VRef<'_>, cls: VRef<'_>) -> Option<bool> {
    let ty = v.ty();
    let of = |c: VRef<'_>| {
        if !c.has_shape(fixed::TYPE) {
            return None;
        }
        as_type(c).map(|c| ty.is_subtype(c))
    };
    if let Some(many) = cls.exact::<Tuple>(fixed::TUPLE) {
        for c in many.iter() {
            if of(c)? {
                return Some(true);
            }
        }
    } else if of(cls)? {
        return Some(true);
    }
    has_plain_class(t, ty).then_some(false)
}

/// `issubclass(c, cls)` where no Python is asked.
#[inline]
pub(crate) fn plain_issubclass(c: VRef<'_>, cls: VRef<'_>) -> Option<bool> {
    let c = as_type(c)?;
    let of = |cls: VRef<'_>| {
        if cls.has_shape(fixed::TYPE) { as_type(cls).map(|cls| c.is_subtype(cls)) } else { None }
    };
    let Some(many) = cls.exact::<Tuple>(fixed::TUPLE) else { return of(cls) };
    for cls in many.iter() {
        if of(cls)? {
            return Some(true);
        }
    }
    Some(false)
}

/// Is `__class__` of this type's instances what they are? (Proxies and mocks may pretend.)
#[inline]
fn has_plain_class(t: &Thread, ty: &Type) -> bool {
    ty.slots().getattr.is_some_and(|g| g as usize == object::generic_getattr as *const () as usize)
        && ty.lookup(t, names::__class__()).is_some_and(|d| d.has_shape(fixed::GETSET_DESCR))
}

/// `isinstance(v, cls)`
pub fn isinstance(t: &mut Thread, v: VRef<'_>, cls: VRef<'_>) -> Res<bool> {
    if let Some(c) = as_type(cls) {
        if std::ptr::eq(v.ty(), c) {
            return Ok(true);
        }
        if !cls.ty().has(type_flag::HEAP) {
            return real_isinstance(t, v, cls);
        }
    }
    if let Some(many) = cls.cast::<Tuple>() {
        return t.recurse(|t| {
            for c in many.iter() {
                if isinstance(t, v, c)? {
                    return Ok(true);
                }
            }
            Ok(false)
        });
    }
    if let Some(r) = t.recurse(|t| Ok(t.call_special(cls, names::__instancecheck__(), &[v])))? {
        let r = r?;
        return t.truth(r.r());
    }
    real_isinstance(t, v, cls)
}

/// `type.__instancecheck__`
pub fn real_isinstance(t: &mut Thread, v: VRef<'_>, cls: VRef<'_>) -> Res<bool> {
    if let Some(c) = as_type(cls) {
        if v.ty().is_subtype(c) {
            return Ok(true);
        }
        // `__class__` may pretend (mocks, proxies).
        if has_plain_class(t, v.ty()) {
            return Ok(false);
        }
        return Ok(match t.getattr_opt(v, names::__class__())? {
            Some(k) => as_type(k.r()).is_some_and(|k| k.is_subtype(c)),
            None => false,
        });
    }
    if !has_bases(t, cls)? {
        return Err(t.type_error("isinstance() arg 2 must be a type, a tuple of types, or a union"));
    }
    match t.getattr_opt(v, names::__class__())? {
        Some(k) => abstract_subclass(t, k.r(), cls),
        None => Ok(false),
    }
}

fn has_bases(t: &mut Thread, v: VRef<'_>) -> Res<bool> {
    Ok(t.getattr_opt(v, names::__bases__())?.is_some_and(|b| b.cast::<Tuple>().is_some()))
}

fn abstract_subclass(t: &mut Thread, c: VRef<'_>, cls: VRef<'_>) -> Res<bool> {
    if c.is(cls) {
        return Ok(true);
    }
    let Some(bases) = t.getattr_opt(c, names::__bases__())? else { return Ok(false) };
    let Some(bases) = bases.cast::<Tuple>() else { return Ok(false) };
    t.recurse(|t| {
        for b in bases.iter() {
            if abstract_subclass(t, b, cls)? {
                return Ok(true);
            }
        }
        Ok(false)
    })
}

/// `issubclass(c, cls)`
pub fn issubclass(t: &mut Thread, c: VRef<'_>, cls: VRef<'_>) -> Res<bool> {
    if as_type(cls).is_some() && !cls.ty().has(type_flag::HEAP) {
        return real_issubclass(t, c, cls);
    }
    if let Some(many) = cls.cast::<Tuple>() {
        return t.recurse(|t| {
            for k in many.iter() {
                if issubclass(t, c, k)? {
                    return Ok(true);
                }
            }
            Ok(false)
        });
    }
    if let Some(r) = t.recurse(|t| Ok(t.call_special(cls, names::__subclasscheck__(), &[c])))? {
        let r = r?;
        return t.truth(r.r());
    }
    real_issubclass(t, c, cls)
}

/// `type.__subclasscheck__`
pub fn real_issubclass(t: &mut Thread, c: VRef<'_>, cls: VRef<'_>) -> Res<bool> {
    if let (Some(a), Some(b)) = (as_type(c), as_type(cls)) {
        return Ok(a.is_subtype(b));
    }
    if !has_bases(t, c)? {
        return Err(t.type_error("issubclass() arg 1 must be a class"));
    }
    if !has_bases(t, cls)? {
        return Err(t.type_error("issubclass() arg 2 must be a class, a tuple of classes, or a union"));
    }
    abstract_subclass(t, c, cls)
}

/// `type[int]`
pub fn generic_alias(t: &mut Thread, origin: VRef<'_>, args: VRef<'_>) -> Res {
    crate::types::genericalias::new(t, origin, args)
}

/// The str of a value for a note, when an exception is on its way already.
impl Thread {
    /// `repr(v)` while an exception is on its way; errors are swallowed.
    pub fn repr_after_error(&mut self, v: VRef<'_>) -> String {
        let raised = self.raised().map(|v| v.to_value());
        self.clear_raised();
        let s = self.repr_text(v).unwrap_or_default();
        self.clear_raised();
        if let Some(e) = raised {
            self.reraise(e);
        }
        s
    }
}

/// A type as a value, for callers with a reference only.
pub fn type_value(ty: &Type) -> Value {
    as_vref(ty).to_value()
}

/// Kept so that `str` stays in scope for messages.
pub fn name_of(v: VRef<'_>) -> String {
    str::text(v).map(|s| s.to_string()).unwrap_or_default()
}
