//! `deque`: a ring of slots behind the object lock.
//!
//! Every access takes the lock (nothing, for a deque that one thread has), so the ring may grow in place. `state` counts
//! changes: iterators and searches that call Python compare it and raise "deque mutated during iteration".

use super::deque_methods as m;
use crate::support::{Guarded, class_getitem, itself, native, or_none, pair, publish_for, push_repr, repr_once};

use std::collections::VecDeque;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering::*};
use weft_strategy::Header;
use weft_vm::object::{
    Cmp, GetSet, NativeType, Object, Slots, TypeSpec, ValueExt, Visitor, as_vref, type_flag,
};
use weft_vm::{Res, Slot, Thread, VRef, Value, methods, object};

/// The deque object.
#[repr(C)]
pub struct Deque {
    pub(super) h: Header,
    items: Guarded<VecDeque<Slot>>,
    /// -1: unbounded.
    pub(super) maxlen: AtomicI64,
    state: AtomicUsize,
}

// SAFETY: repr(C), header first; the items are visited.
unsafe impl Object for Deque {
    weft_vm::layout!(Deque, "collections.deque", true);
    fn traverse(&self, v: Visitor) {
        // SAFETY: the collector and publication run where no lock of this object is held.
        for s in unsafe { self.items.at_rest() } {
            v(s.word())
        }
    }
    fn clear(&self) {
        // SAFETY: the deque is dead or garbage.
        for s in unsafe { self.items.at_rest() } {
            s.clear_dead()
        }
        self.items.clear_dead()
    }
}

/// `collections.deque`
pub static TYPE: NativeType = NativeType::new(&SPEC);
static SPEC: TypeSpec = TypeSpec {
    name: "collections.deque",
    doc: "A list-like sequence optimized for data accesses near its endpoints.",
    flags: type_flag::BASETYPE | type_flag::IMMUTABLE | type_flag::WEAKREFS | type_flag::SEQUENCE,
    slots: Slots {
        new: Some(|t, cls, _| Ok(t.make(cls.shape(), Deque::empty(-1)))),
        init: initializer!("deque(self, iterable=(), maxlen=None)" => m::init),
        repr: Some(repr),
        compare: Some(compare),
        iter: Some(|t, v| Ok(iterator(t, v, false, None))),
        len: Some(|t, v| Ok(native::<Deque>(v).len(t))),
        contains: Some(|t, v, x| Ok(m::find(t, native(v), x, 0, usize::MAX)?.is_some())),
        getitem: Some(m::getitem),
        setitem: Some(m::setitem),
        concat: Some(m::concat),
        repeat: Some(m::repeat),
        inplace_concat: Some(m::inplace_concat),
        inplace_repeat: Some(m::inplace_repeat),
        ..Slots::EMPTY
    },
    methods: m::METHODS,
    getset: &[GetSet {
        name: "maxlen",
        get: |t, v| {
            let n = native::<Deque>(v).maxlen.load(Acquire);
            Ok(if n < 0 { Value::NONE } else { t.int(n) })
        },
        set: None,
        doc: "maximum size of a deque or None if unbounded",
    }],
    ..TypeSpec::new::<Deque>()
};

impl Deque {
    /// An empty deque.
    pub fn empty(maxlen: i64) -> Deque {
        Deque { h: Header::new(0, 0), items: Guarded::default(), maxlen: AtomicI64::new(maxlen), state: AtomicUsize::new(0) }
    }

    /// Runs `f` on the ring, locked.
    pub(super) fn with<R>(&self, t: &Thread, f: impl FnOnce(&mut VecDeque<Slot>) -> R) -> R {
        self.items.with(t, &self.h, f)
    }

    /// Counts a change of the ring.
    pub(super) fn changed(&self) {
        self.state.fetch_add(1, AcqRel);
    }

    /// Changes so far.
    pub(super) fn state(&self) -> usize {
        self.state.load(Acquire)
    }

    /// Number of items.
    pub fn len(&self, t: &Thread) -> usize {
        self.with(t, |q| q.len())
    }

    /// Item `i`.
    pub fn get(&self, t: &Thread, i: usize) -> Option<Value> {
        self.with(t, |q| q.get(i)?.load())
    }

    /// Adds at an end; an item pushed out at the other end comes back.
    pub fn push(&self, t: &Thread, v: Value, left: bool) -> Option<Value> {
        publish_for(&self.h, v.r());
        let maxlen = self.maxlen.load(Acquire);
        self.with(t, |q| {
            let s = Slot::new(v);
            if left { q.push_front(s) } else { q.push_back(s) }
            self.changed();
            if maxlen >= 0 && q.len() > maxlen as usize {
                let out = if left { q.pop_back() } else { q.pop_front() };
                return out.and_then(|s| s.take(&self.h));
            }
            None
        })
    }

    /// Takes from an end.
    pub fn pop(&self, t: &Thread, left: bool) -> Option<Value> {
        self.with(t, |q| {
            let s = if left { q.pop_front() } else { q.pop_back() }?;
            self.changed();
            s.take(&self.h)
        })
    }

    /// Owned copies of the items.
    pub fn snapshot(&self, t: &Thread) -> Vec<Value> {
        self.with(t, |q| q.iter().filter_map(|s| s.load()).collect())
    }

    /// Replaces all items; gives the old ones.
    pub fn replace(&self, t: &Thread, items: Vec<Value>) -> Vec<Value> {
        for v in &items {
            publish_for(&self.h, v.r())
        }
        self.with(t, |q| {
            let new: VecDeque<Slot> = items.into_iter().map(Slot::new).collect();
            let old = std::mem::replace(q, new);
            self.changed();
            old.iter().filter_map(|s| s.take(&self.h)).collect()
        })
    }
}

fn repr(t: &mut Thread, v: VRef<'_>) -> Res {
    repr_once(t, v, "[...]", |t| {
        let d: &Deque = native(v);
        let mut out = format!("{}([", v.ty().name()).into_bytes();
        for (i, x) in d.snapshot(t).iter().enumerate() {
            if i > 0 {
                out.extend_from_slice(b", ")
            }
            push_repr(t, &mut out, x.r())?
        }
        let maxlen = d.maxlen.load(Acquire);
        out.extend_from_slice(if maxlen < 0 { "])".into() } else { format!("], maxlen={maxlen})") }.as_bytes());
        Ok(t.str_wtf8(&out))
    })
}

fn compare(t: &mut Thread, a: VRef<'_>, b: VRef<'_>, op: Cmp) -> Res {
    let (Some(x), Some(y)) = (a.cast::<Deque>(), b.cast::<Deque>()) else { return Ok(Value::NOT_IMPLEMENTED) };
    let (n, m) = (x.len(t), y.len(t));
    if a.is(b) {
        return Ok(Value::bool(weft_vm::ops::ordering_is(std::cmp::Ordering::Equal, op)));
    }
    if n != m && matches!(op, Cmp::Eq | Cmp::Ne) {
        return Ok(Value::bool(op == Cmp::Ne));
    }
    let (sx, sy) = (x.state(), y.state());
    let mut i = 0;
    while let (Some(p), Some(q)) = (x.get(t, i), y.get(t, i)) {
        if !t.equal(p.r(), q.r())? {
            return match op {
                Cmp::Eq => Ok(Value::FALSE),
                Cmp::Ne => Ok(Value::TRUE),
                _ => t.compare(p.r(), q.r(), op),
            };
        }
        if x.state() != sx || y.state() != sy {
            return Err(m::mutated(t));
        }
        i += 1
    }
    Ok(Value::bool(weft_vm::ops::ordering_is(n.cmp(&m), op)))
}

// ---- iterators

/// Walks a deque that must not change meanwhile.
#[repr(C)]
struct DequeIter {
    h: Header,
    deque: Slot,
    /// Items given so far.
    index: AtomicUsize,
    /// The deque's state at the start.
    state: usize,
    len: AtomicUsize,
    reverse: bool,
}
object!(DequeIter, "collections._deque_iterator", true, [deque]);

/// `_collections._deque_iterator`
pub static ITERATOR: NativeType = NativeType::new(&ITERATOR_SPEC);
static ITERATOR_SPEC: TypeSpec = TypeSpec {
    name: "collections._deque_iterator",
    flags: type_flag::IMMUTABLE,
    slots: Slots {
        new: constructor!("_deque_iterator(cls, deque, index=0, /)" => |t, a| new_iterator(t, a, false)),
        iter: Some(itself),
        next: Some(next),
        ..Slots::EMPTY
    },
    methods: ITERATOR_METHODS,
    ..TypeSpec::new::<DequeIter>()
};

/// `_collections._deque_reverse_iterator`
pub static REVERSE_ITERATOR: NativeType = NativeType::new(&REVERSE_SPEC);
static REVERSE_SPEC: TypeSpec = TypeSpec {
    name: "collections._deque_reverse_iterator",
    flags: type_flag::IMMUTABLE,
    slots: Slots {
        new: constructor!("_deque_reverse_iterator(cls, deque, index=0, /)" => |t, a| new_iterator(t, a, true)),
        iter: Some(itself),
        next: Some(next),
        ..Slots::EMPTY
    },
    methods: ITERATOR_METHODS,
    ..TypeSpec::new::<DequeIter>()
};

static ITERATOR_METHODS: &[weft_vm::object::MethodDef] = methods! {
    "__length_hint__(self, /)" => |t, a| {
        let it: &DequeIter = a.this();
        Ok(t.int_usize(it.len.load(Acquire).saturating_sub(it.index.load(Acquire))))
    }, "Private method returning an estimate of len(list(it)).";
    "__reduce__(self, /)" => |t, a| {
        let it: &DequeIter = a.this();
        let i = t.int_usize(it.index.load(Acquire));
        let args = pair(t, or_none(&it.deque), i);
        Ok(pair(t, as_vref(it).ty().to_value(), args))
    }, "Return state information for pickling.";
};

/// `iter(deque)`, `reversed(deque)`
pub(super) fn iterator(t: &Thread, deque: VRef<'_>, reverse: bool, shape: Option<u32>) -> Value {
    let d: &Deque = native(deque);
    let ty = if reverse { &REVERSE_ITERATOR } else { &ITERATOR };
    let state = d.state();
    t.make(
        shape.unwrap_or_else(|| ty.shape(t)),
        DequeIter {
            h: Header::new(0, 0),
            deque: Slot::new(deque.to_value()),
            index: AtomicUsize::new(0),
            state,
            len: AtomicUsize::new(d.len(t)),
            reverse,
        },
    )
}

fn new_iterator(t: &mut Thread, a: weft_vm::object::Args<'_>, reverse: bool) -> Res {
    if !TYPE.is_instance(t, a.get(1)) {
        let n = a.get(1).ty().name();
        let f = if reverse { "_deque_reverse_iterator" } else { "_deque_iterator" };
        return Err(t.type_error(format!("{f}() argument 1 must be collections.deque, not {n}")));
    }
    let skip = match a.opt(2) {
        Some(i) => t.index_i64(i, &weft_vm::errors::OVERFLOW_ERROR)?.max(0) as usize,
        None => 0,
    };
    let it = iterator(t, a.get(1), reverse, None);
    let i: &DequeIter = native(it.r());
    i.index.store(skip.min(i.len.load(Relaxed)), Release);
    Ok(it)
}

fn next(t: &mut Thread, v: VRef<'_>) -> Res<Option<Value>> {
    let it: &DequeIter = native(v);
    let Some(d) = it.deque.load() else { return Ok(None) };
    let d: &Deque = native(d.r());
    if d.state() != it.state {
        it.len.store(0, Release);
        return Err(m::mutated(t));
    }
    let n = it.len.load(Acquire);
    let Ok(i) = it.index.fetch_update(AcqRel, Acquire, |i| if i < n { Some(i + 1) } else { None }) else {
        return Ok(None);
    };
    match d.get(t, if it.reverse { n - 1 - i } else { i }) {
        Some(x) => Ok(Some(x)),
        // Another thread changed it since we looked.
        None => Err(m::mutated(t)),
    }
}

/// `__class_getitem__`
pub(super) fn generic(t: &mut Thread, a: weft_vm::object::Args<'_>) -> Res {
    class_getitem(t, a)
}
