//! `function` and the bound `method`.
//!
//! A function is a head of slots that the interpreter reads directly. Attributes that Python sees are in
//! `function_attrs.rs`.

use super::code::CodeObject;
use super::{fixed, tuple::Tuple};
use crate::dict::Dict;
use crate::object::{NativeType, TypeSpec, ValueExt, type_flag};
use crate::thread::Thread;
use std::sync::atomic::AtomicU32;
use weft_strategy::{Header, Slot, VRef, Value};

/// A function.
#[repr(C)]
pub struct Function {
    pub(crate) h: Header,
    /// Its code.
    pub code: Slot,
    /// `__globals__`, a dict
    pub globals: Slot,
    /// `__builtins__`, a dict
    pub builtins: Slot,
    /// Tuple of cells, or empty.
    pub closure: Slot,
    /// Tuple of positional defaults, or empty.
    pub defaults: Slot,
    /// Dict of keyword-only defaults, or empty.
    pub kwdefaults: Slot,
    /// `__name__`
    pub name: Slot,
    /// `__qualname__`
    pub qualname: Slot,
    /// `__module__`
    pub module: Slot,
    /// `__doc__`; empty: the code's.
    pub doc: Slot,
    /// `__annotate__`, or empty.
    pub annotate: Slot,
    /// `__annotations__` once computed.
    pub annotations: Slot,
    /// `__type_params__`
    pub type_params: Slot,
    /// `__dict__`, made on demand.
    pub dict: Slot,
    /// Changes when code or defaults do; for caches of calls.
    pub version: AtomicU32,
}

crate::object!(
    Function,
    "function",
    true,
    [
        code,
        globals,
        builtins,
        closure,
        defaults,
        kwdefaults,
        name,
        qualname,
        module,
        doc,
        annotate,
        annotations,
        type_params,
        dict
    ]
);

/// `types.FunctionType`
pub static TYPE: NativeType = NativeType::fixed(&SPEC, fixed::FUNCTION);
static SPEC: TypeSpec = TypeSpec {
    name: "function",
    flags: type_flag::IMMUTABLE | type_flag::METHOD_DESCRIPTOR | type_flag::WEAKREFS,
    slots: super::function_attrs::SLOTS,
    methods: super::function_attrs::METHODS,
    getset: super::function_attrs::GETSET,
    members: super::function_attrs::MEMBERS,
    ..TypeSpec::new::<Function>()
};

impl Function {
    /// A function of `code`, in the namespace `globals`.
    pub fn new(t: &Thread, code: VRef<'_>, globals: VRef<'_>, builtins: VRef<'_>) -> Value {
        Function::made(t, code, globals, builtins, Slot::empty())
    }

    /// A function with its cells, which the caller has checked.
    pub fn with_closure(
        t: &Thread,
        code: VRef<'_>,
        globals: VRef<'_>,
        builtins: VRef<'_>,
        cells: Value,
    ) -> Value {
        Function::made(t, code, globals, builtins, Slot::new(cells))
    }

    #[inline(always)]
    fn made(t: &Thread, code: VRef<'_>, globals: VRef<'_>, builtins: VRef<'_>, closure: Slot) -> Value {
        let co: &CodeObject = code.cast().expect("code object");
        let module = globals.cast::<Dict>().and_then(|d| d.get_str(t, crate::names::__name__()));
        t.make(
            fixed::FUNCTION,
            Function {
                h: Header::new(0, 0),
                code: Slot::of(code),
                globals: Slot::of(globals),
                builtins: Slot::of(builtins),
                closure,
                defaults: Slot::empty(),
                kwdefaults: Slot::empty(),
                name: Slot::copy_of(t, &co.name),
                qualname: Slot::copy_of(t, &co.qualname),
                module: module.map_or_else(Slot::empty, Slot::of),
                doc: Slot::empty(),
                annotate: Slot::empty(),
                annotations: Slot::empty(),
                type_params: Slot::empty(),
                dict: Slot::empty(),
                version: AtomicU32::new(0),
            },
        )
    }

    /// The code. A function always has one.
    #[inline(always)]
    pub fn code_object(&self) -> &CodeObject {
        // SAFETY: set when made, only ever replaced by another code object, which is TRACED.
        unsafe { &*self.code.word().ptr().cast::<CodeObject>() }
    }

    /// The globals dict.
    #[inline(always)]
    pub fn globals_dict(&self) -> &Dict {
        // SAFETY: set when made, never replaced.
        unsafe { &*self.globals.word().ptr().cast::<Dict>() }
    }

    /// The builtins dict.
    #[inline(always)]
    pub fn builtins_dict(&self) -> &Dict {
        // SAFETY: set when made, never replaced.
        unsafe { &*self.builtins.word().ptr().cast::<Dict>() }
    }

    /// The closure's cells.
    #[inline(always)]
    pub fn cells(&self) -> Option<&Tuple> {
        let w = self.closure.word();
        // SAFETY: a slot's word, alive as long as the function. A function that is being made may have its code there.
        if w.is_heap() { unsafe { VRef::from_word(w) }.cast::<Tuple>() } else { None }
    }
}

/// A function bound to its receiver.
#[repr(C)]
pub struct Method {
    pub(crate) h: Header,
    /// `__func__`, any callable
    pub func: Slot,
    /// `__self__`
    pub this: Slot,
}

crate::object!(Method, "method", true, [func, this]);

/// `types.MethodType`
pub static METHOD: NativeType = NativeType::fixed(&METHOD_SPEC, fixed::METHOD);
static METHOD_SPEC: TypeSpec = TypeSpec {
    name: "method",
    flags: type_flag::IMMUTABLE | type_flag::WEAKREFS,
    slots: super::function_attrs::METHOD_SLOTS,
    methods: super::function_attrs::METHOD_METHODS,
    getset: super::function_attrs::METHOD_GETSET,
    members: super::function_attrs::METHOD_MEMBERS,
    ..TypeSpec::new::<Method>()
};

impl Method {
    /// Binds.
    pub fn new(t: &Thread, func: Value, this: Value) -> Value {
        t.make(fixed::METHOD, Method { h: Header::new(0, 0), func: Slot::new(func), this: Slot::new(this) })
    }
}
