//! Layouts: how the native part of an object looks in memory, and how the collector and the freeing code
//! get at its references.
//!
//! An object is `header | native part | instance part`. The native part is a Rust struct (`#[repr(C)]`,
//! header first) that implements [`Object`]. The instance part (attributes of classes written in
//! Python) is described by the shape, see `shape.rs`.

use weft_strategy::{Header, Word};

/// What is told of each reference of an object.
pub type Visitor<'a> = &'a mut dyn FnMut(Word);

/// Properties of a native struct, one static each; its address identifies the struct.
pub struct Layout {
    /// For debugging.
    pub name: &'static str,
    /// Bytes of the native part with header, when fixed.
    pub size: usize,
    /// Bytes of the native part of this object, for structs with a tail.
    pub var_size: Option<fn(&Header) -> usize>,
    /// Visits all references.
    pub traverse: fn(&Header, Visitor),
    /// Gives up all references and buffers; leaves an empty object behind that may be cleared again.
    pub clear: fn(&Header),
    /// Can it be part of a reference cycle? (Then making it counts towards the next collection.)
    pub collectable: bool,
}

/// A native part.
///
/// # Safety
/// `#[repr(C)]` with the header as first field; every reference sits in a `Slot` that `traverse` visits.
pub unsafe trait Object: Sized + 'static {
    /// The layout, to be declared with [`layout!`](crate::layout).
    fn layout() -> &'static Layout;
    /// Visits all references.
    fn traverse(&self, visit: Visitor);
    /// Gives up all references and buffers; must be idempotent.
    fn clear(&self);
}

/// Declares the layout of a struct: `layout!(List, "list", collectable)` inside its `impl Object`.
#[macro_export]
macro_rules! layout {
    ($ty:ty, $name:literal, $collectable:literal $(, var $size:path)?) => {
        fn layout() -> &'static $crate::object::Layout {
            fn traverse(h: &weft_strategy::Header, v: $crate::object::Visitor) {
                // SAFETY: the shape says that this layout describes the object.
                let o = unsafe { &*(h as *const weft_strategy::Header).cast::<$ty>() };
                <$ty as $crate::object::Object>::traverse(o, v)
            }
            fn clear(h: &weft_strategy::Header) {
                // SAFETY: as above.
                let o = unsafe { &*(h as *const weft_strategy::Header).cast::<$ty>() };
                <$ty as $crate::object::Object>::clear(o)
            }
            static LAYOUT: $crate::object::Layout = $crate::object::Layout {
                name: $name,
                size: ::std::mem::size_of::<$ty>(),
                var_size: $crate::layout!(@var $($size)?),
                traverse,
                clear,
                collectable: $collectable,
            };
            &LAYOUT
        }
    };
    (@var) => { None };
    (@var $size:path) => { Some($size) };
}

/// Implements [`Object`] for a struct whose references are exactly the named `Slot` fields (maybe none)
/// and that owns no buffer: `object!(Cell, "cell", collectable, [value]);`
#[macro_export]
macro_rules! object {
    ($ty:ty, $name:literal, $collectable:literal, [$($slot:ident),*]) => {
        // SAFETY: the macro's user names every Slot of a repr(C) struct that starts with its header.
        unsafe impl $crate::object::Object for $ty {
            $crate::layout!($ty, $name, $collectable);
            fn traverse(&self, _v: $crate::object::Visitor) { $(_v(self.$slot.word());)* }
            fn clear(&self) { $(self.$slot.clear_dead();)* }
        }
        const _: () = assert!(::std::mem::offset_of!($ty, h) == 0);
    };
}
