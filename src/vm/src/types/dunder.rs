//! The special methods: how `__add__` and a slot function stand for each other.
//!
//! One table. For a native type each filled slot puts a slot wrapper under the method's name into the
//! type's dict; for a class written in Python each special method found through the MRO fills the slot with
//! a function that calls it. A native method inherited unchanged keeps its native slot.

use super::descriptor::{self, WrapperDescr};
use super::typeobj::Type;
use crate::dict::Dict;
use crate::object::{BinOp, Binding, CallArgs, Cmp, Slots, TypeSpec, ValueExt, type_flag};
use crate::thread::Thread;
use crate::{Res, names};
use std::collections::HashMap;
use std::sync::OnceLock;
use weft_strategy::{VRef, Value, Word};

/// One special method.
pub struct Dunder {
    /// `__add__`
    pub name: &'static str,
    /// `__text_signature__` and documentation.
    pub signature: &'static str,
    /// Fewest and most arguments, receiver not counted.
    pub arity: (usize, usize),
    /// Is the slot filled?
    pub present: fn(&Slots) -> bool,
    /// Calls the slot of `slots` with arguments as given.
    pub run: fn(&mut Thread, &Slots, VRef<'_>, CallArgs<'_>) -> Res,
    /// Checks the arity, then runs.
    pub call: fn(&mut Thread, &'static Slots, &'static Dunder, VRef<'_>, CallArgs<'_>) -> Res,
    /// Fills the slot with the function that calls the method by name.
    pub install: fn(&mut Slots),
    /// Copies the slot.
    pub copy: fn(&mut Slots, &Slots),
}

fn call_checked(
    t: &mut Thread,
    slots: &'static Slots,
    d: &'static Dunder,
    this: VRef<'_>,
    args: CallArgs<'_>,
) -> Res {
    let n = args.args.len();
    if d.arity.1 != usize::MAX {
        if args.names.is_some_and(|n| n.cast::<super::tuple::Tuple>().is_some_and(|n| !n.is_empty())) {
            return Err(t.type_error(format!("wrapper {}() takes no keyword arguments", d.name)));
        }
        if n < d.arity.0 || n > d.arity.1 {
            let text = if d.arity.0 == d.arity.1 {
                format!("expected {} argument{}, got {n}", d.arity.0, if d.arity.0 == 1 { "" } else { "s" })
            } else if n < d.arity.0 {
                format!(
                    "expected at least {} argument{}, got {n}",
                    d.arity.0,
                    if d.arity.0 == 1 { "" } else { "s" }
                )
            } else {
                format!(
                    "expected at most {} argument{}, got {n}",
                    d.arity.1,
                    if d.arity.1 == 1 { "" } else { "s" }
                )
            };
            return Err(t.type_error(text));
        }
    }
    (d.run)(t, slots, this, args)
}

/// Calls a special method that the type is known to have had.
fn special(t: &mut Thread, this: VRef<'_>, name: VRef<'static>, args: &[VRef<'_>]) -> Res {
    match t.call_special(this, name, args) {
        Some(r) => r,
        None => {
            let (o, n) =
                (this.ty().name(), super::str::text(name).map(|s| s.to_string()).unwrap_or_default());
            Err(t.type_error(format!("'{o}' object has no {n}")))
        }
    }
}

macro_rules! unary {
    ($name:ident, $slot:ident) => {
        Dunder {
            name: stringify!($name),
            signature: "($self, /)",
            arity: (0, 0),
            present: |s| s.$slot.is_some(),
            run: |t, s, this, _| match s.$slot {
                Some(f) => f(t, this),
                None => Ok(Value::NOT_IMPLEMENTED),
            },
            call: call_checked,
            install: |s| s.$slot = Some(|t, this| special(t, this, names::$name(), &[])),
            copy: |to, from| to.$slot = from.$slot,
        }
    };
}

macro_rules! binary_dunders {
    ($($op:ident $name:ident $rname:ident $iname:ident;)*) => { [$(
        Dunder {
            name: stringify!($name),
            signature: "($self, value, /)",
            arity: (1, if matches!(BinOp::$op, BinOp::Pow) { 2 } else { 1 }),
            present: |s| s.binary[BinOp::$op as usize].is_some()
                || matches!(BinOp::$op, BinOp::Add) && s.concat.is_some()
                || matches!(BinOp::$op, BinOp::Mul) && s.repeat.is_some(),
            run: |t, s, this, a| match (a.args.opt_none(1), s.pow_mod) {
                (None, _) => run_binary(t, s, BinOp::$op, this, a.args.get(0), false),
                (Some(m), Some(f)) => f(t, this, a.args.get(0), m),
                (Some(_), None) => Ok(Value::NOT_IMPLEMENTED),
            },
            call: call_checked,
            install: |s| s.binary[BinOp::$op as usize] = Some(python_binary::<{ BinOp::$op as usize }>),
            copy: |to, from| to.binary[BinOp::$op as usize] = from.binary[BinOp::$op as usize],
        },
        Dunder {
            name: stringify!($rname),
            signature: "($self, value, /)",
            arity: (1, if matches!(BinOp::$op, BinOp::Pow) { 2 } else { 1 }),
            present: |s| s.binary[BinOp::$op as usize].is_some()
                || matches!(BinOp::$op, BinOp::Mul) && s.repeat.is_some(),
            run: |t, s, this, a| match (a.args.opt_none(1), s.pow_mod) {
                (None, _) => run_binary(t, s, BinOp::$op, a.args.get(0), this, true),
                (Some(m), Some(f)) => f(t, a.args.get(0), this, m),
                (Some(_), None) => Ok(Value::NOT_IMPLEMENTED),
            },
            call: call_checked,
            install: |s| s.binary[BinOp::$op as usize] = Some(python_binary::<{ BinOp::$op as usize }>),
            copy: |to, from| to.binary[BinOp::$op as usize] = from.binary[BinOp::$op as usize],
        },
        Dunder {
            name: stringify!($iname),
            signature: "($self, value, /)",
            arity: (1, 1),
            present: |s| s.inplace[BinOp::$op as usize].is_some()
                || matches!(BinOp::$op, BinOp::Add) && s.inplace_concat.is_some()
                || matches!(BinOp::$op, BinOp::Mul) && s.inplace_repeat.is_some(),
            run: |t, s, this, a| run_inplace(t, s, BinOp::$op, this, a.args.get(0)),
            call: call_checked,
            install: |s| s.inplace[BinOp::$op as usize] = Some(|t, a, b| special(t, a, names::$iname(), &[b])),
            copy: |to, from| to.inplace[BinOp::$op as usize] = from.inplace[BinOp::$op as usize],
        },
    )*] };
}

/// `__add__`/`__radd__` of native slots.
fn run_binary(t: &mut Thread, s: &Slots, op: BinOp, a: VRef<'_>, b: VRef<'_>, reflected: bool) -> Res {
    if let Some(f) = s.binary[op as usize] {
        return f(t, a, b);
    }
    match op {
        BinOp::Add => match s.concat {
            Some(f) => f(t, a, b),
            None => Ok(Value::NOT_IMPLEMENTED),
        },
        BinOp::Mul => match s.repeat {
            Some(f) => {
                let (seq, n) = if reflected { (b, a) } else { (a, b) };
                let n = t.index_i64(n, &crate::errors::OVERFLOW_ERROR)?;
                f(t, seq, n)
            }
            None => Ok(Value::NOT_IMPLEMENTED),
        },
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn run_inplace(t: &mut Thread, s: &Slots, op: BinOp, a: VRef<'_>, b: VRef<'_>) -> Res {
    if let Some(f) = s.inplace[op as usize] {
        return f(t, a, b);
    }
    match (op, s.inplace_concat, s.inplace_repeat) {
        (BinOp::Add, Some(f), _) => f(t, a, b),
        (BinOp::Mul, _, Some(f)) => {
            let n = t.index_i64(b, &crate::errors::OVERFLOW_ERROR)?;
            f(t, a, n)
        }
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

/// A binary operator of a class written in Python: called with either operand in its place (Language
/// Reference 3.3.8). Data model: the right operand's reflected method goes first if its type is a proper subclass
/// that provides a different one; `ops::binary` sees to the order of types, this function to the order of names.
fn python_binary<const OP: usize>(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    fn is_ours<const OP: usize>(v: VRef<'_>) -> bool {
        v.ty().slots().binary[OP].is_some_and(|f| f as usize == python_binary::<OP> as *const () as usize)
    }
    let (name, rname) = op_names(OP);
    let same = std::ptr::eq(a.ty(), b.ty());
    let b_ours = !same && is_ours::<OP>(b);
    if is_ours::<OP>(a) {
        if b_ours && b.ty().is_subtype(a.ty()) && overrides(t, b, a, rname) {
            let r = t.call_special(b, rname, &[a]).unwrap_or(Ok(Value::NOT_IMPLEMENTED))?;
            if !r.is(VRef::immediate(weft_strategy::Word::NOT_IMPLEMENTED)) {
                return Ok(r);
            }
            return t.call_special(a, name, &[b]).unwrap_or(Ok(Value::NOT_IMPLEMENTED));
        }
        let r = t.call_special(a, name, &[b]).unwrap_or(Ok(Value::NOT_IMPLEMENTED))?;
        if same || !r.is(VRef::immediate(weft_strategy::Word::NOT_IMPLEMENTED)) {
            return Ok(r);
        }
    }
    if b_ours {
        return t.call_special(b, rname, &[a]).unwrap_or(Ok(Value::NOT_IMPLEMENTED));
    }
    Ok(Value::NOT_IMPLEMENTED)
}

/// Does `b`'s type have another `name` than `a`'s?
fn overrides(t: &Thread, b: VRef<'_>, a: VRef<'_>, name: VRef<'static>) -> bool {
    match (b.ty().lookup(t, name), a.ty().lookup(t, name)) {
        (Some(x), Some(y)) => !x.is(y),
        (Some(_), None) => true,
        _ => false,
    }
}

macro_rules! op_name_table {
    ($($op:ident $name:ident $rname:ident $iname:ident;)*) => {
        fn op_names(op: usize) -> (VRef<'static>, VRef<'static>) {
            match BinOp::ALL[op] { $(BinOp::$op => (names::$name(), names::$rname()),)* BinOp::DivMod => (names::__divmod__(), names::__rdivmod__()) }
        }
        static OPERATORS: [Dunder; 39] = binary_dunders! { $($op $name $rname $iname;)* };
    };
}

op_name_table! {
    Add __add__ __radd__ __iadd__;
    Sub __sub__ __rsub__ __isub__;
    Mul __mul__ __rmul__ __imul__;
    TrueDiv __truediv__ __rtruediv__ __itruediv__;
    FloorDiv __floordiv__ __rfloordiv__ __ifloordiv__;
    Mod __mod__ __rmod__ __imod__;
    Pow __pow__ __rpow__ __ipow__;
    MatMul __matmul__ __rmatmul__ __imatmul__;
    LShift __lshift__ __rlshift__ __ilshift__;
    RShift __rshift__ __rrshift__ __irshift__;
    And __and__ __rand__ __iand__;
    Or __or__ __ror__ __ior__;
    Xor __xor__ __rxor__ __ixor__;
}

macro_rules! compare {
    ($name:ident, $op:ident) => {
        Dunder {
            name: stringify!($name),
            signature: "($self, value, /)",
            arity: (1, 1),
            present: |s| s.compare.is_some(),
            run: |t, s, this, a| match s.compare {
                Some(f) => f(t, this, a.args.get(0), Cmp::$op),
                None => Ok(Value::NOT_IMPLEMENTED),
            },
            call: call_checked,
            install: |s| s.compare = Some(python_compare),
            copy: |to, from| to.compare = from.compare,
        }
    };
}

/// Name of a comparison's method.
pub fn compare_name(op: Cmp) -> VRef<'static> {
    match op {
        Cmp::Lt => names::__lt__(),
        Cmp::Le => names::__le__(),
        Cmp::Eq => names::__eq__(),
        Cmp::Ne => names::__ne__(),
        Cmp::Gt => names::__gt__(),
        Cmp::Ge => names::__ge__(),
    }
}

fn python_compare(t: &mut Thread, a: VRef<'_>, b: VRef<'_>, op: Cmp) -> Res {
    t.call_special(a, compare_name(op), &[b]).unwrap_or(Ok(Value::NOT_IMPLEMENTED))
}

/// `__hash__ = None`, or `__eq__` without `__hash__`.
pub fn unhashable(t: &mut Thread, v: VRef<'_>) -> Res<i64> {
    let n = v.ty().error_name();
    Err(t.type_error(format!("unhashable type: '{n}'")))
}

fn python_hash(t: &mut Thread, v: VRef<'_>) -> Res<i64> {
    let r = special(t, v, names::__hash__(), &[])?;
    crate::ops::hash_result(t, r)
}

fn python_bool(t: &mut Thread, v: VRef<'_>) -> Res<bool> {
    let r = special(t, v, names::__bool__(), &[])?;
    match r.word() {
        w if w == weft_strategy::Word::TRUE => Ok(true),
        w if w == weft_strategy::Word::FALSE => Ok(false),
        _ => {
            let n = r.r().ty().name();
            Err(t.type_error(format!("__bool__ should return bool, returned {n}")))
        }
    }
}

fn python_len(t: &mut Thread, v: VRef<'_>) -> Res<usize> {
    let r = special(t, v, names::__len__(), &[])?;
    crate::ops::len_result(t, r)
}

/// Is this the slot of a `__next__` written in Python?
pub fn is_python_next(f: fn(&mut Thread, VRef<'_>) -> Res<Option<Value>>) -> bool {
    f as usize == python_next as *const () as usize
}

fn python_next(t: &mut Thread, v: VRef<'_>) -> Res<Option<Value>> {
    match special(t, v, names::__next__(), &[]) {
        Ok(v) => Ok(Some(v)),
        Err(e) => {
            if t.raised_is(&crate::errors::STOP_ITERATION) {
                t.clear_raised();
                Ok(None)
            } else {
                Err(e)
            }
        }
    }
}

fn python_iter(t: &mut Thread, v: VRef<'_>) -> Res {
    if let Some(f) = v.ty().lookup(t, names::__iter__())
        && f.is_none()
    {
        let n = v.ty().name();
        return Err(t.type_error(format!("'{n}' object is not iterable")));
    }
    special(t, v, names::__iter__(), &[])
}

fn python_contains(t: &mut Thread, v: VRef<'_>, item: VRef<'_>) -> Res<bool> {
    if let Some(f) = v.ty().lookup(t, names::__contains__())
        && f.is_none()
    {
        let n = v.ty().name();
        return Err(t.type_error(format!("'{n}' object is not a container")));
    }
    let r = special(t, v, names::__contains__(), &[item])?;
    t.truth(r.r())
}

fn python_setitem(t: &mut Thread, v: VRef<'_>, key: VRef<'_>, value: Option<VRef<'_>>) -> Res<()> {
    match value {
        Some(x) => special(t, v, names::__setitem__(), &[key, x])?,
        None => special(t, v, names::__delitem__(), &[key])?,
    };
    Ok(())
}

fn python_setattr(t: &mut Thread, v: VRef<'_>, name: VRef<'_>, value: Option<VRef<'_>>) -> Res<()> {
    match value {
        Some(x) => special(t, v, names::__setattr__(), &[name, x])?,
        None => special(t, v, names::__delattr__(), &[name])?,
    };
    Ok(())
}

fn python_descr_set(t: &mut Thread, d: VRef<'_>, this: VRef<'_>, value: Option<VRef<'_>>) -> Res<()> {
    match value {
        Some(x) => match t.call_special(d, names::__set__(), &[this, x]) {
            Some(r) => r?,
            None => return Err(t.attribute_error_text(d, "__set__", "__set__".to_string())),
        },
        None => match t.call_special(d, names::__delete__(), &[this]) {
            Some(r) => r?,
            None => return Err(t.attribute_error_text(d, "__delete__", "__delete__".to_string())),
        },
    };
    Ok(())
}

fn python_descr_get(t: &mut Thread, d: VRef<'_>, this: Option<VRef<'_>>, owner: &Type) -> Res {
    let none = VRef::immediate(weft_strategy::Word::NONE);
    let owner = owner.to_value();
    special(t, d, names::__get__(), &[this.unwrap_or(none), owner.r()])
}

/// `__getattribute__`, then `__getattr__` when that raises AttributeError.
fn python_getattr(t: &mut Thread, v: VRef<'_>, name: VRef<'_>) -> Res {
    let r = match v.ty().lookup(t, names::__getattribute__()) {
        Some(f) if is_object_getattribute(f) => match super::object::find_attr(t, v, name) {
            Ok(Some(x)) => return Ok(x),
            Ok(None) if v.ty().lookup(t, names::__getattr__()).is_some() => {
                return special(t, v, names::__getattr__(), &[name]);
            }
            Ok(None) => Err(super::object::no_attribute(t, v, name)),
            Err(e) => Err(e),
        },
        _ => special(t, v, names::__getattribute__(), &[name]),
    };
    match r {
        Err(e) => {
            if v.ty().lookup(t, names::__getattr__()).is_some()
                && t.raised_is(&crate::errors::ATTRIBUTE_ERROR)
            {
                t.clear_raised();
                return special(t, v, names::__getattr__(), &[name]);
            }
            Err(e)
        }
        ok => ok,
    }
}

fn is_object_getattribute(f: VRef<'_>) -> bool {
    f.cast::<WrapperDescr>().is_some_and(|w| {
        w.slots.getattr.is_some_and(|g| g as usize == super::object::generic_getattr as *const () as usize)
    })
}

fn python_call(t: &mut Thread, v: VRef<'_>, args: CallArgs<'_>) -> Res {
    match t.lookup_special(v, names::__call__()) {
        Some(f) => t.recurse(|t| t.call_with(f.r(), None, args)),
        None => {
            let n = v.ty().name();
            Err(t.type_error(format!("'{n}' object is not callable")))
        }
    }
}

/// Does the slot run a `__new__` written in Python?
pub fn is_python_new(f: New) -> bool {
    f as usize == python_new as New as usize
}

/// `Slots::new`
pub type New = fn(&mut Thread, &Type, CallArgs<'_>) -> Res;

fn python_new(t: &mut Thread, cls: &Type, args: CallArgs<'_>) -> Res {
    let f = cls.lookup(t, names::__new__()).map(|f| f.to_value());
    let Some(f) = f else {
        let n = cls.name();
        return Err(t.type_error(format!("cannot create '{n}' instances")));
    };
    let f = t.bind_descriptor(f.r(), None, cls)?;
    let c = cls.to_value();
    t.call_with(f.r(), Some(c.r()), args)
}

fn python_init(t: &mut Thread, v: VRef<'_>, args: CallArgs<'_>) -> Res<()> {
    let Some(f) = t.lookup_special(v, names::__init__()) else { return Ok(()) };
    let r = t.call_with(f.r(), None, args)?;
    if !r.is_none() {
        let n = r.r().ty().name();
        return Err(t.type_error(format!("__init__() should return None, not '{n}'")));
    }
    Ok(())
}

fn python_finalize(t: &mut Thread, v: VRef<'_>) {
    let Some(f) = t.lookup_special(v, names::__del__()) else { return };
    if t.call(f.r(), &[]).is_err() {
        // The message has the function, not the method bound to what dies.
        let name = names::__del__();
        let f = v.ty().lookup(t, name).map_or(f.clone(), |f| f.to_value());
        crate::errors::write_unraisable(t, "Exception ignored while calling deallocator", f.r())
    }
}

fn none_or(v: Res<()>) -> Res {
    v.map(|()| Value::NONE)
}

static OTHERS: [Dunder; 40] = [
    unary!(__repr__, repr),
    unary!(__str__, str),
    Dunder {
        name: "__hash__",
        signature: "($self, /)",
        arity: (0, 0),
        present: |s| s.hash.is_some(),
        run: |t, s, this, _| match s.hash {
            Some(f) => {
                let h = f(t, this)?;
                Ok(t.int(h))
            }
            None => Ok(Value::NOT_IMPLEMENTED),
        },
        call: call_checked,
        install: |s| s.hash = Some(python_hash),
        copy: |to, from| to.hash = from.hash,
    },
    Dunder {
        name: "__call__",
        signature: "($self, /, *args, **kwargs)",
        arity: (0, usize::MAX),
        present: |s| s.call.is_some(),
        run: |t, s, this, a| match s.call {
            Some(f) => f(t, this, a),
            None => Ok(Value::NOT_IMPLEMENTED),
        },
        call: call_checked,
        install: |s| s.call = Some(python_call),
        copy: |to, from| to.call = from.call,
    },
    Dunder {
        name: "__getattribute__",
        signature: "($self, name, /)",
        arity: (1, 1),
        present: |s| s.getattr.is_some(),
        run: |t, s, this, a| match s.getattr {
            Some(f) => {
                let name = crate::ops::attribute_name(t, a.args.get(0))?;
                f(t, this, name.r())
            }
            None => Ok(Value::NOT_IMPLEMENTED),
        },
        call: call_checked,
        install: |s| s.getattr = Some(python_getattr),
        copy: |to, from| to.getattr = from.getattr,
    },
    Dunder {
        name: "__getattr__",
        signature: "($self, name, /)",
        arity: (1, 1),
        present: |_| false,
        run: |_, _, _, _| Ok(Value::NOT_IMPLEMENTED),
        call: call_checked,
        install: |s| s.getattr = Some(python_getattr),
        copy: |_, _| (),
    },
    Dunder {
        name: "__setattr__",
        signature: "($self, name, value, /)",
        arity: (2, 2),
        present: |s| s.setattr.is_some(),
        run: |t, s, this, a| match s.setattr {
            Some(f) => {
                super::object::check_setattr_receiver(t, s, this)?;
                let name = crate::ops::attribute_name(t, a.args.get(0))?;
                none_or(f(t, this, name.r(), Some(a.args.get(1))))
            }
            None => Ok(Value::NOT_IMPLEMENTED),
        },
        call: call_checked,
        install: |s| s.setattr = Some(python_setattr),
        copy: |to, from| to.setattr = from.setattr,
    },
    Dunder {
        name: "__delattr__",
        signature: "($self, name, /)",
        arity: (1, 1),
        present: |s| s.setattr.is_some(),
        run: |t, s, this, a| match s.setattr {
            Some(f) => {
                super::object::check_setattr_receiver(t, s, this)?;
                let name = crate::ops::attribute_name(t, a.args.get(0))?;
                none_or(f(t, this, name.r(), None))
            }
            None => Ok(Value::NOT_IMPLEMENTED),
        },
        call: call_checked,
        install: |s| s.setattr = Some(python_setattr),
        copy: |to, from| to.setattr = from.setattr,
    },
    compare!(__lt__, Lt),
    compare!(__le__, Le),
    compare!(__eq__, Eq),
    compare!(__ne__, Ne),
    compare!(__gt__, Gt),
    compare!(__ge__, Ge),
    Dunder {
        name: "__iter__",
        signature: "($self, /)",
        arity: (0, 0),
        present: |s| s.iter.is_some(),
        run: |t, s, this, _| match s.iter {
            Some(f) => f(t, this),
            None => Ok(Value::NOT_IMPLEMENTED),
        },
        call: call_checked,
        install: |s| s.iter = Some(python_iter),
        copy: |to, from| to.iter = from.iter,
    },
    Dunder {
        name: "__next__",
        signature: "($self, /)",
        arity: (0, 0),
        present: |s| s.next.is_some(),
        run: |t, s, this, _| match s.next {
            Some(f) => match f(t, this)? {
                Some(v) => Ok(v),
                None => Err(t.stop_iteration(None)),
            },
            None => Ok(Value::NOT_IMPLEMENTED),
        },
        call: call_checked,
        install: |s| s.next = Some(python_next),
        copy: |to, from| to.next = from.next,
    },
    Dunder {
        name: "__get__",
        signature: "($self, instance, owner=None, /)",
        arity: (1, 2),
        present: |s| s.descr_get.is_some(),
        run: |t, s, this, a| match s.descr_get {
            Some(f) => {
                let instance = a.args.opt_none(0);
                let owner = a.args.opt_none(1);
                if instance.is_none() && owner.is_none() {
                    return Err(t.type_error("__get__(None, None) is invalid"));
                }
                let owner = owner.and_then(super::typeobj::as_type).or(instance.map(|i| i.ty()));
                match owner {
                    Some(o) => f(t, this, instance, o),
                    None => Err(t.type_error("__get__() needs an instance or a class")),
                }
            }
            None => Ok(Value::NOT_IMPLEMENTED),
        },
        call: call_checked,
        install: |s| s.descr_get = Some(python_descr_get),
        copy: |to, from| to.descr_get = from.descr_get,
    },
    Dunder {
        name: "__set__",
        signature: "($self, instance, value, /)",
        arity: (2, 2),
        present: |s| s.descr_set.is_some(),
        run: |t, s, this, a| match s.descr_set {
            Some(f) => none_or(f(t, this, a.args.get(0), Some(a.args.get(1)))),
            None => Ok(Value::NOT_IMPLEMENTED),
        },
        call: call_checked,
        install: |s| s.descr_set = Some(python_descr_set),
        copy: |to, from| to.descr_set = from.descr_set,
    },
    Dunder {
        name: "__delete__",
        signature: "($self, instance, /)",
        arity: (1, 1),
        present: |s| s.descr_set.is_some(),
        run: |t, s, this, a| match s.descr_set {
            Some(f) => none_or(f(t, this, a.args.get(0), None)),
            None => Ok(Value::NOT_IMPLEMENTED),
        },
        call: call_checked,
        install: |s| s.descr_set = Some(python_descr_set),
        copy: |to, from| to.descr_set = from.descr_set,
    },
    Dunder {
        name: "__init__",
        signature: "($self, /, *args, **kwargs)",
        arity: (0, usize::MAX),
        present: |s| s.init.is_some(),
        run: |t, s, this, a| match s.init {
            Some(f) => none_or(f(t, this, a)),
            None => Ok(Value::NONE),
        },
        call: call_checked,
        install: |s| s.init = Some(python_init),
        copy: |to, from| to.init = from.init,
    },
    Dunder {
        name: "__new__",
        signature: "($type, *args, **kwargs)",
        arity: (0, usize::MAX),
        present: |_| false,
        run: |_, _, _, _| Ok(Value::NOT_IMPLEMENTED),
        call: call_checked,
        install: |s| s.new = Some(python_new),
        copy: |to, from| to.new = from.new,
    },
    Dunder {
        name: "__del__",
        signature: "($self, /)",
        arity: (0, 0),
        present: |s| s.finalize.is_some(),
        run: |t, s, this, _| {
            if let Some(f) = s.finalize {
                f(t, this)
            }
            Ok(Value::NONE)
        },
        call: call_checked,
        install: |s| s.finalize = Some(python_finalize),
        copy: |to, from| to.finalize = from.finalize,
    },
    Dunder {
        name: "__bool__",
        signature: "($self, /)",
        arity: (0, 0),
        present: |s| s.bool.is_some(),
        run: |t, s, this, _| match s.bool {
            Some(f) => Ok(Value::bool(f(t, this)?)),
            None => Ok(Value::NOT_IMPLEMENTED),
        },
        call: call_checked,
        install: |s| s.bool = Some(python_bool),
        copy: |to, from| to.bool = from.bool,
    },
    Dunder {
        name: "__len__",
        signature: "($self, /)",
        arity: (0, 0),
        present: |s| s.len.is_some(),
        run: |t, s, this, _| match s.len {
            Some(f) => {
                let n = f(t, this)?;
                Ok(t.int(n as i64))
            }
            None => Ok(Value::NOT_IMPLEMENTED),
        },
        call: call_checked,
        install: |s| s.len = Some(python_len),
        copy: |to, from| to.len = from.len,
    },
    Dunder {
        name: "__getitem__",
        signature: "($self, key, /)",
        arity: (1, 1),
        present: |s| s.getitem.is_some(),
        run: |t, s, this, a| match s.getitem {
            Some(f) => f(t, this, a.args.get(0)),
            None => Ok(Value::NOT_IMPLEMENTED),
        },
        call: call_checked,
        install: |s| s.getitem = Some(|t, this, k| special(t, this, names::__getitem__(), &[k])),
        copy: |to, from| to.getitem = from.getitem,
    },
    Dunder {
        name: "__setitem__",
        signature: "($self, key, value, /)",
        arity: (2, 2),
        present: |s| s.setitem.is_some(),
        run: |t, s, this, a| match s.setitem {
            Some(f) => none_or(f(t, this, a.args.get(0), Some(a.args.get(1)))),
            None => Ok(Value::NOT_IMPLEMENTED),
        },
        call: call_checked,
        install: |s| s.setitem = Some(python_setitem),
        copy: |to, from| to.setitem = from.setitem,
    },
    Dunder {
        name: "__delitem__",
        signature: "($self, key, /)",
        arity: (1, 1),
        present: |s| s.setitem.is_some(),
        run: |t, s, this, a| match s.setitem {
            Some(f) => none_or(f(t, this, a.args.get(0), None)),
            None => Ok(Value::NOT_IMPLEMENTED),
        },
        call: call_checked,
        install: |s| s.setitem = Some(python_setitem),
        copy: |to, from| to.setitem = from.setitem,
    },
    Dunder {
        name: "__contains__",
        signature: "($self, key, /)",
        arity: (1, 1),
        present: |s| s.contains.is_some(),
        run: |t, s, this, a| match s.contains {
            Some(f) => Ok(Value::bool(f(t, this, a.args.get(0))?)),
            None => Ok(Value::NOT_IMPLEMENTED),
        },
        call: call_checked,
        install: |s| s.contains = Some(python_contains),
        copy: |to, from| to.contains = from.contains,
    },
    unary!(__neg__, neg),
    unary!(__pos__, pos),
    unary!(__abs__, abs),
    unary!(__invert__, invert),
    unary!(__int__, int),
    unary!(__float__, float),
    unary!(__index__, index),
    unary!(__await__, await_),
    unary!(__aiter__, aiter),
    unary!(__anext__, anext),
    Dunder {
        name: "__divmod__",
        signature: "($self, value, /)",
        arity: (1, 1),
        present: |s| s.binary[BinOp::DivMod as usize].is_some(),
        run: |t, s, this, a| run_binary(t, s, BinOp::DivMod, this, a.args.get(0), false),
        call: call_checked,
        install: |s| s.binary[BinOp::DivMod as usize] = Some(python_binary::<{ BinOp::DivMod as usize }>),
        copy: |to, from| to.binary[BinOp::DivMod as usize] = from.binary[BinOp::DivMod as usize],
    },
    Dunder {
        name: "__rdivmod__",
        signature: "($self, value, /)",
        arity: (1, 1),
        present: |s| s.binary[BinOp::DivMod as usize].is_some(),
        run: |t, s, this, a| run_binary(t, s, BinOp::DivMod, a.args.get(0), this, true),
        call: call_checked,
        install: |s| s.binary[BinOp::DivMod as usize] = Some(python_binary::<{ BinOp::DivMod as usize }>),
        copy: |to, from| to.binary[BinOp::DivMod as usize] = from.binary[BinOp::DivMod as usize],
    },
];

/// All special methods that are slots.
pub fn all() -> impl Iterator<Item = &'static Dunder> {
    OTHERS.iter().chain(OPERATORS.iter())
}

const COUNT: usize = OTHERS.len() + OPERATORS.len();
// A set of them is a number.
const _: () = assert!(COUNT < 128);

/// The names of [`all`], interned, and which is which.
struct Names {
    words: [u64; COUNT],
    numbers: HashMap<u64, u8, foldhash::fast::FixedState>,
}

fn special_names(t: &Thread) -> &'static Names {
    static NAMES: OnceLock<Names> = OnceLock::new();
    NAMES.get_or_init(|| {
        let mut words = [0; COUNT];
        let mut numbers = HashMap::default();
        for (i, du) in all().enumerate() {
            words[i] = crate::intern::intern(t, du.name).word().0;
            numbers.insert(words[i], i as u8);
        }
        Names { words, numbers }
    })
}

/// The interned name of special method `i` of [`all`].
fn name_of(t: &Thread, i: usize) -> VRef<'static> {
    // SAFETY: interned strings are immortal.
    unsafe { VRef::from_word(Word(special_names(t).words[i])) }
}

/// Is this the name of a special method that is a slot?
pub fn is_special(t: &Thread, name: &str) -> bool {
    name.starts_with("__") && special_names(t).numbers.contains_key(&crate::intern::intern(t, name).word().0)
}

/// The special methods in a dict, as a set of numbers of [`all`].
fn special_methods(t: &Thread, d: &Dict) -> u128 {
    let names = special_names(t);
    let mut set = 0;
    for i in 0..d.entries() {
        let Some((k, _)) = d.entry_at(t, i) else { continue };
        let Some(s) = super::str::text(k) else { continue };
        if s.bytes().starts_with(b"__") {
            let name = crate::intern::intern_bytes(t, s.bytes()).word().0;
            set |= names.numbers.get(&name).map_or(0, |i| 1 << i)
        }
    }
    set
}

/// `own` where filled, else `base`.
pub fn inherit_slots(own: &Slots, base: &Slots) -> Slots {
    let mut s = *own;
    macro_rules! inherit { ($($f:ident)*) => { $(s.$f = s.$f.or(base.$f);)* }; }
    if own.compare.is_some() && own.hash.is_none() {
        s.hash = Some(unhashable)
    }
    if own.compare.is_none() {
        s.compare = base.compare;
        s.hash = s.hash.or(base.hash);
    }
    inherit!(repr str call getattr setattr iter next descr_get descr_set new init finalize bool len getitem setitem
        contains concat repeat inplace_concat inplace_repeat pow_mod neg pos abs invert int float index await_ aiter
        anext send buffer);
    for i in 0..BinOp::COUNT {
        s.binary[i] = s.binary[i].or(base.binary[i]);
        s.inplace[i] = s.inplace[i].or(base.inplace[i]);
    }
    s
}

/// Fills a native type's dict from its tables.
pub fn add_native(t: &Thread, ty: &Type, spec: &'static TypeSpec, d: &Dict) {
    let set = |name: &str, v: Value| d.set_str(t, crate::intern::intern(t, name), v);
    for (i, du) in all().enumerate() {
        // The type's own slots only: inherited ones are found in the base.
        if (du.present)(&spec.slots) {
            d.set_str(t, name_of(t, i), descriptor::new_wrapper(t, ty, du))
        }
    }
    if spec.slots.compare.is_some() && spec.slots.hash.is_none() {
        set("__hash__", Value::NONE)
    }
    if spec.slots.new.is_some() {
        set("__new__", super::heaptype::new_wrapper(t, ty))
    }
    for m in spec.methods {
        let v = match m.binding {
            Binding::Plain => descriptor::new_method(t, ty, m),
            Binding::Class => descriptor::new_classmethod(t, ty, m),
            Binding::Static => {
                super::classmethod::new_static(t, super::builtin::Builtin::function(t, m, None))
            }
        };
        set(m.name(), v)
    }
    for g in spec.getset {
        set(g.name, descriptor::new_getset(t, ty, g))
    }
    for g in spec.members {
        set(g.name, descriptor::new_field(t, ty, g))
    }
}

/// The special methods by which a class may differ from its base: those of the classes in its MRO that are not in
/// the base's.
fn may_differ(t: &Thread, ty: &Type, base: &Type) -> u128 {
    let mut set = 0;
    let theirs = base.mro().words();
    let mut rest = theirs.iter().map(|s| s.word()).peekable();
    for s in ty.mro().words() {
        let w = s.word();
        if rest.peek().is_some_and(|b| b.ptr() == w.ptr()) {
            rest.next();
            continue;
        }
        // SAFETY: the MRO holds types, alive until the next safepoint.
        set |= special_methods(t, unsafe { &*w.ptr().cast::<Type>() }.dict())
    }
    // An `mro()` of the class's own may have any order.
    if rest.next().is_some() { u128::MAX } else { set }
}

/// Works out the slots of a class written in Python, from the special methods its MRO has.
pub fn update_slots(t: &Thread, ty: &Type) {
    let (mut s, differ) = match ty.base() {
        Some(b) => (*b.slots(), may_differ(t, ty, b)),
        None => (Slots::EMPTY, u128::MAX),
    };
    // Two methods share a slot (`__add__`, `__radd__`; the comparisons): the first that is not native wins for all.
    for (i, du) in all().enumerate() {
        if differ >> i & 1 == 0 {
            continue;
        }
        let Some((f, owner)) = ty.lookup_where(t, name_of(t, i)) else { continue };
        if du.name == "__hash__" && f.is_none() {
            s.hash = Some(unhashable);
        } else if du.name == "__new__" {
            if owner.has(type_flag::HEAP) && !super::heaptype::is_native_new(f) {
                (du.install)(&mut s)
            }
            // Else the base's stays, which makes the base's native part, whatever type the method is of (as in CPython).
        } else if let Some(w) = f.cast::<WrapperDescr>()
            && w.def.name == du.name
            // Another type's method, found in a class's dict, checks what it is called on.
            && ty.is_subtype(descriptor::owner_of(&w.owner))
        {
            if !python_shares(t, ty, du) {
                (du.copy)(&mut s, w.slots)
            }
        } else {
            (du.install)(&mut s)
        }
    }
    if s.finalize.is_some() {
        ty.change_flags(type_flag::FINALIZER, 0)
    }
    ty.set_slots(s);
}

/// Is another method of the same slot written in Python?
fn python_shares(t: &Thread, ty: &Type, du: &Dunder) -> bool {
    let is_python = |name: &str| {
        ty.lookup_where(t, crate::intern::intern(t, name))
            .is_some_and(|(f, _)| f.cast::<WrapperDescr>().is_none_or(|w| w.def.name != name))
    };
    const SHARED: [&[&str]; 5] = [
        &["__lt__", "__le__", "__eq__", "__ne__", "__gt__", "__ge__"],
        &["__setattr__", "__delattr__"],
        &["__getattribute__", "__getattr__"],
        &["__setitem__", "__delitem__"],
        &["__set__", "__delete__"],
    ];
    if let Some(group) = SHARED.iter().find(|g| g.contains(&du.name)) {
        return group.iter().any(|n| *n != du.name && is_python(n));
    }
    let stem = du.name.trim_matches('_');
    if BinOp::NAMES.contains(&stem) {
        return is_python(&format!("__r{stem}__"));
    }
    match stem.strip_prefix('r') {
        Some(plain) if BinOp::NAMES.contains(&plain) => is_python(&format!("__{plain}__")),
        _ => false,
    }
}
