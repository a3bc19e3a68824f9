//! `_operator`: the operators as functions, and callables that get attributes, items and call methods.

use crate::support::{native, no_keywords, or_none, pair, push_repr};
use weft_strategy::Header;
use weft_vm::object::{Args, BinOp, CallArgs, Cmp, ModuleSpec, NativeType, Slots, TypeSpec, ValueExt, type_flag};
use weft_vm::types::str::text;
use weft_vm::types::tuple::Tuple;
use weft_vm::{Raised, Res, Slot, Thread, VRef, Value, methods, names, object};

/// The module.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "_operator",
    doc: "Operator interface.\n\nThis module exports a set of functions implemented in C corresponding\nto the intrinsic operators of Python.  For example, operator.add(x, y)\nis equivalent to the expression x+y.",
    functions: FUNCTIONS,
    init: Some(init),
};

fn init(t: &mut Thread, m: VRef<'_>) -> Result<(), Raised> {
    for ty in [&ATTRGETTER, &ITEMGETTER, &METHODCALLER] {
        t.module_add_type(m, ty)
    }
    Ok(())
}

macro_rules! binary {
    ($op:ident) => {
        |t, a| t.binary(BinOp::$op, a.get(0), a.get(1))
    };
}
macro_rules! inplace {
    ($op:ident) => {
        |t, a| t.inplace(BinOp::$op, a.get(0), a.get(1))
    };
}
macro_rules! compare {
    ($op:ident) => {
        |t, a| t.compare(a.get(0), a.get(1), Cmp::$op)
    };
}
macro_rules! unary {
    ($slot:ident, $symbol:literal) => {
        |t, a| match a.get(0).ty().slots().$slot {
            Some(f) => f(t, a.get(0)),
            None => {
                let n = a.get(0).ty().name();
                Err(t.type_error(format!(concat!("bad operand type for ", $symbol, ": '{}'"), n)))
            }
        }
    };
}

static FUNCTIONS: &[weft_vm::object::MethodDef] = methods! {
    "truth(a, /)" => |t, a| t.truth(a.get(0)).map(Value::bool), "Return True if a is true, False otherwise.";
    "contains(a, b, /)" => |t, a| t.contains(a.get(0), a.get(1)).map(Value::bool), "Same as b in a (note reversed operands).";
    "indexOf(a, b, /)" => index_of, "Return the first index of b in a.";
    "countOf(a, b, /)" => count_of, "Return the number of items in a which are, or which equal, b.";
    "is_(a, b, /)" => |_, a| Ok(Value::bool(a.get(0).is(a.get(1)))), "Same as a is b.";
    "is_not(a, b, /)" => |_, a| Ok(Value::bool(!a.get(0).is(a.get(1)))), "Same as a is not b.";
    "is_none(a, /)" => |_, a| Ok(Value::bool(a.get(0).is_none())), "Same as a is None.";
    "is_not_none(a, /)" => |_, a| Ok(Value::bool(!a.get(0).is_none())), "Same as a is not None.";
    "index(a, /)" => |t, a| t.index(a.get(0)), "Same as a.__index__()";
    "add(a, b, /)" => binary!(Add), "Same as a + b.";
    "sub(a, b, /)" => binary!(Sub), "Same as a - b.";
    "mul(a, b, /)" => binary!(Mul), "Same as a * b.";
    "matmul(a, b, /)" => binary!(MatMul), "Same as a @ b.";
    "floordiv(a, b, /)" => binary!(FloorDiv), "Same as a // b.";
    "truediv(a, b, /)" => binary!(TrueDiv), "Same as a / b.";
    "mod(a, b, /)" => binary!(Mod), "Same as a % b.";
    "lshift(a, b, /)" => binary!(LShift), "Same as a << b.";
    "rshift(a, b, /)" => binary!(RShift), "Same as a >> b.";
    "and_(a, b, /)" => binary!(And), "Same as a & b.";
    "xor(a, b, /)" => binary!(Xor), "Same as a ^ b.";
    "or_(a, b, /)" => binary!(Or), "Same as a | b.";
    "pow(a, b, /)" => binary!(Pow), "Same as a ** b.";
    "iadd(a, b, /)" => inplace!(Add), "Same as a += b.";
    "isub(a, b, /)" => inplace!(Sub), "Same as a -= b.";
    "imul(a, b, /)" => inplace!(Mul), "Same as a *= b.";
    "imatmul(a, b, /)" => inplace!(MatMul), "Same as a @= b.";
    "ifloordiv(a, b, /)" => inplace!(FloorDiv), "Same as a //= b.";
    "itruediv(a, b, /)" => inplace!(TrueDiv), "Same as a /= b.";
    "imod(a, b, /)" => inplace!(Mod), "Same as a %= b.";
    "ilshift(a, b, /)" => inplace!(LShift), "Same as a <<= b.";
    "irshift(a, b, /)" => inplace!(RShift), "Same as a >>= b.";
    "iand(a, b, /)" => inplace!(And), "Same as a &= b.";
    "ixor(a, b, /)" => inplace!(Xor), "Same as a ^= b.";
    "ior(a, b, /)" => inplace!(Or), "Same as a |= b.";
    "ipow(a, b, /)" => inplace!(Pow), "Same as a **= b.";
    "neg(a, /)" => unary!(neg, "unary -"), "Same as -a.";
    "pos(a, /)" => unary!(pos, "unary +"), "Same as +a.";
    "abs(a, /)" => unary!(abs, "abs()"), "Same as abs(a).";
    "inv(a, /)" => unary!(invert, "unary ~"), "Same as ~a.";
    "invert(a, /)" => unary!(invert, "unary ~"), "Same as ~a.";
    "not_(a, /)" => |t, a| t.truth(a.get(0)).map(|b| Value::bool(!b)), "Same as not a.";
    "concat(a, b, /)" => |t, a| concat(t, a, false), "Same as a + b, for a and b sequences.";
    "iconcat(a, b, /)" => |t, a| concat(t, a, true), "Same as a += b, for a and b sequences.";
    "getitem(a, b, /)" => |t, a| t.getitem(a.get(0), a.get(1)), "Same as a[b].";
    "setitem(a, b, c, /)" => |t, a| t.setitem(a.get(0), a.get(1), Some(a.get(2))).map(|()| Value::NONE), "Same as a[b] = c.";
    "delitem(a, b, /)" => |t, a| t.setitem(a.get(0), a.get(1), None).map(|()| Value::NONE), "Same as del a[b].";
    "eq(a, b, /)" => compare!(Eq), "Same as a == b.";
    "ne(a, b, /)" => compare!(Ne), "Same as a != b.";
    "lt(a, b, /)" => compare!(Lt), "Same as a < b.";
    "le(a, b, /)" => compare!(Le), "Same as a <= b.";
    "gt(a, b, /)" => compare!(Gt), "Same as a > b.";
    "ge(a, b, /)" => compare!(Ge), "Same as a >= b.";
    "_compare_digest(a, b, /)" => compare_digest, "Return 'a == b'.\n\nThis function uses an approach designed to prevent\ntiming analysis, making it appropriate for cryptography.\n\na and b must both be of the same type: either str (ASCII only),\nor any bytes-like object.\n\nNote: If a and b are of different lengths, or if an error occurs,\na timing attack could theoretically reveal information about the\ntypes and lengths of a and b--but not their values.";
    "length_hint(obj, default=0, /)" => length_hint, "Return an estimate of the number of items in obj.\n\nThis is useful for presizing containers when building from an iterable.\n\nIf the object supports len(), the result will be exact.\nOtherwise, it may over- or under-estimate by an arbitrary amount.\nThe result will be an integer >= 0.";
    "call(obj, /, *args, **kwargs)" => call, "Same as obj(*args, **kwargs).";
};

fn not_iterable(t: &mut Thread, v: VRef<'_>) -> Res {
    match t.iter(v) {
        Err(_) if t.raised_is(&weft_vm::errors::TYPE_ERROR) && v.ty().slots().iter.is_none() => {
            t.clear_raised();
            let n = v.ty().name();
            Err(t.type_error(format!("argument of type '{n}' is not iterable")))
        }
        r => r,
    }
}

fn index_of(t: &mut Thread, a: Args<'_>) -> Res {
    let it = not_iterable(t, a.get(0))?;
    let mut i = 0;
    while let Some(x) = t.next(it.r())? {
        if t.equal(x.r(), a.get(1))? {
            return Ok(t.int(i));
        }
        i += 1
    }
    Err(t.value_error("sequence.index(x): x not in sequence"))
}

fn count_of(t: &mut Thread, a: Args<'_>) -> Res {
    let it = not_iterable(t, a.get(0))?;
    let mut n = 0;
    while let Some(x) = t.next(it.r())? {
        n += t.equal(x.r(), a.get(1))? as i64
    }
    Ok(t.int(n))
}

fn concat(t: &mut Thread, a: Args<'_>, inplace: bool) -> Res {
    let s = a.get(0).ty().slots();
    if inplace && let Some(f) = s.inplace_concat {
        return f(t, a.get(0), a.get(1));
    }
    if let Some(f) = s.concat {
        return f(t, a.get(0), a.get(1));
    }
    let sequence = |v: VRef<'_>| v.ty().slots().getitem.is_some();
    if sequence(a.get(0)) && sequence(a.get(1)) {
        let r = if inplace {
            t.inplace(BinOp::Add, a.get(0), a.get(1))
        } else {
            t.binary_opt(BinOp::Add, a.get(0), a.get(1))
        }?;
        if !weft_vm::ops::not_implemented(&r) {
            return Ok(r);
        }
    }
    let n = a.get(0).ty().name();
    Err(t.type_error(format!("'{n}' object can't be concatenated")))
}

/// Equality whose time depends on the length only.
fn same_bytes(a: &[u8], b: &[u8]) -> bool {
    let mut diff = (a.len() != b.len()) as u8;
    for (i, y) in b.iter().enumerate() {
        diff |= y ^ a.get(i).unwrap_or(&!y);
    }
    std::hint::black_box(diff) == 0
}

/// `hmac.compare_digest`
pub fn compare_digest(t: &mut Thread, a: Args<'_>) -> Res {
    if let (Some(x), Some(y)) = (text(a.get(0)), text(a.get(1))) {
        if !x.is_ascii() || !y.is_ascii() {
            return Err(t.type_error("comparing strings with non-ASCII characters is not supported"));
        }
        return Ok(Value::bool(same_bytes(x.bytes(), y.bytes())));
    }
    let buffers = a.get(0).ty().slots().buffer.is_some() || a.get(1).ty().slots().buffer.is_some();
    if !buffers {
        let (x, y) = (a.get(0).ty().name(), a.get(1).ty().name());
        return Err(
            t.type_error(format!("unsupported operand types(s) or combination of types: '{x}' and '{y}'"))
        );
    }
    let x = crate::support::bytes(t, a.get(0))?;
    let y = crate::support::bytes(t, a.get(1))?;
    Ok(Value::bool(same_bytes(&x, &y)))
}

fn length_hint(t: &mut Thread, a: Args<'_>) -> Res {
    let default = match a.opt(1) {
        Some(d) if !weft_vm::types::int::is_int(d) => {
            let n = d.ty().name();
            return Err(t.type_error(format!("'{n}' object cannot be interpreted as an integer")));
        }
        Some(d) => t.arg_ssize(d)?,
        None => 0,
    };
    let v = a.get(0);
    if let Some(f) = v.ty().slots().len {
        match f(t, v) {
            Ok(n) => return Ok(t.int_usize(n)),
            Err(e) if !t.raised_is(&weft_vm::errors::TYPE_ERROR) => return Err(e),
            Err(_) => t.clear_raised(),
        }
    }
    match t.call_special(v, names::__length_hint__(), &[]) {
        None => Ok(t.int(default)),
        Some(Err(_)) if t.raised_is(&weft_vm::errors::TYPE_ERROR) => {
            t.clear_raised();
            Ok(t.int(default))
        }
        Some(Err(e)) => Err(e),
        Some(Ok(r)) if weft_vm::ops::not_implemented(&r) => Ok(t.int(default)),
        Some(Ok(r)) if weft_vm::types::int::is_int(r.r()) && weft_vm::types::int::to_i64(r.r()).is_none() => {
            Err(t.overflow_error("Python int too large to convert to C ssize_t"))
        }
        Some(Ok(r)) => match weft_vm::types::int::to_i64(r.r()) {
            Some(n) if n >= 0 => Ok(t.int(n)),
            Some(_) => Err(t.value_error("__length_hint__() should return >= 0")),
            None => {
                let n = r.r().ty().name();
                Err(t.type_error(format!("__length_hint__ must be an integer, not {n}")))
            }
        },
    }
}

fn call(t: &mut Thread, a: Args<'_>) -> Res {
    call_with_dict(t, a.get(0), a.rest(), a.kwargs())
}

/// `f(*args, **kwargs)`
pub fn call_with_dict(t: &mut Thread, f: VRef<'_>, args: &[VRef<'_>], kwargs: Option<VRef<'_>>) -> Res {
    let Some(d) = kwargs.and_then(|k| k.cast::<weft_vm::dict::Dict>()) else { return t.call(f, args) };
    let (names, values): (Vec<Value>, Vec<Value>) = d.items(t).into_iter().unzip();
    let names = Tuple::new(t, names);
    let mut all: Vec<VRef<'_>> = args.to_vec();
    all.extend(values.iter().map(|v| v.r()));
    t.call_named(f, &all, names.r())
}

// ---- itemgetter, attrgetter, methodcaller

/// A callable with the arguments it was made with.
#[repr(C)]
struct Getter {
    h: Header,
    /// Tuple of keys; of names, dotted ones as tuples; of positional arguments.
    items: Slot,
    /// attrgetter: the names as given. methodcaller: the method's name.
    name: Slot,
    /// methodcaller: a dict, or empty.
    keywords: Slot,
}
object!(Getter, "operator.itemgetter", true, [items, name, keywords]);

fn getter(t: &Thread, ty: &'static NativeType, items: Value, name: Value, keywords: Option<Value>) -> Value {
    t.make(
        ty.shape(t),
        Getter {
            h: Header::new(0, 0),
            items: Slot::new(items),
            name: Slot::new(name),
            keywords: Slot::from_option(keywords),
        },
    )
}

/// The single argument of a call.
fn subject<'f>(t: &mut Thread, name: &str, args: CallArgs<'f>) -> Result<VRef<'f>, Raised> {
    no_keywords(t, name, args)?;
    let p = args.positional();
    if p.len() != 1 {
        return Err(t.type_error(format!("{name} expected 1 argument, got {}", p.len())));
    }
    Ok(p[0])
}

/// One result, or a tuple of several.
fn each(
    t: &mut Thread,
    items: &Tuple,
    mut f: impl FnMut(&mut Thread, VRef<'_>) -> Res,
) -> Res {
    if items.len() == 1 {
        return f(t, items.get(0));
    }
    let mut out = Vec::with_capacity(items.len());
    for x in items.iter() {
        out.push(f(t, x)?)
    }
    Ok(Tuple::new(t, out))
}

fn repr_of(t: &mut Thread, v: VRef<'_>, items: Vec<Value>, keywords: Option<Value>) -> Res {
    crate::support::repr_once(t, v, "...", |t| {
        let name = t.type_full_name(v.ty());
        let mut out = format!("{name}(").into_bytes();
        for (i, x) in items.iter().enumerate() {
            if i > 0 {
                out.extend_from_slice(b", ")
            }
            push_repr(t, &mut out, x.r())?
        }
        if let Some(d) = keywords.as_ref().and_then(|d| d.cast::<weft_vm::dict::Dict>()) {
            for (k, x) in d.items(t) {
                out.extend_from_slice(b", ");
                crate::support::push_str(&mut out, k.r());
                out.push(b'=');
                push_repr(t, &mut out, x.r())?
            }
        }
        out.push(b')');
        Ok(t.str_wtf8(&out))
    })
}

fn tuple_values(v: &Value) -> Vec<Value> {
    v.cast::<Tuple>().map_or(Vec::new(), |t| t.iter().map(|v| v.to_value()).collect())
}

const FLAGS: u32 = type_flag::IMMUTABLE;

static ITEMGETTER: NativeType = NativeType::new(&ITEMGETTER_SPEC);
static ITEMGETTER_SPEC: TypeSpec = TypeSpec {
    name: "operator.itemgetter",
    doc: "Return a callable object that fetches the given item(s) from its operand.\n\nAfter f = itemgetter(2), the call f(r) returns r[2].\nAfter g = itemgetter(2, 5, 3), the call g(r) returns (r[2], r[5], r[3])",
    flags: FLAGS,
    slots: Slots {
        new: Some(|t, _, a| {
            no_keywords(t, "itemgetter", a)?;
            if a.positional().is_empty() {
                return Err(t.type_error("itemgetter expected 1 argument, got 0"));
            }
            let items = Tuple::of(t, a.positional());
            Ok(getter(t, &ITEMGETTER, items, Value::NONE, None))
        }),
        call: Some(|t, v, args| {
            let x = subject(t, "itemgetter", args)?;
            let items = or_none(&native::<Getter>(v).items);
            each(t, native(items.r()), |t, key| t.getitem(x, key))
        }),
        repr: Some(|t, v| {
            let items = tuple_values(&or_none(&native::<Getter>(v).items));
            repr_of(t, v, items, None)
        }),
        ..Slots::EMPTY
    },
    methods: methods! {
        "__reduce__(self, /)" => |t, a| {
            let ty = a.get(0).ty().to_value();
            Ok(pair(t, ty, or_none(&a.this::<Getter>().items)))
        }, "Return state information for pickling";
    },
    ..TypeSpec::new::<Getter>()
};

static ATTRGETTER: NativeType = NativeType::new(&ATTRGETTER_SPEC);
static ATTRGETTER_SPEC: TypeSpec = TypeSpec {
    name: "operator.attrgetter",
    doc: "Return a callable object that fetches the given attribute(s) from its operand.\n\nAfter f = attrgetter('name'), the call f(r) returns r.name.\nAfter g = attrgetter('name', 'date'), the call g(r) returns (r.name, r.date).\nAfter h = attrgetter('name.first', 'name.last'), the call h(r) returns\n(r.name.first, r.name.last).",
    flags: FLAGS,
    slots: Slots {
        new: Some(|t, _, a| {
            no_keywords(t, "attrgetter", a)?;
            if a.positional().is_empty() {
                return Err(t.type_error("attrgetter expected 1 argument, got 0"));
            }
            let mut paths = Vec::new();
            for v in a.positional() {
                let Some(s) = text(*v) else { return Err(t.type_error("attribute name must be a string")) };
                let parts = s.bytes().split(|b| *b == b'.');
                let parts = parts.map(|p| weft_vm::intern::intern_bytes(t, p).to_value()).collect();
                paths.push(Tuple::new(t, parts))
            }
            let items = Tuple::new(t, paths);
            let names = Tuple::of(t, a.positional());
            Ok(getter(t, &ATTRGETTER, items, names, None))
        }),
        call: Some(|t, v, args| {
            let x = subject(t, "attrgetter", args)?;
            let items = or_none(&native::<Getter>(v).items);
            each(t, native(items.r()), |t, path| {
                let mut now = x.to_value();
                for name in native::<Tuple>(path).iter() {
                    now = t.getattr(now.r(), name)?
                }
                Ok(now)
            })
        }),
        repr: Some(|t, v| {
            let items = tuple_values(&or_none(&native::<Getter>(v).name));
            repr_of(t, v, items, None)
        }),
        ..Slots::EMPTY
    },
    methods: methods! {
        "__reduce__(self, /)" => |t, a| {
            let ty = a.get(0).ty().to_value();
            Ok(pair(t, ty, or_none(&a.this::<Getter>().name)))
        }, "Return state information for pickling";
    },
    ..TypeSpec::new::<Getter>()
};

static METHODCALLER: NativeType = NativeType::new(&METHODCALLER_SPEC);
static METHODCALLER_SPEC: TypeSpec = TypeSpec {
    name: "operator.methodcaller",
    doc: "Return a callable object that calls the given method on its operand.\n\nAfter f = methodcaller('name'), the call f(r) returns r.name().\nAfter g = methodcaller('name', 'date', foo=1), the call g(r) returns\nr.name('date', foo=1).",
    flags: FLAGS,
    slots: Slots {
        new: Some(|t, _, a| {
            let Some((name, rest)) = a.positional().split_first() else {
                return Err(t.type_error("methodcaller needs at least one argument, the method name"));
            };
            if text(*name).is_none() {
                return Err(t.type_error("method name must be a string"));
            }
            let keywords = (a.keyword_len() > 0).then(|| weft_vm::dict::Dict::new(t));
            if let Some(d) = &keywords {
                for (k, v) in a.keywords() {
                    native::<weft_vm::dict::Dict>(d.r()).set_str(t, k, v.to_value())
                }
            }
            let items = Tuple::of(t, rest);
            let name = weft_vm::intern::intern_value(t, *name);
            Ok(getter(t, &METHODCALLER, items, name, keywords))
        }),
        call: Some(|t, v, args| {
            let x = subject(t, "methodcaller", args)?;
            let g: &Getter = native(v);
            let (items, name, keywords) = (or_none(&g.items), or_none(&g.name), g.keywords.load());
            let items: &Tuple = native(items.r());
            if keywords.is_none() {
                return t.call_method_named(x, name.r(), items.as_slice());
            }
            let f = t.getattr(x, name.r())?;
            call_with_dict(t, f.r(), items.as_slice(), keywords.as_ref().map(|k| k.r()))
        }),
        repr: Some(|t, v| {
            let g: &Getter = native(v);
            let mut items = vec![or_none(&g.name)];
            items.extend(tuple_values(&or_none(&g.items)));
            repr_of(t, v, items, g.keywords.load())
        }),
        ..Slots::EMPTY
    },
    methods: methods! {
        "__reduce__(self, /)" => |t, a| {
            let g: &Getter = a.this();
            let ty = a.get(0).ty().to_value();
            let name = or_none(&g.name);
            match g.keywords.load() {
                None => {
                    let mut all = vec![name];
                    all.extend(tuple_values(&or_none(&g.items)));
                    let args = Tuple::new(t, all);
                    Ok(pair(t, ty, args))
                }
                Some(k) => {
                    let functools = crate::support::import(t, "functools")?;
                    let partial = t.attr(functools.r(), "partial")?;
                    let f = call_with_dict(t, partial.r(), &[ty.r(), name.r()], Some(k.r()))?;
                    Ok(pair(t, f, or_none(&g.items)))
                }
            }
        }, "Return state information for pickling";
    },
    ..TypeSpec::new::<Getter>()
};
