//! `bytes`: a head, then the bytes inline. Methods are in `bytes_methods.rs`.

use super::bounds::{self, Subscript};
use super::buffers::bytelike_opt;
use super::str::text;
use super::typeobj::as_type;
use super::{fixed, int};
use crate::object::buffer::View;
use crate::object::{
    Args, Binding, CallArgs, Cmp, MethodDef, NativeType, Object, Slots, Type, TypeSpec, ValueExt, Visitor,
    type_flag,
};
use crate::ops::ordering_is;
use crate::thread::Thread;
use crate::{Res, binary};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use weft_strategy::{Header, VRef, Value};
use weft_text::Kind;

/// The bytes object.
#[repr(C)]
pub struct Bytes {
    pub(crate) h: Header,
    len: usize,
    /// Lazy hash; 0: not computed.
    pub(crate) hash: AtomicU64,
}

const HEAD: usize = size_of::<Bytes>();

// SAFETY: repr(C), header first, no references.
unsafe impl Object for Bytes {
    crate::layout!(Bytes, "bytes", false, var Bytes::size_of_object);
    fn traverse(&self, _v: Visitor) {}
    fn clear(&self) {}
}

impl Bytes {
    fn size_of_object(h: &Header) -> usize {
        // SAFETY: the shape says it is a Bytes.
        HEAD + unsafe { &*(h as *const Header).cast::<Bytes>() }.len
    }

    /// Bytes of the given shape.
    pub fn make(t: &Thread, shape: u32, b: &[u8]) -> Value {
        let s = crate::object::shape(shape);
        let native = (HEAD + b.len()).next_multiple_of(8);
        let cell = t.allocate(native + s.inst_size(), s.collectable);
        // SAFETY: fresh memory of that size; the header goes last.
        unsafe {
            cell.cast::<Bytes>().write(Bytes { h: Header::new(0, 0), len: b.len(), hash: AtomicU64::new(0) });
            cell.cast::<u8>().add(HEAD).copy_from_nonoverlapping(std::ptr::NonNull::from(b).cast(), b.len());
            crate::object::clear_inst(cell, native, s);
            cell.write(Header::new(weft_strategy::me(), shape));
            Value::from_new(cell)
        }
    }

    /// Two parts as one plain bytes object.
    pub fn joined(t: &Thread, a: &[u8], b: &[u8]) -> Value {
        let n = a.len() + b.len();
        let cell = t.allocate((HEAD + n).next_multiple_of(8), false);
        // SAFETY: fresh memory of that size; the header goes last.
        unsafe {
            cell.cast::<Bytes>().write(Bytes { h: Header::new(0, 0), len: n, hash: AtomicU64::new(0) });
            let data = cell.cast::<u8>().add(HEAD).as_ptr();
            std::ptr::copy_nonoverlapping(a.as_ptr(), data, a.len());
            std::ptr::copy_nonoverlapping(b.as_ptr(), data.add(a.len()), b.len());
            cell.write(Header::new(weft_strategy::me(), fixed::BYTES));
            Value::from_new(cell)
        }
    }

    /// The bytes.
    #[inline]
    pub fn as_slice(&self) -> &[u8] {
        // SAFETY: the bytes follow the head and never change.
        unsafe { std::slice::from_raw_parts((self as *const Bytes).cast::<u8>().add(HEAD), self.len) }
    }

    /// The hash, computed once.
    pub fn hash(&self) -> i64 {
        let h = self.hash.load(Relaxed);
        if h != 0 {
            return h as i64;
        }
        let h = crate::hash::hash_bytes(self.as_slice());
        self.hash.store(h as u64, Relaxed);
        h
    }
}

/// `bytes`
pub static TYPE: NativeType = NativeType::fixed(&SPEC, fixed::BYTES);
static SPEC: TypeSpec = TypeSpec {
    name: "bytes",
    doc: "bytes(iterable_of_ints) -> bytes\nbytes(string, encoding[, errors]) -> bytes\nbytes(bytes_or_buffer) -> immutable copy of bytes_or_buffer\n\
          bytes(int) -> bytes object of that size, filled with zeros\nbytes() -> empty bytes object\n\nConstruct an immutable array of bytes.",
    flags: type_flag::BASETYPE | type_flag::IMMUTABLE | type_flag::MATCH_SELF,
    slots: Slots {
        repr: Some(repr),
        str: Some(to_str),
        hash: Some(|_, v| Ok(v.cast::<Bytes>().map_or(0, Bytes::hash))),
        compare: Some(compare),
        iter: Some(super::bytes_iter::iter),
        new: Some(new),
        len: Some(|_, v| Ok(slice_of(v).len())),
        getitem: Some(getitem),
        contains: Some(|t, v, item| {
            let x = super::bytes_methods::contained(t, item)?;
            Ok(weft_text::search::contains(slice_of(v), &x))
        }),
        concat: Some(concat),
        repeat: Some(repeat),
        binary: binary![Mod => modulo],
        buffer: Some(export),
        ..Slots::EMPTY
    },
    methods: super::bytes_methods::BYTES,
    ..TypeSpec::new::<Bytes>()
};

impl Thread {
    /// A bytes object.
    pub fn bytes(&self, b: &[u8]) -> Value {
        Bytes::make(self, fixed::BYTES, b)
    }
}

fn slice_of(v: VRef<'_>) -> &[u8] {
    v.cast::<Bytes>().map_or(&[], Bytes::as_slice)
}

fn export(t: &mut Thread, v: VRef<'_>, writable: bool) -> Res<View> {
    if writable {
        return Err(t.buffer_error("Object is not writable."));
    }
    Ok(View::bytes(v.to_value(), slice_of(v)))
}

fn repr(t: &mut Thread, v: VRef<'_>) -> Res {
    Ok(t.str_wtf8(&weft_text::repr::repr_bytes(slice_of(v))))
}

fn compare(t: &mut Thread, a: VRef<'_>, b: VRef<'_>, op: Cmp) -> Res {
    match (a.cast::<Bytes>(), b.cast::<Bytes>()) {
        (Some(x), Some(y)) => Ok(Value::bool(ordering_is(x.as_slice().cmp(y.as_slice()), op))),
        _ => {
            if matches!(op, Cmp::Eq | Cmp::Ne) && crate::start::flags::flags().bytes_warning > 0 {
                if super::str::text(a).is_some() || super::str::text(b).is_some() {
                    bytes_warning(t, "Comparison between bytes and string")?
                } else if super::int::is_int(a) || super::int::is_int(b) {
                    bytes_warning(t, "Comparison between bytes and int")?
                }
            }
            Ok(Value::NOT_IMPLEMENTED)
        }
    }
}

/// Tells of what `-b` is there to find.
#[cold]
pub(super) fn bytes_warning(t: &mut Thread, text: &str) -> Res<()> {
    crate::start::warn::warn(t, &crate::errors::BYTES_WARNING, text)
}

fn to_str(t: &mut Thread, v: VRef<'_>) -> Res {
    if crate::start::flags::flags().bytes_warning > 0 {
        bytes_warning(t, "str() on a bytes instance")?
    }
    repr(t, v)
}

fn getitem(t: &mut Thread, v: VRef<'_>, key: VRef<'_>) -> Res {
    let b = slice_of(v);
    let sub = bounds::subscript(t, key, |t, key| {
        let n = key.ty().name();
        t.type_error(format!("byte indices must be integers or slices, not {n}"))
    })?;
    match sub {
        Subscript::Index(i) => match bounds::at(i, b.len()) {
            Some(i) => Ok(t.int(b[i] as i64)),
            None => Err(t.index_error("index out of range")),
        },
        Subscript::Slice(s) => {
            let s = s.fit(b.len());
            if s.step == 1 {
                if s.count == b.len() && v.has_shape(fixed::BYTES) {
                    return Ok(v.to_value());
                }
                return Ok(t.bytes(&b[s.start..s.start + s.count]));
            }
            let picked: Vec<u8> = s.positions().map(|i| b[i]).collect();
            Ok(t.bytes(&picked))
        }
    }
}

fn concat(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    let (Some(x), Some(y)) = (bytelike_opt(t, a)?, bytelike_opt(t, b)?) else {
        let (p, q) = (b.ty().name(), a.ty().name());
        return Err(t.type_error(format!("can't concat {p} to {q}")));
    };
    if y.is_empty() && a.has_shape(fixed::BYTES) {
        return Ok(a.to_value());
    }
    if x.is_empty() && b.has_shape(fixed::BYTES) {
        return Ok(b.to_value());
    }
    if let (Some(p), Some(q)) = (a.exact::<Bytes>(fixed::BYTES), b.exact::<Bytes>(fixed::BYTES)) {
        return Ok(Bytes::joined(t, p.as_slice(), q.as_slice()));
    }
    Ok(t.bytes(&[&x[..], &y[..]].concat()))
}

fn repeat(t: &mut Thread, v: VRef<'_>, n: i64) -> Res {
    if n == 1 && v.has_shape(fixed::BYTES) {
        return Ok(v.to_value());
    }
    let b = slice_of(v);
    let total = bounds::repeated_len(t, b.len(), n)?;
    if total == 0 {
        return Ok(t.bytes(&[]));
    }
    Ok(t.bytes(&b.repeat(n as usize)))
}

fn modulo(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    let Some(f) = a.cast::<Bytes>() else { return Ok(Value::NOT_IMPLEMENTED) };
    let out = super::str_percent::percent(t, f.as_slice(), b, Kind::Bytes)?;
    Ok(t.bytes(&out))
}

static NEW: MethodDef =
    MethodDef::new("bytes(cls, source=b'', encoding=None, errors=None)", new_bound, "", Binding::Plain);

fn new(t: &mut Thread, cls: &Type, args: CallArgs<'_>) -> Res {
    let c = cls.to_value();
    crate::call::bind::call_native(t, &NEW, Some(c.r()), args)
}

fn new_bound(t: &mut Thread, a: Args<'_>) -> Res {
    let shape = as_type(a.get(0)).map_or(fixed::BYTES, |c| c.shape());
    if let (Some(x), None, None) = (a.opt(1), a.opt(2), a.opt(3)) {
        if x.has_shape(fixed::BYTES) && shape == fixed::BYTES {
            return Ok(x.to_value());
        }
        if let Some(b) = super::buffers::dunder_bytes(t, x)? {
            return Ok(Bytes::make(t, shape, &b));
        }
    }
    let b = build(t, a.opt(1), a.opt(2), a.opt(3), "bytes")?;
    Ok(Bytes::make(t, shape, &b))
}

/// The content of `bytes(source, encoding, errors)` and of `bytearray(…)`.
pub fn build(
    t: &mut Thread,
    source: Option<VRef<'_>>,
    encoding: Option<VRef<'_>>,
    errors: Option<VRef<'_>>,
    target: &str,
) -> Res<Vec<u8>> {
    if let Some(e) = encoding {
        t.arg_str_named(e, target, "'encoding'")?;
    }
    if let Some(e) = errors {
        t.arg_str_named(e, target, "'errors'")?;
    }
    let is_text = source.is_some_and(|s| text(s).is_some());
    match source {
        Some(s) if is_text => {
            if encoding.is_none() {
                return Err(t.type_error("string argument without an encoding"));
            }
            let b = crate::codecs::encode(t, s, encoding, errors)?;
            Ok(b.cast::<Bytes>().map_or_else(Vec::new, |b| b.as_slice().to_vec()))
        }
        _ if encoding.is_some() => Err(t.type_error("encoding without a string argument")),
        _ if errors.is_some() => Err(t.type_error("errors without a string argument")),
        None => Ok(Vec::new()),
        Some(s) if s.ty().slots().index.is_some() => match t.index_i64(s, &crate::errors::OVERFLOW_ERROR) {
            Ok(n) if n < 0 => Err(t.value_error("negative count")),
            Ok(n) if n as usize > weft_text::LARGEST_WIDTH => Err(int::memory_error(t)),
            Ok(n) => Ok(vec![0; n as usize]),
            Err(e) => {
                if !t.raised_is(&crate::errors::TYPE_ERROR) {
                    return Err(e);
                }
                t.clear_raised();
                super::buffers::bytes_from_items(t, s, target)
            }
        },
        Some(s) => super::buffers::bytes_from_items(t, s, target),
    }
}
