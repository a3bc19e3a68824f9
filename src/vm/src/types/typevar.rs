//! Type parameters (PEP 484, 612, 646, 695, 696): TypeVar, ParamSpec, TypeVarTuple, TypeAliasType, Generic.
//!
//! Bounds, constraints, defaults and alias values of the `[T: …]` syntax are functions, evaluated when first asked
//! for; what the constructors get is a value already. What needs `typing` (written in Python) calls it.

use super::attrs::{bind, getter, or_none, text_of};
use super::tuple::Tuple;
use super::typeobj::as_type;
use super::{genericalias, str::text, union};
use crate::interp::hooks;
use crate::object::{Args, CallArgs, Cmp, NativeType, Slots, Type, TypeSpec, ValueExt, type_flag};
use crate::thread::Thread;
use crate::{Res, names};
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering::*};
use weft_strategy::{Header, Slot, VRef, Value, Word};

/// A lazily evaluated part: the value once known, or the function that computes it.
macro_rules! param_struct {
    ($(#[$doc:meta])* $name:ident, $text:literal) => {
        $(#[$doc])*
        #[repr(C)]
        pub struct $name {
            pub(crate) h: Header,
            /// `__name__`
            pub name: Slot,
            /// Bound, or the alias's value.
            pub bound: Slot,
            /// Function that computes the bound.
            pub bound_fn: Slot,
            /// Tuple of constraints; the alias's type parameters.
            pub constraints: Slot,
            /// Function that computes the constraints.
            pub constraints_fn: Slot,
            /// Default.
            pub default: Slot,
            /// Function that computes the default.
            pub default_fn: Slot,
            /// `__module__` of what is made by a call.
            pub module: Slot,
            /// Bits of [`variance`].
            pub variance: AtomicU8,
        }
        crate::object!($name, $text, true, [name, bound, bound_fn, constraints, constraints_fn, default, default_fn, module]);
    };
}

param_struct!(
    /// `typing.TypeVar`, `typing.ParamSpec`, and `typing.TypeAliasType`.
    Param, "typing.TypeVar"
);
param_struct!(
    /// `typing.TypeVarTuple`
    TypeVarTuple, "typing.TypeVarTuple"
);

/// Bits of `Param::variance`.
#[allow(missing_docs)]
mod variance {
    pub const COVARIANT: u8 = 1;
    pub const CONTRAVARIANT: u8 = 2;
    pub const INFER: u8 = 4;
}

/// `P.args`, `P.kwargs`
#[repr(C)]
pub struct ParamSpecPart {
    pub(crate) h: Header,
    /// `__origin__`
    pub origin: Slot,
}
crate::object!(ParamSpecPart, "typing.ParamSpecArgs", true, [origin]);

const FLAGS: u32 = type_flag::IMMUTABLE | type_flag::HAS_DICT | type_flag::WEAKREFS;

/// `typing.TypeVar`
pub static TYPE_VAR: NativeType = NativeType::new(&TYPE_VAR_SPEC);
static TYPE_VAR_SPEC: TypeSpec = TypeSpec {
    name: "typing.TypeVar",
    doc: "Type variable.\n\nThe preferred way to construct a type variable is the dedicated\nsyntax for generic functions, classes, and type aliases:\n\n    class Sequence[T]:  # T is a TypeVar\n        ...\n",
    flags: FLAGS,
    slots: Slots {
        repr: Some(repr),
        new: Some(new_type_var),
        binary: crate::binary![Or => union::any_or],
        ..Slots::EMPTY
    },
    methods: crate::methods! {
        "__typing_subst__(self, arg, /)" => |t, a| typing_call(t, "_typevar_subst", a);
        "__typing_prepare_subst__(self, alias, args, /)" => prepare_subst;
        "__reduce__(self, /)" => |_, a| Ok(or_none(&a.this::<Param>().name));
        "has_default(self, /)" => has_default;
        "__mro_entries__(self, bases, /)" => |t, _| cannot_subclass(t, "TypeVar");
    },
    getset: &[
        getter!("__name__", |_, v| Ok(or_none(&this(v).name))),
        getter!("__module__", get_module),
        getter!("__bound__", |t, v| {
            let p = this(v);
            lazy(t, &p.h, &p.bound, &p.bound_fn, Value::NONE)
        }),
        getter!("__constraints__", |t, v| {
            let p = this(v);
            let none = super::tuple::empty(t);
            lazy(t, &p.h, &p.constraints, &p.constraints_fn, none)
        }),
        getter!("__default__", get_default),
        getter!("__covariant__", |_, v| Ok(has(v, variance::COVARIANT))),
        getter!("__contravariant__", |_, v| Ok(has(v, variance::CONTRAVARIANT))),
        getter!("__infer_variance__", |_, v| Ok(has(v, variance::INFER))),
        getter!("evaluate_bound", |t, v| {
            let p = this(v);
            evaluator(t, &p.bound, &p.bound_fn)
        }),
        getter!("evaluate_constraints", |t, v| {
            let p = this(v);
            evaluator(t, &p.constraints, &p.constraints_fn)
        }),
        getter!("evaluate_default", get_evaluate_default),
    ],
    ..TypeSpec::new::<Param>()
};

/// `typing.ParamSpec`
pub static PARAM_SPEC: NativeType = NativeType::new(&PARAM_SPEC_SPEC);
static PARAM_SPEC_SPEC: TypeSpec = TypeSpec {
    name: "typing.ParamSpec",
    doc: "Parameter specification variable.\n\nThe preferred way to construct a parameter specification is via the\ndedicated syntax: type IntFunc[**P] = Callable[P, int]\n",
    flags: FLAGS,
    slots: Slots {
        repr: Some(repr),
        new: Some(new_param_spec),
        binary: crate::binary![Or => union::any_or],
        ..Slots::EMPTY
    },
    methods: crate::methods! {
        "__typing_subst__(self, arg, /)" => |t, a| typing_call(t, "_paramspec_subst", a);
        "__typing_prepare_subst__(self, alias, args, /)" => |t, a| typing_call(t, "_paramspec_prepare_subst", a);
        "__reduce__(self, /)" => |_, a| Ok(or_none(&a.this::<Param>().name));
        "has_default(self, /)" => has_default;
        "__mro_entries__(self, bases, /)" => |t, _| cannot_subclass(t, "ParamSpec");
    },
    getset: &[
        getter!("__name__", |_, v| Ok(or_none(&this(v).name))),
        getter!("__module__", get_module),
        getter!("__bound__", |_, v| Ok(or_none(&this(v).bound))),
        getter!("__default__", get_default),
        getter!("__covariant__", |_, v| Ok(has(v, variance::COVARIANT))),
        getter!("__contravariant__", |_, v| Ok(has(v, variance::CONTRAVARIANT))),
        getter!("__infer_variance__", |_, v| Ok(has(v, variance::INFER))),
        getter!("evaluate_default", get_evaluate_default),
        getter!("args", |t, v| part(t, v, &PARAM_ARGS), "Represents positional arguments."),
        getter!("kwargs", |t, v| part(t, v, &PARAM_KWARGS), "Represents keyword arguments."),
    ],
    ..TypeSpec::new::<Param>()
};

/// `typing.TypeVarTuple`
pub static TYPE_VAR_TUPLE: NativeType = NativeType::new(&TYPE_VAR_TUPLE_SPEC);
static TYPE_VAR_TUPLE_SPEC: TypeSpec = TypeSpec {
    name: "typing.TypeVarTuple",
    doc: "Type variable tuple. A specialized form of type variable that enables\nvariadic generics.\n\nThe preferred way to construct a type variable tuple is via the\ndedicated syntax, where a single '*' indicates a type variable tuple.\n",
    flags: FLAGS,
    slots: Slots {
        repr: Some(|_, v| Ok(or_none(&tuple_this(v).name))),
        iter: Some(|t, v| {
            let unpacked = typing_getitem(t, "Unpack", v)?;
            let one = Tuple::new(t, vec![unpacked]);
            t.iter(one.r())
        }),
        new: Some(new_type_var_tuple),
        ..Slots::EMPTY
    },
    methods: crate::methods! {
        "__typing_subst__(self, arg, /)" => |t, _| Err(t.type_error("Substitution of bare TypeVarTuple is not supported"));
        "__typing_prepare_subst__(self, alias, args, /)" => |t, a| typing_call(t, "_typevartuple_prepare_subst", a);
        "__reduce__(self, /)" => |_, a| Ok(or_none(&a.this::<TypeVarTuple>().name));
        "has_default(self, /)" => |t, a| {
            let p: &TypeVarTuple = a.this();
            given(t, &p.default, &p.default_fn)
        };
        "__mro_entries__(self, bases, /)" => |t, _| cannot_subclass(t, "TypeVarTuple");
    },
    getset: &[
        getter!("__name__", |_, v| Ok(or_none(&tuple_this(v).name))),
        getter!("__module__", |_, v| Ok(or_none(&tuple_this(v).module))),
        getter!("__default__", |t, v| {
            let p = tuple_this(v);
            let nothing = no_default(t);
            lazy(t, &p.h, &p.default, &p.default_fn, nothing)
        }),
        getter!("evaluate_default", |t, v| {
            let p = tuple_this(v);
            evaluator(t, &p.default, &p.default_fn)
        }),
    ],
    ..TypeSpec::new::<TypeVarTuple>()
};

macro_rules! param_part {
    ($static:ident, $spec:ident, $name:literal, $suffix:literal, $class:literal) => {
        #[doc = concat!("`", $name, "`")]
        pub static $static: NativeType = NativeType::new(&$spec);
        static $spec: TypeSpec = TypeSpec {
            name: $name,
            flags: type_flag::IMMUTABLE | type_flag::WEAKREFS,
            slots: Slots {
                repr: Some(|t, v| {
                    let o = or_none(&part_this(v).origin);
                    let n = match o.cast::<Param>() {
                        Some(p) => text_of(or_none(&p.name).r()),
                        None => t.repr_text(o.r())?,
                    };
                    Ok(t.str(&format!(concat!("{}.", $suffix), n)))
                }),
                hash: Some(|t, v| {
                    let o = or_none(&part_this(v).origin);
                    t.hash(o.r())
                }),
                compare: Some(part_compare),
                new: Some(|t, cls, args| {
                    let a = bind(t, $class, &["origin"], 1, 0, args)?;
                    let origin = Slot::from_option(a[0].map(|v| v.to_value()));
                    Ok(t.make(cls.shape(), ParamSpecPart { h: Header::new(0, 0), origin }))
                }),
                ..Slots::EMPTY
            },
            methods: crate::methods! { "__mro_entries__(self, bases, /)" => |t, _| cannot_subclass(t, $class); },
            getset: &[getter!("__origin__", |_, v| Ok(or_none(&part_this(v).origin)))],
            ..TypeSpec::new::<ParamSpecPart>()
        };
    };
}
param_part!(PARAM_ARGS, PARAM_ARGS_SPEC, "typing.ParamSpecArgs", "args", "ParamSpecArgs");
param_part!(PARAM_KWARGS, PARAM_KWARGS_SPEC, "typing.ParamSpecKwargs", "kwargs", "ParamSpecKwargs");

/// `typing.TypeAliasType`
pub static TYPE_ALIAS: NativeType = NativeType::new(&TYPE_ALIAS_SPEC);
static TYPE_ALIAS_SPEC: TypeSpec = TypeSpec {
    name: "typing.TypeAliasType",
    doc: "Type alias.\n\nType aliases are created through the type statement:\n\n    type Alias = int\n",
    flags: type_flag::IMMUTABLE | type_flag::WEAKREFS,
    slots: Slots {
        repr: Some(|_, v| Ok(or_none(&this(v).name))),
        new: Some(new_type_alias),
        iter: Some(|t, v| {
            let unpacked = typing_getitem(t, "Unpack", v)?;
            let one = Tuple::new(t, vec![unpacked]);
            t.iter(one.r())
        }),
        getitem: Some(|t, v, item| {
            if this(v).constraints.is_empty() {
                return Err(t.type_error("Only generic type aliases are subscriptable"));
            }
            genericalias::new(t, v, item)
        }),
        binary: crate::binary![Or => union::type_or],
        ..Slots::EMPTY
    },
    methods: crate::methods! { "__reduce__(self, /)" => |_, a| Ok(or_none(&a.this::<Param>().name)); },
    getset: &[
        getter!("__name__", |_, v| Ok(or_none(&this(v).name))),
        getter!("__module__", get_module),
        getter!("__value__", |t, v| {
            let p = this(v);
            lazy(t, &p.h, &p.bound, &p.bound_fn, Value::NONE)
        }),
        getter!("evaluate_value", |t, v| {
            let p = this(v);
            evaluator(t, &p.bound, &p.bound_fn)
        }),
        getter!("__type_params__", |t, v| Ok(this(v)
            .constraints
            .load()
            .unwrap_or_else(|| super::tuple::empty(t)))),
        getter!("__parameters__", |t, v| {
            // TypeVarTuples appear unpacked.
            let mut out = Vec::new();
            for p in genericalias::tuple_items(&or_none(&this(v).constraints)) {
                out.push(if p.cast::<TypeVarTuple>().is_some() {
                    typing_getitem(t, "Unpack", p.r())?
                } else {
                    p
                })
            }
            Ok(Tuple::new(t, out))
        }),
    ],
    ..TypeSpec::new::<Param>()
};

/// `typing.Generic`
pub static GENERIC: NativeType = NativeType::new(&GENERIC_SPEC);
static GENERIC_SPEC: TypeSpec = TypeSpec {
    name: "typing.Generic",
    doc: "Abstract base class for generic types.\n\nOn Python 3.12 and newer, generic classes implicitly inherit from\nGeneric when they declare a parameter list after the class's name.\n",
    flags: type_flag::BASETYPE | type_flag::IMMUTABLE,
    methods: crate::methods! {
        class "__class_getitem__(cls, /, *args, **kwargs)" => |t, a| through_typing(t, "_generic_class_getitem", a),
            "Parameterizes a generic class.";
        class "__init_subclass__(cls, /, *args, **kwargs)" => |t, a| through_typing(t, "_generic_init_subclass", a),
            "Function to initialize subclasses.";
    },
    ..TypeSpec::new::<super::object::Plain>()
};

/// `typing.NoDefault`: the class of a singleton.
pub static NO_DEFAULT: NativeType = NativeType::new(&NO_DEFAULT_SPEC);
static NO_DEFAULT_SPEC: TypeSpec = TypeSpec {
    name: "NoDefaultType",
    doc: "The type of the NoDefault singleton.",
    flags: type_flag::IMMUTABLE,
    slots: Slots {
        repr: Some(|t, _| Ok(t.str("typing.NoDefault"))),
        new: Some(|t, _, args| {
            if !args.args.is_empty() {
                return Err(t.type_error("NoDefaultType takes no arguments"));
            }
            Ok(no_default(t))
        }),
        ..Slots::EMPTY
    },
    methods: crate::methods! { "__reduce__(self, /)" => |t, _| Ok(t.str("NoDefault")); },
    ..TypeSpec::new::<super::object::Plain>()
};

static NO_DEFAULT_OBJECT: AtomicU64 = AtomicU64::new(0);

/// The singleton `typing.NoDefault`.
pub fn no_default(t: &Thread) -> Value {
    let w = NO_DEFAULT_OBJECT.load(Acquire);
    if w != 0 {
        // SAFETY: immortal.
        return unsafe { VRef::from_word(Word(w)) }.to_value();
    }
    let shape = NO_DEFAULT.shape(t);
    let v = super::object::make_instance(t, shape);
    if let Some(h) = v.r().header() {
        crate::intern::make_immortal(h)
    }
    let w = Word::free_standing(v.into_word().ptr());
    let w = match NO_DEFAULT_OBJECT.compare_exchange(0, w.0, AcqRel, Acquire) {
        Ok(_) => w,
        Err(other) => Word(other),
    };
    // SAFETY: immortal.
    unsafe { VRef::from_word(w) }.to_value()
}

/// What `evaluate_default` is for a value that is known: a callable that gives it.
#[repr(C)]
struct ConstEvaluator {
    h: Header,
    value: Slot,
}
crate::object!(ConstEvaluator, "_typing._ConstEvaluator", true, [value]);

static CONST_EVALUATOR: NativeType = NativeType::new(&CONST_EVALUATOR_SPEC);
static CONST_EVALUATOR_SPEC: TypeSpec = TypeSpec {
    name: "_typing._ConstEvaluator",
    flags: type_flag::IMMUTABLE | type_flag::NO_NEW,
    slots: Slots {
        repr: Some(|t, v| {
            let x = v.cast::<ConstEvaluator>().map_or(Value::NONE, |c| or_none(&c.value));
            let s = t.repr_text(x.r())?;
            Ok(t.str(&format!("<constevaluator {s}>")))
        }),
        call: Some(|t, v, args| {
            let format = match args.positional().first() {
                Some(f) => t.arg_i64(*f)?,
                None => return Err(t.type_error("function missing required argument 'format' (pos 1)")),
            };
            let x = v.cast::<ConstEvaluator>().map_or(Value::NONE, |c| or_none(&c.value));
            // Format 4 asks for source text.
            if format != 4 {
                return Ok(x);
            }
            if let Some(many) = x.cast::<Tuple>() {
                let mut parts = Vec::new();
                for m in many.iter() {
                    parts.push(genericalias::type_repr(t, m)?)
                }
                return Ok(t.str(&format!("({})", parts.join(", "))));
            }
            let s = genericalias::type_repr(t, x.r())?;
            Ok(t.str(&s))
        }),
        ..Slots::EMPTY
    },
    ..TypeSpec::new::<ConstEvaluator>()
};

// ---- reading -----------------------------------------------------------------------------------------------

fn this<'t>(v: VRef<'t>) -> &'t Param {
    v.cast().expect("the descriptor checked the receiver")
}

fn tuple_this<'t>(v: VRef<'t>) -> &'t TypeVarTuple {
    v.cast().expect("the descriptor checked the receiver")
}

fn part_this<'t>(v: VRef<'t>) -> &'t ParamSpecPart {
    v.cast().expect("the descriptor checked the receiver")
}

fn has(v: VRef<'_>, bit: u8) -> Value {
    Value::bool(this(v).variance.load(Acquire) & bit != 0)
}

/// The value, computed if need be; `otherwise` if there is neither value nor function.
fn lazy(t: &mut Thread, h: &Header, value: &Slot, f: &Slot, otherwise: Value) -> Res {
    if let Some(v) = value.load() {
        return Ok(v);
    }
    let Some(f) = f.load() else { return Ok(otherwise) };
    let one = t.int(1);
    let v = t.call(f.r(), &[one.r()])?;
    let _ = value.fill(h, v.clone());
    Ok(value.load().unwrap_or(v))
}

fn evaluator(t: &mut Thread, value: &Slot, f: &Slot) -> Res {
    if let Some(f) = f.load() {
        return Ok(f);
    }
    let Some(v) = value.load() else { return Ok(Value::NONE) };
    let shape = CONST_EVALUATOR.shape(t);
    Ok(t.make(shape, ConstEvaluator { h: Header::new(0, 0), value: Slot::new(v) }))
}

fn get_default(t: &mut Thread, v: VRef<'_>) -> Res {
    let p = this(v);
    let nothing = no_default(t);
    lazy(t, &p.h, &p.default, &p.default_fn, nothing)
}

fn get_evaluate_default(t: &mut Thread, v: VRef<'_>) -> Res {
    let p = this(v);
    evaluator(t, &p.default, &p.default_fn)
}

fn given(t: &mut Thread, value: &Slot, f: &Slot) -> Res {
    if !f.is_empty() {
        return Ok(Value::TRUE);
    }
    let nothing = no_default(t);
    Ok(Value::bool(value.load().is_some_and(|v| !v.is(nothing.r()))))
}

fn has_default(t: &mut Thread, a: Args<'_>) -> Res {
    let p: &Param = a.this();
    given(t, &p.default, &p.default_fn)
}

fn get_module(_t: &mut Thread, v: VRef<'_>) -> Res {
    Ok(or_none(&this(v).module))
}

fn repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let p = this(v);
    let bits = p.variance.load(Acquire);
    let sign = if bits & variance::INFER != 0 {
        ""
    } else if bits & variance::COVARIANT != 0 {
        "+"
    } else if bits & variance::CONTRAVARIANT != 0 {
        "-"
    } else {
        "~"
    };
    let n = text_of(or_none(&p.name).r());
    Ok(t.str(&format!("{sign}{n}")))
}

fn cannot_subclass(t: &mut Thread, what: &str) -> Res {
    Err(t.type_error(format!("Cannot subclass an instance of {what}")))
}

fn part(t: &mut Thread, v: VRef<'_>, ty: &'static NativeType) -> Res {
    let shape = ty.shape(t);
    Ok(t.make(shape, ParamSpecPart { h: Header::new(0, 0), origin: Slot::new(v.to_value()) }))
}

fn part_compare(t: &mut Thread, a: VRef<'_>, b: VRef<'_>, op: Cmp) -> Res {
    let (Some(x), Some(y)) = (a.cast::<ParamSpecPart>(), b.cast::<ParamSpecPart>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if !std::ptr::eq(a.ty(), b.ty()) || !matches!(op, Cmp::Eq | Cmp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let (x, y) = (or_none(&x.origin), or_none(&y.origin));
    Ok(Value::bool(t.equal(x.r(), y.r())? == (op == Cmp::Eq)))
}

/// Is it a `type X = …` alias?
pub fn is_alias_type(t: &Thread, v: VRef<'_>) -> bool {
    v.cast::<Param>().is_some() && std::ptr::eq(v.ty(), TYPE_ALIAS.get(t))
}

// ---- what `typing` does ------------------------------------------------------------------------------------

fn typing_call(t: &mut Thread, f: &str, a: Args<'_>) -> Res {
    let m = hooks::import_module(t, "typing")?;
    let args: Vec<VRef<'_>> = (0..a.len()).filter_map(|i| a.opt(i)).collect();
    t.call_method(m.r(), f, &args)
}

fn typing_getitem(t: &mut Thread, what: &str, item: VRef<'_>) -> Res {
    let m = hooks::import_module(t, "typing")?;
    let x = t.attr(m.r(), what)?;
    t.getitem(x.r(), item)
}

/// Calls a function of `typing` with the class in front of what was given.
fn through_typing(t: &mut Thread, f: &str, a: Args<'_>) -> Res {
    let m = hooks::import_module(t, "typing")?;
    let f = t.attr(m.r(), f)?;
    let items = match a.kwargs().and_then(super::attrs::as_dict) {
        Some(d) => d.items(t),
        None => Vec::new(),
    };
    let mut all = vec![a.get(0)];
    all.extend(a.rest());
    // SAFETY: `items` owns the values for the call.
    all.extend(items.iter().map(|(_, v)| unsafe { v.r().extend::<'_>() }));
    let names = Tuple::new(t, items.iter().map(|(k, _)| k.clone()).collect());
    let names = Some(names.r()).filter(|_| !items.is_empty());
    t.call_with(f.r(), None, CallArgs { args: Args::of(&all), names })
}

/// A TypeVar with a default fills in for a missing argument (PEP 696).
fn prepare_subst(t: &mut Thread, a: Args<'_>) -> Res {
    let (v, alias, args) = (a.get(0), a.get(1), a.get(2));
    let params = t.getattr(alias, names::__parameters__())?;
    // `typing` has them in a list.
    let given_args = t.collect(args)?;
    let index = genericalias::tuple_items(&params).iter().position(|p| p.is(v)).unwrap_or(0);
    if index < given_args.len() {
        return Ok(args.to_value());
    }
    if index == given_args.len() {
        let default = get_default(t, v)?;
        let nothing = no_default(t);
        if !default.is(nothing.r()) {
            let mut all = given_args;
            all.push(default);
            return Ok(Tuple::new(t, all));
        }
    }
    let s = t.repr_text(alias)?;
    let n = given_args.len();
    let mut least = 0;
    for p in genericalias::tuple_items(&params) {
        if let Some(q) = p.cast::<Param>()
            && given(t, &q.default, &q.default_fn)?.word() == Word::TRUE
        {
            break;
        }
        // One that takes any number needs none.
        if t.getattr_opt(p.r(), crate::intern::intern(t, "__bound__"))?.is_some() {
            least += 1
        }
    }
    Err(t.type_error(format!("Too few arguments for {s}; actual {n}, expected at least {least}")))
}

// ---- making ------------------------------------------------------------------------------------------------

#[derive(Default)]
struct Parts {
    bound: Option<Value>,
    bound_fn: Option<Value>,
    constraints: Option<Value>,
    constraints_fn: Option<Value>,
    default: Option<Value>,
    variance: u8,
}

fn caller_module(t: &Thread) -> Option<Value> {
    hooks::current_globals(t)?
        .cast::<crate::dict::Dict>()?
        .get_str(t, names::__name__())
        .map(|v| v.to_value())
}

fn make(t: &Thread, shape: u32, name: Value, p: Parts) -> Value {
    let module = caller_module(t);
    t.make(
        shape,
        Param {
            h: Header::new(0, 0),
            name: Slot::new(name),
            bound: Slot::from_option(p.bound),
            bound_fn: Slot::from_option(p.bound_fn),
            constraints: Slot::from_option(p.constraints),
            constraints_fn: Slot::from_option(p.constraints_fn),
            default: Slot::from_option(p.default),
            default_fn: Slot::empty(),
            module: Slot::from_option(module),
            variance: AtomicU8::new(p.variance),
        },
    )
}

fn make_tuple(t: &Thread, name: Value, default: Option<Value>) -> Value {
    let module = caller_module(t);
    let shape = TYPE_VAR_TUPLE.shape(t);
    t.make(
        shape,
        TypeVarTuple {
            h: Header::new(0, 0),
            name: Slot::new(name),
            bound: Slot::empty(),
            bound_fn: Slot::empty(),
            constraints: Slot::empty(),
            constraints_fn: Slot::empty(),
            default: Slot::from_option(default),
            default_fn: Slot::empty(),
            module: Slot::from_option(module),
            variance: AtomicU8::new(0),
        },
    )
}

fn need_name(t: &mut Thread, class: &str, v: VRef<'_>) -> Res<()> {
    if text(v).is_some() {
        return Ok(());
    }
    let n = v.ty().name();
    Err(t.type_error(format!("{class}() argument 'name' must be str, not {n}")))
}

/// `None` is the type of None where a type is expected.
fn checked_type(t: &mut Thread, v: VRef<'_>, what: &str) -> Res {
    if v.is_none() {
        return Ok(super::singletons::NONE.get(t).to_value());
    }
    if as_type(v).is_some() {
        return Ok(v.to_value());
    }
    let m = hooks::import_module(t, "typing")?;
    let what = t.str(what);
    t.call_method(m.r(), "_type_check", &[v, what.r()])
}

fn variance_bits(
    t: &mut Thread,
    cov: Option<VRef<'_>>,
    contra: Option<VRef<'_>>,
    infer: Option<VRef<'_>>,
) -> Res<u8> {
    let mut bits = 0;
    for (v, bit) in [(cov, variance::COVARIANT), (contra, variance::CONTRAVARIANT), (infer, variance::INFER)]
    {
        if let Some(v) = v
            && t.truth(v)?
        {
            bits |= bit
        }
    }
    if bits & 3 == 3 {
        return Err(t.value_error("Bivariant types are not supported."));
    }
    if bits & variance::INFER != 0 && bits & 3 != 0 {
        return Err(t.value_error("Variance cannot be specified with infer_variance."));
    }
    Ok(bits)
}

fn new_type_var(t: &mut Thread, cls: &Type, args: CallArgs<'_>) -> Res {
    // `TypeVar(name, *constraints, bound, default, covariant, contravariant, infer_variance)`
    let p = args.positional();
    let (head, constraints) = p.split_at(p.len().min(1));
    let kw_names = ["bound", "default", "covariant", "contravariant", "infer_variance"];
    let mut name = head.first().copied();
    let mut kw: [Option<VRef<'_>>; 5] = [None; 5];
    for (k, v) in args.keywords() {
        let key = text_of(k);
        match kw_names.iter().position(|n| *n == key) {
            Some(i) => kw[i] = Some(v),
            None if key == "name" && name.is_none() => name = Some(v),
            None => return Err(t.type_error(format!("typevar() got an unexpected keyword argument '{key}'"))),
        }
    }
    let Some(name) = name else {
        return Err(t.type_error("typevar() missing required argument 'name' (pos 1)"));
    };
    need_name(t, "typevar", name)?;
    let bits = variance_bits(t, kw[2], kw[3], kw[4])?;
    let bound = match kw[0].filter(|b| !b.is_none()) {
        Some(b) => Some(checked_type(t, b, "Bound must be a type.")?),
        None => None,
    };
    if constraints.len() == 1 {
        return Err(t.type_error("A single constraint is not allowed"));
    }
    if !constraints.is_empty() && bound.is_some() {
        return Err(t.type_error("Constraints cannot be combined with bound=..."));
    }
    let constraints = (!constraints.is_empty()).then(|| Tuple::of(t, constraints));
    let default = kw[1].map(|d| d.to_value());
    Ok(make(
        t,
        cls.shape(),
        name.to_value(),
        Parts { bound, constraints, default, variance: bits, ..Parts::default() },
    ))
}

fn new_param_spec(t: &mut Thread, cls: &Type, args: CallArgs<'_>) -> Res {
    let params = ["name", "bound", "default", "covariant", "contravariant", "infer_variance"];
    let a = bind(t, "paramspec", &params, 1, 0, args)?;
    let Some(name) = a[0] else { return Ok(Value::NONE) };
    need_name(t, "paramspec", name)?;
    let bits = variance_bits(t, a[3], a[4], a[5])?;
    let bound = match a[1].filter(|b| !b.is_none()) {
        Some(b) => Some(checked_type(t, b, "Bound must be a type.")?),
        None => None,
    };
    let default = a[2].map(|d| d.to_value());
    Ok(make(t, cls.shape(), name.to_value(), Parts { bound, default, variance: bits, ..Parts::default() }))
}

fn new_type_var_tuple(t: &mut Thread, _cls: &Type, args: CallArgs<'_>) -> Res {
    let a = bind(t, "typevartuple", &["name", "default"], 1, 0, args)?;
    let Some(name) = a[0] else { return Ok(Value::NONE) };
    need_name(t, "typevartuple", name)?;
    Ok(make_tuple(t, name.to_value(), a[1].map(|d| d.to_value())))
}

fn new_type_alias(t: &mut Thread, cls: &Type, args: CallArgs<'_>) -> Res {
    let a = bind(t, "typealias", &["name", "value", "type_params"], 2, 0, args)?;
    let (Some(name), Some(value)) = (a[0], a[1]) else { return Ok(Value::NONE) };
    need_name(t, "typealias", name)?;
    if let Some(p) = a[2]
        && p.cast::<Tuple>().is_none()
    {
        return Err(t.type_error("type_params must be a tuple"));
    }
    let constraints = a[2].filter(|p| p.cast::<Tuple>().is_some_and(|p| !p.is_empty())).map(|p| p.to_value());
    Ok(make(
        t,
        cls.shape(),
        name.to_value(),
        Parts { bound: Some(value.to_value()), constraints, ..Parts::default() },
    ))
}

// ---- what the compiled syntax calls ------------------------------------------------------------------------

/// `TypeVar(name)`, with a lazy bound or lazy constraints.
pub fn type_var(t: &mut Thread, name: Value, bound: Option<Value>, constraints: Option<Value>) -> Res {
    let shape = TYPE_VAR.shape(t);
    let p =
        Parts { bound_fn: bound, constraints_fn: constraints, variance: variance::INFER, ..Parts::default() };
    Ok(make(t, shape, name, p))
}

/// `ParamSpec(name)`
pub fn param_spec(t: &mut Thread, name: Value) -> Res {
    let shape = PARAM_SPEC.shape(t);
    Ok(make(t, shape, name, Parts { variance: variance::INFER, ..Parts::default() }))
}

/// `TypeVarTuple(name)`
pub fn type_var_tuple(t: &mut Thread, name: Value) -> Res {
    Ok(make_tuple(t, name, None))
}

/// Sets the lazy default of a type parameter; gives the parameter.
pub fn set_default(_t: &mut Thread, param: Value, default: Value) -> Res {
    if let Some(p) = param.cast::<Param>() {
        p.default_fn.set(&p.h, default)
    } else if let Some(p) = param.cast::<TypeVarTuple>() {
        p.default_fn.set(&p.h, default)
    }
    Ok(param)
}

/// `Generic[*params]`
pub fn subscript_generic(t: &mut Thread, params: Value) -> Res {
    let mut out = Vec::new();
    for p in genericalias::tuple_items(&params) {
        out.push(if p.cast::<TypeVarTuple>().is_some() { typing_getitem(t, "Unpack", p.r())? } else { p })
    }
    let m = hooks::import_module(t, "typing")?;
    let f = t.attr(m.r(), "_GenericAlias")?;
    let (generic, args) = (GENERIC.get(t).to_value(), Tuple::new(t, out));
    t.call(f.r(), &[generic.r(), args.r()])
}

/// `TypeAliasType(name, value, type_params=params)` with a lazy value.
pub fn type_alias(t: &mut Thread, name: Value, params: Value, value: Value) -> Res {
    let shape = TYPE_ALIAS.shape(t);
    let constraints = Some(params).filter(|p| p.cast::<Tuple>().is_some_and(|p| !p.is_empty()));
    Ok(make(t, shape, name, Parts { bound_fn: Some(value), constraints, ..Parts::default() }))
}

/// What the `_typing` module has besides `_idfunc`.
pub fn add_to_module(t: &Thread, m: VRef<'_>) {
    for ty in [
        &TYPE_VAR,
        &TYPE_VAR_TUPLE,
        &PARAM_SPEC,
        &PARAM_ARGS,
        &PARAM_KWARGS,
        &GENERIC,
        &TYPE_ALIAS,
        &union::TYPE,
    ] {
        t.module_add_type(m, ty)
    }
    t.module_set(m, "NoDefault", no_default(t))
}
