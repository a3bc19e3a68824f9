//! Updating a dict: from a dict, from anything with `keys()`, from pairs.

use super::dict_type::iterates_as_dict;
use super::list_type::{collect_iterator, known_items};
use crate::dict::Dict;
use crate::object::ValueExt;
use crate::thread::Thread;
use crate::{Raised, Res, names};
use weft_strategy::{VRef, Value};

/// `d.update(other)`
pub fn from_argument(t: &mut Thread, d: VRef<'_>, other: VRef<'_>) -> Res<()> {
    let Some(dict) = d.cast::<Dict>() else { return Ok(()) };
    if other.has_shape(super::fixed::DICT) {
        return from_mapping(t, dict, other, true);
    }
    if t.getattr_opt(other, names::keys())?.is_some() {
        return from_mapping(t, dict, other, true);
    }
    from_pairs(t, dict, other, true)
}

/// Takes the items of a mapping; `replace`: do its values win?
pub fn from_mapping(t: &mut Thread, d: &Dict, other: VRef<'_>, replace: bool) -> Res<()> {
    if let Some(o) = other.cast::<Dict>()
        && iterates_as_dict(t, other.ty())
    {
        return d.merge(t, o, replace);
    }
    let keys = t.call_method_named(other, names::keys(), &[])?;
    let it = t.iter(keys.r())?;
    while let Some(k) = t.next(it.r())? {
        if !replace {
            let hash = crate::dict::key_hash(t, k.r())?;
            if d.find(t, hash, k.r())?.is_some() {
                continue;
            }
        }
        let v = t.getitem(other, k.r())?;
        d.set(t, k.r(), v)?
    }
    Ok(())
}

/// Takes key-value pairs from an iterable.
pub fn from_pairs(t: &mut Thread, d: &Dict, pairs: VRef<'_>, replace: bool) -> Res<()> {
    let it = t.iter(pairs)?;
    let mut i = 0usize;
    while let Some(pair) = t.next(it.r())? {
        let items = match known_items(t, pair.r()) {
            Some(items) => items,
            None => {
                let inner = match t.iter(pair.r()) {
                    Ok(inner) => inner,
                    Err(e) => return Err(not_a_pair(t, e, i, true)),
                };
                match collect_iterator(t, pair.r(), inner) {
                    Ok(items) => items,
                    Err(e) => return Err(not_a_pair(t, e, i, false)),
                }
            }
        };
        let [k, v]: [Value; 2] = match items.try_into() {
            Ok(two) => two,
            Err(items) => {
                let n = items.len();
                return Err(t.value_error(format!(
                    "dictionary update sequence element #{i} has length {n}; 2 is required"
                )));
            }
        };
        let hash = crate::dict::key_hash(t, k.r())?;
        if replace || d.find(t, hash, k.r())?.is_none() {
            d.set_hashed(t, hash, k.r(), v)?
        }
        i += 1
    }
    Ok(())
}

/// Adds to a TypeError which element it is about.
fn not_a_pair(t: &mut Thread, e: Raised, i: usize, not_iterable: bool) -> Raised {
    if !t.raised_is(&crate::errors::TYPE_ERROR) {
        return e;
    }
    if not_iterable {
        t.clear_raised();
        t.type_error("object is not iterable");
    }
    let exc = t.take_raised();
    let note = t.str(&format!("Cannot convert dictionary update sequence element #{i} to a sequence"));
    if t.call_method(exc.r(), "add_note", &[note.r()]).is_err() {
        t.clear_raised()
    }
    t.reraise(exc);
    e
}
