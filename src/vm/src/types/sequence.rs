//! What the containers have in common: arguments of constructors, index errors, joining of reprs, quick
//! comparison, checked sizes.

use super::bytes::Bytes;
use super::str::{Str, text};
use super::tuple::Tuple;
use super::{fixed, int};
use crate::object::{CallArgs, Cmp, ValueExt};
use crate::thread::Thread;
use crate::{Raised, Res};
use std::cmp::Ordering;
use weft_strategy::{VRef, Value, Word};

/// Most items a sequence may have: their addresses must fit a signed size.
pub const MAX_ITEMS: usize = isize::MAX as usize / 8;

/// TypeError if there are keyword arguments.
pub fn no_keywords(t: &mut Thread, name: &str, args: CallArgs<'_>) -> Res<()> {
    if args.keyword_len() == 0 {
        return Ok(());
    }
    Err(t.type_error(format!("{name}() takes no keyword arguments")))
}

/// TypeError unless there are `min` to `max` positional arguments.
pub fn arity(t: &mut Thread, name: &str, args: CallArgs<'_>, min: usize, max: usize) -> Res<()> {
    let n = args.positional_len();
    if n >= min && n <= max {
        return Ok(());
    }
    let (bound, how) = match (n < min, min == max) {
        (_, true) => (min, ""),
        (true, _) => (min, "at least "),
        (false, _) => (max, "at most "),
    };
    let s = if bound == 1 { "" } else { "s" };
    Err(t.type_error(format!("{name} expected {how}{bound} argument{s}, got {n}")))
}

/// MemoryError
#[cold]
pub fn memory_error(t: &mut Thread) -> Raised {
    t.raise_with(&crate::errors::MEMORY_ERROR, Vec::new())
}

/// An empty vector with room for `n` items, or MemoryError.
pub fn room<T>(t: &mut Thread, n: usize) -> Res<Vec<T>> {
    let mut v = Vec::new();
    if n > MAX_ITEMS || v.try_reserve_exact(n).is_err() {
        return Err(memory_error(t));
    }
    Ok(v)
}

/// `items * n`, or MemoryError.
pub fn repeated(t: &mut Thread, items: &[Value], n: i64) -> Res<Vec<Value>> {
    let n = usize::try_from(n).unwrap_or(0);
    let Some(total) = items.len().checked_mul(n) else { return Err(memory_error(t)) };
    let mut out = room(t, total)?;
    if total > 0 {
        for _ in 0..n {
            out.extend(items.iter().cloned())
        }
    }
    Ok(out)
}

/// Index of an item of a sequence of `len` items, from Python's numbering.
#[inline(always)]
pub fn at(i: i64, len: usize) -> Option<usize> {
    let i = if i < 0 { i.checked_add(len as i64)? } else { i };
    if (i as u64) < len as u64 { Some(i as usize) } else { None }
}

/// An index argument that is not a slice; `what` is the type for the error text.
pub fn index(t: &mut Thread, key: VRef<'_>, what: &str) -> Res<i64> {
    if key.word().is_int() {
        return Ok(key.word().as_int());
    }
    if key.ty().slots().index.is_none() {
        let n = key.ty().name();
        return Err(t.type_error(format!("{what} indices must be integers or slices, not {n}")));
    }
    t.index_i64(key, &crate::errors::INDEX_ERROR)
}

/// The `start` and `stop` arguments of `index` methods: clamped, not counted from the end yet.
pub fn bound(t: &mut Thread, v: Option<VRef<'_>>, default: i64) -> Res<i64> {
    let Some(v) = v else { return Ok(default) };
    if v.word().is_int() {
        return Ok(v.word().as_int());
    }
    if v.ty().slots().index.is_none() {
        return Err(t.type_error("slice indices must be integers or have an __index__ method"));
    }
    t.index_clamped(v)
}

/// A bound counted from the start.
pub fn from_start(i: i64, len: usize) -> usize {
    if i >= 0 { i as usize } else { i.saturating_add(len as i64).max(0) as usize }
}

/// `a is b or a == b` where no Python needs to run to tell.
#[inline(always)]
pub fn quick_equal(a: VRef<'_>, b: VRef<'_>) -> Option<bool> {
    if a.is(b) {
        return Some(true);
    }
    let (x, y) = (a.word(), b.word());
    if x.is_int() && y.is_int() {
        return Some(false);
    }
    if x.is_float() && y.is_float() {
        return Some(x.as_float() == y.as_float());
    }
    let singleton = |w: Word| !w.is_heap() && !w.is_int() && !w.is_float();
    if singleton(x) && singleton(y) {
        return Some(false);
    }
    match (a.exact::<Str>(fixed::STR), b.exact::<Str>(fixed::STR)) {
        (Some(p), Some(q)) => Some(p.bytes() == q.bytes()),
        (Some(_), None) if !y.is_heap() => Some(false),
        (None, Some(_)) if !x.is_heap() => Some(false),
        _ => equal_objects(a, b),
    }
}

/// Two objects of one kind that are not the same one: bytes, and those that are equal to themselves only.
fn equal_objects(a: VRef<'_>, b: VRef<'_>) -> Option<bool> {
    let (x, y) = (a.header()?, b.header()?);
    if x.shape() == fixed::BYTES && y.shape() == fixed::BYTES {
        let (p, q) = (a.exact::<Bytes>(fixed::BYTES)?, b.exact::<Bytes>(fixed::BYTES)?);
        return Some(p.as_slice() == q.as_slice());
    }
    use super::object::compares_by_identity as alone;
    if alone(a.ty()) && alone(b.ty()) { Some(false) } else { None }
}

/// Are two tuples equal? Without Python: `None` where an item's `__eq__` would have to be asked.
pub fn equal_tuples(a: &Tuple, b: &Tuple, depth: u32) -> Option<bool> {
    for (p, q) in a.iter().zip(b.iter()) {
        if p.is(q) {
            continue;
        }
        let same = match quick_equal(p, q) {
            Some(same) => same,
            None if depth > 0 => equal_tuples(plain_tuple(p)?, plain_tuple(q)?, depth - 1)?,
            None => return None,
        };
        if !same {
            return Some(false);
        }
    }
    Some(a.len() == b.len())
}

/// The order of two values of one kind, tuples of such too. Without Python: `None` where that would have to be asked.
pub fn quick_order(a: VRef<'_>, b: VRef<'_>, depth: u32) -> Option<Ordering> {
    let (x, y) = (a.word(), b.word());
    if x.is_int() && y.is_int() {
        return Some(x.as_int().cmp(&y.as_int()));
    }
    if x.is_float() && y.is_float() {
        return x.as_float().partial_cmp(&y.as_float());
    }
    let truth = |w: Word| (w == Word::TRUE || w == Word::FALSE).then_some(w == Word::TRUE);
    if let (Some(p), Some(q)) = (truth(x), truth(y)) {
        return Some(p.cmp(&q));
    }
    if let (Some(p), Some(q)) = (a.exact::<Str>(fixed::STR), b.exact::<Str>(fixed::STR)) {
        return Some(p.bytes().cmp(q.bytes()));
    }
    if depth == 0 {
        return None;
    }
    let (p, q) = (plain_tuple(a)?, plain_tuple(b)?);
    for (v, w) in p.iter().zip(q.iter()) {
        if v.is(w) {
            continue;
        }
        match quick_order(v, w, depth - 1)? {
            Ordering::Equal => {}
            other => return Some(other),
        }
    }
    Some(p.len().cmp(&q.len()))
}

/// A tuple that compares as tuples do: named tuples, too.
#[inline(always)]
pub fn plain_tuple(v: VRef<'_>) -> Option<&Tuple> {
    if v.has_shape(fixed::TUPLE) {
        return v.exact::<Tuple>(fixed::TUPLE);
    }
    let compare = super::tuple_type::compare as *const () as usize;
    v.cast::<Tuple>().filter(|_| v.ty().slots().compare.is_some_and(|f| f as usize == compare))
}

/// How deep [`equal_tuples`] looks.
pub const TUPLE_DEPTH: u32 = 8;

/// `seq op other` once a first differing pair, or none, is known.
pub fn compare_sizes(a: usize, b: usize, op: Cmp) -> Res {
    Ok(Value::bool(crate::ops::ordering_is(a.cmp(&b), op)))
}

/// Joins reprs: `open`, items separated by commas, `close`.
pub struct Joiner {
    text: Vec<u8>,
    empty: bool,
}

impl Joiner {
    /// Starts with a bracket.
    pub fn new(open: &str) -> Joiner {
        Joiner { text: open.as_bytes().to_vec(), empty: true }
    }

    /// The comma, but for the first item.
    pub fn separate(&mut self) {
        if !std::mem::replace(&mut self.empty, false) {
            self.text.extend_from_slice(b", ")
        }
    }

    /// Adds `repr(v)`.
    pub fn repr(&mut self, t: &mut Thread, v: VRef<'_>) -> Res<()> {
        let r = t.repr(v)?;
        if let Some(s) = text(r.r()) {
            self.text.extend_from_slice(s.bytes())
        }
        Ok(())
    }

    /// Adds text.
    pub fn push(&mut self, s: &[u8]) {
        self.text.extend_from_slice(s)
    }

    /// The str.
    pub fn finish(mut self, t: &Thread, close: &str) -> Value {
        self.text.extend_from_slice(close.as_bytes());
        t.str_wtf8(&self.text)
    }
}

impl Thread {
    /// Runs `f` to make the repr of a container, or gives `again` if that is under way already: the container
    /// contains itself.
    pub fn repr_once(&mut self, v: VRef<'_>, again: &str, f: impl FnOnce(&mut Thread) -> Res) -> Res {
        let id = v.word().identity();
        if self.in_repr.contains(&id) {
            return Ok(self.str(again));
        }
        self.in_repr.push(id);
        let r = f(self);
        self.in_repr.pop();
        r
    }
}

/// An int argument of a `__setstate__`.
pub fn state_index(t: &mut Thread, v: VRef<'_>) -> Res<i64> {
    match int::to_i64(v) {
        Some(i) => Ok(i),
        None if int::is_int(v) => Err(t.overflow_error("Python int too large to convert to C ssize_t")),
        None => Err(t.type_error("an integer is required")),
    }
}

/// `__class_getitem__` of the generic types.
pub fn class_getitem(t: &mut Thread, a: crate::object::Args<'_>) -> Res {
    super::genericalias::new(t, a.get(0), a.get(1))
}

/// `iter(self)` of an iterator.
pub fn itself(_t: &mut Thread, v: VRef<'_>) -> Res {
    Ok(v.to_value())
}

/// A builtin by name, for `__reduce__` methods that name builtin functions.
pub fn builtin(t: &mut Thread, name: &str) -> Res {
    let all = crate::start::builtins_dict(t);
    if let Some(v) = all.cast::<crate::dict::Dict>().and_then(|d| t.dict_get(d, name)) {
        return Ok(v);
    }
    let n = t.str(name);
    Err(t.name_error(n.r(), format!("name '{name}' is not defined")))
}

/// `(function, arguments)` or `(function, arguments, state)` for `__reduce__`.
pub fn reduced(t: &mut Thread, function: Value, args: Vec<Value>, state: Option<Value>) -> Value {
    let args = super::tuple::Tuple::new(t, args);
    let mut all = vec![function, args];
    all.extend(state);
    super::tuple::Tuple::new(t, all)
}

/// `(iter, (list,))`: what is left of an iterator, as a list.
pub fn reduced_rest(t: &mut Thread, rest: Vec<Value>) -> Res {
    let f = builtin(t, "iter")?;
    let list = super::list::List::new(t, rest);
    Ok(reduced(t, f, vec![list], None))
}

/// The error of `+` with another type.
pub fn concat_error(t: &mut Thread, what: &str, other: VRef<'_>) -> Raised {
    let n = other.ty().name();
    t.type_error(format!("can only concatenate {what} (not \"{n}\") to {what}"))
}

/// The hash of a key that has one without any Python: a str, a small int, a tuple that was hashed before, an object whose
/// address is its hash.
#[inline(always)]
pub fn quick_hash(key: VRef<'_>) -> Option<i64> {
    let w = key.word();
    if w.is_int() {
        return Some(weft_text::hash::number::of_i64(w.as_int()));
    }
    let h = key.header()?;
    if h.shape() == fixed::STR {
        return key.exact::<Str>(fixed::STR).map(|s| s.hash() as i64);
    }
    if h.shape() == fixed::TUPLE {
        return quick_tuple_hash(key.exact::<Tuple>(fixed::TUPLE)?, TUPLE_DEPTH);
    }
    if h.shape() == fixed::BYTES {
        return key.exact::<Bytes>(fixed::BYTES).map(|b| b.hash());
    }
    super::object::hashes_by_identity(key.ty()).then(|| crate::hash::hash_pointer(w.identity()))
}

/// The hash of a tuple of keys that have a quick one.
fn quick_tuple_hash(items: &Tuple, depth: u32) -> Option<i64> {
    use std::sync::atomic::Ordering::Relaxed;
    let known = items.hash.load(Relaxed);
    if known != 0 {
        return Some(known as i64);
    }
    let mut mixed = weft_text::hash::collection::TupleHasher::default();
    for x in items.iter() {
        mixed.add(match x.exact::<Tuple>(fixed::TUPLE) {
            Some(_) if depth == 0 => return None,
            Some(inner) => quick_tuple_hash(inner, depth - 1)?,
            None => quick_hash(x)?,
        })
    }
    let h = mixed.finish();
    items.hash.store(h as u64, Relaxed);
    Some(h)
}

/// The hash of a dict key or set element, with the error text for things that have none.
pub fn key_hash(t: &mut Thread, key: VRef<'_>, what: &str) -> Res<i64> {
    match t.hash(key) {
        Ok(h) => Ok(h),
        Err(e) => {
            let plain = t.raised().is_some_and(|x| std::ptr::eq(x.ty(), crate::errors::TYPE_ERROR.get(t)));
            if !plain {
                return Err(e);
            }
            let old = t.take_raised();
            let (n, why) = (key.ty().name(), t.str_text(old.r())?);
            Err(t.type_error(format!("cannot use '{n}' as a {what} ({why})")))
        }
    }
}
