//! Subscripts, methods and attributes of `memoryview`.

use super::bounds::{self, at};
use super::list::List;
use super::memory_items::Item;
use super::memoryview::{
    MemoryView, Meta, Sub, derive, get, nested, new_view, sizes, unsupported, with, write_item,
};
use super::slice::Slice;
use super::tuple::Tuple;
use super::{buffers, bytes_methods};
use crate::errors::NOT_IMPLEMENTED_ERROR;
use crate::object::{Args, GetSet, MethodDef, NativeType, Slots, TypeSpec, ValueExt, type_flag};
use crate::thread::Thread;
use crate::{Raised, Res, methods};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use weft_strategy::{Header, Slot, VRef, Value, Word};

/// Methods.
pub static METHODS: &[MethodDef] = methods! {
    "release(self, /)" => |t, a| {
        a.this::<MemoryView>().release(t)?;
        Ok(Value::NONE)
    }, "Release the underlying buffer exposed by the memoryview object.";
    "tobytes(self, /, order='C')" => tobytes, "Return the data in the buffer as a byte string.";
    "hex(self, /, sep=<unrepresentable>, bytes_per_sep=1)" => |t, a| {
        let (sep, group) = bytes_methods::hex_arguments(t, a)?;
        let b = a.this::<MemoryView>().to_bytes(t)?;
        Ok(t.str_ascii(&weft_text::bytes::hex(&b, sep, group)))
    }, "Return the data in the buffer as a str of hexadecimal numbers.";
    "tolist(self, /)" => |t, a| {
        match with(t, a.get(0), |m| if m.item.is_some() { Ok(()) } else { Err(m.format.clone()) })? {
            Ok(()) => {}
            Err(f) => return Err(unsupported(t, &f)),
        }
        let thread: &Thread = t;
        match a.this::<MemoryView>().pinned(|m| nested(thread, m, 0, 0)) {
            Some(Ok(v)) => Ok(v),
            _ => Err(t.value_error("operation forbidden on released memoryview object")),
        }
    }, "Return the data in the buffer as a list of elements.";
    "cast(self, /, format, shape=<unrepresentable>)" => cast, "Cast a memoryview to a new format or shape.";
    "toreadonly(self, /)" => |t, a| derive(t, a.get(0), |m| Sub { readonly: true, ..Sub::same(m) }), "Return a readonly version of the memoryview.";
    "count(self, value, /)" => |t, a| {
        let mut n = 0;
        each(t, a.get(0), |t, x| {
            n += t.equal(x, a.get(1))? as i64;
            Ok(true)
        })?;
        Ok(t.int(n))
    }, "Count the number of occurrences of a value.";
    "index(self, value, start=0, stop=sys.maxsize, /)" => index, "Return the index of the first occurrence of a value.\n\nRaises ValueError if the value is not present.";
    "__enter__(self, /)" => |t, a| {
        with(t, a.get(0), |_| ())?;
        Ok(a.get(0).to_value())
    };
    "__exit__(self, /, *exc_info)" => |t, a| {
        a.this::<MemoryView>().release(t)?;
        Ok(Value::NONE)
    }, "Release the underlying buffer exposed by the memoryview object.";
    class "_from_flags(type, /, object, flags)" => |t, a| {
        let flags = t.arg_i32(a.get(2))?;
        new_view(t, a.get(1), flags & 1 != 0)
    }, "Create a new memoryview object which references the given object.";
    class "__class_getitem__(type, object, /)" => |t, a| super::heaptype::generic_alias(t, a.get(0), a.get(1)), "See PEP 585";
    "__buffer__(self, flags, /)" => buffers::dunder_buffer, "Return a buffer object that exposes the underlying memory of the object.";
    "__release_buffer__(self, buffer, /)" => buffers::dunder_release_buffer, "Release the buffer object that exposes the underlying memory of the object.";
};

macro_rules! attr {
    ($name:literal, $doc:literal, |$t:ident, $m:ident| $e:expr) => {
        GetSet {
            name: $name,
            get: |t, v| {
                let r = with(t, v, |$m| $e)?;
                let f: fn(&Thread, _) -> Value = $t;
                Ok(f(t, r))
            },
            set: None,
            doc: $doc,
        }
    };
}

fn flag(_t: &Thread, b: bool) -> Value {
    Value::bool(b)
}
fn size(t: &Thread, n: usize) -> Value {
    t.int_usize(n)
}
fn name(t: &Thread, s: String) -> Value {
    t.str(&s)
}
fn dims(t: &Thread, v: Vec<i64>) -> Value {
    sizes(t, v.into_iter())
}

/// Attributes.
pub static GETSET: &[GetSet] = &[
    GetSet {
        name: "obj",
        get: |t, v| {
            with(t, v, |_| ())?;
            Ok(get(v).and_then(|m| m.obj.load()).unwrap_or(Value::NONE))
        },
        set: None,
        doc: "The underlying object of the memoryview.",
    },
    attr!(
        "nbytes",
        "The amount of space in bytes that the array would use in\n a contiguous representation.",
        |size, m| m.nbytes()
    ),
    attr!("readonly", "A bool indicating whether the memory is read only.", |flag, m| m.readonly),
    attr!("itemsize", "The size in bytes of each element of the memoryview.", |size, m| m.itemsize),
    attr!(
        "format",
        "A string containing the format (in struct module style)\n for each element in the view.",
        |name, m| m.format.clone()
    ),
    attr!(
        "ndim",
        "An integer indicating how many dimensions of a multi-dimensional\n array the memory represents.",
        |size, m| m.shape.len()
    ),
    attr!(
        "shape",
        "A tuple of ndim integers giving the shape of the memory\n as an N-dimensional array.",
        |dims, m| m.shape.iter().map(|n| *n as i64).collect()
    ),
    attr!(
        "strides",
        "A tuple of ndim integers giving the size in bytes to access\n each element for each dimension of the array.",
        |dims, m| m.strides.iter().map(|n| *n as i64).collect()
    ),
    attr!("suboffsets", "A tuple of integers used internally for PIL-style arrays.", |dims, _m| Vec::new()),
    attr!("c_contiguous", "A bool indicating whether the memory is C contiguous.", |flag, m| m
        .is_contiguous(false)),
    attr!("f_contiguous", "A bool indicating whether the memory is Fortran contiguous.", |flag, m| m
        .is_contiguous(true)),
    attr!("contiguous", "A bool indicating whether the memory is contiguous.", |flag, m| m
        .is_contiguous(false)
        || m.is_contiguous(true)),
];

/// Where a subscript leads.
enum Place {
    Item(isize),
    Slice(bounds::Span),
    Whole,
}

fn not_implemented(t: &mut Thread, text: &str) -> Raised {
    t.raise_text(&NOT_IMPLEMENTED_ERROR, text)
}

fn out_of_bounds(t: &mut Thread, dim: usize) -> Raised {
    t.index_error(format!("index out of bounds on dimension {}", dim + 1))
}

fn place(t: &mut Thread, v: VRef<'_>, key: VRef<'_>) -> Res<Place> {
    let (shape, strides) = with(t, v, |m| (m.shape.clone(), m.strides.clone()))?;
    if shape.is_empty() {
        return match key.cast::<Tuple>() {
            Some(k) if k.is_empty() => Ok(Place::Item(0)),
            _ if key.word() == Word::ELLIPSIS => Ok(Place::Whole),
            _ => Err(t.type_error("invalid indexing of 0-dim memory")),
        };
    }
    if key.ty().slots().index.is_some() {
        let i = t.index_i64(key, &crate::errors::INDEX_ERROR)?;
        if shape.len() > 1 {
            return Err(not_implemented(t, "multi-dimensional sub-views are not implemented"));
        }
        return match at(i, shape[0]) {
            Some(i) => Ok(Place::Item(i as isize * strides[0])),
            None => Err(out_of_bounds(t, 0)),
        };
    }
    if let Some(s) = key.cast::<Slice>() {
        return Ok(Place::Slice(bounds::unpack(t, s)?.fit(shape[0])));
    }
    let Some(keys) = key.cast::<Tuple>() else {
        return Err(t.type_error("memoryview: invalid slice key"));
    };
    if keys.iter().any(|k| k.ty().slots().index.is_none()) {
        let slices = !keys.is_empty() && keys.iter().all(|k| k.cast::<Slice>().is_some());
        return Err(if slices {
            not_implemented(t, "multi-dimensional slicing is not implemented")
        } else {
            t.type_error("memoryview: invalid slice key")
        });
    }
    if keys.len() < shape.len() {
        return Err(not_implemented(t, "sub-views are not implemented"));
    }
    if keys.len() > shape.len() {
        let (n, k) = (shape.len(), keys.len());
        return Err(t.type_error(format!("cannot index {n}-dimension view with {k}-element tuple")));
    }
    let mut offset = 0;
    for (dim, k) in keys.iter().enumerate() {
        let i = t.index_i64(k, &crate::errors::INDEX_ERROR)?;
        match at(i, shape[dim]) {
            Some(i) => offset += i as isize * strides[dim],
            None => return Err(out_of_bounds(t, dim)),
        }
    }
    Ok(Place::Item(offset))
}

fn item(t: &mut Thread, v: VRef<'_>, offset: isize) -> Res {
    let thread: &Thread = t;
    match get(v).and_then(|m| m.pinned(|m| m.item(thread, offset))) {
        Some(Ok(x)) => Ok(x),
        Some(Err(text)) => Err(not_implemented(t, &text)),
        None => Err(t.value_error("operation forbidden on released memoryview object")),
    }
}

fn part(m: &Meta, s: bounds::Span) -> Sub {
    let mut sub = Sub::same(m);
    if let (Some(n), Some(stride)) = (sub.shape.first_mut(), sub.strides.first_mut()) {
        sub.offset = if s.count == 0 { 0 } else { s.start as isize * *stride };
        *n = s.count;
        *stride = stride.wrapping_mul(s.step as isize);
    }
    sub
}

/// `view[key]`
pub fn getitem(t: &mut Thread, v: VRef<'_>, key: VRef<'_>) -> Res {
    match place(t, v, key)? {
        Place::Item(offset) => item(t, v, offset),
        Place::Slice(s) => derive(t, v, |m| part(m, s)),
        Place::Whole => Ok(v.to_value()),
    }
}

/// `view[key] = value`
pub fn setitem(t: &mut Thread, v: VRef<'_>, key: VRef<'_>, value: Option<VRef<'_>>) -> Res<()> {
    if with(t, v, |m| m.readonly)? {
        return Err(t.type_error("cannot modify read-only memory"));
    }
    let Some(x) = value else { return Err(t.type_error("cannot delete memory")) };
    match place(t, v, key)? {
        Place::Item(offset) => write_item(t, v, offset, x),
        Place::Slice(s) => {
            if with(t, v, |m| m.shape.len())? != 1 {
                return Err(not_implemented(
                    t,
                    "memoryview slice assignments are currently restricted to ndim = 1",
                ));
            }
            assign(t, v, s, x)
        }
        // Ellipsis on the single item of a view without dimensions.
        Place::Whole if with(t, v, |m| m.shape.is_empty())? => write_item(t, v, 0, x),
        Place::Whole => {
            let n = with(t, v, |m| m.shape.first().copied().unwrap_or(0))?;
            assign(t, v, bounds::Span { start: 0, stop: n, step: 1, count: n }, x)
        }
    }
}

fn assign(t: &mut Thread, v: VRef<'_>, s: bounds::Span, x: VRef<'_>) -> Res<()> {
    if !buffers::is_bytelike(t, x) {
        let n = x.ty().name();
        return Err(t.type_error(format!("a bytes-like object is required, not '{n}'")));
    }
    let source = new_view(t, x, false)?;
    let from = with(t, source.r(), |m| {
        let items: Vec<Vec<u8>> = m.offsets().into_iter().map(|o| m.read(o)).collect();
        (m.format.trim_start_matches('@').to_string(), m.shape.clone(), items)
    });
    if let Some(m) = get(source.r()) {
        m.release(t)?
    }
    let (format, shape, items) = from?;
    let same = with(t, v, |m| {
        let target = part(m, s);
        if format != m.format.trim_start_matches('@') || shape != target.shape {
            return false;
        }
        for (i, b) in items.iter().enumerate() {
            m.write(target.offset + i as isize * target.strides[0], b)
        }
        true
    })?;
    if same {
        return Ok(());
    }
    Err(t.value_error("memoryview assignment: lvalue and rvalue have different structures"))
}

/// Calls `f` with each item of a one-dimensional view until it answers false.
fn each(t: &mut Thread, v: VRef<'_>, mut f: impl FnMut(&mut Thread, VRef<'_>) -> Res<bool>) -> Res<()> {
    let (n, stride) = one_dimension(t, v)?;
    for i in 0..n {
        let x = item(t, v, i as isize * stride)?;
        if !f(t, x.r())? {
            break;
        }
    }
    Ok(())
}

fn one_dimension(t: &mut Thread, v: VRef<'_>) -> Res<(usize, isize)> {
    let (shape, strides) = with(t, v, |m| (m.shape.clone(), m.strides.clone()))?;
    match (&shape[..], &strides[..]) {
        ([n], [s]) => Ok((*n, *s)),
        ([], _) => Err(t.type_error("invalid indexing of 0-dim memory")),
        _ => Err(not_implemented(t, "multi-dimensional sub-views are not implemented")),
    }
}

fn index(t: &mut Thread, a: Args<'_>) -> Res {
    let start = bounds::bound(t, a.opt(2))?;
    let stop = bounds::bound(t, a.opt(3))?;
    let (n, _) = one_dimension(t, a.get(0))?;
    let (start, stop) = bounds::range(start, stop, n);
    let (mut i, mut found) = (0, None);
    each(t, a.get(0), |t, x| {
        if i >= start && i < stop && t.equal(x, a.get(1))? {
            found = Some(i);
            return Ok(false);
        }
        i += 1;
        Ok(i < stop)
    })?;
    match found {
        Some(i) => Ok(t.int_usize(i)),
        None => Err(t.value_error("memoryview.index(x): x not found")),
    }
}

fn tobytes(t: &mut Thread, a: Args<'_>) -> Res {
    let order = match a.opt_none(1) {
        None => b'C',
        Some(o) => match t.arg_str_named(o, "tobytes", "'order'")?.bytes() {
            [c @ (b'C' | b'F' | b'A')] => *c,
            _ => return Err(t.value_error("order must be 'C', 'F' or 'A'")),
        },
    };
    let fortran = with(t, a.get(0), |m| {
        order == b'F' || order == b'A' && m.is_contiguous(true) && !m.is_contiguous(false)
    })?;
    let b = if fortran {
        // The first index runs fastest: C order of the axes reversed.
        with(t, a.get(0), |m| {
            let mut offsets = vec![0isize];
            for (n, stride) in m.shape.iter().zip(&m.strides).rev() {
                offsets = offsets
                    .iter()
                    .flat_map(|base| (0..*n as isize).map(move |i| base + i * stride))
                    .collect();
            }
            offsets.into_iter().flat_map(|o| m.read(o)).collect()
        })?
    } else {
        a.this::<MemoryView>().to_bytes(t)?
    };
    Ok(t.bytes(&b))
}

fn cast(t: &mut Thread, a: Args<'_>) -> Res {
    let format = t.arg_str_named(a.get(1), "cast", "'format'")?.to_string();
    let shape = match a.opt(2) {
        None => None,
        Some(s) => Some(cast_shape(t, s)?),
    };
    let (contiguous, old, bytes, ndim) =
        with(t, a.get(0), |m| (m.is_contiguous(false), m.item, m.nbytes(), m.shape.len()))?;
    if !contiguous {
        return Err(t.type_error("memoryview: casts are restricted to C-contiguous views"));
    }
    if shape.is_some() && ndim != 1 {
        return Err(t.type_error("memoryview: cast must be 1D -> ND or ND -> 1D"));
    }
    let Some(new) = Item::of(&format) else {
        return Err(t.value_error(
            "memoryview: destination format must be a native single character format prefixed with an optional '@'",
        ));
    };
    if !new.is_byte() && !old.is_some_and(Item::is_byte) {
        return Err(t.type_error("memoryview: cannot cast between two non-byte formats"));
    }
    if bytes % new.size() != 0 {
        return Err(t.type_error("memoryview: length is not a multiple of itemsize"));
    }
    let shape = shape.unwrap_or_else(|| vec![bytes / new.size()]);
    let total = shape.iter().try_fold(new.size(), |n, k| n.checked_mul(*k));
    if total != Some(bytes) {
        return Err(t.type_error("memoryview: product(shape) * itemsize != buffer size"));
    }
    let mut strides = vec![0; shape.len()];
    let mut step = new.size() as isize;
    for (s, n) in strides.iter_mut().zip(&shape).rev() {
        *s = step;
        step *= *n as isize
    }
    derive(t, a.get(0), |m| Sub { format, itemsize: new.size(), shape, strides, ..Sub::same(m) })
}

fn cast_shape(t: &mut Thread, v: VRef<'_>) -> Res<Vec<usize>> {
    if v.cast::<List>().is_none() && v.cast::<Tuple>().is_none() {
        return Err(t.type_error("shape must be a list or a tuple"));
    }
    let items = t.collect(v)?;
    if items.len() > 64 {
        return Err(t.value_error("memoryview: number of dimensions must not exceed 64"));
    }
    let mut shape = Vec::with_capacity(items.len());
    for x in items {
        if !super::int::is_int(x.r()) {
            return Err(t.type_error("memoryview.cast(): elements of shape must be integers"));
        }
        match super::int::to_i64(x.r()) {
            Some(n) if n > 0 => shape.push(n as usize),
            _ => return Err(t.value_error("memoryview.cast(): elements of shape must be integers > 0")),
        }
    }
    Ok(shape)
}

/// The hash of the bytes: of read-only views of bytes only.
pub fn hash(t: &mut Thread, v: VRef<'_>) -> Res<i64> {
    let Some(m) = get(v) else { return Ok(0) };
    let known = m.hash.load(Relaxed);
    if known != 0 {
        return Ok(known.wrapping_sub(1) as i64);
    }
    let (readonly, byte) = with(t, v, |m| (m.readonly, m.item.is_some_and(Item::is_byte)))?;
    if !readonly {
        return Err(t.value_error("cannot hash writable memoryview object"));
    }
    if !byte {
        return Err(t.value_error("memoryview: hashing is restricted to formats 'B', 'b' or 'c'"));
    }
    if let Some(obj) = m.obj.load() {
        // The exporter must be hashable too: its bytes may change otherwise.
        t.hash(obj.r())?;
    }
    let h = crate::hash::hash_bytes(&m.to_bytes(t)?);
    m.hash.store((h as usize).wrapping_add(1), Relaxed);
    Ok(h)
}

/// Iterator of memory views.
#[repr(C)]
pub struct MemoryIter {
    pub(crate) h: Header,
    seq: Slot,
    index: AtomicUsize,
}
crate::object!(MemoryIter, "memory_iterator", true, [seq]);

/// `memory_iterator`
pub static ITERATOR: NativeType = NativeType::new(&ITER_SPEC);
static ITER_SPEC: TypeSpec = TypeSpec {
    name: "memory_iterator",
    flags: type_flag::IMMUTABLE | type_flag::NO_NEW,
    slots: Slots { iter: Some(|_, v| Ok(v.to_value())), next: Some(next), ..Slots::EMPTY },
    ..TypeSpec::new::<MemoryIter>()
};

/// `iter(view)`
pub fn iter(t: &mut Thread, v: VRef<'_>) -> Res {
    one_dimension(t, v)?;
    let shape = ITERATOR.shape(t);
    Ok(t.make(
        shape,
        MemoryIter { h: Header::new(0, 0), seq: Slot::new(v.to_value()), index: AtomicUsize::new(0) },
    ))
}

fn next(t: &mut Thread, v: VRef<'_>) -> Res<Option<Value>> {
    let Some(it) = v.cast::<MemoryIter>() else { return Ok(None) };
    let Some(seq) = it.seq.load() else { return Ok(None) };
    let (n, stride) = one_dimension(t, seq.r())?;
    let i = it.index.fetch_add(1, Relaxed);
    if i >= n {
        drop(it.seq.take(&it.h));
        return Ok(None);
    }
    item(t, seq.r(), i as isize * stride).map(Some)
}
