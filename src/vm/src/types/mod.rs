//! The builtin types, a file or folder each.
//!
//! `fixed` numbers the shapes that the interpreter knows at compile time; [`create_fixed`] makes those types
//! at start, in this order. All other native types are made when first asked for.

pub mod builtin;
pub mod cell;
pub mod cells;
pub mod code;
pub mod descriptor;
pub mod dunder;
pub mod function;
pub mod heaptype;
pub mod list;
pub mod module;
pub mod object;
pub mod singletons;
pub mod str;
pub mod tuple;
pub mod typeobj;
pub mod weakref;

use crate::object::NativeType;
use crate::thread::Thread;

macro_rules! fixed {
    ($($name:ident = $n:literal => $path:path;)*) => {
        /// Shape numbers of builtin types; see the module.
        pub mod fixed {
            $(#[doc = concat!("Shape of direct instances of `", stringify!($path), "`.")] pub const $name: u32 = $n;)*
        }
        static FIXED: &[&NativeType] = &[$(&$path,)*];
    };
}

fixed! {
    OBJECT = 1 => object::TYPE;
    TYPE = 2 => heaptype::TYPE;
    STR = 3 => crate::types::str_type::TYPE;
    TUPLE = 4 => crate::types::tuple_type::TYPE;
    DICT = 5 => crate::types::dict_type::TYPE;
    LIST = 6 => crate::types::list_type::TYPE;
    INT = 7 => crate::types::int::TYPE;
    BOOL = 8 => crate::types::bool::TYPE;
    FLOAT = 9 => crate::types::float::TYPE;
    NONE = 10 => singletons::NONE;
    NOT_IMPLEMENTED = 11 => singletons::NOT_IMPLEMENTED;
    ELLIPSIS = 12 => singletons::ELLIPSIS;
    FUNCTION = 13 => function::TYPE;
    METHOD = 14 => function::METHOD;
    BUILTIN = 15 => builtin::TYPE;
    METHOD_DESCR = 16 => descriptor::METHOD;
    WRAPPER_DESCR = 17 => descriptor::WRAPPER;
    GETSET_DESCR = 18 => descriptor::GETSET;
    MEMBER_DESCR = 19 => descriptor::MEMBER;
    CLASSMETHOD_DESCR = 20 => descriptor::CLASSMETHOD_DESCR;
    CODE = 21 => code::TYPE;
    CELL = 22 => cell::TYPE;
    MODULE = 23 => module::TYPE;
    PROPERTY = 24 => crate::types::property::TYPE;
    CLASSMETHOD = 25 => crate::types::classmethod::CLASSMETHOD;
    STATICMETHOD = 26 => crate::types::classmethod::STATICMETHOD;
    SUPER = 27 => crate::types::super_::TYPE;
    SET = 28 => crate::types::set::SET;
    FROZENSET = 29 => crate::types::set::FROZENSET;
    BYTES = 30 => crate::types::bytes::TYPE;
    BYTEARRAY = 31 => crate::types::bytearray::TYPE;
    RANGE = 32 => crate::types::range::TYPE;
    RANGE_ITER = 33 => crate::types::range::ITERATOR;
    LIST_ITER = 34 => crate::types::list_iter::TYPE;
    TUPLE_ITER = 35 => crate::types::tuple_iter::TYPE;
    SLICE = 36 => crate::types::slice::TYPE;
    GENERATOR = 37 => crate::types::generator::GENERATOR;
    COROUTINE = 38 => crate::types::generator::COROUTINE;
    ASYNC_GENERATOR = 39 => crate::types::generator::ASYNC_GENERATOR;
    COMPLEX = 40 => crate::types::complex::TYPE;
    WEAKREF = 41 => weakref::TYPE;
    FRAME = 42 => crate::types::frame::TYPE;
    TRACEBACK = 43 => crate::types::traceback::TYPE;
    DICT_KEY_ITER = 44 => crate::types::dict_iter::KEY_ITER;
    DICT_VALUE_ITER = 45 => crate::types::dict_iter::VALUE_ITER;
    DICT_ITEM_ITER = 46 => crate::types::dict_iter::ITEM_ITER;
    STR_ITER = 47 => crate::types::str_iter::TYPE;
    ENUMERATE = 48 => crate::types::enumerate::TYPE;
    ZIP = 49 => crate::types::zip::TYPE;
    MAP = 50 => crate::types::map_filter::MAP;
    FILTER = 51 => crate::types::map_filter::FILTER;
    MAPPINGPROXY = 52 => crate::types::mappingproxy::TYPE;
    STR_ASCII_ITER = 53 => crate::types::str_iter::ASCII_TYPE;
    SET_ITER = 54 => crate::types::set_iter::TYPE;
}

pub mod asyncgen;
pub mod attrs;
pub mod bool;
pub mod bounds;
pub mod buffers;
pub mod builtin_attrs;
pub mod bytearray;
pub mod bytes;
pub mod bytes_iter;
pub mod bytes_methods;
pub mod cell_methods;
pub mod classmethod;
pub mod code_attrs;
pub mod complex;
pub mod coroutine_wrapper;
pub mod descriptor_attrs;
pub mod dict_iter;
pub mod dict_type;
pub mod dict_update;
pub mod dict_views;
pub mod enumerate;
pub mod float;
pub mod float_methods;
pub mod float_ops;
pub mod frame;
pub mod frame_attrs;
pub mod frame_locals;
pub mod function_attrs;
pub mod generator;
pub mod generator_methods;
pub mod genericalias;
pub mod int;
pub mod int_methods;
pub mod int_ops;
pub mod list_iter;
pub mod list_sort;
pub mod list_type;
pub mod map_filter;
pub mod mappingproxy;
pub mod memory_items;
pub mod memory_methods;
pub mod memoryview;
pub mod module_attrs;
pub mod namespace;
pub mod object_methods;
pub mod property;
pub mod range;
pub mod range_iter;
pub mod reversed;
pub mod seq_iter;
pub mod sequence;
pub mod set;
pub mod set_iter;
pub mod set_type;
pub mod slice;
pub mod str_format;
pub mod str_iter;
pub mod str_methods;
pub mod str_percent;
pub mod str_type;
pub mod structseq;
pub mod super_;
pub mod template;
pub mod traceback;
pub mod traceback_attrs;
pub mod tuple_iter;
pub mod tuple_type;
pub mod type_attrs;
pub mod typevar;
pub mod union;
pub mod weakref_attrs;
pub mod weakref_proxy;
pub mod zip;

/// Installs shapes for the fixed types before the types exist: their names are objects already.
pub fn prepare_fixed() {
    for n in FIXED {
        let spec = n.spec;
        crate::object::shape::Plan {
            ty: std::ptr::NonNull::dangling(),
            layout: (spec.layout)(),
            has_inst: false,
            heap_class: false,
            has_dict: false,
            nslots: 0,
            ninline: 0,
        }
        .make(n.fixed);
    }
}

/// Makes the fixed types. Once, at start.
pub fn create_fixed(t: &Thread) {
    for n in FIXED {
        n.get(t);
    }
}

/// Is this the builtin `print`? (For a hint in an error text.)
pub fn builtin_print_is(v: weft_strategy::VRef<'_>) -> bool {
    use crate::object::ValueExt;
    v.cast::<builtin::Builtin>().is_some_and(|b| b.def.name() == "print")
}
