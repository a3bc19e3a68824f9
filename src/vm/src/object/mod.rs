//! Objects: layouts, shapes, how native types are declared, and how Rust code gets at them.

pub mod args;
pub mod buffer;
pub mod layout;
pub mod native;
pub mod shape;
pub mod signature;
pub mod spec;

pub use crate::types::typeobj::Type;
pub use args::Args;
pub use layout::{Layout, Object, Visitor};
pub use native::NativeType;
pub use shape::{Shape, shape, shape_of};
pub use spec::{
    BinOp, Binary, Binding, CallArgs, Cmp, GetSet, MethodDef, ModuleSpec, NativeFn, Slots, TypeSpec, Unary,
    type_flag,
};

use crate::thread::Thread;
use std::ptr::NonNull;
use weft_strategy::{Header, VRef, Value, Word};

/// The type of any value.
#[inline]
pub fn type_of<'t>(v: VRef<'t>) -> &'t Type {
    match v.header() {
        Some(h) => shape_of(h).ty(),
        None => immediate_type(v.word()),
    }
}

/// The type of an immediate.
pub fn immediate_type(w: Word) -> &'static Type {
    use crate::types::fixed;
    let id = if w.is_int() {
        fixed::INT
    } else if w.is_float() {
        fixed::FLOAT
    } else if w == Word::NONE {
        fixed::NONE
    } else if w == Word::TRUE || w == Word::FALSE {
        fixed::BOOL
    } else if w == Word::NOT_IMPLEMENTED {
        fixed::NOT_IMPLEMENTED
    } else if w == Word::ELLIPSIS {
        fixed::ELLIPSIS
    } else {
        fixed::OBJECT
    };
    shape(id).ty()
}

/// What Rust code asks of a borrowed value.
pub trait ValueExt<'t>: Copy {
    /// The value.
    fn vref(self) -> VRef<'t>;

    /// Its type.
    #[inline]
    fn ty(self) -> &'t Type {
        type_of(self.vref())
    }

    /// Its native part, if it is a `T` or of a subclass of `T`'s type.
    #[inline]
    fn cast<T: Object>(self) -> Option<&'t T> {
        let h = self.vref().header()?;
        if std::ptr::eq(shape_of(h).layout, T::layout()) {
            // SAFETY: the layout says so.
            Some(unsafe { &*(h as *const Header).cast::<T>() })
        } else {
            None
        }
    }

    /// Has it exactly this shape (for the fixed shapes of builtin types)?
    #[inline(always)]
    fn has_shape(self, id: u32) -> bool {
        self.vref().header().is_some_and(|h| h.shape() == id)
    }

    /// Its native part, if it has exactly this shape.
    #[inline(always)]
    fn exact<T: Object>(self, id: u32) -> Option<&'t T> {
        let h = self.vref().header()?;
        if h.shape() == id {
            debug_assert!(std::ptr::eq(shape_of(h).layout, T::layout()));
            // SAFETY: the fixed shape has this layout.
            Some(unsafe { &*(h as *const Header).cast::<T>() })
        } else {
            None
        }
    }
}

impl<'t> ValueExt<'t> for VRef<'t> {
    #[inline(always)]
    fn vref(self) -> VRef<'t> {
        self
    }
}

impl<'t> ValueExt<'t> for &'t Value {
    #[inline(always)]
    fn vref(self) -> VRef<'t> {
        self.r()
    }
}

/// The value that a native part is.
#[inline(always)]
pub fn as_vref<T: Object>(o: &T) -> VRef<'_> {
    // SAFETY: a native part starts with the header of a live object.
    unsafe { VRef::from_word(Word::counted(o as *const T as *const Header)) }
}

/// The header of a native part.
#[inline(always)]
pub fn header_of<T: Object>(o: &T) -> &Header {
    // SAFETY: a native part starts with its header.
    unsafe { &*(o as *const T as *const Header) }
}

impl Thread {
    /// Makes an object of a fixed-size native struct. `o`'s header is overwritten; the instance part, if
    /// the shape has one, is empty.
    ///
    /// # Panics
    /// When the system has no memory left.
    #[inline]
    pub fn make<T: Object>(&self, shape_id: u32, o: T) -> Value {
        let s = shape(shape_id);
        debug_assert!(
            std::ptr::eq(s.layout, T::layout()),
            "{} made with the shape of {}",
            T::layout().name,
            s.layout.name
        );
        let size = size_of::<T>().next_multiple_of(8) + s.inst_size();
        let cell = self.allocate(size, s.collectable);
        // SAFETY: fresh memory of that size; the header goes last, by value, so that a walk never sees half an object.
        unsafe {
            cell.cast::<T>().write(o);
            clear_inst(cell, size_of::<T>().next_multiple_of(8), s);
            cell.write(Header::new(weft_strategy::me(), shape_id));
            Value::from_new(cell)
        }
    }

    /// Memory for an object; counts it towards the next collection.
    #[inline]
    pub fn allocate(&self, size: usize, collectable: bool) -> NonNull<Header> {
        if collectable {
            self.count_allocation()
        }
        match self.heap.alloc(size) {
            Some(c) => c,
            None => crate::start::out_of_memory(size),
        }
    }
}

/// Empties a new object's instance part.
///
/// # Safety
/// `cell` has room for the native part of `native` bytes and the instance part.
pub unsafe fn clear_inst(cell: NonNull<Header>, native: usize, s: &Shape) {
    if s.has_inst {
        // SAFETY: as the caller promises.
        unsafe { cell.cast::<u8>().add(native).cast::<u64>().write_bytes(0, 1 + s.ninline as usize) }
    }
}
