//! Iterators that make items themselves: count, cycle, repeat.

use super::flow::FLAGS;
use crate::support::{class, itself, native, push_repr};
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering::*};
use weft_strategy::Header;
use weft_vm::object::{Args, BinOp, NativeType, Slots, TypeSpec, ValueExt};
use weft_vm::types::list::List;
use weft_vm::{Res, Slot, Thread, VRef, Value, Word, methods, object};

/// The types of this file.
pub static TYPES: &[&NativeType] = &[&COUNT, &CYCLE, &REPEAT];

/// Marks that a count has left the fast mode.
const SLOW: i64 = i64::MAX;

/// `start, start + step, …`: an atomic machine integer while the step is 1 and the value small, else Python numbers.
#[repr(C)]
struct Count {
    h: Header,
    fast: AtomicI64,
    /// Next value in slow mode.
    next: Slot,
    step: Slot,
}
object!(Count, "itertools.count", true, [next, step]);

static COUNT: NativeType = NativeType::new(&COUNT_SPEC);
static COUNT_SPEC: TypeSpec = TypeSpec {
    name: "itertools.count",
    doc: "Return a count object whose .__next__() method returns consecutive values.\n\nEquivalent to:\n    def count(firstval=0, step=1):\n        x = firstval\n        while 1:\n            yield x\n            x += step",
    flags: FLAGS,
    slots: Slots {
        new: constructor!("count(cls, start=0, step=1)" => new_count),
        iter: Some(itself),
        next: Some(count_next),
        repr: Some(count_repr),
        ..Slots::EMPTY
    },
    ..TypeSpec::new::<Count>()
};

fn is_number(v: VRef<'_>) -> bool {
    let s = v.ty().slots();
    s.index.is_some() || s.int.is_some() || s.float.is_some() || weft_vm::types::int::is_int(v)
        || weft_vm::types::float::float(v).is_some() || v.cast::<weft_vm::types::complex::Complex>().is_some()
}

fn new_count(t: &mut Thread, a: Args<'_>) -> Res {
    let start = a.opt(1).map_or(Value::from_immediate(Word::small_int(0)), |v| v.to_value());
    let step = a.opt(2).map_or(Value::from_immediate(Word::small_int(1)), |v| v.to_value());
    if !is_number(start.r()) || !is_number(step.r()) {
        return Err(t.type_error("a number is required"));
    }
    let one = step.word() == Word::small_int(1);
    let fast = weft_vm::types::int::to_i64(start.r()).filter(|n| one && *n != SLOW);
    let next = if fast.is_some() { Slot::empty() } else { Slot::new(start) };
    Ok(t.make(
        class(a).shape(),
        Count { h: Header::new(0, 0), fast: AtomicI64::new(fast.unwrap_or(SLOW)), next, step: Slot::new(step) },
    ))
}

fn count_next(t: &mut Thread, v: VRef<'_>) -> Res<Option<Value>> {
    let c: &Count = native(v);
    if let Ok(n) = c.fast.fetch_update(AcqRel, Acquire, |n| if n == SLOW { None } else { Some(n + 1) }) {
        if n + 1 == SLOW {
            // The last one of the fast mode: go on with Python ints.
            let next = t.big_int(dashu_int::IBig::from(n) + 1);
            c.next.set(&c.h, next);
        }
        return Ok(Some(t.int(n)));
    }
    loop {
        let (Some(now), Some(step)) = (c.next.load(), c.step.load()) else { return Ok(None) };
        let next = t.binary(BinOp::Add, now.r(), step.r())?;
        crate::support::publish_for(&c.h, next.r());
        let old;
        {
            let _g = weft_strategy::lock::lock(t, &c.h);
            if !c.next.word().same(now.word()) {
                continue;
            }
            old = c.next.swap(&c.h, Some(next));
        }
        drop(now);
        return Ok(old);
    }
}

fn count_repr(t: &mut Thread, v: VRef<'_>) -> Res {
    let c: &Count = native(v);
    let fast = c.fast.load(Acquire);
    let mut out = format!("{}(", v.ty().name()).into_bytes();
    let now = if fast == SLOW { crate::support::or_none(&c.next) } else { t.int(fast) };
    push_repr(t, &mut out, now.r())?;
    let step = crate::support::or_none(&c.step);
    if step.word() != Word::small_int(1) {
        out.extend_from_slice(b", ");
        push_repr(t, &mut out, step.r())?
    }
    out.push(b')');
    Ok(t.str_wtf8(&out))
}

// ---- cycle

/// Items of an iterable, then the saved ones over and over.
#[repr(C)]
struct Cycle {
    h: Header,
    it: Slot,
    saved: Slot,
    index: AtomicUsize,
}
object!(Cycle, "itertools.cycle", true, [it, saved]);

static CYCLE: NativeType = NativeType::new(&CYCLE_SPEC);
static CYCLE_SPEC: TypeSpec = TypeSpec {
    name: "itertools.cycle",
    doc: "Return elements from the iterable until it is exhausted. Then repeat the sequence indefinitely.",
    flags: FLAGS,
    slots: Slots {
        new: constructor!("cycle(cls, iterable, /)" => |t, a| {
            let it = t.iter(a.get(1))?;
            let saved = Slot::new(List::new(t, Vec::new()));
            Ok(t.make(class(a).shape(), Cycle { h: Header::new(0, 0), it: Slot::new(it), saved, index: AtomicUsize::new(0) }))
        }),
        iter: Some(itself),
        next: Some(|t, v| {
            let c: &Cycle = native(v);
            let Some(saved) = c.saved.load() else { return Ok(None) };
            let saved: &List = native(saved.r());
            if let Some(it) = c.it.load() {
                if let Some(x) = t.next(it.r())? {
                    saved.push(t, x.clone());
                    return Ok(Some(x));
                }
                c.it.take(&c.h);
            }
            let n = saved.len();
            if n == 0 {
                return Ok(None);
            }
            let i = c.index.fetch_update(AcqRel, Acquire, |i| Some(if i + 1 >= n { 0 } else { i + 1 })).unwrap_or(0);
            Ok(saved.load(t, if i < n { i } else { 0 }))
        }),
        ..Slots::EMPTY
    },
    ..TypeSpec::new::<Cycle>()
};

// ---- repeat

#[repr(C)]
struct Repeat {
    h: Header,
    item: Slot,
    /// How often still; -1: for ever.
    left: AtomicI64,
}
object!(Repeat, "itertools.repeat", true, [item]);

static REPEAT: NativeType = NativeType::new(&REPEAT_SPEC);
static REPEAT_SPEC: TypeSpec = TypeSpec {
    name: "itertools.repeat",
    doc: "repeat(object [,times]) -> create an iterator which returns the object\nfor the specified number of times.  If not specified, returns the object\nendlessly.",
    flags: FLAGS,
    slots: Slots {
        new: constructor!("repeat(cls, object, times=-1)" => |t, a| {
            let left = match a.opt(2) {
                Some(n) => t.arg_ssize(n)?.max(0),
                None => -1,
            };
            let item = Slot::new(a.get(1).to_value());
            Ok(t.make(class(a).shape(), Repeat { h: Header::new(0, 0), item, left: AtomicI64::new(left) }))
        }),
        iter: Some(itself),
        next: Some(|_, v| {
            let r: &Repeat = native(v);
            if r.left.load(Acquire) >= 0
                && r.left.fetch_update(AcqRel, Acquire, |n| if n > 0 { Some(n - 1) } else { None }).is_err()
            {
                return Ok(None);
            }
            Ok(r.item.load())
        }),
        repr: Some(|t, v| {
            let r: &Repeat = native(v);
            let mut out = format!("{}(", v.ty().name()).into_bytes();
            let item = crate::support::or_none(&r.item);
            push_repr(t, &mut out, item.r())?;
            let left = r.left.load(Acquire);
            if left >= 0 {
                out.extend_from_slice(format!(", {left}").as_bytes())
            }
            out.push(b')');
            Ok(t.str_wtf8(&out))
        }),
        ..Slots::EMPTY
    },
    methods: methods! {
        "__length_hint__(self, /)" => |t, a| {
            let left = a.this::<Repeat>().left.load(Acquire);
            if left < 0 { Err(t.type_error("len() of unsized object")) } else { Ok(t.int(left)) }
        }, "Private method returning an estimate of len(list(it)).";
    },
    ..TypeSpec::new::<Repeat>()
};
