//! Loops over native iterators, without the detour by `__next__`.
//!
//! Items go straight into registers. Where the loop takes pairs apart at once (`for k, v in d.items()`), no pair is made:
//! the interpreter steps over the `UNPACK`.

use super::build;
use crate::thread::Thread;
use crate::types::dict_iter::{self, DictChanged, DictIter};
use crate::types::enumerate::Enumerate;
use crate::types::fixed;
use crate::types::list_iter::ListIter;
use crate::types::range::RangeIter;
use crate::types::set_iter::{self, SetIter};
use crate::types::str_iter::{self, StrIter};
use crate::types::tuple_iter::TupleIter;
use crate::types::zip::Zip;
use crate::{Res, intern};
use weft_strategy::{Strategy, VRef, Value, Word};

/// The next item of an iterator as a register word; unbound at its end.
///
/// # Safety
/// The iterator stays alive. The word is put into a register before anything else happens.
#[inline(never)]
pub unsafe fn next_word<S: Strategy>(t: &mut Thread, it: VRef<'_>) -> Res<Word> {
    if let Some(shape) = it.header().map(|h| h.shape())
        // SAFETY: as the caller promises.
        && let Some(w) = unsafe { simple::<S>(t, it, shape) }
    {
        return w.map_err(|c| c.raise(t));
    }
    Ok(t.next(it)?.map_or(Word::UNBOUND, Value::into_word))
}

/// As [`next_word`], of iterators whose steps run no Python; `None`: it is another one.
///
/// # Safety
/// As [`next_word`]; `shape` is the iterator's.
#[inline(always)]
unsafe fn simple<S: Strategy>(t: &Thread, it: VRef<'_>, shape: u32) -> Option<Result<Word, DictChanged>> {
    let p = it.word().ptr();
    // SAFETY: shapes say what the objects are; what they lead to is alive until the next safepoint.
    unsafe {
        Some(Ok(match shape {
            fixed::LIST_ITER => {
                let it = &*p.cast::<ListIter>();
                match it.step_own(t.id()) {
                    Some(w) => S::load_register(w),
                    None => build::list_step::<S>(t, it).unwrap_or(Word::UNBOUND),
                }
            }
            fixed::TUPLE_ITER => build::tuple_step::<S>(t, &*p.cast::<TupleIter>()).unwrap_or(Word::UNBOUND),
            fixed::RANGE_ITER => match (*p.cast::<RangeIter>()).step() {
                Some(n) => Word((n << 2) as u64 | 3),
                None => Word::UNBOUND,
            },
            fixed::DICT_KEY_ITER | fixed::DICT_VALUE_ITER => {
                match dict_iter::next_entry(t, &*p.cast::<DictIter>()) {
                    Ok(Some((k, v))) => {
                        S::load_register(if shape == fixed::DICT_KEY_ITER { k.word() } else { v.word() })
                    }
                    Ok(None) => Word::UNBOUND,
                    Err(c) => return Some(Err(c)),
                }
            }
            fixed::STR_ASCII_ITER => match str_iter::next_byte(t, &*p.cast::<StrIter>()) {
                // Such strings are immortal.
                Some(b) => intern::single(&[b])?.word(),
                None => Word::UNBOUND,
            },
            fixed::SET_ITER => match set_iter::next_own(t, &*p.cast::<SetIter>())? {
                Some(v) => S::load_register(v.word()),
                None => Word::UNBOUND,
            },
            _ => return None,
        }))
    }
}

/// What the step of an iterator over pairs gave.
pub enum Pair {
    /// Two register words.
    Got(Word, Word),
    /// It is exhausted.
    Ended,
    /// Nothing was done: ask for the pair.
    Other,
}

/// Does an iterator of this shape give pairs, mostly?
#[inline(always)]
pub fn gives_pairs(shape: u32) -> bool {
    matches!(shape, fixed::DICT_ITEM_ITER | fixed::ENUMERATE | fixed::ZIP)
}

/// The next pair of an iterator that [`gives_pairs`], in two parts.
///
/// # Safety
/// As [`next_word`], for both words.
#[inline(never)]
pub unsafe fn pair<S: Strategy>(t: &mut Thread, it: VRef<'_>) -> Res<Pair> {
    let Some(h) = it.header() else { return Ok(Pair::Other) };
    let p = it.word().ptr();
    // SAFETY: shapes say what the objects are; inner iterators are never taken away from those that lead to them.
    unsafe {
        match h.shape() {
            fixed::DICT_ITEM_ITER => match dict_iter::next_entry(t, &*p.cast::<DictIter>()) {
                Ok(Some((k, v))) => Ok(Pair::Got(S::load_register(k.word()), S::load_register(v.word()))),
                Ok(None) => Ok(Pair::Ended),
                Err(c) => Err(c.raise(t)),
            },
            fixed::ENUMERATE => {
                let e = &*p.cast::<Enumerate>();
                let Some(inner) = e.own_iter(t) else { return Ok(Pair::Other) };
                let x = next_word::<S>(t, inner.extend())?;
                if x.is_unbound() {
                    return Ok(Pair::Ended);
                }
                Ok(Pair::Got(e.advance(t).into_word(), x))
            }
            fixed::ZIP => {
                let z = &*p.cast::<Zip>();
                let Some((a, b)) = z.plain_two(t) else { return Ok(Pair::Other) };
                let (a, b) = (a.extend(), b.extend());
                let shape = b.header().map_or(0, |h| h.shape());
                let first = next_word::<S>(t, a)?;
                if first.is_unbound() {
                    return Ok(Pair::Ended);
                }
                // Nothing happens between the two.
                match simple::<S>(t, b, shape) {
                    Some(Ok(second)) if !second.is_unbound() => return Ok(Pair::Got(first, second)),
                    Some(ended) => {
                        t.release(first);
                        return ended.map(|_| Pair::Ended).map_err(|c| c.raise(t));
                    }
                    None => {}
                }
                let first = super::owned(first);
                match t.next(b)? {
                    Some(second) => Ok(Pair::Got(first.into_word(), second.into_word())),
                    None => Ok(Pair::Ended),
                }
            }
            _ => Ok(Pair::Other),
        }
    }
}
