//! `groupby`: runs of items with equal keys.

use crate::support::{class, itself, native};
use std::sync::atomic::{AtomicU64, Ordering::*};
use weft_strategy::Header;
use weft_vm::object::{NativeType, Slots, TypeSpec, type_flag};
use weft_vm::types::tuple::Tuple;
use weft_vm::{Res, Slot, Thread, VRef, Value, object};

/// The types of this file.
pub static TYPES: &[&NativeType] = &[&GROUPBY, &GROUPER];

#[repr(C)]
struct GroupBy {
    h: Header,
    it: Slot,
    key: Slot,
    /// Key of the group given last.
    target: Slot,
    /// The item read last and its key.
    current_key: Slot,
    current: Slot,
    /// Number of the group given last: older groups are exhausted.
    group: AtomicU64,
}
object!(GroupBy, "itertools.groupby", true, [it, key, target, current_key, current]);

/// The items of one group.
#[repr(C)]
struct Grouper {
    h: Header,
    parent: Slot,
    target: Slot,
    number: u64,
}
object!(Grouper, "itertools._grouper", true, [parent, target]);

static GROUPBY: NativeType = NativeType::new(&GROUPBY_SPEC);
static GROUPBY_SPEC: TypeSpec = TypeSpec {
    name: "itertools.groupby",
    doc: "make an iterator that returns consecutive keys and groups from the iterable\n\n  iterable\n    Elements to divide into groups according to the key function.\n  key\n    A function for computing the group category for each element.\n    If the key function is not specified or is None, the element itself\n    is used for grouping.",
    flags: super::flow::FLAGS,
    slots: Slots {
        new: constructor!("groupby(cls, iterable, key=None)" => |t, a| {
            let it = t.iter(a.get(1))?;
            Ok(t.make(class(a).shape(), GroupBy {
                h: Header::new(0, 0),
                it: Slot::new(it),
                key: Slot::from_option(a.opt_none(2).map(|k| k.to_value())),
                target: Slot::empty(),
                current_key: Slot::empty(),
                current: Slot::empty(),
                group: AtomicU64::new(0),
            }))
        }),
        iter: Some(itself),
        next: Some(groupby_next),
        ..Slots::EMPTY
    },
    ..TypeSpec::new::<GroupBy>()
};

/// Reads the next item and its key; false at the end.
fn read(t: &mut Thread, g: &GroupBy) -> Res<bool> {
    let Some(x) = super::flow::advance(t, &g.it)? else { return Ok(false) };
    let key = match g.key.load() {
        Some(f) => t.call(f.r(), &[x.r()])?,
        None => x.clone(),
    };
    g.current.set(&g.h, x);
    g.current_key.set(&g.h, key);
    Ok(true)
}

fn groupby_next(t: &mut Thread, v: VRef<'_>) -> Res<Option<Value>> {
    let g: &GroupBy = native(v);
    let number = g.group.fetch_add(1, AcqRel) + 1;
    // Skip what is left of the last group.
    loop {
        match (g.current_key.load(), g.target.load()) {
            (None, _) => {}
            (Some(_), None) => break,
            (Some(key), Some(target)) => {
                if !t.equal(target.r(), key.r())? {
                    break;
                }
            }
        }
        if !read(t, g)? {
            return Ok(None);
        }
    }
    let Some(key) = g.current_key.load() else { return Ok(None) };
    g.target.set(&g.h, key.clone());
    let grouper = grouper(t, v, key.clone(), number);
    Ok(Some(Tuple::new(t, vec![key, grouper])))
}

fn grouper(t: &Thread, parent: VRef<'_>, target: Value, number: u64) -> Value {
    t.make(
        GROUPER.shape(t),
        Grouper { h: Header::new(0, 0), parent: Slot::new(parent.to_value()), target: Slot::new(target), number },
    )
}

static GROUPER: NativeType = NativeType::new(&GROUPER_SPEC);
static GROUPER_SPEC: TypeSpec = TypeSpec {
    name: "itertools._grouper",
    flags: type_flag::IMMUTABLE,
    slots: Slots {
        new: constructor!("_grouper(cls, parent, tgtkey, /)" => |t, a| {
            if !GROUPBY.is_instance(t, a.get(1)) {
                let n = weft_vm::object::type_of(a.get(1)).name();
                return Err(t.type_error(format!("_grouper() argument 1 must be itertools.groupby, not {n}")));
            }
            let number = native::<GroupBy>(a.get(1)).group.load(Acquire);
            Ok(grouper(t, a.get(1), a.get(2).to_value(), number))
        }),
        iter: Some(itself),
        next: Some(grouper_next),
        ..Slots::EMPTY
    },
    ..TypeSpec::new::<Grouper>()
};

fn grouper_next(t: &mut Thread, v: VRef<'_>) -> Res<Option<Value>> {
    let this: &Grouper = native(v);
    let (Some(parent), Some(target)) = (this.parent.load(), this.target.load()) else { return Ok(None) };
    let g: &GroupBy = native(parent.r());
    if g.group.load(Acquire) != this.number {
        return Ok(None);
    }
    if g.current.is_empty() && !read(t, g)? {
        return Ok(None);
    }
    let Some(key) = g.current_key.load() else { return Ok(None) };
    if !t.equal(target.r(), key.r())? {
        return Ok(None);
    }
    Ok(g.current.take(weft_vm::object::header_of(g)))
}
