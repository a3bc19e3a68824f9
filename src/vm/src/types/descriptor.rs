//! Descriptors of native types: methods, slot wrappers, computed attributes, `__slots__` members.

use super::typeobj::Type;
use super::{builtin::Builtin, dunder, fixed, function::Method};
use crate::object::{
    CallArgs, GetSet, MethodDef, NativeType, Slots, TypeSpec, ValueExt, as_vref, header_of, shape_of,
    type_flag,
};
use crate::thread::Thread;
use crate::{Raised, Res};
use weft_strategy::{Header, Slot, VRef, Value};

/// `method_descriptor` and `classmethod_descriptor`: a native method of a type.
#[repr(C)]
pub struct MethodDescr {
    pub(crate) h: Header,
    /// What it runs.
    pub def: &'static MethodDef,
    /// `__objclass__`
    pub owner: Slot,
}
crate::object!(MethodDescr, "method_descriptor", true, [owner]);

/// `wrapper_descriptor`: a slot of a native type under its method name (`int.__add__`).
#[repr(C)]
pub struct WrapperDescr {
    pub(crate) h: Header,
    /// Which method.
    pub def: &'static dunder::Dunder,
    /// The slots it came from.
    pub slots: &'static Slots,
    /// `__objclass__`
    pub owner: Slot,
}
crate::object!(WrapperDescr, "wrapper_descriptor", true, [owner]);

/// `method-wrapper`: a slot wrapper bound to its receiver.
#[repr(C)]
pub struct MethodWrapper {
    pub(crate) h: Header,
    /// The wrapper_descriptor.
    pub descr: Slot,
    /// `__self__`
    pub this: Slot,
}
crate::object!(MethodWrapper, "method-wrapper", true, [descr, this]);

/// `getset_descriptor`: a computed attribute of a native type.
#[repr(C)]
pub struct GetSetDescr {
    pub(crate) h: Header,
    /// How it is computed.
    pub def: &'static GetSet,
    /// `__objclass__`
    pub owner: Slot,
}
crate::object!(GetSetDescr, "getset_descriptor", true, [owner]);

/// `member_descriptor`: a `__slots__` entry.
#[repr(C)]
pub struct MemberDescr {
    pub(crate) h: Header,
    /// `__name__`
    pub name: Slot,
    /// `__objclass__`
    pub owner: Slot,
    /// Inline slot; with [`ITEM`]: item of a tuple.
    pub index: usize,
    /// A field of a native type instead.
    pub field: Option<&'static GetSet>,
}

/// Marks a member that is an item of a struct sequence, not an inline slot.
pub const ITEM: usize = 1 << 31;
crate::object!(MemberDescr, "member_descriptor", true, [name, owner]);

macro_rules! descriptor_type {
    ($static:ident, $spec:ident, $ty:ty, $name:literal, $fixed:expr, $flags:expr, $slots:expr) => {
        #[doc = concat!("`", $name, "`")]
        pub static $static: NativeType = NativeType::fixed(&$spec, $fixed);
        static $spec: TypeSpec = TypeSpec {
            name: $name,
            flags: type_flag::IMMUTABLE | $flags,
            slots: $slots,
            methods: super::descriptor_attrs::METHODS,
            getset: super::descriptor_attrs::GETSET,
            ..TypeSpec::new::<$ty>()
        };
    };
}

descriptor_type!(
    METHOD,
    METHOD_SPEC,
    MethodDescr,
    "method_descriptor",
    fixed::METHOD_DESCR,
    type_flag::METHOD_DESCRIPTOR,
    Slots { call: Some(call_method), descr_get: Some(get_method), ..super::descriptor_attrs::SLOTS }
);
descriptor_type!(
    CLASSMETHOD_DESCR,
    CLASSMETHOD_SPEC,
    MethodDescr,
    "classmethod_descriptor",
    fixed::CLASSMETHOD_DESCR,
    0,
    Slots {
        call: Some(call_classmethod),
        descr_get: Some(get_classmethod),
        ..super::descriptor_attrs::SLOTS
    }
);
descriptor_type!(
    WRAPPER,
    WRAPPER_SPEC,
    WrapperDescr,
    "wrapper_descriptor",
    fixed::WRAPPER_DESCR,
    type_flag::METHOD_DESCRIPTOR,
    Slots { call: Some(call_wrapper), descr_get: Some(get_wrapper), ..super::descriptor_attrs::SLOTS }
);
descriptor_type!(
    GETSET,
    GETSET_SPEC,
    GetSetDescr,
    "getset_descriptor",
    fixed::GETSET_DESCR,
    0,
    Slots { descr_get: Some(get_getset), descr_set: Some(set_getset), ..super::descriptor_attrs::SLOTS }
);
descriptor_type!(
    MEMBER,
    MEMBER_SPEC,
    MemberDescr,
    "member_descriptor",
    fixed::MEMBER_DESCR,
    0,
    Slots { descr_get: Some(get_member), descr_set: Some(set_member), ..super::descriptor_attrs::SLOTS }
);

/// `method-wrapper`
pub static METHOD_WRAPPER: NativeType = NativeType::new(&METHOD_WRAPPER_SPEC);
static METHOD_WRAPPER_SPEC: TypeSpec = TypeSpec {
    name: "method-wrapper",
    flags: type_flag::IMMUTABLE,
    slots: Slots { call: Some(call_method_wrapper), ..super::descriptor_attrs::WRAPPER_SLOTS },
    methods: super::descriptor_attrs::METHODS,
    getset: super::descriptor_attrs::WRAPPER_GETSET,
    ..TypeSpec::new::<MethodWrapper>()
};

/// The descriptor of a method table entry.
pub fn new_method(t: &Thread, owner: &Type, def: &'static MethodDef) -> Value {
    t.make(fixed::METHOD_DESCR, MethodDescr { h: Header::new(0, 0), def, owner: Slot::new(owner.to_value()) })
}

/// The descriptor of a class method.
pub fn new_classmethod(t: &Thread, owner: &Type, def: &'static MethodDef) -> Value {
    t.make(
        fixed::CLASSMETHOD_DESCR,
        MethodDescr { h: Header::new(0, 0), def, owner: Slot::new(owner.to_value()) },
    )
}

/// The descriptor of a slot.
pub fn new_wrapper(t: &Thread, owner: &Type, def: &'static dunder::Dunder) -> Value {
    t.make(
        fixed::WRAPPER_DESCR,
        WrapperDescr { h: Header::new(0, 0), def, slots: owner.slots(), owner: Slot::new(owner.to_value()) },
    )
}

/// The descriptor of a computed attribute.
pub fn new_getset(t: &Thread, owner: &Type, def: &'static GetSet) -> Value {
    t.make(fixed::GETSET_DESCR, GetSetDescr { h: Header::new(0, 0), def, owner: Slot::new(owner.to_value()) })
}

/// The descriptor of a `__slots__` entry.
pub fn new_member(t: &Thread, owner: &Type, name: Value, index: usize) -> Value {
    t.make(
        fixed::MEMBER_DESCR,
        MemberDescr {
            h: Header::new(0, 0),
            name: Slot::new(name),
            owner: Slot::new(owner.to_value()),
            index,
            field: None,
        },
    )
}

/// The descriptor of a field of a native type.
pub fn new_field(t: &Thread, owner: &Type, field: &'static GetSet) -> Value {
    t.make(
        fixed::MEMBER_DESCR,
        MemberDescr {
            h: Header::new(0, 0),
            name: Slot::new(crate::intern::intern(t, field.name).to_value()),
            owner: Slot::new(owner.to_value()),
            // No inline slot: too far for any cache.
            index: ITEM | (ITEM - 1),
            field: Some(field),
        },
    )
}

/// The type in an `owner` slot.
pub fn owner_of(s: &Slot) -> &Type {
    // SAFETY: owners are types, kept alive by the slot.
    unsafe { &*s.word().ptr().cast::<Type>() }
}

/// TypeError unless `v` is an instance of the descriptor's class.
fn check_receiver(t: &mut Thread, owner: &Type, name: &str, v: VRef<'_>) -> Result<(), Raised> {
    if v.ty().is_subtype(owner) {
        return Ok(());
    }
    let (o, n) = (owner.name(), v.ty().name());
    Err(t.type_error(format!("descriptor '{name}' for '{o}' objects doesn't apply to a '{n}' object")))
}

fn first_argument<'f>(
    t: &mut Thread,
    what: &str,
    owner: &Type,
    args: CallArgs<'f>,
) -> Result<VRef<'f>, Raised> {
    let positional = args.positional_len();
    if positional == 0 {
        let o = owner.name();
        return Err(t.type_error(format!("unbound method {o}.{what}() needs an argument")));
    }
    Ok(args.args.get(0))
}

fn call_method(t: &mut Thread, callee: VRef<'_>, args: CallArgs<'_>) -> Res {
    let d: &MethodDescr = callee.cast().expect("method descriptor");
    let owner = owner_of(&d.owner);
    let this = first_argument(t, d.def.name(), owner, args)?;
    check_receiver(t, owner, d.def.name(), this)?;
    crate::call::bind::call_native(t, d.def, None, args)
}

fn get_method(t: &mut Thread, d: VRef<'_>, this: Option<VRef<'_>>, _owner: &Type) -> Res {
    let Some(this) = this else { return Ok(d.to_value()) };
    let m: &MethodDescr = d.cast().expect("method descriptor");
    check_receiver(t, owner_of(&m.owner), m.def.name(), this)?;
    Ok(Builtin::bound(t, m.def, this.to_value()))
}

fn call_classmethod(t: &mut Thread, callee: VRef<'_>, args: CallArgs<'_>) -> Res {
    let d: &MethodDescr = callee.cast().expect("method descriptor");
    let owner = owner_of(&d.owner);
    first_argument(t, d.def.name(), owner, args)?;
    crate::call::bind::call_native(t, d.def, None, args)
}

fn get_classmethod(t: &mut Thread, d: VRef<'_>, _this: Option<VRef<'_>>, owner: &Type) -> Res {
    let m: &MethodDescr = d.cast().expect("method descriptor");
    Ok(Builtin::bound(t, m.def, owner.to_value()))
}

fn call_wrapper(t: &mut Thread, callee: VRef<'_>, args: CallArgs<'_>) -> Res {
    let d: &WrapperDescr = callee.cast().expect("slot wrapper");
    let owner = owner_of(&d.owner);
    let positional = args.positional_len();
    if positional == 0 {
        let o = owner.name();
        return Err(t.type_error(format!("descriptor '{}' of '{o}' object needs an argument", d.def.name)));
    }
    let this = args.args.get(0);
    if !this.ty().is_subtype(owner) {
        let (o, n) = (owner.name(), this.ty().name());
        return Err(t.type_error(format!(
            "descriptor '{}' requires a '{o}' object but received a '{n}'",
            d.def.name
        )));
    }
    (d.def.call)(t, d.slots, d.def, this, args.skip_first())
}

fn get_wrapper(t: &mut Thread, d: VRef<'_>, this: Option<VRef<'_>>, _owner: &Type) -> Res {
    let Some(this) = this else { return Ok(d.to_value()) };
    let w: &WrapperDescr = d.cast().expect("slot wrapper");
    check_receiver(t, owner_of(&w.owner), w.def.name, this)?;
    let shape = METHOD_WRAPPER.shape(t);
    Ok(t.make(
        shape,
        MethodWrapper {
            h: Header::new(0, 0),
            descr: Slot::new(d.to_value()),
            this: Slot::new(this.to_value()),
        },
    ))
}

fn call_method_wrapper(t: &mut Thread, callee: VRef<'_>, args: CallArgs<'_>) -> Res {
    let m: &MethodWrapper = callee.cast().expect("method wrapper");
    let (Some(descr), Some(this)) = (m.descr.load(), m.this.load()) else { return Ok(Value::NONE) };
    let d: &WrapperDescr = descr.cast().expect("slot wrapper");
    (d.def.call)(t, d.slots, d.def, this.r(), args)
}

fn get_getset(t: &mut Thread, d: VRef<'_>, this: Option<VRef<'_>>, _owner: &Type) -> Res {
    let Some(this) = this else { return Ok(d.to_value()) };
    let g: &GetSetDescr = d.cast().expect("getset");
    check_receiver(t, owner_of(&g.owner), g.def.name, this)?;
    (g.def.get)(t, this)
}

fn set_getset(t: &mut Thread, d: VRef<'_>, this: VRef<'_>, v: Option<VRef<'_>>) -> Res<()> {
    let g: &GetSetDescr = d.cast().expect("getset");
    let owner = owner_of(&g.owner);
    check_receiver(t, owner, g.def.name, this)?;
    match g.def.set {
        Some(f) => f(t, this, v),
        None => {
            let o = owner.name();
            Err(t.attribute_error_text(
                this,
                g.def.name,
                format!("attribute '{}' of '{o}' objects is not writable", g.def.name),
            ))
        }
    }
}

fn get_member(t: &mut Thread, d: VRef<'_>, this: Option<VRef<'_>>, _owner: &Type) -> Res {
    let Some(this) = this else { return Ok(d.to_value()) };
    let m: &MemberDescr = d.cast().expect("member");
    let name = m.name.get(m).map(|n| crate::types::str::text(n).map(|s| s.to_string()).unwrap_or_default());
    let name = name.unwrap_or_default();
    check_receiver(t, owner_of(&m.owner), &name, this)?;
    if let Some(field) = m.field {
        return (field.get)(t, this);
    }
    if m.index & ITEM != 0 {
        let items = this.cast::<super::tuple::Tuple>();
        return Ok(items.map_or(Value::NONE, |x| x.get(m.index & !ITEM).to_value()));
    }
    let h = this.header().expect("instances are heap objects");
    match shape_of(h).slot(h, m.index).load() {
        Some(v) => Ok(v),
        None => {
            let text = format!("'{}' object has no attribute '{name}'", this.ty().name());
            Err(t.attribute_error_text(this, &name, text))
        }
    }
}

fn set_member(t: &mut Thread, d: VRef<'_>, this: VRef<'_>, v: Option<VRef<'_>>) -> Res<()> {
    let m: &MemberDescr = d.cast().expect("member");
    let name = m.name.get(m).map(|n| crate::types::str::text(n).map(|s| s.to_string()).unwrap_or_default());
    let name = name.unwrap_or_default();
    check_receiver(t, owner_of(&m.owner), &name, this)?;
    if let Some(set) = m.field.and_then(|f| f.set) {
        return set(t, this, v);
    }
    if m.field.is_some() || super::structseq::is_type(owner_of(&m.owner)) {
        return Err(t.attribute_error_text(this, &name, "readonly attribute".into()));
    }
    let h = this.header().expect("instances are heap objects");
    let old = shape_of(h).slot(h, m.index).swap(h, v.map(|v| v.to_value()));
    if v.is_none() && old.is_none() {
        return Err(t.attribute_error_text(this, &name, name.clone()));
    }
    Ok(())
}

/// Binds a function or native method descriptor to a receiver, for `super` and the like.
pub fn bind(t: &mut Thread, f: VRef<'_>, this: VRef<'_>) -> Res {
    if f.has_shape(fixed::FUNCTION) {
        return Ok(Method::new(t, f.to_value(), this.to_value()));
    }
    match f.ty().slots().descr_get {
        Some(get) => get(t, f, Some(this), this.ty()),
        None => Ok(f.to_value()),
    }
}

/// `__objclass__` as a value.
pub fn owner_value(s: &Slot) -> Value {
    as_vref(owner_of(s)).to_value()
}

/// Kept for symmetry with other types: the descriptor's header.
pub fn header(d: &MethodDescr) -> &Header {
    header_of(d)
}
