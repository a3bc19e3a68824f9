//! The buffer protocol between native types: a view of contiguous bytes that keeps its exporter alive.
//!
//! An exporter that can move its bytes (bytearray, array) counts its views and refuses to resize while
//! there are any; a view is given back with [`View::release`], which is why it is not a plain guard.

use crate::Res;
use crate::thread::Thread;
use weft_strategy::{VRef, Value};

/// Makes a view; BufferError when `writable` is asked of a read-only object.
pub type Export = fn(&mut Thread, VRef<'_>, bool) -> Res<View>;

/// A view of an object's bytes.
pub struct View {
    /// The exporter.
    pub owner: Value,
    /// First byte.
    pub ptr: *mut u8,
    /// Length in bytes.
    pub len: usize,
    /// May the bytes not be written?
    pub readonly: bool,
    /// Bytes of an item.
    pub itemsize: usize,
    /// Format of an item, as in `struct`.
    pub format: String,
    /// Items by dimension.
    pub shape: Vec<usize>,
    /// Bytes between items by dimension.
    pub strides: Vec<isize>,
    /// Tells the exporter that the view is gone.
    pub release: Option<fn(&Thread, VRef<'_>)>,
}

impl View {
    /// A read-only view of plain bytes.
    pub fn bytes(owner: Value, bytes: &[u8]) -> View {
        View {
            owner,
            ptr: bytes.as_ptr() as *mut u8,
            len: bytes.len(),
            readonly: true,
            itemsize: 1,
            format: "B".into(),
            shape: vec![bytes.len()],
            strides: vec![1],
            release: None,
        }
    }

    /// The bytes, for as long as the view is held and the thread reaches no safepoint that could change them.
    pub fn as_slice(&self) -> &[u8] {
        if self.len == 0 {
            return &[];
        }
        // SAFETY: the exporter keeps the bytes in place while the view exists.
        unsafe { std::slice::from_raw_parts(self.ptr, self.len) }
    }

    /// Gives the view back.
    pub fn release(self, t: &Thread) {
        if let Some(f) = self.release {
            f(t, self.owner.r())
        }
    }
}
