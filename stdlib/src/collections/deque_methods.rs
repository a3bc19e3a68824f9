//! Methods of `deque`.

use super::deque::{Deque, TYPE, generic, iterator};
use crate::support::{at, from_start, memory_error, native, room};
use std::sync::atomic::Ordering::*;
use weft_vm::object::{Args, MethodDef, Type, ValueExt};
use weft_vm::types::tuple::Tuple;
use weft_vm::{Raised, Res, Slot, Thread, VRef, Value, methods};

/// The method table.
pub static METHODS: &[MethodDef] = methods! {
    "append(self, item, /)" => |t, a| push(t, a, false), "Add an element to the right side of the deque.";
    "appendleft(self, item, /)" => |t, a| push(t, a, true), "Add an element to the left side of the deque.";
    "clear(self, /)" => |t, a| {
        drop(a.this::<Deque>().replace(t, Vec::new()));
        Ok(Value::NONE)
    }, "Remove all elements from the deque.";
    "__copy__(self, /)" => |t, a| copy(t, a.get(0)), "Return a shallow copy of a deque.";
    "copy(self, /)" => |t, a| copy(t, a.get(0)), "Return a shallow copy of a deque.";
    "count(self, value, /)" => count, "Return number of occurrences of value.";
    "extend(self, iterable, /)" => |t, a| {
        extend(t, a.this(), a.get(1), false)?;
        Ok(Value::NONE)
    }, "Extend the right side of the deque with elements from the iterable.";
    "extendleft(self, iterable, /)" => |t, a| {
        extend(t, a.this(), a.get(1), true)?;
        Ok(Value::NONE)
    }, "Extend the left side of the deque with elements from the iterable.";
    "index(self, value, start=0, stop=9223372036854775807, /)" => index, "Return first index of value.\n\nRaises ValueError if the value is not present.";
    "insert(self, index, value, /)" => insert, "Insert value before index.";
    "pop(self, /)" => |t, a| pop(t, a, false), "Remove and return the rightmost element.";
    "popleft(self, /)" => |t, a| pop(t, a, true), "Remove and return the leftmost element.";
    "__reduce__(self, /)" => reduce, "Return state information for pickling.";
    "remove(self, value, /)" => remove, "Remove first occurrence of value.";
    "__reversed__(self, /)" => |t, a| Ok(iterator(t, a.get(0), true, None)), "Return a reverse iterator over the deque.";
    "reverse(self, /)" => |t, a| {
        let d: &Deque = a.this();
        d.with(t, |q| q.make_contiguous().reverse());
        d.changed();
        Ok(Value::NONE)
    }, "Reverse *IN PLACE*.";
    "rotate(self, n=1, /)" => rotate, "Rotate the deque n steps to the right.  If n is negative, rotates left.";
    "__sizeof__(self, /)" => |t, a| {
        let n = a.this::<Deque>().with(t, |q| q.capacity());
        Ok(t.int_usize(size_of::<Deque>() + 8 * n))
    }, "Return the size of the deque in memory, in bytes.";
    class "__class_getitem__(cls, object, /)" => generic, "See PEP 585";
};

/// RuntimeError for a deque that changed under an iterator or a search.
pub fn mutated(t: &mut Thread) -> Raised {
    t.runtime_error("deque mutated during iteration")
}

/// `deque.__init__`
pub fn init(t: &mut Thread, a: Args<'_>) -> Res {
    let d: &Deque = a.this();
    let maxlen = match a.opt_none(2) {
        None => -1,
        Some(n) => {
            if !weft_vm::types::int::is_int(n) {
                return Err(t.type_error("an integer is required"));
            }
            match weft_vm::types::int::to_i64(n) {
                Some(n) if n >= 0 => n,
                Some(_) => return Err(t.value_error("maxlen must be non-negative")),
                None => return Err(t.overflow_error("Python int too large to convert to C ssize_t")),
            }
        }
    };
    d.maxlen.store(maxlen, Release);
    drop(d.replace(t, Vec::new()));
    if let Some(iterable) = a.opt(1) {
        extend(t, d, iterable, false)?
    }
    Ok(Value::NONE)
}

fn push(t: &mut Thread, a: Args<'_>, left: bool) -> Res {
    drop(a.this::<Deque>().push(t, a.get(1).to_value(), left));
    Ok(Value::NONE)
}

fn pop(t: &mut Thread, a: Args<'_>, left: bool) -> Res {
    match a.this::<Deque>().pop(t, left) {
        Some(v) => Ok(v),
        None => Err(t.index_error("pop from an empty deque")),
    }
}

fn extend(t: &mut Thread, d: &Deque, iterable: VRef<'_>, left: bool) -> Res<()> {
    // `d.extend(d)` takes what is there at the start.
    if let Some(other) = iterable.cast::<Deque>() {
        for v in other.snapshot(t) {
            drop(d.push(t, v, left))
        }
        return Ok(());
    }
    t.for_each(iterable, |t, v| {
        drop(d.push(t, v, left));
        Ok(())
    })
}

/// A deque of the same class: by its constructor, for a subclass.
fn copy(t: &mut Thread, v: VRef<'_>) -> Res {
    let d: &Deque = native(v);
    let maxlen = d.maxlen.load(Acquire);
    if std::ptr::eq(v.ty(), TYPE.get(t)) {
        let new = t.make(TYPE.shape(t), Deque::empty(maxlen));
        let items = d.snapshot(t);
        drop(native::<Deque>(new.r()).replace(t, items));
        return Ok(new);
    }
    let cls: &Type = v.ty();
    let cls = cls.to_value();
    if maxlen < 0 {
        return t.call(cls.r(), &[v]);
    }
    let n = t.int(maxlen);
    t.call(cls.r(), &[v, n.r()])
}

/// Position of an item equal to `x` in a range.
pub fn find(t: &mut Thread, d: &Deque, x: VRef<'_>, from: usize, to: usize) -> Res<Option<usize>> {
    let state = d.state();
    let mut i = from;
    while i < to {
        let Some(v) = d.get(t, i) else { return Ok(None) };
        let equal = t.equal(v.r(), x)?;
        if d.state() != state {
            return Err(mutated(t));
        }
        if equal {
            return Ok(Some(i));
        }
        i += 1
    }
    Ok(None)
}

fn count(t: &mut Thread, a: Args<'_>) -> Res {
    let d: &Deque = a.this();
    let (mut i, mut n) = (0, 0);
    while let Some(k) = find(t, d, a.get(1), i, usize::MAX)? {
        n += 1;
        i = k + 1
    }
    Ok(t.int(n))
}

fn index(t: &mut Thread, a: Args<'_>) -> Res {
    let d: &Deque = a.this();
    let mut bound = |i: usize, default: i64| match a.opt(i) {
        Some(v) => t.index_clamped(v),
        None => Ok(default),
    };
    let (from, to) = (bound(2, 0)?, bound(3, i64::MAX)?);
    let n = d.len(t);
    match find(t, d, a.get(1), from_start(from, n), from_start(to, n))? {
        Some(i) => Ok(t.int_usize(i)),
        None => Err(t.value_error("deque.index(x): x not in deque")),
    }
}

fn insert(t: &mut Thread, a: Args<'_>) -> Res {
    let d: &Deque = a.this();
    let i = t.arg_ssize(a.get(1))?;
    let v = a.get(2).to_value();
    crate::support::publish_for(&d.h, v.r());
    let maxlen = d.maxlen.load(Acquire);
    let full = d.with(t, |q| {
        if maxlen >= 0 && q.len() as i64 >= maxlen {
            return true;
        }
        let at = from_start(i, q.len()).min(q.len());
        q.insert(at, Slot::new(v.clone()));
        d.changed();
        false
    });
    if full { Err(t.index_error("deque already at its maximum size")) } else { Ok(Value::NONE) }
}

fn remove(t: &mut Thread, a: Args<'_>) -> Res {
    let d: &Deque = a.this();
    let state = d.state();
    let found = match find(t, d, a.get(1), 0, usize::MAX) {
        Err(e) if d.state() != state && t.raised_is(&weft_vm::errors::RUNTIME_ERROR) => {
            let _ = e;
            t.clear_raised();
            return Err(t.index_error("deque mutated during remove()."));
        }
        other => other?,
    };
    match found {
        Some(i) => {
            drop(take(t, d, i));
            Ok(Value::NONE)
        }
        None => Err(t.value_error("deque.remove(x): x not in deque")),
    }
}

fn take(t: &Thread, d: &Deque, i: usize) -> Option<Value> {
    d.with(t, |q| {
        let s = q.remove(i)?;
        d.changed();
        s.take(&d.h)
    })
}

fn rotate(t: &mut Thread, a: Args<'_>) -> Res {
    let n = match a.opt(1) {
        Some(n) => t.arg_ssize(n)?,
        None => 1,
    };
    let d: &Deque = a.this();
    d.with(t, |q| {
        if q.len() > 1 {
            let k = n.rem_euclid(q.len() as i64) as usize;
            q.rotate_right(k);
            d.changed()
        }
    });
    Ok(Value::NONE)
}

fn reduce(t: &mut Thread, a: Args<'_>) -> Res {
    let v = a.get(0);
    let state = t.call_method(v, "__getstate__", &[])?;
    let maxlen = native::<Deque>(v).maxlen.load(Acquire);
    let args = if maxlen < 0 {
        Tuple::new(t, vec![])
    } else {
        let empty = Tuple::new(t, vec![]);
        Tuple::new(t, vec![empty, t.int(maxlen)])
    };
    let it = t.iter(v)?;
    Ok(Tuple::new(t, vec![v.ty().to_value(), args, state, it]))
}

fn position(t: &mut Thread, d: &Deque, key: VRef<'_>) -> Res<usize> {
    if key.ty().slots().index.is_none() {
        let n = key.ty().name();
        return Err(t.type_error(format!("sequence index must be integer, not '{n}'")));
    }
    let i = t.index_i64(key, &weft_vm::errors::INDEX_ERROR)?;
    match at(i, d.len(t)) {
        Some(i) => Ok(i),
        None => Err(t.index_error("deque index out of range")),
    }
}

/// `d[i]`
pub fn getitem(t: &mut Thread, v: VRef<'_>, key: VRef<'_>) -> Res {
    let d: &Deque = native(v);
    let i = position(t, d, key)?;
    match d.get(t, i) {
        Some(x) => Ok(x),
        None => Err(t.index_error("deque index out of range")),
    }
}

/// `d[i] = x`, `del d[i]`
pub fn setitem(t: &mut Thread, v: VRef<'_>, key: VRef<'_>, value: Option<VRef<'_>>) -> Res<()> {
    let d: &Deque = native(v);
    let i = position(t, d, key)?;
    match value {
        None => drop(take(t, d, i)),
        Some(x) => {
            let x = x.to_value();
            crate::support::publish_for(&d.h, x.r());
            drop(d.with(t, |q| q.get(i).and_then(|s| s.swap(&d.h, Some(x)))))
        }
    }
    Ok(())
}

/// `d + e`
pub fn concat(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    let Some(other) = b.cast::<Deque>() else {
        let n = b.ty().name();
        return Err(t.type_error(format!("can only concatenate deque (not \"{n}\") to deque")));
    };
    let more = other.snapshot(t);
    let new = copy(t, a)?;
    if let Some(d) = new.cast::<Deque>() {
        for v in more {
            drop(d.push(t, v, false))
        }
    }
    Ok(new)
}

/// `d += iterable`
pub fn inplace_concat(t: &mut Thread, a: VRef<'_>, b: VRef<'_>) -> Res {
    extend(t, native(a), b, false)?;
    Ok(a.to_value())
}

/// `d *= n`
pub fn inplace_repeat(t: &mut Thread, a: VRef<'_>, n: i64) -> Res {
    let d: &Deque = native(a);
    let items = d.snapshot(t);
    let n = usize::try_from(n).unwrap_or(0);
    let maxlen = d.maxlen.load(Acquire);
    let Some(total) = items.len().checked_mul(n) else { return Err(memory_error(t)) };
    let keep = if maxlen >= 0 { total.min(maxlen as usize) } else { total };
    let mut all: Vec<Value> = room(t, keep)?;
    if !items.is_empty() {
        // The last `keep` of the repeated items.
        all.extend((total - keep..total).map(|i| items[i % items.len()].clone()))
    }
    drop(d.replace(t, all));
    Ok(a.to_value())
}

/// `d * n`
pub fn repeat(t: &mut Thread, a: VRef<'_>, n: i64) -> Res {
    let new = copy(t, a)?;
    if new.cast::<Deque>().is_some() {
        inplace_repeat(t, new.r(), n)?;
    }
    Ok(new)
}
