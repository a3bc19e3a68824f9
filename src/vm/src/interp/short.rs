//! Native functions so short and so often called that the interpreter does what they do by itself.
//!
//! A function is known by its number in [`MethodDef::short`]; the signature has been checked. What is not usual is left to
//! the function.

use super::{Base, drop_range_here, take, vreg};
use crate::Res;
use crate::dict::Dict;
use crate::object::{MethodDef, NativeFn, ValueExt};
use crate::thread::Thread;
use crate::types::list::List;
use crate::types::set::Set;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::{fixed, heaptype, list_type};
use weft_strategy::{VRef, Word};

const LEN: u8 = 1;
const ISINSTANCE: u8 = 2;
const APPEND: u8 = 3;
const ISSUBCLASS: u8 = 4;
const ID: u8 = 5;

/// The number of a function.
pub(crate) fn short_of(def: &MethodDef) -> u8 {
    let is = |f: NativeFn| def.f as usize == f as usize;
    if is(crate::builtins::len) {
        LEN
    } else if is(crate::builtins::isinstance) {
        ISINSTANCE
    } else if is(list_type::append) {
        APPEND
    } else if is(crate::builtins::issubclass) {
        ISSUBCLASS
    } else if is(crate::builtins::id) {
        ID
    } else {
        0
    }
}

/// The result of a short function, in a register's form. `None`: call it.
///
/// # Safety
/// The function's arguments lie at `first`.
#[inline(always)]
pub(super) unsafe fn run(t: &Thread, which: u8, first: Base) -> Option<Word> {
    // SAFETY: the signature says how many arguments there are; shapes say what they are.
    unsafe {
        match which {
            LEN => Word::int(length(vreg(first, 0))? as i64),
            ISINSTANCE => heaptype::plain_isinstance(t, vreg(first, 0), vreg(first, 1)).map(Word::bool),
            ISSUBCLASS => heaptype::plain_issubclass(vreg(first, 0), vreg(first, 1)).map(Word::bool),
            ID => Word::int(i64::try_from((*first).identity()).ok()?),
            APPEND => {
                let list = vreg(first, 0).exact::<List>(fixed::LIST)?;
                list.push(t, take(first, 1));
                Some(Word::NONE)
            }
            _ => None,
        }
    }
}

#[inline(always)]
fn length(v: VRef<'_>) -> Option<usize> {
    match v.header()?.shape() {
        fixed::LIST => v.cast::<List>().map(|x| x.len()),
        fixed::TUPLE => v.cast::<Tuple>().map(|x| x.len()),
        fixed::STR => v.cast::<Str>().map(|x| x.len()),
        fixed::DICT => v.cast::<Dict>().map(|x| x.len()),
        fixed::SET | fixed::FROZENSET => v.cast::<Set>().map(|x| x.len()),
        _ => None,
    }
}

/// Drops the window and delivers a short function's result.
///
/// # Safety
/// The window's words are owned, `w` is what its place may hold.
#[inline(always)]
pub(super) unsafe fn end(t: &mut Thread, dst: Base, window: Base, end: Base, w: Word) -> Res<bool> {
    // SAFETY: as the caller promises.
    unsafe {
        drop_range_here(t, window, end);
        let old = std::mem::replace(&mut *dst, w);
        t.release(old);
    }
    Ok(false)
}
