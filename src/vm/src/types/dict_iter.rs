//! Iterators and views of dicts.

use super::fixed;
use crate::object::{NativeType, Slots, TypeSpec};
use std::sync::atomic::AtomicUsize;
use weft_strategy::{Header, Slot};

/// Iterator over keys, values or items.
#[repr(C)]
pub struct DictIter {
    pub(crate) h: Header,
    /// The dict; empty when exhausted.
    pub dict: Slot,
    /// Next entry.
    pub index: AtomicUsize,
    /// `len` of the dict when iteration began.
    pub used: AtomicUsize,
}
crate::object!(DictIter, "dict_iterator", true, [dict]);

/// `dict_keyiterator`
pub static KEY_ITER: NativeType = NativeType::fixed(&KEY_SPEC, fixed::DICT_KEY_ITER);
static KEY_SPEC: TypeSpec =
    TypeSpec { name: "dict_keyiterator", slots: Slots { ..Slots::EMPTY }, ..TypeSpec::new::<DictIter>() };
/// `dict_valueiterator`
pub static VALUE_ITER: NativeType = NativeType::fixed(&VALUE_SPEC, fixed::DICT_VALUE_ITER);
static VALUE_SPEC: TypeSpec =
    TypeSpec { name: "dict_valueiterator", slots: Slots { ..Slots::EMPTY }, ..TypeSpec::new::<DictIter>() };
/// `dict_itemiterator`
pub static ITEM_ITER: NativeType = NativeType::fixed(&ITEM_SPEC, fixed::DICT_ITEM_ITER);
static ITEM_SPEC: TypeSpec =
    TypeSpec { name: "dict_itemiterator", slots: Slots { ..Slots::EMPTY }, ..TypeSpec::new::<DictIter>() };
