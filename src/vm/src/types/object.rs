//! `object`: attribute access by the data model's default rules, and instances.

use super::typeobj::{Type, as_type};
use super::{fixed, str};
use crate::dict::Dict;
use crate::object::{
    CallArgs, Cmp, NativeType, Object, Slots, TypeSpec, ValueExt, Visitor, shape_of, type_flag,
};
use crate::thread::Thread;
use crate::{Raised, Res};
use weft_strategy::{Header, Slot, VRef, Value, Word};

/// An object without native part.
#[repr(C)]
pub struct Plain {
    h: Header,
}

// SAFETY: no references.
unsafe impl Object for Plain {
    crate::layout!(Plain, "object", true);
    fn traverse(&self, _v: Visitor) {}
    fn clear(&self) {}
}

/// `object`
pub static TYPE: NativeType = NativeType::fixed(&SPEC, fixed::OBJECT);
static SPEC: TypeSpec = TypeSpec {
    name: "object",
    doc: "object()\n--\n\nThe base class of the class hierarchy.\n\nWhen called, it accepts no arguments and returns a new featureless\ninstance that has no instance attributes and cannot be given any.\n",
    slots: Slots {
        repr: Some(default_repr),
        str: Some(|t, v| t.repr(v)),
        hash: Some(default_hash),
        getattr: Some(generic_getattr),
        setattr: Some(generic_setattr),
        compare: Some(default_compare),
        new: Some(new),
        init: Some(init),
        ..Slots::EMPTY
    },
    methods: super::object_methods::METHODS,
    getset: super::object_methods::GETSET,
    ..TypeSpec::new::<Plain>()
};

/// Makes an instance of a class whose native part is `object`'s.
pub fn make_instance(t: &Thread, shape: u32) -> Value {
    t.make(shape, Plain { h: Header::new(0, 0) })
}

fn default_repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let name = t.type_full_name(v.ty());
    Ok(t.str(&format!("<{name} object at {:#x}>", v.word().identity())))
}

fn default_compare(t: &mut Thread, a: VRef<'_>, b: VRef<'_>, op: Cmp) -> Res {
    match op {
        Cmp::Eq if a.is(b) => Ok(Value::TRUE),
        Cmp::Ne => {
            // 3.3.1: by default, __ne__ delegates to __eq__ and inverts the result.
            let Some(f) = a.ty().slots().compare else { return Ok(Value::NOT_IMPLEMENTED) };
            let r = f(t, a, b, Cmp::Eq)?;
            if r.word() == Word::NOT_IMPLEMENTED { Ok(r) } else { Ok(Value::bool(!t.truth(r.r())?)) }
        }
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn default_hash(_t: &mut Thread, v: VRef<'_>) -> Res<i64> {
    Ok(crate::hash::hash_pointer(v.word().identity()))
}

/// Is the hash of instances of this type that of their address?
#[inline(always)]
pub(crate) fn hashes_by_identity(ty: &Type) -> bool {
    ty.slots().hash.is_some_and(|f| f as usize == default_hash as *const () as usize)
}

/// Is `==` of instances of this type what `object` says?
#[inline(always)]
pub(crate) fn compares_by_identity(ty: &Type) -> bool {
    ty.slots().compare.is_some_and(|f| f as usize == default_compare as *const () as usize)
}

fn has_arguments(args: CallArgs<'_>) -> bool {
    !args.args.is_empty()
}

fn overridden_new(cls: &Type) -> bool {
    cls.slots().new.is_none_or(|f| f as usize != new as *const () as usize)
}

fn overridden_init(cls: &Type) -> bool {
    cls.slots().init.is_none_or(|f| f as usize != init as *const () as usize)
}

fn new(t: &mut Thread, cls: &Type, args: CallArgs<'_>) -> Res {
    if has_arguments(args) {
        if overridden_new(cls) {
            return Err(t.type_error("object.__new__() takes exactly one argument (the type to instantiate)"));
        }
        if !overridden_init(cls) {
            let n = cls.name();
            return Err(t.type_error(format!("{n}() takes no arguments")));
        }
    }
    if cls.has(type_flag::ABSTRACT) {
        return Err(super::heaptype::abstract_error(t, cls));
    }
    if !std::ptr::eq(cls.native_layout(), Plain::layout()) {
        let n = cls.name();
        return Err(t.type_error(format!("object.__new__({n}) is not safe, use {n}.__new__()")));
    }
    Ok(make_instance(t, cls.shape()))
}

fn init(t: &mut Thread, v: VRef<'_>, args: CallArgs<'_>) -> Res<()> {
    let cls = v.ty();
    if has_arguments(args) {
        if overridden_init(cls) {
            return Err(
                t.type_error("object.__init__() takes exactly one argument (the instance to initialize)")
            );
        }
        if !overridden_new(cls) {
            let n = cls.name();
            return Err(t.type_error(format!(
                "{n}.__init__() takes exactly one argument (the instance to initialize)"
            )));
        }
    }
    Ok(())
}

// ---- instance attributes -------------------------------------------------------------------------------

/// The value of an instance attribute, by interned name, class not consulted.
pub fn instance_get<'t>(t: &'t Thread, h: &'t Header, name: VRef<'_>) -> Option<VRef<'t>> {
    loop {
        let s = shape_of(h);
        if !s.has_inst {
            return dict_slot(t, h).and_then(|d| d.get_str(t, name));
        }
        let found = if s.dict_mode {
            s.ext(h).get(t).and_then(|d| d.cast::<Dict>()?.get_str(t, name))
        } else {
            s.find(name.word().identity()).and_then(|i| s.slot(h, i).get(t))
        };
        // Nothing there, or the object went to another shape meanwhile and took its attributes along.
        if found.is_some() || h.shape() == s.id {
            return found;
        }
    }
}

/// Where objects that keep their dict in a slot of their own have it: functions, modules, `classmethod`.
fn own_dict_slot(h: &Header) -> Option<&Slot> {
    // SAFETY: the header is that of a live object.
    let v: VRef<'_> = unsafe { VRef::from_word(Word::counted(h)) };
    if let Some(f) = v.cast::<super::function::Function>() {
        return Some(&f.dict);
    }
    if let Some(m) = v.cast::<super::module::Module>() {
        return Some(&m.dict);
    }
    v.cast::<super::classmethod::Wrapper>().map(|w| &w.dict)
}

fn dict_slot<'t>(t: &'t Thread, h: &'t Header) -> Option<&'t Dict> {
    own_dict_slot(h)?.get(t)?.cast::<Dict>()
}

/// Sets an instance attribute; `name` is interned. False: instances of this class have no `__dict__`.
pub fn instance_set(t: &Thread, h: &Header, name: VRef<'_>, value: Value) -> bool {
    let s = shape_of(h);
    if !s.has_inst {
        let Some(slot) = own_dict_slot(h) else { return false };
        if slot.is_empty() {
            let _ = slot.fill(h, Dict::new(t));
        }
        if let Some(d) = slot.get(t).and_then(|d| d.cast::<Dict>()) {
            d.set_str(t, name, value)
        }
        return true;
    }
    if !s.has_dict {
        return false;
    }
    weft_strategy_publish_for(h, &value);
    let old;
    {
        let _g = weft_strategy::lock::lock(t, h);
        let s = shape_of(h);
        if s.dict_mode {
            old = None;
        } else if let Some(i) = s.find(name.word().identity()) {
            old = s.slot(h, i).swap(h, Some(value));
            drop(_g);
            drop(old);
            return true;
        } else if let Some(next) = s.with(name.word().identity()) {
            // Store the slot, then publish the shape.
            old = s.slot(h, s.nslots as usize + s.keys.len()).swap(h, Some(value));
            h.set_shape(next.id);
            drop(_g);
            drop(old);
            return true;
        } else {
            s.ty().want_more_slots();
            old = None;
        }
    }
    drop(old);
    if let Some(d) = instance_dict(t, h) {
        let d = d.to_value();
        if let Some(d) = d.cast::<Dict>() {
            d.set_str(t, name, value)
        }
    }
    true
}

fn weft_strategy_publish_for(h: &Header, v: &Value) {
    if h.owner() != weft_strategy::me() {
        weft_strategy::publish(v.r())
    }
}

/// Deletes an instance attribute; gives its value.
pub fn instance_remove(t: &Thread, h: &Header, name: VRef<'_>) -> Option<Value> {
    let s = shape_of(h);
    if !s.has_inst {
        return dict_slot(t, h)?.remove_str(t, name);
    }
    if !s.dict_mode {
        s.find(name.word().identity())?;
    }
    instance_dict(t, h)?.cast::<Dict>()?.remove_str(t, name)
}

/// The `__dict__` of an instance: it goes to dict mode. `None` if the class has none.
pub fn instance_dict<'t>(t: &'t Thread, h: &'t Header) -> Option<VRef<'t>> {
    let s = shape_of(h);
    if !s.has_inst || !s.has_dict {
        return None;
    }
    if !s.dict_mode {
        if h.owner() == weft_strategy::me() {
            return own_instance_dict(t, h);
        }
        let d = Dict::new(t);
        weft_strategy_publish_for(h, &d);
        let _g = weft_strategy::lock::lock(t, h);
        let s = shape_of(h);
        if !s.dict_mode {
            let dict: &Dict = d.cast()?;
            for (i, key) in s.keys.iter().enumerate() {
                if let Some(v) = s.slot(h, s.nslots as usize + i).load() {
                    // SAFETY: keys are interned strings, immortal.
                    let name: VRef<'static> =
                        unsafe { VRef::from_word(Word::free_standing(*key as *const Header)) };
                    dict.set_str(t, name, v);
                }
            }
            drop(s.ext(h).swap(h, Some(d)));
            h.set_shape(s.in_dict_mode().id);
            for i in 0..s.keys.len() {
                drop(s.slot(h, s.nslots as usize + i).take(h))
            }
        }
    }
    let s = shape_of(h);
    s.ext(h).get(t)
}

/// [`instance_dict`] of an object that only this thread can see: the values move.
fn own_instance_dict<'t>(t: &'t Thread, h: &'t Header) -> Option<VRef<'t>> {
    let s = shape_of(h);
    let items = s.keys.iter().enumerate().filter_map(|(i, key)| {
        let v = s.slot(h, s.nslots as usize + i).take(h)?;
        // SAFETY: keys are interned strings, immortal.
        let name: VRef<'static> = unsafe { VRef::from_word(Word::free_standing(*key as *const Header)) };
        let hash = str::text(name).map_or(0, |s| s.hash());
        Some((hash, name.to_value(), v))
    });
    let d = Dict::of_distinct(t, s.keys.len(), items);
    drop(s.ext(h).swap(h, Some(d)));
    h.set_shape(s.in_dict_mode().id);
    shape_of(h).ext(h).get(t)
}

/// Replaces the `__dict__` of an instance.
pub fn set_instance_dict(t: &Thread, h: &Header, dict: Value) -> bool {
    if instance_dict(t, h).is_none() {
        return false;
    }
    weft_strategy_publish_for(h, &dict);
    drop(shape_of(h).ext(h).swap(h, Some(dict)));
    true
}

/// A copy of the instance attributes as names and values, in order.
pub fn instance_items(t: &Thread, h: &Header) -> Vec<(Value, Value)> {
    let s = shape_of(h);
    if !s.has_inst {
        return dict_slot(t, h).map_or(Vec::new(), |d| d.items(t));
    }
    if s.dict_mode {
        return s.ext(h).get(t).and_then(|d| d.cast::<Dict>().map(|d| d.items(t))).unwrap_or_default();
    }
    let _g = weft_strategy::lock::lock(t, h);
    let s = shape_of(h);
    s.keys
        .iter()
        .enumerate()
        .filter_map(|(i, k)| {
            // SAFETY: keys are interned strings, immortal.
            let name: VRef<'static> = unsafe { VRef::from_word(Word::free_standing(*k as *const Header)) };
            Some((name.to_value(), s.slot(h, s.nslots as usize + i).load()?))
        })
        .collect()
}

// ---- attribute access ----------------------------------------------------------------------------------

/// `object.__getattribute__` (Language Reference 3.3.2.3): a data descriptor of the class, then the instance's
/// own attribute, then any other attribute of the class, bound if it is a descriptor.
pub fn generic_getattr(t: &mut Thread, v: VRef<'_>, name: VRef<'_>) -> Res {
    match find_attr(t, v, name)? {
        Some(x) => Ok(x),
        None => Err(no_attribute(t, v, name)),
    }
}

/// As [`generic_getattr`], without an error when there is none.
pub fn find_attr(t: &mut Thread, v: VRef<'_>, name: VRef<'_>) -> Res<Option<Value>> {
    let interned = crate::intern::intern_value(t, name);
    let name = interned.r();
    let ty = v.ty();
    let in_class = ty.lookup(t, name).map(|f| f.to_value());
    if let Some(f) = &in_class {
        let slots = f.r().ty().slots();
        if slots.descr_set.is_some()
            && let Some(get) = slots.descr_get
        {
            return get(t, f.r(), Some(v), ty).map(Some);
        }
    }
    if let Some(h) = v.header()
        && let Some(x) = instance_get(t, h, name)
    {
        return Ok(Some(x.to_value()));
    }
    match in_class {
        Some(f) => match f.r().ty().slots().descr_get {
            Some(get) => get(t, f.r(), Some(v), ty).map(Some),
            None => Ok(Some(f)),
        },
        None => Ok(None),
    }
}

/// AttributeError for a missing attribute.
pub fn no_attribute(t: &mut Thread, v: VRef<'_>, name: VRef<'_>) -> Raised {
    let n = str::text(name).map(|s| s.to_string()).unwrap_or_default();
    let ty = v.ty().error_name();
    t.attribute_error_text(v, &n, format!("'{ty}' object has no attribute '{n}'"))
}

/// `object.__setattr__`, `object.__delattr__`.
pub fn generic_setattr(t: &mut Thread, v: VRef<'_>, name: VRef<'_>, value: Option<VRef<'_>>) -> Res<()> {
    let interned = crate::intern::intern_value(t, name);
    let name = interned.r();
    let ty = v.ty();
    let in_class = ty.lookup(t, name).map(|f| f.to_value());
    if let Some(f) = &in_class
        && let Some(set) = f.r().ty().slots().descr_set
    {
        return set(t, f.r(), v, value);
    }
    let done = match (v.header(), value) {
        (Some(h), Some(x)) => instance_set(t, h, name, x.to_value()),
        (Some(h), None) => {
            if instance_remove(t, h, name).is_some() {
                true
            } else {
                let s = shape_of(h);
                if s.has_dict || own_dict_slot(h).is_some() {
                    return Err(no_attribute(t, v, name));
                }
                false
            }
        }
        (None, _) => false,
    };
    if done {
        return Ok(());
    }
    let (n, tn) = (str::text(name).map(|s| s.to_string()).unwrap_or_default(), ty.error_name());
    let text = if in_class.is_some() {
        format!("'{tn}' object attribute '{n}' is read-only")
    } else {
        format!("'{tn}' object has no attribute '{n}' and no __dict__ for setting new attributes")
    };
    Err(t.attribute_error_text(v, &n, text))
}

/// `object.__setattr__(cls, …)` must not get around `type.__setattr__`.
pub fn check_setattr_receiver(t: &mut Thread, slots: &Slots, this: VRef<'_>) -> Res<()> {
    if as_type(this).is_some()
        && slots.setattr.is_some_and(|f| f as usize == generic_setattr as *const () as usize)
    {
        let n = this.ty().name();
        return Err(t.type_error(format!("can't apply this __setattr__ to {n} object")));
    }
    Ok(())
}
