//! `set` and `frozenset`: their types, operators and methods. The table is in `set.rs`.

use super::sequence::{self, Joiner};
use super::set::{Set, element_hash, empty, of};
use super::tuple::Tuple;
use super::{fixed, list::List, set_iter};
use crate::dict::Dict;
use crate::object::{
    Args, BinOp, Binary, CallArgs, Cmp, MethodDef, NativeType, Slots, Type, TypeSpec, ValueExt, type_flag,
};
use crate::ops::iterate::{Consumer, Fed};
use crate::thread::Thread;
use crate::{Res, binary, methods};
use std::sync::atomic::Ordering::Relaxed;
use weft_strategy::{VRef, Value};

const COMMON: Slots = Slots {
    repr: Some(repr),
    compare: Some(compare),
    iter: Some(|t, v| Ok(set_iter::new(t, v))),
    new: Some(new),
    len: Some(|_, v| Ok(of(v).len())),
    contains: Some(contains),
    binary: binary![And => and, Or => or, Sub => sub, Xor => xor],
    ..Slots::EMPTY
};

const INPLACE: [Option<Binary>; BinOp::COUNT] = binary![And => iand, Or => ior, Sub => isub, Xor => ixor];

/// `set`
pub static SET: NativeType = NativeType::fixed(&SPEC, fixed::SET);
static SPEC: TypeSpec = TypeSpec {
    name: "set",
    doc: "Build an unordered collection of unique elements.",
    flags: type_flag::BASETYPE | type_flag::IMMUTABLE | type_flag::WEAKREFS | type_flag::MATCH_SELF,
    slots: Slots { init: Some(init), inplace: INPLACE, ..COMMON },
    methods: methods! {
        "__contains__(self, object, /)" => contains_method, "x.__contains__(y) <==> y in x.";
        "add(self, object, /)" => add, "Add an element to a set.\n\nThis has no effect if the element is already present.";
        "clear(self, /)" => clear, "Remove all elements from this set.";
        "copy(self, /)" => |t, a| copy(t, a.get(0)), "Return a shallow copy of a set.";
        "discard(self, object, /)" => discard, "Remove an element from a set if it is a member.\n\nUnlike set.remove(), the discard() method does not raise\nan exception when an element is missing from the set.";
        "difference(self, /, *others)" => difference, "Return a new set with elements in the set that are not in the others.";
        "difference_update(self, /, *others)" => difference_update, "Update the set, removing elements found in others.";
        "intersection(self, /, *others)" => intersection, "Return a new set with elements common to the set and all others.";
        "intersection_update(self, /, *others)" => intersection_update, "Update the set, keeping only elements found in it and all others.";
        "isdisjoint(self, other, /)" => isdisjoint, "Return True if two sets have a null intersection.";
        "issubset(self, other, /)" => issubset, "Report whether another set contains this set.";
        "issuperset(self, other, /)" => issuperset, "Report whether this set contains another set.";
        "pop(self, /)" => pop, "Remove and return an arbitrary set element.\n\nRaises KeyError if the set is empty.";
        "__reduce__(self, /)" => reduce, "Return state information for pickling.";
        "remove(self, object, /)" => remove, "Remove an element from a set; it must be a member.\n\nIf the element is not a member, raise a KeyError.";
        "__sizeof__(self, /)" => sizeof, "S.__sizeof__() -> size of S in memory, in bytes.";
        "symmetric_difference(self, other, /)" => symmetric_difference, "Return a new set with elements in either the set or other but not both.";
        "symmetric_difference_update(self, other, /)" => symmetric_difference_update, "Update the set, keeping only elements found in either set, but not in both.";
        "union(self, /, *others)" => union, "Return a new set with elements from the set and all others.";
        "update(self, /, *others)" => update, "Update the set, adding elements from all others.";
        class "__class_getitem__(type, object, /)" => sequence::class_getitem, "See PEP 585";
    },
    ..TypeSpec::new::<Set>()
};

static FROZEN_METHODS: &[MethodDef] = methods! {
    "__contains__(self, object, /)" => contains_method, "x.__contains__(y) <==> y in x.";
    "copy(self, /)" => |t, a| copy(t, a.get(0)), "Return a shallow copy of a set.";
    "difference(self, /, *others)" => difference, "Return a new set with elements in the set that are not in the others.";
    "intersection(self, /, *others)" => intersection, "Return a new set with elements common to the set and all others.";
    "isdisjoint(self, other, /)" => isdisjoint, "Return True if two sets have a null intersection.";
    "issubset(self, other, /)" => issubset, "Report whether another set contains this set.";
    "issuperset(self, other, /)" => issuperset, "Report whether this set contains another set.";
    "__reduce__(self, /)" => reduce, "Return state information for pickling.";
    "__sizeof__(self, /)" => sizeof, "S.__sizeof__() -> size of S in memory, in bytes.";
    "symmetric_difference(self, other, /)" => symmetric_difference, "Return a new set with elements in either the set or other but not both.";
    "union(self, /, *others)" => union, "Return a new set with elements from the set and all others.";
    class "__class_getitem__(type, object, /)" => sequence::class_getitem, "See PEP 585";
};

/// `frozenset`
pub static FROZENSET: NativeType = NativeType::fixed(&FROZEN_SPEC, fixed::FROZENSET);
static FROZEN_SPEC: TypeSpec = TypeSpec {
    name: "frozenset",
    doc: "Build an immutable unordered collection of unique elements.",
    flags: type_flag::BASETYPE | type_flag::IMMUTABLE | type_flag::WEAKREFS | type_flag::MATCH_SELF,
    slots: Slots { new: Some(frozen_new), hash: Some(hash), ..COMMON },
    methods: FROZEN_METHODS,
    ..TypeSpec::new::<Set>()
};

// ---- making

fn new(t: &mut Thread, cls: &Type, _args: CallArgs<'_>) -> Res {
    Ok(Set::make(t, cls.shape()))
}

fn init(t: &mut Thread, v: VRef<'_>, args: CallArgs<'_>) -> Res<()> {
    sequence::no_keywords(t, "set", args)?;
    sequence::arity(t, "set", args, 0, 1)?;
    let s = of(v);
    if !s.is_empty() {
        s.clear_all(t)
    }
    s.hash.store(-1, Relaxed);
    match args.positional().first() {
        Some(items) => update_from(t, s, *items),
        None => Ok(()),
    }
}

fn frozen_new(t: &mut Thread, cls: &Type, args: CallArgs<'_>) -> Res {
    let own_init = cls.slots().init.map(|f| f as usize) != FROZENSET.get(t).slots().init.map(|f| f as usize);
    if !own_init {
        sequence::no_keywords(t, "frozenset", args)?;
    }
    sequence::arity(t, "frozenset", args, 0, 1)?;
    let items = args.positional().first().copied();
    if cls.shape() == fixed::FROZENSET
        && let Some(x) = items
        && x.has_shape(fixed::FROZENSET)
    {
        return Ok(x.to_value());
    }
    let v = Set::make(t, cls.shape());
    if let Some(x) = items {
        update_from(t, of(v.r()), x)?
    }
    Ok(v)
}

fn is_frozen(t: &Thread, v: VRef<'_>) -> bool {
    v.has_shape(fixed::FROZENSET) || !v.has_shape(fixed::SET) && FROZENSET.is_instance(t, v)
}

/// The shape of what operators on `v` make: `set` or `frozenset`, never a subclass.
fn base_shape(t: &Thread, v: VRef<'_>) -> u32 {
    if is_frozen(t, v) { fixed::FROZENSET } else { fixed::SET }
}

/// A new set of the base type of `v` with the elements of `from`.
fn copy_of(t: &mut Thread, v: VRef<'_>, from: &Set) -> Res {
    let new = Set::make(t, base_shape(t, v));
    of(new.r()).merge(t, from)?;
    Ok(new)
}

fn copy(t: &mut Thread, v: VRef<'_>) -> Res {
    if v.has_shape(fixed::FROZENSET) {
        return Ok(v.to_value());
    }
    copy_of(t, v, of(v))
}

// ---- taking elements from others

/// What to do for each element of an iterable that is no set.
fn for_each_hashed(
    t: &mut Thread,
    other: VRef<'_>,
    mut f: impl FnMut(&mut Thread, i64, Value) -> Res<()>,
) -> Res<()> {
    if let Some(s) = other.cast::<Set>() {
        for (hash, key) in s.items_hashed(t) {
            f(t, hash, key)?
        }
        return Ok(());
    }
    if let Some(d) = other.exact::<Dict>(fixed::DICT) {
        for (hash, key, _) in d.items_hashed(t) {
            f(t, hash, key)?
        }
        return Ok(());
    }
    t.for_each(other, |t, key| {
        let hash = element_hash(t, key.r())?;
        f(t, hash, key)
    })
}

/// `s |= other`
pub fn update_from(t: &mut Thread, s: &Set, other: VRef<'_>) -> Res<()> {
    if let Some(o) = other.cast::<Set>() {
        return s.merge(t, o);
    }
    if other.has_shape(fixed::GENERATOR) {
        return t.drive(other, &mut AddTo(s));
    }
    if let Some(l) = other.exact::<List>(fixed::LIST) {
        let mut i = 0;
        while let Some(v) = l.load(t, i) {
            s.add(t, v)?;
            i += 1
        }
        return Ok(());
    }
    if let Some(items) = other.exact::<Tuple>(fixed::TUPLE) {
        for v in items.iter() {
            s.add(t, v.to_value())?;
        }
        return Ok(());
    }
    if other.has_shape(fixed::DICT) {
        return for_each_hashed(t, other, |t, hash, key| s.add_hashed(t, hash, key).map(|_| ()));
    }
    let it = t.iter(other)?;
    t.drive(it.r(), &mut AddTo(s))
}

struct AddTo<'a>(&'a Set);

impl Consumer for AddTo<'_> {
    fn fast(&mut self, t: &Thread, v: Value) -> Fed {
        match self.0.add_simple(t, v) {
            Ok(_) => Fed::More,
            Err(v) => Fed::Back(v),
        }
    }
    fn slow(&mut self, t: &mut Thread, v: Value) -> Res<bool> {
        self.0.add(t, v).map(|_| true)
    }
}

/// `s -= other`
pub fn difference_from(t: &mut Thread, s: &Set, other: VRef<'_>) -> Res<()> {
    if other.cast::<Set>().is_some_and(|o| std::ptr::eq(o, s)) {
        s.clear_all(t);
        return Ok(());
    }
    for_each_hashed(t, other, |t, hash, key| s.discard(t, hash, key.r()).map(|_| ()))
}

/// `s ^= other`
pub fn symmetric_from(t: &mut Thread, s: &Set, other: VRef<'_>) -> Res<()> {
    if other.cast::<Set>().is_some_and(|o| std::ptr::eq(o, s)) {
        s.clear_all(t);
        return Ok(());
    }
    if let Some(o) = other.cast::<Set>()
        && s.exchange(t, o)
    {
        return Ok(());
    }
    // Elements that come twice count once.
    let once = empty(t);
    update_from(t, of(once.r()), other)?;
    for (hash, key) in of(once.r()).items_hashed(t) {
        if !s.discard(t, hash, key.r())? {
            s.add_hashed(t, hash, key)?;
        }
    }
    Ok(())
}

/// `a & other`, of the base type of `a`.
fn intersect(t: &mut Thread, a: VRef<'_>, other: VRef<'_>) -> Res {
    let s = of(a);
    if other.cast::<Set>().is_some_and(|o| std::ptr::eq(o, s)) {
        return copy_of(t, a, s);
    }
    if let Some(o) = other.cast::<Set>() {
        // The smaller one is gone through.
        let (through, asked) = if o.len() > s.len() { (s, o) } else { (o, s) };
        let shape = base_shape(t, a);
        if let Some(result) = through.quick_filter(t, asked, true, shape) {
            return Ok(result);
        }
        let result = Set::make(t, shape);
        let r = of(result.r());
        for (hash, key) in through.items_hashed(t) {
            if asked.contains(t, hash, key.r())? {
                r.add_hashed(t, hash, key)?;
            }
        }
        return Ok(result);
    }
    let result = Set::make(t, base_shape(t, a));
    let r = of(result.r());
    t.for_each(other, |t, key| {
        let hash = t.hash(key.r())?;
        if s.contains(t, hash, key.r())? {
            r.add_hashed(t, hash, key)?;
        }
        Ok(())
    })?;
    Ok(result)
}

/// `a - other`, of the base type of `a`.
fn subtract(t: &mut Thread, a: VRef<'_>, other: VRef<'_>) -> Res {
    let s = of(a);
    let size = match (other.cast::<Set>(), other.exact::<Dict>(fixed::DICT)) {
        (Some(o), _) => Some(o.len()),
        (_, Some(d)) => Some(d.len()),
        _ => None,
    };
    // A much smaller or unknown other one: take its elements out of a copy.
    if size.is_none_or(|n| s.len() >> 2 > n) {
        let copy = copy_of(t, a, s)?;
        difference_from(t, of(copy.r()), other)?;
        return Ok(copy);
    }
    if let Some(o) = other.cast::<Set>()
        && let Some(result) = s.quick_filter(t, o, false, base_shape(t, a))
    {
        return Ok(result);
    }
    let result = Set::make(t, base_shape(t, a));
    for (hash, key) in s.items_hashed(t) {
        let there = match (other.cast::<Set>(), other.exact::<Dict>(fixed::DICT)) {
            (Some(o), _) => o.contains(t, hash, key.r())?,
            (_, Some(d)) => d.find(t, hash, key.r())?.is_some(),
            _ => false,
        };
        if !there {
            of(result.r()).add_hashed(t, hash, key)?;
        }
    }
    Ok(result)
}

// ---- operators: both operands must be sets

/// An operation on two sets.
type Operation = fn(&mut Thread, VRef<'_>, VRef<'_>) -> Res;

fn both(a: VRef<'_>, b: VRef<'_>) -> bool {
    a.cast::<Set>().is_some() && b.cast::<Set>().is_some()
}

/// Can other threads see one of two sets?
fn shared(a: VRef<'_>, b: VRef<'_>) -> bool {
    let me = weft_strategy::me();
    of(a).header().owner() != me || of(b).header().owner() != me
}

/// `a op b`: both as they are at one moment, if other threads can see them.
fn operate(t: &mut Thread, a: VRef<'_>, b: VRef<'_>, f: Operation) -> Res {
    if !both(a, b) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    if !shared(a, b) {
        return f(t, a, b);
    }
    let shape = base_shape(t, a);
    let (x, y, _) = of(a).both_now(t, of(b), shape);
    f(t, x.r(), y.r())
}

/// `a op= b`: the result is built aside and put in place if `a` has not changed meanwhile, else built anew.
fn operate_in_place(t: &mut Thread, a: VRef<'_>, b: VRef<'_>, f: Operation) -> Res {
    if !both(a, b) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    loop {
        let (x, y, seen) = of(a).both_now(t, of(b), fixed::SET);
        let result = f(t, x.r(), y.r())?;
        if of(a).replace_with(t, of(result.r()), Some(seen)) {
            return Ok(a.to_value());
        }
    }
}

fn and(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    operate(t, a, b, intersect)
}

fn or(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    operate(t, a, b, |t, a, b| {
        let new = copy_of(t, a, of(a))?;
        of(new.r()).merge(t, of(b))?;
        Ok(new)
    })
}

fn sub(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    operate(t, a, b, subtract)
}

fn xor(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    operate(t, a, b, exclusive)
}

/// `a ^ other`: the other's elements, then those of `a` taken out or added.
fn exclusive(t: &mut Thread, a: VRef<'_>, other: VRef<'_>) -> Res {
    let new = Set::make(t, base_shape(t, a));
    update_from(t, of(new.r()), other)?;
    symmetric_from(t, of(new.r()), a)?;
    Ok(new)
}

fn iand(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    operate_in_place(t, a, b, intersect)
}

fn ior(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    if !both(a, b) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    of(a).merge(t, of(b))?;
    Ok(a.to_value())
}

fn isub(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    if both(a, b) && shared(a, b) {
        return operate_in_place(t, a, b, subtract);
    }
    if !both(a, b) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    difference_from(t, of(a), b)?;
    Ok(a.to_value())
}

fn ixor(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    if both(a, b) && shared(a, b) {
        return operate_in_place(t, a, b, exclusive);
    }
    if !both(a, b) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    symmetric_from(t, of(a), b)?;
    Ok(a.to_value())
}

fn subset(t: &mut Thread, a: &Set, b: &Set) -> Res<bool> {
    if a.len() > b.len() {
        return Ok(false);
    }
    if let Some(yes) = a.quick_subset(t, b) {
        return Ok(yes);
    }
    for (hash, key) in a.items_hashed(t) {
        if !b.contains(t, hash, key.r())? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn compare(t: &mut Thread, a: VRef<'_>, b: VRef<'_>, op: Cmp) -> Res {
    let (Some(x), Some(y)) = (a.cast::<Set>(), b.cast::<Set>()) else { return Ok(Value::NOT_IMPLEMENTED) };
    let (hx, hy) = (x.hash.load(Relaxed), y.hash.load(Relaxed));
    let differ = x.len() != y.len() || hx != -1 && hy != -1 && hx != hy;
    let yes = match op {
        Cmp::Eq => !differ && subset(t, x, y)?,
        Cmp::Ne => differ || !subset(t, x, y)?,
        Cmp::Le => subset(t, x, y)?,
        Cmp::Ge => subset(t, y, x)?,
        Cmp::Lt => x.len() < y.len() && subset(t, x, y)?,
        Cmp::Gt => x.len() > y.len() && subset(t, y, x)?,
    };
    Ok(Value::bool(yes))
}

fn hash(_t: &mut Thread, v: VRef<'_>) -> Res<i64> {
    let s = of(v);
    let known = s.hash.load(Relaxed);
    if known != -1 {
        return Ok(known);
    }
    let h = weft_text::hash::collection::of_frozenset(s.hashes());
    s.hash.store(h, Relaxed);
    Ok(h)
}

fn repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let name = v.ty().name();
    if of(v).is_empty() {
        return Ok(t.str(&format!("{name}()")));
    }
    t.repr_once(v, &format!("{name}(...)"), |t| {
        let plain = v.has_shape(fixed::SET);
        let mut j = Joiner::new(&if plain { "{".to_string() } else { format!("{name}({{") });
        for x in of(v).items(t) {
            j.separate();
            j.repr(t, x.r())?
        }
        Ok(j.finish(t, if plain { "}" } else { "})" }))
    })
}

// ---- elements

/// Hash of an element that is looked for. An unhashable set is looked for as the frozenset with its elements.
fn hash_to_find(t: &mut Thread, key: VRef<'_>) -> Res<(i64, Option<Value>)> {
    match element_hash(t, key) {
        Ok(h) => Ok((h, None)),
        Err(e) => {
            let (Some(s), true) = (key.cast::<Set>(), t.raised_is(&crate::errors::TYPE_ERROR)) else {
                return Err(e);
            };
            t.clear_raised();
            let frozen = Set::make(t, fixed::FROZENSET);
            of(frozen.r()).merge(t, s)?;
            let h = t.hash(frozen.r())?;
            Ok((h, Some(frozen)))
        }
    }
}

fn contains(t: &mut Thread, v: VRef<'_>, key: VRef<'_>) -> Res<bool> {
    let (hash, stand_in) = hash_to_find(t, key)?;
    of(v).contains(t, hash, stand_in.as_ref().map_or(key, |f| f.r()))
}

fn contains_method(t: &mut Thread, a: Args<'_>) -> Res {
    Ok(Value::bool(contains(t, a.get(0), a.get(1))?))
}

fn discard_key(t: &mut Thread, v: VRef<'_>, key: VRef<'_>) -> Res<bool> {
    let (hash, stand_in) = hash_to_find(t, key)?;
    of(v).discard(t, hash, stand_in.as_ref().map_or(key, |f| f.r()))
}

fn add(t: &mut Thread, a: Args<'_>) -> Res {
    of(a.get(0)).add(t, a.get(1).to_value())?;
    Ok(Value::NONE)
}

fn discard(t: &mut Thread, a: Args<'_>) -> Res {
    discard_key(t, a.get(0), a.get(1))?;
    Ok(Value::NONE)
}

fn remove(t: &mut Thread, a: Args<'_>) -> Res {
    if discard_key(t, a.get(0), a.get(1))? { Ok(Value::NONE) } else { Err(t.key_error(a.get(1))) }
}

fn pop(t: &mut Thread, a: Args<'_>) -> Res {
    match of(a.get(0)).pop(t) {
        Some(v) => Ok(v),
        None => {
            let text = t.str("pop from an empty set");
            Err(t.key_error(text.r()))
        }
    }
}

fn clear(t: &mut Thread, a: Args<'_>) -> Res {
    of(a.get(0)).clear_all(t);
    Ok(Value::NONE)
}

// ---- methods with any iterables

fn union(t: &mut Thread, a: Args<'_>) -> Res {
    let new = copy_of(t, a.get(0), of(a.get(0)))?;
    for other in a.rest() {
        update_from(t, of(new.r()), *other)?
    }
    Ok(new)
}

fn update(t: &mut Thread, a: Args<'_>) -> Res {
    for other in a.rest() {
        update_from(t, of(a.get(0)), *other)?
    }
    Ok(Value::NONE)
}

fn intersection(t: &mut Thread, a: Args<'_>) -> Res {
    if a.rest().is_empty() {
        return copy_of(t, a.get(0), of(a.get(0)));
    }
    let mut result = a.get(0).to_value();
    for other in a.rest() {
        result = intersect(t, result.r(), *other)?
    }
    Ok(result)
}

fn intersection_update(t: &mut Thread, a: Args<'_>) -> Res {
    let result = intersection(t, a)?;
    of(a.get(0)).replace_with(t, of(result.r()), None);
    Ok(Value::NONE)
}

fn difference(t: &mut Thread, a: Args<'_>) -> Res {
    let Some((first, others)) = a.rest().split_first() else {
        return copy_of(t, a.get(0), of(a.get(0)));
    };
    let result = subtract(t, a.get(0), *first)?;
    for other in others {
        difference_from(t, of(result.r()), *other)?
    }
    Ok(result)
}

fn difference_update(t: &mut Thread, a: Args<'_>) -> Res {
    for other in a.rest() {
        difference_from(t, of(a.get(0)), *other)?
    }
    Ok(Value::NONE)
}

fn symmetric_difference(t: &mut Thread, a: Args<'_>) -> Res {
    exclusive(t, a.get(0), a.get(1))
}

fn symmetric_difference_update(t: &mut Thread, a: Args<'_>) -> Res {
    symmetric_from(t, of(a.get(0)), a.get(1))?;
    Ok(Value::NONE)
}

fn isdisjoint(t: &mut Thread, a: Args<'_>) -> Res {
    let s = of(a.get(0));
    if let Some(o) = a.get(1).cast::<Set>() {
        let (through, asked) = if o.len() > s.len() { (s, o) } else { (o, s) };
        if let Some(disjoint) = through.quick_disjoint(t, asked) {
            return Ok(Value::bool(disjoint));
        }
        for (hash, key) in through.items_hashed(t) {
            if asked.contains(t, hash, key.r())? {
                return Ok(Value::FALSE);
            }
        }
        return Ok(Value::TRUE);
    }
    let it = t.iter(a.get(1))?;
    while let Some(key) = t.next(it.r())? {
        let hash = element_hash(t, key.r())?;
        if s.contains(t, hash, key.r())? {
            return Ok(Value::FALSE);
        }
    }
    Ok(Value::TRUE)
}

fn issubset(t: &mut Thread, a: Args<'_>) -> Res {
    let s = of(a.get(0));
    if let Some(o) = a.get(1).cast::<Set>() {
        return Ok(Value::bool(subset(t, s, o)?));
    }
    let common = intersect(t, a.get(0), a.get(1))?;
    Ok(Value::bool(of(common.r()).len() == s.len()))
}

fn issuperset(t: &mut Thread, a: Args<'_>) -> Res {
    let s = of(a.get(0));
    if let Some(o) = a.get(1).cast::<Set>() {
        return Ok(Value::bool(subset(t, o, s)?));
    }
    let it = t.iter(a.get(1))?;
    while let Some(key) = t.next(it.r())? {
        let hash = element_hash(t, key.r())?;
        if !s.contains(t, hash, key.r())? {
            return Ok(Value::FALSE);
        }
    }
    Ok(Value::TRUE)
}

fn reduce(t: &mut Thread, a: Args<'_>) -> Res {
    let items = of(a.get(0)).items(t);
    let list = List::new(t, items);
    let args = Tuple::new(t, vec![list]);
    let state = t.call_method(a.get(0), "__getstate__", &[])?;
    let class = a.get(0).ty().to_value();
    Ok(Tuple::new(t, vec![class, args, state]))
}

fn sizeof(t: &mut Thread, a: Args<'_>) -> Res {
    Ok(t.int_usize(of(a.get(0)).bytes()))
}
