//! `BaseExceptionGroup` (PEP 654): several exceptions as one, split by type or predicate; and what `except*` does
//! with them.
//!
//! `ExceptionGroup` derives from `BaseExceptionGroup` and `Exception`; two bases cannot be said in the table of
//! classes, so it is made by [`make_exception_group`] when `builtins` is.

use super::{field_value, reduced, this};
use crate::dict::Dict;
use crate::errors::{BASE_EXCEPTION, BASE_EXCEPTION_GROUP, EXCEPTION, Exc, exc, field};
use crate::object::{Args, CallArgs, GetSet, MethodDef, Slots, Type, ValueExt};
use crate::thread::Thread;
use crate::types::attrs::{getter, or_none, put, text_of};
use crate::types::list::List;
use crate::types::str::text;
use crate::types::tuple::Tuple;
use crate::types::typeobj::as_type;
use crate::{Res, names};
use std::sync::atomic::{AtomicU64, Ordering::*};
use weft_strategy::{VRef, Value, Word};

/// Behaviour.
pub const SLOTS: Slots =
    Slots { new: Some(new), init: Some(init), repr: Some(repr), str: Some(str), ..Slots::EMPTY };

/// Methods.
pub static METHODS: &[MethodDef] = crate::methods! {
    class "__class_getitem__(cls, object, /)" => |t, a| crate::types::genericalias::new(t, a.get(0), a.get(1)),
        "See PEP 585";
    "derive(self, excs, /)" => derive, "A group with the same message and other exceptions.";
    "split(self, matcher_value, /)" => |t, a| {
        let (m, rest) = split_by(t, a)?;
        Ok(Tuple::new(t, vec![m, rest]))
    }, "The part that matches and the rest.";
    "subgroup(self, matcher_value, /)" => |t, a| split_by(t, a).map(|(m, _)| m), "The part that matches.";
    "__reduce__(self, /)" => |t, a| {
        let state = super::base::dict_of(t, a.get(0))?;
        Ok(reduced(t, a.get(0), None, state))
    };
};

/// Computed attributes.
pub static GETSET: &[GetSet] = &[
    getter!("message", |_, v| Ok(or_none(&this(v).fields[field::GROUP_MESSAGE])), "exception message"),
    getter!("exceptions", |_, v| Ok(or_none(&this(v).fields[field::EXCEPTIONS])), "nested exceptions"),
];

static EXCEPTION_GROUP: AtomicU64 = AtomicU64::new(0);

/// Makes `ExceptionGroup`. Once, with `builtins`.
pub fn make_exception_group(t: &mut Thread) -> Res {
    let bases = [BASE_EXCEPTION_GROUP.get(t).to_value(), EXCEPTION.get(t).to_value()].to_vec();
    let bases = Tuple::new(t, bases);
    let ns = Dict::new(t);
    if let Some(d) = ns.cast::<Dict>() {
        d.set_str(t, names::__module__(), crate::intern::intern(t, "builtins").to_value())
    }
    let name = crate::intern::intern(t, "ExceptionGroup").to_value();
    let meta = crate::types::heaptype::TYPE.get(t).to_value();
    let class = t.call(meta.r(), &[name.r(), bases.r(), ns.r()])?;
    if let Some(h) = class.r().header() {
        crate::intern::make_immortal(h)
    }
    EXCEPTION_GROUP.store(class.word().identity(), Release);
    Ok(class)
}

/// `ExceptionGroup`; `BaseExceptionGroup` before it is made.
pub fn exception_group(t: &Thread) -> &'static Type {
    let w = EXCEPTION_GROUP.load(Acquire);
    if w == 0 {
        return BASE_EXCEPTION_GROUP.get(t);
    }
    // SAFETY: the class, immortal.
    unsafe { &*Word(w).ptr().cast::<Type>() }
}

fn group_exc<'v>(v: VRef<'v>, t: &Thread) -> Option<&'v Exc> {
    exc(v).filter(|_| v.ty().is_subtype(BASE_EXCEPTION_GROUP.get(t)))
}

/// The exceptions of a group.
pub fn members(e: &Exc) -> Vec<Value> {
    e.fields[field::EXCEPTIONS]
        .load()
        .and_then(|x| x.cast::<Tuple>().map(|x| x.iter().map(|v| v.to_value()).collect()))
        .unwrap_or_default()
}

/// Is it a sequence, as `PySequence_Check` says?
fn is_sequence(v: VRef<'_>) -> bool {
    v.cast::<Dict>().is_none() && v.ty().slots().getitem.is_some() && v.ty().slots().len.is_some()
}

fn new(t: &mut Thread, cls: &Type, args: CallArgs<'_>) -> Res {
    let p = args.positional();
    if p.len() != 2 {
        let n = p.len();
        return Err(
            t.type_error(format!("BaseExceptionGroup.__new__() takes exactly 2 arguments ({n} given)"))
        );
    }
    if text(p[0]).is_none() {
        let n = p[0].ty().name();
        return Err(t.type_error(format!("BaseExceptionGroup.__new__() argument 1 must be str, not {n}")));
    }
    if !is_sequence(p[1]) {
        return Err(t.type_error("second argument (exceptions) must be a sequence"));
    }
    let items = t.collect(p[1])?;
    if items.is_empty() {
        return Err(t.value_error("second argument (exceptions) must be a non-empty sequence"));
    }
    let mut base_only = false;
    for (i, x) in items.iter().enumerate() {
        if exc(x.r()).is_none() {
            return Err(
                t.value_error(format!("Item {i} of second argument (exceptions) is not an exception"))
            );
        }
        base_only |= !EXCEPTION.is_instance(t, x.r());
    }
    let plain = exception_group(t);
    let mut cls = cls;
    if std::ptr::eq(cls, BASE_EXCEPTION_GROUP.get(t)) {
        if !base_only {
            cls = plain
        }
    } else if base_only && std::ptr::eq(cls, plain) {
        return Err(t.type_error("Cannot nest BaseExceptions in an ExceptionGroup"));
    } else if base_only && cls.is_subtype(EXCEPTION.get(t)) {
        let n = cls.name();
        return Err(t.type_error(format!("Cannot nest BaseExceptions in '{n}'")));
    }
    let a = Tuple::of(t, p);
    let v = Exc::new(t, cls.shape(), a);
    let e = this(v.r());
    e.set_field(field::GROUP_MESSAGE, p[0].to_value());
    e.set_field(field::EXCEPTIONS, Tuple::new(t, items));
    Ok(v)
}

fn init(t: &mut Thread, v: VRef<'_>, args: CallArgs<'_>) -> Res<()> {
    if args.keyword_len() > 0 {
        let n = v.ty().name();
        return Err(t.type_error(format!("{n}() takes no keyword arguments")));
    }
    super::base::set_positional(t, this(v), args);
    Ok(())
}

fn repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let e = this(v);
    let message = or_none(&e.fields[field::GROUP_MESSAGE]);
    // Shown as the kind of sequence it was made from.
    let from_list = super::args_of(e).get(1).is_some_and(|x| x.cast::<List>().is_some());
    let shown = if from_list { List::new(t, members(e)) } else { or_none(&e.fields[field::EXCEPTIONS]) };
    let (m, s, n) = (t.repr_text(message.r())?, t.repr_text(shown.r())?, v.ty().name());
    Ok(t.str(&format!("{n}({m}, {s})")))
}

fn str(t: &mut Thread, v: VRef<'_>) -> Res {
    let e = this(v);
    let message = field_value(e, field::GROUP_MESSAGE).map(|m| text_of(m.r())).unwrap_or_default();
    let n = members(e).len();
    let s = if n == 1 { "" } else { "s" };
    Ok(t.str(&format!("{message} ({n} sub-exception{s})")))
}

fn derive(t: &mut Thread, a: Args<'_>) -> Res {
    let message = or_none(&this(a.get(0)).fields[field::GROUP_MESSAGE]);
    let class = BASE_EXCEPTION_GROUP.get(t).to_value();
    t.call(class.r(), &[message.r(), a.get(1)])
}

/// `orig.derive(excs)` with traceback, context, cause and notes of `orig`; `None` for no exceptions.
fn subset(t: &mut Thread, orig: VRef<'_>, excs: Vec<Value>) -> Res {
    if excs.is_empty() {
        return Ok(Value::NONE);
    }
    let list = List::new(t, excs);
    let g = t.call_method(orig, "derive", &[list.r()])?;
    let Some(new) = group_exc(g.r(), t) else {
        return Err(t.type_error("derive must return an instance of BaseExceptionGroup"));
    };
    let old = this(orig);
    for (to, from) in
        [(&new.traceback, &old.traceback), (&new.context, &old.context), (&new.cause, &old.cause)]
    {
        let v = from.load();
        put(to, &new.h, v.as_ref().map(|v| v.r()))
    }
    new.suppress.store(old.suppress.load(Acquire), Release);
    if let Some(notes) = t.getattr_opt(orig, names::__notes__())?
        && is_sequence(notes.r())
    {
        let copy = t.collect(notes.r())?;
        let copy = List::new(t, copy);
        t.setattr(g.r(), names::__notes__(), Some(copy.r()))?
    }
    Ok(g)
}

/// What a part of a group is chosen by.
enum Matcher<'a> {
    /// A class or a tuple of classes.
    Types(VRef<'a>),
    /// A function.
    Predicate(VRef<'a>),
    /// These objects, by identity.
    Leaves(&'a [u64]),
}

impl Matcher<'_> {
    fn matches(&self, t: &mut Thread, e: VRef<'_>) -> Res<bool> {
        match self {
            Matcher::Types(ty) => Ok(matches_class(e, *ty)),
            Matcher::Predicate(f) => {
                let r = t.call(*f, &[e])?;
                t.truth(r.r())
            }
            Matcher::Leaves(ids) => Ok(ids.contains(&e.word().identity())),
        }
    }
}

/// Is an exception an instance of a class or of one of a tuple of classes, `__instancecheck__` left aside?
pub fn matches_class(e: VRef<'_>, class: VRef<'_>) -> bool {
    if let Some(many) = class.cast::<Tuple>() {
        return many.iter().any(|c| matches_class(e, c));
    }
    as_type(class).is_some_and(|c| e.ty().is_subtype(c))
}

fn is_exception_class(t: &Thread, v: VRef<'_>) -> bool {
    as_type(v).is_some_and(|c| c.is_subtype(BASE_EXCEPTION.get(t)))
}

fn split_by(t: &mut Thread, a: Args<'_>) -> Res<(Value, Value)> {
    let m = a.get(1);
    let types = is_exception_class(t, m)
        || m.cast::<Tuple>()
            .is_some_and(|many| !many.is_empty() && many.iter().all(|c| is_exception_class(t, c)));
    let matcher = if types {
        Matcher::Types(m)
    } else if t.callable(m) && as_type(m).is_none() {
        Matcher::Predicate(m)
    } else {
        return Err(t.type_error(
            "expected an exception type, a tuple of exception types, or a callable (other than a class)",
        ));
    };
    split(t, a.get(0), &matcher)
}

/// The part that matches, the rest; `None` where empty. The structure of nested groups is kept.
fn split(t: &mut Thread, v: VRef<'_>, m: &Matcher<'_>) -> Res<(Value, Value)> {
    if m.matches(t, v)? {
        return Ok((v.to_value(), Value::NONE));
    }
    let Some(e) = group_exc(v, t) else { return Ok((Value::NONE, v.to_value())) };
    let (mut yes, mut no) = (Vec::new(), Vec::new());
    for x in members(e) {
        let (a, b) = t.recurse(|t| split(t, x.r(), m))?;
        yes.extend(Some(a).filter(|a| !a.is_none()));
        no.extend(Some(b).filter(|b| !b.is_none()));
    }
    let yes = subset(t, v, yes)?;
    let no = subset(t, v, no)?;
    Ok((yes, no))
}

// ---- except* ----------------------------------------------------------------------------------------------

fn new_group(t: &mut Thread, message: &str, excs: Vec<Value>) -> Res {
    let class = BASE_EXCEPTION_GROUP.get(t).to_value();
    let (m, l) = (t.str(message), List::new(t, excs));
    t.call(class.r(), &[m.r(), l.r()])
}

fn same_slot(a: &weft_strategy::Slot, b: &weft_strategy::Slot) -> bool {
    or_none(a).is(or_none(b).r())
}

/// Do two exceptions share traceback, cause, context and notes? Then one is a part of the other, re-raised.
fn same_metadata(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res<bool> {
    let (Some(x), Some(y)) = (exc(a), exc(b)) else { return Ok(false) };
    if !(same_slot(&x.traceback, &y.traceback)
        && same_slot(&x.cause, &y.cause)
        && same_slot(&x.context, &y.context))
    {
        return Ok(false);
    }
    let (m, n) = (t.getattr_opt(a, names::__notes__())?, t.getattr_opt(b, names::__notes__())?);
    match (m, n) {
        (None, None) => Ok(true),
        (Some(m), Some(n)) => t.equal(m.r(), n.r()),
        _ => Ok(false),
    }
}

fn leaf_ids(t: &Thread, v: VRef<'_>, into: &mut Vec<u64>) {
    let mut stack = vec![v.to_value()];
    while let Some(v) = stack.pop() {
        match group_exc(v.r(), t) {
            Some(g) => stack.extend(members(g)),
            None => into.push(v.word().identity()),
        }
    }
}

/// After the clauses of `except*`: what to raise, from the original exception and the list of what the clauses
/// raised and what nobody handled; `None` if nothing is left.
pub fn reraise_star(t: &mut Thread, orig: VRef<'_>, excs: Vec<Value>) -> Res {
    let all: Vec<Value> = excs.into_iter().filter(|e| !e.is_none()).collect();
    if group_exc(orig, t).is_none() {
        return Ok(all.into_iter().next().unwrap_or(Value::NONE));
    }
    let (mut raised, mut ids) = (Vec::new(), Vec::new());
    for e in all {
        if same_metadata(t, e.r(), orig)? { leaf_ids(t, e.r(), &mut ids) } else { raised.push(e) }
    }
    let reraised = if ids.is_empty() { Value::NONE } else { split(t, orig, &Matcher::Leaves(&ids))?.0 };
    if raised.is_empty() {
        return Ok(reraised);
    }
    raised.extend(Some(reraised).filter(|r| !r.is_none()));
    if raised.len() == 1 {
        return Ok(raised.remove(0));
    }
    new_group(t, "", raised)
}
