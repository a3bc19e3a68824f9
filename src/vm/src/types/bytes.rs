//! `bytes`: a head, then the bytes inline.

use super::fixed;
use crate::object::{NativeType, Object, Slots, TypeSpec, Visitor};
use crate::thread::Thread;
use std::sync::atomic::AtomicU64;
use weft_strategy::{Header, Value};

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
        let cell = t.allocate(native + s.inst_size(), false);
        // SAFETY: fresh memory of that size; the header goes last.
        unsafe {
            cell.cast::<Bytes>().write(Bytes { h: Header::new(0, 0), len: b.len(), hash: AtomicU64::new(0) });
            cell.cast::<u8>().add(HEAD).copy_from_nonoverlapping(std::ptr::NonNull::from(b).cast(), b.len());
            crate::object::clear_inst(cell, native, s);
            cell.write(Header::new(weft_strategy::me(), shape));
            Value::from_new(cell)
        }
    }

    /// The bytes.
    #[inline]
    pub fn as_slice(&self) -> &[u8] {
        // SAFETY: the bytes follow the head and never change.
        unsafe { std::slice::from_raw_parts((self as *const Bytes).cast::<u8>().add(HEAD), self.len) }
    }
}

/// `bytes`
pub static TYPE: NativeType = NativeType::fixed(&SPEC, fixed::BYTES);
static SPEC: TypeSpec =
    TypeSpec { name: "bytes", slots: Slots { ..Slots::EMPTY }, ..TypeSpec::new::<Bytes>() };

impl Thread {
    /// A bytes object.
    pub fn bytes(&self, b: &[u8]) -> Value {
        Bytes::make(self, fixed::BYTES, b)
    }
}
