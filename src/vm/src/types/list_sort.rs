//! Sorting: `list.sort` and `sorted`.
//!
//! The items are taken out of the list, which is empty meanwhile, and sorted as owned values. Keys that
//! are all ints, all floats or all strs are compared without Python. Otherwise indices are merged bottom-up
//! from natural runs, so that a comparison that raises leaves a permutation of the items behind.

use super::list::List;
use super::{fixed, sequence, str::Str};
use crate::object::{Args, Cmp, ValueExt};
use crate::thread::Thread;
use crate::{Raised, Res};
use std::cmp::Ordering;
use weft_strategy::Value;

/// Runs shorter than this are extended by insertion.
const MIN_RUN: usize = 24;

/// `list.sort(*, key=None, reverse=False)`
pub fn sort(t: &mut Thread, a: Args<'_>) -> Res {
    let l: &List = a.this();
    let reverse = match a.opt(2) {
        Some(v) => t.truth(v)?,
        None => false,
    };
    sort_list(t, l, a.opt_none(1).map(|k| k.to_value()), reverse)?;
    Ok(Value::NONE)
}

/// Sorts a list in place.
pub fn sort_list(t: &mut Thread, l: &List, key: Option<Value>, reverse: bool) -> Res<()> {
    let mut items = l.take_all(t);
    let sorted = sort_values(t, &mut items, key.as_ref(), reverse);
    let (strangers, touched) = l.put_back(t, items);
    drop(strangers);
    sorted?;
    if touched { Err(t.value_error("list modified during sort")) } else { Ok(()) }
}

/// Sorts owned values. On an error they are all still there, in some order.
pub fn sort_values(t: &mut Thread, items: &mut Vec<Value>, key: Option<&Value>, reverse: bool) -> Res<()> {
    let Some(key) = key else {
        return if sort_plain(items, reverse) { Ok(()) } else { sort_by(t, items, None, reverse) };
    };
    let mut keys = Vec::with_capacity(items.len());
    for v in items.iter() {
        keys.push(t.call(key.r(), &[v.r()])?)
    }
    sort_by(t, items, Some(keys), reverse)
}

/// What all keys are, if no Python is needed to compare them.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Int,
    Float,
    Str,
}

fn kind_of(v: &Value) -> Option<Kind> {
    let w = v.word();
    if w.is_int() {
        Some(Kind::Int)
    } else if w.is_float() {
        Some(Kind::Float)
    } else if v.has_shape(fixed::STR) {
        Some(Kind::Str)
    } else {
        None
    }
}

fn kind_of_all(keys: &[Value]) -> Option<Kind> {
    let first = kind_of(keys.first()?)?;
    keys.iter().all(|k| kind_of(k) == Some(first)).then_some(first)
}

fn text(v: &Value) -> &[u8] {
    v.exact::<Str>(fixed::STR).map_or(&[], |s| s.bytes())
}

/// Orders two keys of a kind. Immediate floats are never NaN, and WTF-8 sorts as code points do.
fn order(kind: Kind, a: &Value, b: &Value) -> Ordering {
    match kind {
        Kind::Int => a.word().as_int().cmp(&b.word().as_int()),
        Kind::Float => a.word().as_float().partial_cmp(&b.word().as_float()).unwrap_or(Ordering::Equal),
        Kind::Str => text(a).cmp(text(b)),
    }
}

/// Sorts values that are their own keys, if they are all of a simple kind.
fn sort_plain(items: &mut [Value], reverse: bool) -> bool {
    let Some(kind) = kind_of_all(items) else { return items.len() < 2 };
    if reverse {
        items.sort_by(|a, b| order(kind, b, a))
    } else {
        items.sort_by(|a, b| order(kind, a, b))
    }
    true
}

fn sort_by(t: &mut Thread, items: &mut Vec<Value>, keys: Option<Vec<Value>>, reverse: bool) -> Res<()> {
    let keys = keys.as_deref().unwrap_or(items);
    let n = items.len();
    let mut places: Vec<u32> = Vec::new();
    if u32::try_from(n).is_err() {
        return Err(super::sequence::memory_error(t));
    }
    places.extend(0..n as u32);
    // Equal items keep their order in a reversed sort, too: reverse, sort, reverse.
    if reverse {
        places.reverse()
    }
    let result = match kind_of_all(keys) {
        Some(kind) => {
            places.sort_by(|a, b| order(kind, &keys[*a as usize], &keys[*b as usize]));
            Ok(())
        }
        None => merge_sort(&mut places, &mut |a, b| {
            let (x, y) = (keys[a as usize].r(), keys[b as usize].r());
            match sequence::quick_order(x, y, sequence::TUPLE_DEPTH) {
                Some(o) => Ok(o.is_lt()),
                None => t.compare_bool(x, y, Cmp::Lt),
            }
        }),
    };
    if reverse {
        places.reverse()
    }
    let mut old: Vec<Option<Value>> = std::mem::take(items).into_iter().map(Some).collect();
    items.extend(places.iter().filter_map(|p| old[*p as usize].take()));
    result
}

type Less<'a> = &'a mut dyn FnMut(u32, u32) -> Result<bool, Raised>;

/// A stable merge sort that always asks whether a later item is less than an earlier one. An error leaves a
/// permutation.
fn merge_sort(places: &mut Vec<u32>, less: Less<'_>) -> Result<(), Raised> {
    let mut runs = Vec::new();
    let mut start = 0;
    while start < places.len() {
        let end = make_run(places, start, less)?;
        runs.push((start, end));
        start = end
    }
    let mut other = places.clone();
    while runs.len() > 1 {
        let mut next = Vec::with_capacity(runs.len().div_ceil(2));
        for pair in runs.chunks(2) {
            match *pair {
                [(a, m), (_, b)] => {
                    merge(&places[a..m], &places[m..b], &mut other[a..b], less)?;
                    next.push((a, b))
                }
                [(a, b)] => {
                    other[a..b].copy_from_slice(&places[a..b]);
                    next.push((a, b))
                }
                _ => {}
            }
        }
        std::mem::swap(places, &mut other);
        runs = next
    }
    Ok(())
}

/// Finds the run that begins at `start`, ascending or strictly descending (then it is turned round), and extends a
/// short one by insertion. Gives its end.
fn make_run(places: &mut [u32], start: usize, less: Less<'_>) -> Result<usize, Raised> {
    let n = places.len();
    let mut end = start + 1;
    if end == n {
        return Ok(n);
    }
    let descending = less(places[end], places[start])?;
    end += 1;
    while end < n && less(places[end], places[end - 1])? == descending {
        end += 1
    }
    if descending {
        places[start..end].reverse()
    }
    let wanted = n.min(start + MIN_RUN);
    while end < wanted {
        let pivot = places[end];
        let (mut low, mut high) = (start, end);
        while low < high {
            let mid = low + (high - low) / 2;
            if less(pivot, places[mid])? { high = mid } else { low = mid + 1 }
        }
        places.copy_within(low..end, low + 1);
        places[low] = pivot;
        end += 1
    }
    Ok(end)
}

fn merge(a: &[u32], b: &[u32], to: &mut [u32], less: Less<'_>) -> Result<(), Raised> {
    let (mut i, mut j) = (0, 0);
    #[allow(clippy::needless_range_loop, reason = "three cursors walk together")]
    for k in 0..to.len() {
        let right = match (a.get(i), b.get(j)) {
            (Some(x), Some(y)) => less(*y, *x)?,
            (None, _) => true,
            (_, None) => false,
        };
        if right {
            to[k] = b[j];
            j += 1
        } else {
            to[k] = a[i];
            i += 1
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merging_is_stable_and_sorts() {
        for n in [0usize, 1, 2, 23, 24, 25, 100, 1000] {
            let keys: Vec<u32> = (0..n as u32).map(|i| i.wrapping_mul(2654435761) >> 5 & 31).collect();
            let mut places: Vec<u32> = (0..n as u32).collect();
            merge_sort(&mut places, &mut |a, b| Ok(keys[a as usize] < keys[b as usize])).unwrap();
            let mut expected: Vec<u32> = (0..n as u32).collect();
            expected.sort_by_key(|p| keys[*p as usize]);
            assert_eq!(places, expected);
        }
    }

    #[test]
    fn an_error_leaves_a_permutation() {
        let keys: Vec<u32> = (0..200u32).map(|i| i * 7919 % 211).collect();
        for limit in [1, 50, 300, 900] {
            let mut places: Vec<u32> = (0..200).collect();
            let mut asked = 0;
            let r = merge_sort(&mut places, &mut |a, b| {
                asked += 1;
                if asked > limit { Err(Raised) } else { Ok(keys[a as usize] < keys[b as usize]) }
            });
            assert_eq!(r, Err(Raised));
            places.sort_unstable();
            assert_eq!(places, (0..200).collect::<Vec<_>>());
        }
    }
}
