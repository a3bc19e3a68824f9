//! How native types and modules are declared: one table each that reads like its documentation.
//!
//! ```ignore
//! pub static SPEC: TypeSpec = TypeSpec {
//!     name: "collections.deque",
//!     slots: Slots { len: Some(len), iter: Some(iter), ..Slots::EMPTY },
//!     methods: methods! { "append(self, item, /)" => append, "Add to the right."; },
//!     ..TypeSpec::new::<Deque>()
//! };
//! ```

use super::signature::Signature;
use super::{Args, Layout, Object, Type};
use crate::dict::Dict;
use crate::thread::Thread;
use crate::{Raised, Res};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, AtomicU32, Ordering::Relaxed};
use weft_strategy::{VRef, Value};

/// A native function. The exception, if any, is in the thread.
pub type NativeFn = fn(&mut Thread, Args<'_>) -> Res;

/// How a function in a table is bound.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Binding {
    /// Module function, or instance method: first parameter is the receiver.
    Plain,
    /// Class method: first parameter is the class.
    Class,
    /// Static method.
    Static,
}

/// One function or method.
pub struct MethodDef {
    /// Python signature with name: `"get(self, key, default=None, /)"`. Parsed once; it binds arguments, makes error
    /// texts and `__text_signature__`.
    pub text: &'static str,
    /// The function.
    pub f: NativeFn,
    /// Documentation.
    pub doc: &'static str,
    /// Binding.
    pub binding: Binding,
    /// The parsed text.
    pub signature: OnceLock<Box<Signature>>,
    /// How many arguments pass on as they are: `least | (most - least) << 16`, or one of the two below.
    arity: AtomicU32,
    /// What the interpreter does itself instead of calling: see `interp/short.rs`.
    pub(crate) short: AtomicU8,
}

/// Not looked at yet.
const ARITY_UNKNOWN: u32 = u32::MAX;
/// Arguments must be bound always.
const ARITY_NONE: u32 = 0xffff;

impl MethodDef {
    /// For use in the tables.
    pub const fn new(text: &'static str, f: NativeFn, doc: &'static str, binding: Binding) -> MethodDef {
        MethodDef {
            text,
            f,
            doc,
            binding,
            signature: OnceLock::new(),
            arity: AtomicU32::new(ARITY_UNKNOWN),
            short: AtomicU8::new(0),
        }
    }

    /// May `n` positional arguments be passed on unbound as they are?
    #[inline(always)]
    pub fn takes(&'static self, n: usize) -> bool {
        let a = self.arity.load(Relaxed);
        (n as u32).wrapping_sub(a & 0xffff) <= a >> 16 && a != ARITY_UNKNOWN
            || a == ARITY_UNKNOWN && self.takes_first(n)
    }

    #[cold]
    #[inline(never)]
    fn takes_first(&'static self, n: usize) -> bool {
        let s = self.signature();
        let arity = if s.is_simple() && s.positional < 0x7fff {
            s.required as u32 | ((s.positional - s.required) as u32) << 16
        } else {
            ARITY_NONE
        };
        self.short.store(crate::interp::short_of(self), Relaxed);
        self.arity.store(arity, Relaxed);
        arity != ARITY_NONE && n >= s.required && n <= s.positional
    }

    /// The name.
    pub fn name(&self) -> &'static str {
        self.text.split('(').next().unwrap_or(self.text)
    }

    /// The parsed signature.
    #[inline]
    pub fn signature(&'static self) -> &'static Signature {
        self.signature.get_or_init(|| Box::new(Signature::parse(self.text)))
    }
}

/// A table of methods or functions: `methods! { "append(self, item, /)" => append, "Doc."; class "fromkeys(cls, it, /)" => f; }`
#[macro_export]
macro_rules! methods {
    (@acc [$($out:expr,)*]) => { {
        const N: usize = <[&str]>::len(&[$(stringify!($out),)*]);
        static TABLE: [$crate::object::MethodDef; N] = [$($out,)*];
        &TABLE
    } };
    (@acc [$($out:expr,)*] class $text:literal => $f:expr $(, $doc:literal)?; $($rest:tt)*) => {
        $crate::methods!(@acc [$($out,)* $crate::object::MethodDef::new($text, $f, concat!($($doc)?), $crate::object::Binding::Class),] $($rest)*)
    };
    (@acc [$($out:expr,)*] static $text:literal => $f:expr $(, $doc:literal)?; $($rest:tt)*) => {
        $crate::methods!(@acc [$($out,)* $crate::object::MethodDef::new($text, $f, concat!($($doc)?), $crate::object::Binding::Static),] $($rest)*)
    };
    (@acc [$($out:expr,)*] $text:literal => $f:expr $(, $doc:literal)?; $($rest:tt)*) => {
        $crate::methods!(@acc [$($out,)* $crate::object::MethodDef::new($text, $f, concat!($($doc)?), $crate::object::Binding::Plain),] $($rest)*)
    };
    ($($all:tt)*) => { $crate::methods!(@acc [] $($all)*) };
}

/// A computed attribute.
pub struct GetSet {
    /// Name.
    pub name: &'static str,
    /// Getter.
    pub get: fn(&mut Thread, VRef<'_>) -> Res,
    /// Setter; `None` as value deletes.
    pub set: Option<fn(&mut Thread, VRef<'_>, Option<VRef<'_>>) -> Res<()>>,
    /// Documentation.
    pub doc: &'static str,
}

/// Rich comparison operators.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
#[allow(missing_docs)]
pub enum Cmp {
    Lt,
    Le,
    Eq,
    Ne,
    Gt,
    Ge,
}

/// Binary operators, as indices into [`Slots::binary`] and [`Slots::inplace`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
#[allow(missing_docs)]
pub enum BinOp {
    Add,
    Sub,
    Mul,
    TrueDiv,
    FloorDiv,
    Mod,
    Pow,
    MatMul,
    LShift,
    RShift,
    And,
    Or,
    Xor,
    DivMod,
}

impl BinOp {
    /// How many there are.
    pub const COUNT: usize = 14;
    /// All, in order.
    pub const ALL: [BinOp; Self::COUNT] = {
        use BinOp::*;
        [Add, Sub, Mul, TrueDiv, FloorDiv, Mod, Pow, MatMul, LShift, RShift, And, Or, Xor, DivMod]
    };
    /// Method names without underscores: `add`; reflected `radd`, in place `iadd`.
    pub const NAMES: [&'static str; Self::COUNT] = [
        "add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "lshift", "rshift", "and", "or",
        "xor", "divmod",
    ];
    /// Symbols for error texts.
    pub const SYMBOLS: [&'static str; Self::COUNT] =
        ["+", "-", "*", "/", "//", "%", "** or pow()", "@", "<<", ">>", "&", "|", "^", "divmod()"];
}

/// `f(self)`
pub type Unary = fn(&mut Thread, VRef<'_>) -> Res;
/// `f(a, b)`, either operand may be the type's; answers NotImplemented when it does not know.
pub type Binary = fn(&mut Thread, VRef<'_>, VRef<'_>) -> Res;

/// See [`Slots::send`].
pub type Send = fn(&mut Thread, VRef<'_>, VRef<'_>) -> Res<Result<Value, Value>>;

/// What a type can do, as functions. A missing one is inherited or raises TypeError.
#[derive(Clone, Copy)]
#[allow(missing_docs)]
pub struct Slots {
    pub repr: Option<Unary>,
    pub str: Option<Unary>,
    /// The hash as Python's number (never -1).
    pub hash: Option<fn(&mut Thread, VRef<'_>) -> Res<i64>>,
    /// `f(callable, bound arguments unparsed)`
    pub call: Option<fn(&mut Thread, VRef<'_>, CallArgs<'_>) -> Res>,
    /// `__getattribute__`
    pub getattr: Option<Binary>,
    /// `__setattr__`, `__delattr__` (no value)
    pub setattr: Option<fn(&mut Thread, VRef<'_>, VRef<'_>, Option<VRef<'_>>) -> Res<()>>,
    /// Answers NotImplemented when it does not know.
    pub compare: Option<fn(&mut Thread, VRef<'_>, VRef<'_>, Cmp) -> Res>,
    pub iter: Option<Unary>,
    /// `None` when exhausted.
    pub next: Option<fn(&mut Thread, VRef<'_>) -> Res<Option<Value>>>,
    /// `__get__(descriptor, instance or none, owner)`
    pub descr_get: Option<fn(&mut Thread, VRef<'_>, Option<VRef<'_>>, &Type) -> Res>,
    /// `__set__`, `__delete__` (no value)
    pub descr_set: Option<fn(&mut Thread, VRef<'_>, VRef<'_>, Option<VRef<'_>>) -> Res<()>>,
    /// `__new__(cls, …)`
    pub new: Option<fn(&mut Thread, &Type, CallArgs<'_>) -> Res>,
    pub init: Option<fn(&mut Thread, VRef<'_>, CallArgs<'_>) -> Res<()>>,
    /// `__del__` (PEP 442)
    pub finalize: Option<fn(&mut Thread, VRef<'_>)>,
    pub bool: Option<fn(&mut Thread, VRef<'_>) -> Res<bool>>,
    pub len: Option<fn(&mut Thread, VRef<'_>) -> Res<usize>>,
    pub getitem: Option<Binary>,
    /// `__setitem__`, `__delitem__` (no value)
    pub setitem: Option<fn(&mut Thread, VRef<'_>, VRef<'_>, Option<VRef<'_>>) -> Res<()>>,
    pub contains: Option<fn(&mut Thread, VRef<'_>, VRef<'_>) -> Res<bool>>,
    /// Sequence concatenation and repetition: tried after the numeric `binary` of both operands.
    pub concat: Option<Binary>,
    pub repeat: Option<fn(&mut Thread, VRef<'_>, i64) -> Res>,
    pub inplace_concat: Option<Binary>,
    pub inplace_repeat: Option<fn(&mut Thread, VRef<'_>, i64) -> Res>,
    pub binary: [Option<Binary>; BinOp::COUNT],
    pub inplace: [Option<Binary>; BinOp::COUNT],
    /// `pow(a, b, modulus)`
    pub pow_mod: Option<fn(&mut Thread, VRef<'_>, VRef<'_>, VRef<'_>) -> Res>,
    pub neg: Option<Unary>,
    pub pos: Option<Unary>,
    pub abs: Option<Unary>,
    pub invert: Option<Unary>,
    pub int: Option<Unary>,
    pub float: Option<Unary>,
    pub index: Option<Unary>,
    pub await_: Option<Unary>,
    pub aiter: Option<Unary>,
    pub anext: Option<Unary>,
    /// `send` without an exception for the end: `Ok(Ok(v))` is handed out, `Ok(Err(v))` returned. For iterators of types
    /// that cannot be subclassed; `await` and `yield from` ask it.
    pub send: Option<Send>,
    /// The bytes of an object with the buffer protocol, see `object/buffer.rs`.
    pub buffer: Option<super::buffer::Export>,
}

impl Slots {
    /// Nothing.
    pub const EMPTY: Slots = Slots {
        repr: None,
        str: None,
        hash: None,
        call: None,
        getattr: None,
        setattr: None,
        compare: None,
        iter: None,
        next: None,
        descr_get: None,
        descr_set: None,
        new: None,
        init: None,
        finalize: None,
        bool: None,
        len: None,
        getitem: None,
        setitem: None,
        contains: None,
        concat: None,
        repeat: None,
        inplace_concat: None,
        inplace_repeat: None,
        binary: [None; BinOp::COUNT],
        inplace: [None; BinOp::COUNT],
        pow_mod: None,
        neg: None,
        pos: None,
        abs: None,
        invert: None,
        int: None,
        float: None,
        index: None,
        await_: None,
        aiter: None,
        anext: None,
        send: None,
        buffer: None,
    };
}

/// Builds an operator table: `binary![Add => add, Sub => sub]`.
#[macro_export]
macro_rules! binary {
    ($($op:ident => $f:expr),* $(,)?) => {{
        let mut t: [Option<$crate::object::Binary>; $crate::object::BinOp::COUNT] = [None; $crate::object::BinOp::COUNT];
        $(t[$crate::object::BinOp::$op as usize] = Some($f);)*
        t
    }};
}

/// Unparsed arguments of a call: positional words, then keyword words named by a tuple.
#[derive(Clone, Copy)]
pub struct CallArgs<'f> {
    /// Positional and keyword arguments in registers.
    pub args: Args<'f>,
    /// Tuple of the names of the last arguments.
    pub names: Option<VRef<'f>>,
}

/// Type flags.
pub mod type_flag {
    /// May be subclassed.
    pub const BASETYPE: u32 = 1;
    /// Attributes of the type cannot be set.
    pub const IMMUTABLE: u32 = 2;
    /// Instances have a `__dict__`.
    pub const HAS_DICT: u32 = 4;
    /// Cannot be called to make instances.
    pub const NO_NEW: u32 = 8;
    /// Matches sequence patterns.
    pub const SEQUENCE: u32 = 16;
    /// Matches mapping patterns.
    pub const MAPPING: u32 = 32;
    /// Made by a class statement.
    pub const HEAP: u32 = 64;
    /// Has abstract methods.
    pub const ABSTRACT: u32 = 128;
    /// Positional class pattern binds the subject itself (`int(x)`).
    pub const MATCH_SELF: u32 = 256;
    /// Weak references are possible.
    pub const WEAKREFS: u32 = 512;
    /// A method that binds without a bound-method object (`LOAD_METHOD`).
    pub const METHOD_DESCRIPTOR: u32 = 1024;
    /// Instances have `__del__`.
    pub const FINALIZER: u32 = 2048;
    /// Some inline cache knows in which slot instances of the type have an attribute.
    pub const SLOTS_CACHED: u32 = 1 << 30;
}

/// Declaration of a native type.
pub struct TypeSpec {
    /// `name` or `module.name`.
    pub name: &'static str,
    /// Documentation.
    pub doc: &'static str,
    /// The base; `object` if none.
    pub base: Option<&'static super::NativeType>,
    /// Native part.
    pub layout: fn() -> &'static Layout,
    /// [`type_flag`] bits.
    pub flags: u32,
    /// Inline slots of the instance part that native code uses by number, for a type with its base's native part.
    pub extra_slots: u16,
    /// Behaviour.
    pub slots: Slots,
    /// Methods, class methods and static methods.
    pub methods: &'static [MethodDef],
    /// Computed attributes.
    pub getset: &'static [GetSet],
    /// Fields of the object, as attributes: `member_descriptor`s in CPython, which some code asks for.
    pub members: &'static [GetSet],
    /// Adds what the tables cannot say to the type's dict.
    pub setup: Option<fn(&Thread, &Type, &Dict)>,
}

impl TypeSpec {
    /// A spec with nothing but a layout, for `..TypeSpec::new::<T>()`.
    pub const fn new<T: Object>() -> TypeSpec {
        TypeSpec {
            name: "",
            doc: "",
            base: None,
            layout: T::layout,
            flags: type_flag::BASETYPE | type_flag::IMMUTABLE,
            extra_slots: 0,
            slots: Slots::EMPTY,
            methods: &[],
            getset: &[],
            members: &[],
            setup: None,
        }
    }
}

/// Declaration of a native module.
pub struct ModuleSpec {
    /// Full name.
    pub name: &'static str,
    /// Documentation.
    pub doc: &'static str,
    /// Functions.
    pub functions: &'static [MethodDef],
    /// Adds constants and types.
    pub init: Option<fn(&mut Thread, VRef<'_>) -> Result<(), Raised>>,
}
