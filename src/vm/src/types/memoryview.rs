//! `memoryview`: a window on another object's bytes, with item format, shape and strides (PEP 3118).
//!
//! Each view holds an export of its own of the object at the bottom, so that any of them may be released in any order.
//! What a view describes never changes; `state` says whether it is released and how many are using it right now, in
//! one word, so that no thread lets the bytes go while another reads them.

use super::memory_items::{Item, load, store};
use super::tuple::Tuple;
use super::{buffers, list::List};
use crate::object::buffer::View;
use crate::object::{
    Binding, CallArgs, Cmp, MethodDef, NativeType, Object, Slots, Type, TypeSpec, ValueExt, Visitor,
    type_flag,
};
use crate::thread::Thread;
use crate::{Raised, Res};
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering::*};
use weft_strategy::{Header, Slot, VRef, Value};

/// The memoryview object.
#[repr(C)]
pub struct MemoryView {
    pub(crate) h: Header,
    /// The exporter; empty once released.
    pub(crate) obj: Slot,
    /// What the view describes: set when made, freed with the object.
    meta: AtomicPtr<Meta>,
    /// Bit 0: released. Above: uses in progress and exports.
    state: AtomicUsize,
    /// Hash plus one, computed once; 0: not yet.
    pub(crate) hash: AtomicUsize,
}

/// What a view describes.
pub struct Meta {
    /// The first item.
    pub ptr: *mut u8,
    /// May items not be written?
    pub readonly: bool,
    /// As given, maybe with `@`.
    pub format: String,
    /// The kind of item, if it is one we can read.
    pub item: Option<Item>,
    /// Bytes of an item.
    pub itemsize: usize,
    /// Items by dimension.
    pub shape: Vec<usize>,
    /// Bytes between items by dimension.
    pub strides: Vec<isize>,
    release: Option<fn(&Thread, VRef<'_>)>,
}

// SAFETY: repr(C), header first; the one reference is visited.
unsafe impl Object for MemoryView {
    crate::layout!(MemoryView, "memoryview", true);
    fn traverse(&self, v: Visitor) {
        v(self.obj.word())
    }
    fn clear(&self) {
        let meta = self.meta.swap(std::ptr::null_mut(), AcqRel);
        if !meta.is_null() {
            // SAFETY: made by `Box::into_raw`; the object is dead.
            let meta = unsafe { Box::from_raw(meta) };
            if self.state.fetch_or(RELEASED, AcqRel) & RELEASED == 0
                && let (Some(f), Some(obj)) = (meta.release, self.obj.load())
            {
                weft_strategy::core::with_core(|c| {
                    // SAFETY: the core of a running thread knows its Thread, which outlives this call.
                    let t = unsafe { &*(c.vm.get() as *const Thread) };
                    f(t, obj.r())
                })
            }
        }
        self.obj.clear_dead()
    }
}

const RELEASED: usize = 1;
const USE: usize = 2;

/// `memoryview`
pub static TYPE: NativeType = NativeType::new(&SPEC);
static SPEC: TypeSpec = TypeSpec {
    name: "memoryview",
    doc: "Create a new memoryview object which references the given object.",
    flags: type_flag::IMMUTABLE | type_flag::SEQUENCE | type_flag::WEAKREFS,
    slots: Slots {
        repr: Some(|t, v| {
            let released = get(v).is_some_and(|m| m.is_released());
            let at = v.word().identity();
            Ok(t.str(&format!("<{}memory at {at:#x}>", if released { "released " } else { "" })))
        }),
        hash: Some(super::memory_methods::hash),
        compare: Some(compare),
        iter: Some(super::memory_methods::iter),
        new: Some(new),
        len: Some(|t, v| {
            let n = with(t, v, |m| m.shape.first().copied())?;
            n.ok_or_else(|| t.type_error("0-dim memory has no length"))
        }),
        getitem: Some(super::memory_methods::getitem),
        setitem: Some(super::memory_methods::setitem),
        buffer: Some(export),
        ..Slots::EMPTY
    },
    methods: super::memory_methods::METHODS,
    getset: super::memory_methods::GETSET,
    ..TypeSpec::new::<MemoryView>()
};

/// The memoryview of a value.
pub fn get(v: VRef<'_>) -> Option<&MemoryView> {
    v.cast::<MemoryView>()
}

#[cold]
fn released(t: &mut Thread) -> Raised {
    t.value_error("operation forbidden on released memoryview object")
}

/// Calls `f` with what a view describes, pinned meanwhile; ValueError if it is released.
pub fn with<R>(t: &mut Thread, v: VRef<'_>, f: impl FnOnce(&Meta) -> R) -> Res<R> {
    match get(v).and_then(|m| m.pinned(f)) {
        Some(r) => Ok(r),
        None => Err(released(t)),
    }
}

impl MemoryView {
    /// Has `release` been called?
    pub fn is_released(&self) -> bool {
        self.state.load(Acquire) & RELEASED != 0
    }

    fn pin(&self) -> bool {
        self.state.fetch_update(AcqRel, Acquire, |s| (s & RELEASED == 0).then_some(s + USE)).is_ok()
    }

    fn unpin(&self) {
        self.state.fetch_sub(USE, AcqRel);
    }

    /// Calls `f` while the view cannot be released; `None` if it is.
    pub fn pinned<R>(&self, f: impl FnOnce(&Meta) -> R) -> Option<R> {
        if !self.pin() {
            return None;
        }
        let meta = self.meta.load(Acquire);
        // SAFETY: set when made and freed with the object only.
        let r = if meta.is_null() { None } else { Some(f(unsafe { &*meta })) };
        self.unpin();
        r
    }

    /// `memoryview.release()`
    pub fn release(&self, t: &mut Thread) -> Res<()> {
        match self.state.compare_exchange(0, RELEASED, AcqRel, Acquire) {
            Ok(_) => {
                let meta = self.meta.load(Acquire);
                // SAFETY: freed with the object only.
                let release = if meta.is_null() { None } else { unsafe { (*meta).release } };
                if let Some(obj) = self.obj.take(&self.h)
                    && let Some(f) = release
                {
                    f(t, obj.r())
                }
                Ok(())
            }
            Err(s) if s & RELEASED != 0 => Ok(()),
            Err(s) => {
                let n = s / USE;
                let plural = if n == 1 { "" } else { "s" };
                Err(t.buffer_error(format!("memoryview has {n} exported buffer{plural}")))
            }
        }
    }

    /// `memoryview.tobytes()`: all items in C order.
    pub fn to_bytes(&self, t: &mut Thread) -> Res<Vec<u8>> {
        match self.pinned(Meta::to_bytes) {
            Some(b) => Ok(b),
            None => Err(released(t)),
        }
    }
}

impl Meta {
    /// Number of items.
    pub fn count(&self) -> usize {
        self.shape.iter().product()
    }

    /// Bytes of all items.
    pub fn nbytes(&self) -> usize {
        self.count() * self.itemsize
    }

    /// Are the items one after the other, the last (or, for Fortran, the first) index running fastest?
    pub fn is_contiguous(&self, fortran: bool) -> bool {
        if self.count() == 0 {
            return true;
        }
        let mut step = self.itemsize as isize;
        let dims = 0..self.shape.len();
        let fits = |i: usize| {
            let ok = self.shape[i] == 1 || self.strides[i] == step;
            step *= self.shape[i] as isize;
            ok
        };
        if fortran { all_of(dims.map(fits)) } else { all_of(dims.rev().map(fits)) }
    }

    /// Offsets of all items in C order.
    pub fn offsets(&self) -> Vec<isize> {
        let mut out = vec![0isize];
        for (n, stride) in self.shape.iter().zip(&self.strides) {
            out = out.iter().flat_map(|base| (0..*n as isize).map(move |i| base + i * stride)).collect();
        }
        out
    }

    /// Copies an item out.
    pub fn read(&self, offset: isize) -> Vec<u8> {
        let mut b = vec![0; self.itemsize];
        // SAFETY: offsets come from shape and strides, which lie within the exported bytes; the view is pinned.
        unsafe { self.ptr.offset(offset).copy_to_nonoverlapping(b.as_mut_ptr(), self.itemsize) }
        b
    }

    /// Writes an item.
    pub fn write(&self, offset: isize, b: &[u8]) {
        if b.len() == self.itemsize && !self.readonly {
            // SAFETY: as in `read`; the exporter said that its bytes may be written.
            unsafe { self.ptr.offset(offset).copy_from_nonoverlapping(b.as_ptr(), b.len()) }
        }
    }

    fn to_bytes(&self) -> Vec<u8> {
        if self.is_contiguous(false) {
            let mut b = vec![0; self.nbytes()];
            // SAFETY: contiguous, so all bytes lie in a row; pinned.
            unsafe { self.ptr.copy_to_nonoverlapping(b.as_mut_ptr(), b.len()) }
            return b;
        }
        self.offsets().into_iter().flat_map(|o| self.read(o)).collect()
    }

    /// The item at an offset as a Python value; NotImplementedError's text for formats we cannot read.
    pub fn item(&self, t: &Thread, offset: isize) -> Result<Value, String> {
        match self.item {
            Some(i) => Ok(load(t, i, &self.read(offset))),
            None => Err(format!("memoryview: format {} not supported", self.format)),
        }
    }
}

/// A view of `obj`'s bytes.
pub fn new_view(t: &mut Thread, obj: VRef<'_>, writable: bool) -> Res {
    if get(obj).is_some() {
        return derive(t, obj, Sub::same);
    }
    let Some(view) = t.buffer_opt(obj, writable)? else {
        let n = obj.ty().name();
        return Err(t.type_error(format!("memoryview: a bytes-like object is required, not '{n}'")));
    };
    Ok(from_view(t, view))
}

fn from_view(t: &Thread, view: View) -> Value {
    let meta = Meta {
        ptr: view.ptr,
        readonly: view.readonly,
        item: Item::of(&view.format),
        format: view.format,
        itemsize: view.itemsize,
        shape: view.shape,
        strides: view.strides,
        release: view.release,
    };
    make(t, view.owner, meta)
}

fn make(t: &Thread, obj: Value, meta: Meta) -> Value {
    let shape = TYPE.shape(t);
    t.make(
        shape,
        MemoryView {
            h: Header::new(0, 0),
            obj: Slot::new(obj),
            meta: AtomicPtr::new(Box::into_raw(Box::new(meta))),
            state: AtomicUsize::new(0),
            hash: AtomicUsize::new(0),
        },
    )
}

/// How a view differs from the one it is made from.
pub struct Sub {
    /// Bytes from the parent's first item to ours.
    pub offset: isize,
    /// See [`Meta`].
    pub readonly: bool,
    /// See [`Meta`].
    pub format: String,
    /// See [`Meta`].
    pub itemsize: usize,
    /// See [`Meta`].
    pub shape: Vec<usize>,
    /// See [`Meta`].
    pub strides: Vec<isize>,
}

impl Sub {
    /// The same again.
    pub fn same(m: &Meta) -> Sub {
        Sub {
            offset: 0,
            readonly: m.readonly,
            format: m.format.clone(),
            itemsize: m.itemsize,
            shape: m.shape.clone(),
            strides: m.strides.clone(),
        }
    }
}

/// A view of a part of another view's bytes: an export of its own of the object at the bottom.
pub fn derive(t: &mut Thread, v: VRef<'_>, f: impl FnOnce(&Meta) -> Sub) -> Res {
    let Some(parent) = get(v) else { return Ok(Value::NOT_IMPLEMENTED) };
    if !parent.pin() {
        return Err(released(t));
    }
    // Pinned: the exporter and the bytes stay while the new export is taken.
    let (obj, meta) = (parent.obj.load(), parent.meta.load(Acquire));
    let r = match obj {
        Some(obj) if !meta.is_null() => {
            // SAFETY: freed with the object only.
            let meta = unsafe { &*meta };
            export_again(t, obj.r(), meta).map(|release| {
                let s = f(meta);
                let meta = Meta {
                    ptr: meta.ptr.wrapping_offset(s.offset),
                    readonly: s.readonly,
                    item: Item::of(&s.format),
                    format: s.format,
                    itemsize: s.itemsize,
                    shape: s.shape,
                    strides: s.strides,
                    release,
                };
                make(t, obj, meta)
            })
        }
        _ => Err(released(t)),
    };
    parent.unpin();
    r
}

type Release = Option<fn(&Thread, VRef<'_>)>;

/// Takes another export of what `meta` views: exporters without `release` do not count.
fn export_again(t: &mut Thread, obj: VRef<'_>, meta: &Meta) -> Res<Release> {
    if meta.release.is_none() {
        return Ok(None);
    }
    let Some(f) = obj.ty().slots().buffer else { return Ok(None) };
    Ok(f(t, obj, false)?.release)
}

/// Gives back what [`export`] gave.
pub(super) fn unpin(v: VRef<'_>) {
    if let Some(m) = get(v) {
        m.unpin()
    }
}

/// The bytes for whoever wants a plain buffer: contiguous views only.
pub(super) fn export(t: &mut Thread, v: VRef<'_>, writable: bool) -> Res<View> {
    let Some(m) = get(v) else { return Err(released(t)) };
    if !m.pin() {
        return Err(released(t));
    }
    let view = m.pinned(|m| {
        if writable && m.readonly {
            return Err("memoryview: underlying buffer is not writable");
        }
        if !m.is_contiguous(false) {
            return Err("memoryview: underlying buffer is not C-contiguous");
        }
        Ok(View {
            owner: v.to_value(),
            ptr: m.ptr,
            len: m.nbytes(),
            readonly: m.readonly,
            itemsize: m.itemsize,
            format: m.format.clone(),
            shape: m.shape.clone(),
            strides: m.strides.clone(),
            release: Some(|_, v| unpin(v)),
        })
    });
    match view {
        Some(Ok(view)) => Ok(view),
        Some(Err(text)) => {
            m.unpin();
            Err(t.buffer_error(text))
        }
        None => {
            m.unpin();
            Err(released(t))
        }
    }
}

static NEW: MethodDef =
    MethodDef::new("memoryview(cls, object)", |t, a| new_view(t, a.get(1), false), "", Binding::Plain);

fn new(t: &mut Thread, cls: &Type, args: CallArgs<'_>) -> Res {
    let c = cls.to_value();
    crate::call::bind::call_native(t, &NEW, Some(c.r()), args)
}

/// Views are equal if their shapes are and their items, read by their formats.
fn compare(t: &mut Thread, a: VRef<'_>, b: VRef<'_>, op: Cmp) -> Res {
    if !matches!(op, Cmp::Eq | Cmp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let answer = |equal: bool| Ok(Value::bool(equal == (op == Cmp::Eq)));
    if a.is(b) {
        return answer(true);
    }
    let Some(x) = get(a) else { return Ok(Value::NOT_IMPLEMENTED) };
    if x.is_released() || get(b).is_some_and(|m| m.is_released()) {
        return answer(false);
    }
    let other = match get(b) {
        Some(_) => b.to_value(),
        None if !buffers::is_bytelike(t, b) => return Ok(Value::NOT_IMPLEMENTED),
        None => match new_view(t, b, false) {
            Ok(v) => v,
            Err(_) => {
                t.clear_raised();
                return Ok(Value::NOT_IMPLEMENTED);
            }
        },
    };
    let (Some(Ok(p)), Some(Ok(q))) =
        (x.pinned(|m| contents(t, m)), get(other.r()).and_then(|y| y.pinned(|m| contents(t, m))))
    else {
        return answer(false);
    };
    if p.0 != q.0 {
        return answer(false);
    }
    // The same kind of item: bytes decide, except for floats (NaN, zeros).
    if p.1 == q.1 && !p.1.is_some_and(Item::is_float) && p.1.is_some() {
        return answer(p.2 == q.2);
    }
    if p.3.len() != q.3.len() {
        return answer(false);
    }
    for (m, n) in p.3.iter().zip(&q.3) {
        if !t.compare_bool(m.r(), n.r(), Cmp::Eq)? {
            return answer(false);
        }
    }
    answer(true)
}

type Contents = (Vec<usize>, Option<Item>, Vec<u8>, Vec<Value>);

fn contents(t: &Thread, m: &Meta) -> Result<Contents, String> {
    let bytes = m.to_bytes();
    let items = m.offsets().into_iter().map(|o| m.item(t, o)).collect::<Result<Vec<_>, _>>()?;
    Ok((m.shape.clone(), m.item, bytes, items))
}

/// Writes a value as an item at an offset.
pub fn write_item(t: &mut Thread, v: VRef<'_>, offset: isize, x: VRef<'_>) -> Res<()> {
    let (item, format) = with(t, v, |m| (m.item, m.format.clone()))?;
    let Some(item) = item else { return Err(unsupported(t, &format)) };
    let b = store(t, item, &format, x)?;
    // Converting may have run Python, which may have released the view.
    with(t, v, |m| m.write(offset, &b))
}

/// NotImplementedError for a format that is no native single character.
pub fn unsupported(t: &mut Thread, format: &str) -> Raised {
    t.raise_text(&crate::errors::NOT_IMPLEMENTED_ERROR, format!("memoryview: format {format} not supported"))
}

/// Items as nested lists.
pub fn nested(t: &Thread, m: &Meta, dim: usize, offset: isize) -> Result<Value, String> {
    let Some(n) = m.shape.get(dim) else { return m.item(t, offset) };
    let items = (0..*n as isize)
        .map(|i| nested(t, m, dim + 1, offset + i * m.strides[dim]))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(List::new(t, items))
}

/// A tuple of sizes.
pub fn sizes(t: &Thread, v: impl Iterator<Item = i64>) -> Value {
    let items = v.map(|i| t.int(i)).collect();
    Tuple::new(t, items)
}

/// Do all say yes?
fn all_of(mut answers: impl Iterator<Item = bool>) -> bool {
    answers.all(|yes| yes)
}
