//! `slice`: three values, and what they mean for a sequence of some length.

use super::sequence::{self, Joiner};
use super::tuple::Tuple;
use super::{fixed, int};
use crate::object::{Args, CallArgs, Cmp, GetSet, NativeType, Slots, Type, TypeSpec, ValueExt, type_flag};
use crate::thread::Thread;
use crate::{Res, methods};
use dashu_int::IBig;
use weft_strategy::{Header, Slot, VRef, Value, Word};

/// A slice.
#[repr(C)]
pub struct Slice {
    pub(crate) h: Header,
    /// start
    pub start: Slot,
    /// stop
    pub stop: Slot,
    /// step
    pub step: Slot,
}
crate::object!(Slice, "slice", true, [start, stop, step]);

/// `slice`
pub static TYPE: NativeType = NativeType::fixed(&SPEC, fixed::SLICE);
static SPEC: TypeSpec = TypeSpec {
    name: "slice",
    doc: "slice(stop)\nslice(start, stop[, step])\n\nCreate a slice object.  This is used for extended slicing (e.g. a[0:10:2]).",
    flags: type_flag::IMMUTABLE,
    slots: Slots {
        repr: Some(repr),
        hash: Some(hash),
        compare: Some(compare),
        new: Some(new),
        ..Slots::EMPTY
    },
    methods: methods! {
        "indices(self, object, /)" => indices, "Return (start, stop, stride) for a sequence of the given length.\n\nOut of bounds indices are clipped as in the handling of normal slices.";
        "__reduce__(self, /)" => reduce, "Return state information for pickling.";
    },
    getset: &[
        GetSet { name: "start", get: |_, v| Ok(part(&this(v).start)), set: Some(read_only), doc: "" },
        GetSet { name: "stop", get: |_, v| Ok(part(&this(v).stop)), set: Some(read_only), doc: "" },
        GetSet { name: "step", get: |_, v| Ok(part(&this(v).step)), set: Some(read_only), doc: "" },
    ],
    ..TypeSpec::new::<Slice>()
};

/// Setter of fields that are members in CPython.
pub fn read_only(t: &mut Thread, v: VRef<'_>, _value: Option<VRef<'_>>) -> Res<()> {
    Err(t.attribute_error_text(v, "", "readonly attribute".into()))
}

fn this(v: VRef<'_>) -> &Slice {
    v.cast().expect("a slice")
}

fn part(s: &Slot) -> Value {
    s.load().unwrap_or(Value::NONE)
}

impl Slice {
    /// A slice.
    pub fn new(t: &Thread, start: Value, stop: Value, step: Value) -> Value {
        t.make(
            fixed::SLICE,
            Slice {
                h: Header::new(0, 0),
                start: Slot::new(start),
                stop: Slot::new(stop),
                step: Slot::new(step),
            },
        )
    }

    fn parts(&self) -> [Value; 3] {
        [part(&self.start), part(&self.stop), part(&self.step)]
    }
}

fn new(t: &mut Thread, _cls: &Type, args: CallArgs<'_>) -> Res {
    sequence::no_keywords(t, "slice", args)?;
    sequence::arity(t, "slice", args, 1, 3)?;
    let a = args.positional();
    let at = |i: usize| a.get(i).map_or(Value::NONE, |v| v.to_value());
    Ok(if a.len() == 1 {
        Slice::new(t, Value::NONE, at(0), Value::NONE)
    } else {
        Slice::new(t, at(0), at(1), at(2))
    })
}

// ---- what a slice means

/// A slice as machine numbers, clamped to their range; not yet fitted to a length.
#[derive(Clone, Copy, Debug)]
pub struct Unpacked {
    start: i64,
    stop: i64,
    /// Never 0.
    pub step: i64,
}

/// One index of a slice.
fn slice_index(t: &mut Thread, v: VRef<'_>) -> Res<i64> {
    if v.word().is_int() {
        return Ok(v.word().as_int());
    }
    if v.ty().slots().index.is_none() {
        return Err(t.type_error("slice indices must be integers or None or have an __index__ method"));
    }
    t.index_clamped(v)
}

/// Evaluates the three parts: `__index__` may run.
pub fn unpack(t: &mut Thread, s: &Slice) -> Res<Unpacked> {
    let [start, stop, step] = s.parts();
    let step = if step.is_none() { 1 } else { slice_index(t, step.r())?.max(-i64::MAX) };
    if step == 0 {
        return Err(t.value_error("slice step cannot be zero"));
    }
    let back = step < 0;
    let start = match start.is_none() {
        true if back => i64::MAX,
        true => 0,
        false => slice_index(t, start.r())?,
    };
    let stop = match stop.is_none() {
        true if back => i64::MIN,
        true => i64::MAX,
        false => slice_index(t, stop.r())?,
    };
    Ok(Unpacked { start, stop, step })
}

impl Unpacked {
    /// A slice whose parts are small ints or None, and its step not 0.
    pub fn of_ints(s: &Slice) -> Option<Unpacked> {
        let part = |s: &Slot, none: i64| match s.word() {
            Word::NONE => Some(none),
            w if w.is_int() => Some(w.as_int()),
            _ => None,
        };
        let step = part(&s.step, 1)?;
        let (first, last) = if step < 0 { (i64::MAX, i64::MIN) } else { (0, i64::MAX) };
        if step == 0 {
            return None;
        }
        Some(Unpacked { start: part(&s.start, first)?, stop: part(&s.stop, last)?, step })
    }

    /// `start:stop` of small ints or None.
    #[inline]
    pub fn simple(start: Word, stop: Word) -> Option<Unpacked> {
        Unpacked::simple_stepped(start, stop, Word::NONE)
    }

    /// `start:stop:step` of small ints or None; the step is not 0.
    #[inline]
    pub fn simple_stepped(start: Word, stop: Word, step: Word) -> Option<Unpacked> {
        let step = match step {
            Word::NONE => 1,
            w if w.is_int() && w != Word::small_int(0) => w.as_int(),
            _ => return None,
        };
        let part = |w: Word, none: i64| match w {
            Word::NONE => Some(none),
            w if w.is_int() => Some(w.as_int()),
            _ => None,
        };
        let (first, last) = if step > 0 { (0, i64::MAX) } else { (i64::MAX, i64::MIN) };
        Some(Unpacked { start: part(start, first)?, stop: part(stop, last)?, step })
    }

    /// First index, step and number of items for a sequence of `len` items.
    pub fn stepped(self, len: usize) -> (usize, i64, usize) {
        let (start, _, count) = self.fit(len);
        (start.max(0) as usize, self.step, count)
    }

    /// Start and end for a step of 1 (the end is not before the start).
    pub fn range(self, len: usize) -> (usize, usize) {
        let (start, stop, _) = self.fit(len);
        (start as usize, stop.max(start) as usize)
    }

    /// The indices of the items.
    pub fn places(self, len: usize) -> impl Iterator<Item = usize> {
        let (start, step, count) = self.stepped(len);
        (0..count as i64).map(move |k| (start as i64).wrapping_add(k.wrapping_mul(step)) as usize)
    }

    /// Start, stop, count. Start and stop may be -1 when the step is negative.
    pub fn fit(self, len: usize) -> (i64, i64, usize) {
        let (n, back) = (len as i64, self.step < 0);
        let clip = |i: i64| {
            if i < 0 {
                let i = i.saturating_add(n);
                if i >= 0 {
                    i
                } else if back {
                    -1
                } else {
                    0
                }
            } else if i >= n {
                if back { n - 1 } else { n }
            } else {
                i
            }
        };
        let (start, stop) = (clip(self.start), clip(self.stop));
        let count = if back && stop < start {
            (start - stop - 1) / -self.step + 1
        } else if !back && start < stop {
            (stop - start - 1) / self.step + 1
        } else {
            0
        };
        (start, stop, count as usize)
    }
}

/// `(start, stop, step)` for a length of any size: `slice.indices`, and slices of ranges.
pub fn long_indices(t: &mut Thread, s: &Slice, len: &IBig) -> Res<[IBig; 3]> {
    let [start, stop, step] = s.parts();
    let mut number = |v: &Value| -> Res<Option<IBig>> {
        if v.is_none() {
            return Ok(None);
        }
        if !v.word().is_int() && v.r().ty().slots().index.is_none() {
            return Err(t.type_error("slice indices must be integers or None or have an __index__ method"));
        }
        let i = t.index(v.r())?;
        Ok(int::to_big(i.r()))
    };
    let step = number(&step)?.unwrap_or(IBig::ONE);
    if step == IBig::ZERO {
        return Err(t.value_error("slice step cannot be zero"));
    }
    let back = step < IBig::ZERO;
    let (lower, upper) = if back { (IBig::NEG_ONE, len - IBig::ONE) } else { (IBig::ZERO, len.clone()) };
    let clip = |i: IBig| {
        if i < IBig::ZERO { (i + len).max(lower.clone()) } else { i.min(upper.clone()) }
    };
    let start = match number(&start)? {
        Some(i) => clip(i),
        None if back => upper.clone(),
        None => lower.clone(),
    };
    let stop = match number(&stop)? {
        Some(i) => clip(i),
        None if back => lower.clone(),
        None => upper.clone(),
    };
    Ok([start, stop, step])
}

fn indices(t: &mut Thread, a: Args<'_>) -> Res {
    let n = t.index(a.get(1))?;
    let len = int::to_big(n.r()).unwrap_or(IBig::ZERO);
    if len < IBig::ZERO {
        return Err(t.value_error("length should not be negative"));
    }
    let all = long_indices(t, this(a.get(0)), &len)?;
    let all = all.into_iter().map(|i| t.big_int(i)).collect();
    Ok(Tuple::new(t, all))
}

// ---- as a value

fn repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let mut j = Joiner::new("slice(");
    for p in this(v).parts() {
        j.separate();
        j.repr(t, p.r())?
    }
    Ok(j.finish(t, ")"))
}

fn hash(t: &mut Thread, v: VRef<'_>) -> Res<i64> {
    // The mixing of tuples, without their length.
    let mut mixed = weft_text::hash::collection::TupleHasher::default();
    for p in this(v).parts() {
        mixed.add(t.hash(p.r())?)
    }
    Ok(mixed.finish_without_length())
}

fn compare(t: &mut Thread, a: VRef<'_>, b: VRef<'_>, op: Cmp) -> Res {
    let (Some(x), Some(y)) = (a.cast::<Slice>(), b.cast::<Slice>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let (x, y) = (Tuple::new(t, x.parts().into()), Tuple::new(t, y.parts().into()));
    t.compare(x.r(), y.r(), op)
}

fn reduce(t: &mut Thread, a: Args<'_>) -> Res {
    let parts = this(a.get(0)).parts().into();
    let class = a.get(0).ty().to_value();
    Ok(sequence::reduced(t, class, parts, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(start: i64, stop: i64, step: i64, len: usize) -> Vec<usize> {
        Unpacked { start, stop, step }.places(len).collect()
    }

    #[test]
    fn slices_select_what_python_selects() {
        assert_eq!(places(0, i64::MAX, 1, 3), [0, 1, 2]);
        assert_eq!(places(-2, i64::MAX, 1, 3), [1, 2]);
        assert_eq!(places(i64::MAX, i64::MIN, -1, 3), [2, 1, 0]);
        assert_eq!(places(i64::MAX, i64::MIN, -2, 4), [3, 1]);
        assert_eq!(places(1, 100, 2, 6), [1, 3, 5]);
        assert_eq!(places(i64::MIN, i64::MAX, i64::MAX, 6), [0]);
        assert_eq!(places(5, 2, 1, 6), [0usize; 0]);
        assert_eq!(places(i64::MAX, i64::MIN, -i64::MAX, 6), [5]);
        assert_eq!(places(0, i64::MAX, 1, 0), [0usize; 0]);
    }
}
