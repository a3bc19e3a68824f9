//! Getting at the bytes of objects: the buffer protocol from the consumer's side.
//!
//! Bytes of mutable objects are copied out: another thread, or Python code called meanwhile, may change them.

use super::bytearray::ByteArray;
use super::bytes::Bytes;
use super::memoryview::{self, MemoryView};
use super::str::text;
use crate::object::buffer::View;
use crate::object::{Args, NativeType, Slots, TypeSpec, ValueExt, type_flag};
use crate::thread::Thread;
use crate::{Raised, Res, names};
use std::borrow::Cow;
use weft_strategy::{Header, Slot, VRef, Value};

impl Thread {
    /// A view of an object's bytes; TypeError if it has none, BufferError if they cannot be had this way.
    pub fn buffer(&mut self, v: VRef<'_>, writable: bool) -> Res<View> {
        match self.buffer_opt(v, writable)? {
            Some(view) => Ok(view),
            None => {
                let n = v.ty().name();
                Err(self.type_error(format!("a bytes-like object is required, not '{n}'")))
            }
        }
    }

    /// As [`Thread::buffer`]; `None` for an object without the buffer protocol.
    pub fn buffer_opt(&mut self, v: VRef<'_>, writable: bool) -> Res<Option<View>> {
        if let Some(f) = v.ty().slots().buffer {
            return f(self, v, writable).map(Some);
        }
        // PEP 688: a class written in Python gives a memoryview.
        if v.header().is_none() || v.ty().lookup(self, names::__buffer__()).is_none() {
            return Ok(None);
        }
        let flags = self.int(if writable { 1 } else { 0 });
        let Some(r) = self.call_special(v, names::__buffer__(), &[flags.r()]) else { return Ok(None) };
        let r = r?;
        if r.cast::<MemoryView>().is_none() {
            return Err(self.type_error("__buffer__ returned non-memoryview object"));
        }
        if v.ty().lookup(self, names::__release_buffer__()).is_none() {
            return memoryview::export(self, r.r(), writable).map(Some);
        }
        let shape = WRAPPER.shape(self);
        let wrapper =
            BufferWrapper { h: Header::new(0, 0), view: Slot::new(r), exporter: Slot::new(v.to_value()) };
        let wrapper = self.make(shape, wrapper);
        export_wrapped(self, wrapper.r(), writable).map(Some)
    }
}

/// What owns the views of an object with a `__release_buffer__` written in Python: when the last one is gone it is called.
#[repr(C)]
struct BufferWrapper {
    h: Header,
    /// What `__buffer__` gave.
    view: Slot,
    exporter: Slot,
}
crate::object!(BufferWrapper, "_buffer_wrapper", true, [view, exporter]);

static WRAPPER: NativeType = NativeType::new(&WRAPPER_SPEC);
static WRAPPER_SPEC: TypeSpec = TypeSpec {
    name: "_buffer_wrapper",
    flags: type_flag::IMMUTABLE | type_flag::NO_NEW,
    slots: Slots { buffer: Some(export_wrapped), finalize: Some(release_wrapped), ..Slots::EMPTY },
    ..TypeSpec::new::<BufferWrapper>()
};

fn wrapped_view(v: VRef<'_>) -> Option<Value> {
    v.cast::<BufferWrapper>().and_then(|w| w.view.load())
}

fn export_wrapped(t: &mut Thread, v: VRef<'_>, writable: bool) -> Res<View> {
    let view = wrapped_view(v).unwrap_or(Value::NONE);
    let view = memoryview::export(t, view.r(), writable)?;
    Ok(View {
        owner: v.to_value(),
        release: Some(|_, w| {
            if let Some(v) = wrapped_view(w) {
                memoryview::unpin(v.r())
            }
        }),
        ..view
    })
}

fn release_wrapped(t: &mut Thread, v: VRef<'_>) {
    let (Some(view), Some(exporter)) =
        (wrapped_view(v), v.cast::<BufferWrapper>().and_then(|w| w.exporter.load()))
    else {
        return;
    };
    if let Some(Err(_)) = t.call_special(exporter.r(), names::__release_buffer__(), &[view.r()]) {
        crate::errors::write_unraisable(t, "Exception ignored in __release_buffer__ of", exporter.r())
    }
}

/// Does the object have bytes?
pub fn is_bytelike(t: &Thread, v: VRef<'_>) -> bool {
    v.ty().slots().buffer.is_some() || v.header().is_some() && v.ty().lookup(t, names::__buffer__()).is_some()
}

/// A copy of the bytes of a bytes-like object; `None` for other objects.
pub fn bytes_of(t: &mut Thread, v: VRef<'_>) -> Res<Option<Vec<u8>>> {
    Ok(bytelike_opt(t, v)?.map(Cow::into_owned))
}

/// The bytes of a bytes-like object, copied unless they never change; TypeError for other objects.
pub fn bytelike<'f>(t: &mut Thread, v: VRef<'f>) -> Result<Cow<'f, [u8]>, Raised> {
    match bytelike_opt(t, v)? {
        Some(b) => Ok(b),
        None => {
            let n = v.ty().name();
            Err(t.type_error(format!("a bytes-like object is required, not '{n}'")))
        }
    }
}

/// As [`bytelike`]; `None` for other objects.
pub fn bytelike_opt<'f>(t: &mut Thread, v: VRef<'f>) -> Result<Option<Cow<'f, [u8]>>, Raised> {
    if let Some(b) = v.cast::<Bytes>() {
        return Ok(Some(Cow::Borrowed(b.as_slice())));
    }
    if let Some(b) = v.cast::<ByteArray>() {
        return Ok(Some(Cow::Owned(b.read(t, <[u8]>::to_vec))));
    }
    if let Some(m) = v.cast::<MemoryView>() {
        return m.to_bytes(t).map(|b| Some(Cow::Owned(b)));
    }
    let Some(view) = t.buffer_opt(v, false)? else { return Ok(None) };
    let b = view.as_slice().to_vec();
    view.release(t);
    Ok(Some(Cow::Owned(b)))
}

/// One byte from an int; `what` says of what it must be one.
pub fn byte(t: &mut Thread, v: VRef<'_>, what: &str) -> Res<u8> {
    let i = match v.word().is_int() {
        true => v.word().as_int(),
        false => t.index_clamped(v)?,
    };
    u8::try_from(i).map_err(|_| t.value_error(format!("{what} must be in range(0, 256)")))
}

/// `bytes(v)` for anything but ints and str with an encoding: `__bytes__`, buffers, iterables of ints.
pub fn bytes_from_object(t: &mut Thread, v: VRef<'_>) -> Res<Vec<u8>> {
    if let Some(b) = dunder_bytes(t, v)? {
        return Ok(b);
    }
    bytes_from_items(t, v, "bytes")
}

/// What `v.__bytes__()` gives, if there is such a method.
pub fn dunder_bytes(t: &mut Thread, v: VRef<'_>) -> Res<Option<Vec<u8>>> {
    if let Some(b) = v.exact::<Bytes>(super::fixed::BYTES) {
        return Ok(Some(b.as_slice().to_vec()));
    }
    match t.call_special(v, names::__bytes__(), &[]) {
        None => Ok(None),
        Some(r) => {
            let r = r?;
            match r.cast::<Bytes>() {
                Some(b) => Ok(Some(b.as_slice().to_vec())),
                None => {
                    let n = r.r().ty().name();
                    Err(t.type_error(format!("__bytes__ returned non-bytes (type {n})")))
                }
            }
        }
    }
}

/// The bytes of a buffer or of an iterable of ints.
pub fn bytes_from_items(t: &mut Thread, v: VRef<'_>, target: &str) -> Res<Vec<u8>> {
    if let Some(b) = bytes_of(t, v)? {
        return Ok(b);
    }
    let iterable = v.ty().slots().iter.is_some() || v.ty().slots().getitem.is_some();
    if text(v).is_some() || !iterable {
        let n = v.ty().name();
        return Err(t.type_error(format!("cannot convert '{n}' object to {target}")));
    }
    let what = if target == "bytes" { "bytes" } else { "byte" };
    let mut out = Vec::with_capacity(t.length_hint(v)?);
    t.for_each(v, |t, x| {
        out.push(byte(t, x.r(), what)?);
        Ok(())
    })?;
    Ok(out)
}

/// `v.__buffer__(flags)`: a memoryview. Bit 0 of the flags asks for writable bytes.
pub fn dunder_buffer(t: &mut Thread, a: Args<'_>) -> Res {
    let flags = t.arg_i64(a.get(1))?;
    super::memoryview::new_view(t, a.get(0), flags & 1 != 0)
}

/// `v.__release_buffer__(view)`
pub fn dunder_release_buffer(t: &mut Thread, a: Args<'_>) -> Res {
    match a.get(1).cast::<MemoryView>() {
        Some(m) => {
            m.release(t)?;
            Ok(Value::NONE)
        }
        None => Err(t.type_error("expected a memoryview object")),
    }
}
