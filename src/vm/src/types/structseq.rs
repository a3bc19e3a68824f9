//! Struct sequences: tuples whose items have names (`os.stat_result`, `time.struct_time`, `sys.flags`).
//!
//! The first `visible` fields are the tuple; further ones can be reached by name only and sit in the
//! instance part, like `__slots__`. A visible field may have no name ([`UNNAMED`]). Names are
//! `member_descriptor`s of the type: of an item ([`super::descriptor::ITEM`]) or of an inline slot.
//!
//! Declared as a static: `static TIMES: StructSeq = StructSeq::new("os.times_result", "…", &[("user", "…")], 1);`

use super::descriptor::{ITEM, MemberDescr};
use super::tuple::Tuple;
use super::typeobj::{NewType, Type, fill_native};
use super::{dunder, fixed, str::text, tuple_type};
use crate::dict::Dict;
use crate::object::{Args, CallArgs, Object, Slots, TypeSpec, ValueExt, shape_of, type_flag};
use crate::thread::Thread;
use crate::{Res, names};
use std::sync::atomic::{AtomicPtr, Ordering::*};
use weft_strategy::{Header, Slot, VRef, Value};

/// Name of a visible field that has none.
pub const UNNAMED: &str = "";

/// A struct sequence type, made on first use.
pub struct StructSeq {
    /// `module.name`
    pub name: &'static str,
    /// Documentation.
    pub doc: &'static str,
    /// Names and documentation of all fields, visible ones first.
    pub fields: &'static [(&'static str, &'static str)],
    /// How many fields the tuple shows.
    pub visible: usize,
    /// May Python code make instances?
    pub constructible: bool,
    /// Fills in fields that a constructor's sequence did not give (all fields, missing ones empty).
    pub complete: Option<fn(&mut Vec<Option<Value>>)>,
    ty: AtomicPtr<Type>,
    /// The type made before this one.
    next: AtomicPtr<StructSeq>,
}

/// The types made so far, newest first.
static MADE: AtomicPtr<StructSeq> = AtomicPtr::new(std::ptr::null_mut());

impl StructSeq {
    /// A declaration.
    pub const fn new(
        name: &'static str,
        doc: &'static str,
        fields: &'static [(&'static str, &'static str)],
        visible: usize,
    ) -> StructSeq {
        StructSeq {
            name,
            doc,
            fields,
            visible,
            constructible: true,
            complete: None,
            ty: AtomicPtr::new(std::ptr::null_mut()),
            next: AtomicPtr::new(std::ptr::null_mut()),
        }
    }

    /// One that Python code cannot make (`sys.flags`).
    pub const fn hidden(self) -> StructSeq {
        StructSeq { constructible: false, ..self }
    }

    /// With a function that fills in missing fields.
    pub const fn completed_by(self, f: fn(&mut Vec<Option<Value>>)) -> StructSeq {
        StructSeq { complete: Some(f), ..self }
    }

    /// The type object.
    pub fn get(&'static self, t: &Thread) -> &'static Type {
        let p = self.ty.load(Acquire);
        if p.is_null() {
            return self.create(t);
        }
        // SAFETY: native types are immortal.
        unsafe { &*p }
    }

    #[cold]
    fn create(&'static self, t: &Thread) -> &'static Type {
        static MAKING: parking_lot::ReentrantMutex<()> = parking_lot::ReentrantMutex::new(());
        let _one = MAKING.lock();
        let p = self.ty.load(Acquire);
        if !p.is_null() {
            // SAFETY: native types are immortal.
            return unsafe { &*p };
        }
        let base = tuple_type::TYPE.get(t);
        let slots = Slots {
            repr: Some(repr),
            new: if self.constructible { Some(new) } else { None },
            ..Slots::EMPTY
        };
        let spec: &'static TypeSpec = Box::leak(Box::new(TypeSpec {
            name: self.name,
            doc: self.doc,
            base: Some(&tuple_type::TYPE),
            flags: type_flag::IMMUTABLE
                | type_flag::SEQUENCE
                | if self.constructible { 0 } else { type_flag::NO_NEW },
            slots,
            methods: METHODS,
            ..TypeSpec::new::<Tuple>()
        }));
        let hidden = (self.fields.len() - self.visible) as u16;
        let short = self.name.rsplit('.').next().unwrap_or(self.name);
        let ty = Type::alloc(
            t,
            NewType {
                name: crate::intern::intern(t, short).to_value(),
                meta_shape: fixed::TYPE,
                base: Some(base),
                layout: Tuple::layout(),
                flags: spec.flags,
                slots: dunder::inherit_slots(&spec.slots, base.slots()),
                nslots: hidden,
                ninline: hidden,
                has_inst: hidden > 0,
                fixed: None,
                spec: Some(spec),
            },
        );
        fill_native(t, ty, spec);
        self.add_fields(t, ty);
        self.next.store(MADE.load(Acquire), Release);
        MADE.store(self as *const StructSeq as *mut StructSeq, Release);
        self.ty.store(ty as *const Type as *mut Type, Release);
        ty
    }

    fn add_fields(&self, t: &Thread, ty: &'static Type) {
        let d = ty.dict();
        let mut named = Vec::new();
        for (i, (name, _)) in self.fields.iter().enumerate().filter(|(_, f)| f.0 != UNNAMED) {
            let index = if i < self.visible { ITEM | i } else { i - self.visible };
            let name = crate::intern::intern(t, name);
            let m = MemberDescr {
                h: Header::new(0, 0),
                name: Slot::new(name.to_value()),
                owner: Slot::new(ty.to_value()),
                index,
                field: None,
            };
            d.set_str(t, name, t.make(fixed::MEMBER_DESCR, m));
            if i < self.visible {
                named.push(name.to_value())
            }
        }
        let unnamed = self.fields.iter().filter(|f| f.0 == UNNAMED).count();
        for (name, n) in [
            ("n_sequence_fields", self.visible),
            ("n_fields", self.fields.len()),
            ("n_unnamed_fields", unnamed),
        ] {
            t.dict_set(d, name, t.int_usize(n))
        }
        d.set_str(t, names::__match_args__(), Tuple::new(t, named));
    }

    /// An instance; missing fields are None.
    pub fn make(&'static self, t: &Thread, fields: Vec<Value>) -> Value {
        let ty = self.get(t);
        let mut fields = fields.into_iter();
        let v = Tuple::make(t, ty.shape(), self.visible, &mut fields);
        if let Some(h) = v.r().header() {
            let s = shape_of(h);
            for i in 0..self.fields.len() - self.visible {
                s.slot(h, i).set(h, fields.next().unwrap_or(Value::NONE))
            }
        }
        v
    }

    /// Is `v` an instance?
    pub fn is_instance(&'static self, t: &Thread, v: VRef<'_>) -> bool {
        std::ptr::eq(v.ty(), self.get(t))
    }

    /// The declaration of a struct sequence type.
    fn of(ty: &Type) -> Option<&'static StructSeq> {
        let mut at = MADE.load(Acquire);
        while !at.is_null() {
            // SAFETY: the list links statics.
            let s = unsafe { &*at };
            if std::ptr::eq(s.ty.load(Acquire), ty) {
                return Some(s);
            }
            at = s.next.load(Acquire);
        }
        None
    }

    /// Field `i` of an instance.
    fn field(&self, v: VRef<'_>, i: usize) -> Option<Value> {
        if i < self.visible {
            let tuple = v.cast::<Tuple>()?;
            return (i < tuple.len()).then(|| tuple.get(i).to_value());
        }
        let h = v.header()?;
        shape_of(h).slot(h, i - self.visible).load()
    }
}

/// What every struct sequence can do besides being a tuple.
static METHODS: &[crate::object::MethodDef] = crate::methods! {
    "__reduce__(self, /)" => reduce;
    "__replace__(self, /, **changes)" => replace, "Return a copy of the structure with new values for the specified fields.";
};

fn repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let Some(s) = StructSeq::of(v.ty()) else { return Ok(t.str("()")) };
    let mut out = format!("{}(", s.name).into_bytes();
    let named = s.fields.iter().filter(|f| f.0 != UNNAMED);
    for (i, (name, _)) in (0..s.visible).zip(named) {
        if i > 0 {
            out.extend(b", ")
        }
        out.extend(name.bytes());
        out.push(b'=');
        let item = s.field(v, i).unwrap_or(Value::NONE);
        let r = t.repr(item.r())?;
        out.extend(text(r.r()).map_or(&b""[..], |s| s.bytes()));
    }
    out.push(b')');
    Ok(t.str_wtf8(&out))
}

fn new(t: &mut Thread, cls: &Type, args: CallArgs<'_>) -> Res {
    let Some(s) = StructSeq::of(cls) else { return Err(t.type_error("not a struct sequence type")) };
    let (mut sequence, mut dict) = (args.positional().first().copied(), args.positional().get(1).copied());
    if args.positional_len() > 2 {
        let (n, given) = (s.name.rsplit('.').next().unwrap_or(s.name), args.positional_len());
        return Err(t.type_error(format!("{n}() takes at most 2 arguments ({given} given)")));
    }
    for (name, v) in args.keywords() {
        match text(name).map(|n| n.bytes()) {
            Some(b"sequence") => sequence = Some(v),
            Some(b"dict") => dict = Some(v),
            _ => {
                let n = text(name).map(|n| n.to_string()).unwrap_or_default();
                return Err(t.type_error(format!("structseq() got an unexpected keyword argument '{n}'")));
            }
        }
    }
    let Some(sequence) = sequence else {
        return Err(t.type_error("structseq() missing required argument 'sequence' (pos 1)"));
    };
    if sequence.ty().slots().iter.is_none() && sequence.ty().slots().getitem.is_none() {
        return Err(t.type_error("constructor requires a sequence"));
    }
    let dict = match dict {
        Some(d) => match d.cast::<Dict>() {
            Some(_) => Some(d),
            None => {
                let n = s.name;
                return Err(t.type_error(format!("{n}() takes a dict as second arg, if any")));
            }
        },
        None => None,
    };
    let items = t.collect(sequence)?;
    build(t, s, items, dict)
}

/// An instance from a constructor's arguments.
fn build(t: &mut Thread, s: &'static StructSeq, items: Vec<Value>, dict: Option<VRef<'_>>) -> Res {
    let (n, min, max, given) = (s.name, s.visible, s.fields.len(), items.len());
    if given < min || given > max {
        let what = if min == max {
            format!("a {min}-sequence")
        } else if given < min {
            format!("an at least {min}-sequence")
        } else {
            format!("an at most {max}-sequence")
        };
        return Err(t.type_error(format!("{n}() takes {what} ({given}-sequence given)")));
    }
    let mut fields: Vec<Option<Value>> = items.into_iter().map(Some).collect();
    fields.resize(max, None);
    if let Some(d) = dict.and_then(|d| d.cast::<Dict>()) {
        let mut used = 0;
        for (i, (name, _)) in s.fields.iter().enumerate().skip(given) {
            if let Some(v) = t.dict_get(d, name) {
                fields[i] = Some(v);
                used += 1
            }
        }
        if used != d.len() {
            return Err(t.type_error(format!("{n}() got duplicate or unexpected field name(s)")));
        }
    }
    if let Some(f) = s.complete {
        f(&mut fields)
    }
    Ok(s.make(t, fields.into_iter().map(|f| f.unwrap_or(Value::NONE)).collect()))
}

fn reduce(t: &mut Thread, a: Args<'_>) -> Res {
    let v = a.get(0);
    let Some(s) = StructSeq::of(v.ty()) else { return Err(t.type_error("not a struct sequence")) };
    let visible = (0..s.visible).map(|i| s.field(v, i).unwrap_or(Value::NONE)).collect();
    let rest = Dict::new(t);
    if let Some(d) = rest.cast::<Dict>() {
        for i in s.visible..s.fields.len() {
            t.dict_set(d, s.fields[i].0, s.field(v, i).unwrap_or(Value::NONE))
        }
    }
    let args = Tuple::new(t, vec![Tuple::new(t, visible), rest]);
    Ok(Tuple::new(t, vec![v.ty().to_value(), args]))
}

fn replace(t: &mut Thread, a: Args<'_>) -> Res {
    let v = a.get(0);
    let Some(s) = StructSeq::of(v.ty()) else { return Err(t.type_error("not a struct sequence")) };
    if s.fields.iter().any(|f| f.0 == UNNAMED) {
        let n = s.name;
        return Err(
            t.type_error(format!("__replace__() is not supported for {n} because it has unnamed field(s)"))
        );
    }
    let mut fields: Vec<Value> = (0..s.fields.len()).map(|i| s.field(v, i).unwrap_or(Value::NONE)).collect();
    if let Some(changes) = a.kwargs().and_then(|k| k.cast::<Dict>()) {
        let mut unexpected = Vec::new();
        for (k, x) in changes.items(t) {
            let key = text(k.r()).map(|k| k.to_string()).unwrap_or_default();
            match s.fields.iter().position(|f| f.0 == key) {
                Some(i) => fields[i] = x,
                None => unexpected.push(k),
            }
        }
        if !unexpected.is_empty() {
            let list = crate::types::list::List::new(t, unexpected);
            let r = t.repr_text(list.r())?;
            return Err(t.type_error(format!("Got unexpected field name(s): {r}")));
        }
    }
    Ok(s.make(t, fields))
}

/// Is this a struct sequence type?
pub fn is_type(ty: &Type) -> bool {
    StructSeq::of(ty).is_some()
}

/// For module tables: adds the type under its short name.
pub fn add_to_module(t: &Thread, m: VRef<'_>, s: &'static StructSeq) {
    let short = s.name.rsplit('.').next().unwrap_or(s.name);
    t.module_set(m, short, s.get(t).to_value())
}
