//! `_bisect`: binary search in sorted sequences.

use weft_vm::object::{Args, Cmp, ModuleSpec, ValueExt};
use weft_vm::types::fixed;
use weft_vm::types::list::List;
use weft_vm::{Res, Thread, VRef, Value, methods};

/// The module.
pub static MODULE: ModuleSpec = ModuleSpec {
    name: "_bisect",
    doc: "Bisection algorithms.\n\nThis module provides support for maintaining a list in sorted order without\nhaving to sort the list after each insertion. For long lists of items with\nexpensive comparison operations, this can be an improvement over the more\ncommon approach.\n",
    functions: methods! {
        "bisect_right(a, x, lo=0, hi=None, *, key=None)" => |t, a| search(t, a, true).map(|i| t.int(i)), "Return the index where to insert item x in list a, assuming a is sorted.\n\nThe return value i is such that all e in a[:i] have e <= x, and all e in\na[i:] have e > x.  So if x already appears in the list, a.insert(i, x) will\ninsert just after the rightmost x already there.\n\nOptional args lo (default 0) and hi (default len(a)) bound the\nslice of a to be searched.\n\nA custom key function can be supplied to customize the sort order.";
        "bisect_left(a, x, lo=0, hi=None, *, key=None)" => |t, a| search(t, a, false).map(|i| t.int(i)), "Return the index where to insert item x in list a, assuming a is sorted.\n\nThe return value i is such that all e in a[:i] have e < x, and all e in\na[i:] have e >= x.  So if x already appears in the list, a.insert(i, x) will\ninsert just before the leftmost x already there.\n\nOptional args lo (default 0) and hi (default len(a)) bound the\nslice of a to be searched.\n\nA custom key function can be supplied to customize the sort order.";
        "insort_right(a, x, lo=0, hi=None, *, key=None)" => |t, a| insort(t, a, true), "Insert item x in list a, and keep it sorted assuming a is sorted.\n\nIf x is already in a, insert it to the right of the rightmost x.\n\nOptional args lo (default 0) and hi (default len(a)) bound the\nslice of a to be searched.\n\nA custom key function can be supplied to customize the sort order.";
        "insort_left(a, x, lo=0, hi=None, *, key=None)" => |t, a| insort(t, a, false), "Insert item x in list a, and keep it sorted assuming a is sorted.\n\nIf x is already in a, insert it to the left of the leftmost x.\n\nOptional args lo (default 0) and hi (default len(a)) bound the\nslice of a to be searched.\n\nA custom key function can be supplied to customize the sort order.";
    },
    init: None,
};

fn search(t: &mut Thread, a: Args<'_>, right: bool) -> Res<i64> {
    search_for(t, a, a.get(1), right)
}

fn search_for(t: &mut Thread, a: Args<'_>, x: VRef<'_>, right: bool) -> Res<i64> {
    let seq = a.get(0);
    let mut lo = match a.opt(2) {
        Some(n) => t.arg_ssize(n)?,
        None => 0,
    };
    if lo < 0 {
        return Err(t.value_error("lo must be non-negative"));
    }
    let mut hi = match a.opt_none(3) {
        Some(n) => t.arg_ssize(n)?,
        None => -1,
    };
    if hi < 0 {
        hi = t.len(seq)? as i64
    }
    let key = a.opt_none(4);
    while lo < hi {
        let mid = lo + (hi - lo) / 2;
        let item = match seq.exact::<List>(fixed::LIST).and_then(|l| l.load(t, mid as usize)) {
            Some(v) => v,
            None => {
                let i = t.int(mid);
                t.getitem(seq, i.r())?
            }
        };
        let item = match key {
            Some(f) => t.call(f, &[item.r()])?,
            None => item,
        };
        let left = if right {
            !t.compare_bool(x, item.r(), Cmp::Lt)?
        } else {
            t.compare_bool(item.r(), x, Cmp::Lt)?
        };
        if left { lo = mid + 1 } else { hi = mid }
    }
    Ok(lo)
}

fn insort(t: &mut Thread, a: Args<'_>, right: bool) -> Res {
    let wanted = match a.opt_none(4) {
        Some(f) => t.call(f, &[a.get(1)])?,
        None => a.get(1).to_value(),
    };
    let i = search_for(t, a, wanted.r(), right)?;
    match a.get(0).exact::<List>(fixed::LIST) {
        Some(l) => l.insert(t, i as usize, a.get(1).to_value()),
        None => {
            let i = t.int(i);
            t.call_method(a.get(0), "insert", &[i.r(), a.get(1)])?;
        }
    }
    Ok(Value::NONE)
}
