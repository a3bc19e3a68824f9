//! What Python sees of cells.

use super::attrs::{getsetter, put};
use super::cell::Cell;
use crate::Res;
use crate::object::{Cmp, GetSet, Slots, ValueExt};
use crate::ops::ordering_is;
use crate::thread::Thread;
use weft_strategy::{VRef, Value};

/// Behaviour.
pub const SLOTS: Slots = Slots {
    repr: Some(repr),
    compare: Some(compare),
    hash: Some(super::dunder::unhashable),
    new: Some(|t, _cls, args| {
        let a = super::attrs::bind(t, "cell", &["contents"], 0, 1, args)?;
        Ok(Cell::new(t, a[0].map(|v| v.to_value())))
    }),
    ..Slots::EMPTY
};

/// Computed attributes.
pub static GETSET: &[GetSet] = &[getsetter!(
    "cell_contents",
    |t, v| match this(v).value.load() {
        Some(x) => Ok(x),
        None => Err(t.value_error("Cell is empty")),
    },
    |_, v, x| {
        let c = this(v);
        put(&c.value, &c.h, x);
        Ok(())
    }
)];

fn this<'t>(v: VRef<'t>) -> &'t Cell {
    v.cast().expect("the descriptor checked the receiver")
}

fn repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let at = v.word().identity();
    Ok(t.str(&match this(v).value.load() {
        Some(x) => {
            format!("<cell at {at:#x}: {} object at {:#x}>", x.r().ty().name(), x.word().identity())
        }
        None => format!("<cell at {at:#x}: empty>"),
    }))
}

/// By contents; an empty cell comes before any other.
fn compare(t: &mut Thread, a: VRef<'_>, b: VRef<'_>, op: Cmp) -> Res {
    let (Some(x), Some(y)) = (a.cast::<Cell>(), b.cast::<Cell>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    match (x.value.load(), y.value.load()) {
        (Some(x), Some(y)) => t.compare(x.r(), y.r(), op),
        (x, y) => Ok(Value::bool(ordering_is(x.is_some().cmp(&y.is_some()), op))),
    }
}
