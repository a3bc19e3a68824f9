//! `_heapq`: heaps in lists.
//!
//! Comparisons run Python, which may change the list: its length is looked at again after each one, and items are
//! read and written one at a time by the list's own locked operations.

use weft_vm::object::{Args, Cmp, ModuleSpec, ValueExt};
use weft_vm::types::list::List;
use weft_vm::{Raised, Res, Thread, Value, methods};

/// The module.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "_heapq",
    doc: "Heap queue algorithm (a.k.a. priority queue).",
    functions: methods! {
        "heappush(heap, item, /)" => |t, a| push(t, a, MIN), "Push item onto heap, maintaining the heap invariant.";
        "heappushpop(heap, item, /)" => |t, a| pushpop(t, a, MIN), "Push item on the heap, then pop and return the smallest item from the heap.\n\nThe combined action runs more efficiently than heappush() followed by\na separate call to heappop().";
        "heappop(heap, /)" => |t, a| pop(t, a, MIN), "Pop the smallest item off the heap, maintaining the heap invariant.";
        "heapreplace(heap, item, /)" => |t, a| replace(t, a, MIN), "Pop and return the current smallest value, and add the new item.\n\nThis is more efficient than heappop() followed by heappush(), and can be\nmore appropriate when using a fixed-size heap.  Note that the value\nreturned may be larger than item!  That constrains reasonable uses of\nthis routine unless written as part of a conditional replacement:\n\n    if item > heap[0]:\n        item = heapreplace(heap, item)";
        "heapify(heap, /)" => |t, a| heapify(t, a, MIN), "Transform list into a heap, in-place, in O(len(heap)) time.";
        "heappush_max(heap, item, /)" => |t, a| push(t, a, MAX), "Push item onto max heap, maintaining the heap invariant.";
        "heappushpop_max(heap, item, /)" => |t, a| pushpop(t, a, MAX), "Maxheap variant of heappushpop.\n\nThe combined action runs more efficiently than heappush_max() followed by\na separate call to heappop_max().";
        "heappop_max(heap, /)" => |t, a| pop(t, a, MAX), "Maxheap variant of heappop.";
        "heapreplace_max(heap, item, /)" => |t, a| replace(t, a, MAX), "Maxheap variant of heapreplace.";
        "heapify_max(heap, /)" => |t, a| heapify(t, a, MAX), "Maxheap variant of heapify.";
    },
    init: None,
};

const MIN: bool = false;
const MAX: bool = true;

fn heap<'f>(t: &mut Thread, a: Args<'f>, f: &str) -> Result<&'f List, Raised> {
    match a.get(0).cast::<List>() {
        Some(l) => Ok(l),
        None => {
            let n = a.get(0).ty().name();
            Err(t.type_error(format!("{f}() argument 1 must be list, not {n}")))
        }
    }
}

/// Does `a` belong nearer to the root than `b`?
fn before(t: &mut Thread, a: &Value, b: &Value, max: bool) -> Res<bool> {
    if max { t.compare_bool(b.r(), a.r(), Cmp::Lt) } else { t.compare_bool(a.r(), b.r(), Cmp::Lt) }
}

fn item(t: &mut Thread, l: &List, i: usize) -> Res {
    match l.load(t, i) {
        Some(v) => Ok(v),
        None => Err(changed(t)),
    }
}

fn changed(t: &mut Thread) -> Raised {
    t.runtime_error("list changed size during iteration")
}

fn swap(t: &Thread, l: &List, i: usize, x: Value, j: usize, y: Value) {
    l.set(t, i, y);
    l.set(t, j, x);
}

/// Moves the item at `at` towards the root, not above `start`.
fn sift_up(t: &mut Thread, l: &List, start: usize, mut at: usize, max: bool) -> Res<()> {
    let size = l.len();
    if at >= size {
        return Err(t.index_error("index out of range"));
    }
    while at > start {
        let parent = (at - 1) / 2;
        let (x, p) = (item(t, l, at)?, item(t, l, parent)?);
        let up = before(t, &x, &p, max)?;
        if l.len() != size {
            return Err(changed(t));
        }
        if !up {
            break;
        }
        let (x, p) = (item(t, l, at)?, item(t, l, parent)?);
        swap(t, l, at, x, parent, p);
        at = parent
    }
    Ok(())
}

/// Moves the item at `at` down to a leaf along the smaller children, then up to where it belongs.
fn sift_down(t: &mut Thread, l: &List, start: usize, max: bool) -> Res<()> {
    let size = l.len();
    let mut at = start;
    while at < size / 2 {
        let mut child = 2 * at + 1;
        if child + 1 < size {
            let (x, y) = (item(t, l, child)?, item(t, l, child + 1)?);
            if !before(t, &x, &y, max)? {
                child += 1
            }
            if l.len() != size {
                return Err(changed(t));
            }
        }
        let (x, y) = (item(t, l, at)?, item(t, l, child)?);
        swap(t, l, at, x, child, y);
        at = child
    }
    sift_up(t, l, start, at, max)
}

fn push(t: &mut Thread, a: Args<'_>, max: bool) -> Res {
    let l = heap(t, a, "heappush")?;
    l.push(t, a.get(1).to_value());
    let n = l.len();
    sift_up(t, l, 0, n.saturating_sub(1), max)?;
    Ok(Value::NONE)
}

fn pop(t: &mut Thread, a: Args<'_>, max: bool) -> Res {
    let l = heap(t, a, "heappop")?;
    let n = l.len();
    let Some(last) = n.checked_sub(1).and_then(|i| l.remove(t, i)) else {
        return Err(t.index_error("index out of range"));
    };
    if n == 1 {
        return Ok(last);
    }
    let first = item(t, l, 0)?;
    l.set(t, 0, last);
    sift_down(t, l, 0, max)?;
    Ok(first)
}

fn replace(t: &mut Thread, a: Args<'_>, max: bool) -> Res {
    let l = heap(t, a, "heapreplace")?;
    let Some(first) = l.load(t, 0) else { return Err(t.index_error("index out of range")) };
    l.set(t, 0, a.get(1).to_value());
    sift_down(t, l, 0, max)?;
    Ok(first)
}

fn pushpop(t: &mut Thread, a: Args<'_>, max: bool) -> Res {
    let l = heap(t, a, "heappushpop")?;
    let new = a.get(1).to_value();
    let Some(first) = l.load(t, 0) else { return Ok(new) };
    if !before(t, &first, &new, max)? {
        return Ok(new);
    }
    let Some(first) = l.load(t, 0) else { return Err(t.index_error("index out of range")) };
    l.set(t, 0, new);
    sift_down(t, l, 0, max)?;
    Ok(first)
}

fn heapify(t: &mut Thread, a: Args<'_>, max: bool) -> Res {
    let l = heap(t, a, "heapify")?;
    for i in (0..l.len() / 2).rev() {
        sift_down(t, l, i, max)?
    }
    Ok(Value::NONE)
}
