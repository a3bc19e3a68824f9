//! `bytearray`: a growable buffer under the object's byte lock.
//!
//! Every access takes the lock, so a reader never sees a buffer that is being replaced. Views (memoryview) pin the
//! buffer: while `exports` is not zero the size cannot change (BufferError) and the bytes stay where they are. Their
//! values may change at any time, as everywhere.

use super::bounds::{self, Subscript};
use super::buffers::{byte, bytelike_opt};
use super::str::text;
use super::{fixed, int};
use crate::object::buffer::View;
use crate::object::{
    Args, Binding, CallArgs, Cmp, MethodDef, NativeType, Object, Slots, TypeSpec, ValueExt, Visitor,
    type_flag,
};
use crate::ops::{not_implemented, ordering_is};
use crate::thread::Thread;
use crate::{Res, binary};
use std::cell::UnsafeCell;
use std::mem::ManuallyDrop;
use std::sync::atomic::{AtomicUsize, Ordering::*};
use weft_strategy::lock::lock;
use weft_strategy::{Header, VRef, Value};
use weft_text::Kind;

/// The bytearray object.
#[repr(C)]
pub struct ByteArray {
    pub(crate) h: Header,
    /// Touched under the byte lock only.
    data: UnsafeCell<ManuallyDrop<Vec<u8>>>,
    /// Views that pin the buffer.
    exports: AtomicUsize,
}

// SAFETY: repr(C), header first, no references.
unsafe impl Object for ByteArray {
    crate::layout!(ByteArray, "bytearray", false);
    fn traverse(&self, _v: Visitor) {}
    fn clear(&self) {
        // SAFETY: the object is dead; an empty vector owns no memory, so clearing twice is harmless.
        drop(ManuallyDrop::into_inner(std::mem::replace(
            unsafe { &mut *self.data.get() },
            ManuallyDrop::new(Vec::new()),
        )))
    }
}

/// What resizing says while there are views.
const EXPORTED: &str = "Existing exports of data: object cannot be re-sized";

impl ByteArray {
    /// A bytearray of the given shape.
    pub fn make(t: &Thread, shape: u32, b: Vec<u8>) -> Value {
        t.make(
            shape,
            ByteArray {
                h: Header::new(0, 0),
                data: UnsafeCell::new(ManuallyDrop::new(b)),
                exports: AtomicUsize::new(0),
            },
        )
    }

    /// Looks at the bytes. `f` must not touch this object again: it is locked.
    pub fn read<R>(&self, t: &Thread, f: impl FnOnce(&[u8]) -> R) -> R {
        let _g = lock(t, &self.h);
        // SAFETY: locked.
        f(unsafe { &*self.data.get() })
    }

    /// Changes bytes, not their number. `f` must not touch this object again.
    pub fn write<R>(&self, t: &Thread, f: impl FnOnce(&mut [u8]) -> R) -> R {
        let _g = lock(t, &self.h);
        // SAFETY: locked.
        f(unsafe { &mut *self.data.get() })
    }

    /// Changes the content at will; `None` while there are views. `f` must not touch this object again, and reserves
    /// what it needs with `try_reserve`.
    fn resize<R>(&self, t: &Thread, f: impl FnOnce(&mut Vec<u8>) -> R) -> Option<R> {
        let _g = lock(t, &self.h);
        if self.exports.load(Relaxed) > 0 {
            return None;
        }
        // SAFETY: locked, and nobody has a pointer to the buffer.
        Some(f(unsafe { &mut *self.data.get() }))
    }

    /// As [`ByteArray::resize`] with BufferError.
    pub fn change<R>(&self, t: &mut Thread, f: impl FnOnce(&mut Vec<u8>) -> R) -> Res<R> {
        match self.resize(t, f) {
            Some(r) => Ok(r),
            None => Err(t.buffer_error(EXPORTED)),
        }
    }

    /// Number of bytes.
    pub fn len(&self, t: &Thread) -> usize {
        self.read(t, <[u8]>::len)
    }

    /// Replaces the bytes from `start` to `stop`; MemoryError, BufferError. A change that keeps the size is allowed
    /// while there are views.
    pub fn splice(&self, t: &mut Thread, start: usize, stop: usize, new: &[u8]) -> Res<()> {
        let same = self.write(t, |b| {
            let stop = stop.min(b.len());
            let start = start.min(stop);
            let same = stop - start == new.len();
            if same {
                b[start..stop].copy_from_slice(new)
            }
            same
        });
        if same {
            return Ok(());
        }
        let room = self.change(t, |v| {
            if v.try_reserve(new.len()).is_err() {
                return false;
            }
            let stop = stop.min(v.len());
            v.splice(start.min(stop)..stop, new.iter().copied());
            true
        })?;
        if room { Ok(()) } else { Err(int::memory_error(t)) }
    }

    /// Appends bytes.
    pub fn append(&self, t: &mut Thread, b: &[u8]) -> Res<()> {
        let room = self.change(t, |v| {
            let ok = v.try_reserve(b.len()).is_ok();
            if ok {
                v.extend_from_slice(b)
            }
            ok
        })?;
        if room { Ok(()) } else { Err(int::memory_error(t)) }
    }

    /// Bytes allocated.
    pub fn capacity(&self, t: &Thread) -> usize {
        let _g = lock(t, &self.h);
        // SAFETY: locked.
        unsafe { &*self.data.get() }.capacity()
    }
}

/// `bytearray`
pub static TYPE: NativeType = NativeType::fixed(&SPEC, fixed::BYTEARRAY);
static SPEC: TypeSpec = TypeSpec {
    name: "bytearray",
    doc: "bytearray(iterable_of_ints) -> bytearray\nbytearray(string, encoding[, errors]) -> bytearray\nbytearray(bytes_or_buffer) -> mutable copy of bytes_or_buffer\n\
          bytearray(int) -> bytearray of that size, filled with zeros\nbytearray() -> empty bytearray\n\nConstruct a mutable array of bytes.",
    flags: type_flag::BASETYPE | type_flag::IMMUTABLE | type_flag::MATCH_SELF,
    slots: Slots {
        repr: Some(repr),
        str: Some(|t, v| {
            if crate::start::flags::flags().bytes_warning > 0 {
                super::bytes::bytes_warning(t, "str() on a bytearray instance")?
            }
            repr(t, v)
        }),
        compare: Some(compare),
        iter: Some(super::bytes_iter::iter),
        new: Some(|t, cls, _| Ok(ByteArray::make(t, cls.shape(), Vec::new()))),
        init: Some(init),
        len: Some(|t, v| Ok(v.cast::<ByteArray>().map_or(0, |b| b.len(t)))),
        getitem: Some(getitem),
        setitem: Some(setitem),
        contains: Some(|t, v, item| {
            let x = super::bytes_methods::contained(t, item)?;
            Ok(super::bytes_methods::with(t, v, |b| weft_text::search::contains(b, &x)))
        }),
        concat: Some(concat),
        repeat: Some(repeat),
        inplace_concat: Some(inplace_concat),
        inplace_repeat: Some(inplace_repeat),
        binary: binary![Mod => modulo],
        buffer: Some(export),
        ..Slots::EMPTY
    },
    methods: super::bytes_methods::BYTEARRAY,
    ..TypeSpec::new::<ByteArray>()
};

impl Thread {
    /// A bytearray.
    pub fn bytearray(&self, b: Vec<u8>) -> Value {
        ByteArray::make(self, fixed::BYTEARRAY, b)
    }
}

fn get(v: VRef<'_>) -> Option<&ByteArray> {
    v.cast::<ByteArray>()
}

fn export(_t: &mut Thread, v: VRef<'_>, _writable: bool) -> Res<View> {
    let t: &Thread = _t;
    let mut view = View::bytes(v.to_value(), &[]);
    if let Some(b) = get(v) {
        let _g = lock(t, &b.h);
        b.exports.fetch_add(1, Relaxed);
        // SAFETY: locked; the export just counted keeps the buffer in place.
        let data = unsafe { &mut *b.data.get() };
        view.ptr = data.as_mut_ptr();
        view.len = data.len();
        view.shape = vec![data.len()];
    }
    view.readonly = false;
    view.release = Some(|_, v| {
        if let Some(b) = v.cast::<ByteArray>() {
            b.exports.fetch_sub(1, Release);
        }
    });
    Ok(view)
}

static INIT: MethodDef =
    MethodDef::new("bytearray(self, source=b'', encoding=None, errors=None)", init_bound, "", Binding::Plain);

fn init(t: &mut Thread, v: VRef<'_>, args: CallArgs<'_>) -> Res<()> {
    crate::call::bind::call_native(t, &INIT, Some(v), args).map(drop)
}

fn init_bound(t: &mut Thread, a: Args<'_>) -> Res {
    let content = super::bytes::build(t, a.opt(1), a.opt(2), a.opt(3), "bytearray")?;
    a.this::<ByteArray>().change(t, |v| *v = content)?;
    Ok(Value::NONE)
}

fn repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let name = v.ty().name();
    let b = super::bytes_methods::with(t, v, weft_text::repr::repr_bytes);
    // Unlike bytes, an apostrophe is escaped even between quotation marks.
    let b = if b.starts_with(b"b\"") { escape_apostrophes(&b) } else { b };
    let text = [name.as_bytes(), b"(", &b, b")"].concat();
    Ok(t.str_wtf8(&text))
}

fn escape_apostrophes(b: &[u8]) -> Vec<u8> {
    b.iter().flat_map(|c| if *c == b'\'' { vec![b'\\', b'\''] } else { vec![*c] }).collect()
}

fn compare(t: &mut Thread, a: VRef<'_>, b: VRef<'_>, op: Cmp) -> Res {
    if text(a).is_some() || text(b).is_some() {
        if matches!(op, Cmp::Eq | Cmp::Ne) && crate::start::flags::flags().bytes_warning > 0 {
            super::bytes::bytes_warning(t, "Comparison between bytearray and string")?
        }
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let (Some(x), Some(y)) = (bytelike_opt(t, a)?, bytelike_opt(t, b)?) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    Ok(Value::bool(ordering_is(x.cmp(&y), op)))
}

fn wrong_index(t: &mut Thread, key: VRef<'_>) -> crate::Raised {
    let n = key.ty().name();
    t.type_error(format!("bytearray indices must be integers or slices, not {n}"))
}

fn getitem(t: &mut Thread, v: VRef<'_>, key: VRef<'_>) -> Res {
    let Some(b) = get(v) else { return Ok(Value::NOT_IMPLEMENTED) };
    match bounds::subscript(t, key, wrong_index)? {
        Subscript::Index(i) => match b.read(t, |b| bounds::at(i, b.len()).map(|i| b[i])) {
            Some(c) => Ok(t.int(c as i64)),
            None => Err(t.index_error("bytearray index out of range")),
        },
        Subscript::Slice(s) => {
            let picked = b.read(t, |b| {
                let s = s.fit(b.len());
                if s.step == 1 {
                    return b[s.start..s.start + s.count].to_vec();
                }
                s.positions().map(|i| b[i]).collect()
            });
            Ok(t.bytearray(picked))
        }
    }
}

fn setitem(t: &mut Thread, v: VRef<'_>, key: VRef<'_>, value: Option<VRef<'_>>) -> Res<()> {
    let Some(b) = get(v) else { return Ok(()) };
    match bounds::subscript(t, key, wrong_index)? {
        Subscript::Index(i) => {
            let c = match value {
                Some(x) => Some(byte(t, x, "byte")?),
                None => None,
            };
            let found = match c {
                Some(c) => b.write(t, |b| bounds::at(i, b.len()).map(|i| b[i] = c)),
                None => b.change(t, |v| {
                    bounds::at(i, v.len()).map(|i| {
                        v.remove(i);
                    })
                })?,
            };
            found.ok_or_else(|| t.index_error("bytearray index out of range"))
        }
        Subscript::Slice(s) => {
            let new = match value {
                None => Vec::new(),
                Some(x) => items_of(t, x)?,
            };
            let span = s.fit(b.len(t));
            if span.step == 1 {
                return b.splice(t, span.start, span.stop, &new);
            }
            if value.is_none() {
                return b.change(t, |v| {
                    let span = s.fit(v.len());
                    let mut gone: Vec<usize> = span.positions().collect();
                    gone.sort_unstable();
                    let mut gone = gone.into_iter().peekable();
                    let mut i = 0;
                    v.retain(|_| {
                        let keep = gone.next_if_eq(&i).is_none();
                        i += 1;
                        keep
                    });
                });
            }
            if new.len() != span.count {
                // An empty assignment to an extended slice of nothing is one at its start, as for lists.
                let (n, m) = (new.len(), span.count);
                return Err(t.value_error(format!(
                    "attempt to assign bytes of size {n} to extended slice of size {m}"
                )));
            }
            b.write(t, |b| {
                for (i, c) in span.positions().zip(new) {
                    if let Some(place) = b.get_mut(i) {
                        *place = c
                    }
                }
            });
            Ok(())
        }
    }
}

/// What may be assigned to a slice.
fn items_of(t: &mut Thread, v: VRef<'_>) -> Res<Vec<u8>> {
    let is_number = v.ty().slots().index.is_some();
    if is_number || text(v).is_some() {
        return Err(t.type_error("can assign only bytes, buffers, or iterables of ints in range(0, 256)"));
    }
    super::buffers::bytes_from_items(t, v, "bytearray")
}

fn concat(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    let (Some(x), Some(y)) = (bytelike_opt(t, a)?, bytelike_opt(t, b)?) else {
        let (p, q) = (b.ty().name(), a.ty().name());
        return Err(t.type_error(format!("can't concat {p} to {q}")));
    };
    Ok(t.bytearray([&x[..], &y[..]].concat()))
}

fn inplace_concat(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    let Some(this) = get(a) else { return Ok(Value::NOT_IMPLEMENTED) };
    let Some(y) = bytelike_opt(t, b)? else {
        let (p, q) = (b.ty().name(), a.ty().name());
        return Err(t.type_error(format!("can't concat {p} to {q}")));
    };
    if a.is(b) && !y.is_empty() {
        // It would grow while its own bytes are being read.
        return Err(t.buffer_error(EXPORTED));
    }
    this.append(t, &y)?;
    Ok(a.to_value())
}

fn repeat(t: &mut Thread, v: VRef<'_>, n: i64) -> Res {
    let Some(b) = get(v) else { return Ok(Value::NOT_IMPLEMENTED) };
    let b = b.read(t, <[u8]>::to_vec);
    let total = bounds::repeated_len(t, b.len(), n)?;
    Ok(t.bytearray(if total == 0 { Vec::new() } else { b.repeat(n as usize) }))
}

fn inplace_repeat(t: &mut Thread, v: VRef<'_>, n: i64) -> Res {
    let r = repeat(t, v, n)?;
    if let (Some(b), Some(new)) = (get(v), r.cast::<ByteArray>()) {
        let new = new.read(t, <[u8]>::to_vec);
        if b.len(t) != new.len() {
            b.change(t, |v| *v = new)?
        }
    }
    debug_assert!(!not_implemented(&r));
    Ok(v.to_value())
}

fn modulo(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    let Some(f) = get(a) else { return Ok(Value::NOT_IMPLEMENTED) };
    let f = f.read(t, <[u8]>::to_vec);
    let out = super::str_percent::percent(t, &f, b, Kind::Bytes)?;
    Ok(t.bytearray(out))
}
