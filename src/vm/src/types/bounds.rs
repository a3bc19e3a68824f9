//! Indices and slices of text and bytes: from Python's numbering to positions.
//!
//! Arguments are converted first (which may run Python and change a mutable sequence), then fitted to the length.

use super::slice::Slice;
use crate::object::ValueExt;
use crate::thread::Thread;
use crate::{Raised, Res};
use weft_strategy::{VRef, Value};

/// Position of item `i` of `len`.
#[inline(always)]
pub fn at(i: i64, len: usize) -> Option<usize> {
    let i = if i < 0 { i.checked_add(len as i64)? } else { i };
    if (i as u64) < len as u64 { Some(i as usize) } else { None }
}

/// A bound of a slice: `None` or an index, clamped to 64 bits.
pub fn bound(t: &mut Thread, v: Option<VRef<'_>>) -> Res<Option<i64>> {
    let Some(v) = v.filter(|v| !v.is_none()) else { return Ok(None) };
    if v.ty().slots().index.is_none() {
        return Err(t.type_error("slice indices must be integers or None or have an __index__ method"));
    }
    t.index_clamped(v).map(Some)
}

/// The `start` and `end` arguments of `find` and its like, fitted to `len`; `start` may lie behind `end`, or behind
/// the text (then nothing is found, not even nothing).
pub fn range(start: Option<i64>, end: Option<i64>, len: usize) -> (usize, usize) {
    let fit = |i: i64| if i < 0 { i.saturating_add(len as i64).max(0) as usize } else { i as usize };
    (start.map_or(0, fit), end.map_or(len, |e| fit(e).min(len)))
}

/// A slice whose members are numbers already.
#[derive(Clone, Copy)]
pub struct Bounds {
    start: Option<i64>,
    stop: Option<i64>,
    step: i64,
}

/// A slice fitted to a length: `count` items from `start` on, `step` apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// First item.
    pub start: usize,
    /// Where a step of one would insert: `start <= stop` then.
    pub stop: usize,
    /// Distance, not zero.
    pub step: i64,
    /// How many.
    pub count: usize,
}

/// Converts the members of a slice.
pub fn unpack(t: &mut Thread, s: &Slice) -> Res<Bounds> {
    let step = s.step.load();
    let step = match bound(t, step.as_ref().map(Value::r))? {
        Some(0) => return Err(t.value_error("slice step cannot be zero")),
        Some(n) => n.max(-i64::MAX),
        None => 1,
    };
    let (start, stop) = (s.start.load(), s.stop.load());
    let start = bound(t, start.as_ref().map(Value::r))?;
    let stop = bound(t, stop.as_ref().map(Value::r))?;
    Ok(Bounds { start, stop, step })
}

impl Bounds {
    /// Fits the slice to a length (Language Reference 3.3.7, `slice.indices`).
    pub fn fit(self, len: usize) -> Span {
        let n = len as i64;
        let (low, high) = if self.step < 0 { (-1, n - 1) } else { (0, n) };
        let clamp = |i: i64| (if i < 0 { i.saturating_add(n) } else { i }).clamp(low, high);
        let start = self.start.map_or(if self.step < 0 { high } else { low }, clamp);
        let stop = self.stop.map_or(if self.step < 0 { low } else { high }, clamp);
        let count = if self.step > 0 && start < stop {
            ((stop - start - 1) / self.step + 1) as usize
        } else if self.step < 0 && stop < start {
            ((start - stop - 1) / -self.step + 1) as usize
        } else {
            0
        };
        Span {
            start: start.max(0) as usize,
            stop: if self.step > 0 { stop.max(start) as usize } else { stop.max(0) as usize },
            step: self.step,
            count,
        }
    }
}

impl Span {
    /// The positions.
    pub fn positions(self) -> impl Iterator<Item = usize> {
        let (start, step) = (self.start as i64, self.step);
        (0..self.count as i64).map(move |k| (start + k * step) as usize)
    }
}

/// A subscript: an index, or a slice.
pub enum Subscript {
    /// `x[i]`
    Index(i64),
    /// `x[a:b:c]`
    Slice(Bounds),
}

/// Converts a subscript; `wrong` makes the error for other types.
pub fn subscript(
    t: &mut Thread,
    key: VRef<'_>,
    wrong: fn(&mut Thread, VRef<'_>) -> Raised,
) -> Res<Subscript> {
    if key.word().is_int() {
        return Ok(Subscript::Index(key.word().as_int()));
    }
    if let Some(s) = key.cast::<Slice>() {
        return Ok(Subscript::Slice(unpack(t, s)?));
    }
    if key.ty().slots().index.is_none() {
        return Err(wrong(t, key));
    }
    Ok(Subscript::Index(t.index_i64(key, &crate::errors::INDEX_ERROR)?))
}

/// `len * n` for a repetition, or MemoryError.
pub fn repeated_len(t: &mut Thread, len: usize, n: i64) -> Res<usize> {
    let n = usize::try_from(n).unwrap_or(0);
    match len.checked_mul(n).filter(|n| *n <= weft_text::LARGEST_WIDTH) {
        Some(total) => Ok(total),
        None => Err(super::int::memory_error(t)),
    }
}

/// A width argument: negative ones mean 0; MemoryError for what no memory holds.
pub fn width(t: &mut Thread, v: VRef<'_>) -> Res<usize> {
    let n = t.arg_ssize(v)?;
    let n = usize::try_from(n).unwrap_or(0);
    if n > weft_text::LARGEST_WIDTH { Err(super::int::memory_error(t)) } else { Ok(n) }
}

/// A count argument where -1 and other negative numbers mean "all".
pub fn count(t: &mut Thread, v: Option<VRef<'_>>) -> Res<Option<usize>> {
    match v {
        None => Ok(None),
        Some(v) => Ok(usize::try_from(t.arg_ssize(v)?).ok()),
    }
}

/// Refuses a replacement whose result no memory holds.
pub fn check_replacement(
    t: &mut Thread,
    text: &[u8],
    old: &[u8],
    new: &[u8],
    max: Option<usize>,
    kind: weft_text::Kind,
) -> Res<()> {
    if new.len() <= old.len()
        || (text.len() + 1).checked_mul(new.len()).is_some_and(|n| n <= weft_text::LARGEST_WIDTH)
    {
        return Ok(());
    }
    let n = weft_text::search::count(text, old, kind).min(max.unwrap_or(usize::MAX));
    let total = n.checked_mul(new.len()).and_then(|n| n.checked_add(text.len()));
    match total.filter(|n| *n <= weft_text::LARGEST_WIDTH) {
        Some(_) => Ok(()),
        None => Err(super::int::memory_error(t)),
    }
}
