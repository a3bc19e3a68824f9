//! Shapes: what a header's 32-bit `shape` number means.
//!
//! A shape says which type an object has, how its native part is laid out, where its instance part is
//! and which attribute sits in which inline slot (hidden classes, as in Self). One compare of the number
//! checks all of that. Shapes are never changed once an object has them, and numbers are not reused.
//!
//! The instance part is `ext | slot 0 | slot 1 …`. Slots from `__slots__` come first, then attributes in
//! the order they were first set. When an object outgrows its inline slots, an attribute is deleted, or
//! somebody asks for its `__dict__`, it goes to *dict mode*: `ext` holds a dict with everything that is
//! not a `__slots__` slot.

use super::{Layout, Type};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicPtr, AtomicU32, Ordering::*};
use weft_strategy::{Header, Slot};

/// Attributes beyond this number are not given inline slots.
pub const MAX_INLINE: usize = 30;
/// Objects of a class with more shapes than this go to dict mode.
const MAX_SHAPES_PER_TYPE: u32 = 512;
/// Numbers that can be given out (virtual memory is reserved for the table, 8 bytes each).
const TABLE: usize = 1 << 24;

/// A shape.
pub struct Shape {
    /// Its number.
    pub id: u32,
    ty: AtomicPtr<Type>,
    /// The native part.
    pub layout: &'static Layout,
    /// Offset of the instance part; 0: behind the native part's tail ([`Shape::has_inst`]), or none.
    pub inst: u16,
    /// Is there an instance part?
    pub has_inst: bool,
    /// Does the collector look at these objects? At those whose native part leads somewhere, and at all that have
    /// attributes or a class of Python's making, for to that they lead as well: it lives as long as they do.
    pub collectable: bool,
    /// May attributes be added (a `__dict__`)?
    pub has_dict: bool,
    /// Are attributes in the dict in `ext`?
    pub dict_mode: bool,
    /// Inline slots there is room for.
    pub ninline: u16,
    /// Inline slots that belong to `__slots__`.
    pub nslots: u16,
    /// Attribute names (identity words of interned str) by inline slot, from `nslots` on.
    pub keys: Vec<u64>,
    index: Index,
    next: Mutex<Vec<(u64, u32)>>,
}

/// Inline slots by name.
type Index = HashMap<u64, u16, foldhash::fast::FixedState>;

/// The table: `SHAPES[id]`.
static SHAPES: AtomicPtr<AtomicPtr<Shape>> = AtomicPtr::new(std::ptr::null_mut());
static NEXT: AtomicU32 = AtomicU32::new(FIRST_DYNAMIC);

/// Numbers below this belong to builtin types, see `types::fixed`.
pub const FIRST_DYNAMIC: u32 = 128;

/// Reserves the table. Called once at start.
pub fn init() {
    // SAFETY: a fresh anonymous mapping; zero pages are null pointers.
    let p = unsafe {
        libc::mmap(
            std::ptr::null_mut(),
            TABLE * 8,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
            -1,
            0,
        )
    };
    assert!(p != libc::MAP_FAILED, "no address space for the shape table");
    SHAPES.store(p.cast(), Release);
}

/// The shape with this number.
#[inline(always)]
pub fn shape(id: u32) -> &'static Shape {
    debug_assert!(id != 0, "use of a freed object");
    // SAFETY: numbers come from headers, and headers have numbers from `new` or `new_fixed`; shapes are never freed.
    unsafe { &*(*SHAPES.load(Relaxed).add(id as usize)).load(Acquire) }
}

/// The shape of an object.
#[inline(always)]
pub fn shape_of(h: &Header) -> &'static Shape {
    shape(h.shape())
}

/// How to make the first shape of a type's instances.
pub struct Plan {
    /// The type.
    pub ty: NonNull<Type>,
    /// Native part.
    pub layout: &'static Layout,
    /// Is there an instance part?
    pub has_inst: bool,
    /// Was the type made by Python code?
    pub heap_class: bool,
    /// May attributes be added?
    pub has_dict: bool,
    /// Inline slots for `__slots__`.
    pub nslots: u16,
    /// Inline slots in all.
    pub ninline: u16,
}

fn install(id: u32, mut s: Shape) -> &'static Shape {
    s.id = id;
    let s = Box::leak(Box::new(s));
    // SAFETY: the number is ours.
    unsafe { (*SHAPES.load(Relaxed).add(id as usize)).store(s, Release) }
    s
}

fn number() -> u32 {
    let id = NEXT.fetch_add(1, Relaxed);
    assert!((id as usize) < TABLE, "out of shapes");
    id
}

impl Plan {
    /// Makes the shape, with a number of its own or a fixed one.
    pub fn make(self, fixed: Option<u32>) -> &'static Shape {
        let inst = if self.has_inst && self.layout.var_size.is_none() { self.layout.size as u16 } else { 0 };
        install(
            fixed.unwrap_or_else(number),
            Shape {
                id: 0,
                ty: AtomicPtr::new(self.ty.as_ptr()),
                layout: self.layout,
                inst,
                has_inst: self.has_inst,
                collectable: self.layout.collectable || self.has_inst || self.heap_class,
                has_dict: self.has_dict,
                dict_mode: false,
                ninline: self.ninline,
                nslots: self.nslots,
                keys: Vec::new(),
                index: Index::default(),
                next: Mutex::new(Vec::new()),
            },
        )
    }
}

/// Key of the transition to dict mode.
const TO_DICT: u64 = 0;
/// Keys of transitions to another class start here (name words are even: tags are masked).
const TO_TYPE: u64 = 1;

impl Shape {
    /// The type of objects with this shape.
    #[inline(always)]
    pub fn ty(&self) -> &'static Type {
        // SAFETY: a type outlives its instances, and a shape is looked at through an instance or its type.
        unsafe { &*self.ty.load(Acquire) }
    }

    /// Inline slot of an attribute, by the identity of its interned name.
    #[inline]
    pub fn find(&self, name: u64) -> Option<usize> {
        if self.keys.len() <= 8 {
            let n = self.keys.iter().position(|k| *k == name)?;
            return Some(n + self.nslots as usize);
        }
        self.index.get(&name).map(|n| *n as usize)
    }

    fn derive(
        &self,
        key: u64,
        dict_mode: bool,
        extra: Option<u64>,
        ty: Option<&Type>,
    ) -> Option<&'static Shape> {
        let mut next = self.next.lock();
        if let Some((_, id)) = next.iter().find(|(k, _)| *k == key) {
            return Some(shape(*id));
        }
        let ty = ty.map_or(self.ty.load(Acquire), |t| t as *const Type as *mut Type);
        // SAFETY: the type is alive, as above.
        if !dict_mode && unsafe { &*ty }.count_shape() > MAX_SHAPES_PER_TYPE {
            return None;
        }
        let mut keys = if dict_mode { Vec::new() } else { self.keys.clone() };
        keys.extend(extra);
        let index = if keys.len() <= 8 {
            Index::default()
        } else {
            keys.iter().enumerate().map(|(i, k)| (*k, i as u16 + self.nslots)).collect()
        };
        let s = install(
            number(),
            Shape {
                id: 0,
                ty: AtomicPtr::new(ty),
                layout: self.layout,
                inst: self.inst,
                has_inst: self.has_inst,
                collectable: self.collectable,
                has_dict: self.has_dict,
                dict_mode,
                ninline: self.ninline,
                nslots: self.nslots,
                keys,
                index,
                next: Mutex::new(Vec::new()),
            },
        );
        next.push((key, s.id));
        Some(s)
    }

    /// The shape with one attribute more, `None` when there is no room (then: dict mode).
    pub fn with(&self, name: u64) -> Option<&'static Shape> {
        if self.dict_mode || self.keys.len() + self.nslots as usize >= self.ninline as usize {
            return None;
        }
        self.derive(name, false, Some(name), None)
    }

    /// The same in dict mode.
    pub fn in_dict_mode(&'static self) -> &'static Shape {
        if self.dict_mode {
            return self;
        }
        self.derive(TO_DICT, true, None, None).unwrap_or(self)
    }

    /// The same for another class of equal layout (`__class__` assignment).
    pub fn with_type(&'static self, ty: &Type) -> Option<&'static Shape> {
        self.derive(ty as *const Type as u64 | TO_TYPE, self.dict_mode, None, Some(ty))
    }

    /// The instance part of an object with this shape.
    #[inline(always)]
    pub fn inst(&self, h: &Header) -> *const Slot {
        let offset = if self.inst != 0 { self.inst as usize } else { self.native_size(h) };
        // SAFETY: the object was allocated with room for its instance part.
        unsafe { (h as *const Header).cast::<u8>().add(offset).cast() }
    }

    /// Inline slot `n`.
    #[inline(always)]
    pub fn slot<'a>(&self, h: &'a Header, n: usize) -> &'a Slot {
        debug_assert!(self.has_inst && n < self.ninline as usize);
        // SAFETY: within the instance part, behind `ext`.
        unsafe { &*self.inst(h).add(1 + n) }
    }

    /// The slot that holds the dict in dict mode.
    #[inline(always)]
    pub fn ext<'a>(&self, h: &'a Header) -> &'a Slot {
        debug_assert!(self.has_inst);
        // SAFETY: the instance part starts with it.
        unsafe { &*self.inst(h) }
    }

    /// Bytes of the native part, rounded to words.
    pub fn native_size(&self, h: &Header) -> usize {
        self.layout.var_size.map_or(self.layout.size, |f| f(h)).next_multiple_of(8)
    }

    /// Bytes that the instance part takes.
    pub fn inst_size(&self) -> usize {
        if self.has_inst { 8 + 8 * self.ninline as usize } else { 0 }
    }
}
