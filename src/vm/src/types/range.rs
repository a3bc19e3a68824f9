//! `range`: an arithmetic progression of ints of any size. Its iterators are in `range_iter.rs`.
//!
//! Start, stop, step and length are Python ints in slots; where all of them are small, arithmetic is on machine
//! words, else on big integers.

use super::sequence::{self, Joiner};
use super::slice::{self, Slice, read_only};
use super::tuple::Tuple;
use super::{fixed, int, range_iter};
use crate::object::{Args, CallArgs, Cmp, GetSet, NativeType, Slots, Type, TypeSpec, ValueExt, type_flag};
use crate::thread::Thread;
use crate::{Res, methods};
use dashu_int::IBig;
use weft_strategy::{Header, Slot, VRef, Value};

pub use super::range_iter::{ITERATOR, RangeIter, new_iter};

/// A range. Bounds are ints of any size.
#[repr(C)]
pub struct Range {
    pub(crate) h: Header,
    /// start
    pub start: Slot,
    /// stop
    pub stop: Slot,
    /// step
    pub step: Slot,
    /// length
    pub length: Slot,
}
crate::object!(Range, "range", true, [start, stop, step, length]);

/// `range`
pub static TYPE: NativeType = NativeType::fixed(&SPEC, fixed::RANGE);
static SPEC: TypeSpec = TypeSpec {
    name: "range",
    doc: "range(stop) -> range object\nrange(start, stop[, step]) -> range object\n\nReturn an object that produces a sequence of integers from start (inclusive)\nto stop (exclusive) by step.  range(i, j) produces i, i+1, i+2, ..., j-1.\nstart defaults to 0, and stop is omitted!  range(4) produces 0, 1, 2, 3.\nThese are exactly the valid indices for a list of 4 elements.\nWhen step is given, it specifies the increment (or decrement).",
    flags: type_flag::IMMUTABLE | type_flag::SEQUENCE,
    slots: Slots {
        repr: Some(repr),
        hash: Some(hash),
        compare: Some(compare),
        iter: Some(|t, v| Ok(range_iter::over(t, this(v)))),
        new: Some(new),
        bool: Some(|_, v| Ok(this(v).small_length() != Some(0))),
        len: Some(len),
        getitem: Some(getitem),
        contains: Some(contains),
        ..Slots::EMPTY
    },
    methods: methods! {
        "__reversed__(self, /)" => |t, a| Ok(range_iter::over_reversed(t, this(a.get(0)))), "Return a reverse iterator.";
        "__reduce__(self, /)" => reduce;
        "count(self, object, /)" => count, "rangeobject.count(value) -> integer -- return number of occurrences of value";
        "index(self, object, /)" => index, "rangeobject.index(value) -> integer -- return index of value.\nRaise ValueError if the value is not present.";
    },
    getset: &[
        GetSet { name: "start", get: |_, v| Ok(part(&this(v).start)), set: Some(read_only), doc: "" },
        GetSet { name: "stop", get: |_, v| Ok(part(&this(v).stop)), set: Some(read_only), doc: "" },
        GetSet { name: "step", get: |_, v| Ok(part(&this(v).step)), set: Some(read_only), doc: "" },
    ],
    ..TypeSpec::new::<Range>()
};

fn this(v: VRef<'_>) -> &Range {
    v.cast().expect("a range")
}

fn part(s: &Slot) -> Value {
    s.load().unwrap_or(Value::NONE)
}

fn small(s: &Slot) -> Option<i64> {
    let w = s.word();
    w.is_int().then(|| w.as_int())
}

fn big(s: &Slot) -> IBig {
    s.load().and_then(|v| int::to_big(v.r())).unwrap_or(IBig::ZERO)
}

/// Number of items of a range of machine words.
fn small_count(start: i64, stop: i64, step: i64) -> Option<i64> {
    let span = if step > 0 { stop as i128 - start as i128 } else { start as i128 - stop as i128 };
    if span <= 0 {
        return Some(0);
    }
    i64::try_from((span - 1) / (step as i128).abs() + 1).ok()
}

fn big_count(start: &IBig, stop: &IBig, step: &IBig) -> IBig {
    let up = *step > IBig::ZERO;
    let span = if up { stop - start } else { start - stop };
    if span <= IBig::ZERO {
        return IBig::ZERO;
    }
    let step = if up { step.clone() } else { -step };
    (span - IBig::ONE) / step + IBig::ONE
}

impl Range {
    /// A range; the step is not 0, all are exact ints.
    pub fn make(t: &Thread, start: Value, stop: Value, step: Value) -> Value {
        let words = (start.word(), stop.word(), step.word());
        let length = match (words.0.is_int() && words.1.is_int() && words.2.is_int())
            .then(|| small_count(words.0.as_int(), words.1.as_int(), words.2.as_int()))
            .flatten()
        {
            Some(n) => t.int(n),
            None => {
                let number = |v: &Value| int::to_big(v.r()).unwrap_or(IBig::ZERO);
                t.big_int(big_count(&number(&start), &number(&stop), &number(&step)))
            }
        };
        t.make(
            fixed::RANGE,
            Range {
                h: Header::new(0, 0),
                start: Slot::new(start),
                stop: Slot::new(stop),
                step: Slot::new(step),
                length: Slot::new(length),
            },
        )
    }

    fn of_big(t: &Thread, start: IBig, stop: IBig, step: IBig) -> Value {
        Range::make(t, t.big_int(start), t.big_int(stop), t.big_int(step))
    }

    /// Start, step and length as machine words, if they fit.
    #[inline]
    pub fn small(&self) -> Option<(i64, i64, i64)> {
        Some((small(&self.start)?, small(&self.step)?, small(&self.length)?))
    }

    /// Start, step and length of any size.
    pub fn large(&self) -> (IBig, IBig, IBig) {
        (big(&self.start), big(&self.step), big(&self.length))
    }

    fn small_length(&self) -> Option<i64> {
        small(&self.length)
    }
}

/// An int argument as an exact int (a bool becomes one).
fn number(t: &mut Thread, v: VRef<'_>) -> Res {
    let i = t.index(v)?;
    if i.word().is_int() || i.has_shape(fixed::INT) {
        return Ok(i);
    }
    let n = int::to_big(i.r()).unwrap_or(IBig::ZERO);
    Ok(t.big_int(n))
}

fn new(t: &mut Thread, _cls: &Type, args: CallArgs<'_>) -> Res {
    sequence::no_keywords(t, "range", args)?;
    sequence::arity(t, "range", args, 1, 3)?;
    let a = args.positional();
    let (zero, one) = (t.int(0), t.int(1));
    if let [stop] = a {
        let stop = number(t, *stop)?;
        return Ok(Range::make(t, zero, stop, one));
    }
    let start = number(t, a[0])?;
    let stop = number(t, a[1])?;
    let step = match a.get(2) {
        Some(s) => number(t, *s)?,
        None => one,
    };
    if step.r().is(zero.r()) {
        return Err(t.value_error("range() arg 3 must not be zero"));
    }
    Ok(Range::make(t, start, stop, step))
}

fn len(t: &mut Thread, v: VRef<'_>) -> Res<usize> {
    let n = part(&this(v).length);
    match int::to_i64(n.r()) {
        Some(n) => Ok(n as usize),
        None => Err(t.overflow_error("Python int too large to convert to C ssize_t")),
    }
}

fn getitem(t: &mut Thread, v: VRef<'_>, key: VRef<'_>) -> Res {
    let r = this(v);
    if let Some(s) = key.cast::<Slice>() {
        if let (Some((start, step, length)), Some(s)) = (r.small(), slice::Unpacked::of_ints(s)) {
            let (from, to, _) = s.fit(length as usize);
            let at = |i: i64| i128::from(start) + i128::from(i) * i128::from(step);
            let words =
                [at(from), at(to), i128::from(step) * i128::from(s.step)].map(|n| i64::try_from(n).ok());
            if let [Some(a), Some(b), Some(c)] = words {
                return Ok(Range::make(t, t.int(a), t.int(b), t.int(c)));
            }
        }
        let (start, step, length) = r.large();
        let [from, to, by] = slice::long_indices(t, s, &length)?;
        let at = |i: &IBig| &start + i * &step;
        return Ok(Range::of_big(t, at(&from), at(&to), &step * by));
    }
    if key.ty().slots().index.is_none() {
        let n = key.ty().name();
        return Err(t.type_error(format!("range indices must be integers or slices, not {n}")));
    }
    let i = t.index(key)?;
    if let (Some((start, step, length)), Some(i)) = (r.small(), int::to_i64(i.r())) {
        let i = if i < 0 { i.saturating_add(length) } else { i };
        if (0..length).contains(&i) {
            return Ok(t.int(start.wrapping_add(i.wrapping_mul(step))));
        }
        return Err(t.index_error("range object index out of range"));
    }
    let (start, step, length) = r.large();
    let i = int::to_big(i.r()).unwrap_or(IBig::ZERO);
    let i = if i < IBig::ZERO { i + &length } else { i };
    if i < IBig::ZERO || i >= length {
        return Err(t.index_error("range object index out of range"));
    }
    Ok(t.big_int(start + i * step))
}

/// Is it an int whose `__eq__` is int's own?
fn is_plain_int(v: VRef<'_>) -> bool {
    v.word().is_int()
        || v.has_shape(fixed::INT)
        || matches!(v.word(), weft_strategy::Word::TRUE | weft_strategy::Word::FALSE)
}

/// Place of an int in the range.
fn place(r: &Range, v: VRef<'_>) -> Option<IBig> {
    if let (Some((start, step, length)), Some(x)) = (r.small(), int::to_i64(v)) {
        let (d, step) = (x as i128 - start as i128, step as i128);
        let k = d / step;
        return (d % step == 0 && k >= 0 && k < length as i128).then(|| IBig::from(k));
    }
    let (start, step, length) = r.large();
    let d = int::to_big(v)? - start;
    let k = &d / &step;
    (&k * &step == d && k >= IBig::ZERO && k < length).then_some(k)
}

/// Place of anything, by comparing with each number; and how many are equal from there on, if `all`.
fn search(t: &mut Thread, v: VRef<'_>, x: VRef<'_>, all: bool) -> Res<(Option<i64>, i64)> {
    let it = range_iter::over(t, this(v));
    let (mut i, mut first, mut n) = (0i64, None, 0);
    while let Some(y) = t.next(it.r())? {
        if t.equal(y.r(), x)? {
            first = first.or(Some(i));
            n += 1;
            if !all {
                break;
            }
        }
        i += 1
    }
    Ok((first, n))
}

fn contains(t: &mut Thread, v: VRef<'_>, x: VRef<'_>) -> Res<bool> {
    if is_plain_int(x) {
        return Ok(place(this(v), x).is_some());
    }
    Ok(search(t, v, x, false)?.0.is_some())
}

fn count(t: &mut Thread, a: Args<'_>) -> Res {
    if is_plain_int(a.get(1)) {
        return Ok(t.int(place(this(a.get(0)), a.get(1)).is_some() as i64));
    }
    let n = search(t, a.get(0), a.get(1), true)?.1;
    Ok(t.int(n))
}

fn index(t: &mut Thread, a: Args<'_>) -> Res {
    if is_plain_int(a.get(1)) {
        return match place(this(a.get(0)), a.get(1)) {
            Some(i) => Ok(t.big_int(i)),
            None => Err(t.value_error("range.index(x): x not in range")),
        };
    }
    match search(t, a.get(0), a.get(1), false)?.0 {
        Some(i) => Ok(t.int(i)),
        None => Err(t.value_error("sequence.index(x): x not in sequence")),
    }
}

fn repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let r = this(v);
    let mut j = Joiner::new("range(");
    j.separate();
    j.repr(t, part(&r.start).r())?;
    j.separate();
    j.repr(t, part(&r.stop).r())?;
    if small(&r.step) != Some(1) {
        j.separate();
        j.repr(t, part(&r.step).r())?
    }
    Ok(j.finish(t, ")"))
}

/// What makes ranges equal: length, start if there are items, step if there are two.
fn essence(r: &Range) -> [Value; 3] {
    let n = r.small_length();
    [
        part(&r.length),
        if n == Some(0) { Value::NONE } else { part(&r.start) },
        if matches!(n, Some(0 | 1)) { Value::NONE } else { part(&r.step) },
    ]
}

fn hash(t: &mut Thread, v: VRef<'_>) -> Res<i64> {
    let all = Tuple::new(t, essence(this(v)).into());
    t.hash(all.r())
}

fn compare(t: &mut Thread, a: VRef<'_>, b: VRef<'_>, op: Cmp) -> Res {
    let (Some(x), Some(y)) = (a.cast::<Range>(), b.cast::<Range>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if !matches!(op, Cmp::Eq | Cmp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    for (p, q) in essence(x).iter().zip(essence(y).iter()) {
        if !t.equal(p.r(), q.r())? {
            return Ok(Value::bool(op == Cmp::Ne));
        }
    }
    Ok(Value::bool(op == Cmp::Eq))
}

fn reduce(t: &mut Thread, a: Args<'_>) -> Res {
    let r = this(a.get(0));
    let parts = vec![part(&r.start), part(&r.stop), part(&r.step)];
    let class = a.get(0).ty().to_value();
    Ok(sequence::reduced(t, class, parts, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths() {
        assert_eq!(small_count(0, 10, 3), Some(4));
        assert_eq!(small_count(10, 0, -3), Some(4));
        assert_eq!(small_count(0, -1, 1), Some(0));
        assert_eq!(small_count(i64::MIN, i64::MAX, 1), None);
        assert_eq!(big_count(&0.into(), &10.into(), &3.into()), 4.into());
        assert_eq!(big_count(&10.into(), &0.into(), &(-3).into()), 4.into());
    }
}
