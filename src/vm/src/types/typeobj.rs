//! The `type` object: name, bases, method resolution order, dict, and behaviour as a slot table.
//!
//! Types are TRACED (heap slots do not count them) and builtin ones IMMORTAL. What a name means on a type
//! is found through the MRO's dicts; the answer is cached per thread under the type's *version*, a number
//! that is given up whenever the type or one of its bases changes. Inline caches go one step further: they
//! hold the index of an attribute *cell* (`cells.rs`), which a change empties.

use super::{dunder, fixed, str::Str, tuple::Tuple};
use crate::dict::Dict;
use crate::object::shape::Plan;
use crate::object::{
    Layout, NativeType, Object, Slots, TypeSpec, ValueExt, Visitor, as_vref, header_of, shape, type_flag,
};
use crate::thread::{METHOD_CACHE, Thread};
use std::sync::atomic::{AtomicPtr, AtomicU16, AtomicU32, Ordering::*};
use weft_strategy::{Header, Slot, VRef, Value, Word, flag};

/// A type object.
#[repr(C)]
pub struct Type {
    pub(crate) h: Header,
    /// `__name__`, a str
    pub name: Slot,
    /// `__qualname__`, a str
    pub qualname: Slot,
    /// `__base__`
    pub base: Slot,
    /// `__bases__`, a tuple
    pub bases: Slot,
    /// `__mro__`, a tuple
    pub mro: Slot,
    /// The dict behind `__dict__`.
    pub dict: Slot,
    /// Weak references to direct subclasses are not needed: a list of addresses, cleaned when types are freed.
    pub(crate) subclasses: parking_lot::Mutex<Vec<*const Type>>,
    slots: AtomicPtr<Slots>,
    flags: AtomicU32,
    version: AtomicU32,
    layout: &'static Layout,
    shape: AtomicU32,
    shapes_made: AtomicU32,
    /// Inline slots of `__slots__`, bases included.
    pub(crate) nslots: u16,
    /// Do instances have an instance part?
    pub(crate) has_inst: bool,
    pub(crate) ninline: AtomicU16,
    pub(crate) cells: super::cells::TypeCells,
    /// The declaration of a native type.
    pub spec: Option<&'static TypeSpec>,
}

// SAFETY: repr(C), header first; all references are visited.
unsafe impl Object for Type {
    crate::layout!(Type, "type", true);
    fn traverse(&self, v: Visitor) {
        for s in [&self.name, &self.qualname, &self.base, &self.bases, &self.mro, &self.dict] {
            v(s.word())
        }
    }
    fn clear(&self) {
        for s in [&self.name, &self.qualname, &self.base, &self.bases, &self.mro, &self.dict] {
            s.clear_dead()
        }
    }
}

static NEXT_VERSION: AtomicU32 = AtomicU32::new(1);

/// Everything that makes a type.
pub struct NewType<'a> {
    /// `__name__`
    pub name: Value,
    /// The metaclass's shape.
    pub meta_shape: u32,
    /// `__base__`
    pub base: Option<&'a Type>,
    /// Native part of instances.
    pub layout: &'static Layout,
    /// [`type_flag`] bits.
    pub flags: u32,
    /// Behaviour.
    pub slots: Slots,
    /// Inline slots for `__slots__`, those of the base included.
    pub nslots: u16,
    /// Room for inline slots.
    pub ninline: u16,
    /// Instance part?
    pub has_inst: bool,
    /// Shape number of instances, if fixed.
    pub fixed: Option<u32>,
    /// Native declaration.
    pub spec: Option<&'static TypeSpec>,
}

impl Type {
    /// Makes a type without MRO, bases or dict.
    pub fn alloc(t: &Thread, n: NewType<'_>) -> &'static Type {
        // A type is SHARED from the start, so what it leads to is.
        weft_strategy::publish(n.name.r());
        let v = t.make_type(
            Type {
                h: Header::new(0, 0),
                qualname: Slot::new(n.name.clone()),
                name: Slot::new(n.name),
                base: Slot::from_option(n.base.map(|b| as_vref(b).to_value())),
                bases: Slot::empty(),
                mro: Slot::empty(),
                dict: Slot::empty(),
                subclasses: parking_lot::Mutex::new(Vec::new()),
                slots: AtomicPtr::new(Box::leak(Box::new(n.slots))),
                flags: AtomicU32::new(n.flags),
                version: AtomicU32::new(0),
                layout: n.layout,
                shape: AtomicU32::new(0),
                shapes_made: AtomicU32::new(0),
                nslots: n.nslots,
                has_inst: n.has_inst,
                ninline: AtomicU16::new(n.ninline),
                cells: Default::default(),
                spec: n.spec,
            },
            n.meta_shape,
        );
        let h = v.r().header().expect("a type is a heap object");
        h.set_flags_plain(if n.spec.is_some() { flag::IMMORTAL | flag::TRACED } else { flag::TRACED });
        h.make_shared();
        // SAFETY: just made; TRACED objects are freed by the collector only, and the caller roots it.
        let ty: &'static Type = unsafe { &*v.word().ptr().cast::<Type>() };
        if n.spec.is_some() {
            std::mem::forget(v);
        } else {
            // The caller takes over the reference: see `into_value`.
            std::mem::forget(v);
        }
        let plan = Plan {
            ty: std::ptr::NonNull::from(ty),
            layout: n.layout,
            has_inst: n.has_inst,
            heap_class: n.flags & type_flag::HEAP != 0,
            has_dict: n.flags & type_flag::HAS_DICT != 0,
            nslots: n.nslots,
            ninline: n.ninline,
        };
        ty.shape.store(plan.make(n.fixed).id, Release);
        ty
    }

    /// Shape of a new direct instance.
    #[inline(always)]
    pub fn shape(&self) -> u32 {
        self.shape.load(Acquire)
    }

    /// Sets the shape of new instances.
    pub(crate) fn set_shape(&self, id: u32) {
        self.shape.store(id, Release)
    }

    /// Counts a shape made for this type.
    pub(crate) fn count_shape(&self) -> u32 {
        self.shapes_made.fetch_add(1, Relaxed)
    }

    /// Behaviour.
    #[inline(always)]
    pub fn slots(&self) -> &'static Slots {
        // SAFETY: slot tables are never freed.
        unsafe { &*self.slots.load(Acquire) }
    }

    /// Replaces the behaviour. Tables are small and change rarely; old ones stay, for readers.
    pub(crate) fn set_slots(&self, s: Slots) {
        self.slots.store(Box::leak(Box::new(s)), Release)
    }

    /// Native part of instances.
    #[inline(always)]
    pub fn native_layout(&self) -> &'static Layout {
        self.layout
    }

    /// Flags.
    #[inline(always)]
    pub fn flags(&self) -> u32 {
        self.flags.load(Relaxed)
    }

    /// Is any of these flags set?
    #[inline(always)]
    pub fn has(&self, f: u32) -> bool {
        self.flags() & f != 0
    }

    /// Sets and clears flags.
    pub fn change_flags(&self, set: u32, clear: u32) {
        self.flags.fetch_or(set, AcqRel);
        self.flags.fetch_and(!clear, AcqRel);
    }

    /// Must something run before an instance is freed?
    #[inline(always)]
    pub fn has_finalizer(&self) -> bool {
        self.has(type_flag::FINALIZER)
    }

    /// The type's dict.
    #[inline]
    pub fn dict(&self) -> &Dict {
        let w = self.dict.word();
        debug_assert!(w.is_heap());
        // SAFETY: set when the type is made, never replaced.
        unsafe { &*w.ptr().cast::<Dict>() }
    }

    /// The MRO.
    #[inline]
    pub fn mro(&self) -> &Tuple {
        // SAFETY: set when the type is made; replaced tuples are freed at safepoints.
        unsafe { &*self.mro.word().ptr().cast::<Tuple>() }
    }

    /// Is the MRO still to be worked out?
    #[inline]
    pub fn is_incomplete(&self) -> bool {
        self.mro.is_empty() || self.mro().words().is_empty()
    }

    /// `__base__`
    pub fn base(&self) -> Option<&Type> {
        let w = self.base.word();
        // SAFETY: bases are types.
        if w.is_heap() { Some(unsafe { &*w.ptr().cast::<Type>() }) } else { None }
    }

    /// `__name__` for error texts.
    pub fn name(&self) -> String {
        self.name.get(self).and_then(|n| n.cast::<Str>().map(|s| s.to_string())).unwrap_or_default()
    }

    /// The name as CPython's error texts for attributes have it: with the module, for native types outside `builtins`.
    pub fn error_name(&self) -> String {
        self.spec.map_or_else(|| self.name(), |s| s.name.to_string())
    }

    /// Is this `other` or derived from it?
    #[inline]
    pub fn is_subtype(&self, other: &Type) -> bool {
        if std::ptr::eq(self, other) {
            return true;
        }
        if self.is_incomplete() {
            let mut t = self.base();
            while let Some(b) = t {
                if std::ptr::eq(b, other) {
                    return true;
                }
                t = b.base();
            }
            return false;
        }
        self.mro().words().iter().any(|s| std::ptr::eq(s.word().ptr(), header_of(other)))
    }

    /// The version under which lookups may be cached; 0 when versions have run out.
    #[inline]
    pub fn version(&self) -> u32 {
        let v = self.version.load(Acquire);
        if v != 0 { v } else { self.new_version() }
    }

    #[cold]
    fn new_version(&self) -> u32 {
        let v = NEXT_VERSION.fetch_add(1, Relaxed);
        if v > u32::MAX - 1000 {
            NEXT_VERSION.store(u32::MAX - 999, Relaxed);
            return 0;
        }
        match self.version.compare_exchange(0, v, AcqRel, Acquire) {
            Ok(_) => v,
            Err(now) => now,
        }
    }

    /// The type is about to change: caches of it and of its subclasses are void.
    pub fn invalidate(&self) {
        self.version.store(0, Release);
        self.cells.clear();
        let mut todo = self.subclasses.lock().clone();
        if todo.is_empty() {
            return;
        }
        // Each once: bases that change while an `mro()` runs may make a cycle of them.
        let mut seen = std::collections::HashSet::from([std::ptr::from_ref(self)]);
        while let Some(s) = todo.pop() {
            if seen.insert(s) {
                // SAFETY: a type leaves its bases' lists before it is freed.
                let s = unsafe { &*s };
                s.version.store(0, Release);
                s.cells.clear();
                todo.extend(s.subclasses.lock().iter())
            }
        }
    }

    /// What `name` (an interned str) means on this type, through the MRO, without binding.
    #[inline]
    pub fn lookup<'t>(&self, t: &'t Thread, name: VRef<'_>) -> Option<VRef<'t>> {
        let version = self.version.load(Acquire);
        let key = name.word().identity();
        let at = (key >> 4 ^ (version as u64).wrapping_mul(0x9E37_79B1)) as usize % METHOD_CACHE;
        // SAFETY: own thread; no reference into the cache outlives the statement.
        let c = unsafe { (&*t.methods.get())[at] };
        if c.version == version && c.name == key && version != 0 {
            // SAFETY: alive while the version holds, and until the next safepoint.
            return if c.word == 0 { None } else { Some(unsafe { VRef::from_word(Word(c.word)) }) };
        }
        self.lookup_slow(t, name, at)
    }

    #[inline(never)]
    fn lookup_slow<'t>(&self, t: &'t Thread, name: VRef<'_>, at: usize) -> Option<VRef<'t>> {
        let version = self.version();
        let found = self.lookup_uncached(t, name);
        if version != 0 {
            let at = if self.version.load(Acquire) == version {
                (name.word().identity() >> 4 ^ (version as u64).wrapping_mul(0x9E37_79B1)) as usize
                    % METHOD_CACHE
            } else {
                at
            };
            let word = found.map_or(0, |v| {
                let w = v.word();
                if w.is_heap() { Word::free_standing(w.ptr()).0 } else { w.0 }
            });
            // SAFETY: as in `lookup`.
            unsafe {
                (&mut *t.methods.get())[at] =
                    crate::thread::CachedMethod { version, name: name.word().identity(), word }
            }
        }
        found
    }

    /// [`Type::lookup`] without the cache.
    pub fn lookup_uncached<'t>(&self, t: &'t Thread, name: VRef<'_>) -> Option<VRef<'t>> {
        for s in self.mro().words() {
            // SAFETY: the MRO holds types.
            let ty = unsafe { &*s.word().ptr().cast::<Type>() };
            if let Some(v) = ty.dict().get_str(t, name) {
                return Some(v);
            }
        }
        None
    }

    /// As [`Type::lookup`], with the type whose dict has it.
    pub fn lookup_where<'t>(&self, t: &'t Thread, name: VRef<'_>) -> Option<(VRef<'t>, &'t Type)> {
        for s in self.mro().words() {
            // SAFETY: the MRO holds types, alive until the next safepoint.
            let ty = unsafe { &*s.word().ptr().cast::<Type>() };
            if let Some(v) = ty.dict().get_str(t, name) {
                return Some((v, ty));
            }
        }
        None
    }

    /// An owned reference to this type.
    pub fn to_value(&self) -> Value {
        as_vref(self).to_value()
    }
}

impl Thread {
    fn make_type(&self, ty: Type, meta_shape: u32) -> Value {
        let cell = self.allocate(size_of::<Type>(), true);
        // SAFETY: fresh memory of that size.
        unsafe {
            cell.cast::<Type>().write(ty);
            cell.write(Header::new(weft_strategy::me(), meta_shape));
            Value::from_new(cell)
        }
    }
}

/// First half of making a native type: the object, without dict (types may need each other).
pub fn make_native(t: &Thread, n: &'static NativeType) -> &'static Type {
    let spec = n.spec;
    let object_fixed = n.fixed == Some(fixed::OBJECT);
    let base: Option<&'static Type> = if object_fixed {
        None
    } else {
        Some(match spec.base {
            Some(b) => b.get(t),
            None => super::object::TYPE.get(t),
        })
    };
    let short = spec.name.rsplit('.').next().unwrap_or(spec.name);
    let mut flags = spec.flags;
    let mut slots = spec.slots;
    let mut has_inst = flags & type_flag::HAS_DICT != 0;
    let mut ninline = if has_inst { 3 } else { 0 };
    let mut nslots = spec.extra_slots;
    if let Some(b) = base {
        nslots += b.nslots;
        slots = dunder::inherit_slots(&slots, b.slots());
        flags |= b.flags()
            & (type_flag::HAS_DICT
                | type_flag::FINALIZER
                | type_flag::SEQUENCE
                | type_flag::MAPPING
                | type_flag::MATCH_SELF);
        has_inst |= b.has_inst;
        ninline = ninline.max(b.ninline.load(Relaxed));
    }
    has_inst |= nslots > 0;
    ninline += spec.extra_slots;
    if slots.finalize.is_some() {
        flags |= type_flag::FINALIZER
    }
    Type::alloc(
        t,
        NewType {
            name: crate::intern::intern(t, short).to_value(),
            meta_shape: fixed::TYPE,
            base,
            layout: (spec.layout)(),
            flags,
            slots,
            nslots,
            ninline,
            has_inst,
            fixed: n.fixed,
            spec: Some(spec),
        },
    )
}

/// Second half: bases, MRO, dict.
pub fn fill_native(t: &Thread, ty: &'static Type, spec: &'static TypeSpec) {
    let base = ty.base();
    let mut mro: Vec<Value> = vec![ty.to_value()];
    if let Some(b) = base {
        mro.extend(b.mro().iter().map(|v| v.to_value()));
        b.subclasses.lock().push(ty);
    }
    let h = header_of(ty);
    ty.bases.set(h, Tuple::new(t, base.map(|b| b.to_value()).into_iter().collect()));
    ty.mro.set(h, Tuple::new(t, mro));
    let dict = Dict::new(t);
    {
        let d: &Dict = dict.cast().expect("a dict");
        dunder::add_native(t, ty, spec, d);
        let dict_is_new =
            spec.flags & type_flag::HAS_DICT != 0 && base.is_none_or(|b| !b.has(type_flag::HAS_DICT));
        if dict_is_new && d.get_str(t, crate::names::__dict__()).is_none() {
            let v = super::descriptor::new_getset(t, ty, &super::object_methods::DICT);
            d.set_str(t, crate::names::__dict__(), v)
        }
        if let Some((module, _)) = spec.name.rsplit_once('.') {
            let m = crate::intern::intern(t, module).to_value();
            if d.get_str(t, crate::names::__module__()).is_none() {
                d.set_str(t, crate::names::__module__(), m);
            }
        }
        let doc = if spec.doc.is_empty() { Value::NONE } else { t.str(spec.doc) };
        if d.get_str(t, crate::names::__doc__()).is_none() {
            d.set_str(t, crate::names::__doc__(), doc);
        }
        if let Some(f) = spec.setup {
            f(t, ty, d)
        }
        let dh = header_of(d);
        dh.set_flags_plain(flag::TRACED | flag::IMMORTAL);
        weft_strategy::publish(dict.r());
        dh.set_owner(0);
    }
    ty.dict.set(h, dict);
}

/// Is `v` a type?
pub fn as_type(v: VRef<'_>) -> Option<&Type> {
    v.cast::<Type>()
}

/// The shape of a metaclass's instances: types.
pub fn meta_shape(meta: &Type) -> u32 {
    shape(meta.shape()).id
}
